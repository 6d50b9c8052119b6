//! Two other regimes, as sites of their own: nothing of Inner Mongolia is in
//! the program.

use std::process::Command;

use crate::tree::{repository, shenyan};

/// What `check` tells of a site under `tests/regimes/`.
fn checked(name: &str) -> String {
    let site = repository().join("tests/regimes").join(name);
    let output = Command::new(shenyan()).arg("check").arg("--site").arg(&site).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{name} has no problems");
    assert!(output.status.success(), "{name}");
    String::from_utf8(output.stdout).unwrap()
}

/// 样迟学 finished 公需 on the last day of the late window, 样脱产 has 2 hours and
/// 5 days of 8; 样逾期 is 6 hours short, a day too late, whatever 专业 has over.
#[test]
fn three_categories_and_a_late_window() {
    assert_eq!(
        checked("guangdong"),
        "没有错误：通知 1 份，学习档案 3 份；通过 2，不通过 1，待核定 0\n"
    );
}

/// 样足额 passes 2025 on its last day; 样结转 passes 2024 and carries nothing into
/// 2025; 样差一 is a credit short in 2025. The others have no record of 2024.
#[test]
fn credits_of_a_year_from_march_to_march() {
    assert_eq!(
        checked("accounting-gansu"),
        "没有错误：通知 1 份，学习档案 3 份；通过 2，不通过 2，待核定 2\n"
    );
}
