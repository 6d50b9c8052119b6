//! The register of decisions: each is used by something.

use crate::assessment::policy::Sources;
use crate::assessment::policy::decision::Decision;
use crate::diagnostic::{Diagnostics, Place};

/// Where decisions are recorded.
const REGISTER: &str = "content/decisions.toml";

/// Tells decisions that no rule and no definition names, that settle nothing and
/// fix nothing of every determination.
pub(super) fn check(sources: &Sources, problems: &mut Diagnostics) {
    for decision in sources.decisions.values() {
        let Decision { id, settles, acknowledges, parameters, line, .. } = decision;
        if let Some(label) =
            acknowledges.as_ref().filter(|it| sources.vocabulary.output(it).is_none())
        {
            let known = sources.vocabulary.output_labels().collect::<Vec<_>>().join("、");
            problems.error(
                Place::line(REGISTER, *line),
                format!("裁量 {id} 的 acknowledges 不是输出：“{label}”"),
                format!("可写：{known}"),
            );
        }
        let rules = sources.notices.iter().flat_map(|notice| &notice.rules);
        let definitions = sources.notices.iter().flat_map(|notice| &notice.definitions);
        let mut named = rules
            .clone()
            .flat_map(|rule| &rule.decisions)
            .chain(definitions.flat_map(|definition| &definition.decisions));
        let is_settling = settles.as_ref().is_some_and(|label| {
            let output = sources.vocabulary.output(label);
            rules.clone().any(|rule| Some(rule.output) == output)
        });
        if !is_settling && parameters.failed_result.is_none() && !named.any(|it| it == id) {
            problems.warning(
                Place::line(REGISTER, *line),
                format!("裁量 {id} 没有用到：没有规则或定义引用它"),
                "在它所解释的规则中写 裁量：编号；不再需要的，删去",
            );
        }
    }
}
