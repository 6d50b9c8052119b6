//! The lines of the lists: a keyword, a space, a value; each in its place.
//!
//! ```text
//! realm training
//! version 3
//! issued 2026-01-05T09:00:00+08:00
//! ```
//!
//! Every value has one spelling: what would be written otherwise is refused.

use std::fmt;
use std::str::FromStr;

use super::digest::TextDigest;
use crate::time::{Date, UnixTime};

/// Numbers in lists are below 2^53, so that every language holds them exactly.
pub(super) const NUMBER_MAX: u64 = (1 << 53) - 1;

/// Why a text is not the list that it should be: the line, and what it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl TextError {
    pub(super) fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行：{}", self.line, self.what)
    }
}

impl std::error::Error for TextError {}

/// A second, as lists write it: `2026-01-05T09:00:00+08:00`, Beijing time, years
/// 1970–9998.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(UnixTime);

/// A time that cannot be written, or a text that is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StampError;

const DAY: i64 = 86_400;

impl Stamp {
    /// This second.
    pub fn new(time: UnixTime) -> Result<Self, StampError> {
        match time.beijing_date().year() {
            1970..=9998 if time.seconds() >= 0 => Ok(Self(time)),
            _ => Err(StampError),
        }
    }

    /// The point in time.
    pub const fn time(self) -> UnixTime {
        self.0
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.0.beijing_date();
        let second = self.0.seconds() - date.beijing_midnight().seconds();
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        write!(f, "{date}T{hour:02}:{minute:02}:{:02}+08:00", second % 60)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Stamp {
    type Err = StampError;

    fn from_str(text: &str) -> Result<Self, StampError> {
        let rest = text.strip_suffix("+08:00").ok_or(StampError)?;
        let (date, time) = rest.split_once('T').ok_or(StampError)?;
        let date: Date = date.parse().map_err(|_| StampError)?;
        let parts: Vec<i64> = time.split(':').filter_map(|part| part.parse().ok()).collect();
        let [hour @ 0..24, minute @ 0..60, second @ 0..60] = parts[..] else {
            return Err(StampError);
        };
        let second = hour * 3_600 + minute * 60 + second;
        debug_assert!(second < DAY, "24 hours are not reached");
        let stamp = Self::new(UnixTime::from_seconds(date.beijing_midnight().seconds() + second))?;
        if stamp.to_string() == text { Ok(stamp) } else { Err(StampError) }
    }
}

impl fmt::Display for StampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("时刻写成 2026-01-05T09:00:00+08:00")
    }
}

impl std::error::Error for StampError {}

/// Which list it is, and how fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListStamp {
    /// The list's version, from 1.
    pub version: u64,
    /// SHA-256 of its text.
    pub digest: TextDigest,
    /// When it was issued.
    pub issued: Stamp,
    /// By when a newer one will be there (of a root note: when it expires).
    pub next_update: Stamp,
}

/// The decimal digits of a number below 2^53, as it would be printed.
pub(super) fn number(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok().filter(|number| *number <= NUMBER_MAX)?;
    (number.to_string() == text).then_some(number)
}

/// The lines of a text, one after the other.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    /// The lines after the first, which must be this context.
    pub(super) fn after(context: &str, text: &'a str) -> Result<Self, TextError> {
        let mut lines = Self { rest: text, line: 0 };
        match lines.next() {
            Some(line) if line == context => Ok(lines),
            Some(_) | None => Err(TextError::new(1, format!("应为 {context}"))),
        }
    }

    /// The next line, which must end in a newline.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let (line, rest) = self.rest.split_once('\n')?;
        (self.rest, self.line) = (rest, self.line + 1);
        Some(line)
    }

    /// The next line's keyword and value, if there is one; it is not passed yet.
    pub(super) fn peek(&self) -> Option<(&'a str, &'a str)> {
        let (line, _) = self.rest.split_once('\n')?;
        Some(line.split_once(' ').unwrap_or((line, "")))
    }

    /// The value of the next line, which must have this keyword.
    pub(super) fn field(&mut self, keyword: &'static str) -> Result<&'a str, TextError> {
        match self.peek() {
            Some((found, value)) if found == keyword => {
                self.next();
                Ok(value)
            }
            Some((found, _)) => {
                let found: String = found.chars().take(40).collect();
                let line = self.line + 1;
                Err(TextError::new(line, format!("应为 {keyword}，写的是“{found}”")))
            }
            None => Err(TextError::new(self.line + 1, format!("缺少 {keyword}"))),
        }
    }

    /// The parsed value of the next line, which must have this keyword.
    pub(super) fn parsed<T>(
        &mut self,
        keyword: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, TextError> {
        let value = self.field(keyword)?;
        parse(value).ok_or_else(|| self.wrong(format!("{keyword} 的值写得不对")))
    }

    /// `version N`, from 1.
    pub(super) fn version(&mut self) -> Result<u64, TextError> {
        self.parsed("version", |value| number(value).filter(|version| *version > 0))
    }

    /// `issued` and the line after it, which must be later.
    pub(super) fn period(&mut self, end: &'static str) -> Result<(Stamp, Stamp), TextError> {
        let issued: Stamp = self.parsed("issued", |value| value.parse().ok())?;
        let until: Stamp = self.parsed(end, |value| value.parse().ok())?;
        if until <= issued {
            return Err(self.wrong(format!("{end} 不晚于 issued")));
        }
        Ok((issued, until))
    }

    /// What is wrong with the line passed last.
    pub(super) fn wrong(&self, what: impl Into<String>) -> TextError {
        TextError::new(self.line, what)
    }

    /// Refuses lines that are left.
    pub(super) fn end(mut self) -> Result<(), TextError> {
        match self.next() {
            Some(_) => Err(self.wrong("多出来的行")),
            None if self.rest.is_empty() => Ok(()),
            None => Err(TextError::new(self.line + 1, "最后一行没有换行")),
        }
    }
}
