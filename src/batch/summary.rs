//! How many rows there were, of which kind.

use std::collections::BTreeMap;

use super::Row;
use super::finding::FindingKind;
use crate::credential::claim::Year;
use crate::credential::number::IssuerId;
use crate::credential::trust::Issuer;
use crate::credential::verdict::{Code, Verdict};

/// The sums of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// By code; only what occurred.
    pub codes: BTreeMap<Code, u64>,
    /// By finding; only what occurred.
    pub findings: BTreeMap<FindingKind, u64>,
    /// Rows that are good, as far as the whole batch tells.
    pub good: u64,
    /// Rows that are good, with nothing to tell, as far as the whole batch tells.
    pub clean: u64,
    /// Rows that are good and whose issuer is a specimen.
    pub good_specimens: u64,
    /// Rows that are `VALID` and not good, of each group that has such.
    pub spoilt: BTreeMap<Group, u64>,
    /// By issuer and year, of cards whose signature was found good.
    pub groups: BTreeMap<Group, BTreeMap<Code, u64>>,
    /// The names of those issuers.
    pub issuers: BTreeMap<IssuerId, String>,
}

/// An issuer's cards of a year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The issuer.
    pub issuer: IssuerId,
    /// The learning year.
    pub year: Year,
}

impl Summary {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.codes.values().sum()
    }

    /// Rows of no group: nobody has been found to have signed them.
    pub fn unsigned(&self) -> BTreeMap<Code, u64> {
        let mut rest = self.codes.clone();
        for (code, count) in self.groups.values().flatten() {
            let all = rest.get_mut(code).expect("a code of a group is one of all");
            *all -= count;
        }
        rest.retain(|_, count| *count > 0);
        rest
    }

    /// Whether every row is good; of none that cannot be said.
    pub fn all_good(&self) -> bool {
        self.good > 0 && self.good == self.rows()
    }

    /// Counts a row.
    pub fn count(&mut self, row: &Row) {
        let code = row.code();
        *self.codes.entry(code).or_default() += 1;
        for finding in &row.findings {
            *self.findings.entry(finding.kind).or_default() += 1;
        }
        self.good += u64::from(row.is_good());
        self.clean += u64::from(row.is_clean());
        let is_specimen = row.verdict().is_some_and(Verdict::is_specimen);
        self.good_specimens += u64::from(row.is_good() && is_specimen);
        if let Some((group, issuer)) = group_of(row) {
            if code == Code::Valid && !row.is_good() {
                *self.spoilt.entry(group.clone()).or_default() += 1;
            }
            *self.groups.entry(group).or_default().entry(code).or_default() += 1;
            if !self.issuers.contains_key(issuer.id()) {
                self.issuers.insert(issuer.id().clone(), issuer.name().to_owned());
            }
        }
    }

    /// Takes back rows of a row's group that were counted as good, some of them as
    /// clean, because of what that row tells of them.
    pub(super) fn take_back(&mut self, row: &Row, good: u64, clean: u64) {
        let is_specimen = row.verdict().is_some_and(Verdict::is_specimen);
        self.good -= good;
        self.clean -= clean;
        self.good_specimens -= if is_specimen { good } else { 0 };
        if let Some((group, _)) = group_of(row).filter(|_| good > 0) {
            *self.spoilt.entry(group).or_default() += good;
        }
    }

    /// How many rows there are of each code, in words: the good ones of what is
    /// `VALID`, then those that do not count as such.
    pub fn counts(codes: &BTreeMap<Code, u64>, spoilt: u64) -> Vec<(&'static str, u64)> {
        let mut counts = Vec::new();
        for (code, count) in codes {
            match code {
                Code::Valid => {
                    counts.push((code.words(), count.saturating_sub(spoilt)));
                    counts.extend((spoilt > 0).then_some((SPOILT, spoilt)));
                }
                Code::Refused(_) => counts.push((code.words(), *count)),
            }
        }
        counts
    }
}

/// What is said of rows that are `VALID` and not good.
pub(super) const SPOILT: &str = "不计为有效";

fn group_of(row: &Row) -> Option<(Group, &Issuer)> {
    let (card, issuer) = row.verdict().and_then(|it| it.card().zip(it.issuer()))?;
    Some((Group { issuer: issuer.id().clone(), year: card.year }, issuer))
}
