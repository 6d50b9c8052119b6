//! `keys`: who signs. Public key files (`.pub`) hold a note's key line; secret key
//! files (`.key`) hold minisign's format and never leave the office.
//!
//! A key's name tells its role: `root/NAME`, `trust/NAME`, `issuer/NAME`; a log's
//! is its origin, `<realm>/<issuer>/<year>`. The name is part of the key's id in
//! notes, so a key of one role cannot stand in for another.

mod passphrase;
pub(super) mod place;
mod secret;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

pub(super) use self::passphrase::Source;

use self::passphrase::NewSource;
use self::secret::{Closed, Protection, SecretKey};
use super::message::{Exit, Talk};
use crate::credential::base64;
use crate::credential::key::{Signer as _, SigningKey};
use crate::credential::note::{KeyName, NamedKey};
use crate::credential::scope::Origin;

/// 建立、查看密钥，更换私钥文件的口令
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(New),
    Show(Show),
    Passphrase(Passphrase),
}

/// 建立一把密钥：公钥在 NAME.pub，私钥在 NAME.key
#[derive(Debug, clap::Args)]
struct New {
    /// 密钥的角色；角色不得兼任
    #[arg(value_enum)]
    role: Role,
    /// 密钥的名字，如 zhang、150600-2022；日志密钥写日志的名称，如 training/150600/2022
    name: String,
    /// 密钥文件放在哪里
    #[arg(long, value_name = "DIR", default_value = "keys")]
    dir: PathBuf,
    /// 不用口令保护私钥文件；只在别有保护的机器上用
    #[arg(long, conflicts_with_all = ["passphrase_file", "passphrase_fd", "passphrase_stdin"])]
    unprotected: bool,
    #[command(flatten)]
    source: Source,
}

/// 查看公钥；给的是私钥文件，就算出它的公钥
#[derive(Debug, clap::Args)]
struct Show {
    /// 公钥文件（.pub）或私钥文件（.key，包括 minisign 的）
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// 写成哪种格式
    #[arg(long, value_enum, default_value_t = Format::Line)]
    format: Format,
    /// 私钥文件旁边没有 .pub 时，密钥的全名，如 root/zhang
    #[arg(long, value_name = "NAME")]
    name: Option<KeyName>,
    #[command(flatten)]
    source: Source,
}

/// 更换私钥文件的口令；密钥不变
#[derive(Debug, clap::Args)]
struct Passphrase {
    /// 私钥文件
    file: PathBuf,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    new: NewSource,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Role {
    /// 根密钥：签根文件
    Root,
    /// 名单密钥：签信任名单
    Trust,
    /// 签发密钥：签审验卡
    Issuer,
    /// 日志密钥：签撤销名单和日志
    Log,
}

/// How a public key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// 公钥行
    Line,
    /// minisign 和 signify 的公钥文件
    Minisign,
    /// openssl 的公钥文件
    Pem,
}

/// Does what was asked.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    match &args.command {
        Command::New(args) => new(args, talk),
        Command::Show(args) => show(args, talk),
        Command::Passphrase(args) => passphrase(args, talk),
    }
}

impl Role {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Trust => "trust",
            Self::Issuer => "issuer",
            Self::Log => "log",
        }
    }

    /// The full name of a key of this role, and the name of its files.
    fn names(self, name: &str) -> Result<(KeyName, String), String> {
        let (full, file) = match self {
            Self::Root | Self::Trust | Self::Issuer => {
                if name.contains('/') || name.starts_with(['.', '-']) {
                    return Err("名字里不能有 /，不能以 . 或 - 开头".to_owned());
                }
                (format!("{}/{name}", self.as_str()), format!("{}-{name}", self.as_str()))
            }
            Self::Log => {
                let origin: Origin = name.parse().map_err(
                    |_| "日志的名称写成 领域/签发机构编号/年度，如 training/150600/2022",
                )?;
                let Origin { realm, issuer, year } = &origin;
                (origin.to_string(), format!("log-{realm}-{issuer}-{year}"))
            }
        };
        Ok((full.parse().map_err(|error| format!("{error}"))?, file))
    }
}

fn random() -> Result<Zeroizing<[u8; 32]>, String> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| format!("没有随机数：{error}"))?;
    Ok(bytes)
}

fn new(args: &New, talk: &mut Talk) -> Exit {
    match make(args) {
        Ok((key, place)) => {
            let (line, id) = (key.to_string(), key.public().id());
            let _ = writeln!(talk.out(), "{line}"); // a reader may have gone away
            talk.say(&format!("私钥在 {0}.key，公钥在 {0}.pub；kid {id}", place.display()));
            talk.hint("私钥和口令各留一份备份，分开保管；.key 文件不要交给任何人");
            Exit::Good
        }
        Err(what) => talk.could_not(&format!("没有建立密钥：{what}"), "改好以后再运行一次"),
    }
}

fn make(args: &New) -> Result<(NamedKey, PathBuf), String> {
    let (name, file) = args.role.names(&args.name)?;
    let place = args.dir.join(file);
    let beside = |extension: &str| PathBuf::from(format!("{}.{extension}", place.display()));
    for path in [beside("key"), beside("pub")] {
        if path.symlink_metadata().is_ok() {
            return Err(format!("{} 已经存在，不会覆盖", path.display()));
        }
    }
    let passphrase = if args.unprotected { None } else { Some(args.source.ask_new()?) };
    let secret = SecretKey::new(random()?);
    let key = NamedKey::new(name, *secret.signing_key().public_key());
    let text = secret.write(passphrase.as_ref().map(|it| it.as_slice()), *random()?);
    let told = |error: io::Error| format!("{}：{error}", args.dir.display());
    std::fs::create_dir_all(&args.dir).map_err(told)?;
    place::create(&beside("key"), 0o600, &text).map_err(told)?;
    place::create(&beside("pub"), 0o644, &format!("{key}\n")).map_err(told)?;
    Ok((key, place))
}

fn show(args: &Show, talk: &mut Talk) -> Exit {
    let mut exit = Exit::Good;
    for file in &args.files {
        match public_of(file, args) {
            Ok(key) => {
                // A reader may have gone away.
                let _ = talk.out().write_all(written(&key, args.format).as_bytes());
                if args.format == Format::Line {
                    talk.say(&format!("{}：kid {}", key.name(), key.public().id()));
                }
            }
            Err(what) => {
                let what = format!("{}：{what}", file.display());
                exit = talk.could_not(&what, "给出 .pub 文件，或自己的 .key 文件");
            }
        }
    }
    exit
}

/// The public key that a file of either kind is of.
fn public_of(file: &Path, args: &Show) -> Result<NamedKey, String> {
    let text = place::read_small(file)?;
    if !secret::is_secret(&text) && Closed::read(&text).is_err() {
        return parse_public(&text);
    }
    let (key, _) = open_secret(file, &args.source)?;
    let public = *key.signing_key().public_key();
    if let Some(name) = &args.name {
        return Ok(NamedKey::new(name.clone(), public));
    }
    let named = read_public(&file.with_extension("pub"))
        .map_err(|_| "旁边没有 .pub 文件，用 --name 写明密钥的全名")?;
    if *named.public() == public {
        Ok(named)
    } else {
        Err("旁边的 .pub 不是它的公钥".to_owned())
    }
}

fn written(key: &NamedKey, format: Format) -> String {
    let public = key.public().as_bytes();
    match format {
        Format::Line => format!("{key}\n"),
        // Both programs: "Ed", a key number, the key. Ours is numbered by its kid.
        Format::Minisign => {
            let bytes = [b"Ed".as_slice(), &key.public().id().0, public].concat();
            format!("untrusted comment: {}\n{}\n", key.name(), base64::encode(&bytes))
        }
        // SubjectPublicKeyInfo (RFC 8410 §4).
        Format::Pem => {
            let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
            let body = base64::encode(&[head.as_slice(), public].concat());
            format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
        }
    }
}

fn passphrase(args: &Passphrase, talk: &mut Talk) -> Exit {
    let changed = open_secret(&args.file, &args.source).and_then(|(key, _)| {
        let new = Source::from(&args.new).ask_new()?;
        let text = key.write(Some(&new), *random()?);
        place::replace(&args.file, 0o600, &text).map_err(|error| error.to_string())
    });
    match changed {
        Ok(()) => {
            talk.say(&format!("{} 的口令换好了；旧的备份仍用旧口令", args.file.display()));
            Exit::Good
        }
        Err(what) => {
            let what = format!("{}：{what}", args.file.display());
            talk.could_not(&what, "口令没有更换，文件没有改动")
        }
    }
}

/// Opens a secret key file, asking for its passphrase if it has one.
fn open_secret(file: &Path, source: &Source) -> Result<(SecretKey, Protection), String> {
    let text = place::read_secret(file)?;
    let closed = Closed::read(&text).map_err(|error| error.to_string())?;
    let protection = closed.protection().map_err(|error| error.to_string())?;
    let passphrase = match protection {
        Protection::Passphrase => source.ask(&question(file))?,
        Protection::None => Zeroizing::default(),
    };
    closed.open(&passphrase).map(|key| (key, protection)).map_err(|error| error.to_string())
}

/// The key of a secret key file, under the name that the `.pub` beside it gives.
///
/// Errors: what is wrong, in words.
pub(super) fn signer(file: &Path, source: &Source) -> Result<(NamedKey, SigningKey), String> {
    Opener::new(source).signer(file)
}

/// Opens several keys with the passphrases of one source, which is read once: each
/// line of a file is a passphrase, and the first that opens a key is taken.
pub(super) struct Opener<'a> {
    source: &'a Source,
    /// Read when the first key needs them; none if a terminal is to ask.
    given: Option<Option<Vec<Zeroizing<Vec<u8>>>>>,
}

impl<'a> Opener<'a> {
    /// An opener that has asked nobody yet.
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, given: None }
    }

    /// As [`signer`].
    pub(super) fn signer(&mut self, file: &Path) -> Result<(NamedKey, SigningKey), String> {
        let named = beside(file)?;
        let secret = self.secret(file)?;
        matching(named, secret.signing_key())
    }

    /// The public key of a file that could be opened with its passphrase.
    pub(super) fn look(file: &Path) -> Result<NamedKey, String> {
        let text = place::read_secret(file)?;
        Closed::read(&text).map_err(|error| error.to_string())?;
        beside(file)
    }

    fn secret(&mut self, file: &Path) -> Result<SecretKey, String> {
        let text = place::read_secret(file)?;
        let closed = || Closed::read(&text).map_err(|error| error.to_string());
        let open = |passphrase: &[u8]| closed()?.open(passphrase).map_err(|it| it.to_string());
        match closed()?.protection().map_err(|error| error.to_string())? {
            Protection::None => return open(b""),
            Protection::Passphrase => {}
        }
        let given = match self.given.take() {
            Some(given) => given,
            None => self.source.all()?,
        };
        let Some(passphrases) = self.given.insert(given) else {
            return open(&self.source.ask(&question(file))?);
        };
        let mut last = Err("口令是空的".to_owned());
        for passphrase in passphrases {
            last = open(passphrase);
            if last.is_ok() {
                break;
            }
        }
        last
    }
}

/// The public key beside a secret one.
fn beside(file: &Path) -> Result<NamedKey, String> {
    read_public(&file.with_extension("pub")).map_err(|what| format!("旁边的 .pub 文件：{what}"))
}

fn question(file: &Path) -> String {
    format!("{} 的口令：", file.display())
}

/// The public keys of a folder, each with its file, in the order of their names.
///
/// Errors: what is wrong, in words.
pub(super) fn public_files(folder: &Path) -> Result<Vec<(NamedKey, PathBuf)>, String> {
    let told = |error: io::Error| format!("{} 读不了：{error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.extension().is_some_and(|it| it == "pub") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: PathBuf| {
        let key = read_public(&path).map_err(|what| format!("{}：{what}", path.display()))?;
        Ok((key, path))
    };
    paths.into_iter().map(read).collect()
}

/// A key with the public one that is said to be its own.
fn matching(named: NamedKey, key: SigningKey) -> Result<(NamedKey, SigningKey), String> {
    if key.public_key() == named.public() {
        Ok((named, key))
    } else {
        Err("旁边的 .pub 不是它的公钥".to_owned())
    }
}

/// The key of a public key file. A file that holds a secret key is refused: what
/// is public is copied about.
pub(super) fn read_public(file: &Path) -> Result<NamedKey, String> {
    let text = place::read_small(file)?;
    if secret::is_secret(&text) {
        return Err("这是私钥文件，不能当公钥用，更不能交出去".to_owned());
    }
    parse_public(&text)
}

fn parse_public(text: &str) -> Result<NamedKey, String> {
    text.strip_suffix('\n').unwrap_or(text).parse().map_err(|error| format!("{error}"))
}
