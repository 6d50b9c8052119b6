//! 例外于: rules and their exceptions form trees, of one output each, and an
//! exception leaves its rule something to say.

use super::space::{Region, Search, Space, TooWide};
use super::{demands, place, tests_of, too_wide};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::rule::{Rule, RuleName};
use crate::assessment::policy::vocabulary::Vocabulary;
use crate::diagnostic::{Diagnostics, Place};

pub(super) fn check(notice: &Notice, vocabulary: &Vocabulary, problems: &mut Diagnostics) {
    for rule in &notice.rules {
        outputs(notice, rule, vocabulary, problems);
        cycle(notice, rule, problems);
        if silenced(notice, rule, vocabulary, problems).is_err() {
            let what = format!("规则 {} 和它的例外", rule.name);
            too_wide(place(&notice.path, rule), &what, problems);
        }
    }
}

fn named<'n>(notice: &'n Notice, name: &RuleName) -> Option<&'n Rule> {
    notice.rules.iter().find(|rule| rule.name == *name)
}

/// An exception decides what its rule decides.
fn outputs(notice: &Notice, rule: &Rule, vocabulary: &Vocabulary, problems: &mut Diagnostics) {
    let general = rule.exception_to.as_ref().and_then(|name| named(notice, name));
    let Some(general) = general.filter(|general| general.output != rule.output) else { return };
    let [own, other] = [rule, general].map(|rule| vocabulary.output_label(rule.output));
    problems.error(
        place(&notice.path, rule),
        format!("规则 {} 定“{own}”，却例外于定“{other}”的规则 {}", rule.name, general.name),
        "例外与一般规则定同一项；不是例外的，删去“例外于”",
    );
}

/// Nobody is an exception to himself, however far around; told at the first
/// rule of the circle.
fn cycle(notice: &Notice, rule: &Rule, problems: &mut Diagnostics) {
    let mut circle = vec![rule];
    let mut at = rule;
    while let Some(next) = at.exception_to.as_ref().and_then(|name| named(notice, name)) {
        if next.name == rule.name {
            let names: Vec<_> = circle.iter().map(|rule| rule.name.to_string()).collect();
            let message = match &names[..] {
                [name] => format!("规则 {name} 例外于它自己"),
                names => format!("规则 {} 依次互为例外，成了一圈", names.join("、")),
            };
            problems.error(
                place(&notice.path, rule),
                message,
                "一般规则不写“例外于”；只有例外才写，写它所例外的那一条",
            );
            return;
        }
        if circle.iter().any(|before| before.name == next.name) || next.line < rule.line {
            return; // another circle, or one that is told at an earlier rule
        }
        circle.push(next);
        at = next;
    }
}

/// A row that its exceptions cover entirely is never heard.
fn silenced(
    notice: &Notice,
    rule: &Rule,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) -> Result<(), TooWide> {
    let is_exception = |other: &&Rule| other.exception_to.as_ref() == Some(&rule.name);
    let exceptions: Vec<&Rule> =
        notice.rules.iter().filter(is_exception).filter(|other| other.name != rule.name).collect();
    if exceptions.is_empty() {
        return Ok(());
    }
    let tests = exceptions.iter().flat_map(|exception| tests_of(exception));
    let space = Space::of(vocabulary, tests_of(rule).chain(tests));
    let rows = exceptions.iter().flat_map(|it| it.rows.iter().map(move |row| demands(it, row)));
    let silencing: Vec<Region> = rows.map(|demands| space.region(demands)).collect();
    let silencing: Vec<&Region> = silencing.iter().collect();
    let mut search = Search::new();
    for row in &rule.rows {
        let region = space.region(demands(rule, row));
        if !region.is_empty() && search.first(&space, &region, &silencing)?.is_none() {
            let names: Vec<_> = exceptions.iter().map(|rule| rule.name.to_string()).collect();
            problems.error(
                Place::line(&notice.path, row.line),
                format!("这一行轮不到：例外 {} 已取代它的全部情形", names.join("、")),
                "缩小例外的条件，或删去这一行",
            );
        }
    }
    Ok(())
}
