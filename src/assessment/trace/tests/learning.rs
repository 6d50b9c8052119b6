//! What a trace says of learnings: each fact that decides, and the clause that it
//! decides by.

use super::*;
use crate::assessment::application::facts;
use crate::assessment::record::Application;
use crate::assessment::tests::unusual::{record, trainings};

/// The annual result of a record, and its trace.
fn traced(members: &str) -> (String, Trace) {
    let record = record(members);
    let policy = &SAMPLE.policies[&2022];
    let purpose = policy.vocabulary.keyed(Fact::Purpose, "annual").unwrap();
    let application =
        Application { purpose, grade: None, on: "2022-12-31".parse().unwrap(), year: 2022 };
    let facts = facts(policy, &record, &application);
    let case = Case { policies: &SAMPLE.policies, policy, facts, record: &record };
    let result = determine(&case);
    let credited = result.accounts[0].categories.iter();
    let credited = credited.map(|it| it.credited.map_or("-".to_owned(), |it| it.to_string()));
    let words = format!("{} {}", result.outcome.word(), credited.collect::<Vec<_>>().join("/"));
    (words, trace(&case, &result, &RuleSetIds::new()))
}

/// A learning in the region, confirmed by its authority, as far as `edit` does not say
/// otherwise.
fn learnings(edit: (&str, &str)) -> String {
    let confirmed = r#""approval":{"status":"已核定","by":"150600","on":"2022-08-01"}"#;
    let training = format!(
        r#"{{"id":"t9","category":"业务集中培训","completed_on":"2022-07-29","hours":"40",{confirmed}}}"#
    );
    let certificate = format!(
        r#"{{"id":"c9","category":"职业技能培训","completed_on":"2022-07-29","certificate":{{"hours":"8"}},{confirmed}}}"#
    );
    let exam = r#"{"id":"x9","name":"样张工程师职业资格","evidence":["e"],"place":"150600","certified_on":"2022-03-15"}"#;
    let roles = r#""roles":[{"role":"三科教师","subject":"语文"},{"role":"高技能人才"}]"#;
    let years = trainings("22:30/1").replace("]", &format!(",{training}]"));
    let all = format!(r#"{years},"conversions":[{certificate}],"exams":[{exam}],{roles}"#);
    let (from, to) = edit;
    assert!(all.contains(from), "{from}");
    all.replacen(from, to, 1)
}

/// Whatever changes what becomes of a learning is told before and after, and by which
/// clause.
#[test]
fn each_fact_of_a_learning_that_decides_is_told() {
    let (sound, before) = traced(&learnings(("", "")));
    assert_eq!(sound, "通过 30/60", "1 + 40 + 8 hours, and the rest by the examination");
    for (edit, result, told, clause, decision) in [
        (
            (r#"{"role":"三科教师","subject":"语文"},"#, ""),
            "通过 30/60",
            "三科教师 否",
            "区/三(五)",
            "D13",
        ),
        ((r#",{"role":"高技能人才"}"#, ""), "通过 30/60", "高技能人才 否", "区/三(八)", "D17"),
        (
            ("\"place\":\"150600\"", "\"place\":\"110000\""),
            "不通过 30/49",
            "考试地 区外",
            "区/三(六)后段",
            "D15",
        ),
        (("\"place\":\"150600\",", ""), "待核定 30/49", "考试地 不明", "区/三(六)后段", "D15"),
        (
            (
                "t9\",\"category\":\"业务集中培训\",\"completed_on\":\"2022-07-29\",\"hours\":\"40\",\"approval\":{\"status\":\"已核定\"",
                "t9\",\"category\":\"业务集中培训\",\"completed_on\":\"2022-07-29\",\"hours\":\"40\",\"approval\":{\"status\":\"未核定\"",
            ),
            "通过 30/60",
            "核定状态 未核定",
            "区/三(九)",
            "D18",
        ),
        (
            ("\"by\":\"150600\",\"on\":\"2022-08-01\"", "\"by\":\"110000\",\"on\":\"2022-08-01\""),
            "通过 30/60",
            "核定机关 区外",
            "区/三(九)",
            "D18",
        ),
    ] {
        let (words, after) = traced(&learnings(edit));
        assert_eq!(words, result, "{told}");
        let label = told.split(' ').next().unwrap();
        let of = |trace: &Trace, words: &str| {
            let all = trace.hours.iter().flat_map(|year| &year.learnings);
            let found = all.filter(|step| step.given.iter().any(|it| it.starts_with(words)));
            found.map(|step| step.clause.clone()).collect::<Vec<_>>()
        };
        assert!(!of(&before, label).is_empty(), "{told} before");
        let clauses = of(&after, told);
        assert!(
            clauses.iter().all(|it| it.split('、').any(|it| it == clause)),
            "{told} {clauses:?}"
        );
        assert!(!clauses.is_empty(), "{told}: {after}");
        assert!(after.decisions.iter().any(|it| it.id == decision), "{told} {decision}");
        assert!(after.grounds.iter().any(|it| it == clause), "{told} {clause}");
    }
}

/// What was learned in a year that is not judged is no ground of it, and the decisions on
/// how it would count are not used.
#[test]
fn what_was_learned_in_another_year_is_no_ground() {
    let earlier = r#""exams":[{"id":"x9","name":"样张工程师职业资格","evidence":["e"],"place":"150600","certified_on":"2019-03-15"}]"#;
    let (_, trace) = traced(&format!("{},{earlier}", trainings("22:30/60")));
    assert!(!trace.grounds.iter().any(|it| it.starts_with("区/三(六)")), "{:?}", trace.grounds);
    assert!(!trace.decisions.iter().any(|it| ["D14", "D15"].contains(&it.id.as_str())));
}

/// D14: hours are converted by a certificate; a training of such a kind has one only as
/// checked evidence.
#[test]
fn a_training_whose_hours_are_converted_needs_its_certificate() {
    let training = |evidence: &str| {
        let training = format!(
            r#",{{"id":"t9","category":"高研班","completed_on":"2022-07-29","hours":"10","evidence":[{evidence}],
            "approval":{{"status":"已核定","by":"150600","on":"2022-08-01"}}}}]"#
        );
        traced(&trainings("22:30/50").replace(']', &training))
    };
    assert_eq!(training(r#""e""#).0, "通过 30/60");
    for evidence in ["", r#""w""#, r#""r""#] {
        let (words, trace) = training(evidence);
        assert_eq!(words, "待核定 30/50", "{evidence}");
        assert!(trace.questions[0].contains("t9"), "{:?}", trace.questions);
    }
}

/// The order of a record reaches nothing that is told but the list of learnings.
#[test]
fn grounds_do_not_follow_the_order_of_the_record() {
    let one = trainings("22:30/60");
    let two = one
        .replace("公需网络培训", "甲")
        .replace("基地培训", "公需网络培训")
        .replace('甲', "基地培训");
    let two = two
        .replace("\"hours\":\"30\"", "\"hours\":\"0\"")
        .replace("\"hours\":\"60\"", "\"hours\":\"30\"");
    let two = two.replace("\"hours\":\"0\"", "\"hours\":\"60\"");
    let ((first, one), (second, two)) = (traced(&one), traced(&two));
    assert_eq!(first, second);
    assert_eq!(one.grounds, two.grounds);
}
