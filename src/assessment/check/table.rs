//! One table: rows that contradict each other, that can never be true, or that
//! say nothing new.

use super::space::{Region, Search, Space, TooWide};
use super::{conditions, demands, outcome, place, tests_of, too_wide};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::rule::Rule;
use crate::assessment::policy::vocabulary::Vocabulary;
use crate::diagnostic::{Diagnostics, Place};

pub(super) fn check(
    notice: &Notice,
    rule: &Rule,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) {
    let space = Space::of(vocabulary, tests_of(rule));
    let regions = rule.rows.iter().map(|row| space.region(demands(rule, row))).collect();
    let mut table = Table { notice, rule, vocabulary, space, regions, problems };
    if table.check().is_err() {
        let what = format!("规则 {} 的表", rule.name);
        too_wide(place(&notice.path, rule), &what, table.problems);
    }
}

struct Table<'a, 'p> {
    notice: &'a Notice,
    rule: &'a Rule,
    vocabulary: &'a Vocabulary,
    space: Space<'a>,
    /// The box of each row.
    regions: Vec<Region>,
    problems: &'p mut Diagnostics,
}

impl Table<'_, '_> {
    fn check(&mut self) -> Result<(), TooWide> {
        let mut search = Search::new();
        let mut sound = Vec::new();
        for row in 0..self.regions.len() {
            search.spend((row + 1) * self.rule.inputs.len().max(1))?;
            sound.push(row);
            if let Some(told) = self.fault(row) {
                sound.retain(|row| *row != told);
            }
        }
        self.redundant(sound, &mut search)
    }

    fn place(&self, row: usize) -> Place {
        Place::line(&self.notice.path, self.rule.rows[row].line)
    }

    /// Tells what is wrong between a row and those before it, once; which row it
    /// is told of.
    fn fault(&mut self, at: usize) -> Option<usize> {
        let (rows, region) = (&self.rule.rows, &self.regions[at]);
        if region.is_empty() {
            let conditions = self.space.region(conditions(self.rule));
            let hint = if conditions.is_empty() {
                "“适用”的各项条件不能同时成立；改正其中一项"
            } else {
                "改正这一行，或改正“适用”"
            };
            let message = "这一行永远不成立：它与“适用”的条件没有共同的情形";
            self.problems.error(self.place(at), message, hint);
            return Some(at);
        }
        for before in 0..at {
            let other = &self.regions[before];
            if !region.meets(other) {
                continue;
            }
            if rows[before].values != rows[at].values {
                let both = region.and(other);
                let example = both.first().map(|it| self.space.words(&it, &[region, other]));
                let [one, two] =
                    [before, at].map(|row| outcome(self.vocabulary, self.rule, &rows[row]));
                let example = match example.filter(|it| !it.is_empty()) {
                    Some(example) => format!("，如 {example}"),
                    None => String::new(),
                };
                let message = format!(
                    "这一行与第 {} 行重叠而结果不同（{two}、{one}）{example}",
                    rows[before].line
                );
                self.problems.error(self.place(at), message, "改正其中一行的条件，使两行不重叠");
                return Some(at);
            }
            let covered = match (other.holds(region), region.holds(other)) {
                (true, _) => Some((at, before)),
                (false, true) => Some((before, at)),
                (false, false) => None,
            };
            if let Some((row, by)) = covered {
                let message = format!("这一行轮不到：第 {} 行已包括它的全部情形", rows[by].line);
                self.problems.error(self.place(row), message, "删去这一行，或改正条件");
                return Some(row);
            }
        }
        None
    }

    /// Rows whose every case others of the same outcome cover between them.
    fn redundant(&mut self, mut rows: Vec<usize>, search: &mut Search) -> Result<(), TooWide> {
        for at in (0..rows.len()).rev() {
            let row = rows[at];
            let says_same = |other: &&usize| {
                **other != row
                    && self.rule.rows[**other].values == self.rule.rows[row].values
                    && self.regions[**other].meets(&self.regions[row])
            };
            search.spend(rows.len())?;
            let covers: Vec<&Region> =
                rows.iter().filter(says_same).map(|other| &self.regions[*other]).collect();
            let is_covered = |cover: &&Region| cover.holds(&self.regions[row]);
            if covers.len() < 2 || covers.iter().any(is_covered) {
                continue; // a single row that covers another has been told
            }
            if search.first(&self.space, &self.regions[row], &covers)?.is_none() {
                let message = "这一行多余：同表其他几行合起来已包括它的全部情形，结果相同";
                self.problems.warning(self.place(row), message, "删去这一行，或改正条件");
                rows.remove(at);
            }
        }
        Ok(())
    }
}
