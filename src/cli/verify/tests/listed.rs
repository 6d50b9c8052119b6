//! By an office's lists, from its site and from a kit.

use std::fs;

use super::*;
use crate::cli::keys;
use crate::cli::trust::tests::Office;
use crate::credential::envelope::seal;
use crate::credential::qr::CardText;

/// A card that the issuer of this office's trust list has signed.
fn listed_text(office: &Office) -> String {
    let key = keys::signer(&office.at("keys/issuer-150600.key"), &keys::Source::default());
    let realm = "training".parse().unwrap();
    let envelope = seal(&key.unwrap().1, &realm, &card().encode()).unwrap();
    CardText::new(&"https://cards.example/v/".parse().unwrap(), &envelope).unwrap().to_string()
}

#[test]
fn a_site_with_lists_is_verified_by_them() {
    let (office, desk) = (Office::with_lists(), Desk::new());
    let listed = listed_text(&office);
    let args = |as_of: &str| Args {
        site: office.at(""),
        as_of: Some(as_of.parse().unwrap()),
        ..desk.args(&[&listed], Format::Json)
    };
    let code = |args: &Args| {
        let said = desk.verify(args, Typed::ByProgram, b"");
        said.codes().into_iter().next().unwrap_or_default().1
    };
    assert_eq!(code(&args("2023-01-15")), "STALE", "there is no revocation list yet");
    crate::ledger::tests::cards(&office.at(""), &"training".parse().unwrap(), 20);
    let revoke = "revoke --site ~ --key @/log-training-150600-2022.key --next-update 2023-02-01";
    office.does(&format!("{revoke} --renew training/150600/2022"));
    let said = desk.verify(&args("2023-01-15"), Typed::ByProgram, b"");
    assert_eq!(said.exit, Exit::Good, "{}{}", said.out, said.err);
    let as_of = r#""revocation":{"version":1,"issued":"2023-01-01T00:00:00+08:00","next_update":"2023-02-01T00:00:00+08:00"}"#;
    assert!(said.out.contains(as_of), "{}", said.out);
    // The last second before the next update, and the next day.
    assert_eq!(code(&args("2023-01-31")), "VALID");
    assert_eq!(code(&args("2023-02-01")), "STALE");
    let wide = Args { max_age: Some(60), ..args("2023-02-01") };
    assert_eq!(code(&wide), "VALID");
    let tight = Args { max_age: Some(10), ..args("2023-01-15") };
    assert_eq!(code(&tight), "STALE");
    // By the clock of these tests it is 2022-12-01: the lists are newer.
    let clock = Args { as_of: None, ..args("2023-01-15") };
    assert_eq!(code(&clock), "CLOCK_SUSPECT");
    // A specimen of the same number is a stranger here.
    let specimen = Args { inputs: vec![text().into()], ..args("2023-01-15") };
    assert_eq!(code(&specimen), "UNKNOWN_ISSUER");
    let first = fs::read(office.at("content/revoked/150600-2022.note")).unwrap();
    office.does(&format!("{revoke} --reason fraud 150600-2022-000017-14"));
    let said = desk.verify(&args("2023-01-15"), Typed::ByProgram, b"");
    assert!(
        said.out.contains("\"code\":\"REVOKED\"") && said.out.contains("\"revoked\":\"fraud\"")
    );
    assert!(said.err.contains("信任名单第 1 版，2023-01-01T00:00:00+08:00 签发"), "{}", said.err);
    let table = Args { format: Format::Table, ..args("2023-01-15") };
    let said = desk.verify(&table, Typed::ByProgram, b"");
    assert!(said.out.contains("撤销原因：弄虚作假"), "{}", said.out);
    // The list from before the revocation does not come back on this machine.
    fs::write(office.at("content/revoked/150600-2022.note"), first).unwrap();
    let said = desk.verify(&args("2023-01-15"), Typed::ByProgram, b"");
    assert_eq!((said.exit, said.out.as_str()), (Exit::CouldNot, ""));
    assert!(said.err.contains("旧的第 1 版"), "{}", said.err);
    let forgetful = Args { state: Some(desk.path("another")), ..args("2023-01-15") };
    assert_eq!(code(&forgetful), "VALID", "who has seen nothing cannot know");
}

/// The same answers from a kit as from the site that it was made of.
#[test]
fn a_kit_is_as_good_as_its_site() {
    let (office, desk) = (Office::with_lists(), Desk::new());
    let listed = listed_text(&office);
    crate::ledger::tests::cards(&office.at(""), &"training".parse().unwrap(), 20);
    let kit = desk.path("kit.tar").display().to_string();
    let key = "--key @/log-training-150600-2022.key";
    let make = format!("kit make {kit} --site ~ {key}");
    let verify = |as_of: &str| {
        let args = Args {
            kit: Some(kit.clone().into()),
            as_of: Some(as_of.parse().unwrap()),
            ..desk.args(&[&listed], Format::Json)
        };
        let said = desk.verify(&args, Typed::ByProgram, b"");
        let code = said.codes().into_iter().next().map(|(_, code)| code);
        (code.unwrap_or_default(), said.err)
    };
    let said = office.does(&make);
    assert!(said.contains("日志 training/150600/2022 没有撤销名单"), "{said}");
    let (code, said) = verify("2023-01-15");
    assert_eq!(code, "STALE");
    assert!(said.contains("没有撤销名单") && said.contains("核验包 2023-01-01T00:00:00"), "{said}");
    let revoke = format!("revoke --site ~ {key} --next-update 2023-02-01");
    office.does(&format!("{revoke} --renew training/150600/2022"));
    office.does(&make);
    let first = fs::read(&kit).unwrap();
    assert_eq!(verify("2023-01-15").0, "VALID");
    assert_eq!(verify("2023-02-01").0, "STALE");
    office.does(&format!("{revoke} --reason fraud 150600-2022-000017-14"));
    office.does(&make);
    assert_eq!(verify("2023-01-15").0, "REVOKED");
    // The kit from before does not come back on this machine.
    fs::write(&kit, &first).unwrap();
    let (code, said) = verify("2023-01-15");
    assert!(code.is_empty() && said.contains("旧的第 1 版"), "{said}");
    // Only the key of a log in use signs kits.
    office.refuses(&format!("kit make {kit} --site ~"), "没有签清单的密钥");
    let other = format!("kit make {kit} --site ~ --key @/trust-office.key");
    office.refuses(&other, "不是信任名单上在用日志的密钥");
    // One byte of a list.
    let mut changed = first;
    let at = changed
        .windows(7)
        .position(|it| it == b"1506000")
        .or_else(|| changed.windows(6).position(|it| it == b"150600"));
    changed[at.unwrap()] ^= 1;
    fs::write(&kit, changed).unwrap();
    let (code, said) = verify("2023-01-15");
    assert!(code.is_empty() && said.contains("不被接受"), "{said}");
}
