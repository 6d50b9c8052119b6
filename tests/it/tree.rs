//! Folders as tests see them: copied, and read into memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walkdir::WalkDir;

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command under test.
pub(crate) fn shenyan() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_shenyan"))
}

/// The files below a folder, by their paths from it with `/`.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in paths(folder) {
        let bytes = fs::read(folder.join(&path)).unwrap();
        files.insert(path, bytes);
    }
    files
}

/// The paths of the files below a folder, in order.
pub(crate) fn paths(folder: &Path) -> Vec<String> {
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let found = walk.filter(|entry| entry.file_type().is_file());
    let mut paths: Vec<_> = found
        .map(|entry| {
            let inner = entry.path().strip_prefix(folder).unwrap();
            inner.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("/")
        })
        .collect();
    paths.sort();
    paths
}

/// Copies what is in a folder over what is in another.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in WalkDir::new(from).sort_by_file_name() {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// A copy of the sample site that the repository is, never built.
pub(crate) fn sample() -> TempDir {
    let site = tempfile::tempdir().unwrap();
    for folder in ["content", "themes"] {
        copy(&repository().join(folder), &site.path().join(folder));
    }
    let ledger = site.path().join("content/ledger");
    if ledger.exists() {
        fs::remove_dir_all(ledger).unwrap(); // of a build in the repository itself
    }
    site
}

/// How many learners the sample site has, and how many of them pass: as worked out
/// by hand in `tests/policy/sample-2022.tsv`.
pub(crate) fn learners_and_passed() -> (usize, usize) {
    let table = fs::read_to_string(repository().join("tests/policy/sample-2022.tsv")).unwrap();
    let rows: Vec<_> = table.lines().skip(1).collect();
    let passed = rows.iter().filter(|row| row.split('\t').nth(1) == Some("通过")).count();
    (rows.len(), passed)
}
