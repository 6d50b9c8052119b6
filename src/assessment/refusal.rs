//! Why a learning does not count: the rules that speak of its kind, and the facts on
//! which they fail.

use std::collections::BTreeSet;

use super::engine::Facts;
use super::policy::Policy;
use super::policy::cell::Test;
use super::policy::rule::Rule;
use super::policy::vocabulary::{Fact, Output, Value};

/// The rules that would have counted a learning, and what stands against it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The rules, by number; none where no rule speaks of its kind.
    pub rules: Vec<usize>,
    /// The facts on which they fail.
    pub facts: BTreeSet<Fact>,
}

/// Why no rule credits a learning with these facts: those that speak of its kind, and
/// what fails in each.
pub(super) fn uncredited(policy: &Policy, facts: &Facts) -> Refusal {
    let mut refusal = Refusal::default();
    for (number, of) in policy.deciding(Output::Credit) {
        let failing = row_of_kind(&of.rule, facts).map(|tests| {
            let is_met = |(fact, test): &(Fact, &Test)| {
                facts.value(*fact).is_some_and(|value| test.accepts(value))
            };
            tests.into_iter().filter(move |it| *it.1 != Test::Any && !is_met(it))
        });
        let Some(failing) = failing else { continue };
        refusal.rules.push(number);
        refusal.facts.extend(failing.map(|(fact, _)| fact));
    }
    refusal
}

/// Why a learning with these facts is not recognised: what the rules on that ask about.
pub(super) fn unrecognised(policy: &Policy, facts: &Facts) -> Refusal {
    let mut refusal = Refusal::default();
    for (number, of) in policy.deciding(Output::Recognition) {
        refusal.rules.push(number);
        let asked = of.rule.inputs.iter().copied();
        refusal.facts.extend(asked.filter(|fact| facts.value(*fact).is_some()));
    }
    refusal
}

/// The tests of a rule's first row for the kind of learning that these facts are of.
pub(super) fn row_of_kind<'r>(rule: &'r Rule, facts: &Facts) -> Option<Vec<(Fact, &'r Test)>> {
    let kind: Option<Value> = facts.value(Fact::TrainingKind);
    let conditions = rule.conditions.iter().map(|it| (it.fact, &it.test));
    let rows = rule.rows.iter().map(|row| rule.inputs.iter().copied().zip(&row.tests));
    let mut rows = rows.map(|cells| conditions.clone().chain(cells).collect::<Vec<_>>());
    let is_of_kind = |(fact, test): &(Fact, &Test)| {
        *fact != Fact::TrainingKind || kind.is_some_and(|kind| test.accepts(kind))
    };
    rows.find(|tests| tests.iter().all(is_of_kind))
}
