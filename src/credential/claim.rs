//! The values that a card's claims take, each with its limits.
//!
//! A value of one of these types is within the limits of the format, so a card
//! made of them can be encoded, and one that was decoded needs no second look.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::time::UnixTime;

/// Why a value is outside a claim's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimError {
    /// A number of 2^63 or more.
    Magnitude,
    /// A point in time before 1970.
    Time,
    /// A year outside 2000–2200.
    Year,
    /// An empty name.
    NameEmpty,
    /// A name longer than 96 bytes of UTF-8.
    NameLength,
    /// A control, bidirectional or private-use character in a name.
    NameCharacter,
    /// Not three digits and a digit or `X`.
    IdTail,
    /// A result other than 1–4.
    AuditResult,
    /// More than eight items in a list.
    ListLength,
}

impl ClaimError {
    /// What is wrong, in English.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Magnitude => "a number of 2^63 or more",
            Self::Time => "a time before 1970",
            Self::Year => "a year outside 2000–2200",
            Self::NameEmpty => "an empty name",
            Self::NameLength => "a name longer than 96 bytes",
            Self::NameCharacter => "a control, bidi or private-use character in a name",
            Self::IdTail => "an id tail that is not [0-9]{3}[0-9X]",
            Self::AuditResult => "a result other than 1–4",
            Self::ListLength => "more than eight items in a list",
        }
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail())
    }
}

impl std::error::Error for ClaimError {}

/// Makes newtypes over unsigned integers below 2^63.
macro_rules! uint {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// This number, which must be below 2^63.
            pub const fn new(value: u64) -> Result<Self, ClaimError> {
                if value >> 63 == 0 { Ok(Self(value)) } else { Err(ClaimError::Magnitude) }
            }

            /// The number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl From<u32> for $name {
            fn from(value: u32) -> Self {
                Self(u64::from(value))
            }
        }
    )*};
}

uint! {
    /// A card's place in its issuer's log of its year, from 0.
    Index;
    /// Hours, in tenths of an hour.
    Tenths;
    /// A category of hours, by its number in the policy bundle: 1 公需, 2 专业.
    Category;
    /// A clause, by its ordinal in the policy bundle's clause list.
    ClauseOrdinal;
    /// A kind of identity document other than the resident identity card, by its
    /// number in the policy bundle.
    IdType;
}

impl fmt::Display for Tenths {
    /// Hours as people write them: `60`, `52.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (hours, 0) => write!(f, "{hours}"),
            (hours, tenths) => write!(f, "{hours}.{tenths}"),
        }
    }
}

/// A point in time from 1970 on, in seconds (RFC 8392 §2, an integer).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(UnixTime);

impl NumericDate {
    /// This point in time.
    pub const fn new(time: UnixTime) -> Result<Self, ClaimError> {
        if time.seconds() >= 0 { Ok(Self(time)) } else { Err(ClaimError::Time) }
    }

    /// The point in time.
    pub const fn time(self) -> UnixTime {
        self.0
    }
}

/// A learning year, 2000–2200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(u16);

impl Year {
    /// This year, which must be 2000–2200.
    pub fn new(year: u64) -> Result<Self, ClaimError> {
        match u16::try_from(year) {
            Ok(year @ 2000..=2200) => Ok(Self(year)),
            Ok(_) | Err(_) => Err(ClaimError::Year),
        }
    }

    /// The year.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The holder's name: 1–96 bytes of UTF-8 with no control, bidirectional or
/// private-use character.
///
/// A name is signed in NFC. This room carries no Unicode tables, so that is the
/// issuer's duty before signing, and no verifier refuses a name for it.
/// Ideographic variation sequences are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderName(String);

impl HolderName {
    /// Bytes of UTF-8, at most.
    pub const BYTES_MAX: usize = 96;

    /// This name, as it stands.
    pub fn new(name: &str) -> Result<Self, ClaimError> {
        if name.is_empty() {
            Err(ClaimError::NameEmpty)
        } else if name.len() > Self::BYTES_MAX {
            Err(ClaimError::NameLength)
        } else if name.chars().any(is_forbidden) {
            Err(ClaimError::NameCharacter)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// This name with its dots (• U+2022, ‧ U+2027, ・ U+30FB, ･ U+FF65) made
    /// U+00B7, as every name is before it is signed.
    pub fn with_middle_dots(name: &str) -> Result<Self, ClaimError> {
        Self::new(&name.replace(['\u{2022}', '\u{2027}', '\u{30FB}', '\u{FF65}'], "\u{B7}"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control (category Cc), bidirectional (property `Bidi_Control`) and private-use
/// characters; planes 15 and 16 whole.
pub(super) fn is_forbidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// The last four characters of the holder's document number: `[0-9]{3}[0-9X]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdTail([u8; 4]);

impl IdTail {
    /// The four characters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("digits and X are ASCII")
    }
}

impl FromStr for IdTail {
    type Err = ClaimError;

    fn from_str(text: &str) -> Result<Self, ClaimError> {
        match <[u8; 4]>::try_from(text.as_bytes()) {
            Ok(tail @ [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9' | b'X']) => {
                Ok(Self(tail))
            }
            Ok(_) | Err(_) => Err(ClaimError::IdTail),
        }
    }
}

impl fmt::Display for IdTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the year's audit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditResult {
    /// 1: all hours.
    Full,
    /// 2: all that a reduction left.
    Reduced,
    /// 3: no hours are asked for.
    Exempt,
    /// 4: hours are for the reviewers' reference.
    Reference,
}

impl AuditResult {
    /// The result of this number.
    pub fn from_number(number: u64) -> Result<Self, ClaimError> {
        match number {
            1 => Ok(Self::Full),
            2 => Ok(Self::Reduced),
            3 => Ok(Self::Exempt),
            4 => Ok(Self::Reference),
            _ => Err(ClaimError::AuditResult),
        }
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        match self {
            Self::Full => 1,
            Self::Reduced => 2,
            Self::Exempt => 3,
            Self::Reference => 4,
        }
    }

    /// The words for people, in Chinese.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Full => "足额合格",
            Self::Reduced => "减免合格",
            Self::Exempt => "不作要求",
            Self::Reference => "评审参考",
        }
    }
}

/// The hours of one category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryHours {
    /// Which category.
    pub category: Category,
    /// Hours credited.
    pub credited: Tenths,
    /// Hours required.
    pub required: Tenths,
}

/// A policy bundle: the first eight bytes of its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub [u8; 8]);

impl PolicyId {
    /// The id of a bundle with these bytes.
    pub fn of(bundle: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(bundle).into();
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        Self(id)
    }
}

impl fmt::Display for PolicyId {
    /// Sixteen lower-case hexadecimal digits, as in the bundle's file name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

/// A list of at most eight items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpToEight<T>(Vec<T>);

impl<T> UpToEight<T> {
    /// The items.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> TryFrom<Vec<T>> for UpToEight<T> {
    type Error = ClaimError;

    fn try_from(items: Vec<T>) -> Result<Self, ClaimError> {
        if items.len() <= 8 { Ok(Self(items)) } else { Err(ClaimError::ListLength) }
    }
}

impl<T> Default for UpToEight<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
