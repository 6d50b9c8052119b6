//! Runs the examples that notices show their readers: what an example expects
//! must be what the rules give.

use std::collections::{BTreeMap, BTreeSet};

use super::application::{Case, Determination, derive, determine};
use super::course::definitions_of;
use super::determination::{Ask, Outcome, Question};
use super::engine::{Decided, Facts, Settled, decide};
use super::hours::Hours;
use super::policy::example::{Case as Row, Example};
use super::policy::notice::Notice;
use super::policy::vocabulary::{Answer, Fact, Value, Vocabulary};
use super::policy::{Policy, names};
use super::record::{
    Amount, Approval, Learning, Name, Person, PersonId, Record, Role, RoleHeld, SettledHours,
};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// A fact that an example says is missing.
const MISSING: &str = "不明";

/// The region code of a place that is not of any region.
const OUTSIDE: &str = "00";

/// An example that does not come out as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The line of the example's row.
    pub line: u32,
    /// The label of the expectation.
    pub label: String,
    /// What the row expects.
    pub expected: String,
    /// What the rules give.
    pub actual: String,
}

/// Runs all examples of a notice by these policies; what is wrong with a row
/// itself goes to `problems`.
pub fn run(
    policies: &BTreeMap<u16, Policy>,
    notice: &Notice,
    problems: &mut Diagnostics,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    let Some(year) = notice.front.applies_to.last() else { return failures };
    let Some(policy) = policies.get(year) else { return failures };
    for example in &notice.examples {
        for row in &example.cases {
            let mut run = Run { policies, policy, notice, example, row };
            match run.failures() {
                Ok(found) => failures.extend(found),
                Err((message, hint)) => {
                    let place = Place::line(&notice.path, row.line);
                    problems.error(place, format!("例“{}”：{message}", example.name), hint);
                }
            }
        }
    }
    failures
}

/// Whether all examples of these notices come out as they say.
pub fn all_hold(policies: &BTreeMap<u16, Policy>, notices: &[Notice]) -> bool {
    notices.iter().all(|notice| {
        let year = notice.front.applies_to.last();
        let Some(policy) = year.and_then(|year| policies.get(year)) else { return true };
        notice.examples.iter().all(|example| {
            example.cases.iter().all(|row| {
                let mut run = Run { policies, policy, notice, example, row };
                run.failures().is_ok_and(|failures| failures.is_empty())
            })
        })
    })
}

/// Tells the failures as problems.
pub fn tell(notice: &Notice, failures: Vec<Failure>, problems: &mut Diagnostics) {
    for Failure { line, label, expected, actual } in failures {
        problems.error(
            Place::line(&notice.path, line),
            format!("例的“{label}”应为“{expected}”，按规则得“{actual}”"),
            "核对原文：是规则写错了，还是例写错了",
        );
    }
}

type Wrong = (String, String);

struct Run<'a> {
    policies: &'a BTreeMap<u16, Policy>,
    policy: &'a Policy,
    notice: &'a Notice,
    example: &'a Example,
    row: &'a Row,
}

impl Run<'_> {
    fn failures(&mut self) -> Result<Vec<Failure>, Wrong> {
        let (facts, record) = self.given()?;
        let mut failures = Vec::new();
        let is_application = self
            .example
            .given
            .iter()
            .any(|label| self.policy.vocabulary.fact(label) == Some(Fact::Purpose));
        let policy = self.year_policy(&facts)?;
        let determination = is_application.then(|| {
            let case = Case { policies: self.policies, policy, facts, record: &record };
            determine(&case)
        });
        for (label, expected) in self.example.expected.iter().zip(&self.row.expected) {
            if expected.is_empty() {
                continue;
            }
            let actual = match (label.as_str(), &determination) {
                ("结论", Some(result)) => conclusion(result, expected),
                ("依据", result) => self.citations(policy, result.as_ref(), &facts, expected),
                ("差额", Some(result)) => self.shortfalls(result, expected)?,
                ("询问", Some(result)) => self.questions(policy, result, &record),
                ("后果", Some(result)) => self.consequences(policy, result),
                (label, _) => self.output(policy, label, &facts)?,
            };
            let same = |one: &str, other: &str| as_set(one) == as_set(other);
            if !same(&actual, expected) {
                let (label, expected) = (label.clone(), expected.clone());
                failures.push(Failure { line: self.row.line, label, expected, actual });
            }
        }
        Ok(failures)
    }

    fn year_policy(&self, facts: &Facts) -> Result<&Policy, Wrong> {
        let Some(Value::Number(year)) = facts.value(Fact::ApplicationYear) else {
            return Ok(self.policy);
        };
        let policy = u16::try_from(year).ok().and_then(|year| self.policies.get(&year));
        policy.ok_or_else(|| (format!("没有 {year} 年度的规则"), "用有规则的年度举例".to_owned()))
    }

    /// The facts and the record of the row, with the vocabulary's values for
    /// what the row does not name.
    fn given(&self) -> Result<(Facts, Record), Wrong> {
        let vocabulary = &self.policy.vocabulary;
        let mut facts = Facts::none();
        for fact in Fact::ALL {
            facts.set(fact, vocabulary.example(fact));
        }
        facts.set(Fact::ApplicationYear, Some(Value::Number(i32::from(self.policy.year))));
        let mut record = empty_record();
        for (label, cell) in self.example.given.iter().zip(&self.row.given) {
            if cell.is_empty() {
                continue;
            }
            match label.as_str() {
                label if label == vocabulary.unit() => {
                    record.settled = hours(vocabulary, cell, Total::Summed)?;
                }
                "学习" => record.learnings = self.learnings(cell)?,
                label => {
                    let (fact, value) = fact(vocabulary, label, cell)?;
                    facts.set(fact, value);
                }
            }
        }
        let mut held = Vec::new();
        for (fact, role) in [
            (Fact::SubjectTeacher, Role::SubjectTeacher),
            (Fact::SkilledWorker, Role::SkilledWorker),
        ] {
            match facts.value(fact) {
                Some(Value::YesNo(Answer::Yes)) => {
                    held.push(RoleHeld { role, from: None, to: None });
                }
                Some(_) => {}
                None => record.unclear_roles.push(role),
            }
        }
        record.roles = Some(held);
        derive(self.policy, &mut facts);
        Ok((facts, record))
    }

    /// `业务集中培训 2022-07-29 40；职业资格考试合格 2022-03-15 区内`
    fn learnings(&self, cell: &str) -> Result<Vec<Learning>, Wrong> {
        let items = cell.split('；').map(str::trim).filter(|item| !item.is_empty());
        items.enumerate().map(|(at, item)| self.learning(at, item)).collect()
    }

    fn learning(&self, at: usize, item: &str) -> Result<Learning, Wrong> {
        let vocabulary = &self.policy.vocabulary;
        let wrong = || {
            (
                format!("看不懂学习“{item}”"),
                format!(
                    "写成 类别 完成日 {} [年度] [核定状态]，如 基地培训 2022-06-01 60 2022年度",
                    vocabulary.unit()
                ),
            )
        };
        let mut words = item.split_whitespace();
        let mut word = || words.next();
        let kind = word().and_then(|it| vocabulary.labelled(Fact::TrainingKind, it));
        let completed = word().and_then(|it| it.parse::<Date>().ok());
        let (kind, completed) = (kind.ok_or_else(wrong)?, completed.ok_or_else(wrong)?);
        let third = word().ok_or_else(wrong)?;
        let is_exam = vocabulary.keyed(Fact::TrainingKind, "exam-passed") == Some(kind);
        let inside = self.policy.region.clone();
        let exam_place = match is_exam {
            true => {
                let place = vocabulary.labelled(Fact::ExamPlace, third).ok_or_else(wrong)?;
                let is_inside = Some(place) == vocabulary.keyed(Fact::ExamPlace, "inside");
                Some(if is_inside { inside.clone() } else { OUTSIDE.to_owned() })
            }
            false => None,
        };
        let amount = match third {
            _ if is_exam => Amount::Unstated,
            days if days.ends_with('天') => {
                Amount::Days(days.trim_end_matches('天').parse().map_err(|_| wrong())?)
            }
            hours => Amount::Hours(hours.parse().map_err(|_| wrong())?),
        };
        let (mut year, mut status) = (None, None);
        for rest in words {
            let stated = rest.strip_suffix("年度").and_then(|it| it.parse::<u16>().ok());
            match (stated, vocabulary.labelled(Fact::ApprovalStatus, rest)) {
                (Some(stated), _) if year.is_none() => year = Some(stated),
                (None, Some(word)) if status.is_none() => status = Some(word),
                _ => return Err(wrong()),
            }
        }
        let approval = match (is_exam, status) {
            (true, None) => Approval::NotNeeded,
            (_, Some(status)) => Approval::Stated { status, region: Some(inside), on: None },
            (false, None) => {
                let status = vocabulary.example(Fact::ApprovalStatus).ok_or_else(|| {
                    let label = vocabulary.fact_label(Fact::ApprovalStatus);
                    let hint = format!("写在最后；或在 vocabulary.toml 中给“{label}”写 example");
                    (format!("学习“{item}”没有写明{label}"), hint)
                })?;
                Approval::Stated { status, region: Some(inside), on: None }
            }
        };
        let id = format!("t{}", at + 1);
        Ok(Learning { id, kind, claimed: None, year, completed, amount, exam_place, approval })
    }

    /// Those of the expected clauses and decisions that are cited: by the
    /// application, or by the outputs that the example asks for.
    fn citations(
        &self,
        policy: &Policy,
        result: Option<&Determination>,
        facts: &Facts,
        expected: &str,
    ) -> String {
        let mut cited = Cited { namespace: &self.notice.front.namespace, names: BTreeSet::new() };
        match result {
            Some(result) => {
                cited.names.extend(result.decisions.iter().cloned());
                result.rules.iter().for_each(|rule| cited.add(policy, *rule));
                for account in &result.accounts {
                    let Some(policy) = self.policies.get(&account.year) else { continue };
                    let treated = account.learnings.iter().flat_map(|it| it.rules.iter());
                    let all = account.required_by.iter().chain(treated);
                    all.for_each(|rule| cited.add(policy, *rule));
                }
            }
            None => {
                let labels = self.example.expected.iter();
                for output in labels.filter_map(|label| policy.vocabulary.output(label)) {
                    let Decided::One { rules, settled, .. } = decide(policy, output, facts) else {
                        continue;
                    };
                    rules.iter().for_each(|rule| cited.add(policy, *rule));
                    let settlement = policy.settlements.get(&output);
                    let settlement = settlement.filter(|_| settled == Settled::ByDecision);
                    cited.names.extend(settlement.map(|it| it.decision.clone()));
                }
            }
        }
        let wanted =
            expected.split('、').map(|item| item.trim().replace('（', "(").replace('）', ")"));
        let found = wanted.filter(|item| cited.names.contains(item)).collect::<Vec<_>>();
        found.join("、")
    }

    /// The shortfalls, grouped as the expectation groups them.
    fn shortfalls(&self, result: &Determination, expected: &str) -> Result<String, Wrong> {
        let vocabulary = &self.policy.vocabulary;
        let wanted: BTreeSet<(u16, usize, Hours)> = hours(vocabulary, expected, Total::Told)?
            .into_iter()
            .filter(|it| it.hours > Hours::ZERO)
            .map(|it| (it.year, it.category, it.hours))
            .collect();
        let actual: BTreeSet<_> = result.shortfalls.iter().copied().collect();
        if wanted == actual {
            return Ok(expected.to_owned());
        }
        let label = |at: usize| vocabulary.categories().get(at).map_or("", |it| &it.label);
        let each = actual.iter().map(|(year, at, hours)| format!("{year} {} {hours}", label(*at)));
        Ok(each.collect::<Vec<_>>().join("；"))
    }

    fn questions(&self, policy: &Policy, result: &Determination, record: &Record) -> String {
        let completed =
            |learning: usize| record.learnings.get(learning).map_or(0, |it| it.completed.year());
        let word = |question: &Question| match question {
            Question::Fact(fact) => policy.vocabulary.fact_label(*fact).to_owned(),
            Question::NoRecord { year, .. } => {
                format!("{:02}{}", year % 100, policy.vocabulary.unit())
            }
            Question::NoPolicy { year } => format!("{:02}规则", year % 100),
            Question::Rules(rules) => names(policy, rules),
            Question::Learning { learning, ask: Ask::Year(_) } => {
                format!("{:02}年度", completed(*learning) % 100)
            }
            Question::Learning { learning, .. } => format!("{:02}核定", completed(*learning) % 100),
        };
        let words: BTreeSet<String> = result.questions.iter().map(word).collect();
        words.into_iter().collect::<Vec<_>>().join("、")
    }

    fn consequences(&self, policy: &Policy, result: &Determination) -> String {
        use super::policy::vocabulary::Column;
        let words = policy.vocabulary.column_words(Column::Consequence);
        let text = |value: &Value| policy.vocabulary.value_text(words, *value);
        result.consequences.iter().map(|(value, _)| text(value)).collect::<Vec<_>>().join("、")
    }

    /// An output decided on the facts alone.
    fn output(&self, policy: &Policy, label: &str, facts: &Facts) -> Result<String, Wrong> {
        let vocabulary = &policy.vocabulary;
        let Some(output) = vocabulary.output(label) else {
            let known = vocabulary.output_labels().collect::<Vec<_>>().join("、");
            return Err((
                format!("不认识的结果列“{label}”"),
                format!("可写：结论、依据、差额、询问、后果，或输出：{known}"),
            ));
        };
        Ok(match decide(policy, output, facts) {
            Decided::One { values, .. } => {
                let columns = output.columns().iter().zip(values);
                let texts = columns.map(|(column, value)| {
                    vocabulary.value_text(vocabulary.column_words(*column), *value)
                });
                texts.collect::<Vec<_>>().join(" ")
            }
            Decided::Nothing => "不适用".to_owned(),
            Decided::Open { .. } => "待核定".to_owned(),
            Decided::Collision { rules } => format!("{} 不一致", names(policy, &rules)),
        })
    }
}

/// The names of rules, clauses and decisions that something rests on.
struct Cited<'n> {
    /// The namespace within which clauses need no prefix.
    namespace: &'n str,
    names: BTreeSet<String>,
}

impl Cited<'_> {
    fn add(&mut self, policy: &Policy, rule: usize) {
        let full = names(policy, &[rule]);
        let Some(ruled) = policy.rules.get(rule) else { return };
        self.names.extend(ruled.rule.decisions.iter().cloned());
        self.names.extend(definitions_of(policy, rule));
        if let Some(clause) = policy.clause_of(rule).map(|clause| &clause.id) {
            self.names.insert(clause.to_string());
            if clause.namespace == self.namespace {
                self.names.insert(clause.path.to_string());
                self.names.extend(full.split_once('/').map(|(_, local)| local.to_owned()));
            }
        }
        self.names.insert(full);
    }
}

/// The result in the words of examples; without its degrees where the
/// expectation names none.
fn conclusion(result: &Determination, expected: &str) -> String {
    let word = result.outcome.word();
    if result.outcome != Outcome::Passed || !expected.contains('·') {
        return word.to_owned();
    }
    let degrees: BTreeSet<&str> = result.degrees.iter().map(|it| it.passed_as()).collect();
    format!("{word}·{}", degrees.into_iter().collect::<Vec<_>>().join("、"))
}

/// The items of a list, whatever their order; a leading `通过·` goes with each.
fn as_set(text: &str) -> BTreeSet<String> {
    text.split(['、', '·']).map(|item| item.trim().to_owned()).collect()
}

fn fact(vocabulary: &Vocabulary, label: &str, cell: &str) -> Result<(Fact, Option<Value>), Wrong> {
    let Some(fact) = vocabulary.fact(label) else {
        let known = vocabulary.fact_labels().collect::<Vec<_>>().join("、");
        return Err((
            format!("词表中没有事实“{label}”"),
            format!("可用的事实：{known}、{}、学习", vocabulary.unit()),
        ));
    };
    if cell == MISSING {
        return Ok((fact, None));
    }
    match vocabulary.read_fact(fact, cell) {
        Some(value) => Ok((fact, Some(value))),
        None => {
            let allowed = vocabulary.allowed(fact.shape(), vocabulary.words(fact));
            Err((
                format!("“{label}”没有取值“{cell}”"),
                format!("可写：{allowed}；不知道写 {MISSING}"),
            ))
        }
    }
}

/// `20、21:30/60；22:30/-`, and in a shortfall the total: `22:0/5，合计 12`.
fn hours(vocabulary: &Vocabulary, cell: &str, total: Total) -> Result<Vec<SettledHours>, Wrong> {
    let label = vocabulary.total().map_or("", |at| &vocabulary.categories()[at].label);
    let wrong = |what: &str| {
        let hint = match total {
            Total::Summed => {
                format!("写成 20、21:30/60；22:30/-，依次为各科目的{}", vocabulary.unit())
            }
            Total::Told if label.is_empty() => "写成 20、21:30/60；22:0/1".to_owned(),
            Total::Told => format!("写成 20、21:30/60；22:0/1，{label} 5"),
        };
        (format!("看不懂{}“{what}”", vocabulary.unit()), hint)
    };
    let mut settled = Vec::new();
    for group in cell.split('；').map(str::trim).filter(|group| !group.is_empty()) {
        let (years, amounts) = group.split_once([':', '：']).ok_or_else(|| wrong(group))?;
        let (amounts, in_total) = match amounts.split_once('，') {
            Some((amounts, rest)) => (amounts, Some(rest.trim())),
            None => (amounts, None),
        };
        let amounts = amounts.split('/').map(str::trim).enumerate();
        let mut hours: Vec<(usize, &str)> = amounts.collect();
        if hours.len() != vocabulary.learned().len() {
            return Err(wrong(group));
        }
        if let Some(rest) = in_total {
            let at = vocabulary.total().filter(|_| total == Total::Told);
            let amount = rest.strip_prefix(label).map(str::trim);
            hours.push(at.zip(amount).ok_or_else(|| wrong(group))?);
        }
        for year in years.split(['、', ',', '，']) {
            let year: u16 = year.trim().parse().map_err(|_| wrong(year))?;
            let year = if year < 100 { 2000 + year } else { year };
            for (category, amount) in hours.iter().filter(|(_, it)| *it != "-") {
                let hours = amount.parse().map_err(|_| wrong(amount))?;
                settled.push(SettledHours { year, category: *category, hours });
            }
        }
    }
    Ok(settled)
}

/// Whether hours are those learned, whose total follows, or those that are
/// short, where the total is told too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Total {
    Summed,
    Told,
}

/// Nobody in particular.
pub(super) fn empty_record() -> Record {
    Record {
        id: PersonId::new("example").expect("letters"),
        name: Name::new("例").expect("a character"),
        document: None,
        posts: Vec::new(),
        roles: None,
        unclear_roles: Vec::new(),
        learnings: Vec::new(),
        settled: Vec::new(),
        person: Person::default(),
        applications: Vec::new(),
        carried: Vec::new(),
        attended: Vec::new(),
    }
}
