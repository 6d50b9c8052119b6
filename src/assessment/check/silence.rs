//! Silence that means something and is probably a mistake: learning of a kind that no
//! rule counts, hours that no rule recognises, a purpose without the consequence that
//! others have. A decision that the rules of the output cite may say that it is meant so.

use std::collections::{BTreeMap, BTreeSet};

use super::space::{Region, Search, Space, TooWide};
use super::{acknowledges, demands, place, tests_of, too_wide};
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::notice::Part;
use crate::assessment::policy::rule::{Condition, Rule};
use crate::assessment::policy::vocabulary::{Column, Fact, Output, Value, Vocabulary};
use crate::assessment::policy::{Policy, PolicyRule, Sources};
use crate::diagnostic::Diagnostics;

/// Tells years that require hours and in which none count, or none are recognised:
/// everybody would fail whatever they learned. Told once for each rule that requires.
pub(super) fn nothing_counts(
    policies: &BTreeMap<u16, Policy>,
    sources: &Sources,
    problems: &mut Diagnostics,
) {
    let mut told: BTreeSet<(&str, u32, Output)> = BTreeSet::new();
    for policy in policies.values() {
        let Some((_, requiring)) = policy.deciding(Output::RequiredHours).next() else { continue };
        for Needed { output, without, how } in NEEDED {
            let is_decided = policy.deciding(output).next().is_some();
            if is_decided || !sources.has_all(Part::Rules(output)) {
                continue;
            }
            if !told.insert((&requiring.path, requiring.rule.line, output)) {
                continue;
            }
            let vocabulary = &policy.vocabulary;
            problems.error(
                place(&requiring.path, &requiring.rule),
                format!(
                    "{} 年度有“{}”，却没有规则定“{}”：{without}，人人不通过",
                    policy.year,
                    vocabulary.output_label(Output::RequiredHours),
                    word(vocabulary, output),
                ),
                how(vocabulary),
            );
        }
    }
}

/// What a year that requires hours cannot do without.
struct Needed {
    output: Output,
    /// What is so where no rule gives it.
    without: &'static str,
    /// How such a rule is written.
    how: fn(&Vocabulary) -> String,
}

const NEEDED: [Needed; 2] = [
    Needed { output: Output::Credit, without: "完成的学习一律不计", how: how_to_count },
    Needed {
        output: Output::Recognition,
        without: "已经核定的学习也不予认可",
        how: how_to_recognise,
    },
];

/// What the office calls an output, or would if its vocabulary named it.
fn word(vocabulary: &Vocabulary, output: Output) -> &str {
    match vocabulary.outputs().any(|it| it == output) {
        true => vocabulary.output_label(output),
        false if output == Output::Recognition => "认可",
        false => "计入",
    }
}

/// The vocabulary has to name an output before a rule can give it.
fn first_name(vocabulary: &Vocabulary, output: Output) -> String {
    match vocabulary.outputs().any(|it| it == output) {
        true => String::new(),
        false => {
            let (key, word) = (output.key(), word(vocabulary, output));
            format!("先在词表中写上 [output.{key}]（label = \"{word}\"）和它的各列；")
        }
    }
}

/// A rule that counts learning, as it is written.
fn how_to_count(vocabulary: &Vocabulary) -> String {
    let kinds = vocabulary.words(Fact::TrainingKind).iter().find(|it| it.key.is_none());
    let kind = kinds.map_or("-", |word| &word.label);
    let category = vocabulary.categories().first().map_or("", |it| &it.label);
    let name = vocabulary.fact_label(Fact::TrainingKind);
    let [categories, hours] =
        [Column::CreditCategory, Column::CreditHours].map(|it| vocabulary.column_label(it));
    let own = vocabulary.column_words(Column::CreditHours);
    let own = own.first().map_or("实际", |word| &word.label);
    format!(
        "{}在规定怎样计算的条款之下写规则，首行 **规则 条款号** 定 {}，表写 | {name} | ⇒ {categories} | ⇒ {hours} |，每个{name}一行，如 | {kind} | {category} | {own} |",
        first_name(vocabulary, Output::Credit),
        word(vocabulary, Output::Credit),
    )
}

/// A rule that recognises what was confirmed, and one that recognises all, as they are
/// written: an office that confirms nothing wants the latter.
fn how_to_recognise(vocabulary: &Vocabulary) -> String {
    let column = vocabulary.column_label(Column::Recognition);
    let words = vocabulary.column_words(Column::Recognition);
    let keyed = |key: &str| words.iter().find(|it| it.key.as_deref() == Some(key));
    let yes = keyed("yes").map_or("是", |it| &it.label);
    let pending = keyed("pending").map_or("待核定", |it| &it.label);
    let status = vocabulary.fact_label(Fact::ApprovalStatus);
    let statuses = vocabulary.words(Fact::ApprovalStatus);
    let confirmed = match statuses {
        [] => String::new(),
        [first, rest @ ..] => {
            let rows = [format!("| {} | {yes} |", first.label)].into_iter();
            let awaited = rest.iter().find(|it| it.label == pending);
            let awaited = awaited.map(|it| format!("| {} | {pending} |", it.label));
            let rows = rows.chain(awaited).collect::<Vec<_>>().join("、");
            format!("须经核定的，表写 | {status} | ⇒ {column} |，各行如 {rows}；")
        }
    };
    format!(
        "{}写一条规则，首行 **规则 条款号** 定 {}：{confirmed}不必核定的，写在规定学时的条款之下，表只有 | ⇒ {column} | 一列和 | {yes} | 一行，并登记一项裁量来引用",
        first_name(vocabulary, Output::Recognition),
        word(vocabulary, Output::Recognition),
    )
}

pub(super) fn check(policy: &Policy, sources: &Sources, problems: &mut Diagnostics) {
    let is_told = |output| sources.has_all(Part::Rules(output));
    if is_told(Output::Credit) {
        uncredited(policy, problems);
    }
    if is_told(Output::Recognition) && unrecognised(policy, problems).is_err() {
        let first = policy.deciding(Output::Recognition).next();
        first.into_iter().for_each(|(_, rule)| {
            too_wide(place(&rule.path, &rule.rule), "“认可”的规则", problems);
        });
    }
    let mut stating = policy.deciding(Output::Consequence);
    let is_meant = stating.any(|(_, it)| acknowledges(policy, &it.rule));
    if is_told(Output::Consequence) && !is_meant && sources.has_all(Part::Rules(Output::Window)) {
        without_consequence(policy, problems);
    }
}

/// The conditions, 适用, of rules that cite a decision which says that silence is meant so:
/// it reaches as far as they do. A rule without conditions would silence everything.
fn meant_so(policy: &Policy, output: Output) -> impl Iterator<Item = &[Condition]> {
    let rules = policy.deciding(output).filter(|(_, it)| acknowledges(policy, &it.rule));
    rules.map(|(_, it)| &it.rule.conditions[..]).filter(|it| !it.is_empty())
}

/// Whether silence on every case of a value of a fact is meant so.
fn is_meant(policy: &Policy, output: Output, fact: Fact, value: Value) -> bool {
    let mut meant = meant_so(policy, output);
    meant.any(|all| all.iter().all(|it| it.fact == fact && it.test.accepts(value)))
}

/// Whether a row of a rule may be true of a value of a fact.
fn may_be_of(rule: &Rule, fact: Fact, value: Value) -> bool {
    rule.rows
        .iter()
        .any(|row| demands(rule, row).all(|(it, test)| it != fact || test.accepts(value)))
}

/// Kinds of learning that no rule counts. An examination has a kind whether it counts
/// anywhere or not.
fn uncredited(policy: &Policy, problems: &mut Diagnostics) {
    let Some((_, first)) = policy.deciding(Output::Credit).next() else { return };
    let vocabulary = &policy.vocabulary;
    let words = vocabulary.words(Fact::TrainingKind).iter().enumerate();
    let counts = |kind| {
        let mut rules = policy.deciding(Output::Credit);
        rules.any(|(_, it)| may_be_of(&it.rule, Fact::TrainingKind, kind))
            || is_meant(policy, Output::Credit, Fact::TrainingKind, kind)
    };
    let missing = words.filter(|(at, word)| word.key.is_none() && !counts(Value::Word(*at)));
    let missing: Vec<_> = missing.map(|(_, word)| word.label.as_str()).collect();
    if !missing.is_empty() {
        let [label, kind] =
            [vocabulary.output_label(Output::Credit), vocabulary.fact_label(Fact::TrainingKind)];
        problems.warning(
            place(&first.path, &first.rule),
            format!("“{label}”：没有规则计入{kind} {}", missing.join("、")),
            format!("{}，它的“适用”要写明这些{kind}", meant(label)),
        );
    }
}

/// Of a status that rules speak of, cases in which none says whether hours are
/// recognised; and statuses of which none speaks. That of a refusal alone needs no row.
fn unrecognised(policy: &Policy, problems: &mut Diagnostics) -> Result<(), TooWide> {
    let rules: Vec<&PolicyRule> = policy.deciding(Output::Recognition).map(|(_, it)| it).collect();
    let Some(first) = rules.first() else { return Ok(()) };
    let vocabulary = &policy.vocabulary;
    let space = Space::of(vocabulary, rules.iter().flat_map(|it| tests_of(&it.rule)));
    let rows = rules.iter().flat_map(|it| it.rule.rows.iter().map(move |row| (&it.rule, row)));
    let covers = rows.map(|(rule, row)| space.region(demands(rule, row)));
    let meant_so = meant_so(policy, Output::Recognition)
        .map(|all| space.region(all.iter().map(|it| (it.fact, &it.test))));
    let covers: Vec<Region> = covers.chain(meant_so).collect();
    let covers: Vec<&Region> = covers.iter().collect();
    let statuses = (0..vocabulary.words(Fact::ApprovalStatus).len()).map(Value::Word);
    let speaks =
        |status: &Value| rules.iter().any(|it| may_be_of(&it.rule, Fact::ApprovalStatus, *status));
    let (spoken, silent): (Vec<Value>, Vec<Value>) = statuses.partition(speaks);
    unspoken(vocabulary, first, &silent, problems);
    let mut search = Search::new();
    for status in spoken {
        let test = Test::OneOf(vec![status]);
        let region = space.region([(Fact::ApprovalStatus, &test)].into_iter());
        let Some(point) = search.first(&space, &region, &covers)? else { continue };
        let case = space.words(&point, &[&space.widest(&point, &region, &covers)]);
        let label = vocabulary.output_label(Output::Recognition);
        problems.warning(
            place(&first.path, &first.rule),
            format!("“{label}”：有情形没有规则给出结果，如 {case}"),
            format!("{}，它的“适用”要包括这样的情形", meant(label)),
        );
        return Ok(());
    }
    Ok(())
}

/// Tells statuses of which no rule speaks, but for one that refuses: there is no word for
/// not recognising, and that awaited is no refusal.
fn unspoken(
    vocabulary: &Vocabulary,
    first: &PolicyRule,
    silent: &[Value],
    problems: &mut Diagnostics,
) {
    let words = vocabulary.words(Fact::ApprovalStatus);
    let names: Vec<String> = silent.iter().map(|it| vocabulary.value_text(words, *it)).collect();
    let pending = vocabulary.column_words(Column::Recognition).iter();
    let pending = pending.filter(|it| it.key.as_deref() == Some("pending"));
    let pending: Vec<&String> = pending.map(|it| &it.label).collect();
    if names.is_empty() || (names.len() == 1 && !pending.contains(&&names[0])) {
        return;
    }
    let [label, status] =
        [vocabulary.output_label(Output::Recognition), vocabulary.fact_label(Fact::ApprovalStatus)];
    let pending = pending.first().map_or("待核定", |it| it.as_str());
    problems.warning(
        place(&first.path, &first.rule),
        format!("“{label}”：没有规则给出{status} {} 的结果，都按未获核定办理", names.join("、")),
        format!(
            "还要等核定的，补上一行，如 | {} | {pending} |；只有不予核定的一种可以不写；{}",
            names[0],
            meant(label)
        ),
    );
}

/// Purposes whose window a notice gives that states consequences, and of which it
/// states none.
fn without_consequence(policy: &Policy, problems: &mut Diagnostics) {
    let vocabulary = &policy.vocabulary;
    let stating: Vec<&PolicyRule> =
        policy.deciding(Output::Consequence).map(|(_, it)| it).collect();
    let paths: BTreeSet<&str> = stating.iter().map(|it| it.path.as_str()).collect();
    for path in paths {
        let of = |output| {
            let rules = policy.deciding(output).map(|(_, it)| it);
            rules.filter(|it| it.path == path).map(|it| &it.rule).collect::<Vec<_>>()
        };
        let (windows, stated) = (of(Output::Window), of(Output::Consequence));
        let has = |rules: &[&Rule], purpose| {
            rules.iter().any(|rule| may_be_of(rule, Fact::Purpose, purpose))
        };
        let words = vocabulary.words(Fact::Purpose).iter().enumerate();
        let missing = words.filter(|(at, _)| {
            let purpose = Value::Word(*at);
            has(&windows, purpose) && !has(&stated, purpose)
        });
        let missing: Vec<_> = missing.map(|(_, word)| word.label.as_str()).collect();
        if let (Some(first), false) = (stated.first(), missing.is_empty()) {
            let label = vocabulary.output_label(Output::Consequence);
            problems.warning(
                place(path, first),
                format!(
                    "“{label}”：没有规则给出{} {} 的结果，同一通知的其他{}却有",
                    vocabulary.fact_label(Fact::Purpose),
                    missing.join("、"),
                    vocabulary.fact_label(Fact::Purpose),
                ),
                meant(label),
            );
        }
    }
}

fn meant(label: &str) -> String {
    format!(
        "原文有规定的，补上规则；原文如此的，登记一项裁量，写明 acknowledges = \"{label}\"，并在规则中引用"
    )
}
