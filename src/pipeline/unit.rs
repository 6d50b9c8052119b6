//! A unit's cards in one file, to print and hand out: `units/<unit>-<year>.html`.
//!
//! Learners come in the order of their files, a unit's among all others. Their
//! leaves are added to drafts, one of people without a card and one of cards for each
//! unit and year, once there are enough of them: units are many, and files slow to
//! open. At the end they are bound behind a head that has the counts. In memory are
//! a few MiB of leaves, and a name and two numbers for each unit.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::template_fault;
use crate::project::Settings;
use crate::site::{Part, Sink, SitePath, Theme, view};

/// What stands where a record has no post.
pub(super) const NO_UNIT: &str = "无单位";
/// Bytes of leaves that are held back, before they are added to their drafts.
const HELD_MAX: usize = 8 << 20;
/// Bytes of a unit's part of a file's name at most, before what tells two names apart.
const MAX_FOLDER: usize = 120;

/// What a person has in the file of the unit.
#[derive(Debug)]
pub(super) enum Leaf {
    /// A card.
    Card(String),
    /// None, a row that says why, and who may be told of it.
    Without(String, Telling),
}

/// When a person may be told of having no card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// At once.
    Now,
    /// After an officer has confirmed it.
    Confirmed,
}

/// The units' files, while they are being written.
pub(super) struct Units<'a> {
    settings: &'a Settings,
    theme: &'a Theme,
    sink: &'a dyn Sink,
    tallies: BTreeMap<(Reverse<u16>, String), Tally>,
    /// What is to be added to the drafts, and how many bytes it has.
    added: BTreeMap<(Reverse<u16>, String), Added>,
    held: usize,
}

/// What is in a unit's file.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    cards: u64,
    without: u64,
    /// Of these, people who are told once it is confirmed.
    unconfirmed: u64,
}

#[derive(Debug, Default)]
struct Added {
    cards: String,
    without: String,
}

impl<'a> Units<'a> {
    pub(super) fn begin(settings: &'a Settings, theme: &'a Theme, sink: &'a dyn Sink) -> Self {
        Self { settings, theme, sink, tallies: BTreeMap::new(), added: BTreeMap::new(), held: 0 }
    }

    /// Adds what a person has for a year: in the order of the learners.
    pub(super) fn add(&mut self, unit: Option<&str>, year: u16, leaf: &Leaf) {
        let key = (Reverse(year), unit.unwrap_or(NO_UNIT).to_owned());
        let tally = self.tallies.entry(key.clone()).or_default();
        let added = self.added.entry(key).or_default();
        match leaf {
            Leaf::Card(leaf) => {
                tally.cards += 1;
                added.cards.push_str(leaf);
                self.held += leaf.len();
            }
            Leaf::Without(row, telling) => {
                tally.without += 1;
                tally.unconfirmed += u64::from(*telling == Telling::Confirmed);
                added.without.push_str(row);
                self.held += row.len();
            }
        }
    }

    /// Writes what is held, if that is enough.
    pub(super) fn end_chunk(&mut self) -> io::Result<()> {
        if self.held < HELD_MAX { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> io::Result<()> {
        self.held = 0;
        let sink = self.sink;
        std::mem::take(&mut self.added).into_par_iter().try_for_each(|((year, unit), added)| {
            let paths = Paths::new(&unit, year.0)?;
            for (draft, text) in [(&paths.cards, added.cards), (&paths.without, added.without)] {
                if !text.is_empty() {
                    sink.append(draft, text.as_bytes())?;
                }
            }
            Ok(())
        })
    }

    /// Binds each unit's file, and writes the list of all.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.write()?;
        let tallies: Vec<_> = self.tallies.iter().collect();
        tallies.par_iter().try_for_each(|((year, unit), tally)| self.bind(unit, year.0, tally))?;
        let years = tallies.chunk_by(|((a, _), _), ((b, _), _)| a == b).map(|units| {
            let entries = units.iter().map(|((year, unit), tally)| view::UnitEntry {
                unit: view::Name::new(unit),
                href: format!("{}.html", file_name(unit, year.0)),
                cards: tally.cards,
                without: tally.without,
            });
            view::UnitYear { year: units[0].0.0.0, units: entries.collect() }
        });
        let index = view::UnitIndex {
            issuer: self.settings.issuer_name.clone(),
            years: years.collect(),
            specimen: self.settings.realm.is_specimen(),
        };
        let html = self.theme.render_unit_index(&index).map_err(template_fault)?;
        let path = SitePath::new("units/index.html").expect("a plain name");
        self.sink.put(&path, html.as_bytes())
    }

    fn bind(&self, unit: &str, year: u16, tally: &Tally) -> io::Result<()> {
        let head = view::UnitHead {
            unit: view::Name::new(unit),
            year,
            issuer: self.settings.issuer_name.clone(),
            cards: tally.cards,
            without: tally.without,
            unconfirmed: tally.unconfirmed,
            specimen: self.settings.realm.is_specimen(),
        };
        let theme = self.theme;
        let paths = Paths::new(unit, year)?;
        let first = theme.render_unit_head(&head).map_err(template_fault)?;
        let between = theme.render_unit_cards(&head).map_err(template_fault)?;
        let last = theme.render_unit_foot(&head).map_err(template_fault)?;
        let parts = [
            Part::Bytes(first.as_bytes()),
            Part::Draft(&paths.without),
            Part::Bytes(between.as_bytes()),
            Part::Draft(&paths.cards),
            Part::Bytes(last.as_bytes()),
        ];
        self.sink.bind(&paths.file, &parts)
    }
}

/// Where a unit's file is, and its drafts.
struct Paths {
    file: SitePath,
    cards: SitePath,
    without: SitePath,
}

impl Paths {
    fn new(unit: &str, year: u16) -> io::Result<Self> {
        let name = file_name(unit, year);
        let path = |ending: &str| {
            SitePath::new(format!("units/{name}.{ending}")).map_err(io::Error::other)
        };
        Ok(Self { file: path("html")?, cards: path("cards")?, without: path("without")? })
    }
}

/// The name of a unit's file of a year, without its ending: no two units have one
/// that any disk takes for another's, and it stands in an address as it is.
///
/// Disks may take upper for lower case and a letter for the same one composed, so
/// only Chinese characters and digits go without a digest.
fn file_name(unit: &str, year: u16) -> String {
    let is_plain =
        |c: char| c.is_ascii_digit() || matches!(c, '\u{4E00}'..='\u{9FFF}' | '（' | '）' | '·');
    if unit.len() <= MAX_FOLDER && !unit.is_empty() && unit.chars().all(is_plain) {
        return format!("{unit}-{year}");
    }
    let has_a_meaning = |c: char| "#%&;'".contains(c);
    let readable: String = unit.chars().map(|c| if has_a_meaning(c) { '_' } else { c }).collect();
    format!("{}_{}-{year}", short(&readable), digest(unit))
}

/// A folder's name for a unit: its own, without what some disk refuses.
pub(super) fn folder(unit: &str) -> String {
    let short = short(unit);
    if short == unit && SitePath::new(short.as_str()).is_ok() {
        return short;
    }
    // Two units that differ only in what is left out keep folders of their own.
    format!("{short}_{}", digest(unit))
}

/// The beginning of a name, without what some disk refuses or what turns letters
/// around.
fn short(unit: &str) -> String {
    let is_refused = |c: char| {
        let turns = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        turns || c.is_control() || r#"/\:*?"<>|"#.contains(c)
    };
    let name: String = unit.chars().map(|c| if is_refused(c) { '_' } else { c }).collect();
    let mut end = name.len().min(MAX_FOLDER);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].trim_matches(['.', ' ']).to_owned()
}

/// Eight hexadecimal digits that tell one name from another.
fn digest(unit: &str) -> String {
    Sha256::digest(unit.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_keeps_its_name_where_every_disk_allows() {
        for unit in ["样张市第一样例中学", "ᠣᠷᠳᠣᠰ", "A-1 (分部)"] {
            assert_eq!(folder(unit), unit);
        }
    }

    #[test]
    fn a_name_that_a_disk_refuses_becomes_another_and_no_two_become_the_same() {
        let long = "样".repeat(95);
        let units =
            ["甲/乙", "甲\\乙", "甲_乙", "..", "con", " 甲", "甲.", &long, &format!("{long}一")];
        let mut names: Vec<_> = units.iter().map(|unit| folder(unit)).collect();
        for name in &names {
            assert!(SitePath::new(format!("cards/{name}/x.html")).is_ok(), "{name}");
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), units.len());
    }

    #[test]
    fn a_file_is_named_for_its_unit_and_year_and_no_disk_mixes_two_up() {
        assert_eq!(file_name("样张市第一样例中学", 2022), "样张市第一样例中学-2022");
        let long = "样".repeat(95);
        let units = [
            "ABC",
            "abc",
            "é",
            "e\u{301}",
            "甲/乙",
            "甲_乙",
            "甲#乙",
            "100%",
            "..",
            "",
            " ",
            "con",
            "index",
            "\u{202E}甲",
            "甲&amp;",
            &long,
        ];
        let mut names: Vec<_> =
            units.iter().map(|unit| file_name(unit, 2022).to_lowercase()).collect();
        for name in &names {
            assert!(SitePath::new(format!("units/{name}.html")).is_ok(), "{name}");
            assert!(!name.contains(['#', '%', '?', '&', '"', '\'']), "{name}");
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), units.len());
    }
}
