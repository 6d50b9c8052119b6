//! Where the rooms meet: notices and learners in; a portal, cards and
//! determinations out.
//!
//! ```text
//! learner ─ read ─ assess ─┬─ determination ───────────────► determinations
//!                          └─ passed ─ ledger has it? ─┬ yes ─┐
//!                                                      └ no ─ issue ─┴─ render ─► card
//! notices, documents ─ views ─ theme ──────────────────────────────────────────► portal
//! ```
//!
//! Cards are a stream: a few hundred people are in memory at a time, and
//! nothing of a learner enters a structure of the whole site except what tells
//! two people apart. Order is that of the files; threads change nothing.

mod card;
mod learner;
mod office;
mod page;
mod portal;

use std::io::{self, Write};

use rayon::prelude::*;

pub use office::Counts;

use self::card::Issuing;
use self::learner::Judging;
use self::office::Office;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ledger::Ledger;
use crate::project::{Learner, Learners, Project};
use crate::site::{Sink, Theme};
use crate::time::Date;

/// People in memory at a time.
const CHUNK: usize = 256;

/// Where a build writes to.
pub struct Outputs<'a> {
    /// What is published.
    pub public: &'a dyn Sink,
    /// What is handed out.
    pub private: &'a dyn Sink,
    /// `determinations.ndjson`.
    pub rows: &'a mut dyn Write,
    /// `determinations.html`.
    pub page: &'a mut dyn Write,
}

/// How new cards are issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueDate {
    /// On the day that the last of a card's hours was confirmed.
    Confirmed,
    /// All on this day.
    On(Date),
}

/// Told after each chunk: how many learners are done.
pub type Progress<'a> = &'a dyn Fn(usize);

/// Builds the whole site into the outputs and stages new cards in the ledger.
///
/// What is wrong with people's files is told, and then nothing may be released.
pub fn build(
    project: &Project,
    ledger: &mut Ledger,
    issue_date: IssueDate,
    outputs: &mut Outputs<'_>,
    progress: Progress<'_>,
    problems: &mut Diagnostics,
) -> io::Result<Counts> {
    let theme = theme(project, problems);
    let issuing = Issuing::new(project, ledger, issue_date, problems);
    let (Some(theme), Some(issuing)) = (theme, issuing) else { return Ok(Counts::default()) };
    let policies = issuing.policies();
    let mut office = Office::begin(project, &theme, policies.clone(), outputs.rows, outputs.page)?;
    let mut judging = Judging::new(project);
    let mut learners = project.learners(problems);
    while let Some(chunk) = next_chunk(&mut learners) {
        let judged = judging.judge(chunk, &policies, problems);
        let cards = issuing.prepare(&judged, ledger, problems)?;
        cards.par_iter().try_for_each(|card| issuing.render(card, &theme)?.put(outputs.private))?;
        cards.iter().try_for_each(|card| card.stage(ledger))?;
        office.add(&judged, &cards)?;
        progress(judged.len());
    }
    judging.tell_absent(ledger, problems);
    issuing.keep_policies(ledger);
    portal::render(project, &theme, ledger, outputs.public, problems)?;
    office.end()
}

/// Reads and judges everything and writes nothing.
pub fn check(
    project: &Project,
    ledger: &mut Ledger,
    progress: Progress<'_>,
    problems: &mut Diagnostics,
) -> io::Result<Counts> {
    let mut counts = Counts::default();
    theme(project, problems);
    let issuing = Issuing::new(project, ledger, IssueDate::Confirmed, problems);
    let Some(issuing) = issuing else { return Ok(counts) };
    let policies = issuing.policies();
    let mut judging = Judging::new(project);
    let mut learners = project.learners(problems);
    while let Some(chunk) = next_chunk(&mut learners) {
        let judged = judging.judge(chunk, &policies, problems);
        issuing.prepare(&judged, ledger, problems)?; // what would keep a card from being issued
        judged.iter().for_each(|judged| counts.count(judged));
        progress(judged.len());
    }
    judging.tell_absent(ledger, problems);
    Ok(counts)
}

/// The site's theme, or what is wrong with it.
fn theme(project: &Project, problems: &mut Diagnostics) -> Option<Theme> {
    match Theme::new(&portal::view(project), &project.theme) {
        Ok(theme) => Some(theme),
        Err(faults) => {
            problems.append(faults);
            None
        }
    }
}

/// The next learners, as many as are in memory at a time.
fn next_chunk(learners: &mut Learners) -> Option<Vec<Learner>> {
    let chunk: Vec<_> = learners.by_ref().take(CHUNK).collect();
    (!chunk.is_empty()).then_some(chunk)
}

/// A template that fails on a page fails the build: it is told with its file.
fn template_fault(fault: Diagnostic) -> io::Error {
    io::Error::other(format!("{}: {}", fault.place, fault.message))
}
