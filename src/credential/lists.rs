//! The lists that a verdict rests on, and how old they may be.
//!
//! A list is fresh until its own next update, unless the verifier's terms say
//! otherwise; a root note that has expired is never fresh. What lists cannot tell
//! is no pass: a card that no list covers is `STALE`.

use std::collections::BTreeMap;
use std::fmt;

use super::card::Card;
use super::fault::{Fault, Reason};
use super::field::ListStamp;
use super::reason::RevocationReason;
use super::revocation::{CardState, RevocationList};
use super::scope::Origin;
use super::step::{Step, Steps};
use super::trust_list::TrustList;
use crate::time::UnixTime;

/// A clock may be this far behind the newest list, in seconds.
const CLOCK_BEHIND_MAX: i64 = 24 * 3_600;

/// How old lists may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// Each as old as it says itself: until its next update.
    #[default]
    NextUpdate,
    /// This many seconds from when they were issued, whatever they say.
    MaxAge(u32),
}

impl Freshness {
    fn is_fresh(self, list: &ListStamp, now: UnixTime) -> bool {
        match self {
            Self::NextUpdate => now < list.next_update.time(),
            Self::MaxAge(seconds) => {
                now.seconds() <= list.issued.time().seconds() + i64::from(seconds)
            }
        }
    }
}

/// What the time given to a verification is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeSource {
    /// This machine's clock, which may be wrong: lists issued later than now show
    /// that it is.
    #[default]
    Clock,
    /// A point in time that somebody asks about: later lists are no surprise.
    AsOf,
}

/// Whether a specimen that passes every check counts as good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpecimenPolicy {
    /// It does not: the verdict is `SPECIMEN`.
    #[default]
    Refuse,
    /// It does, to try things out: the verdict is `VALID`, and says that the issuer
    /// is a specimen ([`Verdict::is_specimen`](super::Verdict::is_specimen)).
    Accept,
}

/// On what terms a verifier trusts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whether specimens count.
    pub specimens: SpecimenPolicy,
    /// How old lists may be.
    pub freshness: Freshness,
    /// What the time is that it will be given.
    pub time: TimeSource,
}

/// Why lists do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListsError {
    /// There are two different revocation lists of this log.
    Duplicate(Origin),
    /// The revocation list of this log was opened under another trust list.
    Foreign(Origin),
}

impl fmt::Display for ListsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(origin) => write!(f, "日志 {origin} 有两份不同的撤销名单"),
            Self::Foreign(origin) => write!(f, "日志 {origin} 的撤销名单是按另一份信任名单核对的"),
        }
    }
}

impl std::error::Error for ListsError {}

/// Which lists a verdict rests on: to be shown beside it, never hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// The root note; none behind specimens.
    pub root: Option<ListStamp>,
    /// The trust list; none behind specimens.
    pub trust: Option<ListStamp>,
    /// The revocation list of the card's log, if it was looked at.
    pub revocation: Option<ListStamp>,
}

/// What the lists say of a card.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looked {
    /// Those that were looked at.
    pub(super) as_of: AsOf,
    /// Why the card was revoked, if it was.
    pub(super) revoked: Option<RevocationReason>,
    /// The index of the card that has taken its place, if they say so.
    pub(super) successor: Option<u64>,
}

/// Proof that a card is on no revocation list, as far as the lists know it.
#[derive(Debug)]
pub struct NotRevoked(());

impl NotRevoked {
    /// No list is about a specimen.
    pub(super) const fn specimen() -> Self {
        Self(())
    }
}

/// Proof that the lists were new enough to tell.
#[derive(Debug)]
pub struct Fresh(());

impl Fresh {
    /// No list is about a specimen.
    pub(super) const fn specimen() -> Self {
        Self(())
    }
}

/// The lists behind the issuers, and the terms.
#[derive(Debug)]
pub(super) struct Lists {
    root: ListStamp,
    trust: ListStamp,
    revocations: BTreeMap<Origin, RevocationList>,
    /// When the newest of them was issued.
    newest: UnixTime,
    freshness: Freshness,
    time: TimeSource,
}

impl Lists {
    pub(super) fn new(
        list: &TrustList,
        revocations: Vec<RevocationList>,
        terms: Terms,
    ) -> Result<Self, ListsError> {
        let mut newest = list.root().issued.max(list.stamp().issued);
        let mut by_origin: BTreeMap<Origin, RevocationList> = BTreeMap::new();
        for revoked in revocations {
            newest = newest.max(revoked.stamp().issued);
            let origin = revoked.text().origin().clone();
            if revoked.trust() != list.stamp().digest {
                return Err(ListsError::Foreign(origin));
            }
            if let Some(other) = by_origin.get(&origin)
                && *other != revoked
            {
                return Err(ListsError::Duplicate(origin));
            }
            by_origin.insert(origin, revoked);
        }
        let Terms { specimens: _, freshness, time } = terms;
        Ok(Self {
            root: list.root(),
            trust: list.stamp(),
            revocations: by_origin,
            newest: newest.time(),
            freshness,
            time,
        })
    }

    /// Which root note and trust list they are.
    pub(super) fn as_of(&self) -> AsOf {
        AsOf { root: Some(self.root), trust: Some(self.trust), revocation: None }
    }

    /// The time to judge by: never before the newest list, unless it was asked for.
    pub(super) fn now(&self, given: UnixTime) -> UnixTime {
        match self.time {
            TimeSource::Clock => given.max(self.newest),
            TimeSource::AsOf => given,
        }
    }

    /// Whether a card is on its log's list (step 10). Where there is no list, or
    /// none that knows the card, the step is skipped and [`Lists::fresh`] decides.
    pub(super) fn not_revoked(
        &self,
        log: &Origin,
        card: &Card,
        looked: &mut Looked,
        steps: &mut Steps,
    ) -> Result<NotRevoked, Fault> {
        let Some(list) = self.revocations.get(log) else { return Ok(NotRevoked(())) };
        looked.as_of.revocation = Some(list.stamp());
        let result = match list.text().state(card.index.get()) {
            CardState::NotCovered => return Ok(NotRevoked(())),
            CardState::Good => Ok(NotRevoked(())),
            CardState::Revoked(reason) => {
                looked.revoked = Some(reason);
                looked.successor = list.text().successor(card.index.get());
                Err(match reason {
                    RevocationReason::Superseded => {
                        Fault::new(Reason::Superseded, "another card has taken its place")
                    }
                    RevocationReason::Error
                    | RevocationReason::Fraud
                    | RevocationReason::KeyCompromise
                    | RevocationReason::HolderRequest => {
                        Fault::new(Reason::Revoked, "the card is on the revocation list")
                    }
                })
            }
        };
        steps.note(Step::Revocation, result)
    }

    /// Whether the lists can tell (step 12): the root note, the trust list, the
    /// card's revocation list; then whether the clock can be right.
    pub(super) fn fresh(&self, log: &Origin, card: &Card, given: UnixTime) -> Result<Fresh, Fault> {
        let now = self.now(given);
        let stale = |detail| Err(Fault::new(Reason::Stale, detail));
        if now >= self.root.next_update.time() {
            return stale("the root note has expired");
        }
        if !self.freshness.is_fresh(&self.trust, now) {
            return stale("the trust list is too old");
        }
        let Some(revocations) = self.revocations.get(log) else {
            return stale("there is no revocation list for this issuer and year");
        };
        if revocations.text().state(card.index.get()) == CardState::NotCovered {
            return stale("the revocation list is older than the card");
        }
        if !self.freshness.is_fresh(&revocations.stamp(), now) {
            return stale("the revocation list is too old");
        }
        let is_behind = self.newest.seconds() - CLOCK_BEHIND_MAX > given.seconds();
        match self.time {
            TimeSource::Clock if is_behind => {
                Err(Fault::new(Reason::ClockSuspect, "the clock is behind the lists"))
            }
            TimeSource::Clock | TimeSource::AsOf => Ok(Fresh(())),
        }
    }
}
