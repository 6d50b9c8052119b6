//! A determination becomes a card: here and nowhere else.

use std::io;

use rayon::prelude::*;

use super::draft::says_the_same;
use super::issued::{Known, Standing};
use super::issuing::{Current, Issuing};
use super::learner::Judged;
use crate::assessment::policy::Policy;
use crate::assessment::printing::{AuditState, Wait, Waiting};
use crate::assessment::record::ClassId;
use crate::assessment::{Determination, determination::Outcome};
use crate::credential::card::Card;
use crate::credential::envelope::seal;
use crate::credential::number::CardNumber;
use crate::credential::qr::CardText;
use crate::diagnostic::Diagnostics;
use crate::ledger::{Entry, Issued, Ledger};

/// A determination whose card is to be settled.
#[derive(Clone, Copy)]
struct Due<'j, 'p> {
    judged: &'j Judged,
    result: &'j Determination,
    waiting: &'j [Waiting],
    current: &'j Current<'p>,
}

/// A determination, and the card that it earned.
#[derive(Debug)]
pub(super) struct Settled<'j> {
    pub judged: &'j Judged,
    pub result: &'j Determination,
    /// What its card has to wait for, if it has to.
    pub waiting: &'j [Waiting],
    pub policy: &'j Policy,
    pub card: Option<Prepared>,
}

/// A card that is ready to be rendered.
#[derive(Debug)]
pub(super) struct Prepared {
    pub card: Card,
    pub number: CardNumber,
    pub text: CardText,
    origin: Origin,
}

/// Where a card comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// The ledger has it.
    Ledger,
    /// It is issued by this build.
    Issued,
}

/// What is to be done for a determination that passed.
enum Plan {
    /// The ledger's card still says what is true.
    Keep(Card, CardText),
    /// A card is issued, its index still to be given.
    Issue(Box<Card>),
}

impl<'p> Issuing<'p> {
    /// Settles the determinations of these learners, in order, with the cards that
    /// the ledger has for them, and new ones, which it will have.
    pub(super) fn settle<'j>(
        &'j self,
        judged: &'j [Judged],
        ledger: &mut Ledger,
        problems: &mut Diagnostics,
    ) -> io::Result<Vec<Settled<'j>>> {
        let due: Vec<Due<'j, 'p>> = judged
            .iter()
            .flat_map(|judged| {
                let results = judged.results.iter().zip(&judged.waiting).zip(&self.current);
                results.map(move |((result, waiting), current)| Due {
                    judged,
                    result,
                    waiting,
                    current,
                })
            })
            .collect();
        let planned: Vec<(Diagnostics, io::Result<Option<Plan>>)> = due
            .par_iter()
            .map(|due| {
                let mut problems = Diagnostics::new();
                let plan = self.plan(due, ledger, &mut problems);
                (problems, plan)
            })
            .collect();
        let mut numbered = Vec::with_capacity(due.len());
        for (due, (found, plan)) in due.into_iter().zip(planned) {
            problems.append(found);
            let card = plan?.and_then(|plan| match plan {
                Plan::Keep(card, text) => Some((card, Some(text))),
                Plan::Issue(mut card) => {
                    self.may_issue(&due.judged.place, &card, due.current, problems).then(|| {
                        card.index = ledger.give_index(due.current.year);
                        (*card, None)
                    })
                }
            });
            numbered.push((due, card));
        }
        let settled: Vec<(Diagnostics, Settled<'j>)> = numbered
            .into_par_iter()
            .map(|(due, card)| {
                let Due { judged, result, waiting, current } = due;
                let mut problems = Diagnostics::new();
                let card =
                    card.and_then(|(card, text)| self.seal(judged, card, text, &mut problems));
                (problems, Settled { judged, result, waiting, policy: current.policy, card })
            })
            .collect();
        let tell = |(found, settled)| {
            problems.append(found);
            settled
        };
        Ok(settled.into_iter().map(tell).collect())
    }

    /// What is to be done for one determination.
    fn plan(
        &self,
        due: &Due<'_, '_>,
        ledger: &Ledger,
        problems: &mut Diagnostics,
    ) -> io::Result<Option<Plan>> {
        let Due { judged, result, waiting, current } = *due;
        let issued = ledger.latest(current.year, judged.record.id.as_str())?;
        let issued = match issued {
            Some(entry) => match self.known(&entry, current.year, ledger, problems) {
                Some(known) => Some(known),
                None => return Ok(None),
            },
            None => None,
        };
        let number = |card: &Card| card.number(&self.project.settings.issuer);
        if result.outcome != Outcome::Passed {
            if let Some(Known { card, standing: Standing::Good, .. }) = issued {
                let (number, word) = (number(&card), result.outcome.word());
                let hint = match card.policy == current.id {
                    true => "核对学习档案；确实不符的，撤销这张卡".to_owned(),
                    false => format!(
                        "规则集改了（签发时 {}，现在 {}）：先核对通知和裁量的改动，再核对学习档案；确实不符的，撤销这张卡",
                        card.policy, current.id
                    ),
                };
                problems.warning(
                    judged.place.clone(),
                    format!("已签发的卡 {number} 与现在的认定结果（{word}）不符"),
                    hint,
                );
            }
            return Ok(None);
        }
        let Some(draft) = self.draft(judged, result, current, problems) else { return Ok(None) };
        let Some(Known { card, text, standing }) = issued else {
            return Ok(waiting.is_empty().then(|| Plan::Issue(Box::new(draft))));
        };
        if says_the_same(&card, &draft) {
            match standing {
                Standing::Good => {
                    for Waiting { wait, .. } in waiting {
                        self.tell_failed(judged, &number(&card), wait, problems);
                    }
                    return Ok(Some(Plan::Keep(card, text)));
                }
                Standing::Void => {}
                Standing::Revoked(reason) => {
                    let (number, reason) = (number(&card), reason.words());
                    problems.warning(
                        judged.place.clone(),
                        format!("卡 {number} 已撤销（{reason}），这次不再印出"),
                        "学习档案改正以后，构建会签发新卡",
                    );
                    return Ok(None);
                }
            }
        }
        if waiting.is_empty() {
            let replacing = Card { supersedes: Some(card.index), ..draft };
            return Ok(Some(Plan::Issue(Box::new(replacing))));
        }
        if let Standing::Good = standing {
            problems.warning(
                judged.place.clone(),
                format!(
                    "已签发的卡 {} 与现在的学习档案不符，替换它的卡要等审核通过",
                    number(&card)
                ),
                "卡仍然有效；学习档案改错了的，改回来；原来的卡不实的，撤销它",
            );
        }
        Ok(None)
    }

    /// Warns of a card that was issued, and whose online audit or a class that it rests
    /// on has failed since.
    fn tell_failed(
        &self,
        judged: &Judged,
        number: &CardNumber,
        wait: &Wait,
        problems: &mut Diagnostics,
    ) {
        let failed = match wait {
            Wait::Audit(AuditState::NotPassed) => "所属年度的线上审核未通过".to_owned(),
            Wait::Audit(AuditState::Unstated | AuditState::Unproven) => return,
            Wait::Reports(classes) => {
                let all = &self.project.classes;
                let failed = classes.iter().filter(|id| all.is_audited(id));
                let failed: Vec<_> = failed.map(ClassId::as_str).collect();
                if failed.is_empty() {
                    return;
                }
                format!("靠培训班 {} 才合格，它的报告审核未过", failed.join("、"))
            }
        };
        problems.warning(
            judged.place.clone(),
            format!("已签发的卡 {number} {failed}"),
            "卡仍然有效；查明不实的，改正学习档案，并撤销这张卡",
        );
    }

    /// Signs a card, unless it has been signed before.
    fn seal(
        &self,
        judged: &Judged,
        card: Card,
        text: Option<CardText>,
        problems: &mut Diagnostics,
    ) -> Option<Prepared> {
        let settings = &self.project.settings;
        let number = card.number(&settings.issuer);
        if let Some(text) = text {
            return Some(Prepared { card, number, text, origin: Origin::Ledger });
        }
        let signer = self.signer()?.ok()?; // without one, no card gets here
        let sealed = seal(signer, &settings.realm, &card.encode()).map_err(|it| it.to_string());
        let text = sealed.and_then(|bytes| {
            CardText::new(&settings.portal, &bytes).map_err(|_| "the text is too long".to_owned())
        });
        match text.and_then(|text| self.proven(&text).map(|()| text)) {
            Ok(text) => Some(Prepared { card, number, text, origin: Origin::Issued }),
            Err(why) => {
                let message = format!("这张卡签发不了：{why}");
                problems.error(judged.place.clone(), message, "缩短门户网站的地址，或减少内容");
                None
            }
        }
    }
}

impl Settled<'_> {
    /// Whether the card is held back: one that the ledger has already is not.
    pub(super) fn holds_back(&self) -> bool {
        !self.waiting.is_empty() && self.card.is_none()
    }
}

impl Prepared {
    /// The ledger's line, if the card is a new one.
    pub(super) fn entry(&self, judged: &Judged) -> Option<Entry> {
        self.is_new().then(|| {
            Entry::Issued(Issued {
                index: self.card.index.get(),
                person: judged.record.id.as_str().to_owned(),
                record: hex(&judged.digest),
                card: format!("#1{}", self.text.segments().1),
            })
        })
    }

    /// Whether this build issued it.
    pub(super) fn is_new(&self) -> bool {
        self.origin == Origin::Issued
    }
}

/// Bytes as lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
