//! Static checks: what is wrong with rules before anybody is judged by them.
//!
//! A row of a rule is a box in the space of the facts it asks about, and each
//! fact is cut into the pieces that the rules tell apart. So every check here is
//! exact: it looks at all combinations of pieces, never at a sample. What would
//! take too long is told as an error instead.
//!
//! Checks of a notice: [`tree`] (例外于), [`table`] (one table), [`text`] (the
//! words beside the rules), [`start`] (窗口起). Checks of a year's policy, in which
//! notices meet: [`years`], [`output`], [`silence`]. Of all years: [`period`], [`deadline`]. Of the
//! register: [`decision`], [`parameter`] (what decisions fix), [`unsaid`] (what none
//! says).

#[cfg(test)]
mod cases;
#[cfg(test)]
mod choices;
mod deadline;
mod decision;
mod output;
mod parameter;
mod period;
#[cfg(test)]
mod seasons;
mod silence;
mod space;
mod start;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod unsaid;
mod years;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::years::notices_of;
use super::policy::cell::Test;
use super::policy::force;
use super::policy::notice::Part;
use super::policy::rule::{Row, Rule};
use super::policy::vocabulary::{Fact, Output, Vocabulary};
use super::policy::{Policy, Source, Sources};
use crate::diagnostic::{Diagnostics, Place};
pub use text::as_draft;

/// Where decisions are recorded.
const REGISTER: &str = "content/decisions.toml";

/// Checks each notice by itself.
pub(super) fn notices(sources: &Sources, problems: &mut Diagnostics) {
    for notice in &sources.notices {
        text::check(notice, problems);
        if !force::lends_any(&sources.notices, notice) {
            continue; // its rules decide nothing
        }
        tree::check(notice, &sources.vocabulary, problems);
        let has_decisions = !sources.unread.contains(&Source::Decisions);
        if has_decisions {
            parameter::notice(notice, sources, problems);
        }
        for rule in &notice.rules {
            if has_decisions {
                text::open_list(notice, rule, &sources.decisions, problems);
            }
            table::check(notice, rule, &sources.vocabulary, problems);
            period::rows(notice, rule, problems);
            start::check(notice, rule, &sources.vocabulary, problems);
        }
    }
}

/// Checks what notices say together, year by year.
pub(super) fn policies(
    policies: &BTreeMap<u16, Policy>,
    sources: &Sources,
    problems: &mut Diagnostics,
) {
    // A decision that could not be read may say that all is meant so.
    if !sources.unread.contains(&Source::Decisions) {
        decision::register(sources, problems);
        unsaid::check(policies, problems);
        let mut told = BTreeSet::new();
        for policy in policies.values() {
            parameter::policy(policy, &mut told, problems);
            output::check(policy, sources, problems);
        }
        if sources.has_all(Part::Rules(Output::Window)) {
            output::lost_windows(policies, problems);
        }
        if sources.has_all(Part::Rules(Output::LearningPeriod)) {
            period::check(policies, problems);
        }
        deadline::check(policies, problems);
    }
    if !problems.has_errors() && sources.are_whole() {
        // A rule that could not be read decides nothing, which has been told.
        output::undecided(sources, problems);
        decision::check(sources, problems);
    }
    silence::nothing_counts(policies, sources, problems);
}

/// Whether a decision that a rule cites says that what is warned of its output is meant
/// so, where the rule applies.
fn acknowledges(policy: &Policy, rule: &Rule) -> bool {
    let mut decisions = rule.decisions.iter().filter_map(|id| policy.decisions.get(id));
    let label = policy.vocabulary.output_label(rule.output);
    decisions.any(|decision| decision.acknowledges.as_deref() == Some(label))
}

/// All that a row of a rule demands.
fn demands<'r>(rule: &'r Rule, row: &'r Row) -> impl Iterator<Item = (Fact, &'r Test)> {
    conditions(rule).chain(rule.inputs.iter().copied().zip(&row.tests))
}

fn conditions(rule: &Rule) -> impl Iterator<Item = (Fact, &Test)> {
    rule.conditions.iter().map(|condition| (condition.fact, &condition.test))
}

/// All tests of a rule.
fn tests_of(rule: &Rule) -> impl Iterator<Item = (Fact, &Test)> {
    let cells = rule.rows.iter().flat_map(|row| rule.inputs.iter().copied().zip(&row.tests));
    conditions(rule).chain(cells)
}

/// Tells that rules distinguish more than can be looked through.
fn too_wide(place: Place, what: &str, problems: &mut Diagnostics) {
    problems.error(
        place,
        format!("{what}要分辨的情形太多，检查不完"),
        "减少条件列或行数，或拆成几条适用条件不同的规则",
    );
}

/// A rule's line.
fn place(path: &str, rule: &Rule) -> Place {
    Place::line(path, rule.line)
}

/// The values of a row as its table writes them.
fn outcome(vocabulary: &Vocabulary, rule: &Rule, row: &Row) -> String {
    let columns = rule.output.columns().iter().zip(&row.values);
    let texts = columns
        .map(|(column, value)| vocabulary.value_text(vocabulary.column_words(*column), *value));
    texts.collect::<Vec<_>>().join(" ")
}
