//! Two other regimes, as sites of their own: nothing of Inner Mongolia is in
//! the program.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::tree::{copy, files, repository, shenyan};

/// What `check --mutate` tells of a site under `tests/regimes/`, whose examples
/// stand at every boundary.
fn checked(name: &str) -> String {
    let site = repository().join("tests/regimes").join(name);
    let output =
        Command::new(shenyan()).args(["check", "--mutate", "--site"]).arg(&site).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{name} has no problems");
    assert!(output.status.success(), "{name}");
    let told = String::from_utf8(output.stdout).unwrap();
    told.strip_suffix("规则的每个界限移动一步，都有例子发现\n").unwrap_or(&told).to_owned()
}

/// A built copy of a site under `tests/regimes/`.
fn built(name: &str) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    copy(&repository().join("tests/regimes").join(name), site.path());
    let output = Command::new(shenyan()).arg("build").current_dir(&site).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    site
}

/// For 2021: 样迟学 finished 公需 on the last day of the late window and says that it
/// is 2021's, 样脱产 has 2 hours and 5 days of 8, 样两年 has all, and all of 2022 too:
/// they pass; 样逾期 is 6 hours short, which come a day too late, and 6 are all that
/// 2022 has. 样未写 does not say which year February's 公需 is of; 样错年 says 2021
/// of a day in May, which counts for no year, so that he fails 2021. Of 2022 the
/// others have no record.
#[test]
fn three_categories_and_a_late_window() {
    assert_eq!(
        checked("guangdong"),
        "没有错误：通知 1 份，学习档案 6 份；通过 4，不通过 3，待核定 5\n"
    );
}

/// 样足额 passes 2025 on its last day, 样专业 with 95 credits of 专业 alone; 样结转
/// passes 2024 and carries nothing into 2025; 样差一 is a credit short in 2025;
/// 样新证 qualified in 2025 and owes nothing for 2024 and 2025. The others have no
/// record of 2024.
#[test]
fn credits_of_a_year_from_march_to_march() {
    assert_eq!(
        checked("accounting-gansu"),
        "没有错误：通知 1 份，学习档案 5 份；通过 5，不通过 2，待核定 3\n"
    );
}

/// 专业 60 and 合计 90 are what the notice requires; nothing of 公需 alone.
#[test]
fn a_total_stands_on_the_card_and_credits_are_called_credits() {
    let site = built("accounting-gansu");
    let cards = files(&site.path().join("private/cards"));
    let of = |person: &str| {
        let is_of = |(path, bytes): &(&String, &Vec<u8>)| {
            path.ends_with(".html") && String::from_utf8_lossy(bytes).contains(person)
        };
        let found = cards.iter().find(is_of).unwrap_or_else(|| panic!("{person} has a card"));
        String::from_utf8(found.1.clone()).unwrap()
    };
    let rows = |html: &str| -> Vec<String> {
        let table = html.split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0;
        let rows = table.split("<tr>").skip(1).map(|row| {
            let cells = row.split('<').filter_map(|it| it.split_once('>')).map(|(_, text)| text);
            cells.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ")
        });
        rows.collect()
    };
    // 科目, 应修, 认定.
    assert_eq!(rows(&of("样专业")), ["公需 0 0", "专业 60 95", "合计 90 95"]);
    assert_eq!(rows(&of("样足额")), ["公需 0 30", "专业 60 60", "合计 90 90"]);
    assert_eq!(rows(&of("样新证")), ["公需 0 0", "专业 0 0", "合计 0 0"]);
    assert!(of("样新证").contains("不作要求") && of("样足额").contains("足额合格"));
    assert!(of("样专业").contains("应修学分") && !of("样专业").contains("学时"));
    let determinations = fs::read_to_string(site.path().join("private/determinations.html"));
    let own = determinations.unwrap().split_once("<body>").unwrap().1.to_owned();
    assert!(own.contains("合计应修 90 学分，计入 90 学分") && !own.contains("学时"), "{own}");
    // Who verifies them reads the office's own words, from the bundle that a card cites.
    let verify = ["verify", "private/cards", "--allow-specimen"];
    let output = Command::new(shenyan()).args(verify).current_dir(&site).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("公需 0/0 专业 95/60 合计 95/90 学分"), "{table}");
    assert!(!table.contains("学时"), "{table}");
    // The bundle that the cards cite lists the total as the sum of the others.
    let policies = files(&site.path().join("public/policy"));
    let sums = |bytes: &Vec<u8>| {
        let json: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        json["categories"][2]["sum_of"] == serde_json::json!([1, 2])
    };
    assert_eq!(policies.values().filter(|bytes| sums(bytes)).count(), 2, "2024's and 2025's");
}
