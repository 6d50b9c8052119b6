//! A build of the sample site: the same bytes wherever and whenever it is made,
//! nobody in what is published, and no link that leads nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::tree::{files, learners_and_passed, paths, repository, sample, shenyan};

/// Where the sample site is published, as its settings say.
const ADDRESS: &str = "https://cards.example/";

/// Builds the site with these environment variables.
pub(crate) fn build(site: &Path, environment: &[(&str, &str)]) {
    let output = Command::new(shenyan())
        .arg("build")
        .current_dir(site)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert_eq!(told, "", "the sample site has no problems");
}

/// A built copy of the sample site.
pub(crate) fn built() -> TempDir {
    let site = sample();
    build(site.path(), &[]);
    site
}

/// Fails with the names of files that are not the same.
fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>, when: &str) {
    let names: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let differ: Vec<_> =
        names.into_iter().filter(|name| one.get(*name) != other.get(*name)).collect();
    assert!(differ.is_empty(), "{when}: {differ:#?}");
}

#[test]
fn every_build_of_the_same_content_is_the_same() {
    let first = built();
    let expected = files(first.path());
    assert!(expected.contains_key("content/ledger/150600-2022.jsonl"));
    assert!(expected.contains_key("public/index.html"));
    for environment in [
        &[("TZ", "America/St_Johns"), ("RAYON_NUM_THREADS", "1")][..],
        &[("TZ", "Pacific/Kiritimati"), ("RAYON_NUM_THREADS", "4"), ("LC_ALL", "tr_TR.UTF-8")],
    ] {
        let site = sample();
        build(site.path(), environment);
        assert_same(&expected, &files(site.path()), &format!("{environment:?}"));
        build(site.path(), environment);
        assert_same(&expected, &files(site.path()), "built once more");
    }
}

#[test]
fn the_order_in_which_files_were_made_does_not_show() {
    let expected = files(built().path());
    let (from, site) = (sample(), tempfile::tempdir().unwrap());
    for path in paths(from.path()).iter().rev() {
        let place = site.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(from.path().join(path), place).unwrap();
    }
    build(site.path(), &[]);
    assert_same(&expected, &files(site.path()), "made in reverse");
}

#[test]
fn everything_is_built_again_from_content_and_its_ledger() {
    let site = built();
    let expected = files(site.path());
    for folder in ["public", "private"] {
        fs::remove_dir_all(site.path().join(folder)).unwrap();
    }
    build(site.path(), &[]);
    assert_same(&expected, &files(site.path()), "from the ledger");
}

/// What would give a learner away, and what it is.
fn secrets(site: &Path) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    let mut note = |value: &Value, what| {
        found.push((value.as_str().unwrap_or_else(|| panic!("{what}: {value}")).to_owned(), what));
    };
    for (_, text) in files(&site.join("content/learners")) {
        let learners = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
        for learner in learners.map(Result::unwrap) {
            note(&learner["person_id"], "person");
            for name in learner["name"].as_array().unwrap() {
                note(&name["value"], "name");
            }
            if let Some(number) = learner["id_doc"].get("number") {
                note(number, "document number");
                let number = number.as_str().unwrap();
                note(&Value::from(&number[number.len().saturating_sub(4)..]), "last four");
            }
            for post in learner["posts"].as_array().into_iter().flatten() {
                note(&post["unit"], "unit");
            }
        }
    }
    for line in files(&site.join("private"))["determinations.ndjson"].split(|byte| *byte == b'\n') {
        if let Ok(row) = serde_json::from_slice::<Value>(line) {
            note(&row["name"], "name");
            if !row["card"].is_null() {
                note(&row["card"], "card number");
            }
        }
    }
    for line in
        files(&site.join("content/ledger"))["150600-2022.jsonl"].split(|byte| *byte == b'\n')
    {
        if let Ok(entry) = serde_json::from_slice::<Value>(line) {
            note(&entry["record"], "digest of a record");
            note(&entry["card"], "card");
            let digits = entry["card"].as_str().unwrap().trim_start_matches("#1");
            note(&Value::from(&digits[digits.len() - 40..]), "end of a card");
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a text holds these characters, not within a longer run of letters or
/// digits if they are as few as four.
fn holds(text: &str, secret: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(secret).any(|(at, _)| {
        let within =
            text[..at].ends_with(is_word) || text[at + secret.len()..].starts_with(is_word);
        secret.len() > 4 || !within
    })
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn no_learner_appears_in_what_is_published() {
    let site = built();
    let secrets = secrets(site.path());
    let (learners, passed) = learners_and_passed();
    let count = |kind| secrets.iter().filter(|(_, what)| *what == kind).count();
    assert_eq!((count("person"), count("card"), count("card number")), (learners, passed, passed));
    assert!(count("document number") > 20 && count("unit") > 5 && count("name") > 25);
    // Four digits may stand in a notice for another reason, such as a year.
    let mut prose = String::new();
    for folder in ["content/notices", "content/spec", "themes"] {
        for text in files(&repository().join(folder)).into_values() {
            prose.push_str(&String::from_utf8_lossy(&text));
        }
    }
    let (secrets, passed_over): (Vec<_>, Vec<_>) = secrets
        .into_iter()
        .partition(|(secret, what)| *what != "last four" || !holds(&prose, secret));
    assert!(passed_over.len() < 5, "too many are not looked for: {passed_over:?}");
    let mut found = Vec::new();
    for (path, text) in files(&site.path().join("public")) {
        let text = format!("{path}\n{}", String::from_utf8_lossy(&text));
        for (secret, what) in &secrets {
            if holds(&text, secret) || text.contains(&percent_encoded(secret)) {
                found.push(format!("{path}: {what} {secret}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The values of an attribute in a page of ours.
pub(crate) fn attributes(html: &str, name: &str) -> Vec<String> {
    let opening = format!(" {name}=\"");
    let values = html.split(&opening).skip(1).map(|rest| rest.split('"').next().unwrap());
    values.map(|value| value.replace("&amp;", "&")).collect()
}

fn links(html: &str) -> Vec<String> {
    [attributes(html, "href"), attributes(html, "src")].concat()
}

/// The file of `public` that a link on a page leads to, and the anchor in it;
/// `None` for a link to elsewhere.
fn target(page: &str, link: &str) -> Option<(String, Option<String>)> {
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (link, None),
    };
    let place = match path.strip_prefix(ADDRESS) {
        Some(inner) => PathBuf::from(inner),
        None if path.contains(':') => return None,
        None if path.is_empty() => return Some((page.to_owned(), anchor)),
        None => Path::new(page).parent().unwrap().join(path),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in place.iter().map(|part| part.to_str().unwrap()) {
        match part {
            ".." => drop(parts.pop().expect("a link stays in the site")),
            part => parts.push(part),
        }
    }
    let mut file = parts.join("/");
    if path.ends_with('/') || file.is_empty() {
        file = format!("{file}/index.html").trim_start_matches('/').to_owned();
    }
    Some((file, anchor))
}

#[test]
fn every_link_leads_somewhere() {
    let site = built();
    let public = files(&site.path().join("public"));
    let mut pages: Vec<(String, String, bool)> = Vec::new();
    for (folder, is_public) in [("public", true), ("private", false)] {
        for (path, text) in files(&site.path().join(folder)) {
            if path.ends_with(".html") {
                pages.push((path, String::from_utf8(text).unwrap(), is_public));
            }
        }
    }
    let (mut followed, mut broken) = (0, Vec::new());
    for (page, html, is_public) in &pages {
        for link in links(html) {
            let is_of_the_portal = *is_public || link.starts_with(ADDRESS);
            let Some((file, anchor)) = target(page, &link).filter(|_| is_of_the_portal) else {
                continue;
            };
            if file == "v/index.html" {
                continue; // the verify page is not part of the site yet
            }
            followed += 1;
            let text = public.get(&file).map(|text| String::from_utf8_lossy(text));
            let ids = text.as_ref().map(|text| attributes(text, "id"));
            let is_there = match (&ids, &anchor) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(ids), Some(anchor)) => ids.contains(anchor),
            };
            if !is_there {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(followed > 200, "only {followed} links were found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// A page has each id once, or an anchor would lead to the wrong place.
#[test]
fn no_page_has_an_id_twice() {
    for (path, text) in files(&built().path().join("public")) {
        let mut ids = attributes(&String::from_utf8_lossy(&text), "id");
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{path}");
    }
}

#[test]
fn a_card_page_stands_alone() {
    let site = built();
    let mut count = 0;
    for (path, text) in files(&site.path().join("private/cards")) {
        if !path.ends_with(".html") {
            continue;
        }
        count += 1;
        let html = String::from_utf8(text).unwrap();
        for link in links(&html) {
            let is_fine = link.starts_with(ADDRESS) || link.starts_with("data:");
            assert!(is_fine, "{path}: {link}");
        }
        for outside in
            ["<link rel=\"stylesheet\"", "<script", "@import", "url(", "<iframe", "srcset"]
        {
            assert!(!html.contains(outside), "{path}: {outside}");
        }
    }
    assert_eq!(count, learners_and_passed().1);
}
