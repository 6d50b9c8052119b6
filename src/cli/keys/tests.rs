use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use zeroize::Zeroizing;

use super::secret::{Closed, Protection, SecretError, SecretKey, is_secret};
use super::{place, read_public};
use crate::credential::base64;
use crate::credential::key::Signer as _;

fn key() -> SecretKey {
    SecretKey::new(Zeroizing::new([7; 32]))
}

/// Written with `minisign -G -W` 0.11: not encrypted.
const PLAIN: &str = "untrusted comment: minisign encrypted secret key\n\
    RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAANKZjYto8Sr/fE6fRdftquo+K1LgXB+HOOyr0d8T0YWdjlDBZ2lsTa8FcfGNZmYRbYHZNYtehsWVnMYFSm+6J0+yE4J0dJ4BOAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
/// Its public key, as minisign printed it: "Ed", key number, key.
const PLAIN_PUBLIC: &str = "RWQ0pmNi2jxKv8FcfGNZmYRbYHZNYtehsWVnMYFSm+6J0+yE4J0dJ4BO";

/// Written with `minisign -G` 0.11, passphrase `pw`: N = 2^20, 1 GiB.
const PROTECTED: &str = "untrusted comment: minisign encrypted secret key\n\
    RWRTY0IyknXniNF1rQQAj8OwLQuGsnW7X9bUbl7GGdr6ot8a6coAAAACAAAAAAAAAEAAAAAATyQiks6BW1nT0SAKAH13oMOCugFd36l4LehDEWwKU2B6FPIikuyEpTQuMZEwZSfxThpe+79ip5c6anFKTFkTZ3PgjA+6PTTCHllppUsYykzXDXJmBHUCXVfnSDPyhVzNaFLjJTpvhcI=\n";
const PROTECTED_PUBLIC: &str = "RWSLo5fyUojg50VO8E5cOqxT2ix61M8Hkp1Emek2967HiTShtTUyQj7H";

#[test]
fn keys_of_minisign_open() {
    for (file, passphrase, public) in
        [(PLAIN, &b""[..], PLAIN_PUBLIC), (PROTECTED, b"pw", PROTECTED_PUBLIC)]
    {
        let key = Closed::read(file).unwrap().open(passphrase).ok().unwrap();
        let public = base64::decode(public).unwrap();
        assert_eq!(key.signing_key().public_key().as_bytes().as_slice(), &public[10..]);
        assert!(is_secret(file) && !is_secret(PLAIN_PUBLIC));
    }
}

#[test]
fn ours_open_again_and_only_by_their_passphrase() {
    let file = key().write(Some(b"correct horse"), [3; 32]);
    assert_eq!(file.lines().nth(1).unwrap().len(), 212, "158 bytes, as minisign's");
    let closed = || Closed::read(&file).unwrap();
    assert_eq!(closed().protection(), Ok(Protection::Passphrase));
    let same = closed().open(b"correct horse").ok().unwrap();
    assert_eq!(same.signing_key().public_key(), key().signing_key().public_key());
    assert_eq!(closed().open(b"correct hors").err(), Some(SecretError::Passphrase));
    let plain = key().write(None, [3; 32]);
    assert_eq!(Closed::read(&plain).unwrap().protection(), Ok(Protection::None));
    assert!(Closed::read(&plain).unwrap().open(b"").is_ok());
}

#[test]
fn files_that_are_refused() {
    let bytes = base64::decode(PLAIN.lines().nth(1).unwrap()).unwrap();
    let with = |at: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + new.len()].copy_from_slice(new);
        format!("untrusted comment: x\n{}\n", base64::encode(&bytes))
    };
    let error = |file: &str| match Closed::read(file) {
        Ok(closed) => closed.open(b"").err(),
        Err(error) => Some(error),
    };
    // libsodium's limits for N = 2^21: 2 GiB.
    let costly =
        [b"ScB2".as_slice(), &[0; 32], &(1_u64 << 26).to_le_bytes(), &(1_u64 << 31).to_le_bytes()];
    let endless =
        [b"ScB2".as_slice(), &[0; 32], &u64::MAX.to_le_bytes(), &(1_u64 << 20).to_le_bytes()];
    for (file, expected) in [
        (String::new(), SecretError::Form),
        ("untrusted comment: x\n".to_owned(), SecretError::Form),
        (PLAIN.replace("untrusted comment: ", ""), SecretError::Form),
        (PLAIN.replace("RWQA", "RWQ"), SecretError::Form),
        (format!("{PLAIN}\n"), SecretError::Form),
        (with(0, b"ED"), SecretError::Algorithm),
        (with(2, b"Ar"), SecretError::Algorithm),
        (with(4, b"B3"), SecretError::Algorithm),
        (with(2, &costly.concat()), SecretError::TooCostly),
        (with(2, &endless.concat()), SecretError::TooCostly),
        (with(62, &[1]), SecretError::Damaged),
        (with(100, &[1]), SecretError::Damaged),
        (with(130, &[1]), SecretError::Passphrase),
    ] {
        assert_eq!(error(&file), Some(expected), "{file}");
    }
}

#[test]
fn secret_files_are_ours_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    place::create(&path, 0o600, PLAIN).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(*place::read_secret(&path).unwrap(), PLAIN);
    assert!(place::create(&path, 0o600, "other").is_err(), "never overwritten");
    let refused = |path: &Path, part: &str| {
        let what = place::read_secret(path).unwrap_err();
        assert!(what.contains(part), "{what}");
    };
    let link = folder.path().join("link.key");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    refused(&link, "符号链接");
    refused(folder.path(), "不是普通文件");
    refused(&folder.path().join("none"), "读不了");
    for mode in [0o640, 0o604, 0o620, 0o601] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        refused(&path, "chmod 600");
    }
    place::replace(&path, 0o600, "new").unwrap();
    assert_eq!(*place::read_secret(&path).unwrap(), "new");
    let large = folder.path().join("large.key");
    place::create(&large, 0o600, &"a".repeat(5_000)).unwrap();
    refused(&large, "超过");
    let public = folder.path().join("a.pub");
    place::create(&public, 0o644, PLAIN).unwrap();
    assert!(read_public(&public).unwrap_err().contains("私钥"));
}

/// A program of another author, if it is installed.
fn installed(program: &str) -> bool {
    let is_there = Command::new(program).arg("-v").output().is_ok();
    if !is_there {
        #[expect(clippy::print_stderr, reason = "a test says that it did not look")]
        {
            eprintln!("skipped: {program} is not installed");
        }
    }
    is_there
}

#[test]
fn minisign_signs_with_a_key_of_ours() {
    if !installed("minisign") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for (passphrase, input) in [(Some(&b"pw"[..]), "pw\n"), (None, "")] {
        std::fs::write(at("k"), &*key().write(passphrase, [9; 32])).unwrap();
        std::fs::write(at("m"), "a text\n").unwrap();
        let mut child = Command::new("minisign")
            .args(["-S", "-l", "-s", &at("k"), "-m", &at("m"), "-x", &at("s")])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::io::Write::write_all(child.stdin.as_mut().unwrap(), input.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
        let signature = std::fs::read_to_string(at("s")).unwrap();
        let bytes = base64::decode(signature.lines().nth(1).unwrap()).unwrap();
        assert_eq!(&bytes[..2], b"Ed", "the legacy form signs the text itself");
        assert_eq!(bytes[2..10], key().signing_key().public_key().id().0);
        assert_eq!(bytes[10..], key().signing_key().sign(b"a text\n").unwrap());
    }
}
