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
    check(open, "a", None, &["a:2 x/#11", "a:3 !引号没有闭合", "a:4 x/#13", "a:5 x/#14"]);
    // So much is not held for a quote.
    let mut long = "n,c\n\"乙,x/#12\n".to_owned();
    for _ in 0..20_000 {
        long.push_str("丙,x/#13\n");
    }
    let found = read(long.as_bytes(), "a", None);
    assert_eq!((found.len(), found[0].as_str()), (20_001, "a:2 !引号没有闭合"));
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
