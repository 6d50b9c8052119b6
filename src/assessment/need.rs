//! Hours that must be there, whether they are, and the fewest things to ask for
//! where that is open.

use super::determination::{Ask, CategoryHours, Outcome, Question, Treated, Treatment};
use super::hours::Hours;

/// Hours that must be there: of one category and year, or of several together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub years: Vec<u16>,
    pub categories: Vec<usize>,
    pub required: Hours,
    /// Hours that count.
    pub credited: Hours,
    /// The years and categories of it that there is no record of.
    pub unrecorded: Vec<(u16, usize)>,
}

impl Need {
    /// All that a category of a year requires.
    pub(super) fn of(year: u16, hours: &CategoryHours) -> Self {
        let unrecorded = hours.credited.is_none().then_some((year, hours.category));
        Self {
            years: vec![year],
            categories: vec![hours.category],
            required: hours.required,
            credited: hours.credited.unwrap_or(Hours::ZERO),
            unrecorded: unrecorded.into_iter().collect(),
        }
    }

    /// Both together.
    pub(super) fn and(mut self, other: Self) -> Self {
        for year in other.years {
            if !self.years.contains(&year) {
                self.years.push(year);
            }
        }
        for category in other.categories {
            if !self.categories.contains(&category) {
                self.categories.push(category);
            }
        }
        self.required = self.required.plus(other.required);
        self.credited = self.credited.plus(other.credited);
        self.unrecorded.extend(other.unrecorded);
        self
    }

    fn shortfall(&self) -> Hours {
        self.required.minus(self.credited)
    }
}

/// Passed, failed, or what to ask for.
pub(super) fn conclude(
    needs: &[Need],
    learnings: &[(u16, &Vec<Treatment>)],
) -> (Outcome, Vec<Question>) {
    let short: Vec<_> = needs.iter().filter(|need| need.shortfall() > Hours::ZERO).collect();
    if short.is_empty() {
        return (Outcome::Passed, Vec::new());
    }
    let mut questions: Vec<Question> = Vec::new();
    for need in short {
        let Some(asks) = fewest(need, learnings) else {
            return (Outcome::Failed, Vec::new());
        };
        for ask in asks {
            if !questions.contains(&ask) {
                questions.push(ask);
            }
        }
    }
    (Outcome::Unclear, questions)
}

/// The fewest things to ask for that can fill a shortfall, in the order of the
/// record; `None` if all of them cannot.
fn fewest(need: &Need, learnings: &[(u16, &Vec<Treatment>)]) -> Option<Vec<Question>> {
    // What there is no record of may amount to anything.
    if let Some((year, category)) = need.unrecorded.first() {
        return Some(vec![Question::NoRecord { year: *year, category: *category }]);
    }
    let mut waiting: Vec<(Hours, bool, usize, &Ask)> = Vec::new();
    for (_, treatments) in learnings.iter().filter(|(year, _)| need.years.contains(year)) {
        for treatment in *treatments {
            match &treatment.decided {
                Treated::Waiting { categories, hours, question }
                    if categories.iter().any(|it| need.categories.contains(it)) =>
                {
                    // What is open may amount to anything.
                    let most = hours.unwrap_or(need.required);
                    waiting.push((most, hours.is_none(), treatment.learning, question));
                }
                _ => {}
            }
        }
    }
    // Largest first needs the fewest; of equals those that are certain, then the
    // order of the record.
    waiting.sort_by_key(|(hours, is_open, at, _)| (std::cmp::Reverse(*hours), *is_open, *at));
    let mut reached = Hours::ZERO;
    let mut asked: Vec<(usize, &Ask)> = Vec::new();
    for (hours, _, at, ask) in waiting {
        if reached >= need.shortfall() {
            break;
        }
        reached = reached.plus(hours);
        asked.push((at, ask));
    }
    if reached < need.shortfall() {
        return None;
    }
    asked.sort_by_key(|(at, _)| *at);
    let question =
        |(learning, ask): (usize, &Ask)| Question::Learning { learning, ask: ask.clone() };
    Some(asked.into_iter().map(question).collect())
}
