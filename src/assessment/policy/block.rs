//! The blocks of a notice's body: numbered text, and the blockquotes that carry
//! rules.
//!
//! Everything comes from pulldown-cmark's own events with their offsets, so a
//! table or a quote is here what it is on the page.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::clause::{Level, Numeral};

/// A top-level piece of the body.
#[derive(Debug)]
pub(super) enum Block {
    /// A heading, paragraph, list item or anything else with words.
    Words(Words),
    /// A blockquote.
    Quote(Quote),
}

/// A piece of the notice's text.
#[derive(Debug)]
pub(super) struct Words {
    /// The byte range of the block in the body.
    pub range: Range<usize>,
    /// Its text without marks.
    pub text: String,
    /// The clause number it begins with.
    pub numeral: Option<Numeral>,
    /// The number as the text spells it: `（一）`.
    pub label: String,
}

/// A blockquote, flattened to lines and tables.
#[derive(Debug)]
pub(super) struct Quote {
    /// The byte range of the blockquote in the body.
    pub range: Range<usize>,
    /// Lines of its paragraphs.
    pub lines: Vec<Piece>,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// A table: its head, then its rows.
#[derive(Debug)]
pub(super) struct Table {
    /// Where it begins.
    pub offset: usize,
    /// The cells of the head.
    pub head: Vec<Piece>,
    /// Its rows.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct TableRow {
    /// Where it begins.
    pub offset: usize,
    /// As many cells as the head has; missing ones are empty.
    pub cells: Vec<Piece>,
    /// Cells that the source has beyond the head's, which Markdown drops.
    pub dropped: usize,
}

/// A piece of text and where it begins in the body.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    pub offset: usize,
    pub text: String,
}

/// The Markdown that notices are written in: CommonMark with tables.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
}

/// The blocks of a body in order.
pub(super) fn blocks(body: &str) -> Vec<Block> {
    let mut events = Parser::new_ext(body, options()).into_offset_iter();
    let mut blocks = Vec::new();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::BlockQuote(_)) => {
                blocks.push(Block::Quote(quote(body, &mut events, range)));
            }
            Event::Start(Tag::List(first)) => list(&mut events, first, &mut blocks),
            Event::Start(_) => {
                let text = text(&mut events);
                blocks.push(Block::Words(Words::new(range, text)));
            }
            _ => {}
        }
    }
    blocks
}

impl Words {
    fn new(range: Range<usize>, text: String) -> Self {
        let (numeral, rest) = match Numeral::lead(&text) {
            Some((numeral, rest)) => (Some(numeral), rest),
            None => (None, text.as_str()),
        };
        let label = text[..text.len() - rest.len()].trim().to_owned();
        Self { range, text, numeral, label }
    }
}

type Events<'a> = pulldown_cmark::OffsetIter<'a, pulldown_cmark::DefaultBrokenLinkCallback>;

/// The blockquotes that stand within something else, in a list or deeper, which
/// [`blocks`] gives as words.
pub(super) fn nested(body: &str) -> Vec<Quote> {
    let mut events = Parser::new_ext(body, options()).into_offset_iter();
    let mut quotes = Vec::new();
    let mut depth = 0_usize;
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::BlockQuote(_)) => {
                let quote = quote(body, &mut events, range);
                quotes.extend((depth > 0).then_some(quote));
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    quotes
}

/// The text up to the end of the block whose start has been read.
fn text(events: &mut Events<'_>) -> String {
    let mut text = String::new();
    let mut depth = 1_usize;
    for (event, _) in events.by_ref() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    text
}

/// The items of a list whose start has been read; those of a numbered list
/// carry their number.
fn list(events: &mut Events<'_>, first: Option<u64>, blocks: &mut Vec<Block>) {
    let mut number = first;
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(_) => {
                let text = text(events);
                let mut words = Words::new(range, text);
                if let Some(numeral) = number.and_then(|number| Numeral::new(Level::Item, number)) {
                    words.numeral = Some(numeral);
                    words.label = format!("{numeral}.");
                }
                number = number.map(|number| number.saturating_add(1));
                blocks.push(Block::Words(words));
            }
            Event::End(_) => break,
            _ => {}
        }
    }
}

/// A blockquote whose start has been read.
fn quote(body: &str, events: &mut Events<'_>, range: Range<usize>) -> Quote {
    let mut quote = Quote { range, lines: Vec::new(), tables: Vec::new() };
    let mut depth = 1_usize;
    let mut line = Piece::default();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::Table(_)) => quote.tables.push(table(body, events, range.start)),
            Event::Start(_) => depth += 1,
            Event::End(end) => {
                if end == TagEnd::Paragraph {
                    quote.lines.push(std::mem::take(&mut line));
                }
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            Event::Text(words) | Event::Code(words) => {
                if line.text.is_empty() {
                    line.offset = range.start;
                }
                line.text.push_str(&words);
            }
            Event::SoftBreak | Event::HardBreak => quote.lines.push(std::mem::take(&mut line)),
            _ => {}
        }
    }
    quote.lines.retain(|line| !line.text.trim().is_empty());
    quote
}

/// A table whose start has been read.
fn table(body: &str, events: &mut Events<'_>, offset: usize) -> Table {
    let mut table = Table { offset, head: Vec::new(), rows: Vec::new() };
    let mut cells = Vec::new();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::TableCell) => {
                let text = text(events);
                cells.push(Piece { offset: range.start, text: text.trim().to_owned() });
            }
            Event::End(TagEnd::TableHead) => table.head = std::mem::take(&mut cells),
            Event::End(TagEnd::TableRow) => {
                let offset = range.start;
                let mut cells: Vec<Piece> = std::mem::take(&mut cells);
                for cell in cells.iter_mut().filter(|cell| cell.text.is_empty()) {
                    cell.offset = offset; // a cell that is not there stands nowhere
                }
                let written = cells_written(body.get(range).unwrap_or_default());
                let dropped = written.saturating_sub(cells.len());
                table.rows.push(TableRow { offset, cells, dropped });
            }
            Event::End(TagEnd::Table) => break,
            _ => {}
        }
    }
    table
}

/// How many cells the source of a row has.
fn cells_written(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').unwrap_or(row);
    let mut is_escaped = false;
    let mut cells = 1;
    for c in row.chars() {
        cells += usize::from(c == '|' && !is_escaped);
        is_escaped = c == '\\' && !is_escaped;
    }
    cells
}
