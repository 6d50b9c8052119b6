//! Comma-separated values (RFC 4180): records in, the report out.
//!
//! Reading is lenient where spreadsheets differ: the delimiter may be `,`, `;` or a
//! tab, and lines may end in LF or CR. It is strict about quotes, since a wrong one
//! takes other records into its own: [`Extent`] tells of them. Writing is strict:
//! CRLF after each record, quotes where they are needed, and a `'` before a cell
//! that a spreadsheet would take for a formula.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Outcome, Row};
use crate::credential::claim::NumericDate;
use crate::credential::reason::RevocationReason;
use crate::credential::verdict::Verdict;

/// The delimiters that are told apart, the usual one first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The columns of the report, as `content/spec/verdict.md` has them.
pub const COLUMNS: [&str; 24] = [
    "input",
    "code",
    "words",
    "good",
    "issuer",
    "issuer_name",
    "number",
    "year",
    "name",
    "id_tail",
    "result",
    "hours",
    "issued",
    "expires",
    "supersedes",
    "policy",
    "specimen",
    "findings",
    "others",
    "revoked",
    "host",
    "detail",
    "trust_issued",
    "revocation_issued",
];

/// Where a reader of a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    FieldStart,
    Plain,
    Quoted,
    /// After a quote within quotes: the end of them, or the first half of `""`.
    Quote,
    /// After the carriage return that follows a closing quote.
    Return,
    /// In a field with a quote that stands wrong.
    Bad,
}

impl State {
    fn after(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Quote,
            (Self::Quoted, _) | (Self::FieldStart | Self::Quote, b'"') => Self::Quoted,
            (_, b'\n') => Self::FieldStart,
            (Self::Quote, b'\r') => Self::Return,
            (Self::Return, _) => Self::Bad,
            (_, byte) if byte == delimiter => Self::FieldStart,
            (Self::Quote | Self::Bad, _) | (Self::Plain, b'"') => Self::Bad,
            (Self::FieldStart | Self::Plain, _) => Self::Plain,
        }
    }
}

/// Tells, line by line, whether a record goes on.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    state: State,
    delimiter: u8,
}

/// Whether a record is at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is.
    Yes,
    /// Quotes are open: it goes on in the next line.
    No,
    /// A quote stands within a field that is not quoted, or something behind a
    /// closing one: where the record ends cannot be said.
    Badly,
}

impl Extent {
    /// Before the first line of a record.
    pub fn new(delimiter: u8) -> Self {
        Self { state: State::FieldStart, delimiter }
    }

    /// Takes a line; whether the record is at its end.
    pub fn after(&mut self, line: &[u8]) -> Ended {
        for byte in line {
            self.state = self.state.after(*byte, self.delimiter);
            if self.state == State::Bad {
                return Ended::Badly;
            }
        }
        if self.state == State::Quoted { Ended::No } else { Ended::Yes }
    }
}

/// The fields of a record, without its line end.
pub fn fields(record: &[u8], delimiter: u8) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let mut rest = Some(record);
    std::iter::from_fn(move || {
        let record = rest?;
        let mut state = State::FieldStart;
        let end = record.iter().position(|byte| {
            let is_end = *byte == delimiter && state != State::Quoted;
            state = state.after(*byte, delimiter);
            is_end
        });
        rest = end.map(|end| &record[end + 1..]);
        Some(unquoted(&record[..end.unwrap_or(record.len())]))
    })
}

fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(quoted) = field.strip_prefix(b"\"") else { return Cow::Borrowed(field) };
    if let Some(inner) = quoted.strip_suffix(b"\"").filter(|inner| !inner.contains(&b'"')) {
        return Cow::Borrowed(inner);
    }
    let mut text = Vec::with_capacity(quoted.len());
    let mut state = State::Quoted;
    for byte in quoted {
        // The second half of `""` is kept.
        if *byte != b'"' || state != State::Quoted {
            text.push(*byte);
        }
        state = state.after(*byte, b'\n');
    }
    Cow::Owned(text)
}

/// The delimiter that a record has most of outside quotes; none if it has none.
pub fn delimiter(record: &[u8]) -> Option<u8> {
    let count = |delimiter: u8| fields(record, delimiter).count() - 1;
    let most = DELIMITERS.into_iter().rev().max_by_key(|it| count(*it));
    most.filter(|it| count(*it) > 0)
}

/// The report's first bytes: a byte order mark, so that spreadsheets read Chinese,
/// and the heads of the columns.
pub fn head() -> String {
    format!("\u{FEFF}{}\r\n", COLUMNS.join(","))
}

/// Appends a row's record.
pub fn write(row: &Row, out: &mut String) {
    let findings: Vec<&str> = row.findings.iter().map(|it| it.kind.as_str()).collect();
    let others = row.findings.iter().filter_map(|it| it.other.as_ref());
    let others: Vec<String> = others.map(ToString::to_string).collect();
    let verdict = row.verdict();
    let card = verdict.and_then(Verdict::card);
    let issuer = verdict.and_then(Verdict::issuer).filter(|_| card.is_some());
    let day = |date: NumericDate| date.time().beijing_date().to_string();
    let detail = match &row.outcome {
        Outcome::Judged(verdict) => match &**verdict {
            Verdict::Valid(_) => "",
            Verdict::Refused(refusal) => refusal.detail(),
        },
        Outcome::Unreadable(words) => words,
    };
    let as_of = verdict.map(Verdict::as_of).unwrap_or_default();
    let hours = card.map(|card| {
        let rows = card.hours.as_slice().iter();
        let rows = rows.map(|it| format!("{}:{}/{}", it.category.get(), it.credited, it.required));
        rows.collect::<Vec<_>>().join(" ")
    });
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let shown = |shown: Option<String>| shown.unwrap_or_default();
    let yes = |is: bool| if is { "1" } else { "0" }.to_owned();
    let cells: [String; COLUMNS.len()] = [
        row.place.to_string(),
        row.code().as_str().to_owned(),
        row.code().words().to_owned(),
        yes(row.is_good()),
        text(issuer.map(|issuer| issuer.id().as_str())),
        text(issuer.map(|issuer| issuer.name())),
        shown(verdict.and_then(Verdict::number).map(|number| number.to_string())),
        shown(card.map(|card| card.year.to_string())),
        text(card.map(|card| card.name.as_str())),
        shown(card.and_then(|card| card.id_tail).map(|tail| tail.to_string())),
        text(card.map(|card| card.result.words())),
        shown(hours),
        shown(card.map(|card| day(card.issued))),
        shown(card.and_then(|card| card.expires).map(day)),
        shown(card.and_then(|card| card.supersedes).map(|index| index.get().to_string())),
        shown(card.map(|card| card.policy.to_string())),
        yes(verdict.is_some_and(Verdict::is_specimen)),
        findings.join(" "),
        others.join(" "),
        text(verdict.and_then(Verdict::revoked).map(RevocationReason::as_str)),
        text(verdict.and_then(|it| it.host().host()).map(|host| host.as_str())),
        detail.to_owned(),
        shown(as_of.trust.map(|stamp| stamp.issued.to_string())),
        shown(as_of.revocation.map(|stamp| stamp.issued.to_string())),
    ];
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_cell(cell, out);
    }
    out.push_str("\r\n");
}

fn write_cell(cell: &str, out: &mut String) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    if cell.contains([',', ';', '\t', '"', '\n', '\r']) {
        let _ = write!(out, "\"{guard}{}\"", cell.replace('"', "\"\"")); // a string takes all
    } else {
        out.push_str(guard);
        out.push_str(cell);
    }
}
