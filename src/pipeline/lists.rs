//! What the verify page knows as of the build: whom it trusts, and the words of the
//! policy bundles that cards cite.
//!
//! ```text
//! { "format": "shenyan/lists/1",
//!   "specimens": [{ "id", "name", "key": 64 hex digits, "hosts": […] }],
//!   "policies": { "65df0bd34237fc57": the bundle's text, … } }
//! ```
//!
//! The page gets the bundles byte for byte, and takes one only if it hashes to the
//! id that the card has signed. Signed lists go in the same way, as their texts.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::credential::Trust;
use crate::credential::trust::{SpecimenIssuer, SpecimenPolicy};
use crate::ledger::Ledger;
use crate::project::Project;

#[derive(Serialize)]
struct Lists<'a> {
    format: &'static str,
    specimens: Vec<SpecimenEntry<'a>>,
    policies: BTreeMap<String, &'a str>,
}

#[derive(Serialize)]
struct SpecimenEntry<'a> {
    id: &'a str,
    name: &'a str,
    key: String,
    hosts: Vec<&'a str>,
}

/// The lists of a site, as JSON.
pub(super) fn json(project: &Project, ledger: &Ledger) -> io::Result<String> {
    let settings = &project.settings;
    let issuer = SpecimenIssuer {
        id: settings.issuer.clone(),
        name: settings.issuer_name.clone(),
        hosts: vec![settings.portal.host().clone()],
    };
    let trust = Trust::specimen(vec![issuer], SpecimenPolicy::Refuse).map_err(io::Error::other)?;
    let specimens = trust.issuers().map(|issuer| SpecimenEntry {
        id: issuer.id().as_str(),
        name: issuer.name(),
        key: issuer.key().public().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect(),
        hosts: issuer.hosts().iter().map(|host| host.as_str()).collect(),
    });
    let policies = ledger.policies().map(|(id, bytes)| {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        Ok((id.to_string(), text))
    });
    let policies = policies.collect::<io::Result<_>>()?;
    let lists = Lists { format: "shenyan/lists/1", specimens: specimens.collect(), policies };
    serde_json::to_string(&lists).map_err(io::Error::other)
}
