//! JSON with places: every value knows where in the text it stands, so that
//! problems of one file are told together and each at its line.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::diagnostic::{Diagnostics, Place, syntax};
use crate::time::{Date, DateError};

/// A piece of JSON that has been delimited but not read.
#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(super) struct Raw<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
}

impl<'a> Raw<'a> {
    /// Its text.
    pub(super) fn text(self) -> &'a str {
        self.value.get()
    }
}

impl fmt::Debug for Raw<'_> {
    /// People's values reach no message by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raw")
    }
}

/// A string and where it stands.
#[derive(Clone)]
pub(super) struct Text<'a> {
    pub raw: &'a str,
    pub value: Cow<'a, str>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'a RawValue>::deserialize(deserializer)?.get();
        // A string without escapes is borrowed as it stands.
        let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let value = match inner {
            Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
            _ => Cow::Owned(serde_json::from_str(raw).map_err(serde::de::Error::custom)?),
        };
        Ok(Self { raw, value })
    }
}

/// The text of one record or class, and where in its file it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'a> {
    pub path: &'a str,
    pub first_line: u32,
    pub text: &'a str,
}

/// How large a document may be, and what is said of a larger one.
pub(super) struct Limit {
    pub bytes: usize,
    pub what: &'static str,
    pub hint: &'static str,
}

impl<'a> Document<'a> {
    /// What is read of the whole document; `None` if it is too large, or if anything
    /// in it is wrong: its problems are told.
    pub(super) fn whole<T>(
        self,
        limit: &Limit,
        problems: &mut Diagnostics,
        read: impl FnOnce(Self) -> (Option<T>, Diagnostics),
    ) -> Option<T> {
        let Limit { bytes, what, hint } = *limit;
        if self.text.len() > bytes {
            let message = format!("{what}过大：{} 字节，上限 {bytes}", self.text.len());
            problems.error(self.start(), message, hint);
            return None;
        }
        let (value, found) = read(self);
        let is_sound = !found.has_errors();
        problems.append(found);
        value.filter(|_| is_sound)
    }

    /// The place of a piece of this document.
    pub(super) fn place(&self, piece: &str) -> Place {
        let offset = piece.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        self.at(Place::offset(self.path, self.text, offset))
    }

    /// The document as a whole.
    pub(super) fn start(&self) -> Place {
        Place::line(self.path, self.first_line)
    }

    fn at(&self, place: Place) -> Place {
        Place { line: place.line.map(|line| line - 1 + self.first_line), ..place }
    }

    /// Reads a piece as `T`; what is wrong is told with line and column.
    pub(super) fn read<T: Deserialize<'a>>(
        &self,
        piece: &'a str,
        problems: &mut Diagnostics,
    ) -> Option<T> {
        match serde_json::from_str(piece) {
            Ok(value) => Some(value),
            Err(error) => {
                if unknown_field(&error).is_some() {
                    return self.read_on(piece, &error, problems);
                }
                self.tell(&self.place(piece), &error, problems);
                None
            }
        }
    }

    /// Reads an object without the fields that nobody knows, of which `error` is the
    /// first, and tells them, so that none hides what else is wrong.
    fn read_on<T: Deserialize<'a>>(
        &self,
        piece: &'a str,
        error: &serde_json::Error,
        problems: &mut Diagnostics,
    ) -> Option<T> {
        let fields = match serde_json::from_str(piece) {
            Ok(Fields(fields)) => fields,
            Err(later) => {
                for error in [error, &later] {
                    self.tell(&self.place(piece), error, problems);
                }
                return None;
            }
        };
        let mut passed_over = BTreeSet::new();
        loop {
            let last = Cell::new(None);
            let known = fields.iter().filter(|(name, _)| !passed_over.contains(&*name.value));
            let known = known.map(|(name, value)| {
                last.set(Some((name, *value)));
                (&*name.value, *value)
            });
            let error: serde_json::Error = match T::deserialize(MapDeserializer::new(known)) {
                Ok(value) => return Some(value),
                Err(error) => error,
            };
            if error.to_string().starts_with("missing field") {
                return None; // most likely the one that was misspelt, which has been told
            }
            let (name, value) = last.get()?;
            // What is wrong with a value has a place in it; what is with a name, none.
            let piece = if error.line() > 0 { value.get() } else { name.raw };
            self.tell(&self.place(piece), &error, problems);
            let unknown = unknown_field(&error).filter(|unknown| *unknown == name.value);
            passed_over.insert(unknown.map(|_| &*name.value)?);
        }
    }

    fn tell(&self, base: &Place, error: &serde_json::Error, problems: &mut Diagnostics) {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX).max(1);
        let column = u32::try_from(error.column()).unwrap_or(u32::MAX).max(1);
        let place = if line == 1 {
            let from = base.column.unwrap_or(1);
            Place { column: Some(from.saturating_add(column - 1)), ..base.clone() }
        } else {
            let from = base.line.unwrap_or(1);
            Place {
                path: base.path.clone(),
                line: Some(from.saturating_add(line - 1)),
                column: Some(column),
            }
        };
        let (message, hint) = syntax::json(error);
        problems.error(place, message, hint);
    }

    /// The elements of an array, each to be read by itself.
    pub(super) fn elements(
        &self,
        piece: Option<Raw<'a>>,
        problems: &mut Diagnostics,
    ) -> Vec<&'a str> {
        let Some(piece) = piece else { return Vec::new() };
        let list: Option<Vec<Raw<'a>>> = self.read(piece.value.get(), problems);
        list.unwrap_or_default().into_iter().map(|raw| raw.value.get()).collect()
    }

    /// Reads a delimited piece.
    pub(super) fn read_raw<T: Deserialize<'a>>(
        &self,
        piece: Raw<'a>,
        problems: &mut Diagnostics,
    ) -> Option<T> {
        self.read(piece.value.get(), problems)
    }

    /// Reads a date.
    pub(super) fn date(&self, text: &Text<'a>, problems: &mut Diagnostics) -> Option<Date> {
        match text.value.parse() {
            Ok(date) => Some(date),
            Err(error) => {
                let (message, hint) = match error {
                    DateError::Form => ("日期不是 年-月-日 的写法", "写成 2022-02-28"),
                    DateError::NoSuchDay => ("日历上没有这一天", "核对日期"),
                };
                let message = format!("{message}：{}", text.value);
                problems.error(self.place(text.raw), message, hint);
                None
            }
        }
    }

    /// Reads each element of an optional array.
    pub(super) fn list<T: Deserialize<'a>>(
        &self,
        piece: Option<Raw<'a>>,
        problems: &mut Diagnostics,
    ) -> Vec<(&'a str, T)> {
        self.elements(piece, problems)
            .into_iter()
            .filter_map(|element| Some((element, self.read(element, problems)?)))
            .collect()
    }
}

/// The field that nobody knows, if that is what an error says.
fn unknown_field(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let name = text.strip_prefix("unknown field `")?.split('`').next()?;
    Some(name.to_owned())
}

/// An object's fields, delimited but not read.
struct Fields<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Named)
    }
}

struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}
