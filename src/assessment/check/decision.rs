//! The register of decisions: what they say fits together, each is used by something,
//! and none is older than a notice that leans on it.

use std::collections::BTreeMap;

use super::{REGISTER, parameter};
use crate::assessment::policy::Sources;
use crate::assessment::policy::decision::{Conflict, Decision, FailedResult};
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::vocabulary::Output;
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

pub(super) fn check(sources: &Sources, problems: &mut Diagnostics) {
    for decision in sources.decisions.values() {
        unused(decision, sources, problems);
        parameter::unusable(decision, sources, problems);
    }
    outdated(sources, problems);
}

/// Tells what the register says that means nothing, or that it says twice.
pub(super) fn register(sources: &Sources, problems: &mut Diagnostics) {
    let mut settling: BTreeMap<Output, &Decision> = BTreeMap::new();
    let mut failing: Option<(FailedResult, &Decision)> = None;
    for decision in sources.decisions.values() {
        settles(decision, sources, &mut settling, problems);
        acknowledges(decision, sources, problems);
        let Some(says) = decision.parameters.failed_result else { continue };
        match failing {
            Some((before, other)) if before != says => {
                let what = "对不通过的结果怎样告知（failed-result），说法不同";
                told_twice([other, decision], what, problems);
            }
            Some(_) => {}
            None => failing = Some((says, decision)),
        }
    }
}

fn told_twice([one, two]: [&Decision; 2], what: &str, problems: &mut Diagnostics) {
    problems.error(
        Place::line(REGISTER, two.line),
        format!("裁量 {} 与 {}（{REGISTER}:{}）{what}", two.id, one.id, one.line),
        "只保留一项；以另一项为准的，删去或改正这一项",
    );
}

/// Whether it makes sense to settle rules on an output by what is best for the learner:
/// whether one answer is better than another, the texts say of 要求程度 alone.
pub(super) const fn has_order_of_favour(output: Output) -> bool {
    match output {
        Output::Degree => true,
        Output::RequiredHours
        | Output::LearningPeriod
        | Output::Credit
        | Output::Recognition
        | Output::Window
        | Output::WindowStart
        | Output::Consequence
        | Output::CityPrinting
        | Output::RegionPrinting
        | Output::Plan
        | Output::Report => false,
    }
}

fn settles<'s>(
    decision: &'s Decision,
    sources: &Sources,
    settling: &mut BTreeMap<Output, &'s Decision>,
    problems: &mut Diagnostics,
) {
    let Decision { id, settles, parameters, line, .. } = decision;
    let mut error = |message: String, hint: String| {
        problems.error(Place::line(REGISTER, *line), message, hint);
    };
    let (label, conflict) = match (settles, parameters.conflict) {
        (None, None) => return,
        (Some(label), Some(conflict)) => (label, conflict),
        (Some(label), None) => {
            let message = format!("裁量 {id} 写了 settles = \"{label}\"，没有写按什么定");
            return error(message, "加上 parameters = { conflict = … }".to_owned());
        }
        (None, Some(_)) => {
            let message = format!("裁量 {id} 写了 conflict，没有写 settles");
            return error(message, "写明它定哪一项：settles = 输出的名称".to_owned());
        }
    };
    let Some(output) = sources.vocabulary.output(label) else {
        let known = sources.vocabulary.output_labels().collect::<Vec<_>>().join("、");
        let message = format!("裁量 {id} 的 settles 不是输出：“{label}”");
        return error(message, format!("可写：{known}"));
    };
    match conflict {
        Conflict::MostFavourable if !has_order_of_favour(output) => {
            let message =
                format!("裁量 {id} 按最有利的定“{label}”，而“{label}”的结果没有有利、不利之分");
            let hint = "改为 conflict = \"first-listed\"（取写在最前的）；或删去这项裁量，在规则中用“例外于”写明先后";
            error(message, hint.to_owned());
        }
        Conflict::MostFavourable | Conflict::FirstListed => {}
    }
    match settling.get(&output) {
        Some(other) => {
            let what = format!("都是定“{label}”的（settles）");
            told_twice([other, decision], &what, problems);
        }
        None => {
            settling.insert(output, decision);
        }
    }
}

fn acknowledges(decision: &Decision, sources: &Sources, problems: &mut Diagnostics) {
    let Decision { id, acknowledges, line, .. } = decision;
    if let Some(label) = acknowledges.as_ref().filter(|it| sources.vocabulary.output(it).is_none())
    {
        let known = sources.vocabulary.output_labels().collect::<Vec<_>>().join("、");
        problems.error(
            Place::line(REGISTER, *line),
            format!("裁量 {id} 的 acknowledges 不是输出：“{label}”"),
            format!("可写：{known}"),
        );
    }
}

/// Tells a decision that no rule and no definition names, that settles nothing and
/// fixes nothing of every determination.
fn unused(decision: &Decision, sources: &Sources, problems: &mut Diagnostics) {
    let Decision { id, parameters, line, .. } = decision;
    let is_used = sources.notices.iter().any(|notice| leans_on(notice, decision, sources));
    if !is_used && parameters.failed_result.is_none() {
        problems.warning(
            Place::line(REGISTER, *line),
            format!("裁量 {id} 没有用到：没有规则或定义引用它"),
            "在它所解释的规则中写 裁量：编号；不再需要的，删去",
        );
    }
}

/// A choice, and the list that it may close, was made with an earlier notice at
/// hand: whether it holds for the words of a later one somebody has to see. Told
/// once for a notice, of the decisions of which it is the latest that leans on them.
fn outdated(sources: &Sources, problems: &mut Diagnostics) {
    let mut older: BTreeMap<(&str, Date), Vec<&Decision>> = BTreeMap::new();
    for decision in sources.decisions.values() {
        let leaning = sources.notices.iter().filter(|notice| leans_on(notice, decision, sources));
        let dated = leaning.filter_map(|notice| {
            Some((notice.front.written.or(notice.front.published)?, notice.path.as_str()))
        });
        let latest = dated.max_by_key(|(day, _)| *day);
        if let Some((day, path)) = latest.filter(|(day, _)| decision.looked_at() < *day) {
            older.entry((path, day)).or_default().push(decision);
        }
    }
    for ((path, day), mut decisions) in older {
        decisions.sort_by_key(|it| it.line);
        let known = |it: &&Decision| {
            let how = if it.confirmed.is_some() { "确认" } else { "登记" };
            format!("{}（{how}于 {}）", it.id, it.looked_at())
        };
        let ids = decisions.iter().map(known).collect::<Vec<_>>().join("、");
        problems.warning(
            Place::line(path, 1),
            format!("以为据的裁量早于本通知（{day}）：{ids}"),
            "对照本通知核对这些裁量和它们所说的名册；仍然适用的，各写明 confirmed = 核对的日期",
        );
    }
}

/// Whether something of a notice follows from a decision.
fn leans_on(notice: &Notice, decision: &Decision, sources: &Sources) -> bool {
    let settled = decision.settles.as_ref().and_then(|label| sources.vocabulary.output(label));
    let Notice { rules, definitions, .. } = notice;
    rules.iter().any(|rule| rule.decisions.contains(&decision.id) || Some(rule.output) == settled)
        || definitions.iter().any(|definition| definition.decisions.contains(&decision.id))
}
