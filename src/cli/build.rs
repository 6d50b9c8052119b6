//! `build`: the site of this folder, and its cards.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::argument;
use super::authority::{self, Asked, Purpose, SigningArgs};
use super::message::{Exit, Talk};
use super::revoke::{self, words};
use super::site;
use crate::assessment::check_over;
use crate::credential::scope::Origin;
use crate::diagnostic::Diagnostics;
use crate::ledger::{Access, Ledger};
use crate::output::Release;
use crate::pipeline::{ClassCounts, ClassOutputs, Counts, IssueDate, Outputs, Terms, build};
use crate::project::Project;
use crate::site::SitePath;
use crate::time::Date;

/// 生成门户网站（public/），作出认定，签发并印制审验卡（private/）
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    /// 新卡的签发日期；不写则用该卡最后一项学习的核定日期
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = argument::date)]
    date: Option<Date>,
    /// 记住见过的名单版本的文件，防止旧名单回来；不写则在用户的状态目录
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    #[command(flatten)]
    signing: SigningArgs,
}

/// What was built.
struct Built {
    notices: usize,
    counts: Counts,
    /// The revocation lists that were signed, in words.
    lists: Vec<String>,
}

/// Builds the site.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let begun = Instant::now();
    if let Some((what, hint)) = site::missing(&args.site) {
        return talk.could_not(&what, hint);
    }
    let mut problems = Diagnostics::new();
    let built = build_and_release(args, talk, &mut problems);
    let has_errors = problems.has_errors();
    talk.problems(site::from_here(&args.site, problems));
    match built {
        Err(error) => talk.could_not(
            &format!("没有写成：{error}"),
            "检查磁盘空间和权限，再运行一次；已签发的卡不受影响",
        ),
        Ok(Some(built)) if !has_errors => {
            let _ = summary(talk, &built, begun); // a reader may have gone away
            Exit::Good
        }
        Ok(_) => {
            talk.say("没有改动 public/、private/ 和台账；改好以后再运行一次");
            Exit::NotGood
        }
    }
}

/// Builds and, if nothing is wrong, releases: the ledger first, then the pages
/// that show what it holds.
fn build_and_release(
    args: &Args,
    talk: &mut Talk,
    problems: &mut Diagnostics,
) -> io::Result<Option<Built>> {
    let Some(project) = Project::read(&args.site, problems) else { return Ok(None) };
    check_over(project.card_policies(), talk.now().beijing_date(), problems);
    let settings = &project.settings;
    let (realm, issuer) = (&settings.realm, &settings.issuer);
    let (signing, keys) = (&args.signing, args.signing.keys(&args.site));
    let progress = talk.progress("审验");
    // Passphrases are typed beside no progress bar.
    let log_key = |origin: &Origin| progress.suspend(|| signing.log_key(&keys, origin));
    let open = |path: &Path| progress.suspend(|| keys.open(path));
    let (site, state, now) = (args.site.as_path(), args.state.as_deref(), talk.now());
    let asked = Asked { site, settings, args: signing, purpose: Purpose::Build, state, now };
    let authority = authority::read(&asked, &keys, &open, &log_key, problems);
    let Some(authority) = authority else { return Ok(None) };
    let ledger = Ledger::open(&args.site, realm, issuer, Access::Write, problems);
    let Some(mut ledger) = ledger else { return Ok(None) };
    let public = Release::begin(&args.site, "public")?;
    let private = Release::begin(&args.site, "private")?;
    let stream = |name: &str| {
        let path = SitePath::new(name).map_err(io::Error::other)?;
        private.stream(&path).map(BufWriter::new)
    };
    let mut rows = stream("determinations.ndjson")?;
    let mut applications = stream("applications.ndjson")?;
    let mut page = stream("determinations.html")?;
    let mut classes = match project.classes.is_empty() {
        true => None,
        false => Some((stream("classes.ndjson")?, stream("classes.html")?)),
    };
    let mut outputs = Outputs {
        public: &public,
        private: &private,
        rows: &mut rows,
        applications: &mut applications,
        page: &mut page,
        classes: classes.as_mut().map(|(rows, page)| ClassOutputs { rows, page }),
    };
    let issue_date = args.date.map_or(IssueDate::Confirmed, IssueDate::On);
    let done = |count: usize| progress.add(count);
    let terms = Terms { authority: &authority, issue_date };
    let (counts, lists) = build(&project, &terms, &mut ledger, &mut outputs, &done, problems)?;
    progress.end();
    if problems.has_errors() {
        return Ok(None);
    }
    ledger.commit()?;
    for list in &lists {
        revoke::keep(&args.site, list)?; // made again from the ledger if this fails
    }
    if !lists.is_empty() {
        let remembered = revoke::remember(&args.site, args.state.as_deref());
        remembered.map_err(|(what, _)| io::Error::other(what))?;
    }
    private.publish()?;
    public.publish()?;
    let lists = lists.iter().map(|list| words(&list.text)).collect();
    Ok(Some(Built { notices: project.notices.len(), counts, lists }))
}

fn summary(talk: &mut Talk, built: &Built, begun: Instant) -> io::Result<()> {
    let Counts { learners, passed, failed, unclear, cards, issued, waiting, classes } =
        built.counts;
    let seconds = begun.elapsed().as_secs_f64();
    let out = talk.out();
    writeln!(out, "通知      {} 份", built.notices)?;
    writeln!(out, "学习档案  {learners} 份")?;
    writeln!(out, "认定      通过 {passed}，不通过 {failed}，待核定 {unclear}")?;
    writeln!(out, "审验卡    {cards} 张（新签发 {issued} 张）：private/cards/")?;
    if waiting > 0 {
        writeln!(out, "暂不签发  {waiting} 张：等审核通过，原因见认定结果")?;
    }
    for list in &built.lists {
        writeln!(out, "撤销名单  {list}")?;
    }
    writeln!(out, "认定结果  private/determinations.html")?;
    writeln!(out, "打印      private/units/index.html（一个单位一个文件）")?;
    let ClassCounts { classes, settled } = classes;
    if classes > 0 {
        let open = classes - settled;
        writeln!(out, "培训班    {classes} 个（有问题 {open} 个）：private/classes.html")?;
    }
    writeln!(out, "门户网站  public/")?;
    writeln!(out, "用时      {seconds:.1} 秒")
}
