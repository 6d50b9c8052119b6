//! What decisions fix for the program: that those which one rule rests on fix the same,
//! and that something which cites them can use it.

use std::collections::BTreeSet;

use super::space::Space;
use super::text::leaves_a_list_open;
use super::{REGISTER, demands, tests_of};
use crate::assessment::policy::decision::Decision;
use crate::assessment::policy::definition::{Definition, Function};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::rule::Rule;
use crate::assessment::policy::vocabulary::{Fact, Output};
use crate::assessment::policy::{Policy, PolicyRule, Sources, names};
use crate::diagnostic::{Diagnostics, Place};

/// Tells decisions that one rule or definition cites and that fix something differently.
pub(super) fn notice(notice: &Notice, sources: &Sources, problems: &mut Diagnostics) {
    let rules = notice.rules.iter();
    let rules = rules.map(|it| (format!("规则 {}", it.name), &it.decisions, it.line));
    let definitions = notice.definitions.iter().map(|it| {
        let label = sources.vocabulary.fact_label(it.fact);
        (format!("定义 {label}"), &it.decisions, it.line)
    });
    for (what, cited, line) in rules.chain(definitions) {
        let cited: Vec<&Decision> =
            cited.iter().filter_map(|id| sources.decisions.get(id)).collect();
        for (at, two) in cited.iter().enumerate() {
            let found = cited[..at].iter().find_map(|one| differ(one, two, |_| true));
            if let Some(differ) = found {
                let message = format!("{what} 所引{differ}");
                let hint = "改正其中一项裁量，或从“裁量”中删去不适用的一项";
                problems.error(Place::line(&notice.path, line), message, hint);
            }
        }
    }
}

/// How two decisions fix one of some things differently: `裁量 D16（…:118）与 D26（…）…`.
fn differ(one: &Decision, two: &Decision, of: impl Fn(&str) -> bool) -> Option<String> {
    let other = two.parameters.fixed();
    let fixed = one.parameters.fixed().into_iter();
    let fixed = fixed.filter(|(key, _)| key != "conflict" && of(key));
    let (key, [left, right]) = fixed.into_iter().find_map(|(key, left)| {
        let right = other.get(&key).filter(|right| **right != left)?.clone();
        Some((key, [left, right]))
    })?;
    Some(format!(
        "裁量 {}（{REGISTER}:{}）与 {}（{REGISTER}:{}）把 {key} 定得不同：{left}、{right}",
        one.id, one.line, two.id, two.line
    ))
}

/// Tells two rules of one output that may hold together and cite decisions that fix
/// something differently.
pub(super) fn policy(policy: &Policy, told: &mut BTreeSet<String>, problems: &mut Diagnostics) {
    posts(policy, told, problems);
    for output in Output::ALL {
        let rules: Vec<(usize, &PolicyRule)> = policy.deciding(output).collect();
        for (at, (number, two)) in rules.iter().enumerate() {
            for (other, one) in &rules[..at] {
                let Some(differ) = cited_differ(policy, one, two) else { continue };
                if !may_hold_together(policy, &one.rule, &two.rule) {
                    continue;
                }
                let message =
                    format!("规则 {} 会同时成立，所引{differ}", names(policy, &[*other, *number]));
                if told.insert(message.clone()) {
                    let hint = "改正其中一项裁量，或改引同一项";
                    problems.error(Place::line(&two.path, two.rule.line), message, hint);
                }
            }
        }
    }
}

/// Tells two rules that cite decisions which go by posts differently: what somebody does
/// at several posts is settled once for a year, before any rule looks at it.
fn posts(policy: &Policy, told: &mut BTreeSet<String>, problems: &mut Diagnostics) {
    let key = "concurrent-posts";
    let cited = policy.rules.iter().enumerate().flat_map(|(number, rule)| {
        let cited = rule.rule.decisions.iter().filter_map(|id| policy.decisions.get(id));
        cited.map(move |decision| (number, rule, decision))
    });
    let cited = cited.filter(|(.., it)| it.parameters.concurrent_posts.is_some());
    let cited: Vec<(usize, &PolicyRule, &Decision)> = cited.collect();
    let Some((first, _, one)) = cited.first() else { return };
    for (number, rule, two) in &cited[1..] {
        let Some(differ) = differ(one, two, |it| it == key) else { continue };
        if first == number {
            continue; // of one rule it is told otherwise
        }
        let message =
            format!("规则 {} 都按兼任的职务办理，所引{differ}", names(policy, &[*first, *number]));
        if told.insert(message.clone()) {
            let hint = "一个年度只有一种办法：改正其中一项裁量，或改引同一项";
            problems.error(Place::line(&rule.path, rule.rule.line), message, hint);
        }
        return;
    }
}

fn cited_differ(policy: &Policy, one: &PolicyRule, two: &PolicyRule) -> Option<String> {
    let cited = |rule: &PolicyRule| -> Vec<&Decision> {
        let known = rule.rule.decisions.iter().filter_map(|id| policy.decisions.get(id));
        known.filter(|it| !it.parameters.is_empty()).collect()
    };
    let is_usable = |key: &str| users(key).outputs.contains(&one.rule.output);
    let (of_one, of_two) = (cited(one), cited(two));
    let mut pairs = of_one.iter().flat_map(|one| of_two.iter().map(move |two| (one, two)));
    pairs.find_map(|(one, two)| differ(one, two, is_usable))
}

/// Whether a row of each can be true at once.
fn may_hold_together(policy: &Policy, one: &Rule, two: &Rule) -> bool {
    if one.exception_to.as_ref() == Some(&two.name) || two.exception_to.as_ref() == Some(&one.name)
    {
        return false;
    }
    let space = Space::of(&policy.vocabulary, tests_of(one).chain(tests_of(two)));
    let boxes = |rule: &Rule| -> Vec<_> {
        rule.rows.iter().map(|row| space.region(demands(rule, row))).collect()
    };
    let (of_one, of_two) = (boxes(one), boxes(two));
    of_one.iter().any(|one| of_two.iter().any(|two| one.meets(two)))
}

/// Who can use a parameter.
struct Users {
    /// In the words of the documentation.
    words: &'static str,
    /// Rules that decide one of these.
    outputs: &'static [Output],
}

fn users(key: &str) -> Users {
    let (words, outputs): (_, &[Output]) = match key {
        "birthday" => ("周岁的定义", &[]),
        "window-test" => ("窗口的规则", &[Output::Window]),
        "part-of" => ("要求程度的规则", &[Output::Degree]),
        "hours-per-day" => ("计入的规则", &[Output::Credit]),
        "first-owed" => ("窗口起的规则", &[Output::WindowStart]),
        "unstated-audit" => ("鄂市卡打印的规则", &[Output::CityPrinting]),
        "weekend" => ("学习期间的规则、按天数定期限的规则或它的定义", &[Output::LearningPeriod]),
        "concurrent-posts" => ("问领域、基层一线或者单位类型的规则", &[]),
        "learning-after-application" => ("窗口的规则", &[Output::Window]),
        "open-list" => ("依据所在的句子里有“等”的规则", &[]),
        _ => ("", &[]),
    };
    Users { words, outputs }
}

fn asks_of_a_post(rule: &Rule) -> bool {
    let is_of_a_post =
        |fact: Fact| matches!(fact, Fact::Sector | Fact::Grassroots | Fact::UnitKind);
    tests_of(rule).any(|(fact, _)| is_of_a_post(fact))
}

/// Tells what a decision fixes and nothing that cites it can use: only a warning, as what
/// cannot do without it is told as an error. What nothing cites is told otherwise.
pub(super) fn unusable(decision: &Decision, sources: &Sources, problems: &mut Diagnostics) {
    let cites = |cited: &Vec<String>| cited.contains(&decision.id);
    let notices = || sources.notices.iter();
    let rules = notices().flat_map(|notice| notice.rules.iter().map(move |rule| (notice, rule)));
    let rules: Vec<(&Notice, &Rule)> = rules.filter(|(_, it)| cites(&it.decisions)).collect();
    let definitions = || notices().flat_map(|notice| &notice.definitions);
    let cited: Vec<&Definition> = definitions().filter(|it| cites(&it.decisions)).collect();
    if rules.is_empty() && cited.is_empty() {
        return;
    }
    let counts_days = |rule: &Rule| {
        let mut days = definitions().filter(|it| it.function == Function::Days);
        days.any(|days| tests_of(rule).any(|(fact, _)| fact == days.fact))
    };
    for key in decision.parameters.fixed().into_keys() {
        let Users { words, outputs } = users(&key);
        let is_used = match key.as_str() {
            // These two say something of all, and of what is settled.
            "conflict" | "failed-result" => true,
            "birthday" => cited.iter().any(|it| it.function == Function::Age),
            "concurrent-posts" => rules.iter().any(|(_, rule)| asks_of_a_post(rule)),
            "open-list" => rules.iter().any(|(notice, rule)| leaves_a_list_open(notice, rule)),
            "weekend" => {
                cited.iter().any(|it| it.function == Function::Days)
                    || rules.iter().any(|(_, it)| outputs.contains(&it.output) || counts_days(it))
            }
            _ => rules.iter().any(|(_, rule)| outputs.contains(&rule.output)),
        };
        if !is_used {
            problems.warning(
                Place::line(REGISTER, decision.line),
                format!("裁量 {} 写了 {key}，引用它的规则和定义都用不到", decision.id),
                format!("{key} 由{words}引用：在那里引用它，或把它写到那里所引的裁量中"),
            );
        }
    }
}
