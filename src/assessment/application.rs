//! Determinations for every purpose: which years are looked at, how much of
//! their hours is asked for, whether it is there, and what follows.
//!
//! Two clocks: which years and how much (窗口, 要求程度) come from the policy of the
//! year applied in; what a year requires and counts, from that learning year's
//! own policy.
//!
//! Facts that are missing are completed in every way that the rules tell apart.
//! If all completions end alike, that is the result; otherwise it is 待核定, and
//! the facts that tell the ends apart are what to ask for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::account::{Account, account_until};
use super::completion::Completions;
use super::course::{Cited, Course, course, parameter};
use super::determination::{Asked, Outcome, Question, Treatment};
use super::engine::{Decided, Facts, decide};
use super::explain::no_policy;
use super::hours::Hours;
use super::need::{Need, conclude};
use super::policy::Policy;
use super::policy::decision::{LearningAfterApplication, Parameters, PartOf, WindowTest};
use super::policy::vocabulary::{Degree, Fact, Output, Value, Vocabulary};
use super::record::{Application, Record};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

pub use super::facts::{derive, facts};

/// What decides an application: its year's policy, its facts, and the record
/// that its hours are in.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Policies by learning year.
    pub policies: &'a BTreeMap<u16, Policy>,
    /// The policy of the year applied in.
    pub policy: &'a Policy,
    /// Facts of the person and of the application; derived ones among them.
    pub facts: Facts,
    /// What was learned.
    pub record: &'a Record,
}

/// The result of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Determination {
    /// The year applied in.
    pub year: u16,
    /// The result.
    pub outcome: Outcome,
    /// How much of the hours was asked for: one degree, or those that the
    /// completions of missing facts lead to.
    pub degrees: BTreeSet<Degree>,
    /// The learning years looked at, earliest first.
    pub years: BTreeSet<u16>,
    /// What each of them requires in full, and what was learned.
    pub accounts: Vec<Account>,
    /// What is asked for, by year and category, or together where a decision says so.
    /// Where hours are for reference only, all; where it is open how much, the most.
    pub asked: Vec<Asked>,
    /// The rules of the year applied in that the result rests on, by number.
    pub rules: BTreeSet<usize>,
    /// The decisions that were used, by id.
    pub decisions: BTreeSet<String>,
    /// What to ask for.
    pub questions: BTreeSet<Question>,
    /// What follows from hours that are not there, as words of the vocabulary,
    /// each with its rules.
    pub consequences: Vec<(Value, Vec<usize>)>,
}

impl Determination {
    /// What is short of what is asked for.
    pub fn shortfalls(&self) -> impl Iterator<Item = &Asked> {
        self.asked.iter().filter(|asked| asked.shortfall() > Hours::ZERO)
    }
}

/// Tells applications on a day that is not of their year: neither of the calendar's, nor
/// of the year's learning periods, which may end later.
pub fn check_days(
    policies: &BTreeMap<u16, Policy>,
    record: &Record,
    place: &Place,
    problems: &mut Diagnostics,
) {
    for Application { on, year, .. } in &record.applications {
        let Some(policy) = policies.get(year) else { continue };
        let mut periods = policy.terms.iter().filter_map(|terms| terms.period);
        if on.year() != *year && !periods.any(|[first, last]| (first..=last).contains(on)) {
            problems.warning(
                place.clone(),
                format!("申报日 {on} 不在申报年度 {year} 之内"),
                "核对 applications 中的 on 和 year",
            );
        }
    }
}

/// An application of a year that no notice speaks of: nobody can judge it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WithoutRules {
    /// Whose it is.
    pub person: String,
    /// 待核定
    pub outcome: &'static str,
    /// What for.
    pub purpose: String,
    /// The year applied in.
    pub year: u16,
    /// The day of the application.
    pub on: String,
    /// What to ask for: the rules of that year.
    pub questions: Vec<String>,
}

impl WithoutRules {
    /// What becomes of such an application.
    pub fn of(vocabulary: &Vocabulary, record: &Record, application: &Application) -> Self {
        let Application { purpose, grade: _, on, year } = *application;
        Self {
            person: record.id.as_str().to_owned(),
            outcome: Outcome::Unclear.word(),
            purpose: vocabulary.value_text(vocabulary.words(Fact::Purpose), purpose),
            year,
            on: on.to_string(),
            questions: vec![no_policy(year)],
        }
    }
}

/// How one course ends.
struct End {
    course: Option<Course>,
    outcome: Outcome,
    questions: Vec<Question>,
}

/// Judges an application.
pub fn determine(case: &Case<'_>) -> Determination {
    let mut accounts = Accounts::default();
    let outputs = [Output::Window, Output::WindowStart, Output::Degree];
    let completions = Completions::of(case.policy, &case.facts, &outputs);
    let Some(count) = completions.count() else {
        let questions = completions.all().into_iter().collect();
        return gather(case, Outcome::Unclear, Vec::new(), questions, accounts);
    };
    let ends: Vec<End> =
        (0..count).map(|at| end(case, &completions.at(at), &mut accounts)).collect();
    let first = ends.first().map_or(Outcome::NotApplicable, |end| end.outcome);
    let agree = ends.iter().all(|end| end.outcome == first);
    let mut questions: BTreeSet<Question> =
        ends.iter().flat_map(|end| end.questions.iter().cloned()).collect();
    if !agree {
        let differs = |at: usize, next: usize| ends[at].outcome != ends[next].outcome;
        questions.extend(completions.that_matter(&differs));
    }
    let outcome = if agree { first } else { Outcome::Unclear };
    gather(case, outcome, ends, questions, accounts)
}

/// Follows one course to its end.
fn end(case: &Case<'_>, facts: &Facts, accounts: &mut Accounts) -> End {
    match course(case.policy, facts) {
        Ok(Some(course)) => {
            let (outcome, questions) = judge(case, &course, accounts);
            End { course: Some(course), outcome, questions }
        }
        Ok(None) => End { course: None, outcome: Outcome::NotApplicable, questions: Vec::new() },
        Err(question) => End { course: None, outcome: Outcome::Unclear, questions: vec![question] },
    }
}

/// Accounts by learning year, made up once.
#[derive(Default)]
struct Accounts {
    by_year: BTreeMap<(u16, Option<Date>), Option<Account>>,
}

impl Accounts {
    fn of(&mut self, case: &Case<'_>, year: u16, until: Option<Date>) -> Option<&Account> {
        let made = self.by_year.entry((year, until)).or_insert_with(|| {
            let policy = case.policies.get(&year)?;
            Some(account_until(policy, case.record, until))
        });
        made.as_ref()
    }
}

/// The day after which learning does not count for a course, where one of its decisions
/// says so.
fn until(case: &Case<'_>, course: &Course) -> Option<Date> {
    let after = |parameters: &Parameters| parameters.learning_after_application;
    let decided = parameter(case.policy, &course.by_window.rules, after);
    match (decided?, case.facts.value(Fact::AppliedOn)?) {
        (LearningAfterApplication::Not, Value::Date(on)) => Some(on.last),
        (LearningAfterApplication::Not | LearningAfterApplication::Counts, _) => None,
    }
}

/// Whether the hours that a course asks for are there.
fn judge(case: &Case<'_>, course: &Course, accounts: &mut Accounts) -> (Outcome, Vec<Question>) {
    let decides = match course.degree {
        Degree::NotRequired => return (Outcome::Passed, Vec::new()),
        Degree::Reference => false,
        Degree::Part(_) | Degree::Full => true,
    };
    let mut questions = Vec::new();
    let until = until(case, course);
    for year in &course.window {
        if accounts.of(case, *year, until).is_none() {
            questions.push(Question::NoPolicy { year: *year });
        }
    }
    if !decides {
        return (Outcome::Passed, Vec::new());
    }
    let of = |year: u16| accounts.by_year.get(&(year, until))?.as_ref();
    let in_window = course.window.iter().filter_map(|year| of(*year));
    let needs = needs(case.policy, course, in_window);
    let learnings: Vec<(u16, &Vec<Treatment>)> =
        course.window.iter().filter_map(|year| Some((*year, &of(*year)?.learnings))).collect();
    let (outcome, mut asked) = conclude(case.record, &needs, &learnings);
    asked.append(&mut questions);
    match outcome {
        Outcome::Passed if !asked.is_empty() => (Outcome::Unclear, asked),
        Outcome::Failed => (Outcome::Failed, Vec::new()),
        other => (other, asked),
    }
}

/// What must be there: by year and category, or together where a decision says
/// so.
fn needs<'a>(
    policy: &Policy,
    course: &Course,
    accounts: impl Iterator<Item = &'a Account>,
) -> Vec<Need> {
    let window_test = parameter(policy, &course.by_window.rules, |it| it.window_test);
    let part_of = parameter(policy, &course.by_degree.rules, |it| it.part_of);
    let is_total = part_of == Some(PartOf::Total) && matches!(course.degree, Degree::Part(_));
    let mut needs: Vec<Need> = Vec::new();
    let mut add = |need: Need| {
        let is_together = window_test == Some(WindowTest::Sum);
        match needs.iter_mut().find(|other| is_together && other.is_like(&need)) {
            Some(other) => *other = other.clone().and(need),
            None => needs.push(need),
        }
    };
    for account in accounts {
        if is_total {
            add(Need::total(account));
            continue;
        }
        for need in Need::all(account) {
            add(need.in_part(course.degree));
        }
    }
    if is_total {
        needs = needs.into_iter().map(|need| need.in_part(course.degree)).collect();
    }
    needs
}

/// Puts together what all courses came to.
fn gather(
    case: &Case<'_>,
    outcome: Outcome,
    ends: Vec<End>,
    questions: BTreeSet<Question>,
    mut accounts: Accounts,
) -> Determination {
    let courses: Vec<Course> = ends.into_iter().filter_map(|end| end.course).collect();
    let years: BTreeSet<u16> = courses.iter().flat_map(|it| it.window.iter().copied()).collect();
    let degrees: BTreeSet<Degree> = courses.iter().map(|course| course.degree).collect();
    // Courses of one application go by the same clauses on the years to look at.
    let until = courses.iter().find_map(|course| until(case, course));
    // Where nothing is asked for, no hours are looked at.
    let is_asked = degrees.iter().any(|degree| *degree != Degree::NotRequired);
    for year in years.iter().filter(|_| is_asked) {
        accounts.of(case, *year, until);
    }
    let accounts = years.iter().filter_map(|year| accounts.by_year.remove(&(*year, until)));
    let accounts: Vec<Account> = accounts.flatten().collect();
    let most = courses.iter().max_by_key(|course| course.degree);
    let asked = most.map(|course| needs(case.policy, course, accounts.iter()));
    let asked = asked.unwrap_or_default().into_iter().map(Need::told).collect();
    let Cited { mut rules, mut decisions } = cited(&courses);
    let mut questions = questions;
    let consequences = consequences(case, outcome, &mut rules, &mut decisions, &mut questions);
    if outcome == Outcome::Failed {
        decisions.extend(case.policy.on_failure().map(|decision| decision.id.clone()));
    }
    let year = case.policy.year;
    Determination {
        year,
        outcome,
        degrees,
        years,
        accounts,
        asked,
        rules,
        decisions,
        questions,
        consequences,
    }
}

/// What a result rests on. Of completions that go the same way, what only some of them
/// cite is of no weight.
fn cited(courses: &[Course]) -> Cited {
    let parts: [fn(&Course) -> &Cited; 3] =
        [|it| &it.by_window, |it| &it.by_start, |it| &it.by_degree];
    let way = |course: &Course| match course.degree {
        Degree::NotRequired => (course.degree, Vec::new()),
        Degree::Reference | Degree::Part(_) | Degree::Full => {
            (course.degree, course.window.clone())
        }
    };
    let ways: BTreeSet<_> = courses.iter().map(way).collect();
    let alike = parts.map(|part| Cited::alike(courses.iter().map(part)));
    match (ways.len(), Cited::any(alike.iter())) {
        (0 | 1, alike) if !alike.rules.is_empty() => alike,
        _ => Cited::any(courses.iter().flat_map(|course| parts.map(|part| part(course)))),
    }
}

/// What follows: if something follows for the purpose applied for, all that
/// follows for any.
fn consequences(
    case: &Case<'_>,
    outcome: Outcome,
    rules: &mut BTreeSet<usize>,
    decisions: &mut BTreeSet<String>,
    questions: &mut BTreeSet<Question>,
) -> Vec<(Value, Vec<usize>)> {
    let vocabulary = &case.policy.vocabulary;
    let key = match outcome {
        Outcome::Failed => "unfinished",
        Outcome::Passed | Outcome::Unclear | Outcome::NotApplicable => return Vec::new(),
    };
    let facts = case.facts.with(Fact::Learning, vocabulary.keyed(Fact::Learning, key));
    let purposes = (0..vocabulary.words(Fact::Purpose).len()).map(Value::Word);
    let decided = |facts: &Facts| decide(case.policy, Output::Consequence, facts);
    match decided(&facts) {
        Decided::One { .. } => {}
        // Whether anything follows depends on what is not known.
        Decided::Open { missing, .. } => {
            questions.extend(missing.into_iter().map(|fact| facts.ask(fact)));
            return Vec::new();
        }
        Decided::Nothing | Decided::Collision { .. } => return Vec::new(),
    }
    let mut consequences = Vec::new();
    for purpose in purposes {
        match decided(&facts.with(Fact::Purpose, Some(purpose))) {
            Decided::One { values, rules, settled } => {
                let settled_by = settled.decision(case.policy, Output::Consequence);
                decisions.extend(settled_by.map(str::to_owned));
                consequences.extend(values.first().map(|value| (*value, rules)));
            }
            // Whether something follows depends on what is not known.
            Decided::Open { missing, .. } => {
                questions.extend(missing.into_iter().map(|fact| facts.ask(fact)))
            }
            Decided::Nothing | Decided::Collision { .. } => {}
        }
    }
    for (_, cited) in &consequences {
        rules.extend(cited);
        let named = cited.iter().flat_map(|rule| &case.policy.rules[*rule].rule.decisions);
        decisions.extend(named.cloned());
    }
    consequences
}
