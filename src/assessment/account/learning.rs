//! One learning: into which category, in which year, recognised or not, with how many
//! hours.

use crate::assessment::course::{parameter, settling};
use crate::assessment::determination::{Ask, Treated, Treatment};
use crate::assessment::engine::{Decided, FactSet, Facts, Wanting, decide};
use crate::assessment::facts::ROLES;
use crate::assessment::hours::Hours;
use crate::assessment::policy::vocabulary::{Column, Fact, Output, Value};
use crate::assessment::policy::{CategoryTerms, Policy};
use crate::assessment::record::{Amount, Approval, Learning, Listed, Proof, Record, Source};
use crate::assessment::refusal::{uncredited, unrecognised};
use crate::time::Date;

/// With what a learning that counts is credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credited {
    /// The hours of its record, or as many as the rule says.
    Hours,
    /// What its certificate is converted into: 折合.
    Conversion,
    /// What the category is short of: 视同完成.
    Shortfall,
}

/// Takes one learning through the rules: into which category, in which year,
/// recognised or not, with how many hours.
pub(super) fn treat(
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
            if !is_of_year(policy, learning, cited) {
                return Treated::OtherYear;
            }
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
    let of_year = Found { categories, hours, open, with: *with };
    of_year.treated(policy, learning, &facts, cited)
}

/// What a rule credits of a learning that is of the year.
struct Found {
    categories: Vec<usize>,
    hours: Option<Hours>,
    /// What has to be known before it is.
    open: Option<Ask>,
    with: Credited,
}

impl Found {
    /// What becomes of it, by whether it is recognised and proven.
    fn treated(
        self,
        policy: &Policy,
        learning: &Learning,
        facts: &Facts,
        cited: &mut Vec<usize>,
    ) -> Treated {
        let Self { categories, hours, open, with } = self;
        let mut questions: Vec<Ask> = open.into_iter().collect();
        match recognition(policy, learning, facts, cited) {
            Recognition::Yes => {}
            // Whether it is of the category at all hangs on what is not known.
            Recognition::No if !questions.is_empty() => {
                return Treated::Waiting { categories, hours: Some(Hours::ZERO), questions };
            }
            Recognition::No => {
                cited.extend(unrecognised(policy, facts).rules);
                return Treated::NotRecognised { category: categories[0], hours };
            }
            Recognition::Open(question) => questions.push(question),
        }
        questions.extend(unproven(learning, with));
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
pub(in crate::assessment) fn facts_of(
    policy: &Policy,
    record: &Record,
    learning: &Learning,
) -> Facts {
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

/// Whether a learning that no rule counts is of the year: it says so, or says nothing and
/// was completed within a period of the year.
fn is_of_year(policy: &Policy, learning: &Learning, cited: &mut Vec<usize>) -> bool {
    let mut in_period = false;
    for category in policy.vocabulary.learned() {
        in_period |= is_in_period(policy, category, learning, cited);
    }
    learning.year.map_or(in_period, |year| year == policy.year)
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
