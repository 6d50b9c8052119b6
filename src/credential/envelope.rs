//! The envelope: COSE_Sign1 (RFC 9052 §4.2) over the bytes as received.
//!
//! ```cddl
//! card      = #6.18([ protected: bstr .cbor header, {}, payload: bstr, signature: bstr .size 64 ])
//! header    = { 1: -19, 4: kid }     ; alg Ed25519 (RFC 9864), key id
//! kid       = bstr .size 8
//! Sig_structure = [ "Signature1", protected: bstr, external_aad: bstr, payload: bstr ]
//! external_aad  = "shenyan/card/1" 00 realm
//! ```
//!
//! Opening goes in stages, and each gives the value that the next one needs:
//! [`Envelope::read`] (step 3) → [`Envelope::key_id`] (4) → [`Envelope::check`] and
//! [`Envelope::open`] (6) → [`Authentic::card`] (7). There is no way to a card but through a
//! checked signature, except [`Envelope::unverified`], whose type says so.

use std::fmt;

use super::card::Card;
use super::cbor::{self, Value};
use super::fault::{Fault, Reason};
use super::key::{BadSignature, Check, KeyId, SIGNATURE_BYTES, Signer, SignerError, VerifyingKey};
use super::realm::Realm;

/// Bytes of an envelope, at most.
pub const BYTES_MAX: usize = 512;

/// Tag 18, COSE_Sign1, in its shortest head.
const SIGN1_TAG: u8 = 0xd2;
/// Header parameter `alg` (RFC 9052 §3.1).
const ALGORITHM: i64 = 1;
/// Header parameter `kid`.
const KID: i64 = 4;
/// Ed25519, and no other curve (RFC 9864 §2.2).
const ED25519: i64 = -19;
/// What this version of this format signs for.
const CONTEXT: &[u8] = b"shenyan/card/1\0";

/// A value whose signature has been checked, with its bytes as they were signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic<T>(T);

impl<T> Authentic<T> {
    /// The value.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

/// A value whose signature has **not** been found good: to be shown under 未验证,
/// or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified<T>(T);

impl<T> Unverified<T> {
    /// The value that nobody vouches for.
    pub const fn claimed(&self) -> &T {
        &self.0
    }
}

/// A payload as signed; [`Authentic::card`] makes a card of it.
#[derive(Debug)]
pub struct Payload<'a>(Value<'a>);

/// An envelope of the right shape; nothing in it is proven.
#[derive(Debug)]
pub struct Envelope<'a> {
    protected: &'a [u8],
    header: Vec<(i64, Value<'a>)>,
    unprotected: Vec<(i64, Value<'a>)>,
    payload: &'a [u8],
    claims: Payload<'a>,
    signature: [u8; SIGNATURE_BYTES],
}

/// An envelope whose signature is being checked.
#[derive(Debug)]
pub struct Opening<'e, 'a> {
    claims: &'e Payload<'a>,
    check: Check,
}

/// A payload whose signature is good, or `BAD_SIGNATURE`.
pub type Opened<'e, 'a> = Result<Authentic<&'e Payload<'a>>, Fault>;

impl<'a> Envelope<'a> {
    /// Reads the shape (step 3).
    ///
    /// In this order: at most 512 bytes; tag 18; deterministic CBOR to the last
    /// byte; an array of a byte string, a map, a byte string and 64 bytes; the first
    /// byte string holds a map, and the second any item, of deterministic CBOR.
    ///
    /// Errors: `MALFORMED`. What would not re-encode to the same bytes is refused
    /// here, signed or not.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        if bytes.len() > BYTES_MAX {
            return Err(Fault::malformed("more than 512 bytes"));
        }
        let Some((&SIGN1_TAG, untagged)) = bytes.split_first() else {
            return Err(Fault::malformed("not tagged as COSE_Sign1"));
        };
        let Value::Array(items) = deterministic(untagged)? else {
            return Err(Fault::malformed("COSE_Sign1 is not an array"));
        };
        let Ok(items) = <[Value<'a>; 4]>::try_from(items) else {
            return Err(Fault::malformed("COSE_Sign1 has not four parts"));
        };
        let [
            Value::Bytes(protected),
            Value::Map(unprotected),
            Value::Bytes(payload),
            Value::Bytes(signature),
        ] = items
        else {
            return Err(Fault::malformed("a part of COSE_Sign1 is of the wrong type"));
        };
        let Ok(signature) = <[u8; SIGNATURE_BYTES]>::try_from(signature) else {
            return Err(Fault::malformed("the signature has not 64 bytes"));
        };
        let Value::Map(header) = deterministic(protected)? else {
            return Err(Fault::malformed("the protected header is not a map"));
        };
        let claims = Payload(deterministic(payload)?);
        Ok(Self { protected, header, unprotected, payload, claims, signature })
    }

    /// Reads the headers (step 4): the id of the key that is to have signed.
    ///
    /// In this order: the unprotected header is empty, else `MALFORMED`, since
    /// anybody can add to it; the protected entries in the order of their bytes: an
    /// algorithm that is an integer, else `MALFORMED`, and −19, else `UNSUPPORTED`;
    /// a key id of eight bytes, else `MALFORMED`; any other entry `UNSUPPORTED`; at
    /// last a missing algorithm, then a missing key id, `MALFORMED`.
    pub fn key_id(&self) -> Result<KeyId, Fault> {
        if !self.unprotected.is_empty() {
            return Err(Fault::malformed("the unprotected header is not empty"));
        }
        let (mut algorithm, mut kid) = (None, None);
        for (key, value) in &self.header {
            match (*key, value) {
                (ALGORITHM, Value::Int(ED25519)) => algorithm = Some(ED25519),
                (ALGORITHM, Value::Int(_)) => {
                    return Err(Fault::unsupported("an algorithm other than Ed25519"));
                }
                (ALGORITHM, _) => {
                    return Err(Fault::malformed("the algorithm is not an integer"));
                }
                (KID, Value::Bytes(bytes)) if bytes.len() == 8 => {
                    kid = bytes.first_chunk().copied();
                }
                (KID, _) => return Err(Fault::malformed("the key id is not eight bytes")),
                _ => return Err(Fault::unsupported("an unknown protected header")),
            }
        }
        algorithm.ok_or(Fault::malformed("the protected header has no algorithm"))?;
        kid.map(KeyId).ok_or(Fault::malformed("the protected header has no key id"))
    }

    /// Checks the signature (step 6) but for its end, which is cheaper for many
    /// envelopes together ([`Envelope::open`]).
    pub fn check(&self, key: &VerifyingKey, realm: &Realm) -> Opening<'_, 'a> {
        let message = to_be_signed(self.protected, realm, self.payload);
        Opening { claims: &self.claims, check: key.check(&message, &self.signature) }
    }

    /// Ends checks of signatures, and hands out each payload that was signed, in
    /// order.
    pub fn open<'e>(openings: Vec<Opening<'e, 'a>>) -> Vec<Opened<'e, 'a>> {
        let (claims, checks): (Vec<_>, Vec<_>) =
            openings.into_iter().map(|it| (it.claims, it.check)).unzip();
        let answers = Check::finish(&checks).into_iter().zip(claims);
        let opened = answers.map(|(answer, claims)| match answer {
            Ok(()) => Ok(Authentic(claims)),
            Err(BadSignature) => {
                Err(Fault::new(Reason::BadSignature, "the signature does not fit"))
            }
        });
        opened.collect()
    }

    /// What the payload claims, if it can be read as a card.
    pub fn unverified(&self) -> Option<Unverified<Card>> {
        Card::from_value(&self.claims.0).ok().map(Unverified)
    }
}

impl Authentic<&Payload<'_>> {
    /// Reads the claims (step 7).
    ///
    /// Errors: `UNSUPPORTED` for what a later version may mean, `MALFORMED` for
    /// what none can.
    pub fn card(&self) -> Result<Authentic<Card>, Fault> {
        Card::from_value(&self.0.0).map(Authentic)
    }
}

/// Why a payload was not sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The envelope would have more than 512 bytes; it would have this many.
    TooLong(usize),
    /// The signer could not sign.
    Signer(SignerError),
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(bytes) => write!(f, "the card has {bytes} bytes; 512 are allowed"),
            Self::Signer(error) => write!(f, "the signer could not sign: {error}"),
        }
    }
}

impl std::error::Error for SealError {}

/// Signs a payload ([`Card::encode`]) for a realm: the envelope's bytes.
pub fn seal(signer: &dyn Signer, realm: &Realm, payload: &[u8]) -> Result<Vec<u8>, SealError> {
    let KeyId(kid) = signer.public_key().id();
    let header = Value::map(vec![(ALGORITHM, Value::Int(ED25519)), (KID, Value::Bytes(&kid))]);
    let protected = cbor::encode(&header);
    let signature =
        signer.sign(&to_be_signed(&protected, realm, payload)).map_err(SealError::Signer)?;
    let mut bytes = vec![SIGN1_TAG];
    bytes.append(&mut cbor::encode(&Value::Array(vec![
        Value::Bytes(&protected),
        Value::Map(Vec::new()),
        Value::Bytes(payload),
        Value::Bytes(&signature),
    ])));
    if bytes.len() > BYTES_MAX { Err(SealError::TooLong(bytes.len())) } else { Ok(bytes) }
}

/// The bytes that are signed: Sig_structure (RFC 9052 §4.4).
fn to_be_signed(protected: &[u8], realm: &Realm, payload: &[u8]) -> Vec<u8> {
    let aad = [CONTEXT, realm.as_str().as_bytes()].concat();
    cbor::encode(&Value::Array(vec![
        Value::Text("Signature1"),
        Value::Bytes(protected),
        Value::Bytes(&aad),
        Value::Bytes(payload),
    ]))
}

fn deterministic(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    cbor::decode(bytes).map_err(|error| Fault::malformed(error.detail()))
}
