//! The steps of a verification, and how each ended.

use super::fault::Fault;

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
