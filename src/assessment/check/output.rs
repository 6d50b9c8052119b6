//! What the rules of a year say together: rules that disagree, purposes without
//! a window, and cases of which no rule speaks.

use super::decision::has_order_of_favour;
use super::space::{Region, Search, Space, TooWide};
use std::collections::BTreeMap;

use super::{acknowledges, conditions, demands, place, silence, tests_of, too_wide};
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::force;
use crate::assessment::policy::notice::Part;
use crate::assessment::policy::rule::{Condition, Rule};
use crate::assessment::policy::vocabulary::{Fact, Output, Value};
use crate::assessment::policy::{Policy, PolicyRule, Sources, names};
use crate::diagnostic::{Diagnostics, Place};

/// Tells of nothing that it is missing where something could not be read that may
/// be it.
pub(super) fn check(policy: &Policy, sources: &Sources, problems: &mut Diagnostics) {
    if sources.has_all(Part::Rules(Output::Window)) {
        windows(policy, problems);
    }
    if [Output::Window, Output::Degree].into_iter().all(|it| sources.has_all(Part::Rules(it)))
        && degrees(policy, problems).is_err()
    {
        tell_too_wide(policy, Output::Degree, problems);
    }
    if sources.has_all(Part::Definitions) {
        underived(policy, problems);
    }
    for output in Output::ALL {
        let is_whole = sources.has_all(Part::Rules(output));
        let done = collisions(policy, output, problems)
            .and_then(|()| if is_whole { gaps(policy, output, problems) } else { Ok(()) });
        if done.is_err() {
            tell_too_wide(policy, output, problems);
        }
    }
    silence::check(policy, sources, problems);
}

fn tell_too_wide(policy: &Policy, output: Output, problems: &mut Diagnostics) {
    if let Some((_, rule)) = policy.deciding(output).next() {
        let what = format!("“{}”的规则", policy.vocabulary.output_label(output));
        too_wide(place(&rule.path, &rule.rule), &what, problems);
    }
}

/// Where rules say how much of the hours is asked for, they say it of each case that
/// is judged: the annual one, and each that has a window. Nothing stands in for a
/// degree that no rule gives.
fn degrees(policy: &Policy, problems: &mut Diagnostics) -> Result<(), TooWide> {
    let vocabulary = &policy.vocabulary;
    let Some((_, first)) = policy.deciding(Output::Degree).next() else { return Ok(()) };
    let annual = vocabulary.keyed(Fact::Purpose, "annual");
    let annual = annual.map(|annual| Test::OneOf(vec![annual]));
    let annual = annual.as_ref().map(|test| (Fact::Purpose, test));
    let rules = |output| policy.deciding(output).map(|(_, it)| &it.rule);
    let tests = rules(Output::Degree).chain(rules(Output::Window)).flat_map(tests_of);
    let space = Space::of(vocabulary, tests.chain(annual));
    let boxes = |output| -> Vec<Region> {
        let rows = rules(output).flat_map(|rule| rule.rows.iter().map(move |row| (rule, row)));
        rows.map(|(rule, row)| space.region(demands(rule, row))).collect()
    };
    let of_annual = annual.map(|annual| space.region([annual].into_iter()));
    let covers = boxes(Output::Degree);
    let covers: Vec<&Region> = covers.iter().collect();
    let mut search = Search::new();
    for judged in of_annual.into_iter().chain(boxes(Output::Window)) {
        let Some(point) = search.first(&space, &judged, &covers)? else { continue };
        let case = space.words(&point, &[&space.widest(&point, &judged, &covers)]);
        let label = vocabulary.output_label(Output::Degree);
        problems.error(
            place(&first.path, &first.rule),
            format!("{} 年度有情形没有规则给出“{label}”，如 {case}", policy.year),
            format!("在规定它的条款之下补上“定 {label}”的规则：一般要求全部的，也要写明"),
        );
        return Ok(());
    }
    Ok(())
}

/// Outputs that the vocabulary names and no rule of any notice decides, but for those
/// without which nobody could pass: of these [`silence::nothing_counts`] tells.
pub(super) fn undecided(sources: &Sources, problems: &mut Diagnostics) {
    let notices = &sources.notices;
    let lending = || notices.iter().filter(|notice| force::lends_any(notices, notice));
    let rules = || lending().flat_map(|notice| &notice.rules);
    let is_decided = |output: Output| rules().any(|rule| rule.output == output);
    let is_needed = |output| matches!(output, Output::Credit | Output::Recognition);
    let undecided = sources.vocabulary.outputs();
    let undecided = undecided.filter(|output| !is_needed(*output) && !is_decided(*output));
    if rules().next().is_none() {
        return;
    }
    for output in undecided {
        let (label, line) =
            (sources.vocabulary.output_label(output), sources.vocabulary.output_line(output));
        problems.warning(
            Place::line("content/vocabulary.toml", line),
            format!("没有规则决定的输出：{label}"),
            "补上规则，或从词表中删去",
        );
    }
}

/// Facts that rules of the year ask about, and that no definition of the year
/// derives: whoever a rule asks about it stays 待核定. Told at the first such rule.
fn underived(policy: &Policy, problems: &mut Diagnostics) {
    let is_defined = |fact| policy.definitions.iter().any(|it| it.definition.fact == fact);
    for fact in Fact::ALL.into_iter().filter(|fact| fact.is_derived() && !is_defined(*fact)) {
        let asks = |rule: &&PolicyRule| {
            tests_of(&rule.rule).any(|(asked, test)| asked == fact && *test != Test::Any)
        };
        let Some(rule) = policy.rules.iter().find(asks) else { continue };
        let label = policy.vocabulary.fact_label(fact);
        problems.error(
            place(&rule.path, &rule.rule),
            format!("规则问到“{label}”，却没有定义推算它"),
            "在规定它的条款之下写一条定义，如 周岁 = 周岁(出生日期, 申报日)",
        );
    }
}

/// A purpose that rules name needs the years it looks at; the annual one looks
/// at its own.
fn windows(policy: &Policy, problems: &mut Diagnostics) {
    let vocabulary = &policy.vocabulary;
    let annual = vocabulary.keyed(Fact::Purpose, "annual");
    let purposes = (0..vocabulary.words(Fact::Purpose).len()).map(Value::Word);
    for purpose in purposes.filter(|purpose| Some(*purpose) != annual) {
        let of_purpose = |(fact, test): (Fact, &Test)| match test {
            Test::OneOf(values) => fact == Fact::Purpose && values.contains(&purpose),
            Test::Any | Test::AtLeast(_) | Test::Below(_) | Test::Between(..) => false,
        };
        let Some(named) = policy.rules.iter().find(|it| tests_of(&it.rule).any(of_purpose)) else {
            continue;
        };
        if !has_window(policy, purpose) {
            let label = vocabulary.output_label(Output::Window);
            let purpose = vocabulary.value_text(vocabulary.words(Fact::Purpose), purpose);
            problems.error(
                place(&named.path, &named.rule),
                format!(
                    "规则提到{}“{purpose}”，却没有规则给出它的“{label}”",
                    vocabulary.fact_label(Fact::Purpose)
                ),
                format!("在规定看哪几年{}的条款之下，写一条“定 {label}”的规则", vocabulary.unit()),
            );
        }
    }
}

/// Tells purposes that have a window in a year and none in the next, whose rules do not
/// even name them: they would be 不适用 without a word.
pub(super) fn lost_windows(policies: &BTreeMap<u16, Policy>, problems: &mut Diagnostics) {
    for (policy, next) in policies.values().zip(policies.values().skip(1)) {
        let vocabulary = &next.vocabulary;
        let purposes = (0..vocabulary.words(Fact::Purpose).len()).map(Value::Word);
        let lost = purposes.filter(|purpose| {
            let accepts = |test: &Test| *test != Test::Any && test.accepts(*purpose);
            let names = |it: &PolicyRule| {
                tests_of(&it.rule).any(|(fact, test)| fact == Fact::Purpose && accepts(test))
            };
            let applies = |rule: &Rule| {
                let mut conditions = conditions(rule);
                conditions.all(|(fact, test)| fact != Fact::Purpose || test.accepts(*purpose))
            };
            let is_meant =
                |(_, it): (usize, &PolicyRule)| applies(&it.rule) && acknowledges(next, &it.rule);
            has_window(policy, *purpose)
                && !has_window(next, *purpose)
                && !next.rules.iter().any(names)
                && !next.deciding(Output::Window).any(is_meant)
        });
        let words = vocabulary.words(Fact::Purpose);
        let lost: Vec<String> = lost.map(|it| vocabulary.value_text(words, it)).collect();
        let Some(rule) = next.rules.first().filter(|_| !lost.is_empty()) else { continue };
        let label = vocabulary.output_label(Output::Window);
        problems.warning(
            place(&rule.path, &rule.rule),
            format!(
                "{} 年度没有规则给出{}的“{label}”，{} 年度有：这些申报都会是不适用",
                next.year,
                lost.join("、"),
                policy.year
            ),
            format!(
                "补上规则；由另一份通知规定的，补上那份通知，或在它的“沿用”中写上 {}",
                next.year
            ),
        );
    }
}

/// Whether a rule may give the years that a purpose looks at.
fn has_window(policy: &Policy, purpose: Value) -> bool {
    let accepts = |(fact, test): (Fact, &Test)| fact != Fact::Purpose || test.accepts(purpose);
    let may_be_true = |rule: &Rule| rule.rows.iter().any(|row| demands(rule, row).all(accepts));
    policy.deciding(Output::Window).any(|(_, it)| may_be_true(&it.rule))
}

/// The rows of a rule as boxes, and the boxes in which it is silent.
struct Boxes<'p> {
    rule: &'p PolicyRule,
    number: usize,
    rows: Vec<Region>,
    silent: Vec<Region>,
}

/// Rules that may be true together, disagree, and have no decision to settle it.
fn collisions(policy: &Policy, output: Output, problems: &mut Diagnostics) -> Result<(), TooWide> {
    if policy.settlements.contains_key(&output) || policy.deciding(output).nth(1).is_none() {
        return Ok(());
    }
    let exceptions = |rule: &PolicyRule| {
        let rules: Vec<_> =
            rule.exceptions.iter().filter_map(|number| policy.rules.get(*number)).collect();
        rules.into_iter()
    };
    let rules = || policy.deciding(output).map(|(_, rule)| rule);
    let all: Vec<_> = rules().chain(rules().flat_map(exceptions)).collect();
    let space = Space::of(&policy.vocabulary, all.iter().flat_map(|rule| tests_of(&rule.rule)));
    let regions = |rule: &Rule| -> Vec<Region> {
        rule.rows.iter().map(|row| space.region(demands(rule, row))).collect()
    };
    let boxes: Vec<Boxes<'_>> = policy
        .deciding(output)
        .map(|(number, rule)| Boxes {
            rule,
            number,
            rows: regions(&rule.rule),
            silent: exceptions(rule).flat_map(|it| regions(&it.rule)).collect(),
        })
        .collect();
    let mut search = Search::new();
    for (at, two) in boxes.iter().enumerate() {
        for one in &boxes[..at] {
            collision(policy, &space, [one, two], &mut search, problems)?;
        }
    }
    Ok(())
}

/// The first case in which two rules disagree.
fn collision(
    policy: &Policy,
    space: &Space<'_>,
    [one, two]: [&Boxes<'_>; 2],
    search: &mut Search,
    problems: &mut Diagnostics,
) -> Result<(), TooWide> {
    let silent: Vec<&Region> = one.silent.iter().chain(&two.silent).collect();
    for (row, of_one) in one.rule.rule.rows.iter().zip(&one.rows) {
        search.spend(two.rows.len())?;
        for (other, of_two) in two.rule.rule.rows.iter().zip(&two.rows) {
            if row.values == other.values || !of_one.meets(of_two) {
                continue;
            }
            let both = of_one.and(of_two);
            let Some(example) = search.first(space, &both, &silent)? else { continue };
            let widest = space.widest(&example, &both, &silent);
            let example = match space.words(&example, &[&widest]) {
                none if none.is_empty() => "任何情形".to_owned(),
                example => example,
            };
            let vocabulary = &policy.vocabulary;
            let label = vocabulary.output_label(two.rule.rule.output);
            let values = |rule: &PolicyRule, row| super::outcome(vocabulary, &rule.rule, row);
            let message = format!(
                "规则 {}（第 {} 行，{}）与规则 {}（{}）不一致：{example}",
                names(policy, &[one.number]),
                row.line,
                values(one.rule, row),
                names(policy, &[two.number]),
                values(two.rule, other),
            );
            let settled = settled(label, two.rule.rule.output);
            let hint = match exception([one, two]) {
                Some(words) => format!("{words}；或{settled}"),
                None => settled,
            };
            problems.error(Place::line(&two.rule.path, other.line), message, hint);
            return Ok(());
        }
    }
    Ok(())
}

/// Which of two rules that disagree can be made an exception to the other: one of the
/// same notice that is no exception yet, and leaves each row of the other something to
/// say.
fn exception([one, two]: [&Boxes<'_>; 2]) -> Option<String> {
    if one.rule.path != two.rule.path {
        return None;
    }
    let leaves = |special: &Boxes<'_>, general: &Boxes<'_>| {
        let is_covered = |row: &Region| special.rows.iter().any(|it| it.holds(row));
        special.rule.rule.exception_to.is_none() && !general.rows.iter().any(is_covered)
    };
    let (special, general) = match (leaves(two, one), leaves(one, two)) {
        (true, _) => (two, one),
        (false, true) => (one, two),
        (false, false) => return None,
    };
    let [special, general] = [special, general].map(|it| &it.rule.rule.name);
    Some(format!("原文以 {special} 为例外的，写 规则 {special} 例外于 {general}"))
}

/// How a disagreement is settled by a decision.
fn settled(label: &str, output: Output) -> String {
    let by = if has_order_of_favour(output) { "most-favourable" } else { "first-listed" };
    format!(
        "在 content/decisions.toml 登记一项裁量：settles = \"{label}\"，parameters = {{ conflict = \"{by}\" }}"
    )
}

/// Cases of which no rule speaks, although a rule applies to such: told once for
/// an output, with the first.
fn gaps(policy: &Policy, output: Output, problems: &mut Diagnostics) -> Result<(), TooWide> {
    if may_be_silent(output) {
        return Ok(());
    }
    let rules: Vec<&PolicyRule> = policy.deciding(output).map(|(_, rule)| rule).collect();
    let mut domains: Vec<&[Condition]> = Vec::new();
    let (mut uncovered, mut total, mut first) = (0_u64, 0_u64, None);
    let mut search = Search::new();
    for rule in &rules {
        if domains.contains(&&rule.rule.conditions[..]) {
            continue;
        }
        domains.push(&rule.rule.conditions);
        let gap = gap(policy, &rules, &rule.rule, &mut search)?;
        uncovered = uncovered.saturating_add(gap.uncovered);
        if let Some(example) = gap.example {
            total = total.saturating_add(gap.total);
            first = first.or(Some((rule, example)));
        }
    }
    if let Some((rule, example)) = first {
        let label = policy.vocabulary.output_label(output);
        problems.warning(
            place(&rule.path, &rule.rule),
            format!("“{label}”：{total} 种情形中有 {uncovered} 种没有规则给出结果，如 {example}"),
            format!(
                "原文有规定的，补上规则；原文没有规定的，登记一项裁量，写明 acknowledges = \"{label}\"，并在规则中引用"
            ),
        );
    }
    Ok(())
}

struct Gap {
    uncovered: u64,
    total: u64,
    example: Option<String>,
}

/// What no row covers where the conditions of a rule hold, and no rule that applies there
/// says of by a decision that it is meant so.
fn gap(
    policy: &Policy,
    rules: &[&PolicyRule],
    domain: &Rule,
    search: &mut Search,
) -> Result<Gap, TooWide> {
    let vocabulary = &*policy.vocabulary;
    let all = Space::of(vocabulary, rules.iter().flat_map(|rule| conditions(&rule.rule)));
    let where_it_applies = all.region(conditions(domain));
    let may_apply =
        |rule: &&&PolicyRule| all.region(conditions(&rule.rule)).meets(&where_it_applies);
    let near: Vec<&Rule> = rules.iter().filter(may_apply).map(|rule| &rule.rule).collect();
    let space = Space::of(vocabulary, near.iter().flat_map(|rule| tests_of(rule)));
    let region = space.region(conditions(domain));
    let rows = near.iter().flat_map(|rule| rule.rows.iter().map(|row| demands(rule, row)));
    let meant = near.iter().filter(|rule| acknowledges(policy, rule));
    let meant = meant.map(|rule| space.region(conditions(rule)));
    let covers: Vec<Region> = rows.map(|demands| space.region(demands)).chain(meant).collect();
    let covers: Vec<&Region> = covers.iter().collect();
    let found = search.count(&space, &region, &covers)?;
    let told: Vec<&Region> = covers.iter().copied().chain([&region]).collect();
    let example = found.first.map(|point| space.words(&point, &told));
    Ok(Gap { uncovered: found.count, total: space.size(&region), example })
}

/// Whether it means something that no rule decides an output: nothing follows,
/// nothing is counted, nothing is recognised, no year is spared. Hours and
/// periods are not here: without them there is no policy.
const fn may_be_silent(output: Output) -> bool {
    match output {
        Output::RequiredHours
        | Output::LearningPeriod
        | Output::Credit
        | Output::Recognition
        | Output::WindowStart
        | Output::Consequence => true,
        Output::Window
        | Output::Degree
        | Output::CityPrinting
        | Output::RegionPrinting
        | Output::Plan
        | Output::Report => false,
    }
}
