//! Clauses and headings: what carries an anchor, and how the contents list
//! calls it.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag};

use super::Anchor;
use super::words::{escape, shorten};
use super::writer::{Closing, Placed, Writer, is_block};
use crate::site::view::ContentsEntry;

/// Longest heading in a contents list, in characters.
const HEADING_CHARS: usize = 60;
/// Longest beginning of a paragraph in a contents list, in characters.
const OPENING_CHARS: usize = 24;

impl<'w> Writer<'w> {
    pub(super) fn heading(
        &mut self,
        events: &[Placed<'w>],
        at: usize,
        level: HeadingLevel,
        place: &Range<usize>,
    ) -> Closing {
        let words = self.words(&events[at + 1..]);
        let anchors = self.take_anchors(place.start, place.end);
        let rank = match anchors.first().and_then(|anchor| anchor.level) {
            Some(level) => usize::from(level) + 1,
            None => level as usize,
        };
        let rank = rank.clamp(2, 6);
        let level = HeadingLevel::try_from(rank).expect("a rank from two to six");
        let id = match anchors.split_first() {
            Some((first, more)) => {
                self.begin_clause(
                    first,
                    &shorten(after_label(&words, &first.label), HEADING_CHARS),
                );
                let id = first.id.clone();
                self.out.push(heading_start(level, id));
                self.more_anchors(more);
                return Closing::Heading(level);
            }
            None => self.names.of_words(&words),
        };
        self.contents.push(ContentsEntry {
            level: u8::try_from(rank - 1).expect("a rank from two to six"),
            label: String::new(),
            text: shorten(&words, HEADING_CHARS),
            anchor: id.clone(),
        });
        self.out.push(heading_start(level, id));
        Closing::Heading(level)
    }

    pub(super) fn paragraph(
        &mut self,
        events: &[Placed<'w>],
        at: usize,
        place: &Range<usize>,
    ) -> Closing {
        let anchors = self.take_anchors(place.start, place.end);
        let Some((first, more)) = anchors.split_first() else {
            self.out.push(Event::Start(Tag::Paragraph));
            return Closing::Clause;
        };
        let words = self.words(&events[at + 1..]);
        self.begin_clause(first, &opening(after_label(&words, &first.label)));
        self.out
            .push(Event::Html(format!("<p id=\"{}\" class=\"clause\">", escape(&first.id)).into()));
        self.more_anchors(more);
        Closing::Clause
    }

    pub(super) fn item(
        &mut self,
        events: &[Placed<'w>],
        at: usize,
        place: &Range<usize>,
    ) -> Closing {
        // Its own anchor is one before its first paragraph, if it has any, or
        // at its first words.
        let end = match events.get(at + 1) {
            Some((Event::Start(tag), range)) if is_block(tag) || *tag == Tag::Paragraph => {
                self.marked.source_offset(range.start)
            }
            Some((_, range)) => self.marked.source_offset(range.start) + 1,
            None => place.end,
        };
        let anchors = self
            .take_anchors(place.start, end.clamp(place.start + 1, place.end.max(place.start + 1)));
        let Some((first, more)) = anchors.split_first() else {
            self.out.push(Event::Start(Tag::Item));
            return Closing::Clause;
        };
        let is_loose = matches!(events.get(at + 1), Some((Event::Start(Tag::Paragraph), _)));
        let words = self.words(&events[at + 1 + usize::from(is_loose)..]);
        self.begin_clause(first, &opening(&words));
        self.out.push(Event::Html(
            format!("\n<li id=\"{}\" class=\"clause\">", escape(&first.id)).into(),
        ));
        self.more_anchors(more);
        Closing::Clause
    }

    /// Anchors up to `end`, of which those before `start` met no block.
    fn take_anchors(&mut self, start: usize, end: usize) -> Vec<&'w Anchor> {
        let mut taken = Vec::new();
        while let Some(&anchor) = self.anchors.get(self.next_anchor) {
            if anchor.offset >= end {
                break;
            }
            self.next_anchor += 1;
            let gap = self.source.text.get(anchor.offset..start).unwrap_or("");
            if gap.chars().all(|c| c.is_whitespace() || c == '>') {
                taken.push(anchor);
            } else {
                self.tell_lost_anchor(anchor);
            }
        }
        taken
    }

    fn begin_clause(&mut self, anchor: &Anchor, words: &str) {
        self.place_clause_link();
        // The word joiner keeps the sign from starting a line of its own.
        let (id, label) = (escape(&anchor.id), escape(&anchor.label));
        self.clause_link = Some(format!(
            "<a class=\"pilcrow\" href=\"#{id}\" aria-label=\"本条链接 {label}\">\u{2060}¶</a>"
        ));
        if let Some(level) = anchor.level {
            self.contents.push(ContentsEntry {
                level: level.max(1),
                label: anchor.label.clone(),
                text: words.to_owned(),
                anchor: anchor.id.clone(),
            });
        }
    }

    fn more_anchors(&mut self, anchors: &[&Anchor]) {
        for anchor in anchors {
            self.out
                .push(Event::Html(format!("<span id=\"{}\"></span>", escape(&anchor.id)).into()));
        }
    }

    pub(super) fn place_clause_link(&mut self) {
        if let Some(link) = self.clause_link.take() {
            self.out.push(Event::InlineHtml(link.into()));
        }
    }

    /// The first words of a block, without emphasis.
    pub(super) fn words(&self, events: &[Placed<'w>]) -> String {
        let mut words = String::new();
        let mut depth = 0_usize;
        for (event, range) in events {
            match event {
                Event::Start(tag) if is_block(tag) || *tag == Tag::Paragraph => break,
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => break,
                Event::End(_) => depth -= 1,
                Event::Text(text) | Event::Code(text) => {
                    words.push_str(&self.marked.strip(text.clone(), range));
                }
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::Html(_)
                | Event::InlineHtml(_)
                | Event::FootnoteReference(_)
                | Event::Rule
                | Event::TaskListMarker(_) => {}
            }
            if words.len() > 4 * (HEADING_CHARS + 64) {
                break;
            }
        }
        words.trim().to_owned()
    }

    pub(super) fn tell_lost_anchor(&mut self, anchor: &Anchor) {
        let message = format!("条款 {} 没有落在标题、段落或列表项上，无法链接", anchor.label);
        let hint = "请让条款另起一段，不要放在表格或代码里。";
        self.problems.error(self.source.place(anchor.offset), message, hint);
    }
}

fn heading_start<'a>(level: HeadingLevel, id: String) -> Event<'a> {
    Event::Start(Tag::Heading { level, id: Some(id.into()), classes: vec![], attrs: vec![] })
}

/// A clause's words without its numbering.
fn after_label<'a>(words: &'a str, label: &str) -> &'a str {
    words
        .strip_prefix(label)
        .unwrap_or(words)
        .trim_start_matches([' ', '\u{3000}', '、', '.', '．'])
}

/// How a paragraph begins: up to the first stop, or as much as fits.
fn opening(words: &str) -> String {
    shorten(words.split(['。', '：', '；', ':']).next().unwrap_or(words), OPENING_CHARS)
}
