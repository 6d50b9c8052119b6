//! Tests of the room, one file for each of its files, and a few across it.

mod card;
mod cbor;
mod claim;
mod edges;
mod envelope;
mod hostile;
mod json;
mod key;
mod listed;
mod lists_page;
mod note;
mod number;
mod oracle;
mod page;
mod policy;
mod qr;
mod revocation;
mod root;
mod trust;
mod trust_list;
mod vectors;
mod verdict;
mod verify;

use super::card::Card;
use super::claim::{
    AuditResult, CategoryHours, ClauseOrdinal, HolderName, IdType, Index, NumericDate, PolicyId,
    UpToEight, Year,
};
use super::envelope::seal;
use super::key::SigningKey;
use super::lists::SpecimenPolicy;
use super::number::IssuerId;
use super::qr::{CardText, Portal};
use super::realm::Realm;
use super::trust::{SpecimenIssuer, Trust};
use crate::time::{Date, UnixTime};

fn issuer_id() -> IssuerId {
    "150600".parse().unwrap()
}

fn signer() -> SigningKey {
    SigningKey::specimen(&issuer_id())
}

fn portal() -> Portal {
    "https://cards.example/v/".parse().unwrap()
}

/// The issuer 150600 alone, with its portal's host.
fn trust(specimens: SpecimenPolicy) -> Trust {
    let issuer = SpecimenIssuer {
        id: issuer_id(),
        name: "样例市人力资源和社会保障局".to_owned(),
        hosts: vec![portal().host().clone()],
    };
    Trust::specimen(vec![issuer], specimens).unwrap()
}

fn midnight(year: u16, month: u8, day: u8) -> UnixTime {
    Date::new(year, month, day).unwrap().beijing_midnight()
}

/// A moment at which every card of these tests is in time.
fn now() -> UnixTime {
    midnight(2023, 3, 1)
}

/// A card with nothing that may be absent.
fn minimal_card() -> Card {
    Card {
        issued: NumericDate::new(midnight(2022, 12, 1)).unwrap(),
        expires: None,
        year: Year::new(2022).unwrap(),
        name: HolderName::new("张伟").unwrap(),
        id_tail: None,
        result: AuditResult::Exempt,
        hours: UpToEight::default(),
        index: Index::from(0),
        policy: PolicyId([0, 1, 2, 3, 4, 5, 6, 7]),
        id_type: None,
        supersedes: None,
        grounds: UpToEight::default(),
        extensions: Vec::new(),
    }
}

/// A card with every field that version 1 knows.
fn full_card() -> Card {
    let row = |category: u32, credited: u32, required: u32| CategoryHours {
        category: category.into(),
        credited: credited.into(),
        required: required.into(),
    };
    Card {
        expires: Some(NumericDate::new(midnight(2024, 1, 1)).unwrap()),
        name: HolderName::new("阿依古丽·艾合买提").unwrap(),
        id_tail: Some("021X".parse().unwrap()),
        result: AuditResult::Reduced,
        hours: UpToEight::try_from(vec![row(1, 300, 300), row(2, 605, 600)]).unwrap(),
        index: Index::from(70_000),
        id_type: Some(IdType::from(2)),
        supersedes: Some(Index::from(17)),
        grounds: UpToEight::try_from([2, 5, 31].map(ClauseOrdinal::from).to_vec()).unwrap(),
        ..minimal_card()
    }
}

/// A card whose name needs four-byte UTF-8 (U+2B5AF), an extension-A character
/// (U+36C3) and an ideographic variation sequence (U+845B U+E0100).
fn rare_card() -> Card {
    Card {
        name: HolderName::new("\u{845B}\u{E0100}\u{2B5AF}\u{36C3}").unwrap(),
        id_tail: Some("0007".parse().unwrap()),
        result: AuditResult::Reference,
        index: Index::from(999_999),
        ..minimal_card()
    }
}

/// Three good cards of different shapes.
fn good_cards() -> [Card; 3] {
    [minimal_card(), full_card(), rare_card()]
}

fn sealed(card: &Card) -> Vec<u8> {
    seal(&signer(), &Realm::specimen(), &card.encode()).unwrap()
}

fn text_of(envelope: &[u8]) -> String {
    CardText::new(&portal(), envelope).unwrap().to_string()
}

/// The bytes of hexadecimal digits; what is no digit is passed over.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .map(|digit| u8::try_from(digit).unwrap())
        .collect();
    assert!(digits.len().is_multiple_of(2), "half a byte");
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
