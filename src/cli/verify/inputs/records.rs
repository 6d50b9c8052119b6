//! The records of a spreadsheet as text, and the column that holds the cards.

use std::collections::VecDeque;
use std::io;
use std::str::FromStr;

use super::feed::{Feed, ITEM_MAX, Line, is_line_end};
use crate::batch::Content;
use crate::batch::csv::{self, Ended, Extent};
use crate::site::card_file;

/// Records that are looked at to find the column, at most.
const LOOKED_AT: usize = 100;

/// The column that holds the cards' texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli::verify) enum Column {
    /// Its place, from 1.
    Number(usize),
    /// Its head.
    Head(String),
}

impl FromStr for Column {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(0) => Err("列从 1 数起"),
            Ok(number) => Ok(Self::Number(number)),
            Err(_) if text.is_empty() => Err("写列名，或列的序号"),
            Err(_) => Ok(Self::Head(text.to_owned())),
        }
    }
}

/// A record, or why there is none.
enum Record {
    Whole(Vec<u8>),
    TooLong,
    /// A quote that nothing closes, or that stands wrong.
    Misquoted,
}

/// A stream of records.
pub(super) struct Records {
    delimiter: u8,
    /// The column, from 0; or why it is not known.
    column: Result<usize, String>,
    /// Whether the column was found, and not asked for: there must be but one.
    is_found: bool,
    /// Lines that have been read: of the head, or after a quote that does not close.
    lines: VecDeque<Line>,
    /// Records that were looked at before the column was known.
    looked_at: VecDeque<(u64, Record)>,
    /// Lines before the next record.
    line: u64,
}

impl Records {
    /// Begins to read: finds the delimiter and the column.
    pub(super) fn new(feed: &mut Feed, asked: Option<&Column>) -> io::Result<Self> {
        let (lines, looked_at) = (VecDeque::new(), VecDeque::new());
        let column = Err(String::new());
        let is_found = asked.is_none();
        let mut records = Self { delimiter: b',', column, is_found, lines, looked_at, line: 0 };
        let head = feed.look(ITEM_MAX)?;
        let first = head.split(is_line_end).find(|line| !line.trim_ascii().is_empty());
        records.delimiter = csv::delimiter(first.unwrap_or_default()).unwrap_or(b',');
        let mut found = None;
        while found.is_none() && records.looked_at.len() < LOOKED_AT {
            let Some((line, record)) = records.read(feed)? else { break };
            if let Record::Whole(record) = &record {
                found = column_of(&records.fields(record));
            }
            records.looked_at.push_back((line, record));
            if asked.is_some() {
                break;
            }
        }
        let head = records.looked_at.front().map(|(_, record)| match record {
            Record::Whole(record) => records.fields(record),
            Record::TooLong | Record::Misquoted => Vec::new(),
        });
        let head = head.unwrap_or_default();
        records.column = match asked {
            None => found.unwrap_or_else(|| {
                Err("没有找到放二维码文字的列（每格是一个带 #1 的网址）；用 --column 指明列名或序号"
                    .into())
            }),
            Some(Column::Number(number)) => Ok(number - 1),
            Some(Column::Head(name)) => {
                let is_it = |cell: &[u8]| str::from_utf8(cell).map(str::trim) == Ok(name);
                let mut at = head.iter().enumerate().filter(|(_, cell)| is_it(cell));
                match (at.next(), at.next()) {
                    (None, _) => {
                        Err(format!("首行没有名为“{name}”的列；不是 UTF-8 的表格请写列的序号"))
                    }
                    (Some((at, _)), None) => Ok(at),
                    (Some(_), Some(_)) => {
                        Err(format!("首行有不止一列名为“{name}”；用 --column 写列的序号"))
                    }
                }
            }
        };
        // The first record is a head if its cell cannot be meant as a card's text.
        let is_named = matches!(asked, Some(Column::Head(_)));
        let cell = records.column.as_ref().ok().and_then(|at| head.get(*at));
        let is_head = cell.is_some_and(|cell| !cell.is_empty() && !cell.contains(&b'#'));
        if is_head || (is_named && records.column.is_ok()) {
            records.looked_at.pop_front();
        }
        Ok(records)
    }

    /// Why the column is not known, if it is not.
    pub(super) fn problem(&self) -> Option<&str> {
        self.column.as_ref().err().map(String::as_str)
    }

    /// The next record's card, and the line in which the record begins.
    pub(super) fn next(&mut self, feed: &mut Feed) -> io::Result<Option<(u64, Content)>> {
        let Ok(column) = self.column else { return Ok(None) };
        let record = match self.looked_at.pop_front() {
            None => self.read(feed)?,
            looked_at => looked_at,
        };
        let unreadable = |words: &str| Content::Unreadable(words.to_owned());
        Ok(record.map(|(line, record)| {
            let content = match record {
                Record::TooLong => unreadable("一行超过 64 KiB"),
                Record::Misquoted => unreadable("引号没有闭合，或位置不对"),
                Record::Whole(record) => match self.fields(&record) {
                    cells if self.is_found && has_another(&cells, column) => {
                        unreadable("这一行另一列也有二维码文字；用 --column 指明列名或序号")
                    }
                    cells => self.cell(cells.get(column)),
                },
            };
            (line, content)
        }))
    }

    /// What a record's cell holds.
    fn cell(&self, cell: Option<&Vec<u8>>) -> Content {
        let unreadable = |words: &str| Content::Unreadable(words.to_owned());
        match (cell.map(|cell| str::from_utf8(cell).map(str::trim)), &self.column) {
            (None, Ok(column)) => {
                Content::Unreadable(format!("这一行没有第 {} 列", column.saturating_add(1)))
            }
            (None, Err(problem)) => unreadable(problem),
            (Some(Err(_)), _) => unreadable("这一格不是 UTF-8 文字"),
            (Some(Ok("")), _) => unreadable("这一格是空的"),
            (Some(Ok(cell)), _) => Content::Text(cell.to_owned()),
        }
    }

    fn fields(&self, record: &[u8]) -> Vec<Vec<u8>> {
        csv::fields(record, self.delimiter).map(std::borrow::Cow::into_owned).collect()
    }

    /// The next record that is not blank, and the line in which it begins.
    fn read(&mut self, feed: &mut Feed) -> io::Result<Option<(u64, Record)>> {
        loop {
            let Some(first) = self.line(feed)? else { return Ok(None) };
            self.line += 1;
            let begin = self.line;
            let Line::Whole(mut record) = first else { return Ok(Some((begin, Record::TooLong))) };
            if begin == 1 && record.starts_with("\u{FEFF}".as_bytes()) {
                record.drain(.."\u{FEFF}".len());
            }
            let mut extent = Extent::new(self.delimiter);
            let mut more = Vec::new();
            let mut length = record.len();
            let mut ended = extent.after(&record);
            while ended == Ended::No && length <= ITEM_MAX {
                match self.line(feed)? {
                    Some(Line::Whole(next)) => {
                        length += next.len() + 1;
                        // The line feed between them is of the quoted field.
                        ended = extent.after(&next);
                        more.push(next);
                    }
                    next => {
                        next.into_iter().for_each(|line| self.lines.push_front(line));
                        break;
                    }
                }
            }
            let mut whole = record.clone();
            for line in &more {
                whole.push(b'\n');
                whole.extend_from_slice(line);
            }
            let takes_cards =
                || !more.is_empty() && self.fields(&whole).iter().any(|it| spans_a_card(it));
            if ended != Ended::Yes || takes_cards() {
                // Only the line with the quote is lost, not what came after it.
                more.into_iter().rev().for_each(|it| self.lines.push_front(Line::Whole(it)));
                return Ok(Some((begin, Record::Misquoted)));
            }
            self.line += more.len() as u64;
            record = whole;
            if !record.trim_ascii().is_empty() {
                return Ok(Some((begin, Record::Whole(record))));
            }
        }
    }

    fn line(&mut self, feed: &mut Feed) -> io::Result<Option<Line>> {
        match self.lines.pop_front() {
            None => feed.line(),
            line => Ok(line),
        }
    }
}

/// The column of a record that has a card's text, if any has; or why it cannot be said
/// which. An address such as `3#101` is taken for a text only if there is no other.
fn column_of(cells: &[Vec<u8>]) -> Option<Result<usize, String>> {
    let mut columns = (0..cells.len()).filter(|at| holds_a_card(&cells[*at]));
    match (columns.next(), columns.next()) {
        (None, _) => cells.iter().position(|cell| is_card_text(cell)).map(Ok),
        (Some(column), None) => Some(Ok(column)),
        (Some(one), Some(two)) => Some(Err(format!(
            "第 {} 列和第 {} 列都有二维码文字；用 --column 指明列名或序号",
            one + 1,
            two + 1
        ))),
    }
}

/// Whether another cell than the column's has a card's text.
fn has_another(cells: &[Vec<u8>], column: usize) -> bool {
    cells.iter().enumerate().any(|(at, cell)| at != column && holds_a_card(cell))
}

/// Whether a cell of several lines has a card's text in it: then its quotes have taken
/// in other people's records.
fn spans_a_card(cell: &[u8]) -> bool {
    cell.contains(&b'\n') && holds_a_card(cell)
}

/// Whether a `#` and as many digits stand in a cell as nothing but a card has.
fn holds_a_card(cell: &[u8]) -> bool {
    let is_text = |rest: &[u8]| rest.iter().take_while(|it| it.is_ascii_digit()).count() >= 16;
    cell.split(|byte| *byte == b'#').skip(1).any(is_text)
}

/// Whether a cell may be meant as a card's text.
fn is_card_text(cell: &[u8]) -> bool {
    str::from_utf8(cell).is_ok_and(|cell| card_file::is_card_text(cell.trim()))
}
