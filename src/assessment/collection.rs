//! Minimum collection: a learner's file holds no fact that no rule can use for
//! what the learner applies for.
//!
//! Which facts a purpose can need follows from the rule tables, not from a list
//! kept beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::policy::Policy;
use super::policy::rule::Rule;
use super::policy::vocabulary::{Fact, Output, Value};
use super::record::{Carried, Record};
use crate::diagnostic::Diagnostics;

/// The facts that each purpose can need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// For what is learned, whoever it is and whatever is applied for.
    always: BTreeSet<Fact>,
    by_purpose: BTreeMap<Value, BTreeSet<Fact>>,
    annual: Option<Value>,
}

impl Needed {
    /// Reads off the rules of all years what each purpose can need.
    pub fn of(policies: &BTreeMap<u16, Policy>) -> Self {
        let mut by_purpose: BTreeMap<Value, BTreeSet<Fact>> = BTreeMap::new();
        let (mut always, mut annual) = (BTreeSet::new(), None);
        for policy in policies.values() {
            let of_learning = policy.rules.iter().filter(|it| is_of_learning(it.rule.output));
            always.extend(of_learning.flat_map(|it| facts_of(&it.rule)));
            annual = policy.vocabulary.keyed(Fact::Purpose, "annual");
            for purpose in (0..policy.vocabulary.words(Fact::Purpose).len()).map(Value::Word) {
                let facts = by_purpose.entry(purpose).or_default();
                for rule in &policy.rules {
                    facts.extend(asked(&rule.rule, purpose));
                }
                for defined in &policy.definitions {
                    if facts.contains(&defined.definition.fact) {
                        facts.extend(defined.definition.arguments);
                    }
                }
            }
        }
        Self { always, by_purpose, annual }
    }

    /// Tells each fact of a record that nothing it is kept for can need.
    pub fn check(&self, record: &Record, policy: &Policy, problems: &mut Diagnostics) {
        if record.carried.is_empty() {
            return;
        }
        let applied = record.applications.iter().map(|application| application.purpose);
        let purposes: BTreeSet<Value> = applied.chain(self.annual).collect();
        let needed = purposes.iter().filter_map(|it| self.by_purpose.get(it)).flatten();
        let needed: BTreeSet<Fact> = needed.chain(&self.always).copied().collect();
        let is_needed = |it: &&Carried| {
            it.fact.is_some_and(|fact| match it.purpose {
                None => needed.contains(&fact),
                Some(purpose) => self.asks(purpose, fact),
            })
        };
        for carried in record.carried.iter().filter(|it| !is_needed(it)) {
            let Carried { fact, name, purpose, place } = carried;
            let purposes: Vec<Value> = match purpose {
                Some(purpose) => vec![*purpose],
                None => purposes.iter().copied().collect(),
            };
            let vocabulary = &policy.vocabulary;
            let label = fact.filter(|fact| vocabulary.knows(*fact));
            let label = label.map_or(*name, |fact| vocabulary.fact_label(fact));
            let words = vocabulary.words(Fact::Purpose);
            let mut purposes: Vec<_> =
                purposes.iter().map(|purpose| vocabulary.value_text(words, *purpose)).collect();
            if purposes.is_empty() {
                purposes.push("年度审验".to_owned());
            }
            problems.error(
                place.clone(),
                format!("{}用不到“{label}”，不应收集", purposes.join("、")),
                match (purpose, fact) {
                    (Some(_), _) => "删去 applications 中这一项的 level",
                    (None, Some(fact)) if self.is_askable(*fact) => {
                        "先核对通知的规则有没有漏写；确有申报的，在 applications 中写明用途；否则删去这项事实"
                    }
                    (None, _) => "先核对通知的规则有没有漏写；确实没有规则用得到它的，删去这项事实",
                },
            );
        }
    }
}

impl Needed {
    fn asks(&self, purpose: Value, fact: Fact) -> bool {
        let asked = self.by_purpose.get(&purpose).is_some_and(|facts| facts.contains(&fact));
        asked || self.always.contains(&fact)
    }

    /// Whether any purpose can need a fact.
    fn is_askable(&self, fact: Fact) -> bool {
        self.by_purpose.keys().any(|purpose| self.asks(*purpose, fact))
    }
}

/// The facts that a rule can ask about for a purpose.
fn asked(rule: &Rule, purpose: Value) -> BTreeSet<Fact> {
    let is_excluded = rule
        .conditions
        .iter()
        .any(|condition| condition.fact == Fact::Purpose && !condition.test.accepts(purpose));
    let at = rule.inputs.iter().position(|fact| *fact == Fact::Purpose);
    let has_row = at.is_none_or(|at| rule.rows.iter().any(|row| row.tests[at].accepts(purpose)));
    if is_excluded || !has_row {
        return BTreeSet::new();
    }
    facts_of(rule).collect()
}

/// All facts that a rule asks about.
fn facts_of(rule: &Rule) -> impl Iterator<Item = Fact> {
    rule.conditions.iter().map(|condition| condition.fact).chain(rule.inputs.iter().copied())
}

/// Whether an output is of what is learned in a year, and not of an application.
const fn is_of_learning(output: Output) -> bool {
    match output {
        Output::RequiredHours
        | Output::LearningPeriod
        | Output::Credit
        | Output::Recognition
        | Output::CityPrinting
        | Output::RegionPrinting
        | Output::Plan
        | Output::Report => true,
        Output::Window | Output::WindowStart | Output::Degree | Output::Consequence => false,
    }
}
