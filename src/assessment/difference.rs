//! What two states of a notice differ in, as far as results follow from it: its rules,
//! its definitions, and what its front matter says of years.

use super::policy::definition::Definition;
use super::policy::front::{AtLine, Front};
use super::policy::notice::Notice;
use super::policy::rule::{Rule, RuleName};
use super::policy::vocabulary::{Fact, Vocabulary};

/// A change of something that results follow from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of what: `规则 区/三(五)`, `定义 周岁`, `适用年度`.
    pub subject: String,
    /// What became of it.
    pub what: What,
}

/// What can become of a rule or of one of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The new notice has it and the old one has not.
    Added,
    /// The old notice has it and the new one has not.
    Removed,
    /// Lines that only the old notice has, and lines that only the new one has.
    Changed {
        /// Old lines.
        before: Vec<String>,
        /// New lines.
        after: Vec<String>,
    },
}

/// What differs: first what the front matter says, then definitions, then rules; those
/// of the old notice first.
pub fn changes(old: &Notice, new: &Notice, vocabulary: &Vocabulary) -> Vec<Change> {
    let mut changes = fronts(&old.front, &new.front);
    let defined = |notice: &Notice| -> Vec<(Fact, Vec<String>)> {
        let lines = |it: &Definition| (it.fact, definition(it, vocabulary));
        notice.definitions.iter().map(lines).collect()
    };
    let subject = |_: &Front, fact: &Fact| format!("定义 {}", vocabulary.fact_label(*fact));
    changes.extend(compared((old, &defined(old)), (new, &defined(new)), &subject));
    let ruled = |notice: &Notice| -> Vec<(RuleName, Vec<String>)> {
        let rules = notice.rules.iter();
        rules.map(|rule| (rule.name.clone(), lines(rule, vocabulary))).collect()
    };
    let subject = |front: &Front, name: &RuleName| format!("规则 {}/{name}", front.namespace);
    changes.extend(compared((old, &ruled(old)), (new, &ruled(new)), &subject));
    changes
}

/// What goes by a key in a notice, in lines.
type Told<K> = [(K, Vec<String>)];

/// What differs of that between two notices.
fn compared<K: PartialEq>(
    (old, old_told): (&Notice, &Told<K>),
    (new, new_told): (&Notice, &Told<K>),
    subject: &dyn Fn(&Front, &K) -> String,
) -> Vec<Change> {
    let find = |told: &Told<K>, key: &K| -> Option<Vec<String>> {
        told.iter().find(|(other, _)| other == key).map(|(_, lines)| lines.clone())
    };
    let only = |of: &[String], other: &[String]| -> Vec<String> {
        of.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    let mut changes = Vec::new();
    for (key, before) in old_told {
        let what = match find(new_told, key) {
            None => What::Removed,
            Some(after) => {
                let (gone, come) = (only(before, &after), only(&after, before));
                if gone.is_empty() && come.is_empty() {
                    continue;
                }
                What::Changed { before: gone, after: come }
            }
        };
        changes.push(Change { subject: subject(&old.front, key), what });
    }
    let added = new_told.iter().filter(|(key, _)| find(old_told, key).is_none());
    let added = added.map(|(key, _)| subject(&new.front, key));
    changes.extend(added.map(|subject| Change { subject, what: What::Added }));
    changes
}

/// What differs of the front matter that results, or the names of their clauses, follow
/// from.
fn fronts(old: &Front, new: &Front) -> Vec<Change> {
    let years = |years: &[u16]| match years {
        [] => "没有".to_owned(),
        years => years.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
    };
    let files = |files: &[AtLine<String>]| match files {
        [] => "没有".to_owned(),
        files => files.iter().map(|it| it.value.as_str()).collect::<Vec<_>>().join("、"),
    };
    let told = |front: &Front| {
        [
            ("命名空间", front.namespace.clone()),
            ("效力", front.standing.word().to_owned()),
            ("适用年度", years(&front.applies_to)),
            ("沿用", years(&front.carried_over)),
            ("替代", files(&front.replaces)),
        ]
    };
    let pairs = told(old).into_iter().zip(told(new));
    let differing = pairs.filter(|((_, before), (_, after))| before != after);
    let change = |((key, before), (_, after)): ((&str, String), (&str, String))| Change {
        subject: key.to_owned(),
        what: What::Changed { before: vec![before], after: vec![after] },
    };
    differing.map(change).collect()
}

/// A definition in lines.
fn definition(definition: &Definition, vocabulary: &Vocabulary) -> Vec<String> {
    let [one, two] = definition.arguments.map(|fact| vocabulary.fact_label(fact));
    let (fact, function) = (vocabulary.fact_label(definition.fact), definition.function.name());
    let mut lines = vec![format!("{fact} = {function}({one}, {two})")];
    lines.extend(definition.decisions.iter().map(|id| format!("裁量：{id}")));
    lines
}

/// A rule in lines, each of which means the same wherever it stands.
fn lines(rule: &Rule, vocabulary: &Vocabulary) -> Vec<String> {
    let mut lines = vec![format!("定 {}", vocabulary.output_label(rule.output))];
    lines.extend(rule.exception_to.as_ref().map(|name| format!("例外于 {name}")));
    lines.push(format!("依据：“{}”", rule.quote));
    lines.extend(rule.conditions.iter().map(|condition| {
        let (fact, test) = (condition.fact, condition.test.write(vocabulary, condition.fact));
        format!("适用：{} = {test}", vocabulary.fact_label(fact))
    }));
    lines.extend(rule.decisions.iter().map(|id| format!("裁量：{id}")));
    lines.extend(rule.table_lines(vocabulary));
    lines
}
