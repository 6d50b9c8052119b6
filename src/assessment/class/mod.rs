//! Training classes, 培训班: what a base, 继续教育基地, hands in of each, and what
//! the rules say of its plan, of its report, and of the cards that rest on it.
//!
//! The schema is `class/1`; one JSON object a class, in a file of its own or as
//! a line of an `.ndjson`. It holds no fact of a learner: a roster is a list of
//! numbers, kept only to compare it with the order of the pictures. Which items
//! make a plan or a report complete, and which days are too late, stand in the
//! vocabulary and in the notice's tables; nothing of it is known here.
//!
//! A class never takes hours from a learner. What its report decides is when a
//! card may be printed: [`printing`].

mod judge;
pub mod printing;
mod read;
mod shape;
mod trace;

#[cfg(test)]
mod tests;

pub use judge::{Determination, Finding, Outcome, determine, policy_of};
pub use read::parse;
pub use trace::{State, Step, Trace, trace};

use std::collections::{BTreeMap, BTreeSet};

use super::policy::Policy;
use super::policy::vocabulary::{Fact, Value};
use super::record::Record;
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// Bytes of one class's JSON at most.
pub const MAX_BYTES: usize = 1 << 20;
/// People of a roster at most, and pictures.
pub const MAX_ROSTER: usize = 10_000;
/// Classes of a site at most.
pub const MAX_CLASSES: usize = 100_000;

/// One training class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its number, 班次.
    pub id: ClassId,
    /// The base that held it.
    pub base: String,
    /// What it is called.
    pub name: String,
    /// The first day.
    pub begins: Date,
    /// The last day.
    pub ends: Date,
    /// The plan, once it is filed.
    pub plan: Option<Plan>,
    /// The report, once it is filed.
    pub report: Option<Report>,
    /// Where the class stands.
    pub place: Place,
    /// Facts that the file carries and need not be there for every class, and
    /// where.
    pub carried: Vec<(Fact, Place)>,
}

/// The plan of a class, 培训计划.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The day it was filed.
    pub filed: Date,
    /// Items of the vocabulary that it lacks, in the vocabulary's order.
    pub missing: Vec<String>,
}

/// The report on a class, 培训情况报告.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The day it was filed.
    pub filed: Date,
    /// Items of the vocabulary that it lacks, in the vocabulary's order.
    pub missing: Vec<String>,
    /// How its pictures follow its roster; `None` where the file has not both.
    pub order: Option<PhotoOrder>,
    /// What the audit found, once there was one.
    pub audit: Option<Audit>,
}

/// How pictures follow the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoOrder {
    /// People on the roster.
    pub people: usize,
    /// Pictures.
    pub photos: usize,
    /// Places, from 1, at which a picture is not of the person on the roster;
    /// of those that both lists have.
    pub misplaced: Vec<usize>,
}

impl PhotoOrder {
    /// Whether each picture is in its place and none is missing.
    pub fn is_same(&self) -> bool {
        let Self { people, photos, misplaced } = self;
        people == photos && misplaced.is_empty()
    }
}

/// The audit of a report, 报告审核.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audit {
    /// What it found, as a word of the vocabulary.
    pub status: Value,
    /// The day.
    pub on: Date,
}

/// The number of a class: 1–64 characters, of which none is blank or a control
/// character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassId(String);

impl ClassId {
    /// What to do about a text that is none.
    pub const HINT: &'static str = "用 1 至 64 个字，不含空白";

    /// The class with this number.
    pub fn new(text: &str) -> Option<Self> {
        let is_part = |c: char| !c.is_whitespace() && !c.is_control();
        let is_id = (1..=64).contains(&text.chars().count()) && text.chars().all(is_part);
        is_id.then(|| Self(text.to_owned()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The classes of a site, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    by_id: BTreeMap<ClassId, Class>,
}

impl Classes {
    /// Adds a class; one whose number another has is told and left out.
    pub fn add(&mut self, class: Class, problems: &mut Diagnostics) {
        if let Some(other) = self.by_id.get(&class.id) {
            problems.error(
                class.place.clone(),
                format!("班次编号 {} 在 {} 已有", class.id.as_str(), other.place),
                "一个班只留一份材料；是两个班的，改用不同的编号",
            );
            return;
        }
        self.by_id.insert(class.id.clone(), class);
    }

    /// The class of a number.
    pub fn get(&self, id: &ClassId) -> Option<&Class> {
        self.by_id.get(id)
    }

    /// All classes, in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Class> {
        self.by_id.values()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Tells which classes a record names that are not here, if any are.
    pub fn check_attended(&self, record: &Record, problems: &mut Diagnostics) {
        let unknown = record.attended.iter().filter(|it| self.get(&it.class).is_none());
        for attendance in unknown.filter(|_| !self.is_empty()) {
            problems.warning(
                attendance.place.clone(),
                format!("没有班次 {} 的培训班材料", attendance.class.as_str()),
                "核对班次编号；编号没错的，请基地报送这个班的材料，放进 content/classes/",
            );
        }
    }

    /// Tells what classes carry that no rule of any year asks about.
    pub fn check_collection(&self, policies: &BTreeMap<u16, Policy>, problems: &mut Diagnostics) {
        let rules = policies.values().flat_map(|policy| &policy.rules);
        let asked: BTreeSet<Fact> = rules
            .flat_map(|it| {
                let conditions = it.rule.conditions.iter().map(|condition| condition.fact);
                conditions.chain(it.rule.inputs.iter().copied())
            })
            .collect();
        let Some(policy) = policies.values().next_back() else { return };
        for (fact, place) in self.iter().flat_map(|class| &class.carried) {
            if !asked.contains(fact) {
                let label = policy.vocabulary.fact_label(*fact);
                let message = format!("没有规则用到“{label}”，不应收集");
                problems.error(place.clone(), message, "删去这一项");
            }
        }
    }
}
