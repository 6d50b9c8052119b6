//! The auditor's kit 核验包: all that an offline verifier needs, in one archive.
//!
//! ```text
//! keys/root.1.note … keys/root.note     the root notes, each signed by the one before
//! keys/trust.note                       the trust list
//! kit.note                              the manifest
//! policy/<16 hex>.json                  policy bundles
//! revoked/<issuer>-<year>.note          revocation lists
//! ```
//!
//! What is in it is signed for itself, so the manifest makes nothing true. It tells
//! that nothing was left out or added between whoever made the kit and whoever uses
//! it, and when it was made. It is signed by the key of a log: whoever revokes cards
//! day by day can make a kit, and the keys that trust rests on stay in their safe. A
//! kit of specimens is signed by a key that anybody can compute, and proves nothing.
//!
//! Pure: bytes in, files out. The format is described for implementers in
//! `content/spec/kit.md`.

pub mod manifest;
pub mod tar;
#[cfg(test)]
mod tests;

use std::fmt;

use self::manifest::{Manifest, ManifestError};
use self::tar::{Files, TarError};
use crate::credential::key::{Signer, SignerError};
use crate::credential::note::{self, NamedKey, Note, NoteError};

/// Where the manifest stands.
pub const MANIFEST: &str = "kit.note";

/// An archive of the right shape; nothing in it is proven.
#[derive(Debug)]
pub struct Kit<'a> {
    files: Files<'a>,
    note: &'a [u8],
}

/// Why bytes are no kit, or none that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KitError {
    /// Not such an archive.
    Tar(TarError),
    /// It has no manifest.
    NoManifest,
    /// The manifest's frame or signature.
    Note(NoteError),
    /// The manifest's text, or how it fits the files.
    Manifest(ManifestError),
}

impl fmt::Display for KitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tar(error) => fmt::Display::fmt(error, f),
            Self::NoManifest => write!(f, "没有清单 {MANIFEST}"),
            Self::Note(error) => write!(f, "清单 {MANIFEST}：{error}"),
            Self::Manifest(error) => write!(f, "清单 {MANIFEST}：{error}"),
        }
    }
}

impl std::error::Error for KitError {}

impl<'a> Kit<'a> {
    /// Reads the archive, and the manifest's frame.
    pub fn read(bytes: &'a [u8]) -> Result<Self, KitError> {
        let mut files = tar::read(bytes).map_err(KitError::Tar)?;
        let note = files.remove(MANIFEST).ok_or(KitError::NoManifest)?;
        Note::read(note).map_err(KitError::Note)?;
        Ok(Self { files, note })
    }

    /// A file, whatever it is worth.
    pub fn file(&self, path: &str) -> Option<&'a [u8]> {
        self.files.get(path).copied()
    }

    /// The files below a folder such as `revoked/`, in order, each with its name.
    pub fn folder(&self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let files = self.files.range(folder..);
        let files = files.map_while(move |(path, file)| Some((path.strip_prefix(folder)?, *file)));
        files.collect::<Vec<_>>().into_iter()
    }

    /// The manifest, if one of these keys has signed it and it names just the files
    /// that are there, as they are.
    pub fn manifest(&self, keys: &[NamedKey]) -> Result<Manifest, KitError> {
        let note = Note::read(self.note).map_err(KitError::Note)?;
        let text = note.open(manifest::CONTEXT, keys, 1).map_err(KitError::Note)?;
        let manifest: Manifest = text.text().parse().map_err(KitError::Manifest)?;
        manifest.check(&self.files).map_err(KitError::Manifest)?;
        Ok(manifest)
    }

    /// The manifest of a kit of specimens, signed by the key of one of them; none if
    /// it is not of specimens.
    pub fn specimens(&self) -> Result<Option<Manifest>, KitError> {
        let note = str::from_utf8(self.note).unwrap_or_default();
        let text = note.split_once("\n\n").map_or(note, |(text, _)| text);
        let claimed: Manifest = format!("{text}\n").parse().map_err(KitError::Manifest)?;
        if !claimed.realm.is_specimen() {
            return Ok(None);
        }
        let keys = claimed.specimens.iter().map(|it| manifest::specimen_key(&it.id).0);
        self.manifest(&keys.collect::<Vec<_>>()).map(Some)
    }
}

/// Why a kit was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MakeError {
    /// The files do not go into an archive.
    Tar(TarError),
    /// The manifest would not be a note.
    Note(NoteError),
    /// The signer could not sign.
    Signer(SignerError),
}

impl fmt::Display for MakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tar(error) => fmt::Display::fmt(error, f),
            Self::Note(error) => write!(f, "清单：{error}"),
            Self::Signer(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for MakeError {}

/// The archive of these files and their manifest, signed by this key.
pub fn make(
    files: &Files<'_>,
    manifest: &Manifest,
    key: &NamedKey,
    signer: &dyn Signer,
) -> Result<Vec<u8>, MakeError> {
    let text = manifest.to_string();
    let signature = key.sign(signer, &text).map_err(MakeError::Signer)?;
    let note = note::write(&text, &[signature]).map_err(MakeError::Note)?;
    let mut files: Files<'_> = files.clone();
    files.insert(MANIFEST, note.as_bytes());
    tar::write(&files).map_err(MakeError::Tar)
}
