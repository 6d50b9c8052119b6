//! When a card that was earned may be printed: where it rests on a class whose
//! report has not passed, the notice may ask to wait.
//!
//! Waiting changes no determination and takes no hours. It concerns only a card
//! that would not have been earned without such classes, as hours that wait for
//! their approval hold up nothing that they cannot change; and only classes
//! whose files the office has, for it is their reports that the office audits.

use super::annual::assess;
use super::class::{Classes, audit};
use super::determination::{Determination, Outcome, Treated};
use super::engine::{Decided, Facts, decide};
use super::policy::Policy;
use super::policy::vocabulary::{Column, Fact, Output};
use super::record::{ClassId, Record};

/// Why a card that was earned may not be printed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The classes whose reports have to pass first, in order.
    pub classes: Vec<ClassId>,
    /// The rules that say so, by number.
    pub rules: Vec<usize>,
}

/// Whether the card of a determination that passed has to wait.
pub fn waiting(
    policy: &Policy,
    record: &Record,
    result: &Determination,
    classes: &Classes,
) -> Option<Waiting> {
    if result.outcome != Outcome::Passed {
        return None;
    }
    let (mut unprinted, mut rules, mut without) = (Vec::new(), Vec::new(), Vec::new());
    for attendance in &record.attended {
        let counts = |learning: usize| {
            let mut treated = result.learnings.iter().filter(|it| it.learning == learning);
            treated.any(|it| matches!(it.decided, Treated::Counted { .. }))
        };
        let class = classes.get(&attendance.class).filter(|_| counts(attendance.learning));
        let Some(class) = class else { continue };
        let facts = Facts::none().with(Fact::ReportAudit, audit(&policy.vocabulary, class));
        let Decided::One { values, rules: cited, .. } =
            decide(policy, Output::RegionPrinting, &facts)
        else {
            continue;
        };
        let key = |value| policy.vocabulary.column_key(Column::RegionPrinting, value);
        if values.first().copied().and_then(key) == Some("no") {
            unprinted.push(class.id.clone());
            rules.extend(cited);
            without.push(attendance.learning);
        }
    }
    if unprinted.is_empty() {
        return None;
    }
    let mut other = record.clone();
    let mut at = 0;
    other.learnings.retain(|_| {
        at += 1;
        !without.contains(&(at - 1))
    });
    if assess(policy, &other).outcome == Outcome::Passed {
        return None;
    }
    unprinted.sort_unstable();
    unprinted.dedup();
    rules.sort_unstable();
    rules.dedup();
    Some(Waiting { classes: unprinted, rules })
}
