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

use super::account::{Account, account};
use super::determination::{Outcome, Question, Treatment};
use super::engine::{Decided, FactSet, Facts, Settled, decide, missing_for, values_to_try};
use super::hours::Hours;
use super::need::{Need, conclude};
use super::policy::Policy;
use super::policy::decision::{FirstOwed, Parameters, PartOf, WindowTest};
use super::policy::vocabulary::{Answer, DateRange, Degree, Fact, Output, Value, Window};
use super::record::{Application, Person, Proof, Record, Role};

/// Completions of missing facts that are tried, at most.
const MAX_COMPLETIONS: usize = 10_000;

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
    /// What is short of what is asked for: year, category, hours. Where hours
    /// are for reference only, what is short of all.
    pub shortfalls: Vec<(u16, usize, Hours)>,
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

/// One way through the rules, all facts known.
struct Course {
    window: Vec<u16>,
    degree: Degree,
    rules: BTreeSet<usize>,
    decisions: BTreeSet<String>,
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
    let axes = axes(case);
    let count = axes.iter().try_fold(1_usize, |count, (_, it)| count.checked_mul(it.len()));
    let ends: Option<Vec<End>> =
        count.filter(|count| (1..=MAX_COMPLETIONS).contains(count)).map(|count| {
            let complete = |at| completion(&case.facts, &axes, at);
            (0..count).map(|at| end(case, &complete(at), &mut accounts)).collect()
        });
    let Some(ends) = ends else {
        let facts = axes.iter().flat_map(|(fact, _)| asked_instead(case, *fact));
        return gather(case, Outcome::Unclear, Vec::new(), facts.collect(), accounts);
    };
    let first = ends.first().map_or(Outcome::NotApplicable, |end| end.outcome);
    let agree = ends.iter().all(|end| end.outcome == first);
    let mut questions: BTreeSet<Question> =
        ends.iter().flat_map(|end| end.questions.iter().cloned()).collect();
    if !agree {
        let differs = |at: usize, next: usize| ends[at].outcome != ends[next].outcome;
        questions.extend(matter(&axes, &differs).flat_map(|fact| asked_instead(case, fact)));
    }
    let outcome = if agree { first } else { Outcome::Unclear };
    gather(case, outcome, ends, questions, accounts)
}

/// The facts that rules ask about and do not get, with the values to try.
fn axes(case: &Case<'_>) -> Vec<(Fact, Vec<Value>)> {
    let mut missing = FactSet::default();
    for output in [Output::Window, Output::WindowStart, Output::Degree] {
        missing.extend(missing_for(case.policy, output, &case.facts));
    }
    missing.iter().map(|fact| (fact, values_to_try(case.policy, fact))).collect()
}

/// The axes' facts that tell two ends apart.
fn matter<'a>(
    axes: &'a [(Fact, Vec<Value>)],
    differs: &'a dyn Fn(usize, usize) -> bool,
) -> impl Iterator<Item = Fact> + 'a {
    let count: usize = axes.iter().map(|(_, values)| values.len()).product();
    let mut step = 1;
    axes.iter().filter_map(move |(fact, values)| {
        let here = step;
        step *= values.len();
        let is_last = |at: usize| (at / here) % values.len() + 1 == values.len();
        (0..count).any(|at| !is_last(at) && differs(at, at + here)).then_some(*fact)
    })
}

/// What to ask for instead of a derived fact: those it follows from.
fn asked_instead(case: &Case<'_>, fact: Fact) -> Vec<Question> {
    let defined = case.policy.definitions.iter().find(|it| it.definition.fact == fact);
    let Some(defined) = defined else { return vec![Question::Fact(fact)] };
    let is_open = |fact: &Fact| match case.facts.value(*fact) {
        Some(Value::Date(DateRange { first, last })) => first != last,
        other => other.is_none(),
    };
    defined.definition.arguments.into_iter().filter(is_open).map(Question::Fact).collect()
}

/// The completion of this number: the axes are the digits, first axis fastest.
fn completion(facts: &Facts, axes: &[(Fact, Vec<Value>)], mut number: usize) -> Facts {
    let mut completed = *facts;
    for (fact, values) in axes {
        completed.set(*fact, Some(values[number % values.len()]));
        number /= values.len();
    }
    completed
}

/// Follows one course to its end.
fn end(case: &Case<'_>, facts: &Facts, accounts: &mut Accounts) -> End {
    match course(case, facts) {
        Ok(Some(course)) => {
            let (outcome, questions) = judge(case, &course, accounts);
            End { course: Some(course), outcome, questions }
        }
        Ok(None) => End { course: None, outcome: Outcome::NotApplicable, questions: Vec::new() },
        Err(question) => End { course: None, outcome: Outcome::Unclear, questions: vec![question] },
    }
}

/// Which years, and how much of their hours; nothing where no rule provides for
/// such an application.
fn course(case: &Case<'_>, facts: &Facts) -> Result<Option<Course>, Question> {
    let mut notes =
        Notes { policy: case.policy, rules: BTreeSet::new(), decisions: BTreeSet::new() };
    let window = match notes.decide(Output::Window, facts)? {
        Some(Value::Window(window)) => window,
        // The annual purpose looks at its own year, and needs no rule for it.
        _ if is_annual(case) => Window { count: 1, back: 0 },
        _ => return Ok(None),
    };
    let mut years: Vec<u16> = window.years(case.policy.year).collect();
    if notes.decide(Output::WindowStart, facts)?.is_some() {
        let first_owed = notes.parameter(|parameters| parameters.first_owed);
        let since = match facts.value(Fact::YearsSinceTransfer) {
            Some(Value::Number(years)) => u16::try_from(years.max(0)).unwrap_or(u16::MAX),
            _ => 0,
        };
        let transfer = case.policy.year.saturating_sub(since);
        let from = match first_owed {
            Some(FirstOwed::SameYear) => transfer,
            Some(FirstOwed::YearAfter) | None => transfer.saturating_add(1),
        };
        years.retain(|year| *year >= from);
    }
    let degree = match notes.decide(Output::Degree, facts)? {
        Some(Value::Degree(degree)) => degree,
        _ => Degree::Full,
    };
    if window == Window::NONE {
        let Notes { rules, decisions, .. } = notes;
        let degree = Degree::NotRequired;
        return Ok(Some(Course { window: Vec::new(), degree, rules, decisions }));
    }
    let Notes { rules, decisions, .. } = notes;
    Ok(Some(Course { window: years, degree, rules, decisions }))
}

fn is_annual(case: &Case<'_>) -> bool {
    let annual = case.policy.vocabulary.keyed(Fact::Purpose, "annual");
    annual.is_some() && case.facts.value(Fact::Purpose) == annual
}

/// Rules and decisions that are used on the way.
struct Notes<'a> {
    policy: &'a Policy,
    rules: BTreeSet<usize>,
    decisions: BTreeSet<String>,
}

impl Notes<'_> {
    /// The first column of a decided output.
    fn decide(&mut self, output: Output, facts: &Facts) -> Result<Option<Value>, Question> {
        match decide(self.policy, output, facts) {
            Decided::One { values, rules, settled } => {
                for rule in &rules {
                    self.decisions.extend(self.policy.rules[*rule].rule.decisions.iter().cloned());
                    self.definitions_of(*rule);
                }
                self.rules.extend(rules);
                if settled == Settled::ByDecision {
                    let settlement = self.policy.settlements.get(&output);
                    self.decisions.extend(settlement.map(|it| it.decision.clone()));
                }
                Ok(values.first().copied())
            }
            Decided::Nothing => Ok(None),
            Decided::Open { missing, .. } => {
                Err(Question::Fact(missing.into_iter().next().unwrap_or(Fact::Purpose)))
            }
            Decided::Collision { rules } => Err(Question::Rules(rules)),
        }
    }

    /// The decisions on the derived facts that a rule asks about.
    fn definitions_of(&mut self, rule: usize) {
        let rule = &self.policy.rules[rule].rule;
        for defined in &self.policy.definitions {
            let fact = defined.definition.fact;
            if rule.inputs.contains(&fact) || rule.conditions.iter().any(|it| it.fact == fact) {
                self.decisions.extend(defined.definition.decisions.iter().cloned());
            }
        }
    }

    /// What the decisions used so far fix.
    fn parameter<T>(&self, of: impl Fn(&Parameters) -> Option<T>) -> Option<T> {
        parameter(self.policy, &self.decisions, of)
    }
}

fn parameter<T>(
    policy: &Policy,
    decisions: &BTreeSet<String>,
    of: impl Fn(&Parameters) -> Option<T>,
) -> Option<T> {
    decisions.iter().filter_map(|id| policy.decisions.get(id)).find_map(|it| of(&it.parameters))
}

/// Accounts by learning year, made up once.
#[derive(Default)]
struct Accounts {
    by_year: BTreeMap<u16, Option<Account>>,
}

impl Accounts {
    fn of(&mut self, case: &Case<'_>, year: u16) -> Option<&Account> {
        let made = self
            .by_year
            .entry(year)
            .or_insert_with(|| case.policies.get(&year).map(|policy| account(policy, case.record)));
        made.as_ref()
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
    for year in &course.window {
        if accounts.of(case, *year).is_none() {
            questions.push(Question::NoPolicy { year: *year });
        }
    }
    if !decides {
        return (Outcome::Passed, Vec::new());
    }
    let needs = needs(case, course, accounts);
    let learnings: Vec<(u16, &Vec<Treatment>)> = course
        .window
        .iter()
        .filter_map(|year| Some((*year, &accounts.by_year.get(year)?.as_ref()?.learnings)))
        .collect();
    let (outcome, mut asked) = conclude(&needs, &learnings);
    asked.append(&mut questions);
    match outcome {
        Outcome::Passed if !asked.is_empty() => (Outcome::Unclear, asked),
        Outcome::Failed => (Outcome::Failed, Vec::new()),
        other => (other, asked),
    }
}

/// What must be there: by year and category, or together where a decision says
/// so.
fn needs(case: &Case<'_>, course: &Course, accounts: &Accounts) -> Vec<Need> {
    let fixed =
        |of: fn(&Parameters) -> Option<WindowTest>| parameter(case.policy, &course.decisions, of);
    let window_test = fixed(|parameters| parameters.window_test);
    let part_of = parameter(case.policy, &course.decisions, |parameters| parameters.part_of);
    let is_total = part_of == Some(PartOf::Total) && matches!(course.degree, Degree::Part(_));
    let mut needs: Vec<Need> = Vec::new();
    let mut add = |need: Need| {
        let is_together = window_test == Some(WindowTest::Sum);
        match needs.iter_mut().find(|other| is_together && other.is_like(&need)) {
            Some(other) => *other = other.clone().and(need),
            None => needs.push(need),
        }
    };
    for account in course.window.iter().filter_map(|year| accounts.by_year.get(year)?.as_ref()) {
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
    for year in &years {
        accounts.of(case, *year);
    }
    let accounts: Vec<Account> =
        years.iter().filter_map(|year| accounts.by_year.remove(year).flatten()).collect();
    let asked = degrees.iter().next_back().copied().unwrap_or(Degree::Full);
    let shortfalls = accounts.iter().flat_map(|account| {
        account.categories.iter().filter_map(move |hours| {
            let credited = hours.credited.unwrap_or(Hours::ZERO);
            let short = asked.of(hours.required).minus(credited);
            (short > Hours::ZERO).then_some((account.year, hours.category, short))
        })
    });
    let shortfalls = shortfalls.collect();
    let mut rules: BTreeSet<usize> =
        courses.iter().flat_map(|course| course.rules.iter().copied()).collect();
    let mut decisions: BTreeSet<String> =
        courses.into_iter().flat_map(|course| course.decisions).collect();
    let consequences = consequences(case, outcome, &mut rules, &mut decisions);
    let year = case.policy.year;
    Determination {
        year,
        outcome,
        degrees,
        years,
        accounts,
        shortfalls,
        rules,
        decisions,
        questions,
        consequences,
    }
}

/// What follows: if something follows for the purpose applied for, all that
/// follows for any.
fn consequences(
    case: &Case<'_>,
    outcome: Outcome,
    rules: &mut BTreeSet<usize>,
    decisions: &mut BTreeSet<String>,
) -> Vec<(Value, Vec<usize>)> {
    let vocabulary = &case.policy.vocabulary;
    let key = match outcome {
        Outcome::Failed => "unfinished",
        Outcome::Passed | Outcome::Unclear | Outcome::NotApplicable => return Vec::new(),
    };
    let facts = case.facts.with(Fact::Learning, vocabulary.keyed(Fact::Learning, key));
    let decided = |facts: &Facts| match decide(case.policy, Output::Consequence, facts) {
        Decided::One { values, rules, .. } => Some((*values.first()?, rules)),
        Decided::Nothing | Decided::Open { .. } | Decided::Collision { .. } => None,
    };
    if decided(&facts).is_none() {
        return Vec::new();
    }
    let purposes = (0..vocabulary.words(Fact::Purpose).len()).map(Value::Word);
    let consequences: Vec<_> =
        purposes.filter_map(|purpose| decided(&facts.with(Fact::Purpose, Some(purpose)))).collect();
    for (_, cited) in &consequences {
        rules.extend(cited);
        let named = cited.iter().flat_map(|rule| &case.policy.rules[*rule].rule.decisions);
        decisions.extend(named.cloned());
    }
    consequences
}

/// The facts of a person's application; derived ones are computed.
pub fn facts(policy: &Policy, record: &Record, application: &Application) -> Facts {
    let Application { purpose, grade, on, year } = *application;
    let Person { born, sex, transfers, education, services } = &record.person;
    let post = record.post(on);
    let proven = |value: Value, proof: Proof, needs_none: bool| {
        (needs_none || proof == Proof::Checked).then_some(value)
    };
    let private = policy.vocabulary.keyed(Fact::Sector, "private");
    let sector = post.and_then(|post| {
        let value = post.sector?;
        proven(value, post.proof, Some(value) != private)
    });
    let grassroots = post.and_then(|post| {
        let answer = post.grassroots?;
        proven(Value::YesNo(answer), post.proof, answer == Answer::No)
    });
    let hospital = services.as_ref().and_then(|services| {
        let mut before = services.iter().filter(|service| service.from <= on).peekable();
        match before.peek() {
            None => Some(Value::YesNo(Answer::No)),
            Some(_) => before
                .any(|service| service.proof == Proof::Checked)
                .then_some(Value::YesNo(Answer::Yes)),
        }
    });
    let transferred = transfers.as_ref().map(|days| {
        let latest = days.iter().filter(|day| **day <= on).max();
        latest.map_or(Value::Absent, |day| Value::Date(DateRange::day(*day)))
    });
    let degrees = education.as_ref().map(|degrees| degrees.iter().filter(|(_, day)| *day <= on));
    let highest = degrees.and_then(|degrees| degrees.map(|(level, _)| *level).max());
    let role = |role| record.held(role, on).map(Value::YesNo);
    let mut facts = Facts::none();
    for (fact, value) in [
        (Fact::Purpose, Some(purpose)),
        (Fact::Grade, grade),
        (Fact::ApplicationYear, Some(Value::Number(i32::from(year)))),
        (Fact::AppliedOn, Some(Value::Date(DateRange::day(on)))),
        (Fact::BornOn, born.map(Value::Date)),
        (Fact::Sex, *sex),
        (Fact::Sector, sector),
        (Fact::Grassroots, grassroots),
        (Fact::DesignatedHospital, hospital),
        (Fact::Education, highest),
        (Fact::UnitKind, post.and_then(|post| post.kind)),
        (Fact::TransferredOn, transferred),
        (Fact::SubjectTeacher, role(Role::SubjectTeacher)),
        (Fact::SkilledWorker, role(Role::SkilledWorker)),
    ] {
        facts.set(fact, value);
    }
    derive(policy, &mut facts);
    facts
}

/// Computes the facts that follow from others.
pub fn derive(policy: &Policy, facts: &mut Facts) {
    for defined in &policy.definitions {
        let definition = &defined.definition;
        if facts.value(definition.fact).is_some() {
            continue; // an example states it
        }
        if let [Some(one), Some(two)] = definition.arguments.map(|fact| facts.value(fact)) {
            facts.set(definition.fact, definition.function.apply(defined.birthday, [one, two]));
        }
    }
}
