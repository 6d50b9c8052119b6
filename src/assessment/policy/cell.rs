//! A cell of a rule table: a test of one fact.

use super::vocabulary::{Fact, Value, Vocabulary};

/// What a cell demands of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `-`: nothing.
    Any,
    /// `甲、乙`: one of these.
    OneOf(Vec<Value>),
    /// `≥55`: at least this number.
    AtLeast(i32),
    /// `<14`: less than this number.
    Below(i32),
    /// `[50,55)`: at least the first and less than the second.
    Between(i32, i32),
}

impl Test {
    /// Whether a value satisfies the test.
    pub fn accepts(&self, value: Value) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(values) => values.contains(&value),
            Self::AtLeast(least) => matches!(value, Value::Number(number) if number >= *least),
            Self::Below(end) => matches!(value, Value::Number(number) if number < *end),
            Self::Between(least, end) => {
                matches!(value, Value::Number(number) if (*least..*end).contains(&number))
            }
        }
    }

    /// The numbers at which its answer changes.
    pub fn edges(&self) -> Vec<i32> {
        match self {
            Self::Any => Vec::new(),
            Self::OneOf(values) => {
                let numbers = values.iter().filter_map(|value| match value {
                    Value::Number(number) => Some(*number),
                    _ => None,
                });
                numbers.flat_map(|number| [number, number.saturating_add(1)]).collect()
            }
            Self::AtLeast(edge) | Self::Below(edge) => vec![*edge],
            Self::Between(least, end) => vec![*least, *end],
        }
    }

    /// Reads `≥55`, `<14` or `[50,55)`.
    pub(super) fn interval(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<i32>().ok();
        if let Some(edge) = text.strip_prefix('≥') {
            return number(edge).map(Self::AtLeast);
        }
        if let Some(edge) = text.strip_prefix(['<', '＜']) {
            return number(edge).map(Self::Below);
        }
        let inner = text.strip_prefix('[')?.strip_suffix(')')?;
        let (least, end) = inner.split_once([',', '，'])?;
        Some(Self::Between(number(least)?, number(end)?))
    }

    /// The test as tables write it.
    pub fn write(&self, vocabulary: &Vocabulary, fact: Fact) -> String {
        match self {
            Self::Any => "-".to_owned(),
            Self::OneOf(values) => {
                let words = vocabulary.words(fact);
                let texts = values.iter().map(|value| vocabulary.value_text(words, *value));
                texts.collect::<Vec<_>>().join("、")
            }
            Self::AtLeast(edge) => format!("≥{edge}"),
            Self::Below(edge) => format!("<{edge}"),
            Self::Between(least, end) => format!("[{least},{end})"),
        }
    }
}
