//! Why cards are revoked.

use std::fmt;
use std::str::FromStr;

/// Why a card was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevocationReason {
    /// It was issued in error.
    Error,
    /// The hours behind it were not earned.
    Fraud,
    /// Another card has taken its place.
    Superseded,
    /// It was, or may have been, signed by a thief.
    KeyCompromise,
    /// Its holder has asked for it.
    HolderRequest,
}

impl RevocationReason {
    /// All reasons, in the order of a list.
    pub const ALL: [Self; 5] =
        [Self::Error, Self::Fraud, Self::Superseded, Self::KeyCompromise, Self::HolderRequest];

    /// The stable word, and the words for people.
    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::Error => ("error", "签发有误"),
            Self::Fraud => ("fraud", "弄虚作假"),
            Self::Superseded => ("superseded", "已换发"),
            Self::KeyCompromise => ("key-compromise", "密钥泄露"),
            Self::HolderRequest => ("holder-request", "持卡人申请"),
        }
    }

    /// The stable word, as in `key-compromise`.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The words for people, in Chinese.
    pub const fn words(self) -> &'static str {
        self.row().1
    }
}

impl FromStr for RevocationReason {
    type Err = RevocationReasonError;

    fn from_str(text: &str) -> Result<Self, RevocationReasonError> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or(RevocationReasonError)
    }
}

/// A word that is not a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevocationReasonError;

impl fmt::Display for RevocationReasonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = RevocationReason::ALL.map(RevocationReason::as_str);
        write!(f, "撤销原因是其中之一：{}", words.join("、"))
    }
}

impl std::error::Error for RevocationReasonError {}
