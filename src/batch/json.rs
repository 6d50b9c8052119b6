//! A row as one line of JSON: the shape that the browser's twin gives too.
//!
//! Members stand in the order of the fields here; what is absent is `null`.

use std::{fmt, io};

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Outcome, Place, Row};
use crate::credential::card::{Card, Extension};
use crate::credential::claim::{
    Category, CategoryHours, ClauseOrdinal, IdType, Index, NumericDate, PolicyId, Tenths,
};
use crate::credential::field::{ListStamp, Stamp};
use crate::credential::key::KeyId;
use crate::credential::number::CardNumber;
use crate::credential::reason::RevocationReason;
use crate::credential::step::Step;
use crate::credential::verdict::Verdict;
use crate::time::Date;

pub(super) fn write(row: &Row, out: &mut dyn io::Write) -> io::Result<()> {
    let report = match &row.outcome {
        Outcome::Judged(verdict) => Report::of(row, verdict),
        Outcome::Unreadable(words) => Report { detail: Some(words), ..Report::bare(row) },
    };
    Ok(serde_json::to_writer(out, &report)?)
}

#[derive(Serialize)]
struct Report<'a> {
    input: &'a Place,
    code: &'static str,
    words: &'static str,
    specimen: bool,
    number: Option<Shown<CardNumber>>,
    card: Option<CardReport<'a>>,
    issuer: Option<IssuerReport<'a>>,
    kid: Option<Shown<KeyId>>,
    host: HostReport<'a>,
    steps: Vec<StepReport>,
    findings: Vec<FindingReport<'a>>,
    unverified: Option<CardReport<'a>>,
    detail: Option<&'a str>,
    /// Why a revoked or superseded card is on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<&'static str>,
    /// The number of the card that has replaced it, where the list says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<String>,
    as_of: AsOf,
}

/// Of when the lists were that were consulted; behind a specimen there is none.
#[derive(Default, Serialize)]
struct AsOf {
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<ListReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<ListReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation: Option<ListReport>,
}

#[derive(Serialize)]
struct ListReport {
    version: u64,
    issued: Shown<Stamp>,
    next_update: Shown<Stamp>,
}

impl ListReport {
    fn of(stamp: ListStamp) -> Self {
        let ListStamp { version, digest: _, issued, next_update } = stamp;
        Self { version, issued: Shown(issued), next_update: Shown(next_update) }
    }
}

#[derive(Serialize)]
struct IssuerReport<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct HostReport<'a> {
    seen: Option<&'a str>,
    foreign: bool,
}

#[derive(Serialize)]
struct StepReport {
    step: &'static str,
    state: &'static str,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    code: &'static str,
    words: &'static str,
    /// The input that it is about, beside this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<&'a Place>,
}

#[derive(Serialize)]
struct CardReport<'a> {
    year: u16,
    name: &'a str,
    id_tail: Option<&'a str>,
    id_type: Option<u64>,
    result: ResultReport,
    hours: Vec<HoursReport>,
    grounds: Vec<u64>,
    index: u64,
    supersedes: Option<u64>,
    policy: Shown<PolicyId>,
    issued: Shown<Date>,
    iat: i64,
    expires: Option<Shown<Date>>,
    exp: Option<i64>,
    extensions: Vec<ExtensionReport>,
}

#[derive(Serialize)]
struct ResultReport {
    number: u64,
    words: &'static str,
}

#[derive(Serialize)]
struct HoursReport {
    category: u64,
    credited: Decimal,
    required: Decimal,
}

#[derive(Serialize)]
struct ExtensionReport {
    key: u64,
    cbor: String,
}

impl<'a> Report<'a> {
    /// What a row says whatever came of it.
    fn bare(row: &'a Row) -> Self {
        let state = crate::credential::step::Outcome::Skipped.as_str();
        let finding = |it: &'a super::Finding| FindingReport {
            code: it.kind.as_str(),
            words: it.kind.words(),
            other: it.other.as_ref(),
        };
        Self {
            input: &row.place,
            code: row.code().as_str(),
            words: row.code().words(),
            specimen: false,
            number: None,
            card: None,
            issuer: None,
            kid: None,
            host: HostReport { seen: None, foreign: false },
            steps: Step::ALL.map(|step| StepReport { step: step.as_str(), state }).into(),
            findings: row.findings.iter().map(finding).collect(),
            unverified: None,
            detail: None,
            revoked: None,
            superseded_by: None,
            as_of: AsOf::default(),
        }
    }

    fn of(row: &'a Row, verdict: &'a Verdict) -> Self {
        let (unverified, detail) = match verdict {
            Verdict::Valid(_) => (None, None),
            Verdict::Refused(refusal) => (refusal.unverified(), Some(refusal.detail())),
        };
        let steps = verdict.steps().iter();
        let steps =
            steps.map(|(step, state)| StepReport { step: step.as_str(), state: state.as_str() });
        let host = verdict.host();
        Self {
            specimen: verdict.is_specimen(),
            number: verdict.number().map(Shown),
            card: verdict.card().map(CardReport::of),
            issuer: verdict
                .issuer()
                .map(|issuer| IssuerReport { id: issuer.id().as_str(), name: issuer.name() }),
            kid: verdict.key_id().map(Shown),
            host: HostReport {
                seen: host.host().map(|host| host.as_str()),
                foreign: host.is_foreign(),
            },
            steps: steps.collect(),
            unverified: unverified.map(|card| CardReport::of(card.claimed())),
            detail,
            revoked: verdict.revoked().map(RevocationReason::as_str),
            superseded_by: verdict.superseded_by().map(|number| number.to_string()),
            as_of: AsOf {
                root: verdict.as_of().root.map(ListReport::of),
                trust: verdict.as_of().trust.map(ListReport::of),
                revocation: verdict.as_of().revocation.map(ListReport::of),
            },
            ..Self::bare(row)
        }
    }
}

impl<'a> CardReport<'a> {
    fn of(card: &'a Card) -> Self {
        // Taken apart, so that a new field is not forgotten here.
        let Card {
            issued,
            expires,
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
        } = card;
        Self {
            year: year.get(),
            name: name.as_str(),
            id_tail: id_tail.as_ref().map(|tail| tail.as_str()),
            id_type: id_type.map(IdType::get),
            result: ResultReport { number: result.number(), words: result.words() },
            hours: hours.as_slice().iter().map(HoursReport::of).collect(),
            grounds: grounds.as_slice().iter().copied().map(ClauseOrdinal::get).collect(),
            index: index.get(),
            supersedes: supersedes.map(Index::get),
            policy: Shown(*policy),
            issued: day(*issued),
            iat: issued.time().seconds(),
            expires: expires.map(day),
            exp: expires.map(|date| date.time().seconds()),
            extensions: extensions.iter().map(ExtensionReport::of).collect(),
        }
    }
}

impl HoursReport {
    fn of(hours: &CategoryHours) -> Self {
        let CategoryHours { category, credited, required } = hours;
        Self {
            category: Category::get(*category),
            credited: Decimal(*credited),
            required: Decimal(*required),
        }
    }
}

impl ExtensionReport {
    fn of(extension: &Extension) -> Self {
        let cbor = extension.encoded().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { key: extension.key(), cbor }
    }
}

/// What a value shows itself as, as a string.
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Hours as an exact decimal number, `30` or `60.5`: no float comes near it.
struct Decimal(Tenths);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tenths = self.0.get();
        if tenths.is_multiple_of(10) {
            return serializer.serialize_u64(tenths / 10);
        }
        let decimal = RawValue::from_string(self.0.to_string());
        decimal.expect("digits, a point and a digit").serialize(serializer)
    }
}

fn day(date: NumericDate) -> Shown<Date> {
    Shown(date.time().beijing_date())
}
