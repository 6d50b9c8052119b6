//! A card's two files: the page that is printed, and the JSON that goes with it.

use std::io;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::card::{Issuing, Prepared, Settled};
use super::office::{Row, unit};
use crate::assessment::policy::bundle::Citations;
use crate::credential::claim::ClauseOrdinal;
use crate::site::symbol::Symbol;
use crate::site::{Sink, SitePath, Theme, card_file, view};

/// Bytes of a unit's folder name at most, before what tells two long names apart.
const MAX_FOLDER: usize = 120;

/// A rendered card.
pub(super) struct Rendered {
    page: (SitePath, Vec<u8>),
    json: (SitePath, Vec<u8>),
}

impl Rendered {
    /// Puts both files.
    pub(super) fn put(&self, sink: &dyn Sink) -> io::Result<()> {
        sink.put(&self.page.0, &self.page.1)?;
        sink.put(&self.json.0, &self.json.1)
    }
}

/// What stands in a card's JSON.
#[derive(Serialize)]
struct CardJson<'a> {
    number: &'a str,
    card: &'a str,
    determination: &'a Row<'a>,
}

impl Issuing<'_> {
    /// Renders a card's files.
    pub(super) fn render(
        &self,
        settled: &Settled<'_>,
        card: &Prepared,
        row: &Row<'_>,
        theme: &Theme,
    ) -> io::Result<Rendered> {
        let number = card.number.to_string();
        let unit = unit(settled.judged, settled.result.year);
        let folder = unit.map_or_else(|| "无单位".to_owned(), folder);
        let path = |ending: &str| {
            SitePath::new(format!("cards/{folder}/{number}.{ending}")).map_err(io::Error::other)
        };
        let html = theme.render_card(&self.view(card, unit)?).map_err(super::template_fault)?;
        let json = CardJson { number: &number, card: card.text.as_str(), determination: row };
        Ok(Rendered {
            page: (path("html")?, card_file::html(html)),
            json: (path("json")?, card_file::json(&json)?),
        })
    }

    fn view(&self, prepared: &Prepared, unit: Option<&str>) -> io::Result<view::CardPage> {
        let settings = self.settings();
        let card = &prepared.card;
        let (prefix, digits) = prepared.text.segments();
        let symbol = Symbol::encode(prefix, digits).map_err(io::Error::other)?;
        let words = self.citations(card.policy).ok_or_else(|| {
            io::Error::other(format!("the policy bundle {} is not at hand", card.policy))
        })?;
        let hours = card.hours.as_slice().iter().map(|hours| view::CardHours {
            category: words.category(hours.category.get()).unwrap_or_default().to_owned(),
            credited: hours.credited.to_string(),
            required: hours.required.to_string(),
        });
        let grounds = card.grounds.as_slice().iter();
        Ok(view::CardPage {
            holder: view::Name::new(card.name.as_str()),
            id_tail: card.id_tail.map(|tail| tail.to_string()),
            unit: unit.map(view::Name::new),
            year: card.year.get(),
            result: card.result.words().to_owned(),
            hours_unit: self.unit().to_owned(),
            hours: hours.collect(),
            grounds: grounds.filter_map(|it| ground(words, *it, &settings.address)).collect(),
            issuer: settings.issuer_name.clone(),
            number: prepared.number.to_string(),
            issued: card.issued.time().beijing_date().into(),
            supersedes: card.supersedes.map(|index| {
                let number = &prepared.number;
                crate::credential::number::CardNumber { index, ..number.clone() }.to_string()
            }),
            as_of: "本页为签发时的状态，扫码可见最新状态。".to_owned(),
            host: settings.portal.host().as_str().to_owned(),
            text: prepared.text.as_str().to_owned(),
            symbol: view::Symbol {
                width: u16::try_from(symbol.width()).unwrap_or(u16::MAX),
                path: symbol.svg_path(),
            },
            specimen: settings.realm.is_specimen(),
        })
    }
}

/// A clause with the words of it that rules rest on.
fn ground(words: &Citations, clause: ClauseOrdinal, address: &str) -> Option<view::CardGround> {
    let (clause, quotes) = words.clause(clause.get())?;
    Some(view::CardGround {
        clause: clause.id.clone(),
        notice: clause.notice.clone(),
        quote: quotes.join("……"),
        url: format!("{address}{}", clause.link),
    })
}

/// A folder's name for a unit: its own, without what some disk refuses.
fn folder(unit: &str) -> String {
    let is_refused = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    let name: String = unit.chars().map(|c| if is_refused(c) { '_' } else { c }).collect();
    let mut end = name.len().min(MAX_FOLDER);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let short = name[..end].trim_matches(['.', ' ']);
    let is_itself = short == unit && SitePath::new(short).is_ok();
    if is_itself {
        return short.to_owned();
    }
    // Two units that differ only in what is left out keep folders of their own.
    let digest = Sha256::digest(unit.as_bytes());
    let tail: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{short}_{tail}")
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
}
