//! What a blockquote is: a rule, an example, a definition, words of the notice, or
//! something that was meant to be a rule and would be read as words.

use crate::assessment::policy::block::{Piece, Quote};
use crate::assessment::policy::clause::ClausePath;

/// What a blockquote announces in its first words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 规则
    Rule,
    /// 例
    Example,
    /// 定义
    Definition,
}

impl Kind {
    /// The kind of a blockquote, and the first line after the announcing word;
    /// `None` for a blockquote that is part of the notice's text.
    pub(in crate::assessment::policy) fn of(quote: &Quote) -> Option<(Self, &str)> {
        let first = quote.lines.first()?.text.trim_start();
        let after = |word| {
            first.strip_prefix(word).filter(|rest: &&str| rest.starts_with(char::is_whitespace))
        };
        None.or_else(|| after("规则").map(|rest| (Self::Rule, rest)))
            .or_else(|| after("例").map(|rest| (Self::Example, rest)))
            .or_else(|| (first == "定义").then_some((Self::Definition, "")))
            .or_else(|| after("定义").map(|rest| (Self::Definition, rest)))
    }

    /// Where a blockquote that is not read as any of them was meant to be one: it has
    /// a result column, a line of grounds, or a line that begins almost as they do.
    /// What is meant for the program must not be published as the notice's words.
    pub(in crate::assessment::policy) fn missed(quote: &Quote) -> Option<usize> {
        let mut cells = quote.tables.iter().flat_map(|table| &table.head);
        let is_meant = |line: &&Piece| {
            let text = line.text.trim_start();
            let is_grounds =
                GROUNDS.iter().any(|word| text.strip_prefix(word).is_some_and(is_colon));
            is_grounds || text.contains('⇒') || announces(text)
        };
        let line = quote.lines.iter().find(is_meant).map(|line| line.offset);
        let cell = || cells.find(|cell| cell.text.contains('⇒')).map(|cell| cell.offset);
        line.or_else(cell)
    }
}

/// Lines of a rule that no notice has of its own.
const GROUNDS: [&str; 2] = ["依据", "裁量"];

/// The announcing words, and what is written for them.
const ANNOUNCING: [&str; 11] =
    ["规则", "規則", "规則", "規则", "例子", "举例", "舉例", "示例", "例", "定义", "定義"];

fn is_colon(rest: &str) -> bool {
    rest.trim_start().starts_with(['：', ':'])
}

/// Whether a line begins with an announcing word that stands by itself: before a name, a
/// clause's number or a mark, and not as the beginning of another word (规则意识, 例如).
fn announces(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '_', '#', ' ']);
    let stands_alone = |rest: &str| match rest.chars().next() {
        None => true,
        Some(next) => !next.is_alphabetic() || next.is_ascii() || is_clause(rest),
    };
    ANNOUNCING.iter().any(|word| text.strip_prefix(word).is_some_and(stands_alone))
}

fn is_clause(text: &str) -> bool {
    ClausePath::parse_prefix(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::announces;

    #[test]
    fn what_begins_almost_as_a_rule_does_and_what_does_not() {
        for text in [
            "例E02 两科",
            "例 E02",
            "例子 E02 两科",
            "例：两科",
            "举例 女 47 岁",
            "规則 三(一)前段",
            "規則 三(一)",
            "规则三(五) 定 计入",
            "规则：三(五)",
            "定义：",
            "定義",
            "**规则 三(五)**",
        ] {
            assert!(announces(text), "{text}");
        }
        for text in
            ["规则意识要增强。", "例如下列人员", "例会每月一次", "定义务教育", "通知的规则 一", ""]
        {
            assert!(!announces(text), "{text}");
        }
    }
}
