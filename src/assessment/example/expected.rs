//! What a row of an example expects, held against what the rules give.

use std::collections::BTreeSet;

use super::{NONE, Run, Wrong, hours};
use crate::assessment::application::Determination;
use crate::assessment::course::definitions_of;
use crate::assessment::determination::{Ask, Outcome, Question};
use crate::assessment::engine::{Decided, Facts, decide};
use crate::assessment::policy::text::clip;
use crate::assessment::policy::vocabulary::{Column, Value};
use crate::assessment::policy::{Policy, names};
use crate::assessment::record::Record;
use crate::assessment::trace::in_number_order;

impl Run<'_> {
    /// The expected clauses and decisions, where all are cited by the application or by
    /// the outputs that the example asks for; else all rules and decisions that are.
    pub(super) fn citations(
        &self,
        policy: &Policy,
        result: Option<&Determination>,
        facts: &Facts,
        expected: &str,
    ) -> String {
        let mut cited = Cited {
            namespace: &self.notice.front.namespace,
            names: BTreeSet::new(),
            rules: BTreeSet::new(),
            decisions: BTreeSet::new(),
        };
        match result {
            Some(result) => {
                cited.decisions.extend(result.decisions.iter().cloned());
                result.rules.iter().for_each(|rule| cited.add(policy, *rule));
                for account in &result.accounts {
                    let Some(policy) = self.policies.get(&account.year) else { continue };
                    let treated = account.learnings.iter().flat_map(|it| it.rules.iter());
                    let all = account.required_by.iter().chain(treated);
                    all.for_each(|rule| cited.add(policy, *rule));
                    cited.decisions.extend(account.settled_by(policy).cloned());
                }
            }
            None => {
                let labels = self.example.expected.iter();
                for output in labels.filter_map(|label| policy.vocabulary.output(label)) {
                    let Decided::One { rules, settled, .. } = decide(policy, output, facts) else {
                        continue;
                    };
                    rules.iter().for_each(|rule| cited.add(policy, *rule));
                    let settled_by = settled.decision(policy, output);
                    cited.decisions.extend(settled_by.map(str::to_owned));
                }
            }
        }
        let wanted =
            expected.split('、').map(|item| item.trim().replace('（', "(").replace('）', ")"));
        let mut wanted = wanted.filter(|item| !item.is_empty());
        if wanted.all(|item| cited.names.contains(&item) || cited.decisions.contains(&item)) {
            return expected.to_owned();
        }
        let decisions = in_number_order(&cited.decisions);
        or_none(cited.rules.iter().chain(decisions).cloned().collect::<Vec<_>>().join("、"))
    }

    /// The shortfalls, grouped as the expectation groups them.
    pub(super) fn shortfalls(
        &self,
        result: &Determination,
        expected: &str,
    ) -> Result<String, Wrong> {
        let vocabulary = &self.policy.vocabulary;
        let wanted = hours::short(vocabulary, expected)?;
        let actual = result.shortfalls().map(|it| (it.years.clone(), it.of, it.shortfall()));
        if wanted == actual.collect() {
            return Ok(expected.to_owned());
        }
        Ok(hours::write(vocabulary, result.shortfalls()))
    }

    pub(super) fn questions(
        &self,
        policy: &Policy,
        result: &Determination,
        record: &Record,
    ) -> String {
        let completed =
            |learning: usize| record.learnings.get(learning).map_or(0, |it| it.completed.year());
        let word = |question: &Question| match question {
            Question::Fact(fact)
            | Question::Proof(fact)
            | Question::Posts { fact, .. }
            | Question::TooLate(fact) => policy.vocabulary.fact_label(*fact).to_owned(),
            Question::NoRecord { year, .. } => {
                format!("{:02}{}", year % 100, policy.vocabulary.unit())
            }
            Question::NoPolicy { year } => format!("{:02}规则", year % 100),
            Question::Rules(rules) => names(policy, rules),
            Question::Learning { learning, ask: Ask::Year(_) } => {
                format!("{:02}年度", completed(*learning) % 100)
            }
            Question::Learning { learning, .. } => format!("{:02}核定", completed(*learning) % 100),
        };
        let words: BTreeSet<String> = result.questions.iter().map(word).collect();
        or_none(words.into_iter().collect::<Vec<_>>().join("、"))
    }

    pub(super) fn consequences(&self, policy: &Policy, result: &Determination) -> String {
        let words = policy.vocabulary.column_words(Column::Consequence);
        let text = |value: &Value| policy.vocabulary.value_text(words, *value);
        let words = result.consequences.iter().map(|(value, _)| text(value));
        or_none(words.collect::<Vec<_>>().join("、"))
    }

    /// An output decided on the facts alone.
    pub(super) fn output(
        &self,
        policy: &Policy,
        label: &str,
        facts: &Facts,
    ) -> Result<String, Wrong> {
        let vocabulary = &policy.vocabulary;
        let Some(output) = vocabulary.output(label) else {
            let known = vocabulary.output_labels().collect::<Vec<_>>().join("、");
            return Err((
                format!("不认识的结果列“{}”", clip(label, 40)),
                format!("可写：结论、依据、差额、询问、后果，或输出：{known}"),
            ));
        };
        Ok(match decide(policy, output, facts) {
            Decided::One { values, .. } => {
                let columns = output.columns().iter().zip(values);
                let texts = columns.map(|(column, value)| {
                    vocabulary.value_text(vocabulary.column_words(*column), *value)
                });
                texts.collect::<Vec<_>>().join(" ")
            }
            Decided::Nothing => "不适用".to_owned(),
            Decided::Open { .. } => "待核定".to_owned(),
            Decided::Collision { rules } => format!("{} 不一致", names(policy, &rules)),
        })
    }
}

/// A list, or the word for none.
fn or_none(list: String) -> String {
    if list.is_empty() { NONE.to_owned() } else { list }
}

/// The names of rules, clauses and decisions that something rests on.
struct Cited<'n> {
    /// The namespace within which clauses need no prefix.
    namespace: &'n str,
    /// All names that rules and their clauses go by.
    names: BTreeSet<String>,
    /// The rules, each by its full name.
    rules: BTreeSet<String>,
    decisions: BTreeSet<String>,
}

impl Cited<'_> {
    fn add(&mut self, policy: &Policy, rule: usize) {
        let full = names(policy, &[rule]);
        let Some(ruled) = policy.rules.get(rule) else { return };
        self.decisions.extend(ruled.rule.decisions.iter().cloned());
        self.decisions.extend(definitions_of(policy, rule));
        if let Some(clause) = policy.clause_of(rule).map(|clause| &clause.id) {
            self.names.insert(clause.to_string());
            if clause.namespace == self.namespace {
                self.names.insert(clause.path.to_string());
                self.names.extend(full.split_once('/').map(|(_, local)| local.to_owned()));
            }
        }
        self.names.insert(full.clone());
        self.rules.insert(full);
    }
}

/// The result in the words of examples; without its degrees where the
/// expectation names none.
pub(super) fn conclusion(result: &Determination, expected: &str) -> String {
    let word = result.outcome.word();
    if result.outcome != Outcome::Passed || !expected.contains('·') {
        return word.to_owned();
    }
    let degrees: BTreeSet<&str> = result.degrees.iter().map(|it| it.passed_as()).collect();
    format!("{word}·{}", degrees.into_iter().collect::<Vec<_>>().join("、"))
}
