//! The report for the file: one HTML page that needs nothing else.
//!
//! Sums first, then every row with a problem, then good ones. It is written in
//! pieces, since rows are many: [`head`], [`row`] for each with a problem,
//! [`between`], [`row`] for each good one, [`foot`].

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::summary::SPOILT;
use super::{Finding, FindingKind, Outcome, Row, Summary};
use crate::credential::field::Stamp;
use crate::credential::verdict::{Code, Face, Verdict};
use crate::time::UnixTime;

/// Good rows of a page, at most: nobody reads more, and a browser must hold them.
pub const GOOD_MAX: u64 = 2_000;

/// The title by which a page is known for a report.
pub const TITLE: &str = "<title>审验卡核验报告</title>";

const STYLE: &str = include_str!("report.css");

/// What the report is about.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// When the cards were verified, or as of when.
    pub now: UnixTime,
    /// Whether `now` was asked for, instead of the clock's.
    pub basis: Basis,
    /// What was verified, as people named it.
    pub inputs: &'a [String],
    /// The lists that the verdicts rest on, in words; none behind specimens.
    pub lists: &'a [String],
}

/// Where the time of a verification comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// This machine's clock.
    Clock,
    /// Somebody asked as of then.
    AsOf,
}

/// The page as far as the first row with a problem.
pub fn head(about: &About<'_>, summary: &Summary) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         ",
    );
    page.push_str(TITLE);
    page.push_str("\n<style>\n");
    page.push_str(STYLE);
    page.push_str("</style>\n</head>\n<body>\n<h1>审验卡核验报告</h1>\n<dl>\n");
    let time = Stamp::new(about.now).map(|stamp| stamp.to_string()).unwrap_or_default();
    let time = match about.basis {
        Basis::Clock => format!("{time}（本机时间）"),
        Basis::AsOf => format!("{time}（按指定的日期）"),
    };
    let mut item = |head: &str, text: &str| {
        let _ = writeln!(page, "<dt>{head}</dt><dd>{}</dd>", Escaped(text)); // a string takes all
    };
    item("核验时间", &time);
    item("核验对象", &about.inputs.join("、"));
    match about.lists {
        [] => item("依据", "没有依据名单，只核对样张"),
        lists => lists.iter().for_each(|list| item("依据", list)),
    }
    item("核验程序", concat!("shenyan ", env!("CARGO_PKG_VERSION")));
    page.push_str("</dl>\n");
    sums(&mut page, summary);
    let problems = summary.rows() - summary.clean;
    let _ = writeln!(page, "<h2>需要处理的（{problems} 行）</h2>");
    match problems {
        0 => page.push_str("<p>没有。</p>\n"),
        _ => page.push_str(TABLE),
    }
    page
}

/// Between the last row with a problem and the first good one.
pub fn between(summary: &Summary) -> String {
    let mut page = String::new();
    let good = summary.clean;
    if summary.rows() > good {
        page.push_str("</tbody></table>\n");
    }
    let _ = write!(page, "<h2>有效的（{good} 行）</h2>\n{}", if good > 0 { TABLE } else { "" });
    page
}

/// The page's end.
pub fn foot(summary: &Summary) -> String {
    let mut page = String::new();
    let good = summary.clean;
    if good > 0 {
        page.push_str("</tbody></table>\n");
    }
    if let Some(more @ 1..) = good.checked_sub(GOOD_MAX) {
        let _ = writeln!(
            page,
            "<p>其余 {more} 行有效的没有列出，见同时生成的 CSV 或 NDJSON 报告。</p>"
        );
    }
    page.push_str(
        "<footer>结论只取决于二维码中的签名和上述名单。审验卡不是身份证件，请核对持卡人的身份证。</footer>\n\
         </body>\n</html>\n",
    );
    page
}

const TABLE: &str = "<table><thead><tr><th>结论</th><th>卡号</th><th>持卡人</th><th>年度</th>\
    <th>结果</th><th>签发机构</th><th>输入</th><th>说明</th></tr></thead><tbody>\n";

/// What later rows have told of earlier ones.
#[derive(Debug, Default)]
pub struct Spoilt {
    /// By place, as the page shows it: the row's `input` and why.
    places: BTreeMap<String, String>,
}

impl Spoilt {
    /// Takes what a row tells of others.
    pub fn enter(&mut self, row: &Row) {
        for Finding { kind, other } in &row.findings {
            let words = match kind {
                FindingKind::Equivocation => "卡号相同而内容不同的卡还有一张，两张都不可信",
                FindingKind::Replaces => "这张卡已被同批的另一张卡换发，以新卡为准",
                FindingKind::Altered
                | FindingKind::Duplicate
                | FindingKind::Replaced
                | FindingKind::ForeignHost => continue,
            };
            if let Some(other) = other {
                let place = Escaped(&other.to_string()).to_string();
                let why = Escaped(&format!("{words}：{}", row.place)).to_string();
                self.places.entry(place).or_insert(why);
            }
        }
    }

    /// A line as [`row`] has written it, as it stands now; none if nothing has been
    /// told of it, or it was not good anyway.
    pub fn amended(&self, line: &str) -> Option<String> {
        let cells = line.strip_prefix(GREEN)?;
        let cells: Vec<&str> = cells.split("<td>").collect();
        let text = |at: usize| cells.get(at)?.strip_suffix("</td>");
        let (place, notes) = (text(6)?, cells.get(7)?.strip_suffix("</td></tr>\n")?);
        let first = notes
            .split('；')
            .find_map(|note| note.strip_prefix(FindingKind::Duplicate.words())?.strip_prefix('：'));
        let why = self.places.get(place).or_else(|| self.places.get(first?))?;
        let notes = if notes.is_empty() { why.clone() } else { format!("{notes}；{why}") };
        let cells = cells[1..7].join("<td>");
        Some(format!("{RED}{SPOILT}</th><td>{cells}<td>{notes}</td></tr>\n"))
    }
}

const GREEN: &str = "<tr class=\"green\"><th scope=\"row\">✓ ";
const RED: &str = "<tr class=\"red\"><th scope=\"row\">✗ ";

/// Appends a row of the table, in one line.
pub fn row(row: &Row, out: &mut String) {
    let code = row.code();
    let (face, mark) = match (code.face(), row.is_good()) {
        (Face::Green, true) => ("green", "✓"),
        (Face::Green, false) | (Face::Red, _) => ("red", "✗"),
        (Face::Amber, _) => ("amber", "!"),
        (Face::Grey, _) => ("grey", "?"),
    };
    let card = row.verdict().and_then(Verdict::card);
    let issuer = row.verdict().and_then(Verdict::issuer).filter(|_| card.is_some());
    let number = row.verdict().and_then(Verdict::number).map(|it| it.to_string());
    let specimen = row.verdict().is_some_and(Verdict::is_specimen) && code == Code::Valid;
    let holder = card.map(|card| {
        let tail = card.id_tail.map(|tail| format!(" {tail}")).unwrap_or_default();
        format!("{}{tail}", card.name)
    });
    let cells = [
        number.unwrap_or_default(),
        holder.unwrap_or_default(),
        card.map(|card| card.year.to_string()).unwrap_or_default(),
        card.map(|card| card.result.words()).unwrap_or_default().to_owned(),
        issuer.map(|issuer| issuer.name()).unwrap_or_default().to_owned(),
        row.place.to_string(),
        notes(row).join("；"),
    ];
    let words = code.words();
    let specimen = if specimen { "（样张）" } else { "" };
    let _ = write!(out, "<tr class=\"{face}\"><th scope=\"row\">{mark} {words}{specimen}</th>");
    for cell in cells {
        let _ = write!(out, "<td>{}</td>", Escaped(&cell));
    }
    out.push_str("</tr>\n");
}

/// What is to be said of a row beside its verdict.
fn notes(row: &Row) -> Vec<String> {
    let mut notes = Vec::new();
    match &row.outcome {
        Outcome::Unreadable(words) => notes.push(words.clone()),
        Outcome::Judged(verdict) => {
            let claimed = match &**verdict {
                Verdict::Valid(_) => None,
                Verdict::Refused(refusal) => refusal.unverified(),
            };
            notes.extend(claimed.map(|card| {
                let card = card.claimed();
                format!("未验证，仅为卡上所称：{}，{} 年度", card.name, card.year)
            }));
            notes.extend(verdict.revoked().map(|it| format!("撤销原因：{}", it.words())));
            notes.extend(verdict.superseded_by().map(|number| format!("换发后的卡：{number}")));
        }
    }
    for finding in &row.findings {
        let other = finding.other.as_ref().map(|place| format!("：{place}")).unwrap_or_default();
        let host = row.foreign_host().filter(|_| finding.kind == FindingKind::ForeignHost);
        let host = host.map(|host| format!("：{host}")).unwrap_or_default();
        notes.push(format!("{}{other}{host}", finding.kind.words()));
    }
    notes
}

fn sums(page: &mut String, summary: &Summary) {
    let _ =
        write!(page, "<h2>合计（{} 行）</h2>\n<table class=\"sums\"><thead><tr>", summary.rows());
    page.push_str("<th>签发机构</th><th>年度</th>");
    let spoilt = summary.spoilt.values().sum();
    let heads = Summary::counts(&summary.codes, spoilt);
    for (words, _) in &heads {
        let _ = write!(page, "<th>{words}</th>");
    }
    page.push_str("<th>合计</th></tr></thead><tbody>\n");
    let mut line = |issuer: &str, year: &str, codes: &BTreeMap<Code, u64>, spoilt: u64| {
        let _ = write!(page, "<tr><th scope=\"row\">{}</th><td>{year}</td>", Escaped(issuer));
        let counts: BTreeMap<_, _> = Summary::counts(codes, spoilt).into_iter().collect();
        for (words, _) in &heads {
            let count = counts.get(words).map(u64::to_string).unwrap_or_default();
            let _ = write!(page, "<td>{count}</td>");
        }
        let _ = writeln!(page, "<td>{}</td></tr>", codes.values().sum::<u64>());
    };
    for (group, codes) in &summary.groups {
        let name = summary.issuers.get(&group.issuer).map_or("", String::as_str);
        let spoilt = summary.spoilt.get(group).copied().unwrap_or_default();
        line(&format!("{name} {}", group.issuer), &group.year.to_string(), codes, spoilt);
    }
    let unsigned = summary.unsigned();
    if !unsigned.is_empty() {
        line("不能确认由谁签发", "", &unsigned, 0);
    }
    line("合计", "", &summary.codes, spoilt);
    page.push_str("</tbody></table>\n");
    if !summary.findings.is_empty() {
        page.push_str("<p>另外发现：");
        let findings = summary.findings.iter();
        let findings = findings.map(|(kind, count)| format!("{} {count} 处", kind.brief()));
        page.push_str(&findings.collect::<Vec<_>>().join("；"));
        page.push_str("。</p>\n");
    }
}

/// A text as HTML shows it: markup is escaped; control and bidirectional
/// characters, which could hide or reorder it, are replaced.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|it| match it {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            it if steers(it) => f.write_char('\u{FFFD}'),
            it => f.write_char(it),
        })
    }
}

/// Whether a character steers what shows it instead of being shown.
pub fn steers(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
