//! What an issuer may sign: where, which years, what, and from when to when.
//!
//! Nothing is allowed that is not written. A card is judged by the list as it is
//! now and by the day on which the card was issued (the chain model): a key that
//! has retired since keeps its cards, and a key that was stolen keeps those below
//! its cut.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::card::Card;
use super::claim::{Category, Year};
use super::fault::{Fault, Reason};
use super::json::Json;
use super::number::IssuerId;
use super::realm::Realm;
use crate::time::Date;

/// The kind of card that this version knows: the annual audit card 年度审验卡.
pub const ANNUAL: &str = "annual";
/// Entries of a list within a scope, at most.
const LIST_MAX: usize = 300;

/// Administrative divisions (GB/T 2260): the first 2, 4 or 6 digits of their code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(String);

/// A text that is not 2, 4 or 6 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionError;

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("行政区划代码是 2、4 或 6 位数字")
    }
}

impl std::error::Error for RegionError {}

impl Region {
    /// Whether the division of this issuer lies in it.
    fn has(&self, issuer: &IssuerId) -> bool {
        issuer.as_str().starts_with(&self.0)
    }
}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, RegionError> {
        let is_region =
            matches!(text.len(), 2 | 4 | 6) && text.bytes().all(|it| it.is_ascii_digit());
        if is_region { Ok(Self(text.to_owned())) } else { Err(RegionError) }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A log: one for each issuer and learning year, `<realm>/<issuer>/<year>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The realm that its cards are signed for.
    pub realm: Realm,
    /// Whose cards it holds.
    pub issuer: IssuerId,
    /// Of which learning year.
    pub year: Year,
}

/// A text that is not a log's origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginError;

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("日志的名称是 领域/签发机构编号/年度")
    }
}

impl std::error::Error for OriginError {}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let mut parts = text.split('/');
        let mut part = || parts.next().ok_or(OriginError);
        let (realm, issuer, year) = (part()?, part()?, part()?);
        let origin = Self {
            realm: realm.parse().map_err(|_| OriginError)?,
            issuer: issuer.parse().map_err(|_| OriginError)?,
            year: Year::new(year.parse().map_err(|_| OriginError)?).map_err(|_| OriginError)?,
        };
        if origin.to_string() == text { Ok(origin) } else { Err(OriginError) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.realm, self.issuer, self.year)
    }
}

/// Where a stolen key's good cards end: indices of this log below this size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The log.
    pub log: Origin,
    /// How many of its entries are from before the theft.
    pub size: u64,
}

/// Whether a key counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// In use.
    Active,
    /// No longer in use; what it has signed stays good.
    Retired,
    /// Stolen or lost: only what lies below the cut stays good.
    Compromised(Cut),
}

impl Status {
    /// The word in a list.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Compromised(_) => "compromised",
        }
    }

    /// The word for people.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Active => "在用",
            Self::Retired => "已退役",
            Self::Compromised(_) => "已泄露",
        }
    }
}

/// What an issuer may sign; an empty list allows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Where it may lie.
    pub regions: Vec<Region>,
    /// Learning years.
    pub years: Vec<Year>,
    /// Kinds of card, by their stable names ([`ANNUAL`]).
    pub kinds: Vec<String>,
    /// Categories of hours, by their labels.
    pub categories: Vec<String>,
}

/// A scope, as far as this version can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read to the end.
    Known(Allowed),
    /// It has a limit that this version does not know, and so cannot keep: the
    /// issuer is unusable. The text is kept as it was.
    Unknown(UnknownScope),
}

/// A scope with keys of a later version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownScope(Json);

impl Scope {
    pub(super) fn from_json(json: &Json) -> Option<Self> {
        const KEYS: [&str; 4] = ["regions", "years", "kinds", "categories"];
        if json.entries().iter().any(|(key, _)| !KEYS.contains(&key.as_str())) {
            return Some(Self::Unknown(UnknownScope(json.clone())));
        }
        let label = |item: &Json| {
            let label = item.as_text()?;
            (1..=60).contains(&label.len()).then(|| label.to_owned())
        };
        let allowed = Allowed {
            regions: json.get("regions")?.as_list(|item| item.as_text()?.parse().ok())?,
            years: json.get("years")?.as_list(|item| Year::new(item.as_number()?).ok())?,
            kinds: json.get("kinds")?.as_list(label)?,
            categories: json.get("categories")?.as_list(label)?,
        };
        let Allowed { regions, years, kinds, categories } = &allowed;
        let lengths = [regions.len(), years.len(), kinds.len(), categories.len()];
        lengths.into_iter().all(|length| length <= LIST_MAX).then_some(Self::Known(allowed))
    }

    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Unknown(UnknownScope(json)) => json.clone(),
            Self::Known(Allowed { regions, years, kinds, categories }) => {
                let years = years.iter().map(|year| Json::Number(u64::from(year.get())));
                Json::object([
                    ("regions", Json::texts(regions)),
                    ("years", Json::Array(years.collect())),
                    ("kinds", Json::texts(kinds)),
                    ("categories", Json::texts(categories)),
                ])
            }
        }
    }
}

impl Allowed {
    fn check(&self, issuer: &IssuerId, card: &Card) -> Result<(), Fault> {
        let out = |detail| Err(Fault::new(Reason::OutOfScope, detail));
        if !self.has_region(issuer) {
            return out("the issuer may not issue in this region");
        }
        if !self.has_year(card.year) {
            return out("the issuer may not issue for this learning year");
        }
        if !self.has_annual() {
            return out("the issuer may not issue annual audit cards");
        }
        if !card.hours.as_slice().iter().all(|row| self.has_category(row.category)) {
            return out("the issuer may not certify hours of this category");
        }
        Ok(())
    }

    /// Whether the division of this issuer is in it.
    pub fn has_region(&self, issuer: &IssuerId) -> bool {
        self.regions.iter().any(|region| region.has(issuer))
    }

    /// Whether this learning year is in it.
    pub fn has_year(&self, year: Year) -> bool {
        self.years.contains(&year)
    }

    /// Whether annual audit cards are in it.
    pub fn has_annual(&self) -> bool {
        self.kinds.iter().any(|kind| kind == ANNUAL)
    }

    /// Whether hours of this category are in it.
    pub fn has_category(&self, category: Category) -> bool {
        let label = category_label(category);
        self.categories.iter().any(|it| *it == label)
    }
}

/// The label of a category in scopes (card.md, body key 7): 公需, 专业, and of any
/// other its number, since what that is called is for the policy bundle to say.
pub fn category_label(category: Category) -> Cow<'static, str> {
    match category.get() {
        1 => "公需".into(),
        2 => "专业".into(),
        number => number.to_string().into(),
    }
}

/// The limits of an issuer's key, as its line in the trust list has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The first day on which it may issue.
    pub not_before: Date,
    /// The last day on which it may issue.
    pub not_after: Date,
    /// Whether it counts.
    pub status: Status,
    /// What it may sign.
    pub scope: Scope,
}

/// Proof that an issuer was entitled to issue a card.
#[derive(Debug)]
pub struct Entitled(());

impl Entitled {
    /// A specimen's issuer stands in no list, and nothing limits it.
    pub(super) const fn specimen() -> Self {
        Self(())
    }
}

impl Limits {
    /// Checks the issuer's status, then its scope, then its window (step 8).
    pub(super) fn check(
        &self,
        realm: &Realm,
        issuer: &IssuerId,
        card: &Card,
    ) -> Result<Entitled, Fault> {
        match &self.status {
            Status::Active | Status::Retired => {}
            Status::Compromised(Cut { log, size }) => {
                let is_of = (&log.realm, &log.issuer, log.year) == (realm, issuer, card.year);
                if !is_of || card.index.get() >= *size {
                    let detail =
                        "the issuer's key was compromised, and the card is not below the cut";
                    return Err(Fault::new(Reason::KeyRevoked, detail));
                }
            }
        }
        match &self.scope {
            Scope::Known(allowed) => allowed.check(issuer, card)?,
            Scope::Unknown(_) => {
                let detail = "the issuer has a limit that this verifier does not know";
                return Err(Fault::new(Reason::OutOfScope, detail));
            }
        }
        if !self.has_day(card.issued.time().beijing_date()) {
            let detail = "the card was issued outside the issuer's window";
            return Err(Fault::new(Reason::OutOfScope, detail));
        }
        Ok(Entitled(()))
    }

    /// Whether a card may be issued on this day.
    pub fn has_day(&self, day: Date) -> bool {
        (self.not_before..=self.not_after).contains(&day)
    }
}
