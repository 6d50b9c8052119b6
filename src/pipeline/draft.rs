//! What a card says: the claims that a determination earns.

use super::IssueDate;
use super::issuing::{Current, Issuing};
use super::learner::Judged;
use crate::assessment::Determination;
use crate::assessment::policy::Policy;
use crate::assessment::policy::vocabulary::Degree;
use crate::credential::card::Card;
use crate::credential::claim::{
    AuditResult, Category, CategoryHours, ClauseOrdinal, HolderName, IdType, Index, NumericDate,
    Tenths, UpToEight,
};
use crate::diagnostic::Diagnostics;

/// Clauses that a card cites, at most.
const MAX_GROUNDS: usize = 8;

impl Issuing<'_> {
    /// The card that a determination earns, without its index.
    pub(super) fn draft(
        &self,
        judged: &Judged,
        result: &Determination,
        current: &Current<'_>,
        problems: &mut Diagnostics,
    ) -> Option<Card> {
        let date = match self.issue_date {
            IssueDate::On(date) => Some(date),
            IssueDate::Confirmed => result.confirmed,
        };
        let issued = date.and_then(|date| NumericDate::new(date.beijing_midnight()).ok());
        let name = HolderName::new(judged.record.name.as_str()).ok();
        let (Some(issued), Some(name)) = (issued, name) else {
            problems.error(
                judged.place.clone(),
                "没有可用的签发日期，或姓名不能签发",
                "用 --date 指明签发日期；核对姓名的用字",
            );
            return None;
        };
        let document = judged.record.document.as_ref();
        let kind = document.map_or(0, |document| document.kind.number());
        let hours: Vec<_> = result
            .categories
            .iter()
            .filter_map(|hours| {
                let category = current.policy.vocabulary.categories().get(hours.category)?;
                Some(CategoryHours {
                    category: Category::from(u32::from(category.number)),
                    credited: Tenths::from(hours.credited.unwrap_or_default().tenths()),
                    required: Tenths::from(hours.required.tenths()),
                })
            })
            .collect();
        Some(Card {
            issued,
            expires: None,
            year: current.year,
            name,
            id_tail: document.and_then(|it| it.tail.as_deref()?.parse().ok()),
            result: match result.degree {
                Degree::Full => AuditResult::Full,
                Degree::Part(_) => AuditResult::Reduced,
                Degree::NotRequired => AuditResult::Exempt,
                Degree::Reference => AuditResult::Reference,
            },
            hours: UpToEight::try_from(hours).expect("a vocabulary has at most eight categories"),
            index: Index::from(0),
            policy: current.id,
            id_type: (kind > 0).then(|| IdType::from(kind)),
            supersedes: None,
            grounds: grounds(current.policy, result),
            extensions: Vec::new(),
        })
    }
}

/// Whether an issued card says all that a new one would: a card is issued again
/// when its holder, hours, result or grounds change, not when a policy was only
/// edited or a later day was chosen.
pub(super) fn says_the_same(issued: &Card, draft: &Card) -> bool {
    let Card {
        issued: _,
        expires,
        year,
        name,
        id_tail,
        result,
        hours,
        index: _,
        policy,
        id_type,
        supersedes: _,
        grounds,
        extensions: _,
    } = draft;
    // Clauses are numbered by the bundle: another bundle may number them anew.
    let same_grounds = issued.policy != *policy || issued.grounds == *grounds;
    issued.expires == *expires
        && issued.year == *year
        && issued.name == *name
        && issued.id_tail == *id_tail
        && issued.result == *result
        && issued.hours == *hours
        && issued.id_type == *id_type
        && same_grounds
}

/// The clauses that a determination rests on, in the order of the notice.
fn grounds(policy: &Policy, result: &Determination) -> UpToEight<ClauseOrdinal> {
    let mut clauses: Vec<_> =
        result.rules.iter().filter_map(|rule| Some(policy.rules.get(*rule)?.clause)).collect();
    clauses.sort_unstable();
    clauses.dedup();
    clauses.truncate(MAX_GROUNDS);
    let ordinal = |clause| ClauseOrdinal::new(u64::try_from(clause).ok()?).ok();
    UpToEight::try_from(clauses.into_iter().filter_map(ordinal).collect::<Vec<_>>())
        .expect("truncated to eight")
}
