//! What the office keeps of a build: every determination, as rows for programs
//! and as a page for people, written as the learners go by.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;

use super::card::Settled;
use super::derivation;
use super::learner::Judged;
use super::{ClassCounts, Outputs};
use crate::assessment::determination::Outcome;
use crate::assessment::policy::vocabulary::{Degree, Fact};
use crate::assessment::policy::{Policy, names};
use crate::assessment::trace::{RuleSetIds, before_telling, in_number_order};
use crate::assessment::{Determination, explain, printing};
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
    /// Determinations that passed, and whose cards wait.
    pub waiting: u64,
    /// What became of training classes.
    pub classes: ClassCounts,
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
pub(super) struct Row<'a> {
    person: &'a str,
    name: &'a str,
    unit: Option<&'a str>,
    year: u16,
    #[serde(skip)]
    purpose: String,
    outcome: &'static str,
    categories: Vec<CategoryRow<'a>>,
    reasons: Vec<ReasonRow<'a>>,
    questions: Vec<String>,
    decisions: Vec<String>,
    /// What must be done before a failed result is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) before_telling: Option<&'static str>,
    card: Option<String>,
}

#[derive(Debug, Serialize)]
struct CategoryRow<'a> {
    category: &'a str,
    required: String,
    credited: Option<String>,
    shortfall: String,
}

#[derive(Debug, Serialize)]
struct ReasonRow<'a> {
    words: String,
    clause: Option<String>,
    quote: Option<&'a str>,
}

impl<'a> Row<'a> {
    pub(super) fn new(settled: &Settled<'a>) -> Self {
        let Settled { judged, result, waiting, policy, card } = settled;
        let waiting = if settled.holds_back() { *waiting } else { &[] };
        let label = |at: usize| policy.vocabulary.categories().get(at).map(|it| it.label.as_str());
        let categories = result.categories.iter().map(|hours| CategoryRow {
            category: label(hours.category).unwrap_or_default(),
            required: hours.required.to_string(),
            credited: hours.credited.map(|it| it.to_string()),
            shortfall: hours.shortfall().to_string(),
        });
        let grant = printing::granted(policy, &judged.record, result);
        let granted_by = grant.iter().flat_map(|grant| grant.decisions(policy)).cloned();
        let used = explain::decisions(policy, result, waiting).into_iter().chain(granted_by);
        let used: BTreeSet<_> = used.collect();
        let reasons = explain::reasons(policy, &judged.record, result);
        let reasons = reasons
            .into_iter()
            .chain(waiting.iter().map(|it| explain::waiting(policy, it)))
            .collect();
        Self {
            person: judged.record.id.as_str(),
            name: judged.record.name.as_str(),
            unit: unit(judged, result.year),
            year: result.year,
            purpose: annual_purpose(policy),
            outcome: result.outcome.word(),
            categories: categories.collect(),
            reasons: reason_rows(policy, reasons),
            questions: explain::questions(policy, &judged.record, result),
            decisions: in_number_order(&used).into_iter().cloned().collect(),
            before_telling: match result.outcome {
                Outcome::Failed => before_telling(policy),
                Outcome::Passed | Outcome::Unclear | Outcome::NotApplicable => None,
            },
            card: card.as_ref().map(|card| card.number.to_string()),
        }
    }

    /// The determination as templates have it.
    fn view(&self, judged: &Judged, result: &Determination) -> view::DeterminationRow {
        let hours = self.categories.iter().zip(&result.categories);
        view::DeterminationRow {
            holder: view::Name::new(self.name),
            id_tail: judged.record.document.as_ref().and_then(|document| document.tail.clone()),
            unit: self.unit.map(view::Name::new),
            year: self.year,
            purpose: self.purpose.clone(),
            outcome: match result.outcome {
                Outcome::Passed => view::Outcome::Passed,
                Outcome::Failed => view::Outcome::Failed,
                Outcome::Unclear | Outcome::NotApplicable => view::Outcome::Unclear,
            },
            hours: hours
                .map(|(row, hours)| view::DeterminationHours {
                    category: row.category.to_owned(),
                    credited: row.credited.clone().unwrap_or_else(|| "无记录".to_owned()),
                    required: row.required.clone(),
                    shortfall: (hours.shortfall().tenths() > 0).then(|| row.shortfall.clone()),
                })
                .collect(),
            passed_as: match result.outcome {
                Outcome::Passed => result.degree.passed_as().to_owned(),
                Outcome::Failed | Outcome::Unclear | Outcome::NotApplicable => String::new(),
            },
            reasons: self.reasons.iter().map(ReasonRow::view).collect(),
            missing: self.questions.clone(),
            before_telling: self.before_telling.map(str::to_owned),
            decisions: self.decisions.clone(),
            trace: None,
            card: self.card.clone(),
        }
    }

    /// The determination as its unit is told that there is no card.
    pub(super) fn view_against(&self, settled: &Settled<'_>) -> view::DeterminationRow {
        let Settled { judged, result, waiting, policy, card: _ } = settled;
        let waiting = if settled.holds_back() { *waiting } else { &[] };
        let against = explain::reasons_against(policy, &judged.record, result);
        let against = against
            .into_iter()
            .chain(waiting.iter().map(|it| explain::waiting(policy, it)))
            .collect();
        let reasons = reason_rows(policy, against).iter().map(ReasonRow::view).collect();
        view::DeterminationRow { reasons, ..self.view(judged, result) }
    }

    /// What the office's files say of the determination.
    ///
    /// A page of all learners stays readable, and small, where a plain pass has its
    /// reasons alone: everything else tells how it came about.
    pub(super) fn lines(
        &self,
        settled: &Settled<'_>,
        project: &Project,
        ids: &RuleSetIds,
        theme: &Theme,
    ) -> io::Result<Lines> {
        let mut json = serde_json::to_vec(self)?;
        json.push(b'\n');
        let mut view = self.view(settled.judged, settled.result);
        if !is_plain(settled) {
            view.trace = derivation::annual(project, ids, settled);
        }
        let html = theme.render_determination(&view).map_err(super::template_fault)?;
        Ok(Lines { json, html })
    }
}

/// Whether everything asked for is there, and nothing keeps the card.
fn is_plain(settled: &Settled<'_>) -> bool {
    let Determination { outcome, degree, .. } = settled.result;
    *outcome == Outcome::Passed && *degree == Degree::Full && !settled.holds_back()
}

/// What an annual determination is for, as the vocabulary has it.
fn annual_purpose(policy: &Policy) -> String {
    let vocabulary = &policy.vocabulary;
    let purpose = vocabulary.keyed(Fact::Purpose, "annual");
    let label = purpose.map(|it| vocabulary.value_text(vocabulary.words(Fact::Purpose), it));
    label.unwrap_or_else(|| "年度审验".to_owned())
}

/// Reasons with the clauses that they follow from, and their words.
fn reason_rows(policy: &Policy, reasons: Vec<explain::Reason>) -> Vec<ReasonRow<'_>> {
    let row = |reason: explain::Reason| ReasonRow {
        words: reason.words,
        clause: reason.rule.map(|rule| names(policy, &[rule])),
        quote: reason.rule.and_then(|rule| Some(policy.rules.get(rule)?.rule.quote.as_str())),
    };
    reasons.into_iter().map(row).collect()
}

impl ReasonRow<'_> {
    fn view(&self) -> view::Reason {
        view::Reason {
            words: self.words.clone(),
            clause: self.clause.clone().unwrap_or_default(),
            quote: self.quote.unwrap_or_default().to_owned(),
        }
    }
}

/// A determination's line of `determinations.ndjson`, and its row of the page.
pub(super) struct Lines {
    pub json: Vec<u8>,
    pub html: String,
}

/// The unit that a card is handed out by: that of the year's last day.
pub(super) fn unit(judged: &Judged, year: u16) -> Option<&str> {
    judged.record.unit(Date::new(year, 12, 31).ok()?)
}

/// The two files, while they are being written.
pub(super) struct Office<'a> {
    project: &'a Project,
    theme: &'a Theme,
    rows: &'a mut dyn Write,
    applications: &'a mut dyn Write,
    page: &'a mut dyn Write,
    counts: Counts,
}

impl<'a> Office<'a> {
    pub(super) fn begin(
        project: &'a Project,
        theme: &'a Theme,
        ids: &RuleSetIds,
        policies: &[&Policy],
        outputs: &'a mut Outputs<'_>,
    ) -> io::Result<Self> {
        let years: Vec<_> = policies.iter().map(|policy| policy.year.to_string()).collect();
        let rule_set = |policy: &&Policy| {
            let id = ids.get(&policy.year).map(|id| format!("@{id}")).unwrap_or_default();
            format!("{}·{}{id}", policy.region, policy.year)
        };
        let rule_sets: Vec<_> = policies.iter().map(rule_set).collect();
        let head = view::DeterminationsHead {
            title: format!("{} 年度审验认定结果", years.join("、")),
            issuer: project.settings.issuer_name.clone(),
            hours_unit: project.vocabulary.unit().to_owned(),
            as_of: format!("按规则集 {} 认定。", rule_sets.join("、")),
            specimen: project.settings.realm.is_specimen(),
        };
        let html = theme.render_determinations_head(&head).map_err(super::template_fault)?;
        let Outputs { rows, applications, page, .. } = outputs;
        page.write_all(html.as_bytes())?;
        Ok(Self { project, theme, rows, applications, page, counts: Counts::default() })
    }

    /// Counts a learner's determinations.
    pub(super) fn count(&mut self, judged: &Judged) {
        self.counts.count(judged);
    }

    /// Adds a determination: in the order of the learners.
    pub(super) fn add(&mut self, settled: &Settled<'_>, lines: &Lines) -> io::Result<()> {
        if let Some(card) = &settled.card {
            self.counts.cards += 1;
            self.counts.issued += u64::from(card.is_new());
        }
        self.counts.waiting += u64::from(settled.holds_back());
        self.rows.write_all(&lines.json)?;
        self.page.write_all(lines.html.as_bytes())
    }

    /// Adds the determination of an application: after those of its learner's years.
    pub(super) fn add_application(&mut self, lines: &Lines) -> io::Result<()> {
        self.applications.write_all(&lines.json)?;
        self.page.write_all(lines.html.as_bytes())
    }

    pub(super) fn end(self) -> io::Result<Counts> {
        let Counts { learners, passed, failed, unclear, cards, .. } = self.counts;
        let registered: BTreeSet<String> = self.project.decisions.keys().cloned().collect();
        let registered = in_number_order(&registered).into_iter();
        let decisions = registered.filter_map(|id| self.project.decisions.get(id));
        let decisions = decisions.map(|it| view::DecisionEntry {
            id: it.id.clone(),
            question: it.question.clone(),
            choice: it.choice.clone(),
            recorded: format!("{}，{}", it.on, it.by),
        });
        let decisions = decisions.collect();
        let foot = view::DeterminationsFoot { learners, passed, failed, unclear, cards, decisions };
        let html = self.theme.render_determinations_foot(&foot).map_err(super::template_fault)?;
        self.page.write_all(html.as_bytes())?;
        self.page.flush()?;
        self.rows.flush()?;
        self.applications.flush()?;
        Ok(self.counts)
    }
}
