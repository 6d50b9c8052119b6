//! The lists that a verifier trusts by, from a site's folder.
//!
//! `keys/root.note` and the notes that lead up to it, `keys/trust.note`, and the
//! revocation lists in `content/revoked/`; in what a site publishes, the notes stand
//! at its root, and the lists in `revoked/`. A folder with nothing but these is
//! enough: an auditor needs no site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::state::{self, Kind, State};
use super::trust::held::{self, Held};
use crate::credential::Trust;
use crate::credential::digest::TextDigest;
use crate::credential::lists::Terms;
use crate::credential::revocation::RevocationList;
use crate::credential::root::Root;
use crate::credential::scope::Origin;
use crate::credential::seen::SeenError;
use crate::credential::trust_list::{LogStatus, TrustList, TrustText};
use crate::pipeline::Notes;

/// Revocation lists, at most.
const LISTS_MAX: usize = 20_000;

/// The lists of a site, each opened under the one above it.
pub(super) struct Lists {
    held: Held,
    list: TrustList,
    revocations: Vec<RevocationList>,
    /// The bytes of the revocation lists.
    notes: Vec<(Origin, Vec<u8>)>,
}

/// What to do about a list that is not accepted.
const HINT: &str = "向签发机构重新取得名单";

/// A problem, in words, and what to do.
type Told = (String, &'static str);

impl Lists {
    /// Reads a site's lists; a site without a root note has none.
    pub(super) fn read(site: &Path) -> Result<Option<Self>, Told> {
        let folders = [site.join("keys"), site.to_owned()];
        let has_root = |folder: &&PathBuf| folder.join("root.note").symlink_metadata().is_ok();
        let Some(keys) = folders.iter().find(has_root) else { return Ok(None) };
        let held = Held::read(keys)?;
        let notes = notes(site).map_err(|what| (what, HINT))?;
        let revoked = notes.iter().map(|path| Ok((path.display().to_string(), held::read(path)?)));
        Self::open(held, revoked).map(Some)
    }

    /// Opens lists that were read, each revocation list with its name.
    pub(super) fn open(
        held: Held,
        revoked: impl IntoIterator<Item = Result<(String, Vec<u8>), String>>,
    ) -> Result<Self, Told> {
        let list = held.list()?.ok_or(("没有信任名单 trust.note".to_owned(), HINT))?;
        let mut newest: BTreeMap<_, RevocationList> = BTreeMap::new();
        let mut bytes_of = BTreeMap::new();
        for note in revoked {
            let (name, bytes) = note.map_err(|what| (what, HINT))?;
            let told = |what: String| (format!("{name} 不被接受：{what}"), HINT);
            let found =
                RevocationList::open(&list, &bytes).map_err(|error| told(error.to_string()))?;
            let origin = found.text().origin().clone();
            if let Some(other) = newest.get(&origin)
                && *other != found
            {
                let equal = other.stamp().version == found.stamp().version;
                let version = found.stamp().version;
                return Err(told(if equal {
                    SeenError::Equivocation(version).to_string()
                } else {
                    format!("日志 {origin} 有两份名单")
                }));
            }
            bytes_of.insert(origin.clone(), bytes);
            newest.insert(origin, found);
        }
        let (revocations, notes) = (newest.into_values().collect(), bytes_of.into_iter().collect());
        Ok(Self { held, list, revocations, notes })
    }

    /// The trust list.
    pub(super) fn list(&self) -> &TrustList {
        &self.list
    }

    /// The logs in use that there is no revocation list of: no card of theirs can be
    /// found valid.
    pub(super) fn uncovered(&self) -> Vec<String> {
        let has = |origin| self.revocations.iter().any(|it| it.text().origin() == origin);
        let logs = self.list.text().logs.iter();
        let logs = logs.filter(|log| log.status == LogStatus::Active && !has(&log.origin));
        logs.map(|log| log.origin.to_string()).collect()
    }

    /// The newest root note, the trust list, the revocation lists, and the bytes of
    /// all.
    pub(super) fn into_parts(self) -> (Root, TrustList, Vec<RevocationList>, Notes) {
        let Self { held, list, revocations, notes: revoked } = self;
        let root = held.root().ok().cloned().expect("a trust list was opened under it");
        let (roots, trust) = held.into_notes();
        (root, list, revocations, Notes { roots, trust: trust.unwrap_or_default(), revoked })
    }

    /// Takes note of the lists in the file given, or in the user's own, if none of
    /// them goes back on what this machine has seen.
    pub(super) fn remember(&self, state: Option<&Path>, memory: Memory) -> Result<Met, Told> {
        let realm = self.list.text().realm.as_str();
        let Some(path) = state.map(Path::to_owned).or_else(state::path) else {
            return Ok(Met::Before);
        };
        let told = |what| (what, state::HINT);
        let before = State::read(&path).map_err(told)?;
        let met = match before.seen(Kind::Root, realm) {
            Some(_) => Met::Before,
            None => Met::First,
        };
        let mut seen = before.clone();
        self.observe(&mut seen)?;
        if seen != before && memory == Memory::Kept {
            // Whoever verifies at the same time has learnt something too.
            let _lock = state::lock(&path).map_err(told)?;
            let mut seen = State::read(&path).map_err(told)?;
            self.observe(&mut seen)?;
            seen.save(&path).map_err(told)?;
        }
        Ok(met)
    }

    /// Takes note of the lists, if none of them goes back on what was seen.
    ///
    /// A root note must be the one that was seen, or follow on it step by step: a
    /// stranger's of the same realm does not.
    fn observe(&self, state: &mut State) -> Result<(), Told> {
        const HINT: &str = "名单有出入：向签发机构核对，再重新取得名单";
        let told = |what: &str, error: SeenError| (format!("{what}{error}"), HINT);
        let realm = self.list.text().realm.as_str();
        let mut prev = TextDigest::NONE;
        for root in self.held.since(state.seen(Kind::Root, realm)).map_err(|what| (what, HINT))? {
            let observed = state.observe(Kind::Root, realm, &root.stamp(), prev);
            observed.map_err(|error| told("根文件", error))?;
            // Each was signed by the keys of the one before it.
            prev = root.digest();
        }
        state
            .observe(Kind::Trust, realm, &self.list.stamp(), self.list.text().prev)
            .map_err(|error| told("信任名单", error))?;
        for list in &self.revocations {
            let origin = list.text().origin().to_string();
            state
                .observe(Kind::Revoked, &origin, &list.stamp(), list.text().prev())
                .map_err(|error| told(&format!("撤销名单 {origin} "), error))?;
        }
        Ok(())
    }

    /// Which lists they are, for people: a verdict is as good as they are new.
    pub(super) fn words(&self) -> String {
        let TrustText { realm, version, issued, .. } = self.list.text();
        let root = self.list.root().version;
        let oldest = self.revocations.iter().map(|list| list.stamp().issued).min();
        let revocations = match oldest {
            Some(oldest) => {
                format!("撤销名单 {} 份，最早 {oldest} 签发", self.revocations.len())
            }
            None => "没有撤销名单".to_owned(),
        };
        format!(
            "按领域 {realm} 的名单核验：根文件第 {root} 版；\
             信任名单第 {version} 版，{issued} 签发；{revocations}"
        )
    }

    /// The root note, for people who have not met it before.
    pub(super) fn introduction(&self) -> String {
        let TrustText { realm, .. } = self.list.text();
        let root = self.held.root().expect("a trust list was opened under it");
        format!(
            "本机第一次见到领域 {realm} 的根文件，请与签发机构公布的核对：SHA-256 {}",
            root.digest()
        )
    }

    /// Trust by these lists, on these terms.
    pub(super) fn trust(self, terms: Terms) -> Trust {
        Trust::listed(&self.list, self.revocations, terms).expect("one list of each log")
    }
}

/// Whether what has been seen is written down, or only asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    Kept,
    Asked,
}

/// Whether this machine had seen a root note of the realm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    Before,
    First,
}

/// The notes in a site's folders of revocation lists, by name.
pub(super) fn notes(site: &Path) -> Result<Vec<PathBuf>, String> {
    let mut notes = Vec::new();
    for folder in ["content/revoked", "revoked"] {
        let folder = site.join(folder);
        let told = |error: std::io::Error| format!("{} 读不了：{error}", folder.display());
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(told)?,
        };
        for entry in entries {
            let path = entry.map_err(told)?.path();
            if path.extension().is_some_and(|it| it == "note") {
                notes.push(path);
            }
            if notes.len() > LISTS_MAX {
                return Err(format!("{} 中的名单超过 20,000 份", folder.display()));
            }
        }
    }
    notes.sort();
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::super::trust::tests::Office;
    use super::*;

    fn observe(office: &Office, state: &mut State) -> Result<(), String> {
        let lists = Lists::read(&office.at("")).ok().unwrap().unwrap();
        lists.observe(state).map_err(|(what, _)| what)
    }

    fn publish(office: &Office, next_update: &str) {
        office.does(&format!("trust --dir @ propose list --next-update {next_update}"));
        office.does("trust --dir @ sign @/trust.next --key @/trust-office.key");
        office.does("trust --dir @ assemble @/trust.next @/trust.next.trust-office.sig");
    }

    fn rotate(office: &Office, expires: &str) {
        office.does(&format!("trust --dir @ propose root --expires {expires}"));
        office.does("trust --dir @ sign @/root.next --key @/root-a.key");
        office.does("trust --dir @ sign @/root.next --key @/root-b.key");
        office.does(
            "trust --dir @ assemble @/root.next @/root.next.root-a.sig @/root.next.root-b.sig",
        );
    }

    #[test]
    fn a_folder_without_a_root_note_has_no_lists() {
        let office = Office::new();
        assert!(Lists::read(&office.at("")).ok().unwrap().is_none());
        office.does("keys new root a --dir @ --unprotected");
        assert!(Lists::read(&office.at("")).ok().unwrap().is_none());
    }

    #[test]
    fn lists_rise_and_never_go_back() {
        let office = Office::with_lists();
        let note = |name: &str| office.at(&format!("keys/{name}"));
        let mut state = State::default();
        observe(&office, &mut state).unwrap();
        observe(&office, &mut state).unwrap();
        let first = std::fs::read(note("trust.note")).unwrap();
        publish(&office, "2023-08-01");
        observe(&office, &mut state).unwrap();
        let second = std::fs::read(note("trust.note")).unwrap();
        std::fs::write(note("trust.note"), &first).unwrap();
        assert!(observe(&office, &mut state).unwrap_err().contains("旧的第 1 版"));
        // The same version once more, otherwise: two lists for two readers.
        publish(&office, "2023-09-01");
        assert!(observe(&office, &mut state).unwrap_err().contains("EQUIVOCATION"));
        std::fs::write(note("trust.note"), &second).unwrap();
        observe(&office, &mut state).unwrap();
    }

    #[test]
    fn another_office_of_the_same_realm_is_a_stranger() {
        let mut state = State::default();
        observe(&Office::with_lists(), &mut state).unwrap();
        let stranger = Office::with_lists();
        assert!(observe(&stranger, &mut state).unwrap_err().contains("EQUIVOCATION"));
        rotate(&stranger, "2032-01-01");
        assert!(observe(&stranger, &mut state).unwrap_err().contains("EQUIVOCATION"));
        std::fs::remove_file(stranger.at("keys/root.1.note")).unwrap();
        assert!(observe(&stranger, &mut state).unwrap_err().contains("root.1.note"));
    }

    #[test]
    fn a_root_note_is_followed_step_by_step() {
        let office = Office::with_lists();
        let mut state = State::default();
        observe(&office, &mut state).unwrap();
        let first = std::fs::read(office.at("keys/root.note")).unwrap();
        rotate(&office, "2032-01-01");
        rotate(&office, "2033-01-01");
        observe(&office, &mut state).unwrap();
        for name in ["root.2.note", "root.3.note"] {
            std::fs::remove_file(office.at("keys").join(name)).unwrap();
        }
        std::fs::write(office.at("keys/root.note"), first).unwrap();
        assert!(observe(&office, &mut state).unwrap_err().contains("旧的第 1 版"));
    }
}
