//! A list of many cards, read one card at a time: lines, a spreadsheet's records, or
//! JSON objects.

use std::io;
use std::sync::Arc;

use super::feed::{Feed, ITEM_MAX, Line, is_line_end};
use super::object::{Braces, Object, Objects, Within};
use super::records::{Column, Records};
use crate::batch::csv::{self, Ended, Extent};
use crate::batch::{Content, Input, Place};
use crate::scan;
use crate::site::card_file;

/// What a stream of bytes holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One card's file, or a picture.
    File,
    /// A card a line.
    Lines,
    /// A card a record.
    Records,
    /// A card an object.
    Objects,
}

/// Tells by how it begins what a stream holds; a spreadsheet also by its name, or
/// because a column was asked for.
pub(super) fn kind(head: &[u8], name: &str, column: Option<&Column>) -> Kind {
    let head = head.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(head).trim_ascii_start();
    let is_named = [".csv", ".tsv"].iter().any(|ending| {
        name.len() >= ending.len()
            && name.is_char_boundary(name.len() - ending.len())
            && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
    });
    match head.first() {
        None | Some(b'<') => Kind::File,
        Some(_) if head.contains(&0) || scan::is_picture(head) => Kind::File,
        Some(b'[') => Kind::Objects,
        Some(b'{') => kind_of_objects(head),
        Some(_) if is_named || column.is_some() => Kind::Records,
        Some(_) if !head.trim_ascii_end().iter().any(is_line_end) => Kind::File,
        Some(_) if is_records(head) => Kind::Records,
        Some(_) => Kind::Lines,
    }
}

/// An object a line, so that a broken one costs a line; one object and no more; or
/// objects on several lines.
fn kind_of_objects(head: &[u8]) -> Kind {
    let mut braces = Braces::default();
    let Some(end) = head.iter().position(|byte| braces.after(*byte) != Within::Object) else {
        // Another one begins before the first has ended.
        let is_broken = head.windows(2).any(|pair| pair == b"\n{");
        return if is_broken { Kind::Objects } else { Kind::File };
    };
    let is_one_line = !head[..end].contains(&b'\n');
    match head[end + 1..].trim_ascii_start().first() {
        None => Kind::File,
        Some(_) if is_one_line => Kind::Lines,
        Some(_) => Kind::Objects,
    }
}

/// Whether the first two records have as many cells, and more than one; a second
/// whose quotes are wrong counts as one.
fn is_records(head: &[u8]) -> bool {
    let Some(end) = head.iter().position(is_line_end) else { return false };
    let (first, rest) = head.split_at(end);
    let Some(delimiter) = csv::delimiter(first) else { return false };
    let mut extent = Extent::new(delimiter);
    let lines = rest.trim_ascii_start().split_inclusive(is_line_end);
    let mut second = Vec::new();
    let count = |record| csv::fields(record, delimiter).count();
    for line in lines {
        second.extend_from_slice(line);
        match extent.after(line) {
            Ended::Yes => return count(first) == count(second.trim_ascii_end()),
            Ended::No => {}
            Ended::Badly => break,
        }
    }
    // Nothing follows, or quotes that are wrong, or not closed as far as can be seen.
    !second.is_empty()
}

/// A list that is being read.
pub(super) struct Listing {
    source: Arc<str>,
    feed: Feed,
    form: Form,
}

enum Form {
    /// How many have been read.
    Lines(u64),
    Records(Box<Records>),
    Objects(Objects),
}

impl Listing {
    /// Begins to read a list. A stream of one file has one line, or one object.
    pub(super) fn new(
        source: Arc<str>,
        mut feed: Feed,
        kind: Kind,
        column: Option<&Column>,
    ) -> io::Result<Self> {
        let form = match kind {
            Kind::File | Kind::Lines => Form::Lines(0),
            Kind::Records => Form::Records(Box::new(Records::new(&mut feed, column)?)),
            Kind::Objects => Form::Objects(Objects::new()),
        };
        Ok(Self { source, feed, form })
    }

    /// Its name.
    pub(super) fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// Why nothing can be read of it, if so.
    pub(super) fn problem(&self) -> Option<&str> {
        match &self.form {
            Form::Records(records) => records.problem(),
            Form::Lines(_) | Form::Objects(_) => None,
        }
    }

    /// Whether whoever writes the list has stopped for now.
    pub(super) fn is_lull(&self) -> bool {
        self.feed.is_lull()
    }

    /// The next card; none at the end.
    pub(super) fn next_input(&mut self) -> io::Result<Option<Input>> {
        let (source, feed) = (&self.source, &mut self.feed);
        match &mut self.form {
            Form::Lines(number) => next_line(source, feed, number),
            Form::Records(records) => {
                let next = records.next(feed)?;
                Ok(next.map(|(line, content)| Input::new(Place::line(source, line), content)))
            }
            Form::Objects(objects) => {
                let next = objects.next(feed)?;
                Ok(next.map(|(line, object)| of_object(Place::line(source, line), &object)))
            }
        }
    }
}

/// The next line that is not blank.
fn next_line(source: &Arc<str>, feed: &mut Feed, number: &mut u64) -> io::Result<Option<Input>> {
    loop {
        let Some(line) = feed.line()? else { return Ok(None) };
        *number += 1;
        let place = Place::line(source, *number);
        let Line::Whole(line) = line else {
            let words = format!("一行超过 {} KiB，不是审验卡的文字", ITEM_MAX >> 10);
            return Ok(Some(Input::unreadable(place, words)));
        };
        let line =
            line.strip_prefix("\u{FEFF}".as_bytes()).filter(|_| *number == 1).unwrap_or(&line);
        let line = line.trim_ascii();
        if !line.is_empty() {
            return Ok(Some(of_line(place, line)));
        }
    }
}

/// A line: a QR text, or a JSON object that has it as its member `card`.
fn of_line(place: Place, line: &[u8]) -> Input {
    match str::from_utf8(line) {
        Err(_) => Input::unreadable(place, "这一行不是 UTF-8 文字"),
        Ok(line) if line.starts_with('{') => of_json(place, line.as_bytes()),
        Ok(line) => Input::new(place, Content::Text(line.to_owned())),
    }
}

fn of_object(place: Place, object: &Object) -> Input {
    match object {
        Object::Whole(object) => of_json(place, object),
        Object::TooLong => Input::unreadable(place, "一个 JSON 对象超过 64 KiB"),
        Object::Open => Input::unreadable(place, "JSON 对象没有结束"),
        Object::Other => Input::unreadable(place, "不是 JSON 对象"),
        Object::Damage => Input::unreadable(place, "名单损坏：这里的括号或逗号多了或少了"),
        Object::Unended => Input::unreadable(place, "名单不完整：没有结尾的 ]"),
        Object::Empty => Input::unreadable(place, "名单是空的"),
        Object::GivenUp => Input::unreadable(place, "名单损坏太多，从这里起没有再读"),
    }
}

/// A seal is of a file; of an object in a list it says nothing.
fn of_json(place: Place, object: &[u8]) -> Input {
    match card_file::object(object) {
        Ok(text) => Input::new(place, Content::Text(text)),
        Err(error) => Input::unreadable(place, error.to_string()),
    }
}
