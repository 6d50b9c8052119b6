//! `verify`: what people and programs hand in → verdicts.

mod inputs;
mod policy;
mod reports;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use self::inputs::{Column, Problems, Sources, Stdin};
use self::reports::Report;
use self::table::Table;
use super::lists::{Lists, Memory, Met};
use super::message::{Exit, Progress, Talk};
use super::site;
use super::{argument, kit};
use crate::batch::html::{About, Basis};
use crate::batch::{self, FindingKind, Row, Rows, Summary, csv};
use crate::credential::Trust;
use crate::credential::lists::{Freshness, SpecimenPolicy, Terms, TimeSource};
use crate::credential::trust::SpecimenIssuer;
use crate::credential::verdict::{Code, Reason};
use crate::diagnostic::Diagnostics;
use crate::project::Project;
use crate::time::{Date, UnixTime};

/// 核验审验卡，不联网
///
/// 退出码：0 全部有效；1 有不是有效的；2 未能核验，或未能全部核验。
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// 二维码中的文字、文件、文件夹或名单；写 - 或不写，从标准输入读
    ///
    /// 文件可以是网页、JSON、文字，PNG、JPEG、TIFF 图片，或 PDF；名单可以一行一张，可以是 CSV 表格或
    /// JSON。是哪一种，看内容，不看名字。文件夹中名字以 . 开头的不看。标准输入可以接扫码枪：来一行，答一行。
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// CSV 表格中放二维码文字的列：首行中的列名，或从 1 数起的序号；不写则自动寻找
    #[arg(long, value_name = "NAME|N")]
    column: Option<Column>,

    /// 站点的根目录；keys/ 中有根文件和信任名单的，按名单核验，否则按 content/site.toml 核验样张
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,

    /// 按核验包中的名单核验，不需要站点；核验包由 kit make 制作
    #[arg(long, value_name = "FILE", conflicts_with = "site")]
    kit: Option<PathBuf>,

    /// 规则集的目录，如网站的 policy/：卡的内容与它所依据的规则集对照；按名单核验时，不写也用站点或核验包里的
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,

    /// 按这一天（到 24 时）核验，而不是按本机时间
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = argument::date)]
    as_of: Option<Date>,

    /// 名单最多可以旧到多少天，不管名单自己写的下次更新
    #[arg(long, value_name = "DAYS", value_parser = days)]
    max_age: Option<u16>,

    /// 记住见过的名单版本的文件，防止旧名单回来；不写则在用户的状态目录
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// 把样张算作有效；只供试用和测试
    #[arg(long)]
    allow_specimen: bool,

    /// 给人看的表，或给程序读的 JSON、CSV
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    format: Format,

    /// 另写一份报告到文件，.csv、.ndjson 或 .html；可写多次。已有的报告会被换掉，别的文件不会
    #[arg(long = "report", value_name = "FILE", value_parser = reports::check)]
    reports: Vec<PathBuf>,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// 表，给人看
    #[default]
    Table,
    /// JSON，一件一行，给程序读
    Json,
    /// CSV，一件一行，给程序和表格软件读
    Csv,
}

/// The ends of the run that are not files.
struct Ends {
    /// Standard input.
    stdin: Stdin,
    /// Who writes it.
    typed: Typed,
    /// Who reads standard output.
    screen: Screen,
}

/// Whether somebody types what standard input reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typed {
    ByHand,
    ByProgram,
}

/// Whether rows appear on a terminal, and show themselves how far we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Screen {
    Terminal,
    Elsewhere,
}

/// Verifies what the arguments name.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let stdin = io::stdin();
    let typed = if stdin.is_terminal() { Typed::ByHand } else { Typed::ByProgram };
    let screen = if io::stdout().is_terminal() { Screen::Terminal } else { Screen::Elsewhere };
    let stdin = Stdin { reader: Box::new(stdin), at_hand: has_stdin_more };
    answer(args, Ends { stdin, typed, screen }, talk)
}

/// Whether standard input has something, or its end, without waiting for it.
fn has_stdin_more() -> bool {
    let stdin = io::stdin();
    let mut wanted = [PollFd::new(&stdin, PollFlags::IN)];
    // Where nothing can be told, there is always an answer in a read.
    poll(&mut wanted, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0)
}

fn answer(args: &Args, ends: Ends, talk: &mut Talk) -> Exit {
    if args.inputs.is_empty() && ends.typed == Typed::ByHand {
        let hint = "写上文件、文件夹或二维码中的文字；写 - 则从键盘或扫码枪逐行读";
        return talk.could_not("没有写要核验什么", hint);
    }
    for path in &args.reports {
        if let Some(what) = reports::refused(path, &args.inputs) {
            return talk.could_not(&what, "报告写到另一个文件；确实不要那个文件的，先把它移走");
        }
    }
    let mut problems = Diagnostics::new();
    let site = match Site::listed(args) {
        Ok(Some(site)) => Some(site),
        Ok(None) => Site::specimen(&args.site, specimens(args), &mut problems),
        Err((what, hint)) => return talk.could_not(&what, hint),
    };
    let site = match (site, &args.policy) {
        (Some(site), Some(folder)) => match policy::read(folder) {
            Ok(policy::Held { bundles, names }) => {
                let (trust, names) = (site.trust.with_policies(bundles), site.names.with(names));
                Some(Site { trust, names, ..site })
            }
            Err(what) => return talk.could_not(&what, policy::HINT),
        },
        (site, _) => site,
    };
    let Some(site) = site else {
        talk.problems(site::from_here(&args.site, problems));
        return talk.could_not("没有信任名单，无法核验", "用 --site 指明签发机构的站点");
    };
    talk.problems(site::from_here(&args.site, problems));
    let problems = Problems::new();
    let summary = match report(args, &site, ends, &problems, talk) {
        Ok(summary) => summary,
        // Whoever read the results has had enough of them.
        Err(Unwritten::Rows(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Exit::Good;
        }
        Err(Unwritten::Rows(error)) => {
            let hint = "检查磁盘空间，或接收输出的程序";
            return talk.could_not(&format!("结果写不出去：{error}"), hint);
        }
        Err(Unwritten::Report(path, error)) => {
            let hint = "检查文件夹是否存在、可写，磁盘是否已满";
            return talk.could_not(&format!("报告 {} 写不了：{error}", path.display()), hint);
        }
    };
    let (problems, others) = problems.into_inner();
    let could_not = problems.has_errors();
    talk.problems(problems);
    if others > 0 {
        talk.say(&format!("……还有 {others} 处没有列出，都在结果的各行之中"));
    }
    if summary.rows() > 0 {
        conclude(&summary, talk);
        site.lists.iter().for_each(|words| talk.say(words));
    } else if !could_not {
        return talk.could_not("没有找到要核验的卡", "看看所写的文件夹或名单是不是空的");
    }
    match summary.all_good() {
        _ if could_not => Exit::CouldNot,
        true => Exit::Good,
        false => Exit::NotGood,
    }
}

fn days(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "天数写成 0 至 65535 的整数")
}

const fn specimens(args: &Args) -> SpecimenPolicy {
    if args.allow_specimen { SpecimenPolicy::Accept } else { SpecimenPolicy::Refuse }
}

/// What a verifier takes from a site.
struct Site {
    trust: Trust,
    /// What hours are called.
    names: policy::Names,
    /// Which lists it has, in words.
    lists: Vec<String>,
}

impl Site {
    /// Trust by the site's lists, if it has any, and if none of them goes back on
    /// what this machine has seen.
    fn listed(args: &Args) -> Result<Option<Self>, (String, &'static str)> {
        if let Some(path) = &args.kit {
            return Self::of_kit(kit::open(path)?, args).map(Some);
        }
        let Some(lists) = Lists::read(&args.site)? else { return Ok(None) };
        let mut words = vec![lists.words()];
        let held = policy::of_site(&args.site).map_err(|what| (what, policy::HINT))?;
        let policy::Held { bundles, names } = held;
        let trust = Self::observed(lists, args, &mut words)?.with_policies(bundles);
        Ok(Some(Self { trust, names: names.of_site(&args.site), lists: words }))
    }

    /// Trust by what a kit holds.
    fn of_kit(kit: kit::Opened, args: &Args) -> Result<Self, (String, &'static str)> {
        let kit::Opened { lists, specimens: issuers, policies, mut words } = kit;
        words.extend(lists.iter().map(Lists::words));
        let policy::Held { bundles, names } = policy::of_kit(&policies);
        let trust = match lists {
            Some(lists) => Self::observed(lists, args, &mut words)?.with_policies(bundles),
            None => Trust::specimen(issuers, specimens(args)).expect("a manifest has each once"),
        };
        Ok(Self { trust, names, lists: words })
    }

    /// Trust by lists, if none of them goes back on what this machine has seen.
    ///
    /// A root that this machine meets for the first time is told: everything rests on
    /// its being the right one.
    fn observed(
        lists: Lists,
        args: &Args,
        words: &mut Vec<String>,
    ) -> Result<Trust, (String, &'static str)> {
        match lists.remember(args.state.as_deref(), Memory::Kept)? {
            Met::Before => {}
            Met::First => words.push(lists.introduction()),
        }
        let terms = Terms {
            specimens: specimens(args),
            freshness: args
                .max_age
                .map_or(Freshness::NextUpdate, |days| Freshness::MaxAge(u32::from(days) * 86_400)),
            time: if args.as_of.is_some() { TimeSource::AsOf } else { TimeSource::Clock },
        };
        Ok(lists.trust(terms))
    }

    /// Trust in the site's own specimens.
    fn specimen(
        root: &Path,
        specimens: SpecimenPolicy,
        problems: &mut Diagnostics,
    ) -> Option<Self> {
        let settings = Project::read_settings(root, problems)?;
        let issuer = SpecimenIssuer {
            id: settings.issuer,
            name: settings.issuer_name,
            hosts: vec![settings.portal.host().clone()],
        };
        let trust = Trust::specimen(vec![issuer], specimens).expect("one issuer is named once");
        // Specimens are not checked against bundles, so that a bad one is no matter.
        let names = policy::of_site(root).map_or_else(|_| Default::default(), |held| held.names);
        Some(Self { trust, names: names.of_site(root), lists: Vec::new() })
    }
}

/// What could not be written.
enum Unwritten {
    Rows(io::Error),
    Report(PathBuf, io::Error),
}

/// Verifies everything and writes the results.
fn report(
    args: &Args,
    site: &Site,
    ends: Ends,
    problems: &Problems,
    talk: &mut Talk,
) -> Result<Summary, Unwritten> {
    // A day is over at the next midnight.
    let end = |day: Date| UnixTime::from_seconds(day.beijing_midnight().seconds() + 86_399);
    let now = args.as_of.map_or(talk.now(), end);
    let begin =
        |path: &PathBuf| Report::new(path).map_err(|it| Unwritten::Report(path.clone(), it));
    let reports = args.reports.iter().map(begin).collect::<Result<_, _>>()?;
    // On a terminal the rows themselves show the progress.
    let progress = match ends.screen {
        Screen::Terminal => None,
        Screen::Elsewhere => Some(talk.progress("核验")),
    };
    let table = Table::new(&site.names, talk.colour());
    let sources = Sources::new(&args.inputs, args.column.as_ref(), ends.stdin, problems);
    let open = |source| inputs::open(source, problems);
    let (out, record, line) = (talk.out(), String::new(), Vec::new());
    let mut output = Output { format: args.format, out, table, reports, progress, record, line };
    let answered = output.begin().map_err(Unwritten::Rows).and_then(|()| {
        let summary = batch::run(&site.trust, now, sources, open, &mut output)?;
        output.lull()?;
        Ok(summary)
    });
    let reports = output.reports;
    let summary = match answered {
        Ok(summary) => summary,
        Err(error) => {
            reports.into_iter().for_each(Report::abandon);
            return Err(error);
        }
    };
    let inputs: Vec<String> = args.inputs.iter().map(|it| it.display().to_string()).collect();
    let inputs = if inputs.is_empty() { vec!["标准输入".to_owned()] } else { inputs };
    let basis = if args.as_of.is_some() { Basis::AsOf } else { Basis::Clock };
    let about = About { now, basis, inputs: &inputs, lists: site.lists.as_slice() };
    for report in reports {
        let path = report.path().to_owned();
        report.finish(&about, &summary).map_err(|error| Unwritten::Report(path, error))?;
    }
    Ok(summary)
}

/// Where rows go.
struct Output<'a> {
    format: Format,
    out: &'a mut dyn io::Write,
    table: Table<'a>,
    reports: Vec<Report>,
    progress: Option<Progress>,
    /// Used again for each row.
    record: String,
    line: Vec<u8>,
}

impl Output<'_> {
    fn begin(&mut self) -> io::Result<()> {
        match self.format {
            Format::Table | Format::Json => Ok(()),
            Format::Csv => self.out.write_all(csv::head().as_bytes()),
        }
    }
}

impl Rows for Output<'_> {
    type Error = Unwritten;

    fn row(&mut self, row: &Row) -> Result<(), Unwritten> {
        if let Some(progress) = &self.progress {
            progress.add(1);
        }
        let written = match self.format {
            Format::Table => self.table.push(row, self.out),
            Format::Json => {
                self.line.clear();
                let written = row.write_json(&mut self.line);
                self.line.push(b'\n');
                written.and_then(|()| self.out.write_all(&self.line))
            }
            Format::Csv => {
                self.record.clear();
                csv::write(row, &mut self.record);
                self.out.write_all(self.record.as_bytes())
            }
        };
        written.map_err(Unwritten::Rows)?;
        for report in &mut self.reports {
            let written = report.row(row);
            written.map_err(|error| Unwritten::Report(report.path().to_owned(), error))?;
        }
        Ok(())
    }

    fn lull(&mut self) -> Result<(), Unwritten> {
        self.table.write(self.out).and_then(|()| self.out.flush()).map_err(Unwritten::Rows)
    }
}

/// Groups whose sums are told, at most; a report has all.
const GROUPS_MAX: usize = 40;

/// Says how many there were of which kind, and what to do next.
fn conclude(summary: &Summary, talk: &mut Talk) {
    let count = |codes: &BTreeMap<Code, u64>, spoilt: u64| -> Vec<String> {
        let counts = Summary::counts(codes, spoilt).into_iter();
        counts.map(|(words, count)| format!("{words} {count}")).collect()
    };
    let mut parts = count(&summary.codes, summary.spoilt.values().sum());
    if let (Some(valid), specimens @ 1..) = (parts.first_mut(), summary.good_specimens) {
        valid.push_str(&format!("（其中样张 {specimens}）"));
    }
    let findings = summary.findings.iter();
    parts.extend(findings.map(|(kind, count)| format!("{} {count}", kind.brief())));
    talk.say(&format!("共 {} 张：{}", summary.rows(), parts.join("；")));
    if summary.groups.len() > 1 {
        for (group, codes) in summary.groups.iter().take(GROUPS_MAX) {
            let name = summary.issuers.get(&group.issuer).map_or("", String::as_str);
            let spoilt = summary.spoilt.get(group).copied().unwrap_or_default();
            let (name, codes) = (table::shown(name), count(codes, spoilt).join("；"));
            talk.say(&format!("  {name}（{}）{} 年度：{codes}", group.issuer, group.year));
        }
        if let Some(more @ 1..) = summary.groups.len().checked_sub(GROUPS_MAX) {
            talk.say(&format!("  ……还有 {more} 组，见 --report 写的 .html 报告"));
        }
    }
    for code in summary.codes.keys() {
        match code {
            Code::Valid => {}
            Code::Refused(reason) => talk.hint(advice(*reason)),
        }
    }
    for kind in summary.findings.keys() {
        match kind {
            FindingKind::Altered => talk
                .hint("文件被改动：不要看文件上显示的内容，请向签发机构或发卡单位重新索取原文件"),
            FindingKind::Equivocation => {
                talk.hint(
                    "同号不同内容：两张都不要接受；保存两份原件，向签发机构和上级主管部门查询",
                );
            }
            FindingKind::Replaced | FindingKind::Replaces => {
                talk.hint("新卡和旧卡都交来了：以新卡为准，不要重复计算");
            }
            FindingKind::Duplicate | FindingKind::ForeignHost => {}
        }
    }
}

/// What to do about a card that is not valid, in Chinese.
const fn advice(reason: Reason) -> &'static str {
    match reason {
        Reason::BadSignature => "签名不符：不要接受；请持卡人出示原卡重扫，仍不符的向签发机构查询",
        Reason::Revoked => "已撤销：不要接受；如有疑问向签发机构查询",
        Reason::KeyRevoked => "签发密钥已停用：不要接受；请持卡人向签发机构换发",
        Reason::OutOfScope => "超出签发授权：不要接受；向上级主管部门查询",
        Reason::Inconsistent => "内容与政策不符：不要接受；向签发机构查询",
        Reason::Superseded => "已换发：请持卡人出示新卡",
        Reason::Expired => "已过有效期：请持卡人向签发机构查询是否另有新卡",
        Reason::NotYetValid => "尚未生效：先核对本机的日期和时间；无误的，等到签发日期再核验",
        Reason::Stale => "状态数据过旧：请更新信任名单和撤销名单，再核验",
        Reason::UnknownIssuer => {
            "不认识的签发方，不等于伪造：请更新信任名单，或用 --site 指明签发机构的站点，再核验"
        }
        Reason::Unsupported => "版本或扩展不支持，不等于伪造：请更新本程序，再核验",
        Reason::Malformed => "未能完整读取，不等于伪造：请对准二维码重扫，或换一张清晰的照片",
        Reason::ClockSuspect => "本机时间异常：请校准本机的日期和时间，再核验",
        Reason::Specimen => "样张不作证明；测试时可用 --allow-specimen 把样张算作有效",
    }
}
