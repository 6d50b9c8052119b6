//! Whole determinations: the sample's learners, whose outcomes were worked out
//! by hand from the clauses, and small tables of facts.

use std::collections::BTreeMap;
use std::path::Path;

use crate::assessment::assess;
use crate::assessment::determination::{Ask, Determination, Outcome, Question, Treated};
use crate::assessment::hours::Hours;
use crate::assessment::policy::tests::sample;
use crate::assessment::policy::{Policy, names};
use crate::assessment::record::{self, Record};
use crate::diagnostic::Diagnostics;

const EXPECTED: &str = include_str!("../../../tests/policy/sample-2022.tsv");

fn record(policy: &Policy, path: &str, text: &str) -> Record {
    let mut problems = Diagnostics::new();
    let record = record::parse(path, 1, text, &policy.vocabulary, &mut problems);
    // Learnings made up at random can be alike; that is told, and counts all the same.
    let told = problems.into_sorted().into_iter();
    let others: Vec<_> = told.filter(|it| !it.message.ends_with("除编号外完全相同")).collect();
    assert_eq!(others, [], "{path}");
    record.unwrap()
}

/// A record with these learnings: `公 30`, `专 60`, … or JSON of its own.
fn learner(policy: &Policy, members: &str) -> Record {
    let text = format!(
        "{{\"schema\":\"learner/1\",\"person_id\":\"p\",\"name\":[{{\"value\":\"样\"}}],{members}}}"
    );
    record(policy, "test", &text)
}

/// A training of this kind, day and hours, confirmed in the region.
fn training(id: &str, kind: &str, day: &str, hours: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"category\":\"{kind}\",\"completed_on\":\"{day}\",\"hours\":\"{hours}\",\
         \"approval\":{{\"status\":\"已核定\",\"by\":\"150600\",\"on\":\"{day}\"}}}}"
    )
}

fn trainings(list: &[(&str, &str, &str)]) -> String {
    let each = list
        .iter()
        .enumerate()
        .map(|(at, (kind, day, hours))| training(&format!("t{at}"), kind, day, hours));
    format!("\"trainings\":[{}]", each.collect::<Vec<_>>().join(","))
}

/// `通过 30/60`, with `-` for a category that has no record.
fn told(result: &Determination) -> String {
    let hours =
        result.categories.iter().map(|it| it.credited.map_or("-".into(), |it| it.to_string()));
    format!("{} {}", result.outcome.word(), hours.collect::<Vec<_>>().join("/"))
}

fn clauses(policy: &Policy, result: &Determination) -> String {
    names(policy, &result.rules)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "reads the sample's learners")]
fn the_samples_learners_come_out_as_worked_out_by_hand() {
    let policy = sample(2022);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/learners");
    let mut results = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.display().to_string();
        let records: Vec<&str> =
            if name.ends_with(".ndjson") { text.lines().collect() } else { vec![&text] };
        for text in records {
            let record = record(&policy, &name, text);
            let result = assess(&policy, &record);
            results.insert(record.id.as_str().to_owned(), told(&result));
        }
    }
    let expected: BTreeMap<_, _> = EXPECTED
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<_> = line.split('\t').collect();
            (cells[0].to_owned(), format!("{} {}/{}", cells[1], cells[2], cells[3]))
        })
        .collect();
    assert_eq!(results, expected);
}

#[test]
fn hours_of_a_category_do_not_fill_another() {
    let policy = sample(2022);
    for (public, professional, wanted) in [
        ("30", "60", "通过 30/60"),
        ("30", "59.9", "不通过 30/59.9"),
        ("45", "45", "不通过 45/45"),
        ("0", "0", "不通过 0/0"),
        ("100", "200", "通过 100/200"),
    ] {
        let members = trainings(&[
            ("公需网络培训", "2022-03-01", public),
            ("基地培训", "2022-03-02", professional),
        ]);
        let result = assess(&policy, &learner(&policy, &members));
        assert_eq!(told(&result), wanted);
        assert_eq!(clauses(&policy, &result), "区/一、区/一后段、区/一(一)、区/一(二)、区/三(九)");
        assert_eq!(result.confirmed.unwrap().to_string(), "2022-03-02");
    }
}

#[test]
fn the_year_ends_with_its_last_day() {
    let policy = sample(2022);
    for (day, wanted) in [
        ("2021-12-31", "不通过 30/54"),
        ("2022-01-01", "通过 30/60"),
        ("2022-12-31", "通过 30/60"),
        ("2023-01-01", "不通过 30/54"),
    ] {
        let members = trainings(&[
            ("公需网络培训", "2022-03-01", "30"),
            ("基地培训", "2022-03-02", "54"),
            ("行业培训", day, "6"),
        ]);
        let result = assess(&policy, &learner(&policy, &members));
        assert_eq!(told(&result), wanted, "{day}");
        // The other year's policy is the same text, carried over.
        let other = assess(&sample(2021), &learner(&policy, &members));
        assert_eq!(other.learnings[2].decided == Treated::OtherYear, day != "2021-12-31");
    }
}

#[test]
fn no_record_is_not_zero() {
    let policy = sample(2022);
    let result = assess(&policy, &learner(&policy, "\"trainings\":[]"));
    assert_eq!(told(&result), "待核定 -/-");
    assert_eq!(
        result.questions,
        [
            Question::NoRecord { year: 2022, category: 0 },
            Question::NoRecord { year: 2022, category: 1 }
        ]
    );
    // What is certainly short makes the rest not worth asking.
    let members = trainings(&[("基地培训", "2022-03-02", "59")]);
    let result = assess(&policy, &learner(&policy, &members));
    assert_eq!(told(&result), "不通过 -/59");
    assert_eq!(result.questions, []);
}

#[test]
fn only_what_can_change_the_result_is_asked_and_the_fewest() {
    let policy = sample(2022);
    let waiting = |id: &str, hours: &str| {
        format!(
            "{{\"id\":\"{id}\",\"category\":\"基地培训\",\"completed_on\":\"2022-05-01\",\
             \"hours\":\"{hours}\",\"approval\":{{\"status\":\"待核定\"}}}}"
        )
    };
    for (hours, professional, wanted, asked) in [
        (["10", "20", "15"], "40", "待核定 30/40", vec![1]),
        (["10", "20", "15"], "30", "待核定 30/30", vec![1, 2]),
        (["10", "20", "15"], "14.9", "不通过 30/14.9", vec![]),
        (["10", "20", "15"], "60", "通过 30/60", vec![]),
    ] {
        let list: Vec<_> = (0..3).map(|at| waiting(&format!("w{at}"), hours[at])).collect();
        let members = format!(
            "\"trainings\":[{},{},{}]",
            list.join(","),
            training("a", "公需网络培训", "2022-03-01", "30"),
            training("b", "行业培训", "2022-03-01", professional)
        );
        let result = assess(&policy, &learner(&policy, &members));
        assert_eq!(told(&result), wanted);
        let ask = |learning| Question::Learning { learning, ask: Ask::Approval };
        assert_eq!(result.questions, asked.into_iter().map(ask).collect::<Vec<_>>());
    }
}

#[test]
fn a_role_counts_from_its_first_day_to_its_last() {
    let policy = sample(2022);
    for (roles, wanted) in [
        ("\"roles\":[{\"role\":\"三科教师\",\"subject\":\"语文\"}]", "通过 30/60"),
        (
            "\"roles\":[{\"role\":\"三科教师\",\"subject\":\"语文\",\"from\":\"2022-07-29\",\"to\":\"2022-07-29\"}]",
            "通过 30/60",
        ),
        (
            "\"roles\":[{\"role\":\"三科教师\",\"subject\":\"语文\",\"from\":\"2022-07-30\"}]",
            "不通过 30/20",
        ),
        (
            "\"roles\":[{\"role\":\"三科教师\",\"subject\":\"语文\",\"to\":\"2022-07-28\"}]",
            "不通过 30/20",
        ),
        ("\"roles\":[{\"role\":\"高技能人才\"}]", "不通过 30/20"),
        ("\"roles\":[]", "不通过 30/20"),
        // Without the list nothing is known of roles, and the answer matters.
        ("\"posts\":[]", "待核定 30/20"),
    ] {
        let members = trainings(&[
            ("公需网络培训", "2022-03-01", "30"),
            ("基地培训", "2022-03-02", "20"),
            ("业务集中培训", "2022-07-29", "40"),
        ]);
        let result = assess(&policy, &learner(&policy, &format!("{members},{roles}")));
        assert_eq!(told(&result), wanted, "{roles}");
    }
}

#[test]
fn certificates_convert_by_their_hours_then_by_their_days() {
    let policy = sample(2022);
    for (certificate, wanted) in [
        ("\"hours\":\"40\"", "通过 30/60"),
        ("\"hours\":\"39\",\"days\":\"9\"", "不通过 30/59"),
        ("\"days\":\"5\"", "通过 30/60"),
        ("\"days\":\"4\"", "不通过 30/52"),
        ("\"number\":\"样-1\"", "待核定 30/20"),
    ] {
        let conversion = format!(
            "\"conversions\":[{{\"id\":\"c\",\"category\":\"论坛\",\"completed_on\":\"2022-05-01\",\
             \"certificate\":{{{certificate}}},\"approval\":{{\"status\":\"已核定\",\"by\":\"15\"}}}}]"
        );
        let members =
            trainings(&[("公需网络培训", "2022-03-01", "30"), ("基地培训", "2022-03-02", "20")]);
        let result = assess(&policy, &learner(&policy, &format!("{members},{conversion}")));
        assert_eq!(told(&result), wanted, "{certificate}");
        assert!(clauses(&policy, &result).contains("区/三(六)"));
    }
}

#[test]
fn an_examination_fulfils_the_year_of_its_certificate() {
    let policy = sample(2022);
    for (exam, wanted) in [
        (
            "\"place\":\"150600\",\"on\":\"2021-11-06\",\"certified_on\":\"2022-03-15\"",
            "通过 30/60",
        ),
        (
            "\"place\":\"150600\",\"on\":\"2022-11-06\",\"certified_on\":\"2023-03-15\"",
            "待核定 30/-",
        ),
        ("\"place\":\"990100\",\"certified_on\":\"2022-03-15\"", "待核定 30/-"),
        ("\"certified_on\":\"2022-03-15\"", "待核定 30/0"),
    ] {
        let exam = format!(
            "\"exams\":[{{\"id\":\"x\",\"name\":\"样张工程师职业资格\",\"evidence\":[\"e\"],{exam}}}],\"evidence\":[{{\"id\":\"e\",\"kind\":\"证书\",\"status\":\"已审\"}}]"
        );
        let members = trainings(&[("公需网络培训", "2022-03-01", "30")]);
        let result = assess(&policy, &learner(&policy, &format!("{members},{exam}")));
        assert_eq!(told(&result), wanted, "{exam}");
    }
}

#[test]
fn hours_that_nobody_of_the_region_confirmed_wait() {
    let policy = sample(2022);
    for (approval, wanted) in [
        ("\"approval\":{\"status\":\"已核定\",\"by\":\"150600\"}", "通过 30/60"),
        ("\"approval\":{\"status\":\"已核定\",\"by\":\"110000\",\"region\":\"15\"}", "通过 30/60"),
        ("\"approval\":{\"status\":\"已核定\",\"by\":\"110000\"}", "待核定 30/0"),
        ("\"approval\":{\"status\":\"已核定\"}", "待核定 30/0"),
        ("\"approval\":{\"status\":\"待核定\"}", "待核定 30/0"),
        ("\"mode\":\"面授\"", "待核定 30/0"),
        ("\"approval\":{\"status\":\"未核定\",\"by\":\"150600\"}", "不通过 30/0"),
    ] {
        let members = format!(
            "\"trainings\":[{},{{\"id\":\"w\",\"category\":\"基地培训\",\"completed_on\":\"2022-05-01\",\
             \"hours\":\"60\",{approval}}}]",
            training("a", "公需网络培训", "2022-03-01", "30")
        );
        let result = assess(&policy, &learner(&policy, &members));
        assert_eq!(told(&result), wanted, "{approval}");
    }
}

#[test]
fn a_file_holds_no_fact_that_its_purposes_cannot_need() {
    let policies = std::collections::BTreeMap::from([(2022, sample(2022))]);
    let policy = &policies[&2022];
    let needed = crate::assessment::collection::Needed::of(&policies);
    let apply = |purpose: &str| {
        format!(
            "\"applications\":[{{\"purpose\":\"{purpose}\",\"on\":\"2022-09-01\",\"year\":2022}}]"
        )
    };
    let birth = "\"birth_date\":{\"value\":\"1990-01-01\",\"precision\":\"day\"}";
    let degree = "\"education\":[{\"level\":\"硕士\",\"on\":\"2020-06-30\"}]";
    let kind = "\"posts\":[{\"unit\":\"甲\",\"kind\":\"事业单位\"}]";
    let county = "\"posts\":[{\"unit\":\"甲\",\"county\":\"150623\"}]";
    let position = "\"posts\":[{\"unit\":\"甲\",\"position\":\"专技\"}]";
    let title = "\"titles\":[{\"series\":\"卫生\",\"level\":\"初级\",\"on\":\"2001-12-20\"}]";
    let teacher = "\"roles\":[{\"role\":\"三科教师\",\"subject\":\"语文\"}]";
    let transfer = "\"transfers\":[{\"origin\":\"党政机关\",\"on\":\"2022-04-01\"}]";
    let entered = "\"entered\":{\"value\":\"2010-07-01\",\"precision\":\"day\"}";
    for (purpose, fact, told) in [
        ("职称评审", birth, ""),
        ("考核评优", birth, "出生日期"),
        ("考核认定", degree, ""),
        ("职称评审", degree, "学历"),
        ("奖励", kind, ""),
        ("年度审验", kind, "单位类型"),
        ("职称评审", title, "职称"),
        ("职称评审", county, "旗县"),
        ("职称评审", position, "岗位"),
        ("年度审验", teacher, ""),
        ("考核评优", transfer, "转任日期"),
        ("职称评审", transfer, ""),
        ("考核认定", transfer, "转任日期"),
        ("考核评优", entered, "参加工作日期"),
    ] {
        let record = learner(policy, &format!("{fact},{}", apply(purpose)));
        let mut problems = Diagnostics::new();
        needed.check(&record, policy, &mut problems);
        let messages: Vec<_> = problems.into_sorted().into_iter().map(|it| it.message).collect();
        assert_eq!(messages.len(), usize::from(!told.is_empty()), "{purpose} {fact}: {messages:?}");
        assert!(messages.iter().all(|it| it.contains(told)), "{messages:?}");
    }
}

proptest::proptest! {
    #[test]
    fn more_hours_never_turn_a_pass_into_a_fail_and_order_never_matters(
        list in proptest::collection::vec((0..4_usize, 0..700_u32, 0..3_usize), 0..8),
        turn in 0..8_usize,
    ) {
        let policy = sample(2022);
        let kinds = ["公需网络培训", "基地培训", "业务集中培训", "行业培训"];
        let days = ["2022-01-01", "2022-12-31", "2023-01-01"];
        let text = |hours: u32| Hours::from_tenths(hours).to_string();
        let build = |list: &[(usize, u32, usize)]| {
            let each = list.iter().enumerate().map(|(at, (kind, hours, day))| {
                training(&format!("t{at}"), kinds[*kind], days[*day], &text(*hours))
            });
            let members = format!("\"trainings\":[{}]", each.collect::<Vec<_>>().join(","));
            assess(&policy, &learner(&policy, &members))
        };
        let before = build(&list);
        let mut turned = list.clone();
        turned.rotate_left(if list.is_empty() { 0 } else { turn % list.len() });
        proptest::prop_assert_eq!(told(&before), told(&build(&turned)));
        let mut more = list.clone();
        more.push((turn % 4, 50, 0));
        let after = build(&more);
        if before.outcome == Outcome::Passed {
            proptest::prop_assert_eq!(after.outcome, Outcome::Passed);
        }
    }
}
