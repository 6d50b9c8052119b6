//! What the office keeps of a build: every determination, as rows for programs
//! and as a page for people, written as the learners go by.

use std::io::{self, Write};

use serde::Serialize;

use super::card::Prepared;
use super::learner::Judged;
use crate::assessment::determination::Outcome;
use crate::assessment::policy::{Policy, names};
use crate::assessment::{Determination, explain};
use crate::project::Project;
use crate::site::{Theme, view};
use crate::time::Date;

/// What a build came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Learners judged.
    pub learners: u64,
    /// Determinations: passed.
    pub passed: u64,
    /// Determinations: failed.
    pub failed: u64,
    /// Determinations: to be clarified.
    pub unclear: u64,
    /// Cards there are for them.
    pub cards: u64,
    /// Of these, cards that this build issued.
    pub issued: u64,
}

impl Counts {
    /// Counts a learner's determinations.
    pub(super) fn count(&mut self, judged: &Judged) {
        self.learners += 1;
        for result in &judged.results {
            match result.outcome {
                Outcome::Passed => self.passed += 1,
                Outcome::Failed => self.failed += 1,
                Outcome::Unclear | Outcome::NotApplicable => self.unclear += 1,
            }
        }
    }
}

/// A determination as the office's files have it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    person: String,
    name: String,
    unit: Option<String>,
    year: u16,
    outcome: &'static str,
    categories: Vec<CategoryRow>,
    reasons: Vec<ReasonRow>,
    questions: Vec<String>,
    decisions: Vec<String>,
    card: Option<String>,
}

#[derive(Debug, Serialize)]
struct CategoryRow {
    category: String,
    required: String,
    credited: Option<String>,
    shortfall: String,
}

#[derive(Debug, Serialize)]
struct ReasonRow {
    words: String,
    clause: Option<String>,
    quote: Option<String>,
}

impl Row {
    pub(super) fn new(
        policy: &Policy,
        judged: &Judged,
        result: &Determination,
        card: Option<String>,
    ) -> Self {
        let label = |at: usize| policy.vocabulary.categories().get(at).map(|it| it.label.clone());
        let categories = result.categories.iter().map(|hours| CategoryRow {
            category: label(hours.category).unwrap_or_default(),
            required: hours.required.to_string(),
            credited: hours.credited.map(|it| it.to_string()),
            shortfall: hours.shortfall().to_string(),
        });
        let reasons = explain::reasons(policy, &judged.record, result);
        let reasons = reasons.into_iter().map(|reason| ReasonRow {
            words: reason.words,
            clause: reason.rule.map(|rule| names(policy, &[rule])),
            quote: reason.rule.and_then(|rule| Some(policy.rules.get(rule)?.rule.quote.clone())),
        });
        Self {
            person: judged.record.id.as_str().to_owned(),
            name: judged.record.name.as_str().to_owned(),
            unit: unit(judged, result.year).map(str::to_owned),
            year: result.year,
            outcome: result.outcome.word(),
            categories: categories.collect(),
            reasons: reasons.collect(),
            questions: explain::questions(policy, &judged.record, result),
            decisions: explain::decisions(policy, result),
            card,
        }
    }

    fn view(&self, judged: &Judged, result: &Determination) -> view::DeterminationRow {
        let hours = self.categories.iter().zip(&result.categories);
        view::DeterminationRow {
            holder: view::Name::new(&self.name),
            id_tail: judged.record.document.as_ref().and_then(|document| document.tail.clone()),
            unit: self.unit.as_ref().map(view::Name::new),
            year: self.year,
            outcome: match result.outcome {
                Outcome::Passed => view::Outcome::Passed,
                Outcome::Failed => view::Outcome::Failed,
                Outcome::Unclear | Outcome::NotApplicable => view::Outcome::Unclear,
            },
            hours: hours
                .map(|(row, hours)| view::DeterminationHours {
                    category: row.category.clone(),
                    credited: row.credited.clone().unwrap_or_else(|| "无记录".to_owned()),
                    required: row.required.clone(),
                    shortfall: (hours.shortfall().tenths() > 0).then(|| row.shortfall.clone()),
                })
                .collect(),
            reasons: self
                .reasons
                .iter()
                .map(|reason| view::Reason {
                    words: reason.words.clone(),
                    clause: reason.clause.clone().unwrap_or_default(),
                    quote: reason.quote.clone().unwrap_or_default(),
                })
                .collect(),
            missing: self.questions.clone(),
            card: self.card.clone(),
        }
    }
}

/// The unit that a card is handed out by: that of the year's last day.
pub(super) fn unit(judged: &Judged, year: u16) -> Option<&str> {
    judged.record.unit(Date::new(year, 12, 31).ok()?)
}

/// The two files, while they are being written.
pub(super) struct Office<'a> {
    theme: &'a Theme,
    policies: Vec<&'a Policy>,
    rows: &'a mut dyn Write,
    page: &'a mut dyn Write,
    counts: Counts,
}

impl<'a> Office<'a> {
    pub(super) fn begin(
        project: &Project,
        theme: &'a Theme,
        policies: Vec<&'a Policy>,
        rows: &'a mut dyn Write,
        page: &'a mut dyn Write,
    ) -> io::Result<Self> {
        let years: Vec<_> = policies.iter().map(|policy| policy.year.to_string()).collect();
        let head = view::DeterminationsHead {
            title: format!("{} 年度审验认定结果", years.join("、")),
            issuer: project.settings.issuer_name.clone(),
            as_of: "按 content/ 中现有的通知和学习档案认定。".to_owned(),
            specimen: project.settings.realm.is_specimen(),
        };
        let html = theme.render_determinations_head(&head).map_err(super::template_fault)?;
        page.write_all(html.as_bytes())?;
        Ok(Self { theme, policies, rows, page, counts: Counts::default() })
    }

    /// Adds the determinations of some learners, in order, with their cards.
    pub(super) fn add(&mut self, judged: &[Judged], cards: &[Prepared<'_>]) -> io::Result<()> {
        let mut cards = cards.iter().peekable();
        for judged in judged {
            self.counts.count(judged);
            for (result, policy) in judged.results.iter().zip(&self.policies) {
                let card = cards.next_if(|card| std::ptr::eq(card.result, result));
                if let Some(card) = card {
                    self.counts.cards += 1;
                    self.counts.issued += u64::from(card.is_new());
                }
                let number = card.map(|card| card.number.to_string());
                let row = Row::new(policy, judged, result, number);
                serde_json::to_writer(&mut *self.rows, &row)?;
                self.rows.write_all(b"\n")?;
                let view = row.view(judged, result);
                let html = self.theme.render_determination(&view).map_err(super::template_fault)?;
                self.page.write_all(html.as_bytes())?;
            }
        }
        Ok(())
    }

    pub(super) fn end(self) -> io::Result<Counts> {
        let Counts { learners, passed, failed, unclear, cards, issued: _ } = self.counts;
        let foot = view::DeterminationsFoot { learners, passed, failed, unclear, cards };
        let html = self.theme.render_determinations_foot(&foot).map_err(super::template_fault)?;
        self.page.write_all(html.as_bytes())?;
        self.page.flush()?;
        self.rows.flush()?;
        Ok(self.counts)
    }
}
