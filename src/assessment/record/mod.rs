//! Record: one learner's facts and results, as the office keeps them.
//!
//! The schema is `learner/1`; one JSON object a learner, in a file of its own or
//! as a line of an `.ndjson`. A field that the schema does not know is an error,
//! so that nothing is collected by accident. A record is a value of one person
//! and holds what rules can ask about and what a card shows; the document number
//! itself leaves with the JSON.

mod contradiction;
mod evidence;
mod identity;
mod learning;
mod name;
mod read;
mod shape;

#[cfg(test)]
mod tests;

pub use identity::DocumentKind;
pub use name::Name;
pub use read::parse;

use std::cmp::Reverse;

use super::hours::Hours;
use super::policy::vocabulary::{Answer, DateRange, Fact, Value};
use crate::diagnostic::Place;
use crate::time::Date;

/// Bytes of one learner's JSON at most.
pub const MAX_BYTES: usize = 1 << 20;
/// Elements of any list of a record at most.
pub const MAX_ELEMENTS: usize = 2_000;

/// One learner's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The office's own random number for the person.
    pub id: PersonId,
    /// The name today: the one with the latest beginning.
    pub name: Name,
    /// The identity document, as far as a card shows it.
    pub document: Option<Document>,
    /// Posts held, in the order of the file.
    pub posts: Vec<Post>,
    /// Roles held; `None` where the file has no `roles` at all, so that none is
    /// known, as against an empty list.
    pub roles: Option<Vec<RoleHeld>>,
    /// Roles of which nothing is known although others are, as an example states
    /// it; a learner's file has none.
    pub unclear_roles: Vec<Role>,
    /// Everything learned, in the order of the file.
    pub learnings: Vec<Learning>,
    /// Hours whose credit is settled already, as an example states them; a
    /// learner's file has none.
    pub settled: Vec<SettledHours>,
    /// What rules on applications ask about.
    pub person: Person,
    /// Online audits, in the order of the file.
    pub audits: Vec<OnlineAudit>,
    /// What is applied for, in the order of the file.
    pub applications: Vec<Application>,
    /// Facts beside learning that the file carries.
    pub carried: Vec<Carried>,
    /// The training classes that its trainings name.
    pub attended: Vec<Attendance>,
}

/// A fact that a file carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// What rules call it; nothing where none can ask about it.
    pub fact: Option<Fact>,
    /// What the schema calls it.
    pub name: &'static str,
    /// The purpose that it is stated for; nothing where it serves all.
    pub purpose: Option<Value>,
    /// Where it stands.
    pub place: Place,
}

/// A training that names its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// The training, by its place among the learnings.
    pub learning: usize,
    /// The class.
    pub class: ClassId,
    /// Where the file names it.
    pub place: Place,
}

/// The number of a training class: 1–64 characters, of which none is blank or a control
/// character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassId(String);

impl ClassId {
    /// What to do about a text that is none.
    pub const HINT: &'static str = "用 1 至 64 个字，不含空白";

    /// The class with this number.
    pub fn new(text: &str) -> Option<Self> {
        let is_part = |c: char| !c.is_whitespace() && !c.is_control();
        let is_id = (1..=64).contains(&text.chars().count()) && text.chars().all(is_part);
        is_id.then(|| Self(text.to_owned()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Facts of a person beside learning. A list that the file does not have is
/// unknown, as against an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The day of birth, as far as it is known.
    pub born: Option<Stated<DateRange>>,
    /// 性别, as a word of the vocabulary.
    pub sex: Option<Stated<Value>>,
    /// The day of entry into service, as far as it is stated.
    pub entered: Option<Stated<DateRange>>,
    /// Days on which titles were obtained.
    pub qualified: Option<Vec<Stated<Date>>>,
    /// Days of transfer from an organ of Party or state.
    pub transfers: Option<Vec<Stated<Date>>>,
    /// Days of all transfers, wherever from: nobody is transferred who is not at work.
    pub moves: Vec<Stated<Date>>,
    /// Degrees of education, as words of the vocabulary, and their days.
    pub education: Option<Vec<Stated<(Value, Date)>>>,
    /// Services at a designated hospital.
    pub services: Option<Vec<Service>>,
}

/// A service at a designated hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its first day.
    pub from: Date,
    /// What its evidence says of it; without the number of the document that sent
    /// there, nothing is proven.
    pub proof: Proof,
}

/// A fact as the file states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated<T> {
    /// What it states.
    pub value: T,
    /// What the evidence says of it.
    pub proof: Proof,
}

impl<T: Copy> Stated<T> {
    /// Something else that the same evidence proves.
    pub fn map<U>(&self, of: impl FnOnce(T) -> U) -> Stated<U> {
        Stated { value: of(self.value), proof: self.proof }
    }
}

/// What the evidence cited for a fact says of it, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// A piece of it was checked: 已审.
    Checked,
    /// None was checked, or none is cited; not all of it was rejected.
    Wanting,
    /// All of it was rejected: 不予采信.
    Rejected,
}

/// Hours of a year and category that no rule need credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledHours {
    /// The learning year.
    pub year: u16,
    /// The category, by its place in the vocabulary.
    pub category: usize,
    /// How many.
    pub hours: Hours,
}

/// The online audit of a learning year, 线上审核.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnlineAudit {
    /// The learning year.
    pub year: u16,
    /// The day of its result.
    pub on: Date,
    /// The result, as a word of the vocabulary.
    pub status: Stated<Value>,
}

/// Something applied for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Application {
    /// What for, 用途, as a word of the vocabulary.
    pub purpose: Value,
    /// 申报级别, as a word of the vocabulary.
    pub grade: Option<Value>,
    /// 申报日
    pub on: Date,
    /// 申报年度
    pub year: u16,
}

/// An identity document as a card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its kind.
    pub kind: DocumentKind,
    /// The last four of its number, where they are digits (or X).
    pub tail: Option<String>,
    /// The whole number, kept only to tell that two records are of one person.
    pub number: DocumentNumber,
}

/// The number of an identity document: never printed, in no message.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// Its bytes, to compare by.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DocumentNumber")
    }
}

/// The office's number for a person: 1–64 of `A–Z a–z 0–9 - _`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonId(String);

impl PersonId {
    /// The person with this number.
    pub fn new(text: &str) -> Option<Self> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_id = (1..=64).contains(&text.len()) && text.bytes().all(is_part);
        is_id.then(|| Self(text.to_owned()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A post and when it was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The unit, as its people write it.
    pub unit: String,
    /// 单位类型, as a word of the vocabulary.
    pub kind: Option<Value>,
    /// 领域, as a word of the vocabulary.
    pub sector: Option<Value>,
    /// 基层一线
    pub grassroots: Option<Answer>,
    /// Whether checked evidence proves it.
    pub proof: Proof,
    /// What it is beside others held at the same time.
    pub rank: Rank,
    /// Its first day; from ever, where it is absent.
    pub from: Option<Date>,
    /// Its last day; still, where it is absent.
    pub to: Option<Date>,
}

/// What a post is beside others held at the same time, the lesser first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The file says nothing of it.
    #[default]
    Unstated,
    /// The main one: 主要任职.
    Main,
}

impl Post {
    /// What decides which of several posts a person's unit on a day is that of.
    fn standing(&self, on: Date) -> (bool, Rank, Option<Date>, Reverse<&str>) {
        let is_held = self.is_held(on);
        let rank = if is_held { self.rank } else { Rank::Unstated };
        (is_held, rank, self.from, Reverse(&self.unit))
    }

    fn is_held(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }
}

/// A role and when it was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleHeld {
    /// Which.
    pub role: Role,
    /// Its first day; from ever, where it is absent.
    pub from: Option<Date>,
    /// Its last day; still, where it is absent.
    pub to: Option<Date>,
    /// Whether it is known to be held.
    pub standing: Standing,
}

/// Whether a role that a file states is known to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Known,
    /// Its evidence was rejected.
    Unproven,
    /// It goes by a subject, and the file names none.
    NoSubject,
}

/// A role that rules ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 三科教师
    SubjectTeacher,
    /// 高技能人才
    SkilledWorker,
}

/// One thing learned: a training, a certificate to convert, or an examination
/// passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learning {
    /// Its number in the record.
    pub id: String,
    /// What it is proven by.
    pub source: Source,
    /// What kind of learning it is, as a word of the vocabulary.
    pub kind: Value,
    /// The category that the file claims for it.
    pub claimed: Option<Value>,
    /// The learning year that the file states for it.
    pub year: Option<u16>,
    /// The day that it was completed, or the certificate's day.
    pub completed: Date,
    /// What it amounts to.
    pub amount: Amount,
    /// Region code of the place where the examination was sat.
    pub exam_place: Option<String>,
    /// Who confirmed it.
    pub approval: Approval,
    /// What its evidence says of it.
    pub proof: Proof,
    /// Whether it is one of those that the office keeps a list of.
    pub listed: Listed,
}

impl Learning {
    /// The category that the file claims for it, where it is another than this.
    pub fn claimed_otherwise(&self, category: usize) -> Option<usize> {
        match self.claimed {
            Some(Value::Category(claimed)) if claimed != category => Some(claimed),
            _ => None,
        }
    }
}

/// What a learning is proven by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A training's own record of hours.
    Training,
    /// A certificate whose hours or days are converted.
    Certificate,
    /// An examination that was passed.
    Exam,
}

/// Whether an examination stands on the office's list of those that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It does, or there is no list to go by.
    Yes,
    /// It does not.
    No,
}

/// What a learning amounts to, as its proof says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Hours.
    Hours(Hours),
    /// Days, where the certificate gives no hours.
    Days(u32),
    /// The certificate gives neither.
    Unstated,
}

/// Whether and by whom hours were confirmed, 核定.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// An examination's certificate speaks for itself.
    NotNeeded,
    /// The file says nothing of it.
    Unknown,
    /// What the file says of it.
    Stated {
        /// As a word of the vocabulary.
        status: Value,
        /// Region code of the authority.
        region: Option<String>,
        /// The day.
        on: Option<Date>,
    },
}

impl Record {
    /// The unit on a day: that of the post held then, the main one or else the one
    /// begun last if there are several; else that of the post begun last. Of posts
    /// alike in that, the name decides, and never the order of the file.
    pub fn unit(&self, on: Date) -> Option<&str> {
        self.post(on).map(|post| post.unit.as_str())
    }

    /// The post on a day, as for [`Record::unit`].
    fn post(&self, on: Date) -> Option<&Post> {
        self.posts.iter().max_by(|one, other| one.standing(on).cmp(&other.standing(on)))
    }

    /// The result of the latest online audit of a year, if the file states one.
    pub fn online_audit(&self, year: u16) -> Option<Stated<Value>> {
        let audits = self.audits.iter().filter(|audit| audit.year == year);
        audits.max_by_key(|audit| audit.on).map(|audit| audit.status)
    }

    /// The posts held on a day, in the order of the file.
    pub fn posts_held(&self, on: Date) -> impl Iterator<Item = &Post> {
        self.posts.iter().filter(move |post| post.is_held(on))
    }

    /// The days of entry into service that the posts leave possible: nobody entered
    /// later than on the first day of the earliest post, or of a transfer from anywhere.
    pub fn entered_by(&self) -> Option<DateRange> {
        let posts = self.posts.iter().filter(|post| post.proof != Proof::Rejected);
        let posts = posts.filter_map(|post| post.from);
        let moves = self.person.moves.iter();
        let moves = moves.filter(|it| it.proof != Proof::Rejected).map(|it| it.value);
        posts.chain(moves).min().map(DateRange::until)
    }

    /// Whether a role was held on a day; `None` where it is not known.
    pub fn held(&self, role: Role, on: Date) -> Option<Answer> {
        let roles = self.roles.as_ref().filter(|_| !self.unclear_roles.contains(&role))?;
        let mut held = Self::stated(roles, role, on).peekable();
        match held.peek() {
            None => Some(Answer::No),
            Some(_) => held.any(|it| it == Standing::Known).then_some(Answer::Yes),
        }
    }

    /// Whether a role that would have been held on a day rests on rejected evidence.
    pub fn is_unproven(&self, role: Role, on: Date) -> bool {
        let roles = self.roles.as_deref().unwrap_or_default();
        self.held(role, on).is_none()
            && Self::stated(roles, role, on).any(|it| it == Standing::Unproven)
    }

    /// Whether a role that would have been held on a day goes by a subject that the file
    /// does not name.
    pub fn lacks_subject(&self, role: Role, on: Date) -> bool {
        let roles = self.roles.as_deref().unwrap_or_default();
        self.held(role, on).is_none()
            && Self::stated(roles, role, on).any(|it| it == Standing::NoSubject)
    }

    /// The standing of each entry for a role on a day.
    fn stated(roles: &[RoleHeld], role: Role, on: Date) -> impl Iterator<Item = Standing> {
        let is_held = move |held: &&RoleHeld| {
            held.role == role
                && held.from.is_none_or(|from| from <= on)
                && held.to.is_none_or(|to| on <= to)
        };
        roles.iter().filter(is_held).map(|held| held.standing)
    }
}
