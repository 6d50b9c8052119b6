//! How a determination came about, as the office's page unfolds it.

use std::collections::BTreeSet;

use super::card::Settled;
use crate::assessment::annual;
use crate::assessment::application::{Case, determine, facts};
use crate::assessment::policy::vocabulary::{Fact, Vocabulary};
use crate::assessment::printing;
use crate::assessment::trace::{RuleSetIds, Step, Trace, Tried, YearHours, trace};
use crate::project::Project;
use crate::site::view;

/// The trace of an annual determination: as of the last day of its year.
pub(super) fn annual(
    project: &Project,
    ids: &RuleSetIds,
    settled: &Settled<'_>,
) -> Option<view::Trace> {
    let Settled { judged, result, waiting, policy, card: _ } = settled;
    let application = annual::application(&policy.vocabulary, result.year)?;
    let facts = facts(policy, &judged.record, &application);
    let case = Case { policies: &project.policies, policy, facts, record: &judged.record };
    let mut trace = trace(&case, &determine(&case), ids);
    if settled.holds_back() {
        trace.wait(policy, waiting);
    }
    let grant = printing::granted(policy, &judged.record, result);
    grant.into_iter().for_each(|grant| trace.grant(policy, &grant));
    Some(view(&policy.vocabulary, &trace, None))
}

/// A trace as templates have it; of an application with its grade, where it has one.
pub(super) fn view(vocabulary: &Vocabulary, trace: &Trace, grade: Option<String>) -> view::Trace {
    let rule_set = format!("规则集 {}（{}）", trace.rule_set, trace.rule_set.basis);
    let on = trace.on.as_ref().map(|day| format!("申报日 {day}"));
    let judged: Vec<_> = std::iter::once(rule_set).chain(on).chain(grade).collect();
    let together = trace
        .together
        .iter()
        .map(|it| view::TracedYear { words: it.to_line(&trace.unit), steps: Vec::new() });
    let mut quoted = BTreeSet::new();
    let steps = trace.steps.iter().map(|it| step(it, &mut quoted)).collect();
    let years = trace.hours.iter().map(|it| year(it, &trace.unit, &mut quoted));
    view::Trace {
        judged: judged.join("；"),
        grounds: trace.grounds.join("、"),
        steps,
        tried: tried(vocabulary, trace),
        years: years.chain(together).collect(),
        decisions: trace.decisions.iter().map(|it| it.id.clone()).collect(),
    }
}

/// What was looked at and gave nothing, in lines; what is not for the purpose, in one.
fn tried(vocabulary: &Vocabulary, trace: &Trace) -> Vec<String> {
    let purpose = format!("{} {}", vocabulary.fact_label(Fact::Purpose), trace.purpose);
    let is_for_others = |it: &&Tried| it.given == [purpose.as_str()];
    let (others, own): (Vec<_>, Vec<_>) = trace.tried.iter().partition(is_for_others);
    let others: Vec<_> = others.iter().flat_map(|it| &it.clauses).map(String::as_str).collect();
    let mut lines: Vec<_> = own.into_iter().map(Tried::to_string).collect();
    if !others.is_empty() {
        lines.push(format!("不用于{}的规则：{}", trace.purpose, others.join("、")));
    }
    lines
}

/// What a rule gave, with its words where they have not been quoted yet.
fn step<'t>(step: &'t Step, quoted: &mut BTreeSet<&'t str>) -> view::Reason {
    let given = match step.given.as_slice() {
        [] => String::new(),
        facts => format!("{} → ", facts.join("，")),
    };
    view::Reason {
        words: format!("{}：{given}{}", step.output, step.result),
        clause: step.clause.clone(),
        quote: if quoted.insert(&step.clause) { step.quote.clone() } else { String::new() },
    }
}

/// A learning year: its terms with the words they rest on, and what became of each
/// learning by which clause.
fn year<'t>(year: &'t YearHours, unit: &str, quoted: &mut BTreeSet<&'t str>) -> view::TracedYear {
    let learnings = year.learnings.iter().map(|it| view::Reason {
        words: format!("{} → {}", it.given.join("，"), it.result),
        clause: it.clause.clone(),
        quote: String::new(),
    });
    view::TracedYear {
        words: year.to_line(unit),
        steps: year.terms.iter().map(|it| step(it, quoted)).chain(learnings).collect(),
    }
}
