//! What the office chose, and what it has yet to choose: small notices and registers with
//! one fault each; lines, days and hours were worked out by hand.

use std::sync::Arc;

use super::tests::{BASIS, notice, one, rule, told_at, told_of};
use crate::assessment::policies;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::tests::{DECISIONS, sample_by, vocabulary};
use crate::assessment::policy::{Sources, decision};
use crate::diagnostic::Diagnostics;

/// A decision of seven lines, its id on the second, that fixes something.
fn chosen(id: &str, line: &str) -> String {
    format!(
        "[[decision]]\nid = \"{id}\"\nquestion = \"？\"\nchoice = \"。\"\non = 2022-12-31\nby = \"某局\"\n{line}\n"
    )
}

fn fixing(id: &str, parameters: &str) -> String {
    chosen(id, &format!("parameters = {{ {parameters} }}"))
}

const CONFIRMED: &str = "failed-result = \"officer-confirms\"";

/// The problems of these rules after the basis, of 2021, and of the register, each with
/// its place; but what facts are not derived and outputs not decided.
fn all_told(rules: &str, decisions: &str) -> Vec<String> {
    told_at(&notice(2021, "", &format!("{BASIS}\n{rules}")), decisions)
}

#[test]
fn decisions_that_one_rule_rests_on_say_the_same() {
    let table = "| 机关转任年差 | ⇒ 窗口起 |\n| ≥1 | 按转任年限 |";
    let start =
        |cited: &str| one(&format!("> 裁量：{cited}\n"), table).replace("要求程度", "窗口起");
    let register = |first: &str, second: &str| {
        let owed = |id, word: &str| fixing(id, &format!("first-owed = \"{word}\""));
        owed("D1", first) + &owed("D2", second) + &fixing("D3", CONFIRMED)
    };
    for (cited, ids) in [
        ("D1、D2", "D1（content/decisions.toml:2）与 D2（content/decisions.toml:9）"),
        ("D2、D1", "D2（content/decisions.toml:9）与 D1（content/decisions.toml:2）"),
    ] {
        let words = if cited.starts_with("D1") {
            "same-year、year-after"
        } else {
            "year-after、same-year"
        };
        assert_eq!(
            all_told(&start(cited), &register("same-year", "year-after")),
            [format!("n.md:26 规则 二 所引裁量 {ids}把 first-owed 定得不同：{words}")]
        );
    }
    assert_eq!(all_told(&start("D1、D2"), &register("same-year", "same-year")), [""; 0]);
    // A definition.
    let age = |cited: &str| {
        let table = "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| ≥50 | 参考 |";
        format!(
            "二、全部要求。\n\n> **定义**\n> 周岁 = 周岁(出生日期, 申报日)\n> 裁量：{cited}\n\n{}",
            rule("二** 定 要求程度", "", table)
        )
    };
    let days =
        fixing("D1", "birthday = \"on-the-day\"") + &fixing("D2", "birthday = \"day-after\"");
    let days = days + &fixing("D3", CONFIRMED);
    assert_eq!(
        all_told(&age("D1、D2"), &days)[0],
        "n.md:27 定义 周岁 所引裁量 D1（content/decisions.toml:2）与 D2（content/decisions.toml:9）把 birthday 定得不同：on-the-day、day-after"
    );
}

#[test]
fn decisions_of_rules_that_hold_together_say_the_same() {
    let windows = |grades: [&str; 2]| {
        let window = |name: &str, cited: &str, grade: &str| {
            let table = format!("| 申报级别 | ⇒ 窗口 |\n| {grade} | 近2年 |");
            let lines = format!("> 适用：用途 = 职称评审\n> 裁量：{cited}\n");
            format!("{name}、全部要求。\n\n{}", rule(&format!("{name}** 定 窗口"), &lines, &table))
        };
        window("二", "D1", grades[0]) + &window("三", "D2", grades[1])
    };
    let register = fixing("D1", "window-test = \"each-year\"")
        + &fixing("D2", "window-test = \"sum\"")
        + &fixing("D3", CONFIRMED);
    let told = |grades| {
        let told = all_told(&windows(grades), &register).into_iter();
        told.filter(|it| it.contains("定得不同")).collect::<Vec<_>>()
    };
    assert_eq!(
        told(["高级、中级", "中级、初级"]),
        [
            "n.md:37 规则 试/二、试/三 会同时成立，所引裁量 D1（content/decisions.toml:2）与 D2（content/decisions.toml:9）把 window-test 定得不同：each-year、sum"
        ]
    );
    assert_eq!(told(["高级", "中级、初级"]), [""; 0]);
    // Of learning after the application too.
    let windows = windows(["高级、中级", "中级、初级"]);
    let each = "window-test = \"each-year\", learning-after-application = ";
    let register = fixing("D1", &format!("{each}\"counts\""))
        + &fixing("D2", &format!("{each}\"not\""))
        + &fixing("D3", CONFIRMED);
    assert_eq!(
        all_told(&windows, &register),
        [
            "n.md:37 规则 试/二、试/三 会同时成立，所引裁量 D1（content/decisions.toml:2）与 D2（content/decisions.toml:9）把 learning-after-application 定得不同：counts、not"
        ]
    );
}

/// By which post somebody is judged is settled once, for all rules of the year.
#[test]
fn decisions_on_posts_are_of_all_rules_together() {
    let degree = |name: &str, cited: &str, table: &str| {
        let rule = rule(&format!("{name}** 定 要求程度"), &format!("> 裁量：{cited}\n"), table);
        format!("{name}、全部要求。\n\n{rule}")
    };
    let rules = degree("二", "D1", "| 基层一线 | ⇒ 要求程度 |\n| 是 | 全部 |")
        + &degree("三", "D2", "| 基层一线 | ⇒ 要求程度 |\n| 否 | 全部 |");
    let told = |one: &str, two: &str| {
        let register = fixing("D1", &format!("concurrent-posts = \"{one}\""))
            + &fixing("D2", &format!("concurrent-posts = \"{two}\""))
            + &fixing("D3", CONFIRMED);
        all_told(&rules, &register)
    };
    assert_eq!(
        told("main", "most-favourable"),
        [
            "n.md:36 规则 试/二、试/三 都按兼任的职务办理，所引裁量 D1（content/decisions.toml:2）与 D2（content/decisions.toml:9）把 concurrent-posts 定得不同：main、most-favourable"
        ]
    );
    assert_eq!(told("main", "main"), [""; 0]);
}

/// 要求程度 alone has an order of favour; one decision settles an output.
#[test]
fn what_settles_an_output_makes_sense_and_is_one() {
    let rules = one("", "| ⇒ 要求程度 |\n| 全部 |");
    let settles = |id: &str, label: &str, conflict: &str| {
        chosen(id, &format!("settles = \"{label}\"\nparameters = {{ conflict = \"{conflict}\" }}"))
    };
    let told =
        |decisions: &str| all_told(&rules, &(decisions.to_owned() + &fixing("D9", CONFIRMED)));
    let favourable = settles("D1", "要求程度", "most-favourable");
    assert_eq!(told(&favourable), [""; 0]);
    assert_eq!(told(&settles("D1", "计入", "first-listed")).len(), 1, "not used");
    assert_eq!(
        told(&(favourable + &settles("D2", "要求程度", "first-listed"))),
        [
            "content/decisions.toml:10 裁量 D2 与 D1（content/decisions.toml:2）都是定“要求程度”的（settles）"
        ]
    );
    for label in ["计入", "认可", "应修学时", "学习期间", "窗口", "窗口起", "后果", "计划", "报告"]
    {
        assert_eq!(
            told(&settles("D1", label, "most-favourable")),
            [format!(
                "content/decisions.toml:2 裁量 D1 按最有利的定“{label}”，而“{label}”的结果没有有利、不利之分"
            )]
        );
    }
    for (line, problem) in [
        (
            "settles = \"程度\"\nparameters = { conflict = \"first-listed\" }",
            "的 settles 不是输出：“程度”",
        ),
        ("settles = \"要求程度\"", "写了 settles = \"要求程度\"，没有写按什么定"),
        ("parameters = { conflict = \"first-listed\" }", "写了 conflict，没有写 settles"),
        ("acknowledges = \"窗\"", "的 acknowledges 不是输出：“窗”"),
    ] {
        let problem = ["content/decisions.toml:2 裁量 D1 ", problem].concat();
        assert_eq!(told(&chosen("D1", line)), [problem]);
    }
    let other = fixing("D1", "failed-result = \"told-directly\"");
    assert_eq!(
        told(&other),
        [
            "content/decisions.toml:9 裁量 D9 与 D1（content/decisions.toml:2）对不通过的结果怎样告知（failed-result），说法不同"
        ]
    );
}

#[test]
fn rules_that_disagree_on_what_has_no_order_of_favour_are_told_so() {
    let credit = |category: &str| {
        let table = format!("| 类别 | ⇒ 科目 | ⇒ 学时 |\n| 基地培训 | {category} | 实际 |");
        rule("二** 定 计入", "", &table)
    };
    let body = format!(
        "{BASIS}\n二、全部要求。\n\n{}三、全部要求。\n\n{}",
        credit("公需"),
        credit("专业").replace("规则 二", "规则 三")
    );
    let mut problems = Diagnostics::new();
    let vocabulary = vocabulary();
    let notice = Notice::parse("n.md", &notice(2021, "", &body), Some(&vocabulary), &mut problems);
    let sources = Sources {
        notices: notice.into_iter().collect(),
        vocabulary: Arc::new(vocabulary),
        decisions: decision::parse("d.toml", &fixing("D1", CONFIRMED), &mut problems),
        region: "15".to_owned(),
        unread: Default::default(),
    };
    policies(&sources, &mut problems);
    let problems = problems.into_sorted();
    let told = problems.iter().find(|it| it.message.contains("不一致")).unwrap();
    assert!(
        told.hint.ends_with("settles = \"计入\"，parameters = { conflict = \"first-listed\" }"),
        "{}",
        told.hint
    );
}

/// What a choice fixes does nothing where nothing that cites it can use it.
#[test]
fn a_choice_that_nothing_can_use_is_told() {
    let rules = one("> 裁量：D1\n", "| ⇒ 要求程度 |\n| 全部 |");
    for (parameter, problem) in [
        ("part-of = \"total\"", None),
        ("weekend = \"no-shift\"", Some("weekend")),
        ("window-test = \"sum\"", Some("window-test")),
        ("first-owed = \"same-year\"", Some("first-owed")),
        ("hours-per-day = 8", Some("hours-per-day")),
        ("birthday = \"day-after\"", Some("birthday")),
        ("unstated-audit = \"passed\"", Some("unstated-audit")),
        ("open-list = \"closed\"", Some("open-list")),
        ("concurrent-posts = \"main\"", Some("concurrent-posts")),
    ] {
        let told = all_told(&rules, &(fixing("D1", parameter) + &fixing("D2", CONFIRMED)));
        let expected = problem.map(|it| {
            format!("content/decisions.toml:2 裁量 D1 写了 {it}，引用它的规则和定义都用不到")
        });
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{parameter}");
    }
}

/// Each told with the smallest case in which the options differ. Required are 30 and 30;
/// a third of each is 10, of all 20.
#[test]
fn what_the_words_leave_open_nothing_stands_in_for() {
    let unsaid = |rules: &str| all_told(rules, &fixing("D1", CONFIRMED));
    let window = |years: &str| {
        let table = format!("| 申报级别 | ⇒ 窗口 |\n| 初级 | 近1年 |\n| 中级、高级 | {years} |");
        one("> 适用：用途 = 职称评审\n", &table).replace("定 要求程度", "定 窗口")
    };
    assert_eq!(
        unsaid(&window("近3年")),
        [
            "n.md:26 规则 二 没有引用裁量来写明几个年度逐年达标还是合计达标，如 用途=职称评审，申报级别=中级，2020 年公需 29 学时、2021 年 31 学时"
        ]
    );
    assert_eq!(
        unsaid(&window("上2年"))[0].rsplit_once('，').unwrap().1,
        "2019 年公需 29 学时、2020 年 31 学时"
    );
    assert_eq!(unsaid(&window("近1年")), [""; 0]);
    assert_eq!(unsaid(&window("上1年")), [""; 0]);
    let degree = |part: &str| one("", &format!("| ⇒ 要求程度 |\n| {part} |"));
    assert_eq!(
        unsaid(&degree("1/3")),
        [
            "n.md:26 规则 二 没有引用裁量来写明几分之几是每个科目的还是当年合计的，如 每年公需 9 学时、专业 11 学时"
        ]
    );
    for part in ["全部", "参考", "不要求"] {
        assert_eq!(unsaid(&degree(part)), [""; 0]);
    }
    let start = |test: &str| {
        let table = format!("| 机关转任年差 | ⇒ 窗口起 |\n| {test} | 按转任年限 |");
        let start = one("", &table).replace("定 要求程度", "定 窗口起");
        let window =
            window("近3年").replace("二", "三").replace("> 适用：", "> 裁量：D2\n> 适用：");
        let each = fixing("D1", CONFIRMED) + &fixing("D2", "window-test = \"each-year\"");
        all_told(&(start + &window), &each)
    };
    let owed = |years: u16, year: u16| {
        format!(
            "n.md:26 规则 二 没有引用裁量来写明从次年起要求还是从当年起要求，如 机关转任年差={years}，是否要求 {year} 年度的学时"
        )
    };
    assert_eq!(start("≥1"), [owed(1, 2020)]);
    assert_eq!(start("≥2"), [owed(2, 2019)]);
    // It was before all years that are looked at: nothing turns on it.
    assert_eq!(start("≥3"), [""; 0]);
    let audit = one("", "| 线上审核 | ⇒ 鄂市卡打印 |\n| 通过 | 可 |\n| 未过 | 否 |");
    assert_eq!(
        unsaid(&audit.replace("定 要求程度", "定 鄂市卡打印")),
        [
            "n.md:26 规则 二 没有引用裁量来写明没有写明审核结果的怎样办理，如 学习档案没有写明 2021 年度的线上审核"
        ]
    );
    assert_eq!(
        all_told(&degree("全部"), ""),
        ["n.md:10 没有裁量写明不通过的先由工作人员确认还是直接告知本人，如 2021 年公需 29 学时"]
    );
    let age = "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| ≥50 | 参考 |";
    let age = rule("二** 定 要求程度", "", age);
    let age = format!("二、全部要求。\n\n> **定义**\n> 周岁 = 周岁(出生日期, 申报日)\n\n{age}");
    assert_eq!(
        unsaid(&age),
        ["n.md:27 定义 周岁 没有引用裁量来写明满周岁从哪一天算起，如 申报日正是 50 周岁生日"]
    );
}

/// The sample: each choice that fills in something is missed with a case, also where it
/// is taken out of the rules too.
#[test]
fn a_choice_taken_out_with_its_citations_is_missed() {
    let part = "没有引用裁量来写明几分之几是每个科目的还是当年合计的，如 用途=职称评审，性别=男，周岁=50，每年公需 9 学时、专业 21 学时";
    for (id, expected) in [
        ("D2", vec!["定义 周岁 没有引用裁量来写明满周岁从哪一天算起，如 申报日正是 45 周岁生日".to_owned()]),
        ("D4", vec![
            "规则 二(一)前段 没有引用裁量来写明几个年度逐年达标还是合计达标，如 用途=职称评审，申报级别=中级，2021 年公需 29 学时、2022 年 31 学时".to_owned(),
            "规则 二(二)中段 没有引用裁量来写明几个年度逐年达标还是合计达标，如 用途=考核认定，申报级别=中级，学历=硕士，2021 年公需 29 学时、2022 年 31 学时".to_owned(),
        ]),
        ("D7", vec![format!("规则 三(一)后段 {part}")]),
        ("D16", vec!["规则 三(七)后段 没有引用裁量来写明从次年起要求还是从当年起要求，如 机关转任年差=1，是否要求 2021 年度的学时".to_owned()]),
        ("D26", vec!["规则 一前段 没有引用裁量来写明从次年起要求还是从当年起要求，如 参加工作年差=0，是否要求 2022 年度的学时".to_owned()]),
        ("D29", vec!["规则 一 没有引用裁量来写明没有写明审核结果的怎样办理，如 学习档案没有写明 2022 年度的线上审核".to_owned()]),
        ("D24", vec!["没有裁量写明不通过的先由工作人员确认还是直接告知本人，如 2022 年公需 29 学时".to_owned()]),
    ] {
        let blocks = DECISIONS.split("[[decision]]");
        let others = blocks.filter(|block| !block.contains(&format!("id = \"{id}\"\n")));
        let register = others.collect::<Vec<_>>().join("[[decision]]");
        let cite = |text: &str| {
            let lines = text.lines().filter(|line| *line != format!("> 裁量：{id}"));
            let text = lines.collect::<Vec<_>>().join("\n") + "\n";
            let text = text.replace(&format!("、{id}、"), "、").replace(&format!("、{id}\n"), "\n");
            text.replace(&format!("：{id}、"), "：")
        };
        let told = sample_by(|_, text| cite(text), &register).problems;
        let expected: Vec<String> = expected.iter().map(|it| format!("Error {it}")).collect();
        assert_eq!(told, expected, "{id}");
    }
}

/// A decision acknowledges what is open where the rules apply that cite it, and no more.
#[test]
fn a_gap_is_meant_only_where_a_rule_says_so() {
    let cut = |text: &str| text.replace("> | 高级、中级 | 近3年 |", "> | 高级 | 近3年 |");
    let told = sample_by(|_, text| cut(text), DECISIONS).problems;
    assert_eq!(
        told,
        ["Warning “窗口”：3 种情形中有 1 种没有规则给出结果，如 用途=职称评审，申报级别=中级"]
    );
}

/// Of 认可 too; a rule that applies to everything would silence everything.
#[test]
fn silence_on_recognition_is_meant_only_where_a_rule_applies() {
    let register = chosen("D1", "acknowledges = \"认可\"") + &fixing("D2", CONFIRMED);
    let told = |applies: &str| {
        let lines = format!("> 裁量：D1\n{applies}");
        let table = "| 核定机关 | ⇒ 认可 |\n| 区内 | 是 |";
        let rule = one(&lines, table).replace("定 要求程度", "定 认可");
        let told = all_told(&rule, &register).into_iter();
        told.filter(|it| it.contains("“认可”：")).count()
    };
    assert_eq!(told(""), 1);
    assert_eq!(told("> 适用：核定状态 = 已核定\n"), 1, "two statuses are silent");
    assert_eq!(told("> 适用：核定状态 = 已核定、待核定\n"), 0);
}

#[test]
fn a_decision_says_something_in_each_of_its_parts() {
    let told = |text: &str| {
        let mut problems = Diagnostics::new();
        decision::parse("d.toml", text, &mut problems);
        let told = problems.into_sorted().into_iter();
        told.map(|it| format!("{} {}", it.place, it.message)).collect::<Vec<_>>()
    };
    let sound = fixing("D1", "hours-per-day = 8");
    assert_eq!(told(&sound), [""; 0]);
    for (from, key) in
        [("\"D1\"", "id"), ("\"？\"", "question"), ("\"。\"", "choice"), ("\"某局\"", "by")]
    {
        for empty in ["\"\"", "\" 　\""] {
            assert_eq!(
                told(&sound.replace(from, empty)),
                [format!("d.toml:2 这项裁量的 {key} 是空的")]
            );
        }
    }
    for (hours, is_sound) in
        [("1", true), ("24", true), ("0", false), ("25", false), ("-8", false), ("7.5", false)]
    {
        let told = told(&sound.replace("= 8", &format!("= {hours}")));
        let wrong = "d.toml:7:32 取值不对：应当是 1 至 24 的整数";
        let expected = if is_sound { vec![] } else { vec![wrong.to_owned()] };
        assert_eq!(told, expected, "{hours}");
    }
}

/// 等 anywhere in the sentence that is quoted from, and in no other; only a decision that
/// says so closes the list.
#[test]
fn a_sentence_with_an_open_list_wants_a_decision_that_closes_it() {
    let told = |words: &str, lines: &str| {
        let rule = rule("二** 定 要求程度", lines, "| ⇒ 要求程度 |\n| 全部 |");
        let body = format!("{BASIS}\n二、{words}\n\n{rule}");
        let register = chosen("D1", "") + &fixing("D2", "open-list = \"closed\"");
        told_of(&notice(2021, "", &body), &register)
    };
    let open = ["26 规则 二 的依据所在的句子里有“等”，所列没有穷尽"];
    for (words, is_open) in [
        ("苏木、乡镇等基层，全部要求。", true),
        ("全部要求，苏木、乡镇等从宽。", true),
        ("苏木、乡镇等从宽。全部要求。", false),
        ("苏木、乡镇等从宽；全部要求。", false),
        ("全部要求。苏木、乡镇等从宽。", false),
        ("其他要求。苏木等，全部要求。", true),
        ("中等职业学校的同等学历，全部要求。", false),
        ("获得二等奖的，全部要求。", false),
    ] {
        let expected = if is_open { &open[..] } else { &[] };
        assert_eq!(told(words, ""), expected, "{words}");
        assert_eq!(told(words, "> 裁量：D1\n"), expected, "{words}");
        assert_eq!(told(words, "> 裁量：D2\n"), [""; 0], "{words}");
    }
}
