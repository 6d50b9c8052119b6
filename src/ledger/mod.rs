//! The ledger, 签发台账: every card that the office has issued or revoked, in order.
//!
//! `content/ledger/<issuer>-<year>.jsonl` for specimens, and
//! `content/ledger/<realm>/<issuer>-<year>.jsonl` for what is signed in earnest;
//! append-only, one line a card issued or revoked:
//!
//! ```json
//! {"index":17,"person":"p-7Q2M","record":"<SHA-256 of the learner's JSON>","card":"#1…"}
//! {"index":18,"revokes":17,"reason":"error"}
//! ```
//!
//! `card` is the card's text without the portal's address. A line's index is its
//! number from 0, and the index of its card: it is given once and never moves.
//! Beside it, `policy/<16 hex>.json` keeps each policy bundle that a card cites, and
//! `<issuer>-<year>.journal` says how far the file goes (`journal.rs`).
//!
//! New lines are staged in a file of their own while a build runs. Only when all
//! else of the build is ready are they appended and made durable, and only then
//! are pages released that show them: a build that fails issues nothing.

#![expect(clippy::disallowed_methods, reason = "a door: it keeps the ledger's files")]

mod book;
mod entry;
mod journal;
mod lock;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use entry::{Entry, Issued, Revoked};

use self::book::Book;
use self::lock::Lock;
use crate::credential::claim::{Index, PolicyId, Year};
use crate::credential::number::IssuerId;
use crate::credential::realm::Realm;
use crate::credential::reason::RevocationReason;
use crate::diagnostic::{Diagnostics, Place};

/// Whether a ledger will be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It will be, by nobody else at the same time.
    Write,
    /// It will only be read.
    Read,
}

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Its index.
    pub index: u64,
    offset: u64,
    length: u64,
}

/// The ledger of one issuer in one realm.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    /// The folder as messages name it.
    name: String,
    issuer: IssuerId,
    books: BTreeMap<Year, Book>,
    policies: BTreeMap<PolicyId, Vec<u8>>,
    /// Held until the ledger is dropped.
    _lock: Option<Lock>,
}

impl Ledger {
    /// Opens the ledger of this issuer in a project; what is wrong with it is
    /// told.
    pub fn open(
        root: &Path,
        realm: &Realm,
        issuer: &IssuerId,
        access: Access,
        problems: &mut Diagnostics,
    ) -> Option<Self> {
        let name = match realm.is_specimen() {
            true => "content/ledger".to_owned(),
            false => format!("content/ledger/{realm}"),
        };
        let folder = root.join(&name);
        let lock = match access {
            Access::Read => Ok(None),
            Access::Write => Lock::take(&folder).map(Some),
        };
        let mut told = |error: &io::Error| match error.kind() {
            io::ErrorKind::WouldBlock => {
                let message = "另一次构建正在使用台账";
                problems.error(Place::file(&name), message, "等它结束，再运行一次");
            }
            _ => {
                let message = format!("台账用不了：{error}");
                problems.error(Place::file(&name), message, "检查文件夹的权限和磁盘空间");
            }
        };
        let lock = lock.inspect_err(&mut told).ok()?;
        let (books, policies) = (BTreeMap::new(), BTreeMap::new());
        let (name, issuer) = (name.clone(), issuer.clone());
        let mut ledger = Self { folder, name, issuer, books, policies, _lock: lock };
        let mut found = Diagnostics::new();
        let read = ledger.read(access, &mut found);
        read.inspect_err(&mut told).ok()?;
        problems.append(found);
        Some(ledger)
    }

    fn read(&mut self, access: Access, problems: &mut Diagnostics) -> io::Result<()> {
        let mut stems = BTreeSet::new();
        for (name, path) in list(&self.folder)? {
            if name.ends_with(".staged") && access == Access::Write {
                std::fs::remove_file(&path)?; // of a build that did not come to its end
            }
            let stem = name.strip_suffix(".jsonl").or_else(|| name.strip_suffix(".journal"));
            stems.extend(stem.map(str::to_owned));
        }
        for stem in stems {
            let Some((issuer, year)) = stem.rsplit_once('-') else { continue };
            if issuer != self.issuer.as_str() {
                continue;
            }
            let place = format!("{}/{stem}.jsonl", self.name);
            let year = year.parse().ok().and_then(|year| Year::new(year).ok());
            match year.filter(|year| stem == format!("{issuer}-{year}")) {
                Some(year) => {
                    let path = self.folder.join(format!("{stem}.jsonl"));
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
    pub fn latest(&self, year: Year, person: &str) -> io::Result<Option<Issued>> {
        let spot = self.books.get(&year).and_then(|book| book.latest.get(person));
        spot.map(|spot| self.entry(year, *spot)).transpose()
    }

    /// The card that stands here.
    pub fn entry(&self, year: Year, spot: Spot) -> io::Result<Issued> {
        self.books.get(&year).ok_or(io::ErrorKind::NotFound)?.line(spot)
    }

    /// The cards of a year that later ones of the same person have replaced.
    pub fn replaced(&self, year: Year) -> &[Spot] {
        self.books.get(&year).map_or(&[], |book| &book.replaced)
    }

    /// Whether the line of this index is a card's, and committed.
    pub fn has_card(&self, year: Year, index: Index) -> bool {
        self.books
            .get(&year)
            .is_some_and(|book| index.get() < book.entries && !book.revoking.contains(&index.get()))
    }

    /// Why a card was revoked, if it was.
    pub fn revoked(&self, year: Year, index: Index) -> Option<RevocationReason> {
        self.books.get(&year)?.revoked.get(&index.get()).copied()
    }

    /// The cards of a year that no longer count, each with its reason: those that
    /// were revoked, and those that others have replaced, staged lines included.
    pub fn withdrawn(&self, year: Year) -> BTreeMap<u64, RevocationReason> {
        self.books.get(&year).map(Book::withdrawn).unwrap_or_default()
    }

    /// Which card of a year has replaced which, staged lines included: the index of the
    /// newer by that of the older.
    pub fn successors(&self, year: Year) -> BTreeMap<u64, u64> {
        self.books.get(&year).map(Book::successors).unwrap_or_default()
    }

    /// How many lines a year has, staged ones included.
    pub fn size(&self, year: Year) -> u64 {
        self.books.get(&year).map_or(0, Book::size)
    }

    /// The index of the next line of a year, which is now given away.
    pub fn give_index(&mut self, year: Year) -> Index {
        let book = self.book(year);
        let index = book.entries + book.given;
        book.given += 1;
        Index::new(index).expect("no disk holds 2^63 lines")
    }

    /// The people who have a card of a year that is committed, by their numbers,
    /// each with the latest.
    pub fn people(&self, year: Year) -> impl Iterator<Item = (&str, Spot)> {
        let people = self.books.get(&year).into_iter().flat_map(|book| &book.latest);
        people.map(|(person, spot)| (&**person, *spot))
    }

    /// The line of this index, for messages.
    pub fn place(&self, year: Year, index: u64) -> Place {
        let line = u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX);
        Place::line(format!("{}/{}-{year}.jsonl", self.name, self.issuer), line)
    }

    /// The ledger's folder, for messages.
    pub fn name(&self) -> &str {
        &self.name
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

    /// Stages a line, in the order of the indices given: the ledger will hold it
    /// once it is committed.
    pub fn stage(&mut self, year: Year, entry: &Entry) -> io::Result<()> {
        self.book(year).stage(entry)
    }

    /// Appends the staged lines and makes them durable, bundles first.
    pub fn commit(mut self) -> io::Result<()> {
        if !self.books.values().any(Book::is_staged) {
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
        self.books.values_mut().for_each(Book::forget);
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
