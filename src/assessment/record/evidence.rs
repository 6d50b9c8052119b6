//! Evidence that a record cites, and what its checking says of what rests on it.

use super::read::Reader;
use super::shape::{Evidence, EvidenceStatus, Learner};
use super::{Proof, Stated};
use crate::assessment::json::Text;

/// The evidence of a record: what each piece is called, and what came of checking it.
#[derive(Debug, Default)]
pub(super) struct Register {
    pieces: Vec<(String, Option<EvidenceStatus>)>,
}

impl Register {
    fn statuses(&self, id: &str) -> impl Iterator<Item = Option<EvidenceStatus>> {
        self.pieces.iter().filter(move |(piece, _)| piece == id).map(|(_, status)| *status)
    }
}

impl<'a> Reader<'a> {
    /// Reads what evidence there is.
    pub(super) fn evidence(&mut self, learner: &Learner<'a>) {
        let list: Vec<(_, Evidence<'a>)> = self.json.list(learner.evidence, &mut self.problems);
        for (_, evidence) in list {
            self.optional_date(evidence.on.as_ref());
            self.register.pieces.push((evidence.id.value.into_owned(), evidence.status));
        }
    }

    /// What the evidence cited for something says of it; evidence that is not there is
    /// told.
    pub(super) fn proof(&mut self, cited: Option<&[Text<'a>]>) -> Proof {
        let mut statuses = Vec::new();
        for id in cited.into_iter().flatten() {
            let before = statuses.len();
            statuses.extend(self.register.statuses(&id.value));
            if statuses.len() == before {
                self.problems.warning(
                    self.json.place(id.raw),
                    format!("证明材料中没有“{}”", id.value),
                    "在 evidence 中登记这份材料，或者改正编号",
                );
            }
        }
        let is = |wanted: EvidenceStatus| move |it: &Option<EvidenceStatus>| *it == Some(wanted);
        if statuses.iter().any(is(EvidenceStatus::Checked)) {
            Proof::Checked
        } else if !statuses.is_empty() && statuses.iter().all(is(EvidenceStatus::Rejected)) {
            Proof::Rejected
        } else {
            Proof::Wanting
        }
    }

    /// A fact with what its evidence says of it.
    pub(super) fn stated<T>(&mut self, value: T, cited: Option<&[Text<'a>]>) -> Stated<T> {
        Stated { value, proof: self.proof(cited) }
    }
}
