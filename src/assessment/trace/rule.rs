//! What rules gave on the facts of an application, and which gave nothing.

use super::{Step, Tried};
use crate::assessment::application::{Case, Determination};
use crate::assessment::completion::values;
use crate::assessment::course::{counted_from, definitions_of, first_owed};
use crate::assessment::determination::Outcome;
use crate::assessment::engine::Facts;
use crate::assessment::explain::fact_words;
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::rule::{Condition, Row, Rule};
use crate::assessment::policy::vocabulary::{Column, Fact, Output, Value};
use crate::assessment::policy::{Policy, names};

/// What a rule gave.
pub(super) fn step(case: &Case<'_>, number: usize) -> Option<Step> {
    let policy = case.policy;
    let rule = &policy.rules.get(number)?.rule;
    let vocabulary = &policy.vocabulary;
    let facts = facts_for(case, rule);
    let given = true_row(rule, &facts).map(|row| {
        let columns = rule.output.columns().iter().zip(&row.values);
        let texts = columns
            .map(|(column, value)| vocabulary.value_text(vocabulary.column_words(*column), *value));
        let years = years_meant(policy, rule, row, &facts);
        format!("{}{}", texts.collect::<Vec<_>>().join(" "), years.unwrap_or_default())
    });
    Some(Step {
        output: vocabulary.output_label(rule.output).to_owned(),
        given: asked(policy, rule)
            .into_iter()
            .map(|fact| fact_words(policy, &facts, fact))
            .collect(),
        result: given.unwrap_or_else(|| OPEN.to_owned()),
        clause: names(policy, &[number]),
        quote: rule.quote.clone(),
    })
}

/// Which learning years a row means: `（2020、2021、2022 年）`, `（2022 年起）`.
fn years_meant(policy: &Policy, rule: &Rule, row: &Row, facts: &Facts) -> Option<String> {
    match (rule.output, row.values.first()?) {
        (Output::Window, Value::Window(window)) if window.count > 0 => {
            let years: Vec<_> = window.years(policy.year).map(|year| year.to_string()).collect();
            Some(format!("（{} 年）", years.join("、")))
        }
        (Output::WindowStart, _) => {
            let (first, _) = first_owed(policy, facts).ok()??;
            Some(format!("（{first} 年起）"))
        }
        _ => None,
    }
}

/// What follows from a failed result, purpose by purpose, with the facts that the row on
/// it asks about; also where nothing follows for want of them.
pub(super) fn consequences(case: &Case<'_>, result: &Determination) -> Vec<Step> {
    let policy = case.policy;
    let vocabulary = &policy.vocabulary;
    let mut steps = Vec::new();
    let rules = policy.deciding(Output::Consequence);
    for (number, of) in rules.filter(|(number, _)| result.rules.contains(number)) {
        let rule = &of.rule;
        for purpose in (0..vocabulary.words(Fact::Purpose).len()).map(Value::Word) {
            let facts = facts_for(case, rule).with(Fact::Purpose, Some(purpose));
            let is_for = |row: &&Row| {
                let mut tests = conditions(rule).chain(cells(rule, row));
                tests.all(|(fact, test)| fact != Fact::Purpose || test.accepts(purpose))
            };
            let holds = true_row(rule, &facts);
            let Some(row) = holds.or_else(|| rule.rows.iter().find(is_for)) else { continue };
            let asked = cells(rule, row).filter(|(_, test)| **test != Test::Any);
            let words = match (holds, row.values.first()) {
                (Some(_), Some(value)) => {
                    vocabulary.value_text(vocabulary.column_words(Column::Consequence), *value)
                }
                _ if may_hold(policy, rule, &facts) => OPEN.to_owned(),
                _ => "无".to_owned(),
            };
            steps.push(Step {
                output: vocabulary.output_label(Output::Consequence).to_owned(),
                given: conditions(rule)
                    .chain(asked)
                    .map(|(fact, _)| fact_words(policy, &facts, fact))
                    .collect(),
                result: words,
                clause: names(policy, &[number]),
                quote: rule.quote.clone(),
            });
        }
    }
    steps
}

/// The rules that were looked at and gave nothing. Of one whose 适用 fails, the failing
/// fact alone is told, together with the others that fail by it.
pub(super) fn tried(case: &Case<'_>, result: &Determination) -> Vec<Tried> {
    let policy = case.policy;
    let mut tried: Vec<Tried> = Vec::new();
    for output in looked_at(result.outcome) {
        let label = policy.vocabulary.output_label(*output);
        let unused = policy.deciding(*output).filter(|(number, _)| !result.rules.contains(number));
        for (number, of) in unused {
            let rule = &of.rule;
            let facts = facts_for(case, rule);
            let name = names(policy, &[number]);
            if let Some(fact) = failing_condition(rule, &facts) {
                let given = vec![fact_words(policy, &facts, fact)];
                let is_like = |it: &&mut Tried| {
                    it.output == label && it.given == given && it.why == OUT_OF_SCOPE
                };
                match tried.iter_mut().find(is_like) {
                    Some(like) => like.clauses.push(name),
                    None => tried.push(Tried {
                        output: label.to_owned(),
                        clauses: vec![name],
                        given,
                        why: OUT_OF_SCOPE.to_owned(),
                        decisions: Vec::new(),
                    }),
                }
                continue;
            }
            let before: Vec<usize> = of
                .exceptions
                .iter()
                .copied()
                .filter(|other| {
                    policy.rules.get(*other).is_some_and(|it| true_row(&it.rule, &facts).is_some())
                })
                .collect();
            let why = match (true_row(rule, &facts), before.as_slice()) {
                (Some(_), [_, ..]) => format!("例外 {} 在先", names(policy, &before)),
                (Some(_), []) => "不影响结论".to_owned(),
                (None, _) if may_hold(policy, rule, &facts) => {
                    "视所缺事实而定，不影响结论".to_owned()
                }
                (None, _) => "不符合".to_owned(),
            };
            let mut decisions: Vec<String> = rule.decisions.clone();
            decisions.extend(definitions_of(policy, number));
            decisions.sort_by_key(|id| (id.len(), id.clone()));
            decisions.dedup();
            tried.push(Tried {
                output: label.to_owned(),
                clauses: vec![name],
                given: asked(policy, rule)
                    .into_iter()
                    .map(|it| fact_words(policy, &facts, it))
                    .collect(),
                why,
                decisions,
            });
        }
    }
    tried
}

/// What is said of a rule that hangs on facts that are missing.
const OPEN: &str = "视所缺事实而定";

const OUT_OF_SCOPE: &str = "不在适用之列";

/// The outputs that are decided on the way to a result.
const fn looked_at(outcome: Outcome) -> &'static [Output] {
    match outcome {
        Outcome::NotApplicable => &[Output::Window],
        Outcome::Passed | Outcome::Unclear => {
            &[Output::Window, Output::WindowStart, Output::Degree]
        }
        Outcome::Failed => {
            &[Output::Window, Output::WindowStart, Output::Degree, Output::Consequence]
        }
    }
}

/// The facts that a rule is asked with. What follows from a failed result is asked with
/// 上年学习 未完成.
fn facts_for(case: &Case<'_>, rule: &Rule) -> Facts {
    if rule.output != Output::Consequence {
        return case.facts;
    }
    case.facts.with(Fact::Learning, case.policy.vocabulary.keyed(Fact::Learning, "unfinished"))
}

fn conditions(rule: &Rule) -> impl Iterator<Item = (Fact, &Test)> {
    rule.conditions.iter().map(|it| (it.fact, &it.test))
}

fn cells<'r>(rule: &'r Rule, row: &'r Row) -> impl Iterator<Item = (Fact, &'r Test)> {
    rule.inputs.iter().copied().zip(&row.tests)
}

fn accepts(facts: &Facts, fact: Fact, test: &Test) -> bool {
    match facts.value(fact) {
        Some(value) => test.accepts(value),
        None => *test == Test::Any,
    }
}

/// The first row that is true.
pub(super) fn true_row<'r>(rule: &'r Rule, facts: &Facts) -> Option<&'r Row> {
    let in_scope = conditions(rule).all(|(fact, test)| accepts(facts, fact, test));
    let mut rows = rule.rows.iter().filter(|_| in_scope);
    rows.find(|row| cells(rule, row).all(|(fact, test)| accepts(facts, fact, test)))
}

/// Whether a row can be true, by what is known.
fn may_hold(policy: &Policy, rule: &Rule, facts: &Facts) -> bool {
    let may = |(fact, test): (Fact, &Test)| match facts.value(fact) {
        Some(value) => test.accepts(value),
        None => values(policy, facts, fact).into_iter().any(|value| test.accepts(value)),
    };
    conditions(rule).all(may) && rule.rows.iter().any(|row| cells(rule, row).all(may))
}

/// The fact of the first condition that is known to fail; the purpose, if no row is for
/// it.
pub(super) fn failing_condition(rule: &Rule, facts: &Facts) -> Option<Fact> {
    let fails = |it: &&Condition| facts.value(it.fact).is_some_and(|value| !it.test.accepts(value));
    let is_for = |row| {
        cells(rule, row).all(|(fact, test)| {
            fact != Fact::Purpose || facts.value(fact).is_none_or(|value| test.accepts(value))
        })
    };
    let failing = rule.conditions.iter().find(fails).map(|it| it.fact);
    failing.or_else(|| (!rule.rows.iter().any(is_for)).then_some(Fact::Purpose))
}

/// The facts that a rule asks about, and those that what it gives is counted from.
fn asked(policy: &Policy, rule: &Rule) -> Vec<Fact> {
    let mut asked: Vec<Fact> = rule.conditions.iter().map(|it| it.fact).collect();
    let counted = rule.rows.iter().filter(|_| rule.output == Output::WindowStart);
    let counted = counted.filter_map(|row| counted_from(&policy.vocabulary, *row.values.first()?));
    for fact in rule.inputs.iter().copied().chain(counted) {
        if !asked.contains(&fact) {
            asked.push(fact);
        }
    }
    asked
}
