//! What two states of a notice's rules differ in.

use super::policy::notice::Notice;
use super::policy::rule::{Rule, RuleName};
use super::policy::vocabulary::Vocabulary;

/// A change of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rule, by its name: `区/三(五)`.
    pub rule: String,
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

/// The rules that differ, those of the old notice first.
pub fn changes(old: &Notice, new: &Notice, vocabulary: &Vocabulary) -> Vec<Change> {
    let find = |notice: &'_ Notice, name: &RuleName| -> Option<Rule> {
        notice.rules.iter().find(|rule| rule.name == *name).cloned()
    };
    let name = |notice: &Notice, name: &RuleName| format!("{}/{name}", notice.front.namespace);
    let mut changes = Vec::new();
    for before in &old.rules {
        let what = match find(new, &before.name) {
            None => What::Removed,
            Some(after) => {
                let (before, after) = (lines(before, vocabulary), lines(&after, vocabulary));
                let only = |of: &[String], other: &[String]| -> Vec<String> {
                    of.iter().filter(|line| !other.contains(line)).cloned().collect()
                };
                let (gone, come) = (only(&before, &after), only(&after, &before));
                if gone.is_empty() && come.is_empty() {
                    continue;
                }
                What::Changed { before: gone, after: come }
            }
        };
        changes.push(Change { rule: name(old, &before.name), what });
    }
    let added = new.rules.iter().filter(|rule| find(old, &rule.name).is_none());
    changes.extend(added.map(|rule| Change { rule: name(new, &rule.name), what: What::Added }));
    changes
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
