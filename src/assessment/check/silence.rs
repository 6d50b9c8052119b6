//! Silence that means something and is probably a mistake: learning of a kind that no
//! rule counts, hours that no rule recognises, a purpose without the consequence that
//! others have. A decision that the rules of the output cite may say that it is meant so.

use std::collections::BTreeSet;

use super::space::{Region, Search, Space, TooWide};
use super::{acknowledges, demands, place, tests_of, too_wide};
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::notice::Part;
use crate::assessment::policy::rule::Rule;
use crate::assessment::policy::vocabulary::{Fact, Output, Value};
use crate::assessment::policy::{Policy, PolicyRule, Sources};
use crate::diagnostic::Diagnostics;

pub(super) fn check(policy: &Policy, sources: &Sources, problems: &mut Diagnostics) {
    let is_told = |output| {
        let mut rules = policy.deciding(output);
        sources.has_all(Part::Rules(output)) && !rules.any(|(_, it)| acknowledges(policy, &it.rule))
    };
    if is_told(Output::Credit) {
        uncredited(policy, problems);
    }
    if is_told(Output::Recognition) && unrecognised(policy, problems).is_err() {
        let first = policy.deciding(Output::Recognition).next();
        first.into_iter().for_each(|(_, rule)| {
            too_wide(place(&rule.path, &rule.rule), "“认可”的规则", problems);
        });
    }
    if is_told(Output::Consequence) && sources.has_all(Part::Rules(Output::Window)) {
        without_consequence(policy, problems);
    }
}

/// Whether a row of a rule may be true of a value of a fact.
fn may_be_of(rule: &Rule, fact: Fact, value: Value) -> bool {
    rule.rows
        .iter()
        .any(|row| demands(rule, row).all(|(it, test)| it != fact || test.accepts(value)))
}

/// Kinds of learning that no rule counts. An examination has a kind whether it counts
/// anywhere or not.
fn uncredited(policy: &Policy, problems: &mut Diagnostics) {
    let Some((_, first)) = policy.deciding(Output::Credit).next() else { return };
    let vocabulary = &policy.vocabulary;
    let words = vocabulary.words(Fact::TrainingKind).iter().enumerate();
    let counts = |kind| {
        let mut rules = policy.deciding(Output::Credit);
        rules.any(|(_, it)| may_be_of(&it.rule, Fact::TrainingKind, kind))
    };
    let missing = words.filter(|(at, word)| word.key.is_none() && !counts(Value::Word(*at)));
    let missing: Vec<_> = missing.map(|(_, word)| word.label.as_str()).collect();
    if !missing.is_empty() {
        let [label, kind] =
            [vocabulary.output_label(Output::Credit), vocabulary.fact_label(Fact::TrainingKind)];
        problems.warning(
            place(&first.path, &first.rule),
            format!("“{label}”：没有规则计入{kind} {}", missing.join("、")),
            meant(label),
        );
    }
}

/// Of a status that rules speak of, cases in which none says whether hours are
/// recognised. A status of which no rule speaks is a refusal.
fn unrecognised(policy: &Policy, problems: &mut Diagnostics) -> Result<(), TooWide> {
    let rules: Vec<&PolicyRule> = policy.deciding(Output::Recognition).map(|(_, it)| it).collect();
    let Some(first) = rules.first() else { return Ok(()) };
    let vocabulary = &policy.vocabulary;
    let space = Space::of(vocabulary, rules.iter().flat_map(|it| tests_of(&it.rule)));
    let rows = rules.iter().flat_map(|it| it.rule.rows.iter().map(move |row| (&it.rule, row)));
    let covers: Vec<Region> = rows.map(|(rule, row)| space.region(demands(rule, row))).collect();
    let covers: Vec<&Region> = covers.iter().collect();
    let mut spoken = Vec::new();
    for (_, test) in rules
        .iter()
        .flat_map(|it| tests_of(&it.rule))
        .filter(|(fact, _)| *fact == Fact::ApprovalStatus)
    {
        if let Test::OneOf(values) = test {
            spoken.extend(
                values.iter().filter(|it| !spoken.contains(*it)).copied().collect::<Vec<_>>(),
            );
        }
    }
    let mut search = Search::new();
    for status in spoken {
        let test = Test::OneOf(vec![status]);
        let region = space.region([(Fact::ApprovalStatus, &test)].into_iter());
        let Some(point) = search.first(&space, &region, &covers)? else { continue };
        let case = space.words(&point, &[&space.widest(&point, &region, &covers)]);
        let label = vocabulary.output_label(Output::Recognition);
        problems.warning(
            place(&first.path, &first.rule),
            format!("“{label}”：有情形没有规则给出结果，如 {case}"),
            meant(label),
        );
        return Ok(());
    }
    Ok(())
}

/// Purposes whose window a notice gives that states consequences, and of which it
/// states none.
fn without_consequence(policy: &Policy, problems: &mut Diagnostics) {
    let vocabulary = &policy.vocabulary;
    let stating: Vec<&PolicyRule> =
        policy.deciding(Output::Consequence).map(|(_, it)| it).collect();
    let paths: BTreeSet<&str> = stating.iter().map(|it| it.path.as_str()).collect();
    for path in paths {
        let of = |output| {
            let rules = policy.deciding(output).map(|(_, it)| it);
            rules.filter(|it| it.path == path).map(|it| &it.rule).collect::<Vec<_>>()
        };
        let (windows, stated) = (of(Output::Window), of(Output::Consequence));
        let has = |rules: &[&Rule], purpose| {
            rules.iter().any(|rule| may_be_of(rule, Fact::Purpose, purpose))
        };
        let words = vocabulary.words(Fact::Purpose).iter().enumerate();
        let missing = words.filter(|(at, _)| {
            let purpose = Value::Word(*at);
            has(&windows, purpose) && !has(&stated, purpose)
        });
        let missing: Vec<_> = missing.map(|(_, word)| word.label.as_str()).collect();
        if let (Some(first), false) = (stated.first(), missing.is_empty()) {
            let label = vocabulary.output_label(Output::Consequence);
            problems.warning(
                place(path, first),
                format!(
                    "“{label}”：没有规则给出{} {} 的结果，同一通知的其他{}却有",
                    vocabulary.fact_label(Fact::Purpose),
                    missing.join("、"),
                    vocabulary.fact_label(Fact::Purpose),
                ),
                meant(label),
            );
        }
    }
}

fn meant(label: &str) -> String {
    format!(
        "原文有规定的，补上规则；原文如此的，登记一项裁量，写明 acknowledges = \"{label}\"，并在规则中引用"
    )
}
