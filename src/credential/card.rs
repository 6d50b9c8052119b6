//! The card: what an issuer claims, and its bytes.
//!
//! ```cddl
//! payload = { ? 4: uint,          ; exp, seconds
//!             6: uint,            ; iat, seconds
//!             -65537: body }
//! body    = { 1: 1,               ; kind: annual audit card
//!             2: 2000..2200,      ; learning year
//!             3: tstr,            ; name, 1–96 bytes
//!             ? 4: tstr,          ; id tail, [0-9]{3}[0-9X]
//!             6: 1..4,            ; result
//!             7: [*8 [category: uint, credited: uint, required: uint]],
//!             8: uint,            ; index
//!             9: bstr .size 8,    ; policy
//!             ? 10: uint,         ; id type
//!             ? 11: uint,         ; supersedes
//!             12: [*8 uint],      ; grounds
//!             * 64..9223372036854775807 => any }
//! ```
//!
//! The claims are CWT's (RFC 8392), the body is under a private-use key, and the
//! whole is deterministic CBOR: a card has one spelling.

use super::cbor::{self, Value};
use super::claim::{
    AuditResult, Category, CategoryHours, ClaimError, ClauseOrdinal, HolderName, IdTail, IdType,
    Index, NumericDate, PolicyId, Tenths, UpToEight, Year,
};
use super::fault::{Fault, Reason};
use super::number::{CardNumber, IssuerId};
use crate::time::UnixTime;

/// The claim numbers of the payload (RFC 8392 §4; the body is private use).
mod payload {
    pub(super) const EXPIRES: i64 = 4;
    pub(super) const ISSUED: i64 = 6;
    pub(super) const BODY: i64 = -65_537;
}

/// The keys of the body. 5 and 13–63 are for later versions.
mod body {
    pub(super) const KIND: i64 = 1;
    pub(super) const YEAR: i64 = 2;
    pub(super) const NAME: i64 = 3;
    pub(super) const ID_TAIL: i64 = 4;
    pub(super) const RESERVED: i64 = 5;
    pub(super) const RESULT: i64 = 6;
    pub(super) const HOURS: i64 = 7;
    pub(super) const INDEX: i64 = 8;
    pub(super) const POLICY: i64 = 9;
    pub(super) const ID_TYPE: i64 = 10;
    pub(super) const SUPERSEDES: i64 = 11;
    pub(super) const GROUNDS: i64 = 12;
    pub(super) const LATER_FIRST: i64 = 13;
    pub(super) const LATER_LAST: i64 = 63;
    pub(super) const EXTENSION_FIRST: i64 = 64;
}

/// The one kind of this version: the annual audit card 年度审验卡.
const ANNUAL: u64 = 1;

/// `iat` may lie this far ahead of the verifier's clock, in seconds.
const ISSUED_AHEAD_MAX: i64 = 24 * 3_600;

/// An annual audit card 年度审验卡.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// When it was issued (`iat`).
    pub issued: NumericDate,
    /// From when on it is void (`exp`): 00:00 Beijing time of the day after its
    /// last. An annual card records a fact and has none unless the site sets one.
    pub expires: Option<NumericDate>,
    /// The learning year.
    pub year: Year,
    /// The holder's name.
    pub name: HolderName,
    /// The last four of the holder's document number.
    pub id_tail: Option<IdTail>,
    /// What the audit came to.
    pub result: AuditResult,
    /// The hours, by category.
    pub hours: UpToEight<CategoryHours>,
    /// The card's index in its issuer's log of that year.
    pub index: Index,
    /// The policy bundle that the result was determined by.
    pub policy: PolicyId,
    /// The kind of document; absent for the resident identity card.
    pub id_type: Option<IdType>,
    /// The index of the card that this one replaces.
    pub supersedes: Option<Index>,
    /// The clauses that the result rests on.
    pub grounds: UpToEight<ClauseOrdinal>,
    /// Fields that this version does not know and may pass over.
    pub extensions: Vec<Extension>,
}

/// A field of the body, key 64 or more, that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    key: i64,
    /// One item of deterministic CBOR.
    encoded: Vec<u8>,
}

impl Extension {
    /// The key, 64 or more.
    pub fn key(&self) -> u64 {
        self.key.unsigned_abs()
    }

    /// The value: one item of deterministic CBOR.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }
}

/// Proof that a card's times held when it was looked at.
#[derive(Debug)]
pub struct InTime(());

impl Card {
    /// The number printed on the card, if this issuer issued it.
    pub fn number(&self, issuer: &IssuerId) -> CardNumber {
        CardNumber { issuer: issuer.clone(), year: self.year, index: self.index }
    }

    /// The payload's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut claims = vec![
            (payload::ISSUED, date_value(self.issued)),
            (payload::BODY, Value::map(self.body_entries())),
        ];
        claims.extend(self.expires.map(|date| (payload::EXPIRES, date_value(date))));
        cbor::encode(&Value::map(claims))
    }

    fn body_entries(&self) -> Vec<(i64, Value<'_>)> {
        // Taken apart, so that a new field is not forgotten here.
        let Self {
            issued: _,
            expires: _,
            year,
            name,
            id_tail,
            result,
            hours,
            index,
            policy,
            id_type,
            supersedes,
            grounds,
            extensions,
        } = self;
        let mut entries = Vec::with_capacity(12);
        entries.push((body::KIND, Value::uint(ANNUAL)));
        entries.push((body::YEAR, Value::uint(u64::from(year.get()))));
        entries.push((body::NAME, Value::Text(name.as_str())));
        entries.extend(id_tail.as_ref().map(|tail| (body::ID_TAIL, Value::Text(tail.as_str()))));
        entries.push((body::RESULT, Value::uint(result.number())));
        let rows = hours.as_slice().iter().map(|CategoryHours { category, credited, required }| {
            Value::Array(vec![
                Value::uint(category.get()),
                Value::uint(credited.get()),
                Value::uint(required.get()),
            ])
        });
        entries.push((body::HOURS, Value::Array(rows.collect())));
        entries.push((body::INDEX, Value::uint(index.get())));
        entries.push((body::POLICY, Value::Bytes(&policy.0)));
        entries.extend(id_type.map(|kind| (body::ID_TYPE, Value::uint(kind.get()))));
        entries.extend(supersedes.map(|index| (body::SUPERSEDES, Value::uint(index.get()))));
        let clauses = grounds.as_slice().iter().map(|clause| Value::uint(clause.get()));
        entries.push((body::GROUNDS, Value::Array(clauses.collect())));
        entries.extend(extensions.iter().map(|extension| {
            let value = cbor::decode(&extension.encoded).expect("it was decoded when it was made");
            (extension.key, value)
        }));
        entries
    }

    /// The card that a payload claims, whoever signed it.
    ///
    /// Fields are looked at in the order of their bytes, and the first that
    /// breaks a rule decides; then what is missing, in the order of the keys. The
    /// body is looked at when the payload's own rules hold.
    pub(super) fn from_value(claims: &Value<'_>) -> Result<Self, Fault> {
        let Value::Map(entries) = claims else {
            return Err(Fault::malformed("the payload is not a map"));
        };
        let (mut expires, mut issued, mut found) = (None, None, None);
        for (key, value) in entries {
            match *key {
                payload::EXPIRES => expires = Some(date(value)?),
                payload::ISSUED => issued = Some(date(value)?),
                payload::BODY => match value {
                    Value::Map(entries) => found = Some(entries),
                    Value::Int(_) | Value::Bytes(_) | Value::Text(_) | Value::Array(_) => {
                        return Err(Fault::malformed("the body is not a map"));
                    }
                },
                _ => return Err(Fault::unsupported("an unknown claim in the payload")),
            }
        }
        let issued = issued.ok_or(Fault::malformed("the payload has no iat"))?;
        let entries = found.ok_or(Fault::malformed("the payload has no body"))?;
        Fields::read(entries)?.card(issued, expires)
    }

    /// Checks `iat`, then `exp`, against the verifier's clock (step 9).
    pub(super) fn check_times(&self, now: UnixTime) -> Result<InTime, Fault> {
        let now = now.seconds();
        if self.issued.time().seconds() > now.saturating_add(ISSUED_AHEAD_MAX) {
            return Err(Fault::new(Reason::NotYetValid, "iat is more than 24 hours ahead"));
        }
        // On or after `exp` a claim must not be accepted (RFC 8392 §3.1.4).
        if self.expires.is_some_and(|expires| now >= expires.time().seconds()) {
            return Err(Fault::new(Reason::Expired, "exp has come"));
        }
        Ok(InTime(()))
    }
}

/// The body's fields as they are found.
#[derive(Default)]
struct Fields {
    kind: Option<u64>,
    year: Option<Year>,
    name: Option<HolderName>,
    id_tail: Option<IdTail>,
    result: Option<AuditResult>,
    hours: Option<UpToEight<CategoryHours>>,
    index: Option<Index>,
    policy: Option<PolicyId>,
    id_type: Option<IdType>,
    supersedes: Option<Index>,
    grounds: Option<UpToEight<ClauseOrdinal>>,
    extensions: Vec<Extension>,
}

impl Fields {
    fn read(entries: &[(i64, Value<'_>)]) -> Result<Self, Fault> {
        let mut fields = Self::default();
        for (key, value) in entries {
            fields.field(*key, value)?;
        }
        Ok(fields)
    }

    fn field(&mut self, key: i64, value: &Value<'_>) -> Result<(), Fault> {
        match key {
            body::KIND => self.kind = Some(kind(value)?),
            body::YEAR => self.year = Some(claim(Year::new(uint(value)?))?),
            body::NAME => self.name = Some(claim(HolderName::new(text(value)?))?),
            body::ID_TAIL => self.id_tail = Some(claim(text(value)?.parse())?),
            body::RESULT => {
                self.result = Some(claim(AuditResult::from_number(uint(value)?))?);
            }
            body::HOURS => self.hours = Some(list(value, row)?),
            body::INDEX => self.index = Some(claim(Index::new(uint(value)?))?),
            body::POLICY => self.policy = Some(policy(value)?),
            body::ID_TYPE => self.id_type = Some(claim(IdType::new(uint(value)?))?),
            body::SUPERSEDES => self.supersedes = Some(claim(Index::new(uint(value)?))?),
            body::GROUNDS => {
                self.grounds = Some(list(value, |item| claim(ClauseOrdinal::new(uint(item)?)))?);
            }
            body::RESERVED | body::LATER_FIRST..=body::LATER_LAST => {
                return Err(Fault::unsupported("a body field of a later version"));
            }
            body::EXTENSION_FIRST.. => {
                self.extensions.push(Extension { key, encoded: cbor::encode(value) });
            }
            ..=0 => return Err(Fault::malformed("a body key below 1")),
        }
        Ok(())
    }

    fn card(self, issued: NumericDate, expires: Option<NumericDate>) -> Result<Card, Fault> {
        self.kind.ok_or(Fault::malformed("the body has no kind"))?;
        Ok(Card {
            issued,
            expires,
            year: self.year.ok_or(Fault::malformed("the body has no year"))?,
            name: self.name.ok_or(Fault::malformed("the body has no name"))?,
            id_tail: self.id_tail,
            result: self.result.ok_or(Fault::malformed("the body has no result"))?,
            hours: self.hours.ok_or(Fault::malformed("the body has no hours"))?,
            index: self.index.ok_or(Fault::malformed("the body has no index"))?,
            policy: self.policy.ok_or(Fault::malformed("the body has no policy"))?,
            id_type: self.id_type,
            supersedes: self.supersedes,
            grounds: self.grounds.ok_or(Fault::malformed("the body has no grounds"))?,
            extensions: self.extensions,
        })
    }
}

fn date_value(date: NumericDate) -> Value<'static> {
    Value::Int(date.time().seconds())
}

fn date(value: &Value<'_>) -> Result<NumericDate, Fault> {
    match value {
        Value::Int(seconds) => claim(NumericDate::new(UnixTime::from_seconds(*seconds))),
        Value::Bytes(_) | Value::Text(_) | Value::Array(_) | Value::Map(_) => {
            Err(Fault::malformed("a time that is not an integer"))
        }
    }
}

fn kind(value: &Value<'_>) -> Result<u64, Fault> {
    match uint(value)? {
        ANNUAL => Ok(ANNUAL),
        _ => Err(Fault::unsupported("a kind of card of a later version")),
    }
}

fn policy(value: &Value<'_>) -> Result<PolicyId, Fault> {
    let id = match value {
        Value::Bytes(bytes) => <[u8; 8]>::try_from(*bytes).ok(),
        Value::Int(_) | Value::Text(_) | Value::Array(_) | Value::Map(_) => None,
    };
    id.map(PolicyId).ok_or(Fault::malformed("a policy that is not eight bytes"))
}

fn row(value: &Value<'_>) -> Result<CategoryHours, Fault> {
    let items = array(value)?;
    let [category, credited, required] = items else {
        return Err(Fault::malformed("a row of hours that is not three numbers"));
    };
    Ok(CategoryHours {
        category: claim(Category::new(uint(category)?))?,
        credited: claim(Tenths::new(uint(credited)?))?,
        required: claim(Tenths::new(uint(required)?))?,
    })
}

fn list<T>(
    value: &Value<'_>,
    item: impl Fn(&Value<'_>) -> Result<T, Fault>,
) -> Result<UpToEight<T>, Fault> {
    let items: Result<Vec<T>, Fault> = array(value)?.iter().map(item).collect();
    claim(UpToEight::try_from(items?))
}

fn array<'v, 'a>(value: &'v Value<'a>) -> Result<&'v [Value<'a>], Fault> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Int(_) | Value::Bytes(_) | Value::Text(_) | Value::Map(_) => {
            Err(Fault::malformed("a field that is not an array"))
        }
    }
}

fn text<'a>(value: &Value<'a>) -> Result<&'a str, Fault> {
    match value {
        Value::Text(text) => Ok(text),
        Value::Int(_) | Value::Bytes(_) | Value::Array(_) | Value::Map(_) => {
            Err(Fault::malformed("a field that is not text"))
        }
    }
}

fn uint(value: &Value<'_>) -> Result<u64, Fault> {
    value.as_uint().ok_or(Fault::malformed("a field that is not an unsigned integer"))
}

fn claim<T>(result: Result<T, ClaimError>) -> Result<T, Fault> {
    result.map_err(|error| Fault::malformed(error.detail()))
}
