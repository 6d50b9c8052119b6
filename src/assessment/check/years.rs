//! The notices of a year: no two of them say what it requires, but one that stands beside
//! another says it as the other does. What was written for a year goes before what is
//! carried over to it.

use super::demands;
use crate::assessment::hours::Hours;
use crate::assessment::policy::Sources;
use crate::assessment::policy::force;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::vocabulary::{Fact, Output, Value};
use crate::diagnostic::{Diagnostics, Place};

/// Why a notice applies to a year.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Applies {
    /// 适用年度
    Written,
    /// 沿用
    CarriedOver,
}

impl Applies {
    fn to(notice: &Notice, year: u16) -> Self {
        match notice.front.applies_to.contains(&year) {
            true => Self::Written,
            false => Self::CarriedOver,
        }
    }
}

/// The notices that apply to a year. One that is carried over to it is set aside by one
/// of its own namespace that was written for it, or that cannot apply beside it. Of two
/// others that cannot both, one is told, with the line of the other, and left out, so
/// that what follows from it is not told too.
pub(in crate::assessment) fn notices_of<'s>(
    sources: &'s Sources,
    year: u16,
    problems: &mut Diagnostics,
) -> Vec<&'s Notice> {
    let lending = || sources.notices.iter().filter(|it| force::lends(&sources.notices, it, year));
    let of = |why| lending().filter(move |it| Applies::to(it, year) == why);
    // A notice without rules does not make a year.
    let has_rules = of(Applies::Written).any(|it| !it.rules.is_empty());
    let mut notices: Vec<&Notice> = Vec::new();
    for notice in of(Applies::Written).filter(|_| has_rules) {
        if notice.front.carried_over.contains(&year) {
            useless([notice, notice], year, problems);
        }
        match notices.iter().find(|other| cannot_both([other, notice], year, sources)) {
            Some(other) => told([other, notice], year, problems),
            None => notices.push(notice),
        }
    }
    for notice in of(Applies::CarriedOver) {
        let other = notices.iter().find(|other| {
            is_set_aside(notice, other, year) || cannot_both([other, notice], year, sources)
        });
        match other {
            Some(other) if Applies::to(other, year) == Applies::Written => {
                useless([other, notice], year, problems);
            }
            Some(other) => told([other, notice], year, problems),
            None => notices.push(notice),
        }
    }
    // In the order of the site.
    let is_of = |notice: &&Notice| notices.iter().any(|it| std::ptr::eq(*it, *notice));
    lending().filter(is_of).collect()
}

/// Whether a notice that is carried over to a year is there for it anew.
fn is_set_aside(notice: &Notice, other: &Notice, year: u16) -> bool {
    Applies::to(other, year) == Applies::Written && other.front.namespace == notice.front.namespace
}

fn line(notice: &Notice, year: u16) -> u32 {
    notice.front.year_lines.get(&year).copied().unwrap_or(1)
}

/// Tells a year of 沿用 of the second that the first was written for.
fn useless([other, notice]: [&Notice; 2], year: u16, problems: &mut Diagnostics) {
    let whose = match other.path == notice.path {
        true => "它".to_owned(),
        false => format!("《{}》（{}:{}）", other.front.title, other.path, line(other, year)),
    };
    problems.warning(
        Place::line(&notice.path, line(notice, year)),
        format!("“沿用”中的 {year} 不起作用：{whose}的“适用年度”有 {year}"),
        format!("从“沿用”中删去 {year}"),
    );
}

/// Whether two notices cannot both apply to a year: both say what it requires of some
/// category, and one is carried over, or they say it differently, or both derive a fact.
fn cannot_both([one, two]: [&Notice; 2], year: u16, sources: &Sources) -> bool {
    let categories = 0..sources.vocabulary.categories().len();
    let both = categories.map(|at| (required(one, at), required(two, at)));
    let mut both = both.filter(|(one, two)| !one.is_empty() && !two.is_empty()).peekable();
    let derives = |fact: Fact| two.definitions.iter().any(|it| it.fact == fact);
    let are_written = [one, two].iter().all(|it| Applies::to(it, year) == Applies::Written);
    both.peek().is_some()
        && (!are_written
            || both.any(|(one, two)| one != two)
            || one.definitions.iter().any(|it| derives(it.fact)))
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

fn told([one, two]: [&Notice; 2], year: u16, problems: &mut Diagnostics) {
    let label = match Applies::to(two, year) {
        Applies::Written => "适用年度",
        Applies::CarriedOver => "沿用",
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
