//! The policy bundle 规则集, as far as a card is checked against it (step 11).
//!
//! A bundle is JSON, published as `policy/<16 hex>.json`, and known by the first eight
//! bytes of the SHA-256 of its bytes, which every card signs. Of all that it says,
//! this room reads four things:
//!
//! ```text
//! { "format": "shenyan/policy/1", "year": 2022,
//!   "categories": [{ "number": 1, … }, …],      the categories that have hours; one
//!                                               with "sum_of" is a total of others
//!   "clauses": [ … ], … }                       how many there are
//! ```
//!
//! What is required of a person follows from facts that no card holds, so the
//! amounts are those of the card itself: that its hours carry its result is checked,
//! and that year, categories and clauses are its policy's.

use std::collections::BTreeMap;
use std::fmt;

use super::card::Card;
use super::claim::{AuditResult, CategoryHours, PolicyId};
use super::fault::{Fault, Reason};
use super::step::{Step, Steps};

/// The format of a bundle.
pub const FORMAT: &str = "shenyan/policy/1";
/// Bytes of a bundle, at most.
pub const BYTES_MAX: usize = 4 << 20;
/// Values within values, at most.
const DEPTH_MAX: usize = 16;
/// Categories of a bundle, at most; a card has eight.
const CATEGORIES_MAX: usize = 64;

/// A bundle, as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bundle {
    year: u64,
    categories: Vec<Category>,
    clauses: u64,
}

/// A category of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Category {
    number: u64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It has hours of its own.
    Learned,
    /// It is the sum of others, and on a card only where one is required.
    Total,
}

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
            }
            AuditResult::Exempt if !rows.iter().all(is_free) => {
                return wrong("hours are required of somebody who is exempt");
            }
            // Hours for the reviewers' reference may be any.
            AuditResult::Exempt | AuditResult::Reference => {}
        }
        Ok(Consistent(()))
    }

    /// Reads a bundle: JSON (RFC 8259) of which the four members above are used, each
    /// of them once.
    fn read(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok().filter(|text| text.len() <= BYTES_MAX)?;
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let (mut format, mut year, mut categories, mut clauses) = (None, None, None, None);
        reader.object(DEPTH_MAX, |reader, key, depth| match key {
            b"format" => once(&mut format, reader.string()),
            b"year" => once(&mut year, reader.number()),
            b"categories" => {
                let mut found: Vec<Category> = Vec::new();
                let read = reader.array(depth, |reader, depth| {
                    let category = reader.category(depth)?;
                    let is_new = found.iter().all(|other| other.number != category.number);
                    (is_new && found.len() < CATEGORIES_MAX).then(|| found.push(category))
                });
                once(&mut categories, read.map(|()| found))
            }
            b"clauses" => {
                let mut count = 0;
                let read = reader.array(depth, |reader, depth| {
                    count += 1;
                    reader.value(depth)
                });
                once(&mut clauses, read.map(|()| count))
            }
            _ => reader.value(depth),
        })?;
        reader.space();
        let is_whole = reader.at == bytes.len() && format? == FORMAT.as_bytes();
        let bundle = Self { year: year?, categories: categories?, clauses: clauses? };
        is_whole.then_some(bundle)
    }
}

/// Keeps what was read, if nothing was before.
fn once<T>(place: &mut Option<T>, read: Option<T>) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(read?);
    Some(())
}

/// Reads JSON piece by piece and keeps nothing; `None` is text that is not JSON, or
/// deeper than it may be.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte after white space, which is left where it is.
    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// An object's members, each by its key and the depth left for its value.
    fn object(
        &mut self,
        depth: usize,
        mut member: impl FnMut(&mut Self, &'a [u8], usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.take(b':')?;
            member(self, key, depth)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    /// An array's items, each with the depth left for it.
    fn array(
        &mut self,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            item(self, depth)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// A category: an object that has a number.
    fn category(&mut self, depth: usize) -> Option<Category> {
        let (mut number, mut total) = (None, None);
        self.object(depth, |reader, key, depth| match key {
            b"number" => once(&mut number, reader.number()),
            b"sum_of" => once(&mut total, reader.value(depth)),
            _ => reader.value(depth),
        })?;
        let kind = total.map_or(Kind::Learned, |()| Kind::Total);
        Some(Category { number: number?, kind })
    }

    /// A string as it is written: escapes are passed over, so that a key with one is
    /// none of ours.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(&self.bytes[start..self.at - 1]);
                }
                b'\\' => self.at += 2,
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }

    /// A whole number without sign, below 2^53.
    fn number(&mut self) -> Option<u64> {
        let text = self.word()?;
        let number = text.parse().ok().filter(|number: &u64| *number < 1 << 53)?;
        (number.to_string() == text).then_some(number)
    }

    /// A number, `true`, `false` or `null`, as it is written.
    fn word(&mut self) -> Option<&'a str> {
        self.space();
        let rest = &self.bytes[self.at..];
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = rest.iter().take_while(is_word).count();
        self.at += length;
        str::from_utf8(&rest[..length]).ok().filter(|word| !word.is_empty())
    }

    /// Passes over a value.
    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(depth, |reader, _, depth| reader.value(depth)),
            b'[' => self.array(depth, |reader, depth| reader.value(depth)),
            b'"' => self.string().map(drop),
            _ => {
                let word = self.word()?;
                let is_literal = matches!(word, "true" | "false" | "null");
                (is_literal || word.parse::<f64>().is_ok_and(f64::is_finite)).then_some(())
            }
        }
    }
}
