//! A rule: the table under a clause, typed against the vocabulary.
//!
//! ```text
//! > **规则 三(五)** 定 计入 每 学习记录
//! > 依据：“参加业务集中培训和线上培训的学时均可计入当年继续教育专业科目学时”
//! > 适用：三科教师 = 是
//! >
//! > | 类别 | ⇒ 科目 | ⇒ 学时 |
//! > |---|---|---|
//! > | 业务集中培训、业务线上培训 | 专业 | 实际 |
//! ```

mod kind;
mod read;

pub use kind::Kind;
pub(super) use read::{list, name, output, read};

use super::cell::Test;
use super::clause::ClausePath;
use super::vocabulary::{Fact, Output, Value, Vocabulary};

/// The part of a clause that a rule is about, when it has several: 后段.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleName {
    /// The clause.
    pub clause: ClausePath,
    /// Which part of it; empty for the whole.
    pub part: String,
}

impl std::fmt::Display for RuleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.clause, self.part)
    }
}

/// A rule of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name within its notice.
    pub name: RuleName,
    /// The rule it is an exception to, in the same notice.
    pub exception_to: Option<RuleName>,
    /// What it decides.
    pub output: Output,
    /// The words of the clause that it rests on, as the clause has them.
    pub quote: String,
    /// The recorded decisions that settle what the words leave open.
    pub decisions: Vec<String>,
    /// What must hold for any of its rows.
    pub conditions: Vec<Condition>,
    /// The facts its rows ask about, in the order of the table.
    pub inputs: Vec<Fact>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The line of the file on which it begins.
    pub line: u32,
}

impl Rule {
    /// The rows in words: `性别 男，周岁 ≥55 ⇒ 不要求`.
    pub fn table_lines(&self, vocabulary: &Vocabulary) -> Vec<String> {
        let line = |row: &Row| {
            let tests = self.inputs.iter().zip(&row.tests).map(|(fact, test)| {
                format!("{} {}", vocabulary.fact_label(*fact), test.write(vocabulary, *fact))
            });
            let columns = self.output.columns().iter().zip(&row.values);
            let values = columns.map(|(column, value)| {
                vocabulary.value_text(vocabulary.column_words(*column), *value)
            });
            let (tests, values) = (tests.collect::<Vec<_>>(), values.collect::<Vec<_>>());
            format!("{} ⇒ {}", tests.join("，"), values.join("，")).trim_start().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

/// A condition on one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The fact.
    pub fact: Fact,
    /// What it must be.
    pub test: Test,
}

/// A row of a rule's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// A test for each of the rule's inputs.
    pub tests: Vec<Test>,
    /// A value for each column of the rule's output.
    pub values: Vec<Value>,
    /// The line of the file.
    pub line: u32,
}
