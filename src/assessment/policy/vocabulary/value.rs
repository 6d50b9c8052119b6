//! Values of facts and outputs, and how tables write them.

use std::fmt;

use crate::assessment::hours::Hours;
use crate::time::Date;

/// What the values of a fact or column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A category of the vocabulary.
    Category,
    /// A category that hours are learned in.
    Learned,
    /// 是 or 否.
    YesNo,
    /// One of the vocabulary's words for it; the program knows these keys.
    Word(&'static [&'static str]),
    /// One of the vocabulary's words, each of which has one of these keys.
    Keyed(&'static [&'static str]),
    /// A whole number.
    Number,
    /// A date. No cell tests one: rules ask about numbers derived from dates.
    Date,
    /// A number of hours.
    Hours,
    /// One of the vocabulary's words, of which the program knows these keys, or a
    /// number of hours.
    WordOrHours(&'static [&'static str]),
    /// A day of the learning year or the year after.
    Day,
    /// Some learning years, counted from the year applied in.
    Window,
    /// A part of the required hours.
    Degree,
}

/// A value of a fact or of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A category, by its place in the vocabulary.
    Category(usize),
    /// 是 or 否.
    YesNo(Answer),
    /// A word, by its place in the vocabulary's list for the fact or column.
    Word(usize),
    /// A whole number.
    Number(i32),
    /// A date, or the days it may be.
    Date(DateRange),
    /// Known not to be there.
    Absent,
    /// Hours.
    Hours(Hours),
    /// A day relative to the learning year.
    Day(YearDay),
    /// Learning years.
    Window(Window),
    /// A part of the required hours.
    Degree(Degree),
}

/// 是 or 否.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// 是
    Yes,
    /// 否
    No,
}

/// A date that is known to lie between two days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateRange {
    /// The earliest it can be.
    pub first: Date,
    /// The latest it can be.
    pub last: Date,
}

impl DateRange {
    /// A date known to the day.
    pub const fn day(date: Date) -> Self {
        Self { first: date, last: date }
    }

    /// A date of which only the latest day that it can be is known.
    pub fn until(last: Date) -> Self {
        Self { first: Self::earliest().min(last), last }
    }

    /// The earliest day that a date of which nothing else is known can be: of the people
    /// assessed nobody is older.
    pub fn earliest() -> Date {
        Date::new(1900, 1, 1).expect("a day of the calendar")
    }
}

/// A day of a learning year: `1月1日`, or of the year after it: `次年4月30日`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearDay {
    /// Years after the learning year: 0 or 1.
    pub years_after: u16,
    /// The month, 1–12.
    pub month: u8,
    /// The day of the month.
    pub day: u8,
}

impl YearDay {
    pub(super) fn read(text: &str) -> Option<Self> {
        let (years_after, rest) = match text.strip_prefix("次年") {
            Some(rest) => (1, rest),
            None => (0, text),
        };
        let (month, day) = rest.strip_suffix('日')?.split_once('月')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // 29 February is a day of some years only, so no period can end on it.
        Date::new(2001, month, day).ok()?;
        Some(Self { years_after, month, day })
    }

    /// The day before and the day after, as far as tables can write them.
    pub fn neighbours(self) -> impl Iterator<Item = Self> {
        let Self { years_after, month, day } = self;
        let exists = |other: &Self| Date::new(2001, other.month, other.day).is_ok();
        let of = move |month, day| Self { years_after, month, day };
        let before = match (years_after, month, day) {
            (0, 1, 1) => None,
            (after, 1, 1) => Some(Self { years_after: after - 1, month: 12, day: 31 }),
            (_, _, 1) => (28..=31).rev().map(|day| of(month - 1, day)).find(exists),
            (_, _, day) => Some(of(month, day - 1)),
        };
        let after = match (years_after, month) {
            (0, 12) => Some(Self { years_after: 1, month: 1, day: 1 }),
            (_, 12) => None,
            (_, month) => Some(of(month + 1, 1)),
        };
        let after = Some(of(month, day + 1)).filter(exists).or(after);
        before.into_iter().chain(after)
    }

    /// The date in this learning year.
    pub fn in_year(self, year: u16) -> Option<Date> {
        Date::new(year.checked_add(self.years_after)?, self.month, self.day).ok()
    }
}

impl fmt::Display for YearDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = if self.years_after == 1 { "次年" } else { "" };
        write!(f, "{after}{}月{}日", self.month, self.day)
    }
}

/// Learning years counted from the year applied in: `近3年` (this one and the two
/// before), `上1年` (the one before), `空` (none).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// How many years.
    pub count: u16,
    /// How many years before the year applied in the last of them is.
    pub back: u16,
}

impl Window {
    /// No year.
    pub const NONE: Self = Self { count: 0, back: 0 };
    const MAX: u16 = 20;

    pub(super) fn read(text: &str) -> Option<Self> {
        if text == "空" {
            return Some(Self::NONE);
        }
        let (back, rest) = match (text.strip_prefix('近'), text.strip_prefix('上')) {
            (Some(rest), _) => (0, rest),
            (None, Some(rest)) => (1, rest),
            (None, None) => return None,
        };
        let count = rest.strip_suffix('年')?.parse().ok()?;
        (1..=Self::MAX).contains(&count).then_some(Self { count, back })
    }

    /// The years, earliest first, of an application in this year.
    pub fn years(self, applied_in: u16) -> impl Iterator<Item = u16> {
        let end = applied_in.saturating_sub(self.back);
        let start = (end + 1).saturating_sub(self.count);
        (start..=end).filter(move |_| self.count > 0)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { count: 0, .. } => f.write_str("空"),
            Self { count, back: 0 } => write!(f, "近{count}年"),
            Self { count, .. } => write!(f, "上{count}年"),
        }
    }
}

/// How much of the required hours is asked for; the more favourable, the less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Degree {
    /// 不要求: nothing.
    NotRequired,
    /// 参考: the hours are shown to those who judge, and do not decide.
    Reference,
    /// `1/3`: a part.
    Part(Fraction),
    /// 全部: all.
    Full,
}

/// A fraction between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    numerator: u32,
    denominator: u32,
}

impl Fraction {
    /// The parts next to it, by one more and one less in the denominator: 1/4 and
    /// 1/2 of 1/3.
    pub fn neighbours(self) -> impl Iterator<Item = Self> {
        let Self { numerator, denominator } = self;
        let others = [denominator + 1, denominator - 1].into_iter();
        others
            .filter(move |it| numerator < *it && *it <= Self::MOST)
            .map(move |denominator| Self { numerator, denominator })
    }

    /// The largest denominator that tables write.
    const MOST: u32 = 100;

    fn read(text: &str) -> Option<Self> {
        let (numerator, denominator) = text.split_once('/')?;
        let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse());
        let (numerator, denominator) = (digits(numerator)?.ok()?, digits(denominator)?.ok()?);
        let is_part = 0 < numerator && numerator < denominator && denominator <= Self::MOST;
        is_part.then_some(Self { numerator, denominator })
    }

    /// This part of some hours; what is no whole hour is rounded up.
    pub fn of(self, hours: Hours) -> Hours {
        let tenths = u64::from(hours.tenths()) * u64::from(self.numerator);
        let whole = tenths.div_ceil(u64::from(self.denominator) * 10);
        Hours::from_tenths(u32::try_from(whole * 10).unwrap_or(u32::MAX))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let one = u64::from(self.numerator) * u64::from(other.denominator);
        one.cmp(&(u64::from(other.numerator) * u64::from(self.denominator)))
            .then(self.denominator.cmp(&other.denominator))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Degree {
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "不要求" => Some(Self::NotRequired),
            "参考" => Some(Self::Reference),
            "全部" => Some(Self::Full),
            part => Fraction::read(part).map(Self::Part),
        }
    }

    /// How somebody passes by it, in a word.
    pub const fn passed_as(self) -> &'static str {
        match self {
            Self::NotRequired => "不要求",
            Self::Reference => "参考",
            Self::Part(_) => "减免",
            Self::Full => "足额",
        }
    }

    /// What it leaves of some hours that are required.
    pub fn of(self, hours: Hours) -> Hours {
        match self {
            Self::NotRequired => Hours::ZERO,
            Self::Part(fraction) => fraction.of(hours),
            Self::Reference | Self::Full => hours,
        }
    }
}

impl fmt::Display for Degree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRequired => f.write_str("不要求"),
            Self::Reference => f.write_str("参考"),
            Self::Part(Fraction { numerator, denominator }) => {
                write!(f, "{numerator}/{denominator}")
            }
            Self::Full => f.write_str("全部"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_count_from_the_year_applied_in() {
        let years = |text: &str| Window::read(text).unwrap().years(2022).collect::<Vec<_>>();
        assert_eq!(years("近3年"), [2020, 2021, 2022]);
        assert_eq!(years("近1年"), [2022]);
        assert_eq!(years("上1年"), [2021]);
        assert_eq!(years("上2年"), [2020, 2021]);
        assert!(years("空").is_empty());
        for text in ["近0年", "近21年", "近年", "3年", "近-1年", ""] {
            assert_eq!(Window::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_has_a_day_before_and_after_it() {
        let around = |text: &str| {
            let days = YearDay::read(text).unwrap().neighbours();
            days.map(|day| day.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(around("1月1日"), "1月2日");
        assert_eq!(around("3月1日"), "2月28日 3月2日");
        assert_eq!(around("4月30日"), "4月29日 5月1日");
        assert_eq!(around("12月31日"), "12月30日 次年1月1日");
        assert_eq!(around("次年1月1日"), "12月31日 次年1月2日");
        assert_eq!(around("次年12月31日"), "次年12月30日");
    }

    #[test]
    fn a_part_of_hours_is_rounded_up_to_the_hour() {
        let third = Fraction::read("1/3").unwrap();
        let of = |hours: &str| third.of(hours.parse().unwrap()).to_string();
        assert_eq!((of("30").as_str(), of("60").as_str()), ("10", "20"));
        assert_eq!((of("18").as_str(), of("42").as_str(), of("20").as_str()), ("6", "14", "7"));
        for text in ["0/3", "3/3", "4/3", "1/0", "1/101", "-1/3", "1", "+1/3"] {
            assert_eq!(Fraction::read(text), None, "{text}");
        }
    }

    #[test]
    fn the_more_favourable_comes_first() {
        let order = ["不要求", "参考", "1/4", "1/3", "2/3", "全部"];
        let read: Vec<_> = order.iter().map(|text| Degree::read(text).unwrap()).collect();
        assert!(read.is_sorted());
    }
}
