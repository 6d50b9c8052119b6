//! The cards of a run so far, by number: how a batch notices that a card comes
//! twice, or that two cards cannot both be right.
//!
//! Only cards count whose signature holds and whose issuer was entitled to it, lest
//! a forger with a stolen key spoil the cards of others. Each takes about 60 bytes
//! for the rest of the run; this is all that grows with the number of inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::finding::{Finding, FindingKind};
use super::place::{Place, Spot};
use super::{Row, Summary};
use crate::credential::card::Card;
use crate::credential::claim::Year;
use crate::credential::number::IssuerId;
use crate::credential::verdict::{Code, Reason};

/// What a card says, in short: the first half of the SHA-256 of its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content([u8; 16]);

impl Content {
    pub(super) fn of(card: &Card) -> Self {
        let digest: [u8; 32] = Sha256::digest(card.encode()).into();
        Self(*digest.first_chunk().expect("a SHA-256 has 32 bytes"))
    }
}

/// All cards so far.
#[derive(Default)]
pub(super) struct Register {
    /// The sources of places, each once as long as it comes in one piece.
    sources: Vec<Arc<str>>,
    logs: BTreeMap<IssuerId, BTreeMap<Year, Log>>,
    sightings: Vec<Sighting>,
}

/// The cards of an issuer and year.
#[derive(Default)]
struct Log {
    /// The first sighting of each index.
    cards: BTreeMap<u64, u32>,
    /// The first sighting of a card that replaces the one with this index.
    replaced: BTreeMap<u64, u32>,
}

struct Sighting {
    content: Content,
    source: u32,
    spot: Spot,
    /// Rows with it that have been counted as good, and still are.
    good: u32,
    /// Whether the first of them was clean.
    is_clean: bool,
    /// The sighting of another card under its number.
    rival: Option<u32>,
}

impl Register {
    /// Compares a row with those before it, tells what is found on it, and takes
    /// back from the sum those that have lost their standing by it.
    pub(super) fn enter(&mut self, row: &mut Row, summary: &mut Summary) {
        let Some((card, issuer)) = row.verdict().and_then(|it| it.card().zip(it.issuer())) else {
            return;
        };
        let Some(content) = row.content.filter(|_| is_entitled(row.code())) else { return };
        let (index, supersedes) = (card.index.get(), card.supersedes);
        let (issuer, year) = (issuer.id().clone(), card.year);
        let Ok(new) = u32::try_from(self.sightings.len()) else { return };
        let log = self.logs.entry(issuer).or_default().entry(year).or_default();
        let mut found: Vec<(FindingKind, u32)> = Vec::new();
        match log.cards.get(&index) {
            None => {}
            Some(first) if self.sightings[*first as usize].content == content => {
                found.push((FindingKind::Duplicate, *first));
                // What has befallen the first befalls it too.
                let rival = self.sightings[*first as usize].rival;
                found.extend(rival.map(|rival| (FindingKind::Equivocation, rival)));
            }
            Some(first) => found.push((FindingKind::Equivocation, *first)),
        }
        found.extend(log.replaced.get(&index).map(|by| (FindingKind::Replaced, *by)));
        let old = supersedes.and_then(|old| log.cards.get(&old.get()));
        found.extend(old.map(|old| (FindingKind::Replaces, *old)));
        // A card that was seen before has nothing new to tell of others.
        let known = found.iter().find(|(kind, _)| *kind == FindingKind::Duplicate);
        let mine = known.map_or(new, |(_, first)| *first);
        if known.is_none() {
            log.cards.entry(index).or_insert(new);
            if let Some(old) = supersedes {
                log.replaced.entry(old.get()).or_insert(new);
            }
            let source = self.source(&row.place.source);
            let spot = row.place.spot;
            let sighting =
                Sighting { content, source, spot, good: 0, is_clean: false, rival: None };
            self.sightings.push(sighting);
        }
        for (kind, other) in found {
            let sighting = &mut self.sightings[other as usize];
            let spoils = matches!(kind, FindingKind::Equivocation | FindingKind::Replaces);
            if spoils && mine == new {
                if kind == FindingKind::Equivocation {
                    sighting.rival.get_or_insert(new);
                }
                let count = u64::from(std::mem::take(&mut sighting.good));
                let is_clean = std::mem::take(&mut sighting.is_clean);
                summary.take_back(row, count, u64::from(is_clean));
            }
            let source = Arc::clone(&self.sources[sighting.source as usize]);
            let other = Some(Place { source, spot: sighting.spot });
            row.findings.push(Finding { kind, other });
        }
        row.findings.sort_by_key(|finding| finding.kind);
        if let Some(sighting) = self.sightings.get_mut(mine as usize) {
            sighting.good += u32::from(row.is_good());
            sighting.is_clean |= row.is_clean();
        }
    }

    /// The number of a source.
    fn source(&mut self, source: &Arc<str>) -> u32 {
        if self.sources.last().is_none_or(|last| **last != **source) {
            self.sources.push(Arc::clone(source));
        }
        u32::try_from(self.sources.len() - 1).expect("no more sources than sightings")
    }
}

/// Whether a card of this verdict speaks for its issuer.
const fn is_entitled(code: Code) -> bool {
    match code {
        Code::Valid => true,
        Code::Refused(reason) => match reason {
            Reason::Revoked
            | Reason::Superseded
            | Reason::Expired
            | Reason::NotYetValid
            | Reason::Stale
            | Reason::ClockSuspect
            | Reason::Specimen => true,
            Reason::BadSignature
            | Reason::KeyRevoked
            | Reason::OutOfScope
            | Reason::Inconsistent
            | Reason::UnknownIssuer
            | Reason::Unsupported
            | Reason::Malformed => false,
        },
    }
}
