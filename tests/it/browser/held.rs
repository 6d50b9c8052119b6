//! The lists that the page holds: newer ones come, older ones do not come back, and two
//! that cannot both be stop everything.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shenyan::credential::card::Card;
use shenyan::credential::claim::{Index, NumericDate};
use shenyan::credential::field::Stamp;
use shenyan::credential::key::Signer as _;
use shenyan::credential::note::NamedKey;
use shenyan::time::UnixTime;

use super::chromium::Chromium;
use super::lists::{key, sealed, signed};
use super::server::Server;
use super::twin::page;
use super::{Sample, cases, hex};

const ORIGIN: &str = "training/150600/2022";

/// So many days from now, as lists write it.
fn day(days: i64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let time = UnixTime::from_seconds(i64::try_from(now).unwrap() + days * 86_400);
    Stamp::new(time).unwrap().to_string()
}

fn key_line(name: &str) -> String {
    NamedKey::new(name.parse().unwrap(), *key(name).public_key()).to_string()
}

/// A root note under one root key; the keys of those who sign it.
fn root(version: u32, keys: [&str; 2], signers: &[&str]) -> Vec<u8> {
    let text = format!(
        "shenyan/root/1\nrealm training\nversion {version}\nissued {}\nexpires {}\n\
         root 1\n{}\ntrust 1\n{}\n",
        day(-30),
        day(1_000),
        key_line(keys[0]),
        key_line(keys[1])
    );
    signed(&text, signers)
}

fn text_of(note: &[u8]) -> &str {
    let note = str::from_utf8(note).unwrap();
    &note[..=note.find("\n\n").unwrap()]
}

/// What a note's next version names.
fn prev(note: Option<&[u8]>) -> String {
    note.map_or("0".repeat(64), |note| hex(&Sha256::digest(text_of(note))))
}

/// A trust list with the example's issuer, of this name and status.
fn trust(version: u32, before: Option<&[u8]>, name: &str, status: &str, signer: &str) -> Vec<u8> {
    let issuer = key("issuer/150600");
    let issuer = issuer.public_key();
    let cut = match status {
        "compromised" => format!("\"cut\":{{\"log\":\"{ORIGIN}\",\"size\":0}},"),
        _ => String::new(),
    };
    let text = format!(
        "shenyan/trust/1\nrealm training\nversion {version}\nissued {}\nnext-update {}\nprev {}\n\
         issuer {{\"id\":\"150600\",\"name\":\"{name}\",\"kid\":\"{}\",\"key\":\"{}\",\
         \"not_before\":\"2022-01-01\",\"not_after\":\"2023-12-31\",\"status\":\"{status}\",{cut}\
         \"scope\":{{\"regions\":[\"15\"],\"years\":[2022],\"kinds\":[\"annual\"],\
         \"categories\":[\"公需\",\"专业\"]}}}}\n\
         log {{\"origin\":\"{ORIGIN}\",\"key\":\"{}\",\"year\":2022,\"issuer\":\"150600\",\
         \"status\":\"active\"}}\n",
        day(-20),
        day(200),
        prev(before),
        issuer.id(),
        base64(issuer.as_bytes()),
        base64(key(ORIGIN).public_key().as_bytes()),
    );
    signed(&text, &[signer])
}

/// RFC 4648 §4.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|group| {
        let bits = group.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
            << (8 * (3 - group.len()));
        (0..4).map(move |at| {
            let digit = char::from(DIGITS[bits >> (18 - 6 * at) & 63]);
            if at <= group.len() { digit } else { '=' }
        })
    });
    digits.collect()
}

/// A revocation list with these cards on it, such as `reason error\n17\n`.
fn revoked(version: u32, before: Option<&[u8]>, body: &str) -> Vec<u8> {
    let text = format!(
        "shenyan/revoked/1\norigin {ORIGIN}\nversion {version}\ntree-size 1200\nissued {}\n\
         next-update {}\nprev {}\n{body}",
        day(-1),
        day(7),
        prev(before)
    );
    signed(&text, &[ORIGIN])
}

/// A card of this index that lists can judge.
pub(super) fn card(index: u64) -> String {
    let card = Card {
        index: Index::new(index).unwrap(),
        issued: NumericDate::new(UnixTime::from_seconds(1_669_824_000)).unwrap(),
        expires: None,
        ..cases::full_card()
    };
    sealed(&card.encode())
}

/// Opens the page's lists as a browser would on one visit after another, with the same
/// storage, and posts what it then holds.
const DRIVER: &str = "
import { Held } from '/verify/held.js';
import { fromHex, native, pure } from '/verify/key.js';
import { Store } from '/verify/memory.js';
import { verify } from '/verify/verify.js';

const { visits, card } = await (await fetch('/task.json')).json();
const text = (hex) => new TextDecoder().decode(fromHex(hex));
const seen = [];
for (const path of [native, pure]) {
  localStorage.clear();
  for (const { built, served, forget } of visits) {
    for (const name of forget) localStorage.removeItem(`shenyan ${name} here`);
    const roots = built.roots.map(text);
    const revoked = built.revoked.map(text);
    const held = new Held({ roots, trust: text(built.trust), revoked }, Store.here('here'), path);
    await held.open();
    const asked = [];
    await held.refresh(async (name) => {
      asked.push(name);
      return served[name] === undefined ? null : fromHex(served[name]);
    });
    const verdict = await verify(held.trust, card, BigInt(Math.floor(Date.now() / 1000)));
    const { root = null, list = null, revocations = [] } = held.chosen ?? {};
    seen.push({
      problem: held.problem, code: verdict.code, asked,
      versions: [root, list, ...revocations].map((it) => it?.version ?? null),
    });
  }
}
await fetch('/post', { method: 'POST', body: JSON.stringify(seen) });
";

/// What a visit finds: written into the page, and on the server; what the browser has
/// lost before.
struct Visit {
    built: [Vec<u8>; 3],
    served: Vec<(&'static str, Vec<u8>)>,
    forget: &'static [&'static str],
    /// The problem, the verdict, and the versions of root note, trust list and
    /// revocation lists.
    expect: (Option<&'static str>, &'static str, &'static [Option<u32>]),
}

const LIST: &str = "revoked/150600-2022.note";

fn visits() -> Vec<Visit> {
    let (old, new) = (["root/a", "trust/office"], ["root/b", "trust/new"]);
    let root1 = root(1, old, &["root/a"]);
    let root2 = root(2, new, &["root/a", "root/b"]);
    let root3 = root(3, new, &["root/b"]);
    let trust1 = trust(1, None, "甲局", "active", "trust/office");
    let trust2 = trust(2, Some(&trust1), "甲局", "active", "trust/office");
    let other2 = trust(2, Some(&trust1), "乙局", "active", "trust/office");
    let loose3 = trust(3, Some(&other2), "甲局", "active", "trust/office");
    let trust4 = trust(4, Some(&loose3), "甲局", "compromised", "trust/new");
    let revoked1 = revoked(1, None, "");
    let revoked2 = revoked(2, Some(&revoked1), "reason fraud\n17\n");
    let unsigned = signed(text_of(&trust(9, None, "丙局", "active", "x")), &["x"]);
    let first = [root1.clone(), trust1.clone(), revoked1.clone()];
    let nobody: (&str, &[Option<u32>]) = ("UNKNOWN_ISSUER", &[None, None]);
    let good: &[Option<u32>] = &[Some(1), Some(1), Some(1)];
    let newer: &[Option<u32>] = &[Some(1), Some(2), Some(2)];
    let visit = |served: &[(&'static str, &Vec<u8>)], forget, problem, code, versions| Visit {
        built: first.clone(),
        served: served.iter().map(|(name, bytes)| (*name, (*bytes).clone())).collect(),
        forget,
        expect: (problem, code, versions),
    };
    vec![
        // No network.
        visit(&[], &[], None, "VALID", good),
        // Not signed by the trust key; no list at all.
        visit(&[("trust.note", &unsigned), (LIST, &b"<html>".to_vec())], &[], None, "VALID", good),
        // Newer ones win, and stay when the network is gone again.
        visit(&[("trust.note", &trust2), (LIST, &revoked2)], &[], None, "REVOKED", newer),
        visit(&[], &[], None, "REVOKED", newer),
        // Older ones never win.
        visit(&[("trust.note", &trust1), (LIST, &revoked1)], &[], None, "REVOKED", newer),
        // The same version once more, otherwise; the next one, not written after it.
        visit(&[("trust.note", &other2)], &[], Some("EQUIVOCATION"), nobody.0, nobody.1),
        visit(&[("trust.note", &loose3)], &[], Some("EQUIVOCATION"), nobody.0, nobody.1),
        // The texts are lost, what was seen is not.
        visit(&[], &["notes"], Some("ROLLBACK"), nobody.0, nobody.1),
        visit(&[("trust.note", &trust2)], &[], None, "STALE", &[Some(1), Some(2)]),
        // A root note that skips one that cannot be had; then step by step. The old trust
        // list has not been signed by the new trust key.
        visit(&[("root.note", &root3), (LIST, &revoked2)], &[], None, "REVOKED", newer),
        visit(
            &[
                ("root.note", &root3),
                ("root.2.note", &root2),
                ("trust.note", &trust4),
                (LIST, &revoked2),
            ],
            &[],
            None,
            "KEY_REVOKED",
            &[Some(3), Some(4), Some(2)],
        ),
        visit(&[], &[], None, "KEY_REVOKED", &[Some(3), Some(4), Some(2)]),
        // Another office's root note of the same realm and version.
        Visit {
            built: [
                root(3, ["root/x", "trust/x"], &["root/x"]),
                trust(4, Some(&loose3), "甲局", "active", "trust/x"),
                revoked2.clone(),
            ],
            served: Vec::new(),
            forget: &[],
            expect: (Some("EQUIVOCATION"), nobody.0, nobody.1),
        },
        // A browser that has forgotten everything begins anew.
        visit(&[], &["notes", "seen"], None, "VALID", good),
    ]
}

#[test]
fn newer_lists_win_and_none_goes_back() {
    let visits = visits();
    let all: Vec<Value> = visits
        .iter()
        .map(|Visit { built: [root, trust, revoked], served, forget, .. }| {
            let served: BTreeMap<_, _> =
                served.iter().map(|(name, bytes)| (*name, hex(bytes))).collect();
            let built =
                json!({ "roots": [hex(root)], "trust": hex(trust), "revoked": [hex(revoked)] });
            json!({ "built": built, "served": served, "forget": forget })
        })
        .collect();
    let task = json!({ "visits": all, "card": card(17) });
    let mut files = Sample::build().public();
    files.insert("/test.html".to_owned(), page(DRIVER));
    files.insert("/task.json".to_owned(), serde_json::to_vec(&task).unwrap());
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address("localhost", "/test.html"));
    let seen: Vec<Value> = serde_json::from_str(&server.post()).unwrap();
    assert_eq!(seen.len(), 2 * visits.len());
    for (seen, path) in seen.chunks(visits.len()).zip(["native", "pure"]) {
        for (at, (seen, Visit { expect, .. })) in seen.iter().zip(&visits).enumerate() {
            let (problem, code, versions) = expect;
            assert_eq!(seen["problem"], json!(problem), "{path}, visit {at}: {seen}");
            assert_eq!(seen["code"], *code, "{path}, visit {at}: {seen}");
            assert_eq!(seen["versions"], json!(versions), "{path}, visit {at}: {seen}");
        }
    }
    // It asks for whole lists by their logs, and for nothing that tells of a card.
    assert_eq!(seen[0]["asked"], json!(["root.note", "trust.note", LIST]));
}

/// A verify page with these lists written into it.
fn with_lists(html: &str, root: &[u8], trust: &[u8], revoked: &[u8]) -> String {
    let (before, rest) = html.split_once("id=\"lists\">").unwrap();
    let (json, after) = rest.split_once("</script>").unwrap();
    let mut lists: Value = serde_json::from_str(json).unwrap();
    let text = |note: &[u8]| String::from_utf8(note.to_vec()).unwrap();
    lists["roots"] = json!([text(root)]);
    lists["trust"] = json!(text(trust));
    lists["revoked"] = json!([text(revoked)]);
    format!("{before}id=\"lists\">{lists}</script>{after}")
}

/// The same with lists on which 17 is revoked and 5 is replaced.
pub(super) fn with_sample_lists(html: &str) -> String {
    let root = root(1, ["root/a", "trust/office"], &["root/a"]);
    let trust = trust(1, None, "甲局", "active", "trust/office");
    let revoked = revoked(1, None, "reason fraud\n17\nreason superseded\n5\n");
    with_lists(html, &root, &trust, &revoked)
}

/// Visits the page with lists; then with newer ones on the server; then with no network.
const PAGE_DRIVER: &str = r"
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const { fragment } = await (await fetch('/task.json')).json();
const until = async (found) => {
  for (let n = 0; n < 800; n += 1) {
    const it = found();
    if (it) return it;
    await wait(25);
  }
  return null;
};
const visit = async (wanted, kept) => {
  const frame = document.createElement('iframe');
  frame.src = '/v/' + fragment;
  document.body.append(frame);
  await new Promise((resolve) => { frame.onload = resolve; });
  const text = (selector) => frame.contentDocument.querySelector(selector)?.textContent;
  await until(() => text('.code') === wanted && (!kept || !frame.contentDocument.querySelector('#kept').hidden));
  await until(() => text('.lists')?.match(/联网/));
  // 390 pixels at 200 %.
  frame.style.width = '195px';
  const values = [...frame.contentDocument.querySelectorAll('.facts dd, .verdict .next')];
  const seen = {
    width: frame.contentDocument.documentElement.scrollWidth,
    narrowest: Math.min(...values.map((it) => it.clientWidth)),
    code: text('.code'), answer: text('#answer'), announced: text('#announcement'),
    problem: text('#problem'), address: frame.contentWindow.location.href,
  };
  frame.remove();
  await fetch('/post', { method: 'POST', body: JSON.stringify(seen) });
};
const network = async (wanted) => {
  for (;;) {
    const is = await fetch('/signal.txt', { cache: 'no-store' }).then((it) => it.text(), () => 'off');
    if (is === wanted) return;
    await wait(50);
  }
};
await visit('VALID', true);
await network('part');
await visit('VALID', true);
await network('portal');
await visit('VALID', true);
await network('new');
await visit('REVOKED', true);
await network('off');
await visit('REVOKED', false);
";

#[test]
fn the_page_shows_by_which_lists_and_judges_again_when_newer_ones_come() {
    let sample = Sample::build();
    let [root1, trust1, revoked1] = [
        root(1, ["root/a", "trust/office"], &["root/a"]),
        trust(1, None, "甲局", "active", "trust/office"),
        revoked(1, None, ""),
    ];
    let revoked2 = revoked(2, Some(&revoked1), "reason fraud\n17\n");
    let card = card(17);
    let served = |signal: &str, list: &[u8]| {
        let mut files = sample.public();
        let html = str::from_utf8(&files["/v/index.html"]).unwrap();
        let html = with_lists(html, &root1, &trust1, &revoked1);
        // The worker takes no page but the one that it was told of.
        let hash = |html: &[u8]| hex(&Sha256::digest(html)[..8]);
        let worker = str::from_utf8(&files["/v/sw.js"]).unwrap();
        let worker = worker.replace(&hash(&files["/v/index.html"]), &hash(html.as_bytes()));
        files.insert("/v/sw.js".to_owned(), worker.into_bytes());
        files.insert("/v/index.html".to_owned(), html.into_bytes());
        files.insert("/root.note".to_owned(), root1.clone());
        files.insert("/trust.note".to_owned(), trust1.clone());
        files.insert(format!("/{LIST}"), list.to_vec());
        files.insert("/harness.html".to_owned(), page(PAGE_DRIVER));
        let fragment = &card[card.find('#').unwrap()..];
        let task = json!({ "fragment": fragment });
        files.insert("/task.json".to_owned(), serde_json::to_vec(&task).unwrap());
        files.insert("/signal.txt".to_owned(), signal.as_bytes().to_vec());
        files
    };
    let server = Server::new(served("old", &revoked1));
    let _browser = Chromium::open(&server.address("localhost", "/harness.html"));
    let post = || serde_json::from_str::<Value>(&server.post()).unwrap();
    let holds = |seen: &Value, member: &str, words: &[&str]| {
        let text = seen[member].as_str().unwrap();
        words.iter().for_each(|word| assert!(text.contains(word), "{word} in {text}"));
    };
    let first = post();
    assert_eq!(first["code"], "VALID", "{first}");
    holds(
        &first,
        "answer",
        &["名单截至", "撤销名单（第 1 版）", "信任名单（第 1 版）", "已联网核对"],
    );
    holds(&first, "announced", &["有效"]);
    assert_eq!(first["problem"], "");
    assert!(first["width"].as_u64().unwrap() <= 195, "nothing beside the screen: {first}");
    // The screen without the margins of the page and of the banner.
    assert!(first["narrowest"].as_u64().unwrap() >= 100, "values below their terms: {first}");

    // Who keeps one list back, or answers everything with a page of his own, has not let
    // anybody check.
    let mut part = served("part", &revoked1);
    part.remove(&format!("/{LIST}"));
    let mut portal = served("portal", b"<!DOCTYPE html>");
    for name in ["/root.note", "/trust.note"] {
        portal.insert(name.to_owned(), b"<!DOCTYPE html>".to_vec());
    }
    for files in [part, portal] {
        server.replace(Some(files));
        let unchecked = post();
        assert_eq!(unchecked["code"], "VALID", "{unchecked}");
        holds(&unchecked, "answer", &["撤销名单（第 1 版）", "没有联网取得全部名单"]);
        let answer = unchecked["answer"].as_str().unwrap();
        assert!(!answer.contains("已联网核对"), "{answer}");
    }

    server.replace(Some(served("new", &revoked2)));
    let newer = post();
    assert_eq!(newer["code"], "REVOKED", "{newer}");
    holds(&newer, "answer", &["原因：弄虚作假", "撤销名单（第 2 版）", "已不作数"]);
    holds(&newer, "announced", &["已撤销", "不要采信"]);
    assert!(!newer["address"].as_str().unwrap().contains('#'), "{newer}");

    server.replace(None);
    let away = post();
    assert_eq!(away["code"], "REVOKED", "kept on this device: {away}");
    holds(&away, "answer", &["撤销名单（第 2 版）", "没有联网取得全部名单"]);
}

#[test]
fn the_one_file_judges_by_the_lists_within_it() {
    let sample = Sample::build();
    let path = sample.path("public/v/offline.html");
    let html = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, with_sample_lists(&html)).unwrap();
    for (index, code) in [(18, "VALID"), (17, "REVOKED"), (1_200, "STALE")] {
        let card = card(index);
        let fragment = &card[card.find('#').unwrap()..];
        let html = Chromium::dump(&format!("file://{}{fragment}", path.display()));
        let shown = format!("<p class=\"code\">{code}</p>");
        assert!(html.contains(&shown), "card {index}: {html:.3000}");
    }
}
