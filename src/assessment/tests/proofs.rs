//! What facts rest on: evidence that was checked, is still to be, or was rejected; lists
//! that the office keeps; and what is told of days that cannot be.
//!
//! The usual evidence is `e`, checked; `w`, not yet; `r`, rejected.

use crate::assessment::application::check_days;
use crate::assessment::explain;
use crate::assessment::policy::tests::SAMPLE;
use crate::assessment::tests::unusual::{ALL_SHORT, FULL, NOTHING, read, table, trainings};
use crate::diagnostic::{Diagnostics, Place};

/// A post, a transfer, a birth and the like, each resting on this evidence alone.
fn resting(fact: &str, evidence: &str) -> String {
    fact.replace('@', &format!("\"evidence\":[\"{evidence}\"]"))
}

const BORN: &str = r#""birth_date":{"value":"1967-01-01","precision":"day",@}"#;
const MOVED: &str = r#""transfers":[{"origin":"党政机关","on":"2022-04-01","document":"样1号",@}]"#;
const PRIVATE: &str = r#""posts":[{"unit":"甲","kind":"企业","sector":"非公","grassroots":false,"from":"2010-07-01",@}]"#;
const DOCTOR: &str = r#""education":[{"level":"博士","on":"2022-06-30",@}]"#;
const NURSE: &str = r#""frontline":[{"hospital":"乙","from":"2020-02-01","document":"样派1号",@}]"#;
const REVIEW: &str = "职称评审 中级 2022-09-01";

#[test]
fn what_was_rejected_proves_nothing_and_proof_is_asked_for() {
    let open = |fact: &str| format!("待核定 {ALL_SHORT} ?{fact}的证明");
    table(&[
        (&resting(BORN, "e"), NOTHING, REVIEW, "通过 不要求"),
        (&resting(BORN, "w"), NOTHING, REVIEW, "通过 不要求"),
        (&resting(BORN, "r"), NOTHING, REVIEW, &open("出生日期")),
        (&resting(MOVED, "e"), NOTHING, REVIEW, "通过 不要求"),
        (&resting(MOVED, "w"), NOTHING, REVIEW, "通过 不要求"),
        (&resting(MOVED, "r"), NOTHING, REVIEW, &open("转任日期")),
        (&resting(NURSE, "e"), NOTHING, REVIEW, "通过 不要求"),
        (&resting(NURSE, "w"), NOTHING, REVIEW, &open("定点医院救治")),
        (&resting(NURSE, "r"), NOTHING, REVIEW, &open("定点医院救治")),
        (&resting(PRIVATE, "r"), FULL, REVIEW, "通过 参考 足额"),
        (&resting(DOCTOR, "e"), "", "考核认定 中级 2022-09-01", "通过 不要求"),
        (
            &resting(DOCTOR, "r"),
            "21:30/60 22:30/60",
            "考核认定 中级 2022-09-01",
            "待核定 ?学历的证明",
        ),
    ]);
    // A piece that was checked proves it, whatever became of another.
    let both = resting(MOVED, "r\",\"e");
    table(&[(&both, NOTHING, REVIEW, "通过 不要求")]);
}

/// D12: 须有派遣文号和证明材料。
#[test]
fn a_service_without_the_number_of_its_document_is_not_proven() {
    let open = format!("待核定 {ALL_SHORT} ?定点医院救治的证明");
    for number in ["", r#""document":" ","#] {
        let service = resting(NURSE, "e").replace(r#""document":"样派1号","#, number);
        table(&[(&service, NOTHING, REVIEW, &open), (&service, FULL, REVIEW, "通过 不要求 足额")]);
    }
}

/// 30 hours of one category, and this besides, for the year 2022.
fn year(members: &str) -> (String, Vec<String>) {
    let policy = &SAMPLE.policies[&2022];
    let (record, problems) = read(members);
    let result = crate::assessment::assess(policy, &record);
    let hours = result.categories.iter();
    let hours = hours.map(|it| it.credited.map_or("-".to_owned(), |it| it.to_string()));
    let asked = result.questions.iter().map(|it| explain::question(policy, &record, it));
    let words = [result.outcome.word().to_owned(), hours.collect::<Vec<_>>().join("/")];
    (words.into_iter().chain(asked).collect::<Vec<_>>().join(" "), problems)
}

#[test]
fn an_examination_counts_by_a_certificate_that_was_checked() {
    let exam = |rest: &str| {
        format!(
            "\"exams\":[{{\"id\":\"x\",\"place\":\"150600\",\"certified_on\":\"2022-03-15\",{rest}}}],{}",
            trainings("22:30/20")
        )
    };
    let name = "\"name\":\"样张工程师职业资格\"";
    let confirmed = "\"approval\":{\"status\":\"已核定\",\"by\":\"150600\"}";
    let asks = "待核定 30/20 x（职业资格考试合格，2022-03-15 取证）没有能够采信的证明：请补已审的证明材料。";
    for (rest, wanted) in [
        (format!("{name},\"evidence\":[\"e\"]"), "通过 30/60"),
        (format!("{name},\"evidence\":[\"w\"]"), asks),
        (format!("{name},\"evidence\":[\"r\"]"), asks),
        (name.to_owned(), asks),
        // What an authority confirmed stands until its evidence is rejected.
        (format!("{name},{confirmed}"), "通过 30/60"),
        (format!("{name},{confirmed},\"evidence\":[\"r\"]"), asks),
        // D15: one that the office does not list waits.
        (
            "\"name\":\"样张无名考试\",\"evidence\":[\"e\"]".to_owned(),
            "待核定 30/20 名册中没有x（职业资格考试合格，2022-03-15 取证）：请核对它是否属于计入的考试；属于的，登记到名册。",
        ),
    ] {
        assert_eq!(year(&exam(&rest)), (wanted.to_owned(), Vec::new()), "{rest}");
    }
}

/// The hours of a training whose evidence was rejected wait; and that there were none is
/// not known from what was rejected.
#[test]
fn a_training_whose_evidence_was_rejected_waits() {
    let with = |hours: &str, evidence: &str| {
        let own = format!("\"id\":\"t1\",\"evidence\":[\"{evidence}\"]");
        year(&trainings(&format!("22:30/{hours}")).replace("\"id\":\"t1\"", &own)).0
    };
    assert_eq!(with("60", "e"), "通过 30/60");
    assert_eq!(with("60", "w"), "通过 30/60");
    assert_eq!(with("0", "e"), "不通过 30/0");
    assert_eq!(with("59", "r"), "不通过 30/0");
    for hours in ["60", "0"] {
        let told = with(hours, "r");
        assert!(told.starts_with("待核定 30/0 ") && told.contains("采信"), "{told}");
    }
}

/// What was rejected takes nothing from what stands beside it.
#[test]
fn of_two_items_the_one_that_was_not_rejected_counts() {
    let moved = |day: &str, evidence: &str| {
        format!(r#"{{"origin":"党政机关","on":"{day}","evidence":["{evidence}"]}}"#)
    };
    let degree = |level: &str, evidence: &str| {
        format!(r#"{{"level":"{level}","on":"2015-06-30","evidence":["{evidence}"]}}"#)
    };
    let full = "21:30/60 22:30/60";
    for (name, [one, other], years, application, result) in [
        (
            "transfers",
            [moved("2021-05-01", "e"), moved("2022-03-01", "r")],
            "22:30/60",
            REVIEW,
            "通过 足额",
        ),
        (
            "transfers",
            [moved("2021-05-01", "e"), moved("2022-03-01", "w")],
            NOTHING,
            REVIEW,
            "通过 不要求",
        ),
        (
            "education",
            [degree("硕士", "e"), degree("博士", "r")],
            full,
            "考核认定 中级 2022-09-01",
            "通过 足额",
        ),
        (
            "education",
            [degree("硕士", "e"), degree("博士", "w")],
            NOTHING,
            "考核认定 中级 2022-09-01",
            "通过 不要求",
        ),
    ] {
        for list in [format!("{one},{other}"), format!("{other},{one}")] {
            let members = format!("\"{name}\":[{list}]");
            table(&[(&members, years, application, result)]);
        }
    }
}

/// D13: 以完成培训之日的任教科目为准。
#[test]
fn a_teacher_of_the_three_subjects_teaches_one_of_them() {
    let course = "{\"id\":\"b\",\"category\":\"业务集中培训\",\"completed_on\":\"2022-07-29\",\"hours\":\"40\",\
                  \"approval\":{\"status\":\"已核定\",\"by\":\"150600\",\"on\":\"2022-08-01\"}}]";
    let learned = trainings("22:30/20").replace("}}]", &format!("}}}},{course}"));
    let known = "三科教师没有写明任教科目，不知道是否三科教师";
    for (role, wanted, told) in [
        ("\"subject\":\"语文\"", "通过 30/60", None),
        ("\"subject\":\"道德与法治\"", "通过 30/60", None),
        ("\"subject\":\"思想政治\",\"evidence\":[\"e\"]", "通过 30/60", None),
        ("\"subject\":\"数学\"", "不通过 30/20", Some("任教科目“数学”不在名册中，不按三科教师计")),
        (
            "\"from\":\"2019-09-01\"",
            "待核定 30/20 请写明与b（业务集中培训，2022-07-29 完成，40 学时）有关的事实：三科教师的任教科目。",
            Some(known),
        ),
        ("\"to\":\"2022-07-28\"", "不通过 30/20", Some(known)),
        ("\"subject\":\"历史\",\"evidence\":[\"r\"]", "待核定 30/20 与", None),
    ] {
        let members = format!("\"roles\":[{{\"role\":\"三科教师\",{role}}}],{learned}");
        let (result, problems) = year(&members);
        assert!(result.starts_with(wanted), "{role}: {result}");
        assert_eq!(problems, told.into_iter().collect::<Vec<_>>(), "{role}");
    }
}

#[test]
fn days_that_cannot_be_and_evidence_that_is_not_there_are_told() {
    let application =
        r#""applications":[{"purpose":"职称评审","level":"中级","on":"2022-09-01","year":2022}]"#;
    let born = |day: &str| {
        format!(
            r#""birth_date":{{"value":"{day}","precision":"day"}},"retention":"entered 未写明",{application}"#
        )
    };
    let learned = trainings("22:30/60");
    let entered = |day: &str, rest: &str| {
        format!(r#""entered":{{"value":"{day}","precision":"day"}},{rest}"#)
    };
    let moved =
        |origin: &str, day: &str| format!(r#""transfers":[{{"origin":"{origin}","on":"{day}"}}]"#);
    let late_post = r#""posts":[{"unit":"甲","from":"2022-09-02"}]"#;
    for (members, told) in [
        (entered("2010-07-01", application), None),
        (
            entered("2010-07-02", application),
            Some("参加工作日期 2010-07-02 晚于最早一项任职的起始日 2010-07-01"),
        ),
        (
            entered("1991-12-31", application),
            Some("参加工作日期 1991-12-31 早于出生日期 1992-01-01"),
        ),
        (entered("2022-09-01", &format!("{late_post},{application}")), None),
        (
            entered("2022-09-02", &format!("{late_post},{application}")),
            Some("申报日 2022-09-01 早于参加工作日期 2022-09-02"),
        ),
        (moved("党政机关", "1992-01-01"), None),
        (moved("区内", "1991-12-31"), Some("转任日 1991-12-31 早于出生日期 1992-01-01")),
        // The same application twice.
        (
            application.replace(
                "}]",
                r#"},{"purpose":"职称评审","level":"中级","on":"2022-09-01","year":2022}]"#,
            ),
            Some("同一项申报写了两次：职称评审 2022-09-01"),
        ),
        (
            application.replace(
                "}]",
                r#"},{"purpose":"职称评审","level":"高级","on":"2022-09-01","year":2022}]"#,
            ),
            None,
        ),
        (born("2022-09-01"), None),
        (born("2023-01-01"), Some("申报日 2022-09-01 早于出生日期 2023-01-01")),
        (resting(MOVED, "e"), None),
        (resting(MOVED, "eX"), Some("证明材料中没有“eX”")),
        (learned.clone(), None),
        (
            learned.replacen("2022-07-01", "2022-06-29", 1),
            Some("核定日 2022-06-29 早于完成日 2022-06-30"),
        ),
    ] {
        assert_eq!(read(&members).1, told.into_iter().collect::<Vec<_>>(), "{members}");
    }
}

#[test]
fn an_application_on_a_day_that_is_not_of_its_year_is_told() {
    for (on, told) in [
        ("2022-01-01", false),
        ("2022-12-31", false),
        ("2019-05-01", true),
        ("2021-12-31", true),
        ("2023-01-01", true),
    ] {
        let members = format!(
            "\"applications\":[{{\"purpose\":\"职称评审\",\"level\":\"中级\",\"on\":\"{on}\",\"year\":2022}}]"
        );
        let mut problems = Diagnostics::new();
        let place = Place::file("p.json");
        check_days(&SAMPLE.policies, &read(&members).0, &place, &mut problems);
        let problems: Vec<_> = problems.into_sorted().into_iter().map(|it| it.message).collect();
        let message = format!("申报日 {on} 不在申报年度 2022 之内");
        assert_eq!(problems, told.then_some(message).into_iter().collect::<Vec<_>>());
    }
}
