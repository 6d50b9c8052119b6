//! How the stored learners stand under a project's policies.

use std::collections::BTreeSet;

use crate::assessment::annual;
use crate::assessment::application::{Case, Determination, determine, facts};
use crate::assessment::determination::Outcome;
use crate::assessment::explain::asked;
use crate::assessment::policy::vocabulary::{Degree, Fact};
use crate::assessment::policy::{Basis, names};
use crate::assessment::record::{self, Application, Record};
use crate::assessment::{assess, printing};
use crate::diagnostic::{Diagnostics, Place};
use crate::project::{Learner, NotRead, Project};

/// One determination of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// The person's number.
    pub person: String,
    /// What it is for.
    pub purpose: String,
    /// The year applied in.
    pub year: u16,
    /// The result in words.
    pub result: String,
    /// The rules cited, by name.
    pub cited: BTreeSet<String>,
    /// The decisions used, by id.
    pub decisions: BTreeSet<String>,
}

/// The determinations of all stored learners: annual ones, and applications. Files that
/// cannot be read are told.
pub(super) fn all(project: &Project, problems: &mut Diagnostics) -> Vec<Standing> {
    let mut standings = Vec::new();
    each(project, problems, |record, _, _| standings.extend(of(project, record)));
    standings
}

/// The same, of files that go against nothing: what `check` refuses is told.
pub(super) fn all_sound(project: &Project, problems: &mut Diagnostics) -> Vec<Standing> {
    let mut standings = Vec::new();
    each(project, problems, |record, place, problems| {
        let mut found = Diagnostics::new();
        project.check_record(record, place, &mut found);
        if found.has_errors() {
            problems.append(found); // mere warnings are for `check`
        }
        standings.extend(of(project, record));
    });
    standings
}

fn each(
    project: &Project,
    problems: &mut Diagnostics,
    mut judge: impl FnMut(&Record, &Place, &mut Diagnostics),
) {
    for Learner { path, line, text } in project.learners(problems) {
        let place = Place::line(&*path, line);
        match text {
            Ok(text) => {
                let record = record::parse(&path, line, &text, &project.vocabulary, problems);
                record.iter().for_each(|record| judge(record, &place, problems));
            }
            Err(NotRead { message, hint }) => problems.error(place, message, hint),
        }
    }
}

/// The determinations of a record.
fn of(project: &Project, record: &Record) -> Vec<Standing> {
    let policies = &project.policies;
    let annual = policies.values().filter(|policy| policy.basis == Basis::Written);
    let annual = annual.filter_map(|policy| annual::application(&policy.vocabulary, policy.year));
    let applications = annual.chain(record.applications.iter().copied());
    let standing = |application: Application| {
        let policy = policies.get(&application.year)?;
        let facts = facts(policy, record, &application);
        let result = determine(&Case { policies, policy, facts, record });
        let mut cited: BTreeSet<String> =
            result.rules.iter().map(|rule| names(policy, &[*rule])).collect();
        let mut decisions = result.decisions.clone();
        for account in &result.accounts {
            let Some(policy) = policies.get(&account.year) else { continue };
            let treated = account.learnings.iter().flat_map(|it| it.rules.iter());
            for rule in account.required_by.iter().chain(treated) {
                cited.insert(names(policy, &[*rule]));
                let rule = policy.rules.get(*rule);
                decisions.extend(rule.into_iter().flat_map(|it| it.rule.decisions.clone()));
            }
        }
        let short = result.shortfalls();
        let short = short.map(|it| format!("{} 差 {}", asked(policy, it), it.shortfall()));
        let mut words = vec![outcome_words(&result)];
        words.extend(short);
        if policy.vocabulary.keyed(Fact::Purpose, "annual") == Some(application.purpose) {
            let result = assess(policy, record);
            let waiting = printing::waiting(policy, record, &result, &project.classes);
            words.extend((!waiting.is_empty()).then(|| "审验卡暂不打印".to_owned()));
            for rule in waiting.iter().flat_map(|it| &it.rules) {
                cited.insert(names(policy, &[*rule]));
                let rule = policy.rules.get(*rule);
                decisions.extend(rule.into_iter().flat_map(|it| it.rule.decisions.clone()));
            }
            if let Some(grant) = printing::granted(policy, record, &result) {
                cited.insert(names(policy, &grant.rules));
                decisions.extend(grant.decisions(policy).cloned());
            }
        }
        Some(Standing {
            person: record.id.as_str().to_owned(),
            purpose: policy
                .vocabulary
                .value_text(policy.vocabulary.words(Fact::Purpose), application.purpose),
            year: application.year,
            result: words.join("，"),
            cited,
            decisions,
        })
    };
    applications.filter_map(standing).collect()
}

/// The outcome, with how it was passed or how much was asked for: `通过（足额）`,
/// `不通过（要求程度 1/3）`.
fn outcome_words(result: &Determination) -> String {
    let outcome = result.outcome.word();
    let is_passed = result.outcome == Outcome::Passed;
    let words = |degree: &Degree| match degree {
        Degree::Part(_) if is_passed => format!("{} {degree}", degree.passed_as()),
        degree if is_passed => degree.passed_as().to_owned(),
        degree => degree.to_string(),
    };
    let degrees: Vec<_> = result.degrees.iter().map(words).collect();
    match degrees.as_slice() {
        [] => outcome.to_owned(),
        degrees if is_passed => format!("{outcome}（{}）", degrees.join("或")),
        [_] if result.degrees.contains(&Degree::Full) => outcome.to_owned(),
        degrees => format!("{outcome}（要求程度 {}）", degrees.join("或")),
    }
}
