//! What is asked for: what can decide, all of it, and nothing else.

use super::unusual::{record, told, trainings};
use crate::assessment::assess;
use crate::assessment::determination::Question;
use crate::assessment::policy::tests::SAMPLE;

/// A role that nobody knows of cannot fill more than the training's own hours, and nothing
/// where the training is refused.
#[test]
fn an_unknown_role_is_asked_only_where_it_can_decide() {
    let training = |hours: &str, status: &str| {
        let training = format!(
            r#",{{"id":"t9","category":"业务集中培训","completed_on":"2022-07-29","hours":"{hours}",
            "approval":{{"status":"{status}","by":"150600","on":"2022-08-01"}}}}]"#
        );
        trainings("22:30/20").replace(']', &training)
    };
    for (hours, status, expected) in [
        ("39", "已核定", "不通过 2022 专业 40"),
        ("40", "已核定", "待核定 2022 专业 40 ?核定"),
        ("0", "已核定", "不通过 2022 专业 40"),
        ("40", "未核定", "不通过 2022 专业 40"),
        ("39", "待核定", "不通过 2022 专业 40"),
    ] {
        let mut record = record(&training(hours, status));
        record.roles = None; // as where the file has no `roles`
        assert_eq!(told(&record, "年度审验 - 2022-12-31"), expected, "{hours} {status}");
        // Where it is all that there is, there may be no record of 专业 at all.
        record.learnings.retain(|it| it.id != "t1");
        assert_eq!(
            told(&record, "年度审验 - 2022-12-31"),
            "待核定 2022 专业 60 ?核定",
            "{hours} {status}"
        );
    }
}

/// Nothing learned must be written and confirmed: a 0 that nobody confirmed waits for it,
/// and adds nothing to another record.
#[test]
fn a_zero_counts_once_it_is_confirmed() {
    let zero = |rest: &str, others: &str| {
        format!(
            r#""trainings":[{{"id":"t8","category":"公需网络培训","completed_on":"2022-06-30","hours":"30",
            "approval":{{"status":"已核定","by":"150600","on":"2022-07-01"}}}},
            {{"id":"t9","category":"基地培训","completed_on":"2022-07-29","hours":"0"{rest}}}{others}]"#
        )
    };
    let approval = |status: &str, by: &str| {
        format!(r#","approval":{{"status":"{status}","by":"{by}","on":"2022-08-01"}}"#)
    };
    let approved = approval("已核定", "150600");
    let rejected = format!("{approved},\"evidence\":[\"r\"]");
    let one = format!(
        r#",{{"id":"t7","category":"行业培训","completed_on":"2022-07-29","hours":"1"{approved}}}"#
    );
    for (rest, others, expected) in [
        (approved.as_str(), "", "不通过 2022 专业 60"),
        (&approval("待核定", "150600"), "", "待核定 2022 专业 60 ?核定"),
        (&approval("已核定", "110000"), "", "待核定 2022 专业 60 ?核定"),
        ("", "", "待核定 2022 专业 60 ?核定"),
        (&rejected, "", "待核定 2022 专业 60 ?核定"),
        (&rejected, &one, "不通过 2022 专业 59"),
        // That it was refused says nothing of what was learned.
        (&approval("未核定", "150600"), "", "待核定 2022 专业 60 ?2022学时"),
        (&approval("未核定", "150600"), &one, "不通过 2022 专业 59"),
    ] {
        let record = record(&zero(rest, others));
        assert_eq!(told(&record, "年度审验 - 2022-12-31"), expected, "{rest} {others}");
    }
}

/// The same things are asked for in whatever order the file has them; and all that is
/// needed before one learning counts is asked for at once.
#[test]
fn what_is_asked_for_does_not_follow_the_order_of_the_file() {
    let learning = |id: &str, evidence: &str| {
        format!(
            r#"{{"id":"{id}","category":"基地培训","completed_on":"2022-07-29","hours":"40",
            "provider":"{id}","evidence":[{evidence}],"approval":{{"status":"待核定"}}}}"#
        )
    };
    let asked = |one: &str, other: &str| {
        let all = trainings("22:30/20").replace(']', &format!(",{one},{other}]"));
        let record = record(&all);
        let result = assess(&SAMPLE.policies[&2022], &record);
        let asked = result.questions.iter();
        let id = |it: &Question| match it {
            Question::Learning { learning, ask } => {
                format!("{} {ask:?}", record.learnings[*learning].id)
            }
            other => format!("{other:?}"),
        };
        asked.map(id).collect::<Vec<_>>()
    };
    let (a, b) = (learning("a", ""), learning("b", ""));
    assert_eq!(asked(&a, &b), ["a Approval"]);
    assert_eq!(asked(&b, &a), ["a Approval"]);
    let rejected = learning("a", r#""r""#);
    assert_eq!(asked(&rejected, &b), ["b Approval"], "one question is fewer than two");
    assert_eq!(asked(&rejected, &learning("b", r#""r""#)), ["a Approval", "a Evidence"]);
}

/// What no rule counts is told in the year that it is of, and in no other.
#[test]
fn what_no_rule_counts_is_of_its_year_alone() {
    let training = r#",{"id":"t9","category":"业务集中培训","completed_on":"2021-07-29","hours":"9",
        "approval":{"status":"已核定","by":"150600","on":"2021-08-01"}}]"#;
    let record = record(&trainings("21:30/60 22:30/60").replace(']', training));
    let rules = |year: u16| {
        let policy = &SAMPLE.policies[&year];
        let result = assess(policy, &record);
        let own = result.learnings.iter().find(|it| record.learnings[it.learning].id == "t9");
        crate::assessment::policy::names(policy, &own.unwrap().rules)
    };
    assert_eq!(rules(2021), "区/一后段、区/三(五)");
    assert_eq!(rules(2022), "区/一后段");
}
