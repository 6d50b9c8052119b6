//! What people name on the command line → what is to be verified.
//!
//! A walk over arguments, folders and lists gives small [`Source`]s in a fixed
//! order; [`open`] reads one, on any core, and tells by its content what it is.
//! Lists are never read whole, and nothing is followed without end.

mod feed;
mod file;
mod folder;
mod listing;
mod object;
mod problems;
mod records;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec;

use self::feed::{Feed, ITEM_MAX};
use self::folder::{Folder, Found};
use self::listing::{Kind, Listing};
use crate::batch::{Content, Input, Place, Supply};
use crate::scan;

pub(super) use self::feed::AtHand;
pub(super) use self::file::open;
pub(super) use self::problems::Problems;
pub(super) use self::records::Column;

/// Something to open.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A text, or why there is none.
    Input(Input),
    /// The files of one card, under the name that they share; or one file.
    Files(String, Vec<PathBuf>),
    /// A file that was read, and its name.
    Bytes(String, Vec<u8>),
}

/// Standard input, and a way to ask whether it keeps one waiting.
pub(super) struct Stdin {
    pub(super) reader: Box<dyn Read>,
    pub(super) at_hand: AtHand,
}

/// The sources of the arguments, in their order.
pub(super) struct Sources<'a> {
    arguments: vec::IntoIter<PathBuf>,
    /// How many arguments were taken.
    taken: u64,
    column: Option<&'a Column>,
    stdin: Option<Stdin>,
    folder: Option<Folder>,
    list: Option<Listing>,
    /// Whether a lull was told of, and nothing read since.
    has_paused: bool,
    problems: &'a Problems,
}

impl<'a> Sources<'a> {
    pub(super) fn new(
        arguments: &[PathBuf],
        column: Option<&'a Column>,
        stdin: Stdin,
        problems: &'a Problems,
    ) -> Self {
        let arguments =
            if arguments.is_empty() { vec![PathBuf::from("-")] } else { arguments.to_vec() };
        Self {
            arguments: arguments.into_iter(),
            taken: 0,
            column,
            stdin: Some(stdin),
            folder: None,
            list: None,
            has_paused: false,
            problems,
        }
    }

    /// Begins with an argument; what it gives at once.
    fn begin(&mut self, argument: PathBuf) -> Option<Source> {
        if argument.as_os_str() == "-" {
            // Named twice, it has nothing more to give.
            let Stdin { reader, at_hand } = self.stdin.take()?;
            let feed = Feed::new(reader, Some(at_hand));
            return self.stream("标准输入".to_owned(), feed);
        }
        match fs::metadata(&argument) {
            Ok(metadata) if metadata.is_dir() => {
                self.folder = Some(Folder::new(&argument));
                None
            }
            Ok(_) => self.file(argument),
            Err(error) => {
                let text = argument.to_str().filter(|text| is_card_text(text));
                if let Some(text) = text {
                    let place = Place::line(&"参数".into(), self.taken);
                    return Some(Source::Input(Input::new(place, Content::Text(text.to_owned()))));
                }
                let name = name_of(&argument);
                if error.kind() == io::ErrorKind::NotFound {
                    let hint = "检查路径；二维码中的文字要连同 #1 一起写在引号中";
                    self.problems.error(&name, "没有这个文件或文件夹", hint);
                } else {
                    self.problems.not_read(&name, &error);
                }
                None
            }
        }
    }

    /// Begins with a file, or with a pipe such as the shell's `<(…)`.
    fn file(&mut self, path: PathBuf) -> Option<Source> {
        let name = name_of(&path);
        let begun = File::open(&path).and_then(|file| {
            let is_file = file.metadata()?.is_file();
            let mut feed = Feed::new(Box::new(file), None);
            let kind = listing::kind(feed.look(ITEM_MAX)?, &name, self.column);
            Ok((is_file && kind == Kind::File, feed))
        });
        match begun {
            Ok((true, _)) => Some(Source::Files(name, vec![path])),
            Ok((false, feed)) => self.stream(name, feed),
            Err(error) => Some(self.not_read(name, &error)),
        }
    }

    /// Begins with a stream: a list, or a file that has no name of its own.
    fn stream(&mut self, name: String, mut feed: Feed) -> Option<Source> {
        let told = |head: &[u8]| {
            let is_page = head.trim_ascii_start().starts_with(b"<") || scan::is_picture(head);
            let is_object = head.trim_ascii().starts_with(b"{") && head.contains(&b'\n');
            (listing::kind(head, &name, self.column), is_page, is_object)
        };
        let mut begun = feed.look(ITEM_MAX).map(told);
        if let Ok((Kind::File, false, true)) = begun {
            // An object of several lines is a file if nothing follows it, however slowly
            // it comes: only its end can tell.
            begun = feed.wait(ITEM_MAX).map(told);
        }
        let kind = match begun {
            Err(error) => return Some(self.not_read(name, &error)),
            Ok((Kind::File, is_page, is_object)) if is_page || is_object && feed.is_whole() => {
                return Some(match feed.rest(file::FILE_MAX) {
                    Ok(Some(bytes)) => Source::Bytes(name, bytes),
                    Ok(None) => Source::Input(file::too_large(Place::whole(name))),
                    Err(error) => self.not_read(name, &error),
                });
            }
            // An object that is not at its end yet has several lines.
            Ok((Kind::File, _, true)) => Kind::Objects,
            Ok((kind, _, _)) => kind,
        };
        let name: Arc<str> = name.into();
        match Listing::new(Arc::clone(&name), feed, kind, self.column) {
            Err(error) => Some(self.not_read(name.to_string(), &error)),
            Ok(listing) => match listing.problem().map(str::to_owned) {
                None => {
                    self.list = Some(listing);
                    None
                }
                Some(words) => {
                    self.problems.error(&name, &words, "表格的列从 1 数起，也可以写首行中的列名");
                    Some(Source::Input(Input::unreadable(Place::whole(name), words)))
                }
            },
        }
    }

    fn not_read(&self, name: String, error: &io::Error) -> Source {
        self.problems.not_read(&name, error);
        Source::Input(Input::unreadable(Place::whole(name), not_read(error)))
    }

    /// The next of the list that is being read; none at its end.
    fn of_list(&mut self) -> Option<Supply<Source>> {
        let list = self.list.as_mut()?;
        if list.is_lull() && !std::mem::replace(&mut self.has_paused, true) {
            return Some(Supply::Lull);
        }
        self.has_paused = false;
        match list.next_input() {
            Ok(Some(input)) => Some(Supply::Source(Source::Input(input))),
            Ok(None) => {
                self.list = None;
                None
            }
            Err(error) => {
                let name = list.source().to_string();
                self.list = None;
                Some(Supply::Source(self.not_read(name, &error)))
            }
        }
    }

    /// The next of the folder that is being walked; none at its end.
    fn of_folder(&mut self) -> Option<Source> {
        while let Some(found) = self.folder.as_mut()?.next_found() {
            match found {
                Found::Card(name, files) => return Some(Source::Files(name, files)),
                Found::Barred(path, words, hint) => {
                    let name = name_of(&path);
                    self.problems.error(&name, &words, hint);
                    return Some(Source::Input(Input::unreadable(Place::whole(name), words)));
                }
                Found::Other(path) => {
                    let begun = self.file(path);
                    if begun.is_some() || self.list.is_some() {
                        return begun;
                    }
                }
            }
        }
        self.folder = None;
        None
    }
}

impl Iterator for Sources<'_> {
    type Item = Supply<Source>;

    fn next(&mut self) -> Option<Supply<Source>> {
        loop {
            if self.list.is_some() {
                let next = self.of_list();
                if next.is_some() {
                    return next;
                }
            } else if self.folder.is_some() {
                let next = self.of_folder();
                if next.is_some() {
                    return next.map(Supply::Source);
                }
            } else {
                let argument = self.arguments.next()?;
                self.taken += 1;
                if let Some(source) = self.begin(argument) {
                    return Some(Supply::Source(source));
                }
            }
        }
    }
}

/// Whether an argument that is no path is meant as a card's text.
fn is_card_text(text: &str) -> bool {
    let begins = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    text.contains("#1") || begins("http://") || begins("https://")
}

/// A path as people would type it, with `/`.
fn name_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn not_read(error: &io::Error) -> String {
    format!("读不了：{error}")
}

/// A small text file; `None` if it cannot be had.
pub(super) fn read_small(path: &Path) -> Option<String> {
    String::from_utf8(file::read_bounded(path, 1 << 20).ok()??).ok()
}
