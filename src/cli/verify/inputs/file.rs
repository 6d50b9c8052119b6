//! A file, read on any core: a picture, a card's page or JSON, or a small list.

use std::fs::File;
use std::io::{self, Cursor, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::feed::{Feed, ITEM_MAX};
use super::listing::{self, Kind, Listing};
use super::{Problems, Source, name_of};
use crate::batch::{Content, FindingKind, Input, Place, Spot};
use crate::scan::{self, ScanError, Sheet};
use crate::site::card_file::{self, CardFile, Condition, ReadError};

/// Bytes of a file that is read whole, at most.
pub(super) const FILE_MAX: u64 = 64 << 20;

/// Reads a source.
///
/// Files that share a name are one input if all hold the same one text, altered if
/// any of them is; else each is for itself.
pub(in crate::cli::verify) fn open(source: Source, problems: &Problems) -> Vec<Input> {
    let (name, files) = match source {
        Source::Input(input) => return vec![input],
        Source::Bytes(name, bytes) => return of_bytes(&name.into(), bytes),
        Source::Files(name, files) => (name, files),
    };
    let inputs: Vec<Input> = files.iter().flat_map(|file| of_file(file, problems)).collect();
    let is_one = inputs.len() == files.len()
        && inputs.windows(2).all(|pair| pair[0].content == pair[1].content)
        && matches!(inputs.first(), Some(Input { content: Content::Text(_), .. }));
    if !is_one || files.len() == 1 {
        return inputs;
    }
    let finding = inputs.iter().find_map(|input| input.finding);
    let first = inputs.into_iter().next();
    let place = Place::whole(name);
    first.map(|input| Input { place, finding, ..input }).into_iter().collect()
}

/// Reads a file; never to nothing.
fn of_file(path: &Path, problems: &Problems) -> Vec<Input> {
    let name: Arc<str> = name_of(path).into();
    match read_bounded(path, FILE_MAX) {
        Ok(Some(bytes)) => of_bytes(&name, bytes),
        Ok(None) => vec![too_large(Place::whole(name))],
        Err(error) => {
            problems.not_read(&name, &error);
            vec![Input::unreadable(Place::whole(name), super::not_read(&error))]
        }
    }
}

/// The input of a file that is too large.
pub(super) fn too_large(place: Place) -> Input {
    Input::unreadable(place, format!("文件超过 {} MiB，不是审验卡", FILE_MAX >> 20))
}

/// Reads what a file holds; never to nothing.
fn of_bytes(name: &Arc<str>, bytes: Vec<u8>) -> Vec<Input> {
    let place = |spot| Place { source: Arc::clone(name), spot };
    match scan::sheets(&bytes) {
        Ok(sheets) => return of_sheets(name, sheets),
        Err(ScanError::NotAPicture) => {}
        Err(error) => return vec![Input::unreadable(place(Spot::Whole), error.to_string())],
    }
    let read = card_file::read(&bytes);
    let kind = listing::kind(&bytes[..bytes.len().min(ITEM_MAX)], name, None);
    let is_list = match (&read, kind) {
        // A text in an array makes no text of it.
        (_, Kind::Objects) => true,
        (Ok(_), _) | (_, Kind::File) => false,
        (Err(error), Kind::Lines | Kind::Records) => {
            matches!(error, ReadError::ManyLines | ReadError::Json(..))
        }
    };
    if is_list {
        let feed = Feed::new(Box::new(Cursor::new(bytes)), None);
        if let Ok(mut listing) = Listing::new(Arc::clone(name), feed, kind, None)
            && listing.problem().is_none()
        {
            let inputs = std::iter::from_fn(|| listing.next_input().ok().flatten());
            return inputs.collect();
        }
    }
    match read {
        Err(error) => vec![Input::unreadable(place(Spot::Whole), error.to_string())],
        Ok(file) => of_card_file(name, file),
    }
}

/// The codes of a picture, or of a document's pages.
fn of_sheets(name: &Arc<str>, sheets: Vec<Sheet>) -> Vec<Input> {
    let is_document = sheets.len() > 1;
    let mut inputs = Vec::new();
    for (page, sheet) in (1..).zip(sheets) {
        let place = |spot| Place { source: Arc::clone(name), spot };
        let texts = match sheet {
            Ok(texts) => texts,
            Err(error) => {
                let spot = if is_document { Spot::Page(page) } else { Spot::Whole };
                inputs.push(Input::unreadable(place(spot), error.to_string()));
                continue;
            }
        };
        let is_one = texts.len() == 1;
        for (code, text) in (1..).zip(texts) {
            let spot = match (is_document, is_one) {
                (true, _) => Spot::PageCode(page, code),
                (false, true) => Spot::Whole,
                (false, false) => Spot::Code(code),
            };
            inputs.push(match text {
                Some(text) => Input::new(place(spot), Content::Text(text)),
                None => Input::unreadable(place(spot), ScanError::Damaged.to_string()),
            });
        }
    }
    inputs
}

/// The card of a file, or each of a unit's.
fn of_card_file(name: &Arc<str>, file: CardFile) -> Vec<Input> {
    let CardFile { texts, condition } = file;
    let finding = match condition {
        Condition::Intact | Condition::Unsealed => None,
        Condition::Altered => Some(FindingKind::Altered),
    };
    let is_one = texts.len() == 1;
    let input = |(card, text)| {
        let spot = if is_one { Spot::Whole } else { Spot::Code(card) };
        let place = Place { source: Arc::clone(name), spot };
        Input { place, content: Content::Text(text), finding }
    };
    (1..=u16::MAX).zip(texts).map(input).collect()
}

/// A whole regular file; `None` if it is larger than this many bytes.
pub(super) fn read_bounded(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}
