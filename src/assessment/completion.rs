//! Missing facts, completed in every way that the rules tell apart.

use super::determination::Question;
use super::engine::{FactSet, Facts, missing_for, values_to_try};
use super::facts::bounds;
use super::policy::Policy;
use super::policy::vocabulary::{DateRange, Fact, Output, Value};

/// Completions of missing facts that are tried, at most.
const MAX_COMPLETIONS: usize = 10_000;

/// The completions of the facts that rules for some outputs ask about and do not
/// get.
#[derive(Debug)]
pub(super) struct Completions<'p> {
    policy: &'p Policy,
    facts: Facts,
    /// The missing facts with the values to try.
    axes: Vec<(Fact, Vec<Value>)>,
}

impl<'p> Completions<'p> {
    /// All that the rules for these outputs tell apart.
    pub(super) fn of(policy: &'p Policy, facts: &Facts, outputs: &[Output]) -> Self {
        let mut missing = FactSet::default();
        for output in outputs {
            missing.extend(missing_for(policy, *output, facts));
        }
        let axes = missing.iter().map(|fact| (fact, values(policy, facts, fact))).collect();
        Self { policy, facts: *facts, axes }
    }

    /// How many there are; `None` where they are too many to try.
    pub(super) fn count(&self) -> Option<usize> {
        let mut each = self.axes.iter().map(|(_, values)| values.len());
        let count = each.try_fold(1_usize, |count, values| count.checked_mul(values));
        count.filter(|count| (1..=MAX_COMPLETIONS).contains(count))
    }

    /// The completion of this number: the axes are the digits, first axis fastest.
    pub(super) fn at(&self, mut number: usize) -> Facts {
        let mut completed = self.facts;
        for (fact, values) in &self.axes {
            completed.set(*fact, Some(values[number % values.len()]));
            number /= values.len();
        }
        completed
    }

    /// What to ask for where two completions end differently: the facts that tell
    /// such ends apart.
    pub(super) fn that_matter(&self, differs: &dyn Fn(usize, usize) -> bool) -> Vec<Question> {
        let count = self.count().unwrap_or(0);
        let mut step = 1;
        let mut questions = Vec::new();
        for (fact, values) in &self.axes {
            let is_last = |at: usize| (at / step) % values.len() + 1 == values.len();
            if (0..count).any(|at| !is_last(at) && differs(at, at + step)) {
                questions.extend(self.asked_instead(*fact));
            }
            step *= values.len();
        }
        questions
    }

    /// What to ask for to know all of the facts.
    pub(super) fn all(&self) -> Vec<Question> {
        self.axes.iter().flat_map(|(fact, _)| self.asked_instead(*fact)).collect()
    }

    /// What to ask for instead of a derived fact: those it follows from.
    fn asked_instead(&self, fact: Fact) -> Vec<Question> {
        let defined = self.policy.definitions.iter().find(|it| it.definition.fact == fact);
        let Some(defined) = defined else { return vec![self.facts.ask(fact)] };
        let is_open = |fact: &Fact| match self.facts.value(*fact) {
            Some(Value::Date(DateRange { first, last })) => first != last,
            other => other.is_none(),
        };
        let arguments = defined.definition.arguments.into_iter().filter(is_open);
        arguments.map(|fact| self.facts.ask(fact)).collect()
    }
}

/// Values of a fact that stand for all it can have: one from each piece that
/// rules tell apart, and each number of years within the longest window and one
/// after it, since a window is cut year by year. Numbers that what is known of a date rules out are
/// not among them.
pub(super) fn values(policy: &Policy, facts: &Facts, fact: Fact) -> Vec<Value> {
    let mut values = values_to_try(policy, fact);
    if fact.cuts_a_window() {
        let longest = i32::from(policy.longest_window());
        values.extend((-1..=longest).map(Value::Number));
    }
    if let Some((least, most)) = bounds(policy, facts, fact) {
        values.retain(|value| matches!(value, Value::Number(it) if (least..=most).contains(it)));
        values.extend([least, most].map(Value::Number));
    }
    values.sort_unstable();
    values.dedup();
    values
}
