//! A determination told step by step, for people and for programs.

mod grounds;
mod learning;
mod rule;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use self::grounds::grounds;
use self::learning::{learnings, terms};
use self::rule::{consequences, step, tried};
use crate::assessment::account::Account;
use crate::assessment::application::{Case, Determination};
use crate::assessment::course::{acknowledging, is_annual};
use crate::assessment::determination::{self, Asked, Of, Outcome, Question};
use crate::assessment::explain::{self, Reason};
use crate::assessment::hours::Hours;
use crate::assessment::policy::decision::{Decision, FailedResult};
use crate::assessment::policy::vocabulary::{Column, Fact, Output};
use crate::assessment::policy::{Basis, Policy, names};
use crate::assessment::printing::{Grant, GrantBasis, Waiting};
use crate::assessment::record::Record;

/// A determination and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Whose it is.
    pub person: String,
    /// The rules that it was judged by: those of the year applied in.
    pub rule_set: RuleSet,
    /// The result, in a word.
    pub outcome: &'static str,
    /// How it was passed: 足额, 减免, 不要求, 参考; several where missing facts
    /// leave open which.
    pub passed_as: Vec<&'static str>,
    /// What it is for.
    pub purpose: String,
    /// The year applied in.
    pub year: u16,
    /// The day of the application, where there is one: the annual purpose has none.
    pub on: Option<String>,
    /// The clauses that the result rests on, by the names of their rules, the deciding
    /// one first; where no clause provides for it, those that were looked at.
    pub grounds: Vec<String>,
    /// What rules gave, in the order of the notices.
    pub steps: Vec<Step>,
    /// The rules that were looked at and gave nothing: with `steps`, all whose facts can
    /// change the result.
    pub tried: Vec<Tried>,
    /// What hours are counted in: 学时, 学分.
    pub unit: String,
    /// The hours of each learning year looked at.
    pub hours: Vec<YearHours>,
    /// The hours of several years, or of all categories, that are judged together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Together>,
    /// The decisions used.
    pub decisions: Vec<UsedDecision>,
    /// What follows.
    pub consequences: Vec<String>,
    /// What to ask for.
    pub questions: Vec<String>,
    /// What must be done before the learner is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_telling: Option<&'static str>,
    /// What the card of an annual determination waits for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Step>,
}

impl Trace {
    /// Tells what the card waits for.
    pub fn wait<'p>(&mut self, policy: &'p Policy, waiting: &'p [Waiting]) {
        let rule = |number: &usize| policy.rules.get(*number);
        for waiting in waiting {
            let Reason { words, rule: _ } = explain::waiting(policy, waiting);
            let quotes = waiting.rules.iter().filter_map(rule).map(|it| it.rule.quote.as_str());
            self.waiting.push(Step {
                output: policy.vocabulary.output_label(waiting.wait.output()).to_owned(),
                given: Vec::new(),
                result: words,
                clause: names(policy, &waiting.rules),
                quote: quotes.collect::<Vec<_>>().join("……"),
            });
        }
        let rules = waiting.iter().flat_map(|it| &it.rules).filter_map(rule);
        let settled = waiting.iter().flat_map(|it| &it.settled_by);
        self.cite(policy, rules.flat_map(|it| &it.rule.decisions).chain(settled));
    }

    /// Tells what lets the card be printed.
    pub fn grant(&mut self, policy: &Policy, grant: &Grant) {
        let label = policy.vocabulary.fact_label(Fact::OnlineAudit);
        let words = match grant.basis {
            GrantBasis::Stated => "通过",
            GrantBasis::Decided => "没有写明",
        };
        let rules = grant.rules.iter().filter_map(|number| policy.rules.get(*number));
        let quotes: Vec<&str> = rules.map(|it| it.rule.quote.as_str()).collect();
        self.steps.push(Step {
            output: policy.vocabulary.output_label(Output::CityPrinting).to_owned(),
            given: vec![format!("{label} {words}")],
            result: "可".to_owned(),
            clause: names(policy, &grant.rules),
            quote: quotes.join("……"),
        });
        self.cite(policy, grant.decisions(policy));
    }

    /// Adds decisions that were used.
    fn cite<'p>(&mut self, policy: &'p Policy, ids: impl Iterator<Item = &'p String>) {
        let used: BTreeSet<&String> = ids.collect();
        let used = used.into_iter().filter_map(|id| policy.decisions.get(id));
        self.decisions.extend(used.map(UsedDecision::of));
        self.decisions.sort_by_key(|it| (it.id.len(), it.id.clone()));
        self.decisions.dedup();
    }
}

/// The numbers of the rule sets, by year: as the policies' published files are called.
pub type RuleSetIds = BTreeMap<u16, String>;

/// The rules of a learning year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleSet {
    /// The region's code.
    pub region: String,
    /// The learning year.
    pub year: u16,
    /// Its number; none where rules are tried that are not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// 适用 or 沿用.
    pub basis: &'static str,
}

impl RuleSet {
    fn of(policy: &Policy, ids: &RuleSetIds) -> Self {
        let basis = match policy.basis {
            Basis::Written => "适用",
            Basis::CarriedOver => "沿用",
        };
        let id = ids.get(&policy.year).cloned();
        Self { region: policy.region.clone(), year: policy.year, id, basis }
    }
}

/// Rules that were looked at and gave nothing, for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// What they would have decided.
    pub output: String,
    /// Their names.
    pub clauses: Vec<String>,
    /// The facts that they do not hold for.
    pub given: Vec<String>,
    /// Why they gave nothing.
    pub why: String,
    /// The decisions that they and their facts rest on, by id.
    pub decisions: Vec<String>,
}

/// What a rule gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was decided: 窗口, 要求程度, …
    pub output: String,
    /// The facts that the rule asked about.
    pub given: Vec<String>,
    /// What it gave.
    pub result: String,
    /// The rule's name: 区/三(一).
    pub clause: String,
    /// The words it rests on.
    pub quote: String,
}

/// Hours of a learning year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearHours {
    /// The learning year.
    pub year: u16,
    /// The rules of that year.
    pub rule_set: RuleSet,
    /// By category.
    pub categories: Vec<CategoryHours>,
    /// How many hours the year requires in full, and when they are to be learned.
    pub terms: Vec<Step>,
    /// What was counted, what not, and why: words, with the clause.
    pub learnings: Vec<Step>,
}

/// Hours of a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CategoryHours {
    /// The category.
    pub category: String,
    /// What the year requires in full.
    pub required: String,
    /// What was asked for, where it is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// What counts; nothing where there is no record.
    pub credited: Option<String>,
    /// What is short of what was asked for; nothing where there is no record.
    pub short: Option<String>,
}

/// Hours that are judged together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Together {
    /// The learning years.
    pub years: Vec<u16>,
    /// The category, or 各科目合计.
    pub category: String,
    /// What is asked for.
    pub required: String,
    /// What counts.
    pub credited: String,
    /// What is short.
    pub short: Option<String>,
}

/// A decision that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsedDecision {
    /// Its id.
    pub id: String,
    /// What the text leaves open.
    pub question: String,
    /// What was chosen.
    pub choice: String,
    /// When it was recorded.
    pub on: String,
}

impl UsedDecision {
    /// The use of a decision.
    pub(super) fn of(decision: &Decision) -> Self {
        let Decision { id, question, choice, on, .. } = decision;
        let (question, choice) = (question.clone(), choice.clone());
        Self { id: id.clone(), question, choice, on: on.to_string() }
    }
}

/// Tells how a determination came about.
pub fn trace(case: &Case<'_>, result: &Determination, ids: &RuleSetIds) -> Trace {
    let Case { policies, policy, facts, record } = *case;
    let vocabulary = &policy.vocabulary;
    let text = |fact: Fact| {
        let value = facts.value(fact)?;
        Some(vocabulary.value_text(vocabulary.words(fact), value))
    };
    let is_consequence = |rule: &usize| {
        policy.rules.get(*rule).is_some_and(|it| it.rule.output == Output::Consequence)
    };
    let steps = result.rules.iter().filter(|rule| !is_consequence(rule));
    let steps = steps.filter_map(|rule| step(case, *rule));
    let steps = steps.chain(consequences(case, result));
    let mut decisions: BTreeSet<String> = result.decisions.clone();
    if result.outcome == Outcome::NotApplicable {
        decisions.extend(acknowledging(policy, Output::Window, &facts));
    }
    let mut hours = Vec::new();
    for account in &result.accounts {
        let Some(policy) = policies.get(&account.year) else { continue };
        let cited = account.learnings.iter().flat_map(|it| it.rules.iter());
        for rule in account.required_by.iter().chain(cited) {
            let rule = policy.rules.get(*rule);
            decisions.extend(rule.into_iter().flat_map(|it| it.rule.decisions.iter().cloned()));
        }
        decisions.extend(account.settled_by(policy).cloned());
        hours.push(year_hours(case, result, policy, account, ids));
    }
    let consequence = vocabulary.column_words(Column::Consequence);
    let tried = tried(case, result);
    Trace {
        person: record.id.as_str().to_owned(),
        rule_set: RuleSet::of(policy, ids),
        outcome: result.outcome.word(),
        passed_as: if result.outcome == Outcome::Passed { passed_as(result) } else { Vec::new() },
        purpose: text(Fact::Purpose).unwrap_or_default(),
        year: result.year,
        on: text(Fact::AppliedOn).filter(|_| !is_annual(policy, &facts)),
        grounds: grounds(case, result),
        steps: steps.collect(),
        tried,
        unit: vocabulary.unit().to_owned(),
        hours,
        together: together(policy, result),
        decisions: in_number_order(&decisions)
            .into_iter()
            .filter_map(|id| policies.values().find_map(|policy| policy.decisions.get(id)))
            .map(UsedDecision::of)
            .collect(),
        consequences: result
            .consequences
            .iter()
            .map(|(value, _)| vocabulary.value_text(consequence, *value))
            .collect(),
        questions: in_order(record, &result.questions)
            .into_iter()
            .map(|question: &Question| explain::question(policy, record, question))
            .collect(),
        waiting: Vec::new(),
        before_telling: match result.outcome {
            Outcome::Failed => before_telling(policy),
            Outcome::Passed | Outcome::Unclear | Outcome::NotApplicable => None,
        },
    }
}

/// Tells the hours of a year by the policy of that year.
fn year_hours(
    case: &Case<'_>,
    result: &Determination,
    policy: &Policy,
    account: &Account,
    ids: &RuleSetIds,
) -> YearHours {
    let label = |at: usize| policy.vocabulary.categories().get(at).map(|it| it.label.clone());
    let asked = |category: usize| {
        let is_of = |it: &&Asked| it.years == [account.year] && is_of(account, category, it.of);
        result.asked.iter().find(is_of)
    };
    let short = |hours: &determination::CategoryHours| {
        let short = asked(hours.category).filter(|_| hours.credited.is_some())?.shortfall();
        (short > Hours::ZERO).then(|| short.to_string())
    };
    YearHours {
        year: account.year,
        rule_set: RuleSet::of(policy, ids),
        terms: terms(policy, account),
        categories: account
            .categories
            .iter()
            .map(|hours| CategoryHours {
                category: label(hours.category).unwrap_or_default(),
                required: hours.required.to_string(),
                asked: asked(hours.category)
                    .filter(|it| it.required < hours.required)
                    .map(|it| it.required.to_string()),
                credited: hours.credited.map(|it| it.to_string()),
                short: short(hours),
            })
            .collect(),
        learnings: learnings(policy, case.record, result, account),
    }
}

/// Whether something asked for is of a line of a year's account.
fn is_of(account: &Account, category: usize, of: Of) -> bool {
    let total = account.total.filter(|at| account.categories.iter().any(|it| it.category == *at));
    match of {
        Of::Category(own) => own == category,
        Of::Total => total == Some(category),
    }
}

/// What is asked for and is no line of a year's account.
fn together(policy: &Policy, result: &Determination) -> Vec<Together> {
    let is_line = |it: &&Asked| {
        let [year] = it.years[..] else { return false };
        let mut own = result.accounts.iter().filter(|account| account.year == year);
        own.any(|account| {
            account.categories.iter().any(|hours| is_of(account, hours.category, it.of))
        })
    };
    let told = result.asked.iter().filter(|it| !is_line(it));
    let told = told.map(|it| Together {
        years: it.years.clone(),
        category: explain::of_words(policy, it.of).to_owned(),
        required: it.required.to_string(),
        credited: it.credited.to_string(),
        short: Some(it.shortfall()).filter(|short| *short > Hours::ZERO).map(|it| it.to_string()),
    });
    told.collect()
}

/// What must be done before a failed result is told: somebody confirms it, unless
/// it is recorded that nobody need. Where nothing is recorded, nothing is loosened.
pub fn before_telling(policy: &Policy) -> Option<&'static str> {
    let mut decided = policy.on_failure().filter_map(|it| it.parameters.failed_result).peekable();
    let is_told = decided.peek().is_some() && decided.all(|it| it == FailedResult::ToldDirectly);
    (!is_told).then_some("告知本人以前须经复核确认；确认人 ______")
}

/// Questions on learning by its days and numbers, after all others.
fn in_order<'q>(record: &Record, questions: &'q BTreeSet<Question>) -> Vec<&'q Question> {
    let mut questions: Vec<_> = questions.iter().collect();
    questions.sort_by_key(|question| {
        let Question::Learning { learning, .. } = question else { return None };
        record.learnings.get(*learning).map(|it| (it.completed, it.id.as_str()))
    });
    questions
}

/// D2 before D10.
pub fn in_number_order(ids: &BTreeSet<String>) -> Vec<&String> {
    let mut ids: Vec<_> = ids.iter().collect();
    ids.sort_by_key(|id| (id.len(), *id));
    ids
}

fn passed_as(result: &Determination) -> Vec<&'static str> {
    let words: BTreeSet<&'static str> = result.degrees.iter().map(|it| it.passed_as()).collect();
    words.into_iter().collect()
}
