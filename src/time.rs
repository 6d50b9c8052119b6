//! Points in time and civil dates, as values; no clock is read here.
//!
//! All civil dates are Beijing dates: the office, its notices and its cards
//! live at UTC+8, without daylight saving since 1991. Dates use the proleptic
//! Gregorian calendar.

use std::fmt;
use std::str::FromStr;

/// Seconds in a day.
const DAY: i64 = 86_400;
/// Beijing is eight hours ahead of UTC.
const BEIJING_OFFSET: i64 = 8 * 3_600;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

impl UnixTime {
    /// The point in time this many seconds after the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The civil date in Beijing at this point in time, clamped to the years
    /// 0001–9999.
    pub fn beijing_date(self) -> Date {
        let days = self.0.saturating_add(BEIJING_OFFSET).div_euclid(DAY);
        Date::from_days(days.clamp(Date::MIN_DAYS, Date::MAX_DAYS))
    }
}

/// A civil date, year 0001–9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weekday {
    /// 星期一
    Monday,
    /// 星期二
    Tuesday,
    /// 星期三
    Wednesday,
    /// 星期四
    Thursday,
    /// 星期五
    Friday,
    /// 星期六
    Saturday,
    /// 星期日
    Sunday,
}

/// Why a text or a triple is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    /// The text is not ten characters of the form `YYYY-MM-DD`.
    Form,
    /// The form is right, but the calendar has no such day.
    NoSuchDay,
}

impl Date {
    const MIN_DAYS: i64 = -719_162; // 0001-01-01
    const MAX_DAYS: i64 = 2_932_896; // 9999-12-31

    /// The date of this year, month and day, if the calendar has it.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        if exists { Ok(Self { year, month, day }) } else { Err(DateError::NoSuchDay) }
    }

    /// The calendar year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1–12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1–31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// 00:00 Beijing time of this date.
    pub fn beijing_midnight(self) -> UnixTime {
        UnixTime(self.days() * DAY - BEIJING_OFFSET)
    }

    /// Days since 1970-01-01.
    ///
    /// The arithmetic counts from 0000-03-01, so that the leap day is the last
    /// day of a year; 146,097 days make 400 years.
    pub fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
            - 719_468
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match self.days().rem_euclid(7) {
            0 => Weekday::Thursday,
            1 => Weekday::Friday,
            2 => Weekday::Saturday,
            3 => Weekday::Sunday,
            4 => Weekday::Monday,
            5 => Weekday::Tuesday,
            _ => Weekday::Wednesday,
        }
    }

    /// The date this many days later, or earlier where they are negative; `None`
    /// beyond the years 0001–9999.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        let days = self.days().checked_add(days)?;
        (Self::MIN_DAYS..=Self::MAX_DAYS).contains(&days).then(|| Self::from_days(days))
    }

    /// The date this many days after 1970-01-01, which must lie in the years
    /// 0001–9999.
    fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self {
            year: u16::try_from(year).expect("the caller clamps to the years 0001–9999"),
            month: u8::try_from(month).expect("a remainder of twelve, plus one"),
            day: u8::try_from(day).expect("no month has more than 31 days"),
        }
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        let is_form = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_form {
            return Err(DateError::Form);
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0'))
        };
        let small = |value: u16| u8::try_from(value).expect("two digits fit a byte");
        Self::new(number(0..4), small(number(5..7)), small(number(8..10)))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_survives_the_way_to_days_and_back() {
        let mut last = None;
        for days in Date::MIN_DAYS..=Date::MAX_DAYS {
            let date = Date::from_days(days);
            assert_eq!(date.days(), days);
            assert!(last < Some(date), "{last:?} is before {date}");
            last = Some(date);
        }
        assert_eq!(Date::from_days(Date::MIN_DAYS), Date::new(1, 1, 1).unwrap());
        assert_eq!(Date::from_days(Date::MAX_DAYS), Date::new(9999, 12, 31).unwrap());
    }

    #[test]
    fn days_of_the_week() {
        // By `date -d … +%A`.
        for (date, weekday) in [
            ("0001-01-01", Weekday::Monday),
            ("1969-12-31", Weekday::Wednesday),
            ("1970-01-01", Weekday::Thursday),
            ("2020-02-29", Weekday::Saturday),
            ("2021-12-31", Weekday::Friday),
            ("2022-12-31", Weekday::Saturday),
            ("2023-12-31", Weekday::Sunday),
            ("2024-01-01", Weekday::Monday),
            ("9999-12-31", Weekday::Friday),
        ] {
            assert_eq!(date.parse::<Date>().unwrap().weekday(), weekday, "{date}");
        }
    }

    #[test]
    fn the_day_turns_at_sixteen_hours_utc() {
        let midnight = Date::new(2022, 12, 31).unwrap().beijing_midnight();
        // 2022-12-30T16:00:00Z, by `date -u -d @1672416000`.
        assert_eq!(midnight.seconds(), 1_672_416_000);
        assert_eq!(midnight.beijing_date().to_string(), "2022-12-31");
        assert_eq!(UnixTime(1_672_415_999).beijing_date().to_string(), "2022-12-30");
        assert_eq!(UnixTime(i64::MAX).beijing_date().to_string(), "9999-12-31");
        assert_eq!(UnixTime(i64::MIN).beijing_date().to_string(), "0001-01-01");
    }

    #[test]
    fn only_days_of_the_calendar_parse() {
        for text in ["2022-12-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in
            ["2022-02-30", "2022-02-29", "1900-02-29", "2022-13-01", "2022-00-10", "0000-01-01"]
        {
            assert_eq!(text.parse::<Date>(), Err(DateError::NoSuchDay), "{text}");
        }
        for text in [
            "2022-2-3",
            "22-02-03",
            "2022/02/03",
            "2022-02-03 ",
            "２０２２-02-03",
            "+022-02-03",
            "",
        ] {
            assert_eq!(text.parse::<Date>(), Err(DateError::Form), "{text}");
        }
    }
}
