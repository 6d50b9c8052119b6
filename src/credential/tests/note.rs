use proptest::prelude::*;
use zeroize::Zeroizing;

use crate::credential::base64;
use crate::credential::key::{Signer as _, SigningKey};
use crate::credential::note::{self, KeyLineError, NamedKey, Note, NoteError, NoteSignature};

const TEXT: &str = "shenyan/test/1\nhello 你好\n";

fn key(name: &str, seed: u8) -> (NamedKey, SigningKey) {
    let secret = SigningKey::from_seed(Zeroizing::new([seed; 32]));
    (NamedKey::new(name.parse().unwrap(), *secret.public_key()), secret)
}

fn line(name: &str, seed: u8, text: &str) -> NoteSignature {
    let (key, secret) = key(name, seed);
    key.sign(&secret, text).unwrap()
}

#[test]
fn base64_has_one_spelling() {
    // RFC 4648 §10.
    for (bytes, text) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(base64::encode(bytes.as_bytes()), text);
        assert_eq!(base64::decode(text).unwrap(), bytes.as_bytes());
    }
    assert_eq!(base64::encode(&[0xfb, 0xff, 0xfe]), "+//+");
    for text in
        ["Zg", "Zg=", "Zh==", "Zm9=", "Zm8=Zg==", "Z===", "====", "Zg==\n", " Zg=", "Zm-_", "Zm9v="]
    {
        assert_eq!(base64::decode(text), None, "{text}");
    }
}

/// The example of c2sp.org/signed-note: this key line, whose id was computed there.
#[test]
fn the_key_of_the_go_checksum_database() {
    let line = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    let key: NamedKey = line.parse().unwrap();
    assert_eq!(key.name().as_str(), "sum.golang.org");
    assert_eq!(key.id(), [0x03, 0x3d, 0xe0, 0xae]);
    assert_eq!(key.to_string(), line);
}

/// The example of Go's `golang.org/x/mod/sumdb/note`: key line, text and signature.
#[test]
fn a_note_that_another_program_has_signed() {
    let key: NamedKey =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
    let note = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\
                \n\
                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let note = Note::read(note.as_bytes()).unwrap();
    let context = "If you think cryptography is the answer to your problem,";
    let vouched = note.open(context, &[key], 1).unwrap();
    assert!(vouched.text().ends_with("your problem is.\n"));
}

#[test]
fn what_is_signed_opens_for_who_asks_for_it() {
    let (a, b, c) = (key("root/a", 1).0, key("root/b", 2).0, key("root/c", 3).0);
    let lines = [line("root/a", 1, TEXT), line("root/b", 2, TEXT), line("other", 9, TEXT)];
    let bytes = note::write(TEXT, &lines).unwrap();
    let note = Note::read(bytes.as_bytes()).unwrap();
    let open = |keys: &[&NamedKey], threshold| {
        let keys: Vec<_> = keys.iter().map(|key| (*key).clone()).collect();
        note.open("shenyan/test/1", &keys, threshold).map(|it| it.text())
    };
    assert_eq!(open(&[&a], 1), Ok(TEXT));
    assert_eq!(open(&[&a, &b, &c], 2), Ok(TEXT));
    let short = |needed, found| Err(NoteError::Threshold { needed, found });
    assert_eq!(open(&[&a, &b, &c], 3), short(3, 2));
    assert_eq!(open(&[&a, &a], 2), short(2, 1), "a key counts once");
    let alias = key("other", 9).0;
    let (_, nine) = key("x", 9);
    let twice = [alias.clone(), NamedKey::new("x".parse().unwrap(), *nine.public_key())];
    assert_eq!(note.open("shenyan/test/1", &twice, 2).map(|it| it.text()), short(2, 1));
    assert_eq!(open(&[&c], 1), short(1, 0));
    assert_eq!(open(&[], 0), short(1, 0), "nobody vouches for nothing");
    assert_eq!(open(&[&c], 0), short(1, 0));
    let wrong = note.open("shenyan/test/2", &[a], 1);
    assert_eq!(wrong, Err(NoteError::Context("shenyan/test/2")));
}

#[test]
fn a_key_counts_once_under_all_its_names() {
    let lines = [line("root/a", 1, TEXT), line("root/z", 1, TEXT)];
    let bytes = note::write(TEXT, &lines).unwrap();
    let keys = [key("root/a", 1).0, key("root/z", 1).0];
    let open = Note::read(bytes.as_bytes()).unwrap().open("shenyan/test/1", &keys, 2);
    assert_eq!(open, Err(NoteError::Threshold { needed: 2, found: 1 }));
}

#[test]
fn a_bad_signature_of_a_wanted_key_refuses_the_note() {
    let good = line("root/a", 1, TEXT);
    let forged = key("root/b", 2).0.line(&[7; 64]);
    let bytes = note::write(TEXT, &[good, forged]).unwrap();
    let note = Note::read(bytes.as_bytes()).unwrap();
    let (a, b) = (key("root/a", 1).0, key("root/b", 2).0);
    let bad = NoteError::BadSignature(b.name().clone());
    assert_eq!(note.open("shenyan/test/1", &[a.clone(), b], 1), Err(bad));
    assert!(note.open("shenyan/test/1", &[a], 1).is_ok(), "of nobody we asked for");
}

#[test]
fn frames_that_are_refused() {
    let sig = line("a", 1, TEXT).to_string();
    let good = format!("{TEXT}\n{sig}\n");
    assert!(Note::read(good.as_bytes()).is_ok());
    let many: String =
        (0..101).map(|at| format!("{}\n", line(&format!("k{at}"), 1, TEXT))).collect();
    let (control, end) = (NoteError::ControlCharacter, NoteError::SignatureLine);
    let rows = [
        (String::new(), NoteError::NoSignature),
        (TEXT.to_owned(), NoteError::NoSignature),
        (format!("{TEXT}{sig}\n"), NoteError::NoSignature),
        (format!("\n\n{sig}\n"), NoteError::BlankLine),
        (format!("{TEXT}\n"), end.clone()),
        (format!("{TEXT}\n\n{sig}\n"), end.clone()),
        (format!("{TEXT}\n{sig}"), end.clone()),
        (format!("{TEXT}\n{sig}\n\n"), end.clone()),
        (format!("{TEXT}\n{sig} \n"), end.clone()),
        (format!("a\n\nb\n\n{sig}\n"), end.clone()),
        (good.replace('\u{2014}', "-"), end.clone()),
        (good.replace("— a", "—  a"), end.clone()),
        (good.replace("— a", "— a+"), end.clone()),
        (good.replace("— a", "— a\u{a0}b"), end.clone()),
        (format!("{TEXT}\n— a AAAA\n"), end.clone()),
        (format!("{TEXT}\n— a AAAAAA==\n"), end.clone()),
        (format!("{TEXT}\n— a AAAAAAB=\n"), end),
        (good.replace('\n', "\r\n"), control.clone()),
        (good.replace("hello", "hel\tlo"), control.clone()),
        (good.replace("hello", "hel\u{85}lo"), control.clone()),
        (good.replace("hello", "hel\0lo"), control),
        (format!("{TEXT}\n{sig}\n{sig}\n"), NoteError::SignedTwice("a".to_owned())),
        (format!("{TEXT}\n{many}"), NoteError::TooManySignatures),
        ("a".repeat(note::BYTES_MAX + 1), NoteError::TooLong),
    ];
    for (note, error) in rows {
        let head: String = note.chars().take(200).collect();
        assert_eq!(Note::read(note.as_bytes()), Err(error), "{head}");
    }
    let mut bytes = good.into_bytes();
    bytes[3] = 0xff;
    assert_eq!(Note::read(&bytes), Err(NoteError::NotUtf8));
    for text in ["", "\n", "a", "a\n\n", "a\n\nb\n", "\na\n"] {
        assert_eq!(note::check_text(text), Err(NoteError::BlankLine), "{text:?}");
        assert!(note::write(text, &[line("a", 1, text)]).is_err(), "{text:?}");
    }
}

#[test]
fn key_lines_that_are_refused() {
    let good = key("root/a", 1).0.to_string();
    assert_eq!(good.parse::<NamedKey>().unwrap().to_string(), good);
    let parts: Vec<_> = good.splitn(3, '+').collect();
    let with = |bytes: &[u8]| format!("root/a+{}+{}", parts[1], base64::encode(bytes));
    let small = with(&[&[1][..], &[1], &[0; 31]].concat());
    for (line, error) in [
        ("root/a".to_owned(), KeyLineError::Form),
        (format!("+{}+{}", parts[1], parts[2]), KeyLineError::Form),
        (format!("root a+{}+{}", parts[1], parts[2]), KeyLineError::Form),
        (format!("根+{}+{}", parts[1], parts[2]), KeyLineError::Form),
        (good.replace("root/a", "root/b"), KeyLineError::KeyId),
        (format!("root/a+{}+{}", parts[1].to_uppercase(), parts[2]), KeyLineError::KeyId),
        (format!("root/a+0{}+{}", parts[1], parts[2]), KeyLineError::KeyId),
        (format!("{good} "), KeyLineError::Form),
        (with(&[2; 33]), KeyLineError::Algorithm),
        (with(&[1; 32]), KeyLineError::Form),
        (with(&[]), KeyLineError::Form),
        (small, KeyLineError::WeakKey),
    ] {
        assert_eq!(line.parse::<NamedKey>(), Err(error), "{line}");
    }
}

#[test]
fn every_bit_and_every_length_of_a_note() {
    let (a, b) = (key("root/a", 1).0, key("root/b", 2).0);
    let lines = [line("root/a", 1, TEXT), line("root/b", 2, TEXT)];
    let bytes = note::write(TEXT, &lines).unwrap().into_bytes();
    let open = |bytes: &[u8]| {
        let note = Note::read(bytes).ok()?;
        let keys = [a.clone(), b.clone()];
        note.open("shenyan/test/1", &keys, 2).ok().map(|it| it.text().to_owned())
    };
    assert_eq!(open(&bytes).as_deref(), Some(TEXT));
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert_eq!(open(&flipped), None, "byte {at}, bit {bit}");
        }
        assert_eq!(open(&bytes[..at]), None, "cut at {at}");
    }
}

proptest! {
    #[test]
    fn base64_goes_both_ways(bytes in prop::collection::vec(any::<u8>(), 0..99)) {
        prop_assert_eq!(base64::decode(&base64::encode(&bytes)), Some(bytes));
    }

    #[test]
    fn base64_that_is_read_is_what_would_be_written(text in "[A-Za-z0-9+/=]{0,24}") {
        if let Some(bytes) = base64::decode(&text) {
            prop_assert_eq!(base64::encode(&bytes), text);
        }
    }
}
