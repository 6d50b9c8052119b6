//! Policy bundles that were changed here and there, and cards that cite them: what the
//! page makes of them is what the command line does.

use std::collections::BTreeSet;

use shenyan::credential::card::Card;
use shenyan::credential::claim::{
    AuditResult, CategoryHours, ClauseOrdinal, Index, NumericDate, PolicyId, UpToEight,
};
use shenyan::time::Date;

use super::cases::{self, Dice};
use super::lists::{Case, changed, compare, example, sealed, vectors};

/// What rules on required hours are made of, and bundles of.
const PIECES: [&str; 18] = [
    "\"exceptions\": [], ",
    "\"conditions\": 1, ",
    "\"output\": \"应修学时\", ",
    "\"columns\": [\"应修学时\"], ",
    "null",
    "\"公需\"",
    "\"科目\"",
    "\"key\": \"category\", ",
    "\"label\": \"专业\", ",
    "\"sum_of\": [], ",
    "\"any_of\"",
    "30",
    "12.5",
    "\\u79d1",
    "\"year\": 2022, ",
    "[",
    "}",
    ", ",
];

/// A bundle with pieces put in, or taken out, or changed like any text.
fn bent(bundle: &str, dice: &mut Dice) -> Vec<u8> {
    let mut text = bundle.to_owned();
    match dice.below(6) {
        0 => text = changed(&text, dice),
        1 => {
            // Where a member, an item or a value begins.
            let starts: Vec<usize> =
                text.match_indices(['{', '[', '"']).map(|(at, _)| at + 1).collect();
            let at = starts[dice.below(starts.len())];
            text.insert_str(at, PIECES[dice.below(PIECES.len())]);
        }
        2 => {
            let lines: Vec<&str> = text.lines().collect();
            let (from, count) = (dice.below(lines.len()), 1 + dice.below(4));
            let kept =
                lines.iter().enumerate().filter(|(at, _)| !(from..from + count).contains(at));
            text = kept.map(|(_, line)| format!("{line}\n")).collect();
        }
        3 => {
            let strings: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
            let (old, new) =
                (strings[dice.below(strings.len())], strings[dice.below(strings.len())]);
            let (old, new) = (format!("\"{old}\""), format!("\"{new}\""));
            text = text.replacen(&old, &new, 1 + dice.below(2));
        }
        4 => {
            let numbers = ["0", "1", "2", "3", "-1", "2021", "1e3", "30", "true", "null", "\"60\""];
            let digits: Vec<usize> =
                text.match_indices(|it: char| it.is_ascii_digit()).map(|(at, _)| at).collect();
            let at = digits[dice.below(digits.len())];
            text.replace_range(at..=at, numbers[dice.below(numbers.len())]);
        }
        _ => {
            let mut bytes = text.into_bytes();
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
            return bytes;
        }
    }
    text.into_bytes()
}

/// Cards that cite a bundle: passed in full, on less, on more, reduced, and with a ground
/// that the bundle may not have.
fn citing(bundle: &[u8]) -> Vec<String> {
    let row = |category: u32, credited: u32, required: u32| CategoryHours {
        category: category.into(),
        credited: credited.into(),
        required: required.into(),
    };
    let issued = Date::new(2022, 12, 1).unwrap().beijing_midnight();
    let full = vec![row(1, 300, 300), row(2, 605, 600)];
    let some = [
        (AuditResult::Full, full.clone(), 2),
        (AuditResult::Full, vec![row(1, 300, 295), row(2, 600, 600)], 0),
        (AuditResult::Full, vec![row(1, 310, 310), row(2, 600, 600)], 0),
        (AuditResult::Reduced, vec![row(1, 100, 100), row(2, 200, 200)], 0),
        (AuditResult::Full, full, 5),
    ];
    let text = |(result, hours, ground): (AuditResult, Vec<CategoryHours>, u32)| {
        let card = Card {
            issued: NumericDate::new(issued).unwrap(),
            result,
            hours: UpToEight::try_from(hours).unwrap(),
            index: Index::from(16), // on no list, and covered
            policy: PolicyId::of(bundle),
            grounds: UpToEight::try_from(vec![ClauseOrdinal::from(ground)]).unwrap(),
            ..cases::full_card()
        };
        sealed(&card.encode())
    };
    some.into_iter().map(text).collect()
}

#[test]
fn a_thousand_changed_bundles_give_the_same_answers() {
    let vectors = vectors().into_iter().flat_map(|(case, _)| case.policies);
    let bundles: BTreeSet<String> = vectors.map(|it| String::from_utf8(it).unwrap()).collect();
    let bundles: Vec<String> = bundles.into_iter().collect();
    assert!(bundles.len() > 20, "{} bundles to begin with", bundles.len());
    let mut dice = Dice(0xb0_5eed);
    let cases: Vec<Case> = (0..1_000)
        .map(|at| {
            let bundle = bent(&bundles[dice.below(bundles.len())], &mut dice);
            let texts = citing(&bundle);
            let name = format!("changed bundle {at}: {}", bundle.escape_ascii());
            Case { name, policies: vec![bundle], texts, ..example() }
        })
        .collect();
    let counts = compare(&cases, "native");
    println!("{counts:?}");
    for told in ["refused policy", "VALID", "INCONSISTENT"] {
        assert!(counts.get(told).is_some_and(|count| *count > 100), "{told}: {counts:?}");
    }
}
