//! The learner schema `learner/1` as JSON has it; what is not here is an error.

#![expect(
    dead_code,
    reason = "the schema is checked whole, though annual rules ask about a part of it"
)]

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::assessment::json::{Raw, Text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Learner<'a> {
    #[serde(borrow)]
    pub schema: Text<'a>,
    #[serde(borrow)]
    pub person_id: Text<'a>,
    #[serde(borrow)]
    pub name: Option<Raw<'a>>,
    #[serde(borrow)]
    pub id_doc: Option<Raw<'a>>,
    #[serde(borrow)]
    pub birth_date: Option<Raw<'a>>,
    #[serde(borrow)]
    pub sex: Option<Raw<'a>>,
    #[serde(borrow)]
    pub entered: Option<Raw<'a>>,
    #[serde(borrow)]
    pub posts: Option<Raw<'a>>,
    #[serde(borrow)]
    pub transfers: Option<Raw<'a>>,
    #[serde(borrow)]
    pub titles: Option<Raw<'a>>,
    #[serde(borrow)]
    pub education: Option<Raw<'a>>,
    #[serde(borrow)]
    pub roles: Option<Raw<'a>>,
    #[serde(borrow)]
    pub frontline: Option<Raw<'a>>,
    #[serde(borrow)]
    pub trainings: Option<Raw<'a>>,
    #[serde(borrow)]
    pub conversions: Option<Raw<'a>>,
    #[serde(borrow)]
    pub exams: Option<Raw<'a>>,
    #[serde(borrow)]
    pub online_audits: Option<Raw<'a>>,
    #[serde(borrow)]
    pub applications: Option<Raw<'a>>,
    #[serde(borrow)]
    pub evidence: Option<Raw<'a>>,
    #[serde(borrow)]
    pub merges: Option<Raw<'a>>,
    #[serde(borrow)]
    pub corrections: Option<Raw<'a>>,
    pub retention: Option<String>,
    pub legal_basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameShape<'a> {
    #[serde(borrow)]
    pub value: Text<'a>,
    #[serde(borrow)]
    pub from: Option<Text<'a>>,
    #[serde(borrow)]
    pub to: Option<Text<'a>>,
    #[serde(borrow)]
    pub recorded: Option<Text<'a>>,
    /// A picture of a glyph that no code point names; for people, not for cards.
    pub display_svg: Option<IgnoredAny>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdDocument<'a> {
    #[serde(borrow)]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub number: Text<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DatedFact<'a> {
    #[serde(borrow)]
    pub value: Text<'a>,
    pub precision: Precision,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
pub(super) enum Precision {
    #[serde(rename = "day")]
    Day,
    #[serde(rename = "month")]
    Month,
    #[serde(rename = "year")]
    Year,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sex<'a> {
    #[serde(borrow)]
    pub value: Text<'a>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Post<'a> {
    #[serde(borrow)]
    pub unit: Text<'a>,
    pub unit_code: Option<String>,
    #[serde(borrow)]
    pub kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub sector: Option<Text<'a>>,
    pub grassroots: Option<bool>,
    /// Whether it is the main one of those held at the same time.
    pub main: Option<bool>,
    /// Known only to be refused by name: no rule can ask where or as what.
    pub county: Option<IgnoredAny>,
    pub position: Option<IgnoredAny>,
    #[serde(borrow)]
    pub from: Option<Text<'a>>,
    #[serde(borrow)]
    pub to: Option<Text<'a>>,
    #[serde(borrow)]
    pub recorded: Option<Text<'a>>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Transfer<'a> {
    pub origin: Origin,
    #[serde(borrow)]
    pub on: Text<'a>,
    pub document: Option<String>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
pub(super) enum Origin {
    #[serde(rename = "党政机关")]
    Organ,
    #[serde(rename = "外省")]
    OtherProvince,
    #[serde(rename = "区内")]
    WithinRegion,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Title<'a> {
    pub series: String,
    pub level: String,
    #[serde(borrow)]
    pub on: Text<'a>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Education<'a> {
    #[serde(borrow)]
    pub level: Text<'a>,
    pub degree: Option<String>,
    #[serde(borrow)]
    pub on: Text<'a>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role<'a> {
    pub role: RoleWord,
    #[serde(borrow)]
    pub subject: Option<Text<'a>>,
    pub grade: Option<String>,
    pub certificate: Option<String>,
    #[serde(borrow)]
    pub from: Option<Text<'a>>,
    #[serde(borrow)]
    pub to: Option<Text<'a>>,
    #[serde(borrow)]
    pub recorded: Option<Text<'a>>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
pub(super) enum RoleWord {
    #[serde(rename = "三科教师")]
    SubjectTeacher,
    #[serde(rename = "高技能人才")]
    SkilledWorker,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Frontline<'a> {
    pub hospital: String,
    #[serde(borrow)]
    pub from: Text<'a>,
    #[serde(borrow)]
    pub to: Option<Text<'a>>,
    pub document: Option<String>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Training<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub category: Text<'a>,
    #[serde(borrow)]
    pub subject: Option<Text<'a>>,
    pub provider: Option<String>,
    pub base: Option<String>,
    #[serde(borrow)]
    pub class_id: Option<Text<'a>>,
    pub mode: Option<Mode>,
    #[serde(borrow)]
    pub sessions: Option<Vec<Session<'a>>>,
    #[serde(borrow)]
    pub completed_on: Text<'a>,
    pub year: Option<u16>,
    #[serde(borrow)]
    pub hours: Text<'a>,
    #[serde(borrow)]
    pub unit: Option<Text<'a>>,
    /// What the authority confirmed, where it is not `hours`.
    #[serde(borrow)]
    pub credited: Option<Text<'a>>,
    #[serde(borrow)]
    pub approval: Option<Approval<'a>>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Clone, Copy, Deserialize)]
pub(super) enum Mode {
    #[serde(rename = "面授")]
    InPerson,
    #[serde(rename = "线上")]
    Online,
    #[serde(rename = "混合")]
    Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Session<'a> {
    #[serde(borrow)]
    pub on: Text<'a>,
    #[serde(borrow)]
    pub hours: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Approval<'a> {
    #[serde(borrow)]
    pub status: Text<'a>,
    #[serde(borrow)]
    pub by: Option<Text<'a>>,
    #[serde(borrow)]
    pub on: Option<Text<'a>>,
    #[serde(borrow)]
    pub region: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conversion<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub category: Text<'a>,
    #[serde(borrow)]
    pub subject: Option<Text<'a>>,
    pub provider: Option<String>,
    #[serde(borrow)]
    pub completed_on: Text<'a>,
    pub year: Option<u16>,
    #[serde(borrow)]
    pub certificate: Certificate<'a>,
    #[serde(borrow)]
    pub approval: Option<Approval<'a>>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certificate<'a> {
    pub number: Option<String>,
    #[serde(borrow)]
    pub hours: Option<Text<'a>>,
    #[serde(borrow)]
    pub days: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exam<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    pub name: String,
    #[serde(borrow)]
    pub place: Option<Text<'a>>,
    #[serde(borrow)]
    pub on: Option<Text<'a>>,
    #[serde(borrow)]
    pub certified_on: Text<'a>,
    pub year: Option<u16>,
    pub certificate: Option<String>,
    #[serde(borrow)]
    pub approval: Option<Approval<'a>>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

/// The online audit of a learning year, 线上审核.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnlineAudit<'a> {
    pub year: u16,
    #[serde(borrow)]
    pub status: Text<'a>,
    pub by: Option<String>,
    #[serde(borrow)]
    pub on: Text<'a>,
    #[serde(borrow)]
    pub evidence: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Application<'a> {
    #[serde(borrow)]
    pub purpose: Text<'a>,
    #[serde(borrow)]
    pub level: Option<Text<'a>>,
    #[serde(borrow)]
    pub on: Text<'a>,
    pub year: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Evidence<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    pub kind: String,
    pub title: Option<String>,
    pub issuer: Option<String>,
    #[serde(borrow)]
    pub on: Option<Text<'a>>,
    pub sm3: Option<String>,
    pub stored: Option<String>,
    pub reviewer: Option<String>,
    pub status: Option<EvidenceStatus>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(super) enum EvidenceStatus {
    #[serde(rename = "已审")]
    Checked,
    #[serde(rename = "待审")]
    Waiting,
    #[serde(rename = "不予采信")]
    Rejected,
}

/// A merge of two records or a correction: who, when, why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amendment<'a> {
    #[serde(borrow)]
    pub on: Text<'a>,
    pub by: String,
    pub why: String,
    pub what: Option<String>,
}
