//! Good cards as they become bad: every bit flipped, every length cut.

use super::{good_cards, now, sealed, text_of, trust};
use crate::credential::lists::SpecimenPolicy;
use crate::credential::verdict::Reason;
use crate::credential::{Verdict, verify};

#[test]
fn every_bit_of_the_bytes_and_every_length() {
    let trust = trust(SpecimenPolicy::Accept);
    for card in good_cards() {
        let bytes = sealed(&card);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let verdict = verify(&trust, &text_of(&flipped), now());
                assert!(verdict.card().is_none(), "byte {at}, bit {bit}: {verdict:?}");
            }
            let verdict = verify(&trust, &text_of(&bytes[..at]), now());
            assert!(verdict.card().is_none(), "cut at {at}: {verdict:?}");
            let mut longer = bytes.clone();
            longer.insert(at, 0);
            let verdict = verify(&trust, &text_of(&longer), now());
            assert!(verdict.card().is_none(), "a byte more at {at}: {verdict:?}");
        }
    }
}

#[test]
fn every_bit_of_the_text_and_every_length() {
    let trust = trust(SpecimenPolicy::Accept);
    for card in good_cards() {
        let text = text_of(&sealed(&card));
        let fragment = text.find('#').unwrap();
        for at in 0..text.len() {
            let verdict = verify(&trust, &text[..at], now());
            assert!(verdict.card().is_none(), "cut at {at}: {verdict:?}");
            for bit in 0..8 {
                let mut flipped = text.clone().into_bytes();
                flipped[at] ^= 1 << bit;
                // A byte that is no ASCII makes no text; a reader would put U+FFFD there.
                let flipped = String::from_utf8_lossy(&flipped).into_owned();
                let verdict = verify(&trust, &flipped, now());
                if at < fragment {
                    untouched_or_refused(&verdict, &card, at);
                } else {
                    assert!(verdict.card().is_none(), "character {at}, bit {bit}: {verdict:?}");
                }
            }
        }
    }
}

/// The prefix is for cameras and is not signed: a change there leaves the very same
/// card, and is told if it leads elsewhere; or the text cannot be read.
fn untouched_or_refused(verdict: &Verdict, card: &crate::credential::Card, at: usize) {
    match verdict {
        Verdict::Valid(accepted) => {
            assert_eq!(accepted.card(), card);
            let own = verdict.host().host().map(|host| host.as_str()) == Some("cards.example");
            assert!(own != verdict.host().is_foreign(), "character {at}: {:?}", verdict.host());
        }
        Verdict::Refused(refusal) => {
            // A `#` in the prefix may be followed by another version's digit.
            let reason = refusal.reason();
            assert!(matches!(reason, Reason::Malformed | Reason::Unsupported), "{at}: {reason:?}");
        }
    }
}
