//! Minimum collection: a learner's file holds no fact that no rule can use for
//! what the learner applies for.
//!
//! Which facts a purpose can need follows from the rule tables, not from a list
//! kept beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::policy::Policy;
use super::policy::rule::Rule;
use super::policy::vocabulary::{Fact, Value};
use super::record::Record;
use crate::diagnostic::Diagnostics;

/// The facts that each purpose can need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    by_purpose: BTreeMap<Value, BTreeSet<Fact>>,
    annual: Option<Value>,
}

impl Needed {
    /// Reads off the rules of all years what each purpose can need.
    pub fn of(policies: &BTreeMap<u16, Policy>) -> Self {
        let mut by_purpose: BTreeMap<Value, BTreeSet<Fact>> = BTreeMap::new();
        let mut annual = None;
        for policy in policies.values() {
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
        Self { by_purpose, annual }
    }

    /// Tells each fact of a record that nothing it is kept for can need.
    pub fn check(&self, record: &Record, policy: &Policy, problems: &mut Diagnostics) {
        if self.by_purpose.is_empty() || record.carried.is_empty() {
            return;
        }
        let applied = record.applications.iter().map(|application| application.purpose);
        let purposes: BTreeSet<Value> = applied.chain(self.annual).collect();
        let needed: BTreeSet<Fact> =
            purposes.iter().filter_map(|it| self.by_purpose.get(it)).flatten().copied().collect();
        for (fact, place) in record.carried.iter().filter(|(fact, _)| !needed.contains(fact)) {
            let vocabulary = &policy.vocabulary;
            let words = vocabulary.words(Fact::Purpose);
            let purposes: Vec<_> =
                purposes.iter().map(|purpose| vocabulary.value_text(words, *purpose)).collect();
            problems.error(
                place.clone(),
                format!(
                    "{}用不到“{}”，不应收集",
                    purposes.join("、"),
                    vocabulary.fact_label(*fact)
                ),
                "删去这项事实；确有申报的，在 applications 中写明用途",
            );
        }
    }
}

/// The facts that a rule can ask about for a purpose.
fn asked(rule: &Rule, purpose: Value) -> BTreeSet<Fact> {
    let conditions = rule.conditions.iter();
    let is_excluded = conditions
        .clone()
        .any(|condition| condition.fact == Fact::Purpose && !condition.test.accepts(purpose));
    let at = rule.inputs.iter().position(|fact| *fact == Fact::Purpose);
    let has_row = at.is_none_or(|at| rule.rows.iter().any(|row| row.tests[at].accepts(purpose)));
    if is_excluded || !has_row {
        return BTreeSet::new();
    }
    conditions.map(|condition| condition.fact).chain(rule.inputs.iter().copied()).collect()
}
