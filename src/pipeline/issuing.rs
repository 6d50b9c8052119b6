//! What cards are issued with: whoever signs, whoever is to believe it, and the
//! policies that cards cite.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::authority::Authority;
use super::{IssueDate, Terms};
use crate::assessment::policy::Policy;
use crate::assessment::policy::bundle::{self, Citations};
use crate::credential::card::Card;
use crate::credential::claim::{PolicyId, Year};
use crate::credential::key::{Signer, SigningKey};
use crate::credential::policy::Bundles;
use crate::credential::qr::CardText;
use crate::credential::trust::Trust;
use crate::credential::verdict::{Code, Reason};
use crate::credential::{Verdict, verify};
use crate::diagnostic::{Diagnostics, Place};
use crate::ledger::Ledger;
use crate::project::{Project, Settings};

/// What cards are issued with.
pub(super) struct Issuing<'p> {
    pub(super) project: &'p Project,
    authority: &'p Authority<'p>,
    /// The key of specimens; there is none beside a real one.
    specimen: Option<SigningKey>,
    trust: Trust,
    /// What has been said against signing, which is said once.
    told: Mutex<BTreeSet<String>>,
    pub(super) issue_date: IssueDate,
    pub(super) current: Vec<Current<'p>>,
    citations: BTreeMap<PolicyId, Citations>,
}

/// The policy of a year as it stands now, and its bundle.
pub(super) struct Current<'p> {
    pub policy: &'p Policy,
    pub year: Year,
    pub id: PolicyId,
    bytes: Vec<u8>,
}

impl<'p> Issuing<'p> {
    pub(super) fn new(
        project: &'p Project,
        &Terms { authority, issue_date }: &'p Terms<'p>,
        ledger: &Ledger,
        problems: &mut Diagnostics,
    ) -> Option<Self> {
        let settings = &project.settings;
        let mut current = Vec::new();
        let mut citations = BTreeMap::new();
        let mut bundles = Bundles::default();
        let mut found = Diagnostics::new();
        for policy in project.card_policies() {
            let bytes = bundle::bytes(policy);
            let id = PolicyId::of(&bytes);
            bundles.add(&bytes).expect("what we write, we read");
            citations.extend(Citations::read(&bytes).map(|it| (id, it)));
            let Ok(year) = Year::new(policy.year.into()) else { continue };
            current.push(Current { policy, year, id, bytes });
        }
        for (id, bytes) in ledger.policies() {
            match Citations::read(bytes).filter(|_| PolicyId::of(bytes) == id) {
                Some(words) => {
                    let _ = bundles.add(bytes); // of a later format: not checked against
                    citations.insert(id, words);
                }
                None => found.error(
                    Place::file(format!("{}/policy/{id}.json", ledger.name())),
                    "规则集与它的编号不符",
                    "规则集签发后不改；请从备份恢复这个文件",
                ),
            }
        }
        if let Some((what, hint)) = authority.doubt(settings) {
            found.warning(Place::file("content/site.toml"), what, hint);
        }
        let trust = authority.trust(settings).with_policies(bundles);
        let specimen = match authority {
            Authority::Specimen => Some(SigningKey::specimen(&settings.issuer)),
            Authority::Listed(_) => None,
        };
        let is_sound = !found.has_errors();
        problems.append(found);
        let told = Mutex::default();
        is_sound.then_some(Self {
            project,
            authority,
            specimen,
            trust,
            told,
            issue_date,
            current,
            citations,
        })
    }

    /// Who signs; `None` if nobody is to. A real key is opened by this.
    ///
    /// Errors: it cannot be opened, in words.
    pub(super) fn signer(&self) -> Option<Result<&(dyn Signer + Send + Sync), &str>> {
        match self.authority {
            Authority::Specimen => self.specimen.as_ref().map(|key| Ok(key as _)),
            Authority::Listed(listed) => listed.signer(),
        }
    }

    /// Whom a verifier of these cards trusts.
    pub(super) fn trust(&self) -> &Trust {
        &self.trust
    }

    /// By whose authority they are signed.
    pub(super) fn authority(&self) -> &'p Authority<'p> {
        self.authority
    }

    /// The policies that determinations are made by, in order.
    pub(super) fn policies(&self) -> Vec<&'p Policy> {
        self.current.iter().map(|current| current.policy).collect()
    }

    /// The site's settings.
    pub(super) fn settings(&self) -> &'p Settings {
        &self.project.settings
    }

    /// What hours are counted in.
    pub(super) fn unit(&self) -> &'p str {
        self.project.vocabulary.unit()
    }

    /// The words that a card cites.
    pub(super) fn citations(&self, id: PolicyId) -> Option<&Citations> {
        self.citations.get(&id)
    }

    /// Whether the lists allow this card; what stands against it is told, once.
    pub(super) fn may_issue(
        &self,
        place: &Place,
        card: &Card,
        current: &Current<'_>,
        problems: &mut Diagnostics,
    ) -> bool {
        let mut objections =
            self.authority.objections(&self.project.settings, current.policy, current.year);
        let is_for_all = !objections.is_empty();
        let day = card.issued.time().beijing_date();
        if let Some(limits) = self.authority.limits().filter(|limits| !limits.has_day(day)) {
            let (from, until) = (limits.not_before, limits.not_after);
            let what = format!("签发日期 {day} 不在签发密钥的期限 {from} 至 {until} 之内");
            objections.push((what, "核对日期；用 --date 指明签发日期，或签署新一版信任名单"));
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for (what, hint) in &objections {
            if told.insert(what.clone()) {
                let place = if is_for_all { Place::file("keys/trust.note") } else { place.clone() };
                problems.error(place, what.clone(), *hint);
            }
        }
        match objections[..] {
            // Only now is a passphrase asked for.
            [] => self.signer().is_some_and(|signer| match signer {
                Ok(_) => true,
                Err(why) => {
                    if told.insert(why.to_owned()) {
                        problems.error(Place::file("keys"), why, "换一个私钥文件或口令");
                    }
                    false
                }
            }),
            _ => false,
        }
    }

    /// Verifies a card as whoever gets it will, save that no revocation list can
    /// know it yet.
    pub(super) fn proven(&self, text: &CardText) -> Result<(), String> {
        match self.authority {
            Authority::Specimen => return Ok(()), // it proves nothing
            Authority::Listed(_) => {}
        }
        match verify(&self.trust, text.as_str(), self.authority.now()) {
            Verdict::Valid(_) => Ok(()),
            Verdict::Refused(refusal) if refusal.reason() == Reason::Stale => Ok(()),
            Verdict::Refused(refusal) => {
                let code = Code::Refused(refusal.reason());
                Err(format!("核验程序会拒收它：{code} {}（{}）", code.words(), refusal.detail()))
            }
        }
    }

    /// Has the ledger keep the bundles that its cards cite.
    pub(super) fn keep_policies(&self, ledger: &mut Ledger) {
        for current in &self.current {
            ledger.keep_policy(current.id, &current.bytes);
        }
    }
}
