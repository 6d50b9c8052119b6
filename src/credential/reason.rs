//! Why cards are revoked, and why some cannot be.

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

/// Why a card cannot be put on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeError {
    /// It is on it for this reason.
    Already(RevocationReason),
    /// Its index is not below this tree size: it has not been issued.
    NotIssued(u64),
}

impl fmt::Display for RevokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Already(reason) => write!(f, "已经撤销过，原因是 {}", reason.as_str()),
            Self::NotIssued(size) => write!(f, "没有签发过这张卡：台账里这一年只有 {size} 张"),
        }
    }
}

impl std::error::Error for RevokeError {}
