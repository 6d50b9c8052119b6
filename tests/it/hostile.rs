//! Hostile inputs, by the thousand or by the ten million: flipped bits, cuts, random
//! bytes, pieces of one input in another. No parser panics, none takes a bent input
//! for what was signed, and memory stays bounded.
//!
//! ```text
//! cargo test hostile                                            # 20,000 a parser
//! SHENYAN_HOSTILE=10000000 nice cargo test --release hostile    # as many as one likes
//! ```
//!
//! The corpus is `tests/vectors/`. Inputs follow from a seed, so that a failure can be
//! had again: its number is told.

use std::fs;
use std::process::Command;

use shenyan::assessment::policy::bundle::Citations;
use shenyan::batch::csv;
use shenyan::credential::claim::PolicyId;
use shenyan::credential::lists::SpecimenPolicy;
use shenyan::credential::note::Note;
use shenyan::credential::policy::{BundleError, Bundles};
use shenyan::credential::revocation::{RevocationList, RevocationText};
use shenyan::credential::root::{Root, RootText};
use shenyan::credential::trust::{SpecimenIssuer, Trust};
use shenyan::credential::trust_list::{TrustList, TrustText};
use shenyan::credential::verify;
use shenyan::kit::{Kit, tar};
use shenyan::time::Date;

use crate::tree::{paths, repository};

/// Inputs for each parser if nothing else is asked for.
const FEW: u64 = 20_000;
/// Peak of resident memory of a whole run, in KiB, whatever the number of inputs: the
/// program and its corpus, a few inputs of some ten KiB, and nothing that grows.
const PEAK_MAX: u64 = 32 << 10;

/// SplitMix64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound.max(1)
    }

    /// A corpus item, bent.
    fn bent(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let end = at + self.below(bytes.len() - at + 1).min(200);
            match self.below(8) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                3 => {
                    let other = &corpus[self.below(corpus.len())];
                    let from = self.below(other.len());
                    let to = from + self.below(other.len() - from + 1).min(200);
                    bytes.splice(at..end, other[from..to].iter().copied());
                }
                4 => {
                    let random: Vec<u8> =
                        (0..self.below(24)).map(|_| self.next().to_le_bytes()[0]).collect();
                    bytes.splice(at..end, random);
                }
                5 => {
                    let alphabet = b"0123456789 \n\r\t\",;{}[]:+#/-\xE2\x80\x94\0\xFF";
                    let byte = alphabet[self.below(alphabet.len())];
                    bytes.insert(at, byte);
                }
                _ if bytes.is_empty() => {}
                _ => bytes[at.min(end)] ^= 1 << self.below(8),
            }
        }
        bytes
    }
}

/// The pieces of this kind in the vectors, those of good cases among them.
fn corpus(kind: &str) -> Vec<Vec<u8>> {
    let folder = repository().join("tests/vectors");
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for path in paths(&folder).into_iter().filter(|path| path.ends_with(".txt")) {
        let case = fs::read(folder.join(path)).unwrap();
        let mut is_kind = false;
        for line in case.split_inclusive(|byte| *byte == b'\n') {
            if let Some(found) = line.strip_prefix(b"=== ") {
                is_kind = found.trim_ascii() == kind.as_bytes();
                if is_kind {
                    pieces.push(Vec::new());
                }
            } else if is_kind {
                pieces.last_mut().unwrap().extend_from_slice(line);
            }
        }
    }
    pieces.sort();
    pieces.dedup();
    assert!(pieces.len() >= 3, "{kind}: {} pieces", pieces.len());
    pieces
}

/// The text of a note, to its last newline.
fn text(note: &[u8]) -> Vec<u8> {
    let end = note.windows(2).position(|pair| pair == b"\n\n");
    note[..end.map_or(note.len(), |end| end + 1)].to_vec()
}

fn count() -> u64 {
    let asked = std::env::var("SHENYAN_HOSTILE").ok();
    asked.map_or(FEW, |asked| asked.parse().expect("SHENYAN_HOSTILE is a number"))
}

/// Bends a corpus so many times; a check that fails tells which input it was.
fn each(name: &str, corpus: &[Vec<u8>], mut check: impl FnMut(&[u8])) {
    let begun = std::time::Instant::now();
    for number in 0..count() {
        let input = Noise(number ^ 0x5348_454e_5941_4e00).bent(corpus);
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&input)));
        assert!(checked.is_ok(), "{name}: input {number}: {}", input.escape_ascii());
    }
    println!("{name}: {} inputs in {:.1?}, {} KiB", count(), begun.elapsed(), peak());
}

/// This process's peak of resident memory in KiB; 0 where that cannot be told.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or(0)
}

/// In a process of its own, since memory is told by process.
#[test]
fn hostile_inputs_neither_panic_nor_pile_up() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "hostile::the_parsers", "--ignored", "--nocapture"]);
    let output = command.output().unwrap();
    let (said, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{err}");
    assert_eq!(said.matches(" inputs in ").count(), 9, "{said}");
    println!("{said}");
}

#[test]
#[ignore = "run in a process of its own by hostile_inputs_neither_panic_nor_pile_up"]
fn the_parsers() {
    cards();
    notes();
    kits();
    tables();
    bundles();
    assert!(peak() <= PEAK_MAX, "{} KiB at the peak", peak());
}

fn cards() {
    let issuer = SpecimenIssuer {
        id: "150600".parse().unwrap(),
        name: "样例市人社局".to_owned(),
        hosts: Vec::new(),
    };
    let trust = Trust::specimen(vec![issuer], SpecimenPolicy::Accept).unwrap();
    let now = Date::new(2026, 1, 1).unwrap().beijing_midnight();
    let corpus = corpus("card");
    let authentic = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        verify(&trust, &text, now).card().map(shenyan::credential::Card::encode)
    };
    let good: Vec<_> = corpus.iter().filter_map(|text| authentic(text)).collect();
    assert!(!good.is_empty(), "some are good to begin with");
    each("card", &corpus, |input| {
        let card = authentic(input);
        assert!(card.is_none_or(|card| good.contains(&card)), "a card that nobody has signed");
    });
}

fn notes() {
    let (roots, trusts, lists) = (corpus("root"), corpus("trust"), corpus("revoked"));
    let anchors: Vec<Root> = roots.iter().filter_map(|note| Root::anchor(note).ok()).collect();
    let all = [roots.clone(), trusts.clone(), lists.clone()].concat();
    each("note", &all, |input| {
        if let Ok(note) = Note::read(input) {
            assert!(note.signatures().len() <= 100);
        }
    });
    let texts: Vec<Vec<u8>> = all.iter().map(|note| text(note)).collect();
    let is_known = |input: &[u8]| texts.contains(&text(input));
    let first = anchors.first().expect("a good root note");
    // A root note brings its own keys: another's is another root, and of the same one
    // the signatures may be fewer.
    each("root", &roots, |input| {
        if let Ok(root) = first.succeed(input) {
            assert!(is_known(input) && root.stamp().version >= first.stamp().version);
        }
        let parsed = str::from_utf8(input).ok().and_then(|it| it.parse::<RootText>().ok());
        assert!(parsed.is_none_or(|parsed| parsed.to_string().as_bytes() == input));
    });
    let opened = |note: &Vec<u8>| anchors.iter().find_map(|root| TrustList::open(root, note).ok());
    let held = trusts.iter().find_map(opened).expect("a good trust list");
    let root = anchors.iter().find(|it| it.stamp() == held.root()).expect("the one it is under");
    each("trust", &[trusts, texts.clone()].concat(), |input| {
        assert!(TrustList::open(root, input).is_err() || is_known(input));
        let parsed = str::from_utf8(input).ok().and_then(|it| it.parse::<TrustText>().ok());
        assert!(parsed.is_none_or(|parsed| parsed.to_string().as_bytes() == input));
    });
    each("revoked", &[lists, texts.clone()].concat(), |input| {
        assert!(RevocationList::open(&held, input).is_err() || is_known(input));
        let parsed = str::from_utf8(input).ok().and_then(|it| it.parse::<RevocationText>().ok());
        assert!(parsed.is_none_or(|parsed| parsed.to_string().as_bytes() == input));
    });
}

fn kits() {
    let (root, trust, list) = (corpus("root"), corpus("trust"), corpus("revoked"));
    let bundle = b"{\"format\":\"shenyan/policy/1\"}\n".to_vec();
    let files = tar::Files::from([
        ("keys/root.note", &root[0][..]),
        ("keys/trust.note", &trust[0]),
        ("kit.note", &trust[1]),
        ("policy/0123456789abcdef.json", &bundle),
        ("revoked/150600-2022.note", &list[0]),
    ]);
    let whole = tar::write(&files).unwrap();
    let small = tar::write(&tar::Files::from([("a", &b"x"[..]), ("b", b"")])).unwrap();
    each("kit", &[whole, small], |input| {
        if let Ok(files) = tar::read(input) {
            assert!(tar::write(&files).unwrap() == input, "one spelling");
        }
        if let Ok(kit) = Kit::read(input) {
            assert!(kit.specimens().is_err(), "nobody has signed it");
        }
    });
}

fn tables() {
    let corpus: Vec<Vec<u8>> = [
        "姓名,二维码,单位\r\n样一,https://cards.example/v/#1002,\"样例中学,一部\"\r\n",
        "\"a\"\"b\";\"c\nd\";#1\n\n;;\n",
        "a\tb\tc\n1\t2\t3\n",
    ]
    .map(|table| table.as_bytes().to_vec())
    .to_vec();
    each("csv", &corpus, |input| {
        let delimiter = csv::delimiter(input).unwrap_or(b',');
        let mut extent = csv::Extent::new(delimiter);
        for line in input.split_inclusive(|byte| *byte == b'\n') {
            let _ = extent.after(line); // whether it ends is not the question here
        }
        let (mut cells, mut bytes) = (0, 0);
        for cell in csv::fields(input, delimiter) {
            (cells, bytes) = (cells + 1, bytes + cell.len());
        }
        assert!(cells > 0 && cells + bytes <= input.len() + 1, "no more comes out than goes in");
    });
}

fn bundles() {
    let bundle = "{\"format\":\"shenyan/policy/1\",\"year\":2022,\"unit\":\"学时\",\
        \"categories\":[{\"number\":1,\"label\":\"公需\"}],\"clauses\":[{\"id\":\"一\",\"notice\":\"样张\",\"link\":\"a.html\",\
        \"text\":\"三十学时\"}],\"rules\":[{\"name\":\"一\",\"clause\":0,\"quote\":\"三十\"}]}";
    // Step 11: a card is checked against what is read of the bundle that it cites.
    each("bundle", &corpus("policy"), |input| {
        let mut bundles = Bundles::default();
        match bundles.add(input) {
            Ok(id) => assert!(id == PolicyId::of(input) && bundles.len() == 1),
            Err(BundleError) => assert!(bundles.is_empty()),
        }
    });
    each("policy", &[bundle.as_bytes().to_vec(), b"[[[[[[[[[[[[".to_vec()], |input| {
        if let Some(bundle) = Citations::read(input) {
            assert!(bundle.categories().count() <= input.len());
        }
    });
}
