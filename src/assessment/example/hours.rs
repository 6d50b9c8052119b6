//! Hours as the cells of examples write them.

use std::collections::{BTreeMap, BTreeSet};

use super::{NONE, Wrong};
use crate::assessment::determination::{Asked, Of};
use crate::assessment::hours::Hours;
use crate::assessment::policy::text::clip;
use crate::assessment::policy::vocabulary::Vocabulary;
use crate::assessment::record::SettledHours;

/// Hours learned: `20、21:30/60；22:30/-`. What is `-` has no record.
pub(super) fn learned(vocabulary: &Vocabulary, cell: &str) -> Result<Vec<SettledHours>, Wrong> {
    let wrong = |what: &str| {
        let unit = vocabulary.unit();
        (
            format!("看不懂{unit}“{}”", clip(what, 40)),
            format!("写成 20、21:30/60；22:30/-，依次为各科目的{unit}"),
        )
    };
    let mut settled = Vec::new();
    let mut seen = BTreeSet::new();
    for (years, amounts) in groups(cell, &wrong)? {
        for year in list(years) {
            let year = self::year(year).ok_or_else(|| wrong(year))?;
            if !seen.insert(year) {
                let unit = vocabulary.unit();
                let hint = format!("一年只写一次，各科目的{unit}用 / 分开；多半有一处是另一年");
                return Err((format!("{year} 年的{unit}写了两次"), hint));
            }
            for (category, amount) in each(vocabulary, amounts, &wrong)? {
                let hours = amount.parse().map_err(|_| wrong(amount))?;
                settled.push(SettledHours { year, category, hours });
            }
        }
    }
    Ok(settled)
}

/// Hours that are short: `20、21:0/5；22:0/1，合计 12`, and of years that are judged
/// together `20+21+22:0/30`. The years, what they are of, and how many.
pub(super) fn short(
    vocabulary: &Vocabulary,
    cell: &str,
) -> Result<BTreeSet<(Vec<u16>, Of, Hours)>, Wrong> {
    let label = total_label(vocabulary);
    let wrong = |what: &str| {
        let hint = format!("写成 20、21:30/60；22:0/1，{label} 5；几年合计的写成 20+21+22:0/30");
        (format!("看不懂{}“{}”", vocabulary.unit(), clip(what, 40)), hint)
    };
    let mut short = BTreeSet::new();
    if cell == NONE {
        return Ok(short);
    }
    for (together, amounts) in groups(cell, &wrong)? {
        let (amounts, total) = match amounts.split_once('，') {
            Some((amounts, total)) => (amounts, Some(total.trim())),
            None => (amounts, None),
        };
        let mut all: Vec<(Of, &str)> = each(vocabulary, amounts, &wrong)?
            .into_iter()
            .map(|(category, amount)| (Of::Category(category), amount))
            .collect();
        if let Some(total) = total {
            let amount = total.strip_prefix(label).ok_or_else(|| wrong(total))?;
            all.push((Of::Total, amount.trim()));
        }
        for years in list(together) {
            let years: Option<Vec<u16>> = years.split('+').map(year).collect();
            let years = years.ok_or_else(|| wrong(together))?;
            for (of, amount) in &all {
                let hours: Hours = amount.parse().map_err(|_| wrong(amount))?;
                if hours > Hours::ZERO {
                    short.insert((years.clone(), *of, hours));
                }
            }
        }
    }
    Ok(short)
}

/// What is short, as [`short`] reads it.
pub(super) fn write<'a>(vocabulary: &Vocabulary, short: impl Iterator<Item = &'a Asked>) -> String {
    let mut groups: BTreeMap<Vec<u16>, BTreeMap<Of, Hours>> = BTreeMap::new();
    for asked in short {
        groups.entry(asked.years.clone()).or_default().insert(asked.of, asked.shortfall());
    }
    let group = |(years, hours): (&Vec<u16>, &BTreeMap<Of, Hours>)| {
        let of = |of| hours.get(&of).copied().unwrap_or(Hours::ZERO);
        let each = vocabulary.learned().map(|at| of(Of::Category(at)).to_string());
        let total = hours.get(&Of::Total);
        let total = total.map(|it| format!("，{} {it}", total_label(vocabulary)));
        let years = years.iter().map(|year| match year {
            2000..=2099 => format!("{:02}", year % 100),
            _ => year.to_string(),
        });
        format!(
            "{}:{}{}",
            years.collect::<Vec<_>>().join("+"),
            each.collect::<Vec<_>>().join("/"),
            total.unwrap_or_default()
        )
    };
    let groups: Vec<_> = groups.iter().map(group).collect();
    if groups.is_empty() { NONE.to_owned() } else { groups.join("；") }
}

fn total_label(vocabulary: &Vocabulary) -> &str {
    vocabulary.total().map_or("合计", |at| &vocabulary.categories()[at].label)
}

/// The groups of a cell: years, and what stands after their colon.
fn groups<'c>(
    cell: &'c str,
    wrong: &impl Fn(&str) -> Wrong,
) -> Result<Vec<(&'c str, &'c str)>, Wrong> {
    let groups = cell.split('；').map(str::trim).filter(|group| !group.is_empty());
    groups.map(|group| group.split_once([':', '：']).ok_or_else(|| wrong(group))).collect()
}

fn list(years: &str) -> impl Iterator<Item = &str> {
    years.split(['、', ',', '，'])
}

/// `22` or `2022`.
fn year(text: &str) -> Option<u16> {
    let year: u16 = text.trim().parse().ok()?;
    Some(if year < 100 { 2000 + year } else { year })
}

/// The categories, by their places, with what stands for them; without those of `-`.
fn each<'c>(
    vocabulary: &Vocabulary,
    amounts: &'c str,
    wrong: &impl Fn(&str) -> Wrong,
) -> Result<Vec<(usize, &'c str)>, Wrong> {
    let each: Vec<_> = amounts.split('/').map(str::trim).enumerate().collect();
    if each.len() != vocabulary.learned().len() {
        return Err(wrong(amounts));
    }
    Ok(each.into_iter().filter(|(_, amount)| *amount != "-").collect())
}
