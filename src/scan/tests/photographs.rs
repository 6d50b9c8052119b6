//! Simulated photographs of a card's code: held askew, blurred, unevenly lit, noisy,
//! packed as JPEG, each worse than the level before.
//!
//! Every fifth of the 200 is made by default; `SHENYAN_PHOTOGRAPHS=200` makes all. Each
//! that `rxing` can read by itself, plainly or with its filters, must be read here.

#![expect(clippy::print_stdout, reason = "how many photographs were read is worth knowing")]
#![expect(clippy::disallowed_methods, reason = "the environment says how many to take")]

use super::*;

/// Shots of the whole set.
const SHOTS: u64 = 200;
/// Sides of a shot in pixels.
const SIDE: usize = 640;
/// Levels of damage.
const LEVELS: u64 = 5;

/// How a shot is taken; lengths in modules of the code.
struct Shot {
    text: String,
    /// Pixels a module has in the middle of the picture.
    pixels: f64,
    /// How far the sheet is turned in its plane, in radians.
    turn: f64,
    /// How much smaller the far edge is than the near one, across and down.
    tilt: [f64; 2],
    /// The width of a point that is out of focus.
    blur: f64,
    /// The light in the darkest corner, of that in the brightest.
    shade: f64,
    /// The greatest difference that noise makes, in greys.
    noise: u64,
    quality: u8,
    seed: u64,
}

impl Shot {
    /// The shot of this number: its level is the number's remainder by five.
    ///
    /// Level 0 is a careful shot: 5 pixels a module, blur below half a module, noise below
    /// an eighth of the contrast. Each level has smaller modules, more tilt, blur, shade,
    /// noise and packing.
    fn new(number: u64) -> Self {
        let level = (number % LEVELS) as f64;
        let mut noise = Noise(number + 1_000);
        let mut part = || noise.below(1_001) as f64 / 1_000.0;
        Self {
            text: card_text(number + 5_000),
            pixels: 5.0 - 0.3 * level - 0.3 * part(),
            turn: (part() - 0.5) * 0.4 * (level + 1.0),
            tilt: [part() - 0.5, part() - 0.5].map(|it| it * 0.12 * (level + 1.0)),
            blur: 0.2 + 0.1 * level + 0.05 * part(),
            shade: 0.9 - 0.12 * level - 0.1 * part(),
            noise: 14 + 7 * (number % LEVELS) + noise.below(8),
            quality: 85 - 9 * u8::try_from(number % LEVELS).expect("below five"),
            seed: number,
        }
    }

    /// The picture, as JPEG.
    fn taken(&self) -> Vec<u8> {
        let code = QrCode::with_error_correction_level(&self.text, EcLevel::M).expect("it fits");
        let modules = code.to_colors();
        let width = code.width();
        let (sin, cos) = self.turn.sin_cos();
        let middle = SIDE as f64 / 2.0;
        let mut noise = Noise(self.seed);
        let ink = |x: f64, y: f64| -> f64 {
            let at = |it: f64| (it >= 0.0 && it < width as f64).then_some(it as usize);
            match (at(x), at(y)) {
                (Some(x), Some(y)) => modules[y * width + x].select(25.0, 235.0),
                _ => 235.0,
            }
        };
        // A point out of focus is the mean of nine around it.
        let around = [-0.5, 0.0, 0.5];
        let mut picture = Picture { width: SIDE, height: SIDE, luma: Vec::new() };
        for y in 0..SIDE {
            for x in 0..SIDE {
                let (across, down) = ((x as f64 - middle) / middle, (y as f64 - middle) / middle);
                let depth = 1.0 + self.tilt[0] * across + self.tilt[1] * down;
                let (u, v) = ((x as f64 - middle) * depth, (y as f64 - middle) * depth);
                let place = |a: f64, b: f64| (a * cos + b * sin) / self.pixels + width as f64 / 2.0;
                let (u, v) = (place(u, v), place(v, -u));
                let points = around.iter().flat_map(|dx| around.iter().map(move |dy| (dx, dy)));
                let sum: f64 =
                    points.map(|(dx, dy)| ink(u + dx * self.blur, v + dy * self.blur)).sum();
                let light = self.shade + (1.0 - self.shade) * (across + down + 2.0) / 4.0;
                let grain = noise.below(2 * self.noise + 1) as f64 - self.noise as f64;
                picture.luma.push((sum / 9.0 * light + grain).clamp(0.0, 255.0) as u8);
            }
        }
        jpeg(&picture, self.quality)
    }
}

/// What came of shots.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    taken: u64,
    read: u64,
    damaged: u64,
    not_found: u64,
    /// By `rxing` alone.
    peer_read: u64,
}

/// Whether `rxing` by itself reads this text off a picture, as hard as it tries.
fn is_read_by_rxing(bytes: &[u8], text: &str) -> bool {
    let picture = image::load_from_memory(bytes).unwrap().into_luma8();
    let (width, height) = picture.dimensions();
    let kind = Some(rxing::BarcodeFormat::QR_CODE);
    let plain = || rxing::helpers::detect_in_luma(picture.to_vec(), width, height, kind);
    let filtered =
        || rxing::helpers::detect_in_luma_filtered(picture.to_vec(), width, height, kind);
    plain().or_else(|_| filtered()).is_ok_and(|code| code.getText() == text)
}

#[test]
fn photographs_are_read_as_far_as_error_correction_reaches() {
    let asked = std::env::var("SHENYAN_PHOTOGRAPHS").ok().and_then(|it| it.parse().ok());
    let step = SHOTS / asked.unwrap_or(SHOTS / 5).clamp(1, SHOTS);
    let mut levels: [Count; LEVELS as usize] = Default::default();
    // A step that shares no factor with the levels takes of each as many.
    for number in (0..SHOTS).filter(|number| (number / LEVELS).is_multiple_of(step)) {
        let shot = Shot::new(number);
        let count = &mut levels[(number % LEVELS) as usize];
        count.taken += 1;
        let picture = shot.taken();
        let [sheet] = <[Sheet; 1]>::try_from(sheets(&picture).expect("a picture")).expect("one");
        if is_read_by_rxing(&picture, &shot.text) {
            count.peer_read += 1;
            assert!(sheet.is_ok(), "shot {number}: {sheet:?}, and rxing reads it");
        }
        match sheet {
            Ok(texts) => {
                assert_eq!(texts, [Some(shot.text)], "shot {number}: never another text");
                count.read += 1;
            }
            Err(ScanError::Damaged) => count.damaged += 1,
            Err(ScanError::NoCode) => count.not_found += 1,
            Err(other) => panic!("shot {number}: {other:?}"),
        }
    }
    let read: u64 = levels.iter().map(|level| level.read).sum();
    let taken: u64 = levels.iter().map(|level| level.taken).sum();
    // At the first three levels every module keeps its side of the threshold at its middle:
    // the blur reaches less than half a module, and the noise, averaged over the pixels of
    // a module, less than a tenth of the contrast. So nothing is left to error correction.
    for level in &levels[..3] {
        assert_eq!(level.read, level.taken, "{levels:?}");
    }
    println!("{read} of {taken} read: {levels:?}");
}
