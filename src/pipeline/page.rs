//! A card's two files: the page that is printed, and the JSON that goes with it.

use std::io;

use serde::Serialize;

use super::card::{Prepared, Settled};
use super::issuing::Issuing;
use super::office::{Row, unit};
use super::unit::{NO_UNIT, folder};
use crate::assessment::policy::bundle::Citations;
use crate::credential::claim::ClauseOrdinal;
use crate::site::symbol::Symbol;
use crate::site::{CardHtml, Sink, SitePath, Theme, card_file, view};

/// Dots of a printer with 300 to the inch on a module's side, at least.
const LEAST_DOTS: u16 = 7;
/// Dots of such a printer on 30 mm, which a symbol measures at least.
const LEAST_SIDE: u16 = 355;

/// A rendered card.
pub(super) struct Rendered {
    page: (SitePath, Vec<u8>),
    json: (SitePath, Vec<u8>),
    /// The card as it stands in its unit's file.
    pub leaf: String,
}

impl Rendered {
    /// Puts both files of its own.
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
        let folder = folder(unit.unwrap_or(NO_UNIT));
        let path = |ending: &str| {
            SitePath::new(format!("cards/{folder}/{number}.{ending}")).map_err(io::Error::other)
        };
        let view = self.view(card, unit)?;
        let CardHtml { page, leaf } = theme.render_card(&view).map_err(super::template_fault)?;
        let json = CardJson { number: &number, card: card.text.as_str(), determination: row };
        Ok(Rendered {
            page: (path("html")?, card_file::html(page)),
            json: (path("json")?, card_file::json(&json)?),
            leaf,
        })
    }

    fn view(&self, prepared: &Prepared, unit: Option<&str>) -> io::Result<view::CardPage> {
        let settings = self.settings();
        let card = &prepared.card;
        let (prefix, digits) = prepared.text.segments();
        let symbol = Symbol::encode(prefix, digits).map_err(io::Error::other)?;
        let width = u16::try_from(symbol.width()).unwrap_or(u16::MAX);
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
            symbol: view::Symbol { width, path: symbol.svg_path(), dots: dots(width) },
            specimen: settings.realm.is_specimen(),
        })
    }
}

/// Dots on a module's side, a whole number so that every module is as wide as the
/// next, for a symbol this many modules wide.
fn dots(width: u16) -> u16 {
    LEAST_SIDE.div_ceil(width.max(1)).max(LEAST_DOTS)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Versions 1 to 40 are 21 to 177 modules wide.
    #[test]
    fn every_symbol_measures_thirty_millimetres() {
        for width in (21..=177).step_by(4) {
            let side = f64::from(width * dots(width)) * 25.4 / 300.0;
            assert!(side >= 30.0, "{width} modules: {side} mm");
        }
        assert_eq!((dots(45), dots(57), dots(65)), (8, 7, 7), "versions 7, 10 and 12");
    }
}
