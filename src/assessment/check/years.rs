//! The notices of a year: no two of them say what it requires, but one that stands beside
//! another says it as the other does.

use super::demands;
use crate::assessment::hours::Hours;
use crate::assessment::policy::force;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::vocabulary::{Fact, Output, Value};
use crate::assessment::policy::{Basis, Sources};
use crate::diagnostic::{Diagnostics, Place};

/// The notices that apply to a year. Of two that cannot both, one is told, with the line
/// of the other, and left out, so that what follows from it is not told too.
pub(in crate::assessment) fn notices_of<'s>(
    sources: &'s Sources,
    year: u16,
    basis: Basis,
    problems: &mut Diagnostics,
) -> Vec<&'s Notice> {
    let mut notices: Vec<&Notice> = Vec::new();
    let lends = |notice: &&Notice| force::lends(&sources.notices, notice, year);
    for notice in sources.notices.iter().filter(lends) {
        let (written, carried) =
            (notice.front.applies_to.contains(&year), notice.front.carried_over.contains(&year));
        if basis == Basis::Written && carried {
            useless(sources, notice, year, problems);
        }
        let applies = match basis {
            Basis::Written => written,
            Basis::CarriedOver => carried,
        };
        if !applies {
            continue;
        }
        match notices.iter().find(|other| cannot_both([other, notice], basis, sources)) {
            Some(other) => told([other, notice], year, basis, problems),
            None => notices.push(notice),
        }
    }
    notices
}

fn line(notice: &Notice, year: u16) -> u32 {
    notice.front.year_lines.get(&year).copied().unwrap_or(1)
}

/// Tells a year of 沿用 that a notice was written for.
fn useless(sources: &Sources, notice: &Notice, year: u16, problems: &mut Diagnostics) {
    let is_for =
        |other: &&Notice| !other.rules.is_empty() && other.front.applies_to.contains(&year);
    let Some(other) = sources.notices.iter().find(is_for) else { return };
    let whose = match other.path == notice.path {
        true => "它".to_owned(),
        false => format!("《{}》（{}:{}）", other.front.title, other.path, line(other, year)),
    };
    problems.warning(
        Place::line(&notice.path, line(notice, year)),
        format!("“沿用”中的 {year} 不起作用：{whose}的“适用年度”有 {year}"),
        format!("从“沿用”中删去 {year}；仍要照这份通知办理的，写在“适用年度”中"),
    );
}

/// Whether two notices cannot both apply to a year: both say what it requires of some
/// category, and it is carried over, or they say it differently, or both derive a fact.
fn cannot_both([one, two]: [&Notice; 2], basis: Basis, sources: &Sources) -> bool {
    let categories = 0..sources.vocabulary.categories().len();
    let both = categories.map(|at| (required(one, at), required(two, at)));
    let mut both = both.filter(|(one, two)| !one.is_empty() && !two.is_empty()).peekable();
    let derives = |fact: Fact| two.definitions.iter().any(|it| it.fact == fact);
    both.peek().is_some()
        && match basis {
            Basis::CarriedOver => true,
            Basis::Written => {
                both.any(|(one, two)| one != two)
                    || one.definitions.iter().any(|it| derives(it.fact))
            }
        }
}

/// What rules of a notice require of a category.
fn required(notice: &Notice, category: usize) -> Vec<Hours> {
    let rules = notice.rules.iter().filter(|rule| rule.output == Output::RequiredHours);
    let rows = rules.flat_map(|rule| rule.rows.iter().map(move |row| (rule, row)));
    let of_category = rows.filter(|(rule, row)| {
        demands(rule, row)
            .all(|(fact, test)| fact != Fact::Category || test.accepts(Value::Category(category)))
    });
    let hours = of_category.filter_map(|(_, row)| match row.values.first() {
        Some(Value::Hours(hours)) => Some(*hours),
        _ => None,
    });
    hours.collect()
}

fn told([one, two]: [&Notice; 2], year: u16, basis: Basis, problems: &mut Diagnostics) {
    let label = match basis {
        Basis::Written => "适用年度",
        Basis::CarriedOver => "沿用",
    };
    problems.error(
        Place::line(&two.path, line(two, year)),
        format!(
            "{year} 年度有两份通知规定：《{}》与《{}》（{}:{}）的“{label}”都有 {year}",
            two.front.title,
            one.front.title,
            one.path,
            line(one, year)
        ),
        format!(
            "一个年度只照一份办理：从另一份的“{label}”中删去 {year}；一份替代另一份的，在它的“替代”中写明"
        ),
    );
}
