//! The door out: finished files to disk, released by rename when all is ready.
//!
//! A [`Release`] writes into a hidden folder beside its target. Until
//! [`Release::publish`] the target is what it was; after it, the target is the
//! new one, whole.

#![expect(clippy::disallowed_methods, reason = "a door: it writes the output's files")]

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::site::{Part, Sink, SitePath};

/// A folder that is being written and is not released yet.
#[derive(Debug)]
pub struct Release {
    target: PathBuf,
    staging: PathBuf,
    /// Where drafts are, never released.
    drafts: PathBuf,
    /// Folders made so far.
    folders: Mutex<BTreeSet<PathBuf>>,
}

impl Release {
    /// Begins to write what will become the folder `name` at `root`.
    pub fn begin(root: &Path, name: &str) -> io::Result<Self> {
        let target = root.join(name);
        let staging = root.join(format!(".{name}.staged"));
        let drafts = root.join(format!(".{name}.drafts"));
        remove(&staging)?; // of a build that did not come to its end
        remove(&drafts)?;
        std::fs::create_dir_all(&staging)?;
        Ok(Self { target, staging, drafts, folders: Mutex::new(BTreeSet::new()) })
    }

    /// A file of the release, to be written piece by piece.
    pub fn stream(&self, path: &SitePath) -> io::Result<File> {
        let place = self.staging.join(path.as_str());
        self.make_folder(&place)?;
        File::create_new(place)
    }

    /// Makes the folder of a file, if it is not there.
    fn make_folder(&self, place: &Path) -> io::Result<()> {
        if let Some(folder) = place.parent() {
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            if !folders.contains(folder) {
                std::fs::create_dir_all(folder)?;
                folders.insert(folder.to_owned());
            }
        }
        Ok(())
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

    fn append(&self, draft: &SitePath, bytes: &[u8]) -> io::Result<()> {
        let place = self.drafts.join(draft.as_str());
        self.make_folder(&place)?;
        OpenOptions::new().append(true).create(true).open(place)?.write_all(bytes)
    }

    fn bind(&self, path: &SitePath, parts: &[Part<'_>]) -> io::Result<()> {
        let mut file = self.stream(path)?;
        for part in parts {
            match part {
                Part::Bytes(bytes) => file.write_all(bytes)?,
                Part::Draft(draft) => {
                    let place = self.drafts.join(draft.as_str());
                    match File::open(&place) {
                        Ok(mut draft) => {
                            io::copy(&mut draft, &mut file)?;
                            std::fs::remove_file(place)?;
                        }
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(())
    }
}

impl Drop for Release {
    /// What was not released is gone.
    fn drop(&mut self) {
        let _ = remove(&self.staging); // the next build removes it if this fails
        let _ = remove(&self.drafts);
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_bound_into_files_and_never_released() {
        let root = tempfile::tempdir().unwrap();
        let path = |text: &str| SitePath::new(text).unwrap();
        let release = Release::begin(root.path(), "private").unwrap();
        let (bound, left) = (path("units/a.cards"), path("units/b.cards"));
        for piece in ["一", "二"] {
            release.append(&bound, piece.as_bytes()).unwrap();
            release.append(&left, piece.as_bytes()).unwrap();
        }
        let nothing = path("units/c.cards");
        let parts =
            [Part::Bytes(b"<"), Part::Draft(&bound), Part::Draft(&nothing), Part::Bytes(b">")];
        release.bind(&path("units/a.html"), &parts).unwrap();
        release.publish().unwrap();
        let names = |folder: PathBuf| -> BTreeSet<_> {
            std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name()).collect()
        };
        assert_eq!(names(root.path().to_owned()), BTreeSet::from(["private".into()]));
        assert_eq!(names(root.path().join("private/units")), BTreeSet::from(["a.html".into()]));
        let text = std::fs::read_to_string(root.path().join("private/units/a.html")).unwrap();
        assert_eq!(text, "<一二>");
    }
}
