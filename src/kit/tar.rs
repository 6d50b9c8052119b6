//! The archive: a tar of regular files, one spelling for each.
//!
//! POSIX ustar (IEEE Std 1003.1-1988), and of it only this: regular files in
//! bytewise order of their paths, none twice; mode 0644, everything else that
//! describes a file zero or empty; two blocks of zeros at the end and no byte after
//! them. Whatever [`read`] accepts, [`write()`] writes back byte for byte, and any
//! `tar` lists and unpacks it. Links, folders, devices, long names and extended
//! headers are refused. Nothing is unpacked: a file is a slice of the archive.

use std::collections::BTreeMap;
use std::fmt;

/// Bytes of a header, and of what contents are padded to.
const BLOCK: usize = 512;
/// Bytes of an archive, at most.
pub const BYTES_MAX: usize = 256 << 20;
/// Files in an archive, at most.
pub const FILES_MAX: usize = 30_000;
/// Bytes of a file, at most.
pub const FILE_MAX: usize = 4 << 20;
/// Bytes of a path, at most.
const PATH_MAX: usize = 99;

/// Files by their paths.
pub type Files<'a> = BTreeMap<&'a str, &'a [u8]>;

/// Why bytes are not such an archive: what, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarError {
    /// What is wrong.
    pub fault: Fault,
    /// Where the block begins in which it is, from 0.
    pub at: usize,
}

/// What can be wrong with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// More than 256 MiB.
    TooLong,
    /// More than 30,000 files.
    TooMany,
    /// It ends within a header or a file, or without its two last blocks.
    Truncated,
    /// Bytes follow the end.
    Trailing,
    /// Not a header of a ustar archive.
    NotAHeader,
    /// A link, folder, device, long name or extended header.
    NotAFile,
    /// A path that is absolute, leads upwards or has other characters than
    /// `a`–`z`, `0`–`9`, `-`, `.`, `_` and `/`.
    Path,
    /// A file of more than 4 MiB.
    FileTooLong,
    /// A path that does not come after the one before it.
    Order,
    /// Something in a header is written otherwise than it has to be.
    Spelling,
    /// A byte other than zero behind a file's end.
    Padding,
}

impl fmt::Display for TarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.fault {
            Fault::TooLong => "超过 256 MiB",
            Fault::TooMany => "超过 30,000 个文件",
            Fault::Truncated => "没有完整的结尾，可能没有拷贝完",
            Fault::Trailing => "结尾之后还有内容",
            Fault::NotAHeader => "不是 ustar 格式的归档",
            Fault::NotAFile => "含有普通文件以外的东西（链接、目录、扩展头等）",
            Fault::Path => "含有不允许的路径",
            Fault::FileTooLong => "含有超过 4 MiB 的文件",
            Fault::Order => "文件没有按路径排列，或有重复",
            Fault::Spelling => "文件头的写法不对",
            Fault::Padding => "文件末尾的填充不是零",
        };
        write!(f, "{words}（第 {} 字节起的块）", self.at)
    }
}

impl std::error::Error for TarError {}

/// The files of an archive.
///
/// Time and memory are proportional to the bytes; contents are not copied.
pub fn read(bytes: &[u8]) -> Result<Files<'_>, TarError> {
    let mut reader = Reader { bytes, at: 0 };
    if bytes.len() > BYTES_MAX {
        return Err(reader.fault(Fault::TooLong));
    }
    let mut files = Files::new();
    loop {
        let begin = reader.at;
        let wrong = |fault| TarError { fault, at: begin };
        let header = reader.block()?;
        if header.iter().all(|byte| *byte == 0) {
            let last = reader.block()?;
            return match (last.iter().all(|byte| *byte == 0), reader.at == bytes.len()) {
                (false, _) => Err(reader.fault(Fault::Truncated)),
                (true, false) => Err(reader.fault(Fault::Trailing)),
                (true, true) => Ok(files),
            };
        }
        let (path, length) = entry(header).map_err(wrong)?;
        if files.len() == FILES_MAX {
            return Err(wrong(Fault::TooMany));
        }
        if files.last_key_value().is_some_and(|(last, _)| *last >= path) {
            return Err(wrong(Fault::Order));
        }
        files.insert(path, reader.file(length)?);
    }
}

/// The archive of these files.
pub fn write(files: &Files<'_>) -> Result<Vec<u8>, TarError> {
    let mut bytes = Vec::new();
    for (path, content) in files {
        let at = bytes.len();
        let wrong = |fault| TarError { fault, at };
        check_path(path).map_err(wrong)?;
        if content.len() > FILE_MAX {
            return Err(wrong(Fault::FileTooLong));
        }
        bytes.extend_from_slice(&header(path, content.len()));
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    }
    bytes.resize(bytes.len() + 2 * BLOCK, 0);
    let fault = match (bytes.len() > BYTES_MAX, files.len() > FILES_MAX) {
        (true, _) => Fault::TooLong,
        (false, true) => Fault::TooMany,
        (false, false) => return Ok(bytes),
    };
    Err(TarError { fault, at: 0 })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn fault(&self, fault: Fault) -> TarError {
        TarError { fault, at: self.at }
    }

    fn block(&mut self) -> Result<&'a [u8; BLOCK], TarError> {
        let rest = &self.bytes[self.at..];
        let block = rest.first_chunk().ok_or(self.fault(Fault::Truncated))?;
        self.at += BLOCK;
        Ok(block)
    }

    fn file(&mut self, length: usize) -> Result<&'a [u8], TarError> {
        let rest = &self.bytes[self.at..];
        let padded = length.next_multiple_of(BLOCK);
        let padded = rest.get(..padded).ok_or(self.fault(Fault::Truncated))?;
        let (file, padding) = padded.split_at(length);
        if padding.iter().any(|byte| *byte != 0) {
            return Err(self.fault(Fault::Padding));
        }
        self.at += padded.len();
        Ok(file)
    }
}

/// The path and length that a header tells.
fn entry(block: &[u8; BLOCK]) -> Result<(&str, usize), Fault> {
    if &block[257..263] != b"ustar\0" {
        return Err(Fault::NotAHeader);
    }
    if block[156] != b'0' {
        return Err(Fault::NotAFile);
    }
    let end = block[..=PATH_MAX].iter().position(|byte| *byte == 0).ok_or(Fault::Path)?;
    let path = str::from_utf8(&block[..end]).map_err(|_| Fault::Path)?;
    check_path(path)?;
    let digits = &block[124..135];
    if !digits.iter().all(|digit| matches!(digit, b'0'..=b'7')) {
        return Err(Fault::Spelling);
    }
    let length = digits.iter().fold(0_usize, |sum, digit| sum * 8 + usize::from(digit - b'0'));
    if length > FILE_MAX {
        return Err(Fault::FileTooLong);
    }
    // One spelling: a header is what we would have written.
    if *block == header(path, length) { Ok((path, length)) } else { Err(Fault::Spelling) }
}

fn check_path(path: &str) -> Result<(), Fault> {
    let is_plain =
        |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'-' | b'.' | b'_');
    let is_name =
        |name: &str| !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain);
    if path.len() <= PATH_MAX && path.split('/').all(is_name) { Ok(()) } else { Err(Fault::Path) }
}

fn header(path: &str, length: usize) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, path.as_bytes());
    put(100, b"0000644\0"); // mode
    put(108, b"0000000\0"); // user
    put(116, b"0000000\0"); // group
    put(124, format!("{length:011o}\0").as_bytes());
    put(136, b"00000000000\0"); // time
    put(148, b"        "); // the checksum, as it counts in itself
    put(156, b"0"); // a regular file
    put(257, b"ustar\x0000");
    put(329, b"0000000\0"); // device
    put(337, b"0000000\0");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}
