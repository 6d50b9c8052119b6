//! The trust list 信任名单: who may issue, and under which keys.
//!
//! ```text
//! shenyan/trust/1
//! realm training
//! version 3
//! issued 2026-01-05T09:00:00+08:00
//! next-update 2026-07-05T00:00:00+08:00
//! prev 5a…                             SHA-256 of the text of version 2
//! issuer {"id":"150600","name":"…","kid":"…16 hex…","key":"…","not_before":"2022-01-01",
//!   "not_after":"2023-12-31","status":"active","scope":{"regions":["1506"],
//!   "years":[2021,2022],"kinds":["annual"],"categories":["公需","专业"]}}      on one line
//! log {"origin":"training/150600/2022","key":"…","year":2022,"issuer":"150600","status":"active"}
//! ```
//!
//! Keys of an object stand in this order; after `status`, `compromised` has
//! `"cut":{"log":origin,"size":n}`; after `scope` there may be `"hosts":[…]`, the
//! hosts of the issuer's portals. Anything else refuses the list, save an unknown
//! key within `scope`: that makes the one issuer unusable.

use std::fmt;
use std::str::FromStr;

use super::base64;
use super::claim::{Year, is_forbidden};
use super::digest::TextDigest;
use super::field::{Lines, ListStamp, NUMBER_MAX, Stamp, TextError};
use super::json::{self, Json};
use super::key::PublicKey;
use super::note::{KeyName, NamedKey, Note, NoteError};
use super::number::IssuerId;
use super::qr::Host;
use super::realm::Realm;
use super::root::Root;
use super::scope::{Cut, Limits, Origin, Scope, Status};
use super::seen::{Seen, SeenError};

/// The first line of a trust list.
pub const CONTEXT: &str = "shenyan/trust/1";
/// Issuers, and logs, at most.
const ENTRIES_MAX: usize = 20_000;
/// Bytes of an issuer's name, at most.
const NAME_MAX: usize = 240;
/// Hosts of an issuer, at most.
const HOSTS_MAX: usize = 16;

/// An issuer's line: one key of one issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerEntry {
    /// The issuer's number.
    pub id: IssuerId,
    /// Its name: 1–240 bytes without control, bidirectional or private-use characters.
    pub name: String,
    /// The key.
    pub key: PublicKey,
    /// What the key may sign.
    pub limits: Limits,
    /// The hosts of its portals.
    pub hosts: Vec<Host>,
}

/// Whether a log's key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStatus {
    /// In use.
    Active,
    /// Its year is over; its lists are still good.
    Retired,
    /// Stolen or lost: nothing that it signs counts.
    Compromised,
}

impl LogStatus {
    /// The word in a list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Compromised => "compromised",
        }
    }
}

/// A log's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Which log.
    pub origin: Origin,
    /// The key that signs its checkpoints and its revocation list.
    pub key: PublicKey,
    /// Whether it counts.
    pub status: LogStatus,
}

impl LogEntry {
    /// The key under the log's origin, as it signs notes.
    pub fn named_key(&self) -> NamedKey {
        let name: KeyName = self.origin.to_string().parse().expect("an origin is a key's name");
        NamedKey::new(name, self.key)
    }
}

/// What a trust list says. It proves nothing until it is a [`TrustList`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustText {
    /// What its issuers sign for.
    pub realm: Realm,
    /// From 1.
    pub version: u64,
    /// When it was issued.
    pub issued: Stamp,
    /// By when a newer one will be there.
    pub next_update: Stamp,
    /// SHA-256 of the text of the version before.
    pub prev: TextDigest,
    /// The issuers.
    pub issuers: Vec<IssuerEntry>,
    /// The logs.
    pub logs: Vec<LogEntry>,
}

impl FromStr for TrustText {
    type Err = TextError;

    /// Reads exactly what [`Display`](fmt::Display) prints.
    fn from_str(text: &str) -> Result<Self, TextError> {
        let mut lines = Lines::after(CONTEXT, text)?;
        let realm: Realm = lines.parsed("realm", |value| value.parse().ok())?;
        let version = lines.version()?;
        let (issued, next_update) = lines.period("next-update")?;
        let prev = lines.parsed("prev", |value| value.parse().ok())?;
        if (version == 1) != (prev == TextDigest::NONE) {
            return Err(lines.wrong("只有第 1 版的 prev 全是 0"));
        }
        let (mut issuers, mut logs) = (Vec::new(), Vec::new());
        while let Some(("issuer", _)) = lines.peek() {
            issuers.push(entry(&mut lines, "issuer", IssuerEntry::from_json, issuer_json)?);
        }
        while let Some(("log", _)) = lines.peek() {
            logs.push(entry(&mut lines, "log", LogEntry::from_json, log_json)?);
        }
        if issuers.len() > ENTRIES_MAX || logs.len() > ENTRIES_MAX {
            return Err(lines.wrong("名单超过 20,000 行"));
        }
        lines.end()?;
        let list = Self { realm, version, issued, next_update, prev, issuers, logs };
        list.check().map_err(|what| TextError::new(7, what)).map(|()| list)
    }
}

/// Reads a line: JSON of the right shape that is written as we would write it.
fn entry<T>(
    lines: &mut Lines<'_>,
    keyword: &'static str,
    read: impl FnOnce(&Json) -> Option<T>,
    write: impl FnOnce(&T) -> Json,
) -> Result<T, TextError> {
    let line = lines.field(keyword)?;
    let json = json::read(line)
        .map_err(|error| lines.wrong(format!("第 {} 字节处不合 JSON 的严格写法", error.at)))?;
    let entry = read(&json).ok_or_else(|| lines.wrong("字段缺少、多余或取值不对"))?;
    if write(&entry) != json {
        return Err(lines.wrong("字段的次序或写法不对"));
    }
    Ok(entry)
}

impl TrustText {
    /// The rules across lines: every key once; logs of this realm, of issuers that
    /// are listed, none twice; cuts of the issuer's own logs.
    ///
    /// Errors: what is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        let mut keys: Vec<_> = self.issuers.iter().map(|it| it.key.id()).collect();
        keys.extend(self.logs.iter().map(|it| it.key.id()));
        keys.sort_unstable();
        if let Some(pair) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("同一把密钥列了两次：{}", pair[0]));
        }
        let mut ids: Vec<_> = self.issuers.iter().map(|it| &it.id).collect();
        ids.sort_unstable();
        for issuer in &self.issuers {
            if let Status::Compromised(Cut { log, .. }) = &issuer.limits.status
                && (&log.realm, &log.issuer) != (&self.realm, &issuer.id)
            {
                return Err(format!("{} 的 cut 指的不是它自己的日志", issuer.id));
            }
        }
        let mut origins: Vec<_> = self.logs.iter().map(|it| &it.origin).collect();
        origins.sort_unstable();
        for (at, origin) in origins.iter().enumerate() {
            if origin.realm != self.realm {
                return Err(format!("日志 {origin} 不属于领域 {}", self.realm));
            }
            if ids.binary_search(&&origin.issuer).is_err() {
                return Err(format!("日志 {origin} 的签发机构不在名单上"));
            }
            if at > 0 && origins[at - 1] == *origin {
                return Err(format!("日志 {origin} 列了两次"));
            }
        }
        Ok(())
    }

    /// The log of this origin.
    pub fn log(&self, origin: &Origin) -> Option<&LogEntry> {
        self.logs.iter().find(|log| log.origin == *origin)
    }
}

impl fmt::Display for TrustText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { realm, version, issued, next_update, prev, issuers, logs } = self;
        writeln!(f, "{CONTEXT}\nrealm {realm}\nversion {version}")?;
        writeln!(f, "issued {issued}\nnext-update {next_update}\nprev {prev}")?;
        issuers.iter().try_for_each(|it| writeln!(f, "issuer {}", issuer_json(it)))?;
        logs.iter().try_for_each(|it| writeln!(f, "log {}", log_json(it)))
    }
}

fn issuer_json(issuer: &IssuerEntry) -> Json {
    let IssuerEntry { id, name, key, limits, hosts } = issuer;
    let Limits { not_before, not_after, status, scope } = limits;
    let mut entries = vec![
        ("id", Json::text(id)),
        ("name", Json::text(name)),
        ("kid", Json::text(key.id())),
        ("key", key_json(key)),
        ("not_before", Json::text(not_before)),
        ("not_after", Json::text(not_after)),
        ("status", Json::text(status.as_str())),
    ];
    if let Status::Compromised(Cut { log, size }) = status {
        let cut = Json::object([("log", Json::text(log)), ("size", Json::Number(*size))]);
        entries.push(("cut", cut));
    }
    entries.push(("scope", scope.to_json()));
    if !hosts.is_empty() {
        entries.push(("hosts", Json::texts(hosts)));
    }
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn log_json(log: &LogEntry) -> Json {
    let LogEntry { origin, key, status } = log;
    Json::object([
        ("origin", Json::text(origin)),
        ("key", key_json(key)),
        ("year", Json::Number(u64::from(origin.year.get()))),
        ("issuer", Json::text(&origin.issuer)),
        ("status", Json::text(status.as_str())),
    ])
}

/// The 32 bytes of a key in base64.
fn key_json(key: &PublicKey) -> Json {
    Json::Text(base64::encode(key.as_bytes()))
}

fn key_of(json: &Json) -> Option<PublicKey> {
    let bytes: [u8; 32] = base64::decode(json.as_text()?)?.try_into().ok()?;
    PublicKey::from_bytes(&bytes).ok()
}

impl IssuerEntry {
    /// Whether this may stand as an issuer's name.
    pub fn is_name(name: &str) -> bool {
        (1..=NAME_MAX).contains(&name.len()) && !name.chars().any(is_forbidden)
    }

    /// The fields, their kid and order unchecked: those are compared with what
    /// would be written.
    fn from_json(json: &Json) -> Option<Self> {
        let text = |key| json.get(key)?.as_text();
        let status = match text("status")? {
            "active" => Status::Active,
            "retired" => Status::Retired,
            "compromised" => {
                let cut = json.get("cut")?;
                let log = cut.get("log")?.as_text()?.parse().ok()?;
                let size = cut.get("size")?.as_number().filter(|size| *size <= NUMBER_MAX)?;
                Status::Compromised(Cut { log, size })
            }
            _ => return None,
        };
        let limits = Limits {
            not_before: text("not_before")?.parse().ok()?,
            not_after: text("not_after")?.parse().ok()?,
            status,
            scope: Scope::from_json(json.get("scope")?)?,
        };
        let hosts = json.get("hosts").map_or(Some(Vec::new()), |hosts| {
            let hosts: Vec<Host> = hosts.as_list(|host| host.as_text()?.parse().ok())?;
            (1..=HOSTS_MAX).contains(&hosts.len()).then_some(hosts)
        });
        let entry = Self {
            id: text("id")?.parse().ok()?,
            name: text("name").filter(|name| Self::is_name(name))?.to_owned(),
            key: key_of(json.get("key")?)?,
            limits,
            hosts: hosts?,
        };
        (entry.limits.not_before <= entry.limits.not_after).then_some(entry)
    }
}

impl LogEntry {
    fn from_json(json: &Json) -> Option<Self> {
        let status = match json.get("status")?.as_text()? {
            "active" => LogStatus::Active,
            "retired" => LogStatus::Retired,
            "compromised" => LogStatus::Compromised,
            _ => return None,
        };
        let origin: Origin = json.get("origin")?.as_text()?.parse().ok()?;
        Year::new(json.get("year")?.as_number()?).ok().filter(|year| *year == origin.year)?;
        Some(Self { origin, key: key_of(json.get("key")?)?, status })
    }
}

/// Why a trust list is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// It is not a note, or not enough of the root's trust keys have signed it.
    Note(NoteError),
    /// It is signed, but is no trust list.
    Text(TextError),
    /// It is for another realm than the root.
    Realm {
        /// The root's realm.
        wanted: Realm,
        /// The list's.
        found: Realm,
    },
    /// One of its keys is a key of the root note: roles are never shared.
    SharedKey(KeyName),
    /// It does not follow on what was seen before.
    Seen(SeenError),
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => write!(f, "{error}"),
            Self::Text(error) => write!(f, "{error}"),
            Self::Realm { wanted, found } => write!(f, "属于另一领域 {found}，应为 {wanted}"),
            Self::SharedKey(name) => write!(f, "名单上有一把密钥是根文件里的 {name}：角色不得兼任"),
            Self::Seen(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TrustError {}

/// A trust list that enough of the root's trust keys have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustList {
    text: TrustText,
    stamp: ListStamp,
    root: ListStamp,
}

impl TrustList {
    /// Opens a list under a root: signatures, then the text, then the realm, then
    /// that no key has two roles.
    pub fn open(root: &Root, bytes: &[u8]) -> Result<Self, TrustError> {
        let note = Note::read(bytes).map_err(TrustError::Note)?;
        let quorum = &root.text().trust;
        let vouched =
            note.open(CONTEXT, &quorum.keys, quorum.threshold).map_err(TrustError::Note)?;
        let text: TrustText = vouched.text().parse().map_err(TrustError::Text)?;
        if text.realm != root.text().realm {
            let (wanted, found) = (root.text().realm.clone(), text.realm);
            return Err(TrustError::Realm { wanted, found });
        }
        let keys = text.issuers.iter().map(|it| it.key).chain(text.logs.iter().map(|it| it.key));
        let held: Vec<_> = root.text().root.keys.iter().chain(&quorum.keys).collect();
        for key in keys {
            if let Some(shared) = held.iter().find(|it| *it.public() == key) {
                return Err(TrustError::SharedKey(shared.name().clone()));
            }
        }
        let TrustText { version, issued, next_update, .. } = text;
        let stamp = ListStamp { version, digest: vouched.digest(), issued, next_update };
        Ok(Self { text, stamp, root: root.stamp() })
    }

    /// Opens the list that follows on this one, or is this one.
    pub fn succeed(&self, root: &Root, bytes: &[u8]) -> Result<Self, TrustError> {
        let next = Self::open(root, bytes)?;
        Seen::of(&self.stamp).check(&next.stamp, next.text.prev).map_err(TrustError::Seen)?;
        Ok(next)
    }

    /// What it says.
    pub fn text(&self) -> &TrustText {
        &self.text
    }

    /// Which one it is.
    pub fn stamp(&self) -> ListStamp {
        self.stamp
    }

    /// The root note that it was opened under.
    pub fn root(&self) -> ListStamp {
        self.root
    }
}
