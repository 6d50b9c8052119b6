//! What a learning year requires, and what became of each learning.

use super::Step;
use crate::assessment::account::{Account, facts_of};
use crate::assessment::application::Determination;
use crate::assessment::determination::{Treated, Treatment};
use crate::assessment::explain::{self, fact_words};
use crate::assessment::hours::Hours;
use crate::assessment::policy::vocabulary::{Fact, Output};
use crate::assessment::policy::{Policy, names};
use crate::assessment::record::{Approval, Learning, Proof, Record};
use crate::assessment::refusal::{row_of_kind, uncredited, unrecognised};

/// The hours that a year requires in full and the days on which learning counts, each
/// with the rules that say so.
pub(super) fn terms(policy: &Policy, account: &Account) -> Vec<Step> {
    let of = |category: usize| {
        Some((policy.vocabulary.categories().get(category)?, policy.terms.get(category)?))
    };
    let terms: Vec<_> = account.categories.iter().filter_map(|it| of(it.category)).collect();
    let required = terms.iter().filter(|(_, terms)| terms.required > Hours::ZERO);
    let required = required.map(|(category, terms)| {
        let words = format!("{} {}", category.label, terms.required);
        (Output::RequiredHours, &terms.required_by[..], words)
    });
    let periods = terms.iter().filter_map(|(_, terms)| {
        let [first, last] = terms.period?;
        Some((Output::LearningPeriod, &terms.period_by[..], format!("{first} 至 {last}")))
    });
    let mut told: Vec<(Output, &[usize], Vec<String>)> = Vec::new();
    for (output, rules, words) in required.chain(periods) {
        match told.iter_mut().find(|it| it.0 == output && it.1 == rules) {
            Some((.., all)) if all.contains(&words) => {}
            Some((.., all)) => all.push(words),
            None => told.push((output, rules, vec![words])),
        }
    }
    let step = |(output, rules, words): (Output, &[usize], Vec<String>)| {
        let quotes = rules.iter().filter_map(|rule| policy.rules.get(*rule));
        let quotes: Vec<&str> = quotes.map(|it| it.rule.quote.as_str()).collect();
        Step {
            output: policy.vocabulary.output_label(output).to_owned(),
            given: Vec::new(),
            result: words.join("，"),
            clause: names(policy, rules),
            quote: quotes.join("……"),
        }
    };
    told.into_iter().map(step).collect()
}

/// Whether a learning of another year counts in none that is looked at, and somebody may
/// look for it in this one: of all within a year of its day, the last.
fn is_missed(record: &Record, result: &Determination, year: u16, learning: usize) -> bool {
    let Some(completed) = record.learnings.get(learning).map(|it| it.completed.year()) else {
        return false;
    };
    let mut accounts = result.accounts.iter();
    let counts_nowhere = accounts.all(|account| {
        let own = account.learnings.iter().find(|it| it.learning == learning);
        own.is_none_or(|it| it.decided == Treated::OtherYear)
    });
    let distance = |year: u16| (completed.abs_diff(year), std::cmp::Reverse(year));
    let nearest = result.accounts.iter().map(|it| it.year).min_by_key(|it| distance(*it));
    counts_nowhere && nearest == Some(year) && completed.abs_diff(year) <= 1
}

/// What became of each learning that touches a year, and of those that do not and that
/// somebody may look for here.
pub(super) fn learnings(
    policy: &Policy,
    record: &Record,
    result: &Determination,
    account: &Account,
) -> Vec<Step> {
    let is_told = |it: &&Treatment| {
        it.decided != Treated::OtherYear || is_missed(record, result, account.year, it.learning)
    };
    let told = account.learnings.iter().filter(is_told);
    told.filter_map(|treatment| told_of(policy, record, treatment)).collect()
}

/// The rules that credit and recognise a learning, of those that decided what became of
/// it; the output is the first's.
fn crediting(policy: &Policy, rules: &[usize]) -> (Output, Vec<usize>) {
    let of = |output: Output| {
        let is_of = move |rule: &&usize| {
            policy.rules.get(**rule).is_some_and(|it| it.rule.output == output)
        };
        rules.iter().filter(is_of).copied()
    };
    (Output::Credit, of(Output::Credit).chain(of(Output::Recognition)).collect())
}

/// The facts that rules on learning of this kind ask about, in words, and what became of
/// its evidence: what is not here cannot change what became of it.
fn asked(policy: &Policy, record: &Record, learning: &Learning) -> Vec<String> {
    let facts = facts_of(policy, record, learning);
    let credit = policy.deciding(Output::Credit);
    let credit = credit.filter(|(_, it)| row_of_kind(&it.rule, &facts).is_some());
    let recognition = policy.deciding(Output::Recognition);
    let recognition = recognition.filter(|_| learning.approval != Approval::NotNeeded);
    let mut told = Vec::new();
    for (_, of) in credit.chain(recognition) {
        let conditions = of.rule.conditions.iter().map(|it| it.fact);
        let asked = conditions.chain(of.rule.inputs.iter().copied());
        for fact in asked.filter(|fact| *fact != Fact::TrainingKind) {
            let words = fact_words(policy, &facts, fact);
            if !told.contains(&words) {
                told.push(words);
            }
        }
    }
    let proof = match learning.proof {
        Proof::Checked => "已审",
        Proof::Wanting => "未审",
        Proof::Rejected => "不予采信",
    };
    told.push(format!("证明材料 {proof}"));
    told
}

/// What became of a learning.
fn told_of(policy: &Policy, record: &Record, treatment: &Treatment) -> Option<Step> {
    let learning = record.learnings.get(treatment.learning)?;
    let Treatment { decided, rules, learning: _, settled_by: _ } = treatment;
    let label = |at: usize| policy.vocabulary.categories().get(at).map_or("", |it| &it.label);
    let year = policy.year;
    let mut given = vec![explain::describe(policy, learning)];
    let cited = |output: Output| {
        let decides =
            |rule: &&usize| policy.rules.get(**rule).is_some_and(|it| it.rule.output == output);
        (output, rules.iter().find(decides).into_iter().copied().collect::<Vec<usize>>())
    };
    let (result, (output, rules)) = match decided {
        Treated::Counted { category, hours } => {
            let claimed = learning.claimed_otherwise(*category);
            given.extend(claimed.map(|claimed| format!("写的科目 {}", label(claimed))));
            given.extend(asked(policy, record, learning));
            let words = format!("{} {hours} {}", label(*category), policy.vocabulary.unit());
            (words, crediting(policy, rules))
        }
        Treated::Waiting { .. } => {
            given.extend(asked(policy, record, learning));
            ("待核定".to_owned(), crediting(policy, rules))
        }
        Treated::NoRule => {
            given.extend(explain::failed(policy, record, learning, uncredited));
            ("没有条款计入".to_owned(), crediting(policy, rules))
        }
        Treated::NotRecognised { .. } => {
            given.extend(explain::failed(policy, record, learning, unrecognised));
            ("未获核定，不予认可".to_owned(), cited(Output::Recognition))
        }
        Treated::OutsidePeriod { .. } => (
            format!("写明是 {year} 年度的，却不在该年度的学习期间内，不计入任何年度"),
            cited(Output::LearningPeriod),
        ),
        Treated::AfterApplication { .. } => {
            ("在申报日以后完成，不计入".to_owned(), crediting(policy, rules))
        }
        Treated::OtherYear => {
            let result = match learning.year.filter(|stated| *stated != year) {
                Some(stated) => format!("写明是 {stated} 年度的，不计入 {year} 年度"),
                None => format!("不在 {year} 年度的学习期间内，不计入"),
            };
            (result, cited(Output::LearningPeriod))
        }
    };
    let quotes = rules.iter().filter_map(|rule| policy.rules.get(*rule));
    let quotes: Vec<&str> = quotes.map(|it| it.rule.quote.as_str()).collect();
    Some(Step {
        output: policy.vocabulary.output_label(output).to_owned(),
        given,
        result,
        clause: names(policy, &rules),
        quote: quotes.join("……"),
    })
}
