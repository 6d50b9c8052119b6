//! Small notices whose blockquotes are not what they look like. The front matter has
//! five lines and two of `+++`; 一、 stands on line 8, what is tried from line 10 on.

use super::tests::{problems_of, rule};

const MISSED: &str = "这里像是规则、定义或例，却没有照着写法写，会被当作通知的文字";

/// What was meant for the program is not published as the notice's words.
#[test]
fn a_blockquote_that_is_almost_a_rule_is_told_at_its_line() {
    let table = "> | 用途 | ⇒ 结论 |\n> |---|---|\n> | 年度审验 | 通过 |\n";
    for (text, line) in [
        (format!("> **例E02 甲**\n>\n{table}"), 10),
        (format!("> **例子 E02 甲**\n>\n{table}"), 10),
        (format!("> **举例 甲**\n>\n{table}"), 10),
        (format!("> 看下表。\n>\n{table}"), 12),
        ("> **規则 一** 定 应修学时\n> 依据：“三十”\n".to_owned(), 10),
        ("> 应修学时\n> 依据：“三十”\n".to_owned(), 11),
        ("> **定义：**\n> 周岁 = 周岁(出生日期, 申报日)\n".to_owned(), 10),
        ("- 甲\n\n  > **规则 一** 定 应修学时\n  > 依据：“三十”\n".to_owned(), 12),
        ("- 甲\n  - 乙\n\n    > **例 甲**\n    > 文字\n".to_owned(), 13),
        ("> 甲\n>\n> > **规则 一** 定 应修学时\n".to_owned(), 12),
    ] {
        assert_eq!(problems_of("", &rule(&text)), [format!("n.md:{line}: {MISSED}")], "{text}");
    }
}

/// Words of a notice stay words, quoted and listed as they may be.
#[test]
fn a_blockquote_of_the_notices_own_words_stays_text() {
    for text in [
        "> 规则意识要增强。\n",
        "> 例如下列人员。\n",
        "> 定义务教育学校教师。\n",
        "> 依据《实施办法》，现通知如下：\n",
        "> | 单位 | 人数 |\n> |---|---|\n> | 甲 | 3 |\n",
        "- 甲\n\n  > 例如下列人员。\n",
    ] {
        assert_eq!(problems_of("", &rule(text)), Vec::<String>::new(), "{text}");
    }
}
