//! Rows are right, in order, and never more of them than are taken together.

mod written;

use std::cell::Cell;
use std::convert::Infallible;

use serde_json::Value;

use super::*;
use crate::credential::card::Card;
use crate::credential::claim::*;
use crate::credential::envelope::seal;
use crate::credential::key::SigningKey;
use crate::credential::lists::SpecimenPolicy;
use crate::credential::number::IssuerId;
use crate::credential::qr::CardText;
use crate::credential::realm::Realm;
use crate::credential::trust::SpecimenIssuer;
use crate::time::Date;

const PAGE: &str = include_str!("../../../content/spec/verdict.md");

pub(crate) fn midnight(date: &str) -> UnixTime {
    date.parse::<Date>().unwrap().beijing_midnight()
}

fn issuer(id: &str) -> IssuerId {
    id.parse().unwrap()
}

/// The issuer of the worked example, and its host.
pub(crate) fn trust(specimens: SpecimenPolicy) -> Trust {
    let name = "样例市人力资源和社会保障局".to_owned();
    let hosts = vec!["cards.example".parse().unwrap()];
    Trust::specimen(vec![SpecimenIssuer { id: issuer("150600"), name, hosts }], specimens).unwrap()
}

/// The card of the worked example of `content/spec/card.md`.
pub(crate) fn card() -> Card {
    let row = |category: u32, credited: u32, required: u32| CategoryHours {
        category: category.into(),
        credited: credited.into(),
        required: required.into(),
    };
    Card {
        issued: NumericDate::new(midnight("2022-12-01")).unwrap(),
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

/// The text of a card as the issuer with this number signs it.
pub(crate) fn text_by(id: &str, card: &Card) -> String {
    let key = SigningKey::specimen(&issuer(id));
    let envelope = seal(&key, &Realm::specimen(), &card.encode()).unwrap();
    CardText::new(&"https://cards.example/v/".parse().unwrap(), &envelope).unwrap().to_string()
}

pub(crate) fn text() -> String {
    text_by("150600", &card())
}

/// The text with the last byte of its signature changed.
pub(crate) fn forged() -> String {
    // 174 bytes are 24 groups of seven and one of six: the last 15 digits.
    let text = text();
    let (head, last) = text.split_at(text.len() - 15);
    let last: u64 = last.parse().unwrap();
    format!("{head}{:015}", last ^ 1)
}

pub(crate) fn input(name: &str, content: Content) -> Input {
    Input::new(Place::whole(name), content)
}

/// Takes rows by a function.
struct Each<F>(F);

impl<E, F: FnMut(&Row) -> Result<(), E>> Rows for Each<F> {
    type Error = E;

    fn row(&mut self, row: &Row) -> Result<(), E> {
        self.0(row)
    }

    fn lull(&mut self) -> Result<(), E> {
        Ok(())
    }
}

fn row(text: &str, specimens: SpecimenPolicy, now: &str) -> Row {
    let content = Content::Text(text.to_owned());
    Row::of(input("a.txt", content), &trust(specimens), midnight(now))
}

fn json(row: &Row) -> Value {
    serde_json::from_str(&row.to_json()).unwrap()
}

/// The worked examples of the page, with the breaks after commas taken out.
fn examples() -> Vec<String> {
    let blocks = PAGE.split("\n```verdict\n").skip(1);
    blocks.map(|block| block.split_once("\n```").unwrap().0.replace('\n', "")).collect()
}

#[test]
fn the_examples_of_the_page_are_what_is_said() {
    let [valid, unreadable] = <[String; 2]>::try_from(examples()).unwrap();
    assert_eq!(row(&text(), SpecimenPolicy::Accept, "2022-12-01").to_json(), valid);
    let content = Content::Unreadable("图片中没有找到二维码".to_owned());
    let row =
        Row::of(input("b.jpg", content), &trust(SpecimenPolicy::Refuse), midnight("2022-12-01"));
    assert_eq!(row.to_json(), unreadable);
    assert!(!row.is_good());
}

#[test]
fn the_page_has_the_members_in_their_order() {
    let members = |section: &str| -> Vec<String> {
        let (_, rest) = PAGE.split_once(&format!("\n## {section}\n")).unwrap();
        let table = rest.split("\n## ").next().unwrap();
        // What only some verdicts have is not in the line of a good card.
        let rows = table.lines().filter(|row| !row.contains("才有这个成员"));
        let rows = rows.filter_map(|line| line.strip_prefix("| `"));
        rows.map(|row| row.split('`').next().unwrap().to_owned()).collect()
    };
    let line = row(&text(), SpecimenPolicy::Accept, "2022-12-01").to_json();
    let at = |member: &String| line.find(&format!("\"{member}\":")).expect(member);
    for section in ["二、答复", "三、卡"] {
        let places: Vec<usize> = members(section).iter().map(at).collect();
        assert!(places.is_sorted(), "{section}: {places:?}");
    }
    assert_eq!(members("二、答复").len(), json_members(&line), "none is missing");
    assert_eq!(members("四、发现"), FindingKind::ALL.map(FindingKind::as_str));
    assert_eq!(members("七、CSV 报告"), csv::COLUMNS);
}

fn json_members(line: &str) -> usize {
    serde_json::from_str::<Value>(line).unwrap().as_object().unwrap().len()
}

#[test]
fn every_code_that_can_be_reached_is_said() {
    use SpecimenPolicy::{Accept, Refuse};
    let expiring =
        Card { expires: Some(NumericDate::new(midnight("2024-01-01")).unwrap()), ..card() };
    let (text, expiring) = (text(), text_by("150600", &expiring));
    let cases = [
        (text.clone(), Accept, "2022-12-01", "VALID", true),
        (text.clone(), Refuse, "2022-12-01", "SPECIMEN", true),
        (forged(), Accept, "2022-12-01", "BAD_SIGNATURE", false),
        (text[..text.len() - 1].to_owned(), Accept, "2022-12-01", "MALFORMED", false),
        (text.replace("#1", "#2"), Accept, "2022-12-01", "UNSUPPORTED", false),
        (text_by("150601", &card()), Accept, "2022-12-01", "UNKNOWN_ISSUER", false),
        (expiring.clone(), Accept, "2023-12-31", "VALID", true),
        (expiring, Accept, "2024-01-01", "EXPIRED", true),
        (text.clone(), Accept, "2022-11-30", "VALID", true),
        (text, Accept, "2022-11-29", "NOT_YET_VALID", true),
    ];
    for (text, specimens, now, code, is_proven) in cases {
        let row = row(&text, specimens, now);
        let json = json(&row);
        assert_eq!(json["code"], code);
        assert_eq!(json["card"].is_object(), is_proven, "{code}");
        assert_eq!(json["number"].is_string(), is_proven, "{code}");
        assert_eq!(json["detail"].is_null(), code == "VALID");
        let is_claimed = matches!(code, "BAD_SIGNATURE" | "UNKNOWN_ISSUER");
        assert_eq!(json["unverified"].is_object(), is_claimed, "{code}");
        assert_eq!(row.is_good(), code == "VALID");
        let failed = json["steps"].as_array().unwrap().iter();
        let failed = failed.filter(|step| step["state"] == "failed").count();
        assert_eq!(failed, usize::from(!matches!(code, "VALID" | "SPECIMEN")), "{code}");
    }
}

#[test]
fn great_numbers_and_odd_hours_are_written_digit_by_digit() {
    let row_of = |credited: u64| CategoryHours {
        category: 3.into(),
        credited: Tenths::new(credited).unwrap(),
        required: 0.into(),
    };
    let great = (1 << 63) - 1;
    let card = Card {
        index: Index::new(great).unwrap(),
        supersedes: Some(Index::new(great - 1).unwrap()),
        id_type: Some(IdType::from(2)),
        hours: UpToEight::try_from(vec![row_of(great), row_of(5)]).unwrap(),
        ..card()
    };
    let text = text_by("150600", &card);
    let line = row(&text, SpecimenPolicy::Accept, "2022-12-01").to_json();
    for part in [
        r#""index":9223372036854775807,"supersedes":9223372036854775806,"#,
        r#"{"category":3,"credited":922337203685477580.7,"required":0}"#,
        r#"{"category":3,"credited":0.5,"required":0}"#,
        r#""id_type":2,"#,
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

#[test]
fn an_altered_file_is_not_good_and_a_foreign_host_only_a_warning() {
    let (trust, now) = (trust(SpecimenPolicy::Accept), midnight("2022-12-01"));
    let foreign = text().replace("cards.example", "cards.example.evil.example");
    let altered = Input {
        finding: Some(FindingKind::Altered),
        ..input("a.html", Content::Text(foreign.clone()))
    };
    let altered = Row::of(altered, &trust, now);
    assert_eq!(
        altered.findings,
        [FindingKind::Altered, FindingKind::ForeignHost].map(Finding::from)
    );
    assert_eq!(altered.code(), Code::Valid);
    assert!(!altered.is_good());
    assert_eq!(json(&altered)["findings"][0]["code"], "ALTERED");

    let foreign = Row::of(input("a", Content::Text(foreign)), &trust, now);
    assert!(foreign.is_good());
    assert_eq!(foreign.foreign_host(), Some("cards.example.evil.example"));
    assert_eq!(json(&foreign)["host"]["foreign"], true);

    let mut summary = Summary::default();
    assert!(!summary.all_good(), "of nothing, nothing can be said");
    summary.count(&foreign);
    assert!(summary.all_good());
    summary.count(&altered);
    assert_eq!((summary.rows(), summary.good, summary.good_specimens), (2, 1, 1));
    assert!(!summary.all_good());
}

#[test]
fn a_row_is_one_line_whatever_its_name() {
    let name = "a\nb\r\u{1}\"\\\u{2028}.txt";
    let row = Row::of(
        input(name, Content::Text("\n\0".to_owned())),
        &trust(SpecimenPolicy::Refuse),
        midnight("2022-12-01"),
    );
    let line = row.to_json();
    assert!(!line.contains(['\n', '\r', '\u{1}']), "{line}");
    assert!(line.starts_with("{\"input\":\"a\\nb\\r\\u0001\\\"\\\\\u{2028}.txt\","), "{line}");
}

#[test]
fn rows_come_in_order_from_any_number_of_threads() {
    let (trust, now) = (trust(SpecimenPolicy::Accept), midnight("2022-12-01"));
    let text = text();
    // Every third source holds two inputs, every seventh none, and the work differs.
    let open = |source: usize| -> Vec<Input> {
        let inputs = match source {
            _ if source.is_multiple_of(7) => 0,
            _ if source.is_multiple_of(3) => 2,
            _ => 1,
        };
        let text = if source.is_multiple_of(2) { text.as_str() } else { "#1" };
        (0..inputs)
            .map(|at| input(&format!("{source}/{at}"), Content::Text(text.to_owned())))
            .collect()
    };
    let sources = 3 * TOGETHER;
    let names = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut names = Vec::new();
            let mut rows = Each(|row: &Row| {
                names.push(row.place.to_string());
                Ok::<_, Infallible>(())
            });
            let summary = run(&trust, now, (0..sources).map(Supply::Source), open, &mut rows);
            (names, summary.unwrap())
        })
    };
    let (expected, summary) = names(1);
    let counted = (0..sources).flat_map(open).map(|input: Input| input.place.to_string());
    let counted: Vec<String> = counted.collect();
    assert_eq!(expected, counted);
    assert_eq!(summary.rows(), counted.len() as u64);
    assert_eq!(names(8), (expected, summary));
}

#[test]
fn no_more_sources_are_taken_than_are_answered_together() {
    let (trust, now) = (trust(SpecimenPolicy::Refuse), midnight("2022-12-01"));
    // Always at hand; with a lull after each; with one after ten.
    for (lull, most) in [(usize::MAX, 2 * TOGETHER), (1, 1), (10, 10)] {
        let (taken, answered, greatest) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let sources = (0..5_000).flat_map(|at| {
            let lull = ((at + 1) % lull == 0).then_some(Supply::Lull);
            std::iter::once(Supply::Source(at)).chain(lull)
        });
        let sources = sources.inspect(|supply| {
            taken.set(taken.get() + usize::from(*supply != Supply::Lull));
            greatest.set(greatest.get().max(taken.get() - answered.get()));
        });
        let open = |_| vec![input("", Content::Text(String::new()))];
        let mut rows = Each(|_: &Row| {
            answered.set(answered.get() + 1);
            Ok::<_, Infallible>(())
        });
        let summary = run(&trust, now, sources, open, &mut rows);
        assert_eq!(summary.unwrap().rows(), 5_000);
        assert_eq!(greatest.get(), most);
    }
}

#[test]
fn a_reader_that_has_had_enough_ends_the_run() {
    let (trust, now) = (trust(SpecimenPolicy::Refuse), midnight("2022-12-01"));
    let open = |()| vec![input("", Content::Text(String::new()))];
    let taken = Cell::new(0);
    let sources = std::iter::repeat(()).inspect(|()| taken.set(taken.get() + 1));
    let mut rows = Each(|_: &Row| Err("enough"));
    let ended = run(&trust, now, sources.map(Supply::Source), open, &mut rows);
    assert_eq!(ended, Err("enough"));
    assert_eq!(taken.get(), 2 * TOGETHER);
}

/// Runs texts, one a line of `list`, and gives each row's findings and the sums.
fn findings(texts: &[String], specimens: SpecimenPolicy) -> (Vec<String>, Summary) {
    let (trust, now) = (trust(specimens), midnight("2022-12-01"));
    let list = std::sync::Arc::from("list");
    let input = |(at, text): (u64, &String)| {
        Supply::Source(Input::new(Place::line(&list, at), Content::Text(text.clone())))
    };
    let mut found = Vec::new();
    let mut rows = Each(|row: &Row| {
        let each = row.findings.iter().map(|it| {
            let other = it.other.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
            format!("{}{other}", it.kind.as_str())
        });
        found.push(each.collect::<Vec<_>>().join(", "));
        Ok::<_, Infallible>(())
    });
    let sources = (1..).zip(texts).map(input);
    let summary = run(&trust, now, sources, |input| vec![input], &mut rows).unwrap();
    (found, summary)
}

fn by_index(index: u32, supersedes: Option<u32>) -> Card {
    Card { index: Index::from(index), supersedes: supersedes.map(Index::from), ..card() }
}

#[test]
fn cards_that_cannot_all_count_are_told_by_their_places() {
    let text = |card: &Card| text_by("150600", card);
    let renamed = Card { name: HolderName::new("样二").unwrap(), ..card() };
    let otherwise = text(&card()).replace("cards.example", "CARDS.EXAMPLE");
    let texts = [
        text(&card()),                 // 1
        text(&by_index(20, None)),     // 2
        otherwise,                     // 3: the same card, written otherwise
        text(&renamed),                // 4: another under the number of 1
        text(&by_index(21, Some(20))), // 5: replaces 2
        text(&by_index(31, Some(30))), // 6
        text(&by_index(30, None)),     // 7: was replaced by 6
        forged(),                      // 8: nobody's
        text_by("150601", &renamed),   // 9: a stranger's
        text(&by_index(31, Some(30))), // 10: 6 once more
        text(&card()),                 // 11: 1 once more, which 4 has spoilt
    ];
    let (found, summary) = findings(&texts, SpecimenPolicy::Accept);
    let expected = [
        "",
        "",
        "DUPLICATE list:1",
        "EQUIVOCATION list:1",
        "REPLACES list:2",
        "",
        "REPLACED list:6",
        "",
        "",
        "DUPLICATE list:6, REPLACES list:7",
        "DUPLICATE list:1, EQUIVOCATION list:4",
    ];
    assert_eq!(found, expected);
    // Good: 5, 6 and 10 (again); not 1, its twins 3 and 11, and 4; 2, 7, 8, 9.
    assert_eq!((summary.rows(), summary.good), (11, 3));
    assert!(!summary.all_good());
    // Nothing to tell of 6, in the end.
    assert_eq!(summary.clean, 1);
    assert_eq!(summary.findings[&FindingKind::Duplicate], 3);
    // All but 8 and 9 are the issuer's of that year.
    let group = Group { issuer: issuer("150600"), year: Year::new(2022).unwrap() };
    assert_eq!(summary.groups.keys().collect::<Vec<_>>(), [&group]);
    assert_eq!(summary.groups[&group].values().sum::<u64>(), 9);
    let counts = Summary::counts(&summary.codes, summary.spoilt[&group]);
    assert_eq!(counts[..2], [("有效", 3), ("不计为有效", 6)]);
    assert_eq!(summary.unsigned().values().sum::<u64>(), 2);
}

#[test]
fn duplicates_alone_spoil_nothing_and_specimens_are_compared_too() {
    let texts = vec![text(); 3];
    let (found, summary) = findings(&texts, SpecimenPolicy::Accept);
    assert_eq!(found, ["", "DUPLICATE list:1", "DUPLICATE list:1"]);
    assert!(summary.all_good());
    let (found, summary) = findings(&texts, SpecimenPolicy::Refuse);
    assert_eq!(found[2], "DUPLICATE list:1");
    assert_eq!(summary.good, 0);
}
