//! What stands in the office's own pages: units' cards, determinations, classes.

use serde::Serialize;

use super::Name;

/// What opens a unit's file of cards, known only when all are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitHead {
    /// The unit.
    pub unit: Name,
    /// 学习年度.
    pub year: u16,
    /// 签发机构.
    pub issuer: String,
    /// How many cards follow.
    pub cards: u64,
    /// How many people have none; they are named first.
    pub without: u64,
    /// How many of these must not be told before an officer has confirmed it.
    pub unconfirmed: u64,
    /// Whether everything is 样张.
    pub specimen: bool,
}

/// The list of the units' files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitIndex {
    /// 签发机构.
    pub issuer: String,
    /// Newest first.
    pub years: Vec<UnitYear>,
    /// Whether everything is 样张.
    pub specimen: bool,
}

/// The units' files of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitYear {
    /// 学习年度.
    pub year: u16,
    /// In the order of their names.
    pub units: Vec<UnitEntry>,
}

/// A unit's file in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitEntry {
    /// The unit.
    pub unit: Name,
    /// The file, beside the list.
    pub href: String,
    /// How many cards are in it.
    pub cards: u64,
    /// How many people have none.
    pub without: u64,
}

/// What opens the office's page of determinations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeterminationsHead {
    /// The heading of the page.
    pub title: String,
    /// 签发机构.
    pub issuer: String,
    /// As of when, and after which rules, in a sentence.
    pub as_of: String,
    /// What hours are counted in: 学时, 学分.
    pub hours_unit: String,
    /// Whether everything is 样张.
    pub specimen: bool,
}

/// One learner's determination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeterminationRow {
    /// 姓名.
    pub holder: Name,
    /// The last four of the document number, if known.
    pub id_tail: Option<String>,
    /// 单位.
    pub unit: Option<Name>,
    /// 学习年度, or the year applied in.
    pub year: u16,
    /// What it is for, 用途.
    pub purpose: String,
    /// The outcome.
    pub outcome: Outcome,
    /// How it was passed: 足额, 减免, 不要求, 参考; empty where it was not.
    pub passed_as: String,
    /// Hours by category.
    pub hours: Vec<DeterminationHours>,
    /// Why, each with its clause.
    pub reasons: Vec<Reason>,
    /// Facts that are missing: what to ask for.
    pub missing: Vec<String>,
    /// What must be done before the learner is told, with room for who did it.
    pub before_telling: Option<String>,
    /// The decisions that were used, by id.
    pub decisions: Vec<String>,
    /// How it came about, where that is more than the reasons say.
    pub trace: Option<Trace>,
    /// The number of the card issued.
    pub card: Option<String>,
}

/// How a determination came about, to be unfolded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// By which rules, of which day and for which grade, in a line.
    pub judged: String,
    /// The clauses that the result rests on, in a line.
    pub grounds: String,
    /// What rules gave, one after another.
    pub steps: Vec<Reason>,
    /// What was looked at and gave nothing, in lines.
    pub tried: Vec<String>,
    /// The hours of each learning year looked at.
    pub years: Vec<TracedYear>,
    /// The decisions that were used, by id.
    pub decisions: Vec<String>,
}

/// The hours of a learning year, and what became of each learning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TracedYear {
    /// The hours by category, in a line.
    pub words: String,
    /// What the year asks for, and what became of each learning.
    pub steps: Vec<Reason>,
}

/// The outcome of a determination, for word, shape and colour together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// 通过.
    Passed,
    /// 不通过.
    Failed,
    /// 待核定.
    Unclear,
    /// 不适用.
    NotApplicable,
}

/// Hours of one category in a determination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeterminationHours {
    /// 科目.
    pub category: String,
    /// 认定学时.
    pub credited: String,
    /// 应修学时.
    pub required: String,
    /// 差额, if any is owed.
    pub shortfall: Option<String>,
}

/// A sentence and the clause it follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What follows, in words.
    pub words: String,
    /// The clause as people cite it.
    pub clause: String,
    /// Its words.
    pub quote: String,
}

/// What closes the page of determinations: the counts, known only at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeterminationsFoot {
    /// How many learners are listed.
    pub learners: u64,
    /// How many passed.
    pub passed: u64,
    /// How many did not.
    pub failed: u64,
    /// For how many facts are missing.
    pub unclear: u64,
    /// How many cards exist for them.
    pub cards: u64,
    /// The decisions that the rows name.
    pub decisions: Vec<DecisionEntry>,
}

/// A decision in the list below the determinations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionEntry {
    /// `D14`
    pub id: String,
    /// What the notice leaves open.
    pub question: String,
    /// What the office chose.
    pub choice: String,
    /// When, and who.
    pub recorded: String,
}

/// What opens the office's page of training classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassesHead {
    /// The heading of the page.
    pub title: String,
    /// 签发机构.
    pub issuer: String,
    /// As of when, and after which rules, in a sentence.
    pub as_of: String,
    /// Whether everything is 样张.
    pub specimen: bool,
}

/// One training class, 培训班.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassRow {
    /// What it is called.
    pub name: Name,
    /// Its number, 班次.
    pub number: String,
    /// The base that held it.
    pub base: Name,
    /// The first day.
    pub begins: String,
    /// The last day.
    pub ends: String,
    /// What rules say of its plan, its report and the printing of cards.
    pub findings: Vec<ClassFinding>,
    /// What is to be done, in sentences.
    pub todo: Vec<String>,
}

/// What rules say of one thing of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassFinding {
    /// Of what: 计划, 报告, 区级卡打印.
    pub label: String,
    /// What they say.
    pub word: String,
    /// For shape and colour.
    pub outcome: Outcome,
    /// The facts it follows from, and its clause.
    pub reason: Reason,
}

/// What closes the page of classes: the counts, known only at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClassesFoot {
    /// How many classes are listed.
    pub classes: u64,
    /// For how many nothing is left to be done.
    pub settled: u64,
}
