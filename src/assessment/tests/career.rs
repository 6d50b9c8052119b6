//! Posts held at the same time, days of entry and of transfers, and what contradicts
//! them. What is expected was worked out by hand from the clauses and the decisions.

use crate::assessment::application::{Case, determine, facts};
use crate::assessment::explain;
use crate::assessment::policy::tests::{DECISIONS, SAMPLE, Sample, sample_deciding};
use crate::assessment::policy::vocabulary::Fact;
use crate::assessment::record::{Application, Record};
use crate::assessment::tests::unusual::{
    ALL_SHORT, NOTHING, read, record, table, told_by, trainings,
};

const REVIEW: &str = "职称评审 中级 2022-09-01";
/// A file that does not say when its person entered into service.
const UNENTERED: &str = r#""retention":"entered 未写明""#;

/// `公有 否 e main`: a post with its evidence, held since 2015.
fn post(words: &str) -> String {
    let words: Vec<&str> = words.split(' ').collect();
    let [sector, grassroots, evidence, ..] = words[..] else { panic!("{words:?}") };
    let main = if words.contains(&"main") { ",\"main\":true" } else { "" };
    let sector = if sector == "-" { String::new() } else { format!("\"sector\":\"{sector}\",") };
    format!(
        "{{\"unit\":\"{}\",\"kind\":\"企业\",{sector}\"grassroots\":{},\"from\":\"2015-01-01\",\"evidence\":[\"{evidence}\"]{main}}}",
        words.concat(),
        grassroots == "是"
    )
}

/// A record of somebody with these posts and no hours, and the same in the other order.
fn both_ways(one: &str, other: &str) -> [Record; 2] {
    [[one, other], [other, one]].map(|posts| {
        let posts = posts.map(post).join(",");
        record(&format!("\"posts\":[{posts}],{}", trainings(NOTHING)))
    })
}

fn deciding(parameter: &str) -> Sample {
    replacing("parameters = { concurrent-posts = \"main\" }\n", parameter)
}

fn replacing(parameter: &str, with: &str) -> Sample {
    let other = DECISIONS.replace(parameter, with);
    assert_ne!(other, DECISIONS);
    sample_deciding(&other)
}

#[test]
fn posts_held_together_are_judged_alike_in_any_order() {
    let failed = format!("不通过 {ALL_SHORT}");
    let sector = format!("待核定 {ALL_SHORT} ?任职的领域");
    let front = format!("待核定 {ALL_SHORT} ?任职的基层一线");
    let (passed, unproven) = ("通过 参考".to_owned(), format!("待核定 {ALL_SHORT} ?领域的证明"));
    let silent = deciding("");
    let favourable = deciding("parameters = { concurrent-posts = \"most-favourable\" }\n");
    // The posts; by no decision, by the main one, by the most favourable.
    for (one, other, by_none, by_main, by_best) in [
        ("公有 否 e", "公有 否 w", &failed, &failed, &failed),
        ("非公 否 e", "非公 否 w", &passed, &passed, &passed),
        ("公有 否 e", "非公 否 e", &sector, &sector, &passed),
        ("公有 否 e main", "非公 否 e", &sector, &failed, &passed),
        ("公有 否 e", "非公 否 e main", &sector, &passed, &passed),
        ("公有 否 e main", "非公 否 e main", &sector, &sector, &passed),
        ("公有 否 e", "公有 是 e", &front, &front, &passed),
        // Which is the main one does not matter where they agree, nor what proves it.
        ("公有 是 e", "公有 是 w main", &passed, &passed, &passed),
        ("非公 否 e", "非公 否 w main", &passed, &passed, &passed),
        // What was rejected of one proves nothing, and takes nothing from the other.
        ("公有 否 e", "非公 否 r", &sector, &sector, &unproven),
        ("公有 否 e", "公有 否 r", &failed, &failed, &failed),
        ("公有 否 e main", "非公 否 r", &sector, &failed, &unproven),
        ("公有 否 e", "非公 否 r main", &sector, &unproven, &unproven),
        // What asks the full hours needs no proof, of a single post neither.
        ("公有 否 r", "公有 否 r", &failed, &failed, &failed),
        // One that does not state it may be of the other kind.
        ("公有 否 e", "- 否 e", &sector, &sector, &sector),
        ("非公 否 e", "- 否 e", &sector, &sector, &passed),
    ] {
        for record in both_ways(one, other) {
            let by = |sample: &Sample| told_by(sample, &record, REVIEW);
            assert_eq!(
                [by(&silent), by(&SAMPLE), by(&favourable)],
                [by_none.clone(), by_main.clone(), by_best.clone()],
                "{one} {other}"
            );
        }
    }
}

/// The questions of 职称评审 中级 on 2022-09-01, in words.
fn asked(record: &Record) -> Vec<String> {
    let vocabulary = &SAMPLE.sources.vocabulary;
    let application = Application {
        purpose: vocabulary.labelled(Fact::Purpose, "职称评审").unwrap(),
        grade: vocabulary.labelled(Fact::Grade, "中级"),
        on: "2022-09-01".parse().unwrap(),
        year: 2022,
    };
    let policy = &SAMPLE.policies[&2022];
    let facts = facts(policy, record, &application);
    let result = determine(&Case { policies: &SAMPLE.policies, policy, facts, record });
    result.questions.iter().map(|it| explain::question(policy, record, it)).collect()
}

#[test]
fn questions_name_the_posts_or_say_that_there_is_none() {
    for record in both_ways("公有 否 e", "非公 否 e") {
        assert_eq!(
            asked(&record),
            [
                "2022-09-01 在任的任职有 2 项（公有否e、非公否e），领域不一致或没有都写明：请核对；都属实的，写明哪一项是主要任职。"
            ]
        );
    }
    let gone = format!(
        "\"posts\":[{{\"unit\":\"甲\",\"sector\":\"非公\",\"grassroots\":false,\"from\":\"2022-10-01\"}}],{}",
        trainings(NOTHING)
    );
    assert_eq!(
        asked(&record(&gone)),
        ["领域", "基层一线"]
            .map(|fact| format!("档案中没有 2022-09-01 在任的任职：请补当日的任职，写明{fact}。"))
    );
}

#[test]
fn the_unit_of_several_posts_does_not_hang_on_their_order() {
    let unit = |record: &Record| record.unit("2022-12-31".parse().unwrap()).unwrap().to_owned();
    for (one, other, wanted) in
        [("公有 否 e", "公有 否 w", "公有否e"), ("公有 否 e", "公有 否 w main", "公有否wmain")]
    {
        for record in both_ways(one, other) {
            assert_eq!(unit(&record), wanted);
        }
    }
}

/// D26: 没有写明的，最早一项任职的起始日是参加工作的最迟日期; who is transferred is at work.
#[test]
fn a_transfer_from_anywhere_bounds_the_entry() {
    let moved = |origin: &str, rest: &str| {
        let post = r#"[{"unit":"甲","sector":"公有","grassroots":false,"from":"2022-01-01"}]"#;
        format!(
            "{UNENTERED},\"posts\":{post},\"transfers\":[{{\"origin\":\"{origin}\",\"on\":\"2019-08-20\"{rest}}}]"
        )
    };
    let (short, day) = ("2022 公需 30 2022 专业 60", "职称评审 初级 2022-09-01");
    let rejected = ",\"evidence\":[\"r\"]";
    let (known, open) = (format!("不通过 {short}"), format!("待核定 {short} ?参加工作日期"));
    table(&[
        (&moved("区内", ""), "22:0/0", day, &known),
        (&moved("外省", ""), "22:0/0", day, &known),
        (&moved("党政机关", ""), "22:0/0", day, &known),
        (&moved("区内", rejected), "22:0/0", day, &open),
        (&moved("区内", "").replace("2019-08-20", "2022-01-02"), "22:0/0", day, &open),
    ]);
}

/// Who applies is at work: nothing follows from an entry that comes later.
#[test]
fn an_entry_after_the_application_lessens_nothing() {
    let entered = |on: &str| {
        format!(
            "\"entered\":{{\"value\":\"{on}\",\"precision\":\"day\"}},\"posts\":[{{\"unit\":\"甲\",\"sector\":\"公有\",\"grassroots\":false}}]"
        )
    };
    let (short, day) = ("2022 公需 30 2022 专业 60", "职称评审 初级 2022-09-01");
    table(&[
        (&entered("2022-09-01"), "22:0/0", day, "通过 不要求"),
        (&entered("2022-09-02"), "22:0/0", day, &format!("待核定 {short} ?核对参加工作日期")),
        (&entered("2022-09-02"), "22:30/60", day, "通过 不要求 足额"),
    ]);
    let late = format!("{},{}", entered("2022-10-01"), trainings("22:0/0"));
    let (late, _) = read(&late);
    assert!(asked(&late).contains(&"档案写明的参加工作日期晚于申报日：请核对。".to_owned()));
}

/// D31: what is completed after the day of the application. The usual trainings are
/// completed on 30 June.
#[test]
fn learning_after_the_application_counts_as_decided() {
    let not = replacing("= \"counts\"", "= \"not\"");
    let full = "20:30/60 21:30/60 22:30/60";
    for (application, counts, without) in [
        ("职称评审 中级 2022-06-29", "通过 足额", "不通过 2022 公需 30 2022 专业 60"),
        ("职称评审 中级 2022-06-30", "通过 足额", "通过 足额"),
        ("职称评审 初级 2022-01-05", "通过 足额", "不通过 2022 公需 30 2022 专业 60"),
        ("考核认定 初级 2022-06-29", "通过 足额", "不通过 2022 公需 30 2022 专业 60"),
        // The year before ends before any application: 鄂/二.
        ("考核评优 - 2022-01-05", "通过 足额", "通过 足额"),
        ("年度审验 - 2022-06-29", "通过 足额", "通过 足额"),
    ] {
        let record = record(&trainings(full));
        assert_eq!(told_by(&SAMPLE, &record, application), counts, "{application}");
        assert_eq!(told_by(&not, &record, application), without, "{application}");
    }
    // Where a course asks for nothing, those that ask say until when learning counts.
    let born = r#""birth_date":{"value":"1967","precision":"year"}"#;
    let record = record(&format!("{born},{}", trainings(full)));
    let application = "职称评审 中级 2022-06-29";
    assert_eq!(told_by(&SAMPLE, &record, application), "通过 不要求 减免");
    let open = "待核定 2022 公需 10 2022 专业 20 ?出生日期";
    assert_eq!(told_by(&not, &record, application), open);
}
