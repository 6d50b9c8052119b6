//! The parser's events, one after another, into the events that are written.

use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Tag, html};

use super::link::{Target, target};
use super::mark::{Marked, is_cjk};
use super::{Anchor, AnchorNames, Body, Fold, Source};
use crate::diagnostic::Diagnostics;
use crate::site::view::ContentsEntry;

/// How many tags of a text are told one by one.
const TAGS_TOLD: usize = 10;
/// Longest heading in a contents list, in characters.
const HEADING_CHARS: usize = 60;
/// Longest beginning of a paragraph in a contents list, in characters.
const OPENING_CHARS: usize = 24;

type Placed<'a> = (Event<'a>, Range<usize>);

/// What is written where an open element ends.
enum Closing {
    /// The parser's own end.
    AsParsed,
    /// Nothing: the element was dropped and its text kept.
    Nothing,
    /// The clause link that is still due, then the parser's own end.
    Clause,
    /// The clause link that is still due, then the end of a heading whose rank
    /// was changed.
    Heading(HeadingLevel),
    /// The parser's own end, then this.
    Then(&'static str),
    /// This in place of the parser's own end.
    Instead(&'static str),
}

/// Walks over the events once.
pub(super) struct Writer<'w> {
    source: &'w Source<'w>,
    marked: &'w Marked,
    problems: &'w mut Diagnostics,
    /// By offset; those before `next_anchor` have been placed or told.
    anchors: Vec<&'w Anchor>,
    next_anchor: usize,
    /// By offset; those before `next_fold` have been placed or told.
    folds: Vec<&'w Fold>,
    next_fold: usize,
    names: AnchorNames,
    open: Vec<Closing>,
    /// The link of the clause just begun, due at the end of its first line.
    clause_link: Option<String>,
    tags: usize,
    out: Vec<Event<'w>>,
    contents: Vec<ContentsEntry>,
}

impl<'w> Writer<'w> {
    pub(super) fn new(
        source: &'w Source<'w>,
        marked: &'w Marked,
        problems: &'w mut Diagnostics,
    ) -> Self {
        let mut anchors: Vec<&Anchor> = source.anchors.iter().collect();
        anchors.sort_by_key(|anchor| anchor.offset);
        let mut folds: Vec<&Fold> = source.folds.iter().collect();
        folds.sort_by_key(|fold| fold.range.start);
        let names = AnchorNames::new(source.anchors);
        Self {
            source,
            marked,
            problems,
            anchors,
            next_anchor: 0,
            folds,
            next_fold: 0,
            names,
            open: Vec::new(),
            clause_link: None,
            tags: 0,
            out: Vec::new(),
            contents: Vec::new(),
        }
    }

    pub(super) fn write(mut self, events: Vec<Placed<'w>>) -> Body {
        let mut at = 0;
        while let Some((event, range)) = events.get(at) {
            at = match event {
                Event::Start(Tag::HtmlBlock) => self.html_block(&events, at),
                Event::Start(tag) => {
                    self.start(&events, at, tag.clone(), range);
                    at + 1
                }
                event => {
                    self.other(&events, at, event.clone(), range);
                    at + 1
                }
            };
        }
        self.tell_what_is_left();
        let mut body = Body { html: String::new(), contents: self.contents };
        html::push_html(&mut body.html, self.out.into_iter());
        body
    }

    fn other(&mut self, events: &[Placed<'w>], at: usize, event: Event<'w>, range: &Range<usize>) {
        match event {
            Event::End(_) => self.end(event),
            Event::Text(text) => self.out.push(Event::Text(self.marked.strip(text, range))),
            Event::Code(text) => self.out.push(Event::Code(self.marked.strip(text, range))),
            Event::Html(text) | Event::InlineHtml(text) => {
                self.tag(self.marked.strip(text, range), range)
            }
            Event::SoftBreak if self.joins_cjk(events, at) => {}
            Event::SoftBreak | Event::HardBreak | Event::Rule => self.out.push(event),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.out.push(Event::Text(self.marked.strip(text, range)));
            }
            Event::TaskListMarker(_) => {}
            Event::Start(_) => unreachable!("starts are written by `start`"),
        }
    }

    fn start(&mut self, events: &[Placed<'w>], at: usize, tag: Tag<'w>, range: &Range<usize>) {
        if is_block(&tag) {
            self.place_clause_link();
        }
        let place = self.marked.source_offset(range.start)..self.marked.source_offset(range.end);
        let closing = match tag {
            Tag::Heading { level, .. } => self.heading(events, at, level, &place),
            Tag::Paragraph => self.paragraph(events, at, &place),
            Tag::Item => self.item(events, at, &place),
            Tag::BlockQuote(kind) => match self.take_fold(place.start) {
                Some(fold) => {
                    self.out.push(Event::Html(opening_of(fold).into()));
                    Closing::Instead("</div>\n</details>\n")
                }
                None => {
                    self.out.push(Event::Start(Tag::BlockQuote(kind)));
                    Closing::AsParsed
                }
            },
            Tag::Table(columns) => {
                const REGION: &str =
                    "<div class=\"table\" role=\"region\" aria-label=\"表格\" tabindex=\"0\">";
                self.out.push(Event::Html(REGION.into()));
                // The security policy of our pages allows no style attributes,
                // which is how the parser's writer would align cells.
                self.out.push(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
                Closing::Then("</div>\n")
            }
            Tag::Link { link_type, dest_url, title, id } => {
                match target(&self.marked.strip(dest_url, range)) {
                    Target::Allowed(address) | Target::Web(address) => {
                        let title = self.marked.strip(title, range);
                        let dest_url = address.into();
                        self.out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                        Closing::AsParsed
                    }
                    Target::Refused(why) => self.refuse(place.start, why),
                }
            }
            Tag::Image { link_type, dest_url, title, id } => {
                match target(&self.marked.strip(dest_url, range)) {
                    Target::Allowed(address) => {
                        let title = self.marked.strip(title, range);
                        let dest_url = address.into();
                        self.out.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
                        Closing::AsParsed
                    }
                    Target::Web(_) => self.refuse(place.start, "图片不在本站"),
                    Target::Refused(why) => self.refuse(place.start, why),
                }
            }
            Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {
                self.out.push(Event::Start(tag));
                Closing::AsParsed
            }
        };
        self.open.push(closing);
    }

    fn end(&mut self, event: Event<'w>) {
        match self.open.pop().expect("the parser ends what it has started") {
            Closing::AsParsed => self.out.push(event),
            Closing::Nothing => {}
            Closing::Clause => {
                self.place_clause_link();
                self.out.push(event);
            }
            Closing::Heading(level) => {
                self.place_clause_link();
                self.out.push(Event::End(pulldown_cmark::TagEnd::Heading(level)));
            }
            Closing::Then(html) => {
                self.out.push(event);
                self.out.push(Event::Html(html.into()));
            }
            Closing::Instead(html) => self.out.push(Event::Html(html.into())),
        }
    }

    fn heading(
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

    fn paragraph(&mut self, events: &[Placed<'w>], at: usize, place: &Range<usize>) -> Closing {
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

    fn item(&mut self, events: &[Placed<'w>], at: usize, place: &Range<usize>) -> Closing {
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

    /// Tags as text; a comment is left out.
    fn html_block(&mut self, events: &[Placed<'w>], at: usize) -> usize {
        self.place_clause_link();
        let is_end = |(event, _): &Placed<'_>| matches!(event, Event::End(_));
        let length = events[at..].iter().position(is_end).unwrap_or(events.len() - at - 1);
        let mut text = String::new();
        for (event, range) in &events[at + 1..at + length] {
            if let Event::Html(line) | Event::Text(line) = event {
                text.push_str(&self.marked.strip(line.clone(), range));
            }
        }
        self.out.push(Event::Start(Tag::Paragraph));
        self.tag(text.trim_end().to_owned().into(), &events[at].1);
        self.out.push(Event::End(pulldown_cmark::TagEnd::Paragraph));
        at + length + 1
    }

    fn tag(&mut self, text: CowStr<'w>, range: &Range<usize>) {
        self.tags += 1;
        let is_comment = text.starts_with("<!--") && text.ends_with("-->");
        if self.tags <= TAGS_TOLD {
            let place = self.source.place(self.marked.source_offset(range.start));
            let shown = shorten(&text, 20);
            if is_comment {
                let message = format!("正文中的注释“{shown}”不会发布");
                self.problems.warning(place, message, "要发布就去掉注释标记，不发布就删去。");
            } else {
                let message = format!("正文中的 HTML 标记“{shown}”按文字显示");
                self.problems.warning(place, message, "请改用 Markdown 的写法。");
            }
        }
        if !is_comment {
            self.out.push(Event::Text(text));
        }
    }

    fn refuse(&mut self, offset: usize, why: &str) -> Closing {
        let hint = "链接可以是 https、http、mailto 或本站的相对地址；图片只能是本站的相对地址。";
        self.problems.error(self.source.place(offset), why, hint);
        Closing::Nothing
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

    fn take_fold(&mut self, offset: usize) -> Option<&'w Fold> {
        if !self.open.is_empty() {
            return None;
        }
        while let Some(&fold) = self.folds.get(self.next_fold) {
            if fold.range.start > offset {
                return None;
            }
            self.next_fold += 1;
            if fold.range.contains(&offset) {
                return Some(fold);
            }
            self.tell_lost_fold(fold);
        }
        None
    }

    fn begin_clause(&mut self, anchor: &Anchor, words: &str) {
        self.place_clause_link();
        let (id, label) = (escape(&anchor.id), escape(&anchor.label));
        self.clause_link = Some(format!(
            "<a class=\"pilcrow\" href=\"#{id}\" aria-label=\"本条链接 {label}\">¶</a>"
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

    fn place_clause_link(&mut self) {
        if let Some(link) = self.clause_link.take() {
            self.out.push(Event::InlineHtml(link.into()));
        }
    }

    /// Whether a line break stands between two characters of a script that
    /// sets no blanks between words.
    fn joins_cjk(&self, events: &[Placed<'w>], at: usize) -> bool {
        let before = at.checked_sub(1).map(|at| &events[at]);
        let (Some((Event::Text(before), left)), Some((Event::Text(after), right))) =
            (before, events.get(at + 1))
        else {
            return false;
        };
        let before = self.marked.strip(before.clone(), left);
        let after = self.marked.strip(after.clone(), right);
        before.chars().next_back().is_some_and(is_cjk) && after.chars().next().is_some_and(is_cjk)
    }

    /// The first words of a block, without emphasis.
    fn words(&self, events: &[Placed<'w>]) -> String {
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

    fn tell_lost_anchor(&mut self, anchor: &Anchor) {
        let message = format!("条款 {} 没有落在标题、段落或列表项上，无法链接", anchor.label);
        let hint = "请让条款另起一段，不要放在表格或代码里。";
        self.problems.error(self.source.place(anchor.offset), message, hint);
    }

    fn tell_lost_fold(&mut self, fold: &Fold) {
        let message = format!("“{}”没有落在独立的引用块上", fold.title);
        let hint = "请在它前后各留一个空行，并且不要缩进。";
        self.problems.error(self.source.place(fold.range.start), message, hint);
    }

    fn tell_what_is_left(&mut self) {
        for anchor in self.anchors.split_off(self.next_anchor) {
            self.tell_lost_anchor(anchor);
        }
        for fold in self.folds.split_off(self.next_fold) {
            self.tell_lost_fold(fold);
        }
        if self.tags > TAGS_TOLD {
            let message = format!("正文中还有 {} 处 HTML 标记", self.tags - TAGS_TOLD);
            let place = crate::diagnostic::Place::file(self.source.path);
            self.problems.warning(place, message, "请改用 Markdown 的写法。");
        }
    }
}

/// Whether an element starts a line of its own, paragraphs apart.
fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Item
            | Tag::Table(_)
    )
}

fn heading_start<'a>(level: HeadingLevel, id: String) -> Event<'a> {
    Event::Start(Tag::Heading { level, id: Some(id.into()), classes: vec![], attrs: vec![] })
}

fn opening_of(fold: &Fold) -> String {
    let (class, title) = (fold.kind.class(), escape(&fold.title));
    format!("<details class=\"{class}\">\n<summary>{title}</summary>\n<div class=\"fold\">\n")
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

fn shorten(words: &str, most: usize) -> String {
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
