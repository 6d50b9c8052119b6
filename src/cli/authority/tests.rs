//! An office that signs in earnest, from its first card on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::cli::trust::tests::Office;
use crate::time::Date;

const BUILD: &str = "build --site ~";
/// Verifies all cards by the site's lists; its state is its own.
const VERIFY: &str = "verify ~/private/cards --site ~ --state ~/seen --format json";

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(place).unwrap();
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}

fn base() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/base")
}

fn edit(office: &Office, path: &str, from: &str, to: &str) {
    let path = office.at(path);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{}: {from}", path.display());
    std::fs::write(path, text.replace(from, to)).unwrap();
}

/// The site of the stories, in the realm `training`, with lists and keys.
fn office() -> Office {
    let office = Office::with_lists();
    copy(&base(), &office.at(""));
    edit(&office, "content/site.toml", "realm = \"specimen\"", "realm = \"training\"");
    office
}

/// A second learner who passes.
fn newcomer(office: &Office) {
    let from = base().with_file_name("failing-build.in").join("more/p-4.json");
    std::fs::copy(from, office.at("content/learners/p-4.json")).unwrap();
}

/// The files below a folder of the office.
fn files(office: &Office, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let root = office.at(folder);
    let walk = WalkDir::new(&root).into_iter().filter_map(Result::ok);
    let found = walk.filter(|entry| entry.file_type().is_file());
    found
        .map(|entry| {
            let name = entry.path().strip_prefix(&root).unwrap().display().to_string();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn text(office: &Office, path: &str) -> String {
    std::fs::read_to_string(office.at(path)).unwrap()
}

/// Everything that a failing command may not touch.
fn all(office: &Office) -> Vec<BTreeMap<String, Vec<u8>>> {
    ["content", "public", "private"].map(|folder| files(office, folder)).into()
}

fn new_list(office: &Office, change: &str) {
    office.does("trust --dir @ propose list --next-update 2023-08-01");
    if !change.is_empty() {
        office.does(&format!("trust --dir @ {change}"));
    }
    office.does("trust --dir @ sign @/trust.next --key @/trust-office.key");
    office.does("trust --dir @ assemble @/trust.next @/trust.next.trust-office.sig");
}

#[test]
fn two_names_of_one_issuer_are_told() {
    let office = office();
    let words = "warning: 卡面印的签发机构是“样张人社局”，信任名单上 150600 是“样例市人社局”";
    let said = office.does("check --site ~");
    assert!(said.contains(words), "{said}");
    edit(&office, "content/site.toml", "样张人社局", "样例市人社局");
    let said = office.does(BUILD);
    assert!(!said.contains("卡面印的签发机构"), "{said}");
}

#[test]
fn a_real_card_is_issued_and_verifies() {
    let office = office();
    office.does("check --site ~");
    let said = office.does(BUILD);
    assert!(said.contains("审验卡    1 张（新签发 1 张）"), "{said}");
    assert!(said.contains("training/150600/2022 第 1 版：台账 1 条，不再有效的卡 0 张"), "{said}");
    let said = office.does(VERIFY);
    assert!(said.contains("\"code\":\"VALID\"") && said.contains("\"specimen\":false"), "{said}");
    assert!(said.contains("{\"step\":\"policy\",\"state\":\"passed\"}"), "{said}");
    // What is published is enough to verify by.
    let said = office.does(&VERIFY.replace("--site ~", "--site ~/public"));
    assert!(said.contains("\"code\":\"VALID\""), "{said}");
    office.does("kit make ~/kit.tar --site ~ --key @/log-training-150600-2022.key");
    let said = office.does("verify ~/private/cards --kit ~/kit.tar --state ~/seen --format json");
    assert!(said.contains("{\"step\":\"policy\",\"state\":\"passed\"}"), "{said}");
    let page = text(&office, "public/v/index.html");
    assert!(page.contains("\"roots\":[\"shenyan/root/1") && !page.contains("\"specimens\""));
    for (published, kept) in [
        ("root.1.note", "keys/root.note"),
        ("root.note", "keys/root.note"),
        ("trust.note", "keys/trust.note"),
        ("revoked/150600-2022.note", "content/revoked/150600-2022.note"),
    ] {
        assert_eq!(text(&office, &format!("public/{published}")), text(&office, kept));
    }
    let card = files(&office, "private/cards").into_iter().find(|(name, _)| name.ends_with("html"));
    assert!(!String::from_utf8(card.unwrap().1).unwrap().contains("样张，不作证明"));
    // Built again, and built again from content: nothing is signed, nothing changes.
    let before = all(&office);
    let said = office.does(BUILD);
    assert!(!said.contains("撤销名单"), "{said}");
    assert!(all(&office) == before);
    for folder in ["public", "private"] {
        std::fs::remove_dir_all(office.at(folder)).unwrap();
    }
    office.does("build --site ~ --no-sign");
    assert!(all(&office) == before);
}

#[test]
fn lines_by_which_nobody_is_judged_are_verified_too() {
    let office = office();
    office.does(BUILD);
    let name = text(&office, "content/learners/p-1.json");
    let name = name.split("\"value\": \"").nth(1).unwrap().split('"').next().unwrap();
    edit(&office, "content/learners/p-1.json", name, "样改");
    office.does(BUILD);
    let (book, journal) = ("150600-2022.jsonl", "150600-2022.journal");
    let at = |name: &str| office.at("content/ledger/training").join(name);
    let (whole, kept) = (text(&office, &at(book).display().to_string()), at(journal));
    let good = std::fs::read(at(journal)).unwrap();
    // Whoever can write the ledger can write its journal, but cannot sign.
    let tamper = |from: &str, to: &str| {
        let forged = whole.replacen(from, to, 1);
        assert!(forged != whole && forged.len() == whole.len());
        let digest = Sha256::digest(&forged);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let (lines, bytes) = (forged.lines().count(), forged.len());
        let extent = format!("{{\"entries\":{lines},\"bytes\":{bytes},\"sha256\":\"{digest}\"}}");
        std::fs::write(at(book), &forged).unwrap();
        std::fs::write(&kept, format!("{{\"committed\":{extent}}}\n")).unwrap();
    };
    let words = "150600-2022.jsonl:1: error: 这一行的卡验不过";
    // Twenty digits within the signature, one of them changed.
    let digits = |line: usize| {
        let line = whole.lines().nth(line).unwrap();
        let card = line.split("\"card\":\"#1").nth(1).unwrap();
        let digits = card[card.len() - 60..][..20].to_owned();
        let changed = if digits.ends_with('1') { "2" } else { "1" };
        let forged = format!("{}{changed}", &digits[..19]);
        (digits, forged)
    };
    let ((first, first_forged), (second, second_forged)) = (digits(0), digits(1));
    tamper(&first, &first_forged);
    office.fails(BUILD, &[words]); // a card that another has replaced
    office.fails("check --site ~", &[words]);
    // Of somebody who has no record any more, and of a year without a notice.
    std::fs::remove_file(office.at("content/learners/p-1.json")).unwrap();
    tamper(&second, &second_forged);
    office.fails(BUILD, &["150600-2022.jsonl:2: error: 这一行的卡验不过"]);
    std::fs::remove_file(office.at("content/notices/2022/sample.md")).unwrap();
    office.fails(BUILD, &["150600-2022.jsonl:2: error: 这一行的卡验不过"]);
    // Nobody has signed whose card a line is; the list tells that it was replaced.
    tamper("\"p-1\"", "\"p-9\"");
    office.fails(BUILD, &["名单上撤销了序号 0（已换发），台账里却没有"]);
    std::fs::write(at(book), &whole).unwrap();
    std::fs::write(at(journal), &good).unwrap();
    let said = office.does(BUILD);
    assert!(said.contains("2022 年度的卡 1 张，而没有该年度的通知"), "{said}");
}

#[test]
fn an_old_backup_of_the_ledger_is_not_built_on() {
    let office = office();
    office.does(BUILD);
    let backup = files(&office, "content/ledger");
    newcomer(&office);
    let before = text(&office, "content/revoked/150600-2022.note");
    office.does(BUILD);
    assert!(text(&office, "content/revoked/150600-2022.note") != before);
    for (name, bytes) in backup {
        std::fs::write(office.at("content/ledger").join(name), bytes).unwrap();
    }
    std::fs::remove_file(office.at("content/learners/p-4.json")).unwrap();
    office.fails(BUILD, &["撤销名单管到 2 条，台账却只有 1 条"]);
}

#[test]
fn no_secret_is_published_or_handed_out() {
    let office = office();
    office.does(BUILD);
    let keys = files(&office, "keys");
    let secrets: Vec<String> = keys
        .iter()
        .filter(|(name, _)| name.ends_with(".key"))
        .map(|(_, text)| String::from_utf8(text.clone()).unwrap())
        .collect();
    assert_eq!(secrets.len(), 6);
    for folder in ["public", "private", "content"] {
        for (name, bytes) in files(&office, folder) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert!(!text.contains("secret key"), "{folder}/{name}");
            for secret in &secrets {
                let body = secret.lines().nth(1).unwrap();
                // The seed is bytes 62–93 of the file's: these characters are of it alone.
                assert!(!text.contains(&body[84..124]), "{folder}/{name}");
            }
        }
    }
}

#[test]
fn what_a_verifier_would_refuse_is_not_signed() {
    let office = office();
    let add = |years: &str, category: &str, region: &str, from: &str| {
        for file in ["issuer-other.key", "issuer-other.pub"] {
            let _ = std::fs::remove_file(office.at("keys").join(file));
        }
        office.does("keys new issuer other --dir @ --unprotected");
        new_list(
            &office,
            &format!(
                "add-issuer --id 150600 --name 样例 --key @/issuer-other.pub --from {from} \
                 --until 2023-12-31 --region {region} --year {years} --category {category}"
            ),
        );
    };
    let before = all(&office);
    let refused = |line: &str, words: &[&str]| {
        office.fails(line, words);
        assert!(all(&office) == before, "{line}");
    };
    // All reasons at once.
    add("2021", "公需", "1507", "2022-01-01");
    let other = "build --site ~ --key @/issuer-other.key";
    refused(
        other,
        &["在它的地区签发", "2022 年度的卡", "认定科目“专业”（名单上写 专业）", "3 处错误"],
    );
    refused("build --site ~", &["几把在用的密钥，用 --key 指明"]);
    add("2022", "公需 --category 专业", "15", "2022-12-31");
    refused(other, &["签发日期 2022-", "不在签发密钥的期限 2022-12-31 至 2023-12-31 之内"]);
    refused("build --site ~ --key @/issuer-150600.key --date 2024-01-01", &["不在签发密钥的期限"]);
    refused("build --site ~ --key @/issuer-150600.key --date 2023-06-01", &["NOT_YET_VALID"]);
    refused("build --site ~ --key @/log-training-150600-2022.key", &["没有签发密钥 kid"]);
    refused("build --site ~ --no-sign", &["要签发新卡，而没有签发密钥"]);
    new_list(&office, "retire @/issuer-150600.pub");
    refused("build --site ~ --key @/issuer-150600.key", &["已退役"]);
    new_list(&office, "compromise @/issuer-150600.pub --cut training/150600/2022=0");
    refused("build --site ~ --key @/issuer-150600.key", &["已泄露"]);
    // The other key may, and does.
    office.does("build --site ~ --date 2022-12-31");
    assert!(office.does(VERIFY).contains("\"code\":\"VALID\""));
}

#[test]
fn keys_of_two_passphrases_open_from_one_file() {
    let office = office();
    for (name, words) in [("one", "one\n"), ("two", "two\n"), ("both", "two\none\n")] {
        std::fs::write(office.at(name), words).unwrap();
    }
    let lock = |key: &str, words: &str| {
        office.does(&format!("keys passphrase @/{key}.key --new-passphrase-file ~/{words}"));
    };
    lock("issuer-150600", "one");
    lock("log-training-150600-2022", "two");
    let before = all(&office);
    let said = office.fails("build --site ~ --passphrase-file ~/two", &["口令不对", "issuer-"]);
    assert!(!said.contains("log-"), "{said}");
    office.fails("build --site ~ --passphrase-file ~/one", &["口令不对", "log-training"]);
    assert!(all(&office) == before, "a list that cannot be signed keeps its cards back");
    office.does("build --site ~ --passphrase-file ~/both");
    assert!(office.does(VERIFY).contains("\"code\":\"VALID\""));
    // A passphrase is asked for when there is something to sign, and not before.
    std::fs::write(office.at("none"), "").unwrap();
    office.does("build --site ~ --passphrase-file ~/none");
    newcomer(&office);
    let before = all(&office);
    office.fails("build --site ~ --passphrase-file ~/none", &["口令是空的", "issuer-150600.key"]);
    assert!(all(&office) == before);
}

#[test]
fn nothing_is_signed_on_a_site_from_an_old_backup() {
    let office = office();
    office.does(BUILD);
    let old = text(&office, "keys/trust.note");
    new_list(&office, "");
    office.does("check --site ~");
    let at = office.at("keys/trust.note");
    let new = text(&office, "keys/trust.note");
    // A check takes note of nothing.
    std::fs::write(&at, &old).unwrap();
    office.does(BUILD);
    std::fs::write(&at, &new).unwrap();
    office.does(BUILD);
    std::fs::write(&at, &old).unwrap();
    let before = all(&office);
    let words = "keys: error: 信任名单是旧的第 1 版，以前见过第 2 版";
    office.fails(BUILD, &[words]);
    office.fails("check --site ~", &[words]);
    office.refuses("revoke --site ~ --renew training/150600/2022", "信任名单是旧的第 1 版");
    assert!(all(&office) == before);
}

/// A machine knows the lists that it has signed itself, before anybody verifies by
/// them: on a backup of before, it signs no others of the same versions.
#[test]
fn a_machine_that_has_signed_does_not_sign_again_on_a_backup() {
    let office = office();
    office.does(BUILD);
    let backup = files(&office, "content");
    let restore = || {
        std::fs::remove_dir_all(office.at("content")).unwrap();
        for (name, bytes) in &backup {
            let path = office.at("content").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    };
    let words = "撤销名单 training/150600/2022 是旧的第 1 版，以前见过第 2 版";
    office.does(&format!("{BUILD} --renew"));
    restore();
    let before = all(&office);
    office.fails(&format!("{BUILD} --renew"), &[words]);
    office.fails(BUILD, &[words]);
    office.refuses("revoke --site ~ --renew training/150600/2022", words);
    assert!(all(&office) == before);
}

#[test]
fn lists_that_are_too_old_sign_nothing() {
    let mut office = office();
    office.now = Date::new(2023, 7, 1).unwrap().beijing_midnight();
    office.fails(BUILD, &["信任名单应在 2023-07-01T00:00:00+08:00 以前更新，已经过期"]);
    office.now = Date::new(2027, 1, 1).unwrap().beijing_midnight();
    office.fails(BUILD, &["根文件已于 2027-01-01T00:00:00+08:00 到期", "已经过期", "2 处错误"]);
    assert!(!office.at("public").exists() && !office.at("content/ledger").exists());
}

#[test]
fn specimens_and_real_cards_are_never_mixed() {
    let office = office();
    edit(&office, "content/site.toml", "\"training\"", "\"specimen\"");
    office.fails("build --site ~ --key @/issuer-150600.key", &["realm 是 specimen"]);
    let said = office.does(BUILD);
    assert!(said.contains("签发的是样张"), "{said}");
    assert!(!office.at("public/root.note").exists());
    edit(&office, "content/site.toml", "\"specimen\"", "\"training\"");
    let said = office.does(BUILD);
    assert!(said.contains("新签发 1 张"), "the specimen's ledger is another: {said}");
    assert_eq!(text(&office, "content/ledger/150600-2022.jsonl").lines().count(), 1);
    assert_eq!(text(&office, "content/ledger/training/150600-2022.jsonl").lines().count(), 1);
    edit(&office, "content/site.toml", "\"training\"", "\"production\"");
    office.fails(BUILD, &["realm 是 production，而 keys/ 中的根文件属于领域 training"]);
    std::fs::remove_dir_all(office.at("keys")).unwrap();
    office.fails(BUILD, &["没有根文件 keys/root.note"]);
}

#[test]
fn cards_are_revoked_replaced_and_renewed() {
    let mut office = office();
    newcomer(&office);
    office.does(BUILD);
    let list = |office: &Office| text(office, "public/revoked/150600-2022.note");
    // A name is corrected: the old card is superseded by the build itself.
    let kept: Vec<(PathBuf, String)> = WalkDir::new(office.at("private/cards"))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|it| it == "json"))
        .map(|entry| (entry.path().to_owned(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect();
    std::fs::create_dir(office.at("old")).unwrap();
    for (path, text) in &kept {
        std::fs::write(office.at("old").join(path.file_name().unwrap()), text).unwrap();
    }
    let cards = kept.len();
    let learner = text(&office, "content/learners/p-1.json");
    let name = learner.split("\"value\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    edit(&office, "content/learners/p-1.json", &name, "样改");
    let said = office.does(BUILD);
    assert!(said.contains(&format!("台账 {} 条，不再有效的卡 1 张", cards + 1)), "{said}");
    // The list says by which: the first index after those of the cards there were.
    let superseded = format!("\nreason superseded\n0\nby {cards}\n");
    assert!(list(&office).contains(&superseded), "{}", list(&office));
    let old = VERIFY.replace("private/cards", "old");
    let newer = format!("\"superseded_by\":\"150600-2022-{cards:06}-");
    let said =
        office.fails(&old, &["\"code\":\"SUPERSEDED\"", "\"revoked\":\"superseded\"", &newer]);
    assert_eq!(said.matches("\"code\":\"VALID\"").count(), cards - 1);
    assert!(office.does(VERIFY).contains("\"code\":\"VALID\""));
    // The new card is revoked; the list goes out with the next build.
    let number = files(&office, "private/cards")
        .into_keys()
        .filter_map(|name| Some(name.rsplit_once('/')?.1.strip_suffix(".json")?.to_owned()))
        .find(|name| name.contains(&format!("2022-{cards:06}-")))
        .unwrap();
    office.does(&format!("revoke --site ~ {number} --reason fraud"));
    office.refuses(&format!("revoke --site ~ {number} --reason error"), "已经撤销过");
    assert!(!list(&office).contains("fraud"));
    let said = office.does(BUILD);
    assert!(said.contains("已撤销（弄虚作假），这次不再印出"), "{said}");
    assert!(list(&office).contains("reason fraud"));
    assert!(!files(&office, "private/cards").into_keys().any(|name| name.contains(&number)));
    // Corrected once more: a new card names the revoked one, which stays revoked.
    edit(&office, "content/learners/p-1.json", "样改", "样正");
    office.does(BUILD);
    assert!(list(&office).contains(&format!("reason fraud\n{cards}{superseded}")));
    // A week later, and a month later.
    let first = list(&office);
    office.now = Date::new(2023, 1, 8).unwrap().beijing_midnight();
    let said = office.does("build --site ~ --renew");
    assert!(said.contains("撤销名单  training/150600/2022 第 5 版"), "{said}");
    assert!(list(&office) != first && list(&office).contains("next-update 2023-01-22T00:00:00"));
    office.now = Date::new(2023, 2, 8).unwrap().beijing_midnight();
    assert!(office.does(BUILD).contains("撤销名单已过更新期"));
    office.fails(VERIFY, &["STALE"]);
    office.does("build --site ~ --renew");
    office.does(VERIFY);
}

/// The verify page asks for the lists by the names that a build publishes them under.
#[test]
fn the_page_fetches_what_is_published() {
    const PAGE: &str = include_str!("../../../themes/default/verify/held.js");
    let office = office();
    office.does(BUILD);
    for (published, asked) in [
        ("root.note", "'root.note'"),
        ("root.1.note", "`root.${"),
        ("trust.note", "'trust.note'"),
        ("revoked/150600-2022.note", "`revoked/${issuer}-${year}.note`"),
    ] {
        assert!(office.at("public").join(published).is_file(), "{published}");
        assert!(PAGE.contains(asked), "{asked}");
    }
}
