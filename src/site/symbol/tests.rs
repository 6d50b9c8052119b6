use qrcode::canvas::Canvas;
use rayon::prelude::*;
use rxing::common::HybridBinarizer;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BinaryBitmap, Luma8LuminanceSource, Reader as _};

use super::*;

/// A small generator (SplitMix64), so that each case is named by its seed.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((word ^ word >> 31) >> 32).expect("32 bits") % bound
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }
}

/// The seeded prefix and digits of one random code of version 4–16 or so.
fn random_texts(seed: u64) -> (String, String) {
    let mut seeded = Seeded(seed);
    let host = 1 + seeded.below(40);
    let host = seeded.text(b"abcdefghijklmnopqrstuvwxyz0123456789.-", host);
    let length = 60 + seeded.below(900);
    // Every seventh has long runs of one digit, which makes masks matter.
    let digits: &[u8] = if seed.is_multiple_of(7) { b"00000007" } else { b"0123456789" };
    (format!("https://{host}/v/#1"), seeded.text(digits, length))
}

/// `qrcode`'s own drawing of the same two segments, by its own choice of mask.
fn drawn_by_qrcode(prefix: &str, digits: &str, version: u8) -> Vec<bool> {
    let normal = Version::Normal(version.into());
    let mut bits = Bits::new(normal);
    bits.push_byte_data(prefix.as_bytes()).unwrap();
    bits.push_numeric_data(digits.as_bytes()).unwrap();
    bits.push_terminator(EcLevel::M).unwrap();
    let (codewords, correction) =
        qrcode::ec::construct_codewords(&bits.into_bytes(), normal, EcLevel::M).unwrap();
    let mut canvas = Canvas::new(normal, EcLevel::M);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&codewords, &correction);
    let colors = canvas.apply_best_mask().into_colors();
    colors.into_iter().map(|color| color == qrcode::Color::Dark).collect()
}

fn modules(symbol: &Symbol) -> Vec<bool> {
    let side = 0..symbol.width();
    side.clone().flat_map(|y| side.clone().map(move |x| symbol.is_dark(x, y))).collect()
}

#[test]
fn a_thousand_random_codes_are_drawn_as_qrcode_draws_them() {
    // The format information is part of the drawing, so equal modules are also
    // equal masks.
    let versions: std::collections::BTreeSet<u8> = (0..1_000_u64)
        .into_par_iter()
        .map(|seed| {
            let (prefix, digits) = random_texts(seed);
            let symbol = Symbol::encode(&prefix, &digits).unwrap();
            let expected = drawn_by_qrcode(&prefix, &digits, symbol.version());
            assert!(modules(&symbol) == expected, "seed {seed}: {prefix} {digits}");
            symbol.version()
        })
        .collect();
    assert!((5..=16).all(|version| versions.contains(&version)), "{versions:?}");
}

#[test]
fn every_version_is_drawn_as_qrcode_draws_it() {
    let mut drawn = std::collections::BTreeSet::new();
    for length in (0..2_640).step_by(20) {
        let digits = Seeded(length as u64).text(b"0123456789", length);
        let symbol = Symbol::encode("#1", &digits).unwrap();
        if drawn.insert(symbol.version()) {
            let expected = drawn_by_qrcode("#1", &digits, symbol.version());
            assert!(modules(&symbol) == expected, "version {}", symbol.version());
            assert_eq!(symbol.width(), 17 + 4 * usize::from(symbol.version()));
        }
    }
    assert!(drawn.into_iter().eq(1..=VERSION_MAX));
}

#[test]
fn a_thousand_codes_at_four_pixels_a_module_are_read_back() {
    (0..1_000_u64).into_par_iter().for_each(|seed| {
        let (prefix, digits) = random_texts(seed);
        let symbol = Symbol::encode(&prefix, &digits).unwrap();
        let side = u32::try_from((symbol.width() + 2 * QUIET_ZONE) * 4).unwrap();
        let luma = symbol.to_luma(4, QUIET_ZONE);
        let source = Luma8LuminanceSource::new(luma, side, side).unwrap();
        let mut picture = BinaryBitmap::new(HybridBinarizer::new(source));
        let read = QrReader.decode(&mut picture).map(|result| result.getText().to_owned());
        assert_eq!(read.ok(), Some(prefix + &digits), "seed {seed}");
    });
}

/// Digits that this many bytes of COSE take (card specification: 7 bytes → 17
/// digits, a rest of 1…6 bytes → 3, 5, 8, 10, 13, 15).
fn digits_of(bytes: usize) -> usize {
    bytes / 7 * 17 + [0, 3, 5, 8, 10, 13, 15][bytes % 7]
}

#[test]
fn the_card_specifications_version_budget_holds() {
    for (bytes, version, width) in [(177, 10, 57), (230, 12, 65)] {
        let digits = "7".repeat(digits_of(bytes));
        let symbol = Symbol::encode("https://cards.example/v/#1", &digits).unwrap();
        assert_eq!((symbol.version(), symbol.width()), (version, width), "{bytes} bytes");
    }
}

#[test]
fn the_smallest_version_is_taken_and_the_largest_refuses_one_more() {
    // Version 1-M holds 16 codewords (ISO/IEC 18004:2015, table 7): 128 bits −
    // 4 − 8 for an empty byte segment − 4 − 10 leave 102 bits: 30 digits make
    // 100, 31 make 104.
    assert_eq!(Symbol::encode("", &"1".repeat(30)).map(|it| it.version()), Ok(1));
    assert_eq!(Symbol::encode("", &"1".repeat(31)).map(|it| it.version()), Ok(2));
    // Version 27-M holds 1,128 codewords: 9,024 bits − 4 − 16 − 4 − 14 leave
    // 8,986 for 1,123 bytes and no digit.
    let longest = "x".repeat(1_123);
    assert_eq!(Symbol::encode(&longest, "").map(|it| it.version()), Ok(27));
    assert_eq!(Symbol::encode(&longest, "1"), Err(SymbolError::TooLong));
    assert_eq!(Symbol::encode("#1", &"1".repeat(1 << 20)), Err(SymbolError::TooLong));
    // The whole of what a card's text may be.
    assert!(Symbol::encode(&"x".repeat(1_024), "").is_ok());
}

#[test]
fn only_digits_are_digits() {
    for digits in ["12a", "-1", "1 2", "１２", ":", "/"] {
        assert_eq!(Symbol::encode("#1", digits), Err(SymbolError::NotDigits), "{digits}");
    }
}

/// Paints the path's rectangles on a grid, by SVG's rules for m, h, v and z.
fn painted(path: &str, width: usize) -> Vec<bool> {
    let mut grid = vec![false; width * width];
    let (mut x, mut y) = (0_i64, 0_i64);
    for rectangle in path.split_terminator('z') {
        let (start, sides) = rectangle[1..].split_once('h').unwrap();
        let (right, down) = start.split_once(' ').unwrap();
        (x, y) = (x + right.parse::<i64>().unwrap(), y + down.parse::<i64>().unwrap());
        let (run, back) = sides.split_once("v1h-").unwrap();
        assert_eq!(run, back);
        for at in x..x + run.parse::<i64>().unwrap() {
            let module = usize::try_from(y).unwrap() * width + usize::try_from(at).unwrap();
            assert!(!grid[module], "painted twice");
            grid[module] = true;
        }
    }
    grid
}

#[test]
fn the_path_paints_each_dark_module_once_and_no_other() {
    for seed in 0..50 {
        let (prefix, digits) = random_texts(seed);
        let symbol = Symbol::encode(&prefix, &digits).unwrap();
        let path = symbol.svg_path();
        assert_eq!(path.matches('M').count(), 1, "one path: {path}");
        assert_eq!(painted(&path, symbol.width()), modules(&symbol), "seed {seed}");
    }
}

#[test]
fn numbers_are_written_in_full() {
    for number in 0..1_000 {
        let mut text = String::new();
        push_number(&mut text, number);
        assert_eq!(text, number.to_string());
    }
}

#[test]
fn pixels_are_modules_in_a_quiet_zone() {
    let symbol = Symbol::encode("#1", "12345").unwrap();
    let (pixels, quiet) = (3, 2);
    let side = (symbol.width() + 2 * quiet) * pixels;
    let luma = symbol.to_luma(pixels, quiet);
    assert_eq!(luma.len(), side * side);
    for (at, pixel) in luma.into_iter().enumerate() {
        let (x, y) = (at % side / pixels, at / side / pixels);
        let is_dark = x >= quiet && y >= quiet && symbol.is_dark(x - quiet, y - quiet);
        assert_eq!(pixel, if is_dark { 0 } else { 255 }, "pixel {at}");
    }
    assert!(!symbol.is_dark(symbol.width(), 0) && !symbol.is_dark(0, symbol.width()));
    assert!(!symbol.is_dark(usize::MAX, usize::MAX));
}
