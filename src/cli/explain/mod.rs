//! `explain`: a clause or a rule with its decisions and whom it touches; a decision with
//! the rules that rest on it; or a verdict's or a finding's code.

mod code;
mod rules;

use std::path::PathBuf;

use self::rules::Telling;
use super::message::{Exit, Talk};
use super::site;
use super::standing;
use crate::batch::FindingKind;
use crate::credential::verdict::Code;
use crate::diagnostic::Diagnostics;
use crate::project::Project;

/// 说明一个条款、规则或裁量和涉及的人；或说明一个核验结论或发现
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 条款，如 区/三(一)；规则，如 区/三(一)后段；裁量，如 D9；或核验结论、发现的代码，如 STALE、EQUIVOCATION
    #[arg(value_name = "CLAUSE|CODE")]
    what: String,
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
}

/// Explains a clause, a rule, a decision or a code.
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
        Some(project) => (standing::all_sound(project, &mut problems), problems.has_errors()),
        None => (Vec::new(), true),
    };
    talk.problems(site::from_here(&args.site, problems));
    let Some(project) = project.filter(|_| !has_errors) else { return Exit::CouldNot };
    let wanted = args.what.replace('（', "(").replace('）', ")");
    if Telling::new(talk, &project, &people).tell(&wanted) {
        return Exit::Good;
    }
    let hint = "条款写成 区/三(一)，规则写成 区/三(一)后段，裁量写成 D9；结论的代码写成 STALE，全部代码见 content/spec/card.md 和 verdict.md";
    talk.could_not(&format!("没有这个条款、规则、裁量或结论：{}", args.what), hint)
}
