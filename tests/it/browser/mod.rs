//! The verify page in a real browser: what it answers is what the command line does.
//!
//! Chromium runs headless (Debian: `chromium`, and `fonts-noto-cjk` for pictures). A
//! page of the test imports the page's own scripts, or drives the page in a frame, and
//! posts what it sees back to the server that it came from. Three places, since
//! browsers give each different means: localhost, a host's name over plain http (no
//! `crypto.subtle`), and a file.

mod axe;
mod bundles;
mod cases;
mod check;
mod chromium;
mod held;
mod lists;
mod pace;
mod page;
mod print;
mod server;
mod twin;
mod worker;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shenyan::credential::Trust;
use shenyan::credential::key::{Signer as _, SigningKey};
use shenyan::credential::lists::SpecimenPolicy;
use shenyan::credential::trust::SpecimenIssuer;
use tempfile::TempDir;

/// The sample site's issuer, with its portal's host.
fn issuer() -> SpecimenIssuer {
    SpecimenIssuer {
        id: "150600".parse().unwrap(),
        name: "鄂尔多斯市人力资源和社会保障局（样张）".to_owned(),
        hosts: vec!["cards.example".parse().unwrap()],
    }
}

fn trust(specimens: SpecimenPolicy) -> Trust {
    Trust::specimen(vec![issuer()], specimens).unwrap()
}

/// The same, as the page's scripts take it.
fn specimens() -> serde_json::Value {
    let SpecimenIssuer { id, name, hosts } = issuer();
    let hosts: Vec<&str> = hosts.iter().map(|host| host.as_str()).collect();
    let key = hex(SigningKey::specimen(&id).public_key().as_bytes());
    serde_json::json!([{ "id": id.as_str(), "name": name, "key": key, "hosts": hosts }])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The sample site, built.
struct Sample {
    folder: TempDir,
}

impl Sample {
    fn build() -> Self {
        let folder = TempDir::new().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&root.join("content"), &folder.path().join("content"));
        let sample = Self { folder };
        sample.rebuild();
        sample
    }

    /// Builds again, after something was changed.
    fn rebuild(&self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shenyan"));
        let output = command.args(["build", "--site"]).arg(self.folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What is published, by its path with a leading slash.
    fn public(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        read_into(&self.path("public"), "", &mut files);
        files
    }

    /// The texts of all cards, in the order of their numbers.
    fn cards(&self) -> Vec<String> {
        let mut files = BTreeMap::new();
        read_into(&self.path("private/cards"), "", &mut files);
        let cards =
            files.iter().filter(|(name, _)| name.ends_with(".json")).map(|(name, bytes)| {
                let json: serde_json::Value = serde_json::from_slice(bytes).unwrap();
                let number = name.rsplit('/').next().unwrap().to_owned();
                (number, json["card"].as_str().unwrap().to_owned())
            });
        let cards: BTreeMap<String, String> = cards.collect();
        cards.into_values().collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        if entry.path().is_dir() {
            // A ledger that somebody's own build has left is not the sample's.
            if name != "ledger" {
                copy(&entry.path(), &to.join(name));
            }
        } else {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

fn read_into(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read_into(&entry.path(), &name, files);
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}
