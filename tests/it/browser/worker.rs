//! The service worker: no network after one visit, and a new publication takes over.

use std::fs;

use super::Sample;
use super::chromium::Chromium;
use super::server::Server;

/// Visits the page; then with no network; then after a new publication.
const DRIVER: &str = r"
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const post = (body) => fetch('/post', { method: 'POST', body: JSON.stringify(body) });
const network = async (wanted) => {
  for (;;) {
    const is = await fetch('/signal.txt', { cache: 'no-store' }).then((it) => it.text(), () => 'off');
    if (is === wanted) return;
    await wait(50);
  }
};
let frame = null;
const open = async (fragment) => {
  frame?.remove();
  frame = document.createElement('iframe');
  frame.src = '/v/' + fragment;
  document.body.append(frame);
  await new Promise((resolve) => { frame.onload = resolve; });
};
const until = async (found) => {
  for (let n = 0; n < 800; n += 1) {
    const it = found();
    if (it) return it;
    await wait(25);
  }
  return null;
};
const text = (frame, selector) => frame.contentDocument.querySelector(selector)?.textContent;
const fragment = await (await fetch('/fragment.txt')).text();

await open('');
await until(() => text(frame, '#kept') && !frame.contentDocument.querySelector('#kept').hidden);
await post({ caches: await caches.keys() });

await network('off');
await open(fragment);
await post({ code: await until(() => text(frame, '.code')), portal: text(frame, '.portal') });

await network('half');
await open(fragment);
const registration = await navigator.serviceWorker.getRegistration('/v/');
const refused = await registration.update().then(() => false, () => true);
await until(() => registration.installing === null);
await until(() => text(frame, '.code'));
await post({
  portal: text(frame, '.portal'), code: text(frame, '.code'), refused,
  waiting: registration.waiting !== null, caches: await caches.keys(),
});

await network('whole');
await open(fragment);
const portal = await until(() => { const name = text(frame, '.portal'); return name?.includes('新') && name; });
const code = await until(() => text(frame, '.code'));
await until(() => frame.contentWindow.location.hash === '');
const address = frame.contentWindow.location.href;
await post({ portal, code, address, caches: await caches.keys() });
";

#[test]
fn the_page_works_in_flight_mode_and_a_new_publication_replaces_the_old() {
    let sample = Sample::build();
    let card = sample.cards().swap_remove(0);
    let served = |sample: &Sample, signal: &str| {
        let mut files = sample.public();
        let harness = format!(
            "<!DOCTYPE html><meta charset=utf-8><body><script type=module>{DRIVER}</script>"
        );
        files.insert("/harness.html".to_owned(), harness.into_bytes());
        files.insert("/signal.txt".to_owned(), signal.as_bytes().to_vec());
        let fragment = card.as_bytes()[card.find('#').unwrap()..].to_vec();
        files.insert("/fragment.txt".to_owned(), fragment);
        files
    };
    let server = Server::new(served(&sample, "whole"));
    let _browser = Chromium::open(&server.address("localhost", "/harness.html"));
    let post = || serde_json::from_str::<serde_json::Value>(&server.post()).unwrap();
    let first = post();
    assert_eq!(first["caches"].as_array().map(Vec::len), Some(1), "{first}");

    server.replace(None);
    let old = fs::read(sample.path("public/v/index.html")).unwrap();
    let away = post();
    assert_eq!(away["code"], "SPECIMEN", "{away}");

    let settings = sample.path("content/site.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replacen("name = \"", "name = \"新", 1)).unwrap();
    sample.rebuild();
    // The new worker beside the old page: as half a copy leaves them.
    let mut half = served(&sample, "half");
    half.insert("/v/index.html".to_owned(), old);
    server.replace(Some(half));
    let between = post();
    assert_eq!(between["code"], "SPECIMEN", "{between}");
    assert!(!between["portal"].as_str().unwrap().contains('新'), "all of it is old: {between}");
    assert_eq!(between["waiting"], false, "{between}");
    assert_eq!(between["caches"], first["caches"]);

    server.replace(Some(served(&sample, "whole")));
    let after = post();
    assert_eq!(after["code"], "SPECIMEN", "the card is shown again: {after}");
    assert!(after["portal"].as_str().is_some_and(|name| name.starts_with('新')), "{after}");
    assert!(!after["address"].as_str().unwrap().contains('#'), "{after}");
    assert_eq!(after["caches"].as_array().map(Vec::len), Some(1), "{after}");
    assert_ne!(after["caches"], first["caches"]);
}

#[test]
fn the_same_files_give_the_same_worker_and_other_lists_another() {
    let worker = |sample: &Sample| fs::read(sample.path("public/v/sw.js")).unwrap();
    let (sample, again) = (Sample::build(), Sample::build());
    let first = worker(&sample);
    assert_eq!(first, worker(&again));
    let settings = sample.path("content/site.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("https://cards.example/", "https://other.example/")).unwrap();
    sample.rebuild();
    assert_ne!(first, worker(&sample));
}
