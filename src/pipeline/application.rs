//! A learner's applications: judged, told step by step, and listed for the
//! office.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::derivation;
use super::learner::Judged;
use super::office::Lines;
use crate::assessment::application::{Case, WithoutRules, determine, facts};
use crate::assessment::determination::Outcome;
use crate::assessment::policy::vocabulary::{Fact, Output};
use crate::assessment::policy::{Policy, bundle};
use crate::assessment::record::Application;
use crate::assessment::trace::{RuleSetIds, Trace, trace};
use crate::credential::claim::PolicyId;
use crate::project::Project;
use crate::site::{Theme, view};

/// The numbers of the rule sets, by year, as their published files are called.
pub fn rule_set_ids(policies: &BTreeMap<u16, Policy>) -> RuleSetIds {
    let id = |policy: &Policy| PolicyId::of(&bundle::bytes(policy)).to_string();
    policies.iter().map(|(year, policy)| (*year, id(policy))).collect()
}

/// A line of `applications.ndjson`.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    #[serde(flatten)]
    trace: Trace,
}

/// An application and what became of it.
struct Told<'a> {
    application: &'a Application,
    outcome: Outcome,
    trace: &'a Trace,
}

/// The line of an application that nobody can judge yet.
#[derive(Serialize)]
struct UnruledRow<'a> {
    name: &'a str,
    #[serde(flatten)]
    result: WithoutRules,
}

/// What the office's files say of each application of a learner, in the order
/// of the record.
pub(super) fn lines(
    project: &Project,
    ids: &RuleSetIds,
    judged: &Judged,
    theme: &Theme,
) -> io::Result<Vec<Lines>> {
    let record = &judged.record;
    let mut lines = Vec::new();
    for application in &record.applications {
        let Some(policy) = project.policies.get(&application.year) else {
            lines.push(unruled(project, judged, application, theme)?);
            continue;
        };
        let facts = facts(policy, record, application);
        let case = Case { policies: &project.policies, policy, facts, record };
        let result = determine(&case);
        let trace = trace(&case, &result, ids);
        let told = Told { application, outcome: result.outcome, trace: &trace };
        let html = theme
            .render_determination(&row(project, judged, &told))
            .map_err(super::template_fault)?;
        let row = Row { name: record.name.as_str(), trace };
        let mut json = serde_json::to_vec(&row)?;
        json.push(b'\n');
        lines.push(Lines { json, html });
    }
    Ok(lines)
}

/// What the office's files say of an application of a year without rules.
fn unruled(
    project: &Project,
    judged: &Judged,
    application: &Application,
    theme: &Theme,
) -> io::Result<Lines> {
    let record = &judged.record;
    let result = WithoutRules::of(&project.vocabulary, record, application);
    let html = view::DeterminationRow {
        holder: view::Name::new(record.name.as_str()),
        id_tail: record.document.as_ref().and_then(|document| document.tail.clone()),
        unit: record.unit(application.on).map(view::Name::new),
        year: result.year,
        purpose: result.purpose.clone(),
        outcome: view::Outcome::Unclear,
        passed_as: String::new(),
        hours: Vec::new(),
        reasons: Vec::new(),
        missing: result.questions.clone(),
        before_telling: None,
        decisions: Vec::new(),
        trace: None,
        card: None,
    };
    let html = theme.render_determination(&html).map_err(super::template_fault)?;
    let name = record.name.as_str();
    let mut json = serde_json::to_vec(&UnruledRow { name, result })?;
    json.push(b'\n');
    Ok(Lines { json, html })
}

fn row(project: &Project, judged: &Judged, told: &Told<'_>) -> view::DeterminationRow {
    let Told { application, outcome, trace } = told;
    let vocabulary = &project.vocabulary;
    let hours = trace.hours.iter().flat_map(|year| {
        year.categories.iter().map(|hours| view::DeterminationHours {
            category: format!("{} {}", year.year, hours.category),
            credited: hours.credited.clone().unwrap_or_else(|| "无记录".to_owned()),
            required: match &hours.asked {
                Some(asked) => format!("{asked}（应修 {}）", hours.required),
                None => hours.required.clone(),
            },
            shortfall: hours.short.clone(),
        })
    });
    let grade = application.grade.map(|grade| {
        let grade = vocabulary.value_text(vocabulary.words(Fact::Grade), grade);
        format!("{} {grade}", vocabulary.fact_label(Fact::Grade))
    });
    view::DeterminationRow {
        holder: view::Name::new(judged.record.name.as_str()),
        id_tail: judged.record.document.as_ref().and_then(|document| document.tail.clone()),
        unit: judged.record.unit(application.on).map(view::Name::new),
        year: trace.year,
        purpose: trace.purpose.clone(),
        outcome: match outcome {
            Outcome::Passed => view::Outcome::Passed,
            Outcome::Failed => view::Outcome::Failed,
            Outcome::Unclear => view::Outcome::Unclear,
            Outcome::NotApplicable => view::Outcome::NotApplicable,
        },
        passed_as: trace.passed_as.join("或"),
        hours: hours.collect(),
        reasons: reasons(vocabulary.output_label(Output::Consequence), trace),
        missing: trace.questions.clone(),
        before_telling: trace.before_telling.map(str::to_owned),
        decisions: trace.decisions.iter().map(|it| it.id.clone()).collect(),
        trace: Some(derivation::view(vocabulary, trace, grade)),
        card: None,
    }
}

/// What rules gave, each with its clause, and all that follows, once; how it came about
/// is unfolded beside.
fn reasons(consequence: &str, trace: &Trace) -> Vec<view::Reason> {
    let reason = |words: String, clause: &str| view::Reason {
        words,
        clause: clause.to_owned(),
        quote: String::new(),
    };
    let (follows, steps): (Vec<_>, Vec<_>) =
        trace.steps.iter().partition(|step| step.output == consequence);
    let mut reasons: Vec<_> = steps
        .into_iter()
        .map(|step| reason(format!("{}：{}", step.output, step.result), &step.clause))
        .collect();
    if reasons.is_empty() && trace.outcome == Outcome::NotApplicable.word() {
        reasons.push(reason("没有条款规定这种情形。".to_owned(), &trace.grounds.join("、")));
    }
    if !trace.consequences.is_empty() {
        let mut clauses: Vec<_> = follows.iter().map(|step| step.clause.as_str()).collect();
        clauses.dedup();
        let words = format!("{consequence}：{}", trace.consequences.join("、"));
        reasons.push(reason(words, &clauses.join("、")));
    }
    reasons
}
