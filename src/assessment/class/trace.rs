//! A class's determination told step by step, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::judge::{Determination, Finding, Outcome, determine};
use super::{Class, PhotoOrder};
use crate::assessment::policy::vocabulary::{Column, Fact, Output, Value, Vocabulary};
use crate::assessment::policy::{Policy, names, policy_on};
use crate::assessment::trace::{UsedDecision, in_number_order};
use crate::time::Date;

/// Places of pictures that are named at most; beyond, they are counted.
const MAX_NAMED: usize = 10;

/// A class's determination and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The class's number.
    pub class: String,
    /// What it is called.
    pub name: String,
    /// Who held it.
    pub base: String,
    /// The first day.
    pub begins: String,
    /// The last day.
    pub ends: String,
    /// The learning year it is of, where there are rules for it.
    pub year: Option<u16>,
    /// Whether nothing is left to be done.
    pub settled: bool,
    /// What rules gave: plan, report, printing.
    pub steps: Vec<Step>,
    /// The decisions used.
    pub decisions: Vec<UsedDecision>,
    /// Its first or last day, where there are no rules for the year of that day.
    #[serde(skip)]
    without_rules: Vec<String>,
}

/// What rules gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was decided: 计划, 报告, …
    pub output: String,
    /// The facts that the rules asked about.
    pub given: Vec<String>,
    /// What they gave.
    pub result: String,
    /// Whether that is as it should be.
    pub state: State,
    /// The rules' names: 区/四(二)1.
    pub clause: String,
    /// The words they rest on.
    pub quote: String,
    /// The last day on which filing is in time.
    pub due: Option<String>,
    /// What is missing of what must be there.
    pub missing: Vec<String>,
    /// What is to be done, in sentences.
    pub todo: Vec<String>,
}

/// Whether what rules gave is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is the best that the output has: the first of its words.
    Settled,
    /// Nothing is decided yet.
    Open,
    /// Something else was decided.
    Wanting,
}

/// Tells a class's determination as of a day, if one is given: what was filed or
/// audited later is not known yet, and what is not filed and should have been is told
/// to be late.
pub fn trace(policies: &BTreeMap<u16, Policy>, class: &Class, as_of: Option<Date>) -> Trace {
    let class = &as_of.map_or_else(|| class.clone(), |day| known_by(class, day));
    let mut trace = Trace {
        class: class.id.as_str().to_owned(),
        name: class.name.clone(),
        base: class.base.clone(),
        begins: class.begins.to_string(),
        ends: class.ends.to_string(),
        year: None,
        settled: false,
        steps: Vec::new(),
        decisions: Vec::new(),
        without_rules: Vec::new(),
    };
    let mut used: BTreeMap<String, UsedDecision> = BTreeMap::new();
    let parts = [(class.begins, BEGINNING), (class.ends, END)];
    for (day, outputs) in parts {
        let Some(policy) = policy_on(policies, day) else {
            trace.without_rules.push(day.to_string());
            continue;
        };
        let determination = determine(policy, class);
        let telling = Telling { policy, class, determination: &determination, as_of };
        let findings = determination.findings.iter();
        let findings = findings.filter(|it| outputs.contains(&it.output));
        for finding in findings.filter(|it| it.outcome != Outcome::NoRule) {
            trace.steps.push(telling.step(finding));
            let named = finding.decisions.iter().filter_map(|id| policy.decisions.get(id));
            used.extend(named.map(|it| (it.id.clone(), UsedDecision::of(it))));
        }
        trace.year = (day == class.ends).then_some(policy.year).or(trace.year);
    }
    trace.without_rules.dedup();
    let is_settled = |step: &Step| step.state == State::Settled && step.todo.is_empty();
    trace.settled = trace.without_rules.is_empty() && trace.steps.iter().all(is_settled);
    let ids: BTreeSet<String> = used.keys().cloned().collect();
    let in_order = in_number_order(&ids).into_iter();
    trace.decisions = in_order.filter_map(|id| used.get(id).cloned()).collect();
    trace
}

/// What the rules of the year that a class begins in decide: they hold when its plan is
/// due.
const BEGINNING: &[Output] = &[Output::Plan];
/// What those of the year that it ends in decide, of which is what is learned in it.
const END: &[Output] = &[Output::Report, Output::RegionPrinting];

/// What is known of a class by the end of a day.
fn known_by(class: &Class, day: Date) -> Class {
    let mut class = class.clone();
    class.plan = class.plan.filter(|plan| plan.filed <= day);
    class.report = class.report.filter(|report| report.filed <= day);
    if let Some(report) = &mut class.report {
        report.audit = report.audit.filter(|audit| audit.on <= day);
    }
    class
}

fn state(finding: &Finding) -> State {
    match finding.outcome {
        Outcome::Decided(Value::Word(0)) => State::Settled,
        Outcome::Decided(_) => State::Wanting,
        Outcome::NotFiled | Outcome::Unclear | Outcome::NoRule => State::Open,
    }
}

impl Trace {
    /// All that is to be done.
    pub fn todo(&self) -> Vec<String> {
        let of_steps = self.steps.iter().flat_map(|step| step.todo.iter().cloned());
        self.wanted_rules().chain(of_steps).collect()
    }

    /// The rules that are wanting.
    fn wanted_rules(&self) -> impl Iterator<Item = String> {
        self.without_rules.iter().map(|day| {
            format!("没有 {day} 所在年度的规则：补上该年度的通知，或在现有通知中写明沿用")
        })
    }
}

struct Telling<'a> {
    policy: &'a Policy,
    class: &'a Class,
    determination: &'a Determination,
    as_of: Option<Date>,
}

impl Telling<'_> {
    fn vocabulary(&self) -> &Vocabulary {
        &self.policy.vocabulary
    }

    fn step(&self, finding: &Finding) -> Step {
        let vocabulary = self.vocabulary();
        let (missing, todo) = match finding.output {
            Output::Plan => self.plan(finding),
            Output::Report => self.report(finding),
            _ => (Vec::new(), self.printing(finding)),
        };
        let rules = finding.rules.iter().filter_map(|rule| self.policy.rules.get(*rule));
        let quotes: Vec<&str> = rules.map(|rule| rule.rule.quote.as_str()).collect();
        Step {
            output: vocabulary.output_label(finding.output).to_owned(),
            given: match finding.outcome {
                Outcome::NotFiled => Vec::new(),
                Outcome::Decided(_) | Outcome::Unclear | Outcome::NoRule => self.given(finding),
            },
            result: self.word(finding),
            state: state(finding),
            clause: names(self.policy, &finding.rules),
            quote: quotes.join("……"),
            due: finding.due.map(|due| due.to_string()),
            missing,
            todo,
        }
    }

    fn word(&self, finding: &Finding) -> String {
        let columns = finding.output.columns();
        match finding.outcome {
            Outcome::Decided(value) => columns.first().map_or_else(String::new, |column| {
                self.vocabulary().value_text(self.vocabulary().column_words(*column), value)
            }),
            Outcome::NotFiled => "未报送".to_owned(),
            Outcome::Unclear => "待核定".to_owned(),
            Outcome::NoRule => "不适用".to_owned(),
        }
    }

    /// The facts that the rules of a finding ask about.
    fn given(&self, finding: &Finding) -> Vec<String> {
        let vocabulary = self.vocabulary();
        let mut asked: Vec<Fact> = Vec::new();
        for rule in finding.rules.iter().filter_map(|rule| self.policy.rules.get(*rule)) {
            let conditions = rule.rule.conditions.iter().map(|condition| condition.fact);
            for fact in conditions.chain(rule.rule.inputs.iter().copied()) {
                if !asked.contains(&fact) {
                    asked.push(fact);
                }
            }
        }
        let text = |fact: Fact| {
            let value = self.determination.facts.value(fact);
            let text = value.map(|value| vocabulary.value_text(vocabulary.words(fact), value));
            let text = match self.class.report.as_ref().and_then(|report| report.audit) {
                None if fact == Fact::ReportAudit => "尚未审核".to_owned(),
                _ => text.unwrap_or_else(|| "不明".to_owned()),
            };
            format!("{} {text}", vocabulary.fact_label(fact))
        };
        asked.into_iter().map(text).collect()
    }

    fn plan(&self, finding: &Finding) -> (Vec<String>, Vec<String>) {
        let plan = self.class.plan.as_ref();
        let mut todo: Vec<String> =
            self.days(finding, Fact::PlanFiled, plan.map(|plan| plan.filed)).into_iter().collect();
        let missing = plan.map(|plan| plan.missing.clone()).unwrap_or_default();
        if !missing.is_empty() {
            todo.push(format!("补正计划，写明：{}", missing.join("、")));
        }
        (missing, todo)
    }

    fn report(&self, finding: &Finding) -> (Vec<String>, Vec<String>) {
        let report = self.class.report.as_ref();
        let filed = report.map(|report| report.filed);
        let mut todo: Vec<String> =
            self.days(finding, Fact::ReportFiled, filed).into_iter().collect();
        let missing = report.map(|report| report.missing.clone()).unwrap_or_default();
        if !missing.is_empty() {
            todo.push(format!("补交：{}", missing.join("、")));
        }
        let order = report.and_then(|report| report.order.as_ref());
        match order {
            Some(order) => todo.extend(pictures(order)),
            None if finding.outcome == Outcome::Unclear => {
                todo.push("补花名册和图片的次序（roster、photos）".to_owned());
            }
            None => {}
        }
        (missing, todo)
    }

    /// How the day of filing compares with the last day in time.
    fn days(&self, finding: &Finding, fact: Fact, filed: Option<Date>) -> Option<String> {
        let label = self.vocabulary().fact_label(fact);
        let due = finding.due;
        let late = |due: Date, day: Date| day.days() - due.days();
        let last = due.map(|due| format!("，最迟 {due}")).unwrap_or_default();
        match (filed, self.as_of) {
            (Some(filed), _) => {
                let due = due.filter(|due| *due < filed)?;
                Some(format!("{label} {filed}{last}，迟 {} 天", late(due, filed)))
            }
            (None, Some(day)) if due.is_some_and(|due| due < day) => {
                let days = due.map_or(0, |due| late(due, day));
                Some(format!("尚无{label}{last}，到 {day} 已迟 {days} 天"))
            }
            (None, _) => Some(format!("尚无{label}{last}")),
        }
    }

    fn printing(&self, finding: &Finding) -> Vec<String> {
        let vocabulary = self.vocabulary();
        let label = vocabulary.fact_label(Fact::ReportAudit);
        let key = match finding.outcome {
            Outcome::Decided(value) => vocabulary.column_key(Column::RegionPrinting, value),
            Outcome::NotFiled | Outcome::Unclear | Outcome::NoRule => None,
        };
        let Some(report) = &self.class.report else {
            return vec![format!("{label}要等报告提交以后")];
        };
        let Some(audit) = report.audit else { return vec![format!("等待{label}")] };
        let is_whole =
            report.missing.is_empty() && report.order.as_ref().is_none_or(PhotoOrder::is_same);
        if key == Some("yes") && is_whole {
            return Vec::new();
        }
        let status = vocabulary.value_text(vocabulary.words(Fact::ReportAudit), audit.status);
        let then = if key == Some("yes") {
            "，而报告有上述问题：请核对"
        } else {
            "：改正后重新提交"
        };
        vec![format!("{label} {} {status}{then}", audit.on)]
    }
}

/// What is wrong with the order of pictures, in a sentence.
fn pictures(order: &PhotoOrder) -> Option<String> {
    let PhotoOrder { people, photos, misplaced } = order;
    let mut words = Vec::new();
    if people != photos {
        words.push(format!("花名册 {people} 人，图片 {photos} 张"));
    }
    if !misplaced.is_empty() {
        let places: Vec<_> = misplaced.iter().take(MAX_NAMED).map(ToString::to_string).collect();
        let more = if misplaced.len() > MAX_NAMED {
            format!("等 {} 张", misplaced.len())
        } else {
            "张".to_owned()
        };
        words.push(format!("第 {} {more}图片与花名册次序不符", places.join("、")));
    }
    (!words.is_empty()).then(|| format!("{}；按花名册的次序重新排列后提交", words.join("，")))
}

impl fmt::Display for Trace {
    /// The trace in lines for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, name, base, begins, ends, year, steps, decisions, .. } = self;
        write!(f, "培训班 {class} {name}   {base}   {begins} 至 {ends}")?;
        match year {
            Some(year) => writeln!(f, "   {year} 年度")?,
            None => writeln!(f)?,
        }
        self.wanted_rules().try_for_each(|sentence| writeln!(f, "   {sentence}"))?;
        for (at, step) in steps.iter().enumerate() {
            let Step { output, given, result, clause, quote, todo, .. } = step;
            let given = match given.as_slice() {
                [] => String::new(),
                facts => format!("{} ", facts.join("，")),
            };
            writeln!(f, "{} {output} {given}→ {result}   {clause}「{quote}」", at + 1)?;
            for sentence in todo {
                writeln!(f, "   {sentence}")?;
            }
        }
        for (at, UsedDecision { id, question, choice, on }) in decisions.iter().enumerate() {
            writeln!(f, "{} 裁量 {id}（{on} 登记）：{question}{choice}", steps.len() + at + 1)?;
        }
        Ok(())
    }
}
