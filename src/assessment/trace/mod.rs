//! A determination told step by step, for people and for programs.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::assessment::account::Account;
use crate::assessment::application::{Case, Determination};
use crate::assessment::class::printing::Waiting;
use crate::assessment::determination::{Asked, Of, Outcome, Question, Treated};
use crate::assessment::engine::Facts;
use crate::assessment::explain::{self, Reason};
use crate::assessment::hours::Hours;
use crate::assessment::policy::decision::{Decision, FailedResult};
use crate::assessment::policy::vocabulary::{Column, Fact, Output};
use crate::assessment::policy::{Policy, PolicyRule, names};

/// A determination and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The result, in a word.
    pub outcome: &'static str,
    /// How it was passed: 足额, 减免, 不要求, 参考; several where missing facts
    /// leave open which.
    pub passed_as: Vec<&'static str>,
    /// What it is for.
    pub purpose: String,
    /// The year applied in.
    pub year: u16,
    /// The day of the application, where it has one.
    pub on: Option<String>,
    /// What rules gave, in the order of the notices.
    pub steps: Vec<Step>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Step>,
}

impl Trace {
    /// Tells what the card waits for.
    pub fn wait(&mut self, policy: &Policy, waiting: &Waiting) {
        let Reason { words, rule: _ } = explain::waiting(waiting);
        let rules = waiting.rules.iter().filter_map(|rule| policy.rules.get(*rule));
        let quotes: Vec<&str> = rules.clone().map(|it| it.rule.quote.as_str()).collect();
        self.waiting = Some(Step {
            output: policy.vocabulary.output_label(Output::RegionPrinting).to_owned(),
            given: Vec::new(),
            result: words,
            clause: names(policy, &waiting.rules),
            quote: quotes.join("……"),
        });
        let named = rules.flat_map(|it| &it.rule.decisions);
        let used = named.filter_map(|id| policy.decisions.get(id)).map(UsedDecision::of);
        self.decisions.extend(used);
    }
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
    /// By category.
    pub categories: Vec<CategoryHours>,
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
    /// What counts; nothing where there is no record.
    pub credited: Option<String>,
    /// What is short of what was asked for.
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
    /// What was chosen.
    pub choice: String,
    /// When it was recorded.
    pub on: String,
}

impl UsedDecision {
    /// The use of a decision.
    pub(super) fn of(decision: &Decision) -> Self {
        let Decision { id, choice, on, .. } = decision;
        Self { id: id.clone(), choice: choice.clone(), on: on.to_string() }
    }
}

/// Tells how a determination came about.
pub fn trace(case: &Case<'_>, result: &Determination) -> Trace {
    let Case { policies, policy, facts, record } = case;
    let vocabulary = &policy.vocabulary;
    let text = |fact: Fact| {
        let value = facts.value(fact)?;
        Some(vocabulary.value_text(vocabulary.words(fact), value))
    };
    let steps = result.rules.iter().filter_map(|rule| step(policy, *rule, facts));
    let mut decisions: BTreeSet<String> = result.decisions.clone();
    let mut hours = Vec::new();
    for account in &result.accounts {
        let Some(policy) = policies.get(&account.year) else { continue };
        let label = |at: usize| policy.vocabulary.categories().get(at).map(|it| it.label.clone());
        let short = |category: usize| {
            let is_of = |it: &&Asked| it.years == [account.year] && is_of(account, category, it.of);
            result.shortfalls().find(is_of).map(|it| it.shortfall().to_string())
        };
        let cited = account.learnings.iter().flat_map(|it| it.rules.iter());
        for rule in account.required_by.iter().chain(cited) {
            let rule = policy.rules.get(*rule);
            decisions.extend(rule.into_iter().flat_map(|it| it.rule.decisions.iter().cloned()));
        }
        hours.push(YearHours {
            year: account.year,
            categories: account
                .categories
                .iter()
                .map(|hours| CategoryHours {
                    category: label(hours.category).unwrap_or_default(),
                    required: hours.required.to_string(),
                    credited: hours.credited.map(|it| it.to_string()),
                    short: short(hours.category),
                })
                .collect(),
            learnings: learnings(policy, record, account),
        });
    }
    let consequence = vocabulary.column_words(Column::Consequence);
    Trace {
        outcome: result.outcome.word(),
        passed_as: if result.outcome == Outcome::Passed { passed_as(result) } else { Vec::new() },
        purpose: text(Fact::Purpose).unwrap_or_default(),
        year: result.year,
        on: text(Fact::AppliedOn),
        steps: steps.collect(),
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
        questions: result
            .questions
            .iter()
            .map(|question: &Question| explain::question(policy, record, question))
            .collect(),
        waiting: None,
        before_telling: match result.outcome {
            Outcome::Failed => before_telling(policy),
            Outcome::Passed | Outcome::Unclear | Outcome::NotApplicable => None,
        },
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
fn before_telling(policy: &Policy) -> Option<&'static str> {
    let mut decided = policy.on_failure().filter_map(|it| it.parameters.failed_result).peekable();
    let is_told = decided.peek().is_some() && decided.all(|it| it == FailedResult::ToldDirectly);
    (!is_told).then_some("告知本人以前须经复核确认；确认人 ______")
}

/// D2 before D10.
pub(super) fn in_number_order(ids: &BTreeSet<String>) -> Vec<&String> {
    let mut ids: Vec<_> = ids.iter().collect();
    ids.sort_by_key(|id| (id.len(), *id));
    ids
}

fn passed_as(result: &Determination) -> Vec<&'static str> {
    let words: BTreeSet<&'static str> = result.degrees.iter().map(|it| it.passed_as()).collect();
    words.into_iter().collect()
}

/// What a rule gave on these facts.
fn step(policy: &Policy, number: usize, facts: &Facts) -> Option<Step> {
    let PolicyRule { rule, .. } = policy.rules.get(number)?;
    let vocabulary = &policy.vocabulary;
    let is_true = |row: &&crate::assessment::policy::rule::Row| {
        rule.inputs.iter().zip(&row.tests).all(|(fact, test)| match facts.value(*fact) {
            Some(value) => test.accepts(value),
            None => *test == crate::assessment::policy::cell::Test::Any,
        })
    };
    let result = rule.rows.iter().find(is_true).map(|row| {
        let columns = rule.output.columns().iter().zip(&row.values);
        let texts = columns
            .map(|(column, value)| vocabulary.value_text(vocabulary.column_words(*column), *value));
        texts.collect::<Vec<_>>().join(" ")
    });
    let asked = rule.conditions.iter().map(|it| it.fact).chain(rule.inputs.iter().copied());
    let given = asked.map(|fact| {
        let value = facts.value(fact);
        let text = value.map(|value| vocabulary.value_text(vocabulary.words(fact), value));
        format!("{} {}", vocabulary.fact_label(fact), text.unwrap_or_else(|| "不明".to_owned()))
    });
    Some(Step {
        output: vocabulary.output_label(rule.output).to_owned(),
        given: given.collect(),
        result: result.unwrap_or_else(|| "视所缺事实而定".to_owned()),
        clause: names(policy, &[number]),
        quote: rule.quote.clone(),
    })
}

/// What became of each learning that touches a year.
fn learnings(
    policy: &Policy,
    record: &crate::assessment::record::Record,
    account: &crate::assessment::account::Account,
) -> Vec<Step> {
    let told = account.learnings.iter().filter(|it| it.decided != Treated::OtherYear);
    told.filter_map(|treatment| {
        let learning = record.learnings.get(treatment.learning)?;
        let label = |at: usize| policy.vocabulary.categories().get(at).map_or("", |it| &it.label);
        let result = match &treatment.decided {
            Treated::Counted { category, hours } => {
                format!("{} {hours} {}", label(*category), policy.vocabulary.unit())
            }
            Treated::Waiting { .. } => "待核定".to_owned(),
            Treated::NoRule => "没有条款计入".to_owned(),
            Treated::NotRecognised { .. } => "未获核定".to_owned(),
            Treated::OutsidePeriod { .. } => {
                format!("写明是 {} 年度的，却不在该年度的学习期间内，不计入任何年度", policy.year)
            }
            Treated::OtherYear => String::new(),
        };
        let decides = match treatment.decided {
            Treated::OutsidePeriod { .. } => Output::LearningPeriod,
            Treated::Counted { .. }
            | Treated::Waiting { .. }
            | Treated::OtherYear
            | Treated::NoRule
            | Treated::NotRecognised { .. } => Output::Credit,
        };
        let credit = treatment
            .rules
            .iter()
            .find(|rule| policy.rules.get(**rule).is_some_and(|it| it.rule.output == decides));
        let quote = credit.and_then(|rule| Some(policy.rules.get(*rule)?.rule.quote.clone()));
        Some(Step {
            output: policy.vocabulary.output_label(decides).to_owned(),
            given: vec![explain::describe(policy, learning)],
            result,
            clause: credit.map(|rule| names(policy, &[*rule])).unwrap_or_default(),
            quote: quote.unwrap_or_default(),
        })
    })
    .collect()
}

impl fmt::Display for Trace {
    /// The trace in lines for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passed = match self.passed_as.as_slice() {
            [] => String::new(),
            words => format!("（{}）", words.join("或")),
        };
        write!(f, "结论 {}{passed}   {} {} 年度", self.outcome, self.purpose, self.year)?;
        match &self.on {
            Some(day) => writeln!(f, "   申报日 {day}")?,
            None => writeln!(f)?,
        }
        let mut number = 0;
        let mut line = |f: &mut fmt::Formatter<'_>, text: String| {
            number += 1;
            writeln!(f, "{number} {text}")
        };
        for Step { output, given, result, clause, quote } in &self.steps {
            let given = match given.as_slice() {
                [] => String::new(),
                facts => format!("{} → ", facts.join("，")),
            };
            line(f, format!("{output} {given}{result}   {clause}「{quote}」"))?;
        }
        for year in &self.hours {
            let categories = year.categories.iter().map(|hours| {
                let credited = hours.credited.as_deref().unwrap_or("无记录");
                let short = hours.short.as_ref().map(|it| format!("，差 {it}")).unwrap_or_default();
                format!("{} {credited}/{}{short}", hours.category, hours.required)
            });
            line(
                f,
                format!(
                    "{} {} 年：{}",
                    self.unit,
                    year.year,
                    categories.collect::<Vec<_>>().join("；")
                ),
            )?;
            for Step { given, result, clause, .. } in &year.learnings {
                writeln!(f, "   {} → {result}   {clause}", given.join("，"))?;
            }
        }
        for Together { years, category, required, credited, short } in &self.together {
            let years: Vec<_> = years.iter().map(ToString::to_string).collect();
            let short = short.as_ref().map(|it| format!("，差 {it}")).unwrap_or_default();
            let (unit, years) = (&self.unit, years.join("、"));
            line(f, format!("{unit} {years} 年合计：{category} {credited}/{required}{short}"))?;
        }
        for UsedDecision { id, choice, on } in &self.decisions {
            line(f, format!("裁量 {id}（{on} 登记）：{choice}"))?;
        }
        for consequence in &self.consequences {
            line(f, format!("后果 {consequence}"))?;
        }
        for question in &self.questions {
            line(f, format!("询问 {question}"))?;
        }
        if let Some(Step { output, result, clause, quote, .. }) = &self.waiting {
            line(f, format!("{output} {result}   {clause}「{quote}」"))?;
        }
        if let Some(words) = self.before_telling {
            line(f, words.to_owned())?;
        }
        Ok(())
    }
}
