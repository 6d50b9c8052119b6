//! Where finished pages go, and the paths they go to.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Longest path in bytes; leaves room for the folder a site is put into.
const MAX_BYTES: usize = 512;
/// Longest segment in bytes, the limit of the usual file systems.
const MAX_SEGMENT: usize = 240;
/// Deepest nesting of folders.
const MAX_SEGMENTS: usize = 16;

/// A relative path of the output with `/` between segments, such as
/// `notices/2022/quqiu.html`.
///
/// It can be written to any disk or USB stick and cannot leave the folder it is
/// joined to: no segment is empty, starts with a dot, ends with a dot or a
/// blank, is a device name of Windows, or holds a control character or one of
/// `\ : * ? " < > |`; at most 16 segments of at most 240 bytes, 512 in all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePath(String);

/// Why a text is not a [`SitePath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SitePathError {
    /// Longer than 512 bytes, than 16 segments, or a segment than 240 bytes.
    TooLong,
    /// A leading, trailing or doubled `/`, or nothing at all.
    EmptySegment,
    /// A segment that starts with a dot (`.` and `..` among them), or ends with
    /// a dot or a blank.
    DotOrBlank,
    /// A character that some file system refuses.
    Character(char),
    /// A name such as `con` or `nul` that Windows keeps for devices.
    DeviceName,
}

impl fmt::Display for SitePathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("路径过长"),
            Self::EmptySegment => f.write_str("路径中有空的一段"),
            Self::DotOrBlank => f.write_str("路径中有一段以点开头，或以点、空格结尾"),
            Self::Character(found) => write!(f, "路径中有不能用的字符 {found:?}"),
            Self::DeviceName => f.write_str("路径中有一段是 Windows 保留的设备名"),
        }
    }
}

impl std::error::Error for SitePathError {}

impl SitePath {
    /// The path, if every segment can be a name on any disk.
    pub fn new(path: impl Into<String>) -> Result<Self, SitePathError> {
        let path = path.into();
        if path.len() > MAX_BYTES || path.split('/').count() > MAX_SEGMENTS {
            return Err(SitePathError::TooLong);
        }
        for segment in path.split('/') {
            check_segment(segment)?;
        }
        Ok(Self(path))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The way from this page back to the root of the site: nothing at the
    /// root, else one `../` a folder.
    pub fn to_root(&self) -> String {
        "../".repeat(self.0.matches('/').count())
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_segment(segment: &str) -> Result<(), SitePathError> {
    if segment.is_empty() {
        return Err(SitePathError::EmptySegment);
    }
    if segment.len() > MAX_SEGMENT {
        return Err(SitePathError::TooLong);
    }
    if segment.starts_with('.') || segment.ends_with(['.', ' ']) {
        return Err(SitePathError::DotOrBlank);
    }
    let refused = |c: &char| c.is_control() || r#"\:*?"<>|"#.contains(*c);
    if let Some(found) = segment.chars().find(refused) {
        return Err(SitePathError::Character(found));
    }
    if is_device_name(segment) { Err(SitePathError::DeviceName) } else { Ok(()) }
}

/// Windows keeps these names whatever their case or extension.
fn is_device_name(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment).to_ascii_lowercase();
    match stem.as_str() {
        "con" | "prn" | "aux" | "nul" => true,
        _ => {
            let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
            numbered.is_some_and(|number| {
                number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit())
            })
        }
    }
}

/// Takes finished files, from many threads at once.
pub trait Sink: Sync {
    /// Takes one file.
    ///
    /// Each path is put once; a second time is an error of kind
    /// [`io::ErrorKind::AlreadyExists`], since one page would silently replace
    /// another.
    fn put(&self, path: &SitePath, bytes: &[u8]) -> io::Result<()>;

    /// Adds to the end of a draft, which is no file of the output: what is known
    /// piece by piece, and is to stand behind what is known last.
    fn append(&self, draft: &SitePath, bytes: &[u8]) -> io::Result<()>;

    /// Puts one file made of these parts in order; its drafts are gone then.
    fn bind(&self, path: &SitePath, parts: &[Part<'_>]) -> io::Result<()>;
}

/// A part of a file that is bound.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// All that was added to a draft; nothing, if nothing was.
    Draft(&'a SitePath),
}

/// A sink that keeps everything in memory.
#[derive(Debug, Default)]
pub struct MemorySink {
    files: Mutex<BTreeMap<SitePath, Vec<u8>>>,
    drafts: Mutex<BTreeMap<SitePath, Vec<u8>>>,
}

impl MemorySink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// All files by path.
    pub fn into_files(self) -> BTreeMap<SitePath, Vec<u8>> {
        self.files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for MemorySink {
    fn put(&self, path: &SitePath, bytes: &[u8]) -> io::Result<()> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.contains_key(path) {
            let message = format!("{path} 已经写过一次");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        files.insert(path.clone(), bytes.to_vec());
        Ok(())
    }

    fn append(&self, draft: &SitePath, bytes: &[u8]) -> io::Result<()> {
        let mut drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.entry(draft.clone()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn bind(&self, path: &SitePath, parts: &[Part<'_>]) -> io::Result<()> {
        let mut whole = Vec::new();
        let mut drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        for part in parts {
            match part {
                Part::Bytes(bytes) => whole.extend_from_slice(bytes),
                Part::Draft(draft) => whole.extend(drafts.remove(draft).unwrap_or_default()),
            }
        }
        drop(drafts);
        self.put(path, &whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_folder_it_is_joined_to() {
        for good in ["index.html", "notices/2022/关于做好.html", "a-b_c.1/x", "console/common.css"]
        {
            assert_eq!(SitePath::new(good).unwrap().as_str(), good);
        }
        use SitePathError::*;
        for (bad, why) in [
            ("", EmptySegment),
            ("/etc", EmptySegment),
            ("a/", EmptySegment),
            ("a//b", EmptySegment),
            ("..", DotOrBlank),
            ("a/../b", DotOrBlank),
            ("./a", DotOrBlank),
            (".htaccess", DotOrBlank),
            ("a./b", DotOrBlank),
            ("a /b", DotOrBlank),
            ("a\\b", Character('\\')),
            ("c:/x", Character(':')),
            ("a\0", Character('\0')),
            ("a\n", Character('\n')),
            ("what?", Character('?')),
            ("x/NUL.html", DeviceName),
            ("com1", DeviceName),
        ] {
            assert_eq!(SitePath::new(bad), Err(why), "{bad:?}");
        }
        assert_eq!(SitePath::new("a".repeat(240)).map(|_| ()), Ok(()));
        assert_eq!(SitePath::new("a".repeat(241)), Err(TooLong));
        assert_eq!(SitePath::new(["a"; 17].join("/")), Err(TooLong));
        assert_eq!(
            SitePath::new(["a".repeat(200), "b".repeat(200), "c".repeat(200)].join("/")),
            Err(TooLong)
        );
    }

    #[test]
    fn the_way_to_the_root_is_one_step_a_folder() {
        assert_eq!(SitePath::new("index.html").unwrap().to_root(), "");
        assert_eq!(SitePath::new("notices/2022/a.html").unwrap().to_root(), "../../");
    }

    #[test]
    fn a_memory_sink_refuses_a_path_twice_and_keeps_the_first() {
        let sink = MemorySink::new();
        let path = SitePath::new("a/b.html").unwrap();
        sink.put(&path, b"first").unwrap();
        let error = sink.put(&path, b"second").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert!(error.to_string().contains("a/b.html"), "{error}");
        assert_eq!(sink.into_files().into_values().collect::<Vec<_>>(), [b"first".to_vec()]);
    }

    #[test]
    fn a_file_is_bound_of_drafts_that_are_gone_then() {
        let sink = MemorySink::new();
        let [path, draft, empty] =
            ["a.html", "a.draft", "a.empty"].map(|it| SitePath::new(it).unwrap());
        sink.append(&draft, "一".as_bytes()).unwrap();
        sink.append(&draft, "二".as_bytes()).unwrap();
        let parts =
            [Part::Bytes(b"<"), Part::Draft(&draft), Part::Draft(&empty), Part::Bytes(b">")];
        sink.bind(&path, &parts).unwrap();
        let again = SitePath::new("b.html").unwrap();
        sink.bind(&again, &parts).unwrap();
        let files = sink.into_files();
        assert_eq!(files[&path], "<一二>".as_bytes());
        assert_eq!(files[&again], b"<>");
        assert_eq!(files.len(), 2, "drafts are no files");
    }
}
