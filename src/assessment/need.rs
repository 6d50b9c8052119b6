//! Hours that must be there, whether they are, and the fewest things to ask for
//! where that is open.

use std::cmp::Reverse;

use super::account::Account;
use super::determination::{Asked, CategoryHours, Of, Outcome, Question, Treated, Treatment};
use super::hours::Hours;
use super::policy::vocabulary::Degree;
use super::record::Record;
use crate::time::Date;

/// Hours that must be there: of a category and year, or of several together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    /// What must be there.
    of: Of,
    years: Vec<u16>,
    /// The categories whose hours count.
    categories: Vec<usize>,
    /// Hours that are asked for.
    required: Hours,
    /// Hours that count.
    credited: Hours,
    /// The years and categories of it that there is no record of.
    unrecorded: Vec<(u16, usize)>,
}

impl Need {
    /// All that the year of an account requires, by category and in total.
    pub(super) fn all(account: &Account) -> impl Iterator<Item = Self> {
        account.categories.iter().map(|hours| match account.is_total(hours) {
            true => Self { required: hours.required, ..Self::total(account) },
            false => Self::of(account.year, hours),
        })
    }

    /// All that the year of an account requires, in whichever category.
    pub(super) fn total(account: &Account) -> Self {
        let learned = account.categories.iter().filter(|hours| !account.is_total(hours));
        let nothing = Self {
            of: Of::Total,
            years: vec![account.year],
            categories: Vec::new(),
            required: Hours::ZERO,
            credited: Hours::ZERO,
            unrecorded: Vec::new(),
        };
        let each = learned.map(|hours| Self::of(account.year, hours));
        let mut need = each.fold(nothing, Self::and);
        let stated = account.categories.iter().filter(|hours| account.is_total(hours));
        need.required = stated.map(|hours| hours.required).fold(need.required, Hours::max);
        need
    }

    /// All that a category of a year requires.
    fn of(year: u16, hours: &CategoryHours) -> Self {
        let unrecorded = hours.credited.is_none().then_some((year, hours.category));
        Self {
            of: Of::Category(hours.category),
            years: vec![year],
            categories: vec![hours.category],
            required: hours.required,
            credited: hours.credited.unwrap_or(Hours::ZERO),
            unrecorded: unrecorded.into_iter().collect(),
        }
    }

    /// Both together.
    pub(super) fn and(mut self, other: Self) -> Self {
        for year in other.years {
            if !self.years.contains(&year) {
                self.years.push(year);
            }
        }
        for category in other.categories {
            if !self.categories.contains(&category) {
                self.categories.push(category);
            }
        }
        self.required = self.required.plus(other.required);
        self.credited = self.credited.plus(other.credited);
        self.unrecorded.extend(other.unrecorded);
        self
    }

    /// What a degree leaves of it.
    pub(super) fn in_part(self, degree: Degree) -> Self {
        Self { required: degree.of(self.required), ..self }
    }

    /// It, as it is told.
    pub(super) fn told(self) -> Asked {
        let Self { of, mut years, required, credited, .. } = self;
        years.sort_unstable();
        Asked { years, of, required, credited }
    }

    /// Whether both are of the same, though of other years.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.of == other.of
    }

    fn shortfall(&self) -> Hours {
        self.required.minus(self.credited)
    }
}

/// Passed, failed, or what to ask for.
///
/// What is asked for follows the days and numbers of learnings, not their order in the
/// record.
pub(super) fn conclude(
    record: &Record,
    needs: &[Need],
    learnings: &[(u16, &Vec<Treatment>)],
) -> (Outcome, Vec<Question>) {
    let short: Vec<_> = needs.iter().filter(|need| need.shortfall() > Hours::ZERO).collect();
    if short.is_empty() {
        return (Outcome::Passed, Vec::new());
    }
    let mut questions: Vec<Question> = Vec::new();
    for need in short {
        let Some(asks) = fewest(record, need, learnings, &questions) else {
            return (Outcome::Failed, Vec::new());
        };
        questions.extend(asks);
    }
    (Outcome::Unclear, questions)
}

/// The fewest things to ask for, beyond what is asked already, that can fill a
/// shortfall; `None` if all of them cannot.
fn fewest(
    record: &Record,
    need: &Need,
    learnings: &[(u16, &Vec<Treatment>)],
    asked: &[Question],
) -> Option<Vec<Question>> {
    // What there is no record of may amount to anything.
    let unrecorded = need.unrecorded.iter();
    let mut unrecorded =
        unrecorded.map(|(year, category)| Question::NoRecord { year: *year, category: *category });
    if unrecorded.clone().any(|question| asked.contains(&question)) {
        return Some(Vec::new());
    }
    if let Some(question) = unrecorded.next() {
        return Some(vec![question]);
    }
    let mut waiting: Vec<Waiting<'_>> = Vec::new();
    for (_, treatments) in learnings.iter().filter(|(year, _)| need.years.contains(year)) {
        for treatment in *treatments {
            match &treatment.decided {
                Treated::Waiting { categories, hours, questions }
                    if categories.iter().any(|it| need.categories.contains(it)) =>
                {
                    let learning = treatment.learning;
                    let questions = questions.iter();
                    let questions =
                        questions.map(|ask| Question::Learning { learning, ask: ask.clone() });
                    let new: Vec<_> = questions.filter(|it| !asked.contains(it)).collect();
                    let Some(of) = record.learnings.get(learning) else { continue };
                    waiting.push(Waiting {
                        // What is open may amount to anything.
                        hours: hours.unwrap_or(need.required),
                        is_open: hours.is_none(),
                        by: (of.completed, of.id.as_str()),
                        new,
                    });
                }
                _ => {}
            }
        }
    }
    // What is asked already comes first. Then largest first needs the fewest; of
    // equals those that are certain, then the earliest.
    waiting
        .sort_by_key(|it| (!it.new.is_empty(), Reverse(it.hours), it.is_open, it.new.len(), it.by));
    let mut reached = Hours::ZERO;
    let mut needed: Vec<Waiting<'_>> = Vec::new();
    for it in waiting {
        if reached >= need.shortfall() {
            break;
        }
        reached = reached.plus(it.hours);
        needed.push(it);
    }
    if reached < need.shortfall() {
        return None;
    }
    needed.sort_by_key(|it| it.by);
    Some(needed.into_iter().flat_map(|it| it.new).collect())
}

/// A learning that would fill a shortfall if what is open about it were settled.
struct Waiting<'l> {
    hours: Hours,
    is_open: bool,
    /// Its day and its number.
    by: (Date, &'l str),
    /// What has not been asked for yet.
    new: Vec<Question>,
}
