//! The number printed on a card, and the issuer's part of it.
//!
//! `150600-2022-000017-14`: issuer, learning year, index in that issuer's log of
//! that year (at least six digits, padded with zeros), and two check digits of
//! ISO 7064 MOD 97-10 over the digits of the three: 18 digits here.

use std::fmt;
use std::str::FromStr;

use super::claim::{ClaimError, Index, Year};

/// An issuer's number: 6–12 decimal digits, beginning with the administrative
/// division's six (GB/T 2260).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssuerId(String);

/// The text is not 6–12 decimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuerIdError;

impl IssuerId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IssuerId {
    type Err = IssuerIdError;

    fn from_str(text: &str) -> Result<Self, IssuerIdError> {
        if (6..=12).contains(&text.len()) && is_digits(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IssuerIdError)
        }
    }
}

impl fmt::Display for IssuerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for IssuerIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an issuer's number is 6–12 decimal digits")
    }
}

impl std::error::Error for IssuerIdError {}

/// The number printed on a card, as in `150600-2022-000017-14`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardNumber {
    /// Who issued the card.
    pub issuer: IssuerId,
    /// The learning year.
    pub year: Year,
    /// The card's index in the issuer's log of that year.
    pub index: Index,
}

/// Why a text is not a card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardNumberError {
    /// Not four groups of digits joined by `-`, or not padded as it would be printed.
    Form,
    /// The year is not 2000–2200, or the index is 2^63 or more.
    Range,
    /// The check digits do not fit: a slip in reading or typing.
    Check,
}

impl CardNumber {
    /// The two check digits, 02–98.
    ///
    /// ISO 7064 MOD 97-10: the number of all digits with the check digits at its
    /// end leaves 1 when divided by 97.
    fn check(&self) -> u64 {
        let digits = format!("{}{}{:06}00", self.issuer, self.year, self.index.get());
        let remainder =
            digits.bytes().fold(0, |sum, digit| (sum * 10 + u64::from(digit - b'0')) % 97);
        98 - remainder
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, year, index } = self;
        write!(f, "{issuer}-{year}-{:06}-{:02}", index.get(), self.check())
    }
}

impl FromStr for CardNumber {
    type Err = CardNumberError;

    /// Reads exactly what [`Display`](fmt::Display) prints.
    fn from_str(text: &str) -> Result<Self, CardNumberError> {
        let groups: [&str; 4] = {
            let mut groups = text.split('-');
            let found = std::array::from_fn(|_| groups.next().unwrap_or_default());
            if groups.next().is_some() {
                return Err(CardNumberError::Form);
            }
            found
        };
        let [issuer, year, index, check] = groups;
        let issuer: IssuerId = issuer.parse().map_err(|_| CardNumberError::Form)?;
        let is_padded = index.len() == 6 || (index.len() > 6 && !index.starts_with('0'));
        let lengths = year.len() == 4 && is_padded && check.len() == 2;
        if !(lengths && is_digits(year) && is_digits(index) && is_digits(check)) {
            return Err(CardNumberError::Form);
        }
        let range = |_: ClaimError| CardNumberError::Range;
        let index = index.parse().map_err(|_| CardNumberError::Range)?;
        let number = Self {
            issuer,
            year: Year::new(year.parse().expect("four digits fit u64")).map_err(range)?,
            index: Index::new(index).map_err(range)?,
        };
        if check.parse() == Ok(number.check()) { Ok(number) } else { Err(CardNumberError::Check) }
    }
}

impl fmt::Display for CardNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "a card number is ISSUER-YEAR-INDEX-CHECK, as printed",
            Self::Range => "the year or the index of the card number is out of range",
            Self::Check => "the check digits do not fit the card number",
        })
    }
}

impl std::error::Error for CardNumberError {}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
