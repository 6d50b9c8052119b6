//! Folds: the rules, definitions and examples under a clause.

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::words::escape;
use super::writer::{Placed, Writer};
use super::{Fold, FoldKind};

impl<'w> Writer<'w> {
    pub(super) fn take_fold(&mut self, offset: usize) -> Option<&'w Fold> {
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

    /// Opens a fold, or goes on in the one of the example before. Examples that
    /// follow one another share a fold, so that the clauses stay in view.
    pub(super) fn open_fold(&mut self, fold: &Fold, events: &[Placed<'w>]) {
        self.in_fold = true;
        if self.left_in_fold == 0 {
            self.left_in_fold = match fold.kind {
                FoldKind::Example => self.examples_from(fold, events),
                FoldKind::Rule | FoldKind::Definition => 1,
            };
            self.out.push(Event::Html(opening_of(fold, self.left_in_fold).into()));
        }
        self.out.push(Event::Html("<div class=\"fold\">\n".into()));
    }

    /// How many block quotes from the first of `events` on are examples, the
    /// first being `fold`.
    fn examples_from(&self, fold: &Fold, events: &[Placed<'w>]) -> usize {
        let following = &self.folds[self.next_fold..];
        let examples = std::iter::once(fold)
            .chain(following.iter().copied().take_while(|it| it.kind == FoldKind::Example));
        let (mut at, mut count) = (0, 0);
        for example in examples {
            let Some((Event::Start(Tag::BlockQuote(_)), range)) = events.get(at) else { break };
            if !example.range.contains(&self.marked.source_offset(range.start)) {
                break;
            }
            count += 1;
            let mut depth = 0_usize;
            let end = events[at..].iter().position(|(event, _)| {
                depth += usize::from(matches!(event, Event::Start(_)));
                depth -= usize::from(matches!(event, Event::End(_)));
                depth == 0
            });
            at += end.expect("the parser ends what it has started") + 1;
        }
        count
    }

    pub(super) fn close_fold(&mut self) {
        self.in_fold = false;
        self.left_in_fold -= 1;
        let end = if self.left_in_fold == 0 { "</div>\n</details>\n" } else { "</div>\n" };
        self.out.push(Event::Html(end.into()));
    }

    /// The text with a link on each word that leads somewhere.
    pub(super) fn text_in_fold(&mut self, text: CowStr<'w>) {
        let source = self.source;
        let mut rest = text.as_ref();
        let mut plain = String::new();
        while !rest.is_empty() {
            let is_end = |c: char| !c.is_ascii_alphanumeric();
            let word = &rest[..rest.find(is_end).unwrap_or(rest.len())];
            let Some(address) = source.links.get(word) else {
                let next = &rest[word.len()..];
                let gap = next.find(|c| !is_end(c)).unwrap_or(next.len());
                plain.push_str(&rest[..word.len() + gap]);
                rest = &next[gap..];
                continue;
            };
            self.out.push(Event::Text(std::mem::take(&mut plain).into()));
            self.out.push(Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url: address.as_str().into(),
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            }));
            self.out.push(Event::Text(word.to_owned().into()));
            self.out.push(Event::End(TagEnd::Link));
            rest = &rest[word.len()..];
        }
        self.out.push(Event::Text(plain.into()));
    }

    pub(super) fn tell_lost_fold(&mut self, fold: &Fold) {
        let message = format!("“{}”没有落在独立的引用块上", fold.title);
        let hint = "请在它前后各留一个空行，并且不要缩进。";
        self.problems.error(self.source.place(fold.range.start), message, hint);
    }
}

fn opening_of(fold: &Fold, count: usize) -> String {
    let (class, title) = (fold.kind.class(), escape(&fold.title));
    let count = if count > 1 { format!("（{count} 则）") } else { String::new() };
    format!("<details class=\"{class}\">\n<summary>{title}{count}</summary>\n")
}
