//! How we talk: what is wrong, what to do, how far we are.
//!
//! The rules of wording, here and wherever a message is made:
//! - standard output is the answer; everything else goes to standard error;
//! - a problem is `path:line: error: what`, and on a line of its own
//!   `hint: what to do`; the place comes first, so that an editor can jump to it;
//! - sentences are in the office's language, labels (`error:`, `warning:`,
//!   `hint:`) and codes are not translated, so that programs can find them;
//! - no meaning by colour alone; no colour when `NO_COLOR` is set or nobody
//!   watches;
//! - a progress bar only on a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, visible};
use crate::time::UnixTime;

/// Problems printed in one run at most; beyond, they are counted.
pub const MAX_PROBLEMS: usize = 1_000;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: done, and everything is as it should be.
    Good,
    /// 1: done, and something is not.
    NotGood,
    /// 2: it could not be done.
    CouldNot,
}

impl Exit {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::NotGood => 1,
            Self::CouldNot => 2,
        }
    }
}

/// Whether to write in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Yes.
    On,
    /// No.
    Off,
}

impl Colour {
    /// A text in an ANSI style such as `31` (red) or `1` (bold).
    pub fn paint(self, style: &str, text: &str) -> String {
        match self {
            Self::On => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
            Self::Off => text.to_owned(),
        }
    }
}

/// The streams, the terminal and the clock of a run.
pub struct Talk {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    out_colour: Colour,
    err_colour: Colour,
    progress: ProgressDrawTarget,
    now: UnixTime,
}

impl Talk {
    /// The process's own streams, and its clock as of now.
    pub fn process() -> Self {
        let seconds = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
        let wants_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = |is_terminal: bool| {
            if is_terminal && !wants_none { Colour::On } else { Colour::Off }
        };
        Self {
            out: Box::new(io::BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            out_colour: colour(io::stdout().is_terminal()),
            err_colour: colour(io::stderr().is_terminal()),
            progress: ProgressDrawTarget::stderr(),
            now: UnixTime::from_seconds(seconds),
        }
    }

    /// Streams in memory and a clock that stands, for tests.
    pub fn captured(out: Box<dyn Write>, err: Box<dyn Write>, now: UnixTime) -> Self {
        let (out_colour, err_colour) = (Colour::Off, Colour::Off);
        Self { out, err, out_colour, err_colour, progress: ProgressDrawTarget::hidden(), now }
    }

    /// Standard output.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut *self.out
    }

    /// Whether to colour standard output.
    pub fn colour(&self) -> Colour {
        self.out_colour
    }

    /// The time.
    pub fn now(&self) -> UnixTime {
        self.now
    }

    /// Says a sentence to whoever watches.
    pub fn say(&mut self, sentence: &str) {
        let _ = writeln!(self.err, "{sentence}"); // nobody may be listening
    }

    /// Tells what is wrong, by file and place.
    pub fn problems(&mut self, problems: Diagnostics) {
        let problems = problems.into_sorted();
        let count = |severity| problems.iter().filter(|it| it.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        for problem in problems.iter().take(MAX_PROBLEMS) {
            self.problem(problem);
        }
        if let Some(more) = problems.len().checked_sub(MAX_PROBLEMS).filter(|more| *more > 0) {
            self.say(&format!("……还有 {more} 处没有列出"));
        }
        match (errors, warnings) {
            (0, 0) => {}
            (0, warnings) => self.say(&format!("{warnings} 处提醒")),
            (errors, 0) => self.say(&format!("{errors} 处错误")),
            (errors, warnings) => self.say(&format!("{errors} 处错误，{warnings} 处提醒")),
        }
    }

    fn problem(&mut self, problem: &Diagnostic) {
        let Diagnostic { place, severity, message, hint } = problem;
        let label = match severity {
            Severity::Error => self.err_colour.paint("1;31", "error:"),
            Severity::Warning => self.err_colour.paint("1;33", "warning:"),
        };
        let place = place.to_string();
        self.say(&format!("{}: {label} {}", visible(&place), visible(message)));
        self.hint(hint);
    }

    /// Says what to do.
    pub fn hint(&mut self, hint: &str) {
        if !hint.is_empty() {
            let label = self.err_colour.paint("1;36", "hint:");
            self.say(&format!("  {label} {}", visible(hint)));
        }
    }

    /// Tells why nothing could be done.
    pub fn could_not(&mut self, what: &str, hint: &str) -> Exit {
        let label = self.err_colour.paint("1;31", "error:");
        self.say(&format!("{label} {}", visible(what)));
        self.hint(hint);
        Exit::CouldNot
    }

    /// A progress bar for this run, seen only on a terminal.
    pub fn progress(&mut self, label: &'static str) -> Progress {
        let target = std::mem::replace(&mut self.progress, ProgressDrawTarget::hidden());
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner} {msg} {human_pos}（{per_sec}）");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_message(label);
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress { bar }
    }
}

/// A progress bar, gone when dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Does something that the bar must not disturb.
    pub fn suspend<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// So many more are done.
    pub fn add(&self, count: usize) {
        self.bar.inc(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
