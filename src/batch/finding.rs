//! What is worth telling of an input beside its verdict.

use super::place::Place;

/// A finding, and the other input that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which finding it is.
    pub kind: FindingKind,
    /// The input beside which it was found.
    pub other: Option<Place>,
}

/// The findings there are, in the order in which a row tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// The file is not as it was written; the QR text inside it is judged for
    /// itself. The input does not count as good.
    Altered,
    /// Another input is the same card: a warning.
    Duplicate,
    /// Another input bears the same number and says something else: the issuer has
    /// signed both. Neither counts as good.
    Equivocation,
    /// Another input is the card that replaces this one, which does not count as
    /// good.
    Replaced,
    /// Another input is the card that this one replaces: that one does not count as
    /// good, this one may.
    Replaces,
    /// The text leads elsewhere than to a portal of the issuer: a warning.
    ForeignHost,
}

impl FindingKind {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::Altered,
        Self::Duplicate,
        Self::Equivocation,
        Self::Replaced,
        Self::Replaces,
        Self::ForeignHost,
    ];

    /// The stable code, as in `ALTERED`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Altered => "ALTERED",
            Self::Duplicate => "DUPLICATE",
            Self::Equivocation => "EQUIVOCATION",
            Self::Replaced => "REPLACED",
            Self::Replaces => "REPLACES",
            Self::ForeignHost => "FOREIGN_HOST",
        }
    }

    /// The words for people, in Chinese.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Altered => "文件在生成后被改动或损坏，文件上显示的内容不可信，以核验结果为准",
            Self::Duplicate => "同一张卡已经出现过，不要重复计算",
            Self::Equivocation => "卡号相同而内容不同的卡已经出现过，两张都不可信",
            Self::Replaced => "这张卡已被同批的另一张卡换发，以新卡为准",
            Self::Replaces => "这张卡所换发的旧卡也在同批之中，旧卡不要计算",
            Self::ForeignHost => "二维码中的网址不是签发机构的官方网址，请勿扫码打开",
        }
    }

    /// The words for a sum, in Chinese.
    pub const fn brief(self) -> &'static str {
        match self {
            Self::Altered => "文件被改动",
            Self::Duplicate => "重复",
            Self::Equivocation => "同号不同内容",
            Self::Replaced => "已被同批换发",
            Self::Replaces => "旧卡同在",
            Self::ForeignHost => "网址非官方",
        }
    }

    /// Whether an input can be good all the same.
    pub const fn is_warning(self) -> bool {
        match self {
            Self::Altered | Self::Equivocation | Self::Replaced => false,
            Self::Duplicate | Self::Replaces | Self::ForeignHost => true,
        }
    }
}

impl From<FindingKind> for Finding {
    /// The finding that is about no other input.
    fn from(kind: FindingKind) -> Self {
        Self { kind, other: None }
    }
}
