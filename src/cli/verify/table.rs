//! The table for people: a row a card, aligned by the width of what is shown.
//!
//! Rows are held back until there are enough of them to align, and no more.
//! Meaning is never in colour alone: each row begins with a mark and words.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use super::policy::Names;
use crate::batch::html::steers;
use crate::batch::{FindingKind, Outcome, Row};
use crate::cli::message::Colour;
use crate::credential::card::Card;
use crate::credential::claim::{CategoryHours, PolicyId};
use crate::credential::verdict::{Code, Face, Verdict};

/// Rows that are aligned with one another.
const ALIGNED: usize = 128;

/// The heads of the columns.
const HEADS: [&str; COLUMNS] =
    ["结论", "卡号", "持卡人", "年度", "结果", "认定/应修", "签发机构", "输入"];
const COLUMNS: usize = 8;

/// No column is made wider than this for one long cell.
const WIDTH_MAX: usize = 48;

/// Lines that are waiting to be written.
pub(super) struct Table<'a> {
    names: &'a Names,
    colour: Colour,
    waiting: Vec<Entry>,
    /// Columns only grow, so that a long table does not jump about.
    widths: [usize; COLUMNS],
    has_heads: bool,
}

struct Entry {
    face: Face,
    cells: [String; COLUMNS],
    /// Said below the row.
    notes: Vec<String>,
}

impl<'a> Table<'a> {
    pub(super) fn new(names: &'a Names, colour: Colour) -> Self {
        let widths = HEADS.map(|head| head.width());
        Self { names, colour, waiting: Vec::new(), widths, has_heads: false }
    }

    /// Takes a row, and writes those that have waited long enough.
    pub(super) fn push(&mut self, row: &Row, out: &mut dyn Write) -> io::Result<()> {
        self.waiting.push(self.entry(row));
        if self.waiting.len() >= ALIGNED { self.write(out) } else { Ok(()) }
    }

    fn entry(&self, row: &Row) -> Entry {
        let code = row.code();
        let mut cells: [String; COLUMNS] = Default::default();
        let (face, mark) = match (code.face(), row.is_good()) {
            // What is valid and yet not good must not look good.
            (Face::Green, false) => (Face::Red, "✗"),
            (Face::Green, true) => (Face::Green, "✓"),
            (face @ Face::Red, _) => (face, "✗"),
            (face @ Face::Amber, _) => (face, "!"),
            (face @ Face::Grey, _) => (face, "?"),
        };
        let specimen = row.verdict().is_some_and(Verdict::is_specimen) && code == Code::Valid;
        let altered = row.findings.iter().any(|it| it.kind == FindingKind::Altered);
        // What decides stands first: that a file was changed, then what its code is.
        cells[0] = match (altered, specimen) {
            (false, false) => format!("{mark} {}", code.words()),
            (false, true) => format!("{mark} {}（样张）", code.words()),
            (true, false) => format!("{mark} 文件被改动（二维码：{}）", code.words()),
            (true, true) => format!("{mark} 文件被改动（二维码：{}，样张）", code.words()),
        };
        cells[7] = shown(&row.place.to_string());
        let mut notes = Vec::new();
        match &row.outcome {
            Outcome::Unreadable(words) => notes.push(words.clone()),
            Outcome::Judged(verdict) => {
                if let Some(card) = verdict.card() {
                    cells[1] = verdict.number().map(|it| it.to_string()).unwrap_or_default();
                    [cells[2], cells[3], cells[4], cells[5]] = self.claims(card);
                    cells[6] = verdict.issuer().map(|it| shown(it.name())).unwrap_or_default();
                }
                notes.extend(self.unverified(verdict));
                notes
                    .extend(verdict.extensions().iter().map(|it| format!("未知扩展 {}", it.key())));
            }
        }
        if let Some(reason) = row.verdict().and_then(Verdict::revoked) {
            notes.push(format!("撤销原因：{}", reason.words()));
        }
        let newer = row.verdict().and_then(Verdict::superseded_by);
        notes.extend(newer.map(|number| format!("换发后的卡：{number}")));
        for finding in &row.findings {
            let other = finding.other.as_ref().map(|place| shown(&place.to_string()));
            let host = row.foreign_host().filter(|_| finding.kind == FindingKind::ForeignHost);
            let about = other.as_deref().or(host).map(|about| format!("：{about}"));
            notes.push(format!("{}{}", finding.kind.words(), about.unwrap_or_default()));
        }
        Entry { face, cells, notes }
    }

    /// What a card says: holder, year, result, hours.
    fn claims(&self, card: &Card) -> [String; 4] {
        let tail = card.id_tail.map(|tail| format!(" {tail}")).unwrap_or_default();
        let hours = card.hours.as_slice().iter().map(|hours| self.hours(card.policy, hours));
        let unit = self.names.unit(card.policy).filter(|_| !card.hours.as_slice().is_empty());
        let hours: Vec<String> = hours.chain(unit.map(shown)).collect();
        [
            format!("{}{tail}", shown(card.name.as_str())),
            card.year.to_string(),
            card.result.words().to_owned(),
            hours.join(" "),
        ]
    }

    fn hours(&self, policy: PolicyId, hours: &CategoryHours) -> String {
        let label = match self.names.category(policy, hours.category) {
            Some(label) => shown(label),
            None => format!("科目{}", hours.category.get()),
        };
        format!("{label} {}/{}", hours.credited, hours.required)
    }

    /// What nobody vouches for, said to be so.
    fn unverified(&self, verdict: &Verdict) -> Option<String> {
        let claimed = match verdict {
            Verdict::Valid(_) => None,
            Verdict::Refused(refusal) => refusal.unverified(),
        };
        let [holder, year, result, hours] = self.claims(claimed?.claimed());
        Some(format!("未验证，仅为卡上所称：{holder}，{year} 年度，{result}，{hours}"))
    }

    /// Writes the rows that have waited.
    pub(super) fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        for entry in &self.waiting {
            for (width, cell) in self.widths.iter_mut().zip(&entry.cells) {
                *width = (*width).max(cell.width().min(WIDTH_MAX));
            }
        }
        if !self.has_heads {
            self.has_heads = true;
            let heads = HEADS.map(str::to_owned);
            writeln!(out, "{}", self.line(&heads, None))?;
        }
        for entry in std::mem::take(&mut self.waiting) {
            writeln!(out, "{}", self.line(&entry.cells, Some(entry.face)))?;
            for note in entry.notes {
                writeln!(out, "    {note}")?;
            }
        }
        Ok(())
    }

    fn line(&self, cells: &[String; COLUMNS], face: Option<Face>) -> String {
        let mut line = String::new();
        let mut gap = 0;
        for (at, (cell, width)) in cells.iter().zip(self.widths).enumerate() {
            if !cell.is_empty() {
                line.extend(std::iter::repeat_n(' ', gap));
                gap = 0;
                match face {
                    Some(face) if at == 0 => line.push_str(&self.colour.paint(style(face), cell)),
                    Some(_) | None => line.push_str(cell),
                }
            }
            gap += width.saturating_sub(cell.width()) + 2;
        }
        line
    }
}

/// The ANSI style of a verdict.
const fn style(face: Face) -> &'static str {
    match face {
        Face::Green => "32",
        Face::Red => "1;31",
        Face::Amber => "33",
        Face::Grey => "2",
    }
}

/// A text from outside, unable to steer the terminal: control and bidirectional
/// characters are replaced.
pub(super) fn shown(text: &str) -> String {
    text.replace(steers, "\u{FFFD}")
}
