//! A learning year's account: learning by learning, into which category, in which
//! year, recognised or not, with how many hours.

use super::course::{parameter, settling};
use super::determination::{Ask, CategoryHours, Treated, Treatment};
use super::engine::{Decided, FactSet, Facts, Wanting, decide};
use super::facts::ROLES;
use super::hours::Hours;
use super::policy::vocabulary::{Column, Fact, Output, Value};
use super::policy::{CategoryTerms, Policy};
use super::record::{Amount, Approval, Learning, Listed, Proof, Record, Source};
use super::refusal::{uncredited, unrecognised};
use crate::time::Date;

/// A learning year's account: what it requires in full, and what was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The learning year.
    pub year: u16,
    /// Hours by category, in the order of the vocabulary; last their total, where
    /// the year requires one.
    pub categories: Vec<CategoryHours>,
    /// Which of them is the total, by its place in the vocabulary.
    pub total: Option<usize>,
    /// What became of each learning, in the order of the record.
    pub learnings: Vec<Treatment>,
    /// The rules that require the hours, by number.
    pub required_by: Vec<usize>,
}

impl Account {
    /// The decisions that settled disagreements of rules on the hours that it requires, on
    /// their period, or on a learning, by id.
    pub(super) fn settled_by<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = &'a String> {
        let of_terms = policy.terms.iter().flat_map(|terms| &terms.settled_by);
        self.learnings.iter().flat_map(|it| &it.settled_by).chain(of_terms)
    }

    /// Whether these hours are the total of the others.
    pub fn is_total(&self, hours: &CategoryHours) -> bool {
        Some(hours.category) == self.total
    }
}

/// Makes up the account of a year.
pub fn account(policy: &Policy, record: &Record) -> Account {
    account_until(policy, record, None)
}

/// Makes up the account of a year as it was on a day: what was completed later does not
/// count.
pub fn account_until(policy: &Policy, record: &Record, until: Option<Date>) -> Account {
    let terms = &policy.terms;
    let mut learnings = Vec::with_capacity(record.learnings.len());
    let mut filling = Vec::new();
    for (at, learning) in record.learnings.iter().enumerate() {
        let (mut treatment, with) = treat(policy, record, at, learning);
        if until.is_some_and(|day| day < learning.completed) {
            treatment.decided = too_late(treatment.decided);
        }
        learnings.push(treatment);
        if with == Credited::Shortfall {
            filling.push(at);
        }
    }
    let settled = |category: usize| {
        let settled = record.settled.iter();
        settled.filter(move |hours| hours.year == policy.year && hours.category == category)
    };
    fill(&mut learnings, &filling, |category| {
        settled(category).fold(Hours::ZERO, |sum, it| sum.plus(it.hours))
    });
    let learned = terms.iter().enumerate().take(policy.vocabulary.learned().end);
    let mut categories: Vec<CategoryHours> = learned
        .map(|(category, terms)| CategoryHours {
            category,
            required: terms.required,
            credited: settled(category).fold(credited(&learnings, category), |sum, hours| {
                Some(sum.unwrap_or(Hours::ZERO).plus(hours.hours))
            }),
        })
        .collect();
    let total = policy.vocabulary.total().and_then(|at| Some((at, terms.get(at)?)));
    if let Some((category, terms)) = total.filter(|(_, terms)| terms.required > Hours::ZERO) {
        let all = categories.iter().filter_map(|hours| hours.credited).reduce(Hours::plus);
        categories.push(CategoryHours { category, required: terms.required, credited: all });
    }
    let required_by = terms.iter().flat_map(|terms| &terms.required_by).copied().collect();
    let total = policy.vocabulary.total();
    Account { year: policy.year, categories, total, learnings, required_by }
}

/// What becomes of a learning that was completed after the day of an application.
fn too_late(decided: Treated) -> Treated {
    match decided {
        Treated::Counted { category, .. } => {
            Treated::AfterApplication { categories: vec![category] }
        }
        Treated::Waiting { categories, .. } => Treated::AfterApplication { categories },
        Treated::AfterApplication { .. }
        | Treated::OtherYear
        | Treated::OutsidePeriod { .. }
        | Treated::NoRule
        | Treated::NotRecognised { .. } => decided,
    }
}

/// With what a learning that counts is credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Credited {
    /// The hours of its record, or as many as the rule says.
    Hours,
    /// What its certificate is converted into: 折合.
    Conversion,
    /// What the category is short of: 视同完成.
    Shortfall,
}

/// Leaves of learning that fulfils a category what the category is short of without it:
/// there is no surplus to show, and none for other years or categories.
fn fill(learnings: &mut [Treatment], filling: &[usize], settled: impl Fn(usize) -> Hours) {
    for at in filling {
        let Some(Treatment { decided: Treated::Counted { category, hours }, .. }) =
            learnings.get(*at)
        else {
            continue;
        };
        let (category, required) = (*category, *hours);
        let others = learnings.iter().enumerate().filter(|(other, _)| {
            // Of two that fulfil it, the first does.
            !filling.contains(other) || other < at
        });
        let others = others.filter_map(|(_, it)| match it.decided {
            Treated::Counted { category: into, hours } => (into == category).then_some(hours),
            _ => None,
        });
        let there = others.fold(settled(category), Hours::plus);
        learnings[*at].decided = Treated::Counted { category, hours: required.minus(there) };
    }
}

/// Takes one learning through the rules: into which category, in which year,
/// recognised or not, with how many hours.
fn treat(
    policy: &Policy,
    record: &Record,
    at: usize,
    learning: &Learning,
) -> (Treatment, Credited) {
    let mut rules = Vec::new();
    let mut with = Credited::Hours;
    let decided = treated(policy, record, learning, &mut with, &mut rules);
    if decided == Treated::OtherYear {
        // How it would count does not matter: it rests on the period alone.
        rules.retain(|rule| policy.rules[*rule].rule.output == Output::LearningPeriod);
    }
    rules.sort_unstable();
    rules.dedup();
    let is_cited =
        |output: &Output| rules.iter().any(|at| policy.rules[*at].rule.output == *output);
    let outputs = [Output::Credit, Output::Recognition].into_iter().filter(is_cited);
    let outputs = outputs.filter(|output| policy.settlements.contains_key(output));
    let outputs: Vec<Output> = outputs.collect();
    let settled_by = match outputs.is_empty() {
        true => Vec::new(),
        false => settling(policy, &outputs, &facts_of(policy, record, learning)),
    };
    (Treatment { learning: at, decided, rules, settled_by }, with)
}

fn treated(
    policy: &Policy,
    record: &Record,
    learning: &Learning,
    with: &mut Credited,
    cited: &mut Vec<usize>,
) -> Treated {
    let facts = facts_of(policy, record, learning);
    let (categories, hours, open) = match decide(policy, Output::Credit, &facts) {
        Decided::Nothing => {
            cited.extend(uncredited(policy, &facts).rules);
            return Treated::NoRule;
        }
        Decided::One { values, rules, .. } => {
            let Some((category, fixed)) = credit(values) else { return Treated::NoRule };
            let hours = amount(policy, learning, fixed, &rules, policy.terms.get(category));
            match policy.vocabulary.column_key(Column::CreditHours, fixed) {
                Some("fulfilled") => *with = Credited::Shortfall,
                Some("converted") => *with = Credited::Conversion,
                _ => {}
            }
            cited.extend(rules);
            (vec![category], hours, None)
        }
        Decided::Open { missing, possible } => {
            let rules = uncredited(policy, &facts).rules;
            let most = possible.iter().filter_map(|values| credit(values));
            let most = most.map(|(category, fixed)| {
                amount(policy, learning, fixed, &rules, policy.terms.get(category))
            });
            // At most so much, whatever the facts turn out to be.
            let hours = most.reduce(|one, other| Some(one?.max(other?))).flatten();
            cited.extend(rules);
            let mut categories: Vec<_> =
                possible.iter().filter_map(|values| credit(values)).map(|(it, _)| it).collect();
            categories.sort_unstable();
            categories.dedup();
            let unproven = facts.unproven_among(&missing);
            let ask = if unproven.is_empty() { Ask::Facts(missing) } else { Ask::Proof(unproven) };
            (categories, hours, Some(ask))
        }
        Decided::Collision { rules } => {
            let all = policy.vocabulary.learned().collect();
            (all, None, Some(Ask::Decision(rules)))
        }
    };
    let (categories, outside): (Vec<_>, Vec<_>) = categories
        .into_iter()
        .partition(|category| is_in_period(policy, *category, learning, cited));
    if categories.is_empty() || learning.year.is_some_and(|year| year != policy.year) {
        return match learning.year {
            Some(year) if year == policy.year => Treated::OutsidePeriod { categories: outside },
            Some(_) | None => Treated::OtherYear,
        };
    }
    let mut questions: Vec<Ask> = open.into_iter().collect();
    match recognition(policy, learning, &facts, cited) {
        Recognition::Yes => {}
        Recognition::No => {
            cited.extend(unrecognised(policy, &facts).rules);
            return Treated::NotRecognised { category: categories[0] };
        }
        Recognition::Open(question) => questions.push(question),
    }
    questions.extend(unproven(learning, *with));
    questions.extend(unstated_year(policy, learning).map(Ask::Year));
    if hours.is_none() && !matches!(learning.amount, Amount::Hours(_)) {
        questions.push(Ask::CertificateHours);
    }
    match (hours, categories.first()) {
        (Some(hours), Some(category)) if questions.is_empty() => {
            Treated::Counted { category: *category, hours }
        }
        _ => Treated::Waiting { categories, hours, questions },
    }
}

/// What to ask for where a learning is not proven: its evidence was rejected; or it is
/// an examination that nobody confirmed and whose certificate nobody checked, or that is
/// on no list; or it is a training whose hours are converted, and nobody has checked the
/// certificate that they are converted by.
fn unproven(learning: &Learning, with: Credited) -> Option<Ask> {
    let is_uncertified = with == Credited::Conversion && learning.source == Source::Training;
    let rests_on_evidence = learning.approval == Approval::NotNeeded || is_uncertified;
    match (learning.proof, learning.listed) {
        (Proof::Rejected, _) => Some(Ask::Evidence),
        (Proof::Wanting, _) if rests_on_evidence => Some(Ask::Evidence),
        (Proof::Wanting | Proof::Checked, Listed::No) => Some(Ask::Listing),
        (Proof::Wanting | Proof::Checked, Listed::Yes) => None,
    }
}

/// What rules on a learning are asked with.
pub(super) fn facts_of(policy: &Policy, record: &Record, learning: &Learning) -> Facts {
    let vocabulary = &policy.vocabulary;
    let side = |fact, region: Option<&String>| {
        let key = if region?.starts_with(&policy.region) { "inside" } else { "outside" };
        vocabulary.keyed(fact, key)
    };
    let role = |role| record.held(role, learning.completed).map(Value::YesNo);
    let (status, authority) = match &learning.approval {
        Approval::Stated { status, region, .. } => (Some(*status), region.as_ref()),
        Approval::NotNeeded | Approval::Unknown => (None, None),
    };
    let mut facts = Facts::none();
    facts.set(Fact::TrainingKind, Some(learning.kind));
    let year = learning.year.map_or(Value::Absent, |year| Value::Number(year.into()));
    facts.set(Fact::LearningYear, Some(year));
    let mut unproven = FactSet::default();
    for (fact, of) in ROLES {
        facts.set(fact, role(of));
        if record.is_unproven(of, learning.completed) {
            unproven.insert(fact);
        }
    }
    facts.leave_wanting(Wanting { unproven, ..Wanting::default() });
    facts.set(Fact::ExamPlace, side(Fact::ExamPlace, learning.exam_place.as_ref()));
    facts.set(Fact::ApprovalStatus, status);
    facts.set(Fact::ApprovalAuthority, side(Fact::ApprovalAuthority, authority));
    facts
}

/// The category of a decided credit row, and what it says of the hours: a word,
/// or how many.
fn credit(values: &[Value]) -> Option<(usize, Value)> {
    match values {
        [Value::Category(category), hours] => Some((*category, *hours)),
        _ => None,
    }
}

/// The hours that a credit row gives; `None` where the proof is silent.
fn amount(
    policy: &Policy,
    learning: &Learning,
    credit: Value,
    rules: &[usize],
    terms: Option<&CategoryTerms>,
) -> Option<Hours> {
    if let Value::Hours(fixed) = credit {
        return Some(fixed);
    }
    let stated = match learning.amount {
        Amount::Hours(hours) => Some(hours),
        Amount::Days(_) | Amount::Unstated => None,
    };
    match policy.vocabulary.column_key(Column::CreditHours, credit) {
        Some("fulfilled") => terms.map(|terms| terms.required),
        Some("converted") => stated.or_else(|| match learning.amount {
            Amount::Days(days) => {
                let hours = hours_per_day(policy, rules)?;
                Some(Hours::from_tenths(hours.saturating_mul(10)).times(days))
            }
            Amount::Hours(_) | Amount::Unstated => None,
        }),
        _ => stated,
    }
}

/// The hours of a day, as a decision that one of the rules names has it.
fn hours_per_day(policy: &Policy, rules: &[usize]) -> Option<u32> {
    parameter(policy, rules, |parameters| parameters.hours_per_day)
}

fn is_in_period(
    policy: &Policy,
    category: usize,
    learning: &Learning,
    cited: &mut Vec<usize>,
) -> bool {
    let Some(terms) = policy.terms.get(category) else { return false };
    cited.extend(&terms.period_by);
    terms.period.is_some_and(|[first, last]| (first..=last).contains(&learning.completed))
}

/// The years to choose from, where a learning that states none was completed
/// within the periods of several.
fn unstated_year(policy: &Policy, learning: &Learning) -> Option<Vec<u16>> {
    if policy.elsewhere.is_empty() || learning.year.is_some() {
        return None;
    }
    let Value::Word(kind) = learning.kind else { return None };
    let holds = |periods: &Vec<[Date; 2]>| {
        periods.iter().any(|[first, last]| (first..=last).contains(&&learning.completed))
    };
    let others = policy.elsewhere.iter().filter(|it| it.periods.get(kind).is_some_and(holds));
    let mut years: Vec<u16> = others.map(|other| other.year).collect();
    if years.is_empty() {
        return None;
    }
    years.push(policy.year);
    years.sort_unstable();
    Some(years)
}

enum Recognition {
    Yes,
    No,
    Open(Ask),
}

fn recognition(
    policy: &Policy,
    learning: &Learning,
    facts: &Facts,
    cited: &mut Vec<usize>,
) -> Recognition {
    if learning.approval == Approval::NotNeeded {
        return Recognition::Yes;
    }
    match decide(policy, Output::Recognition, facts) {
        Decided::Nothing => Recognition::No,
        Decided::Open { .. } => Recognition::Open(Ask::Approval),
        Decided::Collision { rules } => Recognition::Open(Ask::Decision(rules)),
        Decided::One { values, rules, .. } => {
            cited.extend(rules);
            let words = policy.vocabulary.column_words(Column::Recognition);
            let key = match values {
                [Value::Word(word)] => words.get(*word).and_then(|word| word.key.as_deref()),
                _ => None,
            };
            match key {
                Some("yes") => Recognition::Yes,
                _ => Recognition::Open(Ask::Approval),
            }
        }
    }
}

/// The hours counted in a category; `None` if no learning of the year touches
/// it, counted or waiting or refused.
fn credited(learnings: &[Treatment], category: usize) -> Option<Hours> {
    let mut sum = None;
    for treatment in learnings {
        match &treatment.decided {
            Treated::Counted { category: into, hours } if *into == category => {
                sum = Some(sum.unwrap_or(Hours::ZERO).plus(*hours));
            }
            // Nothing learned is on record once somebody has confirmed it.
            Treated::Waiting { hours: Some(Hours::ZERO), .. } => {}
            Treated::Waiting { categories, .. } if categories.contains(&category) => {
                sum = sum.or(Some(Hours::ZERO));
            }
            Treated::NotRecognised { category: into } if *into == category => {
                sum = sum.or(Some(Hours::ZERO));
            }
            Treated::OutsidePeriod { categories } | Treated::AfterApplication { categories }
                if categories.contains(&category) =>
            {
                sum = sum.or(Some(Hours::ZERO));
            }
            Treated::Counted { .. }
            | Treated::Waiting { .. }
            | Treated::OtherYear
            | Treated::OutsidePeriod { .. }
            | Treated::AfterApplication { .. }
            | Treated::NoRule
            | Treated::NotRecognised { .. } => {}
        }
    }
    sum
}
