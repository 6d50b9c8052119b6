//! A strict JSON object on a line: no white space between tokens, no key twice,
//! strings escaped in one way, whole numbers only.
//!
//! Every text read here is JSON (RFC 8259); most JSON is not read here. What is
//! signed has one spelling, so that no two readers can take it for two things.

use std::fmt;

use super::field::NUMBER_MAX;

/// Values within values, at most.
const DEPTH_MAX: usize = 4;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// A string.
    Text(String),
    /// A whole number, 0 to 2^53 − 1.
    Number(u64),
    /// An array.
    Array(Vec<Json>),
    /// An object; keys in their order, none twice.
    Object(Vec<(String, Json)>),
}

/// Why a text is not such a value: what was found at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JsonError {
    /// The byte, from 0.
    pub(super) at: usize,
}

/// Reads one value to the text's last byte.
pub(super) fn read(text: &str) -> Result<Json, JsonError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(DEPTH_MAX)?;
    if reader.at == text.len() { Ok(value) } else { Err(reader.wrong()) }
}

impl Json {
    /// An object of these entries.
    pub(super) fn object<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Object(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }

    /// A string.
    pub(super) fn text(text: impl fmt::Display) -> Self {
        Self::Text(text.to_string())
    }

    /// An array of strings.
    pub(super) fn texts<T: fmt::Display>(items: &[T]) -> Self {
        Self::Array(items.iter().map(Self::text).collect())
    }

    /// The string, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The number, if it is one.
    pub(super) fn as_number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The items made of an array's values, if it is one and all of them can be.
    pub(super) fn as_list<T>(&self, item: impl FnMut(&Self) -> Option<T>) -> Option<Vec<T>> {
        match self {
            Self::Array(items) => items.iter().map(item).collect(),
            Self::Text(_) | Self::Number(_) | Self::Object(_) => None,
        }
    }

    /// The value of a key, if this is an object that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    /// The entries of an object; none of anything else.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Object(entries) => entries,
            Self::Text(_) | Self::Number(_) | Self::Array(_) => &[],
        }
    }
}

impl fmt::Display for Json {
    /// Writes what [`read`] takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        match self {
            Self::Text(text) => write!(f, "\"{}\"", quoted(text)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Array(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Self::Object(entries) => {
                f.write_str("{")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}\"{}\":{value}", quoted(key))?;
                }
                f.write_str("}")
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self) -> JsonError {
        JsonError { at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.wrong())
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, JsonError> {
        let within = depth.checked_sub(1).ok_or(self.wrong());
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'0'..=b'9') => self.number().map(Json::Number),
            Some(b'[') => self.array(within?),
            Some(b'{') => self.object(within?),
            Some(_) | None => Err(self.wrong()),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.take(b'[')?;
        let mut items = Vec::new();
        if self.take(b']').is_ok() {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.take(b',').is_err() {
                break;
            }
        }
        self.take(b']').map(|()| Json::Array(items))
    }

    fn object(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.take(b'{')?;
        let mut entries: Vec<(String, Json)> = Vec::new();
        if self.take(b'}').is_ok() {
            return Ok(Json::Object(entries));
        }
        loop {
            let before = self.wrong();
            let key = self.string()?;
            // Objects have a dozen keys, so looking at them all is cheap; the bound is
            // here so that a hostile one is not.
            if entries.len() >= 32 || entries.iter().any(|(other, _)| *other == key) {
                return Err(before);
            }
            self.take(b':')?;
            entries.push((key, self.value(depth)?));
            if self.take(b',').is_err() {
                break;
            }
        }
        self.take(b'}').map(|()| Json::Object(entries))
    }

    fn number(&mut self) -> Result<u64, JsonError> {
        let digits = self.text[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        let text = &self.text[self.at..self.at + digits];
        let number = text.parse::<u64>().map_err(|_| self.wrong())?;
        if number > NUMBER_MAX || number.to_string() != text {
            return Err(self.wrong());
        }
        self.at += digits;
        Ok(number)
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.take(b'"')?;
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(['"', '\\']).ok_or(self.wrong())?;
            let (piece, rest) = rest.split_at(plain);
            if piece.chars().any(char::is_control) {
                return Err(self.wrong());
            }
            string.push_str(piece);
            self.at += plain;
            let escaped = match rest.as_bytes() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(string);
                }
                [b'\\', b'"', ..] => '"',
                [b'\\', b'\\', ..] => '\\',
                _ => return Err(self.wrong()),
            };
            string.push(escaped);
            self.at += 2;
        }
    }
}
