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
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::card::Card;
use super::fault::{Fault, Reason};
use super::key::{KeyId, PublicKey, Signer as _, SigningKey, VerifyingKey};
use super::lists::{AsOf, Fresh, Lists, ListsError, Looked, NotRevoked, SpecimenPolicy, Terms};
use super::number::IssuerId;
use super::policy::{Bundles, Consistent};
use super::qr::{Host, QrText};
use super::realm::Realm;
use super::revocation::RevocationList;
use super::scope::{Entitled, Limits, Origin};
use super::step::{Step, Steps};
use super::trust_list::{IssuerEntry, TrustList};
use crate::time::UnixTime;

/// Keys of a trust that are made ready for many signatures, the first that are
/// asked for: 40 MiB of memory. Others give the same answers more slowly.
const READY_MAX: usize = 64;

/// An issuer 签发机构 and its key.
#[derive(Debug)]
pub struct Issuer {
    id: IssuerId,
    name: String,
    realm: Realm,
    public: PublicKey,
    /// Made ready when it is first needed: a list may have thousands of keys.
    key: OnceLock<VerifyingKey>,
    /// How many keys of the same trust have been asked for.
    ready: Arc<AtomicUsize>,
    hosts: Vec<Host>,
    /// A specimen's has none.
    limits: Option<Limits>,
}

impl Issuer {
    fn listed(realm: &Realm, entry: &IssuerEntry, ready: Arc<AtomicUsize>) -> Self {
        let IssuerEntry { id, name, key, limits, hosts } = entry.clone();
        let (realm, limits) = (realm.clone(), Some(limits));
        Self { id, name, realm, public: key, key: OnceLock::new(), ready, hosts, limits }
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
        self.key.get_or_init(|| {
            let is_early = self.ready.fetch_add(1, Ordering::Relaxed) < READY_MAX;
            let make = if is_early { VerifyingKey::new } else { VerifyingKey::plain };
            make(self.public)
        })
    }

    /// What limits it; a specimen's issuer has no limits.
    pub fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// The hosts of its portals.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The log that a card of this issuer is in.
    fn log(&self, card: &Card) -> Origin {
        Origin { realm: self.realm.clone(), issuer: self.id.clone(), year: card.year }
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

/// The issuers that a verifier trusts.
#[derive(Clone, Debug)]
pub struct Trust {
    issuers: BTreeMap<KeyId, Arc<Issuer>>,
    specimens: SpecimenPolicy,
    /// None behind specimens.
    lists: Option<Arc<Lists>>,
    policies: Arc<Bundles>,
}

impl Trust {
    /// Trust in these specimen issuers. An empty list trusts nobody.
    pub fn specimen(
        issuers: Vec<SpecimenIssuer>,
        specimens: SpecimenPolicy,
    ) -> Result<Self, DuplicateIssuer> {
        let mut trusted = BTreeMap::new();
        let ready = Arc::default();
        for SpecimenIssuer { id, name, hosts } in issuers {
            let public = *SigningKey::specimen(&id).public_key();
            let (realm, key, limits) = (Realm::specimen(), OnceLock::new(), None);
            let ready = Arc::clone(&ready);
            let issuer = Issuer { id, name, realm, public, key, ready, hosts, limits };
            if let Some(first) = trusted.insert(public.id(), Arc::new(issuer)) {
                return Err(DuplicateIssuer(first.id.clone()));
            }
        }
        Ok(Self { issuers: trusted, specimens, lists: None, policies: Arc::default() })
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
        let ready = Arc::default();
        let issuers = issuers.map(|entry| {
            (entry.key.id(), Arc::new(Issuer::listed(realm, entry, Arc::clone(&ready))))
        });
        let issuers = issuers.collect();
        let specimens = terms.specimens;
        let lists = Lists::new(list, revocations, terms)?;
        Ok(Self { issuers, specimens, lists: Some(Arc::new(lists)), policies: Arc::default() })
    }

    /// The same trust, with these policy bundles to check cards against.
    pub fn with_policies(self, policies: Bundles) -> Self {
        Self { policies: Arc::new(policies), ..self }
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
        self.lists.as_deref().map(Lists::as_of).unwrap_or_default()
    }

    /// The time to judge by: never before the newest list, unless it was asked for.
    pub(super) fn now(&self, given: UnixTime) -> UnixTime {
        self.lists.as_deref().map_or(given, |lists| lists.now(given))
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

    /// Whether the card is on its log's revocation list (step 10).
    pub(super) fn not_revoked(
        &self,
        issuer: &Issuer,
        card: &Card,
        looked: &mut Looked,
        steps: &mut Steps,
    ) -> Result<NotRevoked, Fault> {
        match self.lists.as_deref() {
            Some(lists) => lists.not_revoked(&issuer.log(card), card, looked, steps),
            None => Ok(NotRevoked::specimen()),
        }
    }

    /// Whether the card agrees with the policy bundle that it cites (step 11).
    pub(super) fn consistent(&self, card: &Card, steps: &mut Steps) -> Result<Consistent, Fault> {
        self.policies.check(card, steps)
    }

    /// Whether the lists are new enough to tell (step 12).
    pub(super) fn freshness(
        &self,
        issuer: &Issuer,
        card: &Card,
        given: UnixTime,
        steps: &mut Steps,
    ) -> Result<Fresh, Fault> {
        match self.lists.as_deref() {
            Some(lists) => steps.note(Step::Freshness, lists.fresh(&issuer.log(card), card, given)),
            None => Ok(Fresh::specimen()),
        }
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
