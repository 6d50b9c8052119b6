//! Clauses, rules and decisions, with whom they touch.

use std::collections::BTreeSet;

use crate::assessment::class;
use crate::assessment::decisions_on;
use crate::assessment::policy::clause::ClauseId;
use crate::assessment::policy::decision::Decision;
use crate::assessment::policy::definition::Definition;
use crate::assessment::policy::rule::Condition;
use crate::assessment::policy::vocabulary::{Fact, Output};
use crate::assessment::policy::{Policy, PolicyClause, PolicyRule, names};
use crate::cli::message::Talk;
use crate::cli::standing::Standing;
use crate::pipeline::fixed;
use crate::project::Project;

/// What rules decide on training classes.
const CLASS_OUTPUTS: [Output; 3] = [Output::Plan, Output::Report, Output::RegionPrinting];

/// Tells what is asked about.
pub(super) struct Telling<'a> {
    talk: &'a mut Talk,
    project: &'a Project,
    people: &'a [Standing],
    /// The clauses and rules told: not again for a year that a notice is carried over to.
    told: BTreeSet<String>,
}

impl<'a> Telling<'a> {
    pub(super) fn new(talk: &'a mut Talk, project: &'a Project, people: &'a [Standing]) -> Self {
        Self { talk, project, people, told: BTreeSet::new() }
    }

    /// Tells all that goes by a name, the namespace left out or not; whether there is
    /// anything.
    pub(super) fn tell(&mut self, wanted: &str) -> bool {
        let project = self.project;
        if let Some(decision) = project.decisions.get(wanted) {
            self.decision(decision);
            return true;
        }
        for policy in project.policies.values().rev() {
            for (number, clause) in policy.clauses.iter().enumerate() {
                let id = clause.id.to_string();
                if (id == wanted || clause.id.path.to_string() == wanted) && self.is_new(&id) {
                    self.clause(policy, number, clause);
                }
            }
            for (number, PolicyRule { rule, clause, .. }) in policy.rules.iter().enumerate() {
                let name = names(policy, &[number]);
                // A rule of a whole clause goes by the clause's name, and is told with it.
                let is_wanted = name == wanted || rule.name.to_string() == wanted;
                if rule.name.part.is_empty() || !is_wanted || !self.is_new(&name) {
                    continue;
                }
                if let Some(clause) = policy.clauses.get(*clause) {
                    self.heading(clause);
                    self.rule(policy, number);
                }
            }
        }
        !self.told.is_empty()
    }

    fn is_new(&mut self, name: &str) -> bool {
        let is_first = self.told.is_empty();
        let is_new = self.told.insert(name.to_owned());
        if is_new && !is_first {
            self.say("");
        }
        is_new
    }

    fn say(&mut self, line: &str) {
        let _ = writeln!(self.talk.out(), "{line}"); // a reader may have gone away
    }

    fn heading(&mut self, clause: &PolicyClause) {
        self.say(&format!("{}  《{}》\n{}", clause.id, clause.notice, clause.text));
    }

    fn clause(&mut self, policy: &Policy, number: usize, clause: &PolicyClause) {
        self.heading(clause);
        let definitions = definitions_under(self.project, clause);
        for definition in &definitions {
            self.definition(policy, definition);
        }
        let rules: Vec<usize> =
            (0..policy.rules.len()).filter(|it| policy.rules[*it].clause == number).collect();
        for rule in &rules {
            self.rule(policy, *rule);
        }
        if rules.is_empty() && definitions.is_empty() {
            let id = clause.id.to_string();
            let ruled: BTreeSet<usize> = policy.rules.iter().map(|rule| rule.clause).collect();
            let below = ruled.iter().filter_map(|clause| policy.clauses.get(*clause));
            let below = below.map(|clause| clause.id.to_string());
            let below: Vec<String> = below.filter(|other| is_below(other, &id)).collect();
            self.say(&match below.as_slice() {
                [] => "\n本条没有规则：它不改变认定结果".to_owned(),
                below => format!("\n本条自己没有规则；有规则的下级条款：{}", below.join("、")),
            });
        }
    }

    fn definition(&mut self, policy: &Policy, definition: &Definition) {
        let vocabulary = &policy.vocabulary;
        let [one, two] = definition.arguments.map(|fact| vocabulary.fact_label(fact));
        let (fact, function) = (vocabulary.fact_label(definition.fact), definition.function.name());
        self.say(&format!("\n定义 {fact} = {function}({one}, {two})"));
        for id in &definition.decisions {
            self.decided(policy, id, "");
        }
        let asks = |rule: &usize| {
            let rule = &policy.rules[*rule].rule;
            let conditions = rule.conditions.iter().map(|it| it.fact);
            conditions.chain(rule.inputs.iter().copied()).any(|it| it == definition.fact)
        };
        let asking: Vec<usize> = (0..policy.rules.len()).filter(asks).collect();
        if !asking.is_empty() {
            self.say(&format!("问到它的规则 {}", names(policy, &asking)));
        }
    }

    fn rule(&mut self, policy: &Policy, number: usize) {
        let vocabulary = &policy.vocabulary;
        let Some(PolicyRule { rule, .. }) = policy.rules.get(number) else { return };
        let name = names(policy, &[number]);
        let output = vocabulary.output_label(rule.output);
        let exception = rule.exception_to.as_ref().map(|it| format!(" 例外于 {it}"));
        let exception = exception.unwrap_or_default();
        self.say(&format!("\n规则 {name}{exception} 定 {output}\n依据「{}」", rule.quote));
        let conditions = rule.conditions.iter().map(|Condition { fact, test, .. }| {
            format!("{} = {}", vocabulary.fact_label(*fact), test.write(vocabulary, *fact))
        });
        let conditions: Vec<_> = conditions.collect();
        if !conditions.is_empty() {
            self.say(&format!("适用 {}", conditions.join(" 且 ")));
        }
        for line in rule.table_lines(vocabulary) {
            self.say(&format!("  {line}"));
        }
        for id in decisions_on(policy, number) {
            let from = match defined_by(policy, number, &id) {
                _ if rule.decisions.contains(&id) => String::new(),
                Some(fact) => format!("（见“{}”的定义）", vocabulary.fact_label(fact)),
                None => "（与别的规则不一致时）".to_owned(),
            };
            self.decided(policy, &id, &from);
        }
        if CLASS_OUTPUTS.contains(&rule.output) {
            self.classes(&name);
        } else {
            self.people(|standing| standing.cited.contains(&name));
        }
    }

    fn decided(&mut self, policy: &Policy, id: &str, from: &str) {
        if let Some(Decision { question, choice, .. }) = policy.decisions.get(id) {
            self.say(&format!("裁量 {id}{from} {question} {choice}"));
        }
    }

    /// A decision, what it fixes, and the rules that can rest on it.
    fn decision(&mut self, decision: &Decision) {
        let project = self.project;
        let Decision { id, question, choice, on, by, .. } = decision;
        self.say(&format!("裁量 {id} {question}\n{choice}\n登记 {on}，{by}"));
        for words in fixed(decision, project.vocabulary.unit()) {
            self.say(&format!("由程序执行 {words}"));
        }
        let mut resting: Vec<String> = Vec::new();
        for policy in project.policies.values().rev() {
            for number in 0..policy.rules.len() {
                let name = names(policy, &[number]);
                if decisions_on(policy, number).contains(id) && !resting.contains(&name) {
                    resting.push(name);
                }
            }
        }
        self.say(&match resting.as_slice() {
            [] => "没有规则点名引用，办理中遇到就适用".to_owned(),
            names => format!("引用它的规则 {}", names.join("、")),
        });
        self.people(|standing| standing.decisions.contains(id));
    }

    fn people(&mut self, is_touched: impl Fn(&Standing) -> bool) {
        let touched = self.people.iter().filter(|standing| is_touched(standing));
        let mut touched: Vec<&str> = touched.map(|standing| standing.person.as_str()).collect();
        touched.dedup();
        self.touched("人", &touched);
    }

    /// What a rule gives for each class that the office has.
    fn classes(&mut self, rule: &str) {
        let project = self.project;
        let traces =
            project.classes.iter().map(|class| class::trace(&project.policies, class, None));
        let touched = traces.flat_map(|trace| {
            let steps = trace.steps.into_iter();
            let steps = steps.filter(|step| step.clause.split('、').any(|name| name == rule));
            let told: Vec<_> =
                steps.map(|step| format!("{} {}", trace.class, step.result)).collect();
            told
        });
        let touched: Vec<String> = touched.collect();
        self.touched("个培训班", &touched.iter().map(String::as_str).collect::<Vec<_>>());
    }

    fn touched(&mut self, what: &str, touched: &[&str]) {
        let colon = if touched.is_empty() { "" } else { "：" };
        self.say(&format!("涉及 {} {what}{colon}{}", touched.len(), touched.join("、")));
    }
}

/// The definitions that stand under a clause.
fn definitions_under<'p>(project: &'p Project, clause: &PolicyClause) -> Vec<&'p Definition> {
    let is_of = |id: &ClauseId| *id == clause.id;
    let notice = project.notices.iter().find(|it| it.clauses.iter().any(|it| is_of(&it.id)));
    let Some(notice) = notice else { return Vec::new() };
    let under = |line: u32| notice.clauses.iter().rfind(|it| it.line <= line);
    let all = notice.definitions.iter();
    all.filter(|it| under(it.line).is_some_and(|clause| is_of(&clause.id))).collect()
}

/// The derived fact of a rule whose definition a decision is of.
fn defined_by(policy: &Policy, rule: usize, decision: &str) -> Option<Fact> {
    let rule = &policy.rules.get(rule)?.rule;
    let is_asked =
        |fact| rule.inputs.contains(&fact) || rule.conditions.iter().any(|it| it.fact == fact);
    let mut definitions = policy.definitions.iter().map(|it| &it.definition);
    let found =
        definitions.find(|it| is_asked(it.fact) && it.decisions.iter().any(|id| id == decision));
    found.map(|it| it.fact)
}

/// Whether a clause stands below another, by their names: 区/四(二)1 below 区/四(二), and
/// not 区/十一 below 区/十.
fn is_below(clause: &str, above: &str) -> bool {
    let ends_in_digit = above.ends_with(|c: char| c.is_ascii_digit());
    let rest = clause.strip_prefix(above);
    let next = rest.and_then(|rest| rest.chars().next());
    next.is_some_and(|c| c == '(' || (c.is_ascii_digit() && !ends_in_digit))
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn a_clause_is_below_another_by_its_number_and_not_by_its_letters() {
        for (clause, above, expected) in [
            ("区/四(二)1", "区/四(二)", true),
            ("区/四(二)1", "区/四", true),
            ("区/四", "区/四", false),
            ("区/十一", "区/十", false),
            ("区/四(二)11", "区/四(二)1", false),
            ("鄂/四(二)", "区/四", false),
        ] {
            assert_eq!(is_below(clause, above), expected, "{clause} below {above}");
        }
    }
}
