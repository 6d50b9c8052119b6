//! When a card that was earned may be printed: a notice may ask to wait for the
//! reports on the classes that it rests on, and for the year's online audit.
//!
//! Waiting changes no determination and takes no hours.

use std::collections::{BTreeMap, BTreeSet};

use super::annual::assess;
use super::class::{self, Classes};
use super::course::{parameter, settling};
use super::determination::{Determination, Outcome, Treated};
use super::engine::{Decided, Facts, decide};
use super::policy::Policy;
use super::policy::decision::UnstatedAudit;
use super::policy::vocabulary::{Column, Fact, Output, Value};
use super::record::{ClassId, OnlineAudit, Proof, Record};
use crate::diagnostic::{Diagnostics, Place};

/// Why a card that was earned may not be printed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What it waits for.
    pub wait: Wait,
    /// The rules that say so, by number.
    pub rules: Vec<usize>,
    /// The decisions that settled disagreements of these rules, by id.
    pub settled_by: Vec<String>,
}

/// What a card waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// That the year's online audit, 线上审核, passes.
    Audit(AuditState),
    /// That the reports on these classes pass; in order.
    Reports(Vec<ClassId>),
}

/// How far the online audit of a year is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditState {
    /// It did not pass.
    NotPassed,
    /// The file states no result.
    Unstated,
    /// It states one whose evidence was rejected.
    Unproven,
}

impl Wait {
    /// The output whose rules ask to wait.
    pub const fn output(&self) -> Output {
        match self {
            Self::Audit(_) => Output::CityPrinting,
            Self::Reports(_) => Output::RegionPrinting,
        }
    }
}

/// What the card of a determination has to wait for; nothing for most.
pub fn waiting(
    policy: &Policy,
    record: &Record,
    result: &Determination,
    classes: &Classes,
) -> Vec<Waiting> {
    if result.outcome != Outcome::Passed {
        return Vec::new();
    }
    let audit = match online_audit(policy, record) {
        Some(Audited::Waits(waiting)) => Some(waiting),
        Some(Audited::Granted(_)) | None => None,
    };
    audit.into_iter().chain(reports(policy, record, result, classes)).collect()
}

/// An online audit that lets the card of a year be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whether the file says that it passed.
    pub basis: GrantBasis,
    /// The rules that allow it, by number.
    pub rules: Vec<usize>,
}

/// What an online audit is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantBasis {
    /// The file states it.
    Stated,
    /// The file states nothing, which a decision takes for a pass.
    Decided,
}

impl Grant {
    /// The decisions that it rests on, by id.
    pub fn decisions<'p>(&self, policy: &'p Policy) -> impl Iterator<Item = &'p String> {
        let rules = self.rules.iter().filter_map(|rule| policy.rules.get(*rule));
        let is_decided = self.basis == GrantBasis::Decided;
        rules.filter(move |_| is_decided).flat_map(|it| &it.rule.decisions)
    }
}

/// What lets the card of a determination be printed, where rules ask for an online audit.
pub fn granted(policy: &Policy, record: &Record, result: &Determination) -> Option<Grant> {
    match online_audit(policy, record).filter(|_| result.outcome == Outcome::Passed)? {
        Audited::Granted(grant) => Some(grant),
        Audited::Waits(_) => None,
    }
}

/// Tells online audits that decide nothing: of a year for which no rule asks, or from
/// before the year began.
pub fn check_audits(
    policies: &BTreeMap<u16, Policy>,
    record: &Record,
    place: &Place,
    problems: &mut Diagnostics,
) {
    for OnlineAudit { year, on, status: _ } in &record.audits {
        let policy = policies.get(year);
        let is_asked = policy.is_some_and(|it| it.deciding(Output::CityPrinting).next().is_some());
        let message = if !is_asked {
            format!("没有规则问到 {year} 年度的线上审核")
        } else if on.year() < *year {
            format!("{year} 年度的线上审核在 {on}，早于该年度")
        } else {
            continue;
        };
        problems.warning(place.clone(), message, "核对 online_audits 中的 year 和 on");
    }
}

/// Where the online audit of a year stands.
enum Audited {
    /// It lets the card be printed.
    Granted(Grant),
    /// The card waits for it.
    Waits(Waiting),
}

/// The online audit of the policy's year, where rules ask for one.
fn online_audit(policy: &Policy, record: &Record) -> Option<Audited> {
    let asking: Vec<usize> = policy.deciding(Output::CityPrinting).map(|(rule, _)| rule).collect();
    if asking.is_empty() {
        return None;
    }
    let stated = record.online_audit(policy.year);
    let (value, state) = match stated {
        Some(audit) if audit.proof == Proof::Rejected => (None, AuditState::Unproven),
        Some(audit) => (Some(audit.value), AuditState::NotPassed),
        None => (unstated(policy, &asking), AuditState::Unstated),
    };
    let facts = Facts::none().with(Fact::OnlineAudit, value);
    let rules = match decide(policy, Output::CityPrinting, &facts) {
        Decided::Nothing => return None,
        Decided::Open { .. } => asking,
        Decided::Collision { rules } => rules,
        Decided::One { values, rules, .. } => {
            if !is_barred(policy, Column::CityPrinting, values.first().copied()) {
                let basis = stated.map_or(GrantBasis::Decided, |_| GrantBasis::Stated);
                return Some(Audited::Granted(Grant { basis, rules }));
            }
            rules
        }
    };
    let settled_by = settling(policy, &[Output::CityPrinting], &facts);
    Some(Audited::Waits(Waiting { wait: Wait::Audit(state), rules, settled_by }))
}

/// What a file that states no online audit says of it, as a decision that one of these
/// rules names has it.
fn unstated(policy: &Policy, rules: &[usize]) -> Option<Value> {
    match parameter(policy, rules, |it| it.unstated_audit)? {
        UnstatedAudit::Passed => policy.vocabulary.keyed(Fact::OnlineAudit, "passed"),
        UnstatedAudit::Awaited => None,
    }
}

/// The wait for the reports on classes. It concerns only a card that would not have
/// been earned without such classes, as hours that wait for their approval hold up
/// nothing that they cannot change; and only classes whose files the office has, for it
/// is their reports that the office audits.
fn reports(
    policy: &Policy,
    record: &Record,
    result: &Determination,
    classes: &Classes,
) -> Option<Waiting> {
    let (mut unprinted, mut rules, mut without) = (Vec::new(), Vec::new(), Vec::new());
    let mut settled_by = BTreeSet::new();
    for attendance in &record.attended {
        let counts = |learning: usize| {
            let mut treated = result.learnings.iter().filter(|it| it.learning == learning);
            treated.any(|it| matches!(it.decided, Treated::Counted { .. }))
        };
        let class = classes.get(&attendance.class).filter(|_| counts(attendance.learning));
        let Some(class) = class else { continue };
        let finding = class::printing(policy, class);
        let must_wait = match finding.outcome {
            class::Outcome::Decided(value) => {
                is_barred(policy, Column::RegionPrinting, Some(value))
            }
            class::Outcome::Unclear => true,
            class::Outcome::NotFiled | class::Outcome::NoRule => false,
        };
        if must_wait {
            unprinted.push(class.id.clone());
            rules.extend(finding.rules);
            let settlement = policy.settlements.get(&Output::RegionPrinting);
            let settlement = settlement.filter(|it| finding.decisions.contains(&it.decision));
            settled_by.extend(settlement.map(|it| it.decision.clone()));
            without.push(attendance.learning);
        }
    }
    if unprinted.is_empty() {
        return None;
    }
    let mut other = record.clone();
    let mut at = 0;
    other.learnings.retain(|_| {
        at += 1;
        !without.contains(&(at - 1))
    });
    if assess(policy, &other).outcome == Outcome::Passed {
        return None;
    }
    unprinted.sort_unstable();
    unprinted.dedup();
    rules.sort_unstable();
    rules.dedup();
    let settled_by = settled_by.into_iter().collect();
    Some(Waiting { wait: Wait::Reports(unprinted), rules, settled_by })
}

/// Whether a decided word of an output forbids printing.
fn is_barred(policy: &Policy, column: Column, value: Option<Value>) -> bool {
    value.is_some_and(|value| policy.vocabulary.column_key(column, value) == Some("no"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::policy::decision::Parameters;
    use crate::assessment::policy::names;
    use crate::assessment::policy::tests::SAMPLE;
    use crate::assessment::tests::unusual::{FULL, record, trainings};

    fn waits(policy: &Policy, audits: &str, years: &str) -> Vec<Waiting> {
        let members = [audits, &trainings(years)];
        let members = members.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>();
        let record = record(&members.join(","));
        waiting(policy, &record, &assess(policy, &record), &Classes::default())
    }

    fn states(waiting: &[Waiting]) -> Vec<Wait> {
        waiting.iter().map(|it| it.wait.clone()).collect()
    }

    /// 鄂/一: a card waits until the online audit of its year has passed; the latest
    /// result counts, and that of no other year. D29: who is in the office's files has
    /// passed, unless they say otherwise.
    #[test]
    fn a_card_waits_for_the_online_audit_of_its_year() {
        let policy = &SAMPLE.policies[&2022];
        let audit = |year: u16, status: &str, on: &str, evidence: &str| {
            format!(
                r#"{{"year":{year},"status":"{status}","on":"{on}","by":"某考试中心","evidence":[{evidence}]}}"#
            )
        };
        let passed = audit(2022, "通过", "2023-01-10", "");
        let failed = audit(2022, "未过", "2023-01-09", "");
        let before = audit(2021, "未过", "2023-01-11", "");
        let rejected = audit(2022, "通过", "2023-01-12", r#""r""#);
        let checked = audit(2022, "未过", "2023-01-13", r#""e""#);
        for (audits, years, expected) in [
            (vec![], FULL, None),
            (vec![&passed], FULL, None),
            (vec![&failed], FULL, Some(AuditState::NotPassed)),
            (vec![&failed, &passed], FULL, None),
            (vec![&passed, &failed], FULL, None),
            (vec![&before], FULL, None),
            (vec![&before, &failed], FULL, Some(AuditState::NotPassed)),
            (vec![&passed, &rejected], FULL, Some(AuditState::Unproven)),
            (vec![&passed, &checked], FULL, Some(AuditState::NotPassed)),
            // There is no card to wait.
            (vec![&failed], "22:30/59", None),
        ] {
            let list: Vec<&str> = audits.iter().map(|it| it.as_str()).collect();
            let told = waits(policy, &format!("\"online_audits\":[{}]", list.join(",")), years);
            let expected: Vec<Wait> = expected.into_iter().map(Wait::Audit).collect();
            assert_eq!(states(&told), expected, "{list:?}");
            for waiting in told {
                assert_eq!(names(policy, &waiting.rules), "鄂/一");
            }
        }
        let none = waits(policy, "", FULL);
        assert_eq!(states(&none), []);
        // What lets it be printed is told: D29, unless the file says so itself.
        let basis = |members: &str| {
            let record = record(&format!("{members}{}", trainings(FULL)));
            granted(policy, &record, &assess(policy, &record))
                .map(|it| (it.basis, it.decisions(policy).cloned().collect()))
        };
        let audits = format!("\"online_audits\":[{passed}],");
        assert_eq!(basis(""), Some((GrantBasis::Decided, vec!["D29".to_owned()])));
        assert_eq!(basis(&audits), Some((GrantBasis::Stated, vec![])));
        assert_eq!(basis(&audits.replace("通过", "未过")), None);
    }

    #[test]
    fn an_audit_that_decides_nothing_is_told() {
        let told = |year: u16, on: &str| {
            let audit =
                format!(r#""online_audits":[{{"year":{year},"status":"未过","on":"{on}"}}]"#);
            let record = record(&format!("{audit},{}", trainings(FULL)));
            let mut problems = Diagnostics::new();
            check_audits(&SAMPLE.policies, &record, &Place::file("p.json"), &mut problems);
            problems.into_sorted().into_iter().map(|it| it.message).collect::<Vec<_>>()
        };
        assert_eq!(told(2022, "2023-01-10"), [""; 0]);
        assert_eq!(told(2022, "2022-01-01"), [""; 0]);
        assert_eq!(told(2022, "2021-12-31"), ["2022 年度的线上审核在 2021-12-31，早于该年度"]);
        assert_eq!(told(2012, "2023-01-10"), ["没有规则问到 2012 年度的线上审核"]);
    }

    /// Without a decision on it, or with one to await it, what no file states has not
    /// passed; without a rule, nobody waits.
    #[test]
    fn an_audit_that_no_file_states_is_awaited_unless_decided_otherwise() {
        let mut policy = SAMPLE.policies[&2022].clone();
        let mut parameters = |unstated_audit| {
            let parameters = Parameters { unstated_audit, ..Parameters::default() };
            policy.decisions.get_mut("D29").expect("the sample's").parameters = parameters;
            states(&waits(&policy, "", FULL))
        };
        let awaited = [Wait::Audit(AuditState::Unstated)];
        assert_eq!(parameters(None), awaited);
        assert_eq!(parameters(Some(UnstatedAudit::Awaited)), awaited);
        assert_eq!(parameters(Some(UnstatedAudit::Passed)), []);
    }
}
