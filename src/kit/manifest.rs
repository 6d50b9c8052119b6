//! The manifest: what is in a kit, when it was made, and of which specimens it is.
//!
//! ```text
//! shenyan/kit/1
//! realm training
//! issued 2023-01-05T09:00:00+08:00
//! specimen 150600 cards.example 样张人社局      only in the realm `specimen`: number, hosts, name
//! file keys/root.note 1234 5a…              path, bytes, SHA-256; in order of paths
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::tar::{FILE_MAX, Files};
use crate::credential::digest::TextDigest;
use crate::credential::field::Stamp;
use crate::credential::key::{Signer as _, SigningKey};
use crate::credential::note::{KeyName, NamedKey};
use crate::credential::number::IssuerId;
use crate::credential::qr::Host;
use crate::credential::realm::Realm;
use crate::credential::trust::SpecimenIssuer;

/// The first line.
pub const CONTEXT: &str = "shenyan/kit/1";
/// Specimen issuers, at most.
const SPECIMENS_MAX: usize = 100;

/// What a manifest says. It proves nothing until it has been checked.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The realm of the lists.
    pub realm: Realm,
    /// When the kit was made.
    pub issued: Stamp,
    /// The issuers of specimens, by number; none in other realms.
    pub specimens: Vec<SpecimenIssuer>,
    files: BTreeMap<String, (usize, TextDigest)>,
}

/// Why a text is not a manifest, or not of these files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// A line is not what it should be; from 1.
    Line(usize),
    /// A file is missing.
    Missing(String),
    /// A file is there that the manifest does not name.
    Unnamed(String),
    /// A file is not what the manifest says of it.
    Changed(String),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "第 {line} 行不对"),
            Self::Missing(path) => write!(f, "缺少 {path}"),
            Self::Unnamed(path) => write!(f, "多出了 {path}"),
            Self::Changed(path) => write!(f, "{path} 与清单不符"),
        }
    }
}

impl std::error::Error for ManifestError {}

impl Manifest {
    /// The manifest of these files.
    pub fn of(
        realm: Realm,
        issued: Stamp,
        specimens: Vec<SpecimenIssuer>,
        files: &Files<'_>,
    ) -> Self {
        let files = files.iter().map(|(path, file)| ((*path).to_owned(), facts(file)));
        Self { realm, issued, specimens, files: files.collect() }
    }

    /// Whether these are the files, no more and no less.
    pub(super) fn check(&self, files: &Files<'_>) -> Result<(), ManifestError> {
        for (path, named) in &self.files {
            match files.get(path.as_str()) {
                None => return Err(ManifestError::Missing(path.clone())),
                Some(file) if facts(file) != *named => {
                    return Err(ManifestError::Changed(path.clone()));
                }
                Some(_) => {}
            }
        }
        match files.keys().find(|path| !self.files.contains_key(**path)) {
            Some(path) => Err(ManifestError::Unnamed((*path).to_owned())),
            None => Ok(()),
        }
    }
}

fn facts(file: &[u8]) -> (usize, TextDigest) {
    (file.len(), TextDigest(Sha256::digest(file).into()))
}

/// The key that signs kits of an issuer's specimens: its seed is SHA-256 of
/// `shenyan/specimen/kit/` and the issuer's digits, so anybody can.
pub fn specimen_key(issuer: &IssuerId) -> (NamedKey, SigningKey) {
    let seed = Sha256::new().chain_update("shenyan/specimen/kit/").chain_update(issuer.as_str());
    let key = SigningKey::from_seed(Zeroizing::new(seed.finalize().into()));
    let name: KeyName = format!("specimen/{issuer}").parse().expect("letters, digits and a slash");
    (NamedKey::new(name, *key.public_key()), key)
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { realm, issued, specimens, files } = self;
        writeln!(f, "{CONTEXT}\nrealm {realm}\nissued {issued}")?;
        for SpecimenIssuer { id, name, hosts } in specimens {
            let hosts: Vec<&str> = hosts.iter().map(Host::as_str).collect();
            writeln!(f, "specimen {id} {} {name}", hosts.join(","))?;
        }
        files
            .iter()
            .try_for_each(|(path, (length, digest))| writeln!(f, "file {path} {length} {digest}"))
    }
}

impl FromStr for Manifest {
    type Err = ManifestError;

    /// Reads exactly what [`Display`](fmt::Display) prints.
    fn from_str(text: &str) -> Result<Self, ManifestError> {
        let mut lines = (1..).zip(text.split('\n'));
        let mut value = |key: &str| {
            let (at, line) = lines.next().ok_or(ManifestError::Line(1))?;
            let value = line.strip_prefix(key).ok_or(ManifestError::Line(at))?;
            Ok((at, value))
        };
        let (at, rest) = value(CONTEXT)?;
        if !rest.is_empty() {
            return Err(ManifestError::Line(at));
        }
        let (at, realm) = value("realm ")?;
        let realm: Realm = realm.parse().map_err(|_| ManifestError::Line(at))?;
        let (at, issued) = value("issued ")?;
        let issued = issued.parse().map_err(|_| ManifestError::Line(at))?;
        let mut manifest = Self { realm, issued, specimens: Vec::new(), files: BTreeMap::new() };
        for (at, line) in lines {
            let taken = match line.split_once(' ') {
                Some(("specimen", rest)) => manifest.specimen(rest),
                Some(("file", rest)) => manifest.file(rest),
                // After the last line feed.
                None if line.is_empty() => Some(()),
                Some(_) | None => None,
            };
            taken.ok_or(ManifestError::Line(at))?;
        }
        // One spelling: order, spaces and numbers are as we write them.
        let written = manifest.to_string();
        if written == text {
            return Ok(manifest);
        }
        let differs = written.lines().zip(text.lines()).position(|(one, other)| one != other);
        Err(ManifestError::Line(differs.unwrap_or(written.lines().count()) + 1))
    }
}

impl Manifest {
    fn specimen(&mut self, rest: &str) -> Option<()> {
        let (id, rest) = rest.split_once(' ')?;
        let (hosts, name) = rest.split_once(' ')?;
        let id: IssuerId = id.parse().ok()?;
        let hosts = hosts.split(',').filter(|host| !host.is_empty());
        let hosts = hosts.map(|host| host.parse().ok()).collect::<Option<Vec<Host>>>()?;
        let follows = self.specimens.last().is_none_or(|last| last.id < id);
        let fits = self.specimens.len() < SPECIMENS_MAX && (1..=200).contains(&name.len());
        let name = name.to_owned();
        (follows && fits && self.realm.is_specimen())
            .then(|| self.specimens.push(SpecimenIssuer { id, name, hosts }))
    }

    fn file(&mut self, rest: &str) -> Option<()> {
        let mut parts = rest.split(' ');
        let (path, length, digest) = (parts.next()?, parts.next()?, parts.next()?);
        let length = length.parse().ok().filter(|length| *length <= FILE_MAX)?;
        let digest = digest.parse().ok()?;
        let is_new = self.files.insert(path.to_owned(), (length, digest)).is_none();
        (is_new && parts.next().is_none()).then_some(())
    }
}
