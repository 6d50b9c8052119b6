//! JSON objects one after the other, however they are broken into lines: one, many,
//! or the items of an array.

use std::io;

use super::feed::{Feed, ITEM_MAX};

/// Finds objects in a stream.
pub(super) struct Objects {
    /// The line that is read, from 1.
    line: u64,
}

/// What was found.
pub(super) enum Object {
    /// An object, to its closing brace.
    Whole(Vec<u8>),
    /// More than [`ITEM_MAX`] bytes, and passed over.
    TooLong,
    /// The stream ends within it.
    Open,
    /// Something else than an object, to the end of its line.
    Other,
}

impl Objects {
    pub(super) fn new() -> Self {
        Self { line: 1 }
    }

    /// The next object, and the line in which it begins.
    pub(super) fn next(&mut self, feed: &mut Feed) -> io::Result<Option<(u64, Object)>> {
        loop {
            if feed.held().is_empty() && !feed.fill()? {
                return Ok(None);
            }
            let byte = feed.held()[0];
            let line = self.line;
            match byte {
                b'{' => return self.object(feed).map(|object| Some((line, object))),
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' | b',' | b'[' | b']' => {}
                _ => {
                    feed.line()?;
                    self.line += 1;
                    return Ok(Some((line, Object::Other)));
                }
            }
            feed.consume(1);
        }
    }

    fn object(&mut self, feed: &mut Feed) -> io::Result<Object> {
        let mut object = Some(Vec::new());
        let mut braces = Braces::default();
        loop {
            let held = feed.held();
            let end = held.iter().position(|byte| braces.are_closed_after(*byte));
            let taken = &held[..end.map_or(held.len(), |end| end + 1)];
            self.line += taken.iter().filter(|byte| **byte == b'\n').count() as u64;
            object = object.filter(|it: &Vec<u8>| it.len() + taken.len() <= ITEM_MAX);
            if let Some(object) = &mut object {
                object.extend_from_slice(taken);
            }
            let count = taken.len();
            feed.consume(count);
            if end.is_some() {
                return Ok(object.map_or(Object::TooLong, Object::Whole));
            }
            if !feed.fill()? {
                return Ok(Object::Open);
            }
        }
    }
}

/// How deep in braces a reader is.
#[derive(Default)]
pub(super) struct Braces {
    depth: usize,
    is_text: bool,
    is_escaped: bool,
}

impl Braces {
    /// Takes a byte; whether it closes the first brace.
    pub(super) fn are_closed_after(&mut self, byte: u8) -> bool {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.is_text => self.is_escaped = true,
            b'"' => self.is_text = !self.is_text,
            _ if self.is_text => {}
            b'{' => self.depth += 1,
            b'}' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}
