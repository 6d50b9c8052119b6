//! What people name on the command line → what is to be verified.
//!
//! A walk over arguments, folders and lists gives small [`Source`]s in a fixed
//! order; [`open`] reads one, on any core, and tells by its content what it is.
//! Lists are never read whole, and nothing is followed without end.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::vec;

use walkdir::{DirEntry, WalkDir};

use crate::batch::{Content, Finding, Input};
use crate::diagnostic::{Diagnostics, Place};
use crate::scan::{self, ScanError};
use crate::site::card_file::{self, CardFile, Condition, ReadError};

/// Bytes of a file that is read whole, at most.
const FILE_MAX: u64 = 64 << 20;
/// Bytes of a line, at most.
const LINE_MAX: u64 = 64 << 10;
/// How deep folders are walked.
const DEPTH_MAX: usize = 16;

/// What a verifier's own files end in; a card and its pages share a stem.
const CARD_ENDINGS: [&str; 8] = ["html", "htm", "svg", "json", "txt", "png", "jpg", "jpeg"];

/// Problems told by whichever core meets them.
pub(super) struct Problems(Mutex<Diagnostics>);

impl Problems {
    pub(super) fn new(problems: Diagnostics) -> Self {
        Self(Mutex::new(problems))
    }

    pub(super) fn into_inner(self) -> Diagnostics {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, path: &Path, message: &str, hint: &str) {
        let mut problems = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        problems.error(Place::file(name_of(path)), message, hint);
    }

    fn not_read(&self, path: &Path, error: &io::Error) {
        self.error(path, &format!("读不了：{error}"), "检查文件的权限和存放的介质");
    }
}

/// Something to open.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A text, or why there is none.
    Input(Input),
    /// The files of one card, under the name that they share; or one file.
    Files(String, Vec<PathBuf>),
}

/// Whether standard input will be read.
pub(super) fn has_stdin(arguments: &[PathBuf]) -> bool {
    arguments.is_empty() || arguments.iter().any(|argument| is_stdin(argument))
}

fn is_stdin(argument: &Path) -> bool {
    argument.as_os_str() == "-"
}

/// The sources of the arguments, in their order.
pub(super) struct Sources<'a> {
    arguments: vec::IntoIter<PathBuf>,
    /// How many arguments were taken.
    taken: usize,
    stdin: Option<Box<dyn BufRead>>,
    folder: Option<Folder>,
    list: Option<Lines>,
    problems: &'a Problems,
}

impl<'a> Sources<'a> {
    pub(super) fn new(
        arguments: &[PathBuf],
        stdin: Box<dyn BufRead>,
        problems: &'a Problems,
    ) -> Self {
        let arguments =
            if arguments.is_empty() { vec![PathBuf::from("-")] } else { arguments.to_vec() };
        Self {
            arguments: arguments.into_iter(),
            taken: 0,
            stdin: Some(stdin),
            folder: None,
            list: None,
            problems,
        }
    }

    /// Begins with an argument; what it gives at once.
    fn begin(&mut self, argument: PathBuf) -> Option<Source> {
        if is_stdin(&argument) {
            // Named twice, it has nothing more to give.
            let lines = self.stdin.take()?;
            self.list = Some(Lines::new("标准输入".to_owned(), lines));
            return None;
        }
        match fs::metadata(&argument) {
            Ok(metadata) if metadata.is_dir() => {
                self.folder = Some(Folder::new(&argument));
                None
            }
            Ok(metadata) if metadata.is_file() => self.file(argument),
            // A pipe, such as the shell's <(…).
            Ok(_) => self.list(&argument),
            Err(error) => {
                let text = argument.to_str().filter(|text| is_card_text(text));
                if let Some(text) = text {
                    let name = format!("参数:{}", self.taken);
                    let content = Content::Text(text.to_owned());
                    return Some(Source::Input(Input { name, content, finding: None }));
                }
                if error.kind() == io::ErrorKind::NotFound {
                    let hint = "检查路径；二维码中的文字要连同 #1 一起写在引号中";
                    self.problems.error(&argument, "没有这个文件或文件夹", hint);
                } else {
                    self.problems.not_read(&argument, &error);
                }
                None
            }
        }
    }

    fn file(&mut self, path: PathBuf) -> Option<Source> {
        match is_list(&path) {
            Ok(true) => self.list(&path),
            // What cannot be read is told when it is opened.
            Ok(false) | Err(_) => Some(Source::Files(name_of(&path), vec![path])),
        }
    }

    fn list(&mut self, path: &Path) -> Option<Source> {
        match File::open(path) {
            Ok(file) => {
                let lines = Box::new(BufReader::with_capacity(1 << 16, file));
                self.list = Some(Lines::new(name_of(path), lines));
                None
            }
            Err(error) => {
                self.problems.not_read(path, &error);
                Some(Source::Input(unreadable(name_of(path), not_read(&error))))
            }
        }
    }
}

impl Iterator for Sources<'_> {
    type Item = Source;

    fn next(&mut self) -> Option<Source> {
        loop {
            if let Some(lines) = &mut self.list {
                match lines.next_input() {
                    Ok(Some(input)) => return Some(Source::Input(input)),
                    Ok(None) => self.list = None,
                    Err(error) => {
                        let name = std::mem::take(&mut lines.name);
                        self.list = None;
                        self.problems.not_read(Path::new(&name), &error);
                        return Some(Source::Input(unreadable(name, not_read(&error))));
                    }
                }
            } else if let Some(folder) = &mut self.folder {
                let begun = match folder.next_found(self.problems) {
                    Some(Found::List(path)) => self.list(&path),
                    Some(Found::Card(name, files)) => Some(Source::Files(name, files)),
                    None => {
                        self.folder = None;
                        None
                    }
                };
                if begun.is_some() {
                    return begun;
                }
            } else {
                let argument = self.arguments.next()?;
                self.taken += 1;
                if let Some(source) = self.begin(argument) {
                    return Some(source);
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

/// A folder's files, those of one card together.
struct Folder {
    entries: Box<dyn Iterator<Item = walkdir::Result<DirEntry>>>,
    /// Taken from the walk, and not of the card before it.
    next: Option<PathBuf>,
}

enum Found {
    Card(String, Vec<PathBuf>),
    List(PathBuf),
}

impl Folder {
    /// Files before folders, by stem, then by name; hidden ones are passed over.
    fn new(root: &Path) -> Self {
        let key = |entry: &DirEntry| {
            let name = Path::new(entry.file_name());
            let is_folder = entry.file_type().is_dir();
            (is_folder, name.file_stem().map(ToOwned::to_owned), entry.file_name().to_owned())
        };
        let is_shown = |entry: &DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        let entries = WalkDir::new(root)
            .max_depth(DEPTH_MAX + 1)
            .follow_links(true)
            .sort_by(move |one, other| key(one).cmp(&key(other)))
            .into_iter()
            .filter_entry(is_shown);
        Self { entries: Box::new(entries), next: None }
    }

    fn next_found(&mut self, problems: &Problems) -> Option<Found> {
        let first = self.next_file(problems)?;
        if !has_card_ending(&first) || is_several_lines(&first) {
            // What cannot be read is told when it is opened.
            return Some(match is_list(&first) {
                Ok(true) => Found::List(first),
                Ok(false) | Err(_) => Found::Card(name_of(&first), vec![first]),
            });
        }
        let stem = first.with_extension("");
        let mut files = vec![first];
        while let Some(path) = self.next_file(problems) {
            let is_same = has_card_ending(&path) && path.with_extension("") == stem;
            if !is_same || is_several_lines(&path) {
                self.next = Some(path);
                break;
            }
            files.push(path);
        }
        let name = if files.len() == 1 { name_of(&files[0]) } else { name_of(&stem) };
        Some(Found::Card(name, files))
    }

    fn next_file(&mut self, problems: &Problems) -> Option<PathBuf> {
        if let Some(path) = self.next.take() {
            return Some(path);
        }
        for entry in self.entries.by_ref() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => return Some(entry.into_path()),
                Ok(entry) if entry.file_type().is_dir() && entry.depth() > DEPTH_MAX => {
                    let hint = "单独核验这个文件夹";
                    let message = format!("文件夹套得太深，超过 {DEPTH_MAX} 层，没有看");
                    problems.error(entry.path(), &message, hint);
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(Path::new("")).to_owned();
                    problems.error(&path, &format!("读不了：{error}"), "检查文件夹的权限");
                }
            }
        }
        None
    }
}

fn has_card_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| CARD_ENDINGS.iter().any(|it| it.eq_ignore_ascii_case(ending)))
}

/// Whether a `.txt` file is a list.
fn is_several_lines(path: &Path) -> bool {
    let is_txt = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
    is_txt && is_list(path).unwrap_or(false)
}

/// Whether a file holds many cards, one a line: by how it begins.
///
/// It is neither a picture nor markup, and has several lines of text; if they are
/// JSON, the first is a whole object.
fn is_list(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(LINE_MAX).read_to_end(&mut head)?;
    let head = head.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&head).trim_ascii();
    Ok(match head.first() {
        None | Some(b'<') => false,
        _ if head.contains(&0) || scan::scan(head) != Err(ScanError::NotAPicture) => false,
        // An object on several lines is one card; an object a line is a list.
        Some(b'{') => {
            let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
            first.len() < head.len() && first.trim_ascii_end().ends_with(b"}")
        }
        Some(_) => head.contains(&b'\n'),
    })
}

/// The lines of a list.
struct Lines {
    name: String,
    reader: Box<dyn BufRead>,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    fn new(name: String, reader: Box<dyn BufRead>) -> Self {
        Self { name, reader, number: 0, line: Vec::new() }
    }

    /// The next line that is not blank.
    fn next_input(&mut self) -> io::Result<Option<Input>> {
        loop {
            self.line.clear();
            let mut bounded = self.reader.by_ref().take(LINE_MAX + 1);
            if bounded.read_until(b'\n', &mut self.line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            let name = format!("{}:{}", self.name, self.number);
            if self.line.len() as u64 > LINE_MAX && !self.line.ends_with(b"\n") {
                self.reader.skip_until(b'\n')?;
                let words = format!("一行超过 {} KiB，不是审验卡的文字", LINE_MAX >> 10);
                return Ok(Some(unreadable(name, words)));
            }
            if self.number == 1 && self.line.starts_with("\u{FEFF}".as_bytes()) {
                self.line.drain(.."\u{FEFF}".len());
            }
            let line = self.line.trim_ascii();
            if !line.is_empty() {
                return Ok(Some(of_line(name, line)));
            }
        }
    }
}

/// A line: a QR text, or a JSON object that has it as its member `card`.
fn of_line(name: String, line: &[u8]) -> Input {
    let content = match str::from_utf8(line) {
        Err(_) => Content::Unreadable("这一行不是 UTF-8 文字".to_owned()),
        // A seal is of a file; of a line in a list it says nothing.
        Ok(line) if line.starts_with('{') => match card_file::read(line.as_bytes()) {
            Ok(CardFile { text, condition: _ }) => Content::Text(text),
            Err(error) => Content::Unreadable(error.to_string()),
        },
        Ok(line) => Content::Text(line.to_owned()),
    };
    Input { name, content, finding: None }
}

/// Reads a source.
///
/// Files that share a name are one input if all hold the same one text, altered if
/// any of them is; else each is for itself.
pub(super) fn open(source: Source, problems: &Problems) -> Vec<Input> {
    let (name, files) = match source {
        Source::Input(input) => return vec![input],
        Source::Files(name, files) => (name, files),
    };
    let inputs: Vec<Input> =
        files.iter().flat_map(|file| open_file(name_of(file), file, problems)).collect();
    let is_one = inputs.len() == files.len()
        && inputs.windows(2).all(|pair| pair[0].content == pair[1].content)
        && matches!(inputs.first(), Some(Input { content: Content::Text(_), .. }));
    if !is_one {
        return inputs;
    }
    let finding = inputs.iter().find_map(|input| input.finding);
    let first = inputs.into_iter().next();
    first.map(|input| Input { name, finding, ..input }).into_iter().collect()
}

/// Reads a file; never to nothing.
fn open_file(name: String, path: &Path, problems: &Problems) -> Vec<Input> {
    let bytes = match read_bounded(path, FILE_MAX) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let words = format!("文件超过 {} MiB，不是审验卡", FILE_MAX >> 20);
            return vec![unreadable(name, words)];
        }
        Err(error) => {
            problems.not_read(path, &error);
            return vec![unreadable(name, not_read(&error))];
        }
    };
    let texts = match scan::scan(&bytes) {
        Err(ScanError::NotAPicture) => return vec![of_card_file(name, card_file::read(&bytes))],
        Err(error) => return vec![unreadable(name, error.to_string())],
        Ok(texts) => texts,
    };
    let is_one = texts.len() == 1;
    let place = |at: usize| if is_one { name.clone() } else { format!("{name}[{}]", at + 1) };
    let texts = texts.into_iter().enumerate();
    texts
        .map(|(at, text)| Input { name: place(at), content: Content::Text(text), finding: None })
        .collect()
}

fn of_card_file(name: String, read: Result<CardFile, ReadError>) -> Input {
    match read {
        Err(error) => unreadable(name, error.to_string()),
        Ok(CardFile { text, condition }) => {
            let finding = match condition {
                Condition::Intact | Condition::Unsealed => None,
                Condition::Altered => Some(Finding::Altered),
            };
            Input { name, content: Content::Text(text), finding }
        }
    }
}

fn unreadable(name: String, words: String) -> Input {
    Input { name, content: Content::Unreadable(words), finding: None }
}

fn not_read(error: &io::Error) -> String {
    format!("读不了：{error}")
}

/// A whole regular file; `None` if it is larger than this many bytes.
fn read_bounded(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// A small text file; `None` if it cannot be had.
pub(super) fn read_small(path: &Path) -> Option<String> {
    String::from_utf8(read_bounded(path, 1 << 20).ok()??).ok()
}
