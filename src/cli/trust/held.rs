//! What a folder of keys holds: the root notes one after the other, the trust
//! list, and the signatures that are brought to them.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Text, Told};
use crate::credential::base64;
use crate::credential::key::SIGNATURE_BYTES;
use crate::credential::note::{self, NamedKey, NoteSignature};
use crate::credential::root::Root;
use crate::credential::seen::Seen;
use crate::credential::trust_list::TrustList;
use crate::time::UnixTime;

/// The root notes and the trust list of a folder.
pub(in crate::cli) struct Held {
    dir: PathBuf,
    /// The root notes, oldest first; each follows on the one before it.
    roots: Vec<Root>,
    /// Their bytes.
    notes: Vec<Vec<u8>>,
    /// The trust list's bytes, opened when they are asked for.
    list: Option<Vec<u8>>,
}

/// Reads a small public file.
///
/// Errors: what is wrong, in words.
pub(in crate::cli) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let told = |error: io::Error| format!("{} 读不了：{error}", path.display());
    let limit = u64::try_from(note::BYTES_MAX).expect("four mebibytes") + 1;
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(told)?;
    if bytes.len() > note::BYTES_MAX {
        return Err(format!("{} 超过 4 MiB", path.display()));
    }
    Ok(bytes)
}

/// The same of a file that need not be there.
pub(in crate::cli) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, String> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => read(path).map(Some),
    }
}

impl Held {
    /// Reads a folder; an empty one is a beginning.
    ///
    /// `root.1.note`, `root.2.note` … lead up to `root.note`, each signed by the
    /// keys of the one before it; without them, `root.note` is where trust begins.
    pub(in crate::cli) fn read(dir: &Path) -> Result<Self, Told> {
        Self::of(dir, |name| read_if_there(&dir.join(name)))
    }

    /// The same of notes that are had by their names, wherever they are; `dir` is what
    /// people call it.
    pub(in crate::cli) fn of(
        dir: &Path,
        read: impl Fn(&str) -> Result<Option<Vec<u8>>, String>,
    ) -> Result<Self, Told> {
        const HINT: &str = "从备份或发布的网站取回 root.note 和 root.N.note";
        let (mut roots, mut notes): (Vec<Root>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
        let told = |name: &str, error: String| {
            (format!("{} 不被接受：{error}", dir.join(name).display()), HINT)
        };
        let mut add = |name: &str, bytes: Vec<u8>| {
            let next = match roots.last() {
                Some(root) => root.succeed(&bytes),
                None => Root::anchor(&bytes),
            };
            let next = next.map_err(|error| told(name, error.to_string()))?;
            if roots.last() != Some(&next) {
                roots.push(next);
                notes.push(bytes);
            }
            Ok::<(), Told>(())
        };
        for version in 1..10_000 {
            let name = format!("root.{version}.note");
            match read(&name).map_err(|what| (what, HINT))? {
                Some(bytes) => add(&name, bytes)?,
                None => break,
            }
        }
        if let Some(bytes) = read("root.note").map_err(|what| (what, HINT))? {
            add("root.note", bytes)?;
        }
        let list = read("trust.note").map_err(|what| (what, HINT))?;
        Ok(Self { dir: dir.to_owned(), roots, notes, list })
    }

    /// The bytes of the root notes, oldest first, and of the trust list.
    pub(in crate::cli) fn into_notes(self) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
        (self.notes, self.list)
    }

    /// The newest root note.
    pub(in crate::cli) fn root(&self) -> Result<&Root, Told> {
        let what = || (format!("{} 中没有 root.note", self.dir.display()), "先起草并签署根文件");
        self.roots.last().ok_or_else(what)
    }

    /// The newest root note, if there is one.
    pub(super) fn newest(&self) -> Option<&Root> {
        self.roots.last()
    }

    /// The root notes from the one that was seen to the newest.
    ///
    /// Errors: they do not lead there, in words.
    pub(in crate::cli) fn since(&self, seen: Option<Seen>) -> Result<&[Root], String> {
        let Some(seen) = seen else { return Ok(&self.roots) };
        let version = |root: &Root| root.stamp().version;
        let newest = self.newest().map_or(0, version);
        if newest <= seen.version {
            return Ok(&self.roots[self.roots.len().saturating_sub(1)..]);
        }
        let at = self.roots.iter().position(|root| version(root) == seen.version);
        let at = at.ok_or_else(|| {
            let name = format!("root.{}.note", seen.version);
            format!("根文件不能从以前见过的第 {} 版接上：缺少 {name}", seen.version)
        })?;
        Ok(&self.roots[at..])
    }

    /// The trust list, signed by the keys of the newest root note.
    pub(in crate::cli) fn list(&self) -> Result<Option<TrustList>, Told> {
        let Some(bytes) = &self.list else { return Ok(None) };
        TrustList::open(self.root()?, bytes).map(Some).map_err(|error| {
            let path = self.dir.join("trust.note");
            let what = format!("{} 不被接受：{error}", path.display());
            (what, "取回最新的 trust.note；换过名单密钥的，用新密钥签署下一版")
        })
    }

    /// The trust list, as what a next version is made of: it may be signed by keys
    /// that a later root note has replaced.
    pub(super) fn list_before(&self) -> Result<Option<TrustList>, Told> {
        let Some(bytes) = &self.list else { return Ok(None) };
        let older = self.roots.iter().rev().skip(1);
        let older = older.map(|root| TrustList::open(root, bytes)).find_map(Result::ok);
        self.list().or_else(|error| older.map(Some).ok_or(error))
    }

    /// The keys whose signatures on a text may count.
    pub(super) fn candidates(&self, text: &Text) -> Result<Vec<NamedKey>, Told> {
        match text {
            Text::Root(text) => {
                let before = self.newest().map_or(&[][..], |root| &root.text().root.keys);
                let mut keys = text.root.keys.clone();
                keys.extend(before.iter().filter(|key| !text.root.keys.contains(key)).cloned());
                Ok(keys)
            }
            Text::Trust(_) => Ok(self.root()?.text().trust.keys.clone()),
        }
    }

    /// Whether this note may take the place of what is held.
    ///
    /// Errors: why not, in words.
    pub(super) fn accept(&self, text: &Text, note: &[u8], now: UnixTime) -> Result<(), String> {
        match text {
            Text::Root(_) => {
                let next = match self.newest() {
                    Some(root) => root.succeed(note),
                    None => Root::anchor(note),
                };
                let next = next.map_err(|error| error.to_string())?;
                next.current(now).map_err(|error| error.to_string())
            }
            Text::Trust(_) => {
                let root = self.root().map_err(|(what, _)| what)?;
                root.current(now).map_err(|error| format!("根文件{error}"))?;
                let next = match self.list_before().map_err(|(what, _)| what)? {
                    Some(held) => held.succeed(root, note),
                    None => TrustList::open(root, note),
                };
                next.map(drop).map_err(|error| error.to_string())
            }
        }
    }
}

/// The signature lines of a file: ours as they are, or the one of a `.minisig`.
///
/// Errors: what is wrong, in words.
pub(super) fn signatures(
    text: &str,
    content: &[u8],
    candidates: &[NamedKey],
) -> Result<Vec<NoteSignature>, String> {
    let content = str::from_utf8(content).map_err(|_| "不是文本")?;
    if !content.starts_with("untrusted comment: ") {
        let lines = content.lines().map(|line| line.parse().map_err(|error| format!("{error}")));
        return lines.collect();
    }
    let line = content.lines().nth(1).and_then(base64::decode).ok_or("不是 minisign 的签名")?;
    let signature = match line.split_first_chunk::<10>() {
        Some(([b'E', b'D', ..], _)) => {
            return Err("签的是散列；请用 minisign -S -l 签名".to_owned());
        }
        Some(([b'E', b'd', ..], rest)) => <&[u8; SIGNATURE_BYTES]>::try_from(rest).ok(),
        Some(_) | None => None,
    };
    let signature = signature.ok_or("不是 minisign 的签名")?;
    let made = |key: &&NamedKey| key.public().verify(text.as_bytes(), signature).is_ok();
    match candidates.iter().find(made) {
        Some(key) => Ok(vec![key.line(signature)]),
        None => Err("不是任何有关密钥对这份正文的签名".to_owned()),
    }
}
