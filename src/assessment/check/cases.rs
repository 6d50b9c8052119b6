//! More small notices with one fault each, and what a message proposes.

use std::sync::Arc;

use super::tests::{BASIS, notice, one, rule, told, told_of};
use crate::assessment::policies;
use crate::assessment::policy::Sources;
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

/// All that is told of a notice and its hints, of the outputs of these words.
fn hints_of(rules: &str, word: &str) -> Vec<(String, String)> {
    let body = BASIS.to_owned() + "\n" + rules;
    let text = notice(2021, "", &body);
    let mut problems = Diagnostics::new();
    let vocabulary = vocabulary();
    let notice = Notice::parse("n.md", &text, Some(&vocabulary), &mut problems).unwrap();
    let sources = Sources {
        notices: vec![notice],
        vocabulary: Arc::new(vocabulary),
        decisions: Default::default(),
        region: "15".to_owned(),
        unread: Default::default(),
    };
    policies(&sources, &mut problems);
    let told = problems.into_sorted().into_iter().filter(|it| it.message.contains(word));
    told.map(|it| (it.message, it.hint)).collect()
}

/// 例外于 is proposed where it mends: for a rule that is no exception yet and leaves the
/// other something to say.
#[test]
fn an_exception_is_proposed_only_where_it_mends() {
    let woman = "| 性别 | ⇒ 要求程度 |\n| 女 | 参考 |";
    let hospital = "| 定点医院救治 | ⇒ 要求程度 |\n| 是 | 不要求 |";
    let all = "| ⇒ 要求程度 |\n| 全部 |";
    let hints = |exception: &str| {
        let rules = format!(
            "二、全部要求。\n\n{}三、全部要求。\n\n{}四、全部要求。\n\n{}",
            rule("二** 定 要求程度", "", all),
            rule(&format!("三** {exception}定 要求程度"), "", woman),
            rule("四** 例外于 二 定 要求程度", "", hospital)
        );
        hints_of(&rules, "不一致")
    };
    // 三 and 二: 三 can be an exception. 三 and 四: so it can.
    let free = hints("");
    assert_eq!(free.len(), 2, "{free:?}");
    assert!(free[0].1.starts_with("原文以 三 为例外的，写 规则 三 例外于 二；或在"), "{free:?}");
    assert!(free[1].1.starts_with("原文以 三 为例外的，写 规则 三 例外于 四；或在"), "{free:?}");
    // Both are exceptions to 二: a rule is an exception to one.
    let [(message, hint)] = &hints("例外于 二 ")[..] else { panic!() };
    assert!(message.ends_with("不一致：性别=女，定点医院救治=是"), "{message}");
    assert!(hint.starts_with("在 content/decisions.toml 登记一项裁量"), "{hint}");
}

/// Cases are as they are found in life: nobody is transferred after the application.
#[test]
fn a_case_that_is_named_is_a_natural_one() {
    let table = "| 机关转任年差 | ⇒ 要求程度 |\n| <1 | 参考 |";
    let all = "| ⇒ 要求程度 |\n| 全部 |";
    let rules = format!(
        "二、全部要求。\n\n{}三、全部要求。\n\n{}",
        rule("二** 定 要求程度", "", all),
        rule("三** 定 要求程度", "", table)
    );
    let [(message, _)] = &hints_of(&rules, "不一致")[..] else { panic!() };
    assert!(message.ends_with("不一致：机关转任年差=0"), "{message}");
}

/// What no rule says, where others speak of the like.
#[test]
fn silence_that_is_probably_a_mistake_is_told() {
    let of = |output: &str, table: &str| {
        let rules = format!("二、全部要求。\n\n{}", rule(&format!("二** 定 {output}"), "", table));
        let label = format!("“{output}”");
        let told = hints_of(&rules, &label);
        told.into_iter().map(|it| it.0).filter(|it| it.contains("”：")).collect::<Vec<_>>()
    };
    let kinds = "公需网络培训、基地培训、业务集中培训、业务线上培训、高研班、论坛、学术交流、进修考察、职业技能培训、其他专业培训";
    assert_eq!(
        of("计入", &format!("| 类别 | ⇒ 科目 | ⇒ 学时 |\n| {kinds} | 专业 | 实际 |")),
        ["“计入”：没有规则计入类别 行业培训"]
    );
    assert!(
        of("计入", &format!("| 类别 | ⇒ 科目 | ⇒ 学时 |\n| {kinds}、行业培训 | 专业 | 实际 |"))
            .is_empty()
    );
    let recognition = |inside: &str| {
        of(
            "认可",
            &format!(
                "| 核定机关 | 核定状态 | ⇒ 认可 |\n{inside}| 区外 | 已核定 | 待核定 |\n| - | 待核定 | 待核定 |"
            ),
        )
    };
    assert_eq!(
        recognition(""),
        ["“认可”：有情形没有规则给出结果，如 核定机关=区内，核定状态=已核定"]
    );
    assert!(recognition("| 区内 | 已核定 | 是 |\n").is_empty());
    let consequence = |rows: &str| {
        let table = format!("| 用途 | ⇒ 后果 |\n{rows}");
        let window = "| ⇒ 窗口 |\n| 上1年 |";
        let rules = format!(
            "二、全部要求。\n\n{}三、全部要求。\n\n{}",
            rule("二** 定 窗口", "> 适用：用途 = 考核评优、聘任\n", window),
            rule("三** 定 后果", "", &table)
        );
        hints_of(&rules, "同一通知").into_iter().map(|it| it.0).collect::<Vec<_>>()
    };
    assert_eq!(
        consequence("| 考核评优 | 不予评优 |"),
        ["“后果”：没有规则给出用途 聘任 的结果，同一通知的其他用途却有"]
    );
    assert!(consequence("| 考核评优 | 不予评优 |\n| 聘任 | 不得聘用 |").is_empty());
}

/// Nobody passes where nothing counts; what is proposed is a rule as it is written, also
/// for an office that confirms nothing.
#[test]
fn a_year_in_which_nothing_counts_is_an_error_that_shows_the_rule() {
    let credit = "| 类别 | ⇒ 科目 | ⇒ 学时 |\n| 公需网络培训 | 公需 | 实际 |";
    let credit = format!("二、全部要求。\n\n{}", rule("二** 定 计入", "", credit));
    let recognise = |table: &str| {
        let rule = rule("三** 定 认可", "", table);
        format!("{credit}三、全部要求。\n\n{rule}")
    };
    let told = |rules: &str| hints_of(rules, "人人不通过");
    let [(uncounted, count), (unrecognised, recognised)] = &told("")[..] else { panic!() };
    assert_eq!(
        uncounted,
        "2021 年度有“应修学时”，却没有规则定“计入”：完成的学习一律不计，人人不通过"
    );
    assert_eq!(
        unrecognised,
        "2021 年度有“应修学时”，却没有规则定“认可”：已经核定的学习也不予认可，人人不通过"
    );
    assert!(count.ends_with(
        "首行 **规则 条款号** 定 计入，表写 | 类别 | ⇒ 科目 | ⇒ 学时 |，每个类别一行，如 | 公需网络培训 | 公需 | 实际 |"
    ));
    assert_eq!(
        recognised,
        "写一条规则，首行 **规则 条款号** 定 认可：须经核定的，表写 | 核定状态 | ⇒ 认可 |，各行如 | 已核定 | 是 |、| 待核定 | 待核定 |；不必核定的，写在规定学时的条款之下，表只有 | ⇒ 认可 | 一列和 | 是 | 一行，并登记一项裁量来引用"
    );
    assert_eq!(told(&credit).len(), 1);
    // Both that are proposed mend it, and nothing is warned of 认可 then.
    for table in
        ["| ⇒ 认可 |\n| 是 |", "| 核定状态 | ⇒ 认可 |\n| 已核定 | 是 |\n| 待核定 | 待核定 |"]
    {
        assert_eq!(told(&recognise(table)), []);
        assert_eq!(hints_of(&recognise(table), "“认可”"), [], "{table}");
    }
    let undecided = hints_of("", "没有规则决定的输出");
    assert!(undecided.iter().all(|(it, _)| !it.contains("计入") && !it.contains("认可")));
}

/// A refusal alone needs no row: there is no word for it. What is awaited is no refusal.
#[test]
fn a_status_without_a_result_is_warned_of() {
    let of = |rows: &str| {
        let table = format!("| 核定状态 | ⇒ 认可 |\n{rows}");
        let rules = format!("二、全部要求。\n\n{}", rule("二** 定 认可", "", &table));
        let told = hints_of(&rules, "“认可”：").into_iter();
        told.map(|(it, _)| it).collect::<Vec<_>>()
    };
    let (approved, awaited) = ("| 已核定 | 是 |\n", "| 待核定 | 待核定 |\n");
    assert_eq!(of(&[approved, awaited].concat()), [""; 0]);
    assert_eq!(
        of(approved),
        ["“认可”：没有规则给出核定状态 待核定、未核定 的结果，都按未获核定办理"]
    );
    let refused = "| 未核定 | 待核定 |\n";
    assert_eq!(
        of(&[approved, refused].concat()),
        ["“认可”：没有规则给出核定状态 待核定 的结果，都按未获核定办理"]
    );
    assert_eq!(of(&[approved, awaited, refused].concat()), [""; 0]);
}

/// A derived fact that rules ask, and that nothing derives, is nobody's fact.
#[test]
fn an_age_that_nothing_derives_is_an_error() {
    let table = "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| ≥50 | 参考 |";
    let told = hints_of(&one("", table), "周岁");
    let [(message, hint)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(message, "规则问到“周岁”，却没有定义推算它");
    assert!(hint.contains("周岁 = 周岁(出生日期, 申报日)"), "{hint}");
}

/// A quotation holds its rule to something, and its fault is shown where it begins.
#[test]
fn a_quotation_is_long_enough_and_where_it_differs_is_told() {
    let body = |quote: &str| {
        "一、公需科目不少于 30 学时，专业科目不少于 60 学时。本年度有效。\n\n".to_owned()
            + &rule("一** 定 学习期间", "", "| ⇒ 起 | ⇒ 止 |\n| 1月1日 | 12月31日 |")
                .replace("全部要求", quote)
    };
    let of = |quote: &str| -> Vec<(String, String)> {
        let mut problems = Diagnostics::new();
        let text = notice(2021, "", &body(quote));
        let notice = Notice::parse("n.md", &text, Some(&vocabulary()), &mut problems).unwrap();
        if !problems.has_errors() {
            super::text::check(&notice, &mut problems);
        }
        problems.into_sorted().into_iter().map(|it| (it.message, it.hint)).collect()
    };
    assert_eq!(of("专业科目不少于 60 学时"), []);
    assert_eq!(of("本年度有效"), []); // a whole sentence
    assert_eq!(of("学时，专业")[0].0, "规则 一 的依据只有“学时，专业”，原文改了也看不出来");
    for (quote, hint) in [
        (
            "公需科目不少于 30 学时,专业科目",
            "到“公需科目不少于30学时”为止相同，接着原文是“，专业科目不少于60…”，依据是“,专业科目”；",
        ),
        (
            "不少于 60 学时。。",
            "到“不少于60学时。”为止相同，接着原文是“本年度有效。”，依据是“。”；",
        ),
        (
            "专业科目不少于 60 学时。本年度有效。。",
            "到“专业科目不少于60学时。本年度有效。”为止相同，接着原文是条款的末尾，依据是“。”；",
        ),
        ("某", ""),
    ] {
        let told = of(quote);
        let rest = "逐字照录该条原文；原文有改动时，先核对规则是否仍然成立";
        assert_eq!(told[0].1, format!("{hint}{rest}"), "{quote}");
    }
}
