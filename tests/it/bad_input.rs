//! Notices that nobody means to write, through the program: each ends soon, in little
//! memory, with an error that says where and what, and never in a panic.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::tree::{sample, shenyan};

/// Long enough for a busy machine; only a run that hangs takes so long.
const PATIENCE: Duration = Duration::from_secs(120);
/// Address space of a run, in KiB.
const MEMORY: u32 = 1 << 20;

const HEAD: &str = "+++\n\"标题\" = \"试\"\n\"命名空间\" = \"试\"\n\"发文机关\" = \"某局\"\n\
                    \"效力\" = \"有效\"\n\"适用年度\" = [2023]\n+++\n";

/// What a year needs; the next line is the 27th of the file.
const BASIS: &str = "\
一、公需科目、专业科目各不少于 30 学时，当年有效。

> **规则 一** 定 应修学时
> 依据：“各不少于 30 学时”
>
> | 科目 | ⇒ 应修学时 |
> |---|---|
> | 公需、专业 | 30 |

> **规则 一后段** 定 学习期间
> 依据：“当年有效”
> 裁量：D20
>
> | ⇒ 起 | ⇒ 止 |
> |---|---|
> | 1月1日 | 12月31日 |

二、甲。

";

/// What counts, after the case: a year in which nothing does is refused.
const TAIL: &str = "

三、参加培训的学时，经核定的计入。

> **规则 三** 定 计入 每 学习记录
> 依据：“参加培训的学时”
>
> | 类别 | ⇒ 科目 | ⇒ 学时 |
> |---|---|---|
> | 公需网络培训 | 公需 | 实际 |
> | 基地培训 | 专业 | 实际 |

> **规则 三后段** 定 认可 每 学习记录
> 依据：“经核定的计入”
>
> | 核定状态 | ⇒ 认可 |
> |---|---|
> | 已核定 | 是 |
> | 待核定 | 待核定 |
";

/// A rule under the second clause, whose rows begin on line 32.
fn rule(head: &str, lines: &str, columns: &str, rows: &str) -> String {
    let width = columns.matches('|').count() - 1;
    format!(
        "> **规则 {head}\n> 依据：“甲”\n{lines}>\n> {columns}\n> |{}\n{rows}\n",
        "---|".repeat(width)
    )
}

/// A rule on 要求程度 with these condition columns and rows.
fn degree(columns: &str, rows: &str) -> String {
    rule("二** 定 要求程度", "", &format!("| {columns} | ⇒ 要求程度 |"), rows)
}

fn example(rows: &str) -> String {
    format!("> **例 多**\n>\n> | 用途 | 学时 | ⇒ 结论 |\n> |---|---|---|\n{rows}")
}

/// Runs `check` on the sample with such a notice for 2023, and no learners.
fn check(notice: &str) -> Output {
    let site = sample();
    let content = site.path().join("content");
    fs::remove_dir_all(content.join("learners")).unwrap();
    fs::create_dir(content.join("notices/2023")).unwrap();
    fs::write(content.join("notices/2023/x.md"), format!("{notice}{TAIL}")).unwrap();
    let limited = format!("ulimit -v {MEMORY}; exec \"$0\" check");
    let mut command = Command::new("sh");
    command.arg("-c").arg(limited).arg(shenyan()).current_dir(site.path());
    command.stdout(Stdio::null()).stderr(fs::File::create(site.path().join("err")).unwrap());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let status = child.wait().unwrap();
    Output { status, stdout: Vec::new(), stderr: fs::read(site.path().join("err")).unwrap() }
}

/// What a case is called, the notice's end, and what is told of it.
type Case = (&'static str, String, &'static str);

/// Rules that are wrong.
fn faults() -> Vec<Case> {
    let circle = "> **定义**\n> 机关转任年差 = 年差(参加工作年差, 转任日期)\n\
                  > 参加工作年差 = 年差(机关转任年差, 参加工作日期)\n";
    vec![
        (
            "a missing cell",
            degree("性别 | 领域", "> | 男 | 全部 |\n"),
            "x.md:32: error: “要求程度”列有一格是空的",
        ),
        (
            "cyclic exceptions",
            rule("二** 例外于 二 定 要求程度", "", "| ⇒ 要求程度 |", "> | 全部 |\n"),
            "x.md:27: error: 规则 二 例外于它自己",
        ),
        (
            "an unknown output",
            rule("二** 定 不知", "", "| ⇒ 不知 |", "> | 全部 |\n"),
            "x.md:27: error: 词表中没有输出“不知”",
        ),
        (
            "overlapping intervals",
            degree("周岁", "> | [1,5) | 全部 |\n> | [4,6) | 参考 |\n"),
            "x.md:33: error: 这一行与第 32 行重叠而结果不同（参考、全部），如 周岁=4",
        ),
        (
            "an empty interval",
            degree("周岁", "> | [5,5) | 全部 |\n> | [6,5) | 参考 |\n"),
            "x.md:32: error: 区间 [5,5) 里没有数",
        ),
        (
            "lines that end as on Windows",
            degree("周岁", "> | [5,5) | 全部 |\n").replace('\n', "\r\n"),
            "x.md:32: error: 区间 [5,5) 里没有数",
        ),
        (
            "a definition that refers to itself",
            "> **定义**\n> 机关转任年差 = 年差(机关转任年差, 转任日期)\n".to_owned(),
            "x.md:28: error: 定义用到了“机关转任年差”，它自己也由定义推算",
        ),
        (
            "definitions that refer to each other",
            circle.to_owned(),
            "x.md:28: error: 定义用到了“参加工作年差”，它自己也由定义推算",
        ),
    ]
}

/// Tables that are too large.
fn tables() -> Vec<Case> {
    let number = |at: usize| format!("> | {at} | 全部 |\n");
    let wide = |at: usize| {
        let cell = |step: usize| format!("[{},{})", at * step % 397, at * step % 397 + 300);
        format!("> | {} | {} | {} | {} | 全部 |\n", cell(1), cell(31), cell(57), cell(83))
    };
    vec![
        (
            "ten thousand rows",
            degree("周岁", &(0..10_000).map(number).collect::<String>()),
            "x.md:30: error: 规则表有 10000 行",
        ),
        (
            "a cell of five megabytes",
            degree("性别", &format!("> | {} | 全部 |\n", "男".repeat(1_700_000))),
            "x.md:32: error: 通知过大：",
        ),
        (
            "the largest cell that fits",
            degree("性别", &format!("> | {} | 全部 |\n", "男".repeat(300_000))),
            "x.md:32: error: “性别”列有一格超过 1000 字",
        ),
        (
            "too many combinations",
            degree(
                "周岁 | 参加工作年差 | 申报年度 | 机关转任年差",
                &(0..900).map(wide).collect::<String>(),
            ),
            "x.md:27: error: “要求程度”的规则要分辨的情形太多，检查不完",
        ),
        (
            "sixty thousand columns",
            degree(&"性别 | ".repeat(60_000), ""),
            "x.md:30: error: 一条规则有 60002 列，上限 64",
        ),
        (
            "fifty thousand conditions",
            rule(
                "二** 定 要求程度",
                &format!("> 适用：{}性别 = 男\n", "性别 = 男 且 ".repeat(49_999)),
                "| ⇒ 要求程度 |",
                "> | 全部 |\n",
            ),
            "x.md:29: error: 一条规则有 50000 项适用条件，上限 64",
        ),
    ]
}

/// Texts that are too long.
fn texts() -> Vec<Case> {
    let numbers = ["", "二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十"];
    let units = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let chapters = numbers.iter().flat_map(|ten| units.map(|unit| format!("{ten}{unit}、乙\n\n")));
    let items: String = (1..100).map(|at| format!("{at}. 丙\n\n")).collect();
    let clauses: String = chapters.skip(2).map(|chapter| chapter + &items).collect();
    vec![
        (
            "a hundred thousand decisions",
            rule(
                "二** 定 要求程度",
                &format!("> 裁量：{}\n", vec!["D1"; 100_000].join("、")),
                "| ⇒ 要求程度 |",
                "> | 全部 |\n",
            ),
            "x.md:29: error: 一条规则有 100000 项裁量，上限 64",
        ),
        (
            "a bad cell in each of a thousand examples",
            example(&"> | 嗯 | 23:1/1 | 不通过 |\n".repeat(1_000)),
            "x.md:31: error: 例“多”：“用途”没有取值“嗯”",
        ),
        (
            "ten thousand examples",
            example(&"> | 年度审验 | 23:1/1 | 不通过 |\n".repeat(10_000)),
            "x.md:27: error: 例“多”有 10000 行，上限 1000",
        ),
        (
            "the same clause ten thousand times",
            "二、甲。\n\n".repeat(10_000),
            "x.md:27: error: 条款 二 重复，首次在第 25 行",
        ),
        ("eight thousand clauses", clauses, "error: 条款超过 1000 条"),
        (
            "a quotation of half a megabyte",
            rule("二** 定 要求程度", "", "| ⇒ 要求程度 |", "> | 全部 |\n")
                .replace('甲', &"乙".repeat(200_000)),
            "x.md:27: error: 规则 二 的依据不在该条原文中：“乙",
        ),
        (
            "quotations within quotations",
            "> ".repeat(20_000) + "规则 二 定\n",
            "x.md:27: error: 词表中没有输出“”",
        ),
    ]
}

/// Cells that mean nothing, or not what they seem to.
fn cells() -> Vec<Case> {
    vec![
        (
            "a number beyond all",
            degree("周岁", "> | ≥99999999999999999999 | 全部 |\n"),
            "x.md:32: error: “周岁”没有取值“≥99999999999999999999”",
        ),
        (
            "hours beyond all",
            rule(
                "二** 定 应修学时",
                "",
                "| 科目 | ⇒ 应修学时 |",
                "> | 公需 | 99999999999999999999 |\n",
            ),
            "x.md:32: error: “应修学时”没有取值“99999999999999999999”",
        ),
        (
            "a window of 65536 years",
            rule("二** 定 窗口", "", "| ⇒ 窗口 |", "> | 近65536年 |\n"),
            "x.md:32: error: “窗口”没有取值“近65536年”",
        ),
        (
            "a day that is none",
            rule("二** 定 学习期间", "", "| ⇒ 起 | ⇒ 止 |", "> | 2月29日 | 13月1日 |\n"),
            "x.md:32: error: “起”没有取值“2月29日”",
        ),
        (
            "years beyond all in an example",
            example("> | 年度审验 | 99999:1/1 | 不通过 |\n"),
            "x.md:31: error: 例“多”：看不懂学时“99999”",
        ),
        (
            "a cell with NUL",
            degree("性别", "> | 男\0 | 全部 |\n"),
            "x.md:32:6: error: 有看不见的字符 U+0000",
        ),
        (
            "a cell that is read from right to left",
            degree("周岁", "> | \u{202e}55≥ | 全部 |\n"),
            "“周岁”没有取值“⟨U+202E⟩55≥”",
        ),
        (
            "a cell that colours the terminal",
            degree("性别", "> | \u{1b}[31m男 | 全部 |\n"),
            "“性别”没有取值“⟨U+001B⟩[31m男”",
        ),
    ]
}

#[test]
fn what_is_refused_says_why() {
    for (name, body, wanted) in [faults(), tables(), texts(), cells()].concat() {
        let output = check(&format!("{HEAD}{BASIS}{body}"));
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {}", &told[..told.len().min(2_000)]);
        let begins = told.chars().take(2_000).collect::<String>();
        assert!(told.contains(wanted), "{name}: {begins}");
        assert!(told.contains("  hint: "), "{name}: {begins}");
        assert!(told.len() < 1 << 20, "{name}: {} bytes are told", told.len());
        let is_hidden =
            |it: char| it.is_control() && it != '\n' || ('\u{202a}'..='\u{202e}').contains(&it);
        assert!(!told.contains(is_hidden), "{name}: {begins}");
    }
}

#[test]
fn what_is_odd_and_harmless_is_taken() {
    let lists: String = (0..900).map(|depth| "  ".repeat(depth) + "- 甲\n").collect();
    for (name, body) in [
        ("lists within lists", lists),
        ("brackets", "[".repeat(200_000)),
        ("emphasis", "*a ".repeat(200_000)),
        ("links", "[a](b ".repeat(100_000)),
        ("tags", "<a ".repeat(200_000)),
        ("a thousand examples", example(&"> | 年度审验 | 23:1/1 | 不通过 |\n".repeat(1_000))),
        (
            "the largest numbers",
            degree("申报年度", "> | ≥2147483647 | 全部 |\n> | <2147483647 | 参考 |\n"),
        ),
    ] {
        let output = check(&format!("{HEAD}{BASIS}{body}\n"));
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{name}: {}",
            told.chars().take(2_000).collect::<String>()
        );
    }
}

#[test]
fn a_notice_for_two_hundred_years_is_refused() {
    let years: Vec<String> = (2023..2200).map(|year| year.to_string()).collect();
    let head = HEAD.replace("[2023]", &format!("[{}]", years.join(", ")));
    let output = check(&format!("{head}{BASIS}{}\n", "甲".repeat(250_000)));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("x.md:6: error: 列了 177 个年度，上限 30"), "{told:.2000}");
}
