//! The signed note (c2sp.org/signed-note): a text, a blank line, and who vouches
//! for it.
//!
//! ```text
//! shenyan/trust/1                                  the context
//! realm training                                   the text, to its last newline
//! …
//!                                                  one blank line
//! — trust/office s6K8tSu8vJ…==                     key name, base64(key id ‖ signature)
//! ```
//!
//! The signature is plain Ed25519 over the text, newline included, blank line
//! excluded, so other tools can check and make it. A key is written on one line,
//! `name+hex8+base64(0x01 ‖ public key)`, and its id is the first four bytes of
//! SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
//!
//! [`Note::read`] looks at the frame and at nothing within. [`Note::open`] gives
//! out the text, once enough of the keys that it was asked for have signed, and
//! only then is it parsed. Ours are stricter than C2SP's: no control character, no
//! blank line in the text, no key line written in two ways.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::base64;
use super::digest::TextDigest;
use super::key::{PublicKey, SIGNATURE_BYTES, Signer, SignerError};

/// Bytes of a note, at most: a revocation list of a million entries and more.
pub const BYTES_MAX: usize = 4 << 20;
/// Signature lines of a note, at most.
pub const SIGNATURES_MAX: usize = 100;
/// Characters of a key's name, at most.
const NAME_MAX: usize = 96;
/// Bytes of a signature line, at most: room for the longest signatures in use.
const LINE_MAX: usize = 8_192;
/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";
/// The signature type of Ed25519 in a key line.
const ED25519: u8 = 0x01;

/// Why bytes are not a note, or not one that the wanted keys vouch for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// More than 4 MiB.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// A control character other than the newline; a carriage return is one.
    ControlCharacter,
    /// The text is empty or has a blank line.
    BlankLine,
    /// There is no blank line and signature after the text.
    NoSignature,
    /// A line after the blank line is not a signature line, or does not end.
    SignatureLine,
    /// More than 100 signature lines.
    TooManySignatures,
    /// Two lines have the same key name and key id.
    SignedTwice(String),
    /// A line names a wanted key, and the signature is not that key's.
    BadSignature(KeyName),
    /// Fewer of the wanted keys have signed than must.
    Threshold {
        /// How many must sign.
        needed: usize,
        /// How many have.
        found: usize,
    },
    /// The first line is not the context that was asked for.
    Context(&'static str),
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("超过 4 MiB"),
            Self::NotUtf8 => f.write_str("不是 UTF-8 文本"),
            Self::ControlCharacter => f.write_str("含有控制字符（换行只能是 LF，不能是 CRLF）"),
            Self::BlankLine => f.write_str("正文为空或含有空行"),
            Self::NoSignature => f.write_str("正文之后没有空行和签名"),
            Self::SignatureLine => f.write_str("签名行写得不对"),
            Self::TooManySignatures => f.write_str("签名超过 100 行"),
            Self::SignedTwice(name) => write!(f, "同一密钥签了两次：{name}"),
            Self::BadSignature(name) => write!(f, "{name} 的签名与正文不符"),
            Self::Threshold { needed, found } => {
                write!(f, "签名不够：要 {needed} 把密钥签名，只有 {found} 把")
            }
            Self::Context(wanted) => write!(f, "首行不是 {wanted}"),
        }
    }
}

impl std::error::Error for NoteError {}

/// The name of a key of ours: 1–96 ASCII letters, digits, `-`, `.`, `_`, `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is not a key's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyNameError;

impl FromStr for KeyName {
    type Err = KeyNameError;

    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
        if (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(is_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeyNameError)
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for KeyNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("密钥的名字是 1–96 个 ASCII 字母、数字和 - . _ /")
    }
}

impl std::error::Error for KeyNameError {}

/// A public key with its name: what a key line says, `name+hex8+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedKey {
    name: KeyName,
    public: PublicKey,
}

/// Why a text is not a key line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLineError {
    /// Not `name+hex8+base64`.
    Form,
    /// The key is of a type other than Ed25519.
    Algorithm,
    /// The key is miswritten or weak.
    WeakKey,
    /// The key id is not that of this name and key: the line was changed.
    KeyId,
}

impl NamedKey {
    /// This key under this name.
    pub fn new(name: KeyName, public: PublicKey) -> Self {
        Self { name, public }
    }

    /// The name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key id in signature lines. It finds a key; it proves nothing.
    pub fn id(&self) -> [u8; 4] {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.name.as_str())
            .chain_update([b'\n', ED25519])
            .chain_update(self.public.as_bytes())
            .finalize()
            .into();
        *digest.first_chunk().expect("a SHA-256 has 32 bytes")
    }

    /// The signature of this key's holder on a text, as a line of a note.
    pub fn sign(&self, signer: &dyn Signer, text: &str) -> Result<NoteSignature, SignerError> {
        signer.sign(text.as_bytes()).map(|signature| self.line(&signature))
    }

    /// A signature that was made elsewhere, as a line of a note.
    pub fn line(&self, signature: &[u8; SIGNATURE_BYTES]) -> NoteSignature {
        NoteSignature {
            name: self.name.as_str().to_owned(),
            key_id: self.id(),
            signature: signature.to_vec(),
        }
    }

    /// Whether this is a line of this key: same name and same key id.
    fn made(&self, line: &NoteSignature) -> bool {
        line.name == self.name.as_str() && line.key_id == self.id()
    }
}

impl fmt::Display for NamedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.id());
        let bytes = [&[ED25519], self.public.as_bytes().as_slice()].concat();
        write!(f, "{}+{id:08x}+{}", self.name, base64::encode(&bytes))
    }
}

impl FromStr for NamedKey {
    type Err = KeyLineError;

    /// Reads exactly what [`Display`](fmt::Display) prints.
    fn from_str(line: &str) -> Result<Self, KeyLineError> {
        // A name has no `+`; base64 may have some.
        let mut parts = line.splitn(3, '+');
        let mut part = || parts.next().ok_or(KeyLineError::Form);
        let (name, id, key) = (part()?, part()?, part()?);
        let name = name.parse().map_err(|KeyNameError| KeyLineError::Form)?;
        let bytes = base64::decode(key).ok_or(KeyLineError::Form)?;
        let bytes = match bytes.split_first() {
            Some((&ED25519, key)) => <[u8; 32]>::try_from(key).map_err(|_| KeyLineError::Form)?,
            Some(_) => return Err(KeyLineError::Algorithm),
            None => return Err(KeyLineError::Form),
        };
        let public = PublicKey::from_bytes(&bytes).map_err(|_| KeyLineError::WeakKey)?;
        let key = Self { name, public };
        if format!("{:08x}", u32::from_be_bytes(key.id())) == id {
            Ok(key)
        } else {
            Err(KeyLineError::KeyId)
        }
    }
}

impl fmt::Display for KeyLineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "不是公钥行（名字+八位十六进制+base64）",
            Self::Algorithm => "公钥不是 Ed25519 的",
            Self::WeakKey => "公钥写法不规范或是弱密钥",
            Self::KeyId => "公钥行的编号与名字、公钥不符，可能抄错或被改动",
        })
    }
}

impl std::error::Error for KeyLineError {}

/// A signature line; nothing in it is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: [u8; 4],
    /// 64 bytes if it is Ed25519; other keys, which we do not know, may have more.
    signature: Vec<u8>,
}

impl NoteSignature {
    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.key_id.as_slice(), &self.signature].concat();
        write!(f, "{DASH}{} {}", self.name, base64::encode(&bytes))
    }
}

impl FromStr for NoteSignature {
    type Err = NoteError;

    /// Reads a line, without its newline. Names of others may have any character
    /// but white space, `+` and control characters.
    fn from_str(line: &str) -> Result<Self, NoteError> {
        let wrong = NoteError::SignatureLine;
        let rest = line.strip_prefix(DASH).filter(|_| line.len() <= LINE_MAX);
        let Some((name, bytes)) = rest.and_then(|rest| rest.split_once(' ')) else {
            return Err(wrong);
        };
        let is_out = |it: char| it.is_whitespace() || it.is_control() || it == '+';
        if name.is_empty() || name.contains(is_out) {
            return Err(wrong);
        }
        let bytes = base64::decode(bytes).ok_or(NoteError::SignatureLine)?;
        match bytes.split_first_chunk::<4>() {
            Some((key_id, signature)) if !signature.is_empty() => {
                let (name, signature) = (name.to_owned(), signature.to_vec());
                Ok(Self { name, key_id: *key_id, signature })
            }
            Some(_) | None => Err(wrong),
        }
    }
}

/// A note of the right shape; nothing in it is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    signatures: Vec<NoteSignature>,
}

/// A text whose signatures have been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vouched<'a>(&'a str);

impl<'a> Vouched<'a> {
    /// The text, to its last newline.
    pub const fn text(self) -> &'a str {
        self.0
    }

    /// SHA-256 of the text.
    pub fn digest(self) -> TextDigest {
        TextDigest::of(self.0)
    }
}

impl<'a> Note<'a> {
    /// Reads the frame.
    ///
    /// In this order: at most 4 MiB; UTF-8; no control character but the newline;
    /// a text of whole lines, none of them blank; one blank line; 1–100 signature
    /// lines, no two of the same name and key id.
    pub fn read(bytes: &'a [u8]) -> Result<Self, NoteError> {
        if bytes.len() > BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let note = str::from_utf8(bytes).map_err(|_| NoteError::NotUtf8)?;
        check_characters(note)?;
        let at = note.find("\n\n").ok_or(NoteError::NoSignature)? + 1;
        let (text, rest) = note.split_at(at);
        if text.starts_with('\n') {
            return Err(NoteError::BlankLine);
        }
        let lines = rest.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::SignatureLine)?;
        let mut signatures: Vec<NoteSignature> = Vec::new();
        for line in lines.split('\n') {
            let line: NoteSignature = line.parse()?;
            if signatures.len() == SIGNATURES_MAX {
                return Err(NoteError::TooManySignatures);
            }
            let same = |it: &NoteSignature| it.name == line.name && it.key_id == line.key_id;
            if signatures.iter().any(same) {
                return Err(NoteError::SignedTwice(line.name));
            }
            signatures.push(line);
        }
        Ok(Self { text, signatures })
    }

    /// The text that nobody has been found to vouch for yet.
    pub(super) const fn claimed(&self) -> &'a str {
        self.text
    }

    /// The signature lines, whoever made them.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The text, if at least so many of these keys have signed it and its first
    /// line is this context.
    ///
    /// Each key counts once. Lines of other keys are passed over; a line that
    /// names one of these keys and does not verify refuses the note. No keys vouch
    /// for nothing: a threshold of none is never met.
    pub fn open(
        &self,
        context: &'static str,
        keys: &[NamedKey],
        threshold: usize,
    ) -> Result<Vouched<'a>, NoteError> {
        let mut signers: Vec<&[u8; 32]> = Vec::new();
        for key in keys {
            let Some(line) = self.signatures.iter().find(|line| key.made(line)) else { continue };
            let is_good = <&[u8; SIGNATURE_BYTES]>::try_from(line.signature.as_slice())
                .is_ok_and(|it| key.public.verify(self.text.as_bytes(), it).is_ok());
            if !is_good {
                return Err(NoteError::BadSignature(key.name.clone()));
            }
            if !signers.contains(&key.public.as_bytes()) {
                signers.push(key.public.as_bytes());
            }
        }
        if signers.is_empty() || signers.len() < threshold {
            return Err(NoteError::Threshold { needed: threshold.max(1), found: signers.len() });
        }
        match self.text.split_once('\n') {
            Some((first, _)) if first == context => Ok(Vouched(self.text)),
            Some(_) | None => Err(NoteError::Context(context)),
        }
    }
}

/// A text and its signatures as a note.
///
/// Errors: what [`Note::read`] would say of it.
pub fn write(text: &str, signatures: &[NoteSignature]) -> Result<String, NoteError> {
    let mut note = format!("{text}\n");
    for signature in signatures {
        note.push_str(&signature.to_string());
        note.push('\n');
    }
    check_text(text)?;
    Note::read(note.as_bytes())?;
    Ok(note)
}

/// Whether this may be the text of a note: whole lines, none of them blank.
pub fn check_text(text: &str) -> Result<(), NoteError> {
    if text.len() > BYTES_MAX {
        return Err(NoteError::TooLong);
    }
    check_characters(text)?;
    let is_whole = text.ends_with('\n') && !text.starts_with('\n') && !text.contains("\n\n");
    if is_whole { Ok(()) } else { Err(NoteError::BlankLine) }
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    if text.chars().any(|it| it.is_control() && it != '\n') {
        return Err(NoteError::ControlCharacter);
    }
    Ok(())
}
