//! The secret key file: minisign's format, so that its users' keys work here and
//! ours work there.
//!
//! ```text
//! untrusted comment: …
//! base64("Ed" ‖ kdf ‖ "B2" ‖ salt 32 ‖ opslimit 8 ‖ memlimit 8 ‖ box)
//! box = key number 8 ‖ seed 32 ‖ public key 32 ‖ check 32
//! ```
//!
//! `kdf` is `"Sc"` and the box is XORed with scrypt of the passphrase, or `00 00`
//! and the box is plain. `check` is BLAKE2b-256("Ed" ‖ key number ‖ seed ‖ public
//! key); minisign leaves it zero in a plain box. The limits are libsodium's and
//! give scrypt's N, r and p; numbers are little-endian.
//!
//! It stands here and not in the credential room: a verifier has no secrets.

use std::fmt;

use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest as _};
use zeroize::Zeroizing;

use crate::credential::base64;
use crate::credential::key::{Signer as _, SigningKey};

/// Bytes of a file, at most; minisign's own are 262.
pub(super) const BYTES_MAX: usize = 4_096;
/// Bytes before the box, and in it.
const HEAD: usize = 54;
const BOX: usize = 104;
/// What we write: N = 2^18, r = 8, p = 1, 256 MiB, as libsodium's limits say it.
const OPSLIMIT: u64 = 1 << 23;
const MEMLIMIT: u64 = 1 << 28;
/// What we read at most: N = 2^20, as minisign writes it; 1 GiB.
const LOG_N_MAX: u8 = 20;

/// Why a secret key file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretError {
    /// Not a comment line and a line of base64 of the right length.
    Form,
    /// Another algorithm than Ed25519, scrypt or BLAKE2b.
    Algorithm,
    /// Scrypt's parameters ask for more than N = 2^20.
    TooCostly,
    /// The passphrase is wrong, or the file is damaged.
    Passphrase,
    /// The public key within is not that of the seed.
    Damaged,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "不是 minisign 格式的私钥文件",
            Self::Algorithm => "私钥文件用了不认识的算法",
            Self::TooCostly => "私钥文件的 scrypt 参数过大（N 最多 2^20）",
            Self::Passphrase => "口令不对，或者文件损坏",
            Self::Damaged => "私钥文件损坏：里面的公钥与私钥不符",
        })
    }
}

/// How the box of a file is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    /// By a passphrase.
    Passphrase,
    /// Not at all.
    None,
}

/// A secret key, out of its file.
pub(super) struct SecretKey {
    seed: Zeroizing<[u8; 32]>,
    number: [u8; 8],
}

/// A file of the right form, still closed.
pub(super) struct Closed {
    kdf: [u8; 2],
    salt: [u8; 32],
    opslimit: u64,
    memlimit: u64,
    content: Zeroizing<[u8; BOX]>,
}

impl SecretKey {
    /// The key of this seed; its number is its kid.
    pub(super) fn new(seed: Zeroizing<[u8; 32]>) -> Self {
        let number = SigningKey::from_seed(seed.clone()).public_key().id().0;
        Self { seed, number }
    }

    /// The key, to sign with.
    pub(super) fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(self.seed.clone())
    }

    /// The box in clear: number, seed, public key, check.
    fn content(&self) -> Zeroizing<[u8; BOX]> {
        let mut content = Zeroizing::new([0; BOX]);
        content[..8].copy_from_slice(&self.number);
        content[8..40].copy_from_slice(&*self.seed);
        content[40..72].copy_from_slice(self.signing_key().public_key().as_bytes());
        let check = check(&content);
        content[72..].copy_from_slice(&check);
        content
    }

    /// The file, protected by this passphrase, or by none.
    pub(super) fn write(&self, passphrase: Option<&[u8]>, salt: [u8; 32]) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD + BOX));
        let mut content = self.content();
        bytes.extend_from_slice(b"Ed");
        match passphrase {
            Some(passphrase) => {
                bytes.extend_from_slice(b"ScB2");
                bytes.extend_from_slice(&salt);
                bytes.extend_from_slice(&OPSLIMIT.to_le_bytes());
                bytes.extend_from_slice(&MEMLIMIT.to_le_bytes());
                let cost = cost(OPSLIMIT, MEMLIMIT).expect("what we write, we read");
                mask(&mut content, passphrase, &salt, &cost);
            }
            None => {
                bytes.extend_from_slice(b"\0\0B2");
                bytes.resize(HEAD, 0);
            }
        }
        bytes.extend_from_slice(&*content);
        let body = Zeroizing::new(base64::encode(&bytes));
        Zeroizing::new(format!("untrusted comment: shenyan secret key\n{}\n", *body))
    }
}

/// Whether a text is a secret key file: nothing of one may be published.
pub(super) fn is_secret(text: &str) -> bool {
    text.lines().any(|line| {
        base64::decode(line.trim())
            .map(Zeroizing::new)
            .is_some_and(|bytes| bytes.len() == HEAD + BOX && bytes.starts_with(b"Ed"))
    })
}

impl Closed {
    /// Reads the form of a file.
    pub(super) fn read(text: &str) -> Result<Self, SecretError> {
        let (comment, rest) = text.split_once('\n').ok_or(SecretError::Form)?;
        let body = rest.strip_suffix('\n').unwrap_or(rest);
        if !comment.starts_with("untrusted comment: ") {
            return Err(SecretError::Form);
        }
        let bytes = base64::decode(body).map(Zeroizing::new).ok_or(SecretError::Form)?;
        let (head, content) = bytes.split_first_chunk::<HEAD>().ok_or(SecretError::Form)?;
        let content: [u8; BOX] = content.try_into().map_err(|_| SecretError::Form)?;
        let [b'E', b'd', kdf_0, kdf_1, b'B', b'2', ..] = *head else {
            return Err(SecretError::Algorithm);
        };
        let number = |at: usize| {
            let bytes: [u8; 8] = head[at..at + 8].try_into().expect("eight bytes of the head");
            u64::from_le_bytes(bytes)
        };
        let mut salt = [0; 32];
        salt.copy_from_slice(&head[6..38]);
        let closed = Self {
            kdf: [kdf_0, kdf_1],
            salt,
            opslimit: number(38),
            memlimit: number(46),
            content: Zeroizing::new(content),
        };
        match closed.protection()? {
            Protection::Passphrase => cost(closed.opslimit, closed.memlimit).map(|_| closed),
            Protection::None => Ok(closed),
        }
    }

    /// How it is protected.
    pub(super) fn protection(&self) -> Result<Protection, SecretError> {
        match &self.kdf {
            b"Sc" => Ok(Protection::Passphrase),
            [0, 0] => Ok(Protection::None),
            _ => Err(SecretError::Algorithm),
        }
    }

    /// Opens it, by its passphrase if it has one.
    pub(super) fn open(mut self, passphrase: &[u8]) -> Result<SecretKey, SecretError> {
        let protection = self.protection()?;
        if protection == Protection::Passphrase {
            let cost = cost(self.opslimit, self.memlimit)?;
            mask(&mut self.content, passphrase, &self.salt, &cost);
        }
        let content = &self.content;
        let is_checked = check(content) == content[72..];
        let is_plain = protection == Protection::None && content[72..] == [0; 32];
        if !(is_checked || is_plain) {
            return Err(SecretError::Passphrase);
        }
        let mut key = SecretKey { seed: Zeroizing::new([0; 32]), number: [0; 8] };
        key.number.copy_from_slice(&content[..8]);
        key.seed.copy_from_slice(&content[8..40]);
        if key.signing_key().public_key().as_bytes() == &content[40..72] {
            Ok(key)
        } else {
            Err(SecretError::Damaged)
        }
    }
}

fn check(content: &[u8; BOX]) -> [u8; 32] {
    Blake2b::<U32>::new().chain_update(b"Ed").chain_update(&content[..72]).finalize().into()
}

/// XORs a box with scrypt of the passphrase.
fn mask(content: &mut [u8; BOX], passphrase: &[u8], salt: &[u8; 32], cost: &scrypt::Params) {
    let mut stream = Zeroizing::new([0; BOX]);
    scrypt::scrypt(passphrase, salt, cost, &mut *stream).expect("104 bytes is a length it gives");
    content.iter_mut().zip(&*stream).for_each(|(byte, mask)| *byte ^= mask);
}

/// Scrypt's parameters for libsodium's limits (its `pickparams`).
fn cost(opslimit: u64, memlimit: u64) -> Result<scrypt::Params, SecretError> {
    const R: u64 = 8;
    let opslimit = opslimit.max(32_768);
    let log2 = |n_max: u64| {
        // The least exponent from 1 that is more than half of the greatest N.
        (1..63_u8).find(|log| 1_u64 << log > n_max / 2).unwrap_or(63)
    };
    let (log_n, p) = if opslimit < memlimit / 32 {
        (log2(opslimit / (R * 4)), 1)
    } else {
        let log_n = log2(memlimit / (R * 128));
        (log_n, ((opslimit / 4) >> log_n).min(0x3fff_ffff) / R)
    };
    // More passes over less memory cost time all the same.
    if log_n > LOG_N_MAX || p > 1_u64 << (LOG_N_MAX - log_n) {
        return Err(SecretError::TooCostly);
    }
    let p = u32::try_from(p).map_err(|_| SecretError::TooCostly)?;
    scrypt::Params::new(log_n, 8, p).map_err(|_| SecretError::TooCostly)
}
