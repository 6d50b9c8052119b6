//! The same lists, and cards under them, to both: the same answers.
//!
//! The vectors of `tests/vectors/` as they are; then lists that were changed here and
//! there and signed again, which only the rules of their texts can tell from good ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shenyan::batch::{Content, Input, Place, Row};
use shenyan::credential::Trust;
use shenyan::credential::card::Card;
use shenyan::credential::claim::Index;
use shenyan::credential::envelope::seal;
use shenyan::credential::field::Stamp;
use shenyan::credential::key::{Signer as _, SigningKey};
use shenyan::credential::lists::SpecimenPolicy;
use shenyan::credential::lists::{Freshness, Terms, TimeSource};
use shenyan::credential::note::NamedKey;
use shenyan::credential::policy::Bundles;
use shenyan::credential::revocation::RevocationList;
use shenyan::credential::root::Root;
use shenyan::credential::trust_list::TrustList;
use shenyan::time::UnixTime;
use zeroize::Zeroizing;

use super::cases::{self, Dice};
use super::chromium::Chromium;
use super::server::Server;
use super::twin::{page, without_detail};
use super::{Sample, hex, specimens};

/// Opens each case's lists and judges its cards; posts a line for each card, or one that
/// says which list is refused.
const DRIVER: &str = "
import { ListError } from '/verify/field.js';
import { fastest, fromHex, native, pure } from '/verify/key.js';
import { Bundles } from '/verify/policy.js';
import { RevocationList } from '/verify/revocation.js';
import { Root } from '/verify/root.js';
import { Trust } from '/verify/trust.js';
import { TrustList } from '/verify/trust_list.js';
import { verify } from '/verify/verify.js';

const { cases, issuers, path } = await (await fetch('/task.json')).json();
const signatures = { fastest, native, pure }[path];
const answers = [];
for (const { roots, trust, revoked, policies, specimens, maxAge, time, now, texts } of cases) {
  let step = 'policy';
  const open = async () => {
    if (roots.length === 0) return Trust.specimen(issuers, specimens, signatures);
    step = 'root';
    let root = null;
    for (const bytes of roots.map(fromHex)) {
      root = root === null ? await Root.anchor(bytes, signatures) : await root.succeed(bytes);
    }
    step = 'trust';
    const list = await TrustList.open(root, fromHex(trust));
    step = 'revoked';
    const lists = [];
    for (const bytes of revoked.map(fromHex)) lists.push(await RevocationList.open(list, bytes));
    return Trust.listed(list, lists, { specimens, maxAge: maxAge && BigInt(maxAge), time });
  };
  try {
    const bundles = new Bundles();
    for (const bytes of policies.map(fromHex)) bundles.add(bytes);
    const trusted = (await open()).withPolicies(bundles);
    for (const text of texts) answers.push((await verify(trusted, text, BigInt(now))).toJson('case'));
  } catch (error) {
    ListError.expect(error);
    answers.push(`refused ${step}`);
  }
}
await fetch('/post', { method: 'POST', body: answers.join('\\n') });
";

/// Lists in their order, and cards to judge by them.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) trust: Vec<u8>,
    pub(super) revoked: Vec<Vec<u8>>,
    pub(super) policies: Vec<Vec<u8>>,
    pub(super) terms: Terms,
    pub(super) now: UnixTime,
    pub(super) texts: Vec<String>,
}

impl Case {
    /// What the command line says of it: a line for each card, or which list is refused.
    fn answers(&self) -> Vec<String> {
        let trust = match self.open() {
            Ok(trust) => trust,
            Err(kind) => return vec![format!("refused {kind}")],
        };
        let line = |text: &String| {
            let content = Content::Text(text.clone());
            Row::of(Input::new(Place::whole("case".to_owned()), content), &trust, self.now)
                .to_json()
        };
        self.texts.iter().map(line).collect()
    }

    fn open(&self) -> Result<Trust, &'static str> {
        let mut bundles = Bundles::default();
        for bytes in &self.policies {
            bundles.add(bytes).map_err(|_| "policy")?;
        }
        Ok(self.listed()?.with_policies(bundles))
    }

    fn listed(&self) -> Result<Trust, &'static str> {
        let mut root: Option<Root> = None;
        for bytes in &self.roots {
            let next =
                root.as_ref().map_or_else(|| Root::anchor(bytes), |root| root.succeed(bytes));
            root = Some(next.map_err(|_| "root")?);
        }
        let Some(root) = root else { return Ok(super::trust(self.terms.specimens)) };
        let list = TrustList::open(&root, &self.trust).map_err(|_| "trust")?;
        let revoked = self.revoked.iter().map(|bytes| RevocationList::open(&list, bytes));
        let revoked = revoked.collect::<Result<_, _>>().map_err(|_| "revoked")?;
        Ok(Trust::listed(&list, revoked, self.terms).unwrap())
    }

    fn to_json(&self) -> Value {
        let Terms { specimens, freshness, time } = self.terms;
        json!({
            "roots": self.roots.iter().map(|bytes| hex(bytes)).collect::<Vec<_>>(),
            "trust": hex(&self.trust),
            "revoked": self.revoked.iter().map(|bytes| hex(bytes)).collect::<Vec<_>>(),
            "policies": self.policies.iter().map(|bytes| hex(bytes)).collect::<Vec<_>>(),
            "specimens": match specimens {
                SpecimenPolicy::Accept => "accept",
                SpecimenPolicy::Refuse => "refuse",
            },
            "maxAge": match freshness {
                Freshness::NextUpdate => None,
                Freshness::MaxAge(seconds) => Some(seconds.to_string()),
            },
            "time": match time {
                TimeSource::Clock => "clock",
                TimeSource::AsOf => "as-of",
            },
            "now": self.now.seconds().to_string(),
            "texts": self.texts,
        })
    }
}

/// Hands the cases to the page and compares; how often each answer was given.
pub(super) fn compare(cases: &[Case], path: &str) -> BTreeMap<String, u32> {
    let mut files = Sample::build().public();
    let all: Vec<Value> = cases.iter().map(Case::to_json).collect();
    let task = json!({ "cases": all, "issuers": specimens(), "path": path });
    files.insert("/test.html".to_owned(), page(DRIVER));
    files.insert("/task.json".to_owned(), serde_json::to_vec(&task).unwrap());
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address("localhost", "/test.html"));
    let post = server.post();
    let mut lines = post.lines();
    let mut counts = BTreeMap::new();
    for case in cases {
        for answer in case.answers() {
            let found = lines.next().unwrap();
            let told = if answer.starts_with('{') {
                let name = &case.name;
                assert!(found.starts_with('{'), "{path}, {name}: {found}, not {answer}");
                assert_eq!(without_detail(found), without_detail(&answer), "{path}, {name}");
                let json: Value = serde_json::from_str(&answer).unwrap();
                json["code"].as_str().unwrap().to_owned()
            } else {
                assert_eq!(found, answer, "{path}, {}", case.name);
                answer
            };
            *counts.entry(told).or_default() += 1;
        }
    }
    assert_eq!(lines.next(), None, "{path}: more answers than cases");
    counts
}

/// A file of `tests/vectors/` (`content/spec/trust.md`, the last section).
fn vector(path: &Path) -> (Case, String) {
    let bytes = fs::read(path).unwrap();
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let head = str::from_utf8(&bytes[..end]).unwrap();
    let value =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let mut pieces: Vec<(&[u8], Vec<u8>)> = Vec::new();
    for line in bytes[end + 2..].split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"=== ") {
            Some(kind) => pieces.push((kind.trim_ascii(), Vec::new())),
            None => pieces.last_mut().unwrap().1.extend_from_slice(line),
        }
    }
    let all = |kind: &str| -> Vec<Vec<u8>> {
        let found = pieces.iter().filter(|(it, _)| *it == kind.as_bytes());
        found.map(|(_, bytes)| bytes.clone()).collect()
    };
    let specimens = match value("specimens") {
        Some(_) => SpecimenPolicy::Accept,
        None => SpecimenPolicy::Refuse,
    };
    let text =
        |bytes: Vec<u8>| String::from_utf8(bytes.strip_suffix(b"\n").unwrap().to_vec()).unwrap();
    let case = Case {
        name: path.display().to_string(),
        roots: all("root"),
        trust: all("trust").into_iter().next().unwrap_or_default(),
        revoked: all("revoked"),
        policies: all("policy"),
        terms: Terms { specimens, ..Terms::default() },
        now: value("now").unwrap().parse::<Stamp>().unwrap().time(),
        texts: all("card").into_iter().map(text).collect(),
    };
    (case, value("expect").unwrap().to_owned())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

pub(super) fn vectors() -> Vec<(Case, String)> {
    let list = |path: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<_> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let folders = list(&folder()).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| list(&folder));
    files
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .map(|path| vector(&path))
        .collect()
}

#[test]
fn every_vector_gives_the_same_answer_by_both_paths() {
    let vectors = vectors();
    assert!(vectors.len() >= 222, "{} vectors", vectors.len());
    for (case, expect) in &vectors {
        let answers = case.answers();
        let is_expected = answers[0]
            .starts_with(&format!("{{\"input\":\"case\",\"code\":\"{expect}\""))
            || answers[0] == *expect;
        assert!(is_expected, "{}: {answers:?}", case.name);
    }
    let cases: Vec<Case> = vectors.into_iter().map(|(case, _)| case).collect();
    for path in ["native", "pure"] {
        let counts = compare(&cases, path);
        println!("{path}: {counts:?}");
    }
}

/// The keys of the worked example (`content/spec/trust.md`, section 7).
pub(super) fn key(name: &str) -> SigningKey {
    let seed: [u8; 32] = Sha256::digest(format!("shenyan/example/{name}")).into();
    SigningKey::from_seed(Zeroizing::new(seed))
}

/// A text signed anew, whether it makes sense or not.
pub(super) fn signed(text: &str, names: &[&str]) -> Vec<u8> {
    let mut note = format!("{text}\n");
    for name in names {
        let key = key(name);
        let named = NamedKey::new(name.parse().unwrap(), *key.public_key());
        note.push_str(&format!("{}\n", named.sign(&key, text).unwrap()));
    }
    note.into_bytes()
}

/// The text of a note.
fn text_of(note: &[u8]) -> String {
    let note = str::from_utf8(note).unwrap();
    note[..=note.find("\n\n").unwrap()].to_owned()
}

/// A text with one to three things changed.
pub(super) fn changed(text: &str, dice: &mut Dice) -> String {
    const PIECES: [&str; 31] = [
        "0",
        "1",
        "2",
        "3",
        "5",
        "9",
        "a",
        "A",
        "-",
        "+",
        " ",
        "  ",
        "\n",
        "\"",
        "\\",
        "\\u0031",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "é",
        "\u{3000}",
        "\u{2028}",
        "{\"1\":0}",
        "\"x\":1,",
        "/",
        "retired",
        "compromised",
        "999999999999999999999",
    ];
    let mut text = text.to_owned();
    for _ in 0..=dice.below(3) {
        let place = |text: &str, dice: &mut Dice| text.floor_char_boundary(dice.below(text.len()));
        match dice.below(8) {
            0..4 => {
                // Mostly where figures are: dates, versions, years, sizes, indices.
                let digits: Vec<usize> =
                    text.match_indices(|it: char| it.is_ascii_digit()).map(|(at, _)| at).collect();
                let at = digits[dice.below(digits.len())];
                text.replace_range(at..=at, PIECES[dice.below(6)]);
            }
            4 => {
                let at = place(&text, dice);
                text.insert_str(at, PIECES[dice.below(PIECES.len())]);
            }
            5 => {
                let at = place(&text, dice);
                text.remove(at);
            }
            6 => {
                let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
                let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
                lines.swap(one, other);
                text = lines.concat();
            }
            _ => {
                let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
                let line = lines[dice.below(lines.len())];
                lines.insert(dice.below(lines.len()), line);
                text = lines.concat();
            }
        }
    }
    text
}

/// A card of the worked example's issuer.
pub(super) fn sealed(payload: &[u8]) -> String {
    let realm = "training".parse().unwrap();
    cases::text(cases::PORTAL, &seal(&key("issuer/150600"), &realm, payload).unwrap())
}

fn card(index: u64) -> String {
    let card = Card { index: Index::new(index).unwrap(), ..cases::full_card() };
    sealed(&card.encode())
}

/// The worked example: everything holds.
pub(super) fn example() -> Case {
    let (case, _) = vector(&folder().join("verdict/valid.txt"));
    // Revoked, replaced, neither, and not covered.
    Case { texts: [17, 5, 16, 1_200].map(card).into(), ..case }
}

#[test]
fn lists_that_were_changed_and_signed_again_give_the_same_answers() {
    let good = example();
    let mut dice = Dice(0x1157_5eed);
    let mut cases = Vec::new();
    for at in 0..1_200 {
        let mut case = Case { name: format!("changed list {at}"), ..good.clone() };
        let (list, names): (&mut Vec<u8>, &[&str]) = match at % 3 {
            0 => (&mut case.roots[0], &["root/a", "root/b"]),
            1 => (&mut case.trust, &["trust/office"]),
            _ => (&mut case.revoked[0], &["training/150600/2022"]),
        };
        *list = signed(&changed(&text_of(list), &mut dice), names);
        cases.push(case);
    }
    // The frame itself: bytes of the whole note, which no key vouches for then.
    for at in 0..300 {
        let mut case = Case { name: format!("changed note {at}"), ..good.clone() };
        let list = match at % 3 {
            0 => &mut case.roots[0],
            1 => &mut case.trust,
            _ => &mut case.revoked[0],
        };
        let place = dice.below(list.len());
        list[place] = u8::try_from(dice.below(256)).unwrap();
        cases.push(case);
    }
    for path in ["native", "pure"] {
        let counts = compare(&cases, path);
        println!("{path}: {counts:?}");
        for told in
            ["refused root", "refused trust", "refused revoked", "VALID", "REVOKED", "STALE"]
        {
            assert!(counts.get(told).is_some_and(|count| *count > 20), "{told}: {counts:?}");
        }
    }
}

#[test]
fn a_thousand_changed_cards_under_lists_and_terms_give_the_same_answers() {
    let day = |seconds: i64| UnixTime::from_seconds(1_672_977_600 + seconds * 86_400); // 2023-01-06
    let mut texts = example().texts;
    texts.extend([0, 15, 18, 19, 20, 980, 981, 1_199, u64::try_from(i64::MAX).unwrap()].map(card));
    let mut cases =
        vec![Case { name: "thrown".to_owned(), texts: cases::thrown(1_000, sealed), ..example() }];
    for time in [TimeSource::Clock, TimeSource::AsOf] {
        for freshness in
            [Freshness::NextUpdate, Freshness::MaxAge(86_400), Freshness::MaxAge(40 * 86_400)]
        {
            for days in [-2_000, -40, -2, 0, 5, 6, 30, 400, 2_000] {
                let terms = Terms { specimens: SpecimenPolicy::Refuse, freshness, time };
                let name = format!("{terms:?}, day {days}");
                let texts = texts.clone();
                cases.push(Case { name, terms, now: day(days), texts, ..example() });
            }
        }
    }
    for path in ["native", "pure"] {
        let counts = compare(&cases, path);
        println!("{path}: {counts:?}");
        for told in
            ["VALID", "REVOKED", "SUPERSEDED", "STALE", "CLOCK_SUSPECT", "EXPIRED", "OUT_OF_SCOPE"]
        {
            assert!(counts.contains_key(told), "{told}: {counts:?}");
        }
    }
}
