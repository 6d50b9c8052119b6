use proptest::prelude::*;

use crate::credential::claim::{Index, Year};
use crate::credential::number::{CardNumber, CardNumberError, IssuerId};

fn number(issuer: &str, year: u64, index: u64) -> CardNumber {
    CardNumber {
        issuer: issuer.parse().unwrap(),
        year: Year::new(year).unwrap(),
        index: Index::new(index).unwrap(),
    }
}

/// Check digits worked out apart, as 98 − (digits × 100 mod 97) over big integers.
#[test]
fn numbers_print_and_read_back() {
    let rows = [
        (number("150600", 2022, 17), "150600-2022-000017-14"),
        (number("150000", 2022, 0), "150000-2022-000000-92"),
        (number("150600", 2022, 1_234_567), "150600-2022-1234567-12"),
        (number("150600", 2022, (1 << 63) - 1), "150600-2022-9223372036854775807-48"),
        (number("150600112233", 2000, 1), "150600112233-2000-000001-42"),
    ];
    for (number, text) in rows {
        assert_eq!(number.to_string(), text);
        assert_eq!(text.parse(), Ok(number), "{text}");
    }
}

#[test]
fn what_would_not_be_printed_is_not_read() {
    let rows = [
        ("", CardNumberError::Form),
        ("150600-2022-000017", CardNumberError::Form),
        ("150600-2022-000017-14-", CardNumberError::Form),
        ("150600-2022-000017-14 ", CardNumberError::Form),
        ("150600-2022-17-14", CardNumberError::Form),
        ("150600-2022-0000017-14", CardNumberError::Form),
        ("150600-02022-000017-14", CardNumberError::Form),
        ("150600-2022-000017-014", CardNumberError::Form),
        ("15060-2022-000017-14", CardNumberError::Form),
        ("1506001122334-2022-000017-14", CardNumberError::Form),
        ("150600-2022-00001７-14", CardNumberError::Form),
        ("150600-2022-+00017-14", CardNumberError::Form),
        ("150600–2022–000017–14", CardNumberError::Form),
        ("150600-1999-000017-14", CardNumberError::Range),
        ("150600-2022-9223372036854775808-14", CardNumberError::Range),
        ("150600-2022-99999999999999999999-14", CardNumberError::Range),
        ("150600-2022-000017-15", CardNumberError::Check),
        // 14 + 97 would leave the same remainder, were it two digits; so would 0 for 97.
        ("150600-2022-000071-14", CardNumberError::Check),
        ("510600-2022-000017-14", CardNumberError::Check),
    ];
    for (text, error) in rows {
        assert_eq!(text.parse::<CardNumber>(), Err(error), "{text}");
    }
}

#[test]
fn issuers_are_six_to_twelve_digits() {
    for text in ["150600", "150600112233"] {
        assert_eq!(text.parse::<IssuerId>().unwrap().as_str(), text);
    }
    for text in ["", "15060", "1506001122334", "15060a", "１５０６００", "150 600"] {
        assert!(text.parse::<IssuerId>().is_err(), "{text}");
    }
}

proptest! {
    /// ISO 7064 MOD 97-10 finds each single wrong digit and each swap of neighbours.
    #[test]
    fn one_slip_is_always_found(
        year in 2000..=2200_u64,
        index in 0..10_000_000_u64,
        at in any::<prop::sample::Index>(),
        digit in b'0'..=b'9',
    ) {
        let text = number("150600", year, index).to_string();
        let mut slip = text.clone().into_bytes();
        let at = at.index(slip.len());
        if slip[at] != b'-' && slip[at] != digit {
            slip[at] = digit;
            let slip = String::from_utf8(slip).unwrap();
            prop_assert!(slip.parse::<CardNumber>().is_err(), "{} read as {}", text, slip);
        }
        let mut swap = text.clone().into_bytes();
        if at > 0 && swap[at] != b'-' && swap[at - 1] != b'-' && swap[at] != swap[at - 1] {
            swap.swap(at - 1, at);
            let swap = String::from_utf8(swap).unwrap();
            prop_assert!(swap.parse::<CardNumber>().is_err(), "{} read as {}", text, swap);
        }
    }
}
