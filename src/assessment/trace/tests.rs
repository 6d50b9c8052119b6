//! What a trace says that no story shows.

use std::collections::BTreeMap;

use super::*;
use crate::assessment::application::{derive, determine};
use crate::assessment::example::empty_record;
use crate::assessment::hours::Hours;
use crate::assessment::policy::tests::{DECISIONS, SAMPLE, sample_by};
use crate::assessment::policy::vocabulary::Value;
use crate::assessment::record::{Record, SettledHours};

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
    let trace = trace(&case, &determine(&case));
    let text = trace.to_string();
    let lines: Vec<_> = text.lines().filter(|it| it.contains("学时 20")).collect();
    assert_eq!(
        lines,
        [
            "3 学时 2020 年：公需 0/30；专业 180/60",
            "4 学时 2021 年：公需 60/30；专业 无记录/60",
            "5 学时 2022 年：公需 29.5/30；专业 无记录/60",
            "6 学时 2020、2021、2022 年合计：公需 89.5/90，差 0.5",
            "7 学时 2020、2021、2022 年合计：专业 180/180",
        ]
    );
    let json = serde_json::to_value(&trace).unwrap();
    assert_eq!(json["together"][0]["short"], "0.5");
    assert_eq!(json["together"][1]["years"], serde_json::json!([2020, 2021, 2022]));
}

fn before(
    policies: &BTreeMap<u16, Policy>,
    purpose: Option<Value>,
    record: &Record,
) -> Option<&'static str> {
    let facts = Facts::none().with(Fact::Purpose, purpose);
    let case = Case { policies, policy: &policies[&2022], facts, record };
    trace(&case, &determine(&case)).before_telling
}
