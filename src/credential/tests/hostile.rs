//! The lists as they become bad: bits flipped, pieces moved, random bytes. None is
//! accepted that is not the one that was signed, and nothing panics.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::listed::{open, revocation_text, root, root_text, signed, trust_text};
use crate::credential::note::Note;
use crate::credential::revocation::{RevocationList, RevocationText};
use crate::credential::root::{Root, RootText};
use crate::credential::trust_list::{TrustList, TrustText};

fn notes() -> &'static [Vec<u8>; 3] {
    static NOTES: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
        [
            signed(&root_text().to_string(), &["root/a", "root/b", "root/c"]),
            signed(&trust_text().to_string(), &["trust/office"]),
            signed(&revocation_text().to_string(), &["training/150600/2022"]),
        ]
    });
    &NOTES
}

/// Whether anything takes these bytes for a list, and for another one than it is.
fn is_accepted(bytes: &[u8]) -> bool {
    static HELD: LazyLock<(Root, TrustList)> = LazyLock::new(|| (root(), open(&trust_text())));
    let (root, trust) = &*HELD;
    root.succeed(bytes).is_ok()
        || TrustList::open(root, bytes).is_ok()
        || RevocationList::open(trust, bytes).is_ok()
}

/// As many cases as the environment asks for (`PROPTEST_CASES`), and 2,000 at least.
fn many() -> ProptestConfig {
    ProptestConfig::with_cases(ProptestConfig::default().cases.max(2_000))
}

#[test]
fn every_bit_of_every_list() {
    let (root, trust) = (root(), open(&trust_text()));
    for (kind, bytes) in notes().iter().enumerate() {
        let text_end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let accepted = match kind {
                    // A third signature of two that are needed may become a stranger's.
                    0 => root.succeed(&flipped).is_ok_and(|it| at <= text_end || it != root),
                    1 => TrustList::open(&root, &flipped).is_ok(),
                    _ => RevocationList::open(&trust, &flipped).is_ok(),
                };
                assert!(!accepted, "list {kind}, byte {at}, bit {bit}");
            }
        }
        for end in 0..bytes.len() {
            let accepted = match kind {
                0 => root.succeed(&bytes[..end]).is_ok_and(|it| it != root),
                1 => TrustList::open(&root, &bytes[..end]).is_ok(),
                _ => RevocationList::open(&trust, &bytes[..end]).is_ok(),
            };
            assert!(!accepted, "list {kind}, cut at {end}");
        }
    }
}

/// How a text is bent: cut out a piece, and put another one in its place.
fn bend(bytes: &[u8], from: usize, length: usize, piece: &[u8]) -> Vec<u8> {
    let from = from % (bytes.len() + 1);
    let to = (from + length).min(bytes.len());
    [&bytes[..from], piece, &bytes[to..]].concat()
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        "[0-9 +\n/\"{}\\[\\],:a-z]{0,40}".prop_map(String::into_bytes),
        Just("\n\n".into()),
        Just("— a AAAAAAA=\n".into()),
        Just("reason error\n0\n".into()),
        Just("9007199254740991".into()),
    ]
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn bent_notes(kind in 0..3_usize, from in any::<usize>(), length in 0..60_usize, piece in piece()) {
        let bytes = &notes()[kind];
        let bent = bend(bytes, from, length, &piece);
        if Note::read(&bent).is_ok() && is_accepted(&bent) {
            // Only the signatures may differ, by a stranger's line or a spare one.
            let text = |bytes: &[u8]| {
                String::from_utf8_lossy(bytes).split_once("\n\n").unwrap().0.to_owned()
            };
            prop_assert_eq!(text(&bent), text(bytes));
        }
    }

    /// The parsers behind the signatures, as if everything had been signed.
    #[test]
    fn bent_texts(kind in 0..3_usize, from in any::<usize>(), length in 0..60_usize, piece in piece()) {
        let note = &notes()[kind];
        let text = note.windows(2).position(|pair| pair == b"\n\n").unwrap() + 1;
        let bent = bend(&note[..text], from, length, &piece);
        let Ok(bent) = String::from_utf8(bent) else { return Ok(()) };
        if let Ok(text) = bent.parse::<RootText>() {
            prop_assert_eq!(text.to_string(), bent.clone());
        }
        if let Ok(text) = bent.parse::<TrustText>() {
            prop_assert_eq!(text.to_string(), bent.clone());
        }
        if let Ok(text) = bent.parse::<RevocationText>() {
            prop_assert_eq!(text.to_string(), bent);
        }
    }

    #[test]
    fn any_bytes_at_all(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!is_accepted(&bytes));
        prop_assert!(Root::anchor(&bytes).is_err());
    }
}
