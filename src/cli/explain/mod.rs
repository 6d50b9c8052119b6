//! `explain`: a clause with its rules, its decisions and whom it touches; or a
//! verdict's or a finding's code.

mod code;

use std::path::PathBuf;

use super::message::{Exit, Talk};
use super::site;
use super::standing::{self, Standing};
use crate::assessment::class;
use crate::assessment::decisions_on;
use crate::assessment::policy::rule::Condition;
use crate::assessment::policy::vocabulary::Output;
use crate::assessment::policy::{Policy, PolicyRule, names};
use crate::batch::FindingKind;
use crate::credential::verdict::Code;
use crate::diagnostic::Diagnostics;
use crate::project::Project;

/// 说明一个条款的规则、依据、裁量和涉及的人；或说明一个核验结论或发现
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 条款，如 区/三(一)；或核验结论、发现的代码，如 STALE、EQUIVOCATION
    #[arg(value_name = "CLAUSE|CODE")]
    what: String,
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
}

/// Explains a clause or a code.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    if let Some(code) = Code::ALL.into_iter().find(|code| code.as_str() == args.what) {
        let _ = talk.out().write_all(code::explain(code).as_bytes()); // a reader may have gone away
        return Exit::Good;
    }
    if let Some(kind) = FindingKind::ALL.into_iter().find(|kind| kind.as_str() == args.what) {
        let _ = talk.out().write_all(code::explain_finding(kind).as_bytes()); // likewise
        return Exit::Good;
    }
    if let Some((what, hint)) = site::missing(&args.site) {
        return talk.could_not(&what, hint);
    }
    let mut problems = Diagnostics::new();
    let project = Project::read(&args.site, &mut problems);
    let (people, has_errors) = match &project {
        Some(project) => (standing::all(project, &mut problems), problems.has_errors()),
        None => (Vec::new(), true),
    };
    talk.problems(site::from_here(&args.site, problems));
    let Some(project) = project.filter(|_| !has_errors) else { return Exit::CouldNot };
    let wanted = args.what.replace('（', "(").replace('）', ")");
    let mut is_found = false;
    for policy in project.policies.values().rev() {
        let is_wanted = |clause: &&crate::assessment::policy::PolicyClause| {
            clause.id.to_string() == wanted || clause.id.path.to_string() == wanted
        };
        for (number, clause) in policy.clauses.iter().enumerate().filter(|(_, it)| is_wanted(it)) {
            if is_found {
                continue; // a year that the same notice is carried over to
            }
            is_found = true;
            let _ = writeln!(talk.out(), "{}  《{}》\n{}", clause.id, clause.notice, clause.text);
            tell_rules(talk, &project, policy, number, &people);
        }
    }
    if is_found {
        return Exit::Good;
    }
    let hint =
        "条款写成 区/三(一)；结论的代码写成 STALE，全部代码见 content/spec/card.md 和 verdict.md";
    talk.could_not(&format!("没有这个条款或结论：{}", args.what), hint)
}

fn tell_rules(
    talk: &mut Talk,
    project: &Project,
    policy: &Policy,
    clause: usize,
    people: &[Standing],
) {
    let vocabulary = &policy.vocabulary;
    for (number, PolicyRule { rule, .. }) in
        policy.rules.iter().enumerate().filter(|(_, rule)| rule.clause == clause)
    {
        let name = names(policy, &[number]);
        let output = vocabulary.output_label(rule.output);
        let exception = rule.exception_to.as_ref().map(|it| format!(" 例外于 {it}"));
        let exception = exception.unwrap_or_default();
        let _ =
            writeln!(talk.out(), "\n规则 {name}{exception} 定 {output}\n依据「{}」", rule.quote);
        let conditions = rule.conditions.iter().map(|Condition { fact, test, .. }| {
            format!("{} = {}", vocabulary.fact_label(*fact), test.write(vocabulary, *fact))
        });
        let conditions: Vec<_> = conditions.collect();
        if !conditions.is_empty() {
            let _ = writeln!(talk.out(), "适用 {}", conditions.join(" 且 "));
        }
        for line in rule.table_lines(vocabulary) {
            let _ = writeln!(talk.out(), "  {line}");
        }
        for id in decisions_on(policy, number) {
            if let Some(decision) = policy.decisions.get(&id) {
                let (question, choice) = (&decision.question, &decision.choice);
                let _ = writeln!(talk.out(), "裁量 {id} {question} {choice}");
            }
        }
        if CLASS_OUTPUTS.contains(&rule.output) {
            tell_classes(talk, project, &name);
        } else {
            tell_people(talk, &name, people);
        }
    }
}

/// What rules decide on training classes.
const CLASS_OUTPUTS: [Output; 3] = [Output::Plan, Output::Report, Output::RegionPrinting];

fn tell_people(talk: &mut Talk, rule: &str, people: &[Standing]) {
    let touched = people.iter().filter(|it| it.cited.contains(rule));
    let mut touched: Vec<&str> = touched.map(|standing| standing.person.as_str()).collect();
    touched.dedup();
    tell_touched(talk, "人", &touched);
}

/// Tells what a rule gives for each class that the office has.
fn tell_classes(talk: &mut Talk, project: &Project, rule: &str) {
    let traces = project.classes.iter().map(|class| class::trace(&project.policies, class, None));
    let touched = traces.flat_map(|trace| {
        let steps = trace.steps.into_iter();
        let steps = steps.filter(|step| step.clause.split('、').any(|name| name == rule));
        let told: Vec<_> = steps.map(|step| format!("{} {}", trace.class, step.result)).collect();
        told
    });
    let touched: Vec<String> = touched.collect();
    tell_touched(talk, "个培训班", &touched.iter().map(String::as_str).collect::<Vec<_>>());
}

fn tell_touched(talk: &mut Talk, what: &str, touched: &[&str]) {
    let colon = if touched.is_empty() { "" } else { "：" };
    let touched_once = touched.join("、");
    let _ = writeln!(talk.out(), "涉及 {} {what}{colon}{touched_once}", touched.len());
}
