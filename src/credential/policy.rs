//! The policy bundle 规则集, as far as a card is checked against it (step 11).
//!
//! A bundle is JSON, published as `policy/<16 hex>.json`, and known by the first eight
//! bytes of the SHA-256 of its bytes, which every card signs.
//!
//! That year, categories and clauses are its policy's is checked, and that a card's
//! hours carry its result. What a policy requires of everybody alike, who passed in
//! full must have been asked for. What else is required of a person follows from facts
//! that no card holds, so those amounts are taken from the card itself.

use std::collections::BTreeMap;
use std::fmt;

use super::bundle::{Bundle, Category, Kind};
use super::card::Card;
use super::claim::{AuditResult, CategoryHours, PolicyId};
use super::fault::{Fault, Reason};
use super::step::{Step, Steps};

/// The policy bundles that a verifier has, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundles {
    by_id: BTreeMap<PolicyId, Bundle>,
}

/// Bytes that are not a policy bundle of this format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleError;

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是 shenyan/policy/1 格式的规则集")
    }
}

impl std::error::Error for BundleError {}

/// Proof that a card does not contradict its policy, as far as that is at hand.
#[derive(Debug)]
pub struct Consistent(());

impl Bundles {
    /// Adds a bundle, and says which it is. The id is that of its bytes, so a bundle
    /// under a wrong name answers for no card that cites that name.
    pub fn add(&mut self, bytes: &[u8]) -> Result<PolicyId, BundleError> {
        let id = PolicyId::of(bytes);
        self.by_id.insert(id, Bundle::read(bytes).ok_or(BundleError)?);
        Ok(id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Whether a card agrees with its policy; skipped if that is not at hand.
    pub(super) fn check(&self, card: &Card, steps: &mut Steps) -> Result<Consistent, Fault> {
        match self.by_id.get(&card.policy) {
            Some(bundle) => steps.note(Step::Policy, bundle.check(card)),
            None => Ok(Consistent(())),
        }
    }
}

impl Bundle {
    /// In this order: the year; each row's category, and that none comes twice; the
    /// grounds; then what the result claims.
    fn check(&self, card: &Card) -> Result<Consistent, Fault> {
        let wrong = |detail| Err(Fault::new(Reason::Inconsistent, detail));
        if u64::from(card.year.get()) != self.year {
            return wrong("the policy is of another year");
        }
        let rows = card.hours.as_slice();
        for (at, row) in rows.iter().enumerate() {
            if !self.categories.iter().any(|it| it.number == row.category.get()) {
                return wrong("the policy has no such category");
            }
            if rows[..at].iter().any(|other| other.category == row.category) {
                return wrong("a category comes twice");
            }
        }
        if card.grounds.as_slice().iter().any(|ground| ground.get() >= self.clauses) {
            return wrong("the policy has no such clause");
        }
        let has_row = |category: &Category| {
            let is_its = |row: &CategoryHours| row.category.get() == category.number;
            category.kind == Kind::Total || rows.iter().any(is_its)
        };
        // A total that is not required has no row.
        let is_asked = |category: &Category| {
            let row = rows.iter().find(|row| row.category.get() == category.number);
            let stated = row.map_or(0, |row| row.required.get());
            category.required.is_none_or(|required| stated == required)
        };
        let is_met = |row: &CategoryHours| row.credited >= row.required;
        let is_free = |row: &CategoryHours| row.required.get() == 0;
        match card.result {
            AuditResult::Full | AuditResult::Reduced => {
                if !self.categories.iter().all(has_row) {
                    return wrong("a category of the policy is missing");
                }
                if !rows.iter().all(is_met) {
                    return wrong("fewer hours than the result claims");
                }
                if card.result == AuditResult::Full && !self.categories.iter().all(is_asked) {
                    return wrong("other hours are required than the policy requires");
                }
            }
            AuditResult::Exempt if !rows.iter().all(is_free) => {
                return wrong("hours are required of somebody who is exempt");
            }
            // Hours for the reviewers' reference may be any.
            AuditResult::Exempt | AuditResult::Reference => {}
        }
        Ok(Consistent(()))
    }
}
