//! A realm of its own, `training`, with root, trust list and revocation list, and
//! the verdicts on its cards.

use zeroize::Zeroizing;

use super::{full_card, midnight, minimal_card, text_of};
use crate::credential::card::Card;
use crate::credential::claim::{CategoryHours, Index, NumericDate, UpToEight, Year};
use crate::credential::digest::TextDigest;
use crate::credential::envelope::seal;
use crate::credential::field::Stamp;
use crate::credential::key::{Signer as _, SigningKey};
use crate::credential::lists::SpecimenPolicy;
use crate::credential::lists::{Freshness, ListsError, Terms, TimeSource};
use crate::credential::note::{self, NamedKey};
use crate::credential::realm::Realm;
use crate::credential::reason::RevocationReason;
use crate::credential::revocation::{Edition, RevocationList, RevocationText};
use crate::credential::root::{Quorum, Root, RootText};
use crate::credential::scope::{Allowed, Cut, Limits, Origin, Scope, Status};
use crate::credential::step::Outcome;
use crate::credential::trust::Trust;
use crate::credential::trust_list::{IssuerEntry, LogEntry, LogStatus, TrustList, TrustText};
use crate::credential::verdict::{Code, Reason};
use crate::credential::{Verdict, verify};
use crate::time::{Date, UnixTime};

pub(super) fn secret(name: &str) -> SigningKey {
    let seed = sha2::Digest::chain_update(sha2::Sha256::default(), name);
    SigningKey::from_seed(Zeroizing::new(sha2::Digest::finalize(seed).into()))
}

pub(super) fn named(name: &str) -> NamedKey {
    NamedKey::new(name.parse().unwrap(), *secret(name).public_key())
}

/// The text as a note, signed by these keys.
pub(super) fn signed(text: &str, names: &[&str]) -> Vec<u8> {
    let lines: Vec<_> =
        names.iter().map(|name| named(name).sign(&secret(name), text).unwrap()).collect();
    note::write(text, &lines).unwrap().into_bytes()
}

pub(super) fn stamp(text: &str) -> Stamp {
    text.parse().unwrap()
}

pub(super) fn day(text: &str) -> Stamp {
    stamp(&format!("{text}T00:00:00+08:00"))
}

pub(super) fn realm() -> Realm {
    "training".parse().unwrap()
}

pub(super) fn origin() -> Origin {
    "training/150600/2022".parse().unwrap()
}

fn quorum(threshold: usize, names: &[&str]) -> Quorum {
    Quorum { threshold, keys: names.iter().map(|name| named(name)).collect() }
}

/// 2 of a, b, c; one trust key.
pub(super) fn root_text() -> RootText {
    RootText {
        realm: realm(),
        version: 1,
        issued: day("2022-01-01"),
        expires: day("2027-01-01"),
        root: quorum(2, &["root/a", "root/b", "root/c"]),
        trust: quorum(1, &["trust/office"]),
    }
}

pub(super) fn root() -> Root {
    Root::anchor(&signed(&root_text().to_string(), &["root/a", "root/b"])).unwrap()
}

pub(super) fn trust_text() -> TrustText {
    let date = |text: &str| text.parse::<Date>().unwrap();
    let allowed = Allowed {
        regions: vec!["1506".parse().unwrap()],
        years: vec![Year::new(2021).unwrap(), Year::new(2022).unwrap()],
        kinds: vec!["annual".to_owned()],
        categories: vec!["公需".to_owned(), "专业".to_owned()],
    };
    let limits = Limits {
        not_before: date("2022-01-01"),
        not_after: date("2023-12-31"),
        status: Status::Active,
        scope: Scope::Known(allowed),
    };
    let issuer = IssuerEntry {
        id: "150600".parse().unwrap(),
        name: "样例市人力资源和社会保障局".to_owned(),
        key: *secret("issuer/150600").public_key(),
        limits,
        hosts: vec!["cards.example".parse().unwrap()],
    };
    let key = *secret("training/150600/2022").public_key();
    let log = LogEntry { origin: origin(), key, status: LogStatus::Active };
    TrustText {
        realm: realm(),
        version: 1,
        issued: day("2023-01-01"),
        next_update: day("2023-07-01"),
        prev: TextDigest::NONE,
        issuers: vec![issuer],
        logs: vec![log],
    }
}

pub(super) fn open(text: &TrustText) -> TrustList {
    TrustList::open(&root(), &signed(&text.to_string(), &["trust/office"])).unwrap()
}

pub(super) fn edition() -> Edition {
    Edition { tree_size: 80_000, issued: day("2023-02-20"), next_update: day("2023-03-20") }
}

pub(super) fn revocation_text() -> RevocationText {
    let mut text = RevocationText::first(origin(), edition()).unwrap();
    text.revoke(5, RevocationReason::Fraud).unwrap();
    text.revoke(6, RevocationReason::Superseded).unwrap();
    text
}

fn listed(trust: &TrustText, revoked: &RevocationText, terms: Terms) -> Trust {
    let list = open(trust);
    let bytes = signed(&revoked.to_string(), &["training/150600/2022"]);
    let revocations = vec![RevocationList::open(&list, &bytes).unwrap()];
    Trust::listed(&list, revocations, terms).unwrap()
}

fn text(card: &Card) -> String {
    text_of(&seal(&secret("issuer/150600"), &realm(), &card.encode()).unwrap())
}

fn steps(verdict: &Verdict) -> String {
    let letter = |outcome| match outcome {
        Outcome::Passed => 'p',
        Outcome::Failed => 'F',
        Outcome::Skipped => '-',
    };
    verdict.steps().iter().map(|(_, outcome)| letter(outcome)).collect()
}

/// Checks a card by this trust list, this revocation list and at this time.
fn check(trust: &TrustText, card: &Card, now: UnixTime, expected: Option<Reason>, trail: &str) {
    let verdict = verify(&listed(trust, &revocation_text(), Terms::default()), &text(card), now);
    let code = expected.map_or(Code::Valid, Code::Refused);
    assert_eq!((verdict.code(), steps(&verdict).as_str()), (code, trail), "{verdict:?}");
    assert_eq!(verdict.card(), Some(card), "authentic all the same");
    assert_eq!(verdict.as_of().trust.unwrap().version, 1);
}

fn now() -> UnixTime {
    midnight(2023, 3, 1)
}

fn index(index: u32) -> Card {
    Card { index: Index::from(index), ..minimal_card() }
}

fn allowed(text: &mut TrustText) -> &mut Allowed {
    match &mut text.issuers[0].limits.scope {
        Scope::Known(allowed) => allowed,
        Scope::Unknown(_) => panic!("known"),
    }
}

#[test]
fn a_listed_issuers_card_is_valid_and_says_as_of_when() {
    let trust = listed(&trust_text(), &revocation_text(), Terms::default());
    for card in [minimal_card(), full_card()] {
        let verdict = verify(&trust, &text(&card), now());
        assert_eq!(verdict.code(), Code::Valid, "{verdict:?}");
        assert_eq!(steps(&verdict), "pppppppppp-p");
        assert!(!verdict.is_specimen());
        assert!(!verdict.host().is_foreign(), "the list names the host");
        let as_of = verdict.as_of();
        assert_eq!(as_of.root.unwrap().version, 1);
        assert_eq!(as_of.trust.unwrap().issued, day("2023-01-01"));
        assert_eq!(as_of.revocation.unwrap().issued, day("2023-02-20"));
    }
    // Its key in the specimens' realm signs nothing for this one, nor the other way.
    let other = seal(&secret("issuer/150600"), &Realm::specimen(), &minimal_card().encode());
    let verdict = verify(&trust, &text_of(&other.unwrap()), now());
    assert_eq!(verdict.code(), Code::Refused(Reason::BadSignature));
}

#[test]
fn regions_match_on_their_exact_digits() {
    for (region, expected) in [
        ("15", None),
        ("1506", None),
        ("150600", None),
        ("14", Some(Reason::OutOfScope)),
        ("1507", Some(Reason::OutOfScope)),
        ("150601", Some(Reason::OutOfScope)),
        ("0600", Some(Reason::OutOfScope)),
    ] {
        let mut trust = trust_text();
        allowed(&mut trust).regions = vec![region.parse().unwrap()];
        let trail = if expected.is_none() { "pppppppppp-p" } else { "pppppppF----" };
        check(&trust, &minimal_card(), now(), expected, trail);
    }
}

#[test]
fn an_empty_list_allows_nothing() {
    let out = Some(Reason::OutOfScope);
    let clear: [fn(&mut Allowed); 4] = [
        |it| it.regions.clear(),
        |it| it.years.clear(),
        |it| it.kinds.clear(),
        |it| it.categories.clear(),
    ];
    for clear in clear {
        let mut trust = trust_text();
        clear(allowed(&mut trust));
        check(&trust, &full_card(), now(), out, "pppppppF----");
    }
    let year = Card { year: Year::new(2023).unwrap(), ..minimal_card() };
    check(&trust_text(), &year, now(), out, "pppppppF----");
    let mut trust = trust_text();
    allowed(&mut trust).kinds = vec!["application".to_owned()];
    check(&trust, &minimal_card(), now(), out, "pppppppF----");
    let mut trust = trust_text();
    allowed(&mut trust).categories = vec!["公需".to_owned()];
    check(&trust, &full_card(), now(), out, "pppppppF----");
    let hours = CategoryHours { category: 3.into(), credited: 1.into(), required: 1.into() };
    let third = Card { hours: UpToEight::try_from(vec![hours]).unwrap(), ..minimal_card() };
    check(&trust_text(), &third, now(), out, "pppppppF----");
}

#[test]
fn a_scope_of_a_later_version_makes_the_issuer_unusable() {
    let line = trust_text().to_string().replace("\"scope\":{", "\"scope\":{\"units\":[\"x\"],");
    let trust: TrustText = line.parse().unwrap();
    assert_eq!(trust.to_string(), line, "and is kept as it is");
    check(&trust, &minimal_card(), now(), Some(Reason::OutOfScope), "pppppppF----");
}

#[test]
fn the_day_of_issue_lies_in_the_window() {
    let out = Some(Reason::OutOfScope);
    for (seconds, expected) in [
        (midnight(2022, 1, 1).seconds() - 1, out),
        (midnight(2022, 1, 1).seconds(), None),
        (midnight(2024, 1, 1).seconds() - 1, None),
        (midnight(2024, 1, 1).seconds(), out),
    ] {
        let issued = NumericDate::new(UnixTime::from_seconds(seconds)).unwrap();
        let card = Card { issued, ..minimal_card() };
        let terms = Terms { freshness: Freshness::MaxAge(u32::MAX), ..Terms::default() };
        let trust = listed(&trust_text(), &revocation_text(), terms);
        let verdict = verify(&trust, &text(&card), midnight(2024, 2, 1));
        assert_eq!(verdict.code(), expected.map_or(Code::Valid, Code::Refused), "{seconds}");
    }
}

#[test]
fn retired_keys_keep_their_cards_and_compromised_ones_those_below_the_cut() {
    let mut trust = trust_text();
    trust.issuers[0].limits.status = Status::Retired;
    check(&trust, &minimal_card(), now(), None, "pppppppppp-p");
    let cut = |log: &str, size| Status::Compromised(Cut { log: log.parse().unwrap(), size });
    let gone = Some(Reason::KeyRevoked);
    trust.issuers[0].limits.status = cut("training/150600/2022", 10);
    check(&trust, &index(9), now(), None, "pppppppppp-p");
    check(&trust, &index(10), now(), gone, "pppppppF----");
    trust.issuers[0].limits.status = cut("training/150600/2021", 10);
    check(&trust, &index(9), now(), gone, "pppppppF----");
    trust.issuers[0].limits.status = cut("training/150600/2022", 0);
    check(&trust, &index(0), now(), gone, "pppppppF----");
    // Status is told before scope.
    allowed(&mut trust).years.clear();
    check(&trust, &index(0), now(), gone, "pppppppF----");
}

#[test]
fn revoked_superseded_and_not_covered() {
    check(&trust_text(), &index(4), now(), None, "pppppppppp-p");
    check(&trust_text(), &index(5), now(), Some(Reason::Revoked), "pppppppppF--");
    check(&trust_text(), &index(6), now(), Some(Reason::Superseded), "pppppppppF--");
    check(&trust_text(), &index(79_999), now(), None, "pppppppppp-p");
    check(&trust_text(), &index(80_000), now(), Some(Reason::Stale), "ppppppppp--F");
    let trust = listed(&trust_text(), &revocation_text(), Terms::default());
    let verdict = verify(&trust, &text(&index(5)), now());
    assert_eq!(verdict.revoked(), Some(RevocationReason::Fraud));
    assert_eq!(verify(&trust, &text(&index(4)), now()).revoked(), None);
    // A stale list does not make a revoked card good.
    check(&trust_text(), &index(5), midnight(2026, 1, 1), Some(Reason::Revoked), "pppppppppF--");
}

#[test]
fn without_a_list_nothing_can_be_told() {
    let trust = Trust::listed(&open(&trust_text()), Vec::new(), Terms::default()).unwrap();
    let verdict = verify(&trust, &text(&minimal_card()), now());
    assert_eq!(verdict.code(), Code::Refused(Reason::Stale));
    assert_eq!(steps(&verdict), "ppppppppp--F");
    assert_eq!(verdict.as_of().revocation, None);
}

#[test]
fn revocation_lists_belong_to_the_trust_list_they_were_opened_under() {
    let list = open(&trust_text());
    let other = open(&TrustText { next_update: day("2023-08-01"), ..trust_text() });
    let bytes = signed(&revocation_text().to_string(), &["training/150600/2022"]);
    let revoked = || RevocationList::open(&list, &bytes).unwrap();
    let made = |list: &TrustList, lists| Trust::listed(list, lists, Terms::default()).err();
    assert_eq!(made(&list, vec![revoked(), revoked()]), None, "the same one twice is one");
    assert_eq!(made(&other, vec![revoked()]), Some(ListsError::Foreign(origin())));
    let next = Edition { next_update: day("2023-04-01"), ..edition() };
    let next =
        signed(&revocation_text().next(next).unwrap().to_string(), &["training/150600/2022"]);
    let next = RevocationList::open(&list, &next).unwrap();
    assert_eq!(made(&list, vec![revoked(), next]), Some(ListsError::Duplicate(origin())));
}

#[test]
fn lists_are_fresh_until_their_next_update() {
    let stale = Some(Reason::Stale);
    let second_before = |time: UnixTime| UnixTime::from_seconds(time.seconds() - 1);
    // The revocation list's next update is 2023-03-20.
    let end = midnight(2023, 3, 20);
    check(&trust_text(), &minimal_card(), second_before(end), None, "pppppppppp-p");
    check(&trust_text(), &minimal_card(), end, stale, "pppppppppp-F");
    // The trust list's, when it comes first.
    let trust = TrustText { next_update: day("2023-03-10"), ..trust_text() };
    let end = midnight(2023, 3, 10);
    check(&trust, &minimal_card(), second_before(end), None, "pppppppppp-p");
    check(&trust, &minimal_card(), end, stale, "pppppppppp-F");
}

#[test]
fn max_age_takes_the_place_of_next_update() {
    let code = |age, now| {
        let terms = Terms { freshness: Freshness::MaxAge(age), ..Terms::default() };
        let trust = listed(&trust_text(), &revocation_text(), terms);
        verify(&trust, &text(&minimal_card()), now).code()
    };
    let day = 86_400;
    // Issued 2023-01-01 and 2023-02-20: on 2023-03-01 they are 59 and 9 days old.
    assert_eq!(code(59 * day, now()), Code::Valid);
    assert_eq!(code(59 * day - 1, now()), Code::Refused(Reason::Stale), "tighter");
    assert_eq!(code(400 * day, midnight(2024, 1, 1)), Code::Valid, "wider");
    // But a root note that has expired is not trusted for longer.
    assert_eq!(code(u32::MAX, midnight(2026, 12, 31)), Code::Valid);
    assert_eq!(code(u32::MAX, midnight(2027, 1, 1)), Code::Refused(Reason::Stale));
}

#[test]
fn a_clock_behind_the_lists_is_told() {
    let suspect = Some(Reason::ClockSuspect);
    let newest = midnight(2023, 2, 20).seconds();
    let at = |seconds| UnixTime::from_seconds(newest - seconds);
    check(&trust_text(), &minimal_card(), at(86_400), None, "pppppppppp-p");
    check(&trust_text(), &minimal_card(), at(86_401), suspect, "pppppppppp-F");
    // The time is never before the newest list: this card is not "of the future".
    let issued = NumericDate::new(midnight(2023, 2, 20)).unwrap();
    let card = Card { issued, ..minimal_card() };
    check(&trust_text(), &card, UnixTime::from_seconds(0), suspect, "pppppppppp-F");
    // Who asks about the past has no wrong clock.
    let terms = Terms { time: TimeSource::AsOf, ..Terms::default() };
    let trust = listed(&trust_text(), &revocation_text(), terms);
    let code = |card: &Card, now| verify(&trust, &text(card), now).code();
    assert_eq!(code(&minimal_card(), midnight(2022, 12, 2)), Code::Valid);
    let ahead = Code::Refused(Reason::NotYetValid);
    assert_eq!(code(&card, midnight(2022, 12, 2)), ahead);
    assert_eq!(code(&minimal_card(), midnight(2023, 3, 20)), Code::Refused(Reason::Stale));
}

#[test]
fn a_specimen_realm_on_a_list_is_a_specimen_still() {
    let specimen: Realm = "specimen".parse().unwrap();
    assert!(specimen.is_specimen());
    let root = RootText { realm: specimen.clone(), ..root_text() };
    let root = Root::anchor(&signed(&root.to_string(), &["root/a", "root/b"])).unwrap();
    let text = TrustText { realm: specimen.clone(), logs: Vec::new(), ..trust_text() };
    let list = TrustList::open(&root, &signed(&text.to_string(), &["trust/office"])).unwrap();
    let terms = Terms { specimens: SpecimenPolicy::Refuse, ..Terms::default() };
    let trust = Trust::listed(&list, Vec::new(), terms).unwrap();
    let card = seal(&secret("issuer/150600"), &specimen, &minimal_card().encode()).unwrap();
    let verdict = verify(&trust, &text_of(&card), now());
    assert_eq!(verdict.code(), Code::Refused(Reason::Stale), "its other faults come first");
    assert!(verdict.is_specimen());
}
