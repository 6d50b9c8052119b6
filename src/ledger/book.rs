//! One year's file, and what has been read of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::entry::{Entry, Issued, Revoked};
use super::journal::{Extent, Journal};
use super::{Access, Spot};
use crate::credential::reason::RevocationReason;
use crate::diagnostic::{Diagnostics, Place};

/// Bytes of a line at most; a card's text is 1,024 characters at most.
const MAX_LINE: u64 = 4_096;

const FROM_BACKUP: &str = "台账只增不改；请从备份恢复这个文件和它旁边的 .journal";

/// One year's file.
#[derive(Debug)]
pub(super) struct Book {
    path: PathBuf,
    /// The latest card of each person.
    pub(super) latest: BTreeMap<Box<str>, Spot>,
    /// Cards that a later card of the same person has replaced.
    pub(super) replaced: Vec<Spot>,
    /// Which card has replaced which, by the index of the older.
    pub(super) successors: BTreeMap<u64, u64>,
    /// Cards that were revoked, by index.
    pub(super) revoked: BTreeMap<u64, RevocationReason>,
    /// The indices of the lines that revoke them.
    pub(super) revoking: BTreeSet<u64>,
    /// The file, for reading lines again.
    file: Option<Mutex<File>>,
    /// How many lines are committed, and how many bytes they take.
    pub(super) entries: u64,
    bytes: u64,
    hash: Sha256,
    /// How many indices have been given away beyond the committed lines.
    pub(super) given: u64,
    staged: Option<Staged>,
}

/// Lines that will be appended when all is ready.
#[derive(Debug)]
struct Staged {
    path: PathBuf,
    writer: BufWriter<File>,
    /// The file's extent with them.
    entries: u64,
    bytes: u64,
    hash: Sha256,
    /// What they replace and revoke of the committed lines.
    withdrawn: BTreeMap<u64, RevocationReason>,
    /// Which of them replaces which of those.
    successors: BTreeMap<u64, u64>,
}

impl Book {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            latest: BTreeMap::new(),
            replaced: Vec::new(),
            successors: BTreeMap::new(),
            revoked: BTreeMap::new(),
            revoking: BTreeSet::new(),
            file: None,
            entries: 0,
            bytes: 0,
            hash: Sha256::new(),
            given: 0,
            staged: None,
        }
    }

    fn journal(&self) -> PathBuf {
        self.path.with_extension("journal")
    }

    /// Reads a year's file; `place` is its name in messages.
    ///
    /// What is wrong is told; a file that differs from its journal is read as far
    /// as it can be, so that the line that was changed may be told too.
    pub(super) fn read(
        path: PathBuf,
        place: &str,
        access: Access,
        problems: &mut Diagnostics,
    ) -> io::Result<Self> {
        let mut book = Self::new(path);
        let journal = match Journal::read(&book.journal()) {
            Ok(Some(journal)) => journal,
            Ok(None) => {
                let hint = "从备份恢复这个文件和它旁边的 .journal；样张的台账可以删去，重新构建";
                problems.error(Place::file(place), "旁边没有 .journal 文件", hint);
                return Ok(book);
            }
            Err(error) if is_damage(&error) => {
                problems.error(Place::file(place), "旁边的 .journal 文件损坏了", FROM_BACKUP);
                return Ok(book);
            }
            Err(error) => return Err(error),
        };
        if !book.path.exists() && journal.committed == Extent::empty() {
            return Ok(book); // a first build that stopped between journal and lines
        }
        let mut file = match File::open(&book.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                problems.error(Place::file(place), "台账文件不见了", FROM_BACKUP);
                return Ok(book);
            }
            opened => opened?,
        };
        let extent = journal.extent(&mut file)?.clone();
        file.seek(SeekFrom::Start(0))?;
        let length = file.metadata()?.len();
        if !book.read_lines(&mut file, &extent, place, problems)? {
            return Ok(book);
        }
        let number = u32::try_from(book.entries + 1).unwrap_or(u32::MAX);
        if length < extent.bytes {
            let message = format!("台账短了：应有 {} 行，只有 {} 行", extent.entries, book.entries);
            problems.error(Place::line(place, number), message, FROM_BACKUP);
        } else if Extent::new(book.entries, book.bytes, &book.hash) != extent {
            let message = "台账与上一次构建留下的不同：有人改过它";
            problems.error(Place::file(place), message, FROM_BACKUP);
        } else if length > extent.bytes && journal.next.is_none() {
            problems.error(Place::line(place, number), "多出来的行：不是构建写的", FROM_BACKUP);
        } else if length > extent.bytes {
            let hint = "不必处理：这些行从未发出，下次构建会去掉它们";
            problems.warning(Place::line(place, number), "上一次构建没有写完", hint);
        }
        if access == Access::Write && journal.next.is_some() && !problems.has_errors() {
            book.recover(&extent)?;
        }
        book.file = Some(Mutex::new(file));
        Ok(book)
    }

    /// Reads the lines of an extent. Whether all that are there could be read.
    fn read_lines(
        &mut self,
        file: &mut File,
        extent: &Extent,
        place: &str,
        problems: &mut Diagnostics,
    ) -> io::Result<bool> {
        let mut reader = BufReader::new(file.take(extent.bytes));
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
            if length == 0 {
                return Ok(true);
            }
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            let entry = Entry::read(&line).filter(|_| line.ends_with(b"\n"));
            let is_next = entry.is_some_and(|entry| self.add(entry, length));
            if !is_next {
                let is_cut = !line.ends_with(b"\n") && length < MAX_LINE;
                if is_cut && self.bytes + length < extent.bytes {
                    return Ok(true); // the file ends here: it is too short
                }
                let number = u32::try_from(self.entries + 1).unwrap_or(u32::MAX);
                let message = format!("这一行不是序号 {} 的记录", self.entries);
                problems.error(Place::line(place, number), message, FROM_BACKUP);
                return Ok(false);
            }
            self.hash.update(&line);
            self.entries += 1;
            self.bytes += length;
        }
    }

    /// Takes note of the next line; not if it is another one.
    fn add(&mut self, entry: Entry, length: u64) -> bool {
        let index = self.entries;
        if entry.index() != index {
            return false;
        }
        match entry {
            Entry::Issued(Issued { person, .. }) => {
                let spot = Spot { index, offset: self.bytes, length };
                if let Some(old) = self.latest.insert(person.into(), spot) {
                    self.successors.insert(old.index, index);
                    self.replaced.push(old);
                }
                true
            }
            Entry::Revoked(Revoked { revokes, reason, .. }) => {
                let is_card = !self.revoking.contains(&revokes);
                self.revoking.insert(index);
                self.revoked.insert(revokes, reason).is_none() && is_card
            }
        }
    }

    /// Brings to its end, or takes back, what a build has begun to append.
    fn recover(&self, extent: &Extent) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.path)?;
        file.set_len(extent.bytes)?;
        file.sync_all()?;
        Journal { committed: extent.clone(), next: None }.write(&self.journal())
    }

    /// The line that stands here.
    pub(super) fn line(&self, spot: Spot) -> io::Result<Issued> {
        let Some(file) = &self.file else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut line = vec![0; usize::try_from(spot.length).unwrap_or_default()];
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(spot.offset))?;
        file.read_exact(&mut line)?;
        Ok(serde_json::from_slice(&line)?)
    }

    /// How many lines there are with those that are staged.
    pub(super) fn size(&self) -> u64 {
        self.staged.as_ref().map_or(self.entries, |staged| staged.entries)
    }

    /// The cards that no longer count, staged lines included, each with its reason.
    pub(super) fn withdrawn(&self) -> BTreeMap<u64, RevocationReason> {
        let replaced = self.replaced.iter().map(|spot| (spot.index, RevocationReason::Superseded));
        let mut withdrawn: BTreeMap<_, _> = replaced.collect();
        if let Some(staged) = &self.staged {
            withdrawn.extend(&staged.withdrawn);
        }
        // What was revoked for a reason stays so when it is replaced.
        withdrawn.extend(&self.revoked);
        withdrawn
    }

    /// Which card has replaced which, staged lines included, by the index of the older.
    pub(super) fn successors(&self) -> BTreeMap<u64, u64> {
        let staged = self.staged.iter().flat_map(|staged| &staged.successors);
        self.successors.iter().chain(staged).map(|(old, new)| (*old, *new)).collect()
    }

    /// Stages a line.
    pub(super) fn stage(&mut self, entry: &Entry) -> io::Result<()> {
        let staged = match &mut self.staged {
            Some(staged) => staged,
            empty => {
                let path = self.path.with_extension("jsonl.staged");
                let writer = BufWriter::new(File::create(&path)?);
                let (entries, bytes, hash) = (self.entries, self.bytes, self.hash.clone());
                let (withdrawn, successors) = (BTreeMap::new(), BTreeMap::new());
                empty.insert(Staged { path, writer, entries, bytes, hash, withdrawn, successors })
            }
        };
        if entry.index() != staged.entries {
            return Err(io::Error::other("a line was staged out of its order"));
        }
        let withdrawn = match entry {
            Entry::Issued(Issued { person, .. }) => {
                let held = self.latest.get(person.as_str());
                staged.successors.extend(held.map(|spot| (spot.index, staged.entries)));
                held.map(|spot| (spot.index, RevocationReason::Superseded))
            }
            Entry::Revoked(Revoked { revokes, reason, .. }) => Some((*revokes, *reason)),
        };
        staged.withdrawn.extend(withdrawn);
        let line = entry.line();
        staged.writer.write_all(&line)?;
        staged.hash.update(&line);
        staged.entries += 1;
        staged.bytes += u64::try_from(line.len()).expect("a short line");
        Ok(())
    }

    /// Whether lines are staged.
    pub(super) fn is_staged(&self) -> bool {
        self.staged.is_some()
    }

    /// Appends the staged lines: journal, lines, journal, each durable before the
    /// next.
    pub(super) fn commit(&mut self) -> io::Result<()> {
        let Some(mut staged) = self.staged.take() else { return Ok(()) };
        staged.writer.flush()?;
        let next = Extent::new(staged.entries, staged.bytes, &staged.hash);
        let committed = Extent::new(self.entries, self.bytes, &self.hash);
        let journal = self.journal();
        Journal { committed, next: Some(next.clone()) }.write(&journal)?;
        let mut from = File::open(&staged.path)?;
        let mut to = OpenOptions::new().create(true).append(true).open(&self.path)?;
        io::copy(&mut from, &mut to)?;
        to.sync_all()?;
        Journal { committed: next, next: None }.write(&journal)?;
        std::fs::remove_file(&staged.path)
    }

    /// Drops the staged lines.
    pub(super) fn forget(&mut self) {
        if let Some(staged) = self.staged.take() {
            let _ = std::fs::remove_file(&staged.path); // the next build removes it if this fails
        }
    }
}

/// Whether what was read is no journal, rather than that it could not be read.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}
