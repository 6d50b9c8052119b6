//! Hours as the cells of examples write them.

use super::Wrong;
use crate::assessment::policy::vocabulary::Vocabulary;
use crate::assessment::record::SettledHours;

/// `20、21:30/60；22:30/-`, and in a shortfall the total: `22:0/5，合计 12`.
pub(super) fn hours(
    vocabulary: &Vocabulary,
    cell: &str,
    total: Total,
) -> Result<Vec<SettledHours>, Wrong> {
    let label = vocabulary.total().map_or("", |at| &vocabulary.categories()[at].label);
    let wrong = |what: &str| {
        let hint = match total {
            Total::Summed => {
                format!("写成 20、21:30/60；22:30/-，依次为各科目的{}", vocabulary.unit())
            }
            Total::Told if label.is_empty() => "写成 20、21:30/60；22:0/1".to_owned(),
            Total::Told => format!("写成 20、21:30/60；22:0/1，{label} 5"),
        };
        (format!("看不懂{}“{what}”", vocabulary.unit()), hint)
    };
    let mut settled = Vec::new();
    for group in cell.split('；').map(str::trim).filter(|group| !group.is_empty()) {
        let (years, amounts) = group.split_once([':', '：']).ok_or_else(|| wrong(group))?;
        let (amounts, in_total) = match amounts.split_once('，') {
            Some((amounts, rest)) => (amounts, Some(rest.trim())),
            None => (amounts, None),
        };
        let amounts = amounts.split('/').map(str::trim).enumerate();
        let mut hours: Vec<(usize, &str)> = amounts.collect();
        if hours.len() != vocabulary.learned().len() {
            return Err(wrong(group));
        }
        if let Some(rest) = in_total {
            let at = vocabulary.total().filter(|_| total == Total::Told);
            let amount = rest.strip_prefix(label).map(str::trim);
            hours.push(at.zip(amount).ok_or_else(|| wrong(group))?);
        }
        for year in years.split(['、', ',', '，']) {
            let year: u16 = year.trim().parse().map_err(|_| wrong(year))?;
            let year = if year < 100 { 2000 + year } else { year };
            for (category, amount) in hours.iter().filter(|(_, it)| *it != "-") {
                let hours = amount.parse().map_err(|_| wrong(amount))?;
                settled.push(SettledHours { year, category: *category, hours });
            }
        }
    }
    Ok(settled)
}

/// Whether hours are those learned, whose total follows, or those that are
/// short, where the total is told too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Total {
    Summed,
    Told,
}
