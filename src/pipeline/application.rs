//! A learner's applications: judged, told step by step, and listed for the
//! office.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::learner::Judged;
use super::office::Lines;
use crate::assessment::application::{Case, determine, facts};
use crate::assessment::determination::Outcome;
use crate::assessment::policy::{Policy, bundle};
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
        let Some(policy) = project.policies.get(&application.year) else { continue };
        let facts = facts(policy, record, application);
        let case = Case { policies: &project.policies, policy, facts, record };
        let result = determine(&case);
        let trace = trace(&case, &result, ids);
        let unit = record.unit(application.on);
        let html = theme
            .render_determination(&row(judged, unit, result.outcome, &trace))
            .map_err(super::template_fault)?;
        let row = Row { name: record.name.as_str(), trace };
        let mut json = serde_json::to_vec(&row)?;
        json.push(b'\n');
        lines.push(Lines { json, html });
    }
    Ok(lines)
}

fn row(
    judged: &Judged,
    unit: Option<&str>,
    outcome: Outcome,
    trace: &Trace,
) -> view::DeterminationRow {
    let hours = trace.hours.iter().flat_map(|year| {
        year.categories.iter().map(|hours| view::DeterminationHours {
            category: format!("{} {}", year.year, hours.category),
            credited: hours.credited.clone().unwrap_or_else(|| "无记录".to_owned()),
            required: hours.required.clone(),
            shortfall: hours.short.clone(),
        })
    });
    let steps = trace.steps.iter().map(|step| view::Reason {
        words: format!("{}：{}", step.output, step.result),
        clause: step.clause.clone(),
        quote: step.quote.clone(),
    });
    let consequences = trace.consequences.iter().map(|consequence| view::Reason {
        words: format!("后果：{consequence}"),
        clause: String::new(),
        quote: String::new(),
    });
    view::DeterminationRow {
        holder: view::Name::new(judged.record.name.as_str()),
        id_tail: judged.record.document.as_ref().and_then(|document| document.tail.clone()),
        unit: unit.map(view::Name::new),
        year: trace.year,
        purpose: trace.purpose.clone(),
        outcome: match outcome {
            Outcome::Passed => view::Outcome::Passed,
            Outcome::Failed => view::Outcome::Failed,
            Outcome::Unclear => view::Outcome::Unclear,
            Outcome::NotApplicable => view::Outcome::NotApplicable,
        },
        hours: hours.collect(),
        reasons: steps.chain(consequences).collect(),
        missing: trace.questions.clone(),
        before_telling: trace.before_telling.map(str::to_owned),
        card: None,
    }
}
