//! JSON with places: every value knows where in the text it stands, so that
//! problems of one file are told together and each at its line.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::diagnostic::{Diagnostics, Place};
use crate::time::{Date, DateError};

/// A piece of JSON that has been delimited but not read.
#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(super) struct Raw<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
}

impl<'a> Raw<'a> {
    /// Its text.
    pub(super) fn text(self) -> &'a str {
        self.value.get()
    }
}

impl fmt::Debug for Raw<'_> {
    /// People's values reach no message by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raw")
    }
}

/// A string and where it stands.
#[derive(Clone)]
pub(super) struct Text<'a> {
    pub raw: &'a str,
    pub value: Cow<'a, str>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'a RawValue>::deserialize(deserializer)?.get();
        // A string without escapes is borrowed as it stands.
        let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let value = match inner {
            Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
            _ => Cow::Owned(serde_json::from_str(raw).map_err(serde::de::Error::custom)?),
        };
        Ok(Self { raw, value })
    }
}

/// The text of one record or class, and where in its file it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'a> {
    pub path: &'a str,
    pub first_line: u32,
    pub text: &'a str,
}

impl<'a> Document<'a> {
    /// The place of a piece of this document.
    pub(super) fn place(&self, piece: &str) -> Place {
        let offset = piece.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        self.at(Place::offset(self.path, self.text, offset))
    }

    /// The document as a whole.
    pub(super) fn start(&self) -> Place {
        Place::line(self.path, self.first_line)
    }

    fn at(&self, place: Place) -> Place {
        Place { line: place.line.map(|line| line - 1 + self.first_line), ..place }
    }

    /// Reads a piece as `T`; what is wrong is told with line and column.
    pub(super) fn read<T: Deserialize<'a>>(
        &self,
        piece: &'a str,
        problems: &mut Diagnostics,
    ) -> Option<T> {
        match serde_json::from_str(piece) {
            Ok(value) => Some(value),
            Err(error) => {
                let base = self.place(piece);
                self.tell(&base, &error, problems);
                None
            }
        }
    }

    fn tell(&self, base: &Place, error: &serde_json::Error, problems: &mut Diagnostics) {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX).max(1);
        let column = u32::try_from(error.column()).unwrap_or(u32::MAX).max(1);
        let place = if line == 1 {
            let from = base.column.unwrap_or(1);
            Place { column: Some(from.saturating_add(column - 1)), ..base.clone() }
        } else {
            let from = base.line.unwrap_or(1);
            Place {
                path: base.path.clone(),
                line: Some(from.saturating_add(line - 1)),
                column: Some(column),
            }
        };
        let (message, hint) = words(error);
        problems.error(place, message, hint);
    }

    /// The elements of an array, each to be read by itself.
    pub(super) fn elements(
        &self,
        piece: Option<Raw<'a>>,
        problems: &mut Diagnostics,
    ) -> Vec<&'a str> {
        let Some(piece) = piece else { return Vec::new() };
        let list: Option<Vec<Raw<'a>>> = self.read(piece.value.get(), problems);
        list.unwrap_or_default().into_iter().map(|raw| raw.value.get()).collect()
    }

    /// Reads a delimited piece.
    pub(super) fn read_raw<T: Deserialize<'a>>(
        &self,
        piece: Raw<'a>,
        problems: &mut Diagnostics,
    ) -> Option<T> {
        self.read(piece.value.get(), problems)
    }

    /// Reads a date.
    pub(super) fn date(&self, text: &Text<'a>, problems: &mut Diagnostics) -> Option<Date> {
        match text.value.parse() {
            Ok(date) => Some(date),
            Err(error) => {
                let (message, hint) = match error {
                    DateError::Form => ("日期不是 年-月-日 的写法", "写成 2022-02-28"),
                    DateError::NoSuchDay => ("日历上没有这一天", "核对日期"),
                };
                let message = format!("{message}：{}", text.value);
                problems.error(self.place(text.raw), message, hint);
                None
            }
        }
    }

    /// Reads each element of an optional array.
    pub(super) fn list<T: Deserialize<'a>>(
        &self,
        piece: Option<Raw<'a>>,
        problems: &mut Diagnostics,
    ) -> Vec<(&'a str, T)> {
        self.elements(piece, problems)
            .into_iter()
            .filter_map(|element| Some((element, self.read(element, problems)?)))
            .collect()
    }
}

/// What a JSON error says, in the office's language.
fn words(error: &serde_json::Error) -> (String, String) {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let name = text.split('`').nth(1).unwrap_or_default();
    if text.starts_with("unknown field") {
        let known: Vec<_> = text.split('`').skip(3).step_by(2).collect();
        return (
            format!("不认识的字段“{name}”"),
            format!("改正拼写或删去；此处可用：{}", known.join("、")),
        );
    }
    if text.starts_with("missing field") {
        return (format!("缺少字段“{name}”"), format!("补上“{name}”"));
    }
    if text.starts_with("duplicate field") {
        return (format!("字段“{name}”写了两次"), "只保留一处".to_owned());
    }
    if text.starts_with("unknown variant") {
        let known: Vec<_> = text.split('`').skip(3).step_by(2).collect();
        return (format!("没有取值“{name}”"), format!("可写：{}", known.join("、")));
    }
    if error.is_data() {
        return (type_words(text), "按格式说明改正这一处".to_owned());
    }
    (
        format!("JSON 有误：{}", syntax_words(text)),
        "检查这一处前后的逗号、引号和括号：都用英文标点，有头有尾".to_owned(),
    )
}

/// `invalid type: integer `30`, expected a string`, without the value, which may
/// be somebody's name.
fn type_words(text: &str) -> String {
    let parts = text.split_once(": ").and_then(|(_, rest)| rest.split_once(", expected "));
    let Some((found, wanted)) = parts else { return format!("取值不对：{text}") };
    let kinds = [
        (["integer", "floating point"], "数"),
        (["string", "str"], "带引号的文字"),
        (["boolean", "bool"], "true 或 false"),
        (["sequence", "array"], "数组 […]"),
        (["map", "struct"], "对象 {…}"),
        (["null", "unit"], "null"),
    ];
    let kind = |text: &str, is: &dyn Fn(&str, &str) -> bool| {
        let kind = kinds.iter().find(|(names, _)| names.iter().any(|name| is(text, name)));
        kind.map(|(_, words)| *words)
    };
    let found = kind(found, &|text, name| text.starts_with(name)).unwrap_or("别的内容");
    let is_number = wanted.strip_prefix(['u', 'i']).is_some_and(|rest| rest.parse::<u8>().is_ok());
    let wanted = match is_number {
        true => "范围以内的整数",
        false => kind(wanted, &|text, name| text.split(' ').any(|word| word == name))
            .unwrap_or("别的类型"),
    };
    format!("取值的类型不对：应当是{wanted}，这里是{found}")
}

/// What the JSON reader says of a text that is no JSON.
fn syntax_words(text: &str) -> &str {
    let known = [
        ("EOF while parsing", "没有写完，缺少结尾的引号或括号"),
        ("expected `:`", "这里应当是冒号"),
        ("expected `,` or `}`", "这里应当是逗号或 }"),
        ("expected `,` or `]`", "这里应当是逗号或 ]"),
        ("expected value", "这里应当是一个值"),
        ("expected ident", "这里应当是 true、false 或 null"),
        ("key must be a string", "字段名应当用英文双引号括起来"),
        ("trailing comma", "最后一项后面多了逗号"),
        ("trailing characters", "结尾之后还有多余的文字"),
        ("control character", "引号之间有换行或控制字符"),
        ("invalid escape", "反斜杠之后的写法不对"),
        ("invalid number", "数的写法不对"),
        ("number out of range", "数太大"),
        ("recursion limit exceeded", "括号套得太深"),
    ];
    let words = known.iter().find(|(beginning, _)| text.starts_with(beginning));
    words.map_or(text, |(_, words)| words)
}
