//! Whom a verifier trusts: the issuers, each with its key and its realm.
//!
//! Today there are specimen issuers, whose keys anybody can compute and whose
//! cards prove nothing. They stand in no list, so nothing limits or withdraws
//! them: the steps for status, scope, revocation and freshness are skipped. An
//! issuer of another realm cannot be made here without its limits.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::key::{KeyId, Signer as _, SigningKey, VerifyingKey};
use super::number::IssuerId;
use super::qr::{Host, QrText};
use super::verdict::{Fault, Reason};

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
    key: VerifyingKey,
    hosts: Vec<Host>,
}

impl Issuer {
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
        &self.key
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

/// The issuers that a verifier trusts.
#[derive(Clone, Debug)]
pub struct Trust {
    issuers: BTreeMap<KeyId, Arc<Issuer>>,
    specimens: SpecimenPolicy,
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
            let key = VerifyingKey::new(public);
            let issuer = Issuer { id, name, realm: Realm::specimen(), key, hosts };
            if let Some(first) = trusted.insert(public.id(), Arc::new(issuer)) {
                return Err(DuplicateIssuer(first.id.clone()));
            }
        }
        Ok(Self { issuers: trusted, specimens })
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
