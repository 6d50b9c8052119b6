//! The worked example of the implementers' page, `content/spec/card.md`, is what
//! this code makes: the page cannot drift.

use super::{hex, issuer_id, midnight, signer};
use crate::credential::card::Card;
use crate::credential::claim::*;
use crate::credential::envelope::seal;
use crate::credential::key::Signer as _;
use crate::credential::lists::SpecimenPolicy;
use crate::credential::qr::CardText;
use crate::credential::realm::Realm;
use crate::credential::step::Step;
use crate::credential::trust::{SpecimenIssuer, Trust};
use crate::credential::verdict::{Code, Face};
use crate::credential::{Verdict, verify};

const PAGE: &str = include_str!("../../../content/spec/card.md");

/// The content of the one code block with this info string, without white space.
fn block(info: &str) -> String {
    let fence = format!("\n```{info}\n");
    let (_, rest) = PAGE.split_once(&fence).unwrap_or_else(|| panic!("no block {info}"));
    assert!(!rest.contains(&fence), "{info} stands once");
    let (content, _) = rest.split_once("\n```").unwrap();
    content.split_whitespace().collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The card that the page describes in words.
fn card() -> Card {
    let row = |category: u32, credited: u32, required: u32| CategoryHours {
        category: category.into(),
        credited: credited.into(),
        required: required.into(),
    };
    Card {
        issued: NumericDate::new(midnight(2022, 12, 1)).unwrap(),
        expires: None,
        year: Year::new(2022).unwrap(),
        name: HolderName::new("阿依古丽·艾合买提").unwrap(),
        id_tail: Some("021X".parse().unwrap()),
        result: AuditResult::Full,
        hours: UpToEight::try_from(vec![row(1, 300, 300), row(2, 605, 600)]).unwrap(),
        index: Index::from(17),
        policy: PolicyId([0x3d, 0x0c, 0x52, 0xe1, 0x7a, 0x90, 0x44, 0xbb]),
        id_type: None,
        supersedes: None,
        grounds: UpToEight::try_from(vec![ClauseOrdinal::from(2)]).unwrap(),
        extensions: Vec::new(),
    }
}

#[test]
fn the_worked_example_is_what_the_code_makes() {
    let payload = card().encode();
    let envelope = seal(&signer(), &Realm::specimen(), &payload).unwrap();
    let portal = "https://cards.example/v/".parse().unwrap();
    let text = CardText::new(&portal, &envelope).unwrap();
    let seed =
        sha2::Digest::chain_update(sha2::Sha256::default(), "shenyan/specimen/issuer/150600");
    let seed = sha2::Digest::finalize(seed);
    let rows = [
        ("seed", to_hex(&seed)),
        ("public-key", to_hex(signer().public_key().as_bytes())),
        ("kid", signer().public_key().id().to_string()),
        ("payload", to_hex(&payload)),
        ("cose", to_hex(&envelope)),
        ("text-of-card", text.to_string()),
        ("number", card().number(&issuer_id()).to_string()),
    ];
    for (info, made) in rows {
        assert_eq!(block(info), made, "the block `{info}`");
    }
}

#[test]
fn the_worked_example_verifies() {
    let issuer = SpecimenIssuer { id: issuer_id(), name: "样例".to_owned(), hosts: Vec::new() };
    let trust = Trust::specimen(vec![issuer], SpecimenPolicy::Accept).unwrap();
    let Verdict::Valid(accepted) = verify(&trust, &block("text-of-card"), midnight(2022, 12, 2))
    else {
        panic!("the page's card is good");
    };
    assert_eq!(accepted.card(), &card());
    // The signature on the page is one over the Sig_structure on the page.
    let signature: [u8; 64] = *hex(&block("cose")).last_chunk().unwrap();
    assert_eq!(signer().sign(&hex(&block("sig-structure"))).unwrap(), signature);
}

#[test]
fn the_page_has_each_code_and_step() {
    for code in Code::ALL {
        let face = match code.face() {
            Face::Green => "绿",
            Face::Red => "红",
            Face::Amber => "黄",
            Face::Grey => "灰",
        };
        let row = format!("| `{}` | {} | {face} |", code.as_str(), code.words());
        assert!(PAGE.contains(&row), "no row {row}");
    }
    for (at, step) in Step::ALL.into_iter().enumerate() {
        let row = format!("| {} | `{}` | {} |", at + 1, step.as_str(), step.words());
        assert!(PAGE.contains(&row), "no row {row}");
    }
}
