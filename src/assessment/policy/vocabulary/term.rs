//! What the program can supply to rules and use of them.

use crate::assessment::hours::Hours;

/// A fact that a rule may ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// The category, 科目, that hours are required in.
    Category,
    /// What kind of learning a learning record is of.
    TrainingKind,
    /// Whether the learner teaches one of the three subjects, 三科教师.
    SubjectTeacher,
    /// Whether the learner is a highly skilled worker, 高技能人才.
    SkilledWorker,
    /// Where a qualification examination was sat.
    ExamPlace,
    /// Whose authority confirmed the hours.
    ApprovalAuthority,
    /// Whether the hours are confirmed.
    ApprovalStatus,
}

/// Something that rules decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Output {
    /// Hours owed in a year, by category.
    RequiredHours,
    /// From which day to which day learning counts for a year.
    LearningPeriod,
    /// Into which category a learning record counts, and with how many hours.
    Credit,
    /// Whether a learning record's hours are recognised.
    Recognition,
}

/// A column of an output's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Hours owed.
    RequiredHours,
    /// First day of the learning period.
    PeriodFirst,
    /// Last day of the learning period.
    PeriodLast,
    /// The category credited.
    CreditCategory,
    /// Which hours are credited.
    CreditHours,
    /// Whether hours are recognised.
    Recognition,
}

/// What the values of a fact or column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A category of the vocabulary.
    Category,
    /// 是 or 否.
    YesNo,
    /// One of the vocabulary's words for it; the program knows these keys.
    Word(&'static [&'static str]),
    /// A number of hours.
    Hours,
    /// A day of the learning year or the year after.
    Day,
}

/// A value of a fact or of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A category, by its place in the vocabulary.
    Category(usize),
    /// 是 or 否.
    YesNo(Answer),
    /// A word, by its place in the vocabulary's list for the fact or column.
    Word(usize),
    /// Hours.
    Hours(Hours),
    /// A day relative to the learning year.
    Day(YearDay),
}

/// 是 or 否.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// 是
    Yes,
    /// 否
    No,
}

/// A day of a learning year: `1月1日`, or of the year after it: `次年4月30日`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearDay {
    /// Years after the learning year: 0 or 1.
    pub years_after: u16,
    /// The month, 1–12.
    pub month: u8,
    /// The day of the month.
    pub day: u8,
}

impl Fact {
    /// All facts that the program can supply.
    pub const ALL: [Self; 7] = [
        Self::Category,
        Self::TrainingKind,
        Self::SubjectTeacher,
        Self::SkilledWorker,
        Self::ExamPlace,
        Self::ApprovalAuthority,
        Self::ApprovalStatus,
    ];

    /// The key in `content/vocabulary.toml`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::TrainingKind => "training-kind",
            Self::SubjectTeacher => "subject-teacher",
            Self::SkilledWorker => "skilled-worker",
            Self::ExamPlace => "exam-place",
            Self::ApprovalAuthority => "approval-authority",
            Self::ApprovalStatus => "approval-status",
        }
    }

    /// What its values are.
    pub const fn shape(self) -> Shape {
        match self {
            Self::Category => Shape::Category,
            Self::TrainingKind => Shape::Word(&["exam-passed"]),
            Self::SubjectTeacher | Self::SkilledWorker => Shape::YesNo,
            Self::ExamPlace | Self::ApprovalAuthority => Shape::Word(&["inside", "outside"]),
            Self::ApprovalStatus => Shape::Word(&[]),
        }
    }
}

impl Output {
    /// All outputs that the program uses.
    pub const ALL: [Self; 4] =
        [Self::RequiredHours, Self::LearningPeriod, Self::Credit, Self::Recognition];

    /// The key in `content/vocabulary.toml`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::RequiredHours => "required-hours",
            Self::LearningPeriod => "learning-period",
            Self::Credit => "credit",
            Self::Recognition => "recognition",
        }
    }

    /// Its columns, in the order of a decided row.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::RequiredHours => &[Column::RequiredHours],
            Self::LearningPeriod => &[Column::PeriodFirst, Column::PeriodLast],
            Self::Credit => &[Column::CreditCategory, Column::CreditHours],
            Self::Recognition => &[Column::Recognition],
        }
    }
}

impl Column {
    /// The key in the output's table of `content/vocabulary.toml`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::RequiredHours | Self::CreditHours => "hours",
            Self::PeriodFirst => "first",
            Self::PeriodLast => "last",
            Self::CreditCategory => "category",
            Self::Recognition => "recognised",
        }
    }

    /// What its values are.
    pub const fn shape(self) -> Shape {
        match self {
            Self::RequiredHours => Shape::Hours,
            Self::PeriodFirst | Self::PeriodLast => Shape::Day,
            Self::CreditCategory => Shape::Category,
            Self::CreditHours => Shape::Word(&["actual", "converted", "fulfilled"]),
            Self::Recognition => Shape::Word(&["yes", "pending"]),
        }
    }
}

impl YearDay {
    pub(super) fn read(text: &str) -> Option<Self> {
        let (years_after, rest) = match text.strip_prefix("次年") {
            Some(rest) => (1, rest),
            None => (0, text),
        };
        let (month, day) = rest.strip_suffix('日')?.split_once('月')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // 29 February is a day of some years only, so no period can end on it.
        crate::time::Date::new(2001, month, day).ok()?;
        Some(Self { years_after, month, day })
    }

    /// The date in this learning year.
    pub fn in_year(self, year: u16) -> Option<crate::time::Date> {
        crate::time::Date::new(year.checked_add(self.years_after)?, self.month, self.day).ok()
    }
}

impl std::fmt::Display for YearDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let after = if self.years_after == 1 { "次年" } else { "" };
        write!(f, "{after}{}月{}日", self.month, self.day)
    }
}
