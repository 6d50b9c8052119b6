//! Reads a rule's blockquote: its head, its labelled lines, its table.

use super::{Condition, Row, Rule, RuleName};
use crate::assessment::policy::block::{Piece, Quote, Table, TableRow};
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::clause::ClausePath;
use crate::assessment::policy::text::{self, Source};
use crate::assessment::policy::vocabulary::{
    Column, Fact, Object, Output, Shape, Value, Vocabulary,
};
use crate::diagnostic::Diagnostics;

/// Rows of one rule table at most; more is a mistake, not a rule.
const MAX_ROWS: usize = 1_000;
/// Columns of a rule table, conditions of a line and decisions of a rule at most.
const MAX_WIDTH: usize = 64;
/// Characters of one cell at most.
const MAX_CELL: usize = 1_000;

/// Reads a rule's blockquote; what is wrong goes to `problems`.
pub(in crate::assessment::policy) fn read(
    source: &Source<'_>,
    quote: &Quote,
    head: &str,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) -> Option<Rule> {
    let mut reader = Reader { source, vocabulary, output: None, problems };
    let first = quote.lines.first()?;
    let Some(Head { name, exception_to, output }) = reader.head(first, head) else {
        reader.error(
            first.offset,
            format!("看不懂规则的首行：“{}”", clip(&first.text)),
            "写成 **规则 三(五)** 定 计入 每 学习记录，或 **规则 三(一)后段** 例外于 二(一) 定 要求程度".to_owned(),
        );
        return None;
    };
    let Some(output) = vocabulary.output(output) else {
        let known = vocabulary.output_labels().collect::<Vec<_>>().join("、");
        reader.error(
            first.offset,
            format!("词表中没有输出“{}”", clip(output)),
            format!("可定的输出：{known}"),
        );
        return None;
    };
    reader.output = Some(output);
    let labels = reader.labelled_lines(&quote.lines[1..]);
    let [table] = &quote.tables[..] else {
        reader.error(
            quote.range.start,
            format!("规则 {name} 要有且只有一张表，现有 {} 张", quote.tables.len()),
            "每条规则一张表；多出的表另写一条规则".to_owned(),
        );
        return None;
    };
    let conditions =
        labels.conditions.map_or_else(|| Some(Vec::new()), |it| reader.conditions(&it));
    let (inputs, rows) = reader.table(table, output)?;
    let Some(quote_words) = labels.quote else {
        reader.error(
            first.offset,
            format!("规则 {name} 没有依据"),
            "补一行 依据：“……”，逐字引用本条原文".to_owned(),
        );
        return None;
    };
    Some(Rule {
        name,
        exception_to,
        output,
        quote: quote_words,
        decisions: labels.decisions.unwrap_or_default(),
        conditions: conditions?,
        inputs,
        rows,
        line: source.line(quote.range.start),
    })
}

/// The name in the first line of a rule, whatever else of the rule cannot be read.
pub(in crate::assessment::policy) fn name(source: &Source<'_>, head: &str) -> Option<RuleName> {
    let before = head.split_once('定').map_or(head, |(before, _)| before);
    let own = before.split_once("例外于").map_or(before, |(own, _)| own);
    rule_name(source, own)
}

/// What the first line of a rule says that it decides, whatever else of the rule
/// cannot be read.
pub(in crate::assessment::policy) fn output(head: &str, vocabulary: &Vocabulary) -> Option<Output> {
    let (_, after) = head.split_once('定')?;
    vocabulary.output(after.split_once(" 每").map_or(after, |(output, _)| output).trim())
}

/// `三(五)`, `鄂/二后段`, `二后段`: a clause of this notice and its part.
fn rule_name(source: &Source<'_>, text: &str) -> Option<RuleName> {
    let text = text.trim();
    let text = text.strip_prefix(source.namespace).unwrap_or(text);
    let text = text.strip_prefix('/').unwrap_or(text);
    let (clause, part) = ClausePath::parse_prefix(text)?;
    let is_part = matches!(part, "" | "前段" | "中段" | "后段");
    is_part.then(|| RuleName { clause, part: part.to_owned() })
}

struct Head<'a> {
    name: RuleName,
    exception_to: Option<RuleName>,
    output: &'a str,
}

#[derive(Default)]
struct Labels {
    quote: Option<String>,
    conditions: Option<Piece>,
    decisions: Option<Vec<String>>,
}

struct Reader<'a, 'p> {
    source: &'a Source<'a>,
    vocabulary: &'a Vocabulary,
    /// What the rule decides, once that is known.
    output: Option<Output>,
    problems: &'p mut Diagnostics,
}

impl Reader<'_, '_> {
    fn error(&mut self, offset: usize, message: String, hint: String) {
        self.problems.error(self.source.place(offset), message, hint);
    }

    /// ` 三(一) 例外于 二 定 要求程度 每 学习记录`
    fn head<'t>(&mut self, line: &Piece, text: &'t str) -> Option<Head<'t>> {
        let (before, after) = text.split_once('定')?;
        let (name, exception_to) = match before.split_once("例外于") {
            Some((name, other)) => (name, Some(rule_name(self.source, other)?)),
            None => (before, None),
        };
        let name = rule_name(self.source, name)?;
        let (output, object) = after.split_once(" 每").unwrap_or((after, ""));
        let objects = Object::ALL.map(Object::word);
        if !object.trim().is_empty() && !objects.contains(&object.trim()) {
            self.error(
                line.offset,
                format!("不认识的对象“{}”", clip(object.trim())),
                format!("“每”之后写：{}", objects.join("、")),
            );
        }
        Some(Head { name, exception_to, output: output.trim() })
    }

    fn labelled_lines(&mut self, lines: &[Piece]) -> Labels {
        let mut labels = Labels::default();
        for line in lines {
            let Some((label, value)) = line.text.split_once(['：', ':']) else {
                self.error(
                    line.offset,
                    format!("看不懂规则中的这一行：“{}”", clip(&line.text)),
                    "规则的行以 依据：、适用： 或 裁量： 开头".to_owned(),
                );
                continue;
            };
            let value = value.trim();
            match label.trim() {
                "依据" if labels.quote.is_none() => {
                    labels.quote = Some(unquote(value).to_owned());
                }
                "适用" if labels.conditions.is_none() => {
                    labels.conditions = Some(Piece { offset: line.offset, text: value.to_owned() });
                }
                "裁量" if labels.decisions.is_none() => {
                    let decisions = list(value);
                    let is_wide = self.too_many(line.offset, "项裁量", decisions.len());
                    labels.decisions = Some(if is_wide { Vec::new() } else { decisions });
                }
                other => self.error(
                    line.offset,
                    format!("规则中重复或不认识的行：“{}”", clip(other)),
                    "依据、适用、裁量 各写一行，至多一次".to_owned(),
                ),
            }
        }
        labels
    }

    /// `三科教师 = 是 且 类别 = 甲、乙`
    fn conditions(&mut self, line: &Piece) -> Option<Vec<Condition>> {
        let mut conditions = Vec::new();
        if self.too_many(line.offset, "项适用条件", line.text.split('且').count()) {
            return None;
        }
        for part in line.text.split('且') {
            let Some((label, value)) = part.split_once(['=', '＝']) else {
                self.error(
                    line.offset,
                    format!("看不懂适用条件：“{}”", clip(part.trim())),
                    "写成 事实 = 取值，几个条件之间用“且”".to_owned(),
                );
                return None;
            };
            let fact = self.fact(line.offset, label.trim())?;
            let cell = Piece { offset: line.offset, text: value.trim().to_owned() };
            conditions.push(Condition { fact, test: self.test(&cell, fact)? });
        }
        Some(conditions)
    }

    /// Tells what is wider than anybody would read.
    fn too_many(&mut self, offset: usize, what: &str, count: usize) -> bool {
        let is_wide = count > MAX_WIDTH;
        if is_wide {
            let message = format!("一条规则有 {count} {what}，上限 {MAX_WIDTH}");
            self.error(offset, message, "拆成几条规则".to_owned());
        }
        is_wide
    }

    /// The fact of this label, one that what the rule decides can depend on.
    fn fact(&mut self, offset: usize, label: &str) -> Option<Fact> {
        let Some(fact) = self.vocabulary.fact(label) else {
            let known = self.vocabulary.fact_labels().collect::<Vec<_>>().join("、");
            self.error(
                offset,
                format!("词表中没有事实“{}”", clip(label)),
                format!("可用的事实：{known}；或先在 vocabulary.toml 中写明"),
            );
            return None;
        };
        let output = self.output.filter(|output| !output.may_ask(fact));
        if let Some(output) = output {
            let decided = self.vocabulary.output_label(output);
            let fits = self.vocabulary.facts().filter(|fact| output.may_ask(*fact));
            let fits: Vec<_> = fits.map(|fact| self.vocabulary.fact_label(fact)).collect();
            self.error(
                offset,
                format!(
                    "“{decided}”的规则不能问“{label}”：它是{}的事实，“{decided}”按{}定",
                    fact.object().word(),
                    output.object().word()
                ),
                format!("“{decided}”的规则可以问：{}", fits.join("、")),
            );
            return None;
        }
        Some(fact)
    }

    fn table(&mut self, table: &Table, output: Output) -> Option<(Vec<Fact>, Vec<Row>)> {
        if self.too_many(table.offset, "列", table.head.len()) {
            return None;
        }
        let mut inputs = Vec::new();
        let mut outputs = Vec::new();
        let mut is_sound = true;
        for cell in &table.head {
            match cell.text.strip_prefix('⇒') {
                Some(label) => outputs.push(label.trim()),
                None if outputs.is_empty() => match self.fact(cell.offset, &cell.text) {
                    Some(fact) => inputs.push(fact),
                    None => is_sound = false,
                },
                None => {
                    is_sound = false;
                    self.error(
                        cell.offset,
                        format!("条件列“{}”写在了结果列之后", clip(&cell.text)),
                        "带 ⇒ 的结果列放在最后".to_owned(),
                    );
                }
            }
        }
        let columns = output.columns();
        let wanted: Vec<_> =
            columns.iter().map(|column| self.vocabulary.column_label(*column)).collect();
        if outputs != wanted {
            let wanted = wanted.iter().map(|label| format!("⇒ {label}")).collect::<Vec<_>>();
            self.error(
                table.offset,
                format!("“{}”的结果列不对", self.vocabulary.output_label(output)),
                format!("结果列依次为：{}", wanted.join(" | ")),
            );
            return None;
        }
        if table.rows.is_empty() || table.rows.len() > MAX_ROWS {
            self.error(
                table.offset,
                format!("规则表有 {} 行", table.rows.len()),
                format!("规则表要有 1 至 {MAX_ROWS} 行"),
            );
            return None;
        }
        let rows: Vec<_> = table.rows.iter().map(|row| self.row(row, &inputs, columns)).collect();
        let rows: Option<Vec<_>> = rows.into_iter().collect();
        if is_sound { rows.map(|rows| (inputs, rows)) } else { None }
    }

    fn row(&mut self, row: &TableRow, inputs: &[Fact], columns: &[Column]) -> Option<Row> {
        if row.dropped > 0 {
            self.error(
                row.offset,
                format!("这一行比表头多 {} 格", row.dropped),
                "每行的格数与表头相同".to_owned(),
            );
            return None;
        }
        if row.cells.len() != inputs.len() + columns.len() {
            return None; // the head has been reported
        }
        let (before, after) = row.cells.split_at(inputs.len());
        let tests: Vec<_> =
            before.iter().zip(inputs).map(|(cell, fact)| self.test(cell, *fact)).collect();
        let values: Vec<_> =
            after.iter().zip(columns).map(|(cell, column)| self.outcome(cell, *column)).collect();
        Some(Row {
            tests: tests.into_iter().collect::<Option<_>>()?,
            values: values.into_iter().collect::<Option<_>>()?,
            line: self.source.line(row.offset),
        })
    }

    fn test(&mut self, cell: &Piece, fact: Fact) -> Option<Test> {
        if cell.text == "-" {
            return Some(Test::Any);
        }
        let label = self.vocabulary.fact_label(fact).to_owned();
        let words = self.vocabulary.words(fact);
        self.bounded(cell, &label)?;
        if fact.shape() == Shape::Number
            && let Some(test) = Test::interval(&cell.text)
        {
            return self.checked_interval(cell, test);
        }
        let is_testable = fact.shape() != Shape::Date;
        let texts = cell.text.split('、').filter(|_| is_testable);
        let values: Vec<_> =
            texts.map(|text| self.vocabulary.read_fact(fact, text.trim())).collect();
        if let Some(values) =
            values.into_iter().collect::<Option<Vec<_>>>().filter(|it| !it.is_empty())
        {
            return Some(Test::OneOf(values));
        }
        let allowed = match fact.shape() {
            Shape::Date => "日期不能直接用作条件；先在定义中推算".to_owned(),
            Shape::Number => "55、≥55、<14 或 [50,55)".to_owned(),
            shape => self.vocabulary.allowed(shape, words),
        };
        self.unknown_value(cell, &label, &format!("{allowed}；不限写 -"));
        None
    }

    /// An interval that holds a number at least.
    fn checked_interval(&mut self, cell: &Piece, test: Test) -> Option<Test> {
        if let Test::Between(least, end) = test
            && least >= end
        {
            let message = format!("区间 {} 里没有数", clip(&cell.text));
            self.error(cell.offset, message, "左端要小于右端".to_owned());
            return None;
        }
        Some(test)
    }

    fn outcome(&mut self, cell: &Piece, column: Column) -> Option<Value> {
        let label = self.vocabulary.column_label(column).to_owned();
        self.bounded(cell, &label)?;
        let words = self.vocabulary.column_words(column);
        let value = self.vocabulary.read_value(column.shape(), words, &cell.text);
        if value.is_none() {
            let allowed = self.vocabulary.allowed(column.shape(), words);
            self.unknown_value(cell, &label, &allowed);
        }
        value
    }

    fn unknown_value(&mut self, cell: &Piece, label: &str, allowed: &str) {
        let found = clip(&cell.text);
        let message = if found.is_empty() {
            format!("“{label}”列有一格是空的")
        } else {
            format!("“{label}”没有取值“{found}”")
        };
        self.error(cell.offset, message, format!("可写：{allowed}"));
    }

    fn bounded(&mut self, cell: &Piece, label: &str) -> Option<()> {
        if cell.text.chars().count() <= MAX_CELL {
            return Some(());
        }
        self.error(
            cell.offset,
            format!("“{label}”列有一格超过 {MAX_CELL} 字"),
            "规则的格子只写取值".to_owned(),
        );
        None
    }
}

/// The items of `D1、D2`.
pub(in crate::assessment::policy) fn list(text: &str) -> Vec<String> {
    text.split(['、', '，', ',']).map(|item| item.trim().to_owned()).collect()
}

/// The words between the outermost quotation marks, or all of them.
fn unquote(text: &str) -> &str {
    let inner = text.strip_prefix(['“', '"', '「']).unwrap_or(text);
    inner.strip_suffix(['”', '"', '」']).unwrap_or(inner)
}

/// The beginning of a text, short enough for a message.
fn clip(text: &str) -> String {
    text::clip(text, 40)
}
