//! Decisions, 裁量: what the office chose where the text is open, recorded in
//! `content/decisions.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// A recorded choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// `D14`
    pub id: String,
    /// What the text leaves open.
    pub question: String,
    /// What the office chose.
    pub choice: String,
    /// When.
    pub on: Date,
    /// Who.
    pub by: String,
    /// Numbers that the choice fixes.
    pub parameters: BTreeMap<Parameter, u32>,
}

/// A number that a decision can fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Parameter {
    /// Hours for a day of learning, where a certificate gives days only.
    #[serde(rename = "hours-per-day")]
    HoursPerDay,
}

impl Parameter {
    /// The key in `content/decisions.toml`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::HoursPerDay => "hours-per-day",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShape {
    #[serde(default)]
    decision: Vec<DecisionShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionShape {
    id: Spanned<String>,
    question: String,
    choice: String,
    on: Spanned<toml::value::Datetime>,
    by: String,
    #[serde(default)]
    parameters: BTreeMap<Parameter, u32>,
}

/// Reads `content/decisions.toml`, by id.
pub fn parse(path: &str, text: &str, problems: &mut Diagnostics) -> BTreeMap<String, Decision> {
    let file: FileShape = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            super::front::toml_problem(path, text, 0, &error, problems);
            return BTreeMap::new();
        }
    };
    let mut decisions = BTreeMap::new();
    for shape in file.decision {
        let line = |at: usize| Place { column: None, ..Place::offset(path, text, at) };
        let place = line(shape.id.span().start);
        let date = shape.on.get_ref().date;
        let Some(on) = date.and_then(|it| Date::new(it.year, it.month, it.day).ok()) else {
            let message = format!("不是日期：{}", shape.on.get_ref());
            problems.error(line(shape.on.span().start), message, "写成不带引号的 2022-02-10");
            continue;
        };
        let id = shape.id.into_inner();
        let decision = Decision {
            id: id.clone(),
            question: shape.question,
            choice: shape.choice,
            on,
            by: shape.by,
            parameters: shape.parameters,
        };
        if decisions.insert(id.clone(), decision).is_some() {
            problems.error(place, format!("裁量 {id} 登记了两次"), "每项裁量只登记一次");
        }
    }
    decisions
}
