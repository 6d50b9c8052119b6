//! Reads one learner's JSON, telling all its problems.

use super::json::{Document as Json, Text};
use super::shape;
use super::{
    Amount, Approval, Document, DocumentKind, DocumentNumber, Learning, MAX_BYTES, MAX_ELEMENTS,
    Name, PersonId, Post, Record, Role, RoleHeld, identity,
};
use crate::assessment::hours::Hours;
use crate::assessment::policy::vocabulary::{Fact, Value, Vocabulary};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::{Date, DateError};

/// Bytes of a unit's name at most, in UTF-8.
const MAX_UNIT_BYTES: usize = 300;

/// Reads the JSON of one learner, which begins on `first_line` of the file
/// `path`; `None` if anything in it is wrong.
pub fn parse(
    path: &str,
    first_line: u32,
    text: &str,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) -> Option<Record> {
    if text.len() > MAX_BYTES {
        problems.error(
            Place::line(path, first_line),
            format!("学习档案过大：{} 字节，上限 {MAX_BYTES}", text.len()),
            "一人一份；证明材料只写编号和摘要",
        );
        return None;
    }
    let mut reader =
        Reader { json: Json { path, first_line, text }, vocabulary, problems: Diagnostics::new() };
    let record = reader.record();
    let found = reader.problems;
    let is_sound = !found.has_errors();
    problems.append(found);
    record.filter(|_| is_sound)
}

struct Reader<'a> {
    json: Json<'a>,
    vocabulary: &'a Vocabulary,
    problems: Diagnostics,
}

impl<'a> Reader<'a> {
    fn record(&mut self) -> Option<Record> {
        let learner: shape::Learner<'a> = self.json.read(self.json.text, &mut self.problems)?;
        self.wanted_schema(&learner.schema);
        let person = self.person(&learner.person_id);
        let name = self.name(&learner);
        let document = self.document(&learner);
        let posts = self.posts(&learner);
        let roles = learner.roles.is_some().then(|| self.roles(&learner));
        self.unused(&learner);
        let learnings = self.learnings(&learner);
        Some(Record { person: person?, name: name?, document, posts, roles, learnings })
    }

    fn error(&mut self, text: &Text<'a>, message: String, hint: impl Into<String>) {
        self.problems.error(self.json.place(text.raw), message, hint);
    }

    fn wanted_schema(&mut self, schema: &Text<'a>) {
        if schema.value != "learner/1" {
            self.error(
                schema,
                format!("格式版本不是 learner/1：“{}”", schema.value),
                "写成 learner/1",
            );
        }
    }

    fn person(&mut self, text: &Text<'a>) -> Option<PersonId> {
        let person = PersonId::new(&text.value);
        if person.is_none() {
            self.error(
                text,
                format!("内部编号不合格式：“{}”", text.value),
                "用 1 至 64 个字母、数字、- 或 _",
            );
        }
        person
    }

    fn date(&mut self, text: &Text<'a>) -> Option<Date> {
        match text.value.parse() {
            Ok(date) => Some(date),
            Err(error) => {
                let (message, hint) = match error {
                    DateError::Form => ("日期不是 年-月-日 的写法", "写成 2022-02-28"),
                    DateError::NoSuchDay => ("日历上没有这一天", "核对日期"),
                };
                self.error(text, format!("{message}：{}", text.value), hint);
                None
            }
        }
    }

    fn optional_date(&mut self, text: Option<&Text<'a>>) -> Option<Date> {
        text.and_then(|text| self.date(text))
    }

    fn hours(&mut self, text: &Text<'a>) -> Option<Hours> {
        match text.value.parse::<Hours>() {
            Ok(hours) => Some(hours),
            Err(error) => {
                self.error(
                    text,
                    error.words(&text.value),
                    "写成带引号的数字，如 \"30\" 或 \"12.5\"",
                );
                None
            }
        }
    }

    fn name(&mut self, learner: &shape::Learner<'a>) -> Option<Name> {
        let names: Vec<(_, shape::NameShape<'a>)> =
            self.json.list(learner.name, &mut self.problems);
        let mut latest: Option<(Option<Date>, Name)> = None;
        let is_empty = names.is_empty();
        for (_, shape) in names {
            let (from, _) = self.span(shape.from.as_ref(), shape.to.as_ref());
            self.optional_date(shape.recorded.as_ref());
            match Name::new(&shape.value.value) {
                Ok(name) => {
                    if latest.as_ref().is_none_or(|(other, _)| *other <= from) {
                        latest = Some((from, name));
                    }
                }
                Err(error) => {
                    let (message, hint) = error.words();
                    self.error(&shape.value, message, hint);
                }
            }
        }
        if is_empty && !self.problems.has_errors() {
            self.problems.error(self.json.start(), "没有姓名", "写成 \"name\":[{\"value\":\"…\"}]");
        }
        latest.map(|(_, name)| name)
    }

    fn document(&mut self, learner: &shape::Learner<'a>) -> Option<Document> {
        let raw = learner.id_doc?;
        let shape: shape::IdDocument<'a> = self.json.read_raw(raw, &mut self.problems)?;
        let Some(kind) = DocumentKind::from_label(&shape.kind.value) else {
            let message = format!("不认识的证件类型“{}”", shape.kind.value);
            self.error(&shape.kind, message, format!("可写：{}", DocumentKind::labels()));
            return None;
        };
        let number = shape.number.value.as_ref();
        let is_bad = kind == DocumentKind::ResidentCard && !identity::is_resident_number(number);
        if is_bad || number.is_empty() || number.len() > 64 {
            self.error(
                &shape.number,
                "证件号码的位数或校验码不对（号码不在此显示）".to_owned(),
                "对照证件原件重新录入；末位字母 X 用大写",
            );
            return None;
        }
        let number_text = DocumentNumber(number.to_owned());
        Some(Document { kind, tail: identity::tail(number), number: number_text })
    }

    fn posts(&mut self, learner: &shape::Learner<'a>) -> Vec<Post> {
        let shapes: Vec<(_, shape::Post<'a>)> = self.json.list(learner.posts, &mut self.problems);
        let mut posts = Vec::new();
        for (_, post) in shapes {
            let shape::Post { unit, from, to, recorded, .. } = post;
            let (from, to) = self.span(from.as_ref(), to.as_ref());
            self.optional_date(recorded.as_ref());
            let name = unit.value.trim();
            if name.is_empty() || name.len() > MAX_UNIT_BYTES || name.chars().any(char::is_control)
            {
                let message = "单位名称为空、过长或含控制字符".to_owned();
                self.error(&unit, message, "写明单位全称，100 字以内");
            } else {
                posts.push(Post { unit: name.to_owned(), from, to });
            }
        }
        posts
    }

    fn span(
        &mut self,
        from: Option<&Text<'a>>,
        to: Option<&Text<'a>>,
    ) -> (Option<Date>, Option<Date>) {
        let dates = (self.optional_date(from), self.optional_date(to));
        if let ((Some(first), Some(last)), Some(text)) = (dates, to)
            && last < first
        {
            self.error(text, format!("止于 {last}，早于开始 {first}"), "核对起止日期");
        }
        dates
    }

    fn roles(&mut self, learner: &shape::Learner<'a>) -> Vec<RoleHeld> {
        let roles: Vec<(_, shape::Role<'a>)> = self.json.list(learner.roles, &mut self.problems);
        let mut held = Vec::new();
        for (_, role) in roles {
            let (from, to) = self.span(role.from.as_ref(), role.to.as_ref());
            self.optional_date(role.recorded.as_ref());
            let role = match role.role {
                shape::RoleWord::SubjectTeacher => Role::SubjectTeacher,
                shape::RoleWord::SkilledWorker => Role::SkilledWorker,
            };
            held.push(RoleHeld { role, from, to });
        }
        held
    }

    /// Facts that no annual rule asks about: held to the schema all the same.
    fn unused(&mut self, learner: &shape::Learner<'a>) {
        let birth = learner.birth_date;
        if let Some(shape::BirthDate { value, precision, evidence: _ }) =
            birth.and_then(|raw| self.json.read_raw(raw, &mut self.problems))
        {
            match precision {
                shape::Precision::Day => drop(self.date(&value)),
                shape::Precision::Month | shape::Precision::Year => {
                    self.partial_date(&value, precision);
                }
            }
        }
        let _: Option<shape::Sex> =
            learner.sex.and_then(|raw| self.json.read_raw(raw, &mut self.problems));
        for (_, transfer) in
            self.json.list::<shape::Transfer<'a>>(learner.transfers, &mut self.problems)
        {
            self.date(&transfer.on);
        }
        for (_, title) in self.json.list::<shape::Title<'a>>(learner.titles, &mut self.problems) {
            self.date(&title.on);
        }
        for (_, education) in
            self.json.list::<shape::Education<'a>>(learner.education, &mut self.problems)
        {
            self.date(&education.on);
        }
        for (_, service) in
            self.json.list::<shape::Frontline<'a>>(learner.frontline, &mut self.problems)
        {
            self.span(Some(&service.from), service.to.as_ref());
        }
        for (_, application) in
            self.json.list::<shape::Application<'a>>(learner.applications, &mut self.problems)
        {
            self.date(&application.on);
        }
        for (_, evidence) in
            self.json.list::<shape::Evidence<'a>>(learner.evidence, &mut self.problems)
        {
            self.optional_date(evidence.on.as_ref());
        }
        for raw in [learner.merges, learner.corrections] {
            for (_, amendment) in self.json.list::<shape::Amendment<'a>>(raw, &mut self.problems) {
                self.date(&amendment.on);
            }
        }
    }

    /// `1972` or `1972-02`, as its precision says.
    fn partial_date(&mut self, text: &Text<'a>, precision: shape::Precision) {
        let whole = match precision {
            shape::Precision::Year => format!("{}-01-01", text.value),
            shape::Precision::Month | shape::Precision::Day => format!("{}-01", text.value),
        };
        if whole.parse::<Date>().is_err() {
            self.error(
                text,
                format!("日期与精度不符：{}", text.value),
                "年写 1972，年月写 1972-02",
            );
        }
    }

    fn learnings(&mut self, learner: &shape::Learner<'a>) -> Vec<Learning> {
        let mut learnings = Vec::new();
        let trainings: Vec<(_, shape::Training<'a>)> =
            self.json.list(learner.trainings, &mut self.problems);
        let conversions: Vec<(_, shape::Conversion<'a>)> =
            self.json.list(learner.conversions, &mut self.problems);
        let exams: Vec<(_, shape::Exam<'a>)> = self.json.list(learner.exams, &mut self.problems);
        if trainings.len() + conversions.len() + exams.len() > MAX_ELEMENTS {
            self.problems.error(
                self.json.start(),
                format!("学习记录超过 {MAX_ELEMENTS} 条"),
                "核对是否重复导入",
            );
            return learnings;
        }
        let mut ids: Vec<Text<'a>> = Vec::new();
        for (_, training) in trainings {
            ids.push(training.id.clone());
            learnings.extend(self.training(training));
        }
        for (_, conversion) in conversions {
            ids.push(conversion.id.clone());
            learnings.extend(self.conversion(conversion));
        }
        for (_, exam) in exams {
            ids.push(exam.id.clone());
            learnings.extend(self.exam(&exam));
        }
        ids.sort_by(|one, other| one.value.cmp(&other.value));
        for pair in ids.windows(2).filter(|pair| pair[0].value == pair[1].value) {
            let message = format!("学习记录编号重复：{}", pair[1].value);
            self.error(&pair[1], message, "同一学习记录只录入一次，编号各不相同");
        }
        learnings
    }

    fn training(&mut self, training: shape::Training<'a>) -> Option<Learning> {
        let kind = self.word(Fact::TrainingKind, &training.category);
        let claimed = self.claimed(training.subject.as_ref());
        let completed = self.date(&training.completed_on);
        let stated = self.hours(&training.hours);
        let hours = match &training.credited {
            Some(credited) => self.hours(credited),
            None => stated,
        };
        for session in training.sessions.iter().flatten() {
            self.date(&session.on);
            if let Some(hours) = &session.hours {
                self.hours(hours);
            }
        }
        Some(Learning {
            id: training.id.value.into_owned(),
            approval: self.approval(training.approval.as_ref(), Approval::Unknown)?,
            kind: kind?,
            claimed,
            completed: completed?,
            amount: Amount::Hours(hours?),
            exam_place: None,
        })
    }

    fn conversion(&mut self, conversion: shape::Conversion<'a>) -> Option<Learning> {
        let kind = self.word(Fact::TrainingKind, &conversion.category);
        let claimed = self.claimed(conversion.subject.as_ref());
        let completed = self.date(&conversion.completed_on);
        let shape::Certificate { number: _, hours, days } = conversion.certificate;
        let amount = match (hours, days) {
            (Some(hours), _) => self.hours(&hours).map(Amount::Hours),
            (None, Some(days)) => self.days(&days).map(Amount::Days),
            (None, None) => Some(Amount::Unstated),
        };
        Some(Learning {
            id: conversion.id.value.into_owned(),
            approval: self.approval(conversion.approval.as_ref(), Approval::Unknown)?,
            kind: kind?,
            claimed,
            completed: completed?,
            amount: amount?,
            exam_place: None,
        })
    }

    fn days(&mut self, text: &Text<'a>) -> Option<u32> {
        let days = text.value.parse().ok().filter(|days| (1..=366).contains(days));
        if days.is_none() {
            self.error(
                text,
                format!("天数不在 1 至 366 之间：“{}”", text.value),
                "写成带引号的整数",
            );
        }
        days
    }

    fn exam(&mut self, exam: &shape::Exam<'a>) -> Option<Learning> {
        self.optional_date(exam.on.as_ref());
        let completed = self.date(&exam.certified_on);
        let kind = self.vocabulary.keyed(Fact::TrainingKind, "exam-passed");
        let place = exam.place.as_ref().and_then(|place| self.region(place));
        Some(Learning {
            id: exam.id.value.clone().into_owned(),
            approval: self.approval(exam.approval.as_ref(), Approval::NotNeeded)?,
            kind: kind?,
            claimed: None,
            completed: completed?,
            amount: Amount::Unstated,
            exam_place: place,
        })
    }

    fn word(&mut self, fact: Fact, text: &Text<'a>) -> Option<Value> {
        let value = self.vocabulary.labelled(fact, &text.value);
        if value.is_none() {
            let allowed = self.vocabulary.allowed(fact.shape(), self.vocabulary.words(fact));
            let label = self.vocabulary.fact_label(fact);
            let message = format!("“{label}”没有取值“{}”", text.value);
            self.error(text, message, format!("可写：{allowed}"));
        }
        value
    }

    fn claimed(&mut self, text: Option<&Text<'a>>) -> Option<Value> {
        let text = text?;
        let shape = Fact::Category.shape();
        let value = self.vocabulary.read_value(shape, &[], &text.value);
        if value.is_none() {
            let allowed = self.vocabulary.allowed(shape, &[]);
            self.error(text, format!("没有科目“{}”", text.value), format!("可写：{allowed}"));
        }
        value
    }

    fn region(&mut self, text: &Text<'a>) -> Option<String> {
        let code = text.value.as_ref();
        let is_code = matches!(code.len(), 2 | 4 | 6) && code.bytes().all(|it| it.is_ascii_digit());
        if !is_code {
            self.error(text, format!("不是行政区划代码：“{code}”"), "写成 2、4 或 6 位数字");
        }
        is_code.then(|| code.to_owned())
    }

    fn approval(
        &mut self,
        approval: Option<&shape::Approval<'a>>,
        absent: Approval,
    ) -> Option<Approval> {
        let Some(shape::Approval { status, by, on, region }) = approval else {
            return Some(absent);
        };
        let status = self.word(Fact::ApprovalStatus, status);
        let region = region.as_ref().or(by.as_ref()).and_then(|code| self.region(code));
        let on = self.optional_date(on.as_ref());
        Some(Approval::Stated { status: status?, region, on })
    }
}
