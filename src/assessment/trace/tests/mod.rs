//! What a trace says that no story shows.

mod learning;

use std::collections::BTreeMap;

use super::*;
use crate::assessment::application::{derive, determine};
use crate::assessment::engine::Facts;
use crate::assessment::example::empty_record;
use crate::assessment::hours::Hours;
use crate::assessment::policy::tests::{DECISIONS, SAMPLE, sample_by};
use crate::assessment::policy::vocabulary::{DateRange, Value};
use crate::assessment::record::{Amount, Approval, Learning, Listed, Proof, Record, SettledHours};

#[test]
fn a_failed_result_is_told_directly_only_where_every_decision_on_it_says_so() {
    let mut policies = SAMPLE.policies.clone();
    let purpose = policies[&2022].vocabulary.keyed(Fact::Purpose, "annual");
    let record = |hours| {
        let settled = |category| SettledHours { year: 2022, category, hours };
        Record { settled: [0, 1].map(settled).to_vec(), ..empty_record() }
    };
    let (nothing, enough) = (record(Hours::ZERO), record(Hours::from_tenths(600)));
    let directly = |policy: &mut Policy, id: &str| {
        let mut decision = SAMPLE.policies[&2022].decisions["D24"].clone();
        decision.parameters.failed_result = Some(FailedResult::ToldDirectly);
        policy.decisions.insert(id.to_owned(), decision);
    };
    assert!(before(&policies, purpose, &nothing).is_some());
    policies.get_mut(&2022).unwrap().decisions.remove("D24");
    assert!(before(&policies, purpose, &nothing).is_some());
    directly(policies.get_mut(&2022).unwrap(), "D24");
    assert_eq!(before(&policies, purpose, &nothing), None);
    assert_eq!(before(&SAMPLE.policies, purpose, &enough), None, "a pass");
    let mut both = SAMPLE.policies.clone();
    directly(both.get_mut(&2022).unwrap(), "D0");
    assert!(before(&both, purpose, &nothing).is_some());
}

#[test]
fn hours_that_are_judged_together_are_told_together() {
    let decisions = DECISIONS.replace("\"each-year\"", "\"sum\"");
    let sample = sample_by(|_, text| text.to_owned(), &decisions);
    let policy = &sample.policies[&2022];
    let mut facts = Facts::none();
    for fact in Fact::ALL {
        facts.set(fact, policy.vocabulary.example(fact));
    }
    facts.set(Fact::Purpose, policy.vocabulary.labelled(Fact::Purpose, "职称评审"));
    derive(policy, &mut facts);
    let settled = |(year, category, tenths)| SettledHours {
        year,
        category,
        hours: Hours::from_tenths(tenths),
    };
    let hours = [(2021, 0, 600), (2022, 0, 295), (2020, 1, 1_800), (2020, 0, 0)];
    let record = Record { settled: hours.map(settled).to_vec(), ..empty_record() };
    let case = Case { policies: &sample.policies, policy, facts, record: &record };
    let trace = trace(&case, &determine(&case), &RuleSetIds::new());
    let text = trace.to_string();
    let lines: Vec<_> = text.lines().filter(|it| it.contains("学时 20")).collect();
    assert_eq!(
        lines,
        [
            "3 学时 2020 年（沿用，规则集 15·2020）：公需 0/30；专业 180/60",
            "4 学时 2021 年（沿用，规则集 15·2021）：公需 60/30；专业 无记录/60",
            "5 学时 2022 年：公需 29.5/30；专业 无记录/60",
            "6 学时 2020、2021、2022 年合计：公需 89.5/90，差 0.5",
            "7 学时 2020、2021、2022 年合计：专业 180/180",
        ]
    );
    let json = serde_json::to_value(&trace).unwrap();
    assert_eq!(json["together"][0]["short"], "0.5");
    assert_eq!(json["together"][1]["years"], serde_json::json!([2020, 2021, 2022]));
}

#[test]
fn what_was_learned_a_day_late_is_told_with_the_clause_that_leaves_it_out() {
    // E04: 54 hours in the year, and 6 that were completed on 2 January.
    let policy = &SAMPLE.policies[&2022];
    let settled = |(category, tenths)| SettledHours {
        year: 2022,
        category,
        hours: Hours::from_tenths(tenths),
    };
    let base = policy.vocabulary.labelled(Fact::TrainingKind, "基地培训").unwrap();
    let late = Learning {
        source: crate::assessment::record::Source::Training,
        id: "t1".to_owned(),
        kind: base,
        claimed: None,
        year: None,
        completed: "2023-01-02".parse().unwrap(),
        amount: Amount::Hours(Hours::from_tenths(60)),
        exam_place: None,
        approval: Approval::NotNeeded,
        proof: Proof::Wanting,
        listed: Listed::Yes,
    };
    let record = Record {
        settled: [(0, 300), (1, 540)].map(settled).to_vec(),
        learnings: vec![late],
        ..empty_record()
    };
    let purpose = policy.vocabulary.keyed(Fact::Purpose, "annual");
    let facts = Facts::none().with(Fact::Purpose, purpose);
    let case = Case { policies: &SAMPLE.policies, policy, facts, record: &record };
    let ids = RuleSetIds::from([(2022, "0011223344556677".to_owned())]);
    let trace = trace(&case, &determine(&case), &ids);
    assert_eq!(trace.outcome, "不通过");
    assert_eq!(trace.grounds[0], "区/一", "what requires the hours that are short");
    assert!(trace.grounds.contains(&"区/一后段".to_owned()), "{:?}", trace.grounds);
    let text = trace.to_string();
    let told = "t1（基地培训，2023-01-02 完成，6 学时） → 不在 2022 年度的学习期间内，不计入   \
                区/一后段";
    assert!(text.contains(told), "{text}");
    assert!(text.starts_with("规则集 15·2022@0011223344556677   "), "{text}");
}

#[test]
fn a_day_too_young_is_told_with_the_age_and_the_decisions_on_it() {
    let policy = &SAMPLE.policies[&2022];
    let traced = |born: &str| {
        let day = |text: &str| Some(Value::Date(DateRange::day(text.parse().unwrap())));
        let word = |fact, text| policy.vocabulary.labelled(fact, text);
        let mut facts = Facts::none()
            .with(Fact::Purpose, word(Fact::Purpose, "职称评审"))
            .with(Fact::Grade, word(Fact::Grade, "中级"))
            .with(Fact::Sex, word(Fact::Sex, "男"))
            .with(Fact::ApplicationYear, Some(Value::Number(2022)))
            .with(Fact::AppliedOn, day("2022-09-01"))
            .with(Fact::BornOn, day(born));
        derive(policy, &mut facts);
        let record = empty_record();
        let case = Case { policies: &SAMPLE.policies, policy, facts, record: &record };
        trace(&case, &determine(&case), &RuleSetIds::new()).to_string()
    };
    let line = |text: &str, age: &str| {
        let is_told =
            |it: &&str| it.contains(&format!("区/三(一)后段：用途 职称评审，性别 男，{age}"));
        text.lines().find(is_told).map(|line| line.trim().to_owned())
    };
    let young = traced("1972-09-02");
    let told = line(&young, "周岁 49（出生日期 1972-09-02）").expect(&young);
    assert!(told.starts_with("未用 要求程度"), "{told}");
    assert!(told.ends_with("不符合（D1、D2、D7）"), "{told}");
    let of_age = traced("1972-09-01");
    assert!(line(&of_age, "周岁 50").is_none(), "it is used: {of_age}");
}

/// 鄂/二: the three consequences, each with what its row asks; in an enterprise, and
/// where the kind of unit is unknown, there is no cap on awards to tell.
#[test]
fn what_follows_is_told_purpose_by_purpose() {
    let policy = &SAMPLE.policies[&2022];
    let word = |fact, text| policy.vocabulary.labelled(fact, text);
    let told = |kind: Option<Value>| {
        let facts = Facts::none()
            .with(Fact::Purpose, word(Fact::Purpose, "考核评优"))
            .with(Fact::UnitKind, kind);
        let settled =
            [0, 1].map(|category| SettledHours { year: 2021, category, hours: Hours::ZERO });
        let record = Record { settled: settled.to_vec(), ..empty_record() };
        let case = Case { policies: &SAMPLE.policies, policy, facts, record: &record };
        let trace = trace(&case, &determine(&case), &RuleSetIds::new());
        let steps = trace.steps.iter().filter(|step| step.output == "后果");
        steps
            .map(|step| format!("{} → {}", step.given[1..].join("，"), step.result))
            .collect::<Vec<_>>()
    };
    let [merit, hiring] = ["用途 考核评优 → 不予评优", "用途 聘任 → 不得聘用"];
    let award = |rest: &str| format!("用途 奖励，单位类型 {rest}");
    assert_eq!(
        told(word(Fact::UnitKind, "事业单位")),
        [merit, hiring, &award("事业单位 → 嘉奖以下")]
    );
    assert_eq!(told(word(Fact::UnitKind, "企业")), [merit, hiring, &award("企业 → 无")]);
    assert_eq!(told(None), [merit, hiring, &award("不明 → 视所缺事实而定")]);
}

fn before(
    policies: &BTreeMap<u16, Policy>,
    purpose: Option<Value>,
    record: &Record,
) -> Option<&'static str> {
    let facts = Facts::none().with(Fact::Purpose, purpose);
    let case = Case { policies, policy: &policies[&2022], facts, record };
    trace(&case, &determine(&case), &RuleSetIds::new()).before_telling
}
