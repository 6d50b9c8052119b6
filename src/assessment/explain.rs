//! A determination in words: why, with the rules it rests on, and what to ask.

use std::collections::BTreeMap;

use super::account::facts_of;
use super::course::definitions_of;
use super::determination::{Ask, Asked, Determination, Of, Outcome, Question, Treated, Treatment};
use super::engine::Facts;
use super::hours::Hours;
use super::policy::vocabulary::{CategoryKind, Degree, Fact, Output};
use super::policy::{Elsewhere, Known, Policy, names};
use super::printing::{AuditState, Wait, Waiting};
use super::record::{Amount, ClassId, Learning, Record, Role, Source};
use super::refusal::{Refusal, uncredited};
use crate::time::Date;

/// A sentence, and the rule that it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The sentence.
    pub words: String,
    /// The rule, by number; none where it is for want of a rule.
    pub rule: Option<usize>,
}

/// Why a determination is what it is: first what is required, then what counts,
/// then what does not.
pub fn reasons(policy: &Policy, record: &Record, result: &Determination) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = not_owed(policy, result).into_iter().collect();
    reasons.push(required(policy, result));
    reasons.extend(counted(policy, record, result));
    reasons.extend(not_counted(policy, record, result));
    reasons
}

/// Why a determination is no pass, as its person is told: what is required and
/// what is wanting, then what does not count.
pub fn reasons_against(policy: &Policy, record: &Record, result: &Determination) -> Vec<Reason> {
    let mut reasons = vec![required(policy, result)];
    reasons.extend(not_counted(policy, record, result));
    reasons
}

/// That nothing is owed, where a rule says so.
fn not_owed(policy: &Policy, result: &Determination) -> Option<Reason> {
    (result.degree == Degree::NotRequired).then(|| Reason {
        words: format!("{} 年度不要求{}。", result.year, policy.vocabulary.unit()),
        rule: rule_for(policy, &result.rules, Output::WindowStart),
    })
}

/// What is required in each category, what counts for it, and what is wanting.
fn required(policy: &Policy, result: &Determination) -> Reason {
    let unit = policy.vocabulary.unit();
    let rule = rule_for(policy, &result.rules, Output::RequiredHours);
    let categories: Vec<_> = result
        .categories
        .iter()
        .map(|hours| {
            let required = match hours.required {
                Hours::ZERO => subject(policy, hours.category),
                required => format!("{}应修 {required} {unit}，", subject(policy, hours.category)),
            };
            let shortfall = hours.shortfall();
            match hours.credited {
                None => format!("{required}没有学习记录"),
                Some(credited) if shortfall > Hours::ZERO => {
                    format!("{required}计入 {credited} {unit}，差 {shortfall} {unit}")
                }
                Some(credited) => format!("{required}计入 {credited} {unit}"),
            }
        })
        .collect();
    Reason { words: format!("{}。", categories.join("；")), rule }
}

/// What does not count, and why, as far as it might have.
fn not_counted<'a>(
    policy: &'a Policy,
    record: &'a Record,
    result: &'a Determination,
) -> impl Iterator<Item = Reason> + 'a {
    let is_told = move |treatment: &&Treatment| match treatment.decided {
        Treated::OtherYear => near(policy, record, treatment),
        Treated::NoRule
        | Treated::NotRecognised { .. }
        | Treated::OutsidePeriod { .. }
        | Treated::AfterApplication { .. } => true,
        Treated::Counted { .. } | Treated::Waiting { .. } => false,
    };
    let told = result.learnings.iter().filter(is_told);
    told.map(move |treatment| left_out(policy, record, treatment))
}

/// What to ask for, in the order in which it was found.
pub fn questions(policy: &Policy, record: &Record, result: &Determination) -> Vec<String> {
    result.questions.iter().map(|it| question(policy, record, it)).collect()
}

/// What hours are of: `2021 专业`, and of years judged together `2020、2021、2022 合计
/// 专业`.
pub fn asked(policy: &Policy, asked: &Asked) -> String {
    let Asked { years, of, .. } = asked;
    let together = if years.len() > 1 { "合计 " } else { "" };
    let years: Vec<_> = years.iter().map(ToString::to_string).collect();
    format!("{} {together}{}", years.join("、"), of_words(policy, *of))
}

/// A category, or all of them together, in a word.
pub(super) fn of_words(policy: &Policy, of: Of) -> &str {
    match of {
        Of::Category(category) => label(policy, category),
        Of::Total => {
            policy.vocabulary.total().map_or("各科目合计", |total| label(policy, total))
        }
    }
}

/// One thing to ask for.
pub fn question(policy: &Policy, record: &Record, question: &Question) -> String {
    match question {
        Question::NoRecord { year, category } => format!(
            "请补 {year} 年度{}科目的学习记录；没有参加学习的，写明 0 {}并附证明。",
            label(policy, *category),
            policy.vocabulary.unit()
        ),
        Question::Fact(fact) => format!("请补充“{}”。", policy.vocabulary.fact_label(*fact)),
        Question::Proof(fact) => format!(
            "档案写明了“{}”，没有能够采信的证明：请补已审的证明材料{}。",
            policy.vocabulary.fact_label(*fact),
            if *fact == Fact::DesignatedHospital { "和派遣文号" } else { "" }
        ),
        Question::Posts { fact, on } => posts_words(policy, record, *fact, *on),
        Question::TooLate(fact) => {
            let label = policy.vocabulary.fact_label(*fact);
            format!("档案写明的{label}晚于申报日：请核对。")
        }
        Question::Rules(rules) => {
            format!("规则 {} 的结论不一致，请登记裁量。", names(policy, rules))
        }
        Question::NoPolicy { year } => no_policy(*year),
        Question::Learning { learning, ask } => {
            let Some(learning) = record.learnings.get(*learning) else { return String::new() };
            // Of a teacher whose subject is not named, the subject is all that is missing.
            let is_unnamed = |fact: Fact| {
                fact == Fact::SubjectTeacher
                    && record.lacks_subject(Role::SubjectTeacher, learning.completed)
            };
            ask_words(policy, &describe(policy, learning), ask, &is_unnamed)
        }
    }
}

/// What to ask for where the posts held on a day leave a fact open.
fn posts_words(policy: &Policy, record: &Record, fact: Fact, on: Date) -> String {
    let label = policy.vocabulary.fact_label(fact);
    // In one order, whatever that of the file is.
    let mut units: Vec<&str> = record.posts_held(on).map(|post| post.unit.as_str()).collect();
    units.sort_unstable();
    match units.as_slice() {
        [] => format!("档案中没有 {on} 在任的任职：请补当日的任职，写明{label}。"),
        units => format!(
            "{on} 在任的任职有 {} 项（{}），{label}不一致或没有都写明：请核对；都属实的，写明哪一项是主要任职。",
            units.len(),
            units.join("、")
        ),
    }
}

/// What to ask for where a year has no rules.
pub fn no_policy(year: u16) -> String {
    format!("缺 {year} 年度规则：请补该年度的通知，或在现有通知中写明沿用。")
}

/// Why a card that was earned has to wait.
pub fn waiting(policy: &Policy, Waiting { wait, rules, settled_by: _ }: &Waiting) -> Reason {
    let year = policy.year;
    let why = match wait {
        Wait::Audit(AuditState::NotPassed) => format!("{year} 年度的线上审核未通过"),
        Wait::Audit(AuditState::Unstated) => {
            format!("学习档案没有写明 {year} 年度线上审核的结果")
        }
        Wait::Audit(AuditState::Unproven) => {
            format!("{year} 年度线上审核的结果没有能够采信的证明")
        }
        Wait::Reports(classes) => {
            let classes: Vec<_> = classes.iter().map(ClassId::as_str).collect();
            format!("{} 的培训情况报告尚未审核通过", classes.join("、"))
        }
    };
    Reason { words: format!("{why}，审验卡暂不打印。"), rule: rules.first().copied() }
}

/// The decisions that a determination used, by id, and those on why its card
/// waits, if it does.
pub fn decisions(policy: &Policy, result: &Determination, waiting: &[Waiting]) -> Vec<String> {
    let rules = result.rules.iter().chain(waiting.iter().flat_map(|it| &it.rules));
    let rules = rules.filter_map(|rule| policy.rules.get(*rule));
    let mut ids: Vec<_> = rules.flat_map(|rule| rule.rule.decisions.clone()).collect();
    ids.extend(result.rules.iter().flat_map(|rule| definitions_of(policy, *rule)));
    ids.extend(result.settled_by.iter().cloned());
    ids.extend(waiting.iter().flat_map(|it| it.settled_by.iter().cloned()));
    if result.outcome == Outcome::Failed {
        ids.extend(policy.on_failure().map(|decision| decision.id.clone()));
    }
    ids.sort();
    ids.dedup();
    ids
}

fn ask_words(
    policy: &Policy,
    learning: &str,
    ask: &Ask,
    is_unnamed: &dyn Fn(Fact) -> bool,
) -> String {
    match ask {
        Ask::Approval => format!("请由区内有权机关核定{learning}。"),
        Ask::Evidence => format!("{learning}没有能够采信的证明：请补已审的证明材料。"),
        Ask::Listing => {
            format!("名册中没有{learning}：请核对它是否属于计入的考试；属于的，登记到名册。")
        }
        Ask::Proof(facts) => {
            let labels: Vec<_> =
                facts.iter().map(|fact| policy.vocabulary.fact_label(*fact)).collect();
            format!(
                "与{learning}有关的“{}”，没有能够采信的证明：请补已审的证明材料。",
                labels.join("、")
            )
        }
        Ask::CertificateHours => {
            format!("请补{learning}的证书所载{}或天数。", policy.vocabulary.unit())
        }
        Ask::Year(years) => {
            let is_expected = |it: &&Elsewhere| it.known == Known::Expected;
            let expected = policy.elsewhere.iter().find(is_expected);
            let expected = expected.filter(|it| years.contains(&it.year)).map(|it| {
                format!("（{} 年度的通知未发，按与 {} 年度相同推算）", it.year, policy.year)
            });
            let years: Vec<_> = years.iter().map(ToString::to_string).collect();
            format!(
                "{learning}在 {} 年度的学习期间内{}，请写明计入哪个年度。",
                years.join("、"),
                expected.unwrap_or_default()
            )
        }
        Ask::Facts(facts) => {
            let label = |fact: &Fact| {
                let label = policy.vocabulary.fact_label(*fact);
                if is_unnamed(*fact) { format!("{label}的任教科目") } else { label.to_owned() }
            };
            let labels: Vec<_> = facts.iter().map(label).collect();
            format!("请写明与{learning}有关的事实：{}。", labels.join("、"))
        }
        Ask::Decision(rules) => {
            format!("规则 {} 对{learning}的结论不一致，请登记裁量。", names(policy, rules))
        }
    }
}

/// What counts, summed by the rule that counts it.
fn counted(policy: &Policy, record: &Record, result: &Determination) -> Vec<Reason> {
    let mut sums: BTreeMap<(usize, usize), (Hours, Vec<String>)> = BTreeMap::new();
    for treatment in &result.learnings {
        let Treated::Counted { category, hours } = treatment.decided else { continue };
        let Some(rule) = rule_for(policy, &treatment.rules, Output::Credit) else { continue };
        let Some(learning) = record.learnings.get(treatment.learning) else { continue };
        let (sum, kinds) = sums.entry((rule, category)).or_default();
        *sum = sum.plus(hours);
        let kind = kind(policy, learning);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let reason = |((rule, category), (sum, kinds)): ((usize, usize), (Hours, Vec<String>))| {
        let (kinds, unit) = (kinds.join("、"), policy.vocabulary.unit());
        let words = format!("{kinds}计入{}科目 {sum} {unit}。", label(policy, category));
        Reason { words, rule: Some(rule) }
    };
    sums.into_iter().map(reason).collect()
}

fn left_out(policy: &Policy, record: &Record, treatment: &Treatment) -> Reason {
    let learning = record.learnings.get(treatment.learning);
    let name = learning.map(|it| describe(policy, it)).unwrap_or_default();
    match treatment.decided {
        Treated::OtherYear => Reason {
            words: match learning.and_then(|it| it.year).filter(|year| *year != policy.year) {
                Some(year) => format!("{name}写明是 {year} 年度的，不计入 {} 年度。", policy.year),
                None => format!("{name}不在 {} 年度的学习期间内，不计入该年度。", policy.year),
            },
            rule: rule_for(policy, &treatment.rules, Output::LearningPeriod),
        },
        Treated::OutsidePeriod { .. } => Reason {
            words: format!(
                "{name}写明是 {} 年度的，却不在该年度的学习期间内，不计入任何年度。",
                policy.year
            ),
            rule: rule_for(policy, &treatment.rules, Output::LearningPeriod),
        },
        Treated::AfterApplication { .. } => Reason {
            words: format!("{name}在申报日以后完成，不计入。"),
            rule: rule_for(policy, &treatment.rules, Output::Credit),
        },
        Treated::NotRecognised { .. } => Reason {
            words: format!("{name}未获核定，不予认可。"),
            rule: rule_for(policy, &treatment.rules, Output::Recognition),
        },
        Treated::NoRule | Treated::Counted { .. } | Treated::Waiting { .. } => {
            let given = learning.map(|it| failed(policy, record, it, uncredited));
            let words = match given.unwrap_or_default().as_slice() {
                [] => format!("{name}没有条款计入。"),
                given => format!("{name}没有条款计入：{}。", given.join("，")),
            };
            Reason { words, rule: rule_for(policy, &treatment.rules, Output::Credit) }
        }
    }
}

/// The facts on which rules on a learning fail, in words: `三科教师 否`.
pub(super) fn failed(
    policy: &Policy,
    record: &Record,
    learning: &Learning,
    refuse: fn(&Policy, &Facts) -> Refusal,
) -> Vec<String> {
    let facts = facts_of(policy, record, learning);
    let failing = refuse(policy, &facts).facts.into_iter();
    failing.map(|fact| fact_words(policy, &facts, fact)).collect()
}

/// Whether a learning of another year is of the year before or after, so that
/// somebody may wonder why it does not count.
fn near(policy: &Policy, record: &Record, treatment: &Treatment) -> bool {
    let learning = record.learnings.get(treatment.learning);
    learning.is_some_and(|it| it.completed.year().abs_diff(policy.year) <= 1)
}

/// `t3（基地培训，2022-05-01 完成，20 学时）`
pub(super) fn describe(policy: &Policy, learning: &Learning) -> String {
    let amount = match learning.amount {
        Amount::Hours(hours) => format!("，{hours} {}", policy.vocabulary.unit()),
        Amount::Days(days) => format!("，{days} 天"),
        Amount::Unstated => String::new(),
    };
    let verb = match learning.source {
        Source::Training | Source::Certificate => "完成",
        Source::Exam => "取证",
    };
    let year = learning.year.map(|year| format!("，写明 {year} 年度")).unwrap_or_default();
    let Learning { id, completed, .. } = learning;
    format!("{id}（{}，{completed} {verb}{amount}{year}）", kind(policy, learning))
}

fn kind(policy: &Policy, learning: &Learning) -> String {
    let words = policy.vocabulary.words(Fact::TrainingKind);
    policy.vocabulary.value_text(words, learning.kind)
}

fn label(policy: &Policy, category: usize) -> &str {
    policy.vocabulary.categories().get(category).map_or("", |category| &category.label)
}

/// A category in a sentence: `专业科目`, `合计`.
fn subject(policy: &Policy, category: usize) -> String {
    let kind = policy.vocabulary.categories().get(category).map(|it| it.kind);
    match kind {
        Some(CategoryKind::Total) => label(policy, category).to_owned(),
        Some(CategoryKind::Learned) | None => format!("{}科目", label(policy, category)),
    }
}

fn rule_for(policy: &Policy, rules: &[usize], output: Output) -> Option<usize> {
    let decides =
        |rule: &&usize| policy.rules.get(**rule).is_some_and(|rule| rule.rule.output == output);
    rules.iter().find(decides).copied()
}

/// A fact and its value; of a derived one also what it follows from, unless every trace
/// tells it: `周岁 49（出生日期 1972-09-02）`.
pub(super) fn fact_words(policy: &Policy, facts: &Facts, fact: Fact) -> String {
    let vocabulary = &policy.vocabulary;
    let plain = |fact: Fact| {
        let value = facts.value(fact);
        let text = value.map(|value| vocabulary.value_text(vocabulary.words(fact), value));
        format!("{} {}", vocabulary.fact_label(fact), text.unwrap_or_else(|| "不明".to_owned()))
    };
    let defined = policy.definitions.iter().find(|it| it.definition.fact == fact);
    let arguments = defined.into_iter().flat_map(|it| it.definition.arguments);
    let from = arguments.filter(|it| !matches!(it, Fact::AppliedOn | Fact::ApplicationYear));
    let from: Vec<String> = from.map(plain).collect();
    match from.as_slice() {
        [] => plain(fact),
        from => format!("{}（{}）", plain(fact), from.join("，")),
    }
}
