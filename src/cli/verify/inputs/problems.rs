//! What could not be read, told at the end; rows tell all of it as they come.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::cli::message::MAX_PROBLEMS;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};

/// Problems told by whichever core meets them: the first ones by place, so that it
/// does not matter who meets them when, and a count of the others.
pub(in crate::cli::verify) struct Problems(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Each with how often it was told.
    first: BTreeMap<Diagnostic, u64>,
    others: u64,
}

impl Problems {
    pub(in crate::cli::verify) fn new() -> Self {
        Self(Mutex::default())
    }

    /// The first problems, and how many more there were.
    pub(in crate::cli::verify) fn into_inner(self) -> (Diagnostics, u64) {
        let kept = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut problems = Diagnostics::new();
        for Diagnostic { place, severity: _, message, hint } in kept.first.into_keys() {
            problems.error(place, message, hint);
        }
        (problems, kept.others)
    }

    pub(super) fn error(&self, path: &str, message: &str, hint: &str) {
        let (message, hint) = (message.to_owned(), hint.to_owned());
        let place = Place::file(path);
        let problem = Diagnostic { place, severity: Severity::Error, message, hint };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept.first.entry(problem).or_default() += 1;
        if kept.first.len() > MAX_PROBLEMS
            && let Some((_, count)) = kept.first.pop_last()
        {
            kept.others += count;
        }
    }

    pub(super) fn not_read(&self, path: &str, error: &io::Error) {
        self.error(path, &super::not_read(error), "检查文件的权限和存放的介质");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_problems_are_a_thousand_and_a_number() {
        let problems = Problems::new();
        for at in (0..1_000_000).rev() {
            problems.error(&format!("{at:07}"), "x", "");
        }
        let (first, others) = problems.into_inner();
        let first = first.into_sorted();
        assert_eq!((first.len() as u64, others), (MAX_PROBLEMS as u64, 999_000));
        assert_eq!(first[999].place.path, "0000999");
    }
}
