//! A notice: front matter, numbered clauses, and the rules beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::MAX_CLAUSES;
use super::block::{Block, Quote, Words, blocks, nested};
use super::clause::{Clause, ClauseId, ClausePath};
use super::definition::{self, Definition};
use super::example::{self, Example};
use super::front::{self, Front, Split};
use super::rule::{self, Kind, Rule, RuleName};
use super::text::{Source, clip, folded};
use super::vocabulary::{Output, Vocabulary};
use crate::diagnostic::{Diagnostics, Place, is_hidden};

/// Bytes of a notice at most.
pub const MAX_BYTES: usize = 1 << 20;
/// Rules of a notice at most.
const MAX_RULES: usize = 1_000;

/// A notice as read from its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its path in the project.
    pub path: String,
    /// What it says of itself.
    pub front: Front,
    /// Its Markdown, without front matter.
    pub body: String,
    /// Lines of the file before the body.
    pub lines_before: u32,
    /// Its clauses in order.
    pub clauses: Vec<Clause>,
    /// Its rules in order.
    pub rules: Vec<Rule>,
    /// Its definitions in order.
    pub definitions: Vec<Definition>,
    /// Its examples in order.
    pub examples: Vec<Example>,
    /// The blockquotes that hold rules, definitions and examples, or were meant to.
    pub rule_blocks: Vec<RuleBlock>,
    /// Parts of it of which something could not be read, which has been told.
    pub unread: BTreeSet<Part>,
    /// The clauses under which something stands that was meant for a rule and could
    /// not be read.
    pub faulty: BTreeSet<ClausePath>,
}

/// What a blockquote of a notice belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The rules for an output.
    Rules(Output),
    /// The definitions.
    Definitions,
}

/// Where a rule, definition or example stands in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleBlock {
    /// The byte range of the blockquote.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// Which part of its clause a rule is about, or the name of an example;
    /// empty for the whole.
    pub name: String,
}

impl Notice {
    /// Reads a notice; `None` only if its front matter cannot be read.
    pub fn parse(
        path: &str,
        text: &str,
        vocabulary: Option<&Vocabulary>,
        problems: &mut Diagnostics,
    ) -> Option<Self> {
        if text.len() > MAX_BYTES {
            let longest = (1..).zip(text.lines()).max_by_key(|(_, line)| line.len());
            let (place, hint) = match longest {
                Some((at, line)) if line.len() > MAX_BYTES / 2 => (
                    Place::line(path, at),
                    format!("这一行有 {} 字节，多半是误贴；删短这一行", line.len()),
                ),
                _ => (Place::file(path), "拆成几个文件，互为附件".to_owned()),
            };
            let message = format!("通知过大：{} 字节，上限 {MAX_BYTES}", text.len());
            problems.error(place, message, hint);
            return None;
        }
        let Some(split) = Split::find(text) else {
            problems.error(
                Place::line(path, 1),
                "没有前置信息",
                "文件以 +++ 一行开头，写明标题、发文机关等，再以 +++ 一行结束",
            );
            return None;
        };
        let front = front::parse(path, text, split, problems)?;
        hidden(path, text, problems);
        let source = Source::new(path, &front.namespace, text, split.body);
        let body = &text[split.body..];
        let mut reader = Reader {
            source: &source,
            front: &front,
            vocabulary,
            problems,
            clauses: Vec::new(),
            rules: Vec::new(),
            definitions: Vec::new(),
            examples: Vec::new(),
            rule_blocks: Vec::new(),
            rule_names: Vec::new(),
            unread: BTreeSet::new(),
            faulty: BTreeSet::new(),
            is_closed: false,
            is_full: false,
        };
        reader.read(blocks(body));
        reader.nested(&nested(body));
        reader.check_quotes();
        let Reader { clauses, rules, definitions, examples, rule_blocks, .. } = reader;
        let Reader { unread, faulty, .. } = reader;
        let (path, body) = (path.to_owned(), body.to_owned());
        let lines_before = split.lines_before(text);
        Some(Self {
            path,
            front,
            body,
            lines_before,
            clauses,
            rules,
            definitions,
            examples,
            rule_blocks,
            unread,
            faulty,
        })
    }

    /// The clause with this path.
    pub fn clause(&self, path: &ClausePath) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id.path == *path)
    }
}

/// Tells lines with characters that nobody sees: what is read there is not what is
/// run.
fn hidden(path: &str, text: &str, problems: &mut Diagnostics) {
    for (line, words) in (1..).zip(text.lines()) {
        let found = words.chars().position(is_hidden);
        let Some(column) = found.and_then(|at| u32::try_from(at + 1).ok()) else { continue };
        let place = Place { column: Some(column), ..Place::line(path, line) };
        let character = words.chars().find(|it| is_hidden(*it)).unwrap_or_default();
        problems.error(
            place,
            format!("有看不见的字符 U+{:04X}", u32::from(character)),
            "删去它：读者看到的要与程序读到的一样",
        );
    }
}

struct Reader<'a, 'p> {
    source: &'a Source<'a>,
    front: &'a Front,
    vocabulary: Option<&'a Vocabulary>,
    problems: &'p mut Diagnostics,
    clauses: Vec<Clause>,
    rules: Vec<Rule>,
    definitions: Vec<Definition>,
    examples: Vec<Example>,
    rule_blocks: Vec<RuleBlock>,
    /// The names of all rules, those that could not be read among them.
    rule_names: Vec<RuleName>,
    unread: BTreeSet<Part>,
    faulty: BTreeSet<ClausePath>,
    is_closed: bool,
    /// Whether it has been told that there are too many rules.
    is_full: bool,
}

impl Reader<'_, '_> {
    fn read(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            match block {
                Block::Words(words) => self.words(words),
                Block::Quote(quote) => self.quote(&quote),
            }
        }
        if let Some(words) = self.front.closing.as_deref().filter(|_| !self.is_closed) {
            self.problems.error(
                Place::line(self.source.path, 1),
                format!("正文中没有以“{}”开头的段落", clip(words, 40)),
                "改正前置信息中的“结语”",
            );
        }
    }

    fn words(&mut self, words: Words) {
        let closes = self.front.closing.as_deref();
        self.is_closed |= closes.is_some_and(|closing| words.text.starts_with(closing));
        if self.is_closed {
            return;
        }
        let path = match words.numeral {
            Some(numeral) => {
                let previous = self.clauses.last().map(|clause| &clause.id.path);
                ClausePath::next(previous, numeral)
            }
            None => match (self.clauses.last_mut(), &self.front.lost_beginning) {
                (Some(clause), _) => {
                    clause.text.push('\n');
                    clause.text.push_str(&words.text);
                    return;
                }
                (None, None) => return,
                (None, Some(lost)) => match ClausePath::parse_prefix(lost) {
                    Some((path, "")) => path,
                    _ => return self.bad_lost_beginning(lost),
                },
            },
        };
        self.open(path, words);
    }

    fn bad_lost_beginning(&mut self, lost: &str) {
        self.problems.error(
            Place::line(self.source.path, 1),
            format!("“开头残缺”不是条款号：{}", clip(lost, 40)),
            "写成失去开头的那一条的编号，如 \"一\"",
        );
    }

    fn open(&mut self, path: ClausePath, words: Words) {
        let line = self.source.line(words.range.start);
        if path.skips_a_level() {
            self.problems.warning(
                Place::line(self.source.path, line),
                format!("条款 {path} 之上缺少一级编号"),
                "核对原文；原文如此则不必改",
            );
        }
        if let Some(first) = self.clauses.iter().find(|clause| clause.id.path == path) {
            self.problems.error(
                Place::line(self.source.path, line),
                format!("条款 {path} 重复，首次在第 {} 行", first.line),
                "核对编号；链接要靠编号找到条款",
            );
            return;
        }
        if self.clauses.len() == MAX_CLAUSES {
            self.problems.error(
                Place::line(self.source.path, line),
                format!("条款超过 {MAX_CLAUSES} 条"),
                "拆成几个文件，互为附件",
            );
            self.is_closed = true;
            return;
        }
        let id = ClauseId { namespace: self.front.namespace.clone(), path };
        let Words { range: block, text, label, .. } = words;
        self.clauses.push(Clause { id, label, text, block, line });
    }

    fn quote(&mut self, quote: &Quote) {
        let Some((kind, head)) = Kind::of(quote) else {
            let missed = Kind::missed(quote);
            if missed.is_some() {
                self.block(quote, Kind::Rule, String::new()); // no text, whatever it is
            }
            return self.missed(missed);
        };
        let Some(vocabulary) = self.vocabulary else {
            return; // its own problems have been told
        };
        match kind {
            Kind::Rule => self.rule(quote, head, vocabulary),
            Kind::Definition => {
                let mut problems = Diagnostics::new();
                let read = definition::read(self.source, quote, vocabulary, &mut problems);
                if problems.has_errors() {
                    self.unread.insert(Part::Definitions);
                }
                self.problems.append(problems);
                self.definitions.extend(read);
                self.block(quote, kind, String::new());
            }
            Kind::Example => {
                let read = example::read(self.source, quote, head, self.problems);
                self.block(quote, kind, head.trim().to_owned());
                self.examples.extend(read);
            }
        }
    }

    /// Tells what was meant for the program and would be published as the notice's
    /// words.
    fn missed(&mut self, at: Option<usize>) {
        let Some(at) = at else { return };
        self.problems.error(
            self.source.place(at),
            "这里像是规则、定义或例，却没有照着写法写，会被当作通知的文字",
            "写在不属于列表和别的引用的引用块里，首行写 **规则 三(五)** 定 计入、**例 名称** 或 **定义**；确是通知原文的，不用引用块",
        );
        self.unread.extend(Output::ALL.map(Part::Rules));
        self.unread.insert(Part::Definitions);
        let above = self.clauses.iter().rev().find(|it| it.block.start <= at);
        self.faulty.extend(above.map(|it| it.id.path.clone()));
    }

    /// Blockquotes in lists and deeper are not read, whatever they are.
    fn nested(&mut self, quotes: &[Quote]) {
        for quote in quotes {
            let first = quote.lines.first().map(|line| line.offset);
            self.missed(first.filter(|_| Kind::of(quote).is_some()).or(Kind::missed(quote)));
        }
    }

    fn block(&mut self, quote: &Quote, kind: Kind, name: String) {
        self.rule_blocks.push(RuleBlock { range: quote.range.clone(), kind, name });
    }

    fn rule(&mut self, quote: &Quote, head: &str, vocabulary: &Vocabulary) {
        if self.rule_names.len() < MAX_RULES {
            self.rule_names.extend(rule::name(self.source, head));
        }
        let before = self.rules.len();
        self.read_rule(quote, head, vocabulary);
        if self.rules.len() == before {
            self.block(quote, Kind::Rule, String::new());
            self.faulty.extend(self.clauses.last().map(|clause| clause.id.path.clone()));
            // A rule that does not say for what may be for anything.
            match rule::output(head, vocabulary) {
                Some(output) => self.unread.extend([Part::Rules(output)]),
                None => self.unread.extend(Output::ALL.map(Part::Rules)),
            }
        }
    }

    fn read_rule(&mut self, quote: &Quote, head: &str, vocabulary: &Vocabulary) {
        let Some(rule) = rule::read(self.source, quote, head, vocabulary, self.problems) else {
            return;
        };
        let stands_under = self.clauses.last().map(|clause| &clause.id.path);
        if stands_under != Some(&rule.name.clause) {
            let where_it_is = stands_under
                .map_or("第一条之前".to_owned(), |path| format!("条款 {path} 之下"));
            self.problems.error(
                Place::line(self.source.path, rule.line),
                format!("规则 {} 写在{where_it_is}", rule.name),
                "规则写在它所依据的条款之下",
            );
            return;
        }
        if let Some(same) = self.rules.iter().find(|other| other.name == rule.name) {
            self.problems.error(
                Place::line(self.source.path, rule.line),
                format!("规则 {} 重复，首次在第 {} 行", rule.name, same.line),
                "同一条的另一部分写明“前段”“后段”",
            );
            return;
        }
        if self.rules.len() == MAX_RULES {
            if !std::mem::replace(&mut self.is_full, true) {
                self.problems.error(
                    Place::line(self.source.path, rule.line),
                    format!("规则超过 {MAX_RULES} 条"),
                    "拆成几个文件，互为附件",
                );
            }
            return;
        }
        self.block(quote, Kind::Rule, rule.name.part.clone());
        self.rules.push(rule);
    }

    fn check_quotes(&mut self) {
        let clauses: BTreeMap<&ClausePath, String> =
            self.clauses.iter().map(|it| (&it.id.path, folded(&it.text))).collect();
        for rule in &self.rules {
            let quoted = folded(&rule.quote);
            let clause = clauses.get(&rule.name.clause).map_or("", String::as_str);
            if quoted.is_empty() || !clause.contains(&quoted) {
                self.problems.error(
                    Place::line(self.source.path, rule.line),
                    format!(
                        "规则 {} 的依据不在该条原文中：“{}”",
                        rule.name,
                        clip(&rule.quote, 200)
                    ),
                    format!(
                        "{}逐字照录该条原文；原文有改动时，先核对规则是否仍然成立",
                        divergence(clause, &quoted)
                    ),
                );
            }
        }
        for rule in &self.rules {
            let Some(other) = &rule.exception_to else { continue };
            if !self.rule_names.contains(other) {
                self.problems.error(
                    Place::line(self.source.path, rule.line),
                    format!("规则 {} 例外于不存在的规则 {other}", rule.name),
                    "改正“例外于”之后的条款号",
                );
            }
        }
    }
}

/// How far a quotation goes with its clause, and how each goes on from there, both
/// folded.
fn divergence(clause: &str, quoted: &str) -> String {
    let mut ends: Vec<usize> = quoted.char_indices().map(|(at, _)| at).skip(1).collect();
    ends.push(quoted.len());
    let shared = ends.partition_point(|end| clause.contains(&quoted[..*end]));
    let Some(end) = shared.checked_sub(1).map(|at| ends[at]) else { return String::new() };
    let (same, rest) = quoted.split_at(end);
    let after = clause.find(same).map_or("", |at| &clause[at + end..]);
    let skipped = same.chars().count().saturating_sub(20);
    let tail: String = same.chars().skip(skipped).collect();
    let before = if skipped > 0 { "…" } else { "" };
    let shown = |text: &str| match clip(text, 10) {
        none if none.is_empty() => "条款的末尾".to_owned(),
        text => format!("“{text}”"),
    };
    format!("到“{before}{tail}”为止相同，接着原文是{}，依据是{}；", shown(after), shown(rest))
}
