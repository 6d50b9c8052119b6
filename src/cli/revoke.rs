//! `revoke`: a new edition of a revocation list, with cards on it.
//!
//! The lists stand in `content/revoked/<issuer>-<year>.note`. They are the
//! office's data, like the ledger: each edition is made of the one before.

use std::path::{Path, PathBuf};

use super::keys::{self, Source, place};
use super::message::{Exit, Talk};
use super::trust::held::{Held, read_if_there};
use crate::credential::field::Stamp;
use crate::credential::key::SigningKey;
use crate::credential::note::{self, NamedKey};
use crate::credential::number::CardNumber;
use crate::credential::revocation::{Edition, RevocationList, RevocationReason, RevocationText};
use crate::credential::scope::Origin;
use crate::credential::trust_list::TrustList;
use crate::diagnostic::Diagnostics;
use crate::ledger::{Access, Ledger};
use crate::time::{Date, UnixTime};

/// 撤销审验卡，签发新一版撤销名单
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 卡号，如 150600-2022-000017-14；同一次只写同一机构、同一年度的
    #[arg(value_name = "NUMBER", required_unless_present = "renew", value_parser = number)]
    numbers: Vec<CardNumber>,
    /// 撤销的原因
    #[arg(long, required_unless_present = "renew", value_parser = reason)]
    reason: Option<RevocationReason>,
    /// 不撤销卡，只给这个日志签发新一版名单，如 training/150600/2022
    #[arg(long, value_name = "ORIGIN", conflicts_with_all = ["numbers", "reason"])]
    renew: Option<Origin>,
    /// 日志密钥的私钥文件；旁边要有同名的 .pub
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// 下次更新的日期；过了这一天，用旧名单核验的卡“无法判断”
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    next_update: Date,
    /// 签发时刻，如 2026-01-05T09:00:00+08:00；不写则为现在
    #[arg(long, value_name = "TIME")]
    issued: Option<Stamp>,
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    #[command(flatten)]
    source: Source,
}

fn number(text: &str) -> Result<CardNumber, String> {
    text.parse().map_err(|_| "卡号与印在卡上的不同，或校验码不对".to_owned())
}

fn reason(text: &str) -> Result<RevocationReason, String> {
    text.parse().map_err(|error| format!("{error}"))
}

fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "日期写成 2022-12-31")
}

/// Where a site keeps the list of a log.
pub(super) fn path(site: &Path, origin: &Origin) -> PathBuf {
    site.join("content/revoked").join(format!("{}-{}.note", origin.issuer, origin.year))
}

/// Makes the new edition.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let mut problems = Diagnostics::new();
    let done = revoke(args, talk.now(), &mut problems);
    talk.problems(problems);
    match done {
        Ok(words) => {
            talk.say(&words);
            Exit::Good
        }
        Err((what, hint)) => talk.could_not(&what, hint),
    }
}

fn revoke(
    args: &Args,
    now: UnixTime,
    problems: &mut Diagnostics,
) -> Result<String, (String, &'static str)> {
    let held = Held::read(&args.site.join("keys"))?;
    let root = held.root()?;
    root.current(now).map_err(|error| (format!("根文件{error}"), "签署新一版根文件"))?;
    let trust = held.list()?.ok_or(("没有信任名单".to_owned(), "先签署 keys/trust.note"))?;
    let origin = origin(args, &trust)?;
    let signer = keys::signer(&args.key, &args.source);
    let (named, signer) = signer
        .map_err(|what| (format!("{}：{what}", args.key.display()), "换一个私钥文件或口令"))?;
    let wanted = trust.text().log(&origin).map(|log| log.named_key());
    if wanted.as_ref() != Some(&named) {
        let what = format!("{} 不是信任名单上日志 {origin} 的密钥", named.name());
        return Err((what, "用 trust add-log 把日志加上名单，或换一个私钥文件"));
    }
    let issuer = &origin.issuer;
    let ledger = Ledger::open(&args.site, issuer, Access::Read, problems);
    let mut ledger = ledger.ok_or(("台账用不了".to_owned(), "先修好台账"))?;
    // A ledger that is only read gives what its next card would have: its length.
    let tree_size = ledger.give_index(origin.year).get();
    let issued = args.issued.map_or_else(|| Stamp::new(now), Ok);
    let next_update = Stamp::new(args.next_update.beijing_midnight());
    let told = |_| ("日期超出范围".to_owned(), "核对日期");
    let edition = Edition {
        tree_size,
        issued: issued.map_err(told)?,
        next_update: next_update.map_err(told)?,
    };
    let text = next_text(args, &trust, origin, edition)?;
    sign(&path(&args.site, text.origin()), &text, &named, &signer)?;
    Ok(format!(
        "撤销名单 {} 第 {} 版：{} 张中撤销 {} 张",
        text.origin(),
        text.version(),
        text.tree_size(),
        text.count()
    ))
}

/// The log whose list is asked for.
fn origin(args: &Args, trust: &TrustList) -> Result<Origin, (String, &'static str)> {
    if let Some(origin) = &args.renew {
        return Ok(origin.clone());
    }
    let of = |number: &CardNumber| {
        let (issuer, year) = (number.issuer.clone(), number.year);
        Origin { realm: trust.text().realm.clone(), issuer, year }
    };
    let origins: Vec<_> = args.numbers.iter().map(of).collect();
    match origins.split_first() {
        Some((first, rest)) if rest.iter().all(|it| it == first) => Ok(first.clone()),
        _ => Err(("卡号不是同一机构、同一年度的".to_owned(), "分几次运行")),
    }
}

/// The list as it is to be.
fn next_text(
    args: &Args,
    trust: &TrustList,
    origin: Origin,
    edition: Edition,
) -> Result<RevocationText, (String, &'static str)> {
    const HINT: &str = "核对日期；名单文件只由本命令写";
    let path = path(&args.site, &origin);
    let before = read_if_there(&path).map_err(|what| (what, HINT))?;
    let text = match before {
        Some(bytes) => {
            let told = |error| (format!("{} 不被接受：{error}", path.display()), HINT);
            RevocationList::open(trust, &bytes).map_err(told)?.text().next(edition)
        }
        None => RevocationText::first(origin, edition),
    };
    let mut text = text.map_err(|error| (error.to_string(), HINT))?;
    for number in &args.numbers {
        let Some(reason) = args.reason else { break };
        let told = |error| (format!("{number}：{error}"), "核对卡号；名单没有改动");
        text.revoke(number.index.get(), reason).map_err(told)?;
    }
    Ok(text)
}

fn sign(
    path: &Path,
    text: &RevocationText,
    named: &NamedKey,
    signer: &SigningKey,
) -> Result<(), (String, &'static str)> {
    let text = text.to_string();
    let told = |what: String| (what, "核对名单和密钥，再运行一次");
    let line = named.sign(signer, &text).map_err(|error| told(error.to_string()))?;
    let note = note::write(&text, &[line]).map_err(|error| told(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| place::replace(path, 0o644, &note))
        .map_err(|error| (format!("{} 写不了：{error}", path.display()), "检查目录的权限"))
}

#[cfg(test)]
mod tests {
    use super::super::trust::tests::Office;

    const REVOKE: &str = "revoke --site ~ --key @/log-training-150600-2022.key \
                          --next-update 2023-02-01";

    /// An office with lists and a ledger of 20 cards.
    fn office() -> Office {
        let office = Office::with_lists();
        std::fs::create_dir_all(office.at("content/ledger")).unwrap();
        let line = |index: u32| {
            format!(
                "{{\"index\":{index},\"person\":\"p-{index}\",\"record\":\"{}\",\"card\":\"#1\"}}\n",
                "0".repeat(64)
            )
        };
        let lines: String = (0..20).map(line).collect();
        std::fs::write(office.at("content/ledger/150600-2022.jsonl"), lines).unwrap();
        office
    }

    fn list(office: &Office) -> String {
        std::fs::read_to_string(office.at("content/revoked/150600-2022.note")).unwrap()
    }

    #[test]
    fn cards_are_revoked_edition_by_edition() {
        let office = office();
        office.does(&format!("{REVOKE} --renew training/150600/2022"));
        assert!(list(&office).contains("\nversion 1\ntree-size 20\n"));
        assert!(!list(&office).contains("reason"));
        let said = office.does(&format!("{REVOKE} 150600-2022-000017-14 --reason error"));
        assert!(said.contains("第 2 版：20 张中撤销 1 张"), "{said}");
        assert!(list(&office).contains("\nreason error\n17\n\n— training/150600/2022 "));
        let again = format!("{REVOKE} 150600-2022-000017-14 --reason fraud");
        office.refuses(&again, "已经撤销过");
        assert!(list(&office).contains("\nversion 2\n"), "nothing was written");
    }

    #[test]
    fn what_cannot_be_revoked() {
        let office = office();
        let number = |index: u64| {
            let number = crate::credential::number::CardNumber {
                issuer: "150600".parse().unwrap(),
                year: crate::credential::claim::Year::new(2022).unwrap(),
                index: crate::credential::claim::Index::new(index).unwrap(),
            };
            number.to_string()
        };
        office.refuses(&format!("{REVOKE} {} --reason error", number(20)), "没有签发过");
        let key = "revoke --site ~ --next-update 2023-02-01 --reason error --key";
        office.refuses(&format!("{key} @/issuer-150600.key {}", number(1)), "日志");
        office.refuses(&format!("{REVOKE} --renew training/150600/2021"), "日志");
        let past = REVOKE.replace("2023-02-01", "2022-12-31");
        office.refuses(&format!("{past} {} --reason error", number(1)), "签发时间");
        assert!(!office.at("content/revoked").exists());
    }
}
