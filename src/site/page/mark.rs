//! Bold that works beside Chinese punctuation.
//!
//! CommonMark lets a run of `*` open or close only by what stands on its two
//! sides, and takes it that words are set apart by blanks. In `**注意：**请` the
//! run after `：` stands between punctuation and a letter and therefore cannot
//! close. Where one side of such a run is CJK, a marker, itself punctuation, is
//! put on the letter's side: then the run may open and close as if a blank were
//! there. Markers are taken out again from what the parser hands over.
//! (The "CJK-friendly" amendment to CommonMark asks for the same flanking.)

use pulldown_cmark::CowStr;
use std::ops::Range;

/// DOTTED CROSS: punctuation to the parser, and in no Chinese text.
pub(super) const MARKER: char = '\u{205C}';
const MARKER_BYTES: usize = MARKER.len_utf8();

/// A text with its markers.
pub(super) struct Marked {
    text: String,
    /// Where the markers stand in `text`, ascending.
    markers: Vec<usize>,
}

impl Marked {
    /// Marks a text that holds no marker of its own.
    pub(super) fn new(source: &str) -> Self {
        let mut marked = Self { text: String::with_capacity(source.len() + 64), markers: vec![] };
        let mut copied = 0;
        let mut at = 0;
        while let Some(found) = source[at..].find('*') {
            let run = star_run(source, at + found);
            at = run.end;
            if run.is_empty() {
                continue;
            }
            let cut = match gap(source, &run) {
                Some(Side::Before) => run.start,
                Some(Side::After) => run.end,
                None => continue,
            };
            marked.text.push_str(&source[copied..cut]);
            marked.markers.push(marked.text.len());
            marked.text.push(MARKER);
            copied = cut;
        }
        marked.text.push_str(&source[copied..]);
        marked
    }

    /// What the parser gets.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The byte offset in the source of a byte offset in the marked text.
    pub(super) fn source_offset(&self, offset: usize) -> usize {
        offset - MARKER_BYTES * self.markers.partition_point(|marker| *marker < offset)
    }

    /// What the parser made of a piece of the marked text, without markers.
    ///
    /// A marker that the parser made from a character reference such as
    /// `&#x205C;` is the author's, and stays.
    pub(super) fn strip<'a>(&self, piece: CowStr<'a>, range: &Range<usize>) -> CowStr<'a> {
        let next = self.markers.partition_point(|marker| *marker < range.start);
        let has_marker = self.markers.get(next).is_some_and(|marker| *marker < range.end);
        if has_marker { piece.replace(MARKER, "").into() } else { piece }
    }
}

/// The run of stars that starts here, without a first one that is escaped.
fn star_run(source: &str, start: usize) -> Range<usize> {
    let length = source[start..].bytes().take_while(|byte| *byte == b'*').count();
    let backslashes = source[..start].bytes().rev().take_while(|byte| *byte == b'\\').count();
    start + backslashes % 2..start + length
}

/// The side of a run that a marker goes to.
enum Side {
    Before,
    After,
}

/// The letter's side of a run between punctuation and a letter, if either is
/// CJK.
fn gap(source: &str, run: &Range<usize>) -> Option<Side> {
    let before = source[..run.start].chars().next_back()?;
    let after = source[run.end..].chars().next()?;
    if before.is_whitespace() || after.is_whitespace() || !(is_cjk(before) || is_cjk(after)) {
        return None;
    }
    match (is_punctuation(before), is_punctuation(after)) {
        (true, false) => Some(Side::After),
        (false, true) => Some(Side::Before),
        (true, true) | (false, false) => None,
    }
}

/// Whether the parser takes it for punctuation; of all Unicode only what
/// occurs in Chinese, Mongolian and Latin text.
pub(super) fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '\u{A1}' | '\u{A7}' | '\u{AB}' | '\u{B0}' | '\u{B1}' | '\u{B6}' | '\u{B7}' | '\u{BB}' | '\u{BF}'
            | '\u{D7}' | '\u{F7}' | '\u{1800}'..='\u{180A}'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}'
            | '\u{2190}'..='\u{23FF}' | '\u{25A0}'..='\u{2775}' | '\u{2794}'..='\u{27BF}'
            | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{303D}' | '\u{30FB}'
            | '\u{FE10}'..='\u{FE19}' | '\u{FE30}'..='\u{FE52}' | '\u{FE54}'..='\u{FE66}'
            | '\u{FE68}'..='\u{FE6B}'
            | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}'
            | '\u{FF5B}'..='\u{FF65}' | '\u{FFE0}'..='\u{FFE6}')
}

/// Whether a character belongs to a script written without blanks between
/// words, or is punctuation that such text uses.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{B7}' | '\u{1100}'..='\u{11FF}' | '\u{1800}'..='\u{18AF}'
        | '\u{2014}' | '\u{2018}'..='\u{201D}' | '\u{2026}'
        | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE10}'..='\u{FE19}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{11660}'..='\u{1167F}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Parser, Tag};

    fn emphasises(text: &str) -> bool {
        Parser::new(text).any(|event| matches!(event, Event::Start(Tag::Emphasis)))
    }

    #[test]
    fn what_is_called_punctuation_here_is_so_to_the_parser() {
        // Between a letter and punctuation a star cannot open: CommonMark 6.2.
        for c in ('\u{80}'..'\u{30000}').filter(|c| is_punctuation(*c)).chain([MARKER]) {
            assert!(!emphasises(&format!("a*{c}b*")), "U+{:04X}", u32::from(c));
            assert!(emphasises(&format!("{c}*{c}b*")), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn offsets_lead_back_to_the_source() {
        let source = "**注意：**请\n说**“三科”**教师";
        let marked = Marked::new(source);
        assert_eq!(marked.text(), "**注意：**⁜请\n说⁜**“三科”**⁜教师");
        for c in ['注', '请', '说', '“', '教', '师'] {
            let at = marked.text().find(c).unwrap();
            assert_eq!(marked.source_offset(at), source.find(c).unwrap(), "{c}");
        }
        assert_eq!(marked.source_offset(marked.text().len()), source.len());
    }
}
