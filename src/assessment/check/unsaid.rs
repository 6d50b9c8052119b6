//! What the words leave open and the program cannot do without: a decision that the rule
//! or definition cites has to say it, and nothing stands in for it. Told with the
//! smallest case in which it makes a difference.

use std::collections::BTreeMap;

use super::space::Space;
use super::{demands, tests_of};
use crate::assessment::course::counted_from;
use crate::assessment::hours::Hours;
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::decision::Parameters;
use crate::assessment::policy::definition::{Definition, Function};
use crate::assessment::policy::rule::{Row, Rule};
use crate::assessment::policy::vocabulary::{Degree, Fact, Output, Value, Vocabulary, Window};
use crate::assessment::policy::{Policy, PolicyRule};
use crate::diagnostic::{Diagnostics, Place};

/// What is not said.
struct Unsaid {
    /// The parameter that says it.
    key: &'static str,
    message: String,
    hint: String,
}

/// Tells each rule and definition once, by the latest year that it is of.
pub(super) fn check(policies: &BTreeMap<u16, Policy>, problems: &mut Diagnostics) {
    let mut told: BTreeMap<(&str, u32, &str), Unsaid> = BTreeMap::new();
    for policy in policies.values().rev() {
        let of_rules =
            policy.rules.iter().filter_map(|it| Some((&it.path, &it.rule, of(policy, it)?)));
        for (path, rule, unsaid) in of_rules {
            told.entry((path, rule.line, unsaid.key)).or_insert(unsaid);
        }
        for defined in &policy.definitions {
            if let Some(unsaid) = birthday(policy, &defined.definition) {
                told.entry((&defined.path, defined.definition.line, unsaid.key)).or_insert(unsaid);
            }
        }
        if let Some((rule, unsaid)) = failed_result(policy) {
            told.entry((&rule.path, rule.rule.line, unsaid.key)).or_insert(unsaid);
        }
    }
    for ((path, line, _), Unsaid { message, hint, .. }) in told {
        problems.error(Place::line(path, line), message, hint);
    }
}

/// Whether one of some decisions fixes something.
fn says<T>(policy: &Policy, cited: &[String], of: impl Fn(&Parameters) -> Option<T>) -> bool {
    let mut cited = cited.iter().filter_map(|id| policy.decisions.get(id));
    cited.any(|decision| of(&decision.parameters).is_some())
}

/// What a rule needs to have said and no decision that it cites says.
fn of(policy: &Policy, PolicyRule { rule, .. }: &PolicyRule) -> Option<Unsaid> {
    let cited = &rule.decisions;
    let (key, values, what, case) = match rule.output {
        Output::Window if !says(policy, cited, |it| it.window_test) => {
            let case = rule.rows.iter().find_map(|row| window_test(policy, rule, row))?;
            ("window-test", "each-year 或 sum", "几个年度逐年达标还是合计达标", case)
        }
        Output::Degree if !says(policy, cited, |it| it.part_of) => {
            let case = rule.rows.iter().find_map(|row| part_of(policy, rule, row))?;
            ("part-of", "each-category 或 total", "几分之几是每个科目的还是当年合计的", case)
        }
        Output::WindowStart if !says(policy, cited, |it| it.first_owed) => {
            let case = rule.rows.iter().find_map(|row| first_owed(policy, rule, row))?;
            ("first-owed", "year-after 或 same-year", "从次年起要求还是从当年起要求", case)
        }
        Output::CityPrinting if !says(policy, cited, |it| it.unstated_audit) => {
            let asks =
                |(fact, test): (Fact, &Test)| fact == Fact::OnlineAudit && *test != Test::Any;
            tests_of(rule).any(asks).then_some(())?;
            let audit = policy.vocabulary.fact_label(Fact::OnlineAudit);
            let case = format!("学习档案没有写明 {} 年度的{audit}", policy.year);
            ("unstated-audit", "passed 或 awaited", "没有写明审核结果的怎样办理", case)
        }
        Output::RequiredHours
        | Output::LearningPeriod
        | Output::Credit
        | Output::Recognition
        | Output::Window
        | Output::WindowStart
        | Output::Degree
        | Output::Consequence
        | Output::CityPrinting
        | Output::RegionPrinting
        | Output::Plan
        | Output::Report => return None,
    };
    let message = format!("规则 {} 没有引用裁量来写明{what}，如 {case}", rule.name);
    let hint = format!(
        "登记一项裁量，写明 parameters = {{ {key} = … }}（{values}），并在规则中写 裁量：编号"
    );
    Some(Unsaid { key, message, hint })
}

/// Two years of which one is short, and both together are not.
fn window_test(policy: &Policy, rule: &Rule, row: &Row) -> Option<String> {
    let Some(Value::Window(window @ Window { count: 2.., .. })) = row.values.first() else {
        return None;
    };
    let years: Vec<u16> = window.years(policy.year).collect();
    let [.., one, other] = years[..] else { return None };
    let (label, required) = first_required(policy)?;
    let hour = Hours::from_tenths(10);
    let (less, more) = (required.minus(hour), required.plus(hour));
    let unit = policy.vocabulary.unit();
    let hours = format!("{one} 年{label} {less} {unit}、{other} 年 {more} {unit}");
    Some(with_case(policy, rule, row, &hours))
}

/// Hours of which one category has not its part, and all together have theirs.
fn part_of(policy: &Policy, rule: &Rule, row: &Row) -> Option<String> {
    let Some(Value::Degree(degree @ Degree::Part(_))) = row.values.first() else { return None };
    let learned = policy.vocabulary.learned();
    let required = |at: usize| policy.terms.get(at).map_or(Hours::ZERO, |it| it.required);
    let short = learned.clone().find(|at| required(*at) > Hours::ZERO)?;
    let other = learned.clone().find(|at| *at != short)?;
    let sum = learned.map(required).fold(Hours::ZERO, Hours::plus);
    let stated = policy.vocabulary.total().map_or(Hours::ZERO, required);
    let less = degree.of(required(short)).minus(Hours::from_tenths(10));
    let rest = degree.of(sum.max(stated)).minus(less);
    let label = |at: usize| policy.vocabulary.categories().get(at).map_or("", |it| &it.label);
    let unit = policy.vocabulary.unit();
    let hours = format!("每年{} {less} {unit}、{} {rest} {unit}", label(short), label(other));
    Some(with_case(policy, rule, row, &hours))
}

/// The fewest years ago that it can have been, if that is not before all years that are
/// looked at.
fn first_owed(policy: &Policy, rule: &Rule, row: &Row) -> Option<String> {
    let counted = counted_from(&policy.vocabulary, *row.values.first()?)?;
    let may_be = |years: &u16| {
        let value = Value::Number(i32::from(*years));
        demands(rule, row).all(|(fact, test)| fact != counted || test.accepts(value))
    };
    let years = (0..policy.longest_window()).find(may_be)?;
    let begun = policy.year.saturating_sub(years);
    let label = policy.vocabulary.fact_label(counted);
    let unit = policy.vocabulary.unit();
    Some(format!("{label}={years}，是否要求 {begun} 年度的{unit}"))
}

/// When somebody is of an age that rules tell apart.
fn birthday(policy: &Policy, definition: &Definition) -> Option<Unsaid> {
    let is_said = says(policy, &definition.decisions, |it| it.birthday);
    if is_said || definition.function != Function::Age {
        return None;
    }
    let tests = policy.rules.iter().flat_map(|it| tests_of(&it.rule));
    let tests = tests.filter(|(fact, _)| *fact == definition.fact);
    let age = tests.flat_map(|(_, test)| test.edges()).min();
    let [_, on] = definition.arguments.map(|fact| policy.vocabulary.fact_label(fact));
    let case = age.map(|age| format!("，如 {on}正是 {age} 周岁生日")).unwrap_or_default();
    let label = policy.vocabulary.fact_label(definition.fact);
    Some(Unsaid {
        key: "birthday",
        message: format!("定义 {label} 没有引用裁量来写明满周岁从哪一天算起{case}"),
        hint: "登记一项裁量，写明 parameters = { birthday = … }（on-the-day 或 day-after），并在定义中写 裁量：编号"
            .to_owned(),
    })
}

/// Where somebody can fail an application, somebody is told so, or not at once. Told at
/// the rule that requires hours.
fn failed_result(policy: &Policy) -> Option<(&PolicyRule, Unsaid)> {
    let is_said = policy.on_failure().next().is_some();
    if is_said || policy.vocabulary.words(Fact::Purpose).is_empty() {
        return None;
    }
    let (label, required) = first_required(policy)?;
    let (_, rule) = policy.deciding(Output::RequiredHours).next()?;
    let (year, unit) = (policy.year, policy.vocabulary.unit());
    let less = required.minus(Hours::from_tenths(10));
    let message = format!(
        "没有裁量写明不通过的先由工作人员确认还是直接告知本人，如 {year} 年{label} {less} {unit}"
    );
    let hint = "登记一项裁量，写明 parameters = { failed-result = … }（officer-confirms 或 told-directly）；不必引用";
    Some((rule, Unsaid { key: "failed-result", message, hint: hint.to_owned() }))
}

/// The first category that hours are required of, and how many.
fn first_required(policy: &Policy) -> Option<(&str, Hours)> {
    let categories = policy.vocabulary.categories().iter().zip(&policy.terms);
    let mut required = categories.filter(|(_, terms)| terms.required > Hours::ZERO);
    let (category, terms) = required.next()?;
    Some((&category.label, terms.required))
}

/// The first case of a row, and something about it.
fn with_case(policy: &Policy, rule: &Rule, row: &Row, what: &str) -> String {
    match case(&policy.vocabulary, rule, row) {
        none if none.is_empty() => what.to_owned(),
        case => format!("{case}，{what}"),
    }
}

/// The first case of a row, in words.
fn case(vocabulary: &Vocabulary, rule: &Rule, row: &Row) -> String {
    let space = Space::of(vocabulary, tests_of(rule));
    let region = space.region(demands(rule, row));
    region.first().map(|point| space.words(&point, &[&region])).unwrap_or_default()
}
