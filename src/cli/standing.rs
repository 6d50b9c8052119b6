//! How the stored learners stand under a project's policies.

use std::collections::BTreeSet;

use crate::assessment::application::{Case, determine, facts};
use crate::assessment::explain::asked;
use crate::assessment::policy::vocabulary::Fact;
use crate::assessment::policy::{Basis, names};
use crate::assessment::record::{self, Application, Record};
use crate::assessment::{assess, printing};
use crate::diagnostic::Diagnostics;
use crate::project::Project;
use crate::time::Date;

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
}

/// The determinations of all stored learners: annual ones, and applications.
pub(super) fn all(project: &Project, problems: &mut Diagnostics) -> Vec<Standing> {
    let mut standings = Vec::new();
    for learner in project.learners(problems) {
        let Ok(text) = &learner.text else { continue };
        let (path, line) = (&learner.path, learner.line);
        let Some(record) = record::parse(path, line, text, &project.vocabulary, problems) else {
            continue;
        };
        standings.extend(of(project, &record));
    }
    standings
}

/// The determinations of a record.
fn of(project: &Project, record: &Record) -> Vec<Standing> {
    let policies = &project.policies;
    let annual = policies.values().filter(|policy| policy.basis == Basis::Written);
    let annual = annual.filter_map(|policy| {
        let purpose = policy.vocabulary.keyed(Fact::Purpose, "annual")?;
        let on = Date::new(policy.year, 12, 31).ok()?;
        Some(Application { purpose, grade: None, on, year: policy.year })
    });
    let applications = annual.chain(record.applications.iter().copied());
    let standing = |application: Application| {
        let policy = policies.get(&application.year)?;
        let facts = facts(policy, record, &application);
        let result = determine(&Case { policies, policy, facts, record });
        let mut cited: BTreeSet<String> =
            result.rules.iter().map(|rule| names(policy, &[*rule])).collect();
        for account in &result.accounts {
            let Some(policy) = policies.get(&account.year) else { continue };
            let treated = account.learnings.iter().flat_map(|it| it.rules.iter());
            let all = account.required_by.iter().chain(treated);
            cited.extend(all.map(|rule| names(policy, &[*rule])));
        }
        let short = result.shortfalls();
        let short = short.map(|it| format!("{} 差 {}", asked(policy, it), it.shortfall()));
        let mut words = vec![result.outcome.word().to_owned()];
        words.extend(result.degrees.iter().map(ToString::to_string));
        words.extend(short);
        if policy.vocabulary.keyed(Fact::Purpose, "annual") == Some(application.purpose) {
            let result = assess(policy, record);
            let waiting = printing::waiting(policy, record, &result, &project.classes);
            words.extend((!waiting.is_empty()).then(|| "审验卡暂不打印".to_owned()));
            cited.extend(
                waiting.iter().flat_map(|it| &it.rules).map(|rule| names(policy, &[*rule])),
            );
        }
        Some(Standing {
            person: record.id.as_str().to_owned(),
            purpose: policy
                .vocabulary
                .value_text(policy.vocabulary.words(Fact::Purpose), application.purpose),
            year: application.year,
            result: words.join("，"),
            cited,
        })
    };
    applications.filter_map(standing).collect()
}
