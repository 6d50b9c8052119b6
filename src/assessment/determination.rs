//! Determination, 认定结果: what a record earns under a policy, and why.

use std::collections::BTreeSet;

use super::hours::Hours;
use super::policy::vocabulary::{Degree, Fact};
use crate::time::Date;

/// The result of one person for one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Determination {
    /// The learning year.
    pub year: u16,
    /// Whether the requirement is met.
    pub outcome: Outcome,
    /// Hours by category, in the order of the vocabulary; last their total, where
    /// the year requires one.
    pub categories: Vec<CategoryHours>,
    /// What became of each learning, in the order of the record.
    pub learnings: Vec<Treatment>,
    /// The rules that the result rests on, by number, ascending.
    pub rules: Vec<usize>,
    /// The decisions that settled disagreements of these rules, by id.
    pub settled_by: BTreeSet<String>,
    /// The fewest things to ask for that can turn 待核定 into a pass; empty
    /// otherwise.
    pub questions: Vec<Question>,
    /// How much of the hours was asked for: all, or nothing where somebody owes
    /// nothing yet in the year.
    pub degree: Degree,
    /// The day on which the last of the counted learnings was confirmed.
    pub confirmed: Option<Date>,
}

/// Whether the requirement of a year is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// 通过: every category has the hours required.
    Passed,
    /// 不通过: a category falls short, whatever else may come to light.
    Failed,
    /// 待核定: it depends on what is not known.
    Unclear,
    /// 不适用: no clause provides for such an application.
    NotApplicable,
}

impl Outcome {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "通过",
            Self::Failed => "不通过",
            Self::Unclear => "待核定",
            Self::NotApplicable => "不适用",
        }
    }
}

/// A category's hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryHours {
    /// The category, by its place in the vocabulary.
    pub category: usize,
    /// Hours owed.
    pub required: Hours,
    /// Hours that count; `None` where there is no record of the category at
    /// all, which is not the same as none.
    pub credited: Option<Hours>,
}

impl CategoryHours {
    /// Hours still owed.
    pub fn shortfall(&self) -> Hours {
        self.required.minus(self.credited.unwrap_or(Hours::ZERO))
    }
}

/// Hours that are asked for, and what there is of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The learning years that are judged together, earliest first; one, where each
    /// is judged by itself.
    pub years: Vec<u16>,
    /// What they are of.
    pub of: Of,
    /// Hours that are asked for.
    pub required: Hours,
    /// Hours that count.
    pub credited: Hours,
}

/// What hours are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// One category, by its place in the vocabulary.
    Category(usize),
    /// All categories together.
    Total,
}

impl Asked {
    /// Hours still owed.
    pub fn shortfall(&self) -> Hours {
        self.required.minus(self.credited)
    }
}

/// What became of one learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Treatment {
    /// Its place in the record's list.
    pub learning: usize,
    /// What was decided.
    pub decided: Treated,
    /// The rules that decided it, by number, ascending.
    pub rules: Vec<usize>,
    /// The decisions that settled disagreements of these rules, by id.
    pub settled_by: Vec<String>,
}

/// What can become of a learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Treated {
    /// Its hours count.
    Counted {
        /// Into which category.
        category: usize,
        /// With how many hours.
        hours: Hours,
    },
    /// It would count, but something is not settled.
    Waiting {
        /// Into which categories it may count.
        categories: Vec<usize>,
        /// With how many hours; `None` where that is open.
        hours: Option<Hours>,
        /// All that has to be asked for before it can count.
        questions: Vec<Ask>,
    },
    /// It is of another year: it says so, or says nothing and was completed outside
    /// the year's learning period.
    OtherYear,
    /// It says that it is of this year, and was completed outside the year's learning
    /// period: by the clause on the period it counts for no year.
    OutsidePeriod {
        /// The categories that it would have counted into.
        categories: Vec<usize>,
    },
    /// It was completed after the day of the application, and a decision says that it
    /// does not count for it.
    AfterApplication {
        /// The categories that it counts into otherwise.
        categories: Vec<usize>,
    },
    /// No rule counts this kind of learning for this person.
    NoRule,
    /// No rule recognises its hours.
    NotRecognised {
        /// The category it would have counted into.
        category: usize,
        /// With how many hours; `None` where that is open.
        hours: Option<Hours>,
    },
}

/// Something to ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// A fact of the person or of the application.
    Fact(Fact),
    /// Proof of a fact that the file states.
    Proof(Fact),
    /// A fact of the posts held on a day: there is none, or they do not say the same.
    Posts {
        /// The fact.
        fact: Fact,
        /// The day.
        on: Date,
    },
    /// A day that the file gives and that comes after the one on which it should have
    /// been past.
    TooLate(Fact),
    /// A decision of the office: these rules disagree.
    Rules(Vec<usize>),
    /// The rules of a learning year.
    NoPolicy {
        /// The year.
        year: u16,
    },
    /// There is no record of a category in the year; none must be written as 0.
    NoRecord {
        /// The learning year.
        year: u16,
        /// The category.
        category: usize,
    },
    /// Something about a learning.
    Learning {
        /// Its place in the record's list.
        learning: usize,
        /// What.
        ask: Ask,
    },
}

/// What to ask for about a learning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// Confirmation by an authority of the region.
    Approval,
    /// The hours or days on its certificate.
    CertificateHours,
    /// Which of these learning years it is of: it was completed within the periods
    /// of each.
    Year(Vec<u16>),
    /// Evidence of it that can be accepted.
    Evidence,
    /// Whether it stands on the office's list of those that count.
    Listing,
    /// Proof of facts that the file states.
    Proof(BTreeSet<Fact>),
    /// Facts of the person or of the learning.
    Facts(BTreeSet<Fact>),
    /// A decision of the office: rules that apply to it disagree.
    Decision(Vec<usize>),
}
