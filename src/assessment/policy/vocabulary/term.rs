//! What the program can supply to rules, and what it can use of them.

use super::value::Shape;

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
    /// The learning year that a learning record states, 学习年度.
    LearningYear,
    /// What a determination is for, 用途.
    Purpose,
    /// The grade applied for, 申报级别.
    Grade,
    /// The year applied in, 申报年度.
    ApplicationYear,
    /// The day of the application, 申报日.
    AppliedOn,
    /// The day of birth.
    BornOn,
    /// 性别
    Sex,
    /// Years of age, 周岁.
    Age,
    /// 领域: public or private.
    Sector,
    /// Whether the post is at the grassroots, 基层一线.
    Grassroots,
    /// Whether the learner treated patients at a designated hospital.
    DesignatedHospital,
    /// The highest degree of education.
    Education,
    /// The kind of the unit.
    UnitKind,
    /// The day of transfer from an organ of Party or state.
    TransferredOn,
    /// Years from the year of transfer to that of the application.
    YearsSinceTransfer,
    /// The day of entry into service, 参加工作日期.
    EnteredOn,
    /// Years from the year of entry to that of the application.
    YearsSinceEntry,
    /// The day of the first qualification, 取得资格日期.
    QualifiedOn,
    /// Years from the year of qualifying to that of the application.
    YearsSinceQualifying,
    /// Whether the learning that an application asks for was finished.
    Learning,
    /// Whether the online audit passed.
    OnlineAudit,
    /// Whether the report on a training class passed.
    ReportAudit,
    /// The first day of a training class.
    ClassBegins,
    /// The last day of a training class.
    ClassEnds,
    /// The day on which its plan was filed.
    PlanFiled,
    /// Days from the plan to the class.
    PlanLead,
    /// Whether the plan has all that it must.
    PlanElements,
    /// The day on which its report was filed.
    ReportFiled,
    /// Days from the class to the report.
    ReportLag,
    /// Whether the report has all materials.
    ReportMaterials,
    /// Whether pictures are in the order of the roster.
    PhotoOrder,
}

impl Fact {
    /// All facts that the program can supply, in the order of declaration.
    pub const ALL: [Self; 38] = [
        Self::Category,
        Self::TrainingKind,
        Self::SubjectTeacher,
        Self::SkilledWorker,
        Self::ExamPlace,
        Self::ApprovalAuthority,
        Self::ApprovalStatus,
        Self::LearningYear,
        Self::Purpose,
        Self::Grade,
        Self::ApplicationYear,
        Self::AppliedOn,
        Self::BornOn,
        Self::Sex,
        Self::Age,
        Self::Sector,
        Self::Grassroots,
        Self::DesignatedHospital,
        Self::Education,
        Self::UnitKind,
        Self::TransferredOn,
        Self::YearsSinceTransfer,
        Self::EnteredOn,
        Self::YearsSinceEntry,
        Self::QualifiedOn,
        Self::YearsSinceQualifying,
        Self::Learning,
        Self::OnlineAudit,
        Self::ReportAudit,
        Self::ClassBegins,
        Self::ClassEnds,
        Self::PlanFiled,
        Self::PlanLead,
        Self::PlanElements,
        Self::ReportFiled,
        Self::ReportLag,
        Self::ReportMaterials,
        Self::PhotoOrder,
    ];

    /// The key in `content/vocabulary.toml`, what its values are, and what it is of.
    const fn row(self) -> (&'static str, Shape, Object) {
        const INSIDE: Shape = Shape::Word(&["inside", "outside"]);
        const PASSED: Shape = Shape::Word(&["passed", "not-passed"]);
        const COMPLETE: Shape = Shape::Word(&["complete", "incomplete"]);
        match self {
            Self::Category => ("category", Shape::Category, Object::LearningYear),
            Self::TrainingKind => {
                ("training-kind", Shape::Word(&["exam-passed"]), Object::Learning)
            }
            Self::SubjectTeacher => ("subject-teacher", Shape::YesNo, Object::Learning),
            Self::SkilledWorker => ("skilled-worker", Shape::YesNo, Object::Learning),
            Self::ExamPlace => ("exam-place", INSIDE, Object::Learning),
            Self::ApprovalAuthority => ("approval-authority", INSIDE, Object::Learning),
            Self::ApprovalStatus => ("approval-status", Shape::Word(&[]), Object::Learning),
            Self::LearningYear => ("learning-year", Shape::Number, Object::Learning),
            Self::Purpose => ("purpose", Shape::Word(&["annual"]), Object::Application),
            Self::Grade => ("grade", Shape::Word(&[]), Object::Application),
            Self::ApplicationYear => ("application-year", Shape::Number, Object::Application),
            Self::AppliedOn => ("applied-on", Shape::Date, Object::Application),
            Self::BornOn => ("born-on", Shape::Date, Object::Application),
            Self::Sex => ("sex", Shape::Word(&[]), Object::Application),
            Self::Age => ("age", Shape::Number, Object::Application),
            Self::Sector => ("sector", Shape::Word(&["private"]), Object::Application),
            Self::Grassroots => ("grassroots", Shape::YesNo, Object::Application),
            Self::DesignatedHospital => ("designated-hospital", Shape::YesNo, Object::Application),
            Self::Education => ("education", Shape::Word(&[]), Object::Application),
            Self::UnitKind => ("unit-kind", Shape::Word(&[]), Object::Application),
            Self::TransferredOn => ("transferred-on", Shape::Date, Object::Application),
            Self::YearsSinceTransfer => {
                ("years-since-transfer", Shape::Number, Object::Application)
            }
            Self::EnteredOn => ("entered-on", Shape::Date, Object::Application),
            Self::YearsSinceEntry => ("years-since-entry", Shape::Number, Object::Application),
            Self::QualifiedOn => ("qualified-on", Shape::Date, Object::Application),
            Self::YearsSinceQualifying => {
                ("years-since-qualifying", Shape::Number, Object::Application)
            }
            Self::Learning => {
                ("learning", Shape::Word(&["finished", "unfinished"]), Object::Application)
            }
            Self::OnlineAudit => ("online-audit", PASSED, Object::Card),
            Self::ReportAudit => ("report-audit", PASSED, Object::Card),
            Self::ClassBegins => ("class-begins", Shape::Date, Object::Class),
            Self::ClassEnds => ("class-ends", Shape::Date, Object::Class),
            Self::PlanFiled => ("plan-filed", Shape::Date, Object::Class),
            Self::PlanLead => ("plan-lead", Shape::Number, Object::Class),
            Self::PlanElements => ("plan-elements", COMPLETE, Object::Class),
            Self::ReportFiled => ("report-filed", Shape::Date, Object::Class),
            Self::ReportLag => ("report-lag", Shape::Number, Object::Class),
            Self::ReportMaterials => ("report-materials", COMPLETE, Object::Class),
            Self::PhotoOrder => ("photo-order", Shape::Word(&["same", "different"]), Object::Class),
        }
    }

    /// The key in `content/vocabulary.toml`.
    pub const fn key(self) -> &'static str {
        self.row().0
    }

    /// What its values are.
    pub const fn shape(self) -> Shape {
        self.row().1
    }

    /// What it is a fact of.
    pub const fn object(self) -> Object {
        self.row().2
    }

    /// Whether a person or class may be known not to have it at all, as one who
    /// never transferred has no years since.
    pub const fn may_be_absent(self) -> bool {
        matches!(
            self,
            Self::TransferredOn
                | Self::YearsSinceTransfer
                | Self::QualifiedOn
                | Self::YearsSinceQualifying
                | Self::LearningYear
        )
    }

    /// Whether it is known only by a definition, from other facts.
    pub const fn is_derived(self) -> bool {
        matches!(
            self,
            Self::Age
                | Self::YearsSinceTransfer
                | Self::YearsSinceEntry
                | Self::YearsSinceQualifying
                | Self::PlanLead
                | Self::ReportLag
        )
    }

    /// Whether it counts years to the first that is owed.
    pub const fn cuts_a_window(self) -> bool {
        matches!(
            self,
            Self::YearsSinceTransfer | Self::YearsSinceEntry | Self::YearsSinceQualifying
        )
    }
}

/// What a fact is of, and what an output is decided for: what the word after 每 names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    /// 申报
    Application,
    /// 学习年度
    LearningYear,
    /// 学习记录
    Learning,
    /// 审验卡
    Card,
    /// 培训班
    Class,
}

impl Object {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Application, Self::LearningYear, Self::Learning, Self::Card, Self::Class];

    /// Its name in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "申报",
            Self::LearningYear => "学习年度",
            Self::Learning => "学习记录",
            Self::Card => "审验卡",
            Self::Class => "培训班",
        }
    }
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
    /// Which learning years an application looks at.
    Window,
    /// From which learning year on anything is owed.
    WindowStart,
    /// How much of the required hours is asked for.
    Degree,
    /// What follows from unfinished learning.
    Consequence,
    /// Whether the city's card may be printed.
    CityPrinting,
    /// Whether the region's card may be printed.
    RegionPrinting,
    /// Whether a training class's plan is in order.
    Plan,
    /// Whether a training class's report is in order.
    Report,
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
    /// Learning years before or up to the application's.
    Window,
    /// The year from which anything is owed.
    WindowStart,
    /// The part of the hours.
    Degree,
    /// What follows.
    Consequence,
    /// Whether the city's card may be printed.
    CityPrinting,
    /// Whether the region's card may be printed.
    RegionPrinting,
    /// Whether the plan is in order.
    Plan,
    /// Whether the report is in order.
    Report,
}

impl Output {
    /// All outputs that the program uses, in the order of declaration.
    pub const ALL: [Self; 12] = [
        Self::RequiredHours,
        Self::LearningPeriod,
        Self::Credit,
        Self::Recognition,
        Self::Window,
        Self::WindowStart,
        Self::Degree,
        Self::Consequence,
        Self::CityPrinting,
        Self::RegionPrinting,
        Self::Plan,
        Self::Report,
    ];

    const fn row(self) -> (&'static str, &'static [Column]) {
        match self {
            Self::RequiredHours => ("required-hours", &[Column::RequiredHours]),
            Self::LearningPeriod => ("learning-period", &[Column::PeriodFirst, Column::PeriodLast]),
            Self::Credit => ("credit", &[Column::CreditCategory, Column::CreditHours]),
            Self::Recognition => ("recognition", &[Column::Recognition]),
            Self::Window => ("window", &[Column::Window]),
            Self::WindowStart => ("window-start", &[Column::WindowStart]),
            Self::Degree => ("degree", &[Column::Degree]),
            Self::Consequence => ("consequence", &[Column::Consequence]),
            Self::CityPrinting => ("city-printing", &[Column::CityPrinting]),
            Self::RegionPrinting => ("region-printing", &[Column::RegionPrinting]),
            Self::Plan => ("plan", &[Column::Plan]),
            Self::Report => ("report", &[Column::Report]),
        }
    }

    /// The key in `content/vocabulary.toml`.
    pub const fn key(self) -> &'static str {
        self.row().0
    }

    /// What it is decided for.
    pub const fn object(self) -> Object {
        match self {
            Self::RequiredHours | Self::LearningPeriod => Object::LearningYear,
            Self::Credit | Self::Recognition => Object::Learning,
            Self::Window | Self::WindowStart | Self::Degree | Self::Consequence => {
                Object::Application
            }
            Self::CityPrinting | Self::RegionPrinting => Object::Card,
            Self::Plan | Self::Report => Object::Class,
        }
    }

    /// Whether its rules can ask about a fact: one of what it is decided for that is
    /// known by then. Whether the learning was finished is known when all but its
    /// consequence has been decided. The region's card rests on a class and its report,
    /// the city's on the online audit alone. A role is one of the day: of that on which
    /// something was learned, or of the application's.
    pub fn may_ask(self, fact: Fact) -> bool {
        match (self, fact) {
            (Self::CityPrinting, _) => fact == Fact::OnlineAudit,
            (Self::RegionPrinting, Fact::OnlineAudit) => false,
            (Self::RegionPrinting, _) if fact.object() == Object::Class => true,
            (_, Fact::SubjectTeacher | Fact::SkilledWorker) => {
                matches!(self.object(), Object::Learning | Object::Application)
            }
            (_, Fact::Learning) => self == Self::Consequence,
            _ => fact.object() == self.object(),
        }
    }

    /// Its columns, in the order of a decided row.
    pub const fn columns(self) -> &'static [Column] {
        self.row().1
    }
}

impl Column {
    const fn row(self) -> (&'static str, Shape) {
        const PRINTING: Shape = Shape::Word(&["yes", "no"]);
        const CREDIT: &[&str] = &["actual", "converted", "fulfilled"];
        match self {
            Self::RequiredHours => ("hours", Shape::Hours),
            Self::PeriodFirst => ("first", Shape::Day),
            Self::PeriodLast => ("last", Shape::Day),
            Self::CreditCategory => ("category", Shape::Learned),
            Self::CreditHours => ("hours", Shape::WordOrHours(CREDIT)),
            Self::Recognition => ("recognised", Shape::Word(&["yes", "pending"])),
            Self::Window => ("years", Shape::Window),
            Self::WindowStart => ("from", Shape::Keyed(&["transfer", "entry", "qualified"])),
            Self::Degree => ("part", Shape::Degree),
            Self::Consequence => ("consequence", Shape::Word(&[])),
            Self::CityPrinting | Self::RegionPrinting => ("may-print", PRINTING),
            Self::Plan => ("plan", Shape::Word(&[])),
            Self::Report => ("report", Shape::Word(&[])),
        }
    }

    /// The key in the output's table of `content/vocabulary.toml`.
    pub const fn key(self) -> &'static str {
        self.row().0
    }

    /// What its values are.
    pub const fn shape(self) -> Shape {
        self.row().1
    }
}
