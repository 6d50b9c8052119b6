//! The ledger, 签发台账: every card that the office has issued, in order.
//!
//! `content/ledger/<issuer>-<year>.jsonl`, append-only, one line a card:
//!
//! ```json
//! {"index":17,"person":"p-7Q2M","record":"<SHA-256 of the learner's JSON>","card":"#1…"}
//! ```
//!
//! `card` is the card's text without the portal's address. A card's index is its
//! line's number from 0: it is given once and never moves. Beside it,
//! `policy/<16 hex>.json` keeps each policy bundle that a card cites.
//!
//! New cards are staged in a file of their own while a build runs. Only when all
//! else of the build is ready are they appended and made durable, and only then
//! are pages released that show them: a build that fails issues nothing.

#![expect(clippy::disallowed_methods, reason = "a door: it keeps the ledger's files")]

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::credential::claim::{Index, PolicyId, Year};
use crate::credential::number::IssuerId;
use crate::diagnostic::{Diagnostics, Place};

/// Bytes of a line at most; a card's text is 1,024 characters at most.
const MAX_LINE: u64 = 4_096;

/// Whether a ledger will be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It will be, by nobody else at the same time.
    Write,
    /// It will only be read.
    Read,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The card's index.
    pub index: u64,
    /// The office's number for the person.
    pub person: String,
    /// SHA-256 of the learner's JSON that it was issued on, in hexadecimal.
    pub record: String,
    /// The card's text from `#` on.
    pub card: String,
}

/// The ledger of one issuer.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    /// The folder as messages name it.
    name: String,
    issuer: IssuerId,
    books: BTreeMap<Year, Book>,
    policies: BTreeMap<PolicyId, Vec<u8>>,
    /// Held until the ledger is dropped.
    _lock: Option<File>,
}

/// One year's file.
#[derive(Debug)]
struct Book {
    path: PathBuf,
    /// The latest card of each person: where its line is.
    latest: BTreeMap<Box<str>, Spot>,
    /// The file, for reading lines again.
    file: Option<Mutex<File>>,
    /// How many lines are committed, and how many bytes they take.
    entries: u64,
    bytes: u64,
    /// How many indices have been given away beyond the committed lines.
    given: u64,
    staged: Option<Staged>,
}

/// Where a line stands.
#[derive(Clone, Copy, Debug)]
struct Spot {
    offset: u64,
    length: u64,
}

/// Cards that will be appended when all is ready.
#[derive(Debug)]
struct Staged {
    path: PathBuf,
    writer: BufWriter<File>,
    /// The index of the next card.
    next: u64,
}

impl Ledger {
    /// Opens the ledger of this issuer in a project; what is wrong with it is
    /// told, and keeps it from being used.
    pub fn open(
        root: &Path,
        issuer: &IssuerId,
        access: Access,
        problems: &mut Diagnostics,
    ) -> Option<Self> {
        let name = "content/ledger".to_owned();
        let folder = root.join(&name);
        let told = |error: &io::Error, problems: &mut Diagnostics| {
            let message = format!("台账用不了：{error}");
            problems.error(Place::file(&name), message, "检查文件夹的权限和磁盘空间");
        };
        let lock = match lock(&folder, access) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let message = "另一次构建正在使用台账";
                problems.error(Place::file(&name), message, "等它结束，再运行一次");
                return None;
            }
            Err(error) => {
                told(&error, problems);
                return None;
            }
        };
        let (books, policies) = (BTreeMap::new(), BTreeMap::new());
        let issuer = issuer.clone();
        let mut ledger = Self { folder, name, issuer, books, policies, _lock: lock };
        let before = problems.has_errors();
        if let Err(error) = ledger.read(access, problems) {
            let name = ledger.name.clone();
            let message = format!("台账用不了：{error}");
            problems.error(Place::file(name), message, "检查文件夹的权限和磁盘空间");
            return None;
        }
        (before || !problems.has_errors()).then_some(ledger)
    }

    fn read(&mut self, access: Access, problems: &mut Diagnostics) -> io::Result<()> {
        for (name, path) in list(&self.folder)? {
            if name.ends_with(".staged") && access == Access::Write {
                std::fs::remove_file(&path)?; // of a build that did not come to its end
            }
            let stem = name.strip_suffix(".jsonl").and_then(|stem| stem.rsplit_once('-'));
            let Some((issuer, year)) = stem.filter(|(issuer, _)| *issuer == self.issuer.as_str())
            else {
                continue;
            };
            let year = year.parse().ok().and_then(|year| Year::new(year).ok());
            let place = format!("{}/{issuer}-{}", self.name, &name[issuer.len() + 1..]);
            match year {
                Some(year) => {
                    let book = Book::read(path, &place, access, problems)?;
                    self.books.insert(year, book);
                }
                None => problems.error(
                    Place::file(place),
                    "文件名中的年度不对",
                    "台账的文件名是 签发机构编号-年度.jsonl",
                ),
            }
        }
        for (name, path) in list(&self.folder.join("policy"))? {
            let id = name.strip_suffix(".json").and_then(policy_id);
            if let Some(id) = id {
                self.policies.insert(id, std::fs::read(path)?);
            }
        }
        Ok(())
    }

    /// The latest card issued to a person for a year.
    pub fn latest(&self, year: Year, person: &str) -> io::Result<Option<Entry>> {
        let Some(book) = self.books.get(&year) else { return Ok(None) };
        let Some(spot) = book.latest.get(person) else { return Ok(None) };
        book.line(*spot).map(Some)
    }

    /// The index of the next card of a year, which is now given away.
    pub fn give_index(&mut self, year: Year) -> Index {
        let book = self.book(year);
        let index = book.entries + book.given;
        book.given += 1;
        Index::new(index).expect("no disk holds 2^63 lines")
    }

    /// The people who have a card of a year that is committed, by their numbers.
    pub fn people(&self, year: Year) -> impl Iterator<Item = &str> {
        self.books.get(&year).into_iter().flat_map(|book| book.latest.keys().map(|it| &**it))
    }

    /// The line of a card, for messages.
    pub fn place(&self, year: Year, index: u64) -> Place {
        let line = u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX);
        Place::line(format!("{}/{}-{year}.jsonl", self.name, self.issuer), line)
    }

    fn book(&mut self, year: Year) -> &mut Book {
        let path = self.folder.join(format!("{}-{year}.jsonl", self.issuer));
        self.books.entry(year).or_insert_with(|| Book::new(path))
    }

    /// The years that have cards.
    pub fn years(&self) -> impl Iterator<Item = Year> {
        self.books.keys().copied()
    }

    /// A policy bundle that some card cites.
    pub fn policy(&self, id: PolicyId) -> Option<&[u8]> {
        self.policies.get(&id).map(Vec::as_slice)
    }

    /// All policy bundles that cards cite.
    pub fn policies(&self) -> impl Iterator<Item = (PolicyId, &[u8])> {
        self.policies.iter().map(|(id, bytes)| (*id, bytes.as_slice()))
    }

    /// Keeps the bundle that cards of this build cite.
    pub fn keep_policy(&mut self, id: PolicyId, bytes: &[u8]) {
        self.policies.entry(id).or_insert_with(|| bytes.to_vec());
    }

    /// Stages a card, in the order of the indices given: the ledger will hold it
    /// once it is committed.
    pub fn stage(&mut self, year: Year, entry: &Entry) -> io::Result<()> {
        let book = self.book(year);
        let staged = match &mut book.staged {
            Some(staged) => staged,
            empty => {
                let path = book.path.with_extension("jsonl.staged");
                let writer = BufWriter::new(File::create(&path)?);
                empty.insert(Staged { path, writer, next: book.entries })
            }
        };
        if entry.index != staged.next {
            return Err(io::Error::other("a card was staged out of its order"));
        }
        serde_json::to_writer(&mut staged.writer, entry)?;
        staged.writer.write_all(b"\n")?;
        staged.next += 1;
        Ok(())
    }

    /// Appends the staged cards and makes them durable, bundles first.
    pub fn commit(mut self) -> io::Result<()> {
        let has_staged = self.books.values().any(|book| book.staged.is_some());
        if !has_staged {
            return Ok(());
        }
        let folder = self.folder.join("policy");
        std::fs::create_dir_all(&folder)?;
        for (id, bytes) in &self.policies {
            let path = folder.join(format!("{id}.json"));
            if !path.exists() {
                let staged = folder.join(format!("{id}.staged"));
                let mut file = File::create(&staged)?;
                file.write_all(bytes)?;
                file.sync_all()?;
                std::fs::rename(&staged, &path)?;
            }
        }
        sync_folder(&folder)?;
        for book in self.books.values_mut() {
            book.commit()?;
        }
        sync_folder(&self.folder)
    }
}

impl Drop for Ledger {
    /// A build that fails leaves nothing behind.
    fn drop(&mut self) {
        for staged in self.books.values_mut().filter_map(|book| book.staged.take()) {
            let _ = std::fs::remove_file(&staged.path); // the next build removes it if this fails
        }
    }
}

impl Book {
    fn new(path: PathBuf) -> Self {
        Self {
            path,
            latest: BTreeMap::new(),
            file: None,
            entries: 0,
            bytes: 0,
            given: 0,
            staged: None,
        }
    }

    /// Reads a year's file; `place` is its name in messages.
    fn read(
        path: PathBuf,
        place: &str,
        access: Access,
        problems: &mut Diagnostics,
    ) -> io::Result<Self> {
        let mut book = Self::new(path);
        let mut reader = BufReader::new(File::open(&book.path)?);
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            if length == 0 {
                break;
            }
            let number = u32::try_from(book.entries + 1).unwrap_or(u32::MAX);
            if line.last() != Some(&b'\n') && length < MAX_LINE {
                // A write was cut off before its card was released to anybody.
                let hint = "不必处理：这一行从未发出，下次构建会去掉它";
                problems.warning(Place::line(place, number), "末行不完整", hint);
                break;
            }
            let entry = serde_json::from_slice::<Entry>(&line).ok();
            let Some(entry) = entry.filter(|entry| entry.index == book.entries) else {
                problems.error(
                    Place::line(place, number),
                    format!("这一行不是序号 {} 的签发记录", book.entries),
                    "台账只增不改；请从备份恢复这个文件",
                );
                return Ok(book);
            };
            let spot = Spot { offset: book.bytes, length };
            book.latest.insert(entry.person.into(), spot);
            book.entries += 1;
            book.bytes += length;
        }
        let file = reader.into_inner();
        if access == Access::Write && file.metadata()?.len() > book.bytes {
            let writable = OpenOptions::new().write(true).open(&book.path)?;
            writable.set_len(book.bytes)?;
            writable.sync_all()?;
        }
        book.file = Some(Mutex::new(file));
        Ok(book)
    }

    fn line(&self, spot: Spot) -> io::Result<Entry> {
        let Some(file) = &self.file else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut line = vec![0; usize::try_from(spot.length).unwrap_or_default()];
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(spot.offset))?;
        file.read_exact(&mut line)?;
        Ok(serde_json::from_slice(&line)?)
    }

    fn commit(&mut self) -> io::Result<()> {
        let Some(mut staged) = self.staged.take() else { return Ok(()) };
        staged.writer.flush()?;
        let mut from = File::open(&staged.path)?;
        let mut to = OpenOptions::new().create(true).append(true).open(&self.path)?;
        io::copy(&mut from, &mut to)?;
        to.sync_all()?;
        std::fs::remove_file(&staged.path)
    }
}

/// The files of a folder by name; none where it is not there.
fn list(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|_| path.is_file()) {
            files.push((name.to_owned(), path.clone()));
        }
    }
    files.sort();
    Ok(files)
}

/// Takes the folder for one writer at a time.
fn lock(folder: &Path, access: Access) -> io::Result<Option<File>> {
    match access {
        Access::Read => Ok(None),
        Access::Write => {
            std::fs::create_dir_all(folder)?;
            let file = File::create(folder.join(".lock"))?;
            match file.try_lock() {
                Ok(()) => Ok(Some(file)),
                Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
                Err(TryLockError::Error(error)) => Err(error),
            }
        }
    }
}

/// Makes the names in a folder durable; some systems cannot, and need not.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Sixteen lower-case hexadecimal digits.
fn policy_id(text: &str) -> Option<PolicyId> {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_id = text.len() == 16 && text.bytes().all(is_hex);
    let number = u64::from_str_radix(text, 16).ok().filter(|_| is_id)?;
    Some(PolicyId(number.to_be_bytes()))
}
