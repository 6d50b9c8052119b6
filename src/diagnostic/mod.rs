//! Problems in people's files: where, what, and what to do.
//!
//! A problem is never an early return: it is pushed, and the work goes on, so
//! that one run tells all problems of all files. Wording is product copy:
//! `what` names the thing found and the thing wanted; `hint` is an instruction.

pub mod syntax;

use std::borrow::Cow;
use std::fmt;

/// Whether a problem stops publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is published until it is mended.
    Error,
    /// Published all the same; somebody should look.
    Warning,
}

/// A place in a file of the project: path, and line and column from 1 where
/// they are known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path as the user would type it from the project's root, with `/`.
    pub path: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), line: None, column: None }
    }

    /// A line of a file.
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Self { path: path.into(), line: Some(line), column: None }
    }

    /// The line and column at a byte offset of a text; an offset past the end
    /// means the end.
    pub fn offset(path: impl Into<String>, text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            path: path.into(),
            line: Some(count(before.matches('\n').count() + 1)),
            column: Some(count(before[line_start..].chars().count() + 1)),
        }
    }
}

/// Whether a character is not seen where it stands: a control character other than a
/// line break or tab, or one that turns the order of what is seen after it (Unicode
/// bidirectional embeddings, overrides and isolates).
pub fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}

/// A text with every hidden character written as `⟨U+202E⟩`, so that it is seen and does
/// nothing to a terminal.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        Ok(())
    }
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it stands.
    pub place: Place,
    /// Whether it stops publication.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// Problems gathered in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No problem yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem that stops publication.
    pub fn error(&mut self, place: Place, message: impl Into<String>, hint: impl Into<String>) {
        self.push(place, Severity::Error, message.into(), hint.into());
    }

    /// Adds a problem that does not.
    pub fn warning(&mut self, place: Place, message: impl Into<String>, hint: impl Into<String>) {
        self.push(place, Severity::Warning, message.into(), hint.into());
    }

    fn push(&mut self, place: Place, severity: Severity, message: String, hint: String) {
        self.list.push(Diagnostic { place, severity, message, hint });
    }

    /// Takes over another list's problems.
    pub fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }

    /// The problems that stop publication alone.
    pub fn errors(mut self) -> Self {
        self.list.retain(|problem| problem.severity == Severity::Error);
        self
    }

    /// The same problems, their paths as somebody elsewhere types them.
    pub fn map_paths(mut self, path: impl Fn(&str) -> String) -> Self {
        for problem in &mut self.list {
            problem.place.path = path(&problem.place.path);
        }
        self
    }

    /// Whether any problem stops publication.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Whether there is no problem at all.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The problems by file and place, each told once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort();
        self.list.dedup();
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_becomes_line_and_column_in_characters() {
        let text = "一二\n三四五\n";
        assert_eq!(Place::offset("a", text, 0).to_string(), "a:1:1");
        assert_eq!(Place::offset("a", text, 7).to_string(), "a:2:1");
        assert_eq!(Place::offset("a", text, 8).to_string(), "a:2:1", "inside a character");
        assert_eq!(Place::offset("a", text, 13).to_string(), "a:2:3");
        assert_eq!(Place::offset("a", text, 999).to_string(), "a:3:1");
    }

    #[test]
    fn what_is_not_seen_is_shown() {
        for (text, shown) in [
            ("性别", "性别"),
            ("a\tb\n", "a\tb\n"),
            ("\u{202E}男", "⟨U+202E⟩男"),
            ("\u{1b}[31m\0", "⟨U+001B⟩[31m⟨U+0000⟩"),
            // Mongolian is written with these.
            ("\u{180E}\u{200D}", "\u{180E}\u{200D}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn problems_are_told_by_place_and_once() {
        let mut problems = Diagnostics::new();
        problems.warning(Place::line("b", 1), "w", "");
        problems.error(Place::line("a", 10), "x", "");
        problems.error(Place::line("a", 9), "x", "");
        problems.error(Place::line("a", 9), "x", "");
        assert!(problems.has_errors());
        let places: Vec<_> =
            problems.into_sorted().into_iter().map(|problem| problem.place.to_string()).collect();
        assert_eq!(places, ["a:9", "a:10", "b:1"]);
    }
}
