//! Small notices with one fault each; lines and examples were worked out by
//! hand.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::assessment::policies;
use crate::assessment::policy::notice::{MAX_BYTES, Notice};
use crate::assessment::policy::tests::vocabulary;
use crate::assessment::policy::{Sources, decision};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};

/// Hours and a period, so that a policy can be made.
pub(super) const BASIS: &str = "\
一、每年三十学时，全部要求。乡镇等从宽。

> **规则 一** 定 应修学时
> 依据：“三十学时”
>
> | 科目 | ⇒ 应修学时 |
> |---|---|
> | 公需、专业 | 30 |

> **规则 一后段** 定 学习期间
> 依据：“每年”
>
> | ⇒ 起 | ⇒ 止 |
> |---|---|
> | 1月1日 | 12月31日 |
";

const DECISIONS: &str = "\
[[decision]]\nid = \"D1\"\nquestion = \"？\"\nchoice = \"。\"\non = 2022-01-01\nby = \"某局\"\n
[[decision]]\nid = \"D2\"\nquestion = \"？\"\nchoice = \"。\"\non = 2022-01-01\nby = \"某局\"
parameters = { birthday = \"on-the-day\" }\n";

/// What every site has to say, and what rules may have to; after the decisions of a test,
/// so that it moves no line.
const SAID: &str = "\
[[decision]]\nid = \"D0\"\nquestion = \"？\"\nchoice = \"。\"\non = 2022-12-31\nby = \"某局\"
[decision.parameters]\nfailed-result = \"officer-confirms\"\nwindow-test = \"each-year\"
part-of = \"each-category\"\nfirst-owed = \"year-after\"\n";

const SETTLES: &str = "settles = \"要求程度\"\nparameters = { conflict = \"most-favourable\" }\n";

/// The problems of a notice with this front matter and these rules after the
/// basis: `!` for an error, line, message. Left out is what all of them have: outputs
/// without rules, ages without a definition, short quotations, texts not signed off.
pub(super) fn told(front: &str, rules: &str, decisions: &str) -> Vec<String> {
    // The last day of 2021 was a Friday.
    told_of(&notice(2021, front, &format!("{BASIS}\n{rules}")), decisions)
}

pub(super) fn notice(year: u16, front: &str, body: &str) -> String {
    format!(
        "+++\n\"标题\" = \"试\"\n\"命名空间\" = \"试\"\n\"发文机关\" = \"某局\"\n\"效力\" = \"有效\"\n\
         \"适用年度\" = [{year}]\n{front}+++\n{body}"
    )
}

/// The problems of a notice and of the register.
pub(super) fn told_of(text: &str, decisions: &str) -> Vec<String> {
    let problems = problems_of(text, &format!("{decisions}\n{SAID}")).into_iter();
    let of_notice = problems.filter(|it| it.place.path == "n.md");
    let words = |problem: Diagnostic| {
        let mark = if problem.severity == Severity::Error { "!" } else { "" };
        format!("{mark}{} {}", problem.place.line.unwrap_or(0), problem.message)
    };
    of_notice.map(words).collect()
}

/// The same with all places, the register's too.
pub(super) fn told_at(text: &str, decisions: &str) -> Vec<String> {
    let problems = problems_of(text, decisions).into_iter();
    let told = problems.filter(|it| !it.place.path.ends_with("vocabulary.toml"));
    told.map(|it| format!("{} {}", it.place, it.message)).collect()
}

/// What is told of a notice and a register, but what all of these notices have.
fn problems_of(text: &str, decisions: &str) -> Vec<Diagnostic> {
    let mut problems = Diagnostics::new();
    let vocabulary = vocabulary();
    let notice = Notice::parse("n.md", text, Some(&vocabulary), &mut problems).unwrap();
    let decisions = decision::parse("content/decisions.toml", decisions, &mut problems);
    let sources = Sources {
        notices: vec![notice],
        vocabulary: Arc::new(vocabulary),
        decisions,
        region: "15".to_owned(),
        unread: Default::default(),
    };
    policies(&sources, &mut problems);
    let aside =
        ["却没有定义推算它", "的依据只有", "通知还没有核对", "”：没有规则计入", "人人不通过"];
    let told = problems.into_sorted().into_iter();
    let told = told.inspect(|it| assert!(!it.hint.is_empty(), "{it:?}"));
    told.filter(|it| !aside.iter().any(|of| it.message.contains(of))).collect()
}

/// A rule of this head, whose first row is on line `first_row()` if it is the
/// first after the basis and has no 适用.
pub(super) fn rule(head: &str, lines: &str, table: &str) -> String {
    let columns = table.lines().next().unwrap().matches('|').count() - 1;
    let mut text = format!("> **规则 {head}\n> 依据：“全部要求”\n{lines}>\n");
    for (at, row) in table.lines().enumerate() {
        let _ = writeln!(text, "> {row}");
        if at == 0 {
            let _ = writeln!(text, "> |{}", "---|".repeat(columns));
        }
    }
    text + "\n"
}

/// One rule on 要求程度 under a clause of its own, two; its rows begin on line
/// 31, or 32 with a line of 适用.
pub(super) fn one(lines: &str, table: &str) -> String {
    format!("二、全部要求。\n\n{}", rule("二** 定 要求程度", lines, table))
}

#[test]
fn a_sound_notice_has_no_problem() {
    let all = one("", "| ⇒ 要求程度 |\n| 全部 |");
    assert_eq!(told("", &all, ""), Vec::<String>::new());
    let third = one(
        "> 裁量：D0\n",
        "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| [50,55) | 1/3 |\n| ≥55 | 不要求 |",
    );
    assert_eq!(told("", &third, ""), Vec::<String>::new());
}

#[test]
fn rows_that_overlap_and_disagree() {
    for (table, problem) in [
        (
            "| 性别 | 周岁 | ⇒ 要求程度 |\n| - | <50 | 全部 |\n| 男 | [50,56) | 1/3 |\n| - | ≥55 | 不要求 |\n| 女 | [50,55) | 1/3 |",
            "!34 这一行与第 33 行重叠而结果不同（不要求、1/3），如 性别=男，周岁=55",
        ),
        (
            "| 性别 | ⇒ 要求程度 |\n| 男、女 | 全部 |\n| 女 | 参考 |",
            "!33 这一行与第 32 行重叠而结果不同（参考、全部），如 性别=女",
        ),
        ("| ⇒ 要求程度 |\n| 全部 |\n| 参考 |", "!33 这一行与第 32 行重叠而结果不同（参考、全部）"),
    ] {
        assert_eq!(told("", &one("> 裁量：D0\n", table), ""), [problem], "{table}");
    }
}

#[test]
fn rows_that_are_never_heard() {
    let table = "| 性别 | ⇒ 要求程度 |\n| 男 | 全部 |\n| 女 | 参考 |";
    assert_eq!(
        told("", &one("> 适用：性别 = 女\n", table), ""),
        [
            "!26 2021 年度有情形没有规则给出“要求程度”，如 用途=年度审验，性别=男",
            "!32 这一行永远不成立：它与“适用”的条件没有共同的情形"
        ]
    );
    for (table, problem) in [
        (
            "| 周岁 | ⇒ 要求程度 |\n| - | 全部 |\n| ≥50 | 全部 |",
            "!32 这一行轮不到：第 31 行已包括它的全部情形",
        ),
        (
            "| 周岁 | ⇒ 要求程度 |\n| ≥50 | 全部 |\n| - | 全部 |",
            "!31 这一行轮不到：第 32 行已包括它的全部情形",
        ),
        (
            "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| ≥50 | 全部 |\n| - | 全部 |",
            "!31 这一行轮不到：第 33 行已包括它的全部情形",
        ),
    ] {
        assert_eq!(told("", &one("", table), ""), [problem], "{table}");
    }
    // An empty interval is told where it is read, once.
    let table = "| 周岁 | ⇒ 要求程度 |\n| [45,45) | 全部 |\n| - | 全部 |";
    assert_eq!(told("", &one("", table), ""), ["!31 区间 [45,45) 里没有数"]);
}

#[test]
fn a_row_that_others_cover_between_them_says_nothing_new() {
    let table = "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| [40,60) | 全部 |\n| ≥50 | 全部 |";
    assert_eq!(
        told("", &one("", table), ""),
        ["32 这一行多余：同表其他几行合起来已包括它的全部情形，结果相同"]
    );
    let table = "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| [40,60) | 全部 |\n| ≥51 | 全部 |";
    assert_eq!(told("", &one("", table), ""), Vec::<String>::new());
}

#[test]
fn exceptions_form_trees_of_one_output() {
    let full = "| ⇒ 要求程度 |\n| 全部 |";
    let woman = "| 性别 | ⇒ 要求程度 |\n| 女 | 参考 |";
    let two = |one: &str, other: &str, table: &str| {
        format!(
            "二、全部要求。\n\n{}三、全部要求。\n\n{}",
            rule(one, "", full),
            rule(other, "", table)
        )
    };
    let sound = two("二** 定 要求程度", "三** 例外于 二 定 要求程度", woman);
    assert_eq!(told("", &sound, ""), Vec::<String>::new());
    let own = two("二** 例外于 二 定 要求程度", "三** 例外于 二 定 要求程度", woman);
    assert_eq!(told("", &own, "")[0], "!26 规则 二 例外于它自己");
    let around = two("二** 例外于 三 定 要求程度", "三** 例外于 二 定 要求程度", woman);
    assert_eq!(told("", &around, "")[0], "!26 规则 二、三 依次互为例外，成了一圈");
    let across =
        two("二** 定 要求程度", "三** 例外于 二 定 窗口", "| 性别 | ⇒ 窗口 |\n| 男、女 | 近1年 |");
    assert!(
        told("", &across, "")
            .contains(&"!35 规则 三 定“窗口”，却例外于定“要求程度”的规则 二".to_owned())
    );
    let silenced = two("二** 定 要求程度", "三** 例外于 二 定 要求程度", full);
    assert_eq!(told("", &silenced, ""), ["!31 这一行轮不到：例外 三 已取代它的全部情形"]);
    let nowhere = two("二** 定 要求程度", "三** 例外于 四 定 要求程度", woman);
    assert!(told("", &nowhere, "").contains(&"!35 规则 三 例外于不存在的规则 四".to_owned()));
}

#[test]
fn a_long_circle_is_told_once() {
    let numbers = ["二", "三", "四", "五", "六"];
    let mut rules = String::new();
    for (at, number) in numbers.iter().enumerate() {
        let next = numbers[(at + 1) % numbers.len()];
        let head = format!("{number}** 例外于 {next} 定 要求程度");
        let _ = write!(rules, "{number}、全部要求。\n\n");
        rules += &rule(&head, "", "| 性别 | ⇒ 要求程度 |\n| 男 | 全部 |");
    }
    let told = told("", &rules, "");
    let circles: Vec<_> = told.iter().filter(|it| it.contains("成了一圈")).collect();
    assert_eq!(circles, ["!26 规则 二、三、四、五、六 依次互为例外，成了一圈"]);
}

#[test]
fn rules_that_disagree_need_a_decision() {
    let siblings = |age: &str| {
        format!(
            "二、全部要求。\n\n{}三、全部要求。\n\n{}四、全部要求。\n\n{}",
            rule("二** 定 要求程度", "", "| ⇒ 要求程度 |\n| 全部 |"),
            rule(
                "三** 例外于 二 定 要求程度",
                "> 裁量：D0\n",
                &format!("| 性别 | 周岁 | ⇒ 要求程度 |\n| 女 | {age} | 1/3 |")
            ),
            rule(
                "四** 例外于 二 定 要求程度",
                "",
                "| 领域 | 周岁 | ⇒ 要求程度 |\n| 非公 | <50 | 参考 |"
            )
        )
    };
    assert_eq!(
        told("", &siblings("≥45"), DECISIONS),
        ["!50 规则 试/三（第 41 行，1/3）与规则 试/四（参考）不一致：性别=女，周岁=45，领域=非公"]
    );
    assert_eq!(told("", &siblings("≥50"), DECISIONS), Vec::<String>::new());
    let settled = DECISIONS.replacen("by = \"某局\"\n", &format!("by = \"某局\"\n{SETTLES}"), 1);
    assert_eq!(told("", &siblings("≥45"), &settled), Vec::<String>::new());
    // An exception between them settles it too: then there is no such case.
    let nested = siblings("≥45").replace("四** 例外于 二", "四** 例外于 三");
    let told = told("", &nested, DECISIONS);
    assert!(told.iter().all(|it| !it.contains("试/三")), "{told:?}");
}

#[test]
fn a_purpose_without_a_window() {
    let rules = one("> 适用：用途 = 职称评审、年度审验\n", "| ⇒ 要求程度 |\n| 全部 |");
    assert_eq!(told("", &rules, ""), ["!26 规则提到用途“职称评审”，却没有规则给出它的“窗口”"]);
    let window = |purpose: &str| {
        let table = format!("| 用途 | ⇒ 窗口 |\n| {purpose} | 近1年 |");
        format!("{rules}三、全部要求。\n\n{}", rule("三** 定 窗口", "", &table))
    };
    let no_window = |purpose: &str| {
        let told = told("", &window(purpose), "");
        told.into_iter().filter(|it| it.contains("却没有")).collect::<Vec<_>>()
    };
    assert_eq!(no_window("职称评审"), Vec::<String>::new());
    assert_eq!(no_window("聘任").len(), 1);
    assert_eq!(no_window("-"), Vec::<String>::new());
}

#[test]
fn cases_of_which_no_rule_speaks_are_told_once() {
    let window = |rows: &str| {
        let table = format!("| 学历 | 申报级别 | ⇒ 窗口 |\n{rows}");
        format!(
            "二、全部要求。\n\n{}",
            rule("二** 定 窗口", "> 适用：用途 = 考核认定\n> 裁量：D0\n", &table)
        )
    };
    let three = "| 本科、专科 | 初级 | 近1年 |\n| 硕士 | 中级 | 近2年 |\n| 博士 | 中级 | 空 |";
    assert_eq!(
        told("", &window(three), ""),
        [
            "26 “窗口”：12 种情形中有 8 种没有规则给出结果，如 用途=考核认定，申报级别=初级，学历=硕士"
        ]
    );
    let all =
        format!("{three}\n| 硕士、博士 | 初级、高级 | 空 |\n| 专科、本科 | 中级、高级 | 空 |");
    assert_eq!(told("", &window(&all), ""), Vec::<String>::new());
}

#[test]
fn a_first_year_owed_is_counted_from_something() {
    let start =
        |table: &str| told("", &one("> 裁量：D0\n", table).replace("定 要求程度", "定 窗口起"), "");
    let sound = "| 机关转任年差 | ⇒ 窗口起 |\n| ≥1 | 按转任年限 |";
    assert_eq!(start(sound), [""; 0]);
    for table in [
        "| ⇒ 窗口起 |\n| 按转任年限 |",
        "| 机关转任年差 | ⇒ 窗口起 |\n| - | 按转任年限 |",
        "| 机关转任年差 | ⇒ 窗口起 |\n| 无 | 按转任年限 |",
        "| 参加工作年差 | ⇒ 窗口起 |\n| <3 | 按转任年限 |",
    ] {
        assert_eq!(
            start(table),
            ["!32 这一行的结论是“按转任年限”，却没有以“机关转任年差”作条件"],
            "{table}"
        );
    }
}

#[test]
fn a_last_day_on_a_weekend_wants_a_decision() {
    let body = |last: &str, decision: &str| {
        let body = BASIS.replace("12月31日", last);
        body.replace("> 依据：“每年”\n", &format!("> 依据：“每年”\n{decision}"))
    };
    let told = |year, last: &str| told_of(&notice(year, "", &body(last, "")), DECISIONS);
    let of = |day: &str, weekday: &str| {
        format!("22 “学习期间”止于 {day}，是{weekday}，没有裁量写明是否顺延")
    };
    // Days of the week by `cal`.
    assert_eq!(told(2021, "12月31日"), [""; 0]);
    assert_eq!(told(2022, "12月31日"), [of("2022-12-31", "星期六")]);
    assert_eq!(told(2023, "12月31日"), [of("2023-12-31", "星期日")]);
    assert_eq!(told(2024, "12月31日"), [""; 0]);
    assert_eq!(told(2022, "12月30日"), [""; 0]);
    assert_eq!(told(2021, "次年4月30日"), [of("2022-04-30", "星期六")]);
    // Any decision does not do; one that says it does.
    let cited = notice(2022, "", &body("12月31日", "> 裁量：D1\n"));
    assert_eq!(told_of(&cited, DECISIONS).len(), 1);
    let said = "by = \"某局\"\nparameters = { weekend = \"no-shift\" }\n";
    assert_eq!(told_of(&cited, &DECISIONS.replacen("by = \"某局\"\n", said, 1)), [""; 0]);
}

#[test]
fn days_that_a_rule_allows_end_on_a_weekend_for_somebody() {
    let deadline = |definition: &str, lines: &str| {
        let table = "| 计划提前天数 | ⇒ 计划 |\n| ≥14 | 合规 |\n| <14 | 逾期 |";
        let rule = rule("二** 定 计划", lines, table);
        format!(
            "二、全部要求。\n\n> **定义**\n> 计划提前天数 = 天数差(计划上报日, 开班日)\n{definition}\n{rule}"
        )
    };
    let problem = "34 “计划提前天数”的期限，最后一天会是星期六或星期日，没有裁量写明是否顺延";
    assert_eq!(told("", &deadline("", ""), DECISIONS), [problem]);
    let said = "by = \"某局\"\nparameters = { weekend = \"no-shift\" }\n";
    let said = DECISIONS.replacen("by = \"某局\"\n", said, 1);
    assert_eq!(told("", &deadline("", "> 裁量：D1\n"), &said), [""; 0]);
    assert_eq!(told("", &deadline("> 裁量：D1\n", ""), &said), [""; 0]);
    // Years of age are no deadline.
    let age = one("", "| 周岁 | ⇒ 要求程度 |\n| <50 | 全部 |\n| ≥50 | 参考 |");
    assert_eq!(told("", &age, DECISIONS), [""; 0]);
}

#[test]
fn a_decision_older_than_a_notice_is_to_be_looked_at_again() {
    let rules = one("> 裁量：D1\n", "| ⇒ 要求程度 |\n| 全部 |");
    let of = |front: &str, decisions: &str| {
        let text = notice(2021, front, &format!("{BASIS}\n{rules}"));
        told_at(&text, &format!("{decisions}\n{SAID}"))
    };
    let d1 = &DECISIONS[..=DECISIONS.find("\n\n").unwrap()];
    let outdated =
        |day: &str, since: &str| format!("n.md:1 以为据的裁量早于本通知（{day}）：D1（{since}）");
    let (written, published) = ("\"成文日期\" = 2022-01-01\n", "\"发布日期\" = 2022-01-02\n");
    assert_eq!(of("", d1), [""; 0]);
    assert_eq!(of(written, d1), [""; 0]);
    assert_eq!(of(published, d1), [outdated("2022-01-02", "登记于 2022-01-01")]);
    // The day on which it was written counts, not the day of its publication.
    assert_eq!(of(&format!("{written}{published}"), d1), [""; 0]);
    let confirmed = |day: &str| format!("{d1}confirmed = {day}\n");
    assert_eq!(of(published, &confirmed("2022-01-02")), [""; 0]);
    let later = published.replace("01-02", "03-01");
    assert_eq!(of(&later, &confirmed("2022-01-02")), [outdated("2022-03-01", "确认于 2022-01-02")]);
    assert_eq!(
        of("", &confirmed("2021-12-31")),
        ["content/decisions.toml:7 确认于 2021-12-31，早于作出选择的 2022-01-01"]
    );
    // One that settles what rules of the notice decide is leant on too.
    let settling = format!("{d1}{SETTLES}");
    assert_eq!(of(published, &settling).len(), 1);
}

#[test]
fn clauses_that_must_have_rules() {
    let rules = one("", "| ⇒ 要求程度 |\n| 全部 |") + "三、其他。\n";
    assert_eq!(
        told("\"有规则\" = [\n  \"一\",\n  \"三\",\n  \"四(一)\",\n  \"某\",\n]\n", &rules, ""),
        [
            "!9 “有规则”列了条款 三，它之下却没有规则",
            "!10 “有规则”列了条款 四(一)，正文中没有这一条",
            "!11 不是条款号：某",
        ]
    );
}

#[test]
fn a_text_that_was_signed_off_does_not_change_unseen() {
    let rules = one("", "| ⇒ 要求程度 |\n| 全部 |");
    let wrong = told("\"核对\" = \"00\"\n", &rules, "");
    let [problem] = &wrong[..] else { panic!("{wrong:?}") };
    let hash = problem.strip_prefix("!7 正文与核对过的不同：现在的摘要是 ").unwrap();
    // The digest of the clauses' two lines alone: printf '%s\n' … | sha256sum.
    assert_eq!(hash, DIGEST);
    let front = format!("\"核对\" = \"{hash}\"\n");
    assert_eq!(told(&front, &rules, ""), Vec::<String>::new());
    // Rules may change; the text may not.
    let other = one("", "| ⇒ 要求程度 |\n| 参考 |");
    assert_eq!(told(&front, &other, ""), Vec::<String>::new());
    let other = rules.replace("二、全部要求。", "二、全部要求！");
    assert_eq!(told(&front, &other, "").len(), 1);
}

#[test]
fn a_thousand_rows_are_checked_and_too_many_combinations_refused() {
    let rows = |count: i32| {
        (0..count).fold("| 周岁 | ⇒ 要求程度 |".to_owned(), |mut table, at| {
            let _ = write!(table, "\n| [{at},{}) | 全部 |", at + 1);
            table
        })
    };
    assert_eq!(
        told("", &one("", &rows(1_000)), ""),
        [
            "!26 2021 年度有情形没有规则给出“要求程度”，如 用途=年度审验，周岁=1000",
            "26 “要求程度”：1002 种情形中有 2 种没有规则给出结果，如 周岁=1000"
        ]
    );
    assert_eq!(told("", &one("", &rows(10_000)), "")[0], "!29 规则表有 10000 行");
    // Each row cuts every axis anew: no row covers another, and the gaps between
    // them are too many to count.
    let mut wide = "| 周岁 | 申报年度 | 参加工作年差 | 机关转任年差 | ⇒ 要求程度 |".to_owned();
    for at in 0..400 {
        let cell = |step: i32| format!("[{},{})", at * step % 397 * 3, at * step % 397 * 3 + 700);
        let _ =
            write!(wide, "\n| {} | {} | {} | {} | 全部 |", cell(1), cell(31), cell(57), cell(83));
    }
    let told = told("", &one("", &wide), "");
    assert!(told.iter().any(|it| it.contains("要分辨的情形太多，检查不完")), "{told:?}");
}

#[test]
fn a_cell_of_five_megabytes_is_refused_with_its_notice() {
    let mut problems = Diagnostics::new();
    let cell = "男".repeat((5 << 20) / 3);
    let text = format!("+++\n+++\n> | {cell} |\n");
    assert!(text.len() > MAX_BYTES);
    assert!(Notice::parse("n.md", &text, Some(&vocabulary()), &mut problems).is_none());
    assert!(problems.into_sorted()[0].message.starts_with("通知过大"));
    // The largest cell that a notice can hold at all.
    let cell = "男".repeat(300_000);
    let table = format!("| 性别 | ⇒ 要求程度 |\n| {cell} | 全部 |");
    assert_eq!(told("", &one("", &table), ""), ["!31 “性别”列有一格超过 1000 字"]);
}

/// `printf '一、每年三十学时，全部要求。乡镇等从宽。\n二、全部要求。\n' | sha256sum`
const DIGEST: &str = "b77e3785d3d7fcbc1f9eacffb7aba2b50ca96aab59d2d231d4db9be74938bfad";

#[test]
fn texts_beyond_any_length_are_told_at_their_line() {
    let example = |cell: &str, rows: usize| {
        let row = format!("> | 男 | {cell} |\n").repeat(rows);
        told(
            "",
            &format!("二、全部要求。\n\n> **例 甲**\n>\n> | 性别 | ⇒ 结论 |\n> |---|---|\n{row}"),
            "",
        )
    };
    let long = "通".repeat(1_001);
    assert_eq!(example(&long, 1), ["!30 例“甲”有一格超过 1000 字"]);
    assert_eq!(example("通过", 1_001), ["!26 例“甲”有 1001 行，上限 1000"]);
    let mut problems = Diagnostics::new();
    let long = DECISIONS.replacen("choice = \"", &format!("choice = \"{}", "长".repeat(2_000)), 1);
    let read = decision::parse("d.toml", &long, &mut problems);
    assert_eq!(read.keys().collect::<Vec<_>>(), ["D2"]);
    let told = problems.into_sorted();
    assert_eq!(told[0].place, Place::line("d.toml", 2));
    assert_eq!(told[0].message, "这项裁量里有一项超过 2000 字");
}
