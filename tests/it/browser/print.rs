//! Cards on paper: printed by Chromium, made pixels of as a printer with 300 dots to
//! the inch does (Debian: `poppler-utils`), and read back from these.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use image::GrayImage;
use shenyan::site::symbol::Symbol;
use shenyan::site::{Theme, view};
use tempfile::TempDir;

use super::Sample;
use super::chromium::Chromium;
use crate::decoder::{Square, all_read, blurred_read, open, photograph, rxing, zbar};

/// Dots of the printer on a millimetre.
const DOTS: f64 = 300.0 / 25.4;

/// What came out of the printer.
struct Print {
    folder: TempDir,
    /// Width and height of each page, in millimetres.
    sheets: Vec<(f64, f64)>,
}

impl Print {
    fn of(html: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let pdf = folder.path().join("print.pdf");
        Chromium::print(&format!("file://{}", html.display()), &pdf);
        let said = run("pdfinfo", &["-l", "9999"], &pdf);
        let sheets = said
            .lines()
            .filter(|line| line.starts_with("Page ") && line.contains(" size:"))
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                let at = words.iter().position(|word| *word == "x").unwrap();
                let side = |at: usize| words[at].parse::<f64>().unwrap() / 72.0 * 25.4;
                (side(at - 1), side(at + 1))
            });
        let sheets: Vec<_> = sheets.collect();
        Self { folder, sheets }
    }

    fn pdf(&self) -> std::path::PathBuf {
        self.folder.path().join("print.pdf")
    }

    /// The pages as pixels.
    fn pages(&self) -> Vec<GrayImage> {
        let pages = self.folder.path().join("pages");
        fs::create_dir_all(&pages).unwrap();
        let mut command = Command::new("pdftoppm");
        command.args(["-r", "300", "-gray", "-png"]).arg(self.pdf()).arg(pages.join("p"));
        assert!(command.status().unwrap().success());
        let mut names: Vec<_> =
            fs::read_dir(pages).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        assert_eq!(names.len(), self.sheets.len());
        names.iter().map(|name| open(name)).collect()
    }

    /// Every word of a page, with its top and bottom in millimetres from above.
    fn words(&self) -> Vec<(f64, f64, String)> {
        let said = run("pdftotext", &["-bbox"], &self.pdf());
        let words = said.lines().filter_map(|line| line.trim().strip_prefix("<word "));
        let word = |line: &str| {
            let number = |name: &str| {
                let (_, after) = line.split_once(name).unwrap();
                after.split('"').nth(1).unwrap().parse::<f64>().unwrap() / 72.0 * 25.4
            };
            let (_, text) = line.split_once('>').unwrap();
            (number("yMin="), number("yMax="), text.trim_end_matches("</word>").to_owned())
        };
        words.map(word).collect()
    }
}

fn run(program: &str, arguments: &[&str], pdf: &Path) -> String {
    let mut command = Command::new(program);
    command.args(arguments).arg(pdf);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("{program} is missing (Debian: apt-get install poppler-utils): {error}")
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn is_a5((width, height): &(f64, f64)) -> bool {
    (width - 148.0).abs() < 0.5 && (height - 210.0).abs() < 0.5
}

/// A code on a page, measured as with a ruler: its size, its place, its modules, and
/// what is left free around it; and read from the whole page, from the code alone, and
/// from a small picture of it.
fn read(page: &GrayImage, modules: u32, what: &str) -> String {
    let codes = Square::find(page);
    let [code] = codes[..] else { panic!("{what}: one code on a page, not {codes:?}") };
    let millimetres = |dots: u32| f64::from(dots) / DOTS;
    let side = millimetres(code.side);
    assert!(side >= 30.0, "{what}: the code measures {side} mm");
    let right = page.width() - code.left - code.side;
    let bottom = page.height() - code.top - code.side;
    for edge in [code.left, code.top, right, bottom].map(millimetres) {
        assert!(edge >= 10.0, "{what}: {edge} mm from an edge");
    }
    assert_eq!(code.side % modules, 0, "{what}: {} dots for {modules} modules", code.side);
    let quiet = code.side / modules * 4;
    let around = code.wider(quiet);
    for (x, y, pixel) in around.cut(page).enumerate_pixels() {
        // The dot at the edge of a module is grey.
        let is_inside = |at: u32| (quiet - 1..=quiet + code.side).contains(&at);
        let is_white = pixel.0[0] == 255;
        assert!(is_white || is_inside(x) && is_inside(y), "{what}: quiet zone, {x}, {y}");
    }
    let texts = rxing(page);
    assert_eq!(texts.len(), 1, "{what}: rxing reads the page");
    assert_eq!(zbar(std::slice::from_ref(page)), texts, "{what}: zbarimg reads the page");
    let picture = around.cut(page);
    let small = photograph(&picture, 200);
    all_read(&[picture], &texts, what);
    blurred_read(&[small], &texts, &format!("{what}, 200 pixels wide"));
    texts[0].clone()
}

/// How many modules the codes of a page of HTML have on a side.
fn modules(html: &str) -> u32 {
    let (_, after) = html.split_once("viewBox=\"-4 -4 ").unwrap();
    after.split(' ').next().unwrap().parse::<u32>().unwrap() - 8
}

#[test]
fn a_units_file_prints_each_card_on_a_page_of_its_own() {
    let sample = Sample::build();
    let mut left: BTreeSet<String> = sample.cards().into_iter().collect();
    let folder = sample.path("private/units");
    let mut units: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    units.sort();
    for unit in units.iter().filter(|path| !path.ends_with("index.html")) {
        let what = unit.file_stem().unwrap().to_str().unwrap();
        let html = fs::read_to_string(unit).unwrap();
        let cards: Vec<&str> = html.split("<article").skip(1).collect();
        let print = Print::of(unit);
        assert!(print.sheets.iter().all(is_a5), "{what}: {:?}", print.sheets);
        let pages = print.pages();
        let front = pages.iter().take_while(|page| Square::find(page).is_empty()).count();
        assert!((1..=2).contains(&front), "{what}: {front} pages say who has no card");
        assert_eq!(pages.len() - front, cards.len(), "{what}: a page for each card");
        for (page, card) in pages[front..].iter().zip(cards) {
            let text = read(page, modules(card), what);
            assert!(card.contains(&text), "{what}: the cards are in their order");
            assert!(left.remove(&text), "{what}: a card of the unit, once: {text}");
        }
    }
    assert_eq!(left, BTreeSet::new(), "every card is in its unit's file");
}

#[test]
fn a_card_prints_on_one_page_alone() {
    let sample = Sample::build();
    let folder = sample.path("private/cards/样张旗样例苏木卫生院");
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let path = files.find(|path| path.extension().is_some_and(|it| it == "html")).unwrap();
    let html = fs::read_to_string(&path).unwrap();
    let print = Print::of(&path);
    assert!(print.sheets.len() == 1 && print.sheets.iter().all(is_a5), "{:?}", print.sheets);
    assert!(html.contains(&read(&print.pages()[0], modules(&html), "alone")));
}

/// The most that a card can have to show, and the least.
fn extremes() -> Vec<(&'static str, view::CardPage)> {
    let digits = |length: usize| "592552140745733162".repeat(40)[..length].to_owned();
    let symbol = |length: usize| {
        let symbol = Symbol::encode("https://cards.example/v/#1", &digits(length)).unwrap();
        let width = u16::try_from(symbol.width()).unwrap();
        view::Symbol { width, path: symbol.svg_path(), dots: 355_u16.div_ceil(width).max(7) }
    };
    let ground = |at: usize, quote: &str| view::CardGround {
        clause: format!("区/三({at})后段"),
        notice: "关于做好全区2022年专业技术人员继续教育工作的通知".repeat(if at < 4 {
            1
        } else {
            2
        }),
        quote: quote.to_owned(),
        url: format!("https://cards.example/notices/2022/nmg.html#q-{at}"),
    };
    let hours = |at: usize| view::CardHours {
        category: format!("第{at}类科目"),
        credited: "1234.5".to_owned(),
        required: "1234.5".to_owned(),
    };
    let long =
        "各级各类专业技术人员参加业务集中培训和线上培训的学时均可计入当年继续教育专业科目学时，"
            .repeat(8);
    let card = |name: &str, unit: &str, length: usize| view::CardPage {
        holder: view::Name::new(name),
        id_tail: Some("014X".to_owned()),
        unit: Some(view::Name::new(unit)),
        year: 2022,
        result: "足额合格".to_owned(),
        hours: (1..=2).map(hours).collect(),
        hours_unit: "学时".to_owned(),
        grounds: vec![ground(1, "公需科目不少于 30 学时")],
        issuer: "鄂尔多斯市人力资源和社会保障局（样张）".to_owned(),
        number: "150600-2022-123456-78".to_owned(),
        issued: view::Day::from("2022-12-31".parse::<shenyan::time::Date>().unwrap()),
        supersedes: Some("150600-2022-123455-80".to_owned()),
        as_of: "本页为签发时的状态，扫码可见最新状态。".to_owned(),
        host: "jixujiaoyu.zhuanyejishurenyuan.cards.example.gov.cn".to_owned(),
        text: format!("https://cards.example/v/#1{}", digits(length)),
        symbol: symbol(length),
        specimen: true,
    };
    let unit = "样张自治区样张市样例高新技术产业开发区草原生态保护与荒漠化综合治理工程技术研究中心";
    let mongolian = "ᠵᠠᠭᠪᠤᠷ ᠤᠨ ᠮᠣᠩᠭᠣᠯ ᠳᠤᠮᠳᠠᠳᠤ ᠰᠤᠷᠭᠠᠭᠤᠯᠢ ᠶᠢᠨ ᠬᠥᠮᠦᠵᠢᠯ ᠦᠨ ᠲᠠᠩᠬᠢᠮ";
    let mut full = card(&"样".repeat(25), unit, 600);
    full.hours = (1..=8).map(hours).collect();
    full.grounds = (1..=8).map(|at| ground(at, &long)).collect();
    let mut crowded = card("ᠰᠠᠷᠠᠭᠤᠯ ᠵᠠᠭᠪᠤᠷ", mongolian, 510);
    crowded.grounds = (1..=8).map(|at| ground(at, &long[..300])).collect();
    let mut wide = card("阿卜杜热合曼·买买提依明·艾合买提江", mongolian, 430);
    wide.hours = (1..=5).map(hours).collect();
    wide.grounds = (1..=5).map(|at| ground(at, &long)).collect();
    let mut bare = card("样", "样", 210);
    bare.grounds.clear();
    (bare.supersedes, bare.id_tail, bare.unit) = (None, None, None);
    vec![("full", full), ("crowded", crowded), ("wide", wide), ("bare", bare)]
}

#[test]
fn the_longest_names_and_grounds_stay_on_their_page() {
    let theme = Theme::new(&view::Portal::default(), &[]).unwrap();
    let folder = TempDir::new().unwrap();
    for (what, card) in extremes() {
        let html = folder.path().join(format!("{what}.html"));
        fs::write(&html, theme.render_card(&card).unwrap().page).unwrap();
        let print = Print::of(&html);
        assert!(print.sheets.len() == 1 && is_a5(&print.sheets[0]), "{what}: {:?}", print.sheets);
        let words = print.words();
        let place = |text: &str| {
            let word = words.iter().find(|(_, _, word)| word.contains(text));
            word.unwrap_or_else(|| panic!("{what}: {text} is not on the page: {words:?}"))
        };
        let (foot, ..) = place("卡号");
        let (_, number, _) = place(&card.number);
        assert!(*foot > 150.0 && *number < 205.0, "{what}: the foot is at {foot}–{number} mm");
        for ground in &card.grounds {
            let (_, bottom, _) = place(&ground.clause);
            assert!(bottom < foot, "{what}: {} ends at {bottom} mm", ground.clause);
        }
        assert_eq!(read(&print.pages()[0], u32::from(card.symbol.width), what), card.text);
    }
}
