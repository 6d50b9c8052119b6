//! What the verify page knows as of the build: whom it trusts, and the words of the
//! policy bundles that cards cite.
//!
//! ```text
//! { "format": "shenyan/lists/1",
//!   "specimens": [{ "id", "name", "key": 64 hex digits, "hosts": […] }],
//!   "roots": [root note, …], "trust": trust list, "revoked": [revocation list, …],
//!   "policies": { "65df0bd34237fc57": the bundle's text, … } }
//! ```
//!
//! A site of specimens has `specimens`, and one that signs in earnest has `roots`
//! (each following on the one before it), `trust` and `revoked`; never both. The
//! page gets notes and bundles byte for byte, and takes a bundle only if it hashes
//! to the id that the card has signed.
//!
//! The notes are also published as files, so that the page, and anybody else, can
//! fetch newer ones than it was built with: `root.N.note` for each version, `root.note`
//! the newest, `trust.note`, and `revoked/<issuer>-<year>.note`. Specimens have no
//! lists: anybody can sign as they do, so a list of theirs would tell nothing.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::authority::{Listed, Notes};
use super::revocation::NewList;
use crate::credential::Trust;
use crate::credential::lists::SpecimenPolicy;
use crate::credential::root::Root;
use crate::credential::scope::Origin;
use crate::credential::trust::SpecimenIssuer;
use crate::ledger::Ledger;
use crate::project::Project;
use crate::site::{Sink, SitePath};

#[derive(Serialize)]
struct Lists<'a> {
    format: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    specimens: Vec<SpecimenEntry<'a>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    signed: Option<SignedLists<'a>>,
    policies: BTreeMap<String, &'a str>,
}

#[derive(Serialize)]
struct SpecimenEntry<'a> {
    id: &'a str,
    name: &'a str,
    key: String,
    hosts: Vec<&'a str>,
}

#[derive(Serialize)]
struct SignedLists<'a> {
    roots: Vec<&'a str>,
    trust: &'a str,
    revoked: Vec<&'a str>,
}

impl<'a> SignedLists<'a> {
    fn of(Notes { roots, trust, revoked }: &'a Notes) -> io::Result<Self> {
        let roots = roots.iter().map(|bytes| text(bytes)).collect::<io::Result<_>>()?;
        let revoked = revoked.iter().map(|(_, bytes)| text(bytes)).collect::<io::Result<_>>()?;
        Ok(Self { roots, trust: text(trust)?, revoked })
    }
}

/// The notes to publish: those that were read, and in the places of the old
/// revocation lists the new ones.
pub(super) fn published(listed: &Listed<'_>, new: &[NewList]) -> Notes {
    let mut notes = listed.notes.clone();
    let mut revoked: BTreeMap<_, _> = notes.revoked.into_iter().collect();
    revoked.extend(new.iter().map(|list| (list.text.origin().clone(), list.note.clone())));
    notes.revoked = revoked.into_iter().collect();
    notes
}

/// Publishes the notes.
pub(super) fn put(notes: &Notes, sink: &dyn Sink) -> io::Result<()> {
    let put = |name: String, bytes: &[u8]| {
        sink.put(&SitePath::new(name).map_err(io::Error::other)?, bytes)
    };
    for bytes in &notes.roots {
        let root = Root::anchor(bytes).map_err(io::Error::other)?;
        put(format!("root.{}.note", root.text().version), bytes)?;
    }
    if let Some(newest) = notes.roots.last() {
        put("root.note".to_owned(), newest)?;
    }
    put("trust.note".to_owned(), &notes.trust)?;
    notes.revoked.iter().try_for_each(|(Origin { issuer, year, .. }, bytes)| {
        put(format!("revoked/{issuer}-{year}.note"), bytes)
    })
}

/// The lists of a site, as JSON; of specimens if it has no notes.
pub(super) fn json(
    project: &Project,
    ledger: &Ledger,
    notes: Option<&Notes>,
) -> io::Result<String> {
    let settings = &project.settings;
    let issuer = SpecimenIssuer {
        id: settings.issuer.clone(),
        name: settings.issuer_name.clone(),
        hosts: vec![settings.portal.host().clone()],
    };
    let trust = Trust::specimen(vec![issuer], SpecimenPolicy::Refuse).map_err(io::Error::other)?;
    let specimens = trust.issuers().filter(|_| notes.is_none()).map(|issuer| SpecimenEntry {
        id: issuer.id().as_str(),
        name: issuer.name(),
        key: issuer.key().public().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect(),
        hosts: issuer.hosts().iter().map(|host| host.as_str()).collect(),
    });
    let policies = ledger.policies().map(|(id, bytes)| Ok((id.to_string(), text(bytes)?)));
    let policies = policies.collect::<io::Result<_>>()?;
    let signed = notes.map(SignedLists::of).transpose()?;
    let lists =
        Lists { format: "shenyan/lists/1", specimens: specimens.collect(), signed, policies };
    serde_json::to_string(&lists).map_err(io::Error::other)
}

fn text(bytes: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(bytes).map_err(io::Error::other)
}
