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
use super::claim::Index;
use super::envelope::{Authentic, Unverified};
use super::fault::Fault;
use super::key::KeyId;
use super::lists::{AsOf, Fresh, Looked, NotRevoked};
use super::number::CardNumber;
use super::policy::Consistent;
use super::reason::RevocationReason;
use super::scope::Entitled;
use super::step::Steps;
use super::trust::{Admitted, HostFinding, Issuer};

pub use super::fault::Reason;

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
    /// What the lists say of the card.
    pub(super) looked: Looked,
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
        self.trace().looked.revoked
    }

    /// The number of the card that has taken this one's place, if that is why it is
    /// refused and the list says which.
    pub fn superseded_by(&self) -> Option<CardNumber> {
        let index = Index::new(self.trace().looked.successor?).ok()?;
        Some(CardNumber { index, ..self.number()? })
    }

    /// Which lists it rests on.
    pub fn as_of(&self) -> AsOf {
        self.trace().looked.as_of
    }

    fn trace(&self) -> &Trace {
        match self {
            Self::Valid(accepted) => &accepted.trace,
            Self::Refused(refusal) => &refusal.trace,
        }
    }
}
