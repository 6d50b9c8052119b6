//! The engine: rules and facts in, one decided row out.
//!
//! A row is true when every test of it accepts its fact. A rule one of whose
//! exceptions has a true row is silent. The true rows of the rules that speak
//! must agree; what they agree on is decided, and all of them are cited.
//!
//! A fact can be missing. It is then tried with every value that the vocabulary
//! gives it: if all completions lead to one result, the result stands (and the
//! fact did not matter); otherwise the output stays open, with the facts that
//! matter. Nothing is ever assumed.

use std::collections::BTreeSet;

use super::determination::Question;
use super::policy::cell::Test;
use super::policy::decision::Conflict;
use super::policy::rule::Row;
use super::policy::vocabulary::{Answer, Fact, Output, Shape, Value, Vocabulary};
use super::policy::{Policy, PolicyRule};

/// Completions tried at most; beyond, the output is open.
const MAX_COMPLETIONS: usize = 10_000;

/// The facts of one question; a fact that is absent is missing, not false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    values: [Option<Value>; Fact::ALL.len()],
    wanting: Wanting,
}

/// Facts that are missing though the file says something of them, by what is the matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanting {
    /// They are stated, and want proof.
    pub unproven: FactSet,
    /// They are those of a post, of which there is none on the day, or several that do
    /// not say the same.
    pub of_posts: FactSet,
    /// They are days after the day on which they should have been past.
    pub too_late: FactSet,
}

impl Wanting {
    const NOTHING: Self = {
        let none = FactSet { bits: 0 };
        Self { unproven: none, of_posts: none, too_late: none }
    };
}

impl Facts {
    /// No fact is known.
    pub const fn none() -> Self {
        Self { values: [None; Fact::ALL.len()], wanting: Wanting::NOTHING }
    }

    /// Sets a fact.
    pub fn set(&mut self, fact: Fact, value: Option<Value>) {
        self.values[index(fact)] = value;
    }

    /// Notes the facts that are missing though the file says something of them.
    pub fn leave_wanting(&mut self, wanting: Wanting) {
        self.wanting = wanting;
    }

    /// What to ask for where a fact is missing: what is the matter with what the file
    /// says of it, or the fact.
    pub fn ask(&self, fact: Fact) -> Question {
        let Wanting { unproven, of_posts, too_late } = self.wanting;
        match self.value(Fact::AppliedOn) {
            _ if unproven.contains(fact) => Question::Proof(fact),
            _ if too_late.contains(fact) => Question::TooLate(fact),
            Some(Value::Date(on)) if of_posts.contains(fact) => {
                Question::Posts { fact, on: on.first }
            }
            _ => Question::Fact(fact),
        }
    }

    /// The facts among these that the file states and that want proof.
    pub fn unproven_among(&self, facts: &BTreeSet<Fact>) -> BTreeSet<Fact> {
        let is_unproven = |fact: &Fact| self.wanting.unproven.contains(*fact);
        facts.iter().copied().filter(is_unproven).collect()
    }

    /// The same facts and this one.
    #[must_use]
    pub fn with(mut self, fact: Fact, value: Option<Value>) -> Self {
        self.set(fact, value);
        self
    }

    /// The value of a fact, if it is known.
    pub fn value(&self, fact: Fact) -> Option<Value> {
        self.values[index(fact)]
    }
}

/// `Fact::ALL` lists the facts in the order of their declaration.
fn index(fact: Fact) -> usize {
    fact as usize
}

/// What rules say of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided<'p> {
    /// One answer.
    One {
        /// A value for each column of the output.
        values: &'p [Value],
        /// The rules it rests on, by number.
        rules: Vec<usize>,
        /// Whether a decision settled a disagreement of these rules.
        settled: Settled,
    },
    /// No rule speaks.
    Nothing,
    /// Rules that speak disagree.
    Collision {
        /// Those rules, by number.
        rules: Vec<usize>,
    },
    /// It depends on facts that are missing.
    Open {
        /// The facts that can change the answer.
        missing: BTreeSet<Fact>,
        /// The answers that are possible.
        possible: Vec<&'p [Value]>,
    },
}

/// How an answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settled {
    /// The rules agree.
    ByRules,
    /// The rules disagree, and the decision named for the output settles it.
    ByDecision,
}

impl Settled {
    /// The decision by which an output was settled, by id, if one was needed.
    pub fn decision(self, policy: &Policy, output: Output) -> Option<&str> {
        let settlement = policy.settlements.get(&output)?;
        (self == Self::ByDecision).then_some(settlement.decision.as_str())
    }
}

/// A set of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactSet {
    bits: u64,
}

const _: () = assert!(Fact::ALL.len() <= 64, "a bit for each fact");

impl FactSet {
    /// Whether no fact is in it.
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Adds a fact.
    pub const fn insert(&mut self, fact: Fact) {
        self.bits |= 1 << fact as u64;
    }

    /// Whether a fact is in it.
    pub const fn contains(self, fact: Fact) -> bool {
        self.bits >> fact as u64 & 1 == 1
    }

    /// Adds all facts of another set.
    pub const fn extend(&mut self, other: Self) {
        self.bits |= other.bits;
    }

    /// Its facts, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL.into_iter().filter(move |fact| self.contains(*fact))
    }
}

/// The facts that rules for an output ask about and do not get.
pub fn missing_for(policy: &Policy, output: Output, facts: &Facts) -> FactSet {
    let mut missing = FactSet::default();
    for (_, rule) in policy.deciding(output) {
        missing_in(rule, facts, &mut missing);
    }
    missing
}

/// Decides an output.
pub fn decide<'p>(policy: &'p Policy, output: Output, facts: &Facts) -> Decided<'p> {
    let missing = missing_for(policy, output, facts);
    if missing.is_empty() {
        return settle(policy, output, facts);
    }
    complete(policy, output, facts, missing)
}

/// The facts that rows which may still be true ask about and do not get.
fn missing_in(rule: &PolicyRule, facts: &Facts, missing: &mut FactSet) {
    let Some(of_conditions) = unknown(conditions(rule), facts) else { return };
    for row in &rule.rule.rows {
        if let Some(of_cells) = unknown(cells(rule, row), facts) {
            missing.extend(of_conditions);
            missing.extend(of_cells);
        }
    }
}

/// The facts that tests ask about and do not get; `None` where one of the tests
/// fails.
fn unknown<'t>(tests: impl Iterator<Item = (Fact, &'t Test)>, facts: &Facts) -> Option<FactSet> {
    let mut unknown = FactSet::default();
    for (fact, test) in tests {
        match facts.value(fact) {
            Some(value) if !test.accepts(value) => return None,
            None if *test != Test::Any => unknown.insert(fact),
            Some(_) | None => {}
        }
    }
    Some(unknown)
}

fn conditions(rule: &PolicyRule) -> impl Iterator<Item = (Fact, &Test)> {
    rule.rule.conditions.iter().map(|condition| (condition.fact, &condition.test))
}

fn cells<'r>(rule: &'r PolicyRule, row: &'r Row) -> impl Iterator<Item = (Fact, &'r Test)> {
    rule.rule.inputs.iter().copied().zip(&row.tests)
}

/// Whether all tests accept their facts.
fn hold<'t>(mut tests: impl Iterator<Item = (Fact, &'t Test)>, facts: &Facts) -> bool {
    tests.all(|(fact, test)| match facts.value(fact) {
        Some(value) => test.accepts(value),
        None => *test == Test::Any,
    })
}

/// The rows of a rule that are true.
fn true_rows<'r>(rule: &'r PolicyRule, facts: &Facts) -> impl Iterator<Item = &'r Row> {
    let rows: &[Row] = if hold(conditions(rule), facts) { &rule.rule.rows } else { &[] };
    rows.iter().filter(move |row| hold(cells(rule, row), facts))
}

/// Decides with facts that leave no row unknown.
fn settle<'p>(policy: &'p Policy, output: Output, facts: &Facts) -> Decided<'p> {
    let mut answers: Option<Answers<'p>> = None;
    let mut rules = Vec::new();
    for (number, rule) in policy.deciding(output) {
        let mut rows = true_rows(rule, facts).peekable();
        let is_true = |other: &usize| {
            policy.rules.get(*other).is_some_and(|it| true_rows(it, facts).next().is_some())
        };
        if rows.peek().is_none() || rule.exceptions.iter().any(is_true) {
            continue;
        }
        rules.push(number);
        for row in rows {
            answers = Some(Answers::and(answers, &row.values));
        }
    }
    match (answers, policy.settlements.get(&output)) {
        (None, _) => Decided::Nothing,
        (Some(Answers { first, agree: true, .. }), _) => {
            Decided::One { values: first, rules, settled: Settled::ByRules }
        }
        (Some(_), None) => Decided::Collision { rules },
        (Some(Answers { first, best, .. }), Some(settlement)) => {
            let values = match settlement.conflict {
                Conflict::MostFavourable => best,
                Conflict::FirstListed => first,
            };
            Decided::One { values, rules, settled: Settled::ByDecision }
        }
    }
}

/// What true rows say.
#[derive(Clone, Copy)]
struct Answers<'p> {
    first: &'p [Value],
    best: &'p [Value],
    agree: bool,
}

impl<'p> Answers<'p> {
    fn and(before: Option<Self>, values: &'p [Value]) -> Self {
        match before {
            None => Self { first: values, best: values, agree: true },
            Some(Self { first, best, agree }) => {
                Self { first, best: best.min(values), agree: agree && first == values }
            }
        }
    }
}

/// Decides under every completion of the missing facts.
fn complete<'p>(
    policy: &'p Policy,
    output: Output,
    facts: &Facts,
    missing: FactSet,
) -> Decided<'p> {
    let axes: Vec<(Fact, Vec<Value>)> =
        missing.iter().map(|fact| (fact, values_to_try(policy, fact))).collect();
    let count = axes.iter().try_fold(1_usize, |count, (_, values)| count.checked_mul(values.len()));
    let Some(count) = count.filter(|count| (1..=MAX_COMPLETIONS).contains(count)) else {
        let all = policy.deciding(output).flat_map(|(_, rule)| &rule.rule.rows);
        let possible = all.map(|row| row.values.as_slice()).collect();
        return Decided::Open { missing: missing.iter().collect(), possible };
    };
    let results: Vec<_> =
        (0..count).map(|at| settle(policy, output, &completion(facts, &axes, at))).collect();
    let answer = |decided: &Decided<'p>| match decided {
        Decided::One { values, .. } => Some(*values),
        Decided::Nothing | Decided::Collision { .. } | Decided::Open { .. } => None,
    };
    let first = answer(&results[0]);
    if results.iter().all(|result| same(result, &results[0])) {
        let mut rules: Vec<_> = results.iter().flat_map(cited).copied().collect();
        rules.sort_unstable();
        rules.dedup();
        // What settles one completion is rested on by all.
        let settled = results.iter().map(|result| match result {
            Decided::One { settled, .. } => *settled,
            Decided::Nothing | Decided::Collision { .. } | Decided::Open { .. } => Settled::ByRules,
        });
        return match (first, &results[0]) {
            (Some(values), _) => {
                let settled = settled.max().unwrap_or(Settled::ByRules);
                Decided::One { values, rules, settled }
            }
            (None, Decided::Collision { .. }) => Decided::Collision { rules },
            (None, _) => Decided::Nothing,
        };
    }
    let mut step = 1;
    let mut matter = BTreeSet::new();
    for (fact, values) in &axes {
        let differs = (0..count).any(|at| {
            let next = at + step;
            (at / step) % values.len() + 1 < values.len() && !same(&results[at], &results[next])
        });
        if differs {
            matter.insert(*fact);
        }
        step *= values.len();
    }
    let mut possible: Vec<_> = results.iter().filter_map(answer).collect();
    possible.sort_unstable();
    possible.dedup();
    Decided::Open { missing: matter, possible }
}

/// Whether two results say the same, whatever they cite.
fn same(one: &Decided<'_>, other: &Decided<'_>) -> bool {
    match (one, other) {
        (Decided::One { values: one, .. }, Decided::One { values: other, .. }) => one == other,
        (Decided::Nothing, Decided::Nothing)
        | (Decided::Collision { .. }, Decided::Collision { .. }) => true,
        _ => false,
    }
}

fn cited<'d>(decided: &'d Decided<'_>) -> &'d [usize] {
    match decided {
        Decided::One { rules, .. } | Decided::Collision { rules } => rules,
        Decided::Nothing | Decided::Open { .. } => &[],
    }
}

/// The completion of this number: the axes are the digits, first axis fastest.
fn completion(facts: &Facts, axes: &[(Fact, Vec<Value>)], mut number: usize) -> Facts {
    let mut completed = *facts;
    for (fact, values) in axes {
        completed = completed.with(*fact, Some(values[number % values.len()]));
        number /= values.len();
    }
    completed
}

/// Values of a fact that stand for all it can have: every word, and of numbers
/// one from each piece between the edges of the policy's tests.
pub(super) fn values_to_try(policy: &Policy, fact: Fact) -> Vec<Value> {
    let rules = policy.rules.iter().map(|rule| &rule.rule);
    let tests = rules.flat_map(|rule| {
        let conditions = rule.conditions.iter().filter(move |it| it.fact == fact);
        let at = rule.inputs.iter().position(|it| *it == fact);
        let cells = rule.rows.iter().filter_map(move |row| row.tests.get(at?));
        conditions.map(|condition| &condition.test).chain(cells)
    });
    values_of(&policy.vocabulary, fact, tests)
}

/// Values of a fact that stand for all that these tests tell apart.
pub(super) fn values_of<'t>(
    vocabulary: &Vocabulary,
    fact: Fact,
    tests: impl Iterator<Item = &'t Test>,
) -> Vec<Value> {
    let mut values: Vec<Value> = match fact.shape() {
        Shape::Category => (0..vocabulary.categories().len()).map(Value::Category).collect(),
        Shape::YesNo => vec![Value::YesNo(Answer::Yes), Value::YesNo(Answer::No)],
        Shape::Word(_) | Shape::Keyed(_) => {
            (0..vocabulary.words(fact).len()).map(Value::Word).collect()
        }
        Shape::Number => {
            let edges: BTreeSet<i32> = tests.flat_map(Test::edges).collect();
            let below = edges.first().map(|edge| edge.saturating_sub(1));
            let numbers: BTreeSet<i32> = edges.into_iter().chain(below).collect();
            numbers.into_iter().map(Value::Number).collect()
        }
        Shape::Learned => vocabulary.learned().map(Value::Category).collect(),
        Shape::Date
        | Shape::Hours
        | Shape::WordOrHours(_)
        | Shape::Day
        | Shape::Window
        | Shape::Degree => Vec::new(),
    };
    if fact.may_be_absent() {
        values.push(Value::Absent);
    }
    values
}
