//! The annual requirement, 年度审验: what a learning year requires and what was
//! learned in it, category by category.

use std::collections::BTreeSet;

use super::account::{Account, account};
use super::determination::{Determination, Outcome, Treated, Treatment};
use super::need::{Need, conclude};
use super::policy::Policy;
use super::record::{Approval, Record};
use crate::time::Date;

/// Judges a record by the policy of one learning year.
pub fn assess(policy: &Policy, record: &Record) -> Determination {
    let account = account(policy, record);
    let needs: Vec<Need> = Need::all(&account).collect();
    let Account { year, categories, total: _, learnings, required_by } = account;
    let (outcome, questions) = conclude(&needs, &[(year, &learnings)]);
    let mut rules: BTreeSet<usize> = required_by.into_iter().collect();
    let is_ground = |treatment: &&Treatment| match treatment.decided {
        Treated::Counted { .. } => true,
        Treated::Waiting { .. }
        | Treated::OtherYear
        | Treated::NotRecognised { .. }
        | Treated::NoRule => outcome != Outcome::Passed,
    };
    rules.extend(learnings.iter().filter(is_ground).flat_map(|it| it.rules.iter().copied()));
    Determination {
        year,
        outcome,
        confirmed: confirmed(record, &learnings),
        categories,
        learnings,
        rules: rules.into_iter().collect(),
        questions,
    }
}

fn confirmed(record: &Record, learnings: &[Treatment]) -> Option<Date> {
    let counted = learnings.iter().filter(|it| matches!(it.decided, Treated::Counted { .. }));
    let days = counted.filter_map(|treatment| {
        let learning = record.learnings.get(treatment.learning)?;
        match &learning.approval {
            Approval::Stated { on: Some(on), .. } => Some(*on),
            Approval::Stated { on: None, .. } | Approval::NotNeeded | Approval::Unknown => {
                Some(learning.completed)
            }
        }
    });
    days.max()
}
