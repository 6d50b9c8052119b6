//! A notice's text: where something stands in it, pieces of it to show, and what a
//! quotation is compared by.

use crate::diagnostic::Place;

/// A notice's text with what is needed to say where something stands.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub path: &'a str,
    pub namespace: &'a str,
    body_start: usize,
    /// Where the lines of the text end.
    line_ends: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a str, namespace: &'a str, text: &'a str, body_start: usize) -> Self {
        let line_ends = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { path, namespace, body_start, line_ends }
    }

    /// The line at an offset of the body.
    pub(super) fn line(&self, offset: usize) -> u32 {
        let before = self.line_ends.partition_point(|end| *end < self.body_start + offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    /// The place, by line, of an offset of the body.
    pub(super) fn place(&self, offset: usize) -> Place {
        Place::line(self.path, self.line(offset))
    }
}

/// The beginning of a text, of so many characters, for a message.
pub(in crate::assessment) fn clip(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A text without what a quotation may differ in: white space and the width of
/// brackets.
pub(in crate::assessment) fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            other => other,
        })
        .collect()
}
