//! Markdown → HTML for one page, with clause anchors and folded rules.
//!
//! The text is CommonMark with tables, without footnotes and without smart
//! punctuation. Tags in the text are shown as text. It works on the parser's
//! events and writes none of its own Markdown.

mod clause;
mod fold;
mod link;
mod mark;
mod words;
mod writer;

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

use self::mark::{MARKER, Marked};
use self::writer::Writer;
use super::view::ContentsEntry;
use crate::diagnostic::{Diagnostics, Place};

/// Longest text of a page.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Deepest nesting of lists, quotes and emphasis.
const MAX_DEPTH: usize = 32;
/// Most events of the parser; a table's empty cells cost the author nothing.
const MAX_EVENTS: usize = 1_000_000;

/// The Markdown of a page, with what is known of it.
///
/// All offsets are byte offsets into `text`.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The path of the file, for messages.
    pub path: &'a str,
    /// The Markdown, without front matter.
    pub text: &'a str,
    /// How many lines of the file stand before `text`.
    pub lines_before: u32,
    /// Clauses, in any order.
    pub anchors: &'a [Anchor],
    /// Block quotes to fold, in any order.
    pub folds: &'a [Fold],
    /// Words that lead somewhere wherever a fold has them, such as `D9`: ASCII
    /// letters and digits, with the address as seen from this page.
    pub links: &'a BTreeMap<String, String>,
}

impl<'a> Source<'a> {
    /// A text without clauses and folds that starts on its file's first line.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        const NONE: &BTreeMap<String, String> = &BTreeMap::new();
        Self { path, text, lines_before: 0, anchors: &[], folds: &[], links: NONE }
    }

    /// The place of an offset in the file.
    fn place(&self, offset: usize) -> Place {
        let mut place = Place::offset(self.path, self.text, offset);
        place.line = place.line.map(|line| line.saturating_add(self.lines_before));
        place
    }
}

/// A clause that can be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Where its heading, paragraph or list item starts; an offset inside a
    /// heading or paragraph means that block, and one block may carry several.
    pub offset: usize,
    /// The anchor without `#`, unique in the page.
    pub id: String,
    /// The clause's own numbering such as `（一）`, as it stands in the text.
    pub label: String,
    /// Its depth in the contents list, from 1; none keeps it out of the list.
    /// A heading of depth n becomes `<h(n+1)>`, however many `#` it has.
    pub level: Option<u8>,
}

/// A top-level block quote that is folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Where the block quote is: the offset of its first `>` lies within.
    pub range: Range<usize>,
    /// What it holds.
    pub kind: FoldKind,
    /// What stands on the fold, such as 本条规则. Examples that follow one
    /// another share the fold of the first.
    pub title: String,
}

/// What a fold holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// 规则.
    Rule,
    /// 例.
    Example,
    /// 定义.
    Definition,
}

impl FoldKind {
    /// The class in HTML.
    fn class(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Example => "example",
            Self::Definition => "definition",
        }
    }
}

/// What became of a page's Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The words of a `#` heading that opens the text and is no clause; it is
    /// left out of `html`, since the page shows its title itself.
    pub title: Option<String>,
    /// The HTML, safe to be put into a page as it is.
    pub html: String,
    /// Clauses and headings, in the order of the text.
    pub contents: Vec<ContentsEntry>,
}

/// The HTML of a page's Markdown, and its contents list.
///
/// Headings become `<h2>` and below, the title of the page being `<h1>`; each
/// that is no clause gets an anchor made of its words. Line breaks between two
/// Chinese characters vanish, except in folds, where every line stays one. Tags in the text are shown as text and told;
/// links other than `http`, `https`, `mailto` and relative ones are errors, a
/// relative link to `x.md` leads to `x.html`, and pictures must be relative.
/// An anchor or fold that meets no block is an error. Texts over 2 MiB, nested
/// deeper than 32 or of more than a million pieces are refused with an error
/// and an empty page.
pub fn body(source: &Source<'_>, problems: &mut Diagnostics) -> Body {
    if source.text.len() > MAX_BYTES {
        let message = format!("正文有 {} 字节，上限为 {MAX_BYTES} 字节", source.text.len());
        problems.error(Place::file(source.path), message, "请把正文分成几份文件。");
        return Body::default();
    }
    if let Some(at) = source.text.find(MARKER) {
        let message = format!("正文中有保留字符“{MARKER}”（U+205C）");
        problems.error(source.place(at), message, "请删去这个字符。");
        return Body::default();
    }
    let marked = Marked::new(source.text);
    let Some(events) = parse(source, &marked, problems) else {
        return Body::default();
    };
    Writer::new(source, &marked, problems).write(events)
}

/// The parser's events with their places, if there are not too many, nor too
/// deep.
fn parse<'a>(
    source: &Source<'_>,
    marked: &'a Marked,
    problems: &mut Diagnostics,
) -> Option<Vec<(Event<'a>, Range<usize>)>> {
    let mut events = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(marked.text(), Options::ENABLE_TABLES).into_offset_iter()
    {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
        if depth > MAX_DEPTH || events.len() == MAX_EVENTS {
            let place = source.place(marked.source_offset(range.start));
            let (message, hint) = if depth > MAX_DEPTH {
                (format!("列表、引用或强调嵌套超过 {MAX_DEPTH} 层"), "请减少嵌套。")
            } else {
                (format!("正文超过 {MAX_EVENTS} 个片段"), "请把正文分成几份文件。")
            };
            problems.error(place, message, hint);
            return None;
        }
        events.push((event, range));
    }
    Some(events)
}

/// Anchors given out so far, each with how many came of its words; each is
/// unique in the page.
struct AnchorNames {
    used: BTreeMap<String, u32>,
}

impl AnchorNames {
    fn new(anchors: &[Anchor]) -> Self {
        Self { used: anchors.iter().map(|anchor| (anchor.id.clone(), 1)).collect() }
    }

    /// An anchor made of a heading's words: letters and digits in lower case,
    /// all else a hyphen, numbered if it was given out before.
    fn of_words(&mut self, words: &str) -> String {
        let mut name = String::new();
        for c in words.chars().take(64) {
            if c.is_alphanumeric() {
                name.extend(c.to_lowercase());
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
        }
        let stem = name.trim_end_matches('-');
        let stem = if stem.is_empty() { "section" } else { stem };
        let mut name = stem.to_owned();
        while self.used.contains_key(&name) {
            let count = self.used.entry(stem.to_owned()).or_insert(0);
            *count += 1;
            name = format!("{stem}-{count}");
        }
        self.used.insert(name.clone(), 1);
        name
    }
}

#[cfg(test)]
mod tests;
