use super::listed::{day, named, open, root, root_text, secret, signed, trust_text};
use crate::credential::digest::TextDigest;
use crate::credential::key::Signer as _;
use crate::credential::note::NoteError;
use crate::credential::root::{Root, RootText};
use crate::credential::scope::Status;
use crate::credential::seen::SeenError;
use crate::credential::trust_list::{TrustError, TrustList, TrustText};

#[test]
fn a_list_is_read_as_it_is_written() {
    let text = trust_text().to_string();
    assert_eq!(text.parse::<TrustText>().unwrap(), trust_text());
    let kid = secret("issuer/150600").public_key().id();
    let line = format!(
        "issuer {{\"id\":\"150600\",\"name\":\"样例市人力资源和社会保障局\",\"kid\":\"{kid}\",\"key\":\""
    );
    assert!(text.contains(&line), "{text}");
    let rest = "\"not_before\":\"2022-01-01\",\"not_after\":\"2023-12-31\",\"status\":\"active\",\
                \"scope\":{\"regions\":[\"1506\"],\"years\":[2021,2022],\"kinds\":[\"annual\"],\
                \"categories\":[\"公需\",\"专业\"]},\"hosts\":[\"cards.example\"]}\n";
    assert!(text.contains(rest), "{text}");
    let log = "\"year\":2022,\"issuer\":\"150600\",\"status\":\"active\"}\n";
    assert!(text.ends_with(log), "{text}");
}

#[test]
fn what_is_written_otherwise_is_refused() {
    let text = trust_text().to_string();
    for (from, to) in [
        ("\"id\":\"150600\",", ""),
        ("\"id\":\"150600\"", "\"id\":150600"),
        ("\"id\":\"150600\"", "\"id\": \"150600\""),
        ("\"id\":\"150600\"", "\"id\":\"1506\""),
        ("\"kid\":\"", "\"kid\":\"0"),
        ("\"key\":\"", "\"key\":\"A"),
        ("\"hosts\":[\"cards.example\"]", "\"hosts\":[]"),
        ("\"hosts\":[\"cards.example\"]", "\"hosts\":[\"Cards.Example\"]"),
        ("\"hosts\":[\"cards.example\"]", "\"portal\":[\"cards.example\"]"),
        ("\"2022-01-01\"", "\"2024-01-01\""),
        ("\"2022-01-01\"", "\"2022-1-1\""),
        ("\"active\",\"scope\"", "\"suspended\",\"scope\""),
        ("\"active\",\"scope\"", "\"compromised\",\"scope\""),
        ("\"active\",\"scope\"", "\"active\",\"cut\":{\"log\":\"a\",\"size\":1},\"scope\""),
        ("\"regions\":[\"1506\"]", "\"regions\":[\"150\"]"),
        ("\"regions\":[\"1506\"],", ""),
        ("\"years\":[2021,2022]", "\"years\":[\"2021\"]"),
        ("\"years\":[2021,2022]", "\"years\":[1999]"),
        ("\"year\":2022", "\"year\":2021"),
        ("\"issuer\":\"150600\",\"status\"", "\"issuer\":\"150601\",\"status\""),
        ("training/150600/2022", "training/150600/02022"),
        ("training/150600/2022", "other/150600/2022"),
        ("training/150600/2022", "training/150601/2022"),
        ("issuer {", "issuers {"),
        ("log {", "witness {"),
        ("next-update", "next_update"),
        ("prev 0", "prev 1"),
        ("version 1", "version 2"),
        ("样例市", "样例\u{202e}市"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(text.replacen(from, to, 1).parse::<TrustText>().is_err(), "{to}");
    }
    let lines: Vec<_> = text.lines().collect();
    let twice = format!("{text}{}\n", lines[7]);
    assert!(twice.parse::<TrustText>().is_err(), "a log twice");
    let issuers_last = [&lines[..6], &lines[7..], &lines[6..7]].concat().join("\n") + "\n";
    assert!(issuers_last.parse::<TrustText>().is_err(), "issuers come first");
}

#[test]
fn keys_stand_once_and_have_one_role() {
    let mut text = trust_text();
    text.issuers.push(text.issuers[0].clone());
    assert!(text.to_string().parse::<TrustText>().unwrap_err().what.contains("同一把密钥"));
    let mut text = trust_text();
    text.logs[0].key = text.issuers[0].key;
    assert!(text.to_string().parse::<TrustText>().unwrap_err().what.contains("同一把密钥"));
    for name in ["root/c", "trust/office"] {
        let mut text = trust_text();
        text.issuers[0].key = *secret(name).public_key();
        let error = TrustList::open(&root(), &signed(&text.to_string(), &["trust/office"]));
        assert_eq!(error, Err(TrustError::SharedKey(named(name).name().clone())));
    }
    // The same issuer may have many keys.
    let mut text = trust_text();
    let mut second = text.issuers[0].clone();
    second.key = *secret("second").public_key();
    text.issuers[0].limits.status = Status::Retired;
    text.issuers.push(second);
    assert_eq!(text.to_string().parse::<TrustText>().unwrap(), text);
}

#[test]
fn only_the_roots_trust_keys_vouch() {
    let text = trust_text().to_string();
    let open = |signers: &[&str]| TrustList::open(&root(), &signed(&text, signers));
    assert!(open(&["trust/office"]).is_ok());
    let short = TrustError::Note(NoteError::Threshold { needed: 1, found: 0 });
    for signers in [&["root/a", "root/b", "root/c"][..], &["issuer/150600"], &["trust/other"]] {
        assert_eq!(open(signers), Err(short.clone()));
    }
    let other = RootText { realm: "production".parse().unwrap(), ..root_text() };
    let other = Root::anchor(&signed(&other.to_string(), &["root/a", "root/b"])).unwrap();
    let error = TrustList::open(&other, &signed(&text, &["trust/office"])).unwrap_err();
    assert!(matches!(error, TrustError::Realm { .. }));
    // A trust key's signature on another kind of list is none on this one.
    let root_note = signed(&root_text().to_string(), &["trust/office"]);
    let error = TrustList::open(&root(), &root_note).unwrap_err();
    assert_eq!(error, TrustError::Note(NoteError::Context("shenyan/trust/1")));
}

#[test]
fn versions_rise_and_chain() {
    let first = open(&trust_text());
    let note = |text: &TrustText| signed(&text.to_string(), &["trust/office"]);
    let next = TrustText { version: 2, prev: first.stamp().digest, ..trust_text() };
    let second = first.succeed(&root(), &note(&next)).unwrap();
    assert_eq!(second.stamp().version, 2);
    assert_eq!(first.succeed(&root(), &note(&trust_text())).unwrap(), first, "the same again");
    let seen = |list: &TrustList, text: &TrustText| match list.succeed(&root(), &note(text)) {
        Err(TrustError::Seen(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(seen(&second, &trust_text()), SeenError::Rollback { held: 2, found: 1 });
    let other = TrustText { next_update: day("2023-08-01"), ..trust_text() };
    assert_eq!(seen(&first, &other), SeenError::Equivocation(1));
    assert!(SeenError::Equivocation(1).to_string().contains("EQUIVOCATION"));
    let unchained = TrustText { prev: TextDigest([1; 32]), ..next.clone() };
    assert_eq!(seen(&first, &unchained), SeenError::Chain(2));
    let later = TrustText { version: 9, ..next };
    assert_eq!(first.succeed(&root(), &note(&later)).unwrap().stamp().version, 9);
}
