//! The door out: finished files to disk, released by rename when all is ready.
//!
//! A [`Release`] writes into a hidden folder beside its target. Until
//! [`Release::publish`] the target is what it was; after it, the target is the
//! new one, whole.

#![expect(clippy::disallowed_methods, reason = "a door: it writes the output's files")]

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::site::{Sink, SitePath};

/// A folder that is being written and is not released yet.
#[derive(Debug)]
pub struct Release {
    target: PathBuf,
    staging: PathBuf,
    /// Folders made so far.
    folders: Mutex<BTreeSet<PathBuf>>,
}

impl Release {
    /// Begins to write what will become the folder `name` at `root`.
    pub fn begin(root: &Path, name: &str) -> io::Result<Self> {
        let target = root.join(name);
        let staging = root.join(format!(".{name}.staged"));
        remove(&staging)?; // of a build that did not come to its end
        std::fs::create_dir_all(&staging)?;
        Ok(Self { target, staging, folders: Mutex::new(BTreeSet::new()) })
    }

    /// A file of the release, to be written piece by piece.
    pub fn stream(&self, path: &SitePath) -> io::Result<File> {
        let place = self.staging.join(path.as_str());
        if let Some(folder) = place.parent() {
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            if !folders.contains(folder) {
                std::fs::create_dir_all(folder)?;
                folders.insert(folder.to_owned());
            }
        }
        File::create_new(place)
    }

    /// Releases what was written in place of what was there.
    pub fn publish(self) -> io::Result<()> {
        let old = self.staging.with_extension("old");
        remove(&old)?;
        if self.target.exists() {
            std::fs::rename(&self.target, &old)?;
        }
        std::fs::rename(&self.staging, &self.target)?;
        remove(&old)
    }
}

impl Sink for Release {
    fn put(&self, path: &SitePath, bytes: &[u8]) -> io::Result<()> {
        self.stream(path)?.write_all(bytes)
    }
}

impl Drop for Release {
    /// What was not released is gone.
    fn drop(&mut self) {
        let _ = remove(&self.staging); // the next build removes it if this fails
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
