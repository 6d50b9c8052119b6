//! Examples: cases that the notice shows its readers and the build runs.
//!
//! ```text
//! > **例 女47岁非公零学时**
//! >
//! > | 用途 | 申报级别 | 性别 | 出生日期 | 申报日 | 领域 | 学时 | ⇒ 结论 | ⇒ 依据 |
//! > |---|---|---|---|---|---|---|---|---|
//! > | 职称评审 | 中级 | 女 | 1975-03-01 | 2022-09-01 | 非公 | 20、21、22:0/0 | 通过·参考 | 三(一)、三(二)、D9 |
//! ```
//!
//! Here they are only read as text with places; [`crate::assessment::example`]
//! gives the cells their meaning and runs them.

use super::block::{Piece, Quote};
use super::text::{Source, clip};
use crate::diagnostic::Diagnostics;

/// Characters of one cell of an example at most.
const MAX_CELL: usize = 1_000;
/// Rows of one table of examples at most.
const MAX_ROWS: usize = 1_000;

/// A table of examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name.
    pub name: String,
    /// The labels of its conditions.
    pub given: Vec<String>,
    /// The labels of what is expected, without `⇒`.
    pub expected: Vec<String>,
    /// Its cases.
    pub cases: Vec<Case>,
    /// The line of the file on which it begins.
    pub line: u32,
}

/// A row of examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// A cell for each condition; empty where the case says nothing.
    pub given: Vec<String>,
    /// A cell for each expectation; empty where the case says nothing.
    pub expected: Vec<String>,
    /// The line of the file.
    pub line: u32,
}

/// Reads a blockquote of examples.
pub(super) fn read(
    source: &Source<'_>,
    quote: &Quote,
    head: &str,
    problems: &mut Diagnostics,
) -> Option<Example> {
    let name = head.trim().to_owned();
    let place = source.place(quote.range.start);
    let [table] = &quote.tables[..] else {
        let message =
            format!("例“{}”要有且只有一张表，现有 {} 张", clip(&name, 40), quote.tables.len());
        problems.error(place, message, "每个例一张表");
        return None;
    };
    let split = table.head.iter().position(|cell| cell.text.starts_with('⇒'));
    let Some(split) = split.filter(|_| !name.is_empty() && !table.rows.is_empty()) else {
        let message = "例没有名称、没有行，或没有 ⇒ 列";
        problems.error(place, message, "写成 **例 名称**，表中用 ⇒ 结论 等列写明应得的结果");
        return None;
    };
    if table.rows.len() > MAX_ROWS {
        let message = format!("例“{}”有 {} 行，上限 {MAX_ROWS}", clip(&name, 40), table.rows.len());
        problems.error(place, message, "分成几个例");
        return None;
    }
    if is_long(&table.head, &name, source, problems) {
        return None;
    }
    let (given, expected) = table.head.split_at(split);
    let mut cases = Vec::new();
    for row in &table.rows {
        if row.dropped > 0 || row.cells.len() != table.head.len() {
            let message = format!("这一行比表头多 {} 格", row.dropped);
            problems.error(source.place(row.offset), message, "每行的格数与表头相同");
            continue;
        }
        if is_long(&row.cells, &name, source, problems) {
            continue;
        }
        let texts = |cells: &[Piece]| cells.iter().map(|it| it.text.clone()).collect();
        let (before, after) = row.cells.split_at(split);
        let line = source.line(row.offset);
        cases.push(Case { given: texts(before), expected: texts(after), line });
    }
    Some(Example {
        name,
        given: given.iter().map(|cell| cell.text.clone()).collect(),
        expected: expected
            .iter()
            .map(|cell| cell.text.trim_start_matches('⇒').trim().to_owned())
            .collect(),
        cases,
        line: source.line(quote.range.start),
    })
}

/// Tells the first of some cells that is longer than any value.
fn is_long(cells: &[Piece], name: &str, source: &Source<'_>, problems: &mut Diagnostics) -> bool {
    let long = cells.iter().find(|cell| cell.text.chars().count() > MAX_CELL);
    if let Some(long) = long {
        let message = format!("例“{}”有一格超过 {MAX_CELL} 字", clip(name, 40));
        problems.error(source.place(long.offset), message, "例的格子只写取值");
    }
    long.is_some()
}
