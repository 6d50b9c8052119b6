//! The policy bundle: a year's clauses, rules and decisions as one JSON
//! document, which cards cite by its hash.
//!
//! The bytes are what is hashed; nothing is ever re-serialised to check it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cell::Test;
use super::decision::Parameters;
use super::vocabulary::{Answer, Category, CategoryKind, Column, Fact, Output, Shape, Value, Word};
use super::{Basis, Policy, PolicyDefinition, PolicyRule, names};

/// Bytes of a bundle at most: what a verifier reads of one.
pub const MAX_BYTES: usize = 4 << 20;

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
            .map(|it| CategoryEntry {
                number: it.number,
                label: &it.label,
                sum_of: match it.kind {
                    CategoryKind::Learned => Vec::new(),
                    CategoryKind::Total => {
                        let summed = &policy.vocabulary.categories()[policy.vocabulary.learned()];
                        summed.iter().map(|category| category.number).collect()
                    }
                },
            })
            .collect(),
        unit: policy.vocabulary.unit(),
        facts: facts(policy),
        outputs: outputs(policy),
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
        definitions: policy
            .definitions
            .iter()
            .map(|PolicyDefinition { definition, .. }| DefinitionEntry {
                fact: policy.vocabulary.fact_label(definition.fact),
                function: definition.function.name(),
                arguments: definition.arguments.map(|fact| policy.vocabulary.fact_label(fact)),
                decisions: &definition.decisions,
            })
            .collect(),
        decisions: policy
            .decisions
            .values()
            .map(|decision| DecisionEntry {
                id: &decision.id,
                question: &decision.question,
                choice: &decision.choice,
                on: decision.on.to_string(),
                by: &decision.by,
                settles: decision.settles.as_deref(),
                acknowledges: decision.acknowledges.as_deref(),
                parameters: &decision.parameters,
            })
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&bundle).expect("text and numbers serialise");
    bytes.push(b'\n');
    bytes
}

/// What a card's reader needs of a bundle: the words of the clauses it cites, and
/// what its hours are called and counted in.
///
/// It is read from the bundle's bytes, the current one's and an old one's alike,
/// so that a card always shows the words that it was issued on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Citations {
    unit: String,
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

    /// What hours are counted in: 学时, 学分.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The name of the category with this number.
    pub fn category(&self, number: u64) -> Option<&str> {
        self.categories.iter().find(|it| it.number == number).map(|it| it.label.as_str())
    }

    /// All categories, by number, with their names.
    pub fn categories(&self) -> impl Iterator<Item = (u64, &str)> {
        self.categories.iter().map(|it| (it.number, it.label.as_str()))
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
    unit: &'a str,
    categories: Vec<CategoryEntry<'a>>,
    facts: Vec<FactEntry<'a>>,
    outputs: Vec<OutputEntry<'a>>,
    clauses: Vec<ClauseEntry<'a>>,
    rules: Vec<RuleEntry<'a>>,
    definitions: Vec<DefinitionEntry<'a>>,
    decisions: Vec<DecisionEntry<'a>>,
}

#[derive(Serialize)]
struct CategoryEntry<'a> {
    number: u8,
    label: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sum_of: Vec<u8>,
}

/// A fact that rules can ask about: a word of `values`, else a number or a date.
#[derive(Serialize)]
struct FactEntry<'a> {
    key: &'static str,
    label: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    keys: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    absent: bool,
}

#[derive(Serialize)]
struct OutputEntry<'a> {
    key: &'static str,
    label: &'a str,
    columns: Vec<ColumnEntry<'a>>,
}

#[derive(Serialize)]
struct ColumnEntry<'a> {
    label: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    keys: BTreeMap<&'a str, &'a str>,
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
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    decisions: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<ConditionEntry<'a>>,
    columns: Vec<&'a str>,
    rows: Vec<RowEntry>,
}

#[derive(Serialize)]
struct ConditionEntry<'a> {
    fact: &'a str,
    test: TestEntry,
}

#[derive(Serialize)]
struct RowEntry {
    when: Vec<Option<TestEntry>>,
    then: Vec<String>,
}

/// A test as programs read it: one of some values, or a piece of the number
/// line that includes `from` and excludes `below`.
#[derive(Default, Serialize)]
struct TestEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    any_of: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<i32>,
}

#[derive(Serialize)]
struct DefinitionEntry<'a> {
    fact: &'a str,
    function: &'static str,
    arguments: [&'a str; 2],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    decisions: &'a [String],
}

#[derive(Serialize)]
struct DecisionEntry<'a> {
    id: &'a str,
    question: &'a str,
    choice: &'a str,
    on: String,
    by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    settles: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledges: Option<&'a str>,
    #[serde(skip_serializing_if = "Parameters::is_empty")]
    parameters: &'a Parameters,
}

/// The facts that the vocabulary names, in the order in which they are asked for.
fn facts(policy: &Policy) -> Vec<FactEntry<'_>> {
    let vocabulary = &policy.vocabulary;
    let known = Fact::ALL.into_iter().filter(|fact| vocabulary.knows(*fact));
    let entry = |fact: Fact| {
        let words = vocabulary.words(fact);
        let answers = [Answer::Yes, Answer::No].map(Value::YesNo);
        let (kind, values) = match fact.shape() {
            Shape::Number => ("number", None),
            Shape::Date => ("date", None),
            Shape::YesNo => {
                let texts = answers.iter().map(|it| vocabulary.value_text(words, *it));
                ("word", Some(texts.collect()))
            }
            Shape::Category => ("word", Some(labels(vocabulary.categories()))),
            Shape::Learned => {
                ("word", Some(labels(&vocabulary.categories()[vocabulary.learned()])))
            }
            Shape::Word(_)
            | Shape::Keyed(_)
            | Shape::Hours
            | Shape::WordOrHours(_)
            | Shape::Day
            | Shape::Window
            | Shape::Degree => {
                ("word", Some(words.iter().map(|word| word.label.clone()).collect()))
            }
        };
        FactEntry {
            key: fact.key(),
            label: vocabulary.fact_label(fact),
            kind,
            values,
            keys: keys(words),
            absent: fact.may_be_absent(),
        }
    };
    known.map(entry).collect()
}

fn outputs(policy: &Policy) -> Vec<OutputEntry<'_>> {
    let vocabulary = &policy.vocabulary;
    let column = |column: &Column| {
        let words = vocabulary.column_words(*column);
        ColumnEntry {
            label: vocabulary.column_label(*column),
            words: words.iter().map(|word| word.label.as_str()).collect(),
            keys: keys(words),
        }
    };
    let entry = |output: Output| OutputEntry {
        key: output.key(),
        label: vocabulary.output_label(output),
        columns: output.columns().iter().map(column).collect(),
    };
    vocabulary.outputs().map(entry).collect()
}

fn labels(categories: &[Category]) -> Vec<String> {
    categories.iter().map(|category| category.label.clone()).collect()
}

/// The words that the program gives a meaning, by its name for them.
fn keys(words: &[Word]) -> BTreeMap<&str, &str> {
    words.iter().filter_map(|word| Some((word.key.as_deref()?, word.label.as_str()))).collect()
}

fn rule(policy: &Policy, at: usize) -> RuleEntry<'_> {
    let PolicyRule { clause, rule, exceptions, path: _ } = &policy.rules[at];
    let vocabulary = &policy.vocabulary;
    let entry = |fact: Fact, test: &Test| match test {
        Test::Any => None,
        Test::OneOf(values) => {
            let words = vocabulary.words(fact);
            let texts = values.iter().map(|value| vocabulary.value_text(words, *value));
            Some(TestEntry { any_of: Some(texts.collect()), ..TestEntry::default() })
        }
        Test::AtLeast(from) => Some(TestEntry { from: Some(*from), ..TestEntry::default() }),
        Test::Below(below) => Some(TestEntry { below: Some(*below), ..TestEntry::default() }),
        Test::Between(from, below) => {
            Some(TestEntry { from: Some(*from), below: Some(*below), any_of: None })
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
        decisions: &rule.decisions,
        conditions: rule
            .conditions
            .iter()
            .map(|condition| ConditionEntry {
                fact: vocabulary.fact_label(condition.fact),
                test: entry(condition.fact, &condition.test).unwrap_or_default(),
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
                    .map(|(it, test)| entry(*it, test))
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
