//! Small notices whose blockquotes are not what they look like, and which of several
//! are in force. The front matter has
//! five lines and two of `+++`; 一、 stands on line 8, what is tried from line 10 on.

use super::force::{lends, lends_any};
use super::notice::Notice;
use super::tests::{problems_of, rule};
use crate::diagnostic::Diagnostics;

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

/// A notice of a file with these lines of front matter.
fn notice(file: &str, standing: &str, front: &str) -> Notice {
    let name = file.replace('/', "-");
    let text = format!(
        "+++\n\"标题\" = \"试\"\n\"命名空间\" = \"{name}\"\n\"发文机关\" = \"某局\"\n\"效力\" = \"{standing}\"\n{front}+++\n\n一、甲。\n"
    );
    let path = format!("content/notices/{file}");
    let mut problems = Diagnostics::new();
    let notice = Notice::parse(&path, &text, None, &mut problems).unwrap();
    assert_eq!(problems.into_sorted(), []);
    notice
}

/// Each year has the rules of the notices that are for it, in force and not replaced by
/// another that is for it too.
#[test]
fn what_is_replaced_lends_its_rules_to_the_years_that_it_keeps() {
    let of = |years: &str| format!("\"适用年度\" = [{years}]\n");
    let old = notice("2021/a.md", "有效", &(of("2021, 2022") + "\"沿用\" = [2020]\n"));
    let new = |standing| {
        let front = of("2022, 2023") + "\"沿用\" = [2020]\n\"替代\" = [\"2021/a.md\"]\n";
        notice("2022/b.md", standing, &front)
    };
    let lent = |notices: &[Notice], at: usize| -> Vec<u16> {
        (2019..2025).filter(|year| lends(notices, &notices[at], *year)).collect()
    };
    let alone = [old.clone()];
    assert_eq!(lent(&alone, 0), [2020, 2021, 2022]);
    let both = [old.clone(), new("有效")];
    assert_eq!((lent(&both, 0), lent(&both, 1)), (vec![2021], vec![2020, 2022, 2023]));
    // What replaced it is withdrawn itself: nothing comes back.
    for standing in ["失效", "废止"] {
        let both = [old.clone(), new(standing)];
        assert_eq!((lent(&both, 0), lent(&both, 1)), (vec![2021], vec![]));
    }
    let lapsed = [notice("2021/a.md", "失效", &of("2021"))];
    assert!(!lends_any(&lapsed, &lapsed[0]));
    // A name without a folder is of the same folder.
    let same = [
        notice("2022/a.md", "有效", &of("2022")),
        notice("2022/b.md", "有效", &(of("2022") + "\"替代\" = [\"a.md\"]\n")),
    ];
    assert_eq!((lends_any(&same, &same[0]), lends_any(&same, &same[1])), (false, true));
}
