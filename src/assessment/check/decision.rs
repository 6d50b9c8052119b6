//! The register of decisions: each is used by something, and none is older than a
//! notice that leans on it.

use crate::assessment::policy::Sources;
use crate::assessment::policy::decision::Decision;
use crate::assessment::policy::notice::Notice;
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// Where decisions are recorded.
const REGISTER: &str = "content/decisions.toml";

pub(super) fn check(sources: &Sources, problems: &mut Diagnostics) {
    for decision in sources.decisions.values() {
        unused(decision, sources, problems);
        outdated(decision, sources, problems);
    }
}

/// Tells a decision that no rule and no definition names, that settles nothing and
/// fixes nothing of every determination.
fn unused(decision: &Decision, sources: &Sources, problems: &mut Diagnostics) {
    let Decision { id, acknowledges, parameters, line, .. } = decision;
    if let Some(label) = acknowledges.as_ref().filter(|it| sources.vocabulary.output(it).is_none())
    {
        let known = sources.vocabulary.output_labels().collect::<Vec<_>>().join("、");
        problems.error(
            Place::line(REGISTER, *line),
            format!("裁量 {id} 的 acknowledges 不是输出：“{label}”"),
            format!("可写：{known}"),
        );
    }
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
/// once, of the latest notice that leans on it.
fn outdated(decision: &Decision, sources: &Sources, problems: &mut Diagnostics) {
    let dated = |notice: &'_ Notice| notice.front.written.or(notice.front.published);
    let leaning = sources.notices.iter().filter(|notice| leans_on(notice, decision, sources));
    let latest: Option<(Date, &Notice)> =
        leaning.filter_map(|notice| Some((dated(notice)?, notice))).max_by_key(|(day, _)| *day);
    let looked_at = decision.looked_at();
    let Some((day, notice)) = latest.filter(|(day, _)| looked_at < *day) else { return };
    let known = match decision.confirmed {
        Some(_) => "确认",
        None => "登记",
    };
    problems.warning(
        Place::line(REGISTER, decision.line),
        format!(
            "裁量 {} {known}于 {looked_at}，早于以它为据的通知《{}》（{day}）",
            decision.id, notice.front.title
        ),
        "对照新的通知核对这项裁量和它所说的名册；仍然适用的，写明 confirmed = 核对的日期",
    );
}

/// Whether something of a notice follows from a decision.
fn leans_on(notice: &Notice, decision: &Decision, sources: &Sources) -> bool {
    let settled = decision.settles.as_ref().and_then(|label| sources.vocabulary.output(label));
    let Notice { rules, definitions, .. } = notice;
    rules.iter().any(|rule| rule.decisions.contains(&decision.id) || Some(rule.output) == settled)
        || definitions.iter().any(|definition| definition.decisions.contains(&decision.id))
}
