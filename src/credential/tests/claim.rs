use crate::credential::claim::*;
use crate::time::UnixTime;

#[test]
fn names_have_limits() {
    // 96 bytes are 32 Han characters of three bytes, or 24 of four.
    for name in ["张", "\u{B7}", &"王".repeat(32), &"\u{2B5AF}".repeat(24), "A", " "] {
        assert_eq!(HolderName::new(name).unwrap().as_str(), name);
    }
    assert_eq!(HolderName::new(""), Err(ClaimError::NameEmpty));
    assert_eq!(HolderName::new(&format!("{}a", "王".repeat(32))), Err(ClaimError::NameLength));
}

#[test]
fn names_have_no_character_that_deceives_or_says_nothing() {
    // Unicode 15: general category Cc; property Bidi_Control; category Co.
    let forbidden = [
        '\0',
        '\t',
        '\n',
        '\u{1F}',
        '\u{7F}',
        '\u{80}',
        '\u{85}',
        '\u{9F}',
        '\u{61C}',
        '\u{200E}',
        '\u{200F}',
        '\u{202A}',
        '\u{202E}',
        '\u{2066}',
        '\u{2069}',
        '\u{E000}',
        '\u{F8FF}',
        '\u{F0000}',
        '\u{FFFFD}',
        '\u{100000}',
        '\u{10FFFF}',
    ];
    for character in forbidden {
        let name = format!("王{character}");
        assert_eq!(HolderName::new(&name), Err(ClaimError::NameCharacter), "{character:?}");
    }
    // Their neighbours, variation selectors, Mongolian's separators and joiners.
    let allowed = [
        ' ',
        '~',
        '\u{A0}',
        '\u{61B}',
        '\u{180E}',
        '\u{200D}',
        '\u{2010}',
        '\u{202F}',
        '\u{2065}',
        '\u{206A}',
        '\u{D7FF}',
        '\u{F900}',
        '\u{E0100}',
        '\u{EFFFF}',
    ];
    for character in allowed {
        assert!(HolderName::new(&format!("王{character}")).is_ok(), "{character:?}");
    }
}

#[test]
fn the_four_wrong_dots_become_the_right_one() {
    for dot in ['\u{2022}', '\u{2027}', '\u{30FB}', '\u{FF65}', '\u{B7}'] {
        let name = HolderName::with_middle_dots(&format!("买买提{dot}江")).unwrap();
        assert_eq!(name.as_str(), "买买提\u{B7}江");
    }
}

#[test]
fn id_tails_are_three_digits_and_a_digit_or_x() {
    for tail in ["0000", "9999", "021X"] {
        assert_eq!(tail.parse::<IdTail>().unwrap().as_str(), tail);
    }
    for tail in ["", "021", "02111", "021x", "X210", "02 1", "０２１", "a000", "021Y"] {
        assert_eq!(tail.parse::<IdTail>(), Err(ClaimError::IdTail), "{tail}");
    }
}

#[test]
fn years_results_numbers_and_times_have_limits() {
    assert_eq!(Year::new(1999), Err(ClaimError::Year));
    assert_eq!(Year::new(2000).unwrap().get(), 2000);
    assert_eq!(Year::new(2200).unwrap().get(), 2200);
    assert_eq!(Year::new(2201), Err(ClaimError::Year));
    assert_eq!(Year::new(65_536 + 2022), Err(ClaimError::Year));
    for number in 1..=4 {
        assert_eq!(AuditResult::from_number(number).unwrap().number(), number);
    }
    assert_eq!(AuditResult::from_number(0), Err(ClaimError::AuditResult));
    assert_eq!(AuditResult::from_number(5), Err(ClaimError::AuditResult));
    assert_eq!(Index::new((1 << 63) - 1).unwrap().get(), (1 << 63) - 1);
    assert_eq!(Index::new(1 << 63), Err(ClaimError::Magnitude));
    assert!(NumericDate::new(UnixTime::from_seconds(0)).is_ok());
    assert_eq!(NumericDate::new(UnixTime::from_seconds(-1)), Err(ClaimError::Time));
    assert!(UpToEight::try_from(vec![0; 8]).is_ok());
    assert_eq!(UpToEight::try_from(vec![0; 9]), Err(ClaimError::ListLength));
}

#[test]
fn hours_and_policies_print_as_people_and_file_names_have_them() {
    for (tenths, text) in [(0, "0"), (5, "0.5"), (300, "30"), (605, "60.5")] {
        assert_eq!(Tenths::from(tenths).to_string(), text);
    }
    let policy = PolicyId([0x00, 0x0f, 0xf0, 0xff, 1, 2, 3, 4]);
    assert_eq!(policy.to_string(), "000ff0ff01020304");
}
