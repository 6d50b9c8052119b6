//! Reads `content/vocabulary.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Category, CategoryKind, Column, Fact, Lists, Output, Shape, Term, Vocabulary, Word};
use crate::assessment::policy::text::clip;
use crate::diagnostic::{Diagnostics, Place, is_hidden};

/// A label as a message shows it.
fn show(label: &str) -> String {
    clip(label, MAX_LABEL)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShape {
    category: Vec<CategoryShape>,
    fact: BTreeMap<Spanned<String>, TermShape>,
    output: BTreeMap<Spanned<String>, OutputShape>,
    #[serde(default)]
    list: Lists,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryShape {
    number: Spanned<u8>,
    label: String,
    #[serde(default)]
    total: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermShape {
    label: String,
    #[serde(default)]
    words: Vec<WordShape>,
    example: Option<Spanned<String>>,
    #[serde(default)]
    items: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputShape {
    label: String,
    columns: BTreeMap<Spanned<String>, TermShape>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WordShape {
    Label(String),
    Keyed { key: String, label: String },
}

impl TermShape {
    fn term(self) -> Term {
        let words = self.words.into_iter().map(|word| match word {
            WordShape::Label(label) => Word { key: None, label },
            WordShape::Keyed { key, label } => Word { key: Some(key), label },
        });
        let (words, items) = (words.collect(), self.items);
        let example = self.example.map(Spanned::into_inner);
        Term { label: self.label, words, example, items }
    }
}

const LABEL_HINT: &str = "各不相同，至多 40 字，不用空格，不写 -，不含 、，；| ⇒ = 且";
/// Characters of a label at most: labels are repeated in every message.
const MAX_LABEL: usize = 40;
/// Words of a fact or column at most.
const MAX_WORDS: usize = 200;

/// Whether a table can write a label and be read: it is not empty, no `-`, and holds
/// nothing that tables and lines of rules put between labels. Nor is it too long.
fn is_label(text: &str) -> bool {
    let divides = |it: char| is_hidden(it) || "、|⇒=＝且，,；\n\r\t".contains(it);
    let is_short = text.chars().count() <= MAX_LABEL;
    text.trim() == text && !text.is_empty() && text != "-" && is_short && !text.contains(divides)
}

/// Reads `content/vocabulary.toml`.
pub fn parse(path: &str, text: &str, problems: &mut Diagnostics) -> Option<Vocabulary> {
    let file: FileShape = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            crate::assessment::policy::front::toml_problem(path, text, 0, &error, problems);
            return None;
        }
    };
    let lines = BTreeMap::new();
    let mut reader = Reader { path, text, problems, examples: Vec::new(), lines };
    let categories = reader.categories(file.category);
    let facts = reader.facts(file.fact);
    let (outputs, columns) = reader.outputs(file.output);
    let lines = std::mem::take(&mut reader.lines);
    let vocabulary = Vocabulary { categories, facts, outputs, lines, columns, lists: file.list };
    for (fact, example) in reader.examples.split_off(0) {
        if vocabulary.read_fact(fact, example.get_ref()).is_none() {
            let allowed = vocabulary.allowed(fact.shape(), vocabulary.words(fact));
            let label = vocabulary.fact_label(fact);
            let message = format!("“{label}”没有取值“{}”", show(example.get_ref()));
            reader.error(&example, message, format!("可写：{allowed}"));
        }
    }
    Some(vocabulary)
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    problems: &'a mut Diagnostics,
    /// Values that examples have where they name none, to be checked last.
    examples: Vec<(Fact, Spanned<String>)>,
    lines: BTreeMap<Output, u32>,
}

impl Reader<'_> {
    fn error<T>(&mut self, at: &Spanned<T>, message: String, hint: String) {
        let place = Place::offset(self.path, self.text, at.span().start);
        self.problems.error(Place { column: None, ..place }, message, hint);
    }

    fn categories(&mut self, shapes: Vec<CategoryShape>) -> Vec<Category> {
        let mut categories: Vec<Category> = Vec::new();
        for shape in shapes {
            let number = *shape.number.get_ref();
            let is_taken =
                categories.iter().any(|it| it.number == number || it.label == shape.label);
            if !is_label(&shape.label) {
                let message = format!("不能写在规则里的名称：“{}”", show(&shape.label));
                self.error(&shape.number, message, LABEL_HINT.to_owned());
            }
            if number == 0 || is_taken || categories.len() == 8 {
                self.error(
                    &shape.number,
                    format!("科目编号或名称重复，或超出范围：{number} {}", show(&shape.label)),
                    "科目最多 8 个，编号从 1 起，各不相同".to_owned(),
                );
            } else {
                let is_after_total = categories.iter().any(|it| it.kind == CategoryKind::Total);
                if is_after_total || (shape.total && categories.is_empty()) {
                    self.error(
                        &shape.number,
                        format!("合计的科目只能有一个，写在各科目之后：{}", show(&shape.label)),
                        "先写各科目，最后写 total = true 的一个".to_owned(),
                    );
                }
                let kind = if shape.total { CategoryKind::Total } else { CategoryKind::Learned };
                categories.push(Category { number, label: shape.label, kind });
            }
        }
        categories
    }

    fn facts(&mut self, shapes: BTreeMap<Spanned<String>, TermShape>) -> BTreeMap<Fact, Term> {
        let mut facts = BTreeMap::new();
        for (key, shape) in shapes {
            let Some(fact) = Fact::ALL.into_iter().find(|fact| fact.key() == key.get_ref()) else {
                self.unknown(&key, "事实", &Fact::ALL.map(Fact::key));
                continue;
            };
            self.examples.extend(shape.example.clone().map(|example| (fact, example)));
            let term = shape.term();
            self.check_words(&key, fact.shape(), &term);
            let mut others = facts.values().map(|other: &Term| other.label.as_str());
            if others.any(|other| other == term.label) {
                let message = format!("两个事实同名：“{}”", show(&term.label));
                self.error(&key, message, "名称各不相同".to_owned());
            }
            facts.insert(fact, term);
        }
        facts
    }

    fn outputs(
        &mut self,
        shapes: BTreeMap<Spanned<String>, OutputShape>,
    ) -> (BTreeMap<Output, String>, BTreeMap<Column, Term>) {
        let (mut outputs, mut columns) = (BTreeMap::new(), BTreeMap::new());
        for (key, shape) in shapes {
            let Some(output) = Output::ALL.into_iter().find(|it| it.key() == key.get_ref()) else {
                self.unknown(&key, "输出", &Output::ALL.map(Output::key));
                continue;
            };
            for (key, shape) in shape.columns {
                let keys: Vec<_> = output.columns().iter().map(|column| column.key()).collect();
                let Some(column) = output.columns().iter().find(|it| it.key() == key.get_ref())
                else {
                    self.unknown(&key, "列", &keys);
                    continue;
                };
                let term = shape.term();
                self.check_words(&key, column.shape(), &term);
                columns.insert(*column, term);
            }
            if !is_label(&shape.label) || outputs.values().any(|other| *other == shape.label) {
                let message = format!("输出的名称重复，或不能写在规则里：“{}”", show(&shape.label));
                self.error(&key, message, LABEL_HINT.to_owned());
            }
            let place = Place::offset(self.path, self.text, key.span().start);
            self.lines.extend(place.line.map(|line| (output, line)));
            outputs.insert(output, shape.label);
        }
        (outputs, columns)
    }

    fn unknown(&mut self, key: &Spanned<String>, what: &str, known: &[&str]) {
        let message = format!("程序不提供这个{what}：{}", show(key.get_ref()));
        self.error(key, message, format!("可用的{what}：{}", known.join("、")));
    }

    fn check_words(&mut self, at: &Spanned<String>, shape: Shape, term: &Term) {
        let labels = [&term.label].into_iter().chain(term.words.iter().map(|word| &word.label));
        for label in labels.filter(|label| !is_label(label)) {
            let message = format!("不能写在规则里的名称：“{}”", show(label));
            self.error(at, message, LABEL_HINT.to_owned());
        }
        if term.words.len() > MAX_WORDS {
            let message =
                format!("“{}”有 {} 个词，上限 {MAX_WORDS}", show(&term.label), term.words.len());
            self.error(at, message, "合并只有名称不同的词".to_owned());
        }
        if let Shape::Keyed(keys) = shape {
            let is_known = |word: &&Word| word.key.as_deref().is_some_and(|it| keys.contains(&it));
            for word in term.words.iter().filter(|word| !is_known(word)) {
                let message =
                    format!("“{}”的词“{}”没有程序认识的键", show(&term.label), show(&word.label));
                self.error(at, message, format!("可用的键：{}", keys.join("、")));
            }
        }
        let (Shape::Word(keys) | Shape::WordOrHours(keys)) = shape else {
            if !term.words.is_empty() && !matches!(shape, Shape::Keyed(_)) {
                let message = format!("“{}”的取值不是词，不能列 words", show(&term.label));
                self.error(at, message, "删去 words".to_owned());
            }
            return;
        };
        for key in keys {
            if !term.words.iter().any(|word| word.key.as_deref() == Some(key)) {
                let message = format!("“{}”缺少键为 {key} 的词", show(&term.label));
                self.error(at, message, format!("补上 {{ key = \"{key}\", label = \"…\" }}"));
            }
        }
        let mut labels: Vec<_> = term.words.iter().map(|word| &word.label).collect();
        labels.sort();
        if let Some(pair) = labels.windows(2).find(|pair| pair[0] == pair[1]) {
            let message = format!("“{}”的词重复：{}", show(&term.label), show(pair[0]));
            self.error(at, message, "每个词只列一次".to_owned());
        }
    }
}
