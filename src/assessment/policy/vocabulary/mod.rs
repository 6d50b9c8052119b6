//! The vocabulary that rules are written in: facts they may ask about, outputs
//! they may decide, and the words of each.
//!
//! The file `content/vocabulary.toml` names them; the keys on its left are what
//! the program can supply ([`Fact`]) or use ([`Output`], [`Column`]), the labels
//! are what the office writes in its tables. A region that speaks of 学分
//! instead of 学时 changes labels, not code.

mod read;
mod term;
mod value;

pub use read::parse;
pub use term::{Column, Fact, Object, Output};
pub use value::{Answer, DateRange, Degree, Fraction, Shape, Value, Window, YearDay};

use serde::Deserialize;
use std::collections::BTreeMap;

/// A category of hours, 科目.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its number on cards.
    pub number: u8,
    /// Its name.
    pub label: String,
    /// Whether hours are learned in it.
    pub kind: CategoryKind,
}

/// Whether hours are learned in a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategoryKind {
    /// They are.
    Learned,
    /// It is the sum of all the others, 合计.
    Total,
}

/// A word that a fact or column can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What the program calls it, where the program gives it a meaning.
    pub key: Option<String>,
    /// What tables and records write.
    pub label: String,
}

/// The vocabulary of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    categories: Vec<Category>,
    facts: BTreeMap<Fact, Term>,
    outputs: BTreeMap<Output, String>,
    /// The line on which each output is declared.
    lines: BTreeMap<Output, u32>,
    columns: BTreeMap<Column, Term>,
    lists: Lists,
}

/// 名册: lists of the office that records are held to, where it keeps them. No rule asks
/// about them, and they are in no bundle: a rule asks what follows from them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    /// The subjects that make a 三科教师.
    subjects: Option<Vec<String>>,
    /// The examinations that count, as the national catalogue names them.
    qualifications: Option<Vec<String>>,
}

/// A fact or column as the office calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    label: String,
    words: Vec<Word>,
    /// The value that an example has where it names none.
    example: Option<String>,
    /// What must be there for the fact to be complete.
    items: Vec<String>,
}

impl Vocabulary {
    /// The categories, in the order of the file.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The categories that hours are learned in, by their places: all but the
    /// total, which stands last.
    pub fn learned(&self) -> std::ops::Range<usize> {
        0..self.total().unwrap_or(self.categories.len())
    }

    /// The category that is the sum of all the others, by its place.
    pub fn total(&self) -> Option<usize> {
        position(&self.categories, |category| category.kind == CategoryKind::Total)
    }

    /// What hours are counted in, 学时 or 学分: the name of the column of hours
    /// that learning counts with.
    pub fn unit(&self) -> &str {
        self.column_label(Column::CreditHours)
    }

    /// What the office calls a fact.
    pub fn fact_label(&self, fact: Fact) -> &str {
        self.facts.get(&fact).map_or(fact.key(), |term| &term.label)
    }

    /// The fact with this label.
    pub fn fact(&self, label: &str) -> Option<Fact> {
        self.facts.iter().find(|(_, term)| term.label == label).map(|(fact, _)| *fact)
    }

    /// All facts by label.
    pub fn fact_labels(&self) -> impl Iterator<Item = &str> {
        self.facts.values().map(|term| term.label.as_str())
    }

    /// The line of the file on which an output is declared.
    pub fn output_line(&self, output: Output) -> u32 {
        self.lines.get(&output).copied().unwrap_or(1)
    }

    /// All facts that have one.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.facts.keys().copied()
    }

    /// The output with this label.
    pub fn output(&self, label: &str) -> Option<Output> {
        self.outputs.iter().find(|(_, name)| *name == label).map(|(output, _)| *output)
    }

    /// All outputs by label.
    pub fn output_labels(&self) -> impl Iterator<Item = &str> {
        self.outputs.values().map(String::as_str)
    }

    /// All outputs that it names.
    pub fn outputs(&self) -> impl Iterator<Item = Output> {
        self.outputs.keys().copied()
    }

    /// What the office calls an output.
    pub fn output_label(&self, output: Output) -> &str {
        self.outputs.get(&output).map_or(output.key(), String::as_str)
    }

    /// What the office calls a column.
    pub fn column_label(&self, column: Column) -> &str {
        self.columns.get(&column).map_or(column.key(), |term| &term.label)
    }

    /// The words of a fact; empty where its values are not words.
    pub fn words(&self, fact: Fact) -> &[Word] {
        self.facts.get(&fact).map_or(&[], |term| &term.words)
    }

    /// The words of a column; empty where its values are not words.
    pub fn column_words(&self, column: Column) -> &[Word] {
        self.columns.get(&column).map_or(&[], |term| &term.words)
    }

    /// The value of a fact in an example that does not name it.
    pub fn example(&self, fact: Fact) -> Option<Value> {
        self.read_fact(fact, self.facts.get(&fact)?.example.as_deref()?)
    }

    /// What a plan or report must have for this fact to be complete.
    pub fn items(&self, fact: Fact) -> &[String] {
        self.facts.get(&fact).map_or(&[], |term| &term.items)
    }

    /// The subjects that make a 三科教师, where the office lists them.
    pub fn subjects(&self) -> Option<&[String]> {
        self.lists.subjects.as_deref()
    }

    /// The names of the examinations that count, where the office lists them.
    pub fn qualifications(&self) -> Option<&[String]> {
        self.lists.qualifications.as_deref()
    }

    /// Whether the vocabulary names a fact.
    pub fn knows(&self, fact: Fact) -> bool {
        self.facts.contains_key(&fact)
    }

    /// The key of a column's word.
    pub fn column_key(&self, column: Column, value: Value) -> Option<&str> {
        match value {
            Value::Word(at) => self.column_words(column).get(at)?.key.as_deref(),
            _ => None,
        }
    }

    /// The value of a fact that the program knows by this key.
    pub fn keyed(&self, fact: Fact, key: &str) -> Option<Value> {
        position(self.words(fact), |word| word.key.as_deref() == Some(key)).map(Value::Word)
    }

    /// The value of a fact that records and tables write so.
    pub fn labelled(&self, fact: Fact, label: &str) -> Option<Value> {
        position(self.words(fact), |word| word.label == label).map(Value::Word)
    }

    /// A value as tables write it.
    pub fn value_text(&self, words: &[Word], value: Value) -> String {
        match value {
            Value::Category(at) => {
                self.categories.get(at).map(|category| category.label.clone()).unwrap_or_default()
            }
            Value::Word(at) => words.get(at).map(|word| word.label.clone()).unwrap_or_default(),
            Value::YesNo(Answer::Yes) => "是".to_owned(),
            Value::YesNo(Answer::No) => "否".to_owned(),
            Value::Hours(hours) => hours.to_string(),
            Value::Day(day) => day.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Date(DateRange { first, last }) if first == last => first.to_string(),
            Value::Date(DateRange { first, last }) if first == DateRange::earliest() => {
                format!("不晚于 {last}")
            }
            Value::Date(DateRange { first, last }) => format!("{first} 至 {last}"),
            Value::Absent => "无".to_owned(),
            Value::Window(window) => window.to_string(),
            Value::Degree(degree) => degree.to_string(),
        }
    }

    /// Reads a value of this shape; `words` are those of the fact or column.
    pub fn read_value(&self, shape: Shape, words: &[Word], text: &str) -> Option<Value> {
        match shape {
            Shape::Category => {
                self.categories.iter().position(|it| it.label == text).map(Value::Category)
            }
            Shape::Learned => {
                let at = self.categories.iter().position(|it| it.label == text)?;
                self.learned().contains(&at).then_some(Value::Category(at))
            }
            Shape::YesNo => match text {
                "是" => Some(Value::YesNo(Answer::Yes)),
                "否" => Some(Value::YesNo(Answer::No)),
                _ => None,
            },
            Shape::Word(_) | Shape::Keyed(_) => {
                position(words, |word| word.label == text).map(Value::Word)
            }
            Shape::Hours => text.parse().ok().map(Value::Hours),
            Shape::WordOrHours(_) => {
                let word = position(words, |word| word.label == text).map(Value::Word);
                word.or_else(|| text.parse().ok().map(Value::Hours))
            }
            Shape::Day => YearDay::read(text).map(Value::Day),
            Shape::Number => text.parse().ok().map(Value::Number),
            Shape::Date => text.parse().ok().map(DateRange::day).map(Value::Date),
            Shape::Window => Window::read(text).map(Value::Window),
            Shape::Degree => Degree::read(text).map(Value::Degree),
        }
    }

    /// Reads a value of a fact; `无` is a value of one that may be absent.
    pub fn read_fact(&self, fact: Fact, text: &str) -> Option<Value> {
        match text {
            "无" if fact.may_be_absent() => Some(Value::Absent),
            _ => self.read_value(fact.shape(), self.words(fact), text),
        }
    }

    /// What values of this shape may be written, for a hint.
    pub fn allowed(&self, shape: Shape, words: &[Word]) -> String {
        match shape {
            Shape::Word(_) | Shape::Keyed(_) if words.is_empty() => {
                "在 vocabulary.toml 的 words 中列出的词；现在一个也没有".to_owned()
            }
            Shape::Category => join(self.categories.iter().map(|category| &category.label)),
            Shape::Learned => join(self.categories[self.learned()].iter().map(|it| &it.label)),
            Shape::YesNo => "是、否".to_owned(),
            Shape::Word(_) | Shape::Keyed(_) => join(words.iter().map(|word| &word.label)),
            Shape::Hours => format!("{}数，如 30 或 12.5", self.unit()),
            Shape::WordOrHours(_) => {
                let words = join(words.iter().map(|word| &word.label));
                format!("{words}，或{}数，如 30", self.unit())
            }
            Shape::Day => "日期，如 12月31日 或 次年4月30日".to_owned(),
            Shape::Number => "整数，如 55".to_owned(),
            Shape::Date => "日期，如 2022-09-01".to_owned(),
            Shape::Window => "近3年、上1年 或 空".to_owned(),
            Shape::Degree => "全部、1/3、参考 或 不要求".to_owned(),
        }
    }
}

fn position<T>(list: &[T], is_it: impl Fn(&T) -> bool) -> Option<usize> {
    list.iter().position(is_it)
}

fn join<'a>(labels: impl Iterator<Item = &'a String>) -> String {
    labels.map(String::as_str).collect::<Vec<_>>().join("、")
}
