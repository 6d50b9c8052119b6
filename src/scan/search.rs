//! The search for QR codes in a picture, from the plain look to ever harder
//! ones.

use rxing::common::{
    BitMatrix, DetectorRXingResult as _, GlobalHistogramBinarizer, HybridBinarizer,
};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer as _, Luma8Source, Point};

use super::ScanError;
use super::crowd::is_crowded;
use super::picture::Picture;

/// The longest side searched; a larger picture is first reduced to this.
const SEARCHED_SIDE_MAX: usize = 4_096;
/// The shortest side that can hold a code at all, at a pixel a module.
const SIDE_MIN: usize = 21;
/// The longest side that is still worth enlarging.
const ENLARGED_SIDE_MAX: usize = 1_400;
/// Corner patterns considered in one look, the largest first: 200 codes.
const PATTERNS_MAX: usize = 600;
/// Triples of corner patterns read in one look, the most plausible first.
const TRIPLES_MAX: usize = 2_000;

/// How a picture is made easier before another look.
#[derive(Clone, Copy)]
enum View {
    /// Contrast only.
    Full,
    /// Half the size: against noise and the screen of a printer.
    Halved,
    /// The same size with its noise averaged away.
    Smoothed,
    /// Twice or three times the size: modules of one or two pixels.
    Enlarged(usize),
    /// A quarter of the size: a large, badly printed code.
    Quartered,
}

const VIEWS: [View; 6] = [
    View::Full,
    View::Halved,
    View::Smoothed,
    View::Enlarged(2),
    View::Enlarged(3),
    View::Quartered,
];

/// How grey becomes black or white.
#[derive(Clone, Copy)]
enum Threshold {
    /// Each neighbourhood has its own: for uneven light.
    Local,
    /// One for the whole picture: for small and low-contrast codes.
    Global,
}

/// Which of the two the code is drawn in.
#[derive(Clone, Copy)]
enum Ink {
    Dark,
    Light,
}

/// What was seen.
enum Sight {
    Nothing,
    /// Corners of a code without a readable text between them.
    Damaged,
    /// At least one code.
    Codes(Vec<Code>),
}

/// A code that was read, and where it lies.
struct Code {
    text: String,
    center: Point,
    /// The height of its upright bounding box.
    height: f32,
}

/// The texts in reading order; the first look that reads any code decides.
pub(super) fn texts(picture: &Picture) -> Result<Vec<String>, ScanError> {
    let longest = picture.width.max(picture.height);
    let picture = picture.reduced(longest.div_ceil(SEARCHED_SIDE_MAX).max(1));
    if picture.width.min(picture.height) < SIDE_MIN {
        return Err(ScanError::NoCode);
    }
    let mut error = match look(&picture) {
        Sight::Codes(codes) => return Ok(in_reading_order(codes)),
        Sight::Damaged => ScanError::Damaged,
        Sight::Nothing => ScanError::NoCode,
    };
    let contrasted = picture.stretched();
    for view in VIEWS {
        let Some(easier) = easier(&contrasted, view) else { continue };
        match look(&easier) {
            Sight::Codes(codes) => return Ok(in_reading_order(codes)),
            Sight::Damaged => error = ScanError::Damaged,
            Sight::Nothing => {}
        }
    }
    Err(error)
}

/// The picture in this view, if that is any help.
fn easier(picture: &Picture, view: View) -> Option<Picture> {
    let longest = picture.width.max(picture.height);
    let reduced = |factor| {
        let is_enough = picture.width.min(picture.height) / factor >= SIDE_MIN;
        is_enough.then(|| picture.reduced(factor))
    };
    match view {
        View::Full => reduced(1),
        View::Halved => reduced(2),
        View::Smoothed => Some(picture.smoothed()),
        View::Enlarged(factor) => (longest <= ENLARGED_SIDE_MAX).then(|| picture.enlarged(factor)),
        View::Quartered => reduced(4),
    }
}

/// Looks for dark codes and light ones, with either threshold, until one of the
/// four shows any.
fn look(picture: &Picture) -> Sight {
    let mut sight = Sight::Nothing;
    for threshold in [Threshold::Local, Threshold::Global] {
        let Some(mut matrix) = black_and_white(picture, threshold) else { continue };
        for ink in [Ink::Dark, Ink::Light] {
            match ink {
                Ink::Dark => {}
                Ink::Light => matrix.flip_self(),
            }
            match read(&matrix) {
                Sight::Codes(codes) => return Sight::Codes(codes),
                Sight::Damaged => sight = Sight::Damaged,
                Sight::Nothing => {}
            }
        }
    }
    sight
}

fn black_and_white(picture: &Picture, threshold: Threshold) -> Option<BitMatrix> {
    let side = |pixels: usize| u32::try_from(pixels).ok();
    let source =
        Luma8Source::new_with_slice(&picture.luma, side(picture.width)?, side(picture.height)?)
            .ok()?;
    match threshold {
        Threshold::Local => HybridBinarizer::new(source).get_black_matrix().ok().cloned(),
        Threshold::Global => GlobalHistogramBinarizer::new(source).get_black_matrix().ok().cloned(),
    }
}

/// Reads what lies between the corner patterns of each plausible triple.
///
/// This is what rxing's `QrReader` does, with bounds on the work, and keeping
/// apart "no code" from "a code that cannot be read".
fn read(matrix: &BitMatrix) -> Sight {
    if is_crowded(matrix) {
        return Sight::Nothing;
    }
    let mut patterns = FindFinderPatterns(matrix, true, 0);
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.size));
    patterns.truncate(PATTERNS_MAX);
    let triples = GenerateFinderPatternSets(&mut patterns);
    let mut used = Vec::new();
    let mut codes: Vec<Code> = Vec::new();
    let mut has_corners = false;
    for triple in triples.iter().take(TRIPLES_MAX) {
        let corners = [triple.bl, triple.tl, triple.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let Ok(sample) = SampleQR(matrix, triple) else { continue };
        has_corners = true;
        let Ok(content) = Decode(sample.getBits()) else { continue };
        if !content.isValid() {
            continue;
        }
        used.extend(corners);
        let code = Code::at(content.text(), sample.getPoints());
        if !codes.iter().any(|other| other.is_at_the_place_of(&code)) {
            codes.push(code);
        }
    }
    match (codes.is_empty(), has_corners) {
        (false, _) => Sight::Codes(codes),
        (true, true) => Sight::Damaged,
        (true, false) => Sight::Nothing,
    }
}

impl Code {
    fn at(text: String, corners: &[Point]) -> Self {
        let middle = |axis: fn(&Point) -> f32| {
            let least = corners.iter().map(axis).fold(f32::INFINITY, f32::min);
            let most = corners.iter().map(axis).fold(f32::NEG_INFINITY, f32::max);
            ((least + most) / 2.0, most - least)
        };
        let (x, _) = middle(|corner| corner.x);
        let (y, height) = middle(|corner| corner.y);
        Self { text, center: Point { x, y }, height }
    }

    fn is_at_the_place_of(&self, other: &Self) -> bool {
        Point::distance(self.center, other.center) < self.height.min(other.height) / 2.0
    }
}

/// Row by row from the top, each from the left. A row is all codes whose middle
/// lies above the lower edge of the row's highest code, so that a sheet lying a
/// little askew keeps its rows.
fn in_reading_order(mut codes: Vec<Code>) -> Vec<String> {
    codes.sort_by(|one, other| one.center.y.total_cmp(&other.center.y));
    let mut texts = Vec::with_capacity(codes.len());
    let mut rest = codes.as_mut_slice();
    while let Some(first) = rest.first() {
        let lower_edge = first.center.y + first.height / 2.0;
        let length = rest.partition_point(|code| code.center.y < lower_edge).max(1);
        let (row, below) = rest.split_at_mut(length);
        row.sort_by(|one, other| one.center.x.total_cmp(&other.center.x));
        texts.extend(row.iter().map(|code| code.text.clone()));
        rest = below;
    }
    texts
}
