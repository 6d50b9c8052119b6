//! Unusual records, as somebody from outside would try them: whole learners' files and
//! what each applies for. What is expected was worked out by hand from the clauses and
//! the decisions.

use std::collections::BTreeSet;

use crate::assessment::application::{Case, determine, facts};
use crate::assessment::determination::Question;
use crate::assessment::explain;
use crate::assessment::policy::tests::{SAMPLE, Sample};
use crate::assessment::policy::vocabulary::Fact;
use crate::assessment::record::{self, Record};
use crate::diagnostic::Diagnostics;

/// Confirmed trainings: `21:30/60` for each year, the day being 30 June.
pub(in crate::assessment) fn trainings(years: &str) -> String {
    let mut each = Vec::new();
    for group in years.split_whitespace() {
        let (year, hours) = group.split_once(':').unwrap();
        for (kind, hours) in ["公需网络培训", "基地培训"].iter().zip(hours.split('/')) {
            let at = each.len();
            each.push(format!(
                "{{\"id\":\"t{at}\",\"category\":\"{kind}\",\"completed_on\":\"20{year}-06-30\",\"hours\":\"{hours}\",\
                 \"approval\":{{\"status\":\"已核定\",\"by\":\"150600\",\"on\":\"20{year}-07-01\"}}}}"
            ));
        }
    }
    format!("\"trainings\":[{}]", each.join(","))
}

/// Somebody without anything special, as far as `members` say nothing else.
pub(in crate::assessment) fn record(members: &str) -> Record {
    let (record, problems) = read(members);
    assert_eq!(problems, Vec::<String>::new(), "{members}");
    record
}

/// The same, and what reading it told.
pub(in crate::assessment) fn read(members: &str) -> (Record, Vec<String>) {
    let mut all = members.to_owned();
    for (name, usual) in [
        ("birth_date", r#"{"value":"1992-01-01","precision":"day"}"#),
        ("sex", r#"{"value":"男"}"#),
        ("entered", r#"{"value":"2010-07-01","precision":"day"}"#),
        (
            "posts",
            r#"[{"unit":"甲","kind":"事业单位","sector":"公有","grassroots":false,"from":"2010-07-01"}]"#,
        ),
        ("transfers", "[]"),
        ("education", r#"[{"level":"本科","on":"2010-06-30"}]"#),
        ("roles", "[]"),
        ("frontline", "[]"),
        (
            "evidence",
            r#"[{"id":"e","kind":"证明","status":"已审"},{"id":"w","kind":"证明","status":"待审"},{"id":"r","kind":"证明","status":"不予采信"}]"#,
        ),
    ] {
        let own = if name == "evidence" { "\"evidence\":[{" } else { name };
        if !members.contains(own) {
            all.push_str(&format!(",\"{name}\":{usual}"));
        }
    }
    let all = all.trim_start_matches(',');
    let text = format!(
        "{{\"schema\":\"learner/1\",\"person_id\":\"p\",\"name\":[{{\"value\":\"样\"}}],{all}}}"
    );
    let mut problems = Diagnostics::new();
    let record = record::parse("p.json", 1, &text, &SAMPLE.sources.vocabulary, &mut problems);
    let problems = problems.into_sorted().into_iter().map(|it| it.message).collect();
    (record.expect("sound but for warnings"), problems)
}

/// The result of an application, `职称评审 中级 2022-09-01`: `不通过 2021 专业 20`, then
/// `? ` and what is asked for.
pub(in crate::assessment) fn told(record: &Record, application: &str) -> String {
    told_by(&SAMPLE, record, application)
}

/// The same by other rules.
pub(in crate::assessment) fn told_by(
    sample: &Sample,
    record: &Record,
    application: &str,
) -> String {
    let words: Vec<&str> = application.split(' ').collect();
    let [purpose, grade, on] = words[..] else { panic!("{application}") };
    let vocabulary = &sample.sources.vocabulary;
    let on = on.parse::<crate::time::Date>().unwrap();
    let application = record::Application {
        purpose: vocabulary.labelled(Fact::Purpose, purpose).unwrap(),
        grade: vocabulary.labelled(Fact::Grade, grade),
        on,
        year: on.year(),
    };
    let policy = &sample.policies[&application.year];
    let facts = facts(policy, record, &application);
    let result = determine(&Case { policies: &sample.policies, policy, facts, record });
    let mut words = vec![result.outcome.word().to_owned()];
    if result.outcome.word() == "通过" {
        let degrees: BTreeSet<&str> = result.degrees.iter().map(|it| it.passed_as()).collect();
        words.extend(degrees.into_iter().map(str::to_owned));
    } else {
        let short = result.shortfalls();
        words.extend(short.map(|it| format!("{} {}", explain::asked(policy, it), it.shortfall())));
    }
    let question = |it: &Question| match it {
        Question::Fact(fact) => format!("?{}", vocabulary.fact_label(*fact)),
        Question::Proof(fact) => format!("?{}的证明", vocabulary.fact_label(*fact)),
        Question::Posts { fact, .. } => format!("?任职的{}", vocabulary.fact_label(*fact)),
        Question::TooLate(fact) => format!("?核对{}", vocabulary.fact_label(*fact)),
        Question::NoRecord { year, .. } => format!("?{year}学时"),
        Question::NoPolicy { year } => format!("?{year}规则"),
        Question::Learning { .. } => "?核定".to_owned(),
        Question::Rules(_) => "?裁量".to_owned(),
    };
    let mut asked: Vec<String> = result.questions.iter().map(question).collect();
    asked.dedup();
    words.extend(asked);
    words.join(" ")
}

/// Runs a table: members, application, what comes of it.
pub(in crate::assessment) fn table(rows: &[(&str, &str, &str, &str)]) {
    for (members, years, application, expected) in rows {
        let members = [*members, &trainings(years)];
        let members = members.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>();
        let record = record(&members.join(","));
        assert_eq!(told(&record, application), *expected, "{members:?} {application}");
    }
}

pub(in crate::assessment) const FULL: &str = "20:30/60 21:30/60 22:30/60";
pub(in crate::assessment) const NOTHING: &str = "20:0/0 21:0/0 22:0/0";
pub(in crate::assessment) const ALL_SHORT: &str =
    "2020 公需 30 2020 专业 60 2021 公需 30 2021 专业 60 2022 公需 30 2022 专业 60";

#[test]
fn transfers_from_organs() {
    let of = |days: &[&str]| {
        let each = days.iter().map(|day| format!("{{\"origin\":\"党政机关\",\"on\":\"{day}\"}}"));
        format!("\"transfers\":[{}]", each.collect::<Vec<_>>().join(","))
    };
    let other = r#""transfers":[{"origin":"外省","on":"2022-03-01"}]"#;
    let failed = format!("不通过 {ALL_SHORT}");
    table(&[
        // The latest before the application counts; its year's last and first day.
        (&of(&["2015-05-01", "2022-03-01"]), NOTHING, "职称评审 中级 2022-09-01", "通过 不要求"),
        (
            &of(&["2021-12-31", "2022-10-01"]),
            "20:0/0 21:0/0 22:30/60",
            "职称评审 中级 2022-09-01",
            "通过 足额",
        ),
        (&of(&["2022-09-01"]), NOTHING, "职称评审 高级 2022-09-01", "通过 不要求"),
        (&of(&["2022-09-02"]), NOTHING, "职称评审 中级 2022-09-01", &failed),
        (&of(&["2022-01-01"]), NOTHING, "职称评审 中级 2022-12-31", "通过 不要求"),
        (
            &of(&["2021-12-31"]),
            NOTHING,
            "职称评审 中级 2022-01-01",
            "不通过 2022 公需 30 2022 专业 60",
        ),
        // Of two, the order of the file does not matter.
        (&of(&["2022-03-01", "2015-05-01"]), NOTHING, "职称评审 中级 2022-09-01", "通过 不要求"),
        // From another province is no transfer from an organ.
        (other, NOTHING, "职称评审 中级 2022-09-01", &failed),
        // 考核认定 and 考核评优 know no transfers: D8.
        (
            &of(&["2022-03-01"]),
            "20:0/0 21:0/60 22:30/60",
            "考核评优 - 2022-11-30",
            "不通过 2021 公需 30",
        ),
    ]);
}

#[test]
fn posts_are_those_of_the_day() {
    let post = |sector: &str, grassroots: bool, rest: &str| {
        format!(
            "\"posts\":[{{\"unit\":\"甲\",\"kind\":\"企业\",\"sector\":\"{sector}\",\"grassroots\":{grassroots},\"evidence\":[\"e\"]{rest}}}]"
        )
    };
    let held = |rest: &str| post("非公", false, rest);
    let failed = format!("不通过 {ALL_SHORT}");
    let unknown = format!("待核定 {ALL_SHORT} ?任职的领域 ?任职的基层一线");
    let unproven = held(",\"from\":\"2019-01-01\"").replace("[\"e\"]", "[\"w\"]");
    table(&[
        (&held(",\"from\":\"2022-09-01\""), NOTHING, "职称评审 中级 2022-09-01", "通过 参考"),
        (
            &held(",\"from\":\"2019-01-01\",\"to\":\"2022-09-01\""),
            NOTHING,
            "职称评审 中级 2022-09-01",
            "通过 参考",
        ),
        // Whoever has left a private unit, or has not come there, is in none that is known.
        (
            &held(",\"from\":\"2019-01-01\",\"to\":\"2022-08-31\""),
            NOTHING,
            "职称评审 中级 2022-09-01",
            &unknown,
        ),
        (&held(",\"from\":\"2022-09-02\""), NOTHING, "职称评审 中级 2022-09-01", &unknown),
        (&held(""), FULL, "职称评审 中级 2022-09-01", "通过 参考"),
        (&post("公有", true, ""), NOTHING, "职称评审 初级 2022-12-31", "通过 参考"),
        (&post("公有", false, ""), NOTHING, "职称评审 中级 2022-09-01", &failed),
        // Evidence that nobody has checked proves nothing: D10.
        (
            &unproven,
            NOTHING,
            "职称评审 中级 2022-09-01",
            &format!("待核定 {ALL_SHORT} ?领域的证明"),
        ),
        (&unproven, FULL, "职称评审 中级 2022-09-01", "通过 参考 足额"),
    ]);
}

#[test]
fn ages_on_the_day_and_as_far_as_they_are_known() {
    let born = |day: &str, precision: &str, sex: &str| {
        format!(
            "\"birth_date\":{{\"value\":\"{day}\",\"precision\":\"{precision}\"}},\"sex\":{{\"value\":\"{sex}\"}}"
        )
    };
    let third = "2020 公需 10 2020 专业 20 2021 公需 10 2021 专业 20 2022 公需 10 2022 专业 20";
    table(&[
        (&born("1967-12-31", "day", "男"), NOTHING, "职称评审 中级 2022-12-31", "通过 不要求"),
        (
            &born("1967-12-31", "day", "男"),
            NOTHING,
            "职称评审 中级 2022-12-30",
            &format!("不通过 {third}"),
        ),
        (&born("1972-12-31", "day", "女"), NOTHING, "职称评审 中级 2022-12-31", "通过 不要求"),
        // Born on 29 February: in a common year on the 28th, D2.
        (
            &born("1972-02-29", "day", "女"),
            NOTHING,
            "职称评审 中级 2022-02-27",
            &format!("不通过 {third}"),
        ),
        (&born("1972-02-29", "day", "女"), NOTHING, "职称评审 中级 2022-02-28", "通过 不要求"),
        (
            &born("1972-02-29", "day", "男"),
            "20:10/20 21:10/20 22:10/20",
            "职称评审 中级 2022-02-28",
            "通过 减免",
        ),
        (
            &born("1972-02-29", "day", "男"),
            "20:30/60 21:30/60 22:30/59",
            "职称评审 中级 2022-02-27",
            "不通过 2022 专业 1",
        ),
        (
            &born("1976-02-29", "day", "女"),
            "20:10/20 21:10/20 22:10/19",
            "职称评审 中级 2022-03-01",
            "不通过 2022 专业 1",
        ),
        // A month or a year leaves it open until its last day.
        (
            &born("1967-09", "month", "男"),
            NOTHING,
            "职称评审 中级 2022-09-29",
            &format!("待核定 {third} ?出生日期"),
        ),
        (&born("1967-09", "month", "男"), NOTHING, "职称评审 中级 2022-09-30", "通过 不要求"),
        (
            &born("1967", "year", "男"),
            "20:10/20 21:10/20 22:10/20",
            "职称评审 中级 2022-01-01",
            "通过 不要求 减免",
        ),
        (&born("1967", "year", "男"), NOTHING, "职称评审 中级 2022-12-31", "通过 不要求"),
        // Of no use but for 职称评审: D8.
        (
            &born("1960-01-01", "day", "男"),
            "21:0/0 22:0/0",
            "考核认定 初级 2022-09-01",
            "不通过 2022 公需 30 2022 专业 60",
        ),
    ]);
}

#[test]
fn degrees_services_and_roles_of_the_day() {
    let degree = |level: &str, on: &str| {
        format!("\"education\":[{{\"level\":\"{level}\",\"on\":\"{on}\"}}]")
    };
    let service = |from: &str, proof: &str| {
        format!(
            "\"frontline\":[{{\"hospital\":\"乙\",\"document\":\"样派〔2022〕1号\",\"from\":\"{from}\",\"evidence\":[\"{proof}\"]}}]"
        )
    };
    let failed = format!("不通过 {ALL_SHORT}");
    table(&[
        (&degree("博士", "2022-09-01"), "", "考核认定 中级 2022-09-01", "通过 不要求"),
        (
            &degree("硕士", "2019-06-30"),
            "21:30/60 22:30/60",
            "考核认定 中级 2022-09-01",
            "通过 足额",
        ),
        (
            &degree("硕士", "2019-06-30"),
            "21:30/59 22:30/60",
            "考核认定 中级 2022-09-01",
            "不通过 2021 专业 1",
        ),
        (
            &degree("博士", "2022-09-02"),
            "21:30/60 22:30/60",
            "考核认定 中级 2022-09-01",
            "待核定 ?学历",
        ),
        (&degree("专科", "2019-06-30"), FULL, "考核认定 中级 2022-09-01", "不适用"),
        (&degree("硕士", "2019-06-30"), FULL, "考核认定 初级 2022-09-01", "不适用"),
        (&degree("专科", "2019-06-30"), "22:30/60", "考核认定 初级 2022-09-01", "通过 足额"),
        (&service("2022-09-01", "e"), NOTHING, "职称评审 中级 2022-09-01", "通过 不要求"),
        (&service("2022-09-02", "e"), NOTHING, "职称评审 中级 2022-09-01", &failed),
        (
            &service("2020-02-01", "w"),
            NOTHING,
            "职称评审 中级 2022-09-01",
            &format!("待核定 {ALL_SHORT} ?定点医院救治的证明"),
        ),
        (
            &service("2020-02-01", "e"),
            "21:0/0",
            "考核评优 - 2022-11-30",
            "不通过 2021 公需 30 2021 专业 60",
        ),
    ]);
}

#[test]
fn years_without_rules_without_records_and_carried_over() {
    let full = "19:30/60 20:30/60 21:30/60";
    table(&[
        // 2021 is carried over, 2019 has no rules.
        ("", full, "职称评审 初级 2021-09-01", "通过 足额"),
        ("", full, "职称评审 中级 2021-09-01", "待核定 ?2019规则"),
        ("", "20:30/60 21:30/59", "职称评审 中级 2021-09-01", "不通过 2021 专业 1"),
        // The city wrote for 2022 alone.
        ("", full, "聘任 - 2021-12-31", "不适用"),
        // Several years without a record: each is asked for.
        (
            "",
            "22:30/60",
            "职称评审 高级 2022-09-01",
            "待核定 2020 公需 30 2020 专业 60 2021 公需 30 2021 专业 60 ?2020学时 ?2021学时",
        ),
        (
            "",
            "22:30/59",
            "职称评审 高级 2022-09-01",
            "不通过 2020 公需 30 2020 专业 60 2021 公需 30 2021 专业 60 2022 专业 1",
        ),
        ("", "22:30/60", "年度审验 - 2022-12-31", "通过 足额"),
        ("", "", "年度审验 - 2022-12-31", "待核定 2022 公需 30 2022 专业 60 ?2022学时"),
    ]);
}

#[test]
fn facts_that_are_missing_together() {
    let unit =
        |kind: &str| format!("\"posts\":[{{\"unit\":\"甲\"{kind},\"from\":\"2010-07-01\"}}]");
    let short = "2021 公需 30";
    let all = r#""birth_date":{"value":"1970","precision":"year"},"posts":[],"transfers":[]"#;
    table(&[
        // What follows for 奖励 depends on the kind of the unit.
        (
            &unit(",\"kind\":\"事业单位\""),
            "21:0/60",
            "奖励 - 2022-12-31",
            &format!("不通过 {short}"),
        ),
        (&unit(",\"kind\":\"企业\""), "21:0/60", "奖励 - 2022-12-31", &format!("不通过 {short}")),
        (&unit(""), "21:0/60", "奖励 - 2022-12-31", &format!("不通过 {short} ?单位类型")),
        (&unit(""), "21:0/60", "考核评优 - 2022-12-31", &format!("不通过 {short} ?单位类型")),
        (&unit(""), "21:30/60", "奖励 - 2022-12-31", "通过 足额"),
        // Nobody need know what cannot change a full record, whatever else is missing.
        (all, FULL, "职称评审 中级 2022-09-01", "通过 减免 参考"),
        (all, "20:10/20 21:10/20 22:10/20", "职称评审 中级 2022-09-01", "通过 减免 参考"),
    ]);
}

#[test]
fn an_examination_fills_what_is_short_and_nothing_more() {
    let exam = |id: &str, on: &str, place: &str| {
        format!(
            "{{\"id\":\"{id}\",\"name\":\"样张工程师职业资格\",\"certificate\":\"样-{id}\",\"evidence\":[\"e\"],\"place\":\"{place}\",\"on\":\"2021-11-06\",\"certified_on\":\"{on}\"}}"
        )
    };
    let credited = |exams: &[&str], years: &str| {
        let members = format!("\"exams\":[{}],{}", exams.join(","), trainings(years));
        let result = crate::assessment::assess(&SAMPLE.policies[&2022], &record(&members));
        let hours = result.categories.iter();
        let hours = hours.map(|it| it.credited.map_or("-".to_owned(), |it| it.to_string()));
        format!("{} {}", result.outcome.word(), hours.collect::<Vec<_>>().join("/"))
    };
    let [one, two] = ["x", "y"].map(|id| exam(id, "2022-01-01", "150600"));
    assert_eq!(credited(&[&one], "22:30/0"), "通过 30/60");
    assert_eq!(credited(&[&one], "22:30/20"), "通过 30/60");
    assert_eq!(credited(&[&one], "22:30/80"), "通过 30/80");
    assert_eq!(credited(&[&one, &two], "22:30/20"), "通过 30/60");
    assert_eq!(credited(&[&one], "22:29.5/0"), "不通过 29.5/60");
    assert_eq!(credited(&[&exam("x", "2021-12-31", "150600")], "22:30/59"), "不通过 30/59");
    assert_eq!(credited(&[&exam("x", "2022-12-31", "110000")], "22:30/59"), "不通过 30/59");
    assert_eq!(credited(&[&exam("x", "2022-12-31", "150600")], "22:30/59"), "通过 30/60");
}
