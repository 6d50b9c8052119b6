//! The values that describe an image in a PDF file (ISO 32000-1, 7.3), as far as they
//! are looked at.

/// Bytes of a dictionary, at most; of an image's it is a few hundred.
const DICT_MAX: usize = 16 << 10;
/// Values within values, at most.
const DEPTH_MAX: usize = 8;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Name(&'a [u8]),
    Integer(i64),
    /// The number of an object elsewhere.
    Reference(i64),
    True,
    Array(Vec<Value<'a>>),
    Dict(Dict<'a>),
    /// Text, fractions, and what else is not looked at.
    Other,
}

/// Names and their values.
#[derive(Clone, Debug, Default)]
pub(super) struct Dict<'a>(Vec<(&'a [u8], Value<'a>)>);

impl<'a> Dict<'a> {
    fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(name, _)| *name == key.as_bytes()).map(|(_, value)| value)
    }

    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        match self.get(key) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn name(&self, key: &str) -> Option<&'a [u8]> {
        match self.get(key) {
            Some(Value::Name(name)) => Some(name),
            _ => None,
        }
    }

    pub(super) fn reference(&self, key: &str) -> Option<i64> {
        match self.get(key) {
            Some(Value::Reference(number)) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn is_true(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value::True))
    }

    /// A name, or several in an array; one that is none is empty.
    pub(super) fn names(&self, key: &str) -> Vec<&'a [u8]> {
        let name = |value: &Value<'a>| match value {
            Value::Name(name) => *name,
            _ => b"",
        };
        match self.get(key) {
            Some(Value::Array(items)) => items.iter().map(name).collect(),
            Some(value) => vec![name(value)],
            None => Vec::new(),
        }
    }

    /// A dictionary, or several in an array, some of which may be absent.
    pub(super) fn dicts(&self, key: &str) -> Vec<Option<Dict<'a>>> {
        let dict = |value: &Value<'a>| match value {
            Value::Dict(dict) => Some(dict.clone()),
            _ => None,
        };
        match self.get(key) {
            Some(Value::Array(items)) => items.iter().map(dict).collect(),
            Some(value) => vec![dict(value)],
            None => Vec::new(),
        }
    }
}

/// Reads values from a place in a file on.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, end: bytes.len().min(at + DICT_MAX) }
    }

    /// How far it has read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next value; none if there is none that can be read.
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        self.nested(DEPTH_MAX)
    }

    /// Where a stream's bytes begin, if one follows.
    pub(super) fn stream(&mut self) -> Option<usize> {
        self.skip_space();
        let rest = self.rest().strip_prefix(b"stream")?;
        let line = if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
        Some(self.at + b"stream".len() + line)
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..self.end]
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let space = rest.iter().take_while(|it| it.is_ascii_whitespace() || **it == 0).count();
            self.at += space;
            if self.rest().first() != Some(&b'%') {
                return;
            }
            let line = self.rest().iter().take_while(|it| !matches!(it, b'\n' | b'\r')).count();
            self.at += line;
        }
    }

    fn nested(&mut self, depth: usize) -> Option<Value<'a>> {
        self.skip_space();
        let depth = depth.checked_sub(1)?;
        match self.rest() {
            [b'<', b'<', ..] => {
                self.at += 2;
                self.dict(depth).map(Value::Dict)
            }
            [b'[', ..] => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip_space();
                    if self.rest().first() == Some(&b']') {
                        self.at += 1;
                        return Some(Value::Array(items));
                    }
                    items.push(self.nested(depth)?);
                }
            }
            [b'/', ..] => {
                self.at += 1;
                Some(Value::Name(self.word()))
            }
            [b'(', ..] => self.text(),
            [b'<', ..] => {
                self.at += self.rest().iter().position(|byte| *byte == b'>')? + 1;
                Some(Value::Other)
            }
            _ => self.plain(),
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Dict<'a>> {
        let mut dict = Dict::default();
        loop {
            self.skip_space();
            match self.rest() {
                [b'>', b'>', ..] => {
                    self.at += 2;
                    return Some(dict);
                }
                [b'/', ..] => {
                    self.at += 1;
                    let name = self.word();
                    dict.0.push((name, self.nested(depth)?));
                }
                _ => return None,
            }
        }
    }

    /// The characters up to a delimiter.
    fn word(&mut self) -> &'a [u8] {
        let is_in = |it: &&u8| !it.is_ascii_whitespace() && !b"\0()<>[]{}/%".contains(it);
        let word = &self.rest()[..self.rest().iter().take_while(is_in).count()];
        self.at += word.len();
        word
    }

    /// A text in parentheses, which may nest and be escaped.
    fn text(&mut self) -> Option<Value<'a>> {
        let mut open = 0_usize;
        let mut is_escaped = false;
        let end = self.rest().iter().position(|byte| {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            open == 0
        });
        self.at += end? + 1;
        Some(Value::Other)
    }

    /// A number, a reference, a word.
    fn plain(&mut self) -> Option<Value<'a>> {
        let word = self.word();
        if word.is_empty() {
            return None;
        }
        let integer = |word: &[u8]| str::from_utf8(word).ok()?.parse::<i64>().ok();
        let Some(number) = integer(word) else {
            return Some(if word == b"true" { Value::True } else { Value::Other });
        };
        // `12 0 R`?
        let after = self.at;
        self.skip_space();
        let is_generation = integer(self.word()).is_some();
        self.skip_space();
        if is_generation && self.word() == b"R" {
            return Some(Value::Reference(number));
        }
        self.at = after;
        Some(Value::Integer(number))
    }
}
