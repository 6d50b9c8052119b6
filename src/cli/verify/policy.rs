//! The policy bundles that cards are checked against: `policy/<16 hex>.json`, as a site
//! publishes them. They also say what a card's hours are called and counted in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::inputs;
use crate::assessment::policy::bundle::Citations;
use crate::assessment::policy::vocabulary;
use crate::cli::trust::held;
use crate::credential::claim::{Category, PolicyId};
use crate::credential::policy::Bundles;
use crate::diagnostic::Diagnostics;

/// What to do about a bundle that cannot be used.
pub(super) const HINT: &str = "从网站的 policy/ 重新取得规则集";
/// Bundles of a folder, at most.
const FILES_MAX: usize = 10_000;

/// Bundles as a verifier uses them.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// What cards are checked against.
    pub bundles: Bundles,
    /// What their hours are called.
    pub names: Names,
}

/// What hours are called and counted in, which no card says itself.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_policy: BTreeMap<PolicyId, Named>,
    /// What a site calls its categories now: for cards whose bundle is not at hand.
    own: BTreeMap<u64, String>,
}

#[derive(Debug)]
struct Named {
    unit: String,
    categories: BTreeMap<u64, String>,
}

impl Names {
    /// The name of a category of a card's policy, if it is known.
    pub(super) fn category(&self, policy: PolicyId, category: Category) -> Option<&str> {
        let named = self.by_policy.get(&policy).map_or(&self.own, |it| &it.categories);
        named.get(&category.get()).map(String::as_str)
    }

    /// What a card's policy counts in; known from its bundle alone, since offices
    /// differ and one may change its mind.
    pub(super) fn unit(&self, policy: PolicyId) -> Option<&str> {
        self.by_policy.get(&policy).map(|it| it.unit.as_str())
    }

    /// The same, and what the site at this root calls its categories: nothing if its
    /// vocabulary cannot be read, since a card is judged without it.
    pub(super) fn of_site(self, root: &Path) -> Self {
        let path = "content/vocabulary.toml";
        let parsed = inputs::read_small(&root.join(path))
            .and_then(|text| vocabulary::parse(path, &text, &mut Diagnostics::new()));
        let own = parsed.iter().flat_map(|vocabulary| vocabulary.categories());
        let own = own.map(|category| (u64::from(category.number), category.label.clone()));
        Self { own: own.collect(), ..self }
    }

    /// These, and those of more bundles.
    pub(super) fn with(mut self, more: Self) -> Self {
        self.by_policy.extend(more.by_policy);
        self
    }

    fn add(&mut self, id: PolicyId, bytes: &[u8]) {
        let Some(words) = Citations::read(bytes) else { return };
        let categories = words.categories().map(|(number, name)| (number, name.to_owned()));
        let named = Named { unit: words.unit().to_owned(), categories: categories.collect() };
        self.by_policy.insert(id, named);
    }
}

/// Reads the bundles of a folder; other files are passed over.
///
/// Errors: a bundle cannot be read, or is not the one that its name says, in words.
pub(super) fn read(folder: &Path) -> Result<Held, String> {
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
    let Held { mut bundles, mut names } = Held::default();
    for path in paths {
        let bytes = held::read(&path)?;
        let wrong = |what: &str| format!("{}：{what}", path.display());
        let found = bundles.add(&bytes).map_err(|error| wrong(&error.to_string()))?;
        if id(&path).is_none_or(|id| id != found.to_string()) {
            return Err(wrong("内容与文件名中的编号不符"));
        }
        names.add(found, &bytes);
    }
    Ok(Held { bundles, names })
}

/// The bundles that a site's folder has, if it has any: as it publishes them, or as
/// it was published.
pub(super) fn of_site(site: &Path) -> Result<Held, String> {
    let folders = ["policy", "public/policy"].map(|name| site.join(name));
    let found: Option<&PathBuf> = folders.iter().find(|folder| folder.is_dir());
    found.map_or_else(|| Ok(Held::default()), |folder| read(folder))
}

/// The bundles of a kit. One of a format that is not known is none.
pub(super) fn of_kit(files: &BTreeMap<PolicyId, Vec<u8>>) -> Held {
    let Held { mut bundles, mut names } = Held::default();
    for (id, bytes) in files {
        let _ = bundles.add(bytes);
        names.add(*id, bytes);
    }
    Held { bundles, names }
}

/// The id in the name of a bundle's file: sixteen lower-case hexadecimal digits.
fn id(path: &Path) -> Option<&str> {
    let id = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (id.len() == 16 && id.bytes().all(is_hex)).then_some(id)
}
