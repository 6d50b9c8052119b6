//! `assess`: one learner's determinations, or one class's, told step by step.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::message::{Exit, Talk};
use super::site;
use crate::assessment::annual;
use crate::assessment::application::{Case, WithoutRules, determine, facts};
use crate::assessment::assess;
use crate::assessment::class::{self, Class};
use crate::assessment::determination::Outcome;
use crate::assessment::policy::Basis;
use crate::assessment::policy::vocabulary::Fact;
use crate::assessment::policy::year_on;
use crate::assessment::printing;
use crate::assessment::record::{self, Application, Record};
use crate::assessment::trace::{Trace, trace};
use crate::diagnostic::{Diagnostics, Place};
use crate::pipeline::rule_set_ids;
use crate::project::{Learner, NotRead, Project};
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
        let wanted = in_project(&args.site, &args.what);
        let classes = classes(&wanted, args.on, &project);
        if !classes.is_empty() {
            return Some(match (&args.purpose, &args.grade) {
                (None, None) => Ok(Told::Classes(classes)),
                _ => Err((
                    format!("{} 是培训班，没有用途和申报级别", args.what),
                    "--purpose 和 --grade 只用于人；培训班只能用 --on 指明看到哪一天".to_owned(),
                )),
            });
        }
        let record = find(&project, &wanted, &mut problems)?;
        Some(traces(args, &project, &record).map(Told::Learner))
    });
    let has_errors = problems.has_errors();
    talk.problems(site::from_here(&args.site, problems));
    match told {
        Some(Ok(Told::Learner(traces))) if !has_errors => {
            tell(args.format, &traces, talk);
            let all_passed = traces.iter().all(Judged::is_passed);
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
    Learner(Vec<Judged>),
    Classes(Vec<class::Trace>),
}

/// What became of a purpose of a learner.
#[derive(Serialize)]
#[serde(untagged)]
enum Judged {
    ByRules(Box<Trace>),
    WithoutRules(WithoutRules),
}

impl Judged {
    fn is_passed(&self) -> bool {
        match self {
            Self::ByRules(trace) => trace.outcome == Outcome::Passed.word(),
            Self::WithoutRules(_) => false,
        }
    }
}

impl Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByRules(trace) => trace.fmt(f),
            Self::WithoutRules(WithoutRules { person, outcome, purpose, year, on, questions }) => {
                writeln!(f, "没有 {year} 年度的规则集   {person}")?;
                writeln!(f, "结论 {outcome}   {purpose} {year} 年度   申报日 {on}")?;
                questions.iter().try_for_each(|question| writeln!(f, "   {question}"))
            }
        }
    }
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

/// What is asked about: of a file of the site, however its path was typed, its path in
/// the site; anything else as it is.
fn in_project(root: &Path, what: &str) -> String {
    let inner = || {
        let (root, file) = (root.canonicalize().ok()?, Path::new(what).canonicalize().ok()?);
        let inner = file.strip_prefix(&root).ok().filter(|_| file.is_file())?;
        let parts: Option<Vec<_>> = inner.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    };
    inner().unwrap_or_else(|| what.to_owned())
}

/// The classes of the number or in the file that is asked about.
fn classes(wanted: &str, on: Option<Date>, project: &Project) -> Vec<class::Trace> {
    let is_wanted = |class: &&Class| {
        let path = class.place.path.as_str();
        class.id.as_str() == wanted
            || path == wanted
            || path.strip_prefix("content/classes/") == Some(wanted)
    };
    let wanted = project.classes.iter().filter(is_wanted);
    wanted.map(|class| class::trace(&project.policies, class, on)).collect()
}

/// The record of the learner with this number or in this file. What is wrong with a
/// file that is named like the learner, or names the learner, is told if no other is
/// the learner's.
fn find(project: &Project, wanted: &str, problems: &mut Diagnostics) -> Option<Record> {
    let mut unread = Diagnostics::new();
    let quoted = format!("\"{wanted}\"");
    for Learner { path, line, text } in project.learners(&mut Diagnostics::new()) {
        let is_file = *path == *wanted || path.ends_with(&format!("/{wanted}"));
        let is_namesake = Path::new(&*path).file_stem().is_some_and(|stem| stem == wanted);
        let mut found = Diagnostics::new();
        let record = match text {
            Ok(text) if is_file || is_namesake || text.contains(wanted) => {
                let record = record::parse(&path, line, &text, &project.vocabulary, &mut found);
                if record.is_none() && (is_file || is_namesake || text.contains(&quoted)) {
                    unread.append(std::mem::take(&mut found));
                }
                record
            }
            Ok(_) => None,
            Err(NotRead { message, hint }) if is_file || is_namesake => {
                unread.error(Place::line(&*path, line), message, hint);
                None
            }
            Err(_) => None,
        };
        let is_wanted = |record: &Record| is_file || record.id.as_str() == wanted;
        if let Some(record) = record.filter(is_wanted) {
            project.check_record(&record, &Place::line(&*path, line), &mut found);
            problems.append(found);
            return Some(record);
        }
    }
    if unread.has_errors() {
        problems.append(unread);
        return None;
    }
    let (message, hint) = match Path::new(wanted).is_file() {
        true => (
            "这个文件不是站点的学习档案或培训班材料",
            "先放进 content/learners/ 或 content/classes/",
        ),
        false => (
            "没有这个人的学习档案，也没有这个培训班",
            "写内部编号、班次编号，或 content/learners/、content/classes/ 中的文件名",
        ),
    };
    problems.error(Place::file("content"), format!("{message}：{wanted}"), hint);
    None
}

/// The traces asked for, or why there are none.
fn traces(
    args: &Args,
    project: &Project,
    record: &Record,
) -> Result<Vec<Judged>, (String, String)> {
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
            applications.push(Application {
                purpose,
                grade,
                on,
                year: year_on(&project.policies, on),
            });
        }
    }
    let ids = rule_set_ids(&project.policies);
    let mut traces = Vec::new();
    for mut application in applications {
        if let Some(on) = args.on {
            // An application of the year of its day is, on another day, of that day's.
            if year_on(&project.policies, application.on) == application.year {
                application.year = year_on(&project.policies, on);
            }
            application.on = on;
        }
        application.grade = grade.or(application.grade);
        let Some(policy) = project.policies.get(&application.year) else {
            traces.push(Judged::WithoutRules(WithoutRules::of(vocabulary, record, &application)));
            continue;
        };
        let facts = facts(policy, record, &application);
        let case = Case { policies: &project.policies, policy, facts, record };
        let mut trace = trace(&case, &determine(&case), &ids);
        if vocabulary.keyed(Fact::Purpose, "annual") == Some(application.purpose) {
            let result = assess(policy, record);
            let waiting = printing::waiting(policy, record, &result, &project.classes);
            trace.wait(policy, &waiting);
            let grant = printing::granted(policy, record, &result);
            grant.into_iter().for_each(|grant| trace.grant(policy, &grant));
        }
        traces.push(Judged::ByRules(Box::new(trace)));
    }
    Ok(traces)
}

/// The annual purpose of each year that a notice was written for; on a day, that of the
/// day's year, whether there are rules for it or not.
fn annual(project: &Project, on: Option<Date>) -> Vec<Application> {
    let written = project.policies.values().filter(|policy| policy.basis == Basis::Written);
    let years: Vec<u16> = match on {
        Some(on) => vec![year_on(&project.policies, on)],
        None => written.map(|policy| policy.year).collect(),
    };
    let application = |year| annual::application(&project.vocabulary, year);
    years.into_iter().filter_map(application).collect()
}
