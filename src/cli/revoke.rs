//! `revoke`: cards that no longer count, and a new edition of their list.
//!
//! A revocation is a line of the ledger; the list in
//! `content/revoked/<issuer>-<year>.note` is made from the ledger, and the next build
//! publishes it.

use std::io;
use std::path::{Path, PathBuf};

use super::authority::{EditionArgs, Keys};
use super::keys::place;
use super::lists::{Lists, Memory};
use super::message::{Exit, Talk};
use super::site;
use crate::credential::number::CardNumber;
use crate::credential::reason::RevocationReason;
use crate::credential::revocation::RevocationText;
use crate::credential::scope::Origin;
use crate::credential::trust_list::TrustText;
use crate::diagnostic::Diagnostics;
use crate::ledger::{Access, Entry, Ledger, Revoked};
use crate::pipeline::{Hand, Listed, NewList, Renewal, edition};
use crate::time::UnixTime;

/// 撤销审验卡，签发新一版撤销名单；下一次构建公布它
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
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    /// 日志密钥的私钥文件；不写则用 keys/ 中以这个日志为名的那一把
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 记住见过的名单版本的文件，防止从旧备份撤销；不写则在用户的状态目录
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    #[command(flatten)]
    edition: EditionArgs,
}

fn number(text: &str) -> Result<CardNumber, String> {
    text.parse().map_err(|_| "卡号与印在卡上的不同，或校验码不对".to_owned())
}

fn reason(text: &str) -> Result<RevocationReason, String> {
    text.parse().map_err(|error| format!("{error}"))
}

/// Where a site keeps the list of a log.
fn path(site: &Path, origin: &Origin) -> PathBuf {
    site.join("content/revoked").join(format!("{}-{}.note", origin.issuer, origin.year))
}

/// Keeps a new list in the place of the one before it.
pub(super) fn keep(site: &Path, list: &NewList) -> io::Result<()> {
    let path = path(site, list.text.origin());
    std::fs::create_dir_all(path.parent().unwrap_or(site))?;
    let note = str::from_utf8(&list.note).map_err(io::Error::other)?;
    place::replace(&path, 0o644, note)
}

/// Has this machine know the lists that it has just signed, so that on a backup of
/// before no other ones of the same versions are signed.
pub(super) fn remember(site: &Path, state: Option<&Path>) -> Result<(), Told> {
    match Lists::read(site)? {
        Some(lists) => lists.remember(state, Memory::Kept).map(|_| ()),
        None => Ok(()),
    }
}

/// A list, for people.
pub(super) fn words(text: &RevocationText) -> String {
    let (origin, version) = (text.origin(), text.version());
    let (size, count) = (text.tree_size(), text.count());
    format!("{origin} 第 {version} 版：台账 {size} 条，不再有效的卡 {count} 张")
}

/// Makes the new edition.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let mut problems = Diagnostics::new();
    let done = revoke(args, talk.now(), &mut problems);
    talk.problems(site::from_here(&args.site, problems));
    match done {
        Ok(words) => {
            talk.say(&format!("撤销名单 {words}"));
            talk.hint("再运行 build，公布这份名单");
            Exit::Good
        }
        Err((what, hint)) => talk.could_not(&what, hint),
    }
}
/// A problem, in words, and what to do.
pub(super) type Told = (String, &'static str);

fn revoke(args: &Args, now: UnixTime, problems: &mut Diagnostics) -> Result<String, Told> {
    let lists = Lists::read(&args.site)?;
    let lists = lists.ok_or(("没有根文件和信任名单".to_owned(), "先签署 keys/ 中的名单"))?;
    // On an old backup it would sign a second list of the same version.
    lists.remember(args.state.as_deref(), Memory::Kept)?;
    let origin = origin(args, lists.list().text())?;
    let keys = Keys::new(&args.site, &args.edition);
    let log_key = |origin: &Origin| match &args.key {
        Some(path) => keys.open(path),
        None => keys.log(origin),
    };
    let times = args.edition.times(now);
    let (issued, next_update) = times.map_err(|what| (what, "核对日期和本机的时间"))?;
    let (root, list, revocations, notes) = lists.into_parts();
    root.current(now).map_err(|error| (format!("根文件{error}"), "签署新一版根文件"))?;
    let renewal = if args.renew.is_some() { Renewal::All } else { Renewal::Changed };
    let hand = Hand::Absent("撤销不签卡".to_owned());
    let log_key = &log_key;
    let listed =
        Listed { root, list, revocations, notes, hand, log_key, now, issued, next_update, renewal };
    let (realm, issuer) = (&origin.realm, &origin.issuer);
    let ledger = Ledger::open(&args.site, realm, issuer, Access::Write, problems);
    let ledger = ledger.filter(|_| !problems.has_errors());
    let mut ledger = ledger.ok_or(("台账用不了".to_owned(), "先修好台账"))?;
    stage(args, &origin, &mut ledger)?;
    let list = edition(&listed, &ledger, &origin)?;
    let told = |error: io::Error| {
        (format!("没有写成：{error}"), "检查磁盘空间和权限，运行 build 补上名单")
    };
    ledger.commit().map_err(told)?;
    match list {
        Some(list) => {
            keep(&args.site, &list).map_err(told)?;
            remember(&args.site, args.state.as_deref())?;
            Ok(words(&list.text))
        }
        None => Ok(format!("{origin}：没有变化")),
    }
}

/// Stages a line for each card that is revoked.
fn stage(args: &Args, origin: &Origin, ledger: &mut Ledger) -> Result<(), Told> {
    const HINT: &str = "核对卡号；台账和名单都没有改动";
    let mut withdrawn = ledger.withdrawn(origin.year);
    for number in &args.numbers {
        let Some(reason) = args.reason else { break };
        if !ledger.has_card(origin.year, number.index) {
            let what = format!("{number}：没有签发过这张卡，{origin} 的台账里没有它");
            return Err((what, HINT));
        }
        if let Some(reason) = withdrawn.insert(number.index.get(), reason) {
            let what = format!("{number}：已经撤销过，原因是 {}", reason.as_str());
            return Err((what, HINT));
        }
        let index = ledger.give_index(origin.year).get();
        let line = Entry::Revoked(Revoked { index, revokes: number.index.get(), reason });
        let staged = ledger.stage(origin.year, &line);
        staged.map_err(|error| (format!("台账写不了：{error}"), "检查磁盘空间和权限"))?;
    }
    Ok(())
}

/// The log whose list is asked for.
fn origin(args: &Args, trust: &TrustText) -> Result<Origin, Told> {
    if let Some(origin) = &args.renew {
        return Ok(origin.clone());
    }
    let of = |number: &CardNumber| {
        let (issuer, year) = (number.issuer.clone(), number.year);
        Origin { realm: trust.realm.clone(), issuer, year }
    };
    let origins: Vec<_> = args.numbers.iter().map(of).collect();
    match origins.split_first() {
        Some((first, rest)) if rest.iter().all(|it| it == first) => Ok(first.clone()),
        _ => Err(("卡号不是同一机构、同一年度的".to_owned(), "分几次运行")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::trust::tests::Office;

    const REVOKE: &str = "revoke --site ~ --key @/log-training-150600-2022.key \
                          --next-update 2023-02-01";

    /// An office with lists and a ledger of 20 cards.
    fn office() -> Office {
        let office = Office::with_lists();
        crate::ledger::tests::cards(&office.at(""), &"training".parse().unwrap(), 20);
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
        assert!(said.contains("第 2 版：台账 21 条，不再有效的卡 1 张"), "{said}");
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
        office.refuses(&format!("{key} @/issuer-150600.key {}", number(1)), "不是信任名单上日志");
        office.refuses(&format!("{REVOKE} --renew training/150600/2021"), "日志");
        let past = REVOKE.replace("2023-02-01", "2022-12-31");
        office.refuses(&format!("{past} {} --reason error", number(1)), "签发时间");
        assert!(!office.at("content/revoked").exists());
    }
}
