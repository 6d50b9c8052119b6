//! Three decoders of QR codes that know nothing of one another: `rxing` (ZXing in
//! Rust, what `verify` reads pictures with), ZBar (Debian: `zbar-tools`), and `rqrr`
//! (quirc in Rust; a dev-dependency, where OpenCV would be 200 MB of packages).

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use image::{GrayImage, ImageFormat, Luma};
use shenyan::scan::sheets;
use shenyan::site::symbol::{QUIET_ZONE, Symbol};

/// A code in a picture, in pixels; without its quiet zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Square {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) side: u32,
}

impl Square {
    /// Measures upright codes from the eyes in their corners: dark and light as 1:1:3:1:1
    /// (ISO/IEC 18004:2015, 6.3.3), in the row and in the column of their middle.
    pub(crate) fn find(picture: &GrayImage) -> Vec<Self> {
        let mut eyes: Vec<Self> = Vec::new();
        for y in 0..picture.height() {
            let row = |x: u32| picture.get_pixel(x, y).0[0] < 128;
            for (left, side) in eyes_in(picture.width(), row) {
                let middle = left + side / 2;
                let column = |y: u32| picture.get_pixel(middle, y).0[0] < 128;
                let is_here = |(top, down): &(u32, u32)| {
                    down.abs_diff(side) <= 2 && y.abs_diff(top + down / 2) <= 1
                };
                let upright = eyes_in(picture.height(), column).into_iter().find(is_here);
                let known = |eye: &Self| eye.left.abs_diff(left) + eye.top.abs_diff(y) < 2 * side;
                if let Some((top, _)) = upright.filter(|_| !eyes.iter().any(known)) {
                    eyes.push(Self { left, top, side });
                }
            }
        }
        // An eye in the corner has one to its right and one below, as far away.
        let codes = eyes.iter().filter_map(|corner| {
            let is_near = |a: u32, b: u32| a.abs_diff(b) <= 2;
            let right =
                eyes.iter().find(|it| is_near(it.top, corner.top) && it.left > corner.left)?;
            let side = right.left + right.side - corner.left;
            let below = |it: &&Self| {
                is_near(it.left, corner.left) && is_near(it.top + it.side, corner.top + side)
            };
            eyes.iter().find(below).map(|_| Self { side, ..*corner })
        });
        codes.collect()
    }

    /// With this much around it.
    pub(crate) fn wider(self, by: u32) -> Self {
        Self { left: self.left - by, top: self.top - by, side: self.side + 2 * by }
    }

    /// What is inside.
    pub(crate) fn cut(self, picture: &GrayImage) -> GrayImage {
        let Self { left, top, side } = self;
        image::imageops::crop_imm(picture, left, top, side, side).to_image()
    }
}

/// Where a line is dark, light, dark, light and dark as 1:1:3:1:1, and how far.
fn eyes_in(length: u32, is_dark: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
    let edges: Vec<u32> = (1..length).filter(|at| is_dark(*at) != is_dark(at - 1)).collect();
    let eyes = edges.windows(6).filter_map(|edges| {
        let side = edges[5] - edges[0];
        let module = f64::from(side) / 7.0;
        let is_eye = edges.windows(2).zip([1.0, 1.0, 3.0, 1.0, 1.0]).all(|(ends, modules)| {
            (f64::from(ends[1] - ends[0]) - modules * module).abs() < 0.4 * module
        });
        (is_eye && is_dark(edges[0])).then_some((edges[0], side))
    });
    eyes.collect()
}

/// What `rqrr` finds, as large as the picture is, or from farther off.
fn rqrr(picture: &GrayImage) -> Vec<String> {
    let smaller = |part: u32| {
        let (width, height) = (picture.width() * part / 4, picture.height() * part / 4);
        image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle)
    };
    let mut sizes = [4, 3, 2].into_iter().map(|part| rqrr_at_once(&smaller(part)));
    sizes.find(|texts: &Vec<String>| !texts.is_empty()).unwrap_or_default()
}

fn rqrr_at_once(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let grey = |x: usize, y: usize| picture.get_pixel(x as u32, y as u32).0[0];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = prepared.detect_grids().into_iter();
    grids.filter_map(|grid| Some(grid.decode().ok()?.1)).collect()
}

/// What `rxing` finds.
pub(crate) fn rxing(picture: &GrayImage) -> Vec<String> {
    let mut png = Vec::new();
    picture.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
    sheets(&png).unwrap_or_default().into_iter().flatten().flatten().flatten().collect()
}

/// What ZBar finds in pictures that have a code each, in their order.
pub(crate) fn zbar(pictures: &[GrayImage]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("zbarimg");
    command.args(["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"]);
    for (at, picture) in pictures.iter().enumerate() {
        let path = folder.path().join(format!("{at:04}.png"));
        picture.save(&path).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("zbarimg is missing (Debian: apt-get install zbar-tools): {error}")
    });
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Has all three read each picture as its text and nothing else.
pub(crate) fn all_read(pictures: &[GrayImage], texts: &[String], what: &str) {
    blurred_read(pictures, texts, what);
    for (picture, text) in pictures.iter().zip(texts) {
        assert_eq!(rqrr(picture), [text.as_str()], "{what}: rqrr");
    }
}

/// Has the two that are made for photographs read each picture; `rqrr` gives up at
/// three blurred pixels a module.
pub(crate) fn blurred_read(pictures: &[GrayImage], texts: &[String], what: &str) {
    assert_eq!(zbar(pictures), texts, "{what}: zbarimg");
    for (picture, text) in pictures.iter().zip(texts) {
        assert_eq!(rxing(picture), [text.as_str()], "{what}: rxing");
    }
}

/// A picture scaled to this many pixels a side, and as blurred as by a hand that is not
/// quite still.
pub(crate) fn photograph(picture: &GrayImage, pixels: u32) -> GrayImage {
    let filter = image::imageops::FilterType::Triangle;
    let small = image::imageops::resize(picture, pixels, pixels, filter);
    image::imageops::blur(&small, 0.6)
}

/// A picture file, as grey.
pub(crate) fn open(path: &Path) -> GrayImage {
    image::load_from_memory(&std::fs::read(path).unwrap()).unwrap().into_luma8()
}

/// The mask that the format information names: ISO/IEC 18004:2015, 7.9. Its bits 12 to
/// 10 stand in columns 2 to 4 of row 8, turned by 101.
fn mask(symbol: &Symbol) -> u8 {
    let bit = |x: usize, turned: u8| u8::from(symbol.is_dark(x, 8)) ^ turned;
    bit(2, 1) << 2 | bit(3, 0) << 1 | bit(4, 1)
}

/// Digits without end that look like a card's, the same ones each time.
fn digits(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'0' + (state % 10) as u8)
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Versions 7 to 12 are those of all cards there can be; each is read in at least
/// five of the eight masks.
#[test]
fn codes_of_every_version_and_of_many_masks_are_read_by_three_decoders() {
    let prefix = "https://cards.example/v/#1";
    let (mut pictures, mut texts) = (Vec::new(), Vec::new());
    // Digits that fill most of each version at level M.
    for (version, length) in [(7, 210), (8, 280), (9, 350), (10, 430), (11, 510), (12, 600)] {
        let mut masks = BTreeSet::new();
        for seed in 0..60 {
            let digits = digits(seed, length);
            let symbol = Symbol::encode(prefix, &digits).unwrap();
            assert_eq!(symbol.version(), version, "{length} digits");
            if masks.insert(mask(&symbol)) {
                let side = (symbol.width() + 2 * QUIET_ZONE) * 3;
                let pixels = symbol.to_luma(3, QUIET_ZONE);
                let picture = GrayImage::from_fn(side as u32, side as u32, |x, y| {
                    Luma([pixels[y as usize * side + x as usize]])
                });
                pictures.push(picture);
                texts.push(format!("{prefix}{digits}"));
            }
        }
        assert!(masks.len() >= 5, "version {version}: masks {masks:?} in 60 texts");
    }
    all_read(&pictures, &texts, "generated");
}
