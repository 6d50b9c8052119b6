//! Learning hours, 学时 or 学分, to a tenth.

use std::fmt;
use std::str::FromStr;

/// A number of learning hours, in tenths, at most 100,000 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    tenths: u32,
}

/// Why a text is not a number of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursError {
    /// It begins with a minus sign.
    Negative,
    /// It has more than one digit after the point.
    TooFine,
    /// It is more than any learner can have.
    TooMany,
    /// It is not a decimal number.
    NotANumber,
}

impl Hours {
    /// No hours.
    pub const ZERO: Self = Self { tenths: 0 };

    const MAX_TENTHS: u32 = 1_000_000;

    /// This many tenths of an hour; more than the limit is the limit.
    pub fn from_tenths(tenths: u32) -> Self {
        Self { tenths: tenths.min(Self::MAX_TENTHS) }
    }

    /// Tenths of an hour.
    pub const fn tenths(self) -> u32 {
        self.tenths
    }

    /// The sum, up to the limit.
    pub fn plus(self, other: Self) -> Self {
        Self::from_tenths(self.tenths.saturating_add(other.tenths))
    }

    /// What is left, or none.
    pub fn minus(self, other: Self) -> Self {
        Self { tenths: self.tenths.saturating_sub(other.tenths) }
    }

    /// This many times over, up to the limit.
    pub fn times(self, factor: u32) -> Self {
        Self::from_tenths(self.tenths.saturating_mul(factor))
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    /// Reads `30`, `12.5` or `0`: ASCII digits, at most one after the point,
    /// no sign, no leading zero.
    fn from_str(text: &str) -> Result<Self, HoursError> {
        if text.starts_with(['-', '−', '－']) {
            return Err(HoursError::Negative);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || (whole.len() > 1 && whole.starts_with('0'))
        {
            return Err(HoursError::NotANumber);
        }
        if fraction.len() > 1 {
            return Err(HoursError::TooFine);
        }
        let tenths = format!("{whole}{fraction}").parse().map_err(|_| HoursError::TooMany)?;
        if tenths > Self::MAX_TENTHS { Err(HoursError::TooMany) } else { Ok(Self { tenths }) }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tenths % 10 {
            0 => write!(f, "{}", self.tenths / 10),
            tenth => write!(f, "{}.{tenth}", self.tenths / 10),
        }
    }
}

impl HoursError {
    /// What is wrong with the text, in the office's language; hours are counted in
    /// `unit`.
    pub fn words(self, text: &str, unit: &str) -> String {
        match self {
            Self::Negative => format!("{unit}不能为负数：{text}"),
            Self::TooFine => format!("{unit}最多一位小数：{text}"),
            Self::TooMany => format!("{unit}过大：{text}"),
            Self::NotANumber => format!("{unit}不是数字：“{text}”"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_each_number_of_hours() {
        for (text, tenths) in
            [("0", 0), ("30", 300), ("12.5", 125), ("0.1", 1), ("100000", 1_000_000)]
        {
            let hours: Hours = text.parse().unwrap();
            assert_eq!(hours.tenths(), tenths, "{text}");
            assert_eq!(hours.to_string(), text);
        }
        assert_eq!("30.0".parse::<Hours>().unwrap().to_string(), "30");
    }

    #[test]
    fn what_is_not_a_number_of_hours_says_why() {
        for (text, error) in [
            ("-3", HoursError::Negative),
            ("−3", HoursError::Negative),
            ("1.25", HoursError::TooFine),
            ("100000.1", HoursError::TooMany),
            ("99999999999999999999", HoursError::TooMany),
            ("", HoursError::NotANumber),
            ("三十", HoursError::NotANumber),
            ("+3", HoursError::NotANumber),
            ("3.", HoursError::NotANumber),
            (".5", HoursError::NotANumber),
            ("030", HoursError::NotANumber),
            ("1e3", HoursError::NotANumber),
        ] {
            assert_eq!(text.parse::<Hours>(), Err(error), "{text}");
        }
    }
}
