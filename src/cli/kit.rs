//! `kit`: what an auditor takes along, in one file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::keys::{self, Source};
use super::lists::{self, Lists};
use super::message::{Exit, Talk};
use super::site;
use super::trust::held::{self, Held};
use crate::credential::claim::PolicyId;
use crate::credential::field::Stamp;
use crate::credential::key::SigningKey;
use crate::credential::note::NamedKey;
use crate::credential::realm::Realm;
use crate::credential::trust::SpecimenIssuer;
use crate::credential::trust_list::LogStatus;
use crate::diagnostic::Diagnostics;
use crate::kit::manifest::{self, Manifest};
use crate::kit::tar::{BYTES_MAX, Files};
use crate::kit::{self, Kit};
use crate::project::Project;
use crate::time::UnixTime;

/// A problem, in words, and what to do.
type Told = (String, &'static str);

/// 制作核验包：不联网核验所需要的一切，合成一个文件
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Make(Make),
}

/// 把站点的根文件、信任名单、撤销名单和规则集合成一个文件，供 verify --kit 使用
#[derive(Debug, clap::Args)]
struct Make {
    /// 写到这个文件；已有的核验包会被换掉，别的文件不会
    #[arg(value_name = "FILE")]
    out: PathBuf,
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    /// 签清单的日志密钥的私钥文件，旁边要有同名的 .pub；样张站点不用写
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 制作的时刻，如 2026-01-05T09:00:00+08:00；不写则为现在
    #[arg(long, value_name = "TIME")]
    issued: Option<Stamp>,
    #[command(flatten)]
    source: Source,
}

/// Makes a kit.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let Command::Make(args) = &args.command;
    let mut problems = Diagnostics::new();
    let made = make(args, talk.now(), &mut problems);
    talk.problems(site::from_here(&args.site, problems));
    match made {
        Ok(lines) => {
            lines.iter().for_each(|line| talk.say(line));
            Exit::Good
        }
        Err((what, hint)) => talk.could_not(&what, hint),
    }
}

/// Whether a kit may take a file's place: there is none, or it is an older kit.
fn is_free(path: &Path) -> Result<(), Told> {
    if !path.is_file() {
        return Ok(());
    }
    let bytes = read(path).map_err(|what| (what, "检查文件的权限"))?;
    if bytes.is_empty() || Kit::read(&bytes).is_ok() {
        return Ok(());
    }
    let what = format!("{} 已经存在，而且不是核验包", path.display());
    Err((what, "核验包写到另一个文件；确实不要那个文件的，先把它移走"))
}

fn make(args: &Make, now: UnixTime, problems: &mut Diagnostics) -> Result<Vec<String>, Told> {
    let issued = args.issued.map_or_else(|| Stamp::new(now), Ok);
    let issued = issued.map_err(|_| ("时刻超出范围".to_owned(), "核对日期"))?;
    let mut files = BTreeMap::new();
    let lists = Lists::read(&args.site)?;
    policies(&args.site, lists.as_ref(), &mut files)?;
    let (realm, specimens, (named, signer)) = match &lists {
        Some(lists) => {
            notes(&args.site, &mut files)?;
            (lists.list().text().realm.clone(), Vec::new(), log_key(args, lists)?)
        }
        None => {
            let specimen = specimen(&args.site, problems)?;
            let key = manifest::specimen_key(&specimen.id);
            (Realm::specimen(), vec![specimen], key)
        }
    };
    let archived: Files<'_> = files.iter().map(|(path, file)| (&**path, &**file)).collect();
    let manifest = Manifest::of(realm, issued, specimens, &archived);
    let bytes = kit::make(&archived, &manifest, &named, &signer)
        .map_err(|error| (format!("核验包做不成：{error}"), "检查站点中的名单和规则集"))?;
    is_free(&args.out)?;
    replace(&args.out, &bytes)?;
    let mut lines = vec![format!(
        "核验包 {}：{} 个文件，{} 字节，{issued} 制作，{} 签署",
        args.out.display(),
        files.len(),
        bytes.len(),
        named.name(),
    )];
    lines.extend(lists.iter().map(Lists::words));
    let uncovered = lists.iter().flat_map(Lists::uncovered);
    lines.extend(uncovered.map(|log| format!("日志 {log} 没有撤销名单：它的卡都不能判为有效")));
    Ok(lines)
}

/// Puts a file in its place, whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Told> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        let hint = "检查文件夹是否存在、可写，磁盘是否已满";
        (format!("{} 写不了：{error}", path.display()), hint)
    })
}

/// The key of a log of the trust list.
fn log_key(args: &Make, lists: &Lists) -> Result<(NamedKey, SigningKey), Told> {
    let wanted = "用 --key 写上信任名单中一个日志的私钥文件";
    let file = args.key.as_ref().ok_or(("没有签清单的密钥".to_owned(), wanted))?;
    let (named, signer) = keys::signer(file, &args.source)
        .map_err(|what| (format!("{}：{what}", file.display()), "换一个私钥文件或口令"))?;
    if keys_of(lists).contains(&named) {
        Ok((named, signer))
    } else {
        Err((format!("{} 不是信任名单上在用日志的密钥", named.name()), wanted))
    }
}

/// The keys whose signature on a manifest counts: those of logs in use.
fn keys_of(lists: &Lists) -> Vec<NamedKey> {
    let logs = lists.list().text().logs.iter();
    let logs = logs.filter(|log| match log.status {
        LogStatus::Active => true,
        LogStatus::Retired | LogStatus::Compromised => false,
    });
    logs.map(|log| log.named_key()).collect()
}

/// The root notes, the trust list and the revocation lists.
fn notes(site: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Told> {
    const HINT: &str = "检查站点的 keys/ 和撤销名单";
    let root = (1..10_000).map(|version| format!("root.{version}.note"));
    let names = root.chain(["root.note".to_owned(), "trust.note".to_owned()]);
    for name in names {
        let read = held::read_if_there(&site.join("keys").join(&name));
        match read.map_err(|what| (what, HINT))? {
            Some(bytes) => files.insert(format!("keys/{name}"), bytes),
            None if name == "root.note" || name == "trust.note" => None,
            None => continue,
        };
    }
    for path in lists::notes(site).map_err(|what| (what, HINT))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = held::read(&path).map_err(|what| (what, HINT))?;
        files.insert(format!("revoked/{name}"), bytes);
    }
    Ok(())
}

/// The policy bundles: those that cards of the ledger cite, or that were published.
fn policies(
    site: &Path,
    lists: Option<&Lists>,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), Told> {
    let realm = lists.map(|lists| lists.list().text().realm.to_string()).unwrap_or_default();
    let ledger = Path::new("content/ledger").join(realm).join("policy");
    for folder in [Path::new("policy"), Path::new("public/policy"), &ledger] {
        let folder = site.join(folder);
        let told = |error: io::Error| {
            (format!("{} 读不了：{error}", folder.display()), "检查文件夹的权限")
        };
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(told)?,
        };
        for entry in entries {
            let path = entry.map_err(told)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // Beside them a portal has one by its year, for people.
            let is_hex = |it: char| matches!(it, '0'..='9' | 'a'..='f');
            let digits = name.strip_suffix(".json").map(|stem| stem.trim_start_matches(is_hex));
            if digits != Some("") || name.len() != 16 + ".json".len() {
                continue;
            }
            let bytes = held::read(&path).map_err(|what| (what, "检查规则集的文件"))?;
            if name != format!("{}.json", PolicyId::of(&bytes)) {
                let what = format!("{} 的内容与它的名字不符，被改动过", path.display());
                return Err((what, "从备份或发布的网站取回这个文件"));
            }
            files.insert(format!("policy/{name}"), bytes);
        }
    }
    Ok(())
}

fn specimen(site: &Path, problems: &mut Diagnostics) -> Result<SpecimenIssuer, Told> {
    let settings = Project::read_settings(site, problems);
    let settings = settings.ok_or(("不是站点".to_owned(), "用 --site 指明站点的根目录"))?;
    let hosts = vec![settings.portal.host().clone()];
    Ok(SpecimenIssuer { id: settings.issuer, name: settings.issuer_name, hosts })
}

/// What a kit holds, once everything in it has been checked.
pub(super) struct Opened {
    /// The lists; none in a kit of specimens.
    pub(super) lists: Option<Lists>,
    /// Of which specimens it is.
    pub(super) specimens: Vec<SpecimenIssuer>,
    /// The policy bundles, by the ids that cards cite.
    pub(super) policies: BTreeMap<PolicyId, Vec<u8>>,
    /// When it was made, and what it lacks, in words.
    pub(super) words: Vec<String>,
}

/// Opens a kit: its lists each by its own signatures, then the manifest by the key
/// of a log of the trust list.
pub(super) fn open(path: &Path) -> Result<Opened, Told> {
    const HINT: &str = "向制作核验包的机构重新取得";
    let told = |what: String| (format!("核验包 {} 不被接受：{what}", path.display()), HINT);
    let bytes = read(path).map_err(|what| (what, HINT))?;
    let kit = Kit::read(&bytes).map_err(|error| told(error.to_string()))?;
    let mut policies = BTreeMap::new();
    for (name, bundle) in kit.folder("policy/") {
        let id = PolicyId::of(bundle);
        if name != format!("{id}.json") {
            return Err(told(format!("policy/{name} 的内容与它的名字不符")));
        }
        policies.insert(id, bundle.to_vec());
    }
    let (lists, manifest) = match kit.specimens().map_err(|error| told(error.to_string()))? {
        Some(manifest) => (None, manifest),
        None => {
            let read = |name: &str| Ok(kit.file(&format!("keys/{name}")).map(<[u8]>::to_vec));
            let held = Held::of(&path.join("keys"), read)?;
            held.root()?;
            let revoked = kit.folder("revoked/");
            let revoked = revoked.map(|(name, note)| {
                Ok((path.join("revoked").join(name).display().to_string(), note.to_vec()))
            });
            let lists = Lists::open(held, revoked)?;
            let manifest = kit.manifest(&keys_of(&lists));
            let manifest = manifest.map_err(|error| told(error.to_string()))?;
            if manifest.realm != lists.list().text().realm {
                return Err(told("清单和名单不是同一个领域的".to_owned()));
            }
            (Some(lists), manifest)
        }
    };
    let mut words = vec![format!("核验包 {} 制作", manifest.issued)];
    let uncovered = lists.iter().flat_map(Lists::uncovered);
    words.extend(uncovered.map(|log| format!("日志 {log} 没有撤销名单：它的卡都不能判为有效")));
    Ok(Opened { lists, specimens: manifest.specimens, policies, words })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let told = |error: io::Error| format!("{} 读不了：{error}", path.display());
    let limit = BYTES_MAX as u64 + 1;
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(told)?;
    Ok(bytes)
}
