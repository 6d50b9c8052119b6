//! The words beside the rules: the text that was signed off, the clauses that
//! must have rules, and lists that the text leaves open.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::place;
use crate::assessment::policy::clause::ClausePath;
use crate::assessment::policy::decision::{Decision, OpenList};
use crate::assessment::policy::front::{AtLine, Standing};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::rule::Rule;
use crate::assessment::policy::text::folded;
use crate::diagnostic::{Diagnostics, Place};

pub(super) fn check(notice: &Notice, problems: &mut Diagnostics) {
    signed_off(notice, problems);
    for_no_year(notice, problems);
    ruled(notice, problems);
    for rule in &notice.rules {
        short_quote(notice, rule, problems);
    }
}

/// The SHA-256 of a notice's own text, in hexadecimal: the lines of its body
/// that are not blank, without rules, definitions and examples and without white
/// space at their ends, each with a line feed after it.
pub(super) fn digest(notice: &Notice) -> String {
    let mut own = String::new();
    let mut end = 0;
    for block in &notice.rule_blocks {
        own.push_str(notice.body.get(end..block.range.start).unwrap_or_default());
        own.push('\n');
        end = block.range.end;
    }
    own.push_str(notice.body.get(end..).unwrap_or_default());
    let mut digest = Sha256::new();
    for line in own.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        digest.update(line);
        digest.update("\n");
    }
    digest.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // a string takes everything
        hex
    })
}

/// A notice as if its text had been signed off: a draft that is only tried out.
pub fn as_draft(mut notice: Notice) -> Notice {
    let (value, line) = (digest(&notice), 1);
    notice.front.signed_off = Some(AtLine { value, line });
    notice
}

/// 核对: nobody changes the text of a notice unseen.
fn signed_off(notice: &Notice, problems: &mut Diagnostics) {
    let actual = digest(notice);
    let Some(signed) = &notice.front.signed_off else {
        // The office that lists what must have rules is past the first draft.
        if !notice.front.ruled.is_empty() && !notice.rules.is_empty() {
            problems.warning(
                Place::line(&notice.path, 1),
                "通知还没有核对：正文改动了，也不会有人知道",
                format!("与原件逐字核对以后，在前置信息中写 \"核对\" = \"{actual}\""),
            );
        }
        return;
    };
    if !signed.value.eq_ignore_ascii_case(&actual) {
        problems.error(
            Place::line(&notice.path, signed.line),
            format!("正文与核对过的不同：现在的摘要是 {actual}"),
            "与原件逐字核对；确认无误后，把“核对”改成这个摘要",
        );
    }
}

/// Rules in force are for some year.
fn for_no_year(notice: &Notice, problems: &mut Diagnostics) {
    let Some(rule) = notice.rules.first() else { return };
    if notice.front.standing == Standing::InForce && notice.front.years().next().is_none() {
        problems.error(
            place(&notice.path, rule),
            "通知有规则，却不用于任何年度",
            "在前置信息中写明“适用年度”或“沿用”；不再有效的，把“效力”改为 失效 或 废止",
        );
    }
}

/// 有规则: the clauses that the office says decide something.
fn ruled(notice: &Notice, problems: &mut Diagnostics) {
    for listed in &notice.front.ruled {
        let place = || Place::line(&notice.path, listed.line);
        let path = &listed.value;
        if notice.clause(path).is_none() {
            problems.error(
                place(),
                format!("“有规则”列了条款 {path}，正文中没有这一条"),
                nearest(notice, path),
            );
        } else if !notice.rules.iter().any(|rule| rule.name.clause == *path)
            && !notice.faulty.contains(path)
        {
            // A rule that stands there and could not be read has been told.
            problems.error(
                place(),
                format!("“有规则”列了条款 {path}，它之下却没有规则"),
                "在该条之下写规则，或从“有规则”中删去",
            );
        }
    }
}

/// Which clause may be meant by one that is not there.
fn nearest(notice: &Notice, path: &ClausePath) -> String {
    let paths = notice.clauses.iter().map(|clause| &clause.id.path);
    match paths.min_by_key(|other| path.distance(other)) {
        Some(near) => format!("改正条款号；最相近的是 {near}"),
        None => "从“有规则”中删去：正文没有编号的条款".to_owned(),
    }
}

/// Characters of a quotation that any clause might have.
const SHORT: usize = 6;

/// A quotation that nearly every clause has holds its rule to nothing, unless it is a
/// whole sentence.
fn short_quote(notice: &Notice, rule: &Rule, problems: &mut Diagnostics) {
    let quoted = folded(&rule.quote);
    let clause = notice.clause(&rule.name.clause).map(|clause| folded(&clause.text));
    let Some(clause) = clause.filter(|_| (1..SHORT).contains(&quoted.chars().count())) else {
        return;
    };
    let ends = |it: Option<char>| it.is_none_or(|it| "。；：！？".contains(it));
    let is_sentence = clause.match_indices(&quoted).any(|(at, _)| {
        let before = clause[..at].chars().next_back();
        ends(before) && ends(clause[at + quoted.len()..].chars().next())
    });
    if !is_sentence {
        problems.warning(
            place(&notice.path, rule),
            format!("规则 {} 的依据只有“{quoted}”，原文改了也看不出来", rule.name),
            format!("引用规定它的整句，至少 {SHORT} 个字"),
        );
    }
}

/// Words that end in 等 and are no list, or begin with it.
const NO_LIST: [&str; 14] = [
    "高等", "中等", "初等", "同等", "平等", "一等", "二等", "三等", "相等", "等级", "等次", "等同",
    "等于", "等待",
];

/// 等 in a sentence that a rule rests on leaves a list open; a decision that the rule
/// cites must close it.
pub(super) fn open_list(
    notice: &Notice,
    rule: &Rule,
    decisions: &BTreeMap<String, Decision>,
    problems: &mut Diagnostics,
) {
    let mut cited = rule.decisions.iter().filter_map(|id| decisions.get(id));
    let is_closed = cited.any(|decision| match decision.parameters.open_list {
        Some(OpenList::Closed) => true,
        None => false,
    });
    if !is_closed && leaves_a_list_open(notice, rule) {
        problems.warning(
            place(&notice.path, rule),
            format!("规则 {} 的依据所在的句子里有“等”，所列没有穷尽", rule.name),
            "登记一项裁量，写明“等”包括什么，parameters = { open-list = \"closed\" }，并在规则中引用",
        );
    }
}

/// Whether the sentences of the clause that a rule quotes from have a list that ends in
/// 等.
pub(super) fn leaves_a_list_open(notice: &Notice, rule: &Rule) -> bool {
    let text = notice.clause(&rule.name.clause).map_or("", |clause| &clause.text);
    let (text, quote) = (folded(text), folded(&rule.quote));
    let quoted = match text.find(&quote) {
        Some(at) => {
            let ends = ['。', '；', '！', '？'];
            let from = text[..at].rfind(ends).unwrap_or(0);
            let end = at + quote.len();
            let rest = &text[end..];
            let whole = quote.ends_with(ends);
            let to = if whole { end } else { end + rest.find(ends).unwrap_or(rest.len()) };
            &text[from..to]
        }
        None => &quote,
    };
    NO_LIST.iter().fold(quoted.to_owned(), |text, word| text.replace(word, "")).contains('等')
}
