//! The journal of a year's file: how far it goes, and how far it is about to go.
//!
//! ```json
//! {"committed":{"entries":17,"bytes":7361,"sha256":"…"}}
//! {"committed":{"entries":17,"bytes":7361,"sha256":"…"},"next":{"entries":20,"bytes":8660,"sha256":"…"}}
//! ```
//!
//! The second form is written, durably, before lines are appended, and the first
//! one after they are durable. So a file that ends early is told from one whose
//! end was never released to anybody, and a line that was changed shows, whosever
//! it is.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::sync_folder;

/// Bytes of a journal, at most.
const BYTES_MAX: u64 = 4_096;

/// A piece of a year's file from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extent {
    /// How many lines.
    pub entries: u64,
    /// How many bytes.
    pub bytes: u64,
    /// SHA-256 of these bytes, in hexadecimal.
    pub sha256: String,
}

impl Extent {
    /// No line at all.
    pub(super) fn empty() -> Self {
        Self::new(0, 0, &Sha256::new())
    }

    /// So many lines and bytes, which have been hashed so far.
    pub(super) fn new(entries: u64, bytes: u64, hash: &Sha256) -> Self {
        Self { entries, bytes, sha256: digest(hash) }
    }
}

/// What has been hashed so far, in hexadecimal.
pub(super) fn digest(hash: &Sha256) -> String {
    struct Hex([u8; 32]);
    impl fmt::Display for Hex {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
        }
    }
    Hex(hash.clone().finalize().into()).to_string()
}

/// The journal of a year's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    /// What is there and may have been released.
    pub committed: Extent,
    /// What it is about to become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Extent>,
}

impl Journal {
    /// Reads a journal; `None` where there is none, an error of the kind
    /// `InvalidData` where it is no journal.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = Vec::new();
        file.take(BYTES_MAX).read_to_end(&mut bytes)?;
        let journal: Self = serde_json::from_slice(&bytes)?;
        let grows = journal.next.as_ref().is_none_or(|next| {
            let Extent { entries, bytes, .. } = journal.committed;
            next.entries > entries && next.bytes > bytes
        });
        if grows { Ok(Some(journal)) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// Puts this journal in the place of the one before it, durably and at once.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let new = path.with_extension("journal.staged");
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        let mut file = File::create(&new)?;
        file.write_all(&line)?;
        file.sync_all()?;
        std::fs::rename(&new, path)?;
        path.parent().map_or(Ok(()), sync_folder)
    }

    /// How much of a file of this length counts: all of what was about to be
    /// written if it is all there, else what was there before.
    pub(super) fn extent(&self, file: &mut File) -> io::Result<&Extent> {
        let Some(next) = &self.next else { return Ok(&self.committed) };
        if file.metadata()?.len() < next.bytes {
            return Ok(&self.committed);
        }
        // A file may have got its length before its bytes when power failed.
        let mut hash = Sha256::new();
        let mut reader = BufReader::new(file.take(next.bytes));
        loop {
            let piece = reader.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            hash.update(piece);
            let length = piece.len();
            reader.consume(length);
        }
        Ok(if digest(&hash) == next.sha256 { next } else { &self.committed })
    }
}
