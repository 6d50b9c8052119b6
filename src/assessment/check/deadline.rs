//! Last days that are a Saturday or Sunday: of learning periods, and of the days
//! that a rule allows for something. Whether such a day is the last all the same, no
//! notice says; a decision must.

use std::collections::BTreeMap;

use crate::assessment::policy::cell::Test;
use crate::assessment::policy::definition::{Definition, Function};
use crate::assessment::policy::rule::{Row, Rule};
use crate::assessment::policy::vocabulary::{Fact, Output, Value};
use crate::assessment::policy::{Policy, PolicyRule};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::{Date, Weekday};

const HINT: &str = "登记一项裁量，写明怎样办理，并在规则中引用：不顺延的，写 parameters = { weekend = \"no-shift\" }；顺延的，把表中的日期改为顺延以后的";

/// Tells each cell once, with the first day of the years that it sets.
pub(super) fn check(policies: &BTreeMap<u16, Policy>, problems: &mut Diagnostics) {
    let mut told: BTreeMap<(&str, u32), String> = BTreeMap::new();
    for policy in policies.values() {
        for rule in policy.rules.iter().filter(|rule| !says(policy, &rule.rule.decisions)) {
            let found = periods(policy, rule).chain(spans(policy, &rule.rule));
            for (line, message) in found {
                told.entry((&rule.path, line)).or_insert(message);
            }
        }
    }
    for ((path, line), message) in told {
        problems.warning(Place::line(path, line), message, HINT);
    }
}

/// Whether one of some decisions says what becomes of a weekend.
fn says(policy: &Policy, decisions: &[String]) -> bool {
    let mut decisions = decisions.iter().filter_map(|id| policy.decisions.get(id));
    decisions.any(|decision| decision.parameters.weekend.is_some())
}

/// The rows whose learning period ends on a weekend in the policy's year.
fn periods<'p>(
    policy: &'p Policy,
    PolicyRule { rule, .. }: &'p PolicyRule,
) -> impl Iterator<Item = (u32, String)> + 'p {
    let rows = rule.rows.iter().filter(|_| rule.output == Output::LearningPeriod);
    rows.filter_map(|row| {
        let Some(Value::Day(last)) = row.values.last() else { return None };
        let last = last.in_year(policy.year)?;
        let label = policy.vocabulary.output_label(rule.output);
        let message = format!("“{label}”止于 {last}，是{}，没有裁量写明是否顺延", word(last)?);
        Some((row.line, message))
    })
}

/// The first row of a rule with an edge in a number of days: whatever the number, the
/// last of the days is a weekend for somebody.
fn spans<'p>(policy: &'p Policy, rule: &'p Rule) -> Option<(u32, String)> {
    let defined = |fact: Fact| {
        let definitions = policy.definitions.iter().map(|it| &it.definition);
        definitions.into_iter().find(|it| it.fact == fact && it.function == Function::Days)
    };
    let counted = |definition: &&Definition| !says(policy, &definition.decisions);
    let has_edge = |row: &&Row, at: usize| row.tests.get(at).is_some_and(edged);
    let of_conditions = rule.conditions.iter().filter(|it| edged(&it.test));
    let mut found = of_conditions.map(|it| (it.fact, rule.line)).collect::<Vec<_>>();
    for (at, fact) in rule.inputs.iter().enumerate() {
        let row = rule.rows.iter().find(|row| has_edge(row, at));
        found.extend(row.map(|row| (*fact, row.line)));
    }
    found.into_iter().find_map(|(fact, line)| {
        let definition = defined(fact).filter(counted)?;
        let label = policy.vocabulary.fact_label(definition.fact);
        let message = format!("“{label}”的期限，最后一天会是星期六或星期日，没有裁量写明是否顺延");
        Some((line, message))
    })
}

/// Whether a test tells numbers of days apart.
fn edged(test: &Test) -> bool {
    match test {
        Test::Any => false,
        Test::OneOf(_) | Test::AtLeast(_) | Test::Below(_) | Test::Between(..) => true,
    }
}

/// What a day of a weekend is called.
fn word(day: Date) -> Option<&'static str> {
    match day.weekday() {
        Weekday::Saturday => Some("星期六"),
        Weekday::Sunday => Some("星期日"),
        Weekday::Monday
        | Weekday::Tuesday
        | Weekday::Wednesday
        | Weekday::Thursday
        | Weekday::Friday => None,
    }
}
