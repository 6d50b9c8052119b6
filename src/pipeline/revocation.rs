//! The revocation lists, as the ledger has them.
//!
//! A list says what the ledger says, no more and no less: the cards revoked, and
//! those that others have replaced. So it can be made anew from the ledger, and one
//! that says something else shows that one of the two was changed.

use super::authority::{Listed, Renewal};
use crate::credential::note;
use crate::credential::reason::RevocationReason;
use crate::credential::revocation::{CardState, Edition, RevocationList, RevocationText};
use crate::credential::scope::Origin;
use crate::credential::trust_list::LogStatus;
use crate::diagnostic::{Diagnostics, Place};
use crate::ledger::Ledger;
use crate::project::Settings;

/// A revocation list that was signed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewList {
    /// What it says.
    pub text: RevocationText,
    /// The note.
    pub note: Vec<u8>,
}

/// Signs the lists of a ledger that need it, staged lines included.
///
/// What keeps a list from being signed is told.
pub fn editions(
    listed: &Listed<'_>,
    settings: &Settings,
    ledger: &Ledger,
    problems: &mut Diagnostics,
) -> Vec<NewList> {
    let mut signed = Vec::new();
    for year in ledger.years().filter(|year| ledger.size(*year) > 0) {
        let realm = listed.list.text().realm.clone();
        let origin = Origin { realm, issuer: settings.issuer.clone(), year };
        let path = format!("content/revoked/{}-{year}.note", origin.issuer);
        match edition(listed, ledger, &origin) {
            Ok(None) => {
                let held = held(listed, &origin).map(|list| list.stamp().next_update);
                if held.is_some_and(|until| listed.now >= until.time()) {
                    let what = format!("{year} 年度的撤销名单已过更新期，核验会说“无法判断”");
                    problems.warning(Place::file(path), what, "运行 build --renew");
                }
            }
            Ok(Some(list)) => signed.push(list),
            Err((what, hint)) => problems.error(Place::file(path), what, hint),
        }
    }
    signed
}

/// The next edition of a log's list, signed; `None` if none is needed.
///
/// Errors: why there is none, in words, and what to do.
pub fn edition(
    listed: &Listed<'_>,
    ledger: &Ledger,
    origin: &Origin,
) -> Result<Option<NewList>, Told> {
    let text = next(listed, ledger, origin)?;
    text.map(|text| sign(listed, origin, text)).transpose()
}

fn held<'l>(listed: &'l Listed<'_>, origin: &Origin) -> Option<&'l RevocationList> {
    listed.revocations.iter().find(|list| list.text().origin() == origin)
}

/// A problem, in words, and what to do.
type Told = (String, &'static str);

/// The list of a log as it has to be now; `None` if it is so already.
fn next(
    listed: &Listed<'_>,
    ledger: &Ledger,
    origin: &Origin,
) -> Result<Option<RevocationText>, Told> {
    const HINT: &str = "台账和撤销名单有一个被改动过，或是旧的备份；找回最新的一份";
    let (size, withdrawn) = (ledger.size(origin.year), ledger.withdrawn(origin.year));
    let successors = ledger.successors(origin.year);
    let edition =
        Edition { tree_size: size, issued: listed.issued, next_update: listed.next_update };
    let told = |error: &dyn std::fmt::Display| (error.to_string(), "核对日期和台账");
    let mut text = match held(listed, origin).map(RevocationList::text) {
        None => RevocationText::first(origin.clone(), edition).map_err(|error| told(&error))?,
        Some(text) => {
            if text.tree_size() > size {
                let what = format!("撤销名单管到 {} 条，台账却只有 {size} 条", text.tree_size());
                return Err((what, HINT));
            }
            if let Some((index, reason)) =
                text.cards().find(|(index, reason)| withdrawn.get(index) != Some(reason))
            {
                let reason = reason.words();
                return Err((format!("名单上撤销了序号 {index}（{reason}），台账里却没有"), HINT));
            }
            let other = |index: &u64| {
                let by = text.successor(*index);
                by.is_some() && by != successors.get(index).copied()
            };
            if let Some(index) = withdrawn.keys().copied().find(other) {
                return Err((format!("名单所写的换发序号 {index} 的卡，台账里是另一张"), HINT));
            }
            let is_on = |index: &u64| match text.state(*index) {
                // An older list may not say which card it was replaced by.
                CardState::Revoked(RevocationReason::Superseded) => {
                    text.successor(*index) == successors.get(index).copied()
                }
                CardState::Revoked(_) => true,
                CardState::Good | CardState::NotCovered => false,
            };
            let is_same = text.tree_size() == size && withdrawn.keys().all(is_on);
            if is_same && listed.renewal == Renewal::Changed {
                return Ok(None);
            }
            text.next(edition).map_err(|error| told(&error))?
        }
    };
    text.revoke_all(&withdrawn, &successors).map_err(|error| told(&error))?;
    Ok(Some(text))
}

fn sign(listed: &Listed<'_>, origin: &Origin, text: RevocationText) -> Result<NewList, Told> {
    let on_list = listed.list.text().log(origin);
    let log = on_list.ok_or_else(|| {
        let what = format!("信任名单上没有日志 {origin}，签不了它的撤销名单");
        (what, "用 keys new log 建立它的密钥，用 trust add-log 加上名单")
    })?;
    match log.status {
        LogStatus::Active | LogStatus::Retired => {}
        LogStatus::Compromised => {
            let what = format!("日志 {origin} 的密钥已经宣布泄露");
            return Err((what, "在信任名单上换一把密钥"));
        }
    }
    let opened = (listed.log_key)(origin);
    let (named, signer) = opened.map_err(|what| {
        (format!("日志 {origin} 的密钥用不了：{what}"), "把它的 .key 文件放在 keys/")
    })?;
    if named != log.named_key() {
        let what = format!("{} 不是信任名单上日志 {origin} 的密钥", named.name());
        return Err((what, "换一个私钥文件，或用 trust add-log 改名单"));
    }
    let words = text.to_string();
    let told = |what: String| (what, "核对名单和密钥，再运行一次");
    let line = named.sign(&signer, &words).map_err(|error| told(error.to_string()))?;
    let note = note::write(&words, &[line]).map_err(|error| told(error.to_string()))?;
    // What is signed is read back as a verifier reads it.
    RevocationList::open(&listed.list, note.as_bytes()).map_err(|error| told(error.to_string()))?;
    Ok(NewList { text, note: note.into_bytes() })
}
