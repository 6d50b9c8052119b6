//! The shared vectors, `tests/vectors/`: one case a file, written by another
//! program, run by every verifier of these formats.

#![expect(clippy::disallowed_methods, reason = "the vectors are files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::credential::field::Stamp;
use crate::credential::lists::SpecimenPolicy;
use crate::credential::lists::Terms;
use crate::credential::policy::Bundles;
use crate::credential::revocation::RevocationList;
use crate::credential::root::Root;
use crate::credential::trust::{SpecimenIssuer, Trust};
use crate::credential::trust_list::TrustList;
use crate::credential::verdict::Code;
use crate::credential::verify;

/// A case: its head, and its pieces in order, each with its kind.
struct Case {
    expect: String,
    now: Stamp,
    specimens: SpecimenPolicy,
    pieces: Vec<(String, Vec<u8>)>,
}

impl Case {
    fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = str::from_utf8(&bytes[..end]).unwrap();
        let value =
            |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let mut pieces: Vec<(String, Vec<u8>)> = Vec::new();
        for line in bytes[end + 2..].split_inclusive(|byte| *byte == b'\n') {
            match line.strip_prefix(b"=== ") {
                Some(kind) => {
                    let kind = str::from_utf8(kind).unwrap().trim().to_owned();
                    pieces.push((kind, Vec::new()));
                }
                None => pieces.last_mut().unwrap().1.extend_from_slice(line),
            }
        }
        let specimens = match value("specimens") {
            Some("accept") => SpecimenPolicy::Accept,
            Some(other) => panic!("{other}"),
            None => SpecimenPolicy::Refuse,
        };
        assert!(!value("comment").unwrap().is_empty());
        let now = value("now").unwrap().parse().unwrap();
        Self { expect: value("expect").unwrap().to_owned(), now, specimens, pieces }
    }

    fn pieces(&self, kind: &str) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().filter(move |(it, _)| it == kind).map(|(_, bytes)| bytes.as_slice())
    }

    /// The trust that the case's lists give, or the kind that is refused.
    fn trust(&self) -> Result<Trust, &'static str> {
        let mut root: Option<Root> = None;
        for bytes in self.pieces("root") {
            let next = match &root {
                Some(root) => root.succeed(bytes),
                None => Root::anchor(bytes),
            };
            root = Some(next.map_err(|_| "refused root")?);
        }
        let Some(root) = root else {
            let (id, name) = ("150600".parse().unwrap(), "样例市人社局".to_owned());
            let issuer = SpecimenIssuer { id, name, hosts: Vec::new() };
            return Ok(Trust::specimen(vec![issuer], self.specimens).unwrap());
        };
        let bytes = self.pieces("trust").next().expect("a root note has a trust list");
        let list = TrustList::open(&root, bytes).map_err(|_| "refused trust")?;
        let revoked = self.pieces("revoked").map(|bytes| RevocationList::open(&list, bytes));
        let revoked: Result<Vec<_>, _> = revoked.collect();
        let revoked = revoked.map_err(|_| "refused revoked")?;
        let terms = Terms { specimens: self.specimens, ..Terms::default() };
        Ok(Trust::listed(&list, revoked, terms).unwrap())
    }

    fn outcome(&self) -> &'static str {
        let trust = match self.trust() {
            Ok(trust) => trust,
            Err(refused) => return refused,
        };
        let card = self.pieces("card").next().expect("a case that is not refused has a card");
        let card = str::from_utf8(card.strip_suffix(b"\n").unwrap()).unwrap();
        let mut policies = Bundles::default();
        for bytes in self.pieces("policy") {
            policies.add(bytes).unwrap();
        }
        verify(&trust.with_policies(policies), card, self.now.time()).code().as_str()
    }
}

fn paths() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let list = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let folders = list(&root).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| list(&folder));
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|it| it == "txt")).collect();
    files.sort();
    files
}

#[test]
fn every_vector_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for path in paths() {
        let case = Case::read(&path);
        let outcome = case.outcome();
        if outcome != case.expect {
            wrong.push(format!("{}: {outcome}, not {}", path.display(), case.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_verdict_has_a_vector() {
    let seen: BTreeSet<_> = paths().iter().map(|path| Case::read(path).expect).collect();
    for code in Code::ALL {
        assert!(seen.contains(code.as_str()), "{code}");
    }
    for kind in ["refused root", "refused trust", "refused revoked"] {
        assert!(seen.contains(kind), "{kind}");
    }
}
