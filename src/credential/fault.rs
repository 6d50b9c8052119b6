//! Why a check fails: the reason, which the verdict will say, and the rule.

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
