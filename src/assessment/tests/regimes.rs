//! What must hold of two other regimes: Guangdong's, whose learning periods share
//! days, and the accountants', with a total and a first year owed.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use proptest::collection::vec;
use proptest::prelude::*;

use crate::assessment::application::{Case, determine, facts};
use crate::assessment::assess;
use crate::assessment::determination::{Ask, Outcome, Question, Treated};
use crate::assessment::example::empty_record;
use crate::assessment::explain::reasons;
use crate::assessment::hours::Hours;
use crate::assessment::policies;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::tests::SAMPLE;
use crate::assessment::policy::vocabulary::{Degree, Fact, Value, parse};
use crate::assessment::policy::{Policy, Sources, decision, year_on};
use crate::assessment::record::{
    Amount, Application, Approval, Learning, Listed, Proof, Record, Stated,
};
use crate::diagnostic::Diagnostics;
use crate::time::Date;

macro_rules! site {
    ($name:literal, $notice:literal) => {
        [
            include_str!(concat!("../../../tests/regimes/", $name, "/content/vocabulary.toml")),
            include_str!(concat!("../../../tests/regimes/", $name, "/content/decisions.toml")),
            include_str!(concat!("../../../tests/regimes/", $name, "/content/notices/", $notice)),
        ]
    };
}

const GUANGDONG: [&str; 3] = site!("guangdong", "2021/guangdong.md");
const ACCOUNTANTS: [&str; 3] = site!("accounting-gansu", "2025/kuaiji.md");

/// A site's policies, and what is told of them.
fn made([words, decisions, notice]: [&str; 3]) -> (BTreeMap<u16, Policy>, Vec<String>) {
    made_of(words, decisions, &[("n.md", notice)])
}

fn made_of(
    words: &str,
    decisions: &str,
    notices: &[(&str, &str)],
) -> (BTreeMap<u16, Policy>, Vec<String>) {
    let mut problems = Diagnostics::new();
    let vocabulary = parse("v.toml", words, &mut problems).unwrap();
    let notices = notices
        .iter()
        .map(|(path, text)| Notice::parse(path, text, Some(&vocabulary), &mut problems).unwrap());
    let notices = notices.collect();
    let decisions = decision::parse("d.toml", decisions, &mut problems);
    let vocabulary = Arc::new(vocabulary);
    let sources = Sources {
        notices,
        vocabulary,
        decisions,
        region: "44".to_owned(),
        unread: Default::default(),
    };
    let policies = policies(&sources, &mut problems);
    let told = problems.into_sorted().into_iter();
    (policies, told.map(|it| format!("{} {}", it.place, it.message)).collect())
}

static SITES: LazyLock<[BTreeMap<u16, Policy>; 2]> =
    LazyLock::new(|| [GUANGDONG, ACCOUNTANTS].map(|site| made(site).0));

/// Guangdong before the notice of 2022.
static ONE_YEAR: LazyLock<BTreeMap<u16, Policy>> = LazyLock::new(|| {
    let [words, decisions, notice] = GUANGDONG;
    made([words, decisions, &of_2021(notice)]).0
});

fn of_2021(notice: &str) -> String {
    let of_2021 = notice.replace("[2021, 2022]", "[2021]");
    assert_ne!(of_2021, notice);
    of_2021
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A learning of this kind, confirmed.
fn learning(kind: usize, completed: Date, year: Option<u16>, hours: u32) -> Learning {
    Learning {
        source: crate::assessment::record::Source::Certificate,
        id: format!("t{completed}"),
        kind: Value::Word(kind),
        claimed: None,
        year,
        completed,
        amount: Amount::Hours(Hours::from_tenths(hours * 10)),
        exam_place: None,
        approval: Approval::Stated {
            status: Value::Word(0),
            region: Some("44".to_owned()),
            on: None,
        },
        proof: Proof::Checked,
        listed: Listed::Yes,
    }
}

/// A year of accountants begins on 21 March: the days before it are of the year before,
/// for which there may be no rules.
#[test]
fn a_day_before_the_first_period_is_of_the_year_before() {
    let (policies, _) = made(ACCOUNTANTS);
    let (first, last) = (*policies.keys().next().unwrap(), *policies.keys().next_back().unwrap());
    for (on, year) in [
        (format!("{first}-03-20"), first - 1),
        (format!("{first}-03-21"), first),
        (format!("{}-03-20", first + 1), first),
        (format!("{}-03-20", last + 1), last),
        (format!("{}-03-21", last + 1), last + 1),
        (format!("{}-03-20", last + 2), last + 1),
        (format!("{}-03-20", first - 1), first - 2),
    ] {
        assert_eq!(year_on(&policies, day(&on)), year, "{on}");
    }
    for (on, year) in [("2021-12-31", 2021), ("2022-01-01", 2022), ("2030-01-01", 2030)] {
        assert_eq!(year_on(&SAMPLE.policies, day(on)), year, "{on}");
    }
}

#[test]
fn nothing_is_told_of_the_sites() {
    for site in [GUANGDONG, ACCOUNTANTS] {
        assert_eq!(made(site).1, Vec::<String>::new());
    }
}

#[test]
fn days_of_two_years_and_of_none_are_told_unless_a_decision_says_so() {
    let [words, decisions, notice] = GUANGDONG;
    let unsaid = decisions.replace("acknowledges = \"学习期间\"\n", "");
    let line = notice.lines().position(|it| it.starts_with("> **规则 二**")).unwrap() + 1;
    let told = |notice: &str| made([words, &unsaid, notice]).1;
    assert_eq!(
        told(notice),
        [format!("n.md:{line} 2021、2022 年度公需科目的“学习期间”重叠：2022-01-01 至 2022-04-30")]
    );
    let gap =
        notice.replace("| 专业、选修 | 1月1日 | 12月31日 |", "| 专业、选修 | 1月1日 | 12月30日 |");
    assert_eq!(
        told(&gap)[0],
        format!(
            "n.md:{line} 2021、2022 年度专业、选修科目的“学习期间”不相接：2021-12-30 止，2022-01-01 起"
        )
    );
    let meets = notice.replace("| 次年4月30日 |", "| 12月31日 |");
    assert_eq!(told(&meets), Vec::<String>::new());
}

#[test]
fn a_learning_that_two_years_hold_waits_for_its_year() {
    let policies = &SITES[0];
    let mut record = empty_record();
    for (completed, year, counted) in [
        ("2021-12-31", None, [true, false]),
        ("2022-01-01", None, [false, false]),
        ("2022-04-30", None, [false, false]),
        ("2022-05-01", None, [false, true]),
        ("2022-01-01", Some(2021), [true, false]),
        ("2022-04-30", Some(2022), [false, true]),
        ("2022-05-01", Some(2021), [false, false]),
        ("2021-12-31", Some(2022), [false, false]),
        ("2022-02-01", Some(2020), [false, false]),
    ] {
        record.learnings = vec![learning(0, day(completed), year, 30)];
        let results = [2021, 2022].map(|year| assess(&policies[&year], &record));
        let is_counted = results.each_ref().map(|result| {
            matches!(result.learnings[0].decided, Treated::Counted { category: 0, .. })
        });
        assert_eq!(is_counted, counted, "{completed} {year:?}");
        let is_open = year.is_none() && counted == [false, false];
        for result in &results {
            let asked = Treated::Waiting {
                categories: vec![0],
                hours: Some(Hours::from_tenths(300)),
                questions: vec![Ask::Year(vec![2021, 2022])],
            };
            assert_eq!(result.learnings[0].decided == asked, is_open, "{completed} {year:?}");
        }
    }
}

#[test]
fn what_says_it_is_of_a_year_outside_its_period_counts_for_none_and_is_known() {
    let policies = &SITES[0];
    let mut record = empty_record();
    // 30, 42 and 18 hours are required; kinds 0 to 2 count into them in this order.
    let enough =
        [(1, 42), (2, 18)].map(|(kind, hours)| learning(kind, day("2021-06-01"), None, hours));
    for (completed, year, outcome, credited) in [
        // No day of the period of 2021, which ends on 2022-04-30.
        ("2022-05-01", Some(2021), Outcome::Failed, Some(Hours::ZERO)),
        ("2020-12-31", Some(2021), Outcome::Failed, Some(Hours::ZERO)),
        // Of another year, or of none that is known: there is no record.
        ("2022-05-01", None, Outcome::Unclear, None),
        ("2022-05-01", Some(2022), Outcome::Unclear, None),
        ("2022-04-30", Some(2021), Outcome::Passed, Some(Hours::from_tenths(300))),
    ] {
        record.learnings = enough.to_vec();
        record.learnings.push(learning(0, day(completed), year, 30));
        let result = assess(&policies[&2021], &record);
        assert_eq!(result.outcome, outcome, "{completed} {year:?}");
        assert_eq!(result.categories[0].credited, credited, "{completed} {year:?}");
        let reasons = reasons(&policies[&2021], &record, &result);
        let told = "写明是 2021 年度的，却不在该年度的学习期间内，不计入任何年度。";
        let is_told = reasons.iter().any(|it| it.words.ends_with(told) && it.rule.is_some());
        assert_eq!(is_told, outcome == Outcome::Failed, "{reasons:?}");
    }
}

#[test]
fn a_notice_of_the_next_year_answers_a_question_or_is_told_of() {
    let [words, decisions, notice] = GUANGDONG;
    let first = of_2021(notice);
    let acknowledged = notice
        .replace("[2021, 2022]", "[2022]")
        .replace("\"命名空间\" = \"粤\"", "\"命名空间\" = \"新\"");
    let next = |from: &str, decision: &str| {
        let text = acknowledged
            .replace("| 公需 | 1月1日 | 次年4月30日 |", &format!("| 公需 | {from} | 次年4月30日 |"))
            .replace("> 裁量：D20\n", decision);
        made_of(words, decisions, &[("n.md", &first), ("next.md", &text)])
    };
    let mut record = empty_record();
    let mut counts = |policies: &BTreeMap<u16, Policy>, completed: &str| {
        record.learnings = vec![learning(0, day(completed), None, 30)];
        match &assess(&policies[&2021], &record).learnings[0].decided {
            Treated::Counted { .. } => "counts",
            Treated::Waiting { questions, .. } if matches!(questions[..], [Ask::Year(_)]) => {
                "waits"
            }
            ref other => panic!("{other:?}"),
        }
    };
    // The rules of 2021 would open 2022 on its first day, too.
    assert_eq!(counts(&ONE_YEAR, "2022-02-01"), "waits");
    assert_eq!(counts(&ONE_YEAR, "2021-12-31"), "counts");
    // As expected: nothing changes.
    let (policies, told) = next("1月1日", "> 裁量：D20\n");
    assert_eq!(told, [""; 0]);
    assert_eq!(counts(&policies, "2022-02-01"), "waits");
    // It begins when 2021 has ended: there is but one year left to choose.
    let (policies, told) = next("5月1日", "> 裁量：D20\n");
    assert_eq!(told, [""; 0]);
    assert_eq!(counts(&policies, "2022-02-01"), "counts");
    // It shares days, and its own rule does not say that this is meant so.
    let (_, told) = next("1月1日", "");
    let is_told =
        |it: &String| it.starts_with("next.md:") && it.contains("重叠：2022-01-01 至 2022-04-30");
    assert!(told.iter().any(is_told), "{told:?}");
}

#[test]
fn who_qualifies_owes_from_the_next_year_or_from_the_same_as_decided() {
    let [words, decisions, notice] = ACCOUNTANTS;
    let same = decisions.replace("\"year-after\"", "\"same-year\"");
    assert_ne!(same, decisions);
    let same_year = made([words, &same, notice]).0;
    let mut record = empty_record();
    for (qualified, next, same) in [
        (Some(vec!["2024-12-31"]), Outcome::Failed, Outcome::Failed),
        (Some(vec!["2025-01-01"]), Outcome::Passed, Outcome::Failed),
        (Some(vec!["2025-12-31", "2026-02-01"]), Outcome::Passed, Outcome::Failed),
        (Some(vec!["2026-01-01"]), Outcome::Passed, Outcome::Passed),
        (Some(vec!["2026-01-01", "2014-05-05"]), Outcome::Failed, Outcome::Failed),
        (Some(vec![]), Outcome::Failed, Outcome::Failed),
        (None, Outcome::Unclear, Outcome::Unclear),
    ] {
        record.person.qualified =
            qualified.map(|days| days.into_iter().map(|it| obtained(day(it))).collect());
        record.learnings = [0, 1].map(|kind| learning(kind, day("2025-06-01"), None, 0)).to_vec();
        let of = |policies: &BTreeMap<u16, Policy>| assess(&policies[&2025], &record);
        assert_eq!(of(&SITES[1]).outcome, next, "{:?}", record.person.qualified);
        assert_eq!(of(&same_year).outcome, same, "{:?}", record.person.qualified);
        let exempt = of(&SITES[1]).degree == Degree::NotRequired;
        assert_eq!(exempt, next == Outcome::Passed);
        if next == Outcome::Unclear {
            assert_eq!(of(&SITES[1]).questions, [Question::Fact(Fact::QualifiedOn)]);
        }
    }
}

fn obtained(value: Date) -> Stated<Date> {
    Stated { value, proof: Proof::Wanting }
}

fn some_record() -> impl Strategy<Value = Record> {
    let days = ["2021-12-31", "2022-01-01", "2022-03-15", "2022-04-30", "2022-05-01"];
    let later = ["2024-03-20", "2024-03-21", "2025-03-20", "2025-03-21", "2026-03-20"];
    let days: Vec<Date> = days.into_iter().chain(later).map(day).collect();
    let year = prop_oneof![Just(None), (2021..2026_u16).prop_map(Some)];
    let one = (0..5_usize, 0..days.len(), year, 0..100_u32, 0..4_usize);
    let titles = prop_oneof![
        Just(None),
        Just(Some(Vec::new())),
        (0..days.len()).prop_map(|at| Some(vec![at])),
    ];
    (vec(one, 0..8), titles).prop_map(move |(list, titles)| {
        let mut record = empty_record();
        for (at, (kind, completed, year, hours, status)) in list.into_iter().enumerate() {
            let mut learning = learning(kind, days[completed], year, hours);
            learning.id = format!("t{at}");
            match &mut learning.approval {
                Approval::Stated { status: word, .. } if status < 3 => *word = Value::Word(status),
                other => *other = Approval::Unknown,
            }
            record.learnings.push(learning);
        }
        record.person.qualified =
            titles.map(|titles| titles.into_iter().map(|at| obtained(days[at])).collect());
        record
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_notice_of_a_later_year_changes_no_result_of_an_earlier_one(record in some_record()) {
        let (before, after) = (&ONE_YEAR[&2021], &SITES[0][&2021]);
        prop_assert_eq!(assess(before, &record), assess(after, &record));
    }

    #[test]
    fn a_learning_never_counts_in_two_years(record in some_record()) {
        for policies in &*SITES {
            let results: Vec<_> = policies.values().map(|it| assess(it, &record)).collect();
            for at in 0..record.learnings.len() {
                let is_counted = |treated: &Treated| matches!(treated, Treated::Counted { .. });
                let years = results.iter().filter(|it| is_counted(&it.learnings[at].decided));
                prop_assert!(years.count() <= 1);
            }
        }
    }

    #[test]
    fn a_total_is_the_sum_and_more_never_turns_a_pass_into_anything_else(
        record in some_record(),
        (kind, hours) in (0..2_usize, 1..100_u32),
    ) {
        for policies in &*SITES {
            for policy in policies.values() {
                let before = assess(policy, &record);
                if let Some((total, parts)) = before.categories.split_last()
                    && Some(total.category) == policy.vocabulary.total()
                {
                    let sum = parts.iter().filter_map(|it| it.credited).reduce(Hours::plus);
                    prop_assert_eq!(total.credited, sum);
                }
                let mut more = record.clone();
                let within = if policy.year < 2024 { "06-01" } else { "07-01" };
                let within = day(&format!("{}-{within}", policy.year));
                more.learnings.push(learning(kind, within, Some(policy.year), hours));
                let after = assess(policy, &more);
                if before.outcome == Outcome::Passed {
                    prop_assert_eq!(after.outcome, Outcome::Passed);
                }
            }
        }
    }

    #[test]
    fn the_annual_purpose_is_the_annual_requirement(record in some_record()) {
        for policies in &*SITES {
            for policy in policies.values() {
                let purpose = policy.vocabulary.keyed(Fact::Purpose, "annual").unwrap();
                let on = Date::new(policy.year, 12, 31).unwrap();
                let application = Application { purpose, grade: None, on, year: policy.year };
                let facts = facts(policy, &record, &application);
                let applied = determine(&Case { policies, policy, facts, record: &record });
                let assessed = assess(policy, &record);
                prop_assert_eq!(applied.outcome, assessed.outcome);
                let questions = assessed.questions.into_iter().collect();
                prop_assert_eq!(applied.questions, questions);
                let is_exempt = assessed.degree == Degree::NotRequired;
                let only: Vec<_> = applied.degrees.into_iter().collect();
                prop_assert_eq!(is_exempt, only == [Degree::NotRequired]);
            }
        }
    }
}
