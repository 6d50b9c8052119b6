//! Classes that begin in one learning year and end in the next.

use super::super::trace;
use super::{read, site, sound, step, told};

/// A plan is due before the class begins, by the rules of that day; what comes after its
/// end goes by those of its last day, for which there may be none yet.
#[test]
fn a_class_over_the_end_of_a_year_has_its_plan_judged_by_the_first() {
    let policies = site();
    let text = |begins: &str, ends: &str, filed: &str| {
        let text = sound().replace("2022-05-16", begins).replace("2022-05-20", ends);
        let text = text.replace("2022-05-02", filed);
        let report = text.find(",\n \"report\"").unwrap();
        format!("{}}}", &text[..report])
    };
    let no_rules =
        |day: &str| format!("没有 {day} 所在年度的规则：补上该年度的通知，或在现有通知中写明沿用");
    let late = "计划上报日 2022-12-07，最迟 2022-12-06，迟 1 天".to_owned();
    for (filed, plan, todo) in [
        ("2022-12-06", "合规", vec![no_rules("2023-01-10")]),
        ("2022-12-07", "逾期", vec![no_rules("2023-01-10"), late]),
    ] {
        let told = told(&policies, &text("2022-12-20", "2023-01-10", filed));
        assert_eq!(told.steps.len(), 1, "{told}");
        assert_eq!(step(&told, "计划").result, plan);
        assert_eq!((told.todo(), told.year, told.settled), (todo, None, false));
    }
    // Of the carried-over years both have rules.
    let told = told(&policies, &text("2021-12-20", "2022-01-10", "2021-12-06"));
    assert_eq!(
        told.steps.iter().map(|it| it.result.as_str()).collect::<Vec<_>>(),
        ["合规", "未报送", "否"]
    );
    assert_eq!(told.year, Some(2022));
    let before =
        trace(&policies, &read(&text("2019-12-30", "2020-01-10", "2019-12-01")).0.unwrap(), None);
    assert_eq!(before.todo()[0], no_rules("2019-12-30"));
    assert_eq!((before.year, before.settled), (Some(2020), false));
}
