//! WHAT IS PROVEN: a card's text in, a verdict out.
//!
//! Pure: no files, no clock, no network, nothing of the other rooms. It is what
//! an auditor must read, in this order: [`verify_all`] below, then [`qr`] (text to
//! bytes), [`envelope`] (the signature), [`key`] (what a good signature is),
//! [`card`] and [`claim`] (what is claimed), [`trust`] and [`scope`] (by whom, and
//! how far), [`step`], [`fault`] and [`verdict`] (what is answered), [`number`] (what
//! is printed); then the lists that trust is made of: [`note`] and [`digest`] (their
//! frame), [`root`], [`trust_list`], [`reason`] and [`revocation`], [`seen`] (that none
//! goes back), [`lists`] (that they are fresh); and [`bundle`] and [`policy`] (that a
//! card does not contradict the bundle it cites). The formats are described for
//! implementers in `content/spec/`.
//!
//! It is *not* here to decide who deserves a card, to read pictures, or to show
//! anything.
//!
//! # Example: issue a specimen card, and verify it
//!
//! ```
//! use shenyan::credential::card::Card;
//! use shenyan::credential::claim::*;
//! use shenyan::credential::envelope::seal;
//! use shenyan::credential::key::SigningKey;
//! use shenyan::credential::number::IssuerId;
//! use shenyan::credential::qr::{CardText, Portal};
//! use shenyan::credential::lists::SpecimenPolicy;
//! use shenyan::credential::realm::Realm;
//! use shenyan::credential::trust::{SpecimenIssuer, Trust};
//! use shenyan::credential::{Verdict, verify};
//! use shenyan::time::Date;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let issued = Date::new(2022, 12, 1).expect("a day of the calendar").beijing_midnight();
//! let card = Card {
//!     issued: NumericDate::new(issued)?,
//!     expires: None,
//!     year: Year::new(2022)?,
//!     name: HolderName::with_middle_dots("阿依古丽·艾合买提")?,
//!     id_tail: Some("021X".parse()?),
//!     result: AuditResult::Full,
//!     hours: UpToEight::try_from(vec![
//!         CategoryHours { category: 1.into(), credited: 300.into(), required: 300.into() },
//!         CategoryHours { category: 2.into(), credited: 605.into(), required: 600.into() },
//!     ])?,
//!     index: Index::from(17),
//!     policy: PolicyId([0x3d, 0x0c, 0x52, 0xe1, 0x7a, 0x90, 0x44, 0xbb]),
//!     id_type: None,
//!     supersedes: None,
//!     grounds: UpToEight::try_from(vec![ClauseOrdinal::from(2)])?,
//!     extensions: Vec::new(),
//! };
//!
//! // The office signs, and prints the text as a QR code.
//! let issuer: IssuerId = "150600".parse()?;
//! let portal: Portal = "https://cards.example/v/".parse()?;
//! let envelope = seal(&SigningKey::specimen(&issuer), &Realm::specimen(), &card.encode())?;
//! let text = CardText::new(&portal, &envelope)?;
//!
//! // The employer reads the code, and asks.
//! let name = "样例市人力资源和社会保障局".to_owned();
//! let specimen = SpecimenIssuer { id: issuer, name, hosts: vec![portal.host().clone()] };
//! let trust = Trust::specimen(vec![specimen], SpecimenPolicy::Accept)?;
//! let Verdict::Valid(accepted) = verify(&trust, text.as_str(), issued) else {
//!     panic!("everything holds");
//! };
//! assert_eq!(accepted.card(), &card);
//!
//! // A digit misread, and nothing is proven.
//! let misread = text.as_str().replace('7', "1");
//! assert!(verify(&trust, &misread, issued).card().is_none());
//! # Ok(())
//! # }
//! ```

pub(crate) mod base64;
pub mod bundle;
pub mod card;
mod cbor;
pub mod claim;
pub mod digest;
pub mod envelope;
pub mod fault;
pub mod field;
mod json;
pub mod key;
pub mod lists;
pub mod note;
pub mod number;
pub mod policy;
pub mod qr;
pub mod realm;
pub mod reason;
pub mod revocation;
pub mod root;
pub mod scope;
pub mod seen;
pub mod step;
pub mod trust;
pub mod trust_list;
pub mod verdict;

pub use card::Card;
pub use trust::Trust;
pub use verdict::Verdict;

use std::sync::Arc;

use self::card::InTime;
use self::envelope::{Authentic, Envelope, Opened};
use self::fault::Fault;
use self::lists::{Fresh, Looked, NotRevoked};
use self::policy::Consistent;
use self::qr::QrText;
use self::scope::Entitled;
use self::step::Step;
use self::trust::{Admitted, HostFinding, Issuer};
use self::verdict::{Accepted, Refusal, Trace};
use crate::time::UnixTime;

/// Whether this text is a genuine card, as of now.
///
/// The steps are taken in order, and the first that fails decides; the order of
/// checks within a step is in the text of the function that makes it. Any input
/// gives a verdict, in time proportional to its length.
pub fn verify(trust: &Trust, text: &str, now: UnixTime) -> Verdict {
    verify_all(trust, &[text], now).pop().expect("one text has one verdict")
}

/// The verdict on each of these texts, in order: what [`verify`] says of it, at
/// less cost. Ask about some dozens at a time, since all of them are in memory.
pub fn verify_all(trust: &Trust, texts: &[&str], now: UnixTime) -> Vec<Verdict> {
    let fresh = || Trace {
        looked: Looked { as_of: trust.as_of(), ..Looked::default() },
        ..Trace::default()
    };
    let mut traces: Vec<Trace> = texts.iter().map(|_| fresh()).collect();
    let decoded = texts.iter().zip(&mut traces).map(|(text, trace)| decode(text, trace));
    let decoded: Vec<_> = decoded.collect();
    let named = decoded.iter().zip(&mut traces);
    let named: Vec<Result<Named<'_>, Fault>> =
        named.map(|(decoded, trace)| name(trust, decoded, trace)).collect();
    // 6: the signatures, each under its issuer's key, in its realm.
    let checks = named.iter().flatten();
    let checks = checks.map(|(envelope, issuer)| envelope.check(issuer.key(), issuer.realm()));
    let mut opened = Envelope::open(checks.collect()).into_iter();
    let verdict = |(named, mut trace): (&Result<Named<'_>, Fault>, Trace)| {
        let proven = named.as_ref().map_err(|fault| *fault).and_then(|(envelope, issuer)| {
            let opened = opened.next().expect("each envelope that was checked was opened or not");
            Ok((authenticate(envelope, opened, &mut trace)?, Arc::clone(issuer)))
        });
        let (card, issuer) = match proven {
            Ok(proven) => proven,
            Err(fault) => return Verdict::Refused(Refusal::new(fault, None, trace)),
        };
        match judge(trust, &issuer, card.get(), now, &mut trace) {
            Ok(proofs) => Verdict::Valid(Accepted::new(card, issuer, proofs, trace)),
            Err(fault) => Verdict::Refused(Refusal::new(fault, Some(card), trace)),
        }
    };
    named.iter().zip(traces).map(verdict).collect()
}

/// An envelope's bytes, or why there are none, and the text they came in.
type Decoded<'t> = Result<(QrText<'t>, Vec<u8>), Fault>;

/// An envelope, and the issuer that it names.
type Named<'a> = (Envelope<'a>, Arc<Issuer>);

/// Steps 1 and 2: text and alphabet, digits.
fn decode<'t>(text: &'t str, trace: &mut Trace) -> Decoded<'t> {
    let text = trace.steps.note(Step::Text, QrText::read(text))?;
    trace.host = HostFinding::of(&text, None);
    let bytes = trace.steps.note(Step::Digits, text.bytes())?;
    Ok((text, bytes))
}

/// Steps 3–5: the shape of the envelope, the algorithm and the key id, the issuer.
fn name<'a>(
    trust: &Trust,
    decoded: &'a Decoded<'_>,
    trace: &mut Trace,
) -> Result<Named<'a>, Fault> {
    let (text, bytes) = decoded.as_ref().map_err(|fault| *fault)?;
    let envelope = trace.steps.note(Step::Shape, Envelope::read(bytes))?;
    let key_id = trace.steps.note(Step::Algorithm, envelope.key_id())?;
    trace.key_id = Some(key_id);
    // From here to a good signature, what is claimed may be shown as unverified.
    let issuer = trace
        .steps
        .note(Step::Issuer, trust.issuer(key_id))
        .inspect_err(|_| trace.unverified = envelope.unverified())?;
    trace.host = HostFinding::of(text, Some(&issuer));
    trace.issuer = Some(Arc::clone(&issuer));
    Ok((envelope, issuer))
}

/// Steps 6 and 7: what came of the signature, and what it claims.
fn authenticate(
    envelope: &Envelope<'_>,
    opened: Opened<'_, '_>,
    trace: &mut Trace,
) -> Result<Authentic<Card>, Fault> {
    let payload = trace
        .steps
        .note(Step::Signature, opened)
        .inspect_err(|_| trace.unverified = envelope.unverified())?;
    trace.steps.note(Step::Body, payload.card())
}

/// Steps 8–12: whether an authentic card counts, now.
///
/// 8 (the issuer's status, scope and window), 10 (revoked or superseded) and 12
/// (freshness) need lists that a specimen issuer does not stand in, and are
/// skipped for it; 11 (the hours against the policy bundle) needs the bundle. That it
/// is a specimen comes last, after the steps: whatever else is wrong with a card is
/// told first.
fn judge(
    trust: &Trust,
    issuer: &Issuer,
    card: &Card,
    now: UnixTime,
    trace: &mut Trace,
) -> Result<(Entitled, InTime, NotRevoked, Consistent, Fresh, Admitted), Fault> {
    // 8: the issuer, on the day of issue.
    let entitled = Trust::entitle(issuer, card, &mut trace.steps)?;
    // 9: `iat` and `exp`.
    let in_time = trace.steps.note(Step::Times, card.check_times(trust.now(now)))?;
    // 10: the revocation list of the card's log.
    let not_revoked = trust.not_revoked(issuer, card, &mut trace.looked, &mut trace.steps)?;
    // 11: the policy bundle that the card cites.
    let consistent = trust.consistent(card, &mut trace.steps)?;
    // 12: whether the lists can tell.
    let fresh = trust.freshness(issuer, card, now, &mut trace.steps)?;
    let admitted = trust.admit(issuer)?;
    Ok((entitled, in_time, not_revoked, consistent, fresh, admitted))
}

#[cfg(test)]
mod tests;
