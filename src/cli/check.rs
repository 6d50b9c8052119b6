//! `check`: reads and judges everything, and writes nothing.

use std::path::{Path, PathBuf};

use super::authority::{self, Asked, Purpose, SigningArgs};
use super::message::{Exit, Talk};
use super::site;
use crate::assessment::check_over;
use crate::assessment::mutate::{self, Mutant};
use crate::credential::scope::Origin;
use crate::diagnostic::Diagnostics;
use crate::ledger::{Access, Ledger};
use crate::pipeline::{ClassCounts, Counts, IssueDate, Terms, check};
use crate::project::Project;

/// 检查通知、规则和学习档案，作出认定，不写任何文件
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    /// 记住见过的名单版本的文件，防止旧名单回来；不写则在用户的状态目录
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// 把规则的每个界限移动一步，列出没有例子能发现的
    #[arg(long)]
    mutate: bool,
}

/// Checks the site.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    if let Some((what, hint)) = site::missing(&args.site) {
        return talk.could_not(&what, hint);
    }
    let mut problems = Diagnostics::new();
    let checked = Project::read(&args.site, &mut problems).and_then(|project| {
        check_over(project.card_policies(), talk.now().beijing_date(), &mut problems);
        let settings = &project.settings;
        let (realm, issuer) = (&settings.realm, &settings.issuer);
        let mut ledger = Ledger::open(&args.site, realm, issuer, Access::Read, &mut problems)?;
        let signing = SigningArgs::default();
        let keys = signing.keys(&args.site);
        let log_key = |origin: &Origin| signing.log_key(&keys, origin);
        let open = |path: &Path| keys.open(path);
        let (site, state, now) = (args.site.as_path(), args.state.as_deref(), talk.now());
        let purpose = Purpose::Check;
        let asked = Asked { site, settings, args: &signing, purpose, state, now };
        let authority = authority::read(&asked, &keys, &open, &log_key, &mut problems)?;
        let terms = Terms { authority: &authority, issue_date: IssueDate::Confirmed };
        let progress = talk.progress("检查");
        let done = |count: usize| progress.add(count);
        let counts = check(&project, &terms, &mut ledger, &done, &mut problems);
        let unseen = match args.mutate {
            true => Some(mutate::unseen(&project.policies, &project.notices)),
            false => None,
        };
        Some(counts.map(|counts| (project.notices.len(), counts, unseen)))
    });
    let has_errors = problems.has_errors();
    talk.problems(site::from_here(&args.site, problems));
    match checked {
        Some(Err(error)) => talk.could_not(&format!("没有查完：{error}"), "检查台账文件的权限"),
        Some(Ok((notices, counts, unseen))) if !has_errors => {
            summary(talk, notices, counts);
            unseen.map_or(Exit::Good, |unseen| tell_unseen(&unseen, talk))
        }
        _ => Exit::NotGood,
    }
}

fn summary(talk: &mut Talk, notices: usize, counts: Counts) {
    let Counts { learners, passed, failed, unclear, classes, .. } = counts;
    let judged = format!("通过 {passed}，不通过 {failed}，待核定 {unclear}");
    let ClassCounts { classes, settled: _ } = classes;
    let classes = if classes > 0 { format!("，培训班 {classes} 个") } else { String::new() };
    let read = format!("通知 {notices} 份，学习档案 {learners} 份{classes}");
    let _ = writeln!(talk.out(), "没有错误：{read}；{judged}"); // a reader may have gone away
}

/// Tells the changes of rules that no example would have shown.
fn tell_unseen(unseen: &[Mutant], talk: &mut Talk) -> Exit {
    for Mutant { place, rule, change } in unseen {
        let _ = writeln!(talk.out(), "{place}: 规则 {rule}：{change}，没有例子发现");
    }
    if unseen.is_empty() {
        let _ = writeln!(talk.out(), "规则的每个界限移动一步，都有例子发现");
        return Exit::Good;
    }
    let _ = writeln!(talk.out(), "共 {} 处：请在该条之下补例，写明界限两边的结果", unseen.len());
    Exit::NotGood
}
