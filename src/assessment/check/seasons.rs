//! Notices of several years: which of them a year is judged by, and what is lost from one
//! year to the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tests::{BASIS, notice, one};
use crate::assessment::policies;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::tests::vocabulary;
use crate::assessment::policy::vocabulary::Output;
use crate::assessment::policy::{Basis, Policy, Sources, decision};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Notices, each of a year and with its lists of years on lines 6 and 7.
fn notices(notices: &[(&str, &str, &str)]) -> Vec<Notice> {
    let vocabulary = vocabulary();
    let parsed = notices.iter().map(|(name, years, body)| {
        let text = notice(2021, "", body);
        let text = text.replace("\"适用年度\" = [2021]", years).replace("试", name);
        let path = format!("{name}.md");
        Notice::parse(&path, &text, Some(&vocabulary), &mut Diagnostics::new()).unwrap()
    });
    parsed.collect()
}

fn compiled(told: &[(&str, &str, &str)]) -> (BTreeMap<u16, Policy>, Vec<Diagnostic>) {
    compiled_of(notices(told))
}

fn compiled_of(notices: Vec<Notice>) -> (BTreeMap<u16, Policy>, Vec<Diagnostic>) {
    let confirmed = "[[decision]]\nid = \"D1\"\nquestion = \"？\"\nchoice = \"。\"\non = 2022-12-31\nby = \"某局\"\nparameters = { failed-result = \"officer-confirms\" }\n";
    let mut problems = Diagnostics::new();
    let sources = Sources {
        notices,
        vocabulary: Arc::new(vocabulary()),
        decisions: decision::parse("d.toml", confirmed, &mut problems),
        region: "15".to_owned(),
        unread: Default::default(),
    };
    (policies(&sources, &mut problems), problems.into_sorted())
}

/// What is told of these notices at their front matter.
fn years_told(notices: &[(&str, &str, &str)]) -> Vec<String> {
    let told = compiled(notices).1.into_iter().filter(|it| {
        let aside = ["是星期", "的依据只有", "人人不通过"];
        it.place.path.ends_with(".md") && !aside.iter().any(|of| it.message.contains(of))
    });
    told.map(|it| format!("{} {}", it.place, it.message)).collect()
}

/// A year is judged by one text; a notice that only adds to it may stand beside.
#[test]
fn two_notices_for_one_year_are_told_once() {
    let old = ("甲", "\"适用年度\" = [2022]\n\"沿用\" = [2021]", BASIS);
    let carried = ("乙", "\"适用年度\" = [2023]\n\"沿用\" = [2020,\n  2021]", BASIS);
    assert_eq!(
        years_told(&[old, carried]),
        ["乙.md:8 2021 年度有两份通知规定：《乙》与《甲》（甲.md:7）的“沿用”都有 2021"]
    );
    let forty = BASIS.replace("| 30 |", "| 40 |");
    let written = ("乙", "\"适用年度\" = [2022]", forty.as_str());
    assert_eq!(
        years_told(&[old, written]),
        ["乙.md:6 2022 年度有两份通知规定：《乙》与《甲》（甲.md:6）的“适用年度”都有 2022"]
    );
    // It says the same.
    assert_eq!(years_told(&[old, ("乙", "\"适用年度\" = [2022]", BASIS)]), [""; 0]);
    // It says nothing of what the year requires.
    let beside = one("", "| ⇒ 要求程度 |\n| 全部 |").replace("二", "一");
    assert_eq!(years_told(&[old, ("乙", "\"适用年度\" = [2022]", &beside)]), [""; 0]);
    let useless = ("乙", "\"适用年度\" = [2023]\n\"沿用\" = [2022]", BASIS);
    assert_eq!(
        years_told(&[old, useless]),
        ["乙.md:7 “沿用”中的 2022 不起作用：《甲》（甲.md:6）的“适用年度”有 2022"]
    );
    let own = ("甲", "\"适用年度\" = [2022]\n\"沿用\" = [2022]", BASIS);
    assert_eq!(years_told(&[own]), ["甲.md:6 “沿用”中的 2022 不起作用：它的“适用年度”有 2022"]);
}

/// What is carried over stands beside what was written for the year, but in place of its
/// own notice, which the namespace tells.
#[test]
fn a_notice_carried_over_stands_beside_one_written_for_the_year() {
    let window = one("> 适用：用途 = 奖励\n", "| ⇒ 窗口 |\n| 上1年 |");
    let city = window.replace("定 要求程度", "定 窗口").replace("二", "一");
    let region = ("甲", "\"适用年度\" = [2023]", BASIS);
    let carried = ("乙", "\"适用年度\" = [2022]\n\"沿用\" = [2023]", city.as_str());
    let first = ("丙", "\"适用年度\" = [2022]", BASIS);
    assert_eq!(years_told(&[region, carried, first]), [""; 0]);
    let (policies, _) = compiled(&[region, carried, first]);
    for year in [2022, 2023] {
        let policy = &policies[&year];
        assert_eq!(policy.basis, Basis::Written);
        assert_eq!(policy.deciding(Output::Window).count(), 1, "{year}");
    }
    // Its own notice for the year, which says nothing of the window.
    let mut again = notices(&[region, carried, first]);
    again[0].front.namespace = "乙".to_owned();
    let (policies, problems) = compiled_of(again);
    let told = |it: &Diagnostic| format!("{} {}", it.place, it.message);
    let told: Vec<String> = problems.iter().map(told).filter(|it| it.contains("沿用")).collect();
    assert_eq!(told, ["乙.md:7 “沿用”中的 2023 不起作用：《甲》（甲.md:6）的“适用年度”有 2023"]);
    assert_eq!(policies[&2023].deciding(Output::Window).count(), 0);
}

/// A year whose notice forgets a purpose would have it 不适用 without a word.
#[test]
fn a_purpose_that_had_a_window_the_year_before_is_missed() {
    let window = |purposes: &str| {
        let table = format!("| 用途 | ⇒ 窗口 |\n| {purposes} | 上1年 |");
        let window = one("", &table).replace("定 要求程度", "定 窗口");
        format!("{BASIS}\n{window}")
    };
    let (both, single, none) = (window("聘任、奖励"), window("聘任"), BASIS.to_owned());
    let told = |years: [(&str, &String); 2]| {
        let [(one, first), (two, second)] = years;
        let told = years_told(&[("甲", one, first), ("乙", two, second)]).into_iter();
        told.filter(|it| it.contains("年度有：")).collect::<Vec<_>>()
    };
    let of = |year: u16| format!("\"适用年度\" = [{year}]");
    let (one, two, three) = (of(2021), of(2022), of(2023));
    assert_eq!(told([(&one, &both), (&two, &both)]), [""; 0]);
    assert_eq!(
        told([(&one, &both), (&two, &single)]),
        ["乙.md:10 2022 年度没有规则给出奖励的“窗口”，2021 年度有：这些申报都会是不适用"]
    );
    assert_eq!(
        told([(&two, &both), (&three, &none)]),
        ["乙.md:10 2023 年度没有规则给出聘任、奖励的“窗口”，2022 年度有：这些申报都会是不适用"]
    );
    assert_eq!(told([(&one, &single), (&two, &both)]), [""; 0]);
}
