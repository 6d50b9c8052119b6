//! Accessibility: axe-core finds nothing serious or critical on any page of the portal,
//! nor on the verify page whatever it answers; light and dark, narrow and wide.
//!
//! axe-core comes from the npm registry, once, pinned by version and hash, into the
//! target folder. Without it the test fails and says so: nothing has been looked at.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::chromium::{Chromium, Scheme};
use super::server::Server;
use super::{Sample, cases, held, hex};

const VERSION: &str = "4.10.3";
/// SHA-256 of `axe.min.js` in that version.
const HASH: &str = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb";

/// The script, fetched if it is not there yet.
fn axe() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("axe-core-{VERSION}"));
    let path = folder.join("package/axe.min.js");
    if !path.is_file() {
        fetch(&folder);
    }
    let bytes = fs::read(&path).unwrap();
    assert_eq!(hex(&Sha256::digest(&bytes)), HASH, "{} is not axe-core {VERSION}", path.display());
    bytes
}

fn fetch(folder: &PathBuf) {
    let missing = |what: String| -> ! {
        panic!(
            "axe-core is missing, so no page was looked at: {what}\n\
             (needs npm and the npm registry once; `npm pack axe-core@{VERSION}` unpacked into {})",
            folder.display()
        )
    };
    fs::create_dir_all(folder).unwrap();
    for (program, arguments) in [
        ("npm", vec!["pack".to_owned(), format!("axe-core@{VERSION}")]),
        ("tar", vec!["-xzf".to_owned(), format!("axe-core-{VERSION}.tgz")]),
    ] {
        match Command::new(program).args(&arguments).current_dir(folder).output() {
            Ok(output) if output.status.success() => {}
            Ok(output) => missing(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(error) => missing(format!("{program}: {error}")),
        }
    }
}

/// Opens each page in a frame of each width, and posts what axe-core finds there.
const DRIVER: &str = r"
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const found = [];
let looked = 0;
for (const { path, code } of await (await fetch('/task.json')).json()) {
  for (const width of [390, 1280]) {
    const frame = document.createElement('iframe');
    Object.assign(frame, { src: path, width, height: 844 });
    document.body.append(frame);
    await new Promise((resolve) => { frame.onload = resolve; });
    const page = frame.contentDocument;
    if (code !== null) {
      for (let n = 0; n < 400 && page.querySelector('.code')?.textContent !== code; n += 1) await wait(25);
      const shown = page.querySelector('.code')?.textContent ?? 'nothing';
      if (shown !== code) found.push(`${path}: ${shown} is shown, not ${code}`);
    }
    for (const details of page.querySelectorAll('details')) details.open = true;
    const { violations, passes } = await frame.contentWindow.axe.run(page);
    looked += passes.length > 5 ? 1 : 0;
    for (const { id, impact, help, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      for (const { target, failureSummary } of nodes.slice(0, 5)) {
        found.push(`${path} at ${width}: ${impact} ${id}: ${help}: ${target.join(' ')}: ${failureSummary}`);
      }
    }
    frame.remove();
  }
}
await fetch('/post', { method: 'POST', body: JSON.stringify({ found, looked }) });
";

/// Pages without their security policy, which keeps every other script out, and with
/// axe-core.
fn opened(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let open = |(path, bytes): (&String, &Vec<u8>)| {
        if !path.ends_with(".html") {
            return (path.clone(), bytes.clone());
        }
        let html = str::from_utf8(bytes).unwrap();
        let (before, rest) =
            html.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
        let (_, after) = rest.split_once(">\n").unwrap();
        let axe = "<script src=\"/axe.min.js\"></script>\n";
        (
            path.clone(),
            format!("{before}{after}").replace("</body>", &format!("{axe}</body>")).into_bytes(),
        )
    };
    files.iter().map(open).collect()
}

#[test]
fn axe_finds_nothing_serious_on_any_page() {
    let axe = axe();
    let sample = Sample::build();
    let card = sample.cards().swap_remove(0);
    let fragment = |card: &str| card[card.find('#').unwrap()..].to_owned();
    let last = if card.ends_with('1') { "2" } else { "1" };
    let forged = format!("{}{last}", &card[..card.len() - 1]);
    let mut files = sample.public();
    let html = str::from_utf8(&files["/v/index.html"]).unwrap();
    let listed = held::with_sample_lists(html);
    files.insert("/v/listed.html".to_owned(), listed.into_bytes());
    let stranger = cases::text("", &[0xd2, 0]);
    let mut tasks: Vec<Value> = files
        .keys()
        .filter(|path| path.ends_with(".html"))
        .map(|path| json!({ "path": path, "code": null }))
        .collect();
    assert!(tasks.len() > 10, "{tasks:?}");
    let mut judged = |page: &str, card: &str, code: &str| {
        tasks.push(json!({ "path": format!("{page}{}", fragment(card)), "code": code }));
    };
    judged("/v/index.html", &card, "SPECIMEN");
    judged("/v/offline.html", &card, "SPECIMEN");
    judged("/v/index.html", &forged, "BAD_SIGNATURE");
    judged("/v/index.html", &stranger, "MALFORMED");
    judged("/v/index.html", "#2", "UNSUPPORTED");
    judged("/v/listed.html", &card, "UNKNOWN_ISSUER");
    for (index, code) in [(18, "VALID"), (17, "REVOKED"), (5, "SUPERSEDED"), (1_200, "STALE")] {
        judged("/v/listed.html", &held::card(index), code);
    }
    files.insert("/axe.min.js".to_owned(), axe);
    files = opened(&files);
    let harness =
        format!("<!DOCTYPE html><meta charset=utf-8><body><script type=module>{DRIVER}</script>");
    files.insert("/harness.html".to_owned(), harness.into_bytes());
    files.insert("/task.json".to_owned(), serde_json::to_vec(&tasks).unwrap());
    for scheme in [Scheme::Light, Scheme::Dark] {
        let server = Server::new(files.clone());
        let address = server.address("cards.example", "/harness.html");
        let _browser = Chromium::open_in(scheme, &address);
        let post: Value = serde_json::from_str(&server.post()).unwrap();
        let found: Vec<&str> =
            post["found"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        assert!(found.is_empty(), "{scheme:?}:\n{}", found.join("\n"));
        assert_eq!(post["looked"], 2 * tasks.len(), "{scheme:?}: axe-core looked at every page");
    }
}
