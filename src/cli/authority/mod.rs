//! By whose authority `build` and `check` work: specimens', or the lists and keys in
//! `keys/`.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::keys::{self, Opener, Source};
use super::lists::{Lists, Memory};
use crate::credential::field::Stamp;
use crate::credential::key::{PublicKey, SigningKey};
use crate::credential::note::NamedKey;
use crate::credential::scope::{Origin, Status};
use crate::credential::trust_list::TrustText;
use crate::diagnostic::{Diagnostics, Place};
use crate::pipeline::{Authority, Hand, Listed, Lock, LogKey, Renewal};
use crate::project::Settings;
use crate::time::{Date, UnixTime};

/// Days from a revocation list to its next update, unless they are said: an office
/// that renews every week may miss one.
const NEXT_UPDATE_DAYS: i64 = 14;

/// The flags of a build that signs in earnest.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "真实签发（realm 不是 specimen）")]
pub(super) struct SigningArgs {
    /// 签发密钥的私钥文件；不写则用 keys/ 中信任名单上在用的那一把
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 不打开私钥：只重新生成网页；要签发新卡时报错
    #[arg(long, conflicts_with_all = ["key", "renew"])]
    no_sign: bool,
    /// 没有变化的撤销名单也签发新一版；每周做一次
    #[arg(long)]
    renew: bool,
    #[command(flatten)]
    edition: EditionArgs,
}

/// The flags of whatever signs a revocation list.
#[derive(Debug, Default, clap::Args)]
pub(super) struct EditionArgs {
    /// 撤销名单下次更新的日期；不写则为 14 天以后
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::argument::date)]
    next_update: Option<Date>,
    /// 撤销名单的签发时刻，如 2026-01-05T09:00:00+08:00；不写则为现在
    #[arg(long, value_name = "TIME")]
    issued: Option<Stamp>,
    #[command(flatten)]
    source: Source,
}

impl EditionArgs {
    /// When a list is issued now, and by when the next one will be there.
    ///
    /// Errors: a date that a list cannot have, in words.
    pub(super) fn times(&self, now: UnixTime) -> Result<(Stamp, Stamp), String> {
        let issued = self.issued.map_or_else(|| Stamp::new(now), Ok);
        let next_update = issued.and_then(|issued| {
            let midnight = issued.time().beijing_date().beijing_midnight().seconds();
            let after = || UnixTime::from_seconds(midnight + NEXT_UPDATE_DAYS * 86_400);
            Stamp::new(self.next_update.map_or_else(after, Date::beijing_midnight))
        });
        issued.and_then(|issued| Ok((issued, next_update?))).map_err(|error| error.to_string())
    }

    /// Where the passphrases are.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }
}

/// What will be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Cards and lists.
    Build,
    /// Nothing.
    Check,
}

impl Purpose {
    /// A check writes nothing.
    const fn memory(self) -> Memory {
        match self {
            Self::Build => Memory::Kept,
            Self::Check => Memory::Asked,
        }
    }
}

/// The keys of a site, opened one after the other by the passphrases that the user
/// points at.
pub(super) struct Keys<'a> {
    folder: PathBuf,
    opener: Mutex<Opener<'a>>,
}

impl<'a> Keys<'a> {
    /// The keys of the site at this root.
    pub(super) fn new(site: &Path, args: &'a EditionArgs) -> Self {
        Self { folder: site.join("keys"), opener: Mutex::new(Opener::new(args.source())) }
    }

    /// Opens the key of a log: the one in the folder whose name is the log's.
    pub(super) fn log(&self, origin: &Origin) -> Result<(NamedKey, SigningKey), String> {
        let name = origin.to_string();
        let found = keys::public_files(&self.folder)?;
        let file = found.into_iter().find(|(key, _)| key.name().as_str() == name);
        let (_, path) = file.ok_or("keys/ 中没有它的 .pub 文件")?;
        self.open(&path.with_extension("key"))
    }

    /// Opens a key.
    pub(super) fn open(&self, path: &Path) -> Result<(NamedKey, SigningKey), String> {
        let opened = self.opener.lock().unwrap_or_else(PoisonError::into_inner).signer(path);
        opened.map_err(|what| format!("{}：{what}", path.display()))
    }

    /// Who signs cards under this list.
    ///
    /// Errors: a key was pointed at and cannot be used.
    fn hand<'h>(
        &self,
        asked: &Asked<'_>,
        list: &TrustText,
        open: &'h OpenKey<'h>,
    ) -> Result<Hand<'h>, String> {
        let Asked { settings, args, purpose, .. } = *asked;
        if args.no_sign {
            return Ok(Hand::Absent(NOT_SIGNING.to_owned()));
        }
        let path = match &args.key {
            Some(path) => path.clone(),
            None => match self.active(list, settings) {
                Ok((key, _)) if purpose == Purpose::Check => return Ok(Hand::Closed(key)),
                Ok((_, path)) if path.symlink_metadata().is_err() => {
                    return Ok(Hand::Absent(format!("没有 {}", path.display())));
                }
                Ok((_, path)) => path,
                Err(why) => return Ok(Hand::Absent(why)),
            },
        };
        let found = Opener::look(&path).map_err(|what| format!("{}：{what}", path.display()))?;
        let open = move || open(&path).map(|(_, signer)| Box::new(signer) as _);
        Ok(Hand::Key(Lock::new(*found.public(), open)))
    }

    /// The key in the folder that the list has as active for this issuer.
    fn active(
        &self,
        list: &TrustText,
        settings: &Settings,
    ) -> Result<(PublicKey, PathBuf), String> {
        let is_active = |key: &PublicKey| {
            list.issuers.iter().any(|issuer| {
                let status = &issuer.limits.status;
                issuer.key == *key && issuer.id == settings.issuer && *status == Status::Active
            })
        };
        let mut found = keys::public_files(&self.folder)?;
        found.retain(|(key, _)| is_active(key.public()));
        let issuer = &settings.issuer;
        match &found[..] {
            [(key, path)] => Ok((*key.public(), path.with_extension("key"))),
            [] => Err(format!("keys/ 中没有信任名单上 {issuer} 在用的密钥")),
            [_, _, ..] => Err(format!("keys/ 中有 {issuer} 的几把在用的密钥，用 --key 指明一把")),
        }
    }
}

const NOT_SIGNING: &str = "写了 --no-sign";

/// Opens a secret key file; errors in words.
pub(super) type OpenKey<'a> = dyn Fn(&Path) -> Result<(NamedKey, SigningKey), String> + Sync + 'a;

/// A site, and what its owner says about signing.
pub(super) struct Asked<'a> {
    pub site: &'a Path,
    pub settings: &'a Settings,
    pub args: &'a SigningArgs,
    pub purpose: Purpose,
    /// Where it is kept which lists this machine has seen, if not in its usual place.
    pub state: Option<&'a Path>,
    pub now: UnixTime,
}

impl SigningArgs {
    /// The keys of a site.
    pub(super) fn keys(&self, site: &Path) -> Keys<'_> {
        Keys::new(site, &self.edition)
    }

    /// Opens the key of a log, unless nothing is to be signed.
    pub(super) fn log_key(
        &self,
        keys: &Keys<'_>,
        origin: &Origin,
    ) -> Result<(NamedKey, SigningKey), String> {
        if self.no_sign { Err(NOT_SIGNING.to_owned()) } else { keys.log(origin) }
    }
}

/// By whose authority a site signs; `None` if something is wrong, which is told.
pub(super) fn read<'a>(
    asked: &Asked<'_>,
    keys: &Keys<'_>,
    open: &'a OpenKey<'a>,
    log_key: &'a LogKey<'a>,
    problems: &mut Diagnostics,
) -> Option<Authority<'a>> {
    let Asked { site, settings, args, purpose, now, .. } = *asked;
    let lists = match Lists::read(site) {
        Ok(lists) => lists,
        Err((what, hint)) => {
            problems.error(Place::file("keys"), what, hint);
            return None;
        }
    };
    let (realm, place) = (&settings.realm, Place::file("content/site.toml"));
    if realm.is_specimen() {
        if args.key.is_some() || args.renew {
            let hint = "样张不用密钥；真实签发，把 realm 改成根文件里的领域";
            problems.error(place, "realm 是 specimen，不能用真实密钥签发", hint);
            return None;
        }
        if lists.is_some() {
            let hint = "真实签发，把 realm 改成根文件里的领域";
            problems.warning(place, "keys/ 中有根文件，而 realm 是 specimen：签发的是样张", hint);
        }
        return Some(Authority::Specimen);
    }
    let Some(lists) = lists else {
        let hint = "先建立根文件和信任名单（trust propose root），或写 realm = \"specimen\"";
        problems.error(place, format!("领域 {realm} 没有根文件 keys/root.note"), hint);
        return None;
    };
    let found = &lists.list().text().realm;
    if found != realm {
        let what = format!("realm 是 {realm}，而 keys/ 中的根文件属于领域 {found}");
        problems.error(place, what, "改正 realm，或换上这个领域的根文件和名单");
        return None;
    }
    let mut told = |what: String, hint| problems.error(Place::file("keys"), what, hint);
    let (issued, next_update) =
        args.edition.times(now).map_err(|what| told(what, "核对日期和本机的时间")).ok()?;
    // A site from an old backup is not built on.
    lists.remember(asked.state, purpose.memory()).map_err(|(what, hint)| told(what, hint)).ok()?;
    let hand = keys.hand(asked, lists.list().text(), open);
    let hand = hand.map_err(|what| told(what, "换一个私钥文件或口令")).ok()?;
    let renewal = if args.renew { Renewal::All } else { Renewal::Changed };
    let (root, list, revocations, notes) = lists.into_parts();
    Some(Authority::Listed(Box::new(Listed {
        root,
        list,
        revocations,
        notes,
        hand,
        log_key,
        now,
        issued,
        next_update,
        renewal,
    })))
}
