//! Reports for files: NDJSON, CSV and one HTML page, any number of them in a run.
//!
//! Rows are written as they come, to a file beside the one that was asked for, which
//! takes its name when it is whole: nobody finds half a report.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

use crate::batch::html::{About, Spoilt};
use crate::batch::{Row, Summary, csv, html};

/// What a report's name ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ndjson,
    Csv,
    Html,
}

/// A report that is being written.
pub(super) struct Report {
    kind: Kind,
    path: PathBuf,
    part: PathBuf,
    out: BufWriter<File>,
    /// Of a page: its first good rows.
    good: String,
    good_rows: u64,
    /// Of a page: which rows have lost their standing.
    spoilt: Spoilt,
    row: String,
}

/// Whether a file of this name can be a report.
pub(super) fn check(path: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(path);
    match kind(&path) {
        Some(_) => Ok(path),
        None => Err("报告的文件名以 .csv、.ndjson 或 .html 结尾"),
    }
}

fn kind(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()? {
        "ndjson" | "jsonl" => Some(Kind::Ndjson),
        "csv" => Some(Kind::Csv),
        "html" | "htm" => Some(Kind::Html),
        _ => None,
    }
}

/// Why a report may not be written to a file: it is what is to be verified, or some
/// other file that is not a report of its kind.
pub(super) fn refused(path: &Path, inputs: &[PathBuf]) -> Option<String> {
    let whole = fs::canonicalize(path).ok()?;
    if inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == whole)) {
        return Some(format!("报告 {} 就是要核验的文件", path.display()));
    }
    if !whole.is_file() {
        return None; // a device takes all, and a folder none
    }
    let mut head = Vec::new();
    let read = File::open(&whole).and_then(|file| file.take(1 << 10).read_to_end(&mut head));
    let is_own = read.is_ok() && (head.is_empty() || begins(kind(path)?, &head));
    (!is_own).then(|| format!("{} 已经存在，而且不是核验报告", path.display()))
}

/// Whether a file begins as a report of its kind does.
fn begins(kind: Kind, head: &[u8]) -> bool {
    match kind {
        Kind::Ndjson => head.starts_with(b"{\"input\":\""),
        Kind::Csv => head.starts_with(csv::head().trim_end().as_bytes()),
        Kind::Html => String::from_utf8_lossy(head).contains(html::TITLE),
    }
}

impl Report {
    /// Begins a report.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let kind = kind(path).ok_or(io::ErrorKind::InvalidFilename)?;
        let part = beside(path, ".part");
        let mut out = BufWriter::with_capacity(1 << 16, File::create(&part)?);
        if kind == Kind::Csv {
            out.write_all(csv::head().as_bytes())?;
        }
        let (path, good, row) = (path.to_owned(), String::new(), String::new());
        let spoilt = Spoilt::default();
        Ok(Self { kind, path, part, out, good, good_rows: 0, spoilt, row })
    }

    /// The name that was asked for.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the next row.
    pub(super) fn row(&mut self, row: &Row) -> io::Result<()> {
        match self.kind {
            Kind::Ndjson => {
                row.write_json(&mut self.out)?;
                self.out.write_all(b"\n")
            }
            Kind::Csv => {
                self.row.clear();
                csv::write(row, &mut self.row);
                self.out.write_all(self.row.as_bytes())
            }
            Kind::Html if row.is_clean() => {
                if self.good_rows < html::GOOD_MAX {
                    html::row(row, &mut self.good);
                }
                self.good_rows += 1;
                Ok(())
            }
            Kind::Html => {
                self.spoilt.enter(row);
                self.row.clear();
                html::row(row, &mut self.row);
                self.out.write_all(self.row.as_bytes())
            }
        }
    }

    /// Ends the report, and gives it its name.
    pub(super) fn finish(self, about: &About<'_>, summary: &Summary) -> io::Result<()> {
        let Self { kind, path, part, mut out, good, spoilt, .. } = self;
        out.flush()?;
        drop(out);
        match kind {
            Kind::Ndjson | Kind::Csv => fs::rename(&part, &path),
            Kind::Html => {
                let whole = beside(&path, ".whole");
                let mut page = BufWriter::new(File::create(&whole)?);
                page.write_all(html::head(about, summary).as_bytes())?;
                let mut problems = BufReader::new(File::open(&part)?);
                let mut line = String::new();
                while problems.read_line(&mut line)? > 0 {
                    let amended = spoilt.amended(&line);
                    page.write_all(amended.as_ref().unwrap_or(&line).as_bytes())?;
                    line.clear();
                }
                let mut still_good = String::new();
                for line in good.split_inclusive('\n') {
                    match spoilt.amended(line) {
                        Some(amended) => page.write_all(amended.as_bytes())?,
                        None => still_good.push_str(line),
                    }
                }
                page.write_all(html::between(summary).as_bytes())?;
                page.write_all(still_good.as_bytes())?;
                page.write_all(html::foot(summary).as_bytes())?;
                page.flush()?;
                fs::rename(&whole, &path)?;
                fs::remove_file(&part)
            }
        }
    }

    /// Leaves nothing behind.
    pub(super) fn abandon(self) {
        let _ = fs::remove_file(&self.part); // it may be gone already
    }
}

/// A name in the same folder.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
