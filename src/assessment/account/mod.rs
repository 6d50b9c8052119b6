//! A learning year's account: learning by learning, into which category, in which
//! year, recognised or not, with how many hours.

mod learning;

use self::learning::{Credited, treat};
use super::determination::{Ask, CategoryHours, Treated, Treatment};
use super::hours::Hours;
use super::policy::Policy;
use super::record::Record;
use crate::time::Date;

pub(super) use self::learning::facts_of;

/// A learning year's account: what it requires in full, and what was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The learning year.
    pub year: u16,
    /// Hours by category, in the order of the vocabulary; last their total, where
    /// the year requires one.
    pub categories: Vec<CategoryHours>,
    /// Which of them is the total, by its place in the vocabulary.
    pub total: Option<usize>,
    /// What became of each learning, in the order of the record.
    pub learnings: Vec<Treatment>,
    /// The rules that require the hours, by number.
    pub required_by: Vec<usize>,
}

impl Account {
    /// The decisions that settled disagreements of rules on the hours that it requires, on
    /// their period, or on a learning, by id.
    pub(super) fn settled_by<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = &'a String> {
        let of_terms = policy.terms.iter().flat_map(|terms| &terms.settled_by);
        self.learnings.iter().flat_map(|it| &it.settled_by).chain(of_terms)
    }

    /// Whether these hours are the total of the others.
    pub fn is_total(&self, hours: &CategoryHours) -> bool {
        Some(hours.category) == self.total
    }
}

/// Makes up the account of a year.
pub fn account(policy: &Policy, record: &Record) -> Account {
    account_until(policy, record, None)
}

/// Makes up the account of a year as it was on a day: what was completed later does not
/// count.
pub fn account_until(policy: &Policy, record: &Record, until: Option<Date>) -> Account {
    let terms = &policy.terms;
    let mut learnings = Vec::with_capacity(record.learnings.len());
    let mut filling = Vec::new();
    for (at, learning) in record.learnings.iter().enumerate() {
        let (mut treatment, with) = treat(policy, record, at, learning);
        if until.is_some_and(|day| day < learning.completed) {
            treatment.decided = too_late(treatment.decided);
        }
        learnings.push(treatment);
        if with == Credited::Shortfall {
            filling.push(at);
        }
    }
    let settled = |category: usize| {
        let settled = record.settled.iter();
        settled.filter(move |hours| hours.year == policy.year && hours.category == category)
    };
    fill(&mut learnings, &filling, |category| {
        settled(category).fold(Hours::ZERO, |sum, it| sum.plus(it.hours))
    });
    for category in policy.vocabulary.learned() {
        if settled(category).next().is_none() {
            open_tentative(&mut learnings, category);
        }
    }
    let learned = terms.iter().enumerate().take(policy.vocabulary.learned().end);
    let mut categories: Vec<CategoryHours> = learned
        .map(|(category, terms)| CategoryHours {
            category,
            required: terms.required,
            credited: settled(category).fold(credited(&learnings, category), |sum, hours| {
                Some(sum.unwrap_or(Hours::ZERO).plus(hours.hours))
            }),
        })
        .collect();
    let total = policy.vocabulary.total().and_then(|at| Some((at, terms.get(at)?)));
    if let Some((category, terms)) = total.filter(|(_, terms)| terms.required > Hours::ZERO) {
        let all = categories.iter().filter_map(|hours| hours.credited).reduce(Hours::plus);
        categories.push(CategoryHours { category, required: terms.required, credited: all });
    }
    let required_by = terms.iter().flat_map(|terms| &terms.required_by).copied().collect();
    let total = policy.vocabulary.total();
    Account { year: policy.year, categories, total, learnings, required_by }
}

/// What becomes of a learning that was completed after the day of an application.
fn too_late(decided: Treated) -> Treated {
    match decided {
        Treated::Counted { category, .. } => {
            Treated::AfterApplication { categories: vec![category] }
        }
        Treated::Waiting { categories, .. } => Treated::AfterApplication { categories },
        Treated::AfterApplication { .. }
        | Treated::OtherYear
        | Treated::OutsidePeriod { .. }
        | Treated::NoRule
        | Treated::NotRecognised { .. } => decided,
    }
}

/// Leaves of learning that fulfils a category what the category is short of without it:
/// there is no surplus to show, and none for other years or categories.
fn fill(learnings: &mut [Treatment], filling: &[usize], settled: impl Fn(usize) -> Hours) {
    for at in filling {
        let Some(Treatment { decided: Treated::Counted { category, hours }, .. }) =
            learnings.get(*at)
        else {
            continue;
        };
        let (category, required) = (*category, *hours);
        let others = learnings.iter().enumerate().filter(|(other, _)| {
            // Of two that fulfil it, the first does.
            !filling.contains(other) || other < at
        });
        let others = others.filter_map(|(_, it)| match it.decided {
            Treated::Counted { category: into, hours } => (into == category).then_some(hours),
            _ => None,
        });
        let there = others.fold(settled(category), Hours::plus);
        learnings[*at].decided = Treated::Counted { category, hours: required.minus(there) };
    }
}

/// Opens what a category has where that may be no record of it at all: zeros that nobody
/// has confirmed, and learning that may not count in it. Until that is settled, anything
/// may have been learned. Beside another record they add no more than their own hours.
fn open_tentative(learnings: &mut [Treatment], category: usize) {
    let is_tentative = |it: &Treatment| match &it.decided {
        Treated::Waiting { categories, hours, questions } if categories.contains(&category) => {
            let may_not_count = |ask: &Ask| matches!(ask, Ask::Facts(_) | Ask::Proof(_));
            Some(*hours == Some(Hours::ZERO) || questions.iter().any(may_not_count))
        }
        // That a zero was refused says nothing of what was learned.
        Treated::NotRecognised { hours: Some(Hours::ZERO), .. } => None,
        Treated::Counted { category: into, .. } | Treated::NotRecognised { category: into, .. } => {
            (*into == category).then_some(false)
        }
        Treated::OutsidePeriod { categories } | Treated::AfterApplication { categories } => {
            categories.contains(&category).then_some(false)
        }
        Treated::Waiting { .. } | Treated::OtherYear | Treated::NoRule => None,
    };
    if !learnings.iter().filter_map(is_tentative).all(|it| it) {
        return;
    }
    for treatment in learnings {
        if let Treated::Waiting { categories, hours, .. } = &mut treatment.decided
            && categories.contains(&category)
        {
            *hours = None;
        }
    }
}

/// The hours counted in a category; `None` if no learning of the year touches
/// it, counted or waiting or refused.
fn credited(learnings: &[Treatment], category: usize) -> Option<Hours> {
    let mut sum = None;
    for treatment in learnings {
        match &treatment.decided {
            Treated::Counted { category: into, hours } if *into == category => {
                sum = Some(sum.unwrap_or(Hours::ZERO).plus(*hours));
            }
            Treated::Waiting { categories, .. } if categories.contains(&category) => {
                sum = sum.or(Some(Hours::ZERO));
            }
            Treated::NotRecognised { hours: Some(Hours::ZERO), .. } => {}
            Treated::NotRecognised { category: into, .. } if *into == category => {
                sum = sum.or(Some(Hours::ZERO));
            }
            Treated::OutsidePeriod { categories } | Treated::AfterApplication { categories }
                if categories.contains(&category) =>
            {
                sum = sum.or(Some(Hours::ZERO));
            }
            Treated::Counted { .. }
            | Treated::Waiting { .. }
            | Treated::OtherYear
            | Treated::OutsidePeriod { .. }
            | Treated::AfterApplication { .. }
            | Treated::NoRule
            | Treated::NotRecognised { .. } => {}
        }
    }
    sum
}
