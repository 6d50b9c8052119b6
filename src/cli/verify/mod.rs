//! `verify`: what people and programs hand in → verdicts.

mod inputs;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal as _};
use std::path::{Path, PathBuf};

use self::inputs::{Problems, Sources};
use self::table::Table;
use super::lists::Lists;
use super::message::{Exit, Talk};
use super::state::{self, State};
use crate::assessment::policy::vocabulary;
use crate::batch::{self, Finding, Pace, Summary};
use crate::credential::Trust;
use crate::credential::lists::{Freshness, Terms, TimeSource};
use crate::credential::trust::{SpecimenIssuer, SpecimenPolicy};
use crate::credential::verdict::{Code, Reason};
use crate::diagnostic::Diagnostics;
use crate::project::Project;
use crate::time::{Date, UnixTime};

/// 核验审验卡，不联网
///
/// 退出码：0 全部有效；1 有不是有效的；2 未能核验，或未能全部核验。
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// 二维码中的文字、文件、文件夹或一行一张的名单；写 - 或不写，从标准输入逐行读
    ///
    /// 文件可以是 .json、.html、.svg、.txt，或者 PNG、JPEG 照片；是哪一种，看内容，不看名字。
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// 站点的根目录；keys/ 中有根文件和信任名单的，按名单核验，否则按 content/site.toml 核验样张
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,

    /// 按这一天（到 24 时）核验，而不是按本机时间
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,

    /// 名单最多可以旧到多少天，不管名单自己写的下次更新
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16))]
    max_age: Option<u16>,

    /// 记住见过的名单版本的文件，防止旧名单回来；不写则在用户的状态目录
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// 把样张算作有效；只供试用和测试
    #[arg(long)]
    allow_specimen: bool,

    /// 给人看的表，或给程序读的 JSON
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    format: Format,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// 表，给人看
    #[default]
    Table,
    /// JSON，一件一行，给程序读
    Json,
}

/// The ends of the run that are not files.
struct Ends {
    /// Standard input.
    lines: Box<dyn BufRead>,
    /// Who writes it.
    typed: Typed,
    /// Who reads standard output.
    rows: Rows,
}

/// Whether somebody types the lines, or scans them one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typed {
    ByHand,
    ByProgram,
}

/// Whether rows appear on a terminal, and show themselves how far we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    OnTerminal,
    Elsewhere,
}

/// Verifies what the arguments name.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let stdin = io::stdin();
    let typed = if stdin.is_terminal() { Typed::ByHand } else { Typed::ByProgram };
    let rows = if io::stdout().is_terminal() { Rows::OnTerminal } else { Rows::Elsewhere };
    let ends = Ends { lines: Box::new(io::BufReader::new(stdin)), typed, rows };
    answer(args, ends, talk)
}

fn answer(args: &Args, ends: Ends, talk: &mut Talk) -> Exit {
    if args.inputs.is_empty() && ends.typed == Typed::ByHand {
        let hint = "写上文件、文件夹或二维码中的文字；写 - 则从键盘或扫码枪逐行读";
        return talk.could_not("没有写要核验什么", hint);
    }
    let mut problems = Diagnostics::new();
    let site = match Site::listed(args) {
        Ok(Some(site)) => Some(site),
        Ok(None) => Site::specimen(&args.site, specimens(args), &mut problems),
        Err((what, hint)) => return talk.could_not(&what, hint),
    };
    let Some(site) = site else {
        talk.problems(problems);
        return talk.could_not("没有信任名单，无法核验", "用 --site 指明签发机构的站点");
    };
    let problems = Problems::new(problems);
    let summary = match report(args, &site, ends, &problems, talk) {
        Ok(summary) => summary,
        // Whoever read the results has had enough of them.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Good,
        Err(error) => {
            let hint = "检查磁盘空间，或接收输出的程序";
            return talk.could_not(&format!("结果写不出去：{error}"), hint);
        }
    };
    let problems = problems.into_inner();
    let could_not = problems.has_errors();
    talk.problems(problems);
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

fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "日期写成 2022-12-31")
}

const fn specimens(args: &Args) -> SpecimenPolicy {
    if args.allow_specimen { SpecimenPolicy::Accept } else { SpecimenPolicy::Refuse }
}

/// What a verifier takes from a site.
struct Site {
    trust: Trust,
    /// What the site calls the categories of hours, by their numbers.
    categories: BTreeMap<u64, String>,
    /// Which lists it has, in words.
    lists: Option<String>,
}

impl Site {
    /// Trust by the site's lists, if it has any, and if none of them goes back on
    /// what this machine has seen.
    fn listed(args: &Args) -> Result<Option<Self>, (String, &'static str)> {
        let Some(lists) = Lists::read(&args.site)? else { return Ok(None) };
        const HINT: &str = "检查这个文件；用 --state 可以另指一个";
        if let Some(path) = args.state.clone().or_else(state::path) {
            let before = State::read(&path).map_err(|what| (what, HINT))?;
            let mut seen = before.clone();
            lists.observe(&mut seen)?;
            seen.save(&path, &before).map_err(|what| (what, HINT))?;
        }
        let terms = Terms {
            specimens: specimens(args),
            freshness: args
                .max_age
                .map_or(Freshness::NextUpdate, |days| Freshness::MaxAge(u32::from(days) * 86_400)),
            time: if args.as_of.is_some() { TimeSource::AsOf } else { TimeSource::Clock },
        };
        let (words, categories) = (Some(lists.words()), categories(&args.site));
        Ok(Some(Self { trust: lists.trust(terms), categories, lists: words }))
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
        Some(Self { trust, categories: categories(root), lists: None })
    }
}

/// The names of the categories; none if the site's vocabulary cannot be read,
/// since a card is judged without it.
fn categories(root: &Path) -> BTreeMap<u64, String> {
    let path = "content/vocabulary.toml";
    let parsed = inputs::read_small(&root.join(path))
        .and_then(|text| vocabulary::parse(path, &text, &mut Diagnostics::new()));
    parsed.map_or_else(BTreeMap::new, |vocabulary| {
        let named = vocabulary.categories().iter();
        named.map(|category| (u64::from(category.number), category.label.clone())).collect()
    })
}

/// Verifies everything and writes the results.
fn report(
    args: &Args,
    site: &Site,
    ends: Ends,
    problems: &Problems,
    talk: &mut Talk,
) -> io::Result<Summary> {
    // A day is over at the next midnight.
    let end = |day: Date| UnixTime::from_seconds(day.beijing_midnight().seconds() + 86_399);
    let now = args.as_of.map_or(talk.now(), end);
    let pace = match ends.typed {
        Typed::ByHand if inputs::has_stdin(&args.inputs) => Pace::OneByOne,
        Typed::ByHand | Typed::ByProgram => Pace::Together,
    };
    // On a terminal the rows themselves show the progress.
    let progress = match ends.rows {
        Rows::OnTerminal => None,
        Rows::Elsewhere => Some(talk.progress("核验")),
    };
    let mut table = Table::new(&site.categories, talk.colour(), pace);
    let sources = Sources::new(&args.inputs, ends.lines, problems);
    let open = |source| inputs::open(source, problems);
    let out = talk.out();
    let summary = batch::run(&site.trust, now, pace, sources, open, |row| {
        if let Some(progress) = &progress {
            progress.add(1);
        }
        match (args.format, pace) {
            (Format::Table, _) => table.push(&row, out),
            (Format::Json, Pace::Together) => writeln!(out, "{}", row.to_json()),
            (Format::Json, Pace::OneByOne) => {
                writeln!(out, "{}", row.to_json())?;
                out.flush()
            }
        }
    })?;
    table.finish(out)?;
    out.flush()?;
    Ok(summary)
}

/// Says how many there were of which kind, and what to do next.
fn conclude(summary: &Summary, talk: &mut Talk) {
    let mut parts: Vec<String> = Vec::new();
    for (code, count) in &summary.codes {
        let specimens = match (code, summary.valid_specimens) {
            (Code::Valid, specimens @ 1..) => format!("（其中样张 {specimens}）"),
            (Code::Valid, 0) | (Code::Refused(_), _) => String::new(),
        };
        parts.push(format!("{} {count}{specimens}", code.words()));
    }
    let findings = summary.findings.iter();
    parts.extend(findings.map(|(finding, count)| format!("{} {count}", brief(*finding))));
    talk.say(&format!("共 {} 张：{}", summary.rows(), parts.join("；")));
    for code in summary.codes.keys() {
        match code {
            Code::Valid => {}
            Code::Refused(reason) => talk.hint(advice(*reason)),
        }
    }
    if summary.findings.contains_key(&Finding::Altered) {
        talk.hint("文件被改动：不要看文件上显示的内容，请向签发机构或发卡单位重新索取原文件");
    }
}

const fn brief(finding: Finding) -> &'static str {
    match finding {
        Finding::Altered => "文件被改动",
        Finding::ForeignHost => "网址非官方",
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
