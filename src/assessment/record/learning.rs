//! Reads what was learned: trainings, certificates to convert, examinations.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::read::Reader;
use super::shape;
use super::{Amount, Approval, Attendance, ClassId, Learning, Listed, MAX_ELEMENTS, Source};
use crate::assessment::json::Text;
use crate::assessment::policy::vocabulary::{Fact, Shape, Value};
use crate::diagnostic::Place;
use crate::time::Date;

/// What tells one learning from another beside its number, as the file has it.
type Likeness<'a> = Vec<Option<Cow<'a, str>>>;

/// Learnings that are alike in everything but their numbers.
#[derive(Default)]
struct Twins<'a> {
    seen: BTreeMap<Likeness<'a>, Text<'a>>,
    found: Vec<(Text<'a>, Text<'a>)>,
}

impl<'a> Twins<'a> {
    fn add(&mut self, id: &Text<'a>, likeness: Likeness<'a>) {
        match self.seen.entry(likeness) {
            Entry::Vacant(seen) => {
                seen.insert(id.clone());
            }
            // The same number twice is an error of its own.
            Entry::Occupied(seen) if seen.get().value == id.value => {}
            Entry::Occupied(seen) => self.found.push((seen.get().clone(), id.clone())),
        }
    }
}

fn like<'a>(texts: &[Option<&Text<'a>>], others: &[&Option<String>]) -> Likeness<'a> {
    let texts = texts.iter().map(|text| text.map(|text| text.value.clone()));
    texts.chain(others.iter().map(|other| (*other).clone().map(Cow::Owned))).collect()
}

fn of_training<'a>(training: &shape::Training<'a>) -> Likeness<'a> {
    let shape::Training { category, class_id, completed_on, hours, evidence, .. } = training;
    let mut texts = vec![Some(category), class_id.as_ref(), Some(completed_on), Some(hours)];
    texts.extend(evidence.iter().flatten().map(Some));
    like(&texts, &[&training.provider, &training.base])
}

fn of_conversion<'a>(conversion: &shape::Conversion<'a>) -> Likeness<'a> {
    let shape::Conversion { category, completed_on, certificate, evidence, .. } = conversion;
    let shape::Certificate { number, hours, days } = certificate;
    let mut texts = vec![Some(category), Some(completed_on), hours.as_ref(), days.as_ref()];
    texts.extend(evidence.iter().flatten().map(Some));
    like(&texts, &[&conversion.provider, number])
}

fn of_exam<'a>(exam: &shape::Exam<'a>) -> Likeness<'a> {
    let shape::Exam { place, certified_on, evidence, .. } = exam;
    let mut texts = vec![place.as_ref(), Some(certified_on)];
    texts.extend(evidence.iter().flatten().map(Some));
    like(&texts, &[&Some(exam.name.clone()), &exam.certificate])
}

impl<'a> Reader<'a> {
    /// What was learned, and the classes that it was learned in.
    pub(super) fn learnings(
        &mut self,
        learner: &shape::Learner<'a>,
    ) -> (Vec<Learning>, Vec<Attendance>) {
        let (mut learnings, mut attended) = (Vec::new(), Vec::new());
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
            return (learnings, attended);
        }
        let mut ids: Vec<Text<'a>> = Vec::new();
        let mut twins = Twins::default();
        for (_, training) in trainings {
            ids.push(training.id.clone());
            twins.add(&training.id, of_training(&training));
            let class = training.class_id.as_ref().and_then(|class| self.class(class));
            let Some(training) = self.training(training) else { continue };
            let learning = learnings.len();
            attended.extend(class.map(|(class, place)| Attendance { learning, class, place }));
            learnings.push(training);
        }
        for (_, conversion) in conversions {
            ids.push(conversion.id.clone());
            twins.add(&conversion.id, of_conversion(&conversion));
            learnings.extend(self.conversion(conversion));
        }
        for (_, exam) in exams {
            ids.push(exam.id.clone());
            twins.add(&exam.id, of_exam(&exam));
            learnings.extend(self.exam(&exam));
        }
        ids.sort_by(|one, other| one.value.cmp(&other.value));
        for pair in ids.windows(2).filter(|pair| pair[0].value == pair[1].value) {
            let message = format!("学习记录编号重复：{}", pair[1].value);
            self.error(&pair[1], message, "同一学习记录只录入一次，编号各不相同");
        }
        for (first, second) in twins.found {
            self.problems.warning(
                self.json.place(second.raw),
                format!("学习记录 {} 和 {} 除编号外完全相同", first.value, second.value),
                "核对是否录入了两次；确是两次的，写明各自的证明材料",
            );
        }
        (learnings, attended)
    }

    fn class(&mut self, text: &Text<'a>) -> Option<(ClassId, Place)> {
        let class = ClassId::new(&text.value);
        if class.is_none() {
            self.error(text, format!("班次编号不合格式：“{}”", text.value), ClassId::HINT);
        }
        Some((class?, self.json.place(text.raw)))
    }

    fn training(&mut self, training: shape::Training<'a>) -> Option<Learning> {
        let kind = self.kind(&training.category, "trainings");
        let claimed = self.claimed(training.subject.as_ref());
        let completed = self.date(&training.completed_on);
        let year = self.year(training.year, &training.id);
        let stated = self.hours(&training.hours);
        let hours = match &training.credited {
            Some(credited) => self.hours(credited),
            None => stated,
        };
        let unit = self.vocabulary.unit();
        if let Some(other) = training.unit.as_ref().filter(|stated| stated.value != unit) {
            let message = format!("单位不是{unit}：“{}”", other.value);
            self.error(other, message, format!("由核定机关换算成{unit}后再写"));
        }
        for session in training.sessions.iter().flatten() {
            self.date(&session.on);
            if let Some(hours) = &session.hours {
                self.hours(hours);
            }
        }
        Some(Learning {
            id: training.id.value.into_owned(),
            source: Source::Training,
            approval: self.approval(training.approval.as_ref(), completed, Approval::Unknown)?,
            kind: kind?,
            claimed,
            year,
            completed: completed?,
            amount: Amount::Hours(hours?),
            exam_place: None,
            proof: self.proof(training.evidence.as_deref()),
            listed: Listed::Yes,
        })
    }

    fn conversion(&mut self, conversion: shape::Conversion<'a>) -> Option<Learning> {
        let kind = self.kind(&conversion.category, "conversions");
        let claimed = self.claimed(conversion.subject.as_ref());
        let completed = self.date(&conversion.completed_on);
        let year = self.year(conversion.year, &conversion.id);
        let shape::Certificate { number: _, hours, days } = conversion.certificate;
        let amount = match (hours, days) {
            (Some(hours), _) => self.hours(&hours).map(Amount::Hours),
            (None, Some(days)) => self.days(&days).map(Amount::Days),
            (None, None) => Some(Amount::Unstated),
        };
        Some(Learning {
            id: conversion.id.value.into_owned(),
            source: Source::Certificate,
            approval: self.approval(conversion.approval.as_ref(), completed, Approval::Unknown)?,
            kind: kind?,
            claimed,
            year,
            completed: completed?,
            amount: amount?,
            exam_place: None,
            proof: self.proof(conversion.evidence.as_deref()),
            listed: Listed::Yes,
        })
    }

    /// What kind of learning something is that is no examination: of those the list of
    /// examinations alone holds the place and the day of the certificate.
    fn kind(&mut self, text: &Text<'a>, list: &str) -> Option<Value> {
        let kind = self.word(Fact::TrainingKind, text);
        let exam = self.vocabulary.keyed(Fact::TrainingKind, "exam-passed");
        if kind.is_some() && kind == exam {
            let message = format!("“{}”不能写在 {list} 中", text.value);
            self.error(text, message, "移到 exams，写明考试名称、考试地和取证日");
        }
        kind
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

    /// The learning year that a learning states.
    fn year(&mut self, year: Option<u16>, learning: &Text<'a>) -> Option<u16> {
        let is_year = year.is_none_or(|year| (2000..=2200).contains(&year));
        if !is_year {
            let message = format!("年度超出范围：{}", year.unwrap_or_default());
            self.error(learning, message, "写成 2000 至 2200 之间的年份");
        }
        year.filter(|_| is_year)
    }

    fn exam(&mut self, exam: &shape::Exam<'a>) -> Option<Learning> {
        self.optional_date(exam.on.as_ref());
        let completed = self.date(&exam.certified_on);
        let year = self.year(exam.year, &exam.id);
        let kind = self.vocabulary.keyed(Fact::TrainingKind, "exam-passed");
        let place = exam.place.as_ref().and_then(|place| self.region(place));
        Some(Learning {
            id: exam.id.value.clone().into_owned(),
            source: Source::Exam,
            approval: self.approval(exam.approval.as_ref(), completed, Approval::NotNeeded)?,
            kind: kind?,
            claimed: None,
            year,
            completed: completed?,
            amount: Amount::Unstated,
            exam_place: place,
            proof: self.proof(exam.evidence.as_deref()),
            listed: self.listed(&exam.name),
        })
    }

    /// Whether an examination stands on the office's list of those that count, if it
    /// keeps one.
    fn listed(&self, name: &str) -> Listed {
        match self.vocabulary.qualifications() {
            Some(list) if !list.iter().any(|it| it == name.trim()) => Listed::No,
            Some(_) | None => Listed::Yes,
        }
    }

    pub(super) fn word(&mut self, fact: Fact, text: &Text<'a>) -> Option<Value> {
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
        let shape = Shape::Learned;
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
        completed: Option<Date>,
        absent: Approval,
    ) -> Option<Approval> {
        let Some(shape::Approval { status, by, on, region }) = approval else {
            return Some(absent);
        };
        let status = self.word(Fact::ApprovalStatus, status);
        let region = region.as_ref().or(by.as_ref()).and_then(|code| self.region(code));
        let day = self.optional_date(on.as_ref());
        if let (Some(text), Some(day), Some(completed)) = (on, day, completed)
            && day < completed
        {
            self.problems.warning(
                self.json.place(text.raw),
                format!("核定日 {day} 早于完成日 {completed}"),
                "核对这两个日期",
            );
        }
        let on = day;
        Some(Approval::Stated { status: status?, region, on })
    }
}
