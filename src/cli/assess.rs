//! `assess`: one learner's determinations, or one class's, told step by step.

use std::fmt::Display;
use std::path::PathBuf;

use serde::Serialize;

use super::message::{Exit, Talk};
use super::site;
use crate::assessment::application::{Case, determine, facts};
use crate::assessment::assess;
use crate::assessment::class::{self, Class, printing};
use crate::assessment::policy::vocabulary::{Fact, Value};
use crate::assessment::record::{self, Application, Record};
use crate::assessment::trace::{Trace, trace};
use crate::diagnostic::{Diagnostics, Place};
use crate::project::{Learner, Project};
use crate::time::Date;

/// 说明一个人或一个培训班的认定结果：每一步的依据、裁量和还缺什么
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 内部编号、班次编号，或学习档案、培训班材料的文件
    #[arg(value_name = "LEARNER|CLASS")]
    what: String,
    /// 用途，如 年度审验、职称评审；不写则依次说明年度审验和档案中的各项申报
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
    /// 申报级别，如 高级、中级、初级
    #[arg(long, value_name = "GRADE")]
    grade: Option<String>,
    /// 申报日，不写则用档案中的申报日；对培训班，是看到哪一天为止
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::argument::date)]
    on: Option<Date>,
    /// 站点的根目录
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// 给人看的文字
    Text,
    /// 给程序用的 JSON，一行一项
    Json,
}

/// Tells the determinations of one learner, or of the classes of that number or
/// file.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    if let Some((what, hint)) = site::missing(&args.site) {
        return talk.could_not(&what, hint);
    }
    let mut problems = Diagnostics::new();
    let told = Project::read(&args.site, &mut problems).and_then(|project| {
        let classes = classes(args, &project);
        if !classes.is_empty() {
            return Some(Ok(Told::Classes(classes)));
        }
        let record = find(&project, &args.what, &mut problems)?;
        Some(traces(args, &project, &record).map(Told::Learner))
    });
    let has_errors = problems.has_errors();
    talk.problems(site::from_here(&args.site, problems));
    match told {
        Some(Ok(Told::Learner(traces))) if !has_errors => {
            tell(args.format, &traces, talk);
            let all_passed = traces.iter().all(|trace| trace.outcome == "通过");
            if all_passed { Exit::Good } else { Exit::NotGood }
        }
        Some(Ok(Told::Classes(traces))) if !has_errors => {
            tell(args.format, &traces, talk);
            let all_settled = traces.iter().all(|trace| trace.settled);
            if all_settled { Exit::Good } else { Exit::NotGood }
        }
        Some(Err((what, hint))) => talk.could_not(&what, &hint),
        Some(Ok(_)) | None => Exit::CouldNot,
    }
}

/// What was asked about.
enum Told {
    Learner(Vec<Trace>),
    Classes(Vec<class::Trace>),
}

fn tell<T: Display + Serialize>(format: Format, traces: &[T], talk: &mut Talk) {
    for (at, trace) in traces.iter().enumerate() {
        let gap = if at > 0 { "\n" } else { "" };
        let told = match format {
            Format::Text => write!(talk.out(), "{gap}{trace}"),
            Format::Json => match serde_json::to_string(trace) {
                Ok(json) => writeln!(talk.out(), "{json}"),
                Err(error) => Err(error.into()),
            },
        };
        if told.is_err() {
            break; // the reader has gone away, having read enough
        }
    }
}

/// The classes of the number or in the file that is asked about.
fn classes(args: &Args, project: &Project) -> Vec<class::Trace> {
    let is_wanted = |class: &&Class| {
        let path = class.place.path.as_str();
        class.id.as_str() == args.what
            || path == args.what
            || path.strip_prefix("content/classes/") == Some(args.what.as_str())
    };
    let wanted = project.classes.iter().filter(is_wanted);
    wanted.map(|class| class::trace(&project.policies, class, args.on)).collect()
}

/// The record of the learner with this number or in this file.
pub(super) fn find(project: &Project, wanted: &str, problems: &mut Diagnostics) -> Option<Record> {
    let mut unread = Diagnostics::new();
    for Learner { path, line, text } in project.learners(&mut unread) {
        let Ok(text) = text else { continue };
        let is_file = *path == *wanted || path.ends_with(&format!("/{wanted}"));
        if !is_file && !text.contains(wanted) {
            continue;
        }
        let mut found = Diagnostics::new();
        let record = record::parse(&path, line, &text, &project.vocabulary, &mut found);
        let is_wanted = |record: &Record| is_file || record.id.as_str() == wanted;
        match record {
            Some(record) if is_wanted(&record) => return Some(record),
            Some(_) => {}
            None if is_file => {
                problems.append(found);
                return None;
            }
            None => {}
        }
    }
    problems.error(
        Place::file("content/learners"),
        format!("没有这个人的学习档案，也没有这个培训班：{wanted}"),
        "写内部编号、班次编号，或 content/learners/、content/classes/ 中的文件名",
    );
    None
}

/// The traces asked for, or why there are none.
fn traces(args: &Args, project: &Project, record: &Record) -> Result<Vec<Trace>, (String, String)> {
    let vocabulary = &project.vocabulary;
    let word = |fact: Fact, text: &str| {
        vocabulary.labelled(fact, text).ok_or_else(|| {
            let allowed = vocabulary.allowed(fact.shape(), vocabulary.words(fact));
            (
                format!("“{}”没有取值“{text}”", vocabulary.fact_label(fact)),
                format!("可写：{allowed}"),
            )
        })
    };
    let purpose = args.purpose.as_deref().map(|it| word(Fact::Purpose, it)).transpose()?;
    let grade = args.grade.as_deref().map(|it| word(Fact::Grade, it)).transpose()?;
    let mut applications = annual(project, args.on);
    applications.extend(record.applications.iter().copied());
    if let Some(purpose) = purpose {
        let is_known = applications.iter().any(|it| it.purpose == purpose);
        applications.retain(|it| it.purpose == purpose);
        if !is_known {
            let Some(on) = args.on else {
                let hint = "用 --on 写明申报日，需要时用 --grade 写明申报级别";
                return Err(("档案中没有这项申报".to_owned(), hint.to_owned()));
            };
            applications.push(Application { purpose, grade, on, year: on.year() });
        }
    }
    let mut traces = Vec::new();
    for mut application in applications {
        application.on = args.on.unwrap_or(application.on);
        application.grade = grade.or(application.grade);
        let Some(policy) = project.policies.get(&application.year) else {
            let hint = "补上该年度的通知，或在现有通知中写明沿用";
            return Err((format!("缺 {} 年度规则", application.year), hint.to_owned()));
        };
        let facts = facts(policy, record, &application);
        let case = Case { policies: &project.policies, policy, facts, record };
        let mut trace = trace(&case, &determine(&case));
        if vocabulary.keyed(Fact::Purpose, "annual") == Some(application.purpose) {
            let result = assess(policy, record);
            let waiting = printing::waiting(policy, record, &result, &project.classes);
            waiting.into_iter().for_each(|waiting| trace.wait(policy, &waiting));
        }
        traces.push(trace);
    }
    Ok(traces)
}

/// The annual purpose of each year that a notice was written for.
fn annual(project: &Project, on: Option<Date>) -> Vec<Application> {
    use crate::assessment::policy::Basis;
    let purpose: Option<Value> = project.vocabulary.keyed(Fact::Purpose, "annual");
    let written = project.policies.values().filter(|policy| policy.basis == Basis::Written);
    let years = written.filter(|policy| on.is_none_or(|on| on.year() == policy.year));
    let application = |year: u16| {
        let end = Date::new(year, 12, 31).ok()?;
        Some(Application { purpose: purpose?, grade: None, on: end, year })
    };
    years.filter_map(|policy| application(policy.year)).collect()
}
