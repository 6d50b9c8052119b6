//! What is found in lists, however they are written.

use std::io::Cursor;

use super::*;
use crate::batch::tests::{text, text_by};

/// The places and contents that a stream gives; `!` before why a text was not had.
fn read(bytes: &[u8], name: &str, column: Option<&str>) -> Vec<String> {
    read_in_pieces(bytes, name, column, usize::MAX)
}

/// A reader that gives so many bytes at a time.
struct Pieces(Cursor<Vec<u8>>, usize);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

fn read_in_pieces(bytes: &[u8], name: &str, column: Option<&str>, piece: usize) -> Vec<String> {
    let column = column.map(|column| column.parse().unwrap());
    let mut feed = Feed::new(Box::new(Pieces(Cursor::new(bytes.to_vec()), piece)), None);
    let kind = listing::kind(feed.look(ITEM_MAX).unwrap(), name, column.as_ref());
    let mut listing = Listing::new(name.into(), feed, kind, column.as_ref()).unwrap();
    if let Some(problem) = listing.problem() {
        return vec![format!("!{problem}")];
    }
    let shown = |Input { place, content, .. }: Input| match content {
        Content::Text(text) => format!("{place} {text}"),
        Content::Unreadable(words) => format!("{place} !{words}"),
    };
    std::iter::from_fn(|| listing.next_input().unwrap()).map(shown).collect()
}

fn check(bytes: &str, name: &str, column: Option<&str>, expected: &[&str]) {
    for piece in [1, 7, usize::MAX] {
        let found = read_in_pieces(bytes.as_bytes(), name, column, piece);
        assert_eq!(found, expected, "{bytes:?} by {piece}");
    }
}

#[test]
fn a_spreadsheets_column_is_found_by_what_is_in_it() {
    let expected = ["a:2 x/#11", "a:3 x/#12"];
    check("姓名,二维码,单位\r\n甲,x/#11,某\r\n乙,x/#12,某\r\n", "a", None, &expected);
    check("\u{FEFF}姓名;二维码\n甲;x/#11\n乙;x/#12", "a", None, &expected);
    check("姓名\t二维码\n甲\tx/#11\n乙\tx/#12\n", "a", None, &expected);
    // Without a head, each record is a row.
    check("甲,x/#11\n乙,x/#12\n", "a", None, &["a:1 x/#11", "a:2 x/#12"]);
    // One column has no delimiter; its name tells what it is.
    check("card\nx/#11\n\nx/#12\n", "a.CSV", None, &["a.CSV:2 x/#11", "a.CSV:4 x/#12"]);
    check("姓名,码\n甲,\n乙,x/#12\n", "a", None, &["a:2 !这一格是空的", "a:3 x/#12"]);
    let said = read("姓名,单位\n甲,某\n".as_bytes(), "a.csv", None);
    assert!(said.len() == 1 && said[0].contains("--column"), "{said:?}");
}

#[test]
fn a_column_may_be_asked_for_by_name_or_number() {
    let table = "旧码,新码\nx/#11,x/#12\n,x/#13\nx/#14\n";
    let expected = ["a:2 x/#12", "a:3 x/#13", "a:4 !这一行没有第 2 列"];
    check(table, "a", Some("新码"), &expected);
    check(table, "a", Some("2"), &expected);
    check("x/#11,x/#12\n", "a", Some("2"), &["a:1 x/#12"]);
    // A first cell that may be meant as a text is no head.
    check("甲,#?\n乙,x/#12\n", "a", Some("2"), &["a:1 #?", "a:2 x/#12"]);
    let said = read(table.as_bytes(), "a", Some("没有"));
    assert!(said.len() == 1 && said[0].contains("没有名为“没有”的列"), "{said:?}");
    assert_eq!("0".parse::<Column>(), Err("列从 1 数起"));
    assert!("".parse::<Column>().is_err());
}

#[test]
fn quotes_may_hold_anything_and_an_open_one_costs_its_line() {
    let quoted = "n,c\n\"甲\n乙,\"\"丙\"\"\",\"x/#11\"\n丁,x/#12\n";
    check(quoted, "a", None, &["a:2 x/#11", "a:4 x/#12"]);
    let open = "n,c\n甲,x/#11\n\"乙,x/#12\n丙,x/#13\n丁,x/#14\n";
    check(
        open,
        "a",
        None,
        &["a:2 x/#11", "a:3 !引号没有闭合，或位置不对", "a:4 x/#13", "a:5 x/#14"],
    );
    // So much is not held for a quote.
    let mut long = "n,c\n\"乙,x/#12\n".to_owned();
    for _ in 0..20_000 {
        long.push_str("丙,x/#13\n");
    }
    let found = read(long.as_bytes(), "a", None);
    assert_eq!((found.len(), found[0].as_str()), (20_001, "a:2 !引号没有闭合，或位置不对"));
    assert_eq!(found[20_000], "a:20002 x/#13");
    let gbk = read(b"\xD0\xD5\xC3\xFB,c\n\xBC\xD7,x/#11\n", "a", None);
    assert_eq!(gbk, ["a:2 x/#11"], "a head in another encoding");
}

#[test]
fn json_may_stand_in_any_lines() {
    let pretty = "{\n  \"card\": \"x/#11\"\n}\n{\n  \"card\": \"}x/#12{\"\n}\n";
    check(pretty, "a", None, &["a:1 x/#11", "a:4 }x/#12{"]);
    let array = "[{\"card\":\"x/#11\"},{\"card\":\"\\\"\"},\n 7,\n {\"cards\":1}, {";
    let found = read(array.as_bytes(), "a", None);
    assert_eq!(found.len(), 5);
    assert_eq!(found[..3], ["a:1 x/#11", "a:1 \"", "a:2 !不是 JSON 对象"]);
    assert!(found[3].starts_with("a:3 !不是审验卡的 JSON"), "{found:?}");
    assert_eq!(found[4], "a:3 !JSON 对象没有结束");
    let lines = "{\"card\":\"x/#11\"}\n{\"card\n{\"card\":\"x/#13\"}\n";
    let found = read(lines.as_bytes(), "a", None);
    assert_eq!((found.len(), found[2].as_str()), (3, "a:3 x/#13"), "a broken line costs a line");
    let long = format!("[{{\"card\":\"{}\"}},{{\"card\":\"x/#12\"}}]", "1".repeat(100_000));
    let found = read(long.as_bytes(), "a", None);
    assert_eq!(found, ["a:1 !一个 JSON 对象超过 64 KiB", "a:1 x/#12"]);
}

#[test]
fn what_a_stream_holds_is_told_by_how_it_begins() {
    let kind = |head: &[u8]| listing::kind(head, "a", None);
    assert_eq!(kind(b""), Kind::File);
    assert_eq!(kind(b"<p>\n</p>\n"), Kind::File);
    assert_eq!(kind(b"\x89PNG\r\n"), Kind::File);
    assert_eq!(kind(b"x/#11\n"), Kind::File);
    assert_eq!(kind(b"x/#11\nx/#12\n"), Kind::Lines);
    assert_eq!(kind("见,下\nx/#11\n".as_bytes()), Kind::Lines, "a sentence with a comma");
    assert_eq!(kind(b"n,c\na,x/#11\n"), Kind::Records);
    assert_eq!(kind(b"{\"card\":1}"), Kind::File);
    assert_eq!(kind(b"{\n\"card\":1}"), Kind::File);
    assert_eq!(kind(b"{\"card\":1}\n{"), Kind::Lines);
    assert_eq!(kind(b"{\n\"card\":1}\n{"), Kind::Objects);
    assert_eq!(kind(b" [{}]"), Kind::Objects);
}

#[test]
fn streams_of_any_bytes_end_and_hold_little() {
    // Whatever the bytes, each stream ends, and no item is longer than it may be.
    let seeds: [&[u8]; 4] = [b"n,c\n\"", b"{\"card\":\"", b"[{\"a\":{", b"x#1\n"];
    let mut state = 7_u64;
    for round in 0..400_usize {
        let mut bytes = seeds[round % 4].to_vec();
        for _ in 0..300 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let alphabet = b"\"{}[],;\t\n\\#1ax\xFF";
            bytes.push(alphabet[(state >> 40) as usize % alphabet.len()]);
        }
        let found = read(&bytes, if round % 3 == 0 { "a.csv" } else { "a" }, None);
        assert!(found.len() <= bytes.len());
    }
}

#[test]
fn a_card_is_the_same_from_every_kind_of_list() {
    let (one, two) = (text(), text_by("150601", &crate::batch::tests::card()));
    let lists = [
        format!("{one}\n{two}\n"),
        format!("a,{one}\nb,{two}\n"),
        format!("{{\"card\":\"{one}\"}}\n{{\"card\":\"{two}\"}}\n"),
        format!("[\n{{\n\"card\": \"{one}\"\n}},\n{{\"card\":\"{two}\"}}]"),
    ];
    for list in lists {
        let found = read(list.as_bytes(), "a", None);
        let texts: Vec<&str> = found.iter().map(|it| it.split_once(' ').unwrap().1).collect();
        assert_eq!(texts, [&one, &two], "{list}");
    }
}

/// Every card that can be read, and a row where the damage stands.
#[test]
fn a_damaged_array_does_not_pass_for_a_whole_one() {
    let (one, two) = ("{\"card\":\"x/#11\"}", "{\"card\":\"x/#12\"}");
    let (damage, unended) = ("!名单损坏：这里的括号或逗号多了或少了", "!名单不完整：没有结尾的 ]");
    let whole = ["x/#11", "x/#12"];
    let cases: [(String, &[&str]); 20] = [
        (format!("[{one},{two}]"), &whole),
        (format!("\u{FEFF} [ {one} ,\n{two}\n]\n"), &whole),
        (format!("[{one}]\n[{two}]"), &whole),
        (format!("[{one},\n{two},"), &["x/#11", "x/#12", unended]),
        (format!("[{one},{two}"), &["x/#11", "x/#12", unended]),
        (format!("[{one},{two}]]]]"), &["x/#11", "x/#12", damage]),
        (format!("[{one},{two},]"), &["x/#11", "x/#12", damage]),
        (format!("[,,,{one},{two}]"), &[damage, "x/#11", "x/#12"]),
        (format!("[{one}{two}]"), &["x/#11", damage, "x/#12"]),
        (format!("[{one}[][]"), &["x/#11", damage]),
        (format!("[[{one},{two}]]"), &[damage, "x/#11", "x/#12"]),
        (format!("[\n{one},\n{two}\n}}"), &["x/#11", "x/#12", damage]),
        (format!("{one},\n{two}]").replace("{\"", "{\n\""), &["x/#11", damage, "x/#12"]),
        ("[".to_owned(), &[unended]),
        ("[]".to_owned(), &["!名单是空的"]),
        ("[".repeat(2_000), &[damage]),
        (format!("[{one},\"x\",{two}]"), &["x/#11", "!不是 JSON 对象", "x/#12"]),
        (
            "[\"A\",\"B,]{\",7]".to_owned(),
            &["!不是 JSON 对象", "!不是 JSON 对象", "!不是 JSON 对象"],
        ),
        // A quote is missing: what comes after on the line, and in the next ones.
        (format!("[{{\"card\":\"x}},{one},{two}]"), &["!JSON 对象没有结束", "x/#11", "x/#12"]),
        (
            format!("[{{\"card\":\"x}},\n{one},\n{{\"card\":\"x\",\n{two}]"),
            &["!JSON 对象没有结束", "x/#11", "!JSON 对象没有结束", "x/#12"],
        ),
    ];
    for (list, expected) in cases {
        let named = |found: Vec<String>| -> Vec<String> {
            found.iter().map(|it| it.split_once(' ').unwrap().1.to_owned()).collect()
        };
        for piece in [1, usize::MAX] {
            let found = named(read_in_pieces(list.as_bytes(), "a", None, piece));
            assert_eq!(found, expected, "{} by {piece}", &list[..list.len().min(200)]);
        }
        // A file of a folder is read in another way, to the same end.
        let file = open(Source::Bytes("a".to_owned(), list.into_bytes()), &Problems::new());
        assert_eq!(file.len(), expected.len());
    }
    let cut = "[{\"card\":\"x/#11\",\n\"rows\":[{\"a\":1},{\"a\":2}],\n\"x\":[2],";
    assert_eq!(read(cut.as_bytes(), "a", None), ["a:1 !JSON 对象没有结束"]);
    let first = "{\"card\":\"x/#11\n{\"card\":\"x/#12\"}\n";
    let found = read(first.as_bytes(), "a", None);
    assert!(found.len() == 2 && found[1] == "a:2 x/#12", "{found:?}");
}

#[test]
fn what_is_broken_everywhere_is_given_up_in_the_end() {
    let list = format!("[{}", "{".repeat(200_000));
    let found = read(list.as_bytes(), "a", None);
    let expected = ["a:1 !一个 JSON 对象超过 64 KiB", "a:1 !名单损坏太多，从这里起没有再读"];
    assert_eq!(found, expected);
    let lines = format!("[{}", "{\n".repeat(200_000));
    assert_eq!(read(lines.as_bytes(), "a", None).len(), 1_001);
}

#[test]
fn quotes_that_stand_wrong_take_no_other_record_along() {
    let wrong = "!引号没有闭合，或位置不对";
    // Behind a closing quote stands what belongs to another record.
    check(
        "姓名,码\n甲,x/#15\n\"乙,x/#13\n丙,x/#17\n\"丁,x/#16\n",
        "a",
        None,
        &["a:2 x/#15", &format!("a:3 {wrong}"), "a:4 x/#17", &format!("a:5 {wrong}")],
    );
    check(
        "\"甲,x/#15\n乙,x/#13\n\"丙,x/#16",
        "a.csv",
        None,
        &[&format!("a.csv:1 {wrong}"), "a.csv:2 x/#13", &format!("a.csv:3 {wrong}")],
    );
    check("n,c\n甲\"乙,x/#11\n丙,x/#12", "a", None, &[&format!("a:2 {wrong}"), "a:3 x/#12"]);
    // By chance they close as they should, around other people's cards.
    let card = text();
    let list = format!("n,c\n\"甲,{card}\n乙,{card}\n丙\",{card}\n");
    let expected = [&format!("a:2 {wrong}"), &*format!("a:3 {card}"), &format!("a:4 {wrong}")];
    check(&list, "a", None, &expected);
    check(&format!("n,c\n\"甲\r\n注\",{card}\r\n"), "a", None, &[&format!("a:2 {card}")]);
}

#[test]
fn lines_may_end_in_carriage_returns() {
    check("x/#11\rx/#12\r", "a", None, &["a:1 x/#11", "a:2 x/#12"]);
    check("x/#11\r\nx/#12\r\n\r\nx/#13", "a", None, &["a:1 x/#11", "a:2 x/#12", "a:4 x/#13"]);
    check("n,c\r甲,x/#11\r\"乙\r丙\",x/#12\r", "a", None, &["a:2 x/#11", "a:3 x/#12"]);
    // A scanner is answered at its carriage return, before any line feed.
    let mut feed = Feed::new(Box::new(Pieces(Cursor::new(b"x/#11\r\nx/#12".to_vec()), 6)), None);
    assert!(matches!(feed.line(), Ok(Some(feed::Line::Whole(line))) if line == b"x/#11"));
    assert!(feed.held().is_empty());
    assert!(matches!(feed.line(), Ok(Some(feed::Line::Whole(line))) if line == b"x/#12"));
}

#[test]
fn which_of_several_columns_is_meant_must_be_said() {
    let (one, two) = (text(), text_by("150601", &crate::batch::tests::card()));
    let table = format!("旧码,新码\n{one},{two}\n");
    let said = read(table.as_bytes(), "a", None);
    assert!(said.len() == 1 && said[0].starts_with("!第 1 列和第 2 列都有"), "{said:?}");
    check(&table, "a", Some("新码"), &[&format!("a:2 {two}")]);
    // The first record has but one of them.
    let later = format!("旧码,新码\n{one},\n{one},{two}\n");
    let found = read(later.as_bytes(), "a", None);
    assert!(found.len() == 2 && found[1].starts_with("a:3 !这一行另一列也有"), "{found:?}");
    let twice = read(table.replace("旧", "新").as_bytes(), "a", Some("新码"));
    assert!(twice.len() == 1 && twice[0].contains("不止一列名为“新码”"), "{twice:?}");
    // A room of a building is no card, beside one.
    check(&format!("址,码\n3#101室,{one}\n"), "a", None, &[&format!("a:2 {one}")]);
}

/// A pipe may have all of a card's JSON and not yet its end.
#[test]
fn an_object_of_several_lines_is_a_file_however_late_it_ends() {
    let object = "{\n  \"card\": \"https://cards.example/v/#1002\"\n}\n";
    let stdin = Stdin { reader: Box::new(Cursor::new(object)), at_hand: || false };
    let (arguments, problems) = ([PathBuf::from("-")], Problems::new());
    let mut sources = Sources::new(&arguments, None, stdin, &problems);
    let Some(Supply::Source(Source::Bytes(_, bytes))) = sources.next() else {
        panic!("it is no list");
    };
    assert_eq!(bytes, object.as_bytes());
}
