//! The ceremony of `content/spec/ceremony.md`, command by command, at a terminal.
//!
//! `script` (util-linux) is the terminal: whenever a program asks for a passphrase,
//! it is typed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use crate::tree::{files, repository, sample, shenyan};

/// The programs of other authors that take part.
const OTHERS: &[&str] = &["minisign", "openssl", "script", "signify-openbsd"];
const PASSPHRASE: &str = "0123-4567-89AB-CDEF";

/// What a terminal shows of a command and how the command ended.
pub(crate) struct Shown {
    pub text: String,
    pub code: i32,
}

/// Runs a shell's line at a terminal; `answer` is told what is new on the screen
/// since its last answer, and says what to type, if anything.
pub(crate) fn at_a_terminal(
    folder: &Path,
    line: &str,
    mut answer: impl FnMut(&str) -> Option<String>,
) -> Shown {
    let programs = shenyan().parent().unwrap().display().to_string();
    let path = format!("{programs}:/usr/local/bin:/usr/bin:/bin");
    let child = Command::new("timeout")
        .args(["120", "script", "--quiet", "--return", "--flush", "--command", line, "/dev/null"])
        .current_dir(folder)
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .env("SHELL", "/bin/sh")
        .env("XDG_STATE_HOME", folder.join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child: Child = child.unwrap();
    let mut keyboard: ChildStdin = child.stdin.take().unwrap();
    let mut screen = child.stdout.take().unwrap();
    let (mut bytes, mut answered) = (Vec::new(), 0);
    let mut buffer = [0; 4_096];
    loop {
        let length = screen.read(&mut buffer).unwrap_or(0);
        if length == 0 {
            break;
        }
        bytes.extend_from_slice(&buffer[..length]);
        let Ok(new) = str::from_utf8(&bytes[answered..]) else { continue };
        if let Some(typed) = answer(new) {
            answered = bytes.len();
            std::thread::sleep(Duration::from_millis(150)); // minisign asks, then hides
            keyboard.write_all(format!("{typed}\n").as_bytes()).unwrap();
            keyboard.flush().unwrap();
        }
    }
    let code = child.wait().unwrap().code().unwrap_or(-1);
    Shown { text: String::from_utf8_lossy(&bytes).into_owned(), code }
}

/// Whether the other programs are here; it is said if one is not.
pub(crate) fn has(programs: &[&str]) -> bool {
    let folders = ["/usr/local/bin", "/usr/bin", "/bin"];
    let is_missing = |name: &&&str| !folders.iter().any(|it| Path::new(it).join(name).exists());
    let missing: Vec<_> = programs.iter().filter(is_missing).collect();
    if !missing.is_empty() {
        println!("skipped: {missing:?} are not installed");
    }
    missing.is_empty()
}

#[test]
fn the_ceremony_goes_as_it_is_told() {
    if !has(OTHERS) {
        return;
    }
    let page = fs::read_to_string(repository().join("content/spec/ceremony.md")).unwrap();
    let site = sample();
    let blocks = page.split("\n```console\n").skip(1).map(|it| it.split("\n```").next().unwrap());
    let lines: Vec<&str> =
        blocks.flat_map(str::lines).map(|line| line.strip_prefix("$ ").expect(line)).collect();
    assert!(lines.len() > 40, "{}", lines.len());
    let mut told = String::new();
    for line in &lines {
        let Shown { text, code } = at_a_terminal(site.path(), line, passphrase);
        assert_eq!(code, 0, "{line}\n{text}\nbefore it:\n{told}");
        assert!(!text.contains(PASSPHRASE), "{line}: a passphrase is not shown: {text}");
        told.push_str(&format!("$ {line}\n{text}"));
    }
    for words in ["根文件第 1 版成了", "Signature Verified Successfully", "Signature Verified"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    // After the theft the cards above the cut are of the new key.
    let public = files(&site.path().join("public"));
    assert!(public.contains_key("root.2.note") && public.contains_key("root.1.note"));
    let list = String::from_utf8(public["revoked/150600-2022.note"].clone()).unwrap();
    assert!(list.contains("\nreason error\n0\nreason superseded\n5 +"), "{list}");
    for (name, text) in public {
        assert!(!String::from_utf8_lossy(&text).contains("secret key"), "{name}");
    }
}

/// What is typed where a passphrase is asked for.
fn passphrase(new: &str) -> Option<String> {
    let ends = ["口令：", "（直接回车则生成一个）：", "再输入一遍：", "Password:"];
    let is_question = ends.iter().any(|end| new.trim_end().ends_with(end));
    is_question.then(|| PASSPHRASE.to_owned())
}

/// The lines of README.md's ```` ```sh ```` block, those that go on put together.
#[test]
fn the_readmes_ceremony_ends_with_real_cards() {
    if !has(&["script"]) {
        return;
    }
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, block) = readme.split_once("\n```sh\n").expect("a block of commands");
    let block = block.split("\n```").next().unwrap().replace("\\\n", "");
    let lines: Vec<&str> = block.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() > 15, "{lines:?}");
    let site = sample();
    let mut last = String::new();
    for line in lines {
        let Shown { text, code } = at_a_terminal(site.path(), line, passphrase);
        assert_eq!(code, 0, "{line}\n{text}");
        assert!(!text.contains("卡面印的签发机构"), "{line}\n{text}");
        last = text;
    }
    assert!(last.contains("共 17 张：有效 17") && !last.contains("样张）"), "{last}");
}

#[test]
fn a_passphrase_is_asked_for_at_a_terminal_and_nowhere_else() {
    if !has(&["script"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str, answers: &[&str]| {
        let mut answers = answers.iter();
        let shown = at_a_terminal(folder.path(), line, |new| {
            let is_question = new.trim_end().ends_with('：');
            is_question.then(|| answers.next().map_or("", |it| it).to_owned())
        });
        assert_eq!(answers.len(), 0, "{line}: {}", shown.text);
        shown
    };
    let shown = run("shenyan keys new root a", &["one two three", "one two three"]);
    assert!(shown.code == 0 && !shown.text.contains("three"), "{}", shown.text);
    let shown = run("shenyan keys show keys/root-a.key", &["one two three"]);
    assert!(shown.code == 0 && shown.text.contains("root/a+"), "{}", shown.text);
    let shown = run("shenyan keys show keys/root-a.key", &["one two four"]);
    assert!(shown.code == 2 && shown.text.contains("口令不对"), "{}", shown.text);
    let shown = run("shenyan keys new root b", &["one", "two"]);
    assert!(shown.code == 2 && shown.text.contains("两次不一样"), "{}", shown.text);
    assert!(!folder.path().join("keys/root-b.key").exists());
    // Nothing typed: one is made up, shown once, and copied.
    let mut made = None;
    let shown = at_a_terminal(folder.path(), "shenyan keys new root c", |new| {
        if new.trim_end().ends_with("生成一个）：") {
            return Some(String::new());
        }
        let rest = new.trim_end().strip_suffix("请照抄输入一遍：")?;
        made = Some(rest.split("口令：").nth(1)?.lines().next()?.trim().to_owned());
        made.clone()
    });
    let made = made.unwrap();
    let is_crockford = |it: char| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(it);
    assert!(made.len() == 16 && made.chars().all(is_crockford), "{made}");
    assert!(shown.code == 0 && shown.text.matches(&made).count() == 1, "{}", shown.text);
    let shown = run("shenyan keys show keys/root-c.key", &[&made]);
    assert_eq!(shown.code, 0, "{}", shown.text);
    // Without a terminal and without a flag it is an error at once.
    let output = Command::new("setsid")
        .arg(shenyan())
        .args(["keys", "show", "keys/root-a.key"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && told.contains("没有终端可输入口令"), "{told}");
}
