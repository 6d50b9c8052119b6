use proptest::prelude::*;

use super::hex;
use crate::credential::cbor::{Error, Value, decode, encode};

/// RFC 8949 Appendix A, the rows that the profile has.
#[test]
fn examples_of_the_rfc() {
    let one_two_three = || vec![Value::Int(1), Value::Int(2), Value::Int(3)];
    let rows = [
        ("00", Value::Int(0)),
        ("0a", Value::Int(10)),
        ("17", Value::Int(23)),
        ("1818", Value::Int(24)),
        ("1864", Value::Int(100)),
        ("1903e8", Value::Int(1_000)),
        ("1a000f4240", Value::Int(1_000_000)),
        ("1b000000e8d4a51000", Value::Int(1_000_000_000_000)),
        ("20", Value::Int(-1)),
        ("29", Value::Int(-10)),
        ("3863", Value::Int(-100)),
        ("3903e7", Value::Int(-1_000)),
        ("40", Value::Bytes(b"")),
        ("4401020304", Value::Bytes(&[1, 2, 3, 4])),
        ("60", Value::Text("")),
        ("6449455446", Value::Text("IETF")),
        ("62c3bc", Value::Text("\u{fc}")),
        ("63e6b0b4", Value::Text("\u{6c34}")),
        ("80", Value::Array(vec![])),
        ("83010203", Value::Array(one_two_three())),
        ("a0", Value::Map(vec![])),
        ("a201020304", Value::Map(vec![(1, Value::Int(2)), (3, Value::Int(4))])),
    ];
    for (bytes, value) in rows {
        assert_eq!(decode(&hex(bytes)), Ok(value.clone()), "{bytes}");
        assert_eq!(encode(&value), hex(bytes), "{bytes}");
    }
}

#[test]
fn the_edges_of_each_width() {
    let rows = [
        ("18 ff", 0xff),
        ("19 0100", 0x100),
        ("19 ffff", 0xffff),
        ("1a 00010000", 0x1_0000),
        ("1a ffffffff", 0xffff_ffff),
        ("1b 0000000100000000", 0x1_0000_0000),
        ("1b 7fffffffffffffff", i64::MAX),
        ("3b 7fffffffffffffff", i64::MIN),
    ];
    for (bytes, value) in rows {
        assert_eq!(decode(&hex(bytes)), Ok(Value::Int(value)), "{bytes}");
        assert_eq!(encode(&Value::Int(value)), hex(bytes), "{bytes}");
    }
}

#[test]
fn keys_stand_in_the_bytewise_order_of_their_encoding() {
    // RFC 8949 §4.2.1 for integers: 10 (0a), 100 (18 64), −1 (20), −257 (39 0100).
    let map = Value::map([-257, 100, -1, 10].map(|key| (key, Value::Int(0))).to_vec());
    assert_eq!(encode(&map), hex("a4 0a00 186400 2000 39010000"));
    assert_eq!(decode(&encode(&map)), Ok(map));
}

#[test]
fn what_is_not_of_the_profile() {
    let rows = [
        ("", Error::Truncated),
        ("00 00", Error::Trailing),
        // Heads longer than needed: 0, 23, 255, 65535, 2^32−1; a length; a count.
        ("18 00", Error::NotShortest),
        ("18 17", Error::NotShortest),
        ("19 00ff", Error::NotShortest),
        ("1a 0000ffff", Error::NotShortest),
        ("1b 00000000ffffffff", Error::NotShortest),
        ("38 00", Error::NotShortest),
        ("58 01 00", Error::NotShortest),
        ("78 01 61", Error::NotShortest),
        ("98 01 00", Error::NotShortest),
        ("b8 01 00 00", Error::NotShortest),
        ("a1 18 01 00", Error::NotShortest),
        // Indefinite lengths, and reserved heads.
        ("5f 41 00 ff", Error::Indefinite),
        ("7f 61 61 ff", Error::Indefinite),
        ("9f 00 ff", Error::Indefinite),
        ("bf 00 00 ff", Error::Indefinite),
        ("1f", Error::Indefinite),
        ("1c", Error::ReservedHead),
        ("5d", Error::ReservedHead),
        ("9e", Error::ReservedHead),
        // 2^63, −2^63−1, and as a key.
        ("1b 8000000000000000", Error::Magnitude),
        ("3b 8000000000000000", Error::Magnitude),
        ("a1 1b ffffffffffffffff 00", Error::Magnitude),
        // Tags 18 and 0, bignum, false, null, undefined, half and double floats, break.
        ("d2 00", Error::Kind),
        ("c0 60", Error::Kind),
        ("c2 41 01", Error::Kind),
        ("f4", Error::Kind),
        ("f6", Error::Kind),
        ("f7", Error::Kind),
        ("f9 0000", Error::Kind),
        ("fb 0000000000000000", Error::Kind),
        ("ff", Error::Kind),
        ("81 f5", Error::Kind),
        ("a1 f5 00", Error::Kind),
        // Keys that are text, bytes, arrays.
        ("a1 61 61 00", Error::KeyKind),
        ("a1 41 00 00", Error::KeyKind),
        ("a1 80 00", Error::KeyKind),
        // Twice; out of order; negative before unsigned; length before value.
        ("a2 01 00 01 00", Error::KeyOrder),
        ("a2 20 00 20 00", Error::KeyOrder),
        ("a2 02 00 01 00", Error::KeyOrder),
        ("a2 20 00 01 00", Error::KeyOrder),
        ("a2 18 18 00 0a 00", Error::KeyOrder),
        ("a2 21 00 20 00", Error::KeyOrder),
        // Five deep; four are allowed, and strings may stand in the fourth.
        ("81 81 81 81 80", Error::Depth),
        ("a1 00 a1 00 a1 00 a1 00 a0", Error::Depth),
        ("81 a1 00 81 a1 00 80", Error::Depth),
        // Cut off: in a head, a string, an array, after a key.
        ("18", Error::Truncated),
        ("1b 00000000000000", Error::Truncated),
        ("42 00", Error::Truncated),
        ("82 00", Error::Truncated),
        ("a1 00", Error::Truncated),
        ("a1", Error::Truncated),
        // Counts and lengths that no input has.
        ("5b ffffffffffffffff", Error::Truncated),
        ("7b 7fffffffffffffff", Error::Truncated),
        ("9b ffffffffffffffff", Error::Truncated),
        ("bb ffffffffffffffff", Error::Truncated),
        // Not UTF-8: a lone byte, a surrogate, an overlong slash.
        ("61 ff", Error::Utf8),
        ("63 eda080", Error::Utf8),
        ("62 c0af", Error::Utf8),
    ];
    for (bytes, error) in rows {
        assert_eq!(decode(&hex(bytes)), Err(error), "{bytes}");
    }
    assert!(decode(&hex("81 81 81 81 41 00")).is_ok(), "four deep is allowed");
}

#[test]
fn a_thousand_open_arrays_do_not_overflow_the_stack() {
    assert_eq!(decode(&[0x81; 100_000]), Err(Error::Depth));
    assert_eq!(decode(&[0xa1; 100_000]), Err(Error::KeyKind));
}

/// A value that owns its strings, so that proptest can make it.
#[derive(Clone, Debug)]
enum Tree {
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Tree>),
    Map(std::collections::BTreeMap<i64, Tree>),
}

impl Tree {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Int(value) => Value::Int(*value),
            Self::Bytes(bytes) => Value::Bytes(bytes),
            Self::Text(text) => Value::Text(text),
            Self::Array(items) => Value::Array(items.iter().map(Self::value).collect()),
            Self::Map(entries) => {
                Value::map(entries.iter().map(|(key, tree)| (*key, tree.value())).collect())
            }
        }
    }
}

fn int() -> impl Strategy<Value = i64> {
    // Small ones are the likely keys; each width has its turn.
    prop_oneof![-30..30_i64, -70_000..70_000_i64, any::<i64>()]
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        int().prop_map(Tree::Int),
        prop::collection::vec(any::<u8>(), 0..30).prop_map(Tree::Bytes),
        ".{0,12}".prop_map(Tree::Text),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Tree::Array),
            prop::collection::btree_map(int(), inner, 0..6).prop_map(Tree::Map),
        ]
    })
}

proptest! {
    #[test]
    fn values_survive_the_way_to_bytes_and_back(tree in tree()) {
        let value = tree.value();
        let bytes = encode(&value);
        prop_assert_eq!(decode(&bytes), Ok(value));
    }

    #[test]
    fn another_library_reads_and_writes_the_same_bytes(tree in tree()) {
        let bytes = encode(&tree.value());
        let theirs: ciborium::Value = ciborium::from_reader(bytes.as_slice()).unwrap();
        let mut written = Vec::new();
        ciborium::into_writer(&theirs, &mut written).unwrap();
        prop_assert_eq!(written, bytes);
    }

    #[test]
    fn what_decodes_re_encodes_to_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
        if let Ok(value) = decode(&bytes) {
            prop_assert_eq!(encode(&value), bytes);
        }
    }

    #[test]
    fn a_changed_byte_gives_another_value_or_none(tree in tree(), at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let mut bytes = encode(&tree.value());
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(value) = decode(&bytes) {
            prop_assert_ne!(&value, &tree.value());
            prop_assert_eq!(encode(&value), bytes);
        }
    }
}
