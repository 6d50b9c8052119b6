//! What this machine has seen: the highest version of each list, so that none
//! goes back unnoticed.
//!
//! ```text
//! shenyan/seen/1
//! root training 2 5a…             kind, name, version, SHA-256 of the text
//! trust training 7 c3…
//! revoked training/150600/2022 31 9e…
//! ```
//!
//! The file is `$XDG_STATE_HOME/shenyan/seen`, or `~/.local/state/shenyan/seen`. It
//! holds nothing about cards. Who deletes it begins anew, and trusts what is then
//! shown first.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::keys::place;
use crate::credential::digest::TextDigest;
use crate::credential::field::ListStamp;
use crate::credential::seen::{Seen, SeenError};

/// What to do about a file that cannot be used.
pub(super) const HINT: &str = "检查这个文件；用 --state 可以另指一个";
/// The first line of the file.
const CONTEXT: &str = "shenyan/seen/1";
/// Bytes of the file, at most: some 100,000 lists.
const BYTES_MAX: usize = 16 << 20;

/// The kinds of list that are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Root,
    Trust,
    Revoked,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Root, Self::Trust, Self::Revoked];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Trust => "trust",
            Self::Revoked => "revoked",
        }
    }
}

/// The highest version of each list, by kind and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    seen: BTreeMap<(Kind, String), Seen>,
}

/// Where the file is, if this user has a place for such files.
pub(super) fn path() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    let state = folder("XDG_STATE_HOME");
    let state = state.or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("shenyan/seen"))
}

/// Waits until nobody else writes the file, which nobody does until the answer is
/// dropped. The lock's file, `seen.lock`, stays.
///
/// Errors: what is wrong, in words.
pub(super) fn lock(path: &Path) -> Result<File, String> {
    let locked = || {
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = File::create(path.with_file_name(format!("{name}.lock")))?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|error: io::Error| format!("{} 写不了：{error}", path.display()))
}

impl State {
    /// Reads the file; one that is not there has seen nothing.
    ///
    /// Errors: what is wrong, in words. A damaged file is not taken for an empty
    /// one.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(format!("{} 读不了：{error}", path.display())),
        };
        Self::parse(&text).ok_or_else(|| format!("{} 损坏了", path.display()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n').filter(|_| text.len() <= BYTES_MAX)?.split('\n');
        lines.next().filter(|line| *line == CONTEXT)?;
        let mut state = Self::default();
        for line in lines {
            let words: Vec<_> = line.split(' ').collect();
            let [kind, name, version, digest] = words[..] else { return None };
            let kind = Kind::ALL.into_iter().find(|it| it.as_str() == kind)?;
            let version = version.parse().ok()?;
            let digest: TextDigest = digest.parse().ok()?;
            state.seen.insert((kind, name.to_owned()), Seen { version, digest });
        }
        (state.write() == text).then_some(state)
    }

    fn write(&self) -> String {
        let mut text = format!("{CONTEXT}\n");
        for ((kind, name), Seen { version, digest }) in &self.seen {
            text.push_str(&format!("{} {name} {version} {digest}\n", kind.as_str()));
        }
        text
    }

    /// Keeps the file. Its folder is there, and locked ([`lock`]).
    ///
    /// Errors: what is wrong, in words.
    pub(super) fn save(&self, path: &Path) -> Result<(), String> {
        place::replace(path, 0o600, &self.write())
            .map_err(|error| format!("{} 写不了：{error}", path.display()))
    }

    /// What was seen of a list.
    pub(super) fn seen(&self, kind: Kind, name: &str) -> Option<Seen> {
        self.seen.get(&(kind, name.to_owned())).copied()
    }

    /// Takes note of a list that was opened, if it follows on what was seen.
    pub(super) fn observe(
        &mut self,
        kind: Kind,
        name: &str,
        found: &ListStamp,
        prev: TextDigest,
    ) -> Result<(), SeenError> {
        if let Some(seen) = self.seen(kind, name) {
            seen.check(found, prev)?;
        }
        self.seen.insert((kind, name.to_owned()), Seen::of(found));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(version: u64, digest: u8) -> ListStamp {
        ListStamp {
            version,
            digest: TextDigest([digest; 32]),
            issued: "2023-01-01T00:00:00+08:00".parse().unwrap(),
            next_update: "2023-02-01T00:00:00+08:00".parse().unwrap(),
        }
    }

    #[test]
    fn nothing_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/shenyan/seen");
        let mut state = State::read(&path).unwrap();
        let none = TextDigest::NONE;
        state.observe(Kind::Trust, "training", &stamp(2, 2), none).unwrap();
        state.observe(Kind::Revoked, "training/150600/2022", &stamp(2, 9), none).unwrap();
        let held = lock(&path).unwrap();
        state.save(&path).unwrap();
        drop(held);
        let mut state = State::read(&path).unwrap();
        let mut observe = |version, digest, prev| {
            let stamp = stamp(version, digest);
            state.observe(Kind::Trust, "training", &stamp, TextDigest([prev; 32]))
        };
        assert_eq!(observe(2, 2, 0), Ok(()));
        assert_eq!(observe(1, 1, 0), Err(SeenError::Rollback { held: 2, found: 1 }));
        assert_eq!(observe(2, 3, 0), Err(SeenError::Equivocation(2)));
        assert_eq!(observe(3, 3, 7), Err(SeenError::Chain(3)));
        assert_eq!(observe(3, 3, 2), Ok(()));
        assert_eq!(observe(2, 2, 0), Err(SeenError::Rollback { held: 3, found: 2 }));
    }

    #[test]
    fn a_damaged_file_is_told() {
        let line = format!("root training 2 {}\n", TextDigest([5; 32]));
        let good = format!("{CONTEXT}\n{line}");
        assert_eq!(State::parse(&good).unwrap().write(), good);
        for bad in [
            String::new(),
            line.clone(),
            good.trim_end().to_owned(),
            format!("{good}\n"),
            good.replace(" 2 ", " 02 "),
            good.replace("root", "roots"),
            good.replace("05", "5"),
            format!("{good}{line}"),
            format!("{CONTEXT}\nroot training 2\n"),
        ] {
            assert_eq!(State::parse(&bad), None, "{bad}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seen");
        std::fs::write(&path, "x").unwrap();
        assert!(State::read(&path).unwrap_err().contains("损坏"));
    }
}
