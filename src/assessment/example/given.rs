//! What a row of an example gives: facts, and a record of what was learned.

use super::hours::learned;
use super::{Run, Wrong};
use crate::assessment::application::derive;
use crate::assessment::engine::Facts;
use crate::assessment::policy::text::clip;
use crate::assessment::policy::vocabulary::{Answer, DateRange, Fact, Value, Vocabulary};
use crate::assessment::record::{
    Amount, Approval, Learning, Listed, Name, Person, PersonId, Proof, Record, Role, RoleHeld,
    Source, Standing,
};
use crate::time::Date;

/// A fact that an example says is missing.
const MISSING: &str = "不明";

/// The region code of a place that is not of any region.
const OUTSIDE: &str = "00";

impl Run<'_> {
    /// The facts and the record of the row, with the vocabulary's values for
    /// what the row does not name.
    pub(super) fn given(&self) -> Result<(Facts, Record), Wrong> {
        let vocabulary = &self.policy.vocabulary;
        let mut facts = Facts::none();
        for fact in Fact::ALL {
            facts.set(fact, vocabulary.example(fact));
        }
        facts.set(Fact::ApplicationYear, Some(Value::Number(i32::from(self.policy.year))));
        let mut record = empty_record();
        for (label, cell) in self.example.given.iter().zip(&self.row.given) {
            if cell.is_empty() {
                continue;
            }
            match label.as_str() {
                label if label == vocabulary.unit() => {
                    record.settled = learned(vocabulary, cell)?;
                }
                "学习" => record.learnings = self.learnings(cell)?,
                label => {
                    let (fact, value) = fact(vocabulary, label, cell)?;
                    facts.set(fact, value);
                }
            }
        }
        let mut held = Vec::new();
        for (fact, role) in [
            (Fact::SubjectTeacher, Role::SubjectTeacher),
            (Fact::SkilledWorker, Role::SkilledWorker),
        ] {
            match facts.value(fact) {
                Some(Value::YesNo(Answer::Yes)) => {
                    let standing = Standing::Known;
                    held.push(RoleHeld { role, from: None, to: None, standing });
                }
                Some(_) => {}
                None => record.unclear_roles.push(role),
            }
        }
        record.roles = Some(held);
        self.day(&mut facts)?;
        derive(self.policy, &mut facts);
        Ok((facts, record))
    }

    /// The day of the application lies in its year: one that the row states has to, and
    /// that of the vocabulary is moved there.
    fn day(&self, facts: &mut Facts) -> Result<(), Wrong> {
        let vocabulary = &self.policy.vocabulary;
        let (Some(Value::Number(year)), Some(Value::Date(on))) =
            (facts.value(Fact::ApplicationYear), facts.value(Fact::AppliedOn))
        else {
            return Ok(());
        };
        let Some(year) = u16::try_from(year).ok().filter(|year| on.last.year() != *year) else {
            return Ok(());
        };
        let mut given = self.example.given.iter().zip(&self.row.given);
        let is_stated = given.any(|(label, cell)| {
            vocabulary.fact(label) == Some(Fact::AppliedOn) && !cell.is_empty()
        });
        if is_stated {
            let [day, of] = [Fact::AppliedOn, Fact::ApplicationYear];
            let [day, of] = [day, of].map(|fact| vocabulary.fact_label(fact));
            return Err((
                format!("{day} {} 不在{of} {year}", on.last),
                format!("把{day}写在 {year} 年内，或加一列“{of}”写明是哪一年"),
            ));
        }
        let month = on.last.month();
        // 29 February is the day before 1 March in other years.
        let days = [on.last.day(), 28].into_iter();
        let moved = days.filter_map(|day| Date::new(year, month, day).ok()).next();
        facts.set(Fact::AppliedOn, moved.map(|day| Value::Date(DateRange::day(day))));
        Ok(())
    }

    /// `业务集中培训 2022-07-29 40；职业资格考试合格 2022-03-15 区内`
    fn learnings(&self, cell: &str) -> Result<Vec<Learning>, Wrong> {
        let items = cell.split('；').map(str::trim).filter(|item| !item.is_empty());
        items.enumerate().map(|(at, item)| self.learning(at, item)).collect()
    }

    fn learning(&self, at: usize, item: &str) -> Result<Learning, Wrong> {
        let vocabulary = &self.policy.vocabulary;
        let wrong = || {
            (
                format!("看不懂学习“{}”", clip(item, 40)),
                format!(
                    "写成 类别 完成日 {} [年度] [核定状态]，如 基地培训 2022-06-01 60 2022年度",
                    vocabulary.unit()
                ),
            )
        };
        let mut words = item.split_whitespace();
        let mut word = || words.next();
        let kind = word().and_then(|it| vocabulary.labelled(Fact::TrainingKind, it));
        let completed = word().and_then(|it| it.parse::<Date>().ok());
        let (kind, completed) = (kind.ok_or_else(wrong)?, completed.ok_or_else(wrong)?);
        let third = word().ok_or_else(wrong)?;
        let is_exam = vocabulary.keyed(Fact::TrainingKind, "exam-passed") == Some(kind);
        let inside = self.policy.region.clone();
        let exam_place = match is_exam {
            true => {
                let place = vocabulary.labelled(Fact::ExamPlace, third).ok_or_else(wrong)?;
                let is_inside = Some(place) == vocabulary.keyed(Fact::ExamPlace, "inside");
                Some(if is_inside { inside.clone() } else { OUTSIDE.to_owned() })
            }
            false => None,
        };
        let amount = match third {
            _ if is_exam => Amount::Unstated,
            days if days.ends_with('天') => {
                Amount::Days(days.trim_end_matches('天').parse().map_err(|_| wrong())?)
            }
            hours => Amount::Hours(hours.parse().map_err(|_| wrong())?),
        };
        let (mut year, mut status) = (None, None);
        for rest in words {
            let stated = rest.strip_suffix("年度").and_then(|it| it.parse::<u16>().ok());
            match (stated, vocabulary.labelled(Fact::ApprovalStatus, rest)) {
                (Some(stated), _) if year.is_none() => year = Some(stated),
                (None, Some(word)) if status.is_none() => status = Some(word),
                _ => return Err(wrong()),
            }
        }
        let approval = match (is_exam, status) {
            (true, None) => Approval::NotNeeded,
            (_, Some(status)) => Approval::Stated { status, region: Some(inside), on: None },
            (false, None) => {
                let status = vocabulary.example(Fact::ApprovalStatus).ok_or_else(|| {
                    let label = vocabulary.fact_label(Fact::ApprovalStatus);
                    let hint = format!("写在最后；或在 vocabulary.toml 中给“{label}”写 example");
                    (format!("学习“{}”没有写明{label}", clip(item, 40)), hint)
                })?;
                Approval::Stated { status, region: Some(inside), on: None }
            }
        };
        let id = format!("t{}", at + 1);
        let (claimed, proof, listed) = (None, Proof::Checked, Listed::Yes);
        let source = if is_exam { Source::Exam } else { Source::Certificate };
        Ok(Learning {
            id,
            source,
            kind,
            claimed,
            year,
            completed,
            amount,
            exam_place,
            approval,
            proof,
            listed,
        })
    }
}

fn fact(vocabulary: &Vocabulary, label: &str, cell: &str) -> Result<(Fact, Option<Value>), Wrong> {
    let Some(fact) = vocabulary.fact(label) else {
        let known = vocabulary.fact_labels().collect::<Vec<_>>().join("、");
        return Err((
            format!("词表中没有事实“{}”", clip(label, 40)),
            format!("可用的事实：{known}、{}、学习", vocabulary.unit()),
        ));
    };
    if cell == MISSING {
        return Ok((fact, None));
    }
    match vocabulary.read_fact(fact, cell) {
        Some(value) => Ok((fact, Some(value))),
        None => {
            let allowed = vocabulary.allowed(fact.shape(), vocabulary.words(fact));
            Err((
                format!("“{label}”没有取值“{}”", clip(cell, 40)),
                format!("可写：{allowed}；不知道写 {MISSING}"),
            ))
        }
    }
}

/// Nobody in particular.
pub(in crate::assessment) fn empty_record() -> Record {
    Record {
        id: PersonId::new("example").expect("letters"),
        name: Name::new("例").expect("a character"),
        document: None,
        posts: Vec::new(),
        roles: None,
        unclear_roles: Vec::new(),
        learnings: Vec::new(),
        settled: Vec::new(),
        person: Person::default(),
        audits: Vec::new(),
        applications: Vec::new(),
        carried: Vec::new(),
        attended: Vec::new(),
    }
}
