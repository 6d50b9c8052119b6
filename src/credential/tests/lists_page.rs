//! The worked examples of the implementers' page, `content/spec/trust.md`. They
//! were made by another program (Python's `cryptography`) from the page's words;
//! here this code reads them, and makes the same.

use super::{midnight, minimal_card, text_of};
use crate::credential::card::Card;
use crate::credential::envelope::seal;
use crate::credential::key::{Signer as _, SigningKey};
use crate::credential::lists::Terms;
use crate::credential::note::{self, NamedKey, Note, NoteSignature};
use crate::credential::reason::RevocationReason;
use crate::credential::revocation::{CardState, RevocationList};
use crate::credential::root::Root;
use crate::credential::trust::Trust;
use crate::credential::trust_list::TrustList;
use crate::credential::verdict::{Code, Reason};
use crate::credential::verify;

const PAGE: &str = include_str!("../../../content/spec/trust.md");

/// The content of the one code block with this info string.
fn block(info: &str) -> String {
    let fence = format!("\n```{info}\n");
    let (_, rest) = PAGE.split_once(&fence).unwrap_or_else(|| panic!("no block {info}"));
    assert!(!rest.contains(&fence), "{info} stands once");
    format!("{}\n", rest.split_once("\n```").unwrap().0)
}

fn key(name: &str) -> SigningKey {
    let seed = sha2::Digest::chain_update(sha2::Sha256::default(), "shenyan/example/");
    let seed = sha2::Digest::finalize(sha2::Digest::chain_update(seed, name));
    SigningKey::from_seed(zeroize::Zeroizing::new(seed.into()))
}

fn named(name: &str) -> NamedKey {
    NamedKey::new(name.parse().unwrap(), *key(name).public_key())
}

/// A note's text, signed again by these keys.
fn again(block: &str, names: &[&str]) -> String {
    let text = format!("{}\n", block.split_once("\n\n").unwrap().0);
    let lines: Vec<NoteSignature> =
        names.iter().map(|name| named(name).sign(&key(name), &text).unwrap()).collect();
    note::write(&text, &lines).unwrap()
}

#[test]
fn the_notes_of_the_page_are_what_this_code_makes() {
    let root = block("root-note");
    assert_eq!(again(&root, &["root/a", "root/b"]), root);
    assert_eq!(Note::read(root.as_bytes()).unwrap().signatures()[0].name(), "root/a");
    let root = Root::anchor(root.as_bytes()).unwrap();
    assert_eq!(format!("{}\n", root.digest()), block("root-digest"));
    assert_eq!(
        block("root-note").split_once("\n\n").unwrap().0,
        root.text().to_string().trim_end()
    );

    let list = block("trust-note");
    assert_eq!(again(&list, &["trust/office"]), list);
    let list = TrustList::open(&root, list.as_bytes()).unwrap();
    assert_eq!(format!("{}\n", list.stamp().digest), block("trust-digest"));
    assert_eq!(
        block("trust-note").split_once("\n\n").unwrap().0,
        list.text().to_string().trim_end()
    );

    let revoked = block("revoked-note");
    assert_eq!(again(&revoked, &["training/150600/2022"]), revoked);
    let revoked = RevocationList::open(&list, revoked.as_bytes()).unwrap();
    let error = CardState::Revoked(RevocationReason::Error);
    let superseded = CardState::Revoked(RevocationReason::Superseded);
    for (index, state) in
        [(17, error), (18, error), (19, error), (981, error), (0, superseded), (5, superseded)]
    {
        assert_eq!(revoked.text().state(index), state, "{index}");
    }
    assert_eq!(revoked.text().count(), 6);
    assert_eq!(revoked.text().state(1_199), CardState::Good);
    assert_eq!(revoked.text().state(1_200), CardState::NotCovered);
}

#[test]
fn the_keys_of_the_page_are_what_this_code_makes() {
    let hex =
        |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n";
    assert_eq!(hex(key("root/a").public_key().as_bytes()), block("public-key"));
    assert_eq!(hex(&named("root/a").id()), block("key-id"));
    assert_eq!(format!("{}\n", named("root/a")), block("key-line"));
    let seed = sha2::Digest::chain_update(sha2::Sha256::default(), "shenyan/example/root/a");
    assert_eq!(hex(&sha2::Digest::finalize(seed)), block("seed"));
}

#[test]
fn cards_are_judged_by_the_lists_of_the_page() {
    let root = Root::anchor(block("root-note").as_bytes()).unwrap();
    let list = TrustList::open(&root, block("trust-note").as_bytes()).unwrap();
    let revoked = RevocationList::open(&list, block("revoked-note").as_bytes()).unwrap();
    let trust = Trust::listed(&list, vec![revoked], Terms::default()).unwrap();
    let code = |index: u32, now| {
        let card = Card { index: index.into(), ..minimal_card() };
        let realm = "training".parse().unwrap();
        let envelope = seal(&key("issuer/150600"), &realm, &card.encode()).unwrap();
        verify(&trust, &text_of(&envelope), now).code()
    };
    let refused = |reason| Code::Refused(reason);
    assert_eq!(code(1, midnight(2023, 1, 6)), Code::Valid);
    assert_eq!(code(18, midnight(2023, 1, 6)), refused(Reason::Revoked));
    assert_eq!(code(5, midnight(2023, 1, 6)), refused(Reason::Superseded));
    assert_eq!(code(1_200, midnight(2023, 1, 6)), refused(Reason::Stale));
    assert_eq!(code(1, midnight(2023, 1, 12)), refused(Reason::Stale));
}
