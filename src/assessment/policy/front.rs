//! Front matter of a notice: TOML between `+++` lines, with the words of the
//! field as (quoted) keys.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::clause::ClausePath;
use super::text::clip;
use crate::diagnostic::{Diagnostics, Place, syntax};
use crate::time::Date;

/// What a notice says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// 标题
    pub title: String,
    /// 命名空间: the abbreviation that clause names begin with.
    pub namespace: String,
    /// 发文机关
    pub issuer: String,
    /// 文号, where it is known.
    pub number: Option<String>,
    /// 成文日期
    pub written: Option<Date>,
    /// 发布日期
    pub published: Option<Date>,
    /// 施行日: the first day it is in force, where it says so.
    pub in_force_from: Option<Date>,
    /// 失效日: the day from which it no longer is, where that is known.
    pub in_force_until: Option<Date>,
    /// 效力
    pub standing: Standing,
    /// 替代: the files of the notices that it replaces, from the project's root.
    pub replaces: Vec<AtLine<String>>,
    /// 适用年度: the learning years that the notice was written for.
    pub applies_to: Vec<u16>,
    /// 沿用: earlier years that the office decided to judge by this text.
    pub carried_over: Vec<u16>,
    /// The line of the file on which each of these years stands.
    pub year_lines: BTreeMap<u16, u32>,
    /// 附于: the file name of the notice that this one is attached to.
    pub attached_to: Option<String>,
    /// 附件: file names of the notices attached to this one.
    pub attachments: Vec<String>,
    /// 开头残缺: the first clause, whose beginning is lost.
    pub lost_beginning: Option<String>,
    /// 结语: the words with which the unnumbered end begins.
    pub closing: Option<String>,
    /// 有规则: the clauses that must have a rule.
    pub ruled: Vec<AtLine<ClausePath>>,
    /// 核对: the digest of the text that was signed off.
    pub signed_off: Option<AtLine<String>>,
}

impl Front {
    /// The years that it is for: those it was written for, and those it is carried
    /// over to.
    pub fn years(&self) -> impl Iterator<Item = u16> {
        self.applies_to.iter().chain(&self.carried_over).copied()
    }
}

/// A value, and the line of the file on which it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtLine<T> {
    /// The value.
    pub value: T,
    /// The line, from 1.
    pub line: u32,
}

/// Whether a notice is in force, 效力.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Standing {
    /// In force.
    #[serde(rename = "有效")]
    InForce,
    /// Its time is over.
    #[serde(rename = "失效")]
    Lapsed,
    /// Withdrawn by another document.
    #[serde(rename = "废止")]
    Repealed,
}

impl Standing {
    /// The word in the front matter and on the page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InForce => "有效",
            Self::Lapsed => "失效",
            Self::Repealed => "废止",
        }
    }
}

/// Characters of a title and of a namespace at most: they are repeated in messages.
const MAX_TITLE: usize = 200;
/// Years of 适用年度 and of 沿用 at most: each is a policy of its own.
const MAX_YEARS: usize = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(rename = "标题")]
    title: Spanned<String>,
    #[serde(rename = "命名空间")]
    namespace: Spanned<String>,
    #[serde(rename = "发文机关")]
    issuer: String,
    #[serde(rename = "文号")]
    number: Option<String>,
    #[serde(rename = "成文日期")]
    written: Option<Spanned<toml::value::Datetime>>,
    #[serde(rename = "发布日期")]
    published: Option<Spanned<toml::value::Datetime>>,
    #[serde(rename = "施行日")]
    in_force_from: Option<Spanned<toml::value::Datetime>>,
    #[serde(rename = "失效日")]
    in_force_until: Option<Spanned<toml::value::Datetime>>,
    #[serde(rename = "效力")]
    standing: Standing,
    #[serde(rename = "替代", default)]
    replaces: Vec<Spanned<String>>,
    #[serde(rename = "适用年度", default)]
    applies_to: Vec<Spanned<u16>>,
    #[serde(rename = "沿用", default)]
    carried_over: Vec<Spanned<u16>>,
    #[serde(rename = "附于")]
    attached_to: Option<String>,
    #[serde(rename = "附件", default)]
    attachments: Vec<String>,
    #[serde(rename = "开头残缺")]
    lost_beginning: Option<String>,
    #[serde(rename = "结语")]
    closing: Option<String>,
    #[serde(rename = "有规则", default)]
    ruled: Vec<Spanned<String>>,
    #[serde(rename = "核对")]
    signed_off: Option<Spanned<String>>,
}

/// The offset at which a `+++` front matter's TOML ends and the body begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Where the TOML begins.
    pub toml: usize,
    /// Where it ends.
    pub toml_end: usize,
    /// Where the body begins.
    pub body: usize,
}

impl Split {
    /// Lines of the file before the body.
    pub fn lines_before(self, text: &str) -> u32 {
        u32::try_from(text[..self.body].matches('\n').count()).unwrap_or(u32::MAX)
    }

    /// Finds the two `+++` lines; the first must be the file's first line.
    pub fn find(text: &str) -> Option<Self> {
        let toml = text.find('\n').filter(|end| text[..*end].trim_end() == "+++")? + 1;
        let mut at = toml;
        for line in text[toml..].split_inclusive('\n') {
            if line.trim_end() == "+++" {
                return Some(Self { toml, toml_end: at, body: at + line.len() });
            }
            at += line.len();
        }
        None
    }
}

/// Reads the front matter of the file `text`; problems go to `problems`.
pub fn parse(path: &str, text: &str, split: Split, problems: &mut Diagnostics) -> Option<Front> {
    let source = &text[split.toml..split.toml_end];
    let shape: Shape = match toml::from_str(source) {
        Ok(shape) => shape,
        Err(error) => {
            toml_problem(path, text, split.toml, &error, problems);
            return None;
        }
    };
    let mut reader = Reader { path, text, base: split.toml, problems };
    let written = shape.written.and_then(|date| reader.date(&date));
    let published = shape.published.and_then(|date| reader.date(&date));
    let in_force_from = shape.in_force_from.and_then(|date| reader.date(&date));
    let until = shape.in_force_until;
    let in_force_until = until.as_ref().and_then(|date| reader.date(date));
    if let (Some(from), Some(until), Some(at)) = (in_force_from, in_force_until, &until)
        && until <= from
    {
        let message = format!("失效日 {until} 不晚于施行日 {from}");
        reader.problems.error(reader.place(at), message, "核对原文，改正其中一个日期");
    }
    // Of a year in both lists, that of 适用年度.
    let years = shape.carried_over.iter().chain(&shape.applies_to);
    let year_lines = years.map(|it| (*it.get_ref(), reader.place(it).line.unwrap_or(1))).collect();
    Some(Front {
        title: reader.words(shape.title, "标题"),
        namespace: reader.words(shape.namespace, "命名空间"),
        issuer: shape.issuer,
        number: shape.number,
        written,
        published,
        in_force_from,
        in_force_until,
        standing: shape.standing,
        replaces: shape.replaces.iter().map(|name| reader.file(name)).collect(),
        applies_to: reader.years(shape.applies_to),
        carried_over: reader.years(shape.carried_over),
        year_lines,
        attached_to: shape.attached_to,
        attachments: shape.attachments,
        lost_beginning: shape.lost_beginning,
        closing: shape.closing,
        ruled: shape.ruled.into_iter().filter_map(|path| reader.clause(&path)).collect(),
        signed_off: shape.signed_off.map(|hash| {
            let line = reader.place(&hash).line.unwrap_or(1);
            AtLine { value: hash.into_inner(), line }
        }),
    })
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    base: usize,
    problems: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        let place = Place::offset(self.path, self.text, self.base + spanned.span().start);
        Place { column: None, ..place }
    }

    fn words(&mut self, value: Spanned<String>, key: &str) -> String {
        let is_long = value.get_ref().chars().count() > MAX_TITLE;
        if value.get_ref().trim().is_empty() || value.get_ref().contains('/') || is_long {
            self.problems.error(
                self.place(&value),
                format!("“{key}”为空、含有“/”或者超过 {MAX_TITLE} 字"),
                format!("写明“{key}”，不要用“/”"),
            );
        }
        value.into_inner()
    }

    fn clause(&mut self, text: &Spanned<String>) -> Option<AtLine<ClausePath>> {
        let place = self.place(text);
        if let Some((value, "")) = ClausePath::parse_prefix(text.get_ref().trim()) {
            return Some(AtLine { value, line: place.line.unwrap_or(1) });
        }
        let message = format!("不是条款号：{}", clip(text.get_ref(), 40));
        self.problems.error(place, message, "写成 \"三(五)\"，不带命名空间");
        None
    }

    /// A notice's file: a name in the same folder, or a path below `content/notices/`.
    fn file(&mut self, name: &Spanned<String>) -> AtLine<String> {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = if name.get_ref().contains('/') { "content/notices" } else { folder };
        let line = self.place(name).line.unwrap_or(1);
        AtLine { value: format!("{folder}/{}", name.get_ref()), line }
    }

    fn date(&mut self, value: &Spanned<toml::value::Datetime>) -> Option<Date> {
        let datetime = value.get_ref();
        let date = match (datetime.date, datetime.time) {
            (Some(date), None) => Date::new(date.year, date.month, date.day).ok(),
            _ => None,
        };
        if date.is_none() {
            self.problems.error(
                self.place(value),
                format!("不是日期：{datetime}"),
                "写成不带引号的 2022-01-17",
            );
        }
        date
    }

    fn years(&mut self, values: Vec<Spanned<u16>>) -> Vec<u16> {
        let mut years = Vec::new();
        if let Some(value) = values.get(MAX_YEARS) {
            let message = format!("列了 {} 个年度，上限 {MAX_YEARS}", values.len());
            self.problems.error(self.place(value), message, "每份通知只列它适用的年度");
            return years;
        }
        for value in values {
            if (2000..=2200).contains(value.get_ref()) {
                years.push(*value.get_ref());
            } else {
                self.problems.error(
                    self.place(&value),
                    format!("年度超出范围：{}", value.get_ref()),
                    "写成 2000 至 2200 之间的年份",
                );
            }
        }
        years.sort_unstable();
        years.dedup();
        years
    }
}

/// Tells a TOML error at its place in the file.
pub(crate) fn toml_problem(
    path: &str,
    text: &str,
    base: usize,
    error: &toml::de::Error,
    problems: &mut Diagnostics,
) {
    let place = match error.span() {
        Some(span) => Place::offset(path, text, base + span.start),
        None => Place::file(path),
    };
    let (message, hint) = syntax::toml(error);
    problems.error(place, message, hint);
}
