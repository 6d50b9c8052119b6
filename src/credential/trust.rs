//! Whom a verifier trusts: the issuers, each with its key, its realm and its limits.
//!
//! [`Trust::listed`] is made of lists whose signatures have been checked: a root
//! note vouches for a [`TrustList`], and that for [`RevocationList`]s. They are
//! proof types, so a trust of anything else cannot be made.
//!
//! [`Trust::specimen`] has specimen issuers, whose keys anybody can compute and
//! whose cards prove nothing. They stand in no list, so nothing limits or
//! withdraws them: the steps for status, scope, revocation and freshness are
//! skipped.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use super::card::Card;
use super::field::ListStamp;
use super::key::{KeyId, PublicKey, Signer as _, SigningKey, VerifyingKey};
use super::number::IssuerId;
use super::qr::{Host, QrText};
use super::revocation::{CardState, RevocationList, RevocationReason};
use super::scope::{Entitled, Limits, Origin};
use super::trust_list::{IssuerEntry, TrustList};
use super::verdict::{AsOf, Fault, Reason, Step, Steps, Trace};
use crate::time::UnixTime;

/// A clock may be this far behind the newest list, in seconds.
const CLOCK_BEHIND_MAX: i64 = 24 * 3_600;

/// What keeps specimens, training and production apart: its name is signed with
/// each card (`external_aad`), so a signature of one realm is none in another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realm(String);

impl Realm {
    /// The specimens' realm, `specimen`.
    pub fn specimen() -> Self {
        Self("specimen".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the specimens' realm.
    pub fn is_specimen(&self) -> bool {
        self.0 == "specimen"
    }
}

/// A text that is not a realm's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealmError;

impl FromStr for Realm {
    type Err = RealmError;

    /// Takes 1–32 lower-case ASCII letters, digits and `-`; not the name of a role,
    /// so that a key's name tells its role.
    fn from_str(text: &str) -> Result<Self, RealmError> {
        let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        let is_role = matches!(text, "root" | "trust" | "issuer" | "log" | "witness");
        if (1..=32).contains(&text.len()) && text.bytes().all(is_plain) && !is_role {
            Ok(Self(text.to_owned()))
        } else {
            Err(RealmError)
        }
    }
}

impl fmt::Display for RealmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("领域的名字是 1–32 个小写字母、数字和 -，不能是角色的名字")
    }
}

impl std::error::Error for RealmError {}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
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

/// An issuer 签发机构 and its key.
#[derive(Debug)]
pub struct Issuer {
    id: IssuerId,
    name: String,
    realm: Realm,
    public: PublicKey,
    /// Made ready when it is first needed: a list may have thousands of keys.
    key: OnceLock<VerifyingKey>,
    hosts: Vec<Host>,
    /// A specimen's has none.
    limits: Option<Limits>,
}

impl Issuer {
    fn listed(realm: &Realm, entry: &IssuerEntry) -> Self {
        let IssuerEntry { id, name, key, limits, hosts } = entry.clone();
        let (realm, limits) = (realm.clone(), Some(limits));
        Self { id, name, realm, public: key, key: OnceLock::new(), hosts, limits }
    }

    /// The issuer's number.
    pub fn id(&self) -> &IssuerId {
        &self.id
    }

    /// The issuer's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The realm it issues in.
    pub fn realm(&self) -> &Realm {
        &self.realm
    }

    /// Its key.
    pub fn key(&self) -> &VerifyingKey {
        self.key.get_or_init(|| VerifyingKey::new(self.public))
    }

    /// What limits it; a specimen's issuer has no limits.
    pub fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// The hosts of its portals.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }
}

/// A specimen issuer, to be trusted as far as a specimen is.
#[derive(Clone, Debug)]
pub struct SpecimenIssuer {
    /// The issuer's number; its key follows from it ([`SigningKey::specimen`]).
    pub id: IssuerId,
    /// The issuer's name.
    pub name: String,
    /// The hosts of its portals; none if a text's host is not to be judged.
    pub hosts: Vec<Host>,
}

/// The same issuer was named twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateIssuer(pub IssuerId);

impl fmt::Display for DuplicateIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "issuer {} is named twice", self.0)
    }
}

impl std::error::Error for DuplicateIssuer {}

/// Proof that an issuer's realm counts for this verifier.
#[derive(Debug)]
pub struct Admitted(());

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

/// Proof that a card is on no revocation list, as far as the lists know it.
#[derive(Debug)]
pub struct NotRevoked(());

/// Proof that the lists were new enough to tell.
#[derive(Debug)]
pub struct Fresh(());

/// The lists behind the issuers, and the terms.
#[derive(Debug)]
struct Lists {
    root: ListStamp,
    trust: ListStamp,
    revocations: BTreeMap<Origin, RevocationList>,
    /// When the newest of them was issued.
    newest: UnixTime,
    freshness: Freshness,
    time: TimeSource,
}

/// The issuers that a verifier trusts.
#[derive(Clone, Debug)]
pub struct Trust {
    issuers: BTreeMap<KeyId, Arc<Issuer>>,
    specimens: SpecimenPolicy,
    /// None behind specimens.
    lists: Option<Arc<Lists>>,
}

impl Trust {
    /// Trust in these specimen issuers. An empty list trusts nobody.
    pub fn specimen(
        issuers: Vec<SpecimenIssuer>,
        specimens: SpecimenPolicy,
    ) -> Result<Self, DuplicateIssuer> {
        let mut trusted = BTreeMap::new();
        for SpecimenIssuer { id, name, hosts } in issuers {
            let public = *SigningKey::specimen(&id).public_key();
            let (realm, key, limits) = (Realm::specimen(), OnceLock::new(), None);
            let issuer = Issuer { id, name, realm, public, key, hosts, limits };
            if let Some(first) = trusted.insert(public.id(), Arc::new(issuer)) {
                return Err(DuplicateIssuer(first.id.clone()));
            }
        }
        Ok(Self { issuers: trusted, specimens, lists: None })
    }

    /// Trust in the issuers of a trust list, as far as these revocation lists and
    /// terms go. An issuer without a fresh revocation list has no valid card.
    ///
    /// Errors: two different revocation lists of one log; one that was opened under
    /// another trust list.
    pub fn listed(
        list: &TrustList,
        revocations: Vec<RevocationList>,
        terms: Terms,
    ) -> Result<Self, ListsError> {
        let realm = &list.text().realm;
        let issuers = list.text().issuers.iter();
        let issuers =
            issuers.map(|entry| (entry.key.id(), Arc::new(Issuer::listed(realm, entry)))).collect();
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
        let Terms { specimens, freshness, time } = terms;
        let lists = Lists {
            root: list.root(),
            trust: list.stamp(),
            revocations: by_origin,
            newest: newest.time(),
            freshness,
            time,
        };
        Ok(Self { issuers, specimens, lists: Some(Arc::new(lists)) })
    }

    /// The issuers, in the order of their key ids.
    pub fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.issuers.values().map(|issuer| &**issuer)
    }

    /// The issuer of this key id (step 5).
    pub(super) fn issuer(&self, id: KeyId) -> Result<Arc<Issuer>, Fault> {
        let issuer = self.issuers.get(&id).cloned();
        issuer.ok_or(Fault::new(Reason::UnknownIssuer, "no trusted issuer has this key id"))
    }

    /// Which root note and trust list it is; none for specimens.
    pub fn as_of(&self) -> AsOf {
        let lists = self.lists.as_deref();
        AsOf {
            root: lists.map(|lists| lists.root),
            trust: lists.map(|lists| lists.trust),
            revocation: None,
        }
    }

    /// The time to judge by: never before the newest list, unless it was asked for.
    pub(super) fn now(&self, given: UnixTime) -> UnixTime {
        match self.lists.as_deref() {
            Some(Lists { time: TimeSource::Clock, newest, .. }) => given.max(*newest),
            Some(Lists { time: TimeSource::AsOf, .. }) | None => given,
        }
    }

    /// Whether the issuer may have issued this card (step 8).
    pub(super) fn entitle(
        issuer: &Issuer,
        card: &Card,
        steps: &mut Steps,
    ) -> Result<Entitled, Fault> {
        match &issuer.limits {
            Some(limits) => {
                steps.note(Step::Standing, limits.check(&issuer.realm, &issuer.id, card))
            }
            None => Ok(Entitled::specimen()),
        }
    }

    /// Whether the card is on its log's revocation list (step 10). Where there is
    /// no list, or none that knows the card, the step is skipped and
    /// [`Trust::freshness`] decides.
    pub(super) fn not_revoked(
        &self,
        issuer: &Issuer,
        card: &Card,
        trace: &mut Trace,
    ) -> Result<NotRevoked, Fault> {
        let Some(list) = self.revocations(issuer, card) else { return Ok(NotRevoked(())) };
        trace.as_of.revocation = Some(list.stamp());
        let result = match list.text().state(card.index.get()) {
            CardState::NotCovered => return Ok(NotRevoked(())),
            CardState::Good => Ok(NotRevoked(())),
            CardState::Revoked(reason) => {
                trace.revoked = Some(reason);
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
        trace.steps.note(Step::Revocation, result)
    }

    /// Whether the lists are new enough to tell (step 12): the root note, the trust
    /// list, the card's revocation list; then whether the clock can be right.
    pub(super) fn freshness(
        &self,
        issuer: &Issuer,
        card: &Card,
        given: UnixTime,
        steps: &mut Steps,
    ) -> Result<Fresh, Fault> {
        let Some(lists) = self.lists.as_deref() else { return Ok(Fresh(())) };
        let revocations = self.revocations(issuer, card);
        steps.note(Step::Freshness, lists.check(revocations, card, given, self.now(given)))
    }

    fn revocations(&self, issuer: &Issuer, card: &Card) -> Option<&RevocationList> {
        let (realm, issuer) = (issuer.realm.clone(), issuer.id.clone());
        let origin = Origin { realm, issuer, year: card.year };
        self.lists.as_deref()?.revocations.get(&origin)
    }

    /// Whether a card of this issuer counts when all steps have passed.
    pub(super) fn admit(&self, issuer: &Issuer) -> Result<Admitted, Fault> {
        match self.specimens {
            SpecimenPolicy::Refuse if issuer.realm.is_specimen() => {
                Err(Fault::new(Reason::Specimen, "a specimen issuer"))
            }
            SpecimenPolicy::Refuse | SpecimenPolicy::Accept => Ok(Admitted(())),
        }
    }
}

impl Lists {
    fn check(
        &self,
        revocations: Option<&RevocationList>,
        card: &Card,
        given: UnixTime,
        now: UnixTime,
    ) -> Result<Fresh, Fault> {
        let stale = |detail| Err(Fault::new(Reason::Stale, detail));
        if now >= self.root.next_update.time() {
            return stale("the root note has expired");
        }
        if !self.freshness.is_fresh(&self.trust, now) {
            return stale("the trust list is too old");
        }
        let Some(revocations) = revocations else {
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

/// The host that a text leads to, beside those of the issuer's portals.
///
/// It changes no verdict. A foreign one is worth a warning: the genuine card is
/// shown by a page that is not the office's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HostFinding {
    /// The text has no prefix.
    #[default]
    Absent,
    /// The issuer's own.
    Official(Host),
    /// Not the issuer's own.
    Foreign(Host),
    /// The prefix is no web address, or none that can be read plainly.
    Unreadable,
    /// There is nothing to compare it with: the issuer is unknown, or names no host.
    Unjudged(Host),
}

impl HostFinding {
    /// The finding on a text, as far as the issuer is known.
    pub(super) fn of(text: &QrText<'_>, issuer: Option<&Issuer>) -> Self {
        let known = issuer.map_or(&[][..], |issuer| issuer.hosts.as_slice());
        match text.host() {
            None if text.prefix().is_empty() => Self::Absent,
            None => Self::Unreadable,
            Some(host) if known.is_empty() => Self::Unjudged(host),
            Some(host) if known.contains(&host) => Self::Official(host),
            Some(host) => Self::Foreign(host),
        }
    }

    /// The host, if the text has one.
    pub fn host(&self) -> Option<&Host> {
        match self {
            Self::Official(host) | Self::Foreign(host) | Self::Unjudged(host) => Some(host),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// Whether to warn: the text leads elsewhere than to the issuer's portal.
    pub fn is_foreign(&self) -> bool {
        match self {
            Self::Foreign(_) | Self::Unreadable => true,
            Self::Absent | Self::Official(_) | Self::Unjudged(_) => false,
        }
    }
}
