//! One way through the rules, all facts known: which learning years are looked
//! at, from which of them on anything is owed, and how much of their hours.

use std::collections::BTreeSet;

use super::determination::Question;
use super::engine::{Decided, Facts, Settled, decide};
use super::policy::decision::{FirstOwed, Parameters};
use super::policy::vocabulary::{Column, Degree, Fact, Output, Value, Vocabulary, Window};
use super::policy::{Policy, PolicyRule};

/// Years, how much of their hours, and what says so.
#[derive(Clone, Debug)]
pub(super) struct Course {
    /// The learning years, earliest first.
    pub window: Vec<u16>,
    pub degree: Degree,
    pub rules: BTreeSet<usize>,
    pub decisions: BTreeSet<String>,
}

/// The course of an application with these facts; nothing where no rule provides
/// for such an application.
pub(super) fn course(policy: &Policy, facts: &Facts) -> Result<Option<Course>, Question> {
    let mut notes = Notes::new(policy);
    let window = match notes.decide(Output::Window, facts)? {
        Some(Value::Window(window)) => window,
        // The annual purpose looks at its own year, and needs no rule for it.
        _ if is_annual(policy, facts) => Window { count: 1, back: 0 },
        _ => return Ok(None),
    };
    let mut years: Vec<u16> = window.years(policy.year).collect();
    if let Some(first) = notes.first_owed(facts)? {
        years.retain(|year| *year >= first);
    }
    let degree = match notes.decide(Output::Degree, facts)? {
        Some(Value::Degree(degree)) => degree,
        _ => Degree::Full,
    };
    let degree = if years.is_empty() { Degree::NotRequired } else { degree };
    let Notes { rules, decisions, .. } = notes;
    Ok(Some(Course { window: years, degree, rules, decisions }))
}

fn is_annual(policy: &Policy, facts: &Facts) -> bool {
    let annual = policy.vocabulary.keyed(Fact::Purpose, "annual");
    annual.is_some() && facts.value(Fact::Purpose) == annual
}

/// Rules and decisions that are used on the way.
#[derive(Debug)]
pub(super) struct Notes<'p> {
    policy: &'p Policy,
    pub rules: BTreeSet<usize>,
    pub decisions: BTreeSet<String>,
}

impl<'p> Notes<'p> {
    pub(super) const fn new(policy: &'p Policy) -> Self {
        Self { policy, rules: BTreeSet::new(), decisions: BTreeSet::new() }
    }

    /// The first learning year in which anything is owed, where rules say so:
    /// after a transfer, entry into service, or qualifying.
    pub(super) fn first_owed(&mut self, facts: &Facts) -> Result<Option<u16>, Question> {
        let mut own = Self::new(self.policy);
        let Some(value) = own.decide(Output::WindowStart, facts)? else { return Ok(None) };
        let Some(fact) = counted_from(&self.policy.vocabulary, value) else { return Ok(None) };
        let Some(Value::Number(since)) = facts.value(fact) else {
            return Err(facts.ask(fact));
        };
        let policy = self.policy;
        let first_owed = parameter(policy, &own.decisions, |parameters| parameters.first_owed);
        let begun = i32::from(policy.year).saturating_sub(since);
        let first = match first_owed {
            Some(FirstOwed::SameYear) => begun,
            Some(FirstOwed::YearAfter) | None => begun.saturating_add(1),
        };
        self.rules.extend(own.rules);
        self.decisions.extend(own.decisions);
        Ok(Some(u16::try_from(first.max(0)).unwrap_or(u16::MAX)))
    }

    /// The first column of a decided output.
    fn decide(&mut self, output: Output, facts: &Facts) -> Result<Option<Value>, Question> {
        match decide(self.policy, output, facts) {
            Decided::One { values, rules, settled } => {
                for rule in &rules {
                    self.decisions.extend(self.policy.rules[*rule].rule.decisions.iter().cloned());
                    self.decisions.extend(definitions_of(self.policy, *rule));
                }
                self.rules.extend(rules);
                if settled == Settled::ByDecision {
                    let settlement = self.policy.settlements.get(&output);
                    self.decisions.extend(settlement.map(|it| it.decision.clone()));
                }
                Ok(values.first().copied())
            }
            Decided::Nothing => Ok(None),
            Decided::Open { missing, .. } => {
                Err(facts.ask(missing.into_iter().next().unwrap_or(Fact::Purpose)))
            }
            Decided::Collision { rules } => Err(Question::Rules(rules)),
        }
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

/// What some decisions fix.
pub(super) fn parameter<T>(
    policy: &Policy,
    decisions: &BTreeSet<String>,
    of: impl Fn(&Parameters) -> Option<T>,
) -> Option<T> {
    decisions.iter().filter_map(|id| policy.decisions.get(id)).find_map(|it| of(&it.parameters))
}
