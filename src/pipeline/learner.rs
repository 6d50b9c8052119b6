//! One learner at a time: JSON → record → determinations.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::issuing::Issuing;
use crate::assessment::determination::Treated;
use crate::assessment::policy::Policy;
use crate::assessment::policy::vocabulary::Fact;
use crate::assessment::printing::{self, Waiting};
use crate::assessment::record::{self, ClassId, Record};
use crate::assessment::{Determination, assess};
use crate::diagnostic::{Diagnostics, Place};
use crate::ledger::{Ledger, Spot};
use crate::project::{Learner, Project};

/// Absent people named in a warning, at most.
const MAX_NAMED: usize = 5;

/// A learner who has been judged.
#[derive(Debug)]
pub(super) struct Judged {
    /// Where the record stands.
    pub place: Place,
    /// SHA-256 of the record's JSON.
    pub digest: [u8; 32],
    /// What tells the person from all others.
    person: Key,
    /// What tells the document from all others.
    document: Option<Key>,
    /// The record.
    pub record: Record,
    /// A determination for each year that cards are issued for, in order.
    pub results: Vec<Determination>,
    /// For each of them, what its card has to wait for.
    pub waiting: Vec<Vec<Waiting>>,
}

/// Judges learners and tells one person from another.
pub(super) struct Judging<'p> {
    project: &'p Project,
    /// Where each person and each document number was met first.
    seen: BTreeMap<Key, (Arc<str>, u32)>,
    /// How many people say to have been in a class.
    attended: BTreeMap<ClassId, usize>,
}

impl<'p> Judging<'p> {
    pub(super) fn new(project: &'p Project) -> Self {
        Self { project, seen: BTreeMap::new(), attended: BTreeMap::new() }
    }

    /// Judges some learners by these policies, in order; those that cannot be
    /// read or were met before are told and left out.
    pub(super) fn judge(
        &mut self,
        learners: Vec<Learner>,
        policies: &[&Policy],
        problems: &mut Diagnostics,
    ) -> Vec<Judged> {
        let project = self.project;
        let read: Vec<(Diagnostics, Option<Judged>, Arc<str>, u32)> = learners
            .into_par_iter()
            .map(|learner| {
                let mut problems = Diagnostics::new();
                let judged = judge(project, &learner, policies, &mut problems);
                (problems, judged, learner.path, learner.line)
            })
            .collect();
        let mut all = Vec::with_capacity(read.len());
        for (found, judged, path, line) in read {
            problems.append(found);
            let Some(judged) = judged else { continue };
            if self.is_new(&judged, &path, line, problems) {
                let classes: BTreeSet<_> =
                    judged.record.attended.iter().map(|it| &it.class).collect();
                for class in classes {
                    *self.attended.entry(class.clone()).or_default() += 1;
                }
                all.push(judged);
            }
        }
        all
    }

    fn is_new(
        &mut self,
        judged: &Judged,
        path: &Arc<str>,
        line: u32,
        problems: &mut Diagnostics,
    ) -> bool {
        let Judged { person, document, .. } = judged;
        let mut is_new = true;
        let mut tell = |what: String, (first, first_line): &(Arc<str>, u32)| {
            problems.error(
                Place::line(&**path, line),
                format!("{what}在 {first}:{first_line} 已有"),
                "一人只留一份学习档案；是两个人的，核对编号和证件号码",
            );
            is_new = false;
        };
        if let Some(first) = self.seen.get(person) {
            tell(format!("内部编号 {} ", judged.record.id.as_str()), first);
        }
        if let Some(first) = document.as_ref().and_then(|key| self.seen.get(key)) {
            tell("同一证件号码".to_owned(), first);
        }
        for key in std::iter::once(person).chain(document) {
            self.seen.entry(*key).or_insert_with(|| (Arc::clone(path), line));
        }
        is_new
    }

    /// Warns of classes that more people name than were there.
    pub(super) fn tell_crowded(&self, problems: &mut Diagnostics) {
        self.project.classes.check_counts(&self.attended, problems);
    }

    /// Warns of cards that are not printed this time: those of people who have no
    /// record any more, and those of years that have no notice any more. They are
    /// verified all the same.
    pub(super) fn tell_absent(
        &self,
        issuing: &Issuing<'_>,
        ledger: &Ledger,
        problems: &mut Diagnostics,
    ) -> io::Result<()> {
        for year in ledger.years() {
            let is_judged = issuing.policies().iter().any(|policy| policy.year == year.get());
            if !is_judged {
                let all: Vec<Spot> = ledger.people(year).map(|(_, spot)| spot).collect();
                issuing.check(ledger, year, &all, problems)?;
                if !all.is_empty() {
                    problems.warning(
                        Place::file("content/notices"),
                        format!("台账中有 {year} 年度的卡 {} 张，而没有该年度的通知", all.len()),
                        "找回通知；卡仍然有效，但这次不再印出",
                    );
                }
                continue;
            }
            let is_absent = |(person, _): &(&str, Spot)| {
                !self.seen.contains_key(&key(b"person", person.as_bytes()))
            };
            let (absent, spots): (Vec<_>, Vec<_>) = ledger.people(year).filter(is_absent).unzip();
            issuing.check(ledger, year, &spots, problems)?;
            if let Some(first) =
                absent.get(..absent.len().min(MAX_NAMED)).filter(|it| !it.is_empty())
            {
                let more = if absent.len() > first.len() { " 等" } else { "" };
                problems.warning(
                    Place::file("content/learners"),
                    format!(
                        "台账中 {year} 年度有 {} 人已签发审验卡而没有学习档案：{}{more}",
                        absent.len(),
                        first.join("、")
                    ),
                    "找回他们的学习档案；卡仍然有效，但这次不再印出",
                );
            }
        }
        Ok(())
    }
}

fn judge(
    project: &Project,
    learner: &Learner,
    policies: &[&Policy],
    problems: &mut Diagnostics,
) -> Option<Judged> {
    let Learner { path, line, text } = learner;
    let text = match text {
        Ok(text) => text,
        Err(why) => {
            problems.error(Place::line(&**path, *line), why.message.clone(), why.hint.clone());
            return None;
        }
    };
    let record = record::parse(path, *line, text, &project.vocabulary, problems)?;
    let place = Place::line(&**path, *line);
    project.check_record(&record, &place, problems);
    unruled(project, &record, &place, problems);
    let results: Vec<_> = policies.iter().map(|policy| assess(policy, &record)).collect();
    policies.iter().zip(&results).for_each(|(policy, result)| {
        misclaimed(policy, &record, result, &place, problems);
    });
    let waiting = policies.iter().zip(&results);
    let waiting = waiting
        .map(|(policy, result)| printing::waiting(policy, &record, result, &project.classes))
        .collect();
    let digest = Sha256::digest(text.as_bytes()).into();
    let person = key(b"person", record.id.as_str().as_bytes());
    let document = record.document.as_ref().map(|it| key(b"document", it.number.as_bytes()));
    Some(Judged { place, digest, person, document, record, results, waiting })
}

/// Tells learning that a rule counts into another category than the file claims.
fn misclaimed(
    policy: &Policy,
    record: &Record,
    result: &Determination,
    place: &Place,
    problems: &mut Diagnostics,
) {
    let label = |at: usize| policy.vocabulary.categories().get(at).map_or("", |it| &it.label);
    for treatment in &result.learnings {
        let Treated::Counted { category, .. } = treatment.decided else { continue };
        let Some(learning) = record.learnings.get(treatment.learning) else { continue };
        if let Some(claimed) = learning.claimed_otherwise(category) {
            problems.warning(
                place.clone(),
                format!(
                    "学习记录 {} 写的科目是{}，按规则计入{}",
                    learning.id,
                    label(claimed),
                    label(category)
                ),
                "核对类别和科目；计入哪个科目由规则决定",
            );
        }
    }
}

/// Tells applications that nobody judges: there are no rules for their year.
fn unruled(project: &Project, record: &Record, place: &Place, problems: &mut Diagnostics) {
    let is_ruled = |year: u16| project.policies.contains_key(&year);
    for application in record.applications.iter().filter(|it| !is_ruled(it.year)) {
        let vocabulary = &project.vocabulary;
        let purpose = vocabulary.value_text(vocabulary.words(Fact::Purpose), application.purpose);
        problems.warning(
            place.clone(),
            format!("申报“{purpose}”的 {} 年度没有规则，待核定", application.year),
            "核对申报年度；确是该年度的，待该年度的通知发布以后再办",
        );
    }
}

/// Sixteen bytes that tell one number from another and give none away.
type Key = [u8; 16];

fn key(kind: &[u8], number: &[u8]) -> Key {
    let digest: [u8; 32] =
        Sha256::new().chain_update(kind).chain_update([0]).chain_update(number).finalize().into();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}
