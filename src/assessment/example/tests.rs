//! Examples beyond those that the notices show: whatever a table of them expects was
//! worked out by hand from the clauses.

use std::collections::BTreeSet;

use super::{Failure, run};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::tests::{DECISIONS, SAMPLE, Sample, sample_by, vocabulary};
use crate::diagnostic::Diagnostics;

/// What these examples come to by the rules of a sample: what they expect and do not
/// get, and what is wrong with them.
fn told(sample: &Sample, examples: &str) -> Vec<String> {
    told_for("2022", sample, examples)
}

/// The same of a notice that is for these years.
fn told_for(years: &str, sample: &Sample, examples: &str) -> Vec<String> {
    let text = format!(
        "+++\n\"标题\" = \"试\"\n\"命名空间\" = \"区\"\n\"发文机关\" = \"某局\"\n\"效力\" = \"有效\"\n\
         \"适用年度\" = [{years}]\n+++\n{examples}"
    );
    let mut problems = Diagnostics::new();
    let notice = Notice::parse("e.md", &text, Some(&vocabulary()), &mut problems).unwrap();
    assert!(!notice.examples.is_empty());
    let before = notice.lines_before;
    let failure = |it: Failure| {
        let Failure { line, label, expected, actual, trace: _ } = it;
        format!("{} {label} {expected}: {actual}", line - before)
    };
    let failures: Vec<_> =
        run(&sample.policies, &notice, &mut problems).into_iter().map(failure).collect();
    let told = problems.into_sorted().into_iter().map(|it| format!("{} {}", it.place, it.message));
    failures.into_iter().chain(told).collect()
}

/// Each clause with rules has, right below it, examples that pass and that fail, or of
/// all that its rules can give; that they stand at every boundary, the mutation check
/// shows (`properties::the_notices_examples_notice_every_boundary`).
#[test]
fn each_clause_has_an_example_that_passes_and_one_that_fails() {
    let mut wanting = Vec::new();
    for notice in &SAMPLE.sources.notices {
        for clause in notice.front.ruled.iter().map(|it| &it.value) {
            let own = notice.clause(clause).unwrap();
            let below = notice.clauses.iter().map(|it| it.line).filter(|line| *line > own.line);
            let end = below.min().unwrap_or(u32::MAX);
            let examples = notice.examples.iter().filter(|it| (own.line..end).contains(&it.line));
            let mut found = BTreeSet::new();
            for example in examples {
                for case in &example.cases {
                    let result = example.expected.iter().zip(&case.expected);
                    let result =
                        result.filter(|(label, cell)| *label != "依据" && !cell.is_empty());
                    found.extend(
                        result
                            .take(1)
                            .map(|(_, cell)| cell.split('·').next().unwrap_or_default().to_owned()),
                    );
                }
            }
            let is_of_people = found.contains("通过");
            let has_both = match is_of_people {
                true => found.contains("不通过"),
                false => found.len() > 1,
            };
            if !has_both {
                wanting.push(format!("{}/{clause} {found:?}", notice.front.namespace));
            }
        }
    }
    assert_eq!(wanting, [""; 0]);
}

fn deciding(changes: &[(&str, &str)]) -> Sample {
    let change = |text: String, (from, to): &(&str, &str)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    };
    let decisions = changes.iter().fold(DECISIONS.to_owned(), change);
    let sample = sample_by(|_, text| text.to_owned(), &decisions);
    assert_eq!(sample.problems, [""; 0]);
    sample
}

const SUM: (&str, &str) = ("window-test = \"each-year\"", "window-test = \"sum\"");
const TOTAL: (&str, &str) = ("part-of = \"each-category\"", "part-of = \"total\"");

#[test]
fn years_that_are_judged_together_are_told_together() {
    let examples = "
> **例 三年合计：公需 90，专业 180**
>
> | 用途 | 学时 | ⇒ 结论 | ⇒ 差额 | ⇒ 询问 |
> |---|---|---|---|---|
> | 职称评审 | 20:0/0；21:60/120；22:30/60 | 通过·足额 | | |
> | 职称评审 | 20:0/0；21:60/120；22:30/59 | 不通过 | 20+21+22:0/1 | |
> | 职称评审 | 20、21、22:29/60 | 不通过 | 20+21+22:3/0 | |
> | 职称评审 | 20:-/60；21:60/60；22:29/60 | 待核定 | 20+21+22:1/0 | 20学时 |
> | 考核评优 | 21:30/59 | 不通过 | 21:0/1 | |
";
    assert_eq!(told(&deciding(&[SUM]), examples), [""; 0]);
    // What is expected year by year is not what is said.
    let year_by_year = examples.replace("20+21+22:3/0", "20、21、22:1/0");
    assert_eq!(told(&deciding(&[SUM]), &year_by_year), ["8 差额 20、21、22:1/0: 20+21+22:3/0"]);
}

#[test]
fn a_part_of_the_total_is_told_as_a_total() {
    let examples = "
> **例 男 51 岁，每年 90 学时的三分之一，不论科目**
>
> | 用途 | 出生日期 | 学时 | ⇒ 结论 | ⇒ 差额 |
> |---|---|---|---|---|
> | 职称评审 | 1971-01-01 | 20、21、22:30/0 | 通过·减免 | |
> | 职称评审 | 1971-01-01 | 20、21:0/30；22:10/19 | 不通过 | 22:0/0，合计 1 |
> | 职称评审 | 1992-01-01 | 20、21:30/60；22:60/30 | 不通过 | 22:0/30 |
";
    assert_eq!(told(&deciding(&[TOTAL]), examples), [""; 0]);
    let together = "
> **例 三年一共 270 学时的三分之一**
>
> | 用途 | 出生日期 | 学时 | ⇒ 结论 | ⇒ 差额 |
> |---|---|---|---|---|
> | 职称评审 | 1971-01-01 | 20:0/0；21:60/0；22:0/30 | 通过·减免 | |
> | 职称评审 | 1971-01-01 | 20:0/0；21:30/30；22:0/29 | 不通过 | 20+21+22:0/0，合计 1 |
";
    assert_eq!(told(&deciding(&[SUM, TOTAL]), together), [""; 0]);
}

/// Of a notice that is for several years, each application says of which it is.
#[test]
fn an_application_under_a_notice_of_several_years_names_its_year() {
    let years = "\"适用年度\" = [2022]";
    let sample = sample_by(|_, text| text.replace(years, "\"适用年度\" = [2022, 2023]"), DECISIONS);
    let table = |year: &str| {
        format!(
            "一、甲。\n\n> **例 甲**\n>\n> | 用途 | 申报年度 | 学时 | ⇒ 结论 |\n> |---|---|---|---|\n\
             > | 年度审验 | {year} | 22:30/60 | 通过 |\n"
        )
    };
    let told = |year: &str| told_for("2022, 2023", &sample, &table(year));
    assert_eq!(told("2022"), Vec::<String>::new());
    assert_eq!(told("2023"), ["7 结论 通过: 待核定"]);
    assert_eq!(told(""), ["e.md:14 例“甲”：没有写明“申报年度”，通知适用于几个年度"]);
}

/// It is told once, with how many rows there are.
#[test]
fn rows_without_their_year_are_told_once() {
    let years = "\"适用年度\" = [2022]";
    let sample = sample_by(|_, text| text.replace(years, "\"适用年度\" = [2022, 2023]"), DECISIONS);
    let row = "> | 年度审验 | 22:30/60 | 通过 |\n";
    let table = format!(
        "一、甲。\n\n> **例 甲**\n>\n> | 用途 | 学时 | ⇒ 结论 |\n> |---|---|---|\n{}",
        row.repeat(3)
    );
    assert_eq!(
        told_for("2022, 2023", &sample, &table),
        ["e.md:14 例“甲”：有 3 行没有写明“申报年度”，通知适用于几个年度"]
    );
}

/// Who is 55 depends on the day: the vocabulary's, 1 September 2022, is moved to the year
/// that is judged, and one that is stated lies in it.
#[test]
fn an_application_is_made_in_its_year() {
    let years = "\"适用年度\" = [2022]";
    let sample = sample_by(|_, text| text.replace(years, "\"适用年度\" = [2022, 2024]"), DECISIONS);
    let table = |column: &str, cells: &str| {
        format!(
            "一、甲。\n\n> **例 甲**\n>\n> | 用途 | 申报年度 | 出生日期 {column}| 学时 | ⇒ 要求程度 |\n> |---|---|---|---|---|{}\n> | 职称评审 | 2024 | {cells} | 22、23、24:30/60 | 不要求 |\n",
            if column.is_empty() { "" } else { "---|" }
        )
    };
    let told = |column: &str, cells: &str| told_for("2022, 2024", &sample, &table(column, cells));
    // Born on 1 September 1969: 55 on the day in 2024, 53 in 2022.
    assert_eq!(told("", "1969-09-01"), [""; 0]);
    assert_eq!(told("", "1969-09-02"), ["7 要求程度 不要求: 1/3"]);
    assert_eq!(told("| 申报日 ", "1969-09-02 | 2024-09-02"), [""; 0]);
    for day in ["2022-09-01", "2023-12-31", "2025-01-01"] {
        assert_eq!(
            told("| 申报日 ", &format!("1969-09-01 | {day}")),
            [format!("e.md:14 例“甲”：申报日 {day} 不在申报年度 2024")]
        );
    }
}

/// Hours of a year stand in a cell once: a second time is a slip for another year.
#[test]
fn hours_of_a_year_are_given_once() {
    let told = |hours: &str| {
        let table = format!(
            "一、甲。\n\n> **例 甲**\n>\n> | 用途 | 学时 | ⇒ 结论 |\n> |---|---|---|\n> | 年度审验 | {hours} | 通过 |\n"
        );
        told(&SAMPLE, &table)
    };
    assert_eq!(told("21:30/60；22:30/60"), [""; 0]);
    for hours in ["22:30/0；22:0/60", "21、22、2022:30/60", "22:30/-；22:-/60"] {
        assert_eq!(told(hours), ["e.md:14 例“甲”：2022 年的学时写了两次"], "{hours}");
    }
}

/// What nothing could come out as is told as a word, and what comes out is in the
/// notation of the notice: it can be pasted.
#[test]
fn an_expectation_that_no_result_can_be_is_told_as_a_word() {
    let told = |column: &str, cell: &str| {
        let table = format!(
            "一、甲。\n\n> **例 甲**\n>\n> | 用途 | 学时 | ⇒ {column} |\n> |---|---|---|\n> | 年度审验 | 22:30/53 | {cell} |\n"
        );
        told(&SAMPLE, &table)
    };
    for (column, cell, problem) in [
        ("结论", "不合格", "“结论”没有取值“不合格”"),
        ("结论", "通过·全额", "“结论”没有取值“通过·全额”"),
        ("依据", "六(二)", "没有这条规则或条款，也没有规则引用这项裁量：“六(二)”"),
        ("依据", "一、D77", "没有这条规则或条款，也没有规则引用这项裁量：“D77”"),
        ("询问", "姓名", "“询问”没有取值“姓名”"),
        ("后果", "警告", "“后果”没有取值“警告”"),
        ("差额", "2022 专业 1", "看不懂学时“2022 专业 1”"),
        ("计划", "合格", "“计划”没有取值“合格”"),
        ("计入", "专业", "“计入”没有取值“专业”"),
    ] {
        assert_eq!(told(column, cell), [format!("e.md:14 例“甲”：{problem}")], "{cell}");
    }
    // What comes out instead can be written in its place.
    for (column, cell) in [
        ("差额", "22:1/0"),
        ("差额", "无"),
        ("询问", "性别"),
        ("依据", "三(一)"),
        ("后果", "不予评优"),
    ] {
        let failed = told(column, cell);
        let actual = failed[0].split_once(": ").unwrap().1;
        assert_eq!(told(column, actual), Vec::<String>::new(), "{column} {actual}");
    }
    assert_eq!(told("差额", "无"), ["7 差额 无: 22:0/7"]);
    assert_eq!(told("询问", "性别"), ["7 询问 性别: 无"]);
}
