//! What a verification answers: a code, the steps that led to it, and as much
//! of the card as has been proven.
//!
//! [`Verdict::Valid`] holds an [`Accepted`], whose fields are private and whose
//! one maker asks for the proof of each check: there is no way to a valid
//! verdict but through all of them. Codes are stable and never reused; the
//! browser's twin gives the same ones.

use std::fmt;
use std::sync::Arc;

use super::card::{Card, Extension, InTime};
use super::envelope::{Authentic, Unverified};
use super::field::ListStamp;
use super::key::KeyId;
use super::lists::{Fresh, NotRevoked};
use super::number::CardNumber;
use super::policy::Consistent;
use super::revocation::RevocationReason;
use super::scope::Entitled;
use super::trust::{Admitted, HostFinding, Issuer};

/// Why a card is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The signature does not fit the content, the realm or the issuer's key.
    BadSignature,
    /// The issuer has withdrawn the card.
    Revoked,
    /// The issuer's key has been withdrawn.
    KeyRevoked,
    /// The issuer was not entitled to issue this card.
    OutOfScope,
    /// The hours do not carry the result under the policy that the card cites.
    Inconsistent,
    /// Another card has taken this one's place.
    Superseded,
    /// The card's time is over.
    Expired,
    /// The card says that it was issued more than 24 hours from now.
    NotYetValid,
    /// The lists at hand are too old to tell.
    Stale,
    /// No trusted issuer has this key id.
    UnknownIssuer,
    /// A format version, algorithm, kind or field that this verifier does not know.
    Unsupported,
    /// Not a card as the format has it; most often a bad scan.
    Malformed,
    /// The clock of this machine is behind the lists it holds.
    ClockSuspect,
    /// Genuine in every respect, but a specimen, which proves nothing.
    Specimen,
}

/// What is printed of a verdict: valid, or the reason why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// Everything that could be checked was, and holds.
    Valid,
    /// The first check that failed decides.
    Refused(Reason),
}

/// The colour a verdict is shown in, never alone: words and shape go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// Good.
    Green,
    /// Bad: do not accept the card.
    Red,
    /// Was good, or will be.
    Amber,
    /// Cannot tell.
    Grey,
}

impl Code {
    /// All codes, in the order of the table in the format's specification.
    pub const ALL: [Self; 15] = [
        Self::Valid,
        Self::Refused(Reason::BadSignature),
        Self::Refused(Reason::Revoked),
        Self::Refused(Reason::KeyRevoked),
        Self::Refused(Reason::OutOfScope),
        Self::Refused(Reason::Inconsistent),
        Self::Refused(Reason::Superseded),
        Self::Refused(Reason::Expired),
        Self::Refused(Reason::NotYetValid),
        Self::Refused(Reason::Stale),
        Self::Refused(Reason::UnknownIssuer),
        Self::Refused(Reason::Unsupported),
        Self::Refused(Reason::Malformed),
        Self::Refused(Reason::ClockSuspect),
        Self::Refused(Reason::Specimen),
    ];

    /// The stable code, its words in Chinese, and its face.
    const fn row(self) -> (&'static str, &'static str, Face) {
        match self {
            Self::Valid => ("VALID", "有效", Face::Green),
            Self::Refused(reason) => match reason {
                Reason::BadSignature => ("BAD_SIGNATURE", "签名不符，内容可能被改动", Face::Red),
                Reason::Revoked => ("REVOKED", "已撤销", Face::Red),
                Reason::KeyRevoked => ("KEY_REVOKED", "签发密钥已停用", Face::Red),
                Reason::OutOfScope => ("OUT_OF_SCOPE", "超出签发授权", Face::Red),
                Reason::Inconsistent => ("INCONSISTENT", "内容与政策不符", Face::Red),
                Reason::Superseded => ("SUPERSEDED", "已换发", Face::Amber),
                Reason::Expired => ("EXPIRED", "已过有效期", Face::Amber),
                Reason::NotYetValid => ("NOT_YET_VALID", "尚未生效", Face::Amber),
                Reason::Stale => ("STALE", "状态数据过旧，无法判断", Face::Grey),
                Reason::UnknownIssuer => ("UNKNOWN_ISSUER", "不认识的签发方", Face::Grey),
                Reason::Unsupported => ("UNSUPPORTED", "版本或扩展不支持", Face::Grey),
                Reason::Malformed => ("MALFORMED", "未能完整读取，请重扫", Face::Grey),
                Reason::ClockSuspect => ("CLOCK_SUSPECT", "本机时间异常", Face::Grey),
                Reason::Specimen => ("SPECIMEN", "样张，不作证明", Face::Grey),
            },
        }
    }

    /// The stable code, as in `BAD_SIGNATURE`.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The words for people, in Chinese.
    pub const fn words(self) -> &'static str {
        self.row().1
    }

    /// The colour to show it in.
    pub const fn face(self) -> Face {
        self.row().2
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failed check: the reason, and which rule it was.
///
/// The detail is for those who build issuers and verifiers; it is no part of
/// the interface, and the twin need not have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What the verdict will say.
    pub reason: Reason,
    /// The rule that was broken, in English.
    pub detail: &'static str,
}

impl Fault {
    /// A fault with this reason and detail.
    pub(super) const fn new(reason: Reason, detail: &'static str) -> Self {
        Self { reason, detail }
    }

    /// The input is not a card as the format has it.
    pub(super) const fn malformed(detail: &'static str) -> Self {
        Self::new(Reason::Malformed, detail)
    }

    /// The input may be a card of a later version.
    pub(super) const fn unsupported(detail: &'static str) -> Self {
        Self::new(Reason::Unsupported, detail)
    }
}

/// The steps of a verification, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// 1: the text's length, alphabet, `#` and version.
    Text,
    /// 2: digits to bytes.
    Digits,
    /// 3: the shape of the COSE structure, deterministic CBOR throughout.
    Shape,
    /// 4: algorithm and key id, and no other header.
    Algorithm,
    /// 5: the issuer of that key id.
    Issuer,
    /// 6: the signature.
    Signature,
    /// 7: the claims.
    Body,
    /// 8: the issuer's status, scope and window.
    Standing,
    /// 9: `iat` and `exp`.
    Times,
    /// 10: revoked or superseded.
    Revocation,
    /// 11: the hours against the policy.
    Policy,
    /// 12: freshness of the lists.
    Freshness,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::Digits,
        Self::Shape,
        Self::Algorithm,
        Self::Issuer,
        Self::Signature,
        Self::Body,
        Self::Standing,
        Self::Times,
        Self::Revocation,
        Self::Policy,
        Self::Freshness,
    ];

    /// The stable name, as in `signature`, and its words in Chinese.
    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", "文本与字符"),
            Self::Digits => ("digits", "数字还原"),
            Self::Shape => ("shape", "COSE 结构"),
            Self::Algorithm => ("algorithm", "算法与头部"),
            Self::Issuer => ("issuer", "签发机构"),
            Self::Signature => ("signature", "签名"),
            Self::Body => ("body", "卡面内容"),
            Self::Standing => ("standing", "签发授权"),
            Self::Times => ("times", "时间"),
            Self::Revocation => ("revocation", "撤销与换发"),
            Self::Policy => ("policy", "规则复算"),
            Self::Freshness => ("freshness", "状态时效"),
        }
    }

    /// The stable name, as in `signature`.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The words for people, in Chinese.
    pub const fn words(self) -> &'static str {
        self.row().1
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Checked, and it holds.
    Passed,
    /// Checked, and it does not hold.
    Failed,
    /// Not reached, or the list it needs is not at hand.
    #[default]
    Skipped,
}

impl Outcome {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// How each step ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps([Outcome; 12]);

impl Steps {
    /// How this step ended.
    pub const fn outcome(&self, step: Step) -> Outcome {
        self.0[step as usize]
    }

    /// The steps in order, each with its outcome.
    pub fn iter(&self) -> impl Iterator<Item = (Step, Outcome)> {
        Step::ALL.into_iter().zip(self.0)
    }

    /// Notes how a step ended, and hands its result on.
    pub(super) fn note<T>(&mut self, step: Step, result: Result<T, Fault>) -> Result<T, Fault> {
        self.0[step as usize] = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        result
    }
}

/// Which lists a verdict rests on: to be shown beside it, never hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// The root note; none behind specimens.
    pub root: Option<ListStamp>,
    /// The trust list; none behind specimens.
    pub trust: Option<ListStamp>,
    /// The revocation list of the card's log, if it was looked at.
    pub revocation: Option<ListStamp>,
}

/// What is known of an input whatever the verdict; none of it is proven.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    /// How each step ended.
    pub(super) steps: Steps,
    /// The host that the text leads to, beside the issuer's own.
    pub(super) host: HostFinding,
    /// The key id that the envelope names.
    pub(super) key_id: Option<KeyId>,
    /// The issuer of that key id, if there is one.
    pub(super) issuer: Option<Arc<Issuer>>,
    /// What a text claims whose issuer is unknown or whose signature is bad.
    pub(super) unverified: Option<Unverified<Card>>,
    /// The lists that were looked at.
    pub(super) as_of: AsOf,
    /// Why the card was revoked, if it was.
    pub(super) revoked: Option<RevocationReason>,
}

/// The answer to one text.
#[derive(Debug)]
pub enum Verdict {
    /// Every check that can be made was made, and holds.
    Valid(Accepted),
    /// A check failed; the first one decides.
    Refused(Refusal),
}

/// A card that has passed every check.
#[derive(Debug)]
pub struct Accepted {
    card: Authentic<Card>,
    trace: Trace,
    issuer: Arc<Issuer>,
}

/// A text that has failed a check, and what is known of it all the same.
#[derive(Debug)]
pub struct Refusal {
    fault: Fault,
    card: Option<Authentic<Card>>,
    trace: Trace,
}

impl Accepted {
    /// Takes the proof of each check: [`Authentic`] for steps 1–7, [`Entitled`] for
    /// step 8, [`InTime`] for 9, [`NotRevoked`] for 10, [`Consistent`] for 11, [`Fresh`]
    /// for 12, and [`Admitted`] that the issuer's realm counts.
    pub(super) fn new(
        card: Authentic<Card>,
        issuer: Arc<Issuer>,
        (_, _, _, _, _, _): (Entitled, InTime, NotRevoked, Consistent, Fresh, Admitted),
        trace: Trace,
    ) -> Self {
        Self { card, issuer, trace }
    }

    /// The card.
    pub fn card(&self) -> &Card {
        self.card.get()
    }

    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

impl Refusal {
    /// A refusal: of a card that is authentic, or before that was known.
    pub(super) fn new(fault: Fault, card: Option<Authentic<Card>>, trace: Trace) -> Self {
        Self { fault, card, trace }
    }

    /// The reason.
    pub fn reason(&self) -> Reason {
        self.fault.reason
    }

    /// The rule that was broken, in English; no part of the interface.
    pub fn detail(&self) -> &'static str {
        self.fault.detail
    }

    /// The card, if its signature was found good and its body read.
    pub fn card(&self) -> Option<&Card> {
        self.card.as_ref().map(Authentic::get)
    }

    /// What the text claims although its signature was not found good, to be
    /// shown under 未验证 or not at all. There only for an unknown issuer and for a
    /// bad signature.
    pub fn unverified(&self) -> Option<&Unverified<Card>> {
        self.trace.unverified.as_ref()
    }
}

impl Verdict {
    /// The code.
    pub fn code(&self) -> Code {
        match self {
            Self::Valid(_) => Code::Valid,
            Self::Refused(refusal) => Code::Refused(refusal.reason()),
        }
    }

    /// The card, if its signature was found good and its body read.
    pub fn card(&self) -> Option<&Card> {
        match self {
            Self::Valid(accepted) => Some(accepted.card()),
            Self::Refused(refusal) => refusal.card(),
        }
    }

    /// The authentic card's printed number.
    pub fn number(&self) -> Option<CardNumber> {
        Some(self.card()?.number(self.issuer()?.id()))
    }

    /// The authentic card's extensions, which this version does not know.
    pub fn extensions(&self) -> &[Extension] {
        self.card().map_or(&[], |card| card.extensions.as_slice())
    }

    /// The issuer whose key id the envelope names; before a good signature this
    /// is a claim like any other.
    pub fn issuer(&self) -> Option<&Issuer> {
        self.trace().issuer.as_deref()
    }

    /// Whether the issuer's realm is the specimens', whatever the code.
    pub fn is_specimen(&self) -> bool {
        self.issuer().is_some_and(|issuer| issuer.realm().is_specimen())
    }

    /// The key id that the envelope names.
    pub fn key_id(&self) -> Option<KeyId> {
        self.trace().key_id
    }

    /// How each step ended.
    pub fn steps(&self) -> &Steps {
        &self.trace().steps
    }

    /// The host that the text leads to, beside the issuer's own.
    pub fn host(&self) -> &HostFinding {
        &self.trace().host
    }

    /// Why the card was revoked or superseded, if that is why it is refused.
    pub fn revoked(&self) -> Option<RevocationReason> {
        self.trace().revoked
    }

    /// Which lists it rests on.
    pub fn as_of(&self) -> AsOf {
        self.trace().as_of
    }

    fn trace(&self) -> &Trace {
        match self {
            Self::Valid(accepted) => &accepted.trace,
            Self::Refused(refusal) => &refusal.trace,
        }
    }
}
