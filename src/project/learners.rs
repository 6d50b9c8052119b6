//! Learners, one at a time: memory holds one file's worth of JSON, or one line.
//! Training classes come in files of the same kind, and are read the same way.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::{NOT_UTF8_HINT, read_bounded, utf8};
use crate::assessment::record::MAX_BYTES;

/// One learner's JSON, or one class's, as it stands in its file.
#[derive(Clone, Debug)]
pub struct Learner {
    /// The file, from the project's root.
    pub path: Arc<str>,
    /// The line on which the JSON begins.
    pub line: u32,
    /// The JSON, or why it could not be read; `line` is then the line to look at.
    pub text: Result<String, NotRead>,
}

/// Why a file or line could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl NotRead {
    pub(super) fn of(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self {
                message: "没有这个文件".to_owned(),
                hint: "放好这个文件，或改正路径".to_owned(),
            },
            _ => Self {
                message: format!("读不了：{error}"), hint: "检查文件的权限".to_owned()
            },
        }
    }

    fn not_utf8() -> Self {
        Self { message: "这一行不是 UTF-8 文字".to_owned(), hint: NOT_UTF8_HINT.to_owned() }
    }
}

/// An iterator over learners, in the order of paths and lines.
#[derive(Debug)]
pub struct Learners {
    root: PathBuf,
    files: std::vec::IntoIter<String>,
    lines: Option<Lines>,
}

/// An `.ndjson` that is being read.
#[derive(Debug)]
struct Lines {
    path: Arc<str>,
    reader: BufReader<File>,
    line: u32,
    has_failed: bool,
}

impl Learners {
    pub(super) fn new(root: PathBuf, files: Vec<String>) -> Self {
        Self { root, files: files.into_iter(), lines: None }
    }

    /// How many files are still to be opened.
    pub fn files_left(&self) -> usize {
        self.files.len()
    }

    fn open(&mut self, path: String) -> Option<Learner> {
        let place = self.root.join(&path);
        let path: Arc<str> = path.into();
        if !path.ends_with(".ndjson") {
            let (line, text) = match read_bounded(&place).map(utf8) {
                Ok(Ok(text)) => (1, Ok(text)),
                Ok(Err(line)) => (line, Err(NotRead::not_utf8())),
                Err(why) => (1, Err(why)),
            };
            return Some(Learner { path, line, text });
        }
        match File::open(&place) {
            Ok(file) => {
                self.lines =
                    Some(Lines { path, reader: BufReader::new(file), line: 0, has_failed: false });
                None
            }
            Err(error) => Some(Learner { path, line: 1, text: Err(NotRead::of(&error)) }),
        }
    }
}

impl Iterator for Learners {
    type Item = Learner;

    fn next(&mut self) -> Option<Learner> {
        loop {
            if let Some(lines) = &mut self.lines {
                if let Some(learner) = lines.next() {
                    return Some(learner);
                }
                self.lines = None;
            }
            let path = self.files.next()?;
            if let Some(learner) = self.open(path) {
                return Some(learner);
            }
        }
    }
}

/// What stands on a line.
enum Line {
    Whole(Vec<u8>),
    TooLong,
}

impl Iterator for Lines {
    type Item = Learner;

    /// The next line that is not blank; after a failed read, nothing more.
    fn next(&mut self) -> Option<Learner> {
        while !self.has_failed {
            self.line = self.line.saturating_add(1);
            let text = match self.read_line() {
                Ok(None) => return None,
                Ok(Some(Line::Whole(bytes))) => match utf8(bytes) {
                    Ok(text) if text.trim().is_empty() => continue,
                    Ok(text) => Ok(text),
                    Err(_) => Err(NotRead::not_utf8()),
                },
                Ok(Some(Line::TooLong)) => Err(NotRead {
                    message: format!("这一行超过 {MAX_BYTES} 字节"),
                    hint: "一行一份；证明材料只写编号和摘要".to_owned(),
                }),
                Err(error) => {
                    self.has_failed = true;
                    Err(NotRead::of(&error))
                }
            };
            return Some(Learner { path: Arc::clone(&self.path), line: self.line, text });
        }
        None
    }
}

impl Lines {
    /// A line without its end; the rest of one that is too long is skipped.
    fn read_line(&mut self) -> std::io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let most = u64::try_from(MAX_BYTES + 1).unwrap_or(u64::MAX);
        if self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        if bytes.last() != Some(&b'\n') && bytes.len() > MAX_BYTES {
            self.skip_line()?;
            return Ok(Some(Line::TooLong));
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(Some(Line::Whole(bytes)))
    }

    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            match buffer.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    self.reader.consume(end + 1);
                    return Ok(());
                }
                None => {
                    let length = buffer.len();
                    self.reader.consume(length);
                }
            }
        }
    }
}
