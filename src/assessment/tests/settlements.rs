//! Decisions that settle rules which disagree are told wherever the rules were used: of
//! learnings, of what a year requires, of what follows, of classes and of printing.

use crate::assessment::application::{Case, determine, facts};
use crate::assessment::class;
use crate::assessment::engine::{Decided, Facts, Settled, decide};
use crate::assessment::explain;
use crate::assessment::policy::tests::{DECISIONS, SAMPLE, Sample, sample_by, vocabulary};
use crate::assessment::policy::vocabulary::{Answer, Degree, Fact, Output, Value};
use crate::assessment::record::Application;
use crate::assessment::tests::unusual::{record, trainings};
use crate::assessment::trace::{Trace, trace};
use crate::assessment::{annual, printing};
use crate::diagnostic::Diagnostics;

/// The sample, with some words of its notices changed, and D40, which settles an output
/// by what stands first.
fn settled(from: &str, to: &str, label: &str) -> Sample {
    let register = format!(
        "{DECISIONS}\n[[decision]]\nid = \"D40\"\nquestion = \"？\"\nchoice = \"。\"\n\
         on = 2022-02-10\nby = \"某局\"\nsettles = \"{label}\"\n\
         parameters = {{ conflict = \"first-listed\" }}\n"
    );
    let change = |_: &str, text: &str| text.replace(from, to);
    let sample = sample_by(change, &register);
    let errors = sample.problems.iter().filter(|it| it.starts_with("Error"));
    assert_eq!(errors.collect::<Vec<_>>(), [""; 0]);
    sample
}

/// The decisions told of the annual determination of 2022, and those on its page.
fn told(sample: &Sample, members: &str) -> [Vec<String>; 2] {
    let policy = &sample.policies[&2022];
    let record = record(members);
    let application = Application {
        purpose: policy.vocabulary.keyed(Fact::Purpose, "annual").unwrap(),
        grade: None,
        on: "2022-12-31".parse().unwrap(),
        year: 2022,
    };
    let facts = facts(policy, &record, &application);
    let case = Case { policies: &sample.policies, policy, facts, record: &record };
    let told: Trace = trace(&case, &determine(&case), &Default::default());
    let result = annual::assess(policy, &record);
    let waiting = printing::waiting(policy, &record, &result, &Default::default());
    let of_trace = told.decisions.into_iter().map(|it| it.id);
    [of_trace.collect(), explain::decisions(policy, &result, &waiting)]
}

fn has_d40(told: [Vec<String>; 2]) -> [bool; 2] {
    told.map(|ids| ids.contains(&"D40".to_owned()))
}

#[test]
fn what_settled_a_learning_or_a_year_is_told() {
    let full = trainings("22:30/60");
    let public = full.replace("\"category\":\"基地培训\"", "\"category\":\"行业培训\"");
    // 一(一) and 一(二) disagree on 基地培训; nobody else rests on D40.
    let credit =
        settled("> | 公需网络培训 | 公需 |", "> | 公需网络培训、基地培训 | 公需 |", "计入");
    assert_eq!(has_d40(told(&credit, &full)), [true, true]);
    assert_eq!(has_d40(told(&credit, &public)), [false, false]);
    // Two rules on what is approved by an authority of the region.
    let second = "> **规则 三(九)后段** 定 认可 每 学习记录\n> 依据：“在全区范围内认可”\n>\n\
                  > | 核定状态 | ⇒ 认可 |\n> |---|---|\n> | 已核定 | 是 |\n\n> **例 E30 ";
    let recognition = settled("> **例 E30 ", second, "认可");
    let outside = full.replace("150600", "110000");
    assert_eq!(has_d40(told(&recognition, &full)), [false, false]);
    assert_eq!(has_d40(told(&recognition, &outside)), [true, true]);
    // What the year requires.
    let second = "> **规则 一(二)前段** 定 应修学时 每 学习年度\n> 依据：“培训学时不少于 60 学时”\n>\n\
                  > | 科目 | ⇒ 应修学时 |\n> |---|---|\n> | 专业 | 61 |\n\n> **例 基地培训、行业培训计入";
    let required = settled("> **例 基地培训、行业培训计入", second, "应修学时");
    assert_eq!(has_d40(told(&required, &full)), [true, true]);
}

#[test]
fn what_settled_a_class_or_its_printing_is_told() {
    let second = "> **规则 四(二)1后段** 定 计划 每 培训班\n\
                  > 依据：“各继续教育基地开展培训前两周须上报培训计划”\n> 裁量：D21、D33\n>\n\
                  > | 计划提前天数 | ⇒ 计划 |\n> |---|---|\n> | <10 | 补正 |\n\n> **例 E31 ";
    let sample = settled("> **例 E31 ", second, "计划");
    let text = |filed: &str| {
        format!(
            r#"{{"schema":"class/1","class_id":"样班-1","base":"某基地","name":"某班",
             "begins":"2022-05-16","ends":"2022-05-20","plan":{{"filed":"{filed}",
             "elements":["培训时间","地点","内容","师资","培训人员范围"]}}}}"#
        )
    };
    for (filed, is_told) in [("2022-05-02", false), ("2022-05-06", false), ("2022-05-07", true)] {
        let mut problems = Diagnostics::new();
        let class = class::parse("c.json", 1, &text(filed), &vocabulary(), &mut problems).unwrap();
        let trace = class::trace(&sample.policies, &class, None);
        let told: Vec<String> = trace.decisions.into_iter().map(|it| it.id).collect();
        assert_eq!(told.contains(&"D40".to_owned()), is_told, "{filed}: {told:?}");
    }
}

/// 三(一)后段, 三(二), D9: of 47 years and a private unit, a man is by 三(二) alone, a woman by
/// what settles it against a third; both by 参考.
#[test]
fn what_settles_one_completion_is_told_of_all() {
    let policy = &SAMPLE.policies[&2022];
    let word = |fact, label| policy.vocabulary.labelled(fact, label);
    let mut facts = Facts::none();
    for (fact, value) in [
        (Fact::Purpose, word(Fact::Purpose, "职称评审")),
        (Fact::Sector, word(Fact::Sector, "非公")),
        (Fact::Grassroots, Some(Value::YesNo(Answer::No))),
        (Fact::DesignatedHospital, Some(Value::YesNo(Answer::No))),
        (Fact::YearsSinceTransfer, Some(Value::Absent)),
        (Fact::Age, Some(Value::Number(47))),
    ] {
        facts.set(fact, value);
    }
    let how = |facts: &Facts| match decide(policy, Output::Degree, facts) {
        Decided::One { values: [Value::Degree(Degree::Reference)], settled, .. } => settled,
        other => panic!("{other:?}"),
    };
    assert_eq!(how(&facts.with(Fact::Sex, word(Fact::Sex, "男"))), Settled::ByRules);
    assert_eq!(how(&facts.with(Fact::Sex, word(Fact::Sex, "女"))), Settled::ByDecision);
    assert_eq!(how(&facts), Settled::ByDecision);
}
