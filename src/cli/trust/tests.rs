//! The ceremony, from no keys to a trust list, with our own program and others.

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::rc::Rc;

use clap::Parser as _;

use super::held::Held;
use crate::cli::message::{Exit, Talk};
use crate::cli::{build, check, keys, kit, revoke, verify};
use crate::credential::base64;
use crate::credential::note::Note;
use crate::time::{Date, UnixTime};

/// What was said, on either stream.
#[derive(Clone, Default)]
struct Said(Rc<RefCell<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug, clap::Parser)]
enum Line {
    Build(build::Args),
    Check(check::Args),
    Kit(kit::Args),
    Verify(verify::Args),
    Keys(keys::Args),
    Trust(super::Args),
    Revoke(revoke::Args),
}

/// A site's folder, and a day.
pub(in crate::cli) struct Office {
    folder: tempfile::TempDir,
    pub(in crate::cli) now: UnixTime,
}

impl Office {
    pub(in crate::cli) fn new() -> Self {
        let now = Date::new(2023, 1, 1).unwrap().beijing_midnight();
        Self { folder: tempfile::tempdir().unwrap(), now }
    }

    pub(in crate::cli) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs a command line in which `@` stands for the folder of keys.
    pub(in crate::cli) fn run(&self, line: &str) -> (Exit, String) {
        let keys = self.at("keys").display().to_string();
        let root = self.folder.path().display().to_string();
        // What the machine of these tests has seen is not what this office's has.
        let has_state =
            ["build", "check", "revoke"].iter().any(|it| line.split(' ').next() == Some(it));
        let state = if has_state { " --state ~/seen" } else { "" };
        let line = format!("{line}{state}");
        let words = line.split_whitespace().map(|it| it.replace('@', &keys).replace('~', &root));
        let parsed = Line::try_parse_from(std::iter::once("shenyan".to_owned()).chain(words));
        let parsed = parsed.unwrap_or_else(|error| panic!("{line}: {error}"));
        let said = Said::default();
        let (out, err) = (Box::new(said.clone()), Box::new(said.clone()));
        let mut talk = Talk::captured(out, err, self.now);
        let exit = match parsed {
            Line::Build(args) => build::run(&args, &mut talk),
            Line::Check(args) => check::run(&args, &mut talk),
            Line::Kit(args) => kit::run(&args, &mut talk),
            Line::Verify(args) => verify::run(&args, &mut talk),
            Line::Keys(args) => keys::run(&args, &mut talk),
            Line::Trust(args) => super::run(&args, &mut talk),
            Line::Revoke(args) => revoke::run(&args, &mut talk),
        };
        drop(talk);
        (exit, String::from_utf8(said.0.take()).unwrap())
    }

    /// Runs what must work.
    pub(in crate::cli) fn does(&self, line: &str) -> String {
        let (exit, said) = self.run(line);
        assert_eq!(exit, Exit::Good, "{line}\n{said}");
        said
    }

    /// Runs what must end with exit code 1, and say these words.
    pub(in crate::cli) fn fails(&self, line: &str, words: &[&str]) -> String {
        let (exit, said) = self.run(line);
        assert_eq!(exit, Exit::NotGood, "{line}\n{said}");
        words.iter().for_each(|words| assert!(said.contains(words), "{line}: {words}: {said}"));
        said
    }

    /// Runs what must be refused with these words.
    pub(in crate::cli) fn refuses(&self, line: &str, words: &str) {
        let (exit, said) = self.run(line);
        assert_eq!(exit, Exit::CouldNot, "{line}\n{said}");
        assert!(said.contains(words), "{line}: {said}");
        assert!(said.contains("hint: "), "{line}: {said}");
    }

    /// Two of three root keys, one trust key; both notes are signed.
    pub(in crate::cli) fn with_lists() -> Self {
        let office = Self::new();
        for key in [
            "root a",
            "root b",
            "root c",
            "trust office",
            "issuer 150600",
            "log training/150600/2022",
        ] {
            office.does(&format!("keys new {key} --dir @ --unprotected"));
        }
        office.does(
            "trust --dir @ propose root --realm training --expires 2027-01-01 --root 2 \
             --root-key @/root-a.pub --root-key @/root-b.pub --root-key @/root-c.pub \
             --trust-key @/trust-office.pub",
        );
        office.does("trust --dir @ sign @/root.next --key @/root-a.key");
        office.does("trust --dir @ sign @/root.next --key @/root-b.key");
        office.does(
            "trust --dir @ assemble @/root.next @/root.next.root-a.sig @/root.next.root-b.sig",
        );
        office.does("trust --dir @ propose list --next-update 2023-07-01");
        office.does(
            "trust --dir @ add-issuer --id 150600 --name 样例市人社局 --key @/issuer-150600.pub \
             --from 2022-01-01 --until 2023-12-31 --region 1506 --year 2022 --category 公需 \
             --category 专业 --host cards.example --log @/log-training-150600-2022.pub",
        );
        office.does("trust --dir @ sign @/trust.next --key @/trust-office.key");
        office.does("trust --dir @ assemble @/trust.next @/trust.next.trust-office.sig");
        office
    }

    fn list(&self) -> String {
        let held = Held::read(&self.at("keys")).ok().unwrap();
        held.list().ok().unwrap().unwrap().text().to_string()
    }
}

#[test]
fn a_ceremony_from_nothing() {
    let office = Office::with_lists();
    let said = office.does("trust --dir @ show");
    for words in
        ["领域 training", "根文件 第 1 版", "3 把中要有 2 把", "信任名单 第 1 版", "样例市人社局"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(office.list().contains("\"hosts\":[\"cards.example\"]"));
    assert!(office.at("keys/root.1.note").exists());
}

#[test]
fn the_list_changes_by_draft_and_signature() {
    let office = Office::with_lists();
    let next = || {
        office.does("trust --dir @ propose list --next-update 2023-08-01");
    };
    let publish = || {
        office.does("trust --dir @ sign @/trust.next --key @/trust-office.key");
        office.does("trust --dir @ assemble @/trust.next @/trust.next.trust-office.sig");
    };
    next();
    office.does("trust --dir @ retire @/issuer-150600.pub --until 2023-06-30");
    assert!(office.list().contains("\"active\",\"scope\""), "a draft changes nothing");
    publish();
    let list = office.list();
    assert!(
        list.contains("\nversion 2\n") && list.contains("\"2023-06-30\",\"status\":\"retired\"")
    );
    next();
    let cut = "trust --dir @ compromise @/issuer-150600.pub --cut";
    office.does(&format!("{cut} training/150600/2022=17"));
    office.refuses(&format!("{cut} training/150600/2022=18"), "界限");
    office.refuses(&format!("{cut} training/150000/2022=1"), "界限");
    office.refuses("trust --dir @ retire @/issuer-150600.pub", "泄露");
    office.refuses("trust --dir @ retire 0000000000000000", "名单上没有");
    publish();
    assert!(office.list().contains("\"cut\":{\"log\":\"training/150600/2022\",\"size\":17}"));
    // The old list's note does not come back.
    next();
    let old = std::fs::read_to_string(office.at("keys/trust.next")).unwrap();
    std::fs::write(office.at("keys/old.next"), old.replace("version 4", "version 3")).unwrap();
    office.does("trust --dir @ sign @/old.next --key @/trust-office.key");
    office.refuses("trust --dir @ assemble @/old.next @/old.next.trust-office.sig", "EQUIVOCATION");
}

#[test]
fn roles_and_signatures_are_kept_apart() {
    let office = Office::with_lists();
    office.does("trust --dir @ propose list --next-update 2023-08-01");
    office.refuses("trust --dir @ sign @/trust.next --key @/root-a.key", "角色");
    office.refuses("trust --dir @ sign @/trust.next --key @/issuer-150600.key", "角色");
    office.refuses("trust --dir @ sign @/root.note --key @/root-a.key", "空行");
    office.refuses("trust --dir @ sign @/root-a.pub --key @/root-a.key", "不是根文件");
    let add = "trust --dir @ add-issuer --id 150600 --name x --from 2022-01-01 \
               --until 2022-12-31 --region 15 --year 2022 --category 公需 --key";
    office.refuses(&format!("{add} @/root-a.pub"), "角色");
    office.refuses(&format!("{add} @/issuer-150600.key"), "私钥");
    office.refuses(&format!("{add} @/issuer-150600.pub"), "同一把密钥");
    office.refuses("trust --dir @ add-log @/issuer-150600.pub", "日志");
    let line = std::fs::read_to_string(office.at("keys/root.next.root-a.sig")).unwrap();
    std::fs::write(office.at("keys/x.sig"), line).unwrap();
    office.refuses("trust --dir @ assemble @/trust.next @/x.sig", "签名不够");
    office.refuses("trust --dir @ assemble @/root.next @/root.next.root-a.sig", "签名不够");
}

#[test]
fn root_keys_rotate() {
    let office = Office::with_lists();
    office.does("keys new root d --dir @ --unprotected");
    office.does(
        "trust --dir @ propose root --expires 2032-01-01 \
         --root-key @/root-b.pub --root-key @/root-c.pub --root-key @/root-d.pub",
    );
    for key in ["a", "b", "c", "d"] {
        office.does(&format!("trust --dir @ sign @/root.next --key @/root-{key}.key"));
    }
    let assemble = |keys: &str| {
        let signatures: Vec<_> =
            keys.chars().map(|key| format!("@/root.next.root-{key}.sig")).collect();
        format!("trust --dir @ assemble @/root.next {}", signatures.join(" "))
    };
    office.refuses(&assemble("bd"), "前一版");
    office.refuses(&assemble("ab"), "签名不够");
    office.refuses(&assemble("bb"), "签了两次");
    office.does(&assemble("bc"));
    assert!(office.at("keys/root.2.note").exists() && office.at("keys/root.1.note").exists());
    assert!(office.does("trust --dir @ show").contains("根文件 第 2 版"));
    // A folder that holds a root note of nobody's is refused as a whole.
    std::fs::copy(office.at("keys/root.1.note"), office.at("keys/root.note")).unwrap();
    office.refuses("trust --dir @ show", "没有得到前一版根密钥的认可");
}

#[test]
fn keys_are_made_once_and_shown() {
    let office = Office::new();
    office.does("keys new root a --dir @ --unprotected");
    office.refuses("keys new root a --dir @ --unprotected", "已经存在");
    office.refuses("keys new root a/b --dir @ --unprotected", "名字");
    office.refuses("keys new log 150600 --dir @ --unprotected", "日志的名称");
    std::fs::write(office.at("pass"), "correct horse\n").unwrap();
    std::fs::write(office.at("empty"), "\n").unwrap();
    office.refuses("keys new root b --dir @ --passphrase-file ~/empty", "口令是空的");
    office.does("keys new root b --dir @ --passphrase-file ~/pass");
    let public = office.does("keys show @/root-b.pub");
    assert_eq!(office.does("keys show @/root-b.key --passphrase-file ~/pass"), public);
    std::fs::write(office.at("wrong"), "correct\n").unwrap();
    office.refuses("keys show @/root-b.key --passphrase-file ~/wrong", "口令不对");
    std::fs::write(office.at("new"), "battery staple").unwrap();
    office
        .does("keys passphrase @/root-b.key --passphrase-file ~/pass --new-passphrase-file ~/new");
    office.refuses("keys show @/root-b.key --passphrase-file ~/pass", "口令不对");
    assert_eq!(office.does("keys show @/root-b.key --passphrase-file ~/new"), public);
    // A key that has come without its public file.
    std::fs::remove_file(office.at("keys/root-a.pub")).unwrap();
    office.refuses("keys show @/root-a.key", "--name");
    assert!(office.does("keys show @/root-a.key --name root/a").starts_with("root/a+"));
}

/// Runs another program, if it is installed, and hands it this on its input.
fn other(program: &str, arguments: &[&str], input: &str) -> Option<bool> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        #[expect(clippy::print_stderr, reason = "a test says that it did not look")]
        {
            eprintln!("skipped: {program} is not installed");
        }
        return None;
    };
    let _ = child.stdin.as_mut().unwrap().write_all(input.as_bytes()); // it may want none
    Some(child.wait().unwrap().success())
}

#[test]
fn a_root_signature_made_with_minisign_is_accepted() {
    let office = Office::with_lists();
    office.does("trust --dir @ propose root --expires 2032-01-01");
    let at = |name: &str| office.at(&format!("keys/{name}")).display().to_string();
    let sign = |key: &str, legacy: &[&str]| {
        let (text, key) = (at("root.next"), at(key));
        let rest = ["-S", "-s", &key, "-m", &text];
        other("minisign", &[&rest, legacy].concat(), "")
    };
    let Some(made) = sign("root-a.key", &[]) else { return };
    assert!(made);
    let assemble = "trust --dir @ assemble @/root.next @/root.next.root-b.sig @/root.next.minisig";
    office.does("trust --dir @ sign @/root.next --key @/root-b.key");
    office.refuses(assemble, "-S -l");
    assert_eq!(sign("issuer-150600.key", &["-l"]), Some(true));
    office.refuses(assemble, "不是任何有关密钥");
    assert_eq!(sign("root-a.key", &["-l"]), Some(true));
    office.does(assemble);
    assert!(office.does("trust --dir @ show").contains("根文件 第 2 版"));
}

#[test]
fn signify_and_openssl_and_minisign_verify_our_notes() {
    let office = Office::with_lists();
    let bytes = std::fs::read(office.at("keys/trust.note")).unwrap();
    let note = String::from_utf8(bytes.clone()).unwrap();
    let text = format!("{}\n", note.split_once("\n\n").unwrap().0);
    assert!(Note::read(&bytes).is_ok());
    let line = note.lines().last().unwrap().rsplit(' ').next().unwrap();
    let signature = base64::decode(line).unwrap().split_off(4);
    let at = |name: &str| office.at(name).display().to_string();
    std::fs::write(at("text"), &text).unwrap();
    std::fs::write(at("raw"), &signature).unwrap();
    let public = office.does("keys show --format minisign @/trust-office.pub");
    let number = &base64::decode(public.lines().nth(1).unwrap()).unwrap()[..10];
    let body = base64::encode(&[number, &signature].concat());
    std::fs::write(at("pub"), &public).unwrap();
    std::fs::write(at("pem"), office.does("keys show --format pem @/trust-office.pub")).unwrap();
    std::fs::write(at("sig"), format!("untrusted comment: a signature\n{body}\n")).unwrap();
    std::fs::write(at("bad"), text.replace("version 1", "version 2")).unwrap();
    for (file, expected) in [(at("text"), true), (at("bad"), false)] {
        let signify = ["-V", "-q", "-p", &at("pub"), "-x", &at("sig"), "-m", &file];
        if let Some(verified) = other("signify-openbsd", &signify, "") {
            assert_eq!(verified, expected, "signify: {file}");
        }
        let openssl = [
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            &at("pem"),
            "-rawin",
            "-in",
            &file,
            "-sigfile",
            &at("raw"),
        ];
        if let Some(verified) = other("openssl", &openssl, "") {
            assert_eq!(verified, expected, "openssl: {file}");
        }
    }
}
