use super::{
    full_card, good_cards, hex, issuer_id, midnight, minimal_card, now, sealed, signer, text_of,
    trust,
};
use crate::credential::card::Card;
use crate::credential::cbor::{self, Value};
use crate::credential::envelope::seal;
use crate::credential::key::{Signer as _, SigningKey};
use crate::credential::lists::SpecimenPolicy;
use crate::credential::realm::Realm;
use crate::credential::step::{Outcome, Step};
use crate::credential::trust::{HostFinding, SpecimenIssuer, Trust};
use crate::credential::verdict::{Code, Reason};
use crate::credential::{Verdict, verify, verify_all};
use crate::time::UnixTime;

fn check(text: &str) -> Verdict {
    verify(&trust(SpecimenPolicy::Accept), text, now())
}

/// One letter a step: p passed, F failed, - skipped.
fn steps(verdict: &Verdict) -> String {
    let letter = |outcome| match outcome {
        Outcome::Passed => 'p',
        Outcome::Failed => 'F',
        Outcome::Skipped => '-',
    };
    verdict.steps().iter().map(|(_, outcome)| letter(outcome)).collect()
}

fn refused(reason: Reason) -> Code {
    Code::Refused(reason)
}

#[test]
fn good_cards_are_valid_where_specimens_count() {
    for card in good_cards() {
        let verdict = check(&text_of(&sealed(&card)));
        assert_eq!(verdict.code(), Code::Valid);
        assert_eq!(steps(&verdict), "ppppppp-p---");
        assert_eq!(verdict.card(), Some(&card));
        assert_eq!(verdict.number(), Some(card.number(&issuer_id())));
        assert_eq!(verdict.issuer().unwrap().id(), &issuer_id());
        assert_eq!(verdict.key_id(), Some(signer().public_key().id()));
        assert!(verdict.is_specimen(), "and said to be specimens");
        assert!(verdict.extensions().is_empty());
        assert!(!verdict.host().is_foreign());
    }
}

#[test]
fn specimens_prove_nothing_by_default() {
    let verdict =
        verify(&trust(SpecimenPolicy::default()), &text_of(&sealed(&minimal_card())), now());
    assert_eq!(verdict.code(), refused(Reason::Specimen));
    assert_eq!(steps(&verdict), "ppppppp-p---", "no step has failed");
    assert_eq!(verdict.card(), Some(&minimal_card()));
}

#[test]
fn a_specimens_other_faults_come_first() {
    let trust = trust(SpecimenPolicy::Refuse);
    let text = text_of(&sealed(&full_card()));
    let verdict = verify(&trust, &text, midnight(2024, 1, 1));
    assert_eq!(verdict.code(), refused(Reason::Expired));
    assert_eq!(steps(&verdict), "ppppppp-F---");
    assert_eq!(verdict.card(), Some(&full_card()), "it is authentic all the same");
    let verdict = verify(&trust, &text, UnixTime::from_seconds(0));
    assert_eq!(verdict.code(), refused(Reason::NotYetValid));
}

#[test]
fn each_early_step_fails_in_its_turn() {
    let good = text_of(&sealed(&minimal_card()));
    let eddsa = {
        let mut bytes = sealed(&minimal_card());
        // d2 84 4d a2 01 [32]: −19 becomes −8.
        assert_eq!(bytes[5], 0x32);
        bytes[5] = 0x27;
        text_of(&bytes)
    };
    let rows = [
        ("hello".to_owned(), Reason::Malformed, "F-----------"),
        (good.replace("#1", "#2"), Reason::Unsupported, "F-----------"),
        (format!("{good}0"), Reason::Malformed, "pF----------"),
        ("#1".to_owned(), Reason::Malformed, "ppF---------"),
        ("#1210".to_owned(), Reason::Malformed, "ppF---------"),
        (eddsa, Reason::Unsupported, "pppF--------"),
    ];
    for (text, reason, trail) in rows {
        let verdict = check(&text);
        assert_eq!((verdict.code(), steps(&verdict).as_str()), (refused(reason), trail), "{text}");
        assert!(verdict.card().is_none() && verdict.number().is_none());
        let Verdict::Refused(refusal) = verdict else { panic!("refused") };
        assert!(refusal.unverified().is_none());
    }
}

#[test]
fn unknown_issuers_and_bad_signatures_show_their_claims_as_unverified_only() {
    let stranger = SigningKey::specimen(&"150000".parse().unwrap());
    let unknown = seal(&stranger, &Realm::specimen(), &minimal_card().encode()).unwrap();
    let mut bad = sealed(&minimal_card());
    *bad.last_mut().unwrap() ^= 1;
    for (bytes, reason, trail) in [
        (unknown, Reason::UnknownIssuer, "ppppF-------"),
        (bad, Reason::BadSignature, "pppppF------"),
    ] {
        let verdict = check(&text_of(&bytes));
        assert_eq!((verdict.code(), steps(&verdict).as_str()), (refused(reason), trail));
        assert!(verdict.card().is_none() && verdict.number().is_none());
        let Verdict::Refused(refusal) = verdict else { panic!("refused") };
        assert_eq!(refusal.unverified().unwrap().claimed(), &minimal_card());
        assert!(!refusal.detail().is_empty());
    }
}

#[test]
fn signed_bodies_that_are_not_cards_fail_at_the_body() {
    for (payload, reason) in [
        ("80", Reason::Malformed),
        ("a2 06 00 3a 00010000 a0", Reason::Malformed),
        ("a2 06 00 3a 00010000 a1 01 02", Reason::Unsupported),
        ("a2 06 00 3a 00010000 a1 0d 00", Reason::Unsupported),
    ] {
        let bytes = seal(&signer(), &Realm::specimen(), &hex(payload)).unwrap();
        let verdict = check(&text_of(&bytes));
        assert_eq!(verdict.code(), refused(reason), "{payload}");
        assert_eq!(steps(&verdict), "ppppppF-----");
    }
    // Signed, but not deterministic: refused at the shape, signature or not.
    let bytes = seal(&signer(), &Realm::specimen(), &hex("a1 06 18 00")).unwrap();
    assert_eq!(steps(&check(&text_of(&bytes))), "ppF---------");
}

#[test]
fn extensions_are_told_and_do_not_fail() {
    let payload = minimal_card().encode();
    let Value::Map(mut claims) = cbor::decode(&payload).unwrap() else { panic!("a map") };
    let Value::Map(body) = &mut claims[1].1 else { panic!("the body") };
    body.push((64, Value::Text("later")));
    let bytes = seal(&signer(), &Realm::specimen(), &cbor::encode(&Value::Map(claims))).unwrap();
    let verdict = check(&text_of(&bytes));
    assert_eq!(verdict.code(), Code::Valid);
    assert_eq!(verdict.extensions()[0].key(), 64);
    assert_eq!(verdict.extensions()[0].encoded(), b"\x65later");
}

#[test]
fn the_host_is_told_and_changes_nothing() {
    let text = text_of(&sealed(&minimal_card()));
    let (_, fragment) = text.split_once('#').unwrap();
    let bare = check(&format!("#{fragment}"));
    assert_eq!((bare.code(), bare.host()), (Code::Valid, &HostFinding::Absent));
    let foreign = check(&format!("https://evil.example/v/#{fragment}"));
    assert_eq!(foreign.code(), Code::Valid);
    assert!(foreign.host().is_foreign());
    assert_eq!(foreign.host().host().unwrap().as_str(), "evil.example");
    let unknown =
        verify(&Trust::specimen(Vec::new(), SpecimenPolicy::Accept).unwrap(), &text, now());
    assert!(matches!(unknown.host(), HostFinding::Unjudged(_)));
}

#[test]
fn a_key_id_finds_a_key_and_proves_nothing() {
    // A card of 150600 that names the key of 150000, which is trusted too.
    let issuers = ["150600", "150000"].map(|id| SpecimenIssuer {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        hosts: Vec::new(),
    });
    let trust = Trust::specimen(issuers.to_vec(), SpecimenPolicy::Accept).unwrap();
    let other = SigningKey::specimen(&"150000".parse().unwrap()).public_key().id();
    let mut bytes = sealed(&minimal_card());
    bytes[8..16].copy_from_slice(&other.0);
    let verdict = verify(&trust, &text_of(&bytes), now());
    assert_eq!(verdict.code(), refused(Reason::BadSignature));
    assert_eq!(verdict.issuer().unwrap().id().as_str(), "150000");
    assert_eq!(verdict.steps().outcome(Step::Signature), Outcome::Failed);
}

#[test]
fn a_card_is_judged_by_its_own_content() {
    let other = Card { index: 1.into(), ..minimal_card() };
    let verdict = check(&text_of(&sealed(&other)));
    assert_eq!(verdict.number().unwrap().to_string(), other.number(&issuer_id()).to_string());
    assert_ne!(verdict.card(), Some(&minimal_card()));
}

/// Good, bent, strange and empty texts in one batch: each is judged as it is alone.
#[test]
fn many_at_once_are_judged_as_each_alone() {
    let trust = trust(SpecimenPolicy::Accept);
    let mut texts = vec![String::new(), "#1".to_owned(), "#2123".to_owned()];
    for card in good_cards() {
        let bytes = sealed(&card);
        texts.push(text_of(&bytes));
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 4;
            texts.push(text_of(&flipped));
            texts.push(text_of(&bytes[..at]));
        }
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = verify_all(&trust, &texts, now());
    assert_eq!(together.len(), texts.len());
    for (text, verdict) in texts.iter().zip(&together) {
        let alone = verify(&trust, text, now());
        assert_eq!(format!("{verdict:?}"), format!("{alone:?}"), "{text}");
    }
    let valid = together.iter().filter(|verdict| matches!(verdict, Verdict::Valid(_))).count();
    assert_eq!(valid, 3);
    assert!(verify_all(&trust, &[], now()).is_empty());
}
