//! Bytes as they come, with a bounded look ahead.

use std::io::{self, Read};

/// Bytes of a line, a record or an object, at most.
pub(super) const ITEM_MAX: usize = 64 << 10;
/// Bytes that are held: an item, and room to read the next ones.
const HELD: usize = 4 * ITEM_MAX;

/// Tells whether there is more to read without waiting.
pub(in crate::cli::verify) type AtHand = fn() -> bool;

/// A stream of bytes.
pub(super) struct Feed {
    reader: Box<dyn Read>,
    held: Vec<u8>,
    begin: usize,
    is_over: bool,
    /// Whether a line feed that comes next belongs to the line before.
    after_return: bool,
    /// None for what never keeps one waiting.
    at_hand: Option<AtHand>,
}

/// Whether a byte ends a line: CR, LF, or CR and LF, which are one end.
pub(super) const fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// A line, without its end.
pub(super) enum Line {
    /// The line's bytes.
    Whole(Vec<u8>),
    /// It has more than [`ITEM_MAX`] bytes, and was passed over.
    TooLong,
}

impl Feed {
    pub(super) fn new(reader: Box<dyn Read>, at_hand: Option<AtHand>) -> Self {
        Self { reader, held: Vec::new(), begin: 0, is_over: false, after_return: false, at_hand }
    }

    /// What is held.
    pub(super) fn held(&self) -> &[u8] {
        &self.held[self.begin..]
    }

    /// Passes over bytes that are held.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.begin += bytes;
    }

    /// Reads more, if there is any and room for it; whether there was.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.is_over || self.held().len() >= HELD {
            return Ok(false);
        }
        if self.begin > 0 && self.held.len() + ITEM_MAX > HELD {
            self.held.drain(..self.begin);
            self.begin = 0;
        }
        let length = self.held.len();
        let room = (HELD - self.held().len()).min(2 * ITEM_MAX);
        self.held.resize(length + room, 0);
        let read = loop {
            match self.reader.read(&mut self.held[length..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let count = read.as_ref().map_or(0, |count| *count);
        self.held.truncate(length + count);
        self.is_over = read? == 0;
        Ok(!self.is_over)
    }

    /// Holds this many bytes, or all there are without waiting, but at least one.
    pub(super) fn look(&mut self, bytes: usize) -> io::Result<&[u8]> {
        let waits = |it: &Self| it.at_hand.is_some_and(|at_hand| !at_hand());
        while self.held().len() < bytes
            && (self.held().is_empty() || !waits(self))
            && self.fill()?
        {}
        Ok(&self.held()[..bytes.min(self.held().len())])
    }

    /// Holds this many bytes, or all there are, however long that takes.
    pub(super) fn wait(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.held().len() < bytes && self.fill()? {}
        Ok(&self.held()[..bytes.min(self.held().len())])
    }

    /// Whether everything is held.
    pub(super) fn is_whole(&self) -> bool {
        self.is_over
    }

    /// Everything, if it is not more than this many bytes.
    pub(super) fn rest(&mut self, most: u64) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = self.held().to_vec();
        let more = most.saturating_sub(bytes.len() as u64) + 1;
        self.reader.by_ref().take(more).read_to_end(&mut bytes)?;
        (self.begin, self.is_over) = (self.held.len(), true);
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }

    /// The next line; none at the end.
    pub(super) fn line(&mut self) -> io::Result<Option<Line>> {
        let mut searched = 0;
        loop {
            self.pass_line_feed();
            let held = self.held();
            if let Some(at) = held[searched..].iter().position(is_line_end) {
                let line = held[..searched + at].to_vec();
                self.consume(line.len());
                self.end_line();
                let is_long = line.len() > ITEM_MAX;
                return Ok(Some(if is_long { Line::TooLong } else { Line::Whole(line) }));
            }
            searched = held.len();
            if searched > ITEM_MAX {
                return self.skip_line().map(Some);
            }
            if !self.fill()? {
                let line = self.held().to_vec();
                self.consume(line.len());
                return Ok((!line.is_empty()).then_some(Line::Whole(line)));
            }
        }
    }

    /// Passes over a line's end, as far as it is held: nobody waits for a line feed.
    fn end_line(&mut self) {
        self.after_return = self.held().first() == Some(&b'\r');
        self.consume(1);
        self.pass_line_feed();
    }

    fn pass_line_feed(&mut self) {
        if self.after_return
            && let Some(first) = self.held().first()
        {
            let is_feed = *first == b'\n';
            self.after_return = false;
            self.consume(usize::from(is_feed));
        }
    }

    fn skip_line(&mut self) -> io::Result<Line> {
        loop {
            if let Some(at) = self.held().iter().position(is_line_end) {
                self.consume(at);
                self.end_line();
                return Ok(Line::TooLong);
            }
            self.consume(self.held().len());
            if !self.fill()? {
                return Ok(Line::TooLong);
            }
        }
    }

    /// Whether whoever sends the bytes has stopped, within a line or after one: then
    /// what came so far is to be answered before more is waited for.
    pub(super) fn is_lull(&self) -> bool {
        let waits = self.at_hand.is_some_and(|at_hand| !at_hand());
        waits && !self.is_over && !self.held().iter().any(is_line_end)
    }
}
