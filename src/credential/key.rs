//! Ed25519 keys (RFC 8032), their ids, and one acceptance rule.
//!
//! [`VerifyingKey::verify`] accepts exactly what `ed25519_dalek`'s
//! `verify_strict` accepts under a key of prime order, and such keys are the
//! only ones that a [`PublicKey`] can hold. In full:
//!
//! 1. A is a canonical encoding of a point of prime order ([`PublicKey`]).
//! 2. S < L.
//! 3. R is the canonical encoding of a point that is not of small order.
//! 4. S·B = R + k·A, without the cofactor, k = SHA-512(R ‖ A ‖ message) mod L.
//!
//! Libraries differ on the edges of Ed25519; command line and browser must not.

use std::fmt;
use std::sync::LazyLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::number::IssuerId;

/// Bytes of a signature: R, 32, then S, 32, little-endian.
pub const SIGNATURE_BYTES: usize = 64;

/// The encoding of the neutral element, y = 1.
const NEUTRAL: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};

/// Which key signed: the first eight bytes of the key's thumbprint.
///
/// The thumbprint is SHA-256 over the deterministic CBOR of the COSE key
/// `{1: 1, -1: 6, -2: x}` (RFC 9679). An id finds a key; it proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    /// Sixteen lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A public key that can be trusted to be one: canonical, of prime order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    point: EdwardsPoint,
    bytes: [u8; 32],
}

/// Why 32 bytes are not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKeyError {
    /// No point of the curve has this encoding.
    NotAPoint,
    /// A point has it, but is written otherwise (RFC 8032 §5.1.2).
    NotCanonical,
    /// The point has a part of small order, or is of small order.
    NotPrimeOrder,
}

impl PublicKey {
    /// The key of this encoding.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let point = CompressedEdwardsY(*bytes).decompress().ok_or(PublicKeyError::NotAPoint)?;
        if point.compress().as_bytes() != bytes {
            return Err(PublicKeyError::NotCanonical);
        }
        // The neutral element is free of torsion too, so that alone is not enough.
        if point.is_small_order() || !point.is_torsion_free() {
            return Err(PublicKeyError::NotPrimeOrder);
        }
        Ok(Self { point, bytes: *bytes })
    }

    /// The encoding, x of the COSE key (RFC 9053 §7.2).
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Checks one signature by the rule in the module's text.
    pub fn verify(
        &self,
        message: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Result<(), BadSignature> {
        VerifyingKey::plain(*self).verify(message, signature)
    }

    /// The key's id.
    pub fn id(&self) -> KeyId {
        let thumbprint = Sha256::new()
            .chain_update([
                0xa3, // a map of three
                0x01, 0x01, // kty: OKP
                0x20, 0x06, // crv: Ed25519
                0x21, 0x58, 0x20, // x: 32 bytes
            ])
            .chain_update(self.bytes)
            .finalize();
        KeyId(*thumbprint.first_chunk().expect("a SHA-256 has 32 bytes"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        self.bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

impl fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAPoint => "the public key is not a point of the curve",
            Self::NotCanonical => "the public key is not written canonically",
            Self::NotPrimeOrder => "the public key is not of prime order",
        })
    }
}

impl std::error::Error for PublicKeyError {}

/// The signature is not this key's over this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

/// A public key to check signatures with, made ready for many of them or not.
#[derive(Clone)]
pub struct VerifyingKey {
    public: PublicKey,
    /// Of −A.
    multiples: Option<Multiples>,
}

impl VerifyingKey {
    /// Makes ready a key: 640 KiB, and the time of some 30 verifications, after
    /// which each takes a third of what it took.
    pub fn new(public: PublicKey) -> Self {
        Self { public, multiples: Some(Multiples::of(&-public.point)) }
    }

    /// The key as it is, for a few signatures. The answers are the same.
    pub const fn plain(public: PublicKey) -> Self {
        Self { public, multiples: None }
    }

    /// The key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Checks a signature by the rule in the module's text.
    pub fn verify(
        &self,
        message: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Result<(), BadSignature> {
        let mut checked = Check::finish(&[self.check(message, signature)]);
        checked.pop().expect("one check has one answer")
    }

    /// Checks a signature but for the comparison with R, which costs less for many
    /// at once ([`Check::finish`]).
    pub fn check(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> Check {
        let (r, s) = signature.split_first_chunk::<32>().expect("64 bytes begin with 32");
        let s: [u8; 32] = s.try_into().expect("64 less 32 bytes are 32");
        let s: Option<Scalar> = Scalar::from_canonical_bytes(s).into();
        let hash = Sha512::new().chain_update(r).chain_update(self.public.bytes);
        let hash = hash.chain_update(message).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        Check { r: *r, expected: s.map(|s| self.expected(&s, &k)) }
    }

    /// S·B − k·A.
    fn expected(&self, s: &Scalar, k: &Scalar) -> EdwardsPoint {
        static OF_B: LazyLock<Multiples> =
            LazyLock::new(|| Multiples::of(&ED25519_BASEPOINT_POINT));
        match &self.multiples {
            Some(multiples) => multiples.added(k, OF_B.added(s, EdwardsPoint::identity())),
            None => EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &-self.public.point, s),
        }
    }
}

/// A signature that has been checked but for the comparison with its R.
#[derive(Debug)]
pub struct Check {
    r: [u8; 32],
    /// S·B − k·A; none if S is not below L.
    expected: Option<EdwardsPoint>,
}

impl Check {
    /// The answers, in order. Points are made bytes together, since that takes one
    /// inversion for all of them; each check is for itself all the same.
    pub fn finish(checks: &[Self]) -> Vec<Result<(), BadSignature>> {
        let expected: Vec<EdwardsPoint> = checks.iter().filter_map(|it| it.expected).collect();
        let mut bytes = EdwardsPoint::compress_batch_alloc(&expected).into_iter();
        let answer = |check: &Self| {
            check.expected.ok_or(BadSignature)?;
            let expected = bytes.next().expect("as many encodings as points");
            // An encoding that we have made is canonical, so equal bytes make R
            // canonical. B and A are of prime order, so the expected point is too, or it
            // is the neutral element: the one point of small order that it can be.
            let is_good = *expected.as_bytes() == check.r && check.r != NEUTRAL;
            if is_good { Ok(()) } else { Err(BadSignature) }
        };
        checks.iter().map(answer).collect()
    }
}

/// Multiples j·256^i·P of a point, j from 1 to 128 and i from 0 to 31: a scalar
/// times P is then 32 additions. Its time depends on the scalar, which nobody keeps
/// secret who verifies.
#[derive(Clone)]
pub(super) struct Multiples(Vec<EdwardsPoint>);

impl Multiples {
    /// Multiples for each byte of a scalar.
    const ROW: usize = 128;

    pub(super) fn of(point: &EdwardsPoint) -> Self {
        let mut multiples: Vec<EdwardsPoint> = Vec::with_capacity(32 * Self::ROW);
        let mut first = *point;
        for _ in 0..32 {
            let mut last = first;
            multiples.push(last);
            for _ in 1..Self::ROW {
                last += first;
                multiples.push(last);
            }
            first = last + last;
        }
        Self(multiples)
    }

    /// The sum and scalar·P.
    pub(super) fn added(&self, scalar: &Scalar, mut sum: EdwardsPoint) -> EdwardsPoint {
        let mut carry = 0;
        for (byte, row) in scalar.as_bytes().iter().zip(self.0.chunks_exact(Self::ROW)) {
            // A digit of −127…128; scalars are below 2^253, so the last carries nothing.
            let digit = usize::from(*byte) + carry;
            carry = usize::from(digit > Self::ROW);
            match (digit, carry) {
                (0 | 256, _) => {}
                (digit, 0) => sum += &row[digit - 1],
                (digit, _) => sum -= &row[255 - digit],
            }
        }
        sum
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VerifyingKey").field(&self.public).finish()
    }
}

/// Something that holds a secret key and signs with it: memory, a device, an
/// external command.
pub trait Signer {
    /// The key that its signatures verify under.
    fn public_key(&self) -> &PublicKey;

    /// The Ed25519 signature over these bytes.
    ///
    /// A key in memory never fails; a device may.
    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignerError>;
}

/// A signer could not sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerError {
    /// What the device or command said.
    pub what: String,
}

impl fmt::Display for SignerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for SignerError {}

/// A secret key in memory: wiped when dropped, never printed.
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl SigningKey {
    /// The key of this seed (RFC 8032 §5.1.5).
    pub fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
        let key = secret.verifying_key();
        // A clamped scalar is a multiple of the cofactor between 2^254 and 2^255, and
        // no multiple of 8·L lies there: the point is of prime order.
        let public = PublicKey { point: key.to_edwards(), bytes: key.to_bytes() };
        Self { secret, public }
    }

    /// The specimen key of an issuer: the seed is SHA-256 of
    /// `shenyan/specimen/issuer/` and the issuer's digits.
    ///
    /// Anybody can compute it. That is its purpose: a sample site builds the same
    /// everywhere, and what it signs proves nothing.
    pub fn specimen(issuer: &IssuerId) -> Self {
        let seed = Sha256::new()
            .chain_update("shenyan/specimen/issuer/")
            .chain_update(issuer.as_str())
            .finalize();
        Self::from_seed(Zeroizing::new(seed.into()))
    }
}

impl Signer for SigningKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignerError> {
        Ok(self.secret.sign(message).to_bytes())
    }
}
