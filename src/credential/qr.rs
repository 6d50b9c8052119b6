//! The text in the QR code: an envelope's bytes as decimal digits behind a web
//! address.
//!
//! ```text
//! PREFIX "#1" DIGITS        https://cards.example/v/#100012…
//! ```
//!
//! The prefix is the portal's verify page, so that any phone's camera opens it;
//! `1` is the format's version. Seven bytes are 17 digits (big-endian, padded with
//! zeros), a last group of 1…6 bytes is 3, 5, 8, 10, 13 or 15: one spelling for
//! each byte string, and digits cost a QR code's numeric mode 1.2 % over bytes.
//!
//! The prefix is for cameras. It is not signed, a verifier does not need it, and
//! text that begins with `#1` (typed, or from a list) is as good. Its host is
//! extracted so that a foreign one can be told.

use std::fmt;
use std::str::FromStr;

use super::envelope::BYTES_MAX;
use super::fault::Fault;

/// Characters of a text, at most, without the white space around it.
pub const CHARACTERS_MAX: usize = 1_024;

/// Characters of a portal's address, at most.
const PORTAL_MAX: usize = 200;

/// Bytes in a full group.
const GROUP_BYTES: usize = 7;
/// Digits of a group of 0, 1, … 7 bytes: the fewest that hold them all.
const GROUP_DIGITS: [usize; GROUP_BYTES + 1] = [0, 3, 5, 8, 10, 13, 15, 17];

/// A text of the right form; nothing in it is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QrText<'a> {
    prefix: &'a str,
    digits: &'a str,
}

impl<'a> QrText<'a> {
    /// Reads the form (step 1).
    ///
    /// In this order: ASCII white space (tab, line feed, form feed, carriage
    /// return, space) around the text is dropped; at most 1,024 characters; printable
    /// ASCII only; a `#`, the first one counts; after it a digit, the version; the
    /// version is 1, else `UNSUPPORTED`; then digits only.
    ///
    /// Errors: `MALFORMED` unless said otherwise.
    pub fn read(text: &'a str) -> Result<Self, Fault> {
        let text = text.trim_matches(|character: char| character.is_ascii_whitespace());
        if text.len() > CHARACTERS_MAX {
            return Err(Fault::malformed("more than 1,024 characters"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fault::malformed("a character that is not printable ASCII"));
        }
        let Some((prefix, fragment)) = text.split_once('#') else {
            return Err(Fault::malformed("no #"));
        };
        match fragment.as_bytes().first() {
            Some(b'1') => {}
            Some(version) if version.is_ascii_digit() => {
                return Err(Fault::unsupported("a format version other than 1"));
            }
            Some(_) | None => return Err(Fault::malformed("no format version")),
        }
        let digits = &fragment[1..];
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::malformed("a character among the digits that is none"));
        }
        Ok(Self { prefix, digits })
    }

    /// The envelope's bytes (step 2).
    ///
    /// In this order: the digits make whole groups; the bytes are at most 512;
    /// each group's number fits its bytes.
    ///
    /// Errors: `MALFORMED`.
    pub fn bytes(&self) -> Result<Vec<u8>, Fault> {
        let (whole, rest) = (self.digits.len() / 17, self.digits.len() % 17);
        let last = GROUP_DIGITS
            .iter()
            .take(GROUP_BYTES)
            .position(|digits| *digits == rest)
            .ok_or(Fault::malformed("digits that make no whole group"))?;
        let length = whole * GROUP_BYTES + last;
        if length > BYTES_MAX {
            return Err(Fault::malformed("more than 512 bytes"));
        }
        let mut bytes = Vec::with_capacity(length);
        for group in self.digits.as_bytes().chunks(17) {
            let width = if group.len() == 17 { GROUP_BYTES } else { last };
            // Seventeen digits fit u64, which has room for nineteen.
            let number = group.iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            let number = number.to_be_bytes();
            let (zeros, value) = number.split_at(8 - width);
            if zeros.iter().any(|byte| *byte != 0) {
                return Err(Fault::malformed("a group of digits too great for its bytes"));
            }
            bytes.extend_from_slice(value);
        }
        Ok(bytes)
    }

    /// What stands before the `#`; empty if nothing does.
    pub fn prefix(&self) -> &'a str {
        self.prefix
    }

    /// The host that the prefix leads to, if it is a web address.
    pub fn host(&self) -> Option<Host> {
        Host::of_address(self.prefix)
    }
}

/// A host's name, in lower case: letters, digits, `-` and `.`, at most 253.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(String);

/// A text that is not a host's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostError;

impl Host {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host that a browser would go to from this web address.
    ///
    /// As the WHATWG URL standard has it for `http` and `https`: a backslash ends
    /// the authority like a slash, and what stands before the last `@` is not the
    /// host. The port does not matter here. Where a browser would go on to decode
    /// (percent signs, other scripts, brackets), there is no host.
    fn of_address(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        if !(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")) {
            return None;
        }
        let authority = rest.split(['/', '\\', '?']).next()?;
        let host = authority.rsplit('@').next()?;
        let host = match host.split_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            Some(_) => return None,
            None => host,
        };
        host.parse().ok()
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if text.len() <= 253 && text.split('.').all(is_label) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(HostError)
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a host's name")
    }
}

impl std::error::Error for HostError {}

/// The address of a portal's verify page, as it is printed in QR codes:
/// `https://cards.example/v/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    address: String,
    host: Host,
}

/// A text that is not a portal's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortalError;

impl Portal {
    /// The address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its host.
    pub fn host(&self) -> &Host {
        &self.host
    }
}

impl FromStr for Portal {
    type Err = PortalError;

    /// Takes an `http` or `https` address of at most 200 printable ASCII
    /// characters, without a fragment.
    fn from_str(text: &str) -> Result<Self, PortalError> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        match Host::of_address(text) {
            Some(host) if is_plain && text.len() <= PORTAL_MAX => {
                Ok(Self { address: text.to_owned(), host })
            }
            Some(_) | None => Err(PortalError),
        }
    }
}

impl fmt::Display for PortalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an http(s) address of at most 200 ASCII characters without a fragment")
    }
}

impl std::error::Error for PortalError {}

/// A text to be printed as a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardText {
    text: String,
    /// Where the digits begin.
    digits: usize,
}

/// A text would be longer than 1,024 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl CardText {
    /// The text of these envelope bytes.
    pub fn new(portal: &Portal, envelope: &[u8]) -> Result<Self, TooLong> {
        let mut text = format!("{}#1", portal.address);
        let digits = text.len();
        write_digits(envelope, &mut text);
        let fits = text.len() <= CHARACTERS_MAX && envelope.len() <= BYTES_MAX;
        if fits { Ok(Self { text, digits }) } else { Err(TooLong) }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The two segments of the QR code: prefix and version in byte mode, then the
    /// digits in numeric mode.
    pub fn segments(&self) -> (&str, &str) {
        self.text.split_at(self.digits)
    }
}

impl fmt::Display for CardText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the card's text would be longer than 1,024 characters")
    }
}

impl std::error::Error for TooLong {}

fn write_digits(bytes: &[u8], text: &mut String) {
    for group in bytes.chunks(GROUP_BYTES) {
        let number = group.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let digits = format!("{number:0width$}", width = GROUP_DIGITS[group.len()]);
        text.push_str(&digits);
    }
}
