//! The policy bundles that cards are checked against: `policy/<16 hex>.json`, as a site
//! publishes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::trust::held;
use crate::credential::claim::PolicyId;
use crate::credential::policy::Bundles;

/// What to do about a bundle that cannot be used.
pub(super) const HINT: &str = "从网站的 policy/ 重新取得规则集";
/// Bundles of a folder, at most.
const FILES_MAX: usize = 10_000;

/// Reads the bundles of a folder; other files are passed over.
///
/// Errors: a bundle cannot be read, or is not the one that its name says, in words.
pub(super) fn read(folder: &Path) -> Result<Bundles, String> {
    let told = |error: std::io::Error| format!("{} 读不了：{error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if id(&path).is_some() {
            paths.push(path);
        }
        if paths.len() > FILES_MAX {
            return Err(format!("{} 中的规则集超过 {FILES_MAX} 份", folder.display()));
        }
    }
    paths.sort();
    let mut bundles = Bundles::default();
    for path in paths {
        let bytes = held::read(&path)?;
        let wrong = |what: &str| format!("{}：{what}", path.display());
        let found = bundles.add(&bytes).map_err(|error| wrong(&error.to_string()))?;
        if id(&path).is_none_or(|id| id != found.to_string()) {
            return Err(wrong("内容与文件名中的编号不符"));
        }
    }
    Ok(bundles)
}

/// The bundles that a site's folder has, if it has any: as it publishes them, or as
/// it was published.
pub(super) fn of_site(site: &Path) -> Result<Bundles, String> {
    let folders = ["policy", "public/policy"].map(|name| site.join(name));
    let found: Option<&PathBuf> = folders.iter().find(|folder| folder.is_dir());
    found.map_or_else(|| Ok(Bundles::default()), |folder| read(folder))
}

/// The bundles of a kit. One of a format that is not known is none.
pub(super) fn of_kit(files: &BTreeMap<PolicyId, Vec<u8>>) -> Bundles {
    let mut bundles = Bundles::default();
    for bytes in files.values() {
        let _ = bundles.add(bytes);
    }
    bundles
}

/// The id in the name of a bundle's file: sixteen lower-case hexadecimal digits.
fn id(path: &Path) -> Option<&str> {
    let id = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (id.len() == 16 && id.bytes().all(is_hex)).then_some(id)
}
