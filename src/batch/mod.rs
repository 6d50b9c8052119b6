//! Many inputs → verdicts in their order, counted.
//!
//! Sources come from an iterator, are opened and verified on all cores, and
//! their rows are handed on in the order of the sources: no more of them are in
//! memory than [`run`] takes at a time. An input that cannot be read is a row
//! like any other. Where inputs come from and how rows are shown is not known
//! here; what a row is for a program ([`Row::to_json`]) is described for
//! implementers in `content/spec/verdict.md`.

mod json;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::credential::trust::HostFinding;
use crate::credential::verdict::{Code, Reason, Verdict};
use crate::credential::{Trust, verify};
use crate::time::UnixTime;

/// Sources that are opened and verified together, at most.
const TOGETHER: usize = 512;

/// Something to verify, with the name that its row will bear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What people call it: a path, a path and a line.
    pub name: String,
    /// What was found there.
    pub content: Content,
    /// What was noticed about it before it was verified.
    pub finding: Option<Finding>,
}

/// What was found in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A QR text.
    Text(String),
    /// No text; why, in Chinese.
    Unreadable(String),
}

/// Something worth telling of an input beside its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// The file is not as it was written; the QR text inside it is judged for
    /// itself. The input does not count as good.
    Altered,
    /// The text leads elsewhere than to a portal of the issuer: a warning.
    ForeignHost,
}

impl Finding {
    /// The stable code, as in `ALTERED`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Altered => "ALTERED",
            Self::ForeignHost => "FOREIGN_HOST",
        }
    }

    /// The words for people, in Chinese.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Altered => "文件在生成后被改动或损坏，文件上显示的内容不可信，以核验结果为准",
            Self::ForeignHost => "二维码中的网址不是签发机构的官方网址，请勿扫码打开",
        }
    }

    /// Whether an input can be good all the same.
    pub const fn is_warning(self) -> bool {
        match self {
            Self::Altered => false,
            Self::ForeignHost => true,
        }
    }
}

/// The answer to one input.
#[derive(Debug)]
pub struct Row {
    /// The input's name.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What else is to be told, in the order of [`Finding`].
    pub findings: Vec<Finding>,
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
        let Input { name, content, finding } = input;
        let mut findings: Vec<Finding> = finding.into_iter().collect();
        let outcome = match content {
            Content::Text(text) => {
                let verdict = verify(trust, &text, now);
                if verdict.host().is_foreign() {
                    findings.push(Finding::ForeignHost);
                }
                Outcome::Judged(Box::new(verdict))
            }
            Content::Unreadable(words) => Outcome::Unreadable(words),
        };
        findings.sort_unstable();
        findings.dedup();
        Self { name, outcome, findings }
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
        self.code() == Code::Valid && self.findings.iter().all(|finding| finding.is_warning())
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

    /// One line of JSON without its line feed, as `content/spec/verdict.md` has it.
    pub fn to_json(&self) -> String {
        json::line(self)
    }
}

/// How many rows there were, of which kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// By code; only what occurred.
    pub codes: BTreeMap<Code, u64>,
    /// By finding; only what occurred.
    pub findings: BTreeMap<Finding, u64>,
    /// Rows that are good.
    pub good: u64,
    /// Rows that are `VALID` and whose issuer is a specimen.
    pub valid_specimens: u64,
}

impl Summary {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.codes.values().sum()
    }

    /// Whether every row is good; of none that cannot be said.
    pub fn all_good(&self) -> bool {
        self.good > 0 && self.good == self.rows()
    }

    /// Counts a row.
    pub fn count(&mut self, row: &Row) {
        *self.codes.entry(row.code()).or_default() += 1;
        for finding in &row.findings {
            *self.findings.entry(*finding).or_default() += 1;
        }
        self.good += u64::from(row.is_good());
        let is_specimen = row.verdict().is_some_and(Verdict::is_specimen);
        self.valid_specimens += u64::from(row.code() == Code::Valid && is_specimen);
    }
}

/// How answers follow their inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Many at a time, for speed.
    Together,
    /// Each before the next is asked for: somebody is waiting.
    OneByOne,
}

/// Verifies all sources as of now, and hands on their rows in order.
///
/// A source is opened on any core, into as many inputs as it holds, and
/// forgotten before the next few hundred are taken. What opens to many inputs (a
/// list) should therefore be many sources.
///
/// Errors: the first that `each` gives ends the run.
pub fn run<S: Send, E>(
    trust: &Trust,
    now: UnixTime,
    pace: Pace,
    sources: impl IntoIterator<Item = S>,
    open: impl Fn(S) -> Vec<Input> + Sync,
    mut each: impl FnMut(Row) -> Result<(), E>,
) -> Result<Summary, E> {
    let together = match pace {
        Pace::Together => TOGETHER,
        Pace::OneByOne => 1,
    };
    let judge = |source| {
        open(source).into_iter().map(|input| Row::of(input, trust, now)).collect::<Vec<_>>()
    };
    let mut summary = Summary::default();
    let mut sources = sources.into_iter();
    loop {
        let batch: Vec<S> = sources.by_ref().take(together).collect();
        if batch.is_empty() {
            return Ok(summary);
        }
        let answers: Vec<Vec<Row>> = batch.into_par_iter().map(judge).collect();
        for row in answers.into_iter().flatten() {
            summary.count(&row);
            each(row)?;
        }
    }
}
