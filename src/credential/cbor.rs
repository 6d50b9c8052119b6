//! Deterministic CBOR: the part of it that a card uses, and nothing else.
//!
//! RFC 8949 §4.2.1 (core deterministic encoding), restricted: definite lengths,
//! shortest heads, integer map keys in bytewise order of their encoding, no
//! duplicates; only unsigned and negative integers, byte strings, text strings,
//! arrays and maps; nesting ≤ 4; integers below 2^63; no trailing byte.
//!
//! Whatever [`decode`] accepts, [`encode`] writes back byte for byte: there is
//! one spelling of each value. It is *not* a general CBOR library: no floats,
//! no simple values, no tags (the envelope strips its one tag itself).

/// Arrays and maps inside one another, at most: payload, body, hours, row.
const DEPTH_MAX: usize = 4;

/// One data item, borrowing its strings from the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Major type 0 or 1; the magnitude rule (below 2^63) makes both fit.
    Int(i64),
    /// Major type 2.
    Bytes(&'a [u8]),
    /// Major type 3, valid UTF-8.
    Text(&'a str),
    /// Major type 4.
    Array(Vec<Value<'a>>),
    /// Major type 5, its entries in the bytewise order of their encoded keys.
    Map(Vec<(i64, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// A map of these entries, which must have different keys, put in order.
    pub(super) fn map(mut entries: Vec<(i64, Value<'a>)>) -> Self {
        entries.sort_by_key(|(key, _)| key_order(*key));
        Self::Map(entries)
    }

    /// An unsigned integer that its newtype has already kept below 2^63.
    pub(super) fn uint(value: u64) -> Self {
        Self::Int(i64::try_from(value).expect("claim values are below 2^63"))
    }

    /// The unsigned integer that this is, if it is one.
    pub(super) fn as_uint(&self) -> Option<u64> {
        match self {
            Self::Int(value) => u64::try_from(*value).ok(),
            Self::Bytes(_) | Self::Text(_) | Self::Array(_) | Self::Map(_) => None,
        }
    }
}

/// Why bytes are not one item of this CBOR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Error {
    /// The bytes end inside the item.
    Truncated,
    /// Bytes follow the item.
    Trailing,
    /// A head is longer than its value needs.
    NotShortest,
    /// An indefinite length.
    Indefinite,
    /// Additional information 28–30, which RFC 8949 §3 leaves undefined.
    ReservedHead,
    /// An integer of 2^63 or more, or below −2^63.
    Magnitude,
    /// A tag, a float or a simple value.
    Kind,
    /// A map key that is not an integer.
    KeyKind,
    /// A map key that does not come after the one before it; a duplicate too.
    KeyOrder,
    /// Arrays and maps nested more than four deep.
    Depth,
    /// A text string that is not UTF-8.
    Utf8,
}

impl Error {
    /// What is wrong, for the people who build issuers and verifiers.
    pub(super) const fn detail(self) -> &'static str {
        match self {
            Self::Truncated => "CBOR ends inside an item",
            Self::Trailing => "bytes follow the CBOR item",
            Self::NotShortest => "a CBOR head is not the shortest",
            Self::Indefinite => "CBOR of indefinite length",
            Self::ReservedHead => "a reserved CBOR head",
            Self::Magnitude => "a CBOR integer of 2^63 or more",
            Self::Kind => "a CBOR tag, float or simple value",
            Self::KeyKind => "a CBOR map key that is not an integer",
            Self::KeyOrder => "CBOR map keys out of order or twice",
            Self::Depth => "CBOR nested more than four deep",
            Self::Utf8 => "a CBOR text string that is not UTF-8",
        }
    }
}

/// The one item that these bytes are, all of them.
pub(super) fn decode(bytes: &[u8]) -> Result<Value<'_>, Error> {
    let mut reader = Reader { rest: bytes };
    let value = reader.item(0)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(Error::Trailing) }
}

/// The bytes of an item whose maps are in order.
pub(super) fn encode(value: &Value<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    write(value, &mut out);
    out
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads one item that stands inside `depth` arrays and maps.
    ///
    /// A hostile count costs nothing: no room is made before an element has
    /// been read, and each takes at least a byte.
    fn item(&mut self, depth: usize) -> Result<Value<'a>, Error> {
        let (major, argument) = self.head()?;
        match major {
            0 => Ok(Value::Int(magnitude(argument)?)),
            1 => Ok(Value::Int(-1 - magnitude(argument)?)),
            2 => Ok(Value::Bytes(self.take(argument)?)),
            3 => {
                let text = str::from_utf8(self.take(argument)?).map_err(|_| Error::Utf8)?;
                Ok(Value::Text(text))
            }
            4 | 5 if depth == DEPTH_MAX => Err(Error::Depth),
            4 => {
                let mut items = Vec::new();
                for _ in 0..argument {
                    items.push(self.item(depth + 1)?);
                }
                Ok(Value::Array(items))
            }
            5 => self.entries(argument, depth + 1).map(Value::Map),
            _ => Err(Error::Kind),
        }
    }

    fn entries(&mut self, count: u64, depth: usize) -> Result<Vec<(i64, Value<'a>)>, Error> {
        let mut entries = Vec::new();
        let mut last = None;
        for _ in 0..count {
            let key = match self.head()? {
                (0, argument) => magnitude(argument)?,
                (1, argument) => -1 - magnitude(argument)?,
                _ => return Err(Error::KeyKind),
            };
            if last >= Some(key_order(key)) {
                return Err(Error::KeyOrder);
            }
            last = Some(key_order(key));
            entries.push((key, self.item(depth)?));
        }
        Ok(entries)
    }

    /// Reads a head: major type 0–5 and its argument.
    fn head(&mut self) -> Result<(u8, u64), Error> {
        let initial = self.take(1)?[0];
        let (major, information) = (initial >> 5, initial & 0x1f);
        if major > 5 {
            return Err(Error::Kind);
        }
        // The width of the argument, and the least value that needs it.
        let (width, least) = match information {
            0..=23 => return Ok((major, u64::from(information))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            28..=30 => return Err(Error::ReservedHead),
            _ => return Err(Error::Indefinite),
        };
        let argument = self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        if argument < least { Err(Error::NotShortest) } else { Ok((major, argument)) }
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], Error> {
        let count = usize::try_from(count).map_err(|_| Error::Truncated)?;
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn magnitude(argument: u64) -> Result<i64, Error> {
    i64::try_from(argument).map_err(|_| Error::Magnitude)
}

/// Sorts as the encoded keys do bytewise: unsigned before negative, and within
/// each the shorter head, so the smaller magnitude, first.
fn key_order(key: i64) -> (bool, u64) {
    (key < 0, key.unsigned_abs())
}

fn write(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Int(value) => write_int(*value, out),
        Value::Bytes(bytes) => {
            write_head(2, bytes.len() as u64, out);
            out.extend_from_slice(bytes);
        }
        Value::Text(text) => {
            write_head(3, text.len() as u64, out);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Array(items) => {
            write_head(4, items.len() as u64, out);
            items.iter().for_each(|item| write(item, out));
        }
        Value::Map(entries) => {
            write_head(5, entries.len() as u64, out);
            for (key, value) in entries {
                write_int(*key, out);
                write(value, out);
            }
        }
    }
}

fn write_int(value: i64, out: &mut Vec<u8>) {
    // −1−n is written as n with major type 1 (RFC 8949 §3.1); `!value` is −1−value.
    let (major, argument) = if value < 0 { (1, !value) } else { (0, value) };
    write_head(major, argument.unsigned_abs(), out);
}

fn write_head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let bytes = argument.to_be_bytes();
    let (information, width) = match argument {
        0..=23 => (bytes[7], 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    out.push(major << 5 | information);
    out.extend_from_slice(&bytes[8 - width..]);
}
