//! 窗口起: a row that counts from a transfer, entry or qualifying asks when that
//! was.

use super::demands;
use crate::assessment::course::counted_from;
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::rule::Rule;
use crate::assessment::policy::vocabulary::{Column, Output, Value, Vocabulary};
use crate::diagnostic::{Diagnostics, Place};

pub(super) fn check(
    notice: &Notice,
    rule: &Rule,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) {
    if rule.output != Output::WindowStart {
        return;
    }
    for row in &rule.rows {
        let Some(value) = row.values.first() else { continue };
        let Some(counted) = counted_from(vocabulary, *value) else { continue };
        let knows = |test: &Test| *test != Test::Any && !test.accepts(Value::Absent);
        if !demands(rule, row).any(|(fact, test)| fact == counted && knows(test)) {
            let word = vocabulary.value_text(vocabulary.column_words(Column::WindowStart), *value);
            let fact = vocabulary.fact_label(counted);
            problems.error(
                Place::line(&notice.path, row.line),
                format!("这一行的结论是“{word}”，却没有以“{fact}”作条件"),
                format!("加一列“{fact}”，写明几年，如 ≥1；不能是 - 或 无"),
            );
        }
    }
}
