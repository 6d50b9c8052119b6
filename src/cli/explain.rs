//! `explain`: a clause with its rules, its decisions and whom it touches; or a
//! verdict's code.

use std::path::PathBuf;

use super::message::{Exit, Talk};
use super::standing::{self, Standing};
use crate::assessment::policy::{Policy, PolicyRule, names};
use crate::credential::verdict::Code;
use crate::diagnostic::Diagnostics;
use crate::project::Project;

/// 说明一个条款的规则、依据、裁量和涉及的人；或说明一个核验结论
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 条款，如 区/三(一)；或核验结论的代码，如 STALE
    #[arg(value_name = "CLAUSE|CODE")]
    what: String,
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
}

/// Explains a clause or a code.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    if let Some(code) = Code::ALL.into_iter().find(|code| code.as_str() == args.what) {
        let _ = writeln!(talk.out(), "{code} {}", code.words()); // a reader may have gone away
        return Exit::Good;
    }
    let mut problems = Diagnostics::new();
    let project = Project::read(&args.site, &mut problems);
    let (people, has_errors) = match &project {
        Some(project) => (standing::all(project, &mut problems), problems.has_errors()),
        None => (Vec::new(), true),
    };
    talk.problems(problems);
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
            tell_rules(talk, policy, number, &people);
        }
    }
    if is_found {
        return Exit::Good;
    }
    let hint = "条款写成 区/三(一)；结论代码见 content/spec/card.md";
    talk.could_not(&format!("没有这个条款或结论：{}", args.what), hint)
}

fn tell_rules(talk: &mut Talk, policy: &Policy, clause: usize, people: &[Standing]) {
    let vocabulary = &policy.vocabulary;
    for (number, PolicyRule { rule, .. }) in
        policy.rules.iter().enumerate().filter(|(_, rule)| rule.clause == clause)
    {
        let name = names(policy, &[number]);
        let output = vocabulary.output_label(rule.output);
        let _ = writeln!(talk.out(), "\n规则 {name} 定 {output}\n依据「{}」", rule.quote);
        for line in rule.table_lines(vocabulary) {
            let _ = writeln!(talk.out(), "  {line}");
        }
        for id in &rule.decisions {
            if let Some(decision) = policy.decisions.get(id) {
                let (question, choice) = (&decision.question, &decision.choice);
                let _ = writeln!(talk.out(), "裁量 {id} {question} {choice}");
            }
        }
        let touched: Vec<&str> = people
            .iter()
            .filter(|it| it.cited.contains(&name))
            .map(|standing| standing.person.as_str())
            .collect();
        let mut touched_once = touched.clone();
        touched_once.dedup();
        let _ = writeln!(talk.out(), "涉及 {} 人：{}", touched_once.len(), touched_once.join("、"));
    }
}
