//! Learners' files that are sound, and files that are not.

use super::*;
use crate::assessment::policy::tests::vocabulary;
use crate::diagnostic::Diagnostics;

const SOUND: &str = r#"{"schema":"learner/1","person_id":"p-0000",
 "name":[{"value":"样例","from":"2019-09-01"}],
 "id_doc":{"kind":"居民身份证","number":"999999209912310016"},
 "posts":[{"unit":"样例甲","from":"2010-01-01","to":"2020-12-31"},{"unit":"样例乙","from":"2021-01-01"}],
 "trainings":[
  {"id":"t1","category":"基地培训","completed_on":"2022-06-20","hours":"30",
   "approval":{"status":"已核定","by":"150600","on":"2022-07-04"}}
 ],
 "evidence":[]}"#;

fn read(text: &str) -> (Option<Record>, Vec<String>) {
    let mut problems = Diagnostics::new();
    let record = parse("a.json", 1, text, &vocabulary(), &mut problems);
    let line = |problem: crate::diagnostic::Diagnostic| {
        assert!(!problem.hint.is_empty(), "{problem:?}");
        format!("{}: {}", problem.place, problem.message)
    };
    (record, problems.into_sorted().into_iter().map(line).collect())
}

#[test]
fn a_sound_record() {
    let (record, problems) = read(SOUND);
    assert_eq!(problems, Vec::<String>::new());
    let record = record.unwrap();
    assert_eq!(record.name.as_str(), "样例");
    assert_eq!(record.document.as_ref().unwrap().tail.as_deref(), Some("0016"));
    assert_eq!(record.roles, None);
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(record.unit(day("2020-12-31")), Some("样例甲"));
    assert_eq!(record.unit(day("2021-01-01")), Some("样例乙"));
    assert_eq!(record.learnings[0].amount, Amount::Hours("30".parse().unwrap()));
}

/// The place of a piece of a text, as `a.json:line:column`.
fn place_of(text: &str, piece: &str) -> String {
    let before = &text[..text.find(piece).unwrap()];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    format!("a.json:{line}:{column}")
}

#[test]
fn each_mistake_is_told_at_its_place() {
    for (from, to, message) in [
        ("\"30\"", "\"-3\"", "学时不能为负数：-3"),
        ("\"2022-06-20\"", "\"2022-02-30\"", "日历上没有这一天：2022-02-30"),
        ("\"2022-06-20\"", "\"2022.6.20\"", "日期不是 年-月-日 的写法：2022.6.20"),
        ("\"基地培训\"", "\"基地\"", "“类别”没有取值“基地”"),
        ("\"已核定\"", "\"核定\"", "“核定状态”没有取值“核定”"),
        ("\"150600\"", "\"某局\"", "不是行政区划代码：“某局”"),
        ("\"learner/1\"", "\"learner/2\"", "格式版本不是 learner/1：“learner/2”"),
        ("\"p-0000\"", "\"张 三\"", "内部编号不合格式：“张 三”"),
        (
            "\"999999209912310016\"",
            "\"999999209912310017\"",
            "证件号码的位数或校验码不对（号码不在此显示）",
        ),
        ("\"居民身份证\"", "\"身份证\"", "不认识的证件类型“身份证”"),
        ("\"样例\"", "\"\"", "姓名为空"),
        ("\"2020-12-31\"", "\"2009-12-31\"", "止于 2009-12-31，早于开始 2010-01-01"),
    ] {
        let text = SOUND.replacen(from, to, 1);
        let (record, problems) = read(&text);
        assert_eq!(record, None, "{to}");
        assert_eq!(problems, [format!("{}: {message}", place_of(&text, to))]);
    }
}

#[test]
fn what_the_schema_does_not_know_is_told_at_its_line() {
    for (from, to, line, message) in [
        ("\"hours\"", "\"hour\"", 6, "不认识的字段“hour”"),
        ("\"schema\"", "\"nickname\":1,\"schema\"", 1, "不认识的字段“nickname”"),
        ("\"number\"", "\"no\"", 3, "不认识的字段“no”"),
        ("\"to\"", "\"unit\":\"甲\",\"to\"", 4, "字段“unit”写了两次"),
        ("\"status\":\"已核定\",", "", 7, "缺少字段“status”"),
        ("\"person_id\":\"p-0000\",", "", 9, "缺少字段“person_id”"),
    ] {
        let (record, problems) = read(&SOUND.replacen(from, to, 1));
        assert_eq!(record, None, "{to}");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(&format!("a.json:{line}:")), "{problems:?}");
        assert!(problems[0].ends_with(message), "{problems:?}");
    }
    let (_, problems) = read(&SOUND.replace("\"30\"", "30"));
    assert!(problems[0].ends_with("取值的类型不对：应当是带引号的文字，这里是数"), "{problems:?}");
}

#[test]
fn a_number_is_given_to_one_learning_only() {
    let exam =
        "\"exams\":[{\"id\":\"t1\",\"name\":\"某\",\"certified_on\":\"2022-01-01\"}],\"evidence\"";
    let (record, problems) = read(&SOUND.replace("\"evidence\"", exam));
    assert_eq!(record, None);
    assert!(problems[0].ends_with("学习记录编号重复：t1"), "{problems:?}");
}

/// What trainings have no place for, an examination's place and the day of its
/// certificate, is never asked for there.
#[test]
fn an_examination_stands_among_the_examinations_only() {
    let exam = "\"职业资格考试合格\"";
    let (record, problems) = read(&SOUND.replace("\"基地培训\"", exam));
    assert_eq!(record, None);
    assert!(problems[0].ends_with("“职业资格考试合格”不能写在 trainings 中"), "{problems:?}");
    let conversion = format!(
        "\"conversions\":[{{\"id\":\"c9\",\"category\":{exam},\"completed_on\":\"2022-01-01\",\"certificate\":{{}}}}],\"evidence\""
    );
    let (record, problems) = read(&SOUND.replace("\"evidence\"", &conversion));
    assert_eq!(record, None);
    assert!(problems[0].ends_with("“职业资格考试合格”不能写在 conversions 中"), "{problems:?}");
}

#[test]
fn the_online_audits_of_a_day_have_one_result() {
    let audits = "{\"year\":2022,\"status\":\"通过\",\"on\":\"2023-01-10\"}";
    for (other, problem) in [
        ("{\"year\":2022,\"status\":\"通过\",\"on\":\"2023-01-11\"}", None),
        ("{\"year\":2021,\"status\":\"未过\",\"on\":\"2023-01-10\"}", None),
        (
            "{\"year\":2022,\"status\":\"未过\",\"on\":\"2023-01-10\"}",
            Some("2022 年度的线上审核在 2023-01-10 有两个结果"),
        ),
    ] {
        let members = format!("\"online_audits\":[{audits},{other}],\"evidence\"");
        let (record, problems) = read(&SOUND.replace("\"evidence\"", &members));
        assert_eq!(record.is_some(), problem.is_none(), "{problems:?}");
        let told: Vec<_> = problems.iter().map(|it| it.rsplit(": ").next().unwrap()).collect();
        assert_eq!(told, problem.into_iter().collect::<Vec<_>>());
    }
}

/// Two entries of one learning under two numbers count twice, so they are told; two
/// learnings of a day with certificates of their own are not.
#[test]
fn a_learning_that_was_entered_twice_is_told() {
    let training = |id: &str, rest: &str| {
        format!(
            "{{\"id\":\"{id}\",\"category\":\"基地培训\",\"completed_on\":\"2022-06-12\",\"hours\":\"30\"{rest}}}"
        )
    };
    let certificate = "{\"number\":\"样-1\",\"hours\":\"24\"}";
    let conversion = |id: &str, certificate: &str| {
        format!(
            "{{\"id\":\"{id}\",\"category\":\"论坛\",\"completed_on\":\"2022-06-12\",\"certificate\":{certificate}}}"
        )
    };
    let told = |members: String| {
        let text = SOUND.replace("\"trainings\"", &format!("{members},\"corrections\":[],\"was\""));
        let text = text.split(",\"was\"").next().unwrap().to_owned() + "}";
        let (record, problems) = read(&text);
        assert!(record.is_some(), "{problems:?}");
        problems.iter().map(|it| it.rsplit(": ").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let trainings = |one: &str, other: &str| {
        told(format!("\"trainings\":[{},{}]", training("t1", one), training("t2", other)))
    };
    let twins = ["学习记录 t1 和 t2 除编号外完全相同"];
    assert_eq!(trainings("", ""), twins);
    assert_eq!(trainings(",\"provider\":\"甲\"", ",\"provider\":\"甲\""), twins);
    assert_eq!(trainings(",\"class_id\":\"甲\"", ",\"class_id\":\"乙\""), [""; 0]);
    assert_eq!(trainings(",\"provider\":\"甲\"", ",\"base\":\"甲\""), [""; 0]);
    let conversions = |other: &str| {
        let [one, other] = [conversion("c1", certificate), conversion("c2", other)];
        told(format!("\"conversions\":[{one},{other}]"))
    };
    assert_eq!(conversions(certificate), ["学习记录 c1 和 c2 除编号外完全相同"]);
    assert_eq!(conversions("{\"number\":\"样-2\",\"hours\":\"24\"}"), [""; 0]);
}

#[test]
fn all_problems_of_a_record_are_told_at_once() {
    let text = SOUND
        .replace("\"30\"", "\"-3\"")
        .replace("\"2022-07-04\"", "\"2022-07-34\"")
        .replace("\"2019-09-01\"", "\"2019\"");
    let (_, problems) = read(&text);
    let places: Vec<_> = problems.iter().map(|it| it.split(": ").next().unwrap()).collect();
    let wanted = ["\"2019\"", "\"-3\"", "\"2022-07-34\""].map(|piece| place_of(&text, piece));
    assert_eq!(places, wanted);
}

#[test]
fn what_is_not_json_at_all() {
    for (text, problem) in [
        ("", "a.json:1:1: JSON 有误：没有写完，缺少结尾的引号或括号"),
        ("{\"schema\":", "a.json:1:10: JSON 有误：没有写完，缺少结尾的引号或括号"),
        ("[1]", ""),
        ("{\n \"schema\" 1}", "a.json:2:11: JSON 有误：这里应当是冒号"),
        (
            "{\"schema\":\"learner/1\",\"schema\":\"learner/1\"}",
            "a.json:1:30: 字段“schema”写了两次",
        ),
        ("{\"schema\":\"learner/1\"}", "a.json:1:22: 缺少字段“person_id”"),
    ] {
        let (record, problems) = read(text);
        assert_eq!(record, None);
        assert_eq!(problems.len(), 1, "{text}");
        assert!(problem.is_empty() || problems[0] == problem, "{problems:?}");
    }
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(&deep).0, None);
    assert_eq!(read(&" ".repeat(MAX_BYTES + 1)).1.len(), 1);
}

/// Sentences in the office's language, and never the value itself.
#[test]
fn what_is_of_the_wrong_type_is_told_without_its_value() {
    for (from, to, message) in [
        ("\"样例\"", "[\"样例\"]", "应当是带引号的文字，这里是数组 […]"),
        (
            "[{\"value\":\"样例\",\"from\":\"2019-09-01\"}]",
            "\"样例\"",
            "应当是数组 […]，这里是带引号的文字",
        ),
        (
            "{\"kind\":\"居民身份证\",\"number\":\"999999209912310016\"}",
            "5",
            "应当是对象 {…}，这里是数",
        ),
        (
            "\"evidence\"",
            "\"retention\":true,\"evidence\"",
            "应当是带引号的文字，这里是true 或 false",
        ),
        (
            "\"evidence\"",
            "\"applications\":[{\"purpose\":\"年度审验\",\"on\":\"2022-01-01\",\"year\":70000}],\"evidence\"",
            "应当是 0 至 65535 的整数，这里是数",
        ),
    ] {
        assert!(SOUND.contains(from), "{from}");
        let (_, problems) = read(&SOUND.replacen(from, to, 1));
        let wanted = format!("取值的类型不对：{message}");
        assert!(problems.iter().any(|it| it.ends_with(&wanted)), "{to}: {problems:?}");
    }
}

#[test]
fn every_truncation_of_a_record_is_a_problem_and_never_a_panic() {
    for end in (0..SOUND.len()).filter(|end| SOUND.is_char_boundary(*end)) {
        let (record, problems) = read(&SOUND[..end]);
        assert!(record.is_none() && !problems.is_empty(), "{}", &SOUND[..end]);
    }
}

#[test]
fn a_message_never_shows_a_document_number() {
    let text = SOUND.replace("999999209912310016", "999999209912310019");
    let (_, problems) = read(&text);
    assert!(problems.iter().all(|it| !it.contains("99991231")), "{problems:?}");
    let record = read(SOUND).0.unwrap();
    assert!(!format!("{record:?}").contains("20991231"));
}
