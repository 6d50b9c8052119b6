use super::{issuer_id, portal, signer, trust};
use crate::credential::key::Signer as _;
use crate::credential::lists::SpecimenPolicy;
use crate::credential::qr::QrText;
use crate::credential::trust::{DuplicateIssuer, HostFinding, SpecimenIssuer, Trust};

fn specimen(id: &str) -> SpecimenIssuer {
    SpecimenIssuer { id: id.parse().unwrap(), name: id.to_owned(), hosts: Vec::new() }
}

#[test]
fn issuers_are_found_by_their_key() {
    let issuers = vec![specimen("150600"), specimen("150000")];
    let trust = Trust::specimen(issuers, SpecimenPolicy::Refuse).unwrap();
    assert_eq!(trust.issuers().count(), 2);
    let issuer = trust.issuer(signer().public_key().id()).unwrap();
    assert_eq!(issuer.id(), &issuer_id());
    assert!(issuer.realm().is_specimen());
    let nobody = Trust::specimen(Vec::new(), SpecimenPolicy::Accept).unwrap();
    assert!(nobody.issuer(signer().public_key().id()).is_err());
}

#[test]
fn an_issuer_is_named_once() {
    let twice = Trust::specimen(vec![specimen("150600"); 2], SpecimenPolicy::Refuse);
    assert_eq!(twice.err(), Some(DuplicateIssuer(issuer_id())));
}

#[test]
fn hosts_are_judged_beside_the_issuers_own() {
    let trust = trust(SpecimenPolicy::Refuse);
    let issuer = trust.issuers().next();
    let finding = |prefix: &str, issuer| {
        let text = format!("{prefix}#1");
        HostFinding::of(&QrText::read(&text).unwrap(), issuer)
    };
    let own = portal().host().clone();
    let other = "cards-example.example".parse().unwrap();
    assert_eq!(finding("", issuer), HostFinding::Absent);
    assert_eq!(finding("HTTP://CARDS.EXAMPLE/else", issuer), HostFinding::Official(own.clone()));
    assert_eq!(finding("https://cards-example.example/v/", issuer), HostFinding::Foreign(other));
    assert_eq!(finding("weixin://x/", issuer), HostFinding::Unreadable);
    assert_eq!(finding(portal().address(), None), HostFinding::Unjudged(own));
    assert!(!finding("", issuer).is_foreign());
    assert!(finding("weixin://x/", issuer).is_foreign());
    assert!(finding("https://a.cards.example/", issuer).is_foreign());
    assert!(!finding(portal().address(), issuer).is_foreign());
}
