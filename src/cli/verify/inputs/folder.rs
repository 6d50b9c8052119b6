//! A folder's files, those of one card together.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// How deep folders are walked.
const DEPTH_MAX: usize = 16;

/// What a verifier's own files end in; a card and its pages share a stem.
const CARD_ENDINGS: [&str; 11] =
    ["html", "htm", "svg", "json", "txt", "png", "jpg", "jpeg", "tif", "tiff", "pdf"];

/// A walk through a folder.
pub(super) struct Folder {
    entries: Box<dyn Iterator<Item = walkdir::Result<DirEntry>>>,
    /// Taken from the walk, and not of the card before it.
    next: Option<Step>,
}

/// Where the walk comes by.
enum Step {
    File(PathBuf),
    /// What cannot be walked: why, in words, and what to do.
    Barred(PathBuf, String, &'static str),
}

/// What belongs together.
pub(super) enum Found {
    /// The files of one card, under the name that they share; or one file.
    Card(String, Vec<PathBuf>),
    /// A file that is by its name no card's.
    Other(PathBuf),
    /// What cannot be walked: why, in words, and what to do.
    Barred(PathBuf, String, &'static str),
}

impl Folder {
    /// Files before folders, by stem, then by name; hidden ones are passed over.
    pub(super) fn new(root: &Path) -> Self {
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

    /// The next card, file or obstacle.
    pub(super) fn next_found(&mut self) -> Option<Found> {
        let first = match self.next_step()? {
            Step::Barred(path, words, hint) => return Some(Found::Barred(path, words, hint)),
            Step::File(path) => path,
        };
        if !has_card_ending(&first) {
            return Some(Found::Other(first));
        }
        let stem = first.with_extension("");
        let mut files = vec![first];
        while let Some(step) = self.next_step() {
            match step {
                Step::File(path) if has_card_ending(&path) && path.with_extension("") == stem => {
                    files.push(path);
                }
                other => {
                    self.next = Some(other);
                    break;
                }
            }
        }
        let name = if files.len() == 1 { &files[0] } else { &stem };
        Some(Found::Card(super::name_of(name), files))
    }

    fn next_step(&mut self) -> Option<Step> {
        if let Some(step) = self.next.take() {
            return Some(step);
        }
        for entry in self.entries.by_ref() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    return Some(Step::File(entry.into_path()));
                }
                Ok(entry) if entry.file_type().is_dir() && entry.depth() > DEPTH_MAX => {
                    let words = format!("文件夹套得太深，超过 {DEPTH_MAX} 层，没有看");
                    return Some(Step::Barred(entry.into_path(), words, "单独核验这个文件夹"));
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(Path::new("")).to_owned();
                    let words = format!("读不了：{error}");
                    return Some(Step::Barred(path, words, "检查文件夹的权限"));
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
