//! JSON objects one after the other, however they are broken into lines: one, many,
//! or the items of an array (RFC 8259).
//!
//! A list may be damaged anywhere, and must not pass for a whole one. What is wrong
//! is found where it stands, once; after it, reading goes on at the next brace.

use std::io;

use super::feed::{Feed, ITEM_MAX};
use crate::site::card_file;

/// Objects without an end, at most: after each, up to [`ITEM_MAX`] bytes are looked
/// at again.
const BROKEN_MAX: u32 = 1_000;

/// Finds objects in a stream.
pub(super) struct Objects {
    /// The line that is read, from 1.
    line: u64,
    /// Arrays that are open.
    depth: u64,
    before: Before,
    trail: Trail,
    /// Objects so far that had no end.
    broken: u32,
}

/// What stands before the place that is read, in an array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Bracket,
    Comma,
    Item,
}

/// What is known of the place that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trail {
    /// All is as it should be, up to here.
    Clear,
    /// Damage was told, and no object found since.
    Told,
    /// An object was broken off, and no card found since: what looks like objects
    /// may be parts of it. The line in which it began.
    Lost(u64),
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Object {
    /// An object, to its closing brace.
    Whole(Vec<u8>),
    /// More than [`ITEM_MAX`] bytes.
    TooLong,
    /// The stream, or the line of a text in it, ends within it.
    Open,
    /// Something else than an object.
    Other,
    /// A bracket or a comma too many or too few.
    Damage,
    /// The stream ends within an array.
    Unended,
    /// An array without items.
    Empty,
    /// So much is broken that the rest was not read.
    GivenUp,
}

impl Objects {
    pub(super) fn new() -> Self {
        Self { line: 1, depth: 0, before: Before::Bracket, trail: Trail::Clear, broken: 0 }
    }

    /// The next object, and the line in which it begins.
    pub(super) fn next(&mut self, feed: &mut Feed) -> io::Result<Option<(u64, Object)>> {
        loop {
            if feed.held().is_empty() && !feed.fill()? {
                let is_told = self.trail != Trail::Clear;
                let is_open = std::mem::take(&mut self.depth) > 0;
                return Ok((is_open && !is_told).then_some((self.line, Object::Unended)));
            }
            let line = self.line;
            let first = feed.held()[0];
            let found = match first {
                b'\n' => {
                    self.line += 1;
                    None
                }
                b' ' | b'\t' | b'\r' => None,
                b'\xEF' if line == 1 && feed.look(3)? == "\u{FEFF}".as_bytes() => {
                    feed.consume(2);
                    None
                }
                b'{' => {
                    if self.depth > 0 && self.before == Before::Item && self.trail == Trail::Clear {
                        self.trail = Trail::Told;
                        return Ok(Some((line, Object::Damage)));
                    }
                    match self.object(feed)? {
                        None => continue,
                        object => return Ok(object.map(|object| (line, object))),
                    }
                }
                mark @ (b'[' | b']' | b',' | b'}') => self.mark(mark),
                _ => {
                    self.other(feed)?;
                    if matches!(self.trail, Trail::Lost(_)) {
                        continue;
                    }
                    self.trail = Trail::Told;
                    return Ok(Some((line, Object::Other)));
                }
            };
            feed.consume(1);
            if found.is_some() {
                return Ok(found.map(|found| (line, found)));
            }
        }
    }

    /// Takes what stands between items; what is wrong with it, unless that has been
    /// told.
    fn mark(&mut self, mark: u8) -> Option<Object> {
        let is_inside = self.depth > 0;
        let (is_right, wrong) = match mark {
            b'[' => (!is_inside, Object::Damage),
            b',' => (is_inside && self.before == Before::Item, Object::Damage),
            b']' if is_inside && self.before == Before::Bracket => (false, Object::Empty),
            b']' => (is_inside && self.before == Before::Item, Object::Damage),
            _ => (false, Object::Damage),
        };
        (self.depth, self.before) = match mark {
            b'[' => (self.depth.saturating_add(1), Before::Bracket),
            // Outside, it is the array's bracket that is missing.
            b',' => (self.depth.max(1), Before::Comma),
            b']' => (self.depth.saturating_sub(1), Before::Item),
            _ => (self.depth, Before::Item),
        };
        let is_told = self.trail != Trail::Clear;
        if is_right || is_told {
            return None;
        }
        self.trail = Trail::Told;
        Some(wrong)
    }

    /// Passes over what is no object, to the next comma, bracket or line.
    fn other(&mut self, feed: &mut Feed) -> io::Result<()> {
        let (mut is_text, mut is_escaped) = (false, false);
        self.before = Before::Item;
        loop {
            let end = feed.held().iter().position(|byte| match byte {
                b'\n' => true,
                _ if is_escaped => {
                    is_escaped = false;
                    false
                }
                b'\\' if is_text => {
                    is_escaped = true;
                    false
                }
                b'"' => {
                    is_text = !is_text;
                    false
                }
                b',' | b'[' | b']' | b'{' | b'}' => !is_text,
                _ => false,
            });
            feed.consume(end.unwrap_or(feed.held().len()));
            if end.is_some() || !feed.fill()? {
                return Ok(());
            }
        }
    }

    /// Takes an object; none if it is a part of one that was told to be broken.
    fn object(&mut self, feed: &mut Feed) -> io::Result<Option<Object>> {
        let mut braces = Braces::default();
        let mut looked_at = 0;
        let why = loop {
            let most = feed.held().len().min(ITEM_MAX);
            let mut bytes = feed.held()[looked_at..most].iter();
            let stop = bytes.find_map(|byte| {
                looked_at += 1;
                match braces.after(*byte) {
                    Within::Object => None,
                    end @ (Within::Closed | Within::Broken) => Some(end),
                }
            });
            match stop {
                Some(Within::Closed) => return Ok(self.whole(feed, looked_at)),
                Some(Within::Object | Within::Broken) => break Object::Open,
                None if looked_at == ITEM_MAX => break Object::TooLong,
                None => {}
            }
            if !feed.fill()? {
                break Object::Open;
            }
        };
        self.broken += 1;
        if self.broken > BROKEN_MAX {
            self.depth = 0;
            while !feed.held().is_empty() || feed.fill()? {
                feed.consume(feed.held().len());
            }
            return Ok(Some(Object::GivenUp));
        }
        let is_told = self.trail == Trail::Lost(self.line);
        (self.before, self.trail) = (Before::Item, Trail::Lost(self.line));
        feed.consume(1);
        self.skip_to_brace(feed)?;
        Ok((!is_told).then_some(why))
    }

    fn whole(&mut self, feed: &mut Feed, length: usize) -> Option<Object> {
        let object = feed.held()[..length].to_vec();
        feed.consume(length);
        self.line += lines(&object);
        self.before = Before::Item;
        if matches!(self.trail, Trail::Lost(_)) && card_file::object(&object).is_err() {
            return None;
        }
        self.trail = Trail::Clear;
        Some(Object::Whole(object))
    }

    /// Passes over what is left of a broken object. An array that ends meanwhile is
    /// not asked for its end, since damage has been told.
    fn skip_to_brace(&mut self, feed: &mut Feed) -> io::Result<()> {
        loop {
            let end = feed.held().iter().position(|byte| *byte == b'{');
            let passed = end.unwrap_or(feed.held().len());
            self.line += lines(&feed.held()[..passed]);
            feed.consume(passed);
            if end.is_some() || !feed.fill()? {
                return Ok(());
            }
        }
    }
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// How deep in braces a reader is.
#[derive(Default)]
pub(super) struct Braces {
    depth: usize,
    is_text: bool,
    is_escaped: bool,
}

/// Where a byte leaves a reader of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// In the object.
    Object,
    /// After its closing brace.
    Closed,
    /// At the end of a line within a text, where no text goes on.
    Broken,
}

impl Braces {
    /// Takes a byte.
    pub(super) fn after(&mut self, byte: u8) -> Within {
        match byte {
            b'\n' if self.is_text => return Within::Broken,
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.is_text => self.is_escaped = true,
            b'"' => self.is_text = !self.is_text,
            _ if self.is_text => {}
            b'{' => self.depth += 1,
            b'}' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Within::Closed;
                }
            }
            _ => {}
        }
        Within::Object
    }
}
