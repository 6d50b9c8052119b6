//! Step 11: whether a card agrees with the policy bundle that it cites.

use super::{full_card, issuer_id, now, sealed, text_of, trust};
use crate::credential::bundle::BYTES_MAX;
use crate::credential::claim::{
    AuditResult, CategoryHours, ClauseOrdinal, PolicyId, UpToEight, Year,
};
use crate::credential::lists::SpecimenPolicy;
use crate::credential::policy::{BundleError, Bundles};
use crate::credential::step::{Outcome, Step};
use crate::credential::verdict::{Code, Reason};
use crate::credential::{Card, verify};

/// Two categories and three clauses, amid all that JSON has.
const BUNDLE: &str = r#"{
  "format": "shenyan/policy/1", "year": 2022, "basis": "适\n用",
  "categories": [{"number": 1, "label": "公需"}, {"label": "专\"业", "number": 2}],
  "clauses": [{"id": "一"}, {"id": "二", "deep": [[{"x": null, "y": -1.5e3, "z": [true]}]]}, {}],
  "rules": []
}
"#;

fn bundles(text: &str) -> Bundles {
    let mut bundles = Bundles::default();
    assert_eq!(bundles.add(text.as_bytes()), Ok(PolicyId::of(text.as_bytes())));
    bundles
}

fn hours(rows: &[(u32, u32, u32)]) -> UpToEight<CategoryHours> {
    let row = |&(category, credited, required): &(u32, u32, u32)| CategoryHours {
        category: category.into(),
        credited: credited.into(),
        required: required.into(),
    };
    UpToEight::try_from(rows.iter().map(row).collect::<Vec<_>>()).unwrap()
}

/// A card that agrees with the bundle.
fn good() -> Card {
    Card {
        year: Year::new(2022).unwrap(),
        result: AuditResult::Full,
        hours: hours(&[(1, 300, 300), (2, 605, 600)]),
        policy: PolicyId::of(BUNDLE.as_bytes()),
        grounds: UpToEight::try_from(vec![ClauseOrdinal::from(2)]).unwrap(),
        ..full_card()
    }
}

fn judge(card: &Card, bundles: Bundles) -> (Code, Outcome) {
    assert_eq!(issuer_id().as_str(), "150600");
    let trust = trust(SpecimenPolicy::Accept).with_policies(bundles);
    let verdict = verify(&trust, &text_of(&sealed(card)), now());
    (verdict.code(), verdict.steps().outcome(Step::Policy))
}

#[test]
fn a_card_that_agrees_passes_and_one_without_its_bundle_is_not_checked() {
    assert_eq!(judge(&good(), bundles(BUNDLE)), (Code::Valid, Outcome::Passed));
    assert_eq!(judge(&good(), Bundles::default()), (Code::Valid, Outcome::Skipped));
    let other = BUNDLE.replace("适", "沿");
    assert_eq!(judge(&good(), bundles(&other)), (Code::Valid, Outcome::Skipped));
}

#[test]
fn what_a_card_may_and_may_not_claim() {
    let with = |change: fn(&mut Card)| {
        let mut card = good();
        change(&mut card);
        card
    };
    let rows = |result, rows: &[(u32, u32, u32)]| Card { result, hours: hours(rows), ..good() };
    use AuditResult::{Exempt, Full, Reduced, Reference};
    for (name, card, is_good) in [
        ("another year", with(|it| it.year = Year::new(2021).unwrap()), false),
        (
            "a clause past the last",
            with(|it| {
                it.grounds = UpToEight::try_from(vec![ClauseOrdinal::from(3)]).unwrap();
            }),
            false,
        ),
        ("no grounds", with(|it| it.grounds = UpToEight::default()), true),
        ("exactly", rows(Full, &[(1, 300, 300), (2, 600, 600)]), true),
        ("a tenth short", rows(Full, &[(1, 300, 300), (2, 599, 600)]), false),
        ("more of one makes up for nothing", rows(Full, &[(1, 299, 300), (2, 900, 600)]), false),
        ("in another order", rows(Full, &[(2, 600, 600), (1, 300, 300)]), true),
        ("an unknown category", rows(Full, &[(1, 300, 300), (3, 600, 600)]), false),
        ("a category twice", rows(Full, &[(1, 300, 300), (1, 300, 300)]), false),
        ("a category left out", rows(Full, &[(1, 300, 300)]), false),
        ("no hours", rows(Full, &[]), false),
        ("reduced and met", rows(Reduced, &[(1, 100, 100), (2, 200, 200)]), true),
        ("reduced and short", rows(Reduced, &[(1, 100, 100), (2, 199, 200)]), false),
        ("exempt", rows(Exempt, &[(1, 0, 0), (2, 5, 0)]), true),
        ("exempt without rows", rows(Exempt, &[]), true),
        ("exempt and yet required", rows(Exempt, &[(1, 10, 10), (2, 0, 0)]), false),
        ("for reference", rows(Reference, &[(1, 0, 300), (2, 0, 600)]), true),
        ("for reference, in no category", rows(Reference, &[(9, 0, 300)]), false),
    ] {
        let expected = match is_good {
            true => (Code::Valid, Outcome::Passed),
            false => (Code::Refused(Reason::Inconsistent), Outcome::Failed),
        };
        assert_eq!(judge(&card, bundles(BUNDLE)), expected, "{name}");
    }
}

#[test]
fn a_total_is_on_a_card_only_where_one_is_required() {
    let total =
        BUNDLE.replace("{\"number\": 1,", "{\"number\": 3, \"sum_of\": [1, 2]}, {\"number\": 1,");
    let of = |rows: &[(u32, u32, u32)]| {
        let policy = PolicyId::of(total.as_bytes());
        judge(&Card { policy, hours: hours(rows), ..good() }, bundles(&total)).0
    };
    let inconsistent = Code::Refused(Reason::Inconsistent);
    assert_eq!(of(&[(1, 300, 300), (2, 600, 500), (3, 900, 900)]), Code::Valid);
    assert_eq!(of(&[(1, 300, 300), (2, 600, 500)]), Code::Valid);
    assert_eq!(of(&[(1, 300, 300), (2, 600, 500), (3, 900, 910)]), inconsistent);
    assert_eq!(of(&[(1, 300, 300), (3, 900, 900)]), inconsistent);
}

#[test]
fn what_is_no_bundle() {
    let add = |text: &str| Bundles::default().add(text.as_bytes());
    let deep = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        BUNDLE.replace("\"rules\": []", &format!("\"rules\": {open}{close}"))
    };
    assert!(add(&deep(15)).is_ok());
    let many: String = (1..=65).map(|at| format!("{{\"number\":{at}}},")).collect();
    let long = BUNDLE.replace("适", &"适".repeat(BYTES_MAX / 3));
    for bad in [
        String::new(),
        "[]".to_owned(),
        deep(16),
        long,
        format!("{BUNDLE}x"),
        BUNDLE.replace("policy/1", "policy/2"),
        BUNDLE.replace("\"year\": 2022", "\"year\": \"2022\""),
        BUNDLE.replace("\"year\": 2022", "\"year\": 2022.0"),
        BUNDLE.replace("\"year\": 2022", "\"year\": -2022"),
        BUNDLE.replace("\"year\": 2022", "\"year\": 02022"),
        BUNDLE.replace("\"year\": 2022", "\"year\": 2022, \"year\": 2022"),
        BUNDLE.replace("\"year\"", "\"y\\u0065ar\""),
        BUNDLE.replace("\"number\": 2", "\"number\": 1"),
        BUNDLE.replace("\"number\": 2", "\"numbers\": 2"),
        BUNDLE.replace("\"number\": 2", "\"number\": 2, \"number\": 3"),
        BUNDLE.replace("{\"number\": 1,", &format!("{many}{{\"number\": 100,")),
        BUNDLE.replace("\"clauses\"", "\"clause\""),
        BUNDLE.replace("null", "nil"),
        BUNDLE.replace("-1.5e3", "1e999"),
        BUNDLE.replace("{}]", "{},]"),
        BUNDLE.replace("适\\n", "适\n"),
    ] {
        assert_eq!(add(&bad), Err(BundleError), "{}", &bad[..bad.len().min(400)]);
    }
    for cut in 0..BUNDLE.trim_end().len() {
        assert!(Bundles::default().add(&BUNDLE.as_bytes()[..cut]).is_err(), "{cut}");
    }
}
