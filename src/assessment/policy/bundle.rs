//! The policy bundle: a year's clauses, rules and decisions as one JSON
//! document, which cards cite by its hash.
//!
//! The bytes are what is hashed; nothing is ever re-serialised to check it.

use serde::{Deserialize, Serialize};

use super::rule::Test;
use super::vocabulary::Fact;
use super::{Basis, Policy, PolicyRule, names};

/// The bundle's bytes: UTF-8 JSON, two spaces of indent, a newline at the end.
pub fn bytes(policy: &Policy) -> Vec<u8> {
    let bundle = Bundle {
        format: "shenyan/policy/1",
        year: policy.year,
        basis: match policy.basis {
            Basis::Written => "适用",
            Basis::CarriedOver => "沿用",
        },
        region: &policy.region,
        categories: policy
            .vocabulary
            .categories()
            .iter()
            .map(|it| CategoryEntry { number: it.number, label: &it.label })
            .collect(),
        clauses: policy
            .clauses
            .iter()
            .map(|clause| ClauseEntry {
                id: clause.id.to_string(),
                notice: &clause.notice,
                link: &clause.link,
                text: &clause.text,
            })
            .collect(),
        rules: (0..policy.rules.len()).map(|at| rule(policy, at)).collect(),
        decisions: policy
            .decisions
            .values()
            .map(|decision| DecisionEntry {
                id: &decision.id,
                question: &decision.question,
                choice: &decision.choice,
                on: decision.on.to_string(),
                by: &decision.by,
                parameters: decision
                    .parameters
                    .iter()
                    .map(|(parameter, value)| (parameter.key(), *value))
                    .collect(),
            })
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&bundle).expect("text and numbers serialise");
    bytes.push(b'\n');
    bytes
}

/// What a card's reader needs of a bundle: the words of the clauses it cites.
///
/// It is read from the bundle's bytes, the current one's and an old one's alike,
/// so that a card always shows the words that it was issued on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Citations {
    categories: Vec<CitedCategory>,
    clauses: Vec<CitedClause>,
    rules: Vec<CitedRule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct CitedCategory {
    number: u64,
    label: String,
}

/// A clause that a card can cite.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CitedClause {
    /// Its name.
    pub id: String,
    /// The title of its notice.
    pub notice: String,
    /// Its page with its anchor, from the portal's root.
    pub link: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct CitedRule {
    clause: usize,
    quote: String,
}

impl Citations {
    /// Reads a bundle.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The name of the category with this number.
    pub fn category(&self, number: u64) -> Option<&str> {
        self.categories.iter().find(|it| it.number == number).map(|it| it.label.as_str())
    }

    /// The clause of this number, and the words of it that rules rest on.
    pub fn clause(&self, number: u64) -> Option<(&CitedClause, Vec<&str>)> {
        let number = usize::try_from(number).ok()?;
        let quotes = self.rules.iter().filter(|rule| rule.clause == number);
        Some((self.clauses.get(number)?, quotes.map(|rule| rule.quote.as_str()).collect()))
    }
}

#[derive(Serialize)]
struct Bundle<'a> {
    format: &'static str,
    year: u16,
    basis: &'static str,
    region: &'a str,
    categories: Vec<CategoryEntry<'a>>,
    clauses: Vec<ClauseEntry<'a>>,
    rules: Vec<RuleEntry<'a>>,
    decisions: Vec<DecisionEntry<'a>>,
}

#[derive(Serialize)]
struct CategoryEntry<'a> {
    number: u8,
    label: &'a str,
}

#[derive(Serialize)]
struct ClauseEntry<'a> {
    id: String,
    notice: &'a str,
    link: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct RuleEntry<'a> {
    name: String,
    clause: usize,
    output: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exceptions: Vec<usize>,
    quote: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<ConditionEntry<'a>>,
    columns: Vec<&'a str>,
    rows: Vec<RowEntry>,
}

#[derive(Serialize)]
struct ConditionEntry<'a> {
    fact: &'a str,
    any_of: Vec<String>,
}

#[derive(Serialize)]
struct RowEntry {
    when: Vec<Option<Vec<String>>>,
    then: Vec<String>,
}

#[derive(Serialize)]
struct DecisionEntry<'a> {
    id: &'a str,
    question: &'a str,
    choice: &'a str,
    on: String,
    by: &'a str,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    parameters: std::collections::BTreeMap<&'a str, u32>,
}

fn rule(policy: &Policy, at: usize) -> RuleEntry<'_> {
    let PolicyRule { clause, rule, exceptions, path: _ } = &policy.rules[at];
    let vocabulary = &policy.vocabulary;
    let any_of = |fact: Fact, test: &Test| match test {
        Test::Any => None,
        Test::OneOf(values) => {
            let words = vocabulary.words(fact);
            Some(values.iter().map(|value| vocabulary.value_text(words, *value)).collect())
        }
    };
    let outputs = rule.output.columns();
    let inputs = rule.inputs.iter().map(|fact| vocabulary.fact_label(*fact));
    RuleEntry {
        name: names(policy, &[at]),
        clause: *clause,
        output: vocabulary.output_label(rule.output),
        exceptions: exceptions.clone(),
        quote: &rule.quote,
        decision: rule.decision.as_deref(),
        conditions: rule
            .conditions
            .iter()
            .map(|condition| ConditionEntry {
                fact: vocabulary.fact_label(condition.fact),
                any_of: any_of(condition.fact, &condition.test).unwrap_or_default(),
            })
            .collect(),
        columns: inputs
            .chain(outputs.iter().map(|column| vocabulary.column_label(*column)))
            .collect(),
        rows: rule
            .rows
            .iter()
            .map(|row| RowEntry {
                when: rule
                    .inputs
                    .iter()
                    .zip(&row.tests)
                    .map(|(it, test)| any_of(*it, test))
                    .collect(),
                then: outputs
                    .iter()
                    .zip(&row.values)
                    .map(|(column, value)| {
                        vocabulary.value_text(vocabulary.column_words(*column), *value)
                    })
                    .collect(),
            })
            .collect(),
    }
}
