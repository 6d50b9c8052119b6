//! The page as an employer meets it: what it shows, and what becomes of the address.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shenyan::credential::card::Card;
use shenyan::credential::claim::HolderName;

use super::chromium::Chromium;
use super::held::base64;
use super::server::Server;
use super::{Sample, cases};

/// Opens each address of a list in a frame, does what it says there, and posts what the
/// page then shows.
const DRIVER: &str = r"
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const seen = [];
for (const { fragment, paste, language } of await (await fetch('/task.json')).json()) {
  const frame = document.createElement('iframe');
  frame.src = '/v/' + fragment;
  document.body.append(frame);
  await new Promise((resolve) => { frame.onload = resolve; });
  const page = frame.contentDocument;
  const until = async (done) => { for (let n = 0; n < 400 && !done(); n += 1) await wait(25); };
  await until(() => page.querySelector('#languages button') !== null);
  if (paste !== undefined) {
    page.querySelector('#text').value = paste;
    page.querySelector('#form button').click();
  }
  if (fragment !== '' || paste !== undefined) await until(() => page.querySelector('#verdict') !== null);
  if (language !== undefined) page.querySelector(`#languages [lang=${language}]`).click();
  const text = (selector) => page.querySelector(selector)?.textContent ?? null;
  seen.push({
    code: text('.code'), verdict: text('#verdict'), answer: text('#answer'), title: page.title,
    announced: text('#announcement'), spoken: page.querySelector('#announcement').lang, address: frame.contentWindow.location.href,
    focus: page.activeElement?.id ?? null,
    foreign: page.querySelectorAll('#answer script, #answer img, #answer iframe, #answer b').length,
    isHidden: page.querySelector('#manual').hidden, name: text('.holder bdi'), languages: page.querySelectorAll('#languages button').length,
  });
  frame.remove();
}
await fetch('/post', { method: 'POST', body: JSON.stringify(seen) });
";

/// What a fragment may have besides its first characters, so that Chromium goes to the
/// address at all: it has 2 MiB with its host, and longer ones lead nowhere.
const ADDRESS_MAX: usize = (2 << 20) - 200;

/// What the page shows for each address or pasted text.
fn look(sample: &Sample, tasks: &Value) -> Vec<Value> {
    let mut files = sample.public();
    let harness =
        format!("<!DOCTYPE html><meta charset=utf-8><body><script type=module>{DRIVER}</script>");
    files.insert("/harness.html".to_owned(), harness.into_bytes());
    files.insert("/task.json".to_owned(), serde_json::to_vec(tasks).unwrap());
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address("cards.example", "/harness.html"));
    serde_json::from_str(&server.post()).unwrap()
}

fn fragment(card: &str) -> &str {
    &card[card.find('#').unwrap()..]
}

fn holds(seen: &Value, member: &str, words: &[&str]) {
    let text = seen[member].as_str().unwrap();
    for word in words {
        assert!(text.contains(word), "{word:?} in {text}");
    }
}

#[test]
fn a_card_from_the_camera_is_shown_and_leaves_the_address() {
    let sample = Sample::build();
    let cards = sample.cards();
    let tasks = serde_json::json!([
        { "fragment": fragment(&cards[0]) },
        { "fragment": fragment(&cards[0]), "language": "en" },
        { "fragment": "", "paste": cards[1] },
        { "fragment": "" },
        { "fragment": "#main" },
    ]);
    let seen = look(&sample, &tasks);
    // The words are those of the specification, and of the sample's files.
    assert_eq!(seen[0]["code"], "SPECIMEN");
    assert_eq!(seen[0]["verdict"], "样张，不作证明");
    holds(&seen[0], "title", &["样张，不作证明"]);
    holds(&seen[0], "announced", &["样张，不作证明。这是演示用的卡", "不能用来证明"]);
    let shown = [
        "本卡不是身份证件，请核对身份证",
        "证件号码末四位",
        "2022",
        "公需",
        "专业",
        "应修与认定（学时）",
        "鄂尔多斯市人力资源和社会保障局（样张）",
        "150600-2022-000000-65",
        "《关于做好全区 2022 年专业技术人员继续教育工作的通知》",
        "公需科目不少于 30 学时",
        "样张不查撤销名单和信任名单",
        "北京时间",
    ];
    holds(&seen[0], "answer", &shown);
    assert!(!seen[0]["answer"].as_str().unwrap().contains("官方网址"), "the host is official");
    for seen in &seen[..3] {
        assert!(!seen["address"].as_str().unwrap().contains('#'), "{}", seen["address"]);
    }
    assert_eq!(seen[1]["verdict"], "Specimen; proves nothing");
    holds(&seen[1], "announced", &["Specimen; proves nothing. This card is for demonstration."]);
    assert_eq!(seen[1]["spoken"], "en", "what is read out is in the language that was chosen");
    assert_eq!(seen[1]["languages"], 2, "nobody has written the Mongolian strings yet");
    assert_eq!(seen[2]["code"], "SPECIMEN");
    assert_eq!(seen[2]["focus"], "verdict", "whoever pasted hears the verdict");
    for seen in &seen[3..] {
        assert_eq!(seen["verdict"], Value::Null);
        assert_eq!(seen["isHidden"], false, "a text may be pasted");
        holds(seen, "title", &["核验审验卡"]);
    }
}

#[test]
fn hostile_input_is_calmly_malformed_and_never_markup() {
    let sample = Sample::build();
    let mut card: Card = cases::full_card();
    card.expires = None; // the page looks at the clock
    card.name = HolderName::new("<img src=x onerror=alert(1)><b>甲</b>").unwrap();
    let tasks = serde_json::json!([
        { "fragment": "#<script>alert(1)</script>" },
        { "fragment": "#1%31%32%33" },
        { "fragment": "#%E0%A4%A" },
        { "fragment": format!("#1{}", "0".repeat(ADDRESS_MAX)) },
        { "fragment": format!("#1{}", "%30".repeat(ADDRESS_MAX / 3)) },
        { "fragment": "#{\"format\":\"shenyan/policy/1\"}" },
        { "fragment": "#data:text/html,<img src=x onerror=alert(1)>" },
        { "fragment": "", "paste": "1".repeat(10_000_000) },
        { "fragment": "", "paste": format!("#1<svg onload=alert(1)>{}", "<b>".repeat(1_000_000)) },
        { "fragment": fragment(&cases::sealed(&card.encode())) },
    ]);
    let seen = look(&sample, &tasks);
    for seen in &seen[..9] {
        assert_eq!(seen["code"], "MALFORMED", "{seen}");
        holds(seen, "answer", &["未能完整读取，请重扫", "这不等于伪造"]);
    }
    assert_eq!(seen[9]["code"], "SPECIMEN");
    assert_eq!(seen[9]["name"], "<img src=x onerror=alert(1)><b>甲</b>");
    for seen in &seen {
        assert_eq!(seen["foreign"], 0, "{seen}");
    }
}

/// A picture's file may be anything, and its code may say anything.
#[test]
fn a_file_that_is_no_picture_is_calmly_refused() {
    const UPLOAD: &str = "
import { textOfPicture } from '/verify/picture.js';
const detector = { detect: async () => [{ rawValue: 'x' }] };
const files = ['1'.repeat(10_000_000), '<svg onload=alert(1)>', '', '\\x89PNG\\r\\n\\x1a\\n']
  .map((text) => new File([text], 'card.png', { type: 'image/png' }));
const told = await Promise.all(files.map((file) => textOfPicture(detector, file).catch(() => 'refused')));
await fetch('/post', { method: 'POST', body: told.join() });
";
    let mut files = Sample::build().public();
    let harness =
        format!("<!DOCTYPE html><meta charset=utf-8><script type=module>{UPLOAD}</script>");
    files.insert("/harness.html".to_owned(), harness.into_bytes());
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address("localhost", "/harness.html"));
    assert_eq!(server.post(), "refused,refused,refused,refused");
}

#[test]
fn what_is_not_proven_is_shown_as_that() {
    let sample = Sample::build();
    let cards = sample.cards();
    let good = fragment(&cards[0]);
    // The last digits are the signature's.
    let last = if good.ends_with('1') { "2" } else { "1" };
    let forged = format!("{}{last}", &good[..good.len() - 1]);
    let stranger = shenyan::credential::envelope::seal(
        &cases::signer("150700"),
        &shenyan::credential::realm::Realm::specimen(),
        &cases::full_card().encode(),
    );
    let stranger = cases::text("https://evil.example/v/", &stranger.unwrap());
    let tasks = serde_json::json!([
        { "fragment": forged },
        { "fragment": "", "paste": stranger },
        { "fragment": "", "paste": format!("https://evil.example/{good}") },
    ]);
    let seen = look(&sample, &tasks);
    assert_eq!(seen[0]["code"], "BAD_SIGNATURE");
    holds(&seen[0], "answer", &["签名不符，内容可能被改动", "不要采信", "未验证"]);
    assert_eq!(seen[1]["code"], "UNKNOWN_ISSUER");
    holds(&seen[1], "answer", &["不认识的签发方", "这不等于伪造", "未验证", "阿依古丽·艾合买提"]);
    assert_eq!(seen[2]["code"], "SPECIMEN");
    holds(&seen[2], "answer", &["（evil.example）不是签发机构的官方网址（cards.example）"]);
}

#[test]
fn the_one_file_works_from_a_disk_under_its_own_policy() {
    let sample = Sample::build();
    let card = sample.cards().swap_remove(0);
    let file = format!("file://{}", sample.path("public/v/offline.html").display());
    let answer = |fragment: &str| {
        let html = Chromium::dump(&format!("{file}{fragment}"));
        let (_, answer) = html.split_once("<article id=\"answer\">").unwrap();
        answer.split_once("</article>").unwrap().0.to_owned()
    };
    let shown = answer(fragment(&card));
    for word in ["样张，不作证明", "150600-2022-000000-65", "公需科目不少于 30 学时"]
    {
        let plain = shown.replace("</span><span>", "");
        assert!(plain.contains(word), "{word} in {shown}");
    }
    assert!(!shown.contains("官方网址"), "a disk has no host to warn of: {shown}");
    let shown = answer("#1234");
    assert!(shown.contains("MALFORMED"), "{shown}");
}

#[test]
fn the_page_is_small_and_asks_nobody_else() {
    let files = Sample::build().public();
    let html = String::from_utf8(files["/v/index.html"].clone()).unwrap();
    let (page, lists) = html.split_once("<script type=\"application/json\"").unwrap();
    let (_, after) = lists.split_once("</script>").unwrap();
    let page = format!("{page}{after}");
    // One style and one script, each let in by its hash, and nothing else.
    let policy = page.split_once("http-equiv=\"Content-Security-Policy\" content=\"").unwrap().1;
    let policy = policy.split('"').next().unwrap();
    for (tag, directive) in [("style", "style-src"), ("script type=\"module\"", "script-src")] {
        let (_, rest) = page.split_once(&format!("<{tag}>")).unwrap();
        let (text, _) =
            rest.split_once(&format!("</{}>", &tag[..tag.find(' ').unwrap_or(tag.len())])).unwrap();
        let hash = Sha256::digest(text);
        assert!(policy.contains(&format!("{directive} 'sha256-{}';", base64(&hash))), "{policy}");
    }
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    let (body, _) = body.split_once("<script type=\"module\">").unwrap();
    let markup = format!("{head}{body}");
    for attribute in ["src=\"", "href=\""] {
        for value in markup.split(attribute).skip(1) {
            let is_own =
                !value.starts_with("//") && !value.split('"').next().unwrap().contains("://");
            assert!(is_own, "{attribute}{value:.60}");
        }
    }
    for inline in ["onclick", "onload", "style=\"", "<script", "<style", "javascript:", "src=\""] {
        assert!(!markup.contains(inline), "{inline}");
    }
    // Without scripts, no field that has no name and leads nowhere.
    assert!(
        body.contains(
            "<section class=\"another\" id=\"manual\" aria-labelledby=\"another\" hidden>"
        )
    );
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(page.as_bytes()).unwrap();
    let wire = encoder.finish().unwrap().len();
    println!("{wire} bytes over the wire, before lists");
    assert!(wire <= 60 * 1024, "{wire} bytes, compressed as web servers do, before lists");
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("/verify/")) {
        let text = std::str::from_utf8(bytes).unwrap();
        for way in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ] {
            assert!(!text.contains(way), "{way} in {path}");
        }
        let addresses =
            text.matches("://").count() - text.matches("http://www.w3.org/2000/svg").count();
        let parses_addresses = usize::from(path == "/verify/qr.js");
        assert!(addresses <= parses_addresses, "{path} names an address");
    }
}
