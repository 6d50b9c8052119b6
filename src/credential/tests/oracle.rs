//! Independent libraries as oracles: coset and ciborium for the envelope and the
//! claims, dalek's own verification for the signature.

use ciborium::Value;
use coset::{
    CborSerializable as _, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable as _,
    iana,
};
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};

use super::{full_card, good_cards, now, sealed, signer, text_of, trust};
use crate::credential::key::Signer as _;
use crate::credential::lists::SpecimenPolicy;
use crate::credential::verify;

const AAD: &[u8] = b"shenyan/card/1\0specimen";

fn their_key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&Sha256::digest("shenyan/specimen/issuer/150600").into())
}

#[test]
fn they_read_and_verify_ours() {
    for card in good_cards() {
        let theirs = CoseSign1::from_tagged_slice(&sealed(&card)).unwrap();
        assert!(theirs.unprotected.is_empty());
        let algorithm = coset::Algorithm::Assigned(iana::Algorithm::Ed25519);
        assert_eq!(theirs.protected.header.alg, Some(algorithm));
        assert_eq!(theirs.protected.header.key_id, signer().public_key().id().0);
        let key = their_key().verifying_key();
        theirs
            .verify_signature(AAD, |signature, message| {
                key.verify_strict(message, &signature.try_into().unwrap())
            })
            .unwrap();
        assert_eq!(theirs.payload.as_deref(), Some(card.encode().as_slice()));
        // What they would write of it is what we wrote.
        assert_eq!(theirs.to_tagged_vec().unwrap(), sealed(&card));
    }
}

fn uint(value: u64) -> Value {
    Value::Integer(value.into())
}

/// The full card's payload, put together from the specification with another library.
fn their_payload() -> Vec<u8> {
    let rows = [[1, 300, 300], [2, 605, 600]];
    let body = vec![
        (uint(1), uint(1)),
        (uint(2), uint(2022)),
        (uint(3), Value::Text("阿依古丽·艾合买提".to_owned())),
        (uint(4), Value::Text("021X".to_owned())),
        (uint(6), uint(2)),
        (uint(7), Value::Array(rows.map(|row| Value::Array(row.map(uint).to_vec())).to_vec())),
        (uint(8), uint(70_000)),
        (uint(9), Value::Bytes((0..8).collect())),
        (uint(10), uint(2)),
        (uint(11), uint(17)),
        (uint(12), Value::Array([2, 5, 31].map(uint).to_vec())),
    ];
    let claims = vec![
        (uint(4), uint(1_704_038_400)),
        (uint(6), uint(1_669_824_000)),
        (Value::Integer((-65_537).into()), Value::Map(body)),
    ];
    Value::Map(claims).to_vec().unwrap()
}

fn their_envelope(payload: Vec<u8>, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let header = HeaderBuilder::new()
        .algorithm(iana::Algorithm::Ed25519)
        .key_id(signer().public_key().id().0.to_vec())
        .build();
    CoseSign1Builder::new()
        .protected(header)
        .payload(payload)
        .create_signature(AAD, sign)
        .build()
        .to_tagged_vec()
        .unwrap()
}

#[test]
fn we_verify_theirs() {
    let theirs =
        their_envelope(their_payload(), |message| their_key().sign(message).to_bytes().to_vec());
    assert_eq!(theirs, sealed(&full_card()), "byte for byte");
    let verdict = verify(&trust(SpecimenPolicy::Accept), &text_of(&theirs), now());
    assert_eq!(verdict.card(), Some(&full_card()));
}

#[test]
fn what_they_read_leniently_we_refuse() {
    // iat in five bytes where it needs one: coset and ciborium read it, and the
    // signature is good.
    let mut payload = vec![0xa2, 0x06, 0x1a, 0, 0, 0, 1, 0x3a, 0, 1, 0, 0];
    payload.push(0xa0);
    let theirs = their_envelope(payload, |message| their_key().sign(message).to_bytes().to_vec());
    assert!(CoseSign1::from_tagged_slice(&theirs).is_ok());
    let verdict = verify(&trust(SpecimenPolicy::Accept), &text_of(&theirs), now());
    assert_eq!(verdict.code().as_str(), "MALFORMED");
}
