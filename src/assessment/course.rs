//! One way through the rules, all facts known: which learning years are looked
//! at, from which of them on anything is owed, and how much of their hours.

use std::collections::BTreeSet;

use super::determination::Question;
use super::engine::{Decided, Facts, decide};
use super::policy::decision::{FirstOwed, Parameters};
use super::policy::vocabulary::{Column, Degree, Fact, Output, Value, Vocabulary, Window};
use super::policy::{Policy, PolicyRule};

/// Years, how much of their hours, and what says so.
#[derive(Clone, Debug)]
pub(super) struct Course {
    /// The learning years, earliest first.
    pub window: Vec<u16>,
    pub degree: Degree,
    /// What says which years: 窗口.
    pub by_window: Cited,
    /// What says from which of them on: 窗口起.
    pub by_start: Cited,
    /// What says how much of their hours: 要求程度.
    pub by_degree: Cited,
}

/// Rules that decide something, by number, and the decisions that they use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cited {
    pub rules: BTreeSet<usize>,
    pub decisions: BTreeSet<String>,
}

impl Cited {
    /// What some courses rest on in deciding the same: what all of them cite, as what only
    /// some do does not matter; all that any does, where each has a reason of its own.
    pub(super) fn alike<'c>(all: impl Iterator<Item = &'c Self> + Clone) -> Self {
        let common = all.clone().cloned().reduce(|one, other| Self {
            rules: &one.rules & &other.rules,
            decisions: &one.decisions & &other.decisions,
        });
        let common = common.unwrap_or_default();
        let has_own_reasons = all.clone().all(|it| !it.rules.is_empty());
        if common.rules.is_empty() && has_own_reasons { Self::any(all) } else { common }
    }

    /// All that any of some courses cites.
    pub(super) fn any<'c>(all: impl Iterator<Item = &'c Self>) -> Self {
        all.cloned().fold(Self::default(), |one, other| Self {
            rules: &one.rules | &other.rules,
            decisions: &one.decisions | &other.decisions,
        })
    }
}

/// The course of an application with these facts; nothing where no rule provides
/// for such an application.
pub(super) fn course(policy: &Policy, facts: &Facts) -> Result<Option<Course>, Question> {
    let (window, mut by_window) = match decided(policy, Output::Window, facts)? {
        Some((Value::Window(window), cited)) => (window, cited),
        // The annual purpose looks at its own year, and needs no rule for it.
        _ if is_annual(policy, facts) => (Window { count: 1, back: 0 }, Cited::default()),
        _ => return Ok(None),
    };
    let mut years: Vec<u16> = window.years(policy.year).collect();
    let start = first_owed(policy, facts)?;
    let mut by_start = Cited::default();
    if let Some((first, cited)) = start {
        years.retain(|year| *year >= first);
        by_start = cited;
    }
    let (degree, mut by_degree) = match decided(policy, Output::Degree, facts)? {
        Some((Value::Degree(degree), cited)) => (degree, cited),
        _ => (Degree::Full, Cited::default()),
    };
    // Where nothing is asked for, what would say how much or of which years is idle.
    let degree = if degree == Degree::NotRequired {
        (by_window, by_start) = (Cited::default(), Cited::default());
        degree
    } else if years.is_empty() {
        by_degree = Cited::default();
        Degree::NotRequired
    } else {
        degree
    };
    Ok(Some(Course { window: years, degree, by_window, by_start, by_degree }))
}

/// Whether what is judged is the annual requirement, 年度审验.
pub(super) fn is_annual(policy: &Policy, facts: &Facts) -> bool {
    let annual = policy.vocabulary.keyed(Fact::Purpose, "annual");
    annual.is_some() && facts.value(Fact::Purpose) == annual
}

/// The first learning year in which anything is owed, where rules say so:
/// after a transfer, entry into service, or qualifying.
pub(super) fn first_owed(policy: &Policy, facts: &Facts) -> Result<Option<(u16, Cited)>, Question> {
    let Some((value, cited)) = decided(policy, Output::WindowStart, facts)? else {
        return Ok(None);
    };
    let Some(fact) = counted_from(&policy.vocabulary, value) else { return Ok(None) };
    let Some(Value::Number(since)) = facts.value(fact) else {
        return Err(facts.ask(fact));
    };
    let first_owed = parameter(policy, &cited.rules, |parameters| parameters.first_owed);
    let begun = i32::from(policy.year).saturating_sub(since);
    let first = match first_owed {
        Some(FirstOwed::SameYear) => begun,
        Some(FirstOwed::YearAfter) | None => begun.saturating_add(1),
    };
    Ok(Some((u16::try_from(first.max(0)).unwrap_or(u16::MAX), cited)))
}

/// The first column of a decided output, and what decides it.
fn decided(
    policy: &Policy,
    output: Output,
    facts: &Facts,
) -> Result<Option<(Value, Cited)>, Question> {
    match decide(policy, output, facts) {
        Decided::One { values, rules, settled } => {
            let mut decisions = BTreeSet::new();
            for rule in &rules {
                decisions.extend(policy.rules[*rule].rule.decisions.iter().cloned());
                decisions.extend(definitions_of(policy, *rule));
            }
            decisions.extend(settled.decision(policy, output).map(str::to_owned));
            let cited = Cited { rules: rules.into_iter().collect(), decisions };
            Ok(values.first().map(|value| (*value, cited)))
        }
        Decided::Nothing => Ok(None),
        Decided::Open { missing, .. } => {
            Err(facts.ask(missing.into_iter().next().unwrap_or(Fact::Purpose)))
        }
        Decided::Collision { rules } => Err(Question::Rules(rules)),
    }
}

/// The fact that counts the years since what a word of 窗口起 names.
pub(super) fn counted_from(vocabulary: &Vocabulary, value: Value) -> Option<Fact> {
    match vocabulary.column_key(Column::WindowStart, value)? {
        "transfer" => Some(Fact::YearsSinceTransfer),
        "entry" => Some(Fact::YearsSinceEntry),
        "qualified" => Some(Fact::YearsSinceQualifying),
        _ => None,
    }
}

/// The decisions on the derived facts that a rule asks about.
pub(super) fn definitions_of(policy: &Policy, rule: usize) -> impl Iterator<Item = String> {
    let rule = &policy.rules[rule].rule;
    let is_asked =
        |fact| rule.inputs.contains(&fact) || rule.conditions.iter().any(|it| it.fact == fact);
    let asked = policy.definitions.iter().filter(move |it| is_asked(it.definition.fact));
    asked.flat_map(|defined| defined.definition.decisions.iter().cloned())
}

/// The decisions that a rule can rest on: those that it names, those on the derived facts
/// that it asks about, and the one that settles its disagreements with rules that may
/// be true beside it and give something else.
pub fn decisions_on(policy: &Policy, number: usize) -> Vec<String> {
    let Some(of) = policy.rules.get(number) else { return Vec::new() };
    let mut ids = of.rule.decisions.clone();
    ids.extend(definitions_of(policy, number));
    let is_sibling = |(other, it): (usize, &PolicyRule)| {
        let is_exception = yields_to(policy, number, other) || yields_to(policy, other, number);
        let values = |rule: &PolicyRule| -> BTreeSet<Vec<Value>> {
            rule.rule.rows.iter().map(|row| row.values.clone()).collect()
        };
        let may_differ = values(of).union(&values(it)).nth(1).is_some();
        other != number && !is_exception && may_differ
    };
    let settlement = policy.settlements.get(&of.rule.output);
    let settlement = settlement.filter(|_| policy.deciding(of.rule.output).any(is_sibling));
    ids.extend(settlement.map(|it| it.decision.clone()));
    ids.sort_by_key(|id| (id.len(), id.clone()));
    ids.dedup();
    ids
}

/// Whether a rule is an exception to another, or to an exception to it, and so on.
fn yields_to(policy: &Policy, rule: usize, exception: usize) -> bool {
    let mut reached = BTreeSet::from([rule]);
    let mut next = vec![rule];
    while let Some(of) = next.pop().and_then(|it| policy.rules.get(it)) {
        next.extend(of.exceptions.iter().copied().filter(|it| reached.insert(*it)));
    }
    rule != exception && reached.contains(&exception)
}

/// What a decision fixes that some rules cite; all of them fix the same, as the checks see
/// to.
pub(super) fn parameter<'r, T>(
    policy: &Policy,
    rules: impl IntoIterator<Item = &'r usize>,
    of: impl Fn(&Parameters) -> Option<T>,
) -> Option<T> {
    let rules = rules.into_iter().filter_map(|rule| policy.rules.get(*rule));
    let cited = rules.flat_map(|it| &it.rule.decisions);
    cited.filter_map(|id| policy.decisions.get(id)).find_map(|it| of(&it.parameters))
}

/// The decisions that settle, with these facts, a disagreement of rules on some outputs.
pub(super) fn settling(policy: &Policy, outputs: &[Output], facts: &Facts) -> Vec<String> {
    let settled = outputs.iter().filter(|output| policy.settlements.contains_key(output));
    let settled = settled.filter_map(|output| match decide(policy, *output, facts) {
        Decided::One { settled, .. } => settled.decision(policy, *output),
        Decided::Nothing | Decided::Open { .. } | Decided::Collision { .. } => None,
    });
    settled.map(str::to_owned).collect()
}

/// The decisions by which nothing is said of an output on purpose: those that rules for it
/// cite which may apply to these facts.
pub(super) fn acknowledging(policy: &Policy, output: Output, facts: &Facts) -> Vec<String> {
    let label = policy.vocabulary.output_label(output);
    let may_apply = |(_, it): &(usize, &PolicyRule)| {
        let conditions = &it.rule.conditions;
        conditions.iter().all(|it| facts.value(it.fact).is_none_or(|value| it.test.accepts(value)))
    };
    let cited = policy.deciding(output).filter(may_apply).flat_map(|(_, it)| &it.rule.decisions);
    let says = |id: &&String| {
        policy.decisions.get(*id).is_some_and(|it| it.acknowledges.as_deref() == Some(label))
    };
    cited.filter(says).cloned().collect()
}
