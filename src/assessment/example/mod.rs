//! Runs the examples that notices show their readers: what an example expects
//! must be what the rules give.
//!
//! A row's conditions become facts and a record (`given`), and what it expects is
//! held against what the rules give (`expected`).

mod expected;
mod given;
mod hours;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use self::expected::conclusion;
#[cfg(test)]
pub(super) use self::given::empty_record;
use super::application::{Case, determine};
use super::engine::Facts;
use super::policy::Policy;
use super::policy::example::{Case as Row, Example};
use super::policy::notice::Notice;
use super::policy::text::clip;
use super::policy::vocabulary::{Fact, Value};
use super::trace::{RuleSetIds, Trace, trace};
use crate::diagnostic::{Diagnostics, Place};

/// What a cell of an expectation says that expects nothing; an empty one says nothing.
const NONE: &str = "无";

/// Failures of a notice that are told with their traces, at most about.
const MAX_TRACED: usize = 100;

/// An example that does not come out as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The line of the example's row.
    pub line: u32,
    /// The label of the expectation.
    pub label: String,
    /// What the row expects.
    pub expected: String,
    /// What the rules give.
    pub actual: String,
    /// How they come to it, where the row is of an application.
    pub trace: Option<Trace>,
}

/// Runs all examples of a notice by these policies; what is wrong with a row
/// itself goes to `problems`.
pub fn run(
    policies: &BTreeMap<u16, Policy>,
    notice: &Notice,
    problems: &mut Diagnostics,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    let Some(policy) = own(policies, notice).next_back() else { return failures };
    for example in &notice.examples {
        tell_without_year(policies, policy, (notice, example), problems);
        for row in &example.cases {
            let mut run = Run { policies, policy, notice, example, row };
            if run.lacks_year() {
                continue;
            }
            match run.failures() {
                Ok(mut found) => {
                    if failures.len() >= MAX_TRACED {
                        found.iter_mut().for_each(|it| it.trace = None);
                    }
                    failures.extend(found);
                }
                Err((message, hint)) => {
                    let place = Place::line(&notice.path, row.line);
                    let name = clip(&example.name, 40);
                    problems.error(place, format!("例“{name}”：{message}"), hint);
                }
            }
        }
    }
    failures
}

/// Tells rows that do not say of which of the notice's years they are, at the first.
fn tell_without_year(
    policies: &BTreeMap<u16, Policy>,
    policy: &Policy,
    (notice, example): (&Notice, &Example),
    problems: &mut Diagnostics,
) {
    let lacks = |row: &&Row| Run { policies, policy, notice, example, row }.lacks_year();
    let mut rows = example.cases.iter().filter(lacks);
    let Some(first) = rows.next() else { return };
    let rows = match rows.count() {
        0 => String::new(),
        others => format!("有 {} 行", others + 1),
    };
    let label = policy.vocabulary.fact_label(Fact::ApplicationYear);
    let years: Vec<_> = own(policies, notice).map(|it| it.year.to_string()).collect();
    let name = clip(&example.name, 40);
    problems.error(
        Place::line(&notice.path, first.line),
        format!("例“{name}”：{rows}没有写明“{label}”，通知适用于几个年度"),
        format!("加一列“{label}”，每行写 {} 中的一个", years.join("、")),
    );
}

/// The policies of the years that a notice was written for and lends its rules to.
fn own<'p>(
    policies: &'p BTreeMap<u16, Policy>,
    notice: &Notice,
) -> impl DoubleEndedIterator<Item = &'p Policy> {
    let years = notice.front.applies_to.iter();
    let of = years.filter_map(|year| policies.get(year)).filter(|policy| policy.holds(notice));
    of.collect::<Vec<_>>().into_iter()
}

/// Whether all examples of these notices come out as they say.
pub fn all_hold(policies: &BTreeMap<u16, Policy>, notices: &[Notice]) -> bool {
    notices.iter().all(|notice| {
        let Some(policy) = own(policies, notice).next_back() else { return true };
        notice.examples.iter().all(|example| {
            example.cases.iter().all(|row| {
                let mut run = Run { policies, policy, notice, example, row };
                run.failures().is_ok_and(|failures| failures.is_empty())
            })
        })
    })
}

/// Tells the failures as problems.
pub fn tell(notice: &Notice, failures: Vec<Failure>, problems: &mut Diagnostics) {
    let mut traced = BTreeSet::new();
    for Failure { line, label, expected, actual, trace } in failures {
        let mut message = format!("例的“{label}”应为“{expected}”，按规则得“{actual}”");
        // Of several cells of a row that fail, the first tells how.
        let trace = trace.filter(|_| traced.insert(line)).map(|it| it.to_string());
        for step in trace.iter().flat_map(|it| it.lines()) {
            message.push_str("\n    ");
            message.push_str(step);
        }
        let hint = "核对原文：是规则写错了，还是例写错了";
        problems.error(Place::line(&notice.path, line), message, hint);
    }
}

/// Tells that no example was run, at the first there is.
pub fn tell_not_run(notices: &[Notice], problems: &mut Diagnostics) {
    let cases = |notice: &Notice| notice.examples.iter().map(|it| it.cases.len()).sum::<usize>();
    let count: usize = notices.iter().map(cases).sum();
    let with = |notice: &Notice| Some((notice.path.clone(), notice.examples.first()?.line));
    if let Some((path, line)) = notices.iter().find_map(with) {
        problems.warning(
            Place::line(path, line),
            format!("例没有运行，共 {count} 行：规则有错误"),
            "改正规则的错误以后，例才运行",
        );
    }
}

type Wrong = (String, String);

struct Run<'a> {
    policies: &'a BTreeMap<u16, Policy>,
    policy: &'a Policy,
    notice: &'a Notice,
    example: &'a Example,
    row: &'a Row,
}

impl Run<'_> {
    fn failures(&mut self) -> Result<Vec<Failure>, Wrong> {
        let (facts, record) = self.given()?;
        let mut failures = Vec::new();
        let is_application = self.is_application();
        let policy = self.year_policy(&facts)?;
        if !policy.holds(self.notice) && self.notice.front.applies_to.contains(&policy.year) {
            return Ok(failures); // of a year in which another notice replaces this one
        }
        let determination = is_application.then(|| {
            let case = Case { policies: self.policies, policy, facts, record: &record };
            determine(&case)
        });
        for (label, expected) in self.example.expected.iter().zip(&self.row.expected) {
            if expected.is_empty() {
                continue;
            }
            self.check_words(policy, label, expected, determination.as_ref())?;
            let actual = match (label.as_str(), &determination) {
                ("结论", Some(result)) => conclusion(result, expected),
                ("依据", result) => self.citations(policy, result.as_ref(), &facts, expected),
                ("差额", Some(result)) => self.shortfalls(result, expected)?,
                ("询问", Some(result)) => self.questions(policy, result, &record),
                ("后果", Some(result)) => self.consequences(policy, result),
                (label, _) => self.output(policy, label, &facts)?,
            };
            let same = |one: &str, other: &str| as_set(one) == as_set(other);
            if !same(&actual, expected) {
                let (label, expected) = (label.clone(), expected.clone());
                let trace = determination.as_ref().map(|result| {
                    let case = Case { policies: self.policies, policy, facts, record: &record };
                    let trace = trace(&case, result, &RuleSetIds::new());
                    Trace { person: format!("例“{}”", clip(&self.example.name, 40)), ..trace }
                });
                failures.push(Failure { line: self.row.line, label, expected, actual, trace });
            }
        }
        Ok(failures)
    }

    fn is_application(&self) -> bool {
        let mut given = self.example.given.iter();
        given.any(|label| self.policy.vocabulary.fact(label) == Some(Fact::Purpose))
    }

    /// Whether it is of an application, under a notice that is for several years, and does
    /// not say of which it is.
    fn lacks_year(&self) -> bool {
        let vocabulary = &self.policy.vocabulary;
        let is_year = |label: &String| vocabulary.fact(label) == Some(Fact::ApplicationYear);
        let mut given = self.example.given.iter().zip(&self.row.given);
        let is_told = given.any(|(label, cell)| is_year(label) && !cell.is_empty());
        self.is_application() && !is_told && own(self.policies, self.notice).nth(1).is_some()
    }

    fn year_policy(&self, facts: &Facts) -> Result<&Policy, Wrong> {
        let Some(Value::Number(year)) = facts.value(Fact::ApplicationYear) else {
            return Ok(self.policy);
        };
        let policy = u16::try_from(year).ok().and_then(|year| self.policies.get(&year));
        policy.ok_or_else(|| (format!("没有 {year} 年度的规则"), "用有规则的年度举例".to_owned()))
    }
}

/// The items of a list, whatever their order; a leading `通过·` goes with each.
fn as_set(text: &str) -> BTreeSet<String> {
    text.split(['、', '·']).map(|item| item.trim().to_owned()).collect()
}
