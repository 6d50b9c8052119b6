//! Many inputs → verdicts in their order, compared and counted.
//!
//! Sources come from an iterator, are opened and verified on all cores, and
//! their rows are handed on in the order of the sources: no more of them are in
//! memory than [`run`] takes at a time. An input that cannot be read is a row
//! like any other. What one input tells of another (the same card twice, one number
//! with two contents) is a [`Finding`] on the later row. Where inputs come from is
//! not known here; what a row is for a program ([`Row::write_json`], [`csv`]) is
//! described for implementers in `content/spec/verdict.md`.

pub mod csv;
pub mod finding;
pub mod html;
mod json;
pub mod place;
mod register;
mod summary;
#[cfg(test)]
pub(crate) mod tests;

use std::io;

use rayon::prelude::*;

pub use self::finding::{Finding, FindingKind};
pub use self::place::{Place, Spot};
pub use self::summary::{Group, Summary};

use self::register::Register;
use crate::credential::trust::HostFinding;
use crate::credential::verdict::{Code, Reason, Verdict};
use crate::credential::{Trust, verify_all};
use crate::time::UnixTime;

/// Sources that are opened and verified together, at most.
const TOGETHER: usize = 1_024;
/// Sources that one core takes at a time: signatures are cheaper in numbers.
const AT_ONCE: usize = 32;

/// Something to verify, with the place that its row will bear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Where it stands.
    pub place: Place,
    /// What was found there.
    pub content: Content,
    /// What was noticed about it before it was verified.
    pub finding: Option<FindingKind>,
}

impl Input {
    /// An input of which nothing was noticed.
    pub fn new(place: Place, content: Content) -> Self {
        Self { place, content, finding: None }
    }

    /// An input without a text; why, in Chinese.
    pub fn unreadable(place: Place, words: impl Into<String>) -> Self {
        Self::new(place, Content::Unreadable(words.into()))
    }
}

/// What was found in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A QR text.
    Text(String),
    /// No text; why, in Chinese.
    Unreadable(String),
}

/// The answer to one input.
#[derive(Debug)]
pub struct Row {
    /// Where the input stands.
    pub place: Place,
    /// What came of it.
    pub outcome: Outcome,
    /// What else is to be told, in the order of [`FindingKind`].
    pub findings: Vec<Finding>,
    /// What the card says, if it is authentic.
    content: Option<register::Content>,
}

/// What came of an input.
#[derive(Debug)]
pub enum Outcome {
    /// It held a text, which was verified.
    Judged(Box<Verdict>),
    /// It held none, and counts as `MALFORMED`; why, in Chinese.
    Unreadable(String),
}

impl Row {
    /// Verifies an input.
    pub fn of(input: Input, trust: &Trust, now: UnixTime) -> Self {
        Self::all(vec![input], trust, now).pop().expect("an input has a row")
    }

    /// Verifies inputs, each for itself; see [`verify_all`].
    pub fn all(inputs: Vec<Input>, trust: &Trust, now: UnixTime) -> Vec<Self> {
        let texts = inputs.iter().filter_map(|input| match &input.content {
            Content::Text(text) => Some(text.as_str()),
            Content::Unreadable(_) => None,
        });
        let mut verdicts = verify_all(trust, &texts.collect::<Vec<_>>(), now).into_iter();
        let row = |input| {
            let Input { place, content, finding } = input;
            let outcome = match content {
                Content::Text(_) => {
                    Outcome::Judged(Box::new(verdicts.next().expect("a verdict a text")))
                }
                Content::Unreadable(words) => Outcome::Unreadable(words),
            };
            Self::with(place, outcome, finding)
        };
        inputs.into_iter().map(row).collect()
    }

    fn with(place: Place, outcome: Outcome, finding: Option<FindingKind>) -> Self {
        let mut findings: Vec<Finding> = finding.map(Finding::from).into_iter().collect();
        let mut content = None;
        if let Outcome::Judged(verdict) = &outcome {
            content = verdict.card().map(register::Content::of);
            if verdict.host().is_foreign() {
                findings.push(FindingKind::ForeignHost.into());
            }
        }
        Self { place, outcome, findings, content }
    }

    /// The code that is counted.
    pub fn code(&self) -> Code {
        match &self.outcome {
            Outcome::Judged(verdict) => verdict.code(),
            Outcome::Unreadable(_) => Code::Refused(Reason::Malformed),
        }
    }

    /// The verdict, if there was a text.
    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.outcome {
            Outcome::Judged(verdict) => Some(verdict),
            Outcome::Unreadable(_) => None,
        }
    }

    /// Whether it is `VALID`, and nothing worse than a warning was found.
    pub fn is_good(&self) -> bool {
        self.code() == Code::Valid && self.findings.iter().all(|it| it.kind.is_warning())
    }

    /// Whether it is good, and there is nothing else to tell.
    pub fn is_clean(&self) -> bool {
        self.is_good() && self.findings.is_empty()
    }

    /// The host that its text leads to, if that is not the issuer's and can be read.
    pub fn foreign_host(&self) -> Option<&str> {
        match self.verdict()?.host() {
            HostFinding::Foreign(host) => Some(host.as_str()),
            HostFinding::Absent
            | HostFinding::Official(_)
            | HostFinding::Unreadable
            | HostFinding::Unjudged(_) => None,
        }
    }

    /// One line of JSON without its line feed.
    pub fn to_json(&self) -> String {
        let mut line = Vec::new();
        self.write_json(&mut line).expect("memory takes all");
        String::from_utf8(line).expect("JSON is UTF-8")
    }

    /// Writes one line of JSON without its line feed, as `content/spec/verdict.md`
    /// has it.
    pub fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        json::write(self, out)
    }
}

/// What a run is given, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supply<S> {
    /// Something to open.
    Source(S),
    /// There is no more at the moment: answer what there is before asking again.
    Lull,
}

/// Who is given the rows.
pub trait Rows {
    /// Why no more are taken.
    type Error;

    /// Takes the next row. An error ends the run.
    fn row(&mut self, row: &Row) -> Result<(), Self::Error>;

    /// Whoever waits for an answer has it when this returns.
    fn lull(&mut self) -> Result<(), Self::Error>;
}

/// Verifies all sources as of now, and hands on their rows in order.
///
/// A source is opened on any core, into as many inputs as it holds, and
/// forgotten before the next few hundred are taken. What opens to many inputs (a
/// list) should therefore be many sources.
///
/// Errors: the first that `rows` gives ends the run.
pub fn run<S: Send, R: Rows>(
    trust: &Trust,
    now: UnixTime,
    supply: impl IntoIterator<Item = Supply<S>>,
    open: impl Fn(S) -> Vec<Input> + Sync,
    rows: &mut R,
) -> Result<Summary, R::Error> {
    let judge = |sources: Vec<S>| {
        let inputs: Vec<Input> = sources.into_iter().flat_map(&open).collect();
        Row::all(inputs, trust, now)
    };
    let mut run = Run { summary: Summary::default(), register: Register::default(), rows };
    let mut supply = supply.into_iter();
    let mut answered = Vec::new();
    loop {
        let (sources, pause) = take(&mut supply);
        if sources.is_empty() && pause == Pause::End {
            run.hand_on(answered)?;
            return Ok(run.summary);
        }
        // While these are verified, those before them are handed on.
        let mut answers: Vec<Vec<Row>> = Vec::new();
        rayon::in_place_scope(|scope| {
            let (answers, judge) = (&mut answers, &judge);
            scope.spawn(move |_| *answers = sources.into_par_iter().map(judge).collect());
            run.hand_on(std::mem::take(&mut answered))
        })?;
        answered = answers;
        if pause == Pause::Lull {
            run.hand_on(std::mem::take(&mut answered))?;
            run.rows.lull()?;
        }
    }
}

/// Why no more sources were taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    Enough,
    Lull,
    End,
}

/// Takes sources, in pieces for one core each.
fn take<S>(supply: &mut impl Iterator<Item = Supply<S>>) -> (Vec<Vec<S>>, Pause) {
    let mut pieces: Vec<Vec<S>> = Vec::new();
    for taken in 0..TOGETHER {
        match supply.next() {
            Some(Supply::Source(source)) => {
                if taken % AT_ONCE == 0 {
                    pieces.push(Vec::with_capacity(AT_ONCE));
                }
                pieces.last_mut().expect("there is one after the first").push(source);
            }
            Some(Supply::Lull) => return (pieces, Pause::Lull),
            None => return (pieces, Pause::End),
        }
    }
    (pieces, Pause::Enough)
}

/// The state of a run.
struct Run<'a, R> {
    summary: Summary,
    register: Register,
    rows: &'a mut R,
}

impl<R: Rows> Run<'_, R> {
    fn hand_on(&mut self, answers: Vec<Vec<Row>>) -> Result<(), R::Error> {
        for mut row in answers.into_iter().flatten() {
            self.register.enter(&mut row, &mut self.summary);
            self.summary.count(&row);
            self.rows.row(&row)?;
        }
        Ok(())
    }
}
