//! A card as a file: what a build writes, and how a verifier gets the QR text
//! back out of it.
//!
//! A page or JSON file of ours ends in a **seal**, the SHA-256 of the bytes
//! before it:
//!
//! ```text
//! HTML, SVG   … <!-- sha256:HEX -->␊
//! JSON        … ,␊  "sha256": "HEX"␊}␊        (two spaces of indentation)
//! ```
//!
//! The seal is **not** a signature: whoever changes a file can seal it again. It
//! notices a byte that was damaged and a file that was edited or saved anew, so
//! that nobody takes what such a page shows for what was issued. Whether the card
//! is genuine is told by the signature inside its QR text, and by nothing else.
//!
//! ```
//! use shenyan::site::card_file::{self, Condition};
//!
//! let page = r##"<!DOCTYPE html><a id="card" href="https://cards.example/v/#1002">卡</a>"##;
//! let mut file = card_file::html(page.to_owned());
//! let read = card_file::read(&file).expect("a page with its card");
//! assert_eq!(read.texts, ["https://cards.example/v/#1002"]);
//! assert_eq!(read.condition, Condition::Intact);
//!
//! file.extend_from_slice(b"\n");
//! assert_eq!(card_file::read(&file).map(|read| read.condition), Ok(Condition::Altered));
//! ```

mod markup;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What stands around the seal's 64 lower-case hexadecimal digits.
struct Form {
    before: &'static str,
    after: &'static str,
    /// What is there of a seal that does not fit any more, wherever it stands.
    trace: &'static str,
    /// How far from the end of a file the digits of a broken seal are looked for,
    /// in bytes. JSON of others, such as a line of the ledger, has digests too.
    tail: usize,
}

const MARKUP: Form =
    Form { before: "<!-- sha256:", after: " -->\n", trace: "<!-- sha256:", tail: 512 };
const JSON: Form = Form {
    before: ",\n  \"sha256\": \"",
    after: "\"\n}\n",
    trace: "\"sha256\"",
    tail: DIGITS + 32,
};

/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFile {
    /// The texts of the QR codes, in the file's order: of a unit's file all of them, of
    /// any other one; never none. Nothing in them is proven.
    pub texts: Vec<String>,
    /// Whether the file is as it was written.
    pub condition: Condition,
}

/// Whether a file is as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Its seal fits.
    Intact,
    /// It has a seal, or what is left of one, that does not fit.
    Altered,
    /// It has no seal: a file that somebody else wrote.
    Unsealed,
}

/// Why no text is found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Neither UTF-8 nor, so the caller has looked, a picture.
    NotText,
    /// Nothing but white space.
    Empty,
    /// HTML or SVG without an `href` on an element whose `id` is `card`, or `card-` and
    /// a number.
    NoCardElement,
    /// HTML or SVG with more such elements than anybody prints.
    ManyCards,
    /// Not JSON, or an object without the text member `card`; line and column.
    Json(usize, usize),
    /// A line of text that has not `#` and a version in it.
    NotACardText,
    /// More than one line of text: a list, not a card.
    ManyLines,
}

/// The bytes of a card's page: HTML or SVG, and its seal.
pub fn html(page: String) -> Vec<u8> {
    let mut bytes = page.into_bytes();
    let seal = format!("{}{}{}", MARKUP.before, digest(&bytes), MARKUP.after);
    bytes.extend_from_slice(seal.as_bytes());
    bytes
}

/// The bytes of a card's JSON file: these members, indented, and the seal as the
/// last one.
///
/// The members are a map or struct whose member `card` is the QR text. Errors:
/// they cannot be serialised, or are no object, or one without members.
pub fn json<T: Serialize + ?Sized>(members: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(members)?;
    if !(bytes.starts_with(b"{") && bytes.ends_with(b"\n}")) {
        return Err(serde::ser::Error::custom("a card file is an object with members"));
    }
    bytes.truncate(bytes.len() - 2);
    let seal = format!("{}{}{}", JSON.before, digest(&bytes), JSON.after);
    bytes.extend_from_slice(seal.as_bytes());
    Ok(bytes)
}

/// Finds the QR text in a card's file, or the texts in a unit's, told by its content:
/// HTML or SVG, JSON, or a line of text.
///
/// Time and memory are proportional to the bytes, whatever they are.
pub fn read(bytes: &[u8]) -> Result<CardFile, ReadError> {
    let whole = str::from_utf8(bytes).map_err(|_| ReadError::NotText)?;
    let content = whole.strip_prefix('\u{FEFF}').unwrap_or(whole).trim_ascii();
    match content.as_bytes().first() {
        None => Err(ReadError::Empty),
        Some(b'<') => {
            let texts = markup::card_addresses(content)?;
            Ok(CardFile { texts, condition: condition(whole, &MARKUP) })
        }
        Some(b'{') => {
            let texts = vec![object(content.as_bytes())?];
            Ok(CardFile { texts, condition: condition(whole, &JSON) })
        }
        Some(_) => {
            if content.contains(['\n', '\r']) {
                Err(ReadError::ManyLines)
            } else if !is_card_text(content) {
                Err(ReadError::NotACardText)
            } else {
                Ok(CardFile { texts: vec![content.to_owned()], condition: Condition::Unsealed })
            }
        }
    }
}

/// The QR text in a JSON object.
pub fn object(bytes: &[u8]) -> Result<String, ReadError> {
    let read = serde_json::from_slice(bytes).map(|Members { card }| card);
    read.map_err(|error| ReadError::Json(error.line(), error.column()))
}

/// What is read of a JSON file; a second `card` is an error, other members are
/// not looked at.
#[derive(Deserialize)]
struct Members {
    card: String,
}

/// Whether a line may be meant as a card's text: `#` and a version's digit.
pub fn is_card_text(line: &str) -> bool {
    line.split_once('#')
        .is_some_and(|(_, fragment)| fragment.as_bytes().first().is_some_and(u8::is_ascii_digit))
}

/// Looks at the seal.
///
/// One changed byte cannot take away both the words around the digits and the
/// digits, so what is left of a seal is noticed.
fn condition(file: &str, form: &Form) -> Condition {
    let sealed = file.strip_suffix(form.after).and_then(|rest| {
        let at = rest.len().checked_sub(DIGITS).filter(|at| rest.is_char_boundary(*at))?;
        let (rest, digits) = rest.split_at(at);
        Some((rest.strip_suffix(form.before)?, digits))
    });
    if sealed.is_some_and(|(content, digits)| digest(content.as_bytes()) == digits) {
        return Condition::Intact;
    }
    let tail = &file.as_bytes()[file.len().saturating_sub(form.tail)..];
    // The text of a card is as long and longer, but has no letters.
    let is_of_a_seal = |digits: &[u8]| {
        digits.len() >= DIGITS && digits.iter().any(|byte| byte.is_ascii_alphabetic())
    };
    let has_digits = tail.split(|byte| !byte.is_ascii_hexdigit()).any(is_of_a_seal);
    if has_digits || file.contains(form.trace) { Condition::Altered } else { Condition::Unsealed }
}

fn digest(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => f.write_str("既不是 PNG、JPEG、TIFF 图片或 PDF，也不是 UTF-8 文字；别的编码的表格请另存为 UTF-8 的 CSV"),
            Self::Empty => f.write_str("文件是空的"),
            Self::NoCardElement => f.write_str("网页中没有审验卡：缺少 id 以 card 开头的链接"),
            Self::ManyCards => f.write_str("网页中的审验卡超过 65535 张"),
            Self::Json(line, column) => {
                write!(f, "不是审验卡的 JSON（第 {line} 行第 {column} 列），或缺少文字成员 card")
            }
            Self::NotACardText => f.write_str("不是二维码中的文字：应有 # 和版本数字"),
            Self::ManyLines => f.write_str("有不止一行文字；一行一张的名单请存为 .txt"),
        }
    }
}

impl std::error::Error for ReadError {}
