//! Reading a policy bundle 规则集, as far as a card is checked against it.
//!
//! ```text
//! { "format": "shenyan/policy/1", "year": 2022,
//!   "categories": [{ "number": 1, … }, …],      the categories that have hours; one
//!                                               with "sum_of" is a total of others
//!   "clauses": [ … ], … }                       how many there are
//! ```

/// The format of a bundle.
pub const FORMAT: &str = "shenyan/policy/1";
/// Bytes of a bundle, at most.
pub const BYTES_MAX: usize = 4 << 20;
/// Values within values, at most.
const DEPTH_MAX: usize = 16;
/// Categories of a bundle, at most; a card has eight.
const CATEGORIES_MAX: usize = 64;

/// A bundle, as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bundle {
    pub(super) year: u64,
    pub(super) categories: Vec<Category>,
    pub(super) clauses: u64,
}

/// A category of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Category {
    pub(super) number: u64,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has hours of its own.
    Learned,
    /// It is the sum of others, and on a card only where one is required.
    Total,
}

impl Bundle {
    /// Reads a bundle: JSON (RFC 8259) of which the four members above are used, each
    /// of them once.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok().filter(|text| text.len() <= BYTES_MAX)?;
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let (mut format, mut year, mut categories, mut clauses) = (None, None, None, None);
        reader.object(DEPTH_MAX, |reader, key, depth| match key {
            b"format" => once(&mut format, reader.string()),
            b"year" => once(&mut year, reader.number()),
            b"categories" => {
                let mut found: Vec<Category> = Vec::new();
                let read = reader.array(depth, |reader, depth| {
                    let category = reader.category(depth)?;
                    let is_new = found.iter().all(|other| other.number != category.number);
                    (is_new && found.len() < CATEGORIES_MAX).then(|| found.push(category))
                });
                once(&mut categories, read.map(|()| found))
            }
            b"clauses" => {
                let mut count = 0;
                let read = reader.array(depth, |reader, depth| {
                    count += 1;
                    reader.value(depth)
                });
                once(&mut clauses, read.map(|()| count))
            }
            _ => reader.value(depth),
        })?;
        reader.space();
        let is_whole = reader.at == bytes.len() && format? == FORMAT.as_bytes();
        let bundle = Self { year: year?, categories: categories?, clauses: clauses? };
        is_whole.then_some(bundle)
    }
}

/// Keeps what was read, if nothing was before.
fn once<T>(place: &mut Option<T>, read: Option<T>) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(read?);
    Some(())
}

/// Reads JSON piece by piece and keeps nothing; `None` is text that is not JSON, or
/// deeper than it may be.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte after white space, which is left where it is.
    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// An object's members, each by its key and the depth left for its value.
    fn object(
        &mut self,
        depth: usize,
        mut member: impl FnMut(&mut Self, &'a [u8], usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.take(b':')?;
            member(self, key, depth)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    /// An array's items, each with the depth left for it.
    fn array(
        &mut self,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            item(self, depth)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// A category: an object that has a number.
    fn category(&mut self, depth: usize) -> Option<Category> {
        let (mut number, mut total) = (None, None);
        self.object(depth, |reader, key, depth| match key {
            b"number" => once(&mut number, reader.number()),
            b"sum_of" => once(&mut total, reader.value(depth)),
            _ => reader.value(depth),
        })?;
        let kind = total.map_or(Kind::Learned, |()| Kind::Total);
        Some(Category { number: number?, kind })
    }

    /// A string as it is written: escapes are passed over, so that a key with one is
    /// none of ours.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(&self.bytes[start..self.at - 1]);
                }
                b'\\' => self.at += 2,
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }

    /// A whole number without sign, below 2^53.
    fn number(&mut self) -> Option<u64> {
        let text = self.word()?;
        let number = text.parse().ok().filter(|number: &u64| *number < 1 << 53)?;
        (number.to_string() == text).then_some(number)
    }

    /// A number, `true`, `false` or `null`, as it is written.
    fn word(&mut self) -> Option<&'a str> {
        self.space();
        let rest = &self.bytes[self.at..];
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = rest.iter().take_while(is_word).count();
        self.at += length;
        str::from_utf8(&rest[..length]).ok().filter(|word| !word.is_empty())
    }

    /// Passes over a value.
    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(depth, |reader, _, depth| reader.value(depth)),
            b'[' => self.array(depth, |reader, depth| reader.value(depth)),
            b'"' => self.string().map(drop),
            _ => {
                let word = self.word()?;
                let is_literal = matches!(word, "true" | "false" | "null");
                (is_literal || word.parse::<f64>().is_ok_and(f64::is_finite)).then_some(())
            }
        }
    }
}
