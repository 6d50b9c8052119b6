//! The mutation check: do the examples notice when a rule is wrong by one step?
//!
//! Every boundary of every rule is moved by one: an age by a year, hours by an
//! hour, a period by a day, a window by a year, a part by one in its
//! denominator; and every word of a list is left out once. After each such
//! change all examples are run. A change that none of them notices is a boundary
//! that no example stands at.

use std::collections::BTreeMap;

use super::compile::prepare;
use super::example::all_hold;
use super::hours::Hours;
use super::policy::Policy;
use super::policy::cell::Test;
use super::policy::notice::Notice;
use super::policy::rule::Rule;
use super::policy::vocabulary::{Degree, Fact, Value, Vocabulary, Window};
use crate::diagnostic::Place;

/// A change of a rule by one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Where the boundary stands.
    pub place: Place,
    /// The rule: `区/三(一)前段`.
    pub rule: String,
    /// What was changed: `周岁 ≥55 改为 ≥56`.
    pub change: String,
}

/// The changes that no example notices, in the order of the notices. The
/// examples must hold to begin with.
pub fn unseen(policies: &BTreeMap<u16, Policy>, notices: &[Notice]) -> Vec<Mutant> {
    let mut changed = policies.clone();
    let mut unseen = Vec::new();
    for notice in notices {
        for rule in &notice.rules {
            let Some(vocabulary) = vocabulary_of(policies, notice, rule) else { continue };
            for (mutant, mutated) in mutants(notice, rule, vocabulary) {
                replace(&mut changed, notice, &mutated);
                if all_hold(&changed, notices) {
                    unseen.push(mutant);
                }
            }
            replace(&mut changed, notice, rule);
        }
    }
    unseen
}

/// The vocabulary of a rule that some year's policy has.
fn vocabulary_of<'p>(
    policies: &'p BTreeMap<u16, Policy>,
    notice: &Notice,
    rule: &Rule,
) -> Option<&'p Vocabulary> {
    let has_it = |policy: &&Policy| {
        policy.rules.iter().any(|it| it.path == notice.path && it.rule.name == rule.name)
    };
    policies.values().find(has_it).map(|policy| &*policy.vocabulary)
}

/// Puts a rule in the place of the one of its name, in every year that has it.
fn replace(policies: &mut BTreeMap<u16, Policy>, notice: &Notice, rule: &Rule) {
    for policy in policies.values_mut() {
        let own = policy.rules.iter_mut();
        let own = own.filter(|it| it.path == notice.path && it.rule.name == rule.name);
        own.for_each(|it| it.rule = rule.clone());
        prepare(policy);
    }
}

/// All changes of a rule by one step.
fn mutants(notice: &Notice, rule: &Rule, vocabulary: &Vocabulary) -> Vec<(Mutant, Rule)> {
    let mut mutants = Vec::new();
    let mut add = |line: u32, change: String, mutated: Rule| {
        let place = Place::line(&notice.path, line);
        let name = format!("{}/{}", notice.front.namespace, rule.name);
        mutants.push((Mutant { place, rule: name, change }, mutated));
    };
    for (at, condition) in rule.conditions.iter().enumerate() {
        for (test, change) in tests(&condition.test, condition.fact, vocabulary) {
            let mut mutated = rule.clone();
            mutated.conditions[at].test = test;
            add(rule.line, format!("适用 {change}"), mutated);
        }
    }
    for (at, row) in rule.rows.iter().enumerate() {
        for (column, (fact, test)) in rule.inputs.iter().zip(&row.tests).enumerate() {
            for (test, change) in tests(test, *fact, vocabulary) {
                let mut mutated = rule.clone();
                mutated.rows[at].tests[column] = test;
                add(row.line, change, mutated);
            }
        }
        for (column, value) in row.values.iter().enumerate() {
            for other in values(*value) {
                let mut mutated = rule.clone();
                mutated.rows[at].values[column] = other;
                let text = |value| vocabulary.value_text(&[], value);
                let label = rule.output.columns().get(column);
                let label = label.map_or("", |column| vocabulary.column_label(*column));
                let change = format!("⇒ {label} {} 改为 {}", text(*value), text(other));
                add(row.line, change, mutated);
            }
        }
    }
    mutants
}

/// A test moved by one step, and what was changed.
fn tests(test: &Test, fact: Fact, vocabulary: &Vocabulary) -> Vec<(Test, String)> {
    let around = |number: i32| [number.checked_sub(1), number.checked_add(1)].into_iter().flatten();
    let moved: Vec<Test> = match test {
        Test::Any => Vec::new(),
        Test::AtLeast(edge) => around(*edge).map(Test::AtLeast).collect(),
        Test::Below(edge) => around(*edge).map(Test::Below).collect(),
        Test::Between(least, end) => {
            let lower = around(*least).map(|least| Test::Between(least, *end));
            lower.chain(around(*end).map(|end| Test::Between(*least, end))).collect()
        }
        Test::OneOf(list) => return words(list, fact, vocabulary),
    };
    let (label, text) = (vocabulary.fact_label(fact), test.write(vocabulary, fact));
    let told = |test: Test| {
        let change = format!("{label} {text} 改为 {}", test.write(vocabulary, fact));
        (test, change)
    };
    moved.into_iter().map(told).collect()
}

/// A list without each of its words, and with each of its numbers moved.
fn words(list: &[Value], fact: Fact, vocabulary: &Vocabulary) -> Vec<(Test, String)> {
    let label = vocabulary.fact_label(fact);
    let text = |value| vocabulary.value_text(vocabulary.words(fact), value);
    let mut changed = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let mut without = list.to_vec();
        without.remove(at);
        changed.push((Test::OneOf(without), format!("{label} 去掉“{}”", text(*value))));
        let Value::Number(number) = value else { continue };
        for other in [number.checked_sub(1), number.checked_add(1)].into_iter().flatten() {
            let mut moved = list.to_vec();
            moved[at] = Value::Number(other);
            changed.push((Test::OneOf(moved), format!("{label} {number} 改为 {other}")));
        }
    }
    changed
}

/// A value moved by one step: hours by an hour, a day by a day, a window by a
/// year, a part by one in its denominator. Words have no next one.
fn values(value: Value) -> Vec<Value> {
    match value {
        Value::Hours(hours) => {
            let hour = Hours::from_tenths(10);
            let others = [hours.minus(hour), hours.plus(hour)].into_iter();
            others.filter(|other| *other != hours).map(Value::Hours).collect()
        }
        Value::Day(day) => day.neighbours().map(Value::Day).collect(),
        Value::Window(Window { count, back }) => {
            let counts = [count.checked_sub(1), count.checked_add(1)].into_iter().flatten();
            counts.map(|count| Value::Window(Window { count, back })).collect()
        }
        Value::Degree(Degree::Part(part)) => {
            part.neighbours().map(|part| Value::Degree(Degree::Part(part))).collect()
        }
        Value::Degree(Degree::NotRequired | Degree::Reference | Degree::Full)
        | Value::Category(_)
        | Value::YesNo(_)
        | Value::Word(_)
        | Value::Number(_)
        | Value::Date(_)
        | Value::Absent => Vec::new(),
    }
}
