use proptest::prelude::*;

use super::{full_card, good_cards, hex, midnight, minimal_card, rare_card};
use crate::credential::card::Card;
use crate::credential::cbor::{self, Value};
use crate::credential::claim::*;
use crate::credential::fault::Fault;
use crate::credential::verdict::Reason;
use crate::time::UnixTime;

fn read(bytes: &[u8]) -> Result<Card, Fault> {
    Card::from_value(&cbor::decode(bytes).unwrap())
}

#[test]
fn the_bytes_of_a_minimal_card() {
    let bytes = hex(&[
        "a2",                     // payload: a map of two
        "06 1a 63877e00",         //   iat: 2022-11-30T16:00:00Z = 1669824000
        "3a 00010000",            //   -65537, the body
        "a8",                     //   a map of eight
        "01 01",                  //     kind: annual audit card
        "02 19 07e6",             //     year: 2022
        "03 66 e5bca0 e4bc9f",    // name: 张伟
        "06 03",                  //     result: 不作要求
        "07 80",                  //     hours: none
        "08 00",                  //     index: 0
        "09 48 0001020304050607", // policy
        "0c 80",                  //     grounds: none
    ]
    .concat());
    assert_eq!(minimal_card().encode(), bytes);
    assert_eq!(read(&bytes), Ok(minimal_card()));
}

#[test]
fn the_bytes_of_a_full_card() {
    let bytes = hex(&[
        "a3",             // payload: a map of three
        "04 1a 65919000", //   exp: 2023-12-31T16:00:00Z = 1704038400
        "06 1a 63877e00", //   iat
        "3a 00010000",    //   the body
        "ab",             //   a map of eleven
        "01 01",
        "02 19 07e6",
        // name: 阿依古丽·艾合买提, 8 × 3 + 2 bytes
        "03 78 1a e998bf e4be9d e58fa4 e4b8bd c2b7 e889be e59088 e4b9b0 e68f90",
        "04 64 30323158",         // id tail: 021X
        "06 02",                  // result: 减免合格
        "07 82",                  // hours: two rows
        "83 01 19 012c 19 012c",  //   公需 30.0 of 30.0
        "83 02 19 025d 19 0258",  //   专业 60.5 of 60.0
        "08 1a 00011170",         // index: 70000
        "09 48 0001020304050607", // policy
        "0a 02",                  // id type: 2
        "0b 11",                  // supersedes: 17
        "0c 83 02 05 18 1f",      // grounds: 2, 5, 31
    ]
    .concat());
    assert_eq!(full_card().encode(), bytes);
    assert_eq!(read(&bytes), Ok(full_card()));
}

/// The minimal body with one field set, or taken away.
fn with_field(key: i64, value: Option<Value<'static>>) -> Result<Card, Fault> {
    let mut body = vec![
        (1, Value::Int(1)),
        (2, Value::Int(2022)),
        (3, Value::Text("张伟")),
        (6, Value::Int(3)),
        (7, Value::Array(vec![])),
        (8, Value::Int(0)),
        (9, Value::Bytes(&[0, 1, 2, 3, 4, 5, 6, 7])),
        (12, Value::Array(vec![])),
    ];
    body.retain(|(found, _)| *found != key);
    body.extend(value.map(|value| (key, value)));
    payload(vec![(6, Value::Int(1_669_824_000)), (-65_537, Value::map(body))])
}

fn payload(claims: Vec<(i64, Value<'_>)>) -> Result<Card, Fault> {
    read(&cbor::encode(&Value::map(claims)))
}

fn reason(result: Result<Card, Fault>) -> Option<Reason> {
    result.err().map(|fault| fault.reason)
}

#[test]
fn each_field_must_be_there_unless_it_may_be_absent() {
    for key in [1, 2, 3, 6, 7, 8, 9, 12] {
        assert_eq!(reason(with_field(key, None)), Some(Reason::Malformed), "{key}");
    }
    for key in [4, 10, 11] {
        assert_eq!(with_field(key, None), Ok(minimal_card()), "{key}");
    }
}

#[test]
fn each_field_has_its_type() {
    let values = [
        Value::Int(1),
        Value::Int(-1),
        Value::Bytes(&[1; 8]),
        Value::Text("0000"),
        Value::Array(vec![]),
        Value::Map(vec![]),
    ];
    // Which of these six is right for each key, by the table of the specification.
    let right = [(1, 0), (3, 3), (4, 3), (6, 0), (7, 4), (8, 0), (9, 2), (10, 0), (11, 0), (12, 4)];
    for (key, right) in right {
        for (at, value) in values.iter().enumerate() {
            let expected = if at == right { None } else { Some(Reason::Malformed) };
            let found = reason(with_field(key, Some(value.clone())));
            assert_eq!(found, expected, "{key}: {value:?}");
        }
    }
    for value in &values {
        assert_eq!(reason(with_field(2, Some(value.clone()))), Some(Reason::Malformed));
    }
}

#[test]
fn each_field_has_its_range() {
    let row = |items: &[i64]| Value::Array(items.iter().map(|item| Value::Int(*item)).collect());
    let rows = |count: usize| Value::Array(vec![row(&[1, 0, 0]); count]);
    let malformed = [
        (2, Value::Int(1999)),
        (2, Value::Int(2201)),
        (2, Value::Int(i64::MAX)),
        (3, Value::Text("")),
        (
            3,
            Value::Text(
                "1234567890123456789012345678901234567890123456789012345678901234567890\
                         123456789012345678901234567",
            ),
        ), // 97 bytes
        (3, Value::Text("王\u{202E}")),
        (3, Value::Text("王\n")),
        (3, Value::Text("王\u{E000}")),
        (4, Value::Text("021x")),
        (4, Value::Text("0211 ")),
        (4, Value::Text("")),
        (6, Value::Int(0)),
        (6, Value::Int(5)),
        (7, rows(9)),
        (7, Value::Array(vec![Value::Int(1)])),
        (7, Value::Array(vec![row(&[1, 0])])),
        (7, Value::Array(vec![row(&[1, 0, 0, 0])])),
        (7, Value::Array(vec![row(&[1, -1, 0])])),
        (9, Value::Bytes(&[0; 7])),
        (9, Value::Bytes(&[0; 9])),
        (12, row(&[1, 2, 3, 4, 5, 6, 7, 8, 9])),
        (12, row(&[-1])),
        (12, Value::Array(vec![Value::Text("1")])),
        (0, Value::Int(0)),
        (-1, Value::Int(0)),
        (i64::MIN, Value::Int(0)),
    ];
    for (key, value) in malformed {
        let found = reason(with_field(key, Some(value.clone())));
        assert_eq!(found, Some(Reason::Malformed), "{key}: {value:?}");
    }
    let good = [
        (2, Value::Int(2000)),
        (2, Value::Int(2200)),
        (7, rows(8)),
        (7, Value::Array(vec![row(&[i64::MAX, i64::MAX, i64::MAX])])),
        (8, Value::Int(i64::MAX)),
        (10, Value::Int(0)),
        (11, Value::Int(i64::MAX)),
        (12, row(&[0, 0, 1, 2, 3, 4, 5, i64::MAX])),
    ];
    for (key, value) in good {
        assert_eq!(reason(with_field(key, Some(value.clone()))), None, "{key}: {value:?}");
    }
}

#[test]
fn what_a_later_version_may_mean_is_unsupported() {
    for (key, value) in [
        (1, Value::Int(0)),
        (1, Value::Int(2)),
        (1, Value::Int(3)),
        (5, Value::Int(0)),
        (13, Value::Int(0)),
        (63, Value::Text("")),
    ] {
        let found = reason(with_field(key, Some(value.clone())));
        assert_eq!(found, Some(Reason::Unsupported), "{key}: {value:?}");
    }
    let body = || (-65_537, cbor::decode(&[0xa0]).unwrap());
    for key in [1, 2, 3, 5, 7, 8, -65_536, -65_538] {
        let claims = vec![(6, Value::Int(0)), body(), (key, Value::Int(0))];
        // Claims before the body are met before what the body lacks.
        assert_eq!(reason(payload(claims)), Some(Reason::Unsupported), "{key}");
    }
}

#[test]
fn extensions_are_kept_and_told() {
    let value = Value::Array(vec![Value::Array(vec![Value::Text("x")])]);
    let card = with_field(64, Some(value)).unwrap();
    assert_eq!(card.extensions.len(), 1);
    assert_eq!(card.extensions[0].key(), 64);
    assert_eq!(card.extensions[0].encoded(), hex("81 81 61 78"));
    assert_eq!(read(&card.encode()), Ok(card.clone()), "they survive");

    let card = with_field(i64::MAX, Some(Value::Int(-1))).unwrap();
    assert_eq!(card.extensions[0].key(), (1 << 63) - 1);
}

#[test]
fn the_payload_has_its_claims_and_no_other() {
    let body = || cbor::decode(&[0xa0]).unwrap();
    let malformed = [
        vec![],
        vec![(6, Value::Int(0))],
        vec![(-65_537, body())],
        vec![(6, Value::Int(-1)), (-65_537, body())],
        vec![(6, Value::Text("0")), (-65_537, body())],
        vec![(4, Value::Int(-1)), (6, Value::Int(0)), (-65_537, body())],
        vec![(4, Value::Array(vec![])), (6, Value::Int(0)), (-65_537, body())],
        vec![(6, Value::Int(0)), (-65_537, Value::Array(vec![]))],
        vec![(6, Value::Int(0)), (-65_537, body())],
    ];
    for claims in malformed {
        assert_eq!(reason(payload(claims.clone())), Some(Reason::Malformed), "{claims:?}");
    }
    assert_eq!(reason(read(&[0x80])), Some(Reason::Malformed), "not a map");
}

#[test]
fn times_are_checked_to_the_second() {
    let issued = midnight(2022, 12, 1).seconds();
    let at = |card: &Card, seconds| {
        card.check_times(UnixTime::from_seconds(seconds)).err().map(|fault| fault.reason)
    };
    let card = minimal_card();
    assert_eq!(at(&card, issued - 86_400), None, "24 hours ahead are tolerated");
    assert_eq!(at(&card, issued - 86_401), Some(Reason::NotYetValid));
    assert_eq!(at(&card, i64::MIN), Some(Reason::NotYetValid));
    assert_eq!(at(&card, i64::MAX), None, "a card without exp does not expire");
    let card = full_card();
    let expires = midnight(2024, 1, 1).seconds();
    assert_eq!(at(&card, expires - 1), None, "the last second of the last day");
    assert_eq!(at(&card, expires), Some(Reason::Expired));
}

#[test]
fn numbers_are_the_issuer_year_and_index() {
    let issuer = super::issuer_id();
    let card = Card { index: Index::from(17), ..rare_card() };
    assert_eq!(card.number(&issuer).to_string(), "150600-2022-000017-14");
}

fn any_card() -> impl Strategy<Value = Card> {
    let uint = || prop_oneof![0..30_u64, 0..70_000_u64, 0..=i64::MAX.unsigned_abs()];
    let row = (uint(), uint(), uint()).prop_map(|(category, credited, required)| CategoryHours {
        category: Category::new(category).unwrap(),
        credited: Tenths::new(credited).unwrap(),
        required: Tenths::new(required).unwrap(),
    });
    let date = || {
        (0..=i64::MAX)
            .prop_map(|seconds| NumericDate::new(UnixTime::from_seconds(seconds)).unwrap())
    };
    let name = "[\\p{Han}A-Za-z·\u{E0100} ]{1,24}".prop_map(|name| HolderName::new(&name).unwrap());
    let head = (date(), prop::option::of(date()), 2000..=2200_u64, name);
    let middle = (
        prop::option::of("[0-9]{3}[0-9X]"),
        1..=4_u64,
        prop::collection::vec(row, 0..=8),
        uint(),
        any::<[u8; 8]>(),
    );
    let tail =
        (prop::option::of(uint()), prop::option::of(uint()), prop::collection::vec(uint(), 0..=8));
    (head, middle, tail).prop_map(|(head, middle, tail)| {
        let (issued, expires, year, name) = head;
        let (id_tail, result, hours, index, policy) = middle;
        let (id_type, supersedes, grounds) = tail;
        let grounds: Vec<_> =
            grounds.into_iter().map(|clause| ClauseOrdinal::new(clause).unwrap()).collect();
        Card {
            issued,
            expires,
            year: Year::new(year).unwrap(),
            name,
            id_tail: id_tail.map(|tail| tail.parse().unwrap()),
            result: AuditResult::from_number(result).unwrap(),
            hours: UpToEight::try_from(hours).unwrap(),
            index: Index::new(index).unwrap(),
            policy: PolicyId(policy),
            id_type: id_type.map(|kind| IdType::new(kind).unwrap()),
            supersedes: supersedes.map(|index| Index::new(index).unwrap()),
            grounds: UpToEight::try_from(grounds).unwrap(),
            extensions: Vec::new(),
        }
    })
}

proptest! {
    #[test]
    fn cards_survive_the_way_to_bytes_and_back(card in any_card()) {
        prop_assert_eq!(read(&card.encode()), Ok(card));
    }

    /// One byte of a good payload set to anything: if it is a card still, it is
    /// another one, and has those very bytes.
    #[test]
    fn what_decodes_re_encodes_to_the_same_bytes(
        which in 0..3_usize,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = good_cards()[which].encode();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(value) = cbor::decode(&bytes)
            && let Ok(card) = Card::from_value(&value)
        {
            prop_assert_eq!(card.encode(), bytes);
        }
    }
}
