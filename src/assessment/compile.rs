//! Makes policies: notices, vocabulary and decisions in, one policy a year out,
//! checked before anybody is judged by it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::check;
use super::course::settling;
use super::engine::{Decided, Facts, decide};
use super::hours::Hours;
use super::policy::bundle;
use super::policy::cell::Test;
use super::policy::decision::{Birthday, Decision};
use super::policy::force;
use super::policy::notice::{Notice, Part};
use super::policy::rule::Row;
use super::policy::text::clip;
use super::policy::vocabulary::{CategoryKind, Fact, Output, Value, YearDay};
use super::policy::{
    Basis, CategoryTerms, Elsewhere, Known, MAX_CLAUSES, Policy, PolicyClause, PolicyDefinition,
    PolicyRule, Settlement, Source, Sources, names, page_path,
};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// The policies of all years that the notices speak of, and what is wrong with
/// them.
pub fn policies(sources: &Sources, problems: &mut Diagnostics) -> BTreeMap<u16, Policy> {
    let years: BTreeSet<u16> = sources
        .notices
        .iter()
        .filter(|notice| !notice.rules.is_empty())
        .flat_map(|notice| {
            notice.front.years().filter(|year| force::lends(&sources.notices, notice, *year))
        })
        .collect();
    let mut policies = BTreeMap::new();
    for year in years {
        if let Some(policy) = policy(sources, year, problems) {
            policies.insert(year, policy);
        }
    }
    compare(&mut policies);
    check::notices(sources, problems);
    check::policies(&policies, sources, problems);
    if !problems.has_errors() {
        policies.values().for_each(|policy| check_size(policy, problems));
    }
    policies
}

/// A bundle that no verifier would read is none.
fn check_size(policy: &Policy, problems: &mut Diagnostics) {
    let size = bundle::bytes(policy).len();
    if size > bundle::MAX_BYTES {
        let (year, most) = (policy.year, bundle::MAX_BYTES);
        let message = format!("{year} 年度的规则集有 {size} 字节，上限 {most}");
        problems.error(Place::file("content/notices"), message, "减少适用于该年度的通知");
    }
}

fn policy(sources: &Sources, year: u16, problems: &mut Diagnostics) -> Option<Policy> {
    let lending = || {
        let notices = sources.notices.iter();
        notices.filter(|notice| force::lends(&sources.notices, notice, year))
    };
    let written =
        lending().any(|notice| !notice.rules.is_empty() && notice.front.applies_to.contains(&year));
    let basis = if written { Basis::Written } else { Basis::CarriedOver };
    let mut policy = Policy {
        year,
        basis,
        region: sources.region.clone(),
        clauses: Vec::new(),
        rules: Vec::new(),
        definitions: Vec::new(),
        settlements: settlements(sources),
        decisions: BTreeMap::new(),
        vocabulary: Arc::clone(&sources.vocabulary),
        deciding: Default::default(),
        annual_starts: Vec::new(),
        elsewhere: Vec::new(),
        terms: Vec::new(),
    };
    for notice in check::notices_of(sources, year, problems) {
        add_notice(&mut policy, notice, sources, problems);
    }
    if policy.clauses.len() > MAX_CLAUSES {
        let message =
            format!("{year} 年度的条款有 {} 条，上限 {MAX_CLAUSES}", policy.clauses.len());
        problems.error(Place::file("content/notices"), message, "减少适用于该年度的通知");
        return None;
    }
    let outputs: BTreeSet<Output> = policy.rules.iter().map(|rule| rule.rule.output).collect();
    policy.settlements.retain(|output, _| outputs.contains(output));
    let of_all = |decision: &&Decision| decision.parameters.failed_result.is_some();
    let of_all = sources.decisions.values().filter(of_all);
    policy.decisions.extend(of_all.map(|it| (it.id.clone(), it.clone())));
    for settlement in policy.settlements.values() {
        let decision = sources.decisions.get(&settlement.decision).cloned();
        policy.decisions.extend(decision.map(|it| (it.id.clone(), it)));
    }
    prepare(&mut policy);
    check_requirement(&policy, sources, problems);
    Some(policy)
}

fn add_notice(policy: &mut Policy, notice: &Notice, sources: &Sources, problems: &mut Diagnostics) {
    let first_clause = policy.clauses.len();
    let first_rule = policy.rules.len();
    let page = page_path(&notice.path);
    for clause in &notice.clauses {
        if let Some(other) = policy.clauses.iter().find(|other| other.id == clause.id) {
            problems.error(
                Place::line(&notice.path, clause.line),
                format!("条款 {} 在《{}》中已有", clause.id, other.notice),
                "每份通知用不同的“命名空间”",
            );
        }
        policy.clauses.push(PolicyClause {
            id: clause.id.clone(),
            notice: notice.front.title.clone(),
            link: format!("{page}#{}", clause.id.path.anchor()),
            text: clause.text.clone(),
        });
    }
    for rule in &notice.rules {
        let at = notice.clauses.iter().position(|clause| clause.id.path == rule.name.clause);
        let Some(at) = at else { continue };
        for id in &rule.decisions {
            let what = format!("规则 {}", rule.name);
            named_decision(policy, sources, id, &what, (&notice.path, rule.line), problems);
        }
        let exceptions = notice.rules.iter().enumerate();
        let exceptions = exceptions
            .filter(|(_, other)| other.exception_to.as_ref() == Some(&rule.name))
            .map(|(number, _)| first_rule + number);
        policy.rules.push(PolicyRule {
            clause: first_clause + at,
            rule: rule.clone(),
            exceptions: exceptions.collect(),
            path: notice.path.clone(),
        });
    }
    add_definitions(policy, notice, sources, problems);
}

/// Takes over a decision that something names, or tells that it is not recorded.
fn named_decision(
    policy: &mut Policy,
    sources: &Sources,
    id: &str,
    what: &str,
    (path, line): (&str, u32),
    problems: &mut Diagnostics,
) {
    match sources.decisions.get(id) {
        Some(decision) => {
            policy.decisions.insert(id.to_owned(), decision.clone());
        }
        None if sources.unread.contains(&Source::Decisions) => {}
        None => problems.error(
            Place::line(path, line),
            format!("{what} 所引裁量 {} 没有登记", clip(id, 40)),
            "在 content/decisions.toml 中登记，或改正编号",
        ),
    }
}

fn add_definitions(
    policy: &mut Policy,
    notice: &Notice,
    sources: &Sources,
    problems: &mut Diagnostics,
) {
    for definition in &notice.definitions {
        let place = (notice.path.as_str(), definition.line);
        let label = policy.vocabulary.fact_label(definition.fact).to_owned();
        for id in &definition.decisions {
            named_decision(policy, sources, id, &format!("定义 {label}"), place, problems);
        }
        let decided = definition.decisions.iter().filter_map(|id| policy.decisions.get(id));
        let birthday = decided.filter_map(|decision| decision.parameters.birthday).next();
        if policy.definitions.iter().any(|other| other.definition.fact == definition.fact) {
            problems.error(
                Place::line(place.0, place.1),
                format!("“{label}”定义了两次"),
                "同一年度的通知中只定义一次",
            );
            continue;
        }
        policy.definitions.push(PolicyDefinition {
            definition: definition.clone(),
            birthday: birthday.unwrap_or(Birthday::OnTheDay),
            path: notice.path.clone(),
        });
    }
}

/// The decisions that settle disagreements, by the output they name; what they say is
/// checked with the register.
fn settlements(sources: &Sources) -> BTreeMap<Output, Settlement> {
    let settling = sources.decisions.values().filter_map(|decision| {
        let output = sources.vocabulary.output(decision.settles.as_ref()?)?;
        let conflict = decision.parameters.conflict?;
        Some((output, Settlement { decision: decision.id.clone(), conflict }))
    });
    settling.collect()
}

/// A year needs an amount of hours for each category, or for their total, and a
/// period: without them nobody could be judged.
fn check_requirement(policy: &Policy, sources: &Sources, problems: &mut Diagnostics) {
    let has_total = sources
        .vocabulary
        .total()
        .is_some_and(|at| policy.terms.get(at).is_some_and(|terms| terms.required > Hours::ZERO));
    let required = [Output::RequiredHours, Output::LearningPeriod];
    for output in required.into_iter().filter(|output| sources.has_all(Part::Rules(*output))) {
        for (at, category) in sources.vocabulary.categories().iter().enumerate() {
            let may_be_silent = match (output, category.kind) {
                (_, CategoryKind::Total) => true,
                (Output::RequiredHours, CategoryKind::Learned) => has_total,
                (_, CategoryKind::Learned) => false,
            };
            let facts = Facts::none().with(Fact::Category, Some(Value::Category(at)));
            let label = sources.vocabulary.output_label(output);
            let place = policy.rules.first().map_or_else(
                || Place::file("content/notices"),
                |rule| Place::line(&rule.path, rule.rule.line),
            );
            match decide(policy, output, &facts) {
                Decided::One { .. } => {}
                Decided::Nothing if may_be_silent => {}
                Decided::Nothing | Decided::Open { .. } => problems.error(
                    place,
                    format!("{} 年度没有规则给出{}科目的“{label}”", policy.year, category.label),
                    format!("在规定它的条款之下写一条“定 {label}”的规则"),
                ),
                Decided::Collision { rules } => problems.error(
                    place,
                    format!(
                        "{} 年度{}科目的“{label}”有几种结果：{}",
                        policy.year,
                        category.label,
                        names(policy, &rules)
                    ),
                    "改正其中一条，或用“例外于”写明先后",
                ),
            }
        }
    }
}

/// Works out what follows from the rules once and for all; to be called whenever
/// they have changed.
pub(super) fn prepare(policy: &mut Policy) {
    policy.deciding = Default::default();
    for (number, rule) in policy.rules.iter().enumerate() {
        policy.deciding[rule.rule.output as usize].push(number);
    }
    let annual = policy.vocabulary.keyed(Fact::Purpose, "annual");
    let meets = |(fact, test): (Fact, &Test)| {
        fact != Fact::Purpose || annual.is_none_or(|annual| test.accepts(annual))
    };
    let starts = policy.deciding(Output::WindowStart).filter(|(_, PolicyRule { rule, .. })| {
        let cells = |row: &Row| rule.inputs.iter().copied().zip(&row.tests).all(meets);
        rule.conditions.iter().map(|it| (it.fact, &it.test)).all(meets)
            && rule.rows.iter().any(cells)
    });
    policy.annual_starts = starts.map(|(number, _)| number).collect();
    policy.terms = terms(policy);
}

/// Notes for each year the others whose periods share days with its own.
///
/// A year whose next has no notice yet is compared with a next one of the same
/// periods: days that two notices will hold are open from the beginning, and the
/// notice of a later year changes no result of this one.
fn compare(policies: &mut BTreeMap<u16, Policy>) {
    let all: Vec<(u16, Known, Periods)> = policies
        .values()
        .map(|policy| (policy.year, Known::Written, periods_by_kind(policy, policy.year)))
        .collect();
    for policy in policies.values_mut() {
        let own = periods_by_kind(policy, policy.year);
        let next = policy.year.saturating_add(1);
        let is_known = all.iter().any(|(year, ..)| *year == next);
        let expected = (!is_known).then(|| (next, Known::Expected, periods_by_kind(policy, next)));
        let others = all
            .iter()
            .chain(&expected)
            .filter(|(year, _, periods)| *year != policy.year && share_days(&own, periods));
        let elsewhere = others.map(|(year, known, periods)| {
            let (year, known, periods) = (*year, *known, periods.clone());
            Elsewhere { year, known, periods }
        });
        policy.elsewhere = elsewhere.collect();
    }
}

/// Periods by the kind of learning, for each category that it can count into.
type Periods = Vec<Vec<[Date; 2]>>;

/// Whether some kind of learning has a day that both hold.
fn share_days(one: &Periods, other: &Periods) -> bool {
    let meet = |one: &[Date; 2], other: &[Date; 2]| one[0] <= other[1] && other[0] <= one[1];
    let mut kinds = one.iter().zip(other);
    kinds.any(|(one, other)| one.iter().any(|own| other.iter().any(|it| meet(own, it))))
}

/// The periods of the categories that each kind of learning can count into, as the
/// rules of a policy set them for a year.
fn periods_by_kind(policy: &Policy, year: u16) -> Periods {
    let kinds = (0..policy.vocabulary.words(Fact::TrainingKind).len()).map(Value::Word);
    let of = |kind: Value| {
        let accepts =
            |(fact, test): (Fact, &Test)| fact != Fact::TrainingKind || test.accepts(kind);
        let mut periods = Vec::new();
        for (_, PolicyRule { rule, .. }) in policy.deciding(Output::Credit) {
            if !rule.conditions.iter().map(|it| (it.fact, &it.test)).all(accepts) {
                continue;
            }
            let cells = |row: &&Row| rule.inputs.iter().copied().zip(&row.tests).all(accepts);
            for row in rule.rows.iter().filter(cells) {
                let Some(Value::Category(at)) = row.values.first() else { continue };
                let days = policy.terms.get(*at).and_then(|terms| terms.days);
                let period = days.and_then(|days| in_year(days, year));
                periods.extend(period.filter(|period| !periods.contains(period)));
            }
        }
        periods
    };
    kinds.map(of).collect()
}

/// What a year asks of each category. That rules say it of each is checked when
/// a policy is made.
fn terms(policy: &Policy) -> Vec<CategoryTerms> {
    let of = |category| {
        let facts = Facts::none().with(Fact::Category, Some(Value::Category(category)));
        let (required, required_by) = match decide(policy, Output::RequiredHours, &facts) {
            Decided::One { values: [Value::Hours(hours)], rules, .. } => (*hours, rules),
            _ => (Hours::ZERO, Vec::new()),
        };
        let (period, period_by) = match decide(policy, Output::LearningPeriod, &facts) {
            Decided::One { values: [Value::Day(first), Value::Day(last)], rules, .. } => {
                (Some([*first, *last]), rules)
            }
            _ => (None, Vec::new()),
        };
        let (days, period) = (period, period.and_then(|days| in_year(days, policy.year)));
        let outputs = [Output::RequiredHours, Output::LearningPeriod];
        let settled_by = settling(policy, &outputs, &facts);
        CategoryTerms { required, required_by, days, period, period_by, settled_by }
    };
    (0..policy.vocabulary.categories().len()).map(of).collect()
}

fn in_year(days: [YearDay; 2], year: u16) -> Option<[Date; 2]> {
    let [first, last] = days.map(|day| day.in_year(year));
    Some([first?, last?])
}
