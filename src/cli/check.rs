//! `check`: reads and judges everything, and writes nothing.

use std::path::PathBuf;

use super::message::{Exit, Talk};
use crate::diagnostic::Diagnostics;
use crate::ledger::{Access, Ledger};
use crate::pipeline::{Counts, check};
use crate::project::Project;

/// 检查通知、规则和学习档案，认定学时，不写任何文件
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
}

/// Checks the site.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let mut problems = Diagnostics::new();
    let checked = Project::read(&args.site, &mut problems).and_then(|project| {
        let issuer = &project.settings.issuer;
        let mut ledger = Ledger::open(&args.site, issuer, Access::Read, &mut problems)?;
        let progress = talk.progress("检查");
        let done = |count: usize| progress.add(count);
        let counts = check(&project, &mut ledger, &done, &mut problems);
        Some(counts.map(|counts| (project.notices.len(), counts)))
    });
    let has_errors = problems.has_errors();
    talk.problems(problems);
    match checked {
        Some(Err(error)) => talk.could_not(&format!("没有查完：{error}"), "检查台账文件的权限"),
        Some(Ok((notices, counts))) if !has_errors => {
            summary(talk, notices, counts);
            Exit::Good
        }
        _ => Exit::NotGood,
    }
}

fn summary(talk: &mut Talk, notices: usize, counts: Counts) {
    let Counts { learners, passed, failed, unclear, .. } = counts;
    let judged = format!("通过 {passed}，不通过 {failed}，待核定 {unclear}");
    let read = format!("通知 {notices} 份，学习档案 {learners} 份");
    let _ = writeln!(talk.out(), "没有错误：{read}；{judged}"); // a reader may have gone away
}
