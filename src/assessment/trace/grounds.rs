//! The clauses that a result rests on, the deciding one first.

use std::collections::BTreeSet;

use super::rule::{failing_condition, true_row};
use crate::assessment::application::{Case, Determination};
use crate::assessment::determination::{Asked, Of, Outcome, Question};
use crate::assessment::policy::vocabulary::{Degree, Output};
use crate::assessment::policy::{Policy, names};

/// The names of the rules, each once.
pub(super) fn grounds(case: &Case<'_>, result: &Determination) -> Vec<String> {
    let policy = case.policy;
    let name = |rule: usize| names(policy, &[rule]);
    let own = |output: Output| -> Vec<String> {
        let is_of =
            |rule: &&usize| policy.rules.get(**rule).is_some_and(|it| it.rule.output == output);
        let mut rules: Vec<usize> = result.rules.iter().filter(is_of).copied().collect();
        // Those that hold before those that may; of those, the most favourable first.
        rules.sort_by_key(|rule| {
            let row = policy.rules.get(*rule).and_then(|it| true_row(&it.rule, &case.facts));
            (row.is_none(), row.map(|row| row.values.clone()))
        });
        rules.into_iter().map(name).collect()
    };
    let parts = match order(result) {
        Deciding::NoClause => vec![looked_at(case)],
        Deciding::Hours => vec![
            short(case, result),
            required(case, result),
            own(Output::Degree),
            own(Output::Window),
            own(Output::WindowStart),
        ],
        Deciding::Degree => vec![
            own(Output::Degree),
            own(Output::Window),
            own(Output::WindowStart),
            required(case, result),
        ],
        Deciding::Years => vec![
            own(Output::WindowStart),
            own(Output::Window),
            own(Output::Degree),
            required(case, result),
        ],
    };
    let others = result.rules.iter().map(|rule| name(*rule));
    let mut seen = BTreeSet::new();
    let all = parts.into_iter().flatten().chain(treated(case, result)).chain(others);
    all.filter(|name| seen.insert(name.clone())).collect()
}

/// What a result hangs on.
enum Deciding {
    /// That no clause provides for such an application.
    NoClause,
    /// Which years are looked at, or from which on.
    Years,
    /// How much of the hours is asked for.
    Degree,
    /// Hours.
    Hours,
}

fn order(result: &Determination) -> Deciding {
    let is_of_person = |it: &Question| match it {
        Question::Fact(_)
        | Question::Proof(_)
        | Question::Posts { .. }
        | Question::TooLate(_)
        | Question::Rules(_) => true,
        Question::NoPolicy { .. } | Question::NoRecord { .. } | Question::Learning { .. } => false,
    };
    let in_full = result.degrees.iter().all(|degree| *degree == Degree::Full);
    match result.outcome {
        Outcome::NotApplicable => Deciding::NoClause,
        Outcome::Failed => Deciding::Hours,
        Outcome::Unclear if result.questions.iter().any(is_of_person) => Deciding::Degree,
        Outcome::Unclear => Deciding::Hours,
        Outcome::Passed if result.years.is_empty() => Deciding::Years,
        Outcome::Passed if in_full => Deciding::Hours,
        Outcome::Passed => Deciding::Degree,
    }
}

/// The rules on which years to look at; those of them whose 适用 is met, where there are
/// any.
fn looked_at(case: &Case<'_>) -> Vec<String> {
    let policy = case.policy;
    let all: Vec<_> = policy.deciding(Output::Window).collect();
    let in_scope: Vec<usize> = all
        .iter()
        .filter(|(_, it)| failing_condition(&it.rule, &case.facts).is_none())
        .map(|(number, _)| *number)
        .collect();
    let told = match in_scope.as_slice() {
        [] => all.iter().map(|(number, _)| *number).collect(),
        _ => in_scope,
    };
    told.into_iter().map(|rule| names(policy, &[rule])).collect()
}

/// The rules that require the hours that are short.
fn short(case: &Case<'_>, result: &Determination) -> Vec<String> {
    let of = |asked: &Asked| {
        let policies = asked.years.iter().filter_map(|year| case.policies.get(year));
        let names_of = |policy: &Policy| match asked.of {
            Of::Category(category) => requiring(policy, Some(category)),
            Of::Total => requiring(policy, None),
        };
        policies.flat_map(names_of).collect::<Vec<_>>()
    };
    result.shortfalls().flat_map(of).collect()
}

/// The rules that require hours of a category, or of any.
fn requiring(policy: &Policy, category: Option<usize>) -> Vec<String> {
    let terms = policy.terms.iter().enumerate();
    let terms = terms.filter(|(at, _)| category.is_none_or(|category| category == *at));
    terms.flat_map(|(_, it)| it.required_by.iter().map(|rule| names(policy, &[*rule]))).collect()
}

/// The rules that require the hours of the years looked at.
fn required(case: &Case<'_>, result: &Determination) -> Vec<String> {
    let policies = result.accounts.iter().filter_map(|it| case.policies.get(&it.year));
    policies.flat_map(|policy| requiring(policy, None)).collect()
}

/// The rules that count learning, or do not, in those years.
fn treated(case: &Case<'_>, result: &Determination) -> Vec<String> {
    let mut names_of = Vec::new();
    for account in &result.accounts {
        let Some(policy) = case.policies.get(&account.year) else { continue };
        // In the order of the notice, whatever the order of the record is.
        let rules: BTreeSet<usize> =
            account.learnings.iter().flat_map(|it| it.rules.iter().copied()).collect();
        names_of.extend(rules.into_iter().map(|rule| names(policy, &[rule])));
        let periods = policy.terms.iter().flat_map(|it| &it.period_by);
        names_of.extend(periods.map(|rule| names(policy, &[*rule])));
    }
    names_of
}
