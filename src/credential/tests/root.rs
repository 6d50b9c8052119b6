//! The classic mistakes in changing root keys, each refused in its own words.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::listed::{day, named, realm, root, root_text, signed};
use super::midnight;
use crate::credential::base64;
use crate::credential::note::{NamedKey, NoteError};
use crate::credential::realm::Realm;
use crate::credential::root::{Root, RootError, RootText};

/// The next version: b, c, d; still two of them.
fn next_text() -> RootText {
    let mut text = root_text();
    text.version = 2;
    text.issued = day("2023-01-01");
    text.root.keys = ["root/b", "root/c", "root/d"].map(named).to_vec();
    text
}

fn succeed(text: &RootText, signers: &[&str]) -> Result<Root, RootError> {
    root().succeed(&signed(&text.to_string(), signers))
}

fn short(needed: usize, found: usize) -> NoteError {
    NoteError::Threshold { needed, found }
}

#[test]
fn a_good_rotation() {
    // b and c are in both versions: two signatures meet both thresholds.
    let next = succeed(&next_text(), &["root/b", "root/c"]).unwrap();
    assert_eq!(next.text().version, 2);
    assert_eq!(next.text(), &next_text());
    // So do a and b for the old one, b and d for the new one.
    let same = succeed(&next_text(), &["root/a", "root/b", "root/d"]).unwrap();
    assert_eq!(same.digest(), next.digest());
    // The same note again changes nothing.
    let again = next.succeed(&signed(&next_text().to_string(), &["root/b", "root/c"])).unwrap();
    assert_eq!(again, next);
    // A lost key is taken out by the others; a second step follows on the first.
    let mut third = next_text();
    third.version = 3;
    assert_eq!(
        next.succeed(&signed(&third.to_string(), &["root/c", "root/d"])).unwrap().text().version,
        3
    );
}

/// Each mistake, and what it is refused with.
fn mistakes() -> Vec<(&'static str, RootError)> {
    let bc = &["root/b", "root/c"][..];
    let refused =
        |name, text: &RootText, signers: &[&str]| (name, succeed(text, signers).expect_err(name));
    let with = |change: fn(&mut RootText)| {
        let mut text = next_text();
        change(&mut text);
        text
    };
    let anchored = |name, change: fn(&mut RootText)| {
        (name, Root::anchor(&signed(&with(change).to_string(), bc)).expect_err(name))
    };
    let replaced = |name, from: &str, to: &str| {
        let text = next_text().to_string();
        assert!(text.contains(from));
        (name, Root::anchor(&signed(&text.replace(from, to), bc)).expect_err(name))
    };
    let d = named("root/d").to_string();
    let b = named("root/b").to_string();
    let expired = root().current(midnight(2027, 1, 1)).expect_err("expired");
    let mut forged = String::from_utf8(signed(&next_text().to_string(), bc)).unwrap();
    forged = forged.replace("2027-01-01", "2097-01-01");
    let twice = {
        let note = String::from_utf8(signed(&next_text().to_string(), &["root/b"])).unwrap();
        let line = note.lines().last().unwrap().to_owned();
        root().succeed(format!("{note}{line}\n").as_bytes())
    };
    let weak = {
        let mut bytes = [0; 33];
        bytes[..2].copy_from_slice(&[1, 1]); // Ed25519; then the neutral element
        let id = Sha256::digest([b"root/d\n".as_slice(), &bytes].concat());
        let id: String = id.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        format!("root/d+{id}+{}", base64::encode(&bytes))
    };
    let other_name = NamedKey::new("root/e".parse().unwrap(), *named("root/b").public());
    vec![
        refused("1 the old threshold is not met", &next_text(), &["root/b", "root/d"]),
        refused("2 the new threshold is not met", &next_text(), &["root/a", "root/b"]),
        ("3 a key signs twice", twice.expect_err("twice")),
        refused("4 a version is skipped", &with(|it| it.version = 3), bc),
        ("5 an old version comes back", rollback()),
        refused("6 the same version says something else", &with(|it| it.version = 1), bc),
        ("7 it has expired", expired),
        anchored("8 nobody need sign", |it| it.root.threshold = 0),
        anchored("9 more must sign than there are", |it| it.trust.threshold = 2),
        replaced("10 a key is listed twice", &d, &b),
        refused("11 another realm", &with(|it| it.realm = "production".parse().unwrap()), bc),
        refused("12 issued before the last", &with(|it| it.issued = day("2021-12-31")), bc),
        anchored("13 it expires before it begins", |it| it.expires = it.issued),
        anchored("14 a key has two roles", |it| it.trust.keys = vec![named("root/b")]),
        replaced("15 a key line was changed", "root/d+", "root/e+"),
        ("16 the text was changed", root().succeed(forged.as_bytes()).expect_err("forged")),
        replaced("17 another kind of list", "shenyan/root/1", "shenyan/trust/1"),
        replaced("18 an unknown keyword", "trust 1\n", "quorum 1\n"),
        replaced("19 a keyword more", "trust 1\n", "note x\ntrust 1\n"),
        anchored("20 a trust key among the roots", |it| it.root.keys.push(named("trust/x"))),
        anchored("21 no keys at all", |it| it.trust.keys.clear()),
        replaced("22 a weak key", &d, &weak),
        replaced("23 a key under two names", &d, &other_name.to_string()),
        refused("24 strangers alone have signed", &next_text(), &["root/x", "root/y"]),
        anchored("25 two keys of one name", |it| {
            let other = NamedKey::new("root/d".parse().unwrap(), *named("x").public());
            it.root.keys.push(other);
        }),
    ]
}

/// What a clerk reads of each mistake.
const WORDS: [&str; 25] = [
    "没有得到前一版根密钥的认可：签名不够：要 2 把密钥签名，只有 1 把",
    "签名不够：要 2 把密钥签名，只有 1 把",
    "同一密钥签了两次：root/b",
    "跳过了版本：接下来应是第 2 版，这是第 3 版",
    "是旧的第 1 版，已有第 2 版",
    "EQUIVOCATION：同为第 1 版，内容却与已有的不同",
    "已于 2027-01-01T00:00:00+08:00 到期",
    "root 的门限是 0：谁都不签也算数",
    "trust 的门限大于密钥的把数",
    "同一把密钥列了两次",
    "属于另一领域 production，应为 training",
    "签发时间 2021-12-31T00:00:00+08:00 早于前一版的 2022-01-01T00:00:00+08:00",
    "expires 不晚于 issued",
    "同一把密钥兼任 root 和 trust",
    "公钥行的编号与名字、公钥不符，可能抄错或被改动",
    "root/b 的签名与正文不符",
    "第 1 行：应为 shenyan/root/1",
    "应为 trust，写的是“quorum”",
    "应为 trust，写的是“note”",
    "root 密钥的名字应以 root/ 开头",
    "trust 的门限大于密钥的把数",
    "公钥写法不规范或是弱密钥",
    "同一把密钥列了两次",
    "没有得到前一版根密钥的认可：签名不够：要 2 把密钥签名，只有 0 把",
    "两把密钥同名",
];

/// Version 1 shown to who holds version 2.
fn rollback() -> RootError {
    let next = succeed(&next_text(), &["root/b", "root/c"]).unwrap();
    next.succeed(&signed(&root_text().to_string(), &["root/a", "root/b", "root/c"])).unwrap_err()
}

#[test]
fn each_mistake_is_refused_in_its_own_words() {
    let all = mistakes();
    assert_eq!(all.len(), WORDS.len());
    for ((name, error), words) in all.iter().zip(WORDS) {
        assert!(error.to_string().ends_with(words), "{name}: {error}");
    }
    // 9 and 21, 10 and 23 are one mistake in two forms each.
    let different: BTreeSet<_> = WORDS.into_iter().collect();
    assert_eq!(different.len(), WORDS.len() - 2);
}

#[test]
fn the_first_seven_mistakes_are_what_they_are() {
    let all = mistakes();
    assert_eq!(all[0].1, RootError::OldQuorum(short(2, 1)));
    assert_eq!(all[1].1, RootError::Note(short(2, 1)));
    assert_eq!(all[2].1, RootError::Note(NoteError::SignedTwice("root/b".to_owned())));
    assert_eq!(all[3].1, RootError::Skipped { wanted: 2, found: 3 });
    assert_eq!(all[4].1, RootError::Rollback { held: 2, found: 1 });
    assert_eq!(all[5].1, RootError::Equivocation(1));
    assert_eq!(all[6].1, RootError::Expired { expires: day("2027-01-01") });
    let (wanted, found) = (realm(), "production".parse::<Realm>().unwrap());
    assert_eq!(all[10].1, RootError::Realm { wanted, found });
}

#[test]
fn an_expired_root_may_be_replaced_and_nothing_else() {
    let root = root();
    assert_eq!(root.current(midnight(2026, 12, 31)), Ok(()));
    let expired = RootError::Expired { expires: day("2027-01-01") };
    assert_eq!(root.current(midnight(2027, 1, 1)), Err(expired));
    let mut next = next_text();
    (next.issued, next.expires) = (day("2028-01-01"), day("2033-01-01"));
    let next = succeed(&next, &["root/b", "root/c"]).unwrap();
    assert_eq!(next.current(midnight(2028, 1, 2)), Ok(()));
}

#[test]
fn strangers_signatures_neither_help_nor_hinder() {
    let text = next_text().to_string();
    assert!(root().succeed(&signed(&text, &["x/stranger", "root/b", "root/c"])).is_ok());
    let error = root().succeed(&signed(&text, &["x/stranger", "root/b"])).unwrap_err();
    assert_eq!(error, RootError::OldQuorum(short(2, 1)));
}

#[test]
fn what_is_read_is_what_would_be_written() {
    let text = root_text().to_string();
    assert_eq!(text.parse::<RootText>().unwrap(), root_text());
    for (from, to) in [
        ("version 1", "version 01"),
        ("version 1", "version 0"),
        ("version 1", "version 9007199254740992"),
        ("realm training", "realm Training"),
        ("realm training", "realm root"),
        ("T00:00:00+08:00", "T00:00:00Z"),
        ("T00:00:00+08:00", "T24:00:00+08:00"),
        ("2022-01-01T00", "2022-02-30T00"),
        ("2022-01-01T00", "2022-01-01T+0"),
        ("root 2", "root two"),
        ("root 2\n", "root 2 \n"),
    ] {
        assert!(text.contains(from));
        assert!(text.replacen(from, to, 1).parse::<RootText>().is_err(), "{to}");
    }
    for cut in 0..text.len() {
        // A whole key line less is a shorter list of keys, and well-formed.
        let Ok(read) = text[..cut].parse::<RootText>() else { continue };
        assert_eq!(read.to_string(), text[..cut]);
    }
}
