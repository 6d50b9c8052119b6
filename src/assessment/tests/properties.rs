//! What must hold whatever the facts: properties of determinations by the
//! sample's rules, and of the examples that its notices show.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::assessment::application::{Case, Determination, derive, determine};
use crate::assessment::determination::Outcome;
use crate::assessment::engine::Facts;
use crate::assessment::example::{all_hold, empty_record};
use crate::assessment::hours::Hours;
use crate::assessment::mutate::{Mutant, unseen};
use crate::assessment::policy::tests::{SAMPLE, Sample, sample_of};
use crate::assessment::policy::vocabulary::{Answer, DateRange, Fact, Shape, Value};
use crate::assessment::policy::{Policy, names};
use crate::assessment::record::{
    Amount, Approval, Learning, Listed, Proof, Record, Role, RoleHeld, SettledHours, Standing,
};
use crate::assessment::trace::{RuleSetIds, trace};
use crate::assessment::{annual, record};
use crate::diagnostic::Diagnostics;
use crate::time::Date;

fn policy() -> &'static Policy {
    &SAMPLE.policies[&2022]
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn case(sample: &Sample, mut facts: Facts, record: &Record) -> Determination {
    let policy = &sample.policies[&2022];
    derive(policy, &mut facts);
    determine(&Case { policies: &sample.policies, policy, facts, record })
}

/// A value of each word and answer, or none, and of each date one of a few.
fn some_facts() -> impl Strategy<Value = Facts> {
    vec(any::<prop::sample::Index>(), Fact::ALL.len()).prop_map(|choices| {
        let mut facts = Facts::none();
        for (fact, choice) in Fact::ALL.into_iter().zip(choices) {
            let mut values = values(fact);
            values.push(None);
            facts.set(fact, values[choice.index(values.len())]);
        }
        facts.set(Fact::ApplicationYear, Some(Value::Number(2022)));
        facts.set(Fact::AppliedOn, Some(Value::Date(DateRange::day(date("2022-09-01")))));
        facts
    })
}

fn values(fact: Fact) -> Vec<Option<Value>> {
    let day = |text: &str| Some(Value::Date(DateRange::day(date(text))));
    match (fact, fact.shape()) {
        // What follows from others is not chosen.
        (Fact::Learning, _) | (_, Shape::Number) => Vec::new(),
        (_, Shape::Word(_)) => {
            (0..policy().vocabulary.words(fact).len()).map(|at| Some(Value::Word(at))).collect()
        }
        (_, Shape::YesNo) => [Answer::Yes, Answer::No].map(|it| Some(Value::YesNo(it))).to_vec(),
        (Fact::EnteredOn, _) => ["2022-03-01", "2020-03-01", "2010-03-01"].map(day).to_vec(),
        (Fact::TransferredOn, _) => vec![Some(Value::Absent), day("2022-03-01"), day("2020-03-01")],
        (Fact::BornOn, _) => {
            ["1990-01-01", "1976-01-01", "1971-01-01", "1960-01-01"].map(day).to_vec()
        }
        _ => Vec::new(),
    }
}

fn some_hours() -> impl Strategy<Value = Vec<SettledHours>> {
    let level = prop_oneof![Just(0_u32), Just(100), Just(200), Just(300), Just(595), Just(600)];
    vec((2019..2024_u16, 0..2_usize, level), 0..10).prop_map(|list| {
        list.into_iter()
            .map(|(year, category, tenths)| SettledHours {
                year,
                category,
                hours: Hours::from_tenths(tenths),
            })
            .collect()
    })
}

fn some_learning() -> impl Strategy<Value = Vec<Learning>> {
    let kinds = policy().vocabulary.words(Fact::TrainingKind).len();
    let days = ["2021-12-31", "2022-01-01", "2022-07-01", "2022-12-31", "2023-01-01"];
    let statuses = policy().vocabulary.words(Fact::ApprovalStatus).len();
    vec((0..kinds, 0..days.len(), 0..700_u32, 0..=statuses, any::<bool>()), 0..7).prop_map(
        move |list| {
            let learning = |(at, (kind, day, tenths, status, inside)): (usize, _)| {
                let day: usize = day;
                let region = Some(if inside { "1501" } else { "11" }.to_owned());
                Learning {
                    source: record::Source::Certificate,
                    id: format!("t{at}"),
                    kind: Value::Word(kind),
                    claimed: None,
                    year: None,
                    completed: date(days[day]),
                    amount: match tenths % 3 {
                        0 => Amount::Days(tenths / 100),
                        _ => Amount::Hours(Hours::from_tenths(tenths)),
                    },
                    exam_place: region.clone(),
                    approval: if status < statuses {
                        Approval::Stated { status: Value::Word(status), region, on: None }
                    } else {
                        Approval::Unknown
                    },
                    proof: Proof::Checked,
                    listed: Listed::Yes,
                }
            };
            list.into_iter().enumerate().map(learning).collect()
        },
    )
}

fn holding(settled: Vec<SettledHours>, learnings: Vec<Learning>) -> Record {
    let roles = [Role::SubjectTeacher, Role::SkilledWorker];
    let roles = roles
        .map(|role| RoleHeld { role, from: None, to: None, standing: Standing::Known })
        .to_vec();
    Record { settled, learnings, roles: Some(roles), ..empty_record() }
}

/// The facts that the printed trace of a determination tells of, by their labels.
fn told_of(mut facts: Facts, record: &Record) -> BTreeSet<Fact> {
    derive(policy(), &mut facts);
    let case = Case { policies: &SAMPLE.policies, policy: policy(), facts, record };
    let trace = trace(&case, &determine(&case), &RuleSetIds::new());
    let text = trace.to_string();
    let steps = trace.steps.iter().flat_map(|it| &it.given);
    let given: Vec<&String> = steps.chain(trace.tried.iter().flat_map(|it| &it.given)).collect();
    for given in &given {
        assert!(text.contains(given.as_str()), "{given} in:\n{text}");
    }
    let given: Vec<&str> = given.iter().flat_map(|it| it.split(['（', '，'])).collect();
    let is_told = |fact: &Fact| {
        let begins = format!("{} ", policy().vocabulary.fact_label(*fact));
        given.iter().any(|it| it.starts_with(&begins))
    };
    // The first lines tell what every application has.
    let first = [Fact::Purpose, Fact::ApplicationYear, Fact::AppliedOn];
    Fact::ALL.into_iter().filter(is_told).chain(first).collect()
}

/// What a result says, with rules by their names.
fn told(policy: &Policy, result: &Determination) -> String {
    let rules = |numbers: &[usize]| {
        let names: BTreeSet<String> = numbers.iter().map(|at| names(policy, &[*at])).collect();
        format!("{names:?}")
    };
    let cited: Vec<usize> = result.rules.iter().copied().collect();
    let follows: BTreeSet<_> = result.consequences.iter().map(|(value, _)| *value).collect();
    let Determination { outcome, degrees, years, asked, decisions, questions, .. } = result;
    format!(
        "{outcome:?} {degrees:?} {years:?} {asked:?} {decisions:?} {} {follows:?} {}",
        rules(&cited),
        questions.len()
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_fact_that_the_trace_does_not_tell_of_changes_nothing(
        facts in some_facts(),
        settled in some_hours(),
        other in some_facts(),
    ) {
        let record = holding(settled, Vec::new());
        let before = case(&SAMPLE, facts, &record);
        let told = told_of(facts, &record);
        for fact in Fact::ALL.into_iter().filter(|fact| !told.contains(fact)) {
            let changed = case(&SAMPLE, facts.with(fact, other.value(fact)), &record);
            prop_assert_eq!(&changed, &before, "{:?}", fact);
        }
    }

    #[test]
    fn more_hours_never_turn_a_pass_into_anything_else(
        facts in some_facts(),
        settled in some_hours(),
        learnings in some_learning(),
        (year, category) in (2020..=2022_u16, 0..2_usize),
    ) {
        let mut record = holding(settled, learnings);
        let before = case(&SAMPLE, facts, &record);
        let hours = Hours::from_tenths(55);
        record.settled.push(SettledHours { year, category, hours });
        let after = case(&SAMPLE, facts, &record);
        prop_assert_eq!(after.years, before.years);
        if before.outcome == Outcome::Passed {
            prop_assert_eq!(after.outcome, Outcome::Passed);
        }
        if after.outcome == Outcome::Failed {
            prop_assert_ne!(before.outcome, Outcome::Passed);
        }
    }

    #[test]
    fn the_order_of_rules_and_of_records_does_not_matter(
        facts in some_facts(),
        settled in some_hours(),
        learnings in some_learning(),
    ) {
        let mut record = holding(settled, learnings);
        let before = case(&SAMPLE, facts, &record);
        let turned = case(&TURNED, facts, &record);
        prop_assert_eq!(told(policy(), &before), told(&TURNED.policies[&2022], &turned));
        record.learnings.reverse();
        record.settled.reverse();
        let reversed = case(&SAMPLE, facts, &record);
        let said = |it: &Determination| (it.outcome, it.asked.clone(), it.questions.len());
        prop_assert_eq!(said(&before), said(&reversed));
    }

    #[test]
    fn the_annual_purpose_is_the_annual_requirement(
        settled in some_hours(),
        learnings in some_learning(),
        mut facts in some_facts(),
    ) {
        let record = holding(settled, learnings);
        facts.set(Fact::Purpose, policy().vocabulary.keyed(Fact::Purpose, "annual"));
        let applied = case(&SAMPLE, facts, &record);
        let assessed = annual::assess(policy(), &record);
        prop_assert_eq!(applied.outcome, assessed.outcome);
        prop_assert_eq!(&applied.accounts[0].categories, &assessed.categories);
        prop_assert_eq!(&applied.accounts[0].learnings, &assessed.learnings);
        let questions: BTreeSet<_> = assessed.questions.into_iter().collect();
        prop_assert_eq!(applied.questions, questions);
    }
}

/// The sample with the blockquotes under each clause in reverse order, and its
/// notices too.
static TURNED: std::sync::LazyLock<Sample> = std::sync::LazyLock::new(|| {
    let mut sample = sample_of(|_, text| {
        let blocks: Vec<&str> = text.split("\n\n").collect();
        let is_quote = |block: &&str| block.starts_with('>');
        let runs = blocks.chunk_by(|one, other| is_quote(one) && is_quote(other));
        let turned = runs.flat_map(|run| run.iter().rev().copied());
        turned.collect::<Vec<_>>().join("\n\n")
    });
    sample.sources.notices.reverse();
    let mut problems = Diagnostics::new();
    sample.policies = crate::assessment::policies(&sample.sources, &mut problems);
    sample
});

#[test]
fn the_turned_sample_has_the_same_rules_in_another_order() {
    let names = |policy: &Policy| -> Vec<String> {
        (0..policy.rules.len()).map(|at| names(policy, &[at])).collect()
    };
    let (before, turned) = (names(policy()), names(&TURNED.policies[&2022]));
    assert_ne!(before, turned);
    let sorted = |names: Vec<String>| names.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(sorted(before), sorted(turned));
    assert!(all_hold(&TURNED.policies, &TURNED.sources.notices));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "reads the sample's learners")]
fn the_samples_learners_have_one_result_for_the_annual_purpose() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content/learners");
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let texts: Vec<&str> = if text.starts_with("{\"") && text.lines().count() > 1 {
            text.lines().collect()
        } else {
            vec![&text]
        };
        for text in texts {
            let mut problems = Diagnostics::new();
            let record = record::parse("r", 1, text, &policy().vocabulary, &mut problems).unwrap();
            let purpose = policy().vocabulary.keyed(Fact::Purpose, "annual");
            let applied = case(&SAMPLE, Facts::none().with(Fact::Purpose, purpose), &record);
            assert_eq!(applied.outcome, annual::assess(policy(), &record).outcome);
        }
    }
}

#[test]
fn every_worked_example_of_the_specification_stands_in_a_notice_and_holds() {
    let notices = &SAMPLE.sources.notices;
    let examples = || notices.iter().flat_map(|notice| &notice.examples);
    for number in 1..=33 {
        let begins = format!("E{number:02} ");
        assert!(examples().any(|it| it.name.starts_with(&begins)), "{begins}");
    }
    assert!(all_hold(&SAMPLE.policies, notices));
}

#[test]
fn the_notices_examples_notice_every_boundary() {
    let told = |mutant: &Mutant| format!("{} {} {}", mutant.place, mutant.rule, mutant.change);
    let unseen = unseen(&SAMPLE.policies, &SAMPLE.sources.notices);
    assert_eq!(unseen.iter().map(told).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn boundaries_that_no_example_stands_at_are_told() {
    let without = sample_of(|_, text| text.replace("> **例 E31", "> 如 E31"));
    let unseen = unseen(&without.policies, &without.sources.notices);
    let told: Vec<_> = unseen.iter().map(|it| format!("{} {}", it.rule, it.change)).collect();
    assert_eq!(
        told,
        [
            "区/四(二)1 计划提前天数 ≥14 改为 ≥13",
            "区/四(二)1 计划提前天数 ≥14 改为 ≥15",
            "区/四(二)1 计划要素 去掉“齐”",
            "区/四(二)1 计划提前天数 ≥14 改为 ≥13",
            "区/四(二)1 计划提前天数 ≥14 改为 ≥15",
            "区/四(二)1 计划要素 去掉“缺”",
            "区/四(二)1 计划提前天数 <14 改为 <13",
            "区/四(二)1 计划提前天数 <14 改为 <15",
        ]
    );
    let text = &without.sources.notices[0].body;
    let line = text.lines().position(|line| line == "> | ≥14 | 齐 | 合规 |").unwrap() + 1;
    let before = without.sources.notices[0].lines_before as usize;
    assert_eq!(unseen[0].place.line, u32::try_from(line + before).ok());
}
