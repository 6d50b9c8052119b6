//! Drafts: the next root note and the next trust list, until they are signed.

use std::path::{Path, PathBuf};

use super::held::{self, Held};
use super::{AddIssuer, Compromise, ProposeList, ProposeRoot, Retire, Told};
use crate::cli::keys::{place, read_public};
use crate::credential::digest::TextDigest;
use crate::credential::field::Stamp;
use crate::credential::note::NamedKey;
use crate::credential::root::{Quorum, RootText};
use crate::credential::scope::{Allowed, Limits, Origin, Scope, Status};
use crate::credential::trust_list::{IssuerEntry, LogEntry, LogStatus, TrustText};
use crate::time::{Date, UnixTime};

/// The draft of a trust list.
const LIST: &str = "trust.next";

fn stamp(time: UnixTime) -> Result<Stamp, Told> {
    Stamp::new(time).map_err(|error| (error.to_string(), "核对日期"))
}

fn midnight(date: Date) -> Result<Stamp, Told> {
    stamp(date.beijing_midnight())
}

fn public(file: &Path) -> Result<NamedKey, Told> {
    let hint = "写明 keys new 建立的 .pub 文件";
    read_public(file).map_err(|what| (format!("{}：{what}", file.display()), hint))
}

fn write(dir: &Path, name: &str, text: &str) -> Result<String, Told> {
    let path = dir.join(name);
    let written = std::fs::create_dir_all(dir).and_then(|()| place::replace(&path, 0o644, text));
    written.map_err(|error| (format!("{} 写不了：{error}", path.display()), "检查目录的权限"))?;
    Ok(format!("正文在 {}，SHA-256 {}", path.display(), TextDigest::of(text)))
}

pub(super) fn propose_root(dir: &Path, args: &ProposeRoot, now: UnixTime) -> Result<String, Told> {
    let held = Held::read(dir)?;
    let before = held.newest().map(|root| root.text());
    let realm = args.realm.clone().or_else(|| before.map(|text| text.realm.clone()));
    let quorum = |threshold: Option<usize>, files: &[PathBuf], before: Option<&Quorum>| {
        let keys = match (files, before) {
            ([], Some(quorum)) => quorum.keys.clone(),
            (files, _) => files.iter().map(|file| public(file)).collect::<Result<_, _>>()?,
        };
        let threshold = threshold.or_else(|| before.map(|quorum| quorum.threshold));
        Ok::<_, Told>(Quorum { threshold: threshold.unwrap_or(1), keys })
    };
    let text = RootText {
        realm: realm.ok_or(("第一版没有写领域".to_owned(), "用 --realm 写明"))?,
        version: before.map_or(1, |text| text.version + 1),
        issued: args.issued.map_or_else(|| stamp(now), Ok)?,
        expires: midnight(args.expires)?,
        root: quorum(args.root, &args.root_keys, before.map(|text| &text.root))?,
        trust: quorum(args.trust, &args.trust_keys, before.map(|text| &text.trust))?,
    };
    let text = text.to_string();
    // What is drafted can be read again, or it is not drafted.
    let check: Result<RootText, _> = text.parse();
    check.map_err(|error| (format!("根文件{error}"), "核对密钥、门限和日期"))?;
    write(dir, "root.next", &text)
}

pub(super) fn propose_list(dir: &Path, args: &ProposeList, now: UnixTime) -> Result<String, Told> {
    let held = Held::read(dir)?;
    let issued = args.issued.map_or_else(|| stamp(now), Ok)?;
    let next_update = midnight(args.next_update)?;
    let text = match held.list_before()? {
        Some(list) => TrustText {
            version: list.text().version + 1,
            issued,
            next_update,
            prev: list.stamp().digest,
            ..list.text().clone()
        },
        None => TrustText {
            realm: held.root()?.text().realm.clone(),
            version: 1,
            issued,
            next_update,
            prev: TextDigest::NONE,
            issuers: Vec::new(),
            logs: Vec::new(),
        },
    };
    write_list(dir, &text)
}

/// Changes the draft of the trust list.
fn edit(
    dir: &Path,
    change: impl FnOnce(&mut TrustText) -> Result<(), Told>,
) -> Result<String, Told> {
    const HINT: &str = "先用 trust propose list 起草";
    let path = dir.join(LIST);
    let bytes = held::read(&path).map_err(|what| (what, HINT))?;
    let text = String::from_utf8(bytes).map_err(|_| ("草稿不是文本".to_owned(), HINT))?;
    let told = |error| (format!("{}：{error}", path.display()), HINT);
    let mut text: TrustText = text.parse().map_err(told)?;
    change(&mut text)?;
    write_list(dir, &text)
}

fn write_list(dir: &Path, text: &TrustText) -> Result<String, Told> {
    let text = text.to_string();
    let check: Result<TrustText, _> = text.parse();
    check.map_err(|error| (format!("信任名单{error}"), "核对所写的内容"))?;
    write(dir, LIST, &text)
}

/// The key of a public key file, whose name must say that it has this role.
fn key_of_role(file: &Path, role: &str) -> Result<NamedKey, Told> {
    let key = public(file)?;
    if key.name().as_str().starts_with(role) {
        return Ok(key);
    }
    let what = format!("{} 的角色不对：名字应以 {role} 开头", key.name());
    Err((what, "角色不得兼任；用 keys new 另建一把"))
}

/// The log of a public key file: its key's name is the log's origin.
fn log(file: &Path) -> Result<LogEntry, Told> {
    let key = public(file)?;
    let origin: Result<Origin, _> = key.name().as_str().parse();
    let what = || (format!("{} 不是日志密钥", key.name()), "用 keys new log 建立");
    Ok(LogEntry {
        origin: origin.map_err(|_| what())?,
        key: *key.public(),
        status: LogStatus::Active,
    })
}

pub(super) fn add_issuer(dir: &Path, args: &AddIssuer) -> Result<String, Told> {
    let key = key_of_role(&args.key, "issuer/")?;
    if !IssuerEntry::is_name(&args.name) {
        return Err(("名称为空、过长或有不能用的字符".to_owned(), "核对 --name"));
    }
    let scope = Allowed {
        regions: args.regions.clone(),
        years: args.years.clone(),
        kinds: args.kinds.clone(),
        categories: args.categories.clone(),
    };
    let issuer = IssuerEntry {
        id: args.id.clone(),
        name: args.name.clone(),
        key: *key.public(),
        limits: Limits {
            not_before: args.from,
            not_after: args.until,
            status: Status::Active,
            scope: Scope::Known(scope),
        },
        hosts: args.hosts.clone(),
    };
    let logs = args.logs.iter().map(|file| log(file)).collect::<Result<Vec<_>, _>>()?;
    edit(dir, |text| {
        text.issuers.push(issuer);
        text.logs.extend(logs);
        Ok(())
    })
}

pub(super) fn add_log(dir: &Path, files: &[PathBuf]) -> Result<String, Told> {
    let logs = files.iter().map(|file| log(file)).collect::<Result<Vec<_>, _>>()?;
    edit(dir, |text| {
        text.logs.extend(logs);
        Ok(())
    })
}

/// Changes the issuer's line of this key: its kid, or its public key file.
fn change(
    dir: &Path,
    key: &str,
    change: impl FnOnce(&mut Limits) -> Result<(), Told>,
) -> Result<String, Told> {
    let is_kid = key.len() == 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let kid = if is_kid {
        key.to_ascii_lowercase()
    } else {
        public(Path::new(key))?.public().id().to_string()
    };
    edit(dir, |text| {
        let issuer = text.issuers.iter_mut().find(|it| it.key.id().to_string() == kid);
        let what = || (format!("名单上没有 kid {kid}"), "用 trust show 查看名单上的密钥");
        change(&mut issuer.ok_or_else(what)?.limits)
    })
}

pub(super) fn retire(dir: &Path, args: &Retire) -> Result<String, Told> {
    change(dir, &args.key, |limits| {
        if let Status::Compromised(_) = limits.status {
            return Err(("这把密钥已经宣布泄露，不能改作退役".to_owned(), "泄露的密钥不会再可靠"));
        }
        limits.status = Status::Retired;
        if let Some(until) = args.until {
            limits.not_after = limits.not_after.min(until);
        }
        Ok(())
    })
}

pub(super) fn compromise(dir: &Path, args: &Compromise) -> Result<String, Told> {
    change(dir, &args.key, |limits| {
        if let Status::Compromised(cut) = &limits.status
            && (cut.log != args.cut.log || cut.size < args.cut.size)
        {
            let what = format!("已经宣布过泄露，界限是 {}={}", cut.log, cut.size);
            return Err((what, "界限只能收紧，不能放宽"));
        }
        limits.status = Status::Compromised(args.cut.clone());
        Ok(())
    })
}
