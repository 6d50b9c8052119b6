//! How many rows there were, of which kind.

use std::collections::BTreeMap;

use super::Row;
use super::finding::FindingKind;
use crate::credential::claim::Year;
use crate::credential::number::IssuerId;
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
    /// Rows that were good, with nothing to tell, when they were handed on; a later
    /// one may have spoilt some of them, and names them.
    pub clean: u64,
    /// Rows that are `VALID` and whose issuer is a specimen.
    pub valid_specimens: u64,
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
        self.valid_specimens += u64::from(code == Code::Valid && is_specimen);
        if let Some((card, issuer)) = row.verdict().and_then(|it| it.card().zip(it.issuer())) {
            let group = Group { issuer: issuer.id().clone(), year: card.year };
            *self.groups.entry(group).or_default().entry(code).or_default() += 1;
            if !self.issuers.contains_key(issuer.id()) {
                self.issuers.insert(issuer.id().clone(), issuer.name().to_owned());
            }
        }
    }
}
