//! Classes that are sound, classes that are not, and what becomes of them.

mod printing;
mod year_end;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::assessment::compile::policies;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::tests::vocabulary;
use crate::assessment::policy::{Sources, decision};

/// Worked out by hand from 四(二)1 to 3 and D21, D22.
const EXPECTED: &str = include_str!("../../../../tests/policy/classes-2022.tsv");

const SOUND: &str = r#"{"schema":"class/1","class_id":"样班-1","base":"样张基地","name":"样张班",
 "begins":"2022-05-16","ends":"2022-05-20",
 "plan":{"filed":"2022-05-02","elements":["培训时间","地点","内容","师资","培训人员范围"]},
 "report":{"filed":"2022-06-03",
  "materials":["培训总结","培训通知","培训花名册","培训效果评估表","学员签到表","面授图片资料或网络培训截图"],
  "roster":["甲1","乙2","丙3"],"photos":["甲1","乙2","丙3"],
  "audit":{"status":"通过","on":"2022-06-10"}}}"#;

/// The sound class with numbers that are numbers.
fn sound() -> String {
    SOUND.replace('甲', "a").replace('乙', "b").replace('丙', "c")
}

fn read(text: &str) -> (Option<Class>, Vec<String>) {
    let mut problems = Diagnostics::new();
    let class = parse("a.json", 1, text, &vocabulary(), &mut problems);
    let line = |problem: crate::diagnostic::Diagnostic| {
        assert!(!problem.hint.is_empty(), "{problem:?}");
        format!("{}: {}", problem.place, problem.message)
    };
    (class, problems.into_sorted().into_iter().map(line).collect())
}

/// The sample site's policies.
fn site() -> BTreeMap<u16, Policy> {
    let mut problems = Diagnostics::new();
    let vocabulary = vocabulary();
    let notices = [
        ("2022/nmg.md", include_str!("../../../../content/notices/2022/nmg.md")),
        ("2022/ordos.md", include_str!("../../../../content/notices/2022/ordos.md")),
    ];
    let notices = notices
        .into_iter()
        .filter_map(|(path, text)| Notice::parse(path, text, Some(&vocabulary), &mut problems));
    let notices = notices.collect();
    let decisions = include_str!("../../../../content/decisions.toml");
    let sources = Sources {
        notices,
        decisions: decision::parse("decisions.toml", decisions, &mut problems),
        vocabulary: Arc::new(vocabulary),
        region: "15".to_owned(),
        unread: Default::default(),
    };
    let policies = policies(&sources, &mut problems);
    assert!(!problems.has_errors(), "{problems:?}");
    policies
}

fn told(policies: &BTreeMap<u16, Policy>, text: &str) -> Trace {
    let (class, problems) = read(text);
    assert_eq!(problems, Vec::<String>::new(), "{text}");
    trace(policies, &class.unwrap(), None)
}

fn step<'t>(trace: &'t Trace, output: &str) -> &'t Step {
    trace.steps.iter().find(|step| step.output == output).unwrap_or_else(|| panic!("{trace:?}"))
}

#[test]
fn the_sample_classes_come_out_as_worked_out_by_hand() {
    let policies = site();
    let mut problems = Diagnostics::new();
    let mut classes = Classes::default();
    for text in [
        include_str!("../../../../content/classes/2022-01.json"),
        include_str!("../../../../content/classes/2022-02.json"),
        include_str!("../../../../content/classes/2022-03.json"),
        include_str!("../../../../content/classes/2022-04.json"),
    ]
    .into_iter()
    .chain(include_str!("../../../../content/classes/autumn-2022.ndjson").lines())
    {
        let class = parse("c.json", 1, text, &vocabulary(), &mut problems);
        classes.add(class.unwrap_or_else(|| panic!("{problems:?}")), &mut problems);
    }
    assert!(problems.is_empty(), "{problems:?}");
    let rows: Vec<Vec<&str>> =
        EXPECTED.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(classes.iter().len(), rows.len());
    for (class, row) in classes.iter().zip(rows) {
        let told = trace(&policies, class, None);
        let [plan, report, printing] =
            ["计划", "报告", "区级卡打印"].map(|output| step(&told, output));
        let missing = |step: &Step| match step.missing.join("、") {
            none if none.is_empty() => "-".to_owned(),
            items => items,
        };
        let due = |step: &Step| step.due.clone().unwrap();
        let actual = [
            told.class.clone(),
            plan.result.clone(),
            due(plan),
            missing(plan),
            report.result.clone(),
            due(report),
            missing(report),
            printing.result.clone(),
        ];
        assert_eq!(actual, row[..8], "{told}");
        assert_eq!(told.settled, row[1..][..1] == ["合规"] && row[4] == "受理" && row[7] == "可");
        assert_eq!(told.steps.iter().all(|it| it.todo.is_empty()), told.settled, "{told}");
    }
}

/// E31 to E33, each at its boundary.
#[test]
fn two_weeks_are_fourteen_days_and_pictures_follow_the_roster() {
    let policies = site();
    for (from, to, output, result, todo) in [
        ("", "", "计划", "合规", None),
        ("05-02", "05-03", "计划", "逾期", Some("计划上报日 2022-05-03，最迟 2022-05-02，迟 1 天")),
        ("\"师资\",", "", "计划", "补正", Some("补正计划，写明：师资")),
        ("", "", "报告", "受理", None),
        (
            "06-03",
            "06-04",
            "报告",
            "逾期受理",
            Some("报告提交日 2022-06-04，最迟 2022-06-03，迟 1 天"),
        ),
        (
            r#""photos":["a1","b2","c3"]"#,
            r#""photos":["a1","c3","b2"]"#,
            "报告",
            "退回",
            Some("第 2、3 张图片与花名册次序不符；按花名册的次序重新排列后提交"),
        ),
        (
            r#""photos":["a1","b2","c3"]"#,
            r#""photos":["a1","b2"]"#,
            "报告",
            "退回",
            Some("花名册 3 人，图片 2 张；按花名册的次序重新排列后提交"),
        ),
        ("\"学员签到表\",", "", "报告", "退回", Some("补交：学员签到表")),
        (
            r#","photos":["a1","b2","c3"]"#,
            "",
            "报告",
            "待核定",
            Some("补花名册和图片的次序（roster、photos）"),
        ),
        // A roster that names nobody shows no order.
        (
            r#""roster":["a1","b2","c3"],"photos":["a1","b2","c3"]"#,
            r#""roster":[],"photos":[]"#,
            "报告",
            "待核定",
            Some("补花名册和图片的次序（roster、photos）"),
        ),
        (
            r#""photos":["a1","b2","c3"]"#,
            r#""photos":[]"#,
            "报告",
            "退回",
            Some("花名册 3 人，图片 0 张；按花名册的次序重新排列后提交"),
        ),
        ("通过", "未过", "区级卡打印", "否", Some("报告审核 2022-06-10 未过：改正后重新提交")),
        ("", "", "区级卡打印", "可", None),
    ] {
        let text = sound();
        assert!(text.contains(from));
        let told = told(&policies, &text.replacen(from, to, 1));
        let step = step(&told, output);
        assert_eq!(step.result, result, "{told}");
        assert_eq!(step.todo, Vec::from_iter(todo.map(str::to_owned)), "{told}");
    }
}

/// D21, D22: calendar days, the first not counted, whatever month or year ends.
#[test]
fn deadlines_are_counted_over_the_ends_of_months_and_years() {
    let policies = site();
    let text = |begins: &str, ends: &str| {
        sound().replace("2022-05-16", begins).replace("2022-05-20", ends)
    };
    let due = |begins: &str, ends: &str| {
        let text = text(begins, ends);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut value = value.as_object().unwrap().clone();
        value.remove("plan");
        value.remove("report");
        let told = told(&policies, &serde_json::to_string(&value).unwrap());
        ["计划", "报告"].map(|output| step(&told, output).due.clone().unwrap())
    };
    assert_eq!(due("2022-01-10", "2022-02-20"), ["2021-12-27", "2022-03-06"]);
    assert_eq!(due("2022-03-14", "2022-12-31"), ["2022-02-28", "2023-01-14"]);
    // A leap year, to which the notice is carried over.
    assert_eq!(
        due("2020-03-14", "2020-02-15".replace("02-15", "03-20").as_str()),
        ["2020-02-29", "2020-04-03"]
    );
}

/// The worked example of the implementers' page, `content/spec/class.md`.
#[test]
fn the_example_of_the_page_comes_out_as_the_page_says() {
    let page = include_str!("../../../../content/spec/class.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let told = told(&site(), rest.split_once("```").unwrap().0);
    let results: Vec<_> = told.steps.iter().map(|step| step.result.as_str()).collect();
    assert_eq!(results, ["逾期", "退回", "否"]);
    assert_eq!(told.steps[0].due.as_deref(), Some("2022-05-02"));
    assert_eq!(told.steps[1].due.as_deref(), Some("2022-06-03"));
    assert!(told.steps[1].todo[0].starts_with("第 2、3 张图片"), "{told}");
}

#[test]
fn what_is_not_filed_is_late_only_as_of_a_day() {
    let policies = site();
    let seven =
        include_str!("../../../../content/classes/autumn-2022.ndjson").lines().nth(2).unwrap();
    let class = read(seven).0.unwrap();
    let todo = |day: Option<&str>| {
        let told = trace(&policies, &class, day.map(|day| day.parse().unwrap()));
        step(&told, "计划").todo.clone()
    };
    assert_eq!(todo(None), ["尚无计划上报日，最迟 2022-10-31"]);
    assert_eq!(todo(Some("2022-10-31")), ["尚无计划上报日，最迟 2022-10-31"]);
    assert_eq!(
        todo(Some("2022-11-01")),
        ["尚无计划上报日，最迟 2022-10-31，到 2022-11-01 已迟 1 天"]
    );
}

#[test]
fn a_class_of_a_year_without_rules_is_told_so() {
    let policies = site();
    let (class, _) = read(&sound().replace("2022-0", "2031-0"));
    let told = trace(&policies, &class.unwrap(), None);
    assert_eq!((told.year, told.settled), (None, false));
    assert!(told.to_string().contains("没有 2031-05-20 所在年度的规则"), "{told}");
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
        ("\"class/1\"", "\"class/2\"", "格式版本不是 class/1：“class/2”"),
        ("\"样班-1\"", "\"样 班\"", "班次编号不合格式：“样 班”"),
        ("\"样张基地\"", "\"\"", "基地名称为空、过长或含控制字符"),
        ("\"2022-05-16\"", "\"2022-02-30\"", "日历上没有这一天：2022-02-30"),
        ("\"2022-05-20\"", "\"2022-05-15\"", "结束日 2022-05-15 早于开班日 2022-05-16"),
        ("\"2022-06-03\"", "\"2022-05-19\"", "报告提交日 2022-05-19 早于结束日 2022-05-20"),
        ("\"2022-06-10\"", "\"2022-06-02\"", "审核日 2022-06-02 早于报告提交日 2022-06-03"),
        ("\"师资\"", "\"老师\"", "“计划要素”中没有“老师”这一项"),
        ("\"师资\"", "\"时间\",\"地点\"", "“计划要素”中没有“时间”这一项"),
        ("\"培训总结\"", "\"总结\"", "“材料”中没有“总结”这一项"),
        ("\"通过\"", "\"合格\"", "“报告审核”没有取值“合格”"),
    ] {
        let text = sound().replacen(from, to, 1);
        let (class, problems) = read(&text);
        assert_eq!(class, None, "{to}");
        let to = to.split(',').next().unwrap();
        assert!(problems.contains(&format!("{}: {message}", place_of(&text, to))), "{problems:?}");
    }
    for (from, to, message) in [
        ("\"base\"", "\"teacher\":1,\"base\"", "不认识的字段“teacher”"),
        ("\"begins\":\"2022-05-16\",", "", "缺少字段“begins”"),
        ("\"filed\":\"2022-05-02\",", "", "缺少字段“filed”"),
        ("\"地点\"", "\"培训时间\"", "“培训时间”写了两次"),
        ("[\"a1\",\"b2\",\"c3\"]", "[\"a1\",\"b2\",\"a1\"]", "花名册中编号重复：a1"),
    ] {
        let (class, problems) = read(&sound().replacen(from, to, 1));
        assert_eq!(class, None, "{to}");
        assert!(problems.iter().any(|it| it.ends_with(message)), "{problems:?}");
    }
}

/// A roster with names or document numbers on it is refused, and they are not
/// repeated.
#[test]
fn a_roster_holds_numbers_only() {
    for name in ["样大山", "阿拉坦·其其格", "zhang san", ""] {
        let (class, problems) = read(&sound().replacen("\"a1\"", &format!("\"{name}\""), 1));
        assert_eq!(class, None);
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert!(problem.ends_with("花名册中有一项不是编号（内容不在此显示）"), "{problem}");
    }
}

#[test]
fn what_no_rule_asks_about_is_not_collected() {
    let mut policies = site();
    let mut classes = Classes::default();
    let mut problems = Diagnostics::new();
    classes.add(read(&sound()).0.unwrap(), &mut problems);
    classes.check_collection(&policies, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    for policy in policies.values_mut() {
        policy.rules.retain(|it| !it.rule.inputs.contains(&Fact::PhotoOrder));
    }
    classes.check_collection(&policies, &mut problems);
    let told: Vec<_> = problems.into_sorted().into_iter().map(|it| it.message).collect();
    let wanted = ["材料", "图片与花名册顺序", "图片与花名册顺序"];
    assert_eq!(told, wanted.map(|fact| format!("没有规则用到“{fact}”，不应收集")));
}

#[test]
fn a_number_is_given_to_one_class_only() {
    let mut classes = Classes::default();
    let mut problems = Diagnostics::new();
    for path in ["a.json", "b.json"] {
        let class = parse(path, 1, &sound(), &vocabulary(), &mut problems).unwrap();
        classes.add(class, &mut problems);
    }
    let told = problems.into_sorted();
    assert_eq!(told[0].place.to_string(), "b.json:1");
    assert_eq!(told[0].message, "班次编号 样班-1 在 a.json:1 已有");
    assert_eq!(classes.iter().len(), 1);
}

#[test]
fn every_truncation_and_every_changed_byte_is_a_problem_or_a_class_and_never_a_panic() {
    let text = sound();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let (class, problems) = read(&text[..end]);
        assert!(class.is_none() && !problems.is_empty(), "{}", &text[..end]);
    }
    for at in 0..text.len() {
        for byte in [b'"', b'0', b'[', b'}', 0x7f] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = byte;
            if let Ok(text) = String::from_utf8(bytes) {
                let (class, problems) = read(&text);
                assert_ne!(class.is_some(), !problems.is_empty(), "{text}");
            }
        }
    }
}

#[test]
fn what_is_too_much_is_refused_in_bounded_time() {
    assert_eq!(read(&" ".repeat(MAX_BYTES + 1)).1.len(), 1);
    let roster = |count: usize, of: &dyn Fn(usize) -> String| {
        let people: Vec<_> = (0..count).map(|at| format!("\"{}\"", of(at))).collect();
        sound().replacen("\"a1\",\"b2\",\"c3\"", &people.join(","), 1)
    };
    let (class, problems) = read(&roster(MAX_ROSTER, &|at| at.to_string()));
    assert!(class.is_some(), "{problems:?}");
    let (class, problems) = read(&roster(MAX_ROSTER + 1, &|at| at.to_string()));
    assert!(
        class.is_none() && problems[0].contains("花名册有 10001 项，上限 10000"),
        "{problems:?}"
    );
    assert_eq!(read(&roster(MAX_ROSTER, &|at| format!("张 {at}"))).1.len(), 100);
    assert_eq!(read(&roster(MAX_ROSTER, &|_| "a".to_owned())).1.len(), 100);
    let deep = sound().replacen("[\"a1\"", &format!("{}\"a1\"", "[".repeat(100_000)), 1);
    assert_eq!(read(&deep).0, None);
}

proptest! {
    /// The order of fields and of items is nobody's message.
    #[test]
    fn the_order_of_fields_and_of_items_does_not_matter(seed in any::<u64>()) {
        let value: serde_json::Value = serde_json::from_str(&sound()).unwrap();
        let mut state = seed;
        let shuffled = shuffle(&value, &mut state);
        let (one, other) = (read(&sound()).0.unwrap(), read(&shuffled).0.unwrap());
        prop_assert_eq!(Class { carried: Vec::new(), ..one }, Class { carried: Vec::new(), ..other });
    }

    /// The order in which classes are read shows nowhere.
    #[test]
    fn the_order_of_classes_does_not_matter(order in Just([0, 1, 2, 3, 4]).prop_shuffle()) {
        let class = |at: usize| {
            read(&sound().replace("样班-1", &format!("样班-{at}"))).0.unwrap()
        };
        let mut problems = Diagnostics::new();
        let [mut one, mut other] = [Classes::default(), Classes::default()];
        (0..5).for_each(|at| one.add(class(at), &mut problems));
        order.iter().for_each(|at| other.add(class(*at), &mut problems));
        prop_assert!(problems.is_empty());
        prop_assert_eq!(one, other);
    }

    /// Filing later never makes things better, and what is in time is what is
    /// filed by the day that is told.
    #[test]
    fn the_day_that_is_told_is_the_last_in_time(days in 0_i64..60) {
        let policies = site();
        let ends: Date = "2022-05-20".parse().unwrap();
        let filed = ends.plus_days(days).unwrap();
        let text = sound()
            .replace("\"2022-06-03\"", &format!("\"{filed}\""))
            .replace(",\n  \"audit\":{\"status\":\"通过\",\"on\":\"2022-06-10\"}", "");
        let told = told(&policies, &text);
        let step = step(&told, "报告");
        let due: Date = step.due.as_deref().unwrap().parse().unwrap();
        prop_assert_eq!(step.result == "受理", filed <= due, "{}", told);
    }
}

/// The JSON with the fields of objects in another order, and items too, where
/// their order says nothing.
fn shuffle(value: &serde_json::Value, state: &mut u64) -> String {
    let mut next = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *state >> 33
    };
    match value {
        serde_json::Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|field| (next(), field)).collect();
            fields.sort_by_key(|(key, _)| *key);
            let texts = fields.into_iter().map(|(_, (name, value))| {
                let keeps = name == "roster" || name == "photos";
                let text = if keeps { value.to_string() } else { shuffle(value, state) };
                format!("\"{name}\":{text}")
            });
            format!("{{{}}}", texts.collect::<Vec<_>>().join(","))
        }
        serde_json::Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(|item| (next(), item.to_string())).collect();
            items.sort();
            let texts: Vec<_> = items.into_iter().map(|(_, text)| text).collect();
            format!("[{}]", texts.join(","))
        }
        other => other.to_string(),
    }
}

/// Fields that nobody knows, in the class and in its report; each object tells the
/// rest of what is wrong with it.
#[test]
fn an_unknown_field_hides_nothing() {
    let text = sound()
        .replace(r#""name":"样张班""#, r#""name":"样张班","place":1,"where":{}"#)
        .replace("2022-05-16", "2022-02-30")
        .replace(r#""filed":"2022-06-03""#, r#""fild":"x","filed":"2022-05-03""#)
        .replace(r#""status":"通过""#, r#""state":"通过","status":"行""#);
    let (class, problems) = read(&text);
    assert_eq!(class, None);
    assert_eq!(
        problems,
        [
            "a.json:1:66: 不认识的字段“place”",
            "a.json:1:76: 不认识的字段“where”",
            "a.json:2:11: 日历上没有这一天：2022-02-30",
            "a.json:4:12: 不认识的字段“fild”",
            "a.json:4:31: 报告提交日 2022-05-03 早于结束日 2022-05-20",
            "a.json:7:12: 不认识的字段“state”",
            "a.json:7:34: “报告审核”没有取值“行”",
        ]
    );
    // What follows the unknown field is no JSON, or is not there.
    let (_, problems) = read(&text.replace("\"2022-02-30\",", "\"2022-02-30\""));
    assert_eq!(problems.len(), 2, "{problems:?}");
    let (_, problems) = read(&text.replace("\"base\"", "\"bass\""));
    let [bass, place, where_] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!(bass, "a.json:1:39: 不认识的字段“bass”", "and no base is asked for");
    assert!(place.contains("place") && where_.contains("where"));
    // A value of another kind, at its own place.
    let (_, problems) = read(&text.replace("\"样张班\"", "7"));
    let kind = "取值的类型不对：应当是带引号的文字，这里是数";
    assert!(problems.iter().any(|it| it.ends_with(kind)), "{problems:?}");
}
