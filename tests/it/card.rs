//! Each card of the sample site, from its printed page back to its verdict.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use image::{GrayImage, ImageFormat};
use serde_json::Value;
use shenyan::credential::lists::SpecimenPolicy;
use shenyan::credential::trust::{SpecimenIssuer, Trust};
use shenyan::credential::{Verdict, verify};
use shenyan::scan::sheets;
use shenyan::time::Date;

use crate::build::{attributes, built};
use crate::tree::{files, learners_and_passed, shenyan};

/// Pixels of a module's side.
const MODULE: u32 = 4;

/// A card's files, by their path without its ending.
fn cards() -> BTreeMap<String, (String, Value)> {
    let site = built();
    let files = files(&site.path().join("private/cards"));
    let pages = files.iter().filter_map(|(path, text)| Some((path.strip_suffix(".html")?, text)));
    let cards: BTreeMap<_, _> = pages
        .map(|(path, text)| {
            let json = serde_json::from_slice(&files[&format!("{path}.json")]).unwrap();
            (path.to_owned(), (String::from_utf8(text.clone()).unwrap(), json))
        })
        .collect();
    assert_eq!(cards.len(), learners_and_passed().1, "as many as pass");
    cards
}

/// The page's symbol as a printer draws it, in its quiet zone.
///
/// Its path is rectangles `mX Yh<run>v1h-<run>z`, the first of them with `M`; the
/// pen is back at a rectangle's corner when the next begins.
fn drawn(html: &str) -> GrayImage {
    let viewbox = &attributes(html, "viewBox")[0];
    let numbers: Vec<i64> = viewbox.split(' ').map(|number| number.parse().unwrap()).collect();
    let [left, top, width, height] = numbers[..] else { panic!("{viewbox}") };
    assert!(left == -4 && top == -4 && width == height, "four light modules on each side");
    let side = u32::try_from(width).unwrap() * MODULE;
    let mut picture = GrayImage::from_pixel(side, side, image::Luma([255]));
    let paths = attributes(html, "d");
    assert_eq!(paths[0], format!("M-4-4h{width}v{width}h-{width}z"), "a light ground");
    let (mut x, mut y) = (0, 0);
    for rectangle in paths[1].split_terminator('z') {
        let (corner, run) = rectangle.split_once('h').unwrap();
        let (run, back) = run.split_once("v1h-").unwrap();
        assert_eq!(run, back, "{rectangle}");
        let (dx, dy) = corner[1..].split_once(' ').unwrap();
        x += dx.parse::<i64>().unwrap();
        y += dy.parse::<i64>().unwrap();
        for module in 0..run.parse().unwrap() {
            let corner = |at: i64| u32::try_from(at + 4).unwrap() * MODULE;
            for (across, down) in (0..MODULE).flat_map(|it| (0..MODULE).map(move |at| (it, at))) {
                let (x, y) = (corner(x + module) + across, corner(y) + down);
                picture.put_pixel(x, y, image::Luma([0]));
            }
        }
    }
    picture
}

#[test]
fn the_code_the_link_and_the_json_are_one_text() {
    for (path, (html, json)) in cards() {
        let mut png = Vec::new();
        drawn(&html).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let text = json["card"].as_str().unwrap();
        assert_eq!(
            sheets(&png),
            Ok(vec![Ok(vec![Some(text.to_owned())])]),
            "{path}: the printed code"
        );
        let anchors: Vec<_> =
            html.split("<a ").filter(|tag| tag.starts_with("id=\"card-")).collect();
        assert_eq!(anchors.len(), 1, "{path}");
        let id = format!("id=\"card-{}\"", json["number"].as_str().unwrap());
        assert!(anchors[0].starts_with(&id), "{path}: {}", anchors[0]);
        assert_eq!(attributes(anchors[0], "href")[0], text, "{path}: the link");
    }
}

#[test]
fn every_card_is_valid_as_a_specimen_and_says_what_its_files_say() {
    let name = "样张".to_owned();
    let issuer = SpecimenIssuer { id: "150600".parse().unwrap(), name, hosts: Vec::new() };
    let trust = Trust::specimen(vec![issuer], SpecimenPolicy::Accept).unwrap();
    let now = Date::new(2026, 1, 1).unwrap().beijing_midnight();
    for (path, (html, json)) in cards() {
        let verdict = verify(&trust, json["card"].as_str().unwrap(), now);
        let Verdict::Valid(accepted) = verdict else {
            panic!("{path}: {}", verdict.code().as_str())
        };
        let card = accepted.card();
        let determination = &json["determination"];
        assert_eq!(card.name.as_str(), determination["name"], "{path}");
        assert_eq!(u64::from(card.year.get()), determination["year"], "{path}");
        assert_eq!(determination["outcome"], "通过", "{path}");
        assert_eq!(determination["card"], json["number"], "{path}");
        let number = card.number(&"150600".parse().unwrap()).to_string();
        assert_eq!(json["number"], number.as_str(), "{path}");
        assert!(path.ends_with(&format!("/{number}")), "{path}");
        let hours =
            card.hours.as_slice().iter().zip(determination["categories"].as_array().unwrap());
        for (card, row) in hours {
            assert_eq!(row["credited"], card.credited.to_string().as_str(), "{path}");
            assert_eq!(row["required"], card.required.to_string().as_str(), "{path}");
        }
        for shown in [card.name.as_str(), &number, "样张"] {
            assert!(html.contains(shown), "{path} does not show {shown}");
        }
    }
}

/// Rows of `verify private/cards`, and its exit code.
fn verified(site: &Path) -> (Vec<Value>, Option<i32>) {
    let output = Command::new(shenyan())
        .args(["verify", "private/cards", "--allow-specimen", "--format", "json"])
        .current_dir(site)
        .output()
        .unwrap();
    let rows = String::from_utf8(output.stdout).unwrap();
    (rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect(), output.status.code())
}

fn is_good(row: &Value) -> bool {
    row["code"] == "VALID" && row["findings"].as_array().unwrap().is_empty()
}

/// Three bytes of each file of a card, at places that differ from file to file.
#[test]
fn one_byte_changed_is_noticed_in_its_card_and_in_no_other() {
    let site = built();
    let (rows, code) = verified(site.path());
    let passed = learners_and_passed().1;
    assert_eq!((rows.len(), code), (passed, Some(0)));
    assert!(rows.iter().all(is_good));
    let folder = site.path().join("private/cards");
    for (count, (path, good)) in files(&folder).into_iter().enumerate() {
        for part in 0..3 {
            let at = (good.len() / 3 * part + 37 * count) % good.len();
            let mut changed = good.clone();
            changed[at] ^= 1 << (count % 7);
            fs::write(folder.join(&path), changed).unwrap();
            let (rows, code) = verified(site.path());
            let (stem, _) = path.rsplit_once('.').unwrap();
            let stem = format!("private/cards/{stem}");
            let (its, others): (Vec<_>, Vec<_>) = rows
                .iter()
                .partition(|row| row["input"].as_str().unwrap().starts_with(stem.as_str()));
            assert_eq!((code, others.len()), (Some(1), passed - 1), "{path}, byte {at}");
            assert!(others.into_iter().all(is_good), "{path}, byte {at}");
            assert!(its.into_iter().any(|row| !is_good(row)), "{path}, byte {at}");
        }
        fs::write(folder.join(&path), good).unwrap();
    }
}

/// A person without a card is named in the unit's file before the first card, with the
/// clause; and in no other unit's file.
#[test]
fn a_units_file_names_who_has_no_card_and_why() {
    let site = built();
    let rows = fs::read_to_string(site.path().join("private/determinations.ndjson")).unwrap();
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let mut units = files(&site.path().join("private/units"));
    let index = String::from_utf8(units.remove("index.html").unwrap()).unwrap();
    let units: BTreeMap<String, String> =
        units.into_iter().map(|(name, html)| (name, String::from_utf8(html).unwrap())).collect();
    for (name, html) in &units {
        assert_eq!(html.matches("<style>").count(), 1, "{name}: style once");
        assert!(!html.contains("id=\"card\""), "{name}: it is no card's file");
        assert!(index.contains(&format!("<a href=\"{name}\">")), "{name} is in the list");
    }
    for row in &rows {
        let (person, unit) = (row["name"].as_str().unwrap(), row["unit"].as_str().unwrap());
        let tag = format!("<bdi>{person}</bdi>");
        let with: Vec<_> = units.iter().filter(|(_, html)| html.contains(&tag)).collect();
        let [(name, html)] = with[..] else { panic!("{person} is in {} files", with.len()) };
        assert!(html.contains(&format!(">{unit}</bdi></h1>")), "{person} is not of {name}");
        let (front, cards) = html.split_once("<article").unwrap_or((html.as_str(), ""));
        let (place, other) = if row["card"].is_null() { (front, cards) } else { (cards, front) };
        assert!(place.contains(&tag) && !other.contains(&tag), "{person} in {name}");
        if row["card"].is_null() {
            let (_, told) = front.split_once(&tag).unwrap();
            let (told, _) = told.split_once("</tr>").unwrap();
            let reason = &row["reasons"][0];
            for words in [&row["outcome"], &reason["words"], &reason["clause"], &reason["quote"]] {
                assert!(told.contains(words.as_str().unwrap()), "{person}: {words} in {told}");
            }
        }
    }
}
