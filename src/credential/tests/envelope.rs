use sha2::{Digest, Sha256};

use super::{full_card, good_cards, hex, minimal_card, sealed, signer};
use crate::credential::cbor::{self, Value};
use crate::credential::envelope::{Envelope, Opened, SealError, seal};
use crate::credential::key::{PublicKey, Signer, SignerError, VerifyingKey};
use crate::credential::realm::Realm;
use crate::credential::verdict::Reason;

fn key() -> VerifyingKey {
    VerifyingKey::new(*signer().public_key())
}

/// The payload, if this key has signed it in this realm.
fn open<'e, 'a>(envelope: &'e Envelope<'a>, key: &VerifyingKey, realm: &Realm) -> Opened<'e, 'a> {
    Envelope::open(vec![envelope.check(key, realm)]).pop().unwrap()
}

#[test]
fn the_bytes_of_an_envelope() {
    // The thumbprint of RFC 9679 over {1: 1, -1: 6, -2: x}, worked out here.
    let thumbprint = Sha256::digest(
        [&hex("a3 01 01 20 06 21 58 20")[..], signer().public_key().as_bytes()].concat(),
    );
    let payload = minimal_card().encode();
    let protected = [
        &hex("a2 01 32")[..], // a map of two: alg −19, which is nint 18
        &hex("04 48"),        // kid: eight bytes
        &thumbprint[..8],
    ]
    .concat();
    let length = u8::try_from(payload.len()).unwrap();
    let signed = [
        &hex("84 6a")[..],
        b"Signature1",
        &[0x4d],
        &protected,
        // external_aad: fourteen letters, a zero, eight letters
        &[0x57],
        b"shenyan/card/1\0specimen",
        &[0x58, length],
        &payload,
    ]
    .concat();
    let bytes = [
        &hex("d2 84 4d")[..], // tag 18, four parts, 13 bytes of protected header
        &protected,
        &hex("a0"), // unprotected: empty
        &[0x58, length],
        &payload,
        &hex("58 40"), // the signature: 64 bytes
        &signer().sign(&signed).unwrap(),
    ]
    .concat();
    assert_eq!(sealed(&minimal_card()), bytes);

    let envelope = Envelope::read(&bytes).unwrap();
    assert_eq!(envelope.key_id().unwrap().0, thumbprint[..8]);
    let payload = open(&envelope, &key(), &Realm::specimen()).unwrap();
    assert_eq!(payload.card().unwrap().get(), &minimal_card());
}

/// What each stage says of bytes: the shape, then the headers.
fn reason(bytes: &[u8]) -> (Option<Reason>, Option<Reason>) {
    match Envelope::read(bytes) {
        Ok(envelope) => (None, envelope.key_id().err().map(|fault| fault.reason)),
        Err(fault) => (Some(fault.reason), None),
    }
}

fn envelope(parts: &[&str]) -> Vec<u8> {
    hex(&parts.concat())
}

const SIGNATURE: &str = "5840 00000000000000000000000000000000000000000000000000000000000000000000\
                         000000000000000000000000000000000000000000000000000000000000";
const PROTECTED: &str = "4d a2 01 32 04 48 0102030405060708";
const EMPTY: &str = "a0";
const PAYLOAD: &str = "43 a1 06 00";

#[test]
fn shapes() {
    let good = envelope(&["d2 84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]);
    assert_eq!(reason(&good), (None, None));
    let rows: [(&str, &[&str]); 21] = [
        ("nothing", &[]),
        ("the tag alone", &["d2"]),
        ("no tag", &["84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]),
        ("tag 17", &["d1 84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]),
        ("tag 98, COSE_Sign", &["d8 62 84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]),
        ("tag 18 in two bytes", &["d8 12 84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]),
        ("tag 18 twice", &["d2 d2 84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]),
        ("tag 61, CWT, around it", &["d8 3d d2 84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]),
        ("three parts", &["d2 83", PROTECTED, EMPTY, PAYLOAD]),
        ("five parts", &["d2 85", PROTECTED, EMPTY, PAYLOAD, SIGNATURE, "00"]),
        ("a trailing byte", &["d2 84", PROTECTED, EMPTY, PAYLOAD, SIGNATURE, "00"]),
        ("an array in two bytes", &["d2 98 04", PROTECTED, EMPTY, PAYLOAD, SIGNATURE]),
        ("an indefinite array", &["d2 9f", PROTECTED, EMPTY, PAYLOAD, SIGNATURE, "ff"]),
        ("a map", &["d2 a1 00 00"]),
        ("an open protected header", &["d2 84 a1 01 32", EMPTY, PAYLOAD, SIGNATURE]),
        ("no protected header", &["d2 84 40", EMPTY, PAYLOAD, SIGNATURE]),
        ("a detached payload", &["d2 84", PROTECTED, EMPTY, "f6", SIGNATURE]),
        ("an empty payload", &["d2 84", PROTECTED, EMPTY, "40", SIGNATURE]),
        ("a payload out of order", &["d2 84", PROTECTED, EMPTY, "45 a2 06 00 04 00", SIGNATURE]),
        ("a longer head in the payload", &["d2 84", PROTECTED, EMPTY, "44 a1 06 18 00", SIGNATURE]),
        ("a short signature", &["d2 84", PROTECTED, EMPTY, PAYLOAD, "41 00"]),
    ];
    for (what, parts) in rows {
        assert_eq!(reason(&envelope(parts)), (Some(Reason::Malformed), None), "{what}");
    }
}

#[test]
fn headers() {
    let rows = [
        ("EdDSA", "4d a2 01 27 04 48 0102030405060708", Reason::Unsupported),
        ("ES256", "4d a2 01 26 04 48 0102030405060708", Reason::Unsupported),
        ("alg in words", "4f a2 01 62 4544 04 48 0102030405060708", Reason::Malformed),
        ("a kid of seven", "4c a2 01 32 04 47 01020304050607", Reason::Malformed),
        ("a kid of nine", "4e a2 01 32 04 49 010203040506070809", Reason::Malformed),
        ("a kid in words", "4d a2 01 32 04 68 3031323334353637", Reason::Malformed),
        ("no alg", "4b a1 04 48 0102030405060708", Reason::Malformed),
        ("no kid", "43 a1 01 32", Reason::Malformed),
        ("neither", "41 a0", Reason::Malformed),
        ("crit", "51 a3 01 32 02 81 01 04 48 0102030405060708 ", Reason::Unsupported),
        ("a content type", "4f a3 01 32 03 00 04 48 0102030405060708", Reason::Unsupported),
        ("a private header", "51 a3 01 32 04 48 0102030405060708 39 0100 00", Reason::Unsupported),
    ];
    for (what, protected, expected) in rows {
        // The declared lengths above are made right here, the content is what counts.
        let content = &hex(protected)[1..];
        let length = u8::try_from(content.len()).unwrap();
        let bytes =
            [&hex("d2 84")[..], &[0x40 | length], content, &envelope(&[EMPTY, PAYLOAD, SIGNATURE])]
                .concat();
        assert_eq!(reason(&bytes), (None, Some(expected)), "{what}");
    }
    let open = envelope(&["d2 84", PROTECTED, "a1 18 40 00", PAYLOAD, SIGNATURE]);
    assert_eq!(reason(&open), (None, Some(Reason::Malformed)), "anybody can add to it");
}

#[test]
fn nothing_opens_without_its_key_and_realm() {
    let training = signer();
    for card in good_cards() {
        let bytes = sealed(&card);
        let envelope = Envelope::read(&bytes).unwrap();
        assert!(open(&envelope, &key(), &Realm::specimen()).is_ok());
        let other = crate::credential::key::SigningKey::specimen(&"150000".parse().unwrap());
        let other = VerifyingKey::new(*other.public_key());
        let fault = open(&envelope, &other, &Realm::specimen()).unwrap_err();
        assert_eq!(fault.reason, Reason::BadSignature);

        // The very same key, payload and headers, signed for another realm, and for none.
        for aad in [&b"shenyan/card/1\0production"[..], b"shenyan/card/2\0specimen", b""] {
            let parts = cbor::decode(&bytes[1..]).unwrap();
            let Value::Array(parts) = parts else { panic!("four parts") };
            let signed = cbor::encode(&Value::Array(vec![
                Value::Text("Signature1"),
                parts[0].clone(),
                Value::Bytes(aad),
                parts[2].clone(),
            ]));
            let signature = training.sign(&signed).unwrap();
            let mut bytes = bytes.clone();
            let at = bytes.len() - 64;
            bytes[at..].copy_from_slice(&signature);
            let envelope = Envelope::read(&bytes).unwrap();
            assert!(open(&envelope, &key(), &Realm::specimen()).is_err());
        }
    }
}

#[test]
fn a_payload_that_does_not_fit_is_not_sealed() {
    // Around the payload: tag and array 2, protected header 14, unprotected 1, the
    // payload's head 3, the signature 66.
    let fits = seal(&signer(), &Realm::specimen(), &[0; 426]).unwrap();
    assert_eq!(fits.len(), 512);
    let error = seal(&signer(), &Realm::specimen(), &[0; 427]).unwrap_err();
    assert_eq!(error, SealError::TooLong(513));
    assert!(sealed(&full_card()).len() < 230, "the budget of the specification");
    let too_long = [&fits[..], &[0]].concat();
    assert_eq!(reason(&too_long).0, Some(Reason::Malformed));
}

/// A device that has been pulled out.
struct Gone(PublicKey);

impl Signer for Gone {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], SignerError> {
        Err(SignerError { what: "no device".to_owned() })
    }
}

#[test]
fn a_signer_that_fails_is_told() {
    let error = seal(&Gone(*signer().public_key()), &Realm::specimen(), &[0xa0]).unwrap_err();
    assert_eq!(error.to_string(), "the signer could not sign: no device");
}
