//! Words that an expectation may use: one that no result can be is told as such, and not
//! as a result that did not come.

use super::{NONE, Run, Wrong};
use crate::assessment::application::Determination;
use crate::assessment::determination::Outcome;
use crate::assessment::policy::text::clip;
use crate::assessment::policy::vocabulary::{Column, Output, Vocabulary};
use crate::assessment::policy::{Policy, names};

/// The ways of passing, as a result names them.
const PASSED_AS: [&str; 4] = ["足额", "减免", "参考", "不要求"];

impl Run<'_> {
    /// Tells the first word of a cell that nothing could come out as.
    pub(super) fn check_words(
        &self,
        policy: &Policy,
        label: &str,
        expected: &str,
        result: Option<&Determination>,
    ) -> Result<(), Wrong> {
        let vocabulary = &policy.vocabulary;
        let unknown = |item: &str, allowed: String| {
            (format!("“{label}”没有取值“{}”", clip(item, 40)), format!("可写：{allowed}"))
        };
        let items = || expected.split('、').map(str::trim).filter(|item| *item != NONE);
        match label {
            "结论" if result.is_some() => conclusion(expected, &unknown),
            "依据" => match items().find(|item| !item.is_empty() && !self.is_cited(item)) {
                Some(item) => Err((
                    format!("没有这条规则或条款，也没有规则引用这项裁量：“{}”", clip(item, 40)),
                    "写规则或条款的名称，如 三(一)、三(一)后段、鄂/二，或裁量的编号，如 D1"
                        .to_owned(),
                )),
                None => Ok(()),
            },
            "询问" if result.is_some() => {
                match items().find(|item| !is_question(vocabulary, item) && !self.is_cited(item)) {
                    Some(item) => {
                        let facts = vocabulary.fact_labels().collect::<Vec<_>>().join("、");
                        let unit = vocabulary.unit();
                        Err(unknown(
                            item,
                            format!("21{unit}、21核定、22年度、21规则、{NONE}，或事实：{facts}"),
                        ))
                    }
                    None => Ok(()),
                }
            }
            "后果" if result.is_some() => {
                let words = vocabulary.column_words(Column::Consequence);
                match items().find(|item| !words.iter().any(|word| word.label == **item)) {
                    Some(item) => {
                        let words: Vec<_> = words.iter().map(|word| word.label.as_str()).collect();
                        Err(unknown(item, format!("{}、{NONE}", words.join("、"))))
                    }
                    None => Ok(()),
                }
            }
            label => match vocabulary.output(label) {
                Some(output) => decided(vocabulary, output, expected, &unknown),
                None => Ok(()),
            },
        }
    }

    /// Whether something that rules can rest on goes by this name.
    fn is_cited(&self, item: &str) -> bool {
        let item = item.replace('（', "(").replace('）', ")");
        let own = format!("{}/{item}", self.notice.front.namespace);
        let is = |name: &str| name == item || name == own;
        self.policies.values().any(|policy| {
            policy.decisions.contains_key(&item)
                || policy.clauses.iter().any(|clause| is(&clause.id.to_string()))
                || (0..policy.rules.len()).any(|rule| is(&names(policy, &[rule])))
        })
    }
}

/// `通过·足额、参考`
fn conclusion(expected: &str, unknown: &impl Fn(&str, String) -> Wrong) -> Result<(), Wrong> {
    let outcomes = [Outcome::Passed, Outcome::Failed, Outcome::Unclear, Outcome::NotApplicable]
        .map(Outcome::word);
    let (word, ways) = expected.split_once('·').unwrap_or((expected, ""));
    let is_known = |way: &&str| !PASSED_AS.contains(way);
    let way = ways.split('、').map(str::trim).filter(|way| !way.is_empty()).find(is_known);
    let is_outcome = outcomes.contains(&word.trim());
    if is_outcome && way.is_none() {
        return Ok(());
    }
    let ways = PASSED_AS.map(|way| format!("通过·{way}"));
    let allowed = format!("{}、{}", ways.join("、"), outcomes.join("、"));
    Err(unknown(if is_outcome { expected } else { word }, allowed))
}

/// `21学时`, or a fact.
fn is_question(vocabulary: &Vocabulary, item: &str) -> bool {
    let kinds = [vocabulary.unit(), "核定", "年度", "规则"];
    let is_year = |year: &str| !year.is_empty() && year.bytes().all(|it| it.is_ascii_digit());
    item.is_empty()
        || vocabulary.fact(item).is_some()
        || kinds.iter().any(|kind| item.strip_suffix(kind).is_some_and(is_year))
}

/// The columns of an output, with blanks between.
fn decided(
    vocabulary: &Vocabulary,
    output: Output,
    expected: &str,
    unknown: &impl Fn(&str, String) -> Wrong,
) -> Result<(), Wrong> {
    if ["不适用", "待核定"].contains(&expected) {
        return Ok(());
    }
    let cells: Vec<&str> = expected.split_whitespace().collect();
    let columns = output.columns();
    let reads = |(cell, column): (&&str, &Column)| {
        vocabulary.read_value(column.shape(), vocabulary.column_words(*column), cell).is_some()
    };
    if cells.len() == columns.len() && cells.iter().zip(columns).all(reads) {
        return Ok(());
    }
    let allowed =
        columns.iter().map(|it| vocabulary.allowed(it.shape(), vocabulary.column_words(*it)));
    let allowed = allowed.collect::<Vec<_>>().join("；然后空一格写 ");
    Err(unknown(expected, format!("{allowed}；不适用、待核定")))
}
