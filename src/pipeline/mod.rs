//! Where the rooms meet: notices and learners in; a portal, cards and
//! determinations out.
//!
//! ```text
//! learner ─ read ─ assess ─┬─ determination ───────────────► determinations
//!                          └─ passed ─ ledger has it? ─┬ yes ─┐
//!                                                      └ no ─ issue ─┴─ render ─► card
//! classes ─ trace ──────────────────────────────────────────────────────────────► classes
//! notices, documents ─ views ─ theme ──────────────────────────────────────────► portal
//! ```
//!
//! Cards are a stream: a few hundred people are in memory at a time, and
//! nothing of a learner enters a structure of the whole site except what tells
//! two people apart. Order is that of the files; threads change nothing.

mod application;
mod authority;
mod card;
mod class;
mod derivation;
mod desk;
mod draft;
mod issued;
mod issuing;
mod learner;
mod lists;
mod office;
mod page;
mod portal;
mod register;
mod revocation;
mod unit;

use std::io::{self, Write};

pub use application::rule_set_ids;
pub use authority::{Authority, Hand, Listed, Lock, LogKey, Notes, Renewal};
pub use class::{ClassCounts, ClassOutputs};
pub use office::Counts;
pub use register::fixed;
pub use revocation::{NewList, edition, editions};

use self::desk::Desk;
use self::issuing::Issuing;
use self::learner::Judging;
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
    /// `applications.ndjson`.
    pub applications: &'a mut dyn Write,
    /// `determinations.html`.
    pub page: &'a mut dyn Write,
    /// Where classes are listed, if there are any.
    pub classes: Option<ClassOutputs<'a>>,
}

/// How new cards are issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueDate {
    /// On the day that the last of a card's hours was confirmed.
    Confirmed,
    /// All on this day.
    On(Date),
}

/// On what terms cards are issued.
pub struct Terms<'a> {
    /// By whose authority.
    pub authority: &'a Authority<'a>,
    /// When.
    pub issue_date: IssueDate,
}

/// Told after each chunk: how many learners are done.
pub type Progress<'a> = &'a dyn Fn(usize);

/// Builds the whole site into the outputs and stages new cards in the ledger.
///
/// What is wrong with people's files is told, and then nothing may be released.
pub fn build(
    project: &Project,
    terms: &Terms<'_>,
    ledger: &mut Ledger,
    outputs: &mut Outputs<'_>,
    progress: Progress<'_>,
    problems: &mut Diagnostics,
) -> io::Result<(Counts, Vec<NewList>)> {
    let Some(theme) = theme(project, problems) else {
        // What is wrong with people's files is told all the same.
        return Ok((judge_all(project, terms, ledger, progress, problems)?, Vec::new()));
    };
    let issuing = Issuing::new(project, terms, ledger, problems);
    let Some(issuing) = issuing else { return Ok(Default::default()) };
    let public = outputs.public;
    let classes = match &mut outputs.classes {
        Some(outputs) => class::list(project, &theme, outputs)?,
        None => ClassCounts::default(),
    };
    let mut desk = Desk::begin(project, &theme, &issuing, outputs)?;
    let policies = issuing.policies();
    let mut judging = Judging::new(project);
    let mut learners = project.learners(problems);
    while let Some(chunk) = next_chunk(&mut learners) {
        let judged = judging.judge(chunk, &policies, problems);
        let settled = issuing.settle(&judged, ledger, problems)?;
        desk.add(&judged, &settled, ledger)?;
        progress(judged.len());
    }
    let counts = desk.end()?;
    judging.tell_crowded(problems);
    judging.tell_absent(&issuing, ledger, problems)?;
    issuing.check_replaced(ledger, problems)?;
    issuing.keep_policies(ledger);
    let notes = match terms.authority {
        // A ledger that is not whole makes no list.
        Authority::Listed(listed) if !problems.has_errors() => {
            editions(listed, &project.settings, ledger, problems)
        }
        Authority::Listed(_) | Authority::Specimen => Vec::new(),
    };
    portal::render(project, &theme, ledger, (terms.authority, &notes), public, problems)?;
    Ok((Counts { classes, ..counts }, notes))
}

/// Reads and judges everything and writes nothing.
pub fn check(
    project: &Project,
    terms: &Terms<'_>,
    ledger: &mut Ledger,
    progress: Progress<'_>,
    problems: &mut Diagnostics,
) -> io::Result<Counts> {
    theme(project, problems);
    judge_all(project, terms, ledger, progress, problems)
}

/// Reads and judges all classes and learners, and looks at the whole ledger.
fn judge_all(
    project: &Project,
    terms: &Terms<'_>,
    ledger: &mut Ledger,
    progress: Progress<'_>,
    problems: &mut Diagnostics,
) -> io::Result<Counts> {
    let mut counts = Counts { classes: class::count(project), ..Counts::default() };
    let issuing = Issuing::new(project, terms, ledger, problems);
    let Some(issuing) = issuing else { return Ok(counts) };
    let policies = issuing.policies();
    let mut judging = Judging::new(project);
    let mut learners = project.learners(problems);
    while let Some(chunk) = next_chunk(&mut learners) {
        let judged = judging.judge(chunk, &policies, problems);
        issuing.settle(&judged, ledger, problems)?; // what would keep a card from being issued
        judged.iter().for_each(|judged| counts.count(judged));
        progress(judged.len());
    }
    judging.tell_crowded(problems);
    judging.tell_absent(&issuing, ledger, problems)?;
    issuing.check_replaced(ledger, problems)?;
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
