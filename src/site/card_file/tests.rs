//! What is written is read back, and no change of one byte goes unnoticed.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const TEXT: &str = "https://cards.example/v/?a=1&b=2#1002003";

fn page() -> Vec<u8> {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><title>卡 <a id=card></title>\n\
         <style>.foot #card {{ color: red }}</style>\n\
         <!-- <a id=\"card\" href=\"#1999\"> -->\n\
         <p class=\"code\">张伟</p><a id=\"card-7\" href=\"{}\">核验</a></html>\n",
        TEXT.replace('&', "&amp;")
    );
    html(page)
}

fn members() -> Vec<u8> {
    let members = json!({
        "card": TEXT,
        "determination": {"hours": [30, 60.5], "of": "张伟"},
        "number": "150600-2022-000017-14",
    });
    super::json(&members).unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    for file in [page(), members()] {
        let read = read(&file).unwrap();
        assert_eq!(read, CardFile { texts: vec![TEXT.to_owned()], condition: Condition::Intact });
    }
}

#[test]
fn the_seal_is_the_sha256_of_what_is_before_it() {
    // printf '<svg/>' | sha256sum; printf '{\n  "card": "x"' | sha256sum
    let sealed = html("<svg/>".to_owned());
    let expected = "<svg/><!-- \
                    sha256:d4dc56669143034f31aa309635d4113d9ad76a02b1739da22c965ed2049be9e6 -->\n";
    assert_eq!(String::from_utf8(sealed).unwrap(), expected);
    let sealed = super::json(&json!({"card": "x"})).unwrap();
    let expected = "{\n  \"card\": \"x\",\n  \"sha256\": \"ab2052098e9c8da19384bb61f61d8fbb694ae0ab440af952971862c3bf738048\"\n}\n";
    assert_eq!(String::from_utf8(sealed).unwrap(), expected);
}

#[test]
fn no_change_of_one_byte_goes_unnoticed() {
    for file in [page(), members()] {
        for at in 0..file.len() {
            let mut changed = file.clone();
            for byte in (0..=255).filter(|byte| *byte != file[at]) {
                changed[at] = byte;
                if let Ok(read) = read(&changed) {
                    assert_eq!(read.condition, Condition::Altered, "byte {at} made {byte:#04x}");
                }
            }
        }
    }
}

#[test]
fn no_cut_within_the_seal_goes_unnoticed() {
    for (file, form) in [(page(), MARKUP), (members(), JSON)] {
        let seal = form.before.len() + DIGITS + form.after.len();
        let content = file.len() - seal;
        for length in 0..file.len() {
            match read(&file[..length]) {
                Ok(read) if length > content + form.before.len() => {
                    assert_eq!(read.condition, Condition::Altered, "cut to {length}");
                }
                Ok(read) => assert_ne!(read.condition, Condition::Intact, "cut to {length}"),
                Err(_) => {}
            }
        }
    }
}

#[test]
fn a_page_saved_anew_is_altered() {
    let page = String::from_utf8(page()).unwrap();
    let crlf = page.replace('\n', "\r\n");
    let extended = format!("{page}<div>{}</div>", "added ".repeat(1_000));
    for saved in [crlf, extended, format!("\u{FEFF}{page}")] {
        assert_eq!(read(saved.as_bytes()).unwrap().condition, Condition::Altered);
    }
}

#[test]
fn files_of_others_are_read_and_have_no_seal() {
    let others = [
        TEXT.to_owned(),
        format!("\u{FEFF}\r\n  {TEXT}\r\n"),
        format!("{{\"card\":\"{TEXT}\"}}"),
        format!("<svg xmlns='http://www.w3.org/2000/svg'><a id='card' href='{TEXT}'/></svg>"),
        format!("<p><a HREF={TEXT} ID=card>x</a>"),
        format!("<p><a id=card href=\"{}\">", TEXT.replace('#', "&#x23;").replace('&', "&#38;"))
            .replace("&#38;#x23;", "&#35;"),
    ];
    for file in others {
        let expected = CardFile { texts: vec![TEXT.to_owned()], condition: Condition::Unsealed };
        assert_eq!(read(file.as_bytes()), Ok(expected), "{file}");
    }
}

/// The digits of a whole card, and the digest in a line of the ledger, are no
/// seals.
#[test]
fn long_texts_of_others_are_taken_for_no_seal() {
    let text = format!("#1{}", "1592552140745733".repeat(24));
    let digest = "4d83f8c920bd62e83befa53fbe831a1236c8a539d9a71505a735276a7d8502a0";
    let others = [
        format!("{{\"card\":\"{text}\"}}\n"),
        format!("{{\"index\":0,\"person\":\"p-1\",\"record\":\"{digest}\",\"card\":\"{text}\"}}\n"),
        format!("<a id=\"card\" href=\"{text}\">卡</a>"),
    ];
    for file in others {
        let expected = CardFile { texts: vec![text.clone()], condition: Condition::Unsealed };
        assert_eq!(read(file.as_bytes()), Ok(expected), "{file}");
    }
}

#[test]
fn each_card_of_a_units_file_is_found() {
    let page = "<main><a id=\"card-150600-2022-000001-62\" href='#11'></a><a id=card-2></a>\
                <a id=x href=#12></a><a id=card href=#13></a><!-- <a id=card-4 href=#14> -->";
    let expected = ["#11", "", "#13"].map(str::to_owned).to_vec();
    let found = read(page.as_bytes()).unwrap();
    assert_eq!(found, CardFile { texts: expected, condition: Condition::Unsealed });
}

#[test]
fn what_is_no_card_says_why() {
    use ReadError::*;
    let many = "<a id=card-1>".repeat(65_536);
    let cases: [(&[u8], ReadError); 12] = [
        (b"", Empty),
        (b" \n\n", Empty),
        (b"\xFF\xFE#\x001\x00", NotText),
        (b"hello", NotACardText),
        (b"#", NotACardText),
        (b"#1\n#1\n", ManyLines),
        (b"<p>#1002</p>", NoCardElement),
        (b"<a id=card>", NoCardElement),
        (b"<a id=card-7>", NoCardElement),
        (b"<a id=cards href=#1><a id=card-x href=#1><a id=card- href=#1>", NoCardElement),
        (many.as_bytes(), ManyCards),
        (b"<a id=\"card\" href=\"#1", NoCardElement),
    ];
    for (bytes, expected) in cases {
        assert_eq!(read(bytes), Err(expected), "{}", String::from_utf8_lossy(bytes));
    }
    for json in
        ["{\"number\": 1}", "{\"card\": 1}", "{\"card\": \"#1\", \"card\": \"#1\"}", "{} {}"]
    {
        assert!(matches!(read(json.as_bytes()), Err(Json(1, _))), "{json}");
    }
    let deep = format!("{{\"x\": {}", "[".repeat(1_000_000));
    assert!(matches!(read(deep.as_bytes()), Err(Json(..))), "depth is bounded");
    assert!(super::json(&json!([1])).is_err() && super::json(&json!({})).is_err());
}

#[test]
fn hostile_markup_takes_linear_time() {
    for piece in ["<", "<a ", "<a =", "</", "<style></", "<!--", "&#", "<a id='", "<style>"] {
        let text = format!("<{}", piece.repeat(1_000_000));
        assert!(read(text.as_bytes()).is_err(), "{piece}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        start in "[<{#a]?",
        rest in "([<>/=\"'&#;! -]|id|card|href|sha256:|&amp;|style|\u{5361}|\n){0,80}",
        cut in 0_usize..200,
    ) {
        let text = start + &rest;
        let _ = read(&text.as_bytes()[..cut.min(text.len())]);
    }
}
