//! The whole command, but for the process around it.

mod listed;

use std::cell::RefCell;
use std::fs;
use std::io::{Cursor, Write};
use std::rc::Rc;

use tempfile::TempDir;

use super::*;
use crate::batch::tests::{card, forged, midnight, text, text_by};
use crate::site::card_file;
use crate::site::symbol::Symbol;

const SITE: &str = r#"
name = "样例市专业技术人员继续教育审验网（样张）"
address = "https://cards.example/"
realm = "specimen"
region = "15"
[issuer]
id = "150600"
name = "样例市人力资源和社会保障局（样张）"
[contact]
office = "样张办公室"
telephone = "0477-0000000"
"#;

/// A folder with a site in `site/` and inputs beside it.
struct Desk {
    folder: TempDir,
}

/// What a run said.
struct Said {
    exit: Exit,
    out: String,
    err: String,
}

impl Said {
    /// The inputs' names and codes.
    fn codes(&self) -> Vec<(String, String)> {
        let field = |line: &str, name: &str| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            value[name].as_str().unwrap().to_owned()
        };
        self.out.lines().map(|line| (field(line, "input"), field(line, "code"))).collect()
    }
}

#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A reader that has gone away.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Self { folder };
        desk.put("site/content/site.toml", SITE);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn args(&self, inputs: &[&str], format: Format) -> Args {
        let on_desk = |input: &&str| match *input {
            "-" => PathBuf::from("-"),
            text if text.contains('#') => PathBuf::from(text),
            name => self.path(name),
        };
        Args {
            inputs: inputs.iter().map(on_desk).collect(),
            site: self.path("site"),
            allow_specimen: true,
            format,
            as_of: None,
            max_age: None,
            column: None,
            kit: None,
            reports: Vec::new(),
            policy: None,
            state: Some(self.path("seen")),
        }
    }

    fn verify(&self, args: &Args, typed: Typed, stdin: &[u8]) -> Said {
        let (out, err) = (Shared::default(), Shared::default());
        let exit = answer(args, ends(typed, stdin), &mut talk(out.clone(), err.clone()));
        let strip = |text: String| text.replace(&format!("{}/", self.folder.path().display()), "");
        Said { exit, out: strip(out.text()), err: strip(err.text()) }
    }

    fn json(&self, inputs: &[&str]) -> Said {
        self.verify(&self.args(inputs, Format::Json), Typed::ByProgram, b"")
    }

    fn table(&self, inputs: &[&str]) -> Said {
        self.verify(&self.args(inputs, Format::Table), Typed::ByProgram, b"")
    }
}

fn talk(out: impl Write + 'static, err: impl Write + 'static) -> Talk {
    Talk::captured(Box::new(out), Box::new(err), midnight("2022-12-01"))
}

fn ends(typed: Typed, stdin: &[u8]) -> Ends {
    // By hand, each line is waited for.
    let at_hand = match typed {
        Typed::ByHand => || false,
        Typed::ByProgram => || true,
    };
    let stdin = Stdin { reader: Box::new(Cursor::new(stdin.to_vec())), at_hand };
    Ends { stdin, typed, screen: Screen::Elsewhere }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, code)| ((*name).to_owned(), (*code).to_owned())).collect()
}

fn page(text: &str) -> Vec<u8> {
    card_file::html(format!("<!DOCTYPE html><a id=\"card\" href=\"{text}\">卡</a>\n"))
}

fn json_file(text: &str) -> Vec<u8> {
    card_file::json(&serde_json::json!({"number": "n", "card": text})).unwrap()
}

/// A PNG of these texts' symbols, side by side.
fn png(texts: &[&str]) -> Vec<u8> {
    let symbols: Vec<(usize, Vec<u8>)> = texts
        .iter()
        .map(|text| {
            let (prefix, digits) = text.split_at(text.find('#').unwrap() + 2);
            let symbol = Symbol::encode(prefix, digits).unwrap();
            ((symbol.width() + 8) * 4, symbol.to_luma(4, 4))
        })
        .collect();
    let side = symbols[0].0;
    let pixels: Vec<u8> = (0..side)
        .flat_map(|y| symbols.iter().flat_map(move |(_, luma)| &luma[y * side..(y + 1) * side]))
        .copied()
        .collect();
    let mut bytes = Cursor::new(Vec::new());
    let size = |pixels: usize| u32::try_from(pixels).unwrap();
    image::GrayImage::from_raw(size(side * symbols.len()), size(side), pixels)
        .unwrap()
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn every_kind_of_input_is_told_by_its_content() {
    let desk = Desk::new();
    let text = text();
    desk.put("page", page(&text));
    desk.put("json", json_file(&text));
    desk.put("line", format!("\u{FEFF}{text}\r\n"));
    desk.put("photo", png(&[&text]));
    desk.put("sheet.png", png(&[&text, &text_by("150601", &card())]));
    desk.put("list.txt", format!("{text}\n\n#1\n  {text}  \r\n"));
    desk.put("list.json", format!("{{\"card\": \"{text}\"}}\n{{\"cards\": 1}}\n"));
    let inputs = [&text, "page", "json", "line", "photo", "sheet.png", "list.txt", "list.json"];
    let said = desk.json(&inputs);
    let expected = [
        ("参数:1", "VALID"),
        ("page", "VALID"),
        ("json", "VALID"),
        ("line", "VALID"),
        ("photo", "VALID"),
        ("sheet.png[1]", "VALID"),
        ("sheet.png[2]", "UNKNOWN_ISSUER"),
        ("list.txt:1", "VALID"),
        ("list.txt:3", "MALFORMED"),
        ("list.txt:4", "VALID"),
        ("list.json:1", "VALID"),
        ("list.json:2", "MALFORMED"),
    ];
    assert_eq!(said.codes(), pairs(&expected), "{}", said.err);
    assert_eq!(said.exit, Exit::NotGood);
}

#[test]
fn what_cannot_be_read_is_a_row_with_its_reason() {
    let desk = Desk::new();
    let blank = png(&[&text()]).len();
    desk.put("a.png", &png(&[&text()])[..blank / 2]);
    desk.put("b.html", "<p>没有卡</p>");
    desk.put("c.bin", b"\xFF\0\xFF");
    desk.put("d.txt", "");
    let said = desk.table(&["a.png", "b.html", "c.bin", "d.txt"]);
    assert_eq!(said.exit, Exit::NotGood);
    let reasons = ["无法解码", "缺少 id 以 card 开头的链接", "既不是 PNG", "文件是空的"];
    for reason in reasons {
        assert!(said.out.contains(reason), "{reason}: {}", said.out);
    }
    assert!(said.err.contains("共 4 张：未能完整读取，请重扫 4"), "{}", said.err);
    assert!(said.err.contains("hint: 未能完整读取，不等于伪造"), "{}", said.err);
}

#[test]
fn a_folder_is_read_in_the_order_of_names_and_hidden_files_are_passed_over() {
    let desk = Desk::new();
    let text = text();
    for name in ["in/b/2.json", "in/b/10.json", "in/a.json", "in/c/d/1.json"] {
        desk.put(name, json_file(&text));
    }
    desk.put("in/.hidden.json", "");
    desk.put("in/.git/x", "");
    desk.put("in/list.ndjson", format!("{text}\n#1\n"));
    let said = desk.json(&["in"]);
    let expected = [
        ("in/a.json", "VALID"),
        ("in/list.ndjson:1", "VALID"),
        ("in/list.ndjson:2", "MALFORMED"),
        ("in/b/10.json", "VALID"),
        ("in/b/2.json", "VALID"),
        ("in/c/d/1.json", "VALID"),
    ];
    assert_eq!(said.codes(), pairs(&expected));
}

#[test]
fn the_files_of_one_card_are_one_row_unless_they_differ() {
    let desk = Desk::new();
    let (text, other) = (text(), text_by("150601", &card()));
    desk.put("in/1.html", page(&text));
    desk.put("in/1.json", json_file(&text));
    // Between the two by name, but not of the same stem.
    desk.put("in/1.i.json", json_file(&text));
    desk.put("in/2.html", page(&text));
    desk.put("in/2.json", json_file(&other));
    let mut altered = page(&text);
    altered[3] ^= 0x20;
    desk.put("in/3.html", altered);
    desk.put("in/3.json", json_file(&text));
    desk.put("in/4.html", page(&text));
    desk.put("in/4.json", "{");
    desk.put("in/5.txt", &text);
    desk.put("in/5.png", png(&[&text]));
    let said = desk.json(&["in"]);
    let expected = [
        ("in/1", "VALID"),
        ("in/1.i.json", "VALID"),
        ("in/2.html", "VALID"),
        ("in/2.json", "UNKNOWN_ISSUER"),
        ("in/3", "VALID"),
        ("in/4.html", "VALID"),
        ("in/4.json", "MALFORMED"),
        ("in/5", "VALID"),
    ];
    assert_eq!(said.codes(), pairs(&expected));
    let altered: Vec<&str> = said.out.lines().filter(|line| line.contains("\"ALTERED\"")).collect();
    assert!(altered.len() == 1 && altered[0].starts_with("{\"input\":\"in/3\""), "{altered:?}");
}

#[test]
fn the_exit_code_says_whether_all_is_good() {
    let desk = Desk::new();
    let text = text();
    let mut altered = json_file(&text);
    *altered.last_mut().unwrap() = b' ';
    desk.put("altered.json", altered);
    desk.put("good.json", json_file(&text));
    fs::create_dir(desk.path("empty")).unwrap();
    let foreign = text.replace("cards.example", "cards.invalid");
    let cases: [(&[&str], Exit); 8] = [
        (&["good.json"], Exit::Good),
        (&[&foreign], Exit::Good),
        (&["good.json", "altered.json"], Exit::NotGood),
        (&[&forged()], Exit::NotGood),
        (&["missing.json", "good.json"], Exit::CouldNot),
        (&["empty"], Exit::CouldNot),
        (&["-"], Exit::CouldNot),
        (&[], Exit::CouldNot),
    ];
    for (inputs, exit) in cases {
        let said = desk.table(inputs);
        assert_eq!(said.exit, exit, "{inputs:?}\n{}{}", said.out, said.err);
    }
    let said = desk.table(&["missing.json", "good.json"]);
    assert!(said.out.contains("✓ 有效（样张）"), "the rest is answered: {}", said.out);
    assert!(said.err.starts_with("missing.json: error: 没有这个文件或文件夹\n"), "{}", said.err);
    assert_eq!(desk.table(&[&foreign]).out.matches("cards.invalid").count(), 1, "a warning");
}

#[test]
fn a_specimen_counts_only_if_asked_for() {
    let desk = Desk::new();
    let args = Args { allow_specimen: false, ..desk.args(&[&text()], Format::Table) };
    let said = desk.verify(&args, Typed::ByProgram, b"");
    assert_eq!(said.exit, Exit::NotGood);
    assert!(said.out.contains("? 样张，不作证明"), "{}", said.out);
    assert!(said.err.contains("--allow-specimen"), "{}", said.err);
}

#[test]
fn without_a_site_or_without_inputs_nothing_is_verified() {
    let desk = Desk::new();
    let args = Args { site: desk.path("nowhere"), ..desk.args(&[&text()], Format::Json) };
    let said = desk.verify(&args, Typed::ByProgram, b"");
    assert_eq!((said.exit, said.out.as_str()), (Exit::CouldNot, ""));
    assert!(said.err.contains("content/site.toml: error:"), "{}", said.err);
    assert!(said.err.contains("error: 没有信任名单"), "{}", said.err);

    let said = desk.verify(&desk.args(&[], Format::Json), Typed::ByHand, text().as_bytes());
    assert_eq!((said.exit, said.out.as_str()), (Exit::CouldNot, ""));
    assert!(said.err.contains("error: 没有写要核验什么"), "{}", said.err);
}

#[test]
fn lines_of_standard_input_are_bounded_and_numbered() {
    let desk = Desk::new();
    let mut stdin = format!("{}\r\n\n", text()).into_bytes();
    stdin.extend(std::iter::repeat_n(b'1', 200_000));
    stdin.extend_from_slice(b"\n\xFF\n{\"card\":1}\n");
    stdin.extend(text().into_bytes());
    for typed in [Typed::ByProgram, Typed::ByHand] {
        let said = desk.verify(&desk.args(&["-"], Format::Json), typed, &stdin);
        let expected = [
            ("标准输入:1", "VALID"),
            ("标准输入:3", "MALFORMED"),
            ("标准输入:4", "MALFORMED"),
            ("标准输入:5", "MALFORMED"),
            ("标准输入:6", "VALID"),
        ];
        assert_eq!(said.codes(), pairs(&expected));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = Desk::new();
    for format in [Format::Json, Format::Table] {
        let args = desk.args(&[&forged()], format);
        let err = Shared::default();
        let exit = answer(&args, ends(Typed::ByProgram, b""), &mut talk(Gone, err.clone()));
        assert_eq!((exit, err.text().as_str()), (Exit::Good, ""));
    }
}

#[test]
fn the_table_lines_up_and_says_what_is_unproven() {
    let desk = Desk::new();
    let vocabulary = include_str!("../../../../content/vocabulary.toml");
    desk.put("site/content/vocabulary.toml", vocabulary);
    let said = desk.table(&[&text(), &forged(), &text_by("150601", &card())]);
    // A Chinese character takes two columns: the widest verdict takes 26.
    let expected = "\
结论                        卡号                   持卡人                  年度  结果      认定/应修                签发机构                            输入
✓ 有效（样张）              150600-2022-000017-14  阿依古丽·艾合买提 021X  2022  足额合格  公需 30/30 专业 60.5/60  样例市人力资源和社会保障局（样张）  参数:1
✗ 签名不符，内容可能被改动                                                                                                                              参数:2
    未验证，仅为卡上所称：阿依古丽·艾合买提 021X，2022 年度，足额合格，公需 30/30 专业 60.5/60
? 不认识的签发方                                                                                                                                        参数:3
    未验证，仅为卡上所称：阿依古丽·艾合买提 021X，2022 年度，足额合格，公需 30/30 专业 60.5/60
";
    assert_eq!(said.out, expected);
    assert!(
        said.err.starts_with(
            "共 3 张：有效 1（其中样张 1）；签名不符，内容可能被改动 1；不认识的签发方 1\n"
        ),
        "{}",
        said.err
    );
    assert!(said.err.contains("请更新信任名单"), "{}", said.err);
}

#[test]
fn a_name_from_outside_does_not_steer_the_terminal() {
    let desk = Desk::new();
    desk.put("\u{1B}[2J\u{202E}x.txt", text());
    let said = desk.table(&["\u{1B}[2J\u{202E}x.txt"]);
    assert!(said.out.contains("\u{FFFD}[2J\u{FFFD}x.txt"), "{}", said.out);
    assert!(!said.out.contains(['\u{1B}', '\u{202E}']), "{}", said.out);
}
