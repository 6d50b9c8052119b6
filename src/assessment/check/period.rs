//! Learning periods: those without a day; and of consecutive years, days that belong to two of them, and
//! days that belong to none.

use std::collections::BTreeMap;

use super::acknowledges;
use crate::assessment::policy::Policy;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::rule::Rule;
use crate::assessment::policy::vocabulary::{Output, Value};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// Tells each row whose last day is before its first.
pub(super) fn rows(notice: &Notice, rule: &Rule, problems: &mut Diagnostics) {
    for row in &rule.rows {
        let [Value::Day(first), Value::Day(last)] = row.values[..] else { continue };
        if last < first {
            problems.error(
                Place::line(&notice.path, row.line),
                format!("学习期间里没有一天：止于{last}，在起始的{first}以前"),
                "止不能早于起；到次年才结束的，写 次年4月30日",
            );
        }
    }
}

/// Tells where the periods of a year and of the next do not meet; once for
/// some categories and the rule that sets them. That it is meant so, the later
/// notice says: what the earlier one says cannot have been of this one, and the
/// office hears of each notice that does not follow on the one before.
pub(super) fn check(policies: &BTreeMap<u16, Policy>, problems: &mut Diagnostics) {
    let mut told: Vec<((String, u32), Vec<usize>)> = Vec::new();
    for (policy, next) in policies.values().zip(policies.values().skip(1)) {
        if policy.year.checked_add(1) != Some(next.year) {
            continue;
        }
        for (span, categories) in seams(policy, next) {
            let Some(place) = place(next, &categories) else { continue };
            if told.iter().any(|it| it.0 == place && it.1 == categories) {
                continue;
            }
            tell([policy, next], &span, &categories, Place::line(&place.0, place.1), problems);
            told.push((place, categories));
        }
    }
}

/// Days between two periods, or within both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seam {
    /// Both periods hold the days from the first to the last.
    Overlap(Date, Date),
    /// The period ends on the first day, and the next begins on the second, later
    /// than on the day after.
    Gap(Date, Date),
}

/// The categories by where their periods do not meet, but for those of which the later
/// year's rule says that this is meant so.
fn seams(policy: &Policy, next: &Policy) -> BTreeMap<Seam, Vec<usize>> {
    let mut seams: BTreeMap<Seam, Vec<usize>> = BTreeMap::new();
    for category in policy.vocabulary.learned() {
        let period = |policy: &Policy| {
            // One without a day has been told.
            policy.terms.get(category)?.period.filter(|[first, last]| first <= last)
        };
        let (Some([_, last]), Some([first, end])) = (period(policy), period(next)) else {
            continue;
        };
        let seam = match first.days() - last.days() {
            ..=0 => Seam::Overlap(first, last.min(end)),
            1 => continue,
            2.. => Seam::Gap(last, first),
        };
        let rules = next.terms.get(category).map_or(&[][..], |it| &it.period_by);
        let mut rules = rules.iter().filter_map(|rule| next.rules.get(*rule));
        if !rules.any(|it| acknowledges(next, &it.rule)) {
            seams.entry(seam).or_default().push(category);
        }
    }
    seams
}

/// The rule that sets the period of the first of some categories.
fn place(policy: &Policy, categories: &[usize]) -> Option<(String, u32)> {
    let terms = policy.terms.get(*categories.first()?)?;
    let rule = policy.rules.get(*terms.period_by.first()?)?;
    Some((rule.path.clone(), rule.rule.line))
}

fn tell(
    [policy, next]: [&Policy; 2],
    seam: &Seam,
    categories: &[usize],
    place: Place,
    problems: &mut Diagnostics,
) {
    let vocabulary = &policy.vocabulary;
    let label = |at: &usize| vocabulary.categories().get(*at).map_or("", |it| &it.label);
    let categories = categories.iter().map(label).collect::<Vec<_>>().join("、");
    let output = vocabulary.output_label(Output::LearningPeriod);
    let (one, two) = (policy.year, next.year);
    let (message, hint) = match seam {
        Seam::Overlap(first, last) => (
            format!("{one}、{two} 年度{categories}科目的“{output}”重叠：{first} 至 {last}"),
            "这些天完成的学习，要写明年度，否则待核定",
        ),
        Seam::Gap(last, first) => (
            format!("{one}、{two} 年度{categories}科目的“{output}”不相接：{last} 止，{first} 起"),
            "其间完成的学习，不计入任何年度",
        ),
    };
    let hint = format!(
        "{hint}；原文如此的，登记一项裁量，写明 acknowledges = \"{output}\"，并在规则中引用"
    );
    problems.warning(place, message, hint);
}
