//! What the ledger holds: each line verified, and how its card stands now.

use std::io;

use rayon::prelude::*;

use super::issuing::Issuing;
use crate::credential::card::Card;
use crate::credential::claim::Year;
use crate::credential::qr::{CardText, QrText};
use crate::credential::reason::RevocationReason;
use crate::credential::verdict::{Code, Reason};
use crate::credential::verify;
use crate::diagnostic::Diagnostics;
use crate::ledger::{Issued, Ledger, Spot};

/// Lines in memory at a time.
const CHUNK: usize = 4_096;

/// A card of the ledger.
#[derive(Debug)]
pub(super) struct Known {
    pub card: Card,
    pub text: CardText,
    pub standing: Standing,
}

/// How a card that was issued stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It counts.
    Good,
    /// It was revoked, for another reason than that its key was stolen.
    Revoked(RevocationReason),
    /// Its key was stolen: its holder is owed another.
    Void,
}

impl Issuing<'_> {
    /// The card of a ledger's line, if this issuer signed it for the year; what is
    /// wrong with it is told.
    pub(super) fn known(
        &self,
        entry: &Issued,
        year: Year,
        ledger: &Ledger,
        problems: &mut Diagnostics,
    ) -> Option<Known> {
        let verdict = verify(self.trust(), &entry.card, self.authority().now());
        let standing = match verdict.code() {
            Code::Valid => Some(Standing::Good),
            Code::Refused(reason) => match reason {
                // Steps 1–8 and 10 have passed; the rest passes with time, or is told
                // of the lists.
                Reason::Stale | Reason::ClockSuspect | Reason::Expired | Reason::NotYetValid => {
                    Some(Standing::Good)
                }
                Reason::Revoked | Reason::Superseded => verdict.revoked().map(Standing::Revoked),
                Reason::KeyRevoked => Some(Standing::Void),
                Reason::OutOfScope | Reason::Inconsistent => {
                    let code = verdict.code();
                    problems.error(
                        ledger.place(year, entry.index),
                        format!("这一行的卡现在核验不过：{code} {}", code.words()),
                        "核对信任名单：已经签发的卡，授权范围和期限不能收窄",
                    );
                    return None;
                }
                Reason::BadSignature
                | Reason::UnknownIssuer
                | Reason::Unsupported
                | Reason::Malformed
                | Reason::Specimen => None,
            },
        };
        let known = standing.and_then(|standing| {
            let card = verdict.card()?.clone();
            let is_its_own = card.year == year && card.index.get() == entry.index;
            let bytes = QrText::read(&entry.card).ok()?.bytes().ok()?;
            let text = CardText::new(&self.settings().portal, &bytes).ok()?;
            // The ledger knows before the list does.
            let standing = match ledger.revoked(year, card.index) {
                Some(RevocationReason::KeyCompromise) => Standing::Void,
                Some(reason) => Standing::Revoked(reason),
                None => standing,
            };
            is_its_own.then_some(Known { card, text, standing })
        });
        if known.is_none() {
            problems.error(
                ledger.place(year, entry.index),
                "这一行的卡验不过，不是本机构签发的原样",
                "台账只增不改；请从备份恢复这个文件",
            );
        }
        known
    }

    /// Verifies the lines that no learner's determination leads to: cards that
    /// others have replaced. With those of the learners and of the absent, every
    /// line is verified once.
    pub(super) fn check_replaced(
        &self,
        ledger: &Ledger,
        problems: &mut Diagnostics,
    ) -> io::Result<()> {
        ledger
            .years()
            .try_for_each(|year| self.check(ledger, year, ledger.replaced(year), problems))
    }

    /// Verifies these lines, which are not printed again.
    pub(super) fn check(
        &self,
        ledger: &Ledger,
        year: Year,
        spots: &[Spot],
        problems: &mut Diagnostics,
    ) -> io::Result<()> {
        for chunk in spots.chunks(CHUNK) {
            let found: Vec<Diagnostics> = chunk
                .par_iter()
                .map(|spot| {
                    let mut problems = Diagnostics::new();
                    self.known(&ledger.entry(year, *spot)?, year, ledger, &mut problems);
                    Ok(problems)
                })
                .collect::<io::Result<_>>()?;
            found.into_iter().for_each(|found| problems.append(found));
        }
        Ok(())
    }
}
