//! Policy: the rules of a learning year, each under the clause it rests on.
//!
//! A [`Notice`] is one document; a [`Policy`] is what all notices that apply to a
//! year say together. A notice applies to the years of its 适用年度; it stands
//! in for an earlier year (沿用) only while no notice was written for that year.
//! One that is no longer in force, or is replaced, applies to none ([`force`]).

pub mod block;
pub mod bundle;
pub mod cell;
pub mod clause;
pub mod decision;
pub mod definition;
pub mod example;
pub mod force;
pub mod front;
pub mod notice;
pub mod rule;
pub(in crate::assessment) mod text;
pub mod vocabulary;

#[cfg(test)]
mod reading;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::clause::ClauseId;
use self::decision::{Birthday, Conflict, Decision};
use self::definition::Definition;
use self::notice::{Notice, Part};
use self::rule::Rule;
use self::vocabulary::{Output, Value, Vocabulary, YearDay};
use super::hours::Hours;
use crate::time::Date;

/// Clauses of a policy at most: a card cites them by number.
pub const MAX_CLAUSES: usize = 1_000;

/// What a policy is made from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// All notices of the site.
    pub notices: Vec<Notice>,
    /// The vocabulary of their rules.
    pub vocabulary: Arc<Vocabulary>,
    /// The office's decisions by id.
    pub decisions: BTreeMap<String, Decision>,
    /// Administrative division code of the region, 2–6 digits: what lies in it
    /// is 区内.
    pub region: String,
    /// Which of them could not be read: nothing is said to be missing that may
    /// stand there.
    pub unread: BTreeSet<Source>,
}

/// Where what a policy is made from stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Notices, and the vocabulary that they are read by.
    Notices,
    /// The register of decisions.
    Decisions,
}

impl Sources {
    /// Whether all of a part of the notices could be read.
    pub fn has_all(&self, part: Part) -> bool {
        let lacks = |notice: &Notice| notice.unread.contains(&part);
        !self.unread.contains(&Source::Notices) && !self.notices.iter().any(lacks)
    }

    /// Whether all of everything could be read.
    pub fn are_whole(&self) -> bool {
        self.unread.is_empty() && self.notices.iter().all(|notice| notice.unread.is_empty())
    }
}

/// The policy of one learning year.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The learning year.
    pub year: u16,
    /// Whether a notice was written for the year, or an earlier or later one is
    /// carried over to it.
    pub basis: Basis,
    /// Administrative division code of the region.
    pub region: String,
    /// All clauses, numbered by their place here; a card's grounds are these
    /// numbers.
    pub clauses: Vec<PolicyClause>,
    /// All rules.
    pub rules: Vec<PolicyRule>,
    /// Facts that follow from others.
    pub definitions: Vec<PolicyDefinition>,
    /// What settles disagreements, by output.
    pub settlements: BTreeMap<Output, Settlement>,
    /// The decisions that the rules name, by id.
    pub decisions: BTreeMap<String, Decision>,
    /// The vocabulary of the rules.
    pub vocabulary: Arc<Vocabulary>,
    /// The rules of each output, by number.
    pub deciding: [Vec<usize>; Output::ALL.len()],
    /// The rules from which on something is owed that the annual purpose may
    /// meet, by number.
    pub annual_starts: Vec<usize>,
    /// The learning years whose periods share days with those of this one.
    pub elsewhere: Vec<Elsewhere>,
    /// What the year asks of each category, in the order of the vocabulary.
    pub terms: Vec<CategoryTerms>,
}

/// Why a policy applies to its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// 适用年度: written for it.
    Written,
    /// 沿用: carried over to it.
    CarriedOver,
}

/// A clause of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyClause {
    /// Its name in the site.
    pub id: ClauseId,
    /// The title of its notice.
    pub notice: String,
    /// The page of its notice, from the portal's root, with its anchor.
    pub link: String,
    /// Its own text.
    pub text: String,
}

/// A definition of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDefinition {
    /// The definition as its notice has it.
    pub definition: Definition,
    /// When somebody is of an age, as its decisions say.
    pub birthday: Birthday,
    /// The file it stands in.
    pub path: String,
}

/// What a year asks of a category, as its rules have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryTerms {
    /// Hours owed.
    pub required: Hours,
    /// The rules that require them, by number.
    pub required_by: Vec<usize>,
    /// The first and the last day on which learning counts, as the rules have them.
    pub days: Option<[YearDay; 2]>,
    /// These days in the policy's year.
    pub period: Option<[Date; 2]>,
    /// The rules that set them, by number.
    pub period_by: Vec<usize>,
    /// The decisions that settled disagreements of these rules, by id.
    pub settled_by: Vec<String>,
}

/// A learning year whose periods share days with those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The other year.
    pub year: u16,
    /// Whether the other year has rules.
    pub known: Known,
    /// Its periods for each kind of learning, by the kind's place in the
    /// vocabulary: those of the categories that the kind can count into.
    pub periods: Vec<Vec<[Date; 2]>>,
}

/// Whether a year that shares days with another has rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Its notice says so.
    Written,
    /// It follows on a year that has rules and has none yet: its periods are expected
    /// to be the same, so that its notice, when it comes, changes no result.
    Expected,
}

/// What settles the disagreements of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The decision, by id.
    pub decision: String,
    /// What it says.
    pub conflict: Conflict,
}

/// A rule of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// The number of its clause.
    pub clause: usize,
    /// The rule as its notice has it.
    pub rule: Rule,
    /// The numbers of the rules that are exceptions to it.
    pub exceptions: Vec<usize>,
    /// The file it stands in.
    pub path: String,
}

impl Policy {
    /// The rules that decide an output, by number.
    pub fn deciding(&self, output: Output) -> impl Iterator<Item = (usize, &PolicyRule)> {
        let numbers = &self.deciding[output as usize];
        numbers.iter().filter_map(|number| Some((*number, self.rules.get(*number)?)))
    }

    /// Whether a notice is one of those that it was made of.
    pub fn holds(&self, notice: &Notice) -> bool {
        self.clauses.iter().any(|clause| clause.id.namespace == notice.front.namespace)
    }

    /// How many years before the year applied in the earliest that any window
    /// looks at is, and one more.
    pub fn longest_window(&self) -> u16 {
        let rows = self.deciding(Output::Window).flat_map(|(_, rule)| &rule.rule.rows);
        let reach = rows.flat_map(|row| &row.values).map(|value| match value {
            Value::Window(window) => window.count.saturating_add(window.back),
            _ => 0,
        });
        reach.max().unwrap_or(0).max(1)
    }

    /// The decisions on who must see a failed result first, by id.
    pub fn on_failure(&self) -> impl Iterator<Item = &Decision> {
        self.decisions.values().filter(|decision| decision.parameters.failed_result.is_some())
    }

    /// The clause that a rule rests on.
    pub fn clause_of(&self, rule: usize) -> Option<&PolicyClause> {
        self.clauses.get(self.rules.get(rule)?.clause)
    }
}

/// The policy of the learning year that a day is of: the year in whose period it lies;
/// of several, that of its calendar year.
pub fn policy_on(policies: &BTreeMap<u16, Policy>, day: Date) -> Option<&Policy> {
    let holds = |policy: &&Policy| {
        let periods = policy.terms.iter().filter_map(|terms| terms.period);
        periods.into_iter().any(|[first, last]| (first..=last).contains(&day))
    };
    policies.get(&day.year()).filter(holds).or_else(|| policies.values().find(holds))
}

/// The learning year that a day is of: that in whose periods it is; where rules speak of
/// no such day, the calendar's, or the one before it on a day before that year begins.
pub fn year_on(policies: &BTreeMap<u16, Policy>, day: Date) -> u16 {
    if let Some(policy) = policy_on(policies, day) {
        return policy.year;
    }
    let year = day.year();
    // Years begin alike: one without rules goes by those that there are.
    let like = policies.get(&year).or_else(|| policies.values().next());
    let begins = like.and_then(|like| {
        let first = like.terms.iter().filter_map(|terms| terms.period).map(|[first, _]| first);
        let first = first.min()?;
        let of_year = i32::from(year) + i32::from(first.year()) - i32::from(like.year);
        Some((of_year, first.month(), first.day()))
    });
    let is_before = begins.is_some_and(|first| (i32::from(year), day.month(), day.day()) < first);
    if is_before { year.saturating_sub(1) } else { year }
}

/// The page of a notice from the portal's root: `notices/2022/nmg.html` for
/// `content/notices/2022/nmg.md`.
pub fn page_path(path: &str) -> String {
    let inner = path.strip_prefix("content/").unwrap_or(path);
    format!("{}.html", inner.strip_suffix(".md").unwrap_or(inner))
}

/// The names of rules, for a message: `区/三(五)、区/三(六)后段`.
pub fn names(policy: &Policy, rules: &[usize]) -> String {
    let name = |rule: &usize| {
        let rule = policy.rules.get(*rule)?;
        let clause = policy.clauses.get(rule.clause)?;
        Some(format!("{}{}", clause.id, rule.rule.name.part))
    };
    rules.iter().filter_map(name).collect::<Vec<_>>().join("、")
}
