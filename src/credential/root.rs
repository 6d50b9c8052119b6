//! The root note: the keys that everything else hangs on, and how they change.
//!
//! ```text
//! shenyan/root/1
//! realm training
//! version 2
//! issued 2026-01-05T09:00:00+08:00
//! expires 2031-01-05T00:00:00+08:00
//! root 2                               so many of the following must sign
//! root/a+…
//! root/b+…
//! root/c+…
//! trust 1                              the same, for the trust list
//! trust/office+…
//! ```
//!
//! A first root note is given to a verifier by hand ([`Root::anchor`]). Version
//! N + 1 takes over only if enough keys of N **and** of N + 1 have signed it
//! ([`Root::succeed`]); no version is skipped and none comes back. An old version
//! may have expired when the next one takes over, but nothing is accepted under
//! one that has ([`Root::current`]).

use std::fmt;
use std::str::FromStr;

use super::digest::TextDigest;
use super::field::{Lines, ListStamp, Stamp, TextError, number};
use super::note::{NamedKey, Note, NoteError, Vouched};
use super::realm::Realm;
use crate::time::UnixTime;

/// The first line of a root note.
pub const CONTEXT: &str = "shenyan/root/1";
/// Keys of a role, at most.
const KEYS_MAX: usize = 32;

/// Keys, and how many of them must sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// How many must sign, 1 to the number of keys.
    pub threshold: usize,
    /// The keys; none twice.
    pub keys: Vec<NamedKey>,
}

/// What a root note says. It proves nothing until it is a [`Root`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootText {
    /// What all keys under this root sign for.
    pub realm: Realm,
    /// From 1.
    pub version: u64,
    /// When it was issued.
    pub issued: Stamp,
    /// From when on nothing is accepted under it.
    pub expires: Stamp,
    /// Who signs root notes.
    pub root: Quorum,
    /// Who signs trust lists.
    pub trust: Quorum,
}

impl FromStr for RootText {
    type Err = TextError;

    /// Reads exactly what [`Display`](fmt::Display) prints.
    fn from_str(text: &str) -> Result<Self, TextError> {
        let mut lines = Lines::after(CONTEXT, text)?;
        let realm = lines.parsed("realm", |value| value.parse().ok())?;
        let version = lines.version()?;
        let (issued, expires) = lines.period("expires")?;
        let root = quorum(&mut lines, "root", &[])?;
        let trust = quorum(&mut lines, "trust", &root.keys)?;
        lines.end()?;
        Ok(Self { realm, version, issued, expires, root, trust })
    }
}

/// Reads `<role> k` and the key lines after it; a key that is among others too
/// would have two roles.
fn quorum(
    lines: &mut Lines<'_>,
    role: &'static str,
    others: &[NamedKey],
) -> Result<Quorum, TextError> {
    let threshold = lines.parsed(role, |value| usize::try_from(number(value)?).ok())?;
    if threshold == 0 {
        return Err(lines.wrong(format!("{role} 的门限是 0：谁都不签也算数")));
    }
    let threshold_line = lines.wrong(format!("{role} 的门限大于密钥的把数"));
    let mut keys: Vec<NamedKey> = Vec::new();
    while let Some((line, _)) = lines.peek().filter(|(line, _)| line.contains('+')) {
        let whole = lines.next().unwrap_or_default();
        if line != whole {
            return Err(lines.wrong("公钥行里有空格"));
        }
        let key: NamedKey = line.parse().map_err(|error| lines.wrong(format!("{error}")))?;
        let same = |it: &NamedKey| it.public() == key.public();
        if keys.iter().any(same) {
            return Err(lines.wrong("同一把密钥列了两次"));
        }
        if others.iter().any(same) {
            return Err(lines.wrong("同一把密钥兼任 root 和 trust"));
        }
        if key.name().as_str().split_once('/').is_none_or(|(prefix, _)| prefix != role) {
            return Err(lines.wrong(format!("{role} 密钥的名字应以 {role}/ 开头")));
        }
        if keys.iter().any(|it| it.name() == key.name()) {
            return Err(lines.wrong("两把密钥同名"));
        }
        if keys.len() == KEYS_MAX {
            return Err(lines.wrong("一个角色的密钥超过 32 把"));
        }
        keys.push(key);
    }
    if threshold > keys.len() { Err(threshold_line) } else { Ok(Quorum { threshold, keys }) }
}

impl fmt::Display for RootText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { realm, version, issued, expires, root, trust } = self;
        writeln!(f, "{CONTEXT}\nrealm {realm}\nversion {version}")?;
        writeln!(f, "issued {issued}\nexpires {expires}")?;
        for (role, Quorum { threshold, keys }) in [("root", root), ("trust", trust)] {
            writeln!(f, "{role} {threshold}")?;
            keys.iter().try_for_each(|key| writeln!(f, "{key}"))?;
        }
        Ok(())
    }
}

/// Why a root note is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootError {
    /// It is not a note, or not enough of its own keys have signed it.
    Note(NoteError),
    /// It is not enough signed by the keys of the version before it.
    OldQuorum(NoteError),
    /// It is a note, but not a root note.
    Text(TextError),
    /// It is for another realm.
    Realm {
        /// The realm of the version before.
        wanted: Realm,
        /// The realm of this one.
        found: Realm,
    },
    /// It is older than what is held.
    Rollback {
        /// The version that is held.
        held: u64,
        /// The version of this one.
        found: u64,
    },
    /// It has the same version as what is held, and says something else.
    Equivocation(u64),
    /// It skips a version.
    Skipped {
        /// The version that must come next.
        wanted: u64,
        /// The version of this one.
        found: u64,
    },
    /// It was issued before the version that it replaces.
    IssuedEarlier {
        /// When the version before was issued.
        held: Stamp,
        /// When this one was.
        found: Stamp,
    },
    /// It has expired.
    Expired {
        /// When.
        expires: Stamp,
    },
}

impl fmt::Display for RootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => write!(f, "{error}"),
            Self::OldQuorum(error) => write!(f, "没有得到前一版根密钥的认可：{error}"),
            Self::Text(error) => write!(f, "{error}"),
            Self::Realm { wanted, found } => write!(f, "属于另一领域 {found}，应为 {wanted}"),
            Self::Rollback { held, found } => {
                write!(f, "是旧的第 {found} 版，已有第 {held} 版")
            }
            Self::Equivocation(version) => {
                write!(f, "EQUIVOCATION：同为第 {version} 版，内容却与已有的不同")
            }
            Self::Skipped { wanted, found } => {
                write!(f, "跳过了版本：接下来应是第 {wanted} 版，这是第 {found} 版")
            }
            Self::IssuedEarlier { held, found } => {
                write!(f, "签发时间 {found} 早于前一版的 {held}")
            }
            Self::Expired { expires } => write!(f, "已于 {expires} 到期"),
        }
    }
}

impl std::error::Error for RootError {}

/// A root note that enough of the right keys have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    text: RootText,
    digest: TextDigest,
}

impl Root {
    /// The root note that a verifier begins with.
    ///
    /// Its own keys must have signed it, which shows that their holders agree and
    /// that it came whole; that they are the right ones, whoever hands it over
    /// vouches for (compare [`Root::digest`] with what the office has printed).
    pub fn anchor(bytes: &[u8]) -> Result<Self, RootError> {
        let note = Note::read(bytes).map_err(RootError::Note)?;
        // The keys are in the text itself: here, and only here, a text is parsed
        // before its signatures are checked.
        let text: RootText = note.claimed().parse().map_err(RootError::Text)?;
        let vouched = note.open(CONTEXT, &text.root.keys, text.root.threshold);
        let digest = vouched.map(Vouched::digest).map_err(RootError::Note)?;
        Ok(Self { text, digest })
    }

    /// The root note after this one.
    ///
    /// In this order: signed by the threshold of this one's keys; read; of the same
    /// realm; not older, not the same with other content, the next version and no
    /// later; not issued earlier; signed by the threshold of its own keys. The very
    /// same note again is accepted and changes nothing.
    pub fn succeed(&self, bytes: &[u8]) -> Result<Self, RootError> {
        let note = Note::read(bytes).map_err(RootError::Note)?;
        let Quorum { threshold, keys } = &self.text.root;
        let vouched = note.open(CONTEXT, keys, *threshold).map_err(RootError::OldQuorum)?;
        let next: RootText = vouched.text().parse().map_err(RootError::Text)?;
        let held = &self.text;
        if next.realm != held.realm {
            let (wanted, found) = (held.realm.clone(), next.realm);
            return Err(RootError::Realm { wanted, found });
        }
        if next.version < held.version {
            return Err(RootError::Rollback { held: held.version, found: next.version });
        }
        if next.version == held.version {
            let is_same = vouched.digest() == self.digest;
            let told = RootError::Equivocation(held.version);
            return if is_same { Ok(self.clone()) } else { Err(told) };
        }
        let wanted = held.version + 1;
        if next.version != wanted {
            return Err(RootError::Skipped { wanted, found: next.version });
        }
        if next.issued < held.issued {
            return Err(RootError::IssuedEarlier { held: held.issued, found: next.issued });
        }
        note.open(CONTEXT, &next.root.keys, next.root.threshold).map_err(RootError::Note)?;
        Ok(Self { digest: vouched.digest(), text: next })
    }

    /// Whether anything may be accepted under it now.
    pub fn current(&self, now: UnixTime) -> Result<(), RootError> {
        let expires = self.text.expires;
        if now < expires.time() { Ok(()) } else { Err(RootError::Expired { expires }) }
    }

    /// What it says.
    pub fn text(&self) -> &RootText {
        &self.text
    }

    /// SHA-256 of its text: what to compare over the telephone.
    pub fn digest(&self) -> TextDigest {
        self.digest
    }

    /// Which one it is; the next update is when it expires.
    pub fn stamp(&self) -> ListStamp {
        let RootText { version, issued, expires, .. } = self.text;
        ListStamp { version, digest: self.digest, issued, next_update: expires }
    }
}
