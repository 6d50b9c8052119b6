//! More small notices with one fault each, and what a message proposes.

use super::tests::{one, rule, told};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::tests::vocabulary;
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
