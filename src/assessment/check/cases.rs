//! More small notices with one fault each, and what a message proposes.

use super::tests::{notice, one, rule, told, told_of};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::tests::vocabulary;
use crate::assessment::policy::vocabulary::Fact;
use crate::diagnostic::Diagnostics;

/// A rule that stands where it should and has a fault is no missing rule: whoever
/// heard so would take the clause off the list that guards it.
#[test]
fn a_faulty_rule_is_told_as_faulty_and_not_as_missing() {
    let front = "\"有规则\" = [\"二\"]\n";
    let all = "| ⇒ 要求程度 |\n| 全部 |";
    let faults = [
        (one("", "| 领域 | ⇒ 要求程度 |\n| 民营 | 全部 |"), "!32 “领域”没有取值“民营”"),
        (one("", "| ⇒ 要求程度 |\n| 参照 |"), "!32 “要求程度”没有取值“参照”"),
        (one("", "| 要求程度 |\n| 全部 |"), "!30 “要求程度”的结果列不对"),
        (
            format!("二、全部。\n\n{}", rule("二** 定 要求程度", "", all))
                .replace("规则 二", "规則 二"),
            "!27 这里像是规则、定义或例，却没有照着写法写，会被当作通知的文字",
        ),
    ];
    for (rules, problem) in faults {
        let told = told(front, &rules, "");
        assert!(!told.iter().any(|it| it.contains("它之下却没有规则")), "{told:?}");
        assert!(told.iter().any(|it| it == problem), "{told:?}");
    }
    let nothing = told(front, "二、全部要求。\n", "");
    assert_eq!(nothing, ["!7 “有规则”列了条款 二，它之下却没有规则"]);
}

/// The hints of a notice by itself.
fn hints(front: &str, body: &str) -> Vec<String> {
    let text = super::tests::notice(2021, front, body);
    let mut problems = Diagnostics::new();
    let notice = Notice::parse("n.md", &text, Some(&vocabulary()), &mut problems).unwrap();
    super::text::check(&notice, &mut problems);
    problems.into_sorted().into_iter().map(|it| it.hint).collect()
}

#[test]
fn a_clause_that_is_not_there_is_answered_with_the_nearest_that_is() {
    let body = "一、甲。\n\n（一）乙。\n\n二、丙。\n\n（一）丁。\n\n（二）戊。\n\n1. 己。\n";
    for (listed, near) in [
        ("二(三)", "二(二)"),
        ("三", "二"),
        ("二(二)4", "二(二)1"),
        ("一(九)", "一(一)"),
        ("二(一)1", "二(一)"),
    ] {
        let front = format!("\"有规则\" = [\"{listed}\"]\n");
        assert_eq!(hints(&front, body), [format!("改正条款号；最相近的是 {near}")], "{listed}");
    }
}

/// What is asked must be known of what is decided: else everybody would wait for ever.
#[test]
fn a_rule_asks_about_what_it_decides_for_and_nothing_else() {
    let of = |output: &str, table: &str| {
        format!("二、全部要求。\n\n{}", rule(&format!("二** 定 {output}"), "", table))
    };
    for (rules, line, problem) in [
        (
            of("计入", "| 用途 | ⇒ 科目 | ⇒ 学时 |\n| 职称评审 | 专业 | 实际 |"),
            29,
            "“计入”的规则不能问“用途”：它是申报的事实，“计入”按学习记录定",
        ),
        (
            one("", "| 类别 | ⇒ 要求程度 |\n| 基地培训 | 全部 |"),
            29,
            "“要求程度”的规则不能问“类别”：它是学习记录的事实，“要求程度”按申报定",
        ),
        (
            one("> 适用：上年学习 = 完成\n", "| ⇒ 要求程度 |\n| 全部 |"),
            28,
            "“要求程度”的规则不能问“上年学习”：它是申报的事实，“要求程度”按申报定",
        ),
        (
            of("计划", "| 性别 | ⇒ 计划 |\n| 男 | 合规 |"),
            29,
            "“计划”的规则不能问“性别”：它是申报的事实，“计划”按培训班定",
        ),
        (
            of("应修学时", "| 申报级别 | ⇒ 应修学时 |\n| 高级 | 90 |"),
            29,
            "“应修学时”的规则不能问“申报级别”：它是申报的事实，“应修学时”按学习年度定",
        ),
        (
            "> **定义**\n> 周岁 = 周岁(出生日期, 开班日)\n".to_owned(),
            25,
            "“周岁”是申报的事实，不能从培训班的“开班日”推算",
        ),
    ] {
        assert_eq!(told("", &rules, ""), [format!("!{line} {problem}")], "{rules}");
    }
    // Roles are of the day: of learning, and of the application.
    let teacher = one("", "| 三科教师 | ⇒ 要求程度 |\n| 是、否 | 全部 |");
    assert_eq!(told("", &teacher, ""), Vec::<String>::new());
}

/// The facts and what they are of, as the specification of the formats tells them.
#[test]
fn the_specification_tells_of_each_fact_what_it_is_of() {
    let spec = include_str!("../../../content/spec/policy.md");
    let mut told = Vec::new();
    for row in spec.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if let [_, keys, _, of, _, _] = cells[..] {
            let keys = keys.split('、').map(|key| key.trim_matches('`').to_owned());
            told.extend(keys.map(|key| (key, of.split('、').next().unwrap().to_owned())));
        }
    }
    for fact in Fact::ALL {
        let (key, of) = (fact.key().to_owned(), fact.object().word().to_owned());
        assert!(told.contains(&(key, of)), "{}", fact.key());
    }
}

#[test]
fn a_period_without_a_day_is_refused_at_its_row() {
    for (first, last, problem) in [
        ("12月31日", "1月1日", Some("止于1月1日，在起始的12月31日以前")),
        ("次年3月1日", "12月31日", Some("止于12月31日，在起始的次年3月1日以前")),
        ("3月22日", "次年3月21日", None),
        ("12月30日", "12月30日", None),
    ] {
        let period = format!("| ⇒ 起 | ⇒ 止 |\n| {first} | {last} |");
        let basis = "一、三十学时，全部要求。\n\n".to_owned()
            + &rule("一** 定 应修学时", "", "| 科目 | ⇒ 应修学时 |\n| 公需、专业 | 30 |")
            + &rule("一后段** 定 学习期间", "", &period);
        let told = told_of(&notice(2021, "", &basis), "");
        let problem = problem.map(|it| format!("!22 学习期间里没有一天：{it}"));
        assert_eq!(told, problem.into_iter().collect::<Vec<_>>(), "{first} {last}");
    }
}
