//! Numbered clauses of a notice: 一、 / （一） / 1. and what they are called.
//!
//! A clause is called by its namespace and its numbers as the notice writes
//! them, in half-width brackets: `区/三(五)`, `区/四(二)1`. Its anchor on the page
//! is `c3-5`, `c4-2-1`: it follows the numbering and nothing else, so a link to a
//! clause outlives every change of its words.

use std::fmt;
use std::ops::Range;

/// A clause number of one level, 1–99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numeral {
    level: Level,
    number: u8,
}

/// How deep a clause is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 一、
    Chapter,
    /// （一）
    Article,
    /// 1.
    Item,
}

/// The numbers that lead to a clause, outermost first: one of each level at
/// most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClausePath(Vec<Numeral>);

/// The name of a clause in the whole site: `区/三(五)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseId {
    /// Which document, as its front matter abbreviates it.
    pub namespace: String,
    /// Which clause of it.
    pub path: ClausePath,
}

/// One clause of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its name.
    pub id: ClauseId,
    /// Its number as the notice spells it: `（一）`; empty where that is lost.
    pub label: String,
    /// Its own text from its number to the next number, without the clauses
    /// below it and without rules.
    pub text: String,
    /// The byte range of its first block in the notice's body.
    pub block: Range<usize>,
    /// The line of the file on which it begins.
    pub line: u32,
}

impl Numeral {
    /// A numeral of this level; `None` unless it is 1–99.
    pub fn new(level: Level, number: u64) -> Option<Self> {
        let number = u8::try_from(number).ok().filter(|number| (1..=99).contains(number))?;
        Some(Self { level, number })
    }

    /// How deep it numbers.
    pub fn level(self) -> Level {
        self.level
    }

    /// The numeral that a block of text begins with, and the words after it.
    ///
    /// `一、` `（一）` `(一)` `1.` `1．` count; `1.5` and `2022 年` do not.
    pub fn lead(text: &str) -> Option<(Self, &str)> {
        let text = text.trim_start();
        if let Some(inner) = text.strip_prefix(['（', '(']) {
            let end = inner.find(['）', ')'])?;
            let number = chinese_number(&inner[..end])?;
            let rest = inner[end..].trim_start_matches(['）', ')']);
            return Some((Self { level: Level::Article, number }, rest));
        }
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            let rest = text[digits..].strip_prefix(['.', '．'])?;
            let is_decimal = rest.starts_with(|c: char| c.is_ascii_digit());
            let numeral = Self::new(Level::Item, text[..digits].parse().ok()?)?;
            return (!is_decimal).then_some((numeral, rest));
        }
        let end = text.find('、')?;
        let number = chinese_number(&text[..end])?;
        Some((Self { level: Level::Chapter, number }, &text[end + '、'.len_utf8()..]))
    }
}

impl fmt::Display for Numeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Chapter => f.write_str(&chinese_numeral(self.number)),
            Level::Article => write!(f, "({})", chinese_numeral(self.number)),
            Level::Item => write!(f, "{}", self.number),
        }
    }
}

impl ClausePath {
    /// The path of a clause with this numeral that follows a clause with path
    /// `self`: deeper levels end, the same level goes on.
    pub fn next(previous: Option<&Self>, numeral: Numeral) -> Self {
        let above = previous.map_or(&[][..], |path| &path.0);
        let mut path: Vec<_> =
            above.iter().copied().filter(|other| other.level < numeral.level).collect();
        path.push(numeral);
        Self(path)
    }

    /// Reads `三(五)`, `三（五）`, `四(二)1`; the rest of the text is returned.
    pub fn parse_prefix(text: &str) -> Option<(Self, &str)> {
        let mut path: Vec<Numeral> = Vec::new();
        let mut rest = text;
        while let Some((numeral, after)) = Self::numeral(rest) {
            if path.last().is_some_and(|last| last.level >= numeral.level) {
                break;
            }
            path.push(numeral);
            rest = after;
        }
        (!path.is_empty()).then_some((Self(path), rest))
    }

    fn numeral(text: &str) -> Option<(Numeral, &str)> {
        if text.starts_with(['（', '(']) {
            return Numeral::lead(text);
        }
        let of = |is_part: fn(char) -> bool| text.len() - text.trim_start_matches(is_part).len();
        let digits = of(|c| c.is_ascii_digit());
        if digits > 0 {
            let numeral = Numeral::new(Level::Item, text[..digits].parse().ok()?)?;
            return Some((numeral, &text[digits..]));
        }
        let chinese = of(|c| "一二三四五六七八九十".contains(c));
        let number = chinese_number(&text[..chinese])?;
        Some((Numeral { level: Level::Chapter, number }, &text[chinese..]))
    }

    /// The clause's level: 1, 2 or 3, by how many numbers lead to it.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// The innermost level.
    pub fn level(&self) -> Option<Level> {
        self.0.last().map(|numeral| numeral.level)
    }

    /// Whether a level between the outermost possible and its own is missing,
    /// as in a （一） with no 一、 above it.
    pub fn skips_a_level(&self) -> bool {
        let wanted = match self.level() {
            Some(Level::Chapter) | None => 1,
            Some(Level::Article) => 2,
            Some(Level::Item) => 3,
        };
        self.0.len() < wanted
    }

    /// How unlike another path it is: levels that they do not share, then levels that
    /// only one has, then how far apart the first numbers are that differ.
    pub fn distance(&self, other: &Self) -> (usize, usize, u8) {
        let shared = self.0.iter().zip(&other.0).take_while(|(one, two)| one == two).count();
        let apart = match (self.0.get(shared), other.0.get(shared)) {
            (Some(one), Some(two)) if one.level == two.level => one.number.abs_diff(two.number),
            _ => 0,
        };
        let (own, others) = (self.0.len(), other.0.len());
        (own.max(others) - shared, own.abs_diff(others), apart)
    }

    /// The anchor on the page: `c3-5`.
    pub fn anchor(&self) -> String {
        let numbers: Vec<_> = self.0.iter().map(|numeral| numeral.number.to_string()).collect();
        format!("c{}", numbers.join("-"))
    }
}

impl fmt::Display for ClausePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|numeral| numeral.fmt(f))
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.path)
    }
}

const DIGITS: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// 一 … 九十九 as a number.
fn chinese_number(text: &str) -> Option<u8> {
    let digit = |c: char| {
        let at = DIGITS.iter().position(|digit| *digit == c)?;
        u8::try_from(at + 1).ok()
    };
    let one = |part: &str| {
        let mut chars = part.chars();
        let value = digit(chars.next()?)?;
        chars.next().is_none().then_some(value)
    };
    match text.split_once('十') {
        None => one(text),
        Some((tens, units)) => {
            let tens = if tens.is_empty() { 1 } else { one(tens)? };
            let units = if units.is_empty() { 0 } else { one(units)? };
            Some(tens * 10 + units)
        }
    }
}

/// 1 … 99 as 一 … 九十九.
fn chinese_numeral(number: u8) -> String {
    let digit = |value: u8| DIGITS.get(usize::from(value).wrapping_sub(1)).map(char::to_string);
    let (tens, units) = (number / 10, number % 10);
    let mut text = String::new();
    if tens > 1 {
        text.push_str(&digit(tens).unwrap_or_default());
    }
    if tens > 0 {
        text.push('十');
    }
    text + &digit(units).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numerals_up_to_ninety_nine() {
        for (text, number) in
            [("一", 1), ("九", 9), ("十", 10), ("十一", 11), ("二十", 20), ("九十九", 99)]
        {
            assert_eq!(chinese_number(text), Some(number), "{text}");
            assert_eq!(chinese_numeral(number), text);
        }
        for text in ["", "零", "百", "一一", "十十", "二三十"] {
            assert_eq!(chinese_number(text), None, "{text}");
        }
        assert!((1..=99).all(|number| chinese_number(&chinese_numeral(number)) == Some(number)));
    }

    #[test]
    fn what_numbers_a_clause_and_what_does_not() {
        let lead = |text| Numeral::lead(text).map(|(numeral, rest)| (numeral.to_string(), rest));
        assert_eq!(lead("一、培训内容"), Some(("一".to_owned(), "培训内容")));
        assert_eq!(lead("（十二）其他"), Some(("(十二)".to_owned(), "其他")));
        assert_eq!(lead("(二)其他"), Some(("(二)".to_owned(), "其他")));
        assert_eq!(lead("3.打印"), Some(("3".to_owned(), "打印")));
        for text in
            ["2022 年", "1.5 倍", "公需、专业", "（见附件1）", "(0471)6944364", "", "100.太多"]
        {
            assert_eq!(lead(text), None, "{text}");
        }
    }

    #[test]
    fn a_path_keeps_one_number_of_each_level() {
        let numeral = |text| Numeral::lead(text).unwrap().0;
        let mut path = ClausePath::next(None, numeral("四、x"));
        assert_eq!((path.to_string(), path.anchor()), ("四".into(), "c4".into()));
        path = ClausePath::next(Some(&path), numeral("（二）x"));
        path = ClausePath::next(Some(&path), numeral("1.x"));
        assert_eq!((path.to_string(), path.anchor()), ("四(二)1".into(), "c4-2-1".into()));
        path = ClausePath::next(Some(&path), numeral("2.x"));
        assert_eq!(path.to_string(), "四(二)2");
        path = ClausePath::next(Some(&path), numeral("（三）x"));
        assert_eq!(path.to_string(), "四(三)");
        assert!(!path.skips_a_level());
        let orphan = ClausePath::next(None, numeral("（一）x"));
        assert!(orphan.skips_a_level());
    }

    #[test]
    fn a_reference_reads_either_bracket_width_and_leaves_the_rest() {
        let parse =
            |text| ClausePath::parse_prefix(text).map(|(path, rest)| (path.to_string(), rest));
        assert_eq!(parse("三(五)"), Some(("三(五)".into(), "")));
        assert_eq!(parse("三（六）后段"), Some(("三(六)".into(), "后段")));
        assert_eq!(parse("四(二)1"), Some(("四(二)1".into(), "")));
        assert_eq!(parse("十二后段"), Some(("十二".into(), "后段")));
        assert_eq!(parse("后段"), None);
    }
}
