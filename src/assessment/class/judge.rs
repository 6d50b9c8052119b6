//! Judges a class: its plan, its report, and whether cards that rest on it may
//! be printed.

use std::collections::BTreeSet;

use super::{Class, Plan, Report};
use crate::assessment::application::derive;
use crate::assessment::engine::{Decided, Facts, decide, values_to_try};
use crate::assessment::policy::Policy;
use crate::assessment::policy::definition::Function;
use crate::assessment::policy::vocabulary::{DateRange, Fact, Output, Value, Vocabulary};
use crate::time::Date;

/// What the rules say of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Determination {
    /// The facts of the class; derived ones among them.
    pub facts: Facts,
    /// What became of its plan, its report, and the printing of cards.
    pub findings: Vec<Finding>,
}

/// What the rules say of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Of what: plan, report or printing.
    pub output: Output,
    /// What they say.
    pub outcome: Outcome,
    /// The rules it rests on, by number.
    pub rules: Vec<usize>,
    /// The decisions that were used, by id.
    pub decisions: BTreeSet<String>,
    /// The last day on which filing is in time, where rules set one.
    pub due: Option<Date>,
}

/// What rules say of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This, as a word of the output's column.
    Decided(Value),
    /// Nothing yet, since nothing was filed.
    NotFiled,
    /// It depends on facts that the file does not give, or rules disagree.
    Unclear,
    /// No rule speaks of it.
    NoRule,
}

/// How an output of a class is judged: what was filed when, and what days
/// follow.
struct Filing {
    output: Output,
    filed: Fact,
    days: Fact,
}

const FILINGS: [Filing; 2] = [
    Filing { output: Output::Plan, filed: Fact::PlanFiled, days: Fact::PlanLead },
    Filing { output: Output::Report, filed: Fact::ReportFiled, days: Fact::ReportLag },
];

/// Judges a class.
pub fn determine(policy: &Policy, class: &Class) -> Determination {
    let facts = facts(policy, class);
    let filings = FILINGS.iter().map(|Filing { output, filed, days }| {
        let mut finding = find(policy, *output, &facts);
        if finding.outcome == Outcome::Unclear && facts.value(*filed).is_none() {
            finding.outcome = Outcome::NotFiled;
        }
        finding.due = due(policy, *output, *days, &facts);
        finding
    });
    let mut findings: Vec<Finding> = filings.collect();
    findings.push(find(policy, Output::RegionPrinting, &facts));
    Determination { facts, findings }
}

/// What the rules say of printing cards that rest on a class.
pub fn printing(policy: &Policy, class: &Class) -> Finding {
    find(policy, Output::RegionPrinting, &facts(policy, class))
}

/// The facts of a class; derived ones are computed.
fn facts(policy: &Policy, class: &Class) -> Facts {
    let Class { begins, ends, plan, report, .. } = class;
    let vocabulary = &policy.vocabulary;
    let date = |date: Date| Some(Value::Date(DateRange::day(date)));
    let mut facts = Facts::none();
    facts.set(Fact::ClassBegins, date(*begins));
    facts.set(Fact::ClassEnds, date(*ends));
    if let Some(Plan { filed, missing }) = plan {
        facts.set(Fact::PlanFiled, date(*filed));
        facts.set(Fact::PlanElements, complete(vocabulary, Fact::PlanElements, missing));
    }
    if let Some(Report { filed, missing, order, roster: _, audit: _ }) = report {
        facts.set(Fact::ReportFiled, date(*filed));
        facts.set(Fact::ReportMaterials, complete(vocabulary, Fact::ReportMaterials, missing));
        let order = order.as_ref().map(|it| if it.is_same() { "same" } else { "different" });
        facts.set(Fact::PhotoOrder, order.and_then(|key| vocabulary.keyed(Fact::PhotoOrder, key)));
    }
    facts.set(Fact::ReportAudit, audit(vocabulary, class));
    derive(policy, &mut facts);
    facts
}

fn complete(vocabulary: &Vocabulary, fact: Fact, missing: &[String]) -> Option<Value> {
    vocabulary.keyed(fact, if missing.is_empty() { "complete" } else { "incomplete" })
}

/// Whether the report passed: a report that nobody has audited has not.
fn audit(vocabulary: &Vocabulary, class: &Class) -> Option<Value> {
    let audited = class.report.as_ref().and_then(|report| report.audit);
    match audited {
        Some(audit) => Some(audit.status),
        None => vocabulary.keyed(Fact::ReportAudit, "not-passed"),
    }
}

/// What rules say of an output.
fn find(policy: &Policy, output: Output, facts: &Facts) -> Finding {
    let mut decisions = BTreeSet::new();
    let (outcome, rules) = match decide(policy, output, facts) {
        Decided::One { values, rules, settled } => {
            decisions.extend(settled.decision(policy, output).map(str::to_owned));
            match values.first() {
                Some(value) => (Outcome::Decided(*value), rules),
                None => (Outcome::NoRule, Vec::new()),
            }
        }
        Decided::Nothing => (Outcome::NoRule, Vec::new()),
        Decided::Collision { rules } => (Outcome::Unclear, rules),
        Decided::Open { .. } => {
            (Outcome::Unclear, policy.deciding(output).map(|(number, _)| number).collect())
        }
    };
    for rule in rules.iter().filter_map(|rule| policy.rules.get(*rule)) {
        decisions.extend(rule.rule.decisions.iter().cloned());
        for defined in &policy.definitions {
            if rule.rule.inputs.contains(&defined.definition.fact) {
                decisions.extend(defined.definition.decisions.iter().cloned());
            }
        }
    }
    Finding { output, outcome, rules, decisions, due: None }
}

/// The last day on which filing is in time: the latest that the rules treat like
/// filing in good time, everything else being in order.
///
/// It is read off the same tables that judge, so that no deadline is told that
/// they do not keep.
fn due(policy: &Policy, output: Output, days: Fact, facts: &Facts) -> Option<Date> {
    let defined = policy.definitions.iter().map(|it| &it.definition);
    let defined = defined.into_iter().find(|it| it.fact == days)?;
    let vocabulary = &policy.vocabulary;
    let mut best = *facts;
    for (fact, key) in [
        (Fact::PlanElements, "complete"),
        (Fact::ReportMaterials, "complete"),
        (Fact::PhotoOrder, "same"),
    ] {
        best.set(fact, vocabulary.keyed(fact, key));
    }
    let said =
        |number: i32| match decide(policy, output, &best.with(days, Some(Value::Number(number)))) {
            Decided::One { values, .. } => values.first().copied(),
            Decided::Nothing | Decided::Collision { .. } | Decided::Open { .. } => None,
        };
    let edges: Vec<i32> = values_to_try(policy, days)
        .into_iter()
        .filter_map(|value| if let Value::Number(edge) = value { Some(edge) } else { None })
        .collect();
    let (first, last) = (*edges.first()?, *edges.last()?);
    let date = |fact: Fact| match facts.value(fact) {
        Some(Value::Date(DateRange { first, last })) if first == last => Some(first),
        _ => None,
    };
    match (defined.function, defined.arguments) {
        // Days from the class to the filing: the fewer, the earlier.
        (Function::Days, [from, _]) if from == Fact::ClassBegins || from == Fact::ClassEnds => {
            let good = said(first)?;
            let late = edges.iter().find(|edge| said(**edge) != Some(good))?;
            date(from)?.plus_days(i64::from(*late) - 1)
        }
        // Days from the filing to the class: the more, the earlier.
        (Function::Days, [_, to]) => {
            let good = said(last)?;
            let in_time = edges.iter().rev().take_while(|edge| said(**edge) == Some(good)).last();
            let is_ever_late = in_time.is_some_and(|edge| *edge > first);
            let in_time = in_time.filter(|_| is_ever_late)?;
            date(to)?.plus_days(-i64::from(*in_time))
        }
        (Function::Age | Function::Years, _) => None,
    }
}
