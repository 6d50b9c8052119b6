//! A line of the ledger: a card issued, or one revoked.

use serde::{Deserialize, Serialize};

use crate::credential::reason::RevocationReason;

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A card was issued.
    Issued(Issued),
    /// A card was revoked.
    Revoked(Revoked),
}

/// A card that was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// The card's index.
    pub index: u64,
    /// The office's number for the person.
    pub person: String,
    /// SHA-256 of the learner's JSON that it was issued on, in hexadecimal.
    pub record: String,
    /// The card's text from `#` on.
    pub card: String,
}

/// A card that was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The line's own index.
    pub index: u64,
    /// The index of the card, a line before this one.
    pub revokes: u64,
    /// Why.
    pub reason: RevocationReason,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedShape<'a> {
    index: u64,
    revokes: u64,
    reason: &'a str,
}

impl Entry {
    /// Its place among the year's lines, from 0.
    pub fn index(&self) -> u64 {
        match self {
            Self::Issued(entry) => entry.index,
            Self::Revoked(entry) => entry.index,
        }
    }

    /// Reads a line, its end included or not.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        if let Ok(issued) = serde_json::from_slice(line) {
            return Some(Self::Issued(issued));
        }
        let RevokedShape { index, revokes, reason } = serde_json::from_slice(line).ok()?;
        let reason = reason.parse().ok()?;
        (revokes < index).then_some(Self::Revoked(Revoked { index, revokes, reason }))
    }

    /// The line, its end included.
    pub(super) fn line(&self) -> Vec<u8> {
        let line = match self {
            Self::Issued(entry) => serde_json::to_vec(entry),
            Self::Revoked(Revoked { index, revokes, reason }) => {
                let (index, revokes, reason) = (*index, *revokes, reason.as_str());
                serde_json::to_vec(&RevokedShape { index, revokes, reason })
            }
        };
        let mut line = line.expect("numbers and texts have a JSON form");
        line.push(b'\n');
        line
    }
}
