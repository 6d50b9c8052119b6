use std::collections::BTreeMap;

use proptest::prelude::*;

use super::listed::{day, edition, open, origin, revocation_text, signed, trust_text};
use crate::credential::digest::TextDigest;
use crate::credential::note::NoteError;
use crate::credential::reason::{RevocationReason, RevokeError};
use crate::credential::revocation::{
    CardState, Edition, EditionError, RevocationError, RevocationList, RevocationText,
};
use crate::credential::trust_list::LogStatus;

const HEAD: &str = "shenyan/revoked/1\norigin training/150600/2022\nversion 1\n\
                    tree-size 80000\nissued 2023-02-20T00:00:00+08:00\n\
                    next-update 2023-03-20T00:00:00+08:00\n\
                    prev 0000000000000000000000000000000000000000000000000000000000000000\n";

/// A list with these cards on it.
fn list(cards: &[(u64, RevocationReason)]) -> RevocationText {
    let mut list = RevocationText::first(origin(), edition()).unwrap();
    cards.iter().for_each(|(index, reason)| list.revoke(*index, *reason).unwrap());
    list
}

#[test]
fn gaps_and_runs() {
    use RevocationReason::{Error, Fraud, Superseded};
    let cards = [(17, Error), (981, Error), (18, Error), (19, Error), (0, Superseded)];
    let expected = "reason error\n17 +2 962\nreason superseded\n0\n";
    assert_eq!(list(&cards).to_string(), format!("{HEAD}{expected}"));
    // A card of another reason does not break a row of numbers, it parts a run.
    let cards = [(5, Error), (6, Fraud), (7, Error)];
    let expected = "reason error\n5 2\nreason fraud\n6\n";
    assert_eq!(list(&cards).to_string(), format!("{HEAD}{expected}"));
    let many: Vec<_> = (0..33).map(|at| (at * 2, Fraud)).collect();
    let line = |count| vec!["2"; count].join(" ");
    let expected = format!("reason fraud\n0 {}\n{}\n{}\n", line(15), line(16), line(1));
    assert_eq!(list(&many).to_string(), format!("{HEAD}{expected}"));
    assert_eq!(list(&[]).to_string(), HEAD, "nobody's card: an empty list");
}

#[test]
fn what_has_replaced_a_card_is_said_card_by_card() {
    use RevocationReason::{Error, Superseded};
    let mut list = list(&[(3, Error)]);
    let cards: BTreeMap<u64, _> = (10..28).map(|index| (index, Superseded)).collect();
    // Of 10 to 27: the first by 40, the last by the last that is covered; and what cannot
    // be: by an earlier card, by one that is not covered, of a card that has no successor.
    let successors = BTreeMap::from([(10, 40), (27, 79_999), (12, 11), (13, 80_000), (3, 4)]);
    list.revoke_all(&cards, &successors).unwrap();
    let zeros = |count| vec!["0"; count].join(" ");
    let by = format!("by 30 {}\nby 0 79972\n", zeros(15));
    let expected = format!("{HEAD}reason error\n3\nreason superseded\n10 +17\n{by}");
    assert_eq!(list.to_string(), expected);
    assert_eq!(expected.parse::<RevocationText>().as_ref(), Ok(&list));
    assert_eq!(
        [10, 11, 27, 3, 28].map(|it| list.successor(it)),
        [Some(40), None, Some(79_999), None, None]
    );
    // The next edition says so too, and nothing is longer than what is written.
    let next = list.next(edition()).unwrap();
    assert_eq!(next.successor(10), Some(40));
    let long = "reason superseded\n0 +79999\nby 1\n";
    assert!(format!("{HEAD}{long}").parse::<RevocationText>().is_err());
}

#[test]
fn other_spellings_are_refused() {
    let good = "reason error\n17 +2 962\nreason superseded\n0\n";
    assert!(format!("{HEAD}{good}").parse::<RevocationText>().is_ok());
    for rest in [
        "reason error\n",
        "reason error\n17\nreason error\n18\n",
        "reason superseded\n0\nreason error\n17\n",
        "reason unknown\n17\n",
        "reason error\n17 +1 +1\n",
        "reason error\n17 1\n",
        "reason error\n17 0\n",
        "reason error\n17 +0\n",
        "reason error\n+1\n",
        "reason error\n017\n",
        "reason error\n17  2\n",
        "reason error\n17 \n",
        "reason error\n17\n2\n",
        "reason error\n-1\n",
        "reason error\n80000\n",
        "reason error\n79999 +1\n",
        "reason error\n17 +9007199254740991\n",
        "reason error\n17 +9007199254740992\n",
        "reason error\n17\nreason fraud\n17\n",
        "reason error\n17 +5\nreason fraud\n20\n",
        "reason error\n17",
        "17\n",
        "note x\n",
    ] {
        assert!(format!("{HEAD}{rest}").parse::<RevocationText>().is_err(), "{rest}");
    }
    let long = vec!["2"; 17].join(" ");
    assert!(format!("{HEAD}reason error\n{long}\n").parse::<RevocationText>().is_err());
}

#[test]
fn cards_are_revoked_once_and_if_they_were_issued() {
    let mut list = revocation_text();
    let fraud = RevocationReason::Fraud;
    assert_eq!(list.revoke(5, fraud), Err(RevokeError::Already(fraud)));
    assert_eq!(list.revoke(80_000, fraud), Err(RevokeError::NotIssued(80_000)));
    assert_eq!(list.state(5), CardState::Revoked(fraud));
    assert_eq!(list.state(6), CardState::Revoked(RevocationReason::Superseded));
    assert_eq!(list.state(7), CardState::Good);
    assert_eq!(list.state(80_000), CardState::NotCovered);
    assert_eq!(list.count(), 2);
}

#[test]
fn editions_follow_on_one_another() {
    let list = revocation_text();
    let later = |tree_size| Edition {
        tree_size,
        issued: day("2023-02-21"),
        next_update: day("2023-03-21"),
    };
    let next = list.next(later(80_001)).unwrap();
    assert_eq!(next.prev(), TextDigest::of(&list.to_string()));
    assert_eq!(next.state(5), list.state(5));
    assert!(next.to_string().contains("\nversion 2\ntree-size 80001\n"));
    assert_eq!(next.to_string().parse::<RevocationText>().unwrap(), next);
    assert_eq!(list.next(later(79_999)), Err(EditionError::Shrinks));
    let earlier = Edition { issued: day("2023-02-19"), ..later(80_000) };
    assert_eq!(list.next(earlier), Err(EditionError::Times));
    let over = Edition { next_update: day("2023-02-21"), ..later(80_000) };
    assert_eq!(list.next(over), Err(EditionError::Times));
}

#[test]
fn only_the_logs_key_vouches() {
    let trust = open(&trust_text());
    let text = revocation_text().to_string();
    let open = |text: &str, signer: &str| RevocationList::open(&trust, &signed(text, &[signer]));
    assert!(open(&text, "training/150600/2022").is_ok());
    for signer in ["issuer/150600", "trust/office", "training/150600/2021"] {
        assert_eq!(open(&text, signer), Err(RevocationError::UnknownLog), "{signer}");
    }
    let other = text.replace("training/150600/2022", "training/150600/2021");
    let error = open(&other, "training/150600/2022").unwrap_err();
    assert!(matches!(error, RevocationError::Origin { .. }), "{error}");
    let bytes = signed(&text, &["training/150600/2022"]);
    let changed = String::from_utf8(bytes.clone()).unwrap().replace("tree-size 8", "tree-size 9");
    let error = RevocationList::open(&trust, changed.as_bytes()).unwrap_err();
    assert!(matches!(error, RevocationError::Note(NoteError::BadSignature(_))));
    let mut stolen = trust_text();
    stolen.logs[0].status = LogStatus::Compromised;
    let error = RevocationList::open(&super::listed::open(&stolen), &bytes).unwrap_err();
    assert_eq!(error, RevocationError::Compromised(origin()));
}

/// The specification's figures: 1,000 of a million in 4.3 KB, 10,000 in 33 KB.
#[test]
fn lists_are_small() {
    for (count, bytes_max) in [(1_000_u64, 5_000), (10_000, 36_000)] {
        let million = Edition { tree_size: 1_000_000, ..edition() };
        let mut list = RevocationText::first(origin(), million).unwrap();
        let mut at: u64 = 12_345;
        let mut cards = BTreeMap::new();
        while u64::try_from(cards.len()).unwrap() < count {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            cards.insert((at >> 33) % 1_000_000, RevocationReason::Error);
        }
        list.revoke_all(&cards, &BTreeMap::new()).unwrap();
        let text = list.to_string();
        assert!(text.len() < bytes_max, "{count}: {} bytes", text.len());
        assert_eq!(text.parse::<RevocationText>().unwrap(), list);
    }
}

proptest! {
    #[test]
    fn a_list_says_what_was_put_on_it(
        cards in prop::collection::btree_map(0..300_u64, 0..5_usize, 0..200),
    ) {
        let reasons: BTreeMap<u64, RevocationReason> =
            cards.into_iter().map(|(index, at)| (index, RevocationReason::ALL[at])).collect();
        let mut text = list(&[]);
        // In any order: here, from the highest.
        reasons.iter().rev().for_each(|(index, reason)| text.revoke(*index, *reason).unwrap());
        let read: RevocationText = text.to_string().parse().unwrap();
        prop_assert_eq!(&read, &text);
        prop_assert_eq!(read.count(), u64::try_from(reasons.len()).unwrap());
        for index in 0..310 {
            let expected = reasons.get(&index).map_or(CardState::Good, |it| CardState::Revoked(*it));
            prop_assert_eq!(read.state(index), expected);
        }
    }

    #[test]
    fn what_is_read_is_what_would_be_written(rest in "(reason (error|fraud)\n)?[0-9+ \n]{0,30}\n") {
        let text = format!("{HEAD}{rest}");
        if let Ok(list) = text.parse::<RevocationText>() {
            prop_assert_eq!(list.to_string(), text);
        }
    }
}
