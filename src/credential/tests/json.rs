use proptest::prelude::*;

use crate::credential::json::read;

#[test]
fn what_is_read_is_json_and_is_written_back() {
    for text in [
        r#"{"":{},"a":1,"b":["x",{"c":[]}]}"#,
        r#""quote \" and \\ backslash""#,
        "9007199254740991",
        "0",
        "[]",
        r#"{"年":"二〇二二"}"#,
    ] {
        let value = read(text).unwrap();
        assert_eq!(value.to_string(), text);
        let other: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&other).unwrap(), text);
    }
}

#[test]
fn other_spellings_are_refused() {
    for text in [
        "",
        " 1",
        "1 ",
        "01",
        "-1",
        "1.0",
        "1e3",
        "9007199254740992",
        "99999999999999999999",
        "true",
        "null",
        "[1, 2]",
        "[1,]",
        "[,]",
        "[",
        r#"{"a": 1}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,}"#,
        r#"{"a"}"#,
        "{a:1}",
        "{",
        r#""a"#,
        r#""\n""#,
        r#""\u0041""#,
        r#""\/""#,
        r#""\"#,
        "\"\u{7}\"",
        "[[[[[1]]]]]",
        r#"{"a":1}}"#,
        "''",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(read(&deep).is_err(), "depth is bounded");
    let keys: Vec<_> = (0..33).map(|at| format!("\"{at}\":1")).collect();
    assert!(read(&format!("{{{}}}", keys.join(","))).is_err(), "keys are bounded");
}

proptest! {
    #[test]
    fn anything_read_has_one_spelling_and_is_json(text in r#"[\[\]{}",:0-9a\\ ]{0,24}"#) {
        if let Ok(value) = read(&text) {
            prop_assert_eq!(value.to_string(), text.clone());
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
    }
}
