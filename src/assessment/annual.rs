//! The annual requirement, 年度审验: what a learning year requires and what was
//! learned in it, category by category.

use std::collections::BTreeSet;

use super::account::{Account, account};
use super::completion::Completions;
use super::course::{first_owed, settling};
use super::determination::{CategoryHours, Determination, Outcome, Question, Treated, Treatment};
use super::facts::facts;
use super::hours::Hours;
use super::need::{Need, conclude};
use super::policy::Policy;
use super::policy::vocabulary::{Degree, Fact, Output, Vocabulary};
use super::record::{Application, Approval, Record};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// Judges a record by the policy of one learning year.
pub fn assess(policy: &Policy, record: &Record) -> Determination {
    let account = account(policy, record);
    let needs: Vec<Need> = Need::all(&account).collect();
    let (outcome, questions) = conclude(record, &needs, &[(account.year, &account.learnings)]);
    let Account { year, categories, total: _, learnings, required_by } = account;
    let mut result = Determination {
        year,
        outcome,
        degree: Degree::Full,
        confirmed: confirmed(policy, record, &learnings),
        categories,
        learnings,
        rules: required_by,
        settled_by: BTreeSet::new(),
        questions,
    };
    owe(policy, record, &mut result);
    let outcome = result.outcome;
    let is_ground = |treatment: &&Treatment| match treatment.decided {
        Treated::Counted { .. } => true,
        Treated::Waiting { .. }
        | Treated::OtherYear
        | Treated::OutsidePeriod { .. }
        | Treated::AfterApplication { .. }
        | Treated::NotRecognised { .. }
        | Treated::NoRule => outcome != Outcome::Passed,
    };
    let treated = || result.learnings.iter().filter(is_ground);
    let of_terms = policy.terms.iter().flat_map(|terms| &terms.settled_by);
    let settled = treated().flat_map(|it| &it.settled_by).chain(of_terms).cloned();
    let settled: Vec<String> = settled.collect();
    let treated = treated().flat_map(|it| it.rules.iter().copied());
    let rules: BTreeSet<usize> = treated.chain(result.rules.iter().copied()).collect();
    result.rules = rules.into_iter().collect();
    result.settled_by.extend(settled);
    result
}

/// Takes account of who owes nothing in the year yet.
fn owe(policy: &Policy, record: &Record, result: &mut Determination) {
    match owed(policy, record) {
        Owed::Yes { rules, settled_by } => {
            result.rules.extend(rules);
            result.settled_by.extend(settled_by);
        }
        Owed::Nothing { rules, settled_by } => {
            result.settled_by.extend(settled_by);
            result.outcome = Outcome::Passed;
            result.degree = Degree::NotRequired;
            result.questions.clear();
            result.rules.extend(rules);
            for hours in &mut result.categories {
                *hours = CategoryHours { required: Hours::ZERO, ..*hours };
            }
        }
        Owed::Open { questions } if result.outcome != Outcome::Passed => {
            result.outcome = Outcome::Unclear;
            result.questions.extend(questions);
        }
        Owed::Open { .. } => {}
    }
}

/// Whether anything is owed in a year.
enum Owed {
    /// It is, by these rules if any.
    Yes { rules: BTreeSet<usize>, settled_by: Vec<String> },
    /// Somebody entered or qualified too late to owe anything, by these rules.
    Nothing { rules: BTreeSet<usize>, settled_by: Vec<String> },
    /// It depends on what is not known.
    Open { questions: Vec<Question> },
}

fn owed(policy: &Policy, record: &Record) -> Owed {
    let nothing_said = Owed::Yes { rules: BTreeSet::new(), settled_by: Vec::new() };
    if policy.annual_starts.is_empty() {
        return nothing_said;
    }
    let year = policy.year;
    let Some(application) = application(&policy.vocabulary, year) else { return nothing_said };
    let facts = facts(policy, record, &application);
    let completions = Completions::of(policy, &facts, &[Output::WindowStart]);
    let Some(count) = completions.count() else {
        return Owed::Open { questions: completions.all() };
    };
    let mut rules = BTreeSet::new();
    let mut ends = Vec::with_capacity(count);
    for at in 0..count {
        match first_owed(policy, &completions.at(at)) {
            Ok(Some((first, cited))) => {
                ends.push(first <= year);
                rules.extend(cited.rules);
            }
            Ok(None) => ends.push(true),
            Err(question) => return Owed::Open { questions: vec![question] },
        }
    }
    let settled_by = settling(policy, &[Output::WindowStart], &facts);
    match (ends.iter().any(|owes| *owes), ends.iter().all(|owes| *owes)) {
        (_, true) => Owed::Yes { rules, settled_by },
        (false, false) => Owed::Nothing { rules, settled_by },
        (true, false) => {
            let differs = |at: usize, next: usize| ends[at] != ends[next];
            Owed::Open { questions: completions.that_matter(&differs) }
        }
    }
}

/// The annual purpose of a year as what is applied for: by the facts of the calendar year's
/// last day. `None` where the vocabulary has no such purpose.
pub fn application(vocabulary: &Vocabulary, year: u16) -> Option<Application> {
    let purpose = vocabulary.keyed(Fact::Purpose, "annual")?;
    let on = Date::new(year, 12, 31).ok()?;
    Some(Application { purpose, grade: None, on, year })
}

/// Tells of years that are not over: a result that is no pass is not their last.
pub fn check_over<'p>(
    policies: impl Iterator<Item = &'p Policy>,
    today: Date,
    problems: &mut Diagnostics,
) {
    for policy in policies {
        let ends = policy.terms.iter().filter_map(|terms| Some((terms.period?[1], terms)));
        let Some((end, terms)) = ends.max_by_key(|(end, _)| *end) else { continue };
        let rule = terms.period_by.first().and_then(|rule| policy.rules.get(*rule));
        if let Some(rule) = rule.filter(|_| today <= end) {
            problems.warning(
                Place::line(&rule.path, rule.rule.line),
                format!(
                    "{} 年度的学习期间到 {end} 才结束：现在的不通过、待核定不是最后的结果",
                    policy.year
                ),
                "通过的可以签发；其余的，年度结束以后再构建一次，才告知本人和单位",
            );
        }
    }
}

/// The day on which the last of the counted learnings was confirmed; where none
/// counts, the last day of the year's periods.
fn confirmed(policy: &Policy, record: &Record, learnings: &[Treatment]) -> Option<Date> {
    let counted = learnings.iter().filter(|it| matches!(it.decided, Treated::Counted { .. }));
    let days = counted.filter_map(|treatment| {
        let learning = record.learnings.get(treatment.learning)?;
        match &learning.approval {
            Approval::Stated { on: Some(on), .. } => Some(*on),
            Approval::Stated { on: None, .. } | Approval::NotNeeded | Approval::Unknown => {
                Some(learning.completed)
            }
        }
    });
    let ends = policy.terms.iter().filter_map(|terms| Some(terms.period?[1]));
    days.max().or_else(|| ends.max())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::policy::tests::SAMPLE;

    /// 区/一后段: 本年度继续教育培训时间截止到 2022 年 12 月 31 日.
    #[test]
    fn a_year_is_over_the_day_after_its_last() {
        let told = |today: &str| {
            let mut problems = Diagnostics::new();
            let policies = SAMPLE.policies.values().filter(|policy| policy.year == 2022);
            check_over(policies, today.parse().unwrap(), &mut problems);
            problems.into_sorted().len()
        };
        assert_eq!([told("2022-06-30"), told("2022-12-31"), told("2023-01-01")], [1, 1, 0]);
    }
}
