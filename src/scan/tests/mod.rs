//! Pictures of codes, from clean to hopeless.

mod documents;
mod photographs;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use proptest::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

use super::*;
use crate::scan::picture::{ENCODED_BYTES_MAX, PIXELS_MAX, SIDE_MAX};

/// The texts of a picture, whatever else it shows.
fn scan(bytes: &[u8]) -> Result<Vec<String>, ScanError> {
    let [sheet] = <[Sheet; 1]>::try_from(sheets(bytes)?).unwrap();
    sheet.map(|codes| codes.into_iter().flatten().collect())
}

/// What a card's code holds, as long as a normal card: version 10.
fn card_text(seed: u64) -> String {
    let mut noise = Noise(seed);
    let digits: String =
        (0..430).map(|_| char::from(b'0' + u8::try_from(noise.below(10)).unwrap())).collect();
    format!("https://cards.example/v/#1{digits}")
}

/// A small generator (SplitMix64), so that each picture is named by its seed.
struct Noise(u64);

impl Noise {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ word >> 31) >> 32) % bound
    }
}

/// A code on white paper, this many pixels a module, quiet zone 4.
fn drawn(text: &str, pixels: usize) -> Picture {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let side = (code.width() + 8) * pixels;
    let mut picture = blank(side, side, 255);
    for (at, color) in code.to_colors().into_iter().enumerate() {
        let (x, y) = ((at % code.width() + 4) * pixels, (at / code.width() + 4) * pixels);
        for row in y..y + pixels {
            let start = row * side + x;
            picture.luma[start..start + pixels].fill(color.select(20, 240));
        }
    }
    assert_eq!(code.to_colors()[0], Color::Dark);
    picture
}

fn blank(width: usize, height: usize, grey: u8) -> Picture {
    Picture { width, height, luma: vec![grey; width * height] }
}

fn pasted(page: &mut Picture, piece: &Picture, left: usize, top: usize) {
    for (y, row) in piece.luma.chunks(piece.width).enumerate() {
        let start = (top + y) * page.width + left;
        page.luma[start..start + piece.width].copy_from_slice(row);
    }
}

/// The picture turned by this many degrees about its middle, on white paper
/// wide enough.
fn turned(picture: &Picture, degrees: f64) -> Picture {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let side = picture.width * 3 / 2;
    let mut out = blank(side, side, 255);
    let (middle, new_middle) = (picture.width as f64 / 2.0, side as f64 / 2.0);
    for y in 0..side {
        for x in 0..side {
            let (dx, dy) = (x as f64 + 0.5 - new_middle, y as f64 + 0.5 - new_middle);
            let old_x = (dx * cos + dy * sin + middle).floor();
            let old_y = (dy * cos - dx * sin + middle).floor();
            if old_x >= 0.0 && old_y >= 0.0 && old_x < middle * 2.0 && old_y < middle * 2.0 {
                out.luma[y * side + x] =
                    picture.luma[old_y as usize * picture.width + old_x as usize];
            }
        }
    }
    out
}

fn each(mut picture: Picture, mut change: impl FnMut(usize, usize, i64) -> i64) -> Picture {
    let width = picture.width;
    for (at, pixel) in picture.luma.iter_mut().enumerate() {
        let changed = change(at % width, at / width, i64::from(*pixel));
        *pixel = u8::try_from(changed.clamp(0, 255)).unwrap();
    }
    picture
}

fn png(picture: &Picture) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = (picture.width as u32, picture.height as u32);
    PngEncoder::new(&mut bytes)
        .write_image(&picture.luma, width, height, ExtendedColorType::L8)
        .unwrap();
    bytes
}

fn jpeg(picture: &Picture, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = (picture.width as u32, picture.height as u32);
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .write_image(&picture.luma, width, height, ExtendedColorType::L8)
        .unwrap();
    bytes
}

fn check(what: &str, picture: &Picture, text: &str) {
    assert_eq!(scan(&png(picture)), Ok(vec![text.to_owned()]), "{what}, PNG");
    assert_eq!(scan(&jpeg(picture, 40)), Ok(vec![text.to_owned()]), "{what}, JPEG");
}

#[test]
fn clean_codes_are_read_at_two_to_eight_pixels_a_module() {
    for pixels in 2..=8 {
        let text = card_text(pixels as u64);
        check(&format!("{pixels} pixels"), &drawn(&text, pixels), &text);
    }
}

#[test]
fn a_code_of_one_pixel_a_module_is_read() {
    let text = card_text(1);
    assert_eq!(scan(&png(&drawn(&text, 1))), Ok(vec![text]));
}

#[test]
fn turned_codes_are_read() {
    let text = card_text(7);
    for degrees in [7.0, 30.0, 45.0, 90.0, 180.0, 270.0, -12.5] {
        check(&format!("{degrees}°"), &turned(&drawn(&text, 5), degrees), &text);
    }
}

#[test]
fn blurred_codes_are_read() {
    let text = card_text(8);
    // Blurring 3 × 3 three times over spreads an edge across a module of 5.
    let blurred = drawn(&text, 5).smoothed().smoothed().smoothed();
    check("blurred", &blurred, &text);
}

#[test]
fn unevenly_lit_codes_are_read() {
    let text = card_text(9);
    let picture = drawn(&text, 5);
    let width = picture.width as i64;
    let lit = each(picture, |x, y, pixel| {
        let light = 15 + 85 * (x as i64 + y as i64) / (2 * width);
        pixel * light / 100
    });
    check("uneven light", &lit, &text);
}

#[test]
fn faded_and_white_on_black_codes_are_read() {
    let text = card_text(10);
    check("faded", &each(drawn(&text, 4), |_, _, pixel| 200 + pixel / 12), &text);
    check("white on black", &each(drawn(&text, 4), |_, _, pixel| 255 - pixel), &text);
}

#[test]
fn noisy_codes_are_read() {
    let text = card_text(11);
    let mut noise = Noise(11);
    let noisy =
        each(drawn(&text, 6), |_, _, pixel| pixel + i64::try_from(noise.below(161)).unwrap() - 80);
    check("noise of ±80", &noisy, &text);
}

#[test]
fn a_code_in_a_photograph_of_six_megapixels_is_read() {
    let text = card_text(12);
    let mut noise = Noise(12);
    // A dark table, a grey sheet, a code on it, 4 pixels a module and turned.
    let mut photograph = blank(3_000, 2_000, 70);
    let sheet = blank(1_300, 900, 255);
    pasted(&mut photograph, &sheet, 1_400, 800);
    pasted(&mut photograph, &turned(&drawn(&text, 4), 7.0), 1_700, 1_000);
    let photograph = each(photograph, |x, _, pixel| {
        pixel * (60 + x as i64 / 100) / 100 + i64::try_from(noise.below(31)).unwrap() - 15
    });
    assert_eq!(scan(&jpeg(&photograph, 60)), Ok(vec![text]));
}

#[test]
fn codes_of_a_page_come_row_by_row_from_the_left() {
    let mut page = blank(1_400, 1_200, 255);
    let texts: Vec<String> = (0..12).map(|at| card_text(100 + at)).collect();
    for (at, text) in texts.iter().enumerate() {
        let (column, row) = (at % 4, at / 4);
        // The sheet lies askew: each code a little lower than its left one.
        pasted(&mut page, &drawn(text, 4), 40 + column * 330, 30 + row * 380 + column * 25);
    }
    assert_eq!(scan(&png(&page)), Ok(texts.clone()));
    assert_eq!(scan(&jpeg(&page, 60)), Ok(texts));
}

#[test]
fn the_same_text_in_two_places_comes_twice() {
    let text = card_text(3);
    let mut page = blank(700, 320, 255);
    pasted(&mut page, &drawn(&text, 4), 20, 20);
    pasted(&mut page, &drawn(&text, 4), 400, 20);
    assert_eq!(scan(&png(&page)), Ok(vec![text.clone(), text]));
}

#[test]
fn transparency_is_white_paper_and_colours_are_greys() {
    let text = card_text(4);
    let picture = drawn(&text, 3);
    let (width, height) = (picture.width as u32, picture.height as u32);
    let pixels: Vec<u8> = picture
        .luma
        .iter()
        .flat_map(|&grey| if grey < 128 { [0, 30, 90, 255] } else { [0, 0, 0, 0] })
        .collect();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, width, height, ExtendedColorType::Rgba8)
        .unwrap();
    assert_eq!(scan(&bytes), Ok(vec![text]));
}

#[test]
fn what_cannot_be_read_says_why() {
    assert_eq!(scan(b""), Err(ScanError::NotAPicture));
    assert_eq!(scan(b"GIF89a"), Err(ScanError::NotAPicture));
    assert_eq!(scan("审验卡".as_bytes()), Err(ScanError::NotAPicture));
    assert_eq!(scan(&png(&blank(300, 200, 255))), Err(ScanError::NoCode));
    assert_eq!(scan(&png(&blank(1, 1, 0))), Err(ScanError::NoCode));
    assert_eq!(scan(&png(&blank(1, 9_000, 0))), Err(ScanError::NoCode));
    assert_eq!(scan(&png(&blank(9_000, 1, 0))), Err(ScanError::NoCode));

    // Level M mends at most 15 % of the codewords; a seal over the middle third
    // of both sides hides more.
    let picture = drawn(&card_text(5), 5);
    let third = picture.width / 3;
    let sealed = each(picture, |x, y, pixel| {
        let is_hidden =
            (third..2 * third + 30).contains(&x) && (third..2 * third + 30).contains(&y);
        if is_hidden { 40 } else { pixel }
    });
    assert_eq!(scan(&png(&sealed)), Err(ScanError::Damaged));
}

#[test]
fn a_sheet_tiled_with_corners_is_given_up_at_once() {
    // 90,000 corners; looked at one by one they would take minutes.
    let mut corner = blank(8, 8, 255);
    for (y, row) in ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]
        .into_iter()
        .enumerate()
    {
        for (x, module) in row.chars().enumerate() {
            corner.luma[y * 8 + x] = if module == '#' { 0 } else { 255 };
        }
    }
    let sheet = each(blank(2_400, 2_400, 0), |x, y, _| i64::from(corner.luma[y % 8 * 8 + x % 8]));
    assert_eq!(scan(&png(&sheet)), Err(ScanError::NoCode));
}

/// The PNG head of a picture that claims these sides, with no pixels behind it.
fn png_head(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&blank(1, 1, 0));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// CRC-32 of PNG (ISO/IEC 15948, annex D), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn too_large_is_said_before_anything_is_unpacked() {
    let mut file = png(&blank(30, 30, 255));
    file.resize(ENCODED_BYTES_MAX, 0);
    assert_eq!(scan(&file), Err(ScanError::NoCode), "the largest file");
    file.push(0);
    assert_eq!(scan(&file), Err(ScanError::TooLarge), "one byte more");

    assert_eq!(u64::from(SIDE_MAX) * 3_333, PIXELS_MAX - 10_000);
    assert_eq!(scan(&png_head(SIDE_MAX, 3_334)), Err(ScanError::TooLarge), "pixels");
    assert_eq!(scan(&png_head(SIDE_MAX + 1, 1)), Err(ScanError::TooLarge), "width");
    assert_eq!(scan(&png_head(1, SIDE_MAX + 1)), Err(ScanError::TooLarge), "height");
    assert_eq!(scan(&png_head(u32::MAX, u32::MAX)), Err(ScanError::TooLarge), "both");
    assert_eq!(scan(&png_head(20, 20)), Err(ScanError::Broken), "no pixels behind the head");
}

#[test]
fn a_file_cut_off_anywhere_gives_the_text_or_a_reason() {
    let text = card_text(6);
    let picture = drawn(&text, 2);
    for whole in [png(&picture), jpeg(&picture, 40)] {
        for length in (0..whole.len()).step_by(whole.len() / 60) {
            if let Ok(texts) = scan(&whole[..length]) {
                assert_eq!(texts, [text.as_str()], "cut to {length}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_picture_panics(
        width in 21_usize..200,
        height in 21_usize..200,
        seed: u64,
        levels in 2_u64..256,
        grain in 1_usize..9,
    ) {
        let mut noise = Noise(seed);
        let grains: Vec<i64> = (0..200 * 200)
            .map(|_| i64::try_from(noise.below(levels) * 255 / (levels - 1)).unwrap())
            .collect();
        let picture = each(blank(width, height, 0), |x, y, _| grains[y / grain * 200 + x / grain]);
        prop_assert!(scan(&png(&picture)).is_err());
    }

    #[test]
    fn no_spoilt_file_panics(
        seed in 0_u64..8,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let text = card_text(seed);
        let picture = drawn(&text, 2);
        for mut bytes in [png(&picture), jpeg(&picture, 40)] {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if let Ok(texts) = scan(&bytes) {
                prop_assert_eq!(texts, [text.as_str()]);
            }
        }
    }

    #[test]
    fn no_spoilt_code_panics(
        seed in 0_u64..8,
        blots in prop::collection::vec((0_usize..260, 0_usize..260, 1_usize..60, any::<u8>()), 1..12),
    ) {
        let text = card_text(seed);
        let spoilt = each(drawn(&text, 4), |x, y, pixel| {
            let blot = blots.iter().find(|(left, top, side, _)| {
                (*left..left + side).contains(&x) && (*top..top + side).contains(&y)
            });
            blot.map_or(pixel, |(.., grey)| i64::from(*grey))
        });
        if let Ok(texts) = scan(&png(&spoilt)) {
            prop_assert_eq!(texts, [text.as_str()]);
        }
    }
}

/// A sheet of cards of which some are small, one is faint and one has a seal on it.
#[test]
fn every_code_of_a_mixed_page_is_read_or_told() {
    let mut page = blank(2_400, 1_500, 255);
    let texts: Vec<String> = (0..5).map(|at| card_text(200 + at)).collect();
    let faint = each(drawn(&texts[2], 4), |_, _, pixel| 150 + pixel / 4);
    let mut noise = Noise(9);
    let noisy = each(drawn(&texts[3], 4), |_, _, pixel| {
        pixel + i64::try_from(noise.below(141)).unwrap() - 70
    });
    let sealed = drawn(&texts[4], 4);
    let third = sealed.width / 3;
    let sealed = each(sealed, |x, y, pixel| {
        let is_hidden =
            (third..2 * third + 20).contains(&x) && (third..2 * third + 20).contains(&y);
        if is_hidden { 40 } else { pixel }
    });
    pasted(&mut page, &drawn(&texts[0], 4), 60, 100);
    pasted(&mut page, &drawn(&texts[1], 3), 600, 110);
    pasted(&mut page, &faint, 1_100, 100);
    pasted(&mut page, &noisy, 1_600, 100);
    pasted(&mut page, &sealed, 60, 800);
    let [sheet] = <[Sheet; 1]>::try_from(sheets(&png(&page)).unwrap()).unwrap();
    let which = |code: &Option<String>| {
        code.as_ref().map(|code| texts.iter().position(|text| text == code))
    };
    let found: Vec<_> = sheet.unwrap().iter().map(which).collect();
    assert_eq!(found, [Some(Some(0)), Some(Some(1)), Some(Some(2)), Some(Some(3)), None]);
}

/// Reduced to 4,096 pixels, a module of this sheet would be 1.6 pixels wide.
#[test]
fn small_codes_of_a_great_sheet_are_read_as_they_are() {
    let mut page = blank(7_500, 5_000, 255);
    let texts: Vec<String> = (0..3).map(|at| card_text(300 + at)).collect();
    let mut noise = Noise(4);
    for (text, (left, top)) in texts.iter().zip([(200, 300), (6_900, 320), (3_600, 4_500)]) {
        let small = each(drawn(text, 3), |_, _, pixel| {
            pixel + i64::try_from(noise.below(91)).unwrap() - 45
        });
        pasted(&mut page, &small, left, top);
    }
    assert_eq!(scan(&png(&page)), Ok(texts));
}
