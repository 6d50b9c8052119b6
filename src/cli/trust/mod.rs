//! `trust`: the root note and the trust list, from proposal to note.
//!
//! `propose` writes a text (`root.next`, `trust.next`); `add-issuer`, `add-log`,
//! `retire` and `compromise` change the trust list's; `sign` is done by each key's
//! holder, on a machine of their own if they like; `assemble` makes the note once
//! enough have signed. Nothing but `assemble` touches what is published.

mod edit;
pub(super) mod held;
#[cfg(test)]
pub(super) mod tests;

use std::path::{Path, PathBuf};

use self::held::Held;
use super::argument;
use super::keys::{self, place};
use super::message::{Exit, Talk};
use crate::credential::claim::Year;
use crate::credential::digest::TextDigest;
use crate::credential::field::Stamp;
use crate::credential::note;
use crate::credential::number::IssuerId;
use crate::credential::qr::Host;
use crate::credential::realm::Realm;
use crate::credential::root::{self, RootText};
use crate::credential::scope::{Cut, Region, Status};
use crate::credential::trust_list::{self, TrustText};
use crate::time::{Date, UnixTime};

/// 管理根文件和信任名单：谁可以签发，用哪把密钥
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 公钥、根文件和名单所在的目录
    #[arg(long, value_name = "DIR", default_value = "keys", global = true)]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Propose(Propose),
    AddIssuer(Box<AddIssuer>),
    AddLog(AddLog),
    Retire(Retire),
    Compromise(Compromise),
    Sign(Sign),
    Assemble(Assemble),
    Show(Show),
}

/// 起草下一版根文件（root.next）或信任名单（trust.next）
#[derive(Debug, clap::Args)]
struct Propose {
    #[command(subcommand)]
    what: Proposal,
}

#[derive(Debug, clap::Subcommand)]
enum Proposal {
    Root(ProposeRoot),
    List(ProposeList),
}

/// 起草下一版根文件；没写的沿用上一版
#[derive(Debug, clap::Args)]
struct ProposeRoot {
    /// 领域，如 training、production；第一版必须写
    #[arg(long)]
    realm: Option<Realm>,
    /// 根密钥中要有几把签名
    #[arg(long, value_name = "K")]
    root: Option<usize>,
    /// 根密钥的公钥文件，一把写一次
    #[arg(long = "root-key", value_name = "FILE")]
    root_keys: Vec<PathBuf>,
    /// 名单密钥中要有几把签名
    #[arg(long, value_name = "K")]
    trust: Option<usize>,
    /// 名单密钥的公钥文件，一把写一次
    #[arg(long = "trust-key", value_name = "FILE")]
    trust_keys: Vec<PathBuf>,
    /// 到期的日期；到期以前必须换新版
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = argument::date)]
    expires: Date,
    /// 签发时刻，如 2026-01-05T09:00:00+08:00；不写则为现在
    #[arg(long, value_name = "TIME")]
    issued: Option<Stamp>,
}

/// 起草下一版信任名单，内容同上一版，再用 add-issuer 等命令改
#[derive(Debug, clap::Args)]
struct ProposeList {
    /// 下次更新的日期；过了这一天，用旧名单核验的卡“无法判断”
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = argument::date)]
    next_update: Date,
    /// 签发时刻，如 2026-01-05T09:00:00+08:00；不写则为现在
    #[arg(long, value_name = "TIME")]
    issued: Option<Stamp>,
}

/// 在起草的名单上加一把签发密钥；没有写明的一律不许
#[derive(Debug, clap::Args)]
struct AddIssuer {
    /// 签发机构编号
    #[arg(long)]
    id: IssuerId,
    /// 签发机构名称
    #[arg(long)]
    name: String,
    /// 签发密钥的公钥文件
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// 可以签发的第一天
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = argument::date)]
    from: Date,
    /// 可以签发的最后一天
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = argument::date)]
    until: Date,
    /// 行政区划代码，2、4 或 6 位；可写多次
    #[arg(long = "region", required = true)]
    regions: Vec<Region>,
    /// 学习年度；可写多次
    #[arg(long = "year", required = true, value_parser = year)]
    years: Vec<Year>,
    /// 卡种；可写多次
    #[arg(long = "kind", default_value = "annual")]
    kinds: Vec<String>,
    /// 科目：公需、专业，别的写编号，如 3；可写多次
    #[arg(long = "category", required = true)]
    categories: Vec<String>,
    /// 门户网站的主机名；可写多次
    #[arg(long = "host")]
    hosts: Vec<Host>,
    /// 日志密钥的公钥文件，一个年度一把；可写多次
    #[arg(long = "log", value_name = "FILE")]
    logs: Vec<PathBuf>,
}

/// 在起草的名单上加日志
#[derive(Debug, clap::Args)]
struct AddLog {
    /// 日志密钥的公钥文件
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// 让一把签发密钥退役：它签过的卡仍然有效
#[derive(Debug, clap::Args)]
struct Retire {
    /// 密钥的 kid，16 位十六进制，或公钥文件
    key: String,
    /// 可以签发的最后一天；不写则不改
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = argument::date)]
    until: Option<Date>,
}

/// 宣布一把签发密钥泄露：只有日志里被盗以前的卡仍然有效
#[derive(Debug, clap::Args)]
struct Compromise {
    /// 密钥的 kid，16 位十六进制，或公钥文件
    key: String,
    /// 界限：日志名称和被盗以前的卡数，如 training/150600/2022=17
    #[arg(long, value_parser = cut)]
    cut: Cut,
}

/// 用一把密钥签名；只签 root.next、trust.next 这样的正文
#[derive(Debug, clap::Args)]
struct Sign {
    /// 正文
    file: PathBuf,
    /// 私钥文件；旁边要有同名的 .pub
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    source: keys::Source,
}

/// 签名够了，合成 root.note 或 trust.note
#[derive(Debug, clap::Args)]
struct Assemble {
    /// 正文
    file: PathBuf,
    /// 签名文件：trust sign 写的 .sig，或 minisign -S -l 写的 .minisig
    #[arg(value_name = "SIGNATURE", required = true)]
    signatures: Vec<PathBuf>,
}

/// 查看根文件和信任名单
#[derive(Debug, clap::Args)]
struct Show {}

fn year(text: &str) -> Result<Year, &'static str> {
    let year = text.parse().map_err(|_| "年度是 2000–2200")?;
    Year::new(year).map_err(|_| "年度是 2000–2200")
}

fn cut(text: &str) -> Result<Cut, &'static str> {
    let wrong = "界限写成 领域/签发机构编号/年度=卡数";
    let (log, size) = text.split_once('=').ok_or(wrong)?;
    let size = size.parse::<u32>().map_err(|_| wrong)?;
    Ok(Cut { log: log.parse().map_err(|_| wrong)?, size: u64::from(size) })
}

/// A problem, in words, and what to do.
type Told = (String, &'static str);

/// Does what was asked.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let (dir, now) = (args.dir.as_path(), talk.now());
    let done = match &args.command {
        Command::Propose(Propose { what: Proposal::Root(args) }) => {
            edit::propose_root(dir, args, now)
        }
        Command::Propose(Propose { what: Proposal::List(args) }) => {
            edit::propose_list(dir, args, now)
        }
        Command::AddIssuer(args) => edit::add_issuer(dir, args),
        Command::AddLog(args) => edit::add_log(dir, &args.files),
        Command::Retire(args) => edit::retire(dir, args),
        Command::Compromise(args) => edit::compromise(dir, args),
        Command::Sign(args) => sign(args, talk),
        Command::Assemble(args) => assemble(dir, args, now),
        Command::Show(Show {}) => show(dir, now, talk),
    };
    match done {
        Ok(words) => {
            words.lines().for_each(|line| talk.say(line));
            Exit::Good
        }
        Err((what, hint)) => talk.could_not(&what, hint),
    }
}

/// A text that may be signed here: a root note's or a trust list's.
enum Text {
    Root(Box<RootText>),
    Trust(Box<TrustText>),
}

impl Text {
    fn read(path: &Path) -> Result<(Self, String), Told> {
        let text = held::read(path).map_err(|what| (what, "写明 root.next 或 trust.next"))?;
        let text = String::from_utf8(text).map_err(|_| {
            (format!("{} 不是文本", path.display()), "写明 root.next 或 trust.next")
        })?;
        note::check_text(&text).map_err(|error| (error.to_string(), "不要手改正文"))?;
        let told = |error| (format!("{}：{error}", path.display()), "用 trust propose 重新起草");
        let parsed = match text.lines().next() {
            Some(trust_list::CONTEXT) => Self::Trust(Box::new(text.parse().map_err(told)?)),
            Some(root::CONTEXT) => Self::Root(Box::new(text.parse().map_err(told)?)),
            Some(_) | None => {
                let what = format!("{} 不是根文件或信任名单的正文", path.display());
                return Err((what, "写明 root.next 或 trust.next"));
            }
        };
        Ok((parsed, text))
    }

    const fn role(&self) -> &'static str {
        match self {
            Self::Root(_) => "root",
            Self::Trust(_) => "trust",
        }
    }

    const fn words(&self) -> &'static str {
        match self {
            Self::Root(_) => "根文件",
            Self::Trust(_) => "信任名单",
        }
    }

    const fn version(&self) -> u64 {
        match self {
            Self::Root(text) => text.version,
            Self::Trust(text) => text.version,
        }
    }
}

fn sign(args: &Sign, talk: &mut Talk) -> Result<String, Told> {
    let (parsed, text) = Text::read(&args.file)?;
    let digest = TextDigest::of(&text);
    // Who signs sees what.
    talk.say(&format!("将签名：{} 第 {} 版", parsed.words(), parsed.version()));
    talk.say(&format!("SHA-256 {digest}"));
    let key = keys::signer(&args.key, &args.source)
        .map_err(|what| (format!("{}：{what}", args.key.display()), "换一个私钥文件或口令"))?;
    let (named, signer) = key;
    let role = named.name().as_str().split('/').next().unwrap_or_default();
    if role != parsed.role() {
        let what = format!("{} 不能签{}：角色不得兼任", named.name(), parsed.words());
        return Err((what, "根密钥（root/）签根文件，名单密钥（trust/）签信任名单"));
    }
    let line = named.sign(&signer, &text).map_err(|error| (error.to_string(), "再试一次"))?;
    let name = named.name().as_str().replace('/', "-");
    let path = PathBuf::from(format!("{}.{name}.sig", args.file.display()));
    place::replace(&path, 0o644, &format!("{line}\n"))
        .map_err(|error| (format!("{} 写不了：{error}", path.display()), "检查目录的权限"))?;
    Ok(format!("签名在 {}", path.display()))
}

fn assemble(dir: &Path, args: &Assemble, now: UnixTime) -> Result<String, Told> {
    const HINT: &str = "核对正文和签名文件；签名不够的，请其余的持钥人签名";
    let (parsed, text) = Text::read(&args.file)?;
    let held = Held::read(dir)?;
    let candidates = held.candidates(&parsed)?;
    let mut lines = Vec::new();
    for path in &args.signatures {
        let told = |what| (format!("{}：{what}", path.display()), HINT);
        let content = held::read(path).map_err(|what| (what, HINT))?;
        lines.extend(held::signatures(&text, &content, &candidates).map_err(told)?);
    }
    let told = |error: String| (format!("{}不被接受：{error}", parsed.words()), HINT);
    let note = note::write(&text, &lines).map_err(|error| told(error.to_string()))?;
    held.accept(&parsed, note.as_bytes(), now).map_err(told)?;
    let written = match &parsed {
        Text::Root(text) => {
            let version = dir.join(format!("root.{}.note", text.version));
            place::replace(&version, 0o644, &note)
                .and_then(|()| place::replace(&dir.join("root.note"), 0o644, &note))
        }
        Text::Trust(_) => place::replace(&dir.join("trust.note"), 0o644, &note),
    };
    written.map_err(|error| (format!("{} 写不了：{error}", dir.display()), "检查目录的权限"))?;
    let digest = TextDigest::of(&text);
    let (words, version) = (parsed.words(), parsed.version());
    Ok(format!("{words}第 {version} 版成了\nSHA-256 {digest}"))
}

fn show(dir: &Path, now: UnixTime, talk: &mut Talk) -> Result<String, Told> {
    let held = Held::read(dir)?;
    let root = held.root()?;
    let mut words = Vec::new();
    let text = root.text();
    words.push(format!("领域 {}", text.realm));
    words.push(format!("根文件 第 {} 版，{} 起，{} 到期", text.version, text.issued, text.expires));
    words.push(format!("  SHA-256 {}", root.digest()));
    for (role, quorum) in [("根密钥", &text.root), ("名单密钥", &text.trust)] {
        words.push(format!("  {role}：{} 把中要有 {} 把", quorum.keys.len(), quorum.threshold));
        words.extend(quorum.keys.iter().map(|key| format!("    {key}")));
    }
    if let Some(list) = held.list()? {
        let text = list.text();
        let (version, issued, next) = (text.version, text.issued, text.next_update);
        words.push(format!("信任名单 第 {version} 版，{issued} 起，{next} 前更新"));
        words.push(format!("  SHA-256 {}", list.stamp().digest));
        for issuer in &text.issuers {
            let limits = &issuer.limits;
            let mut status = limits.status.words().to_owned();
            if let Status::Compromised(cut) = &limits.status {
                status = format!("{status}，只认 {} 的前 {} 张", cut.log, cut.size);
            }
            let window = format!("{} 至 {}", limits.not_before, limits.not_after);
            let (id, name, kid) = (&issuer.id, &issuer.name, issuer.key.id());
            words.push(format!("  {id} {name} kid {kid} {window} {status}"));
        }
        words.extend(text.logs.iter().map(|log| {
            format!("  日志 {} kid {} {}", log.origin, log.key.id(), log.status.as_str())
        }));
        if now >= text.next_update.time() {
            words.push("  已过更新期".to_owned());
        }
    }
    for line in words {
        let _ = writeln!(talk.out(), "{line}"); // a reader may have gone away
    }
    match root.current(now) {
        Ok(()) => Ok(String::new()),
        Err(error) => Err((format!("根文件{error}"), "起草并签署新一版根文件")),
    }
}
