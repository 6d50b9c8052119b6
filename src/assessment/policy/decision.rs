//! Decisions, 裁量: what the office chose where the text is open, recorded in
//! `content/decisions.toml`.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use toml::Spanned;

use crate::diagnostic::{Diagnostics, Place, is_hidden};
use crate::time::Date;

/// Characters of a text of a decision at most; more is a mistake, not a choice.
const MAX_TEXT: usize = 2_000;
/// Decisions of a register at most.
const MAX_DECISIONS: usize = 1_000;

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
    /// When it was last found to hold still, with a newer notice or list at hand. It
    /// changes nothing that is decided, and is in no bundle.
    pub confirmed: Option<Date>,
    /// The output whose disagreements it settles.
    pub settles: Option<String>,
    /// The output of whose warnings the office says that they are meant so.
    pub acknowledges: Option<String>,
    /// What the choice fixes for the program.
    pub parameters: Parameters,
    /// The line of the file on which it begins.
    pub line: u32,
}

impl Decision {
    /// The last day on which the office is known to have looked at it.
    pub fn looked_at(&self) -> Date {
        self.confirmed.map_or(self.on, |confirmed| confirmed.max(self.on))
    }
}

/// What a choice fixes for the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// Hours for a day of learning, where a certificate gives days only; 1–24.
    #[serde(default, deserialize_with = "hours_of_a_day")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours_per_day: Option<u32>,
    /// When somebody is of an age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    /// How the years of a window are judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_test: Option<WindowTest>,
    /// What a part of the required hours is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<PartOf>,
    /// What settles a disagreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// Who must see a failed result before the learner does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_result: Option<FailedResult>,
    /// The first year owed after a transfer, entry or qualifying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_owed: Option<FirstOwed>,
    /// What becomes of a last day that is a Saturday or Sunday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekend: Option<Weekend>,
    /// What a learner's file says of an online audit that it does not state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unstated_audit: Option<UnstatedAudit>,
    /// What a list that ends in 等 holds beyond what it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_list: Option<OpenList>,
    /// By which of the posts held at the same time somebody is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent_posts: Option<ConcurrentPosts>,
    /// What becomes of learning that was completed after the day of an application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learning_after_application: Option<LearningAfterApplication>,
}

impl Parameters {
    /// Whether it fixes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What it fixes, as the register writes it: `first-owed`, `year-after`.
    pub fn fixed(&self) -> BTreeMap<String, String> {
        let Ok(serde_json::Value::Object(fixed)) = serde_json::to_value(self) else {
            return BTreeMap::new();
        };
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(word) => word,
            other => other.to_string(),
        };
        fixed.into_iter().map(|(key, value)| (key, text(value))).collect()
    }
}

/// Reads the hours of a day, which has 24.
fn hours_of_a_day<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u32>, D::Error> {
    let wrong = || D::Error::custom("应当是 1 至 24 的整数");
    let hours = i64::deserialize(value).map_err(|_| wrong())?;
    let hours = u32::try_from(hours).ok().filter(|hours| (1..=24).contains(hours));
    hours.map(Some).ok_or_else(wrong)
}

/// When somebody is N years of age, 满N周岁.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Birthday {
    /// On the N-th birthday.
    OnTheDay,
    /// On the day after it.
    DayAfter,
}

/// How the years of a window are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowTest {
    /// Each by itself.
    EachYear,
    /// All together.
    Sum,
}

/// What a part of the required hours is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartOf {
    /// Each category of each year.
    EachCategory,
    /// The year's total, in whichever category.
    Total,
}

/// What settles a disagreement between rules of one output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conflict {
    /// The answer best for the learner.
    MostFavourable,
    /// The rule that stands first in the notice.
    FirstListed,
}

/// Who must see a failed result before the learner does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailedResult {
    /// A named officer confirms it.
    OfficerConfirms,
    /// Nobody.
    ToldDirectly,
}

/// The first year owed after a transfer, entry or qualifying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstOwed {
    /// The year after it.
    YearAfter,
    /// The year of it.
    SameYear,
}

/// What becomes of a last day that is a Saturday or Sunday.
///
/// There is no word for a later day: which day is the next to work on is known from
/// the year's calendar of holidays alone, so an office that shifts writes the
/// later day into its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weekend {
    /// It stays the last day.
    NoShift,
}

/// What a learner's file says of an online audit that it does not state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnstatedAudit {
    /// It passed: the office keeps files of those only who have passed it.
    Passed,
    /// Nothing: the card waits until the file states it.
    Awaited,
}

/// What a list that ends in 等 holds beyond what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenList {
    /// Nothing: what the rule, or the office's list, names is all.
    Closed,
}

/// By which of the posts held at the same time somebody is judged, where they do not
/// say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConcurrentPosts {
    /// By the one that the file marks as the main one; where it marks none, or several,
    /// what they do not agree on is asked for.
    Main,
    /// By the one that asks the fewest hours: a private unit, the front line.
    MostFavourable,
}

/// What becomes of learning that was completed after the day of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LearningAfterApplication {
    /// It counts for its year like any other.
    Counts,
    /// It does not count for that application.
    Not,
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
    confirmed: Option<Spanned<toml::value::Datetime>>,
    settles: Option<String>,
    acknowledges: Option<String>,
    #[serde(default)]
    parameters: Parameters,
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
        let mut date = |value: &Spanned<toml::value::Datetime>| {
            let date = value.get_ref().date.filter(|_| value.get_ref().time.is_none());
            let date = date.and_then(|it| Date::new(it.year, it.month, it.day).ok());
            if date.is_none() {
                let message = format!("不是日期：{}", value.get_ref());
                problems.error(line(value.span().start), message, "写成不带引号的 2022-02-10");
            }
            date
        };
        let Some(on) = date(&shape.on) else { continue };
        let confirmed = shape.confirmed.as_ref().and_then(&mut date);
        if let (Some(early), Some(value)) = (confirmed.filter(|it| *it < on), &shape.confirmed) {
            let message = format!("确认于 {early}，早于作出选择的 {on}");
            problems.error(line(value.span().start), message, "核对 on 和 confirmed");
        }
        if let Some((message, hint)) = fault(&shape) {
            problems.error(place, message, hint);
            continue;
        }
        if decisions.len() == MAX_DECISIONS {
            let message = format!("裁量超过 {MAX_DECISIONS} 项");
            problems.error(place, message, "删去不再引用的裁量");
            break;
        }
        let id = shape.id.into_inner();
        let decision = Decision {
            id: id.clone(),
            question: shape.question,
            choice: shape.choice,
            on,
            by: shape.by,
            confirmed,
            settles: shape.settles,
            acknowledges: shape.acknowledges,
            parameters: shape.parameters,
            line: place.line.unwrap_or(1),
        };
        if decisions.insert(id.clone(), decision).is_some() {
            problems.error(place, format!("裁量 {id} 登记了两次"), "每项裁量只登记一次");
        }
    }
    decisions
}

/// What is wrong with the texts of a decision, and what to do about it.
fn fault(shape: &DecisionShape) -> Option<(String, &'static str)> {
    let DecisionShape { id, question, choice, by, .. } = shape;
    let texts = [("id", id.get_ref()), ("question", question), ("choice", choice), ("by", by)];
    let mut characters = texts.iter().flat_map(|(_, text)| text.chars());
    if let Some(character) = characters.find(|it| is_hidden(*it)) {
        let message = format!("这项裁量里有看不见的字符 U+{:04X}", u32::from(character));
        return Some((message, "删去它：读者看到的要与程序读到的一样"));
    }
    if texts.iter().any(|(_, text)| text.chars().count() > MAX_TEXT) {
        let message = format!("这项裁量里有一项超过 {MAX_TEXT} 字");
        return Some((message, "裁量只写问题和选择；论证写在别处"));
    }
    let (key, _) = texts.iter().find(|(_, text)| text.trim().is_empty())?;
    let hint = "写明编号、问题、选择和作出选择的机关：认定结果要列出它们";
    Some((format!("这项裁量的 {key} 是空的"), hint))
}
