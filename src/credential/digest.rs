//! The digest by which a list names the version before it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// SHA-256 of a note's text: what the next version names as `prev`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextDigest(pub [u8; 32]);

impl TextDigest {
    /// What a first version names: it has none before it.
    pub const NONE: Self = Self([0; 32]);

    /// The digest of this text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }
}

impl fmt::Display for TextDigest {
    /// Sixty-four lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TextDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextDigestError;

impl FromStr for TextDigest {
    type Err = TextDigestError;

    fn from_str(text: &str) -> Result<Self, TextDigestError> {
        let digits: Option<Vec<u8>> = text.bytes().map(hex_digit).collect();
        let bytes: Vec<u8> = digits
            .filter(|digits| digits.len() == 64)
            .ok_or(TextDigestError)?
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect();
        bytes.try_into().map(Self).map_err(|_| TextDigestError)
    }
}

/// A lower-case hexadecimal digit's value.
pub(super) fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
