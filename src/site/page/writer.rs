//! The parser's events, one after another, into the events that are written.

use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Tag, TagEnd, html};

use super::link::{Target, target};
use super::mark::{Marked, is_cjk};
use super::words::shorten;
use super::{Anchor, AnchorNames, Body, Fold, Source};
use crate::diagnostic::{Diagnostics, Place};
use crate::site::view::ContentsEntry;

/// How many tags, and how many refused links, are told one by one.
const TOLD: usize = 10;
const LINK_HINT: &str =
    "链接可以是 https、http、mailto 或本站的相对地址；图片只能是本站的相对地址。";

/// An event and where it stands in the marked text.
pub(super) type Placed<'a> = (Event<'a>, Range<usize>);

/// What is written where an open element ends.
pub(super) enum Closing {
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
    /// The end of what a fold holds, in place of the end of its block quote.
    Fold,
}

/// Walks over the events once.
pub(super) struct Writer<'w> {
    pub(super) source: &'w Source<'w>,
    pub(super) marked: &'w Marked,
    pub(super) problems: &'w mut Diagnostics,
    /// By offset; those before `next_anchor` have been placed or told.
    pub(super) anchors: Vec<&'w Anchor>,
    pub(super) next_anchor: usize,
    /// By offset; those before `next_fold` have been placed or told.
    pub(super) folds: Vec<&'w Fold>,
    pub(super) next_fold: usize,
    pub(super) names: AnchorNames,
    pub(super) open: Vec<Closing>,
    /// Whether a fold is open, in which each line of the source stays a line.
    pub(super) in_fold: bool,
    /// How many block quotes the open fold still takes in.
    pub(super) left_in_fold: usize,
    /// The link of the clause just begun, due at the end of its first line.
    pub(super) clause_link: Option<String>,
    tags: usize,
    refused: usize,
    pub(super) out: Vec<Event<'w>>,
    pub(super) contents: Vec<ContentsEntry>,
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
            in_fold: false,
            left_in_fold: 0,
            clause_link: None,
            tags: 0,
            refused: 0,
            out: Vec::new(),
            contents: Vec::new(),
        }
    }

    pub(super) fn write(mut self, events: Vec<Placed<'w>>) -> Body {
        let (title, mut at) = self.title(&events);
        while let Some((event, range)) = events.get(at) {
            at = match event {
                Event::Start(Tag::HtmlBlock) => self.html_block(&events, at),
                event => {
                    self.event(&events, at, event.clone(), range);
                    at + 1
                }
            };
        }
        self.tell_what_is_left();
        let mut body = Body { title, html: String::new(), contents: self.contents };
        html::push_html(&mut body.html, self.out.into_iter());
        body
    }

    /// The words of a `#` heading that opens the text and is no clause, and
    /// where the text goes on.
    fn title(&self, events: &[Placed<'w>]) -> (Option<String>, usize) {
        let Some((Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), range)) =
            events.first()
        else {
            return (None, 0);
        };
        let end = self.marked.source_offset(range.end);
        if self.anchors.first().is_some_and(|anchor| anchor.offset < end) {
            return (None, 0);
        }
        let is_end = |(event, _): &Placed<'_>| {
            matches!(event, Event::End(TagEnd::Heading(HeadingLevel::H1)))
        };
        let length = events.iter().position(is_end).unwrap_or(events.len() - 1);
        (Some(self.words(&events[1..])), length + 1)
    }

    fn event(&mut self, events: &[Placed<'w>], at: usize, event: Event<'w>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(events, at, tag, range),
            Event::End(_) => self.end(event),
            Event::Text(text) if self.in_fold => self.text_in_fold(self.marked.strip(text, range)),
            Event::Text(text) => self.out.push(Event::Text(self.marked.strip(text, range))),
            Event::Code(text) => self.out.push(Event::Code(self.marked.strip(text, range))),
            Event::Html(text) | Event::InlineHtml(text) => {
                self.tag(self.marked.strip(text, range), range)
            }
            Event::SoftBreak if self.in_fold => self.out.push(Event::HardBreak),
            Event::SoftBreak if self.joins_cjk(events, at) => {}
            Event::SoftBreak | Event::HardBreak | Event::Rule => self.out.push(event),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.out.push(Event::Text(self.marked.strip(text, range)));
            }
            Event::TaskListMarker(_) => {}
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
                    self.open_fold(fold, &events[at..]);
                    Closing::Fold
                }
                None => {
                    self.out.push(Event::Start(Tag::BlockQuote(kind)));
                    Closing::AsParsed
                }
            },
            Tag::Table(columns) => {
                const GROUP: &str =
                    "<div class=\"table\" role=\"group\" aria-label=\"表格\" tabindex=\"0\">";
                self.out.push(Event::Html(GROUP.into()));
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
                self.out.push(Event::End(TagEnd::Heading(level)));
            }
            Closing::Then(html) => {
                self.out.push(event);
                self.out.push(Event::Html(html.into()));
            }
            Closing::Fold => self.close_fold(),
        }
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
        self.out.push(Event::End(TagEnd::Paragraph));
        at + length + 1
    }

    fn tag(&mut self, text: CowStr<'w>, range: &Range<usize>) {
        self.tags += 1;
        let is_comment = text.starts_with("<!--") && text.ends_with("-->");
        if self.tags <= TOLD {
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
        self.refused += 1;
        if self.refused <= TOLD {
            self.problems.error(self.source.place(offset), why, LINK_HINT);
        }
        Closing::Nothing
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

    fn tell_what_is_left(&mut self) {
        for anchor in self.anchors.split_off(self.next_anchor) {
            self.tell_lost_anchor(anchor);
        }
        for fold in self.folds.split_off(self.next_fold) {
            self.tell_lost_fold(fold);
        }
        if self.tags > TOLD {
            let message = format!("正文中还有 {} 处 HTML 标记", self.tags - TOLD);
            let place = Place::file(self.source.path);
            self.problems.warning(place, message, "请改用 Markdown 的写法。");
        }
        if self.refused > TOLD {
            let message = format!("正文中还有 {} 处链接或图片不在允许之列", self.refused - TOLD);
            self.problems.error(Place::file(self.source.path), message, LINK_HINT);
        }
    }
}

/// Whether an element starts a line of its own, paragraphs apart.
pub(super) fn is_block(tag: &Tag<'_>) -> bool {
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
