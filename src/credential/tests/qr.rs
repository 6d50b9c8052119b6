use proptest::prelude::*;

use super::{good_cards, portal, sealed, text_of};
use crate::credential::fault::Fault;
use crate::credential::qr::{CardText, Host, Portal, QrText, TooLong};
use crate::credential::verdict::Reason;

fn bytes(digits: &str) -> Result<Vec<u8>, Reason> {
    let text = format!("#1{digits}");
    let reason = |fault: Fault| fault.reason;
    QrText::read(&text).map_err(reason)?.bytes().map_err(reason)
}

fn digits(bytes: &[u8]) -> String {
    CardText::new(&portal(), bytes).unwrap().segments().1.to_owned()
}

/// Each size of a last group: digits = ⌈bytes × log10 256⌉, and its greatest number.
const GREATEST: [&str; 7] = [
    "255",               // 2^8 − 1
    "65535",             // 2^16 − 1
    "16777215",          // 2^24 − 1
    "4294967295",        // 2^32 − 1
    "1099511627775",     // 2^40 − 1
    "281474976710655",   // 2^48 − 1
    "72057594037927935", // 2^56 − 1
];

#[test]
fn groups_of_each_size() {
    assert_eq!(digits(&[]), "");
    assert_eq!(bytes(""), Ok(vec![]));
    for size in 1..=14 {
        let (whole, last) = (size / 7, size % 7);
        let last = if last == 0 { "" } else { GREATEST[last - 1] };
        let greatest = GREATEST[6].repeat(whole) + last;
        assert_eq!(digits(&vec![0xff; size]), greatest);
        assert_eq!(bytes(&greatest), Ok(vec![0xff; size]));
        let zeros = "0".repeat(greatest.len());
        assert_eq!(digits(&vec![0; size]), zeros);
        assert_eq!(bytes(&zeros), Ok(vec![0; size]));
    }
    // 1 × 256^6 + 2 × 256^5 + … + 7, by hand with `bc`.
    assert_eq!(digits(&[1, 2, 3, 4, 5, 6, 7]), "00283686952306183");
}

#[test]
fn groups_too_great_for_their_bytes() {
    for greatest in GREATEST {
        let number: u64 = greatest.parse().unwrap();
        let width = greatest.len();
        assert!(bytes(&format!("{number:0width$}")).is_ok());
        let over = format!("{:0width$}", number + 1);
        assert_eq!(over.len(), width);
        assert_eq!(bytes(&over), Err(Reason::Malformed), "{over}");
        assert_eq!(bytes(&"9".repeat(width)), Err(Reason::Malformed));
    }
    let second = format!("{}{}", GREATEST[6], "256");
    assert_eq!(bytes(&second), Err(Reason::Malformed));
}

#[test]
fn remainders_that_no_bytes_have() {
    for rest in [1, 2, 4, 6, 7, 9, 11, 12, 14, 16] {
        for whole in 0..3 {
            let zeros = "0".repeat(17 * whole + rest);
            assert_eq!(bytes(&zeros), Err(Reason::Malformed), "{rest} after {whole} groups");
        }
    }
}

#[test]
fn forms() {
    let reason = |text: &str| QrText::read(text).err().map(|fault| fault.reason);
    for text in ["#1", "#1000", "https://cards.example/v/#1000", " \t\r\n\u{c}x#1000\n "] {
        assert_eq!(reason(text), None, "{text:?}");
    }
    for text in [
        "",
        "#",
        " ",
        "1000",
        "https://cards.example/v/",
        "https://cards.example/v/#",
        "https://cards.example/v/#a",
        "##1000",
        "https://cards.example/#x#1000",
        "#100a",
        "#1 000",
        "#1\u{ff10}\u{ff10}\u{ff10}",
        "#1000#",
        "#1000?x",
        "#1000%20",
        "\u{feff}#1000",
        "\u{3000}#1000",
        "\u{a0}#1000",
        "\u{b}#1000", // the vertical tab is no ASCII white space
        "https://审验.example/#1000",
        "a b#1000",
        "a\0#1000",
    ] {
        assert_eq!(reason(text), Some(Reason::Malformed), "{text:?}");
    }
    for text in ["#0", "#2", "#9whatever", "https://cards.example/v/#2abc"] {
        assert_eq!(reason(text), Some(Reason::Unsupported), "{text:?}");
    }
}

#[test]
fn lengths() {
    // 1,022 digits: 60 groups and two more, which no bytes have; but the length is allowed.
    let longest = format!("#1{}", "0".repeat(1_022));
    assert!(QrText::read(&longest).is_ok());
    assert!(QrText::read(&format!("  {longest}\n")).is_ok(), "white space does not count");
    let fault = QrText::read(&format!("{longest}0")).unwrap_err();
    assert_eq!(fault.reason, Reason::Malformed);
    assert!(QrText::read(&"9".repeat(10_000_000)).is_err());

    // 24 characters of address, two of fragment, 998 digits: 58 groups of 17 and one of 10,
    // 410 bytes.
    assert_eq!(CardText::new(&portal(), &[0; 410]).unwrap().as_str().len(), 1_022);
    assert_eq!(CardText::new(&portal(), &[0; 411]), Err(TooLong));
}

#[test]
fn segments_are_the_address_and_the_digits() {
    let text = CardText::new(&portal(), &[1, 2]).unwrap();
    assert_eq!(text.segments(), ("https://cards.example/v/#1", "00258"));
    assert_eq!(text.as_str(), "https://cards.example/v/#100258");
}

#[test]
fn hosts_are_those_a_browser_would_go_to() {
    let rows = [
        ("https://cards.example/v/", Some("cards.example")),
        ("http://cards.example", Some("cards.example")),
        ("HTTPS://Cards.EXAMPLE/v/", Some("cards.example")),
        ("https://cards.example:8443/v/", Some("cards.example")),
        ("https://cards.example?x=/", Some("cards.example")),
        ("https://127.0.0.1/v/", Some("127.0.0.1")),
        ("https://xn--fiq228c.example/", Some("xn--fiq228c.example")),
        // What stands before @ is a user's name; a backslash is a slash.
        ("https://cards.example@evil.example/v/", Some("evil.example")),
        ("https://cards.example:x@evil.example/", Some("evil.example")),
        ("https://evil.example\\@cards.example/", Some("evil.example")),
        ("https://evil.example?@cards.example/", Some("evil.example")),
        // No web address, or none that can be read plainly.
        ("", None),
        ("cards.example/v/", None),
        ("//cards.example/v/", None),
        ("ftp://cards.example/", None),
        ("javascript://cards.example/", None),
        ("https:cards.example", None),
        ("https:///v/", None),
        ("https://cards%2eexample/", None),
        ("https://cards..example/", None),
        ("https://cards.example./", None),
        ("https://[::1]/", None),
        ("https://cards.example:80x/", None),
        ("https://cards_example/", None),
    ];
    for (prefix, host) in rows {
        let text = format!("{prefix}#1000");
        let found = QrText::read(&text).unwrap().host();
        assert_eq!(found.as_ref().map(Host::as_str), host, "{prefix}");
    }
    assert!("a".repeat(64).parse::<Host>().is_err());
    assert!(["a"; 128].join(".").parse::<Host>().is_err(), "255 characters");
    assert!(["a"; 127].join(".").parse::<Host>().is_ok(), "253 characters");
}

#[test]
fn portals_are_plain_addresses() {
    assert_eq!(portal().host().as_str(), "cards.example");
    for text in [
        "",
        "cards.example/v/",
        "https://cards.example/v/#",
        "https://cards.example/v /",
        "https://cards.example/验/",
        "https://卡.example/",
        &format!("https://cards.example/{}", "v".repeat(200)),
    ] {
        assert!(text.parse::<Portal>().is_err(), "{text}");
    }
}

#[test]
fn a_normal_card_is_within_its_budget() {
    for card in good_cards() {
        let envelope = sealed(&card);
        assert!(envelope.len() <= 230, "{} bytes", envelope.len());
        assert!(QrText::read(&text_of(&envelope)).is_ok());
    }
}

proptest! {
    #[test]
    fn bytes_survive_the_way_to_digits_and_back(original in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(bytes(&digits(&original)), Ok(original));
    }

    #[test]
    fn digits_that_decode_re_encode_to_the_same(original in "[0-9]{0,60}") {
        if let Ok(bytes) = bytes(&original) {
            prop_assert_eq!(digits(&bytes), original);
        }
    }

    #[test]
    fn any_text_at_all(text in ".{0,80}") {
        if let Ok(text) = QrText::read(&text) {
            let _ = (text.host(), text.bytes());
        }
    }
}
