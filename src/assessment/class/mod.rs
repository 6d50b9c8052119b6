//! Training classes, 培训班: what a base, 继续教育基地, hands in of each, and what
//! the rules say of its plan, of its report, and of the cards that rest on it.
//!
//! The schema is `class/1`; one JSON object a class, in a file of its own or as
//! a line of an `.ndjson`. It holds no fact of a learner: a roster is a list of
//! numbers, to be compared with the order of the pictures and with who says to have
//! been there. Which items
//! make a plan or a report complete, and which days are too late, stand in the
//! vocabulary and in the notice's tables; nothing of it is known here.
//!
//! A class never takes hours from a learner. What its report decides is when a
//! card may be printed: [`printing`](super::printing).

mod judge;
mod read;
mod shape;
mod trace;

#[cfg(test)]
mod tests;

pub use judge::{Determination, Finding, Outcome, determine, printing};
pub use read::parse;
pub use trace::{State, Step, Trace, trace};

use std::collections::{BTreeMap, BTreeSet};

use super::policy::Policy;
use super::policy::vocabulary::{Fact, Value};
use super::record::{Attendance, ClassId, PersonId, Record};
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

impl Class {
    /// Who was there, as the report says.
    fn roster(&self) -> Option<&Roster> {
        self.report.as_ref()?.roster.as_ref()
    }
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
    /// Who was there, if the file says so.
    pub roster: Option<Roster>,
    /// How its pictures follow its roster; `None` where the file has not both, or a
    /// roster that names nobody.
    pub order: Option<PhotoOrder>,
    /// What the audit found, once there was one.
    pub audit: Option<Audit>,
}

/// Who was in a class, 花名册.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    people: usize,
    /// Their numbers in the office's files, sorted; `None` where some entry may be
    /// a mere place on the roster, 1 to the number of people, and so be anybody.
    named: Option<Vec<String>>,
}

impl Roster {
    /// The roster of these numbers.
    fn new<'a>(numbers: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let people = numbers.len();
        let is_place = |number: &str| number.parse().is_ok_and(|it| (1..=people).contains(&it));
        let mut named: Vec<String> = numbers.map(str::to_owned).collect();
        named.sort_unstable();
        let has_places = named.iter().any(|number| is_place(number));
        Self { people, named: (!has_places).then_some(named) }
    }

    /// Whether this person cannot be on it.
    fn lacks(&self, person: &PersonId) -> bool {
        let is_named = |named: &Vec<String>| {
            named.binary_search_by(|number| number.as_str().cmp(person.as_str())).is_ok()
        };
        self.named.as_ref().is_some_and(|named| !is_named(named))
    }
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

    /// Tells which classes a record names that are not here, if any are, or whose
    /// roster lacks its person.
    pub fn check_attended(&self, record: &Record, problems: &mut Diagnostics) {
        for Attendance { class, place, .. } in record.attended.iter().filter(|_| !self.is_empty()) {
            let number = class.as_str();
            let Some(class) = self.get(class) else {
                problems.warning(
                    place.clone(),
                    format!("没有班次 {number} 的培训班材料"),
                    "核对班次编号；编号没错的，请基地报送这个班的材料，放进 content/classes/",
                );
                continue;
            };
            if class.roster().is_some_and(|roster| roster.lacks(&record.id)) {
                problems.warning(
                    place.clone(),
                    format!("班次 {number} 的花名册上没有 {}", record.id.as_str()),
                    "核对班次编号；编号没错的，向基地查明：花名册漏列的补正，没有参加的删去这项学习",
                );
            }
        }
    }

    /// Tells of classes that more people say to have been in than their rosters have:
    /// `attended` is how many say so. Where a roster names people, each who is not on
    /// it has been told.
    pub fn check_counts(&self, attended: &BTreeMap<ClassId, usize>, problems: &mut Diagnostics) {
        for (id, count) in attended {
            let Some(class) = self.get(id) else { continue };
            let roster = class.roster().filter(|it| it.named.is_none() && it.people < *count);
            if let Some(Roster { people, .. }) = roster {
                problems.warning(
                    class.place.clone(),
                    format!(
                        "{count} 份学习档案写了班次 {}，而花名册上只有 {people} 人",
                        id.as_str()
                    ),
                    "向基地查明实际人数，逐人核对",
                );
            }
        }
    }

    /// Whether the report on a class was audited, with whatever result.
    pub fn is_audited(&self, id: &ClassId) -> bool {
        self.get(id).and_then(|class| class.report.as_ref()?.audit.as_ref()).is_some()
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
                let hint = "先核对通知的规则有没有漏写；确实用不到的，删去这一项";
                problems.error(place.clone(), message, hint);
            }
        }
    }
}
