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

/// The longest side searched as a whole; a larger picture is reduced to this.
const SEARCHED_SIDE_MAX: usize = 4_096;
/// The side of the squares in which a larger picture is looked at once more, as it
/// is.
const TILE: usize = 2_560;
/// What has been seen in so many looks and never read is a code that is damaged.
const LOOKS_MIN: usize = 3;
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

impl Threshold {
    const ALL: [Self; 2] = [Self::Local, Self::Global];
}

/// Which of the two the code is drawn in.
#[derive(Clone, Copy)]
enum Ink {
    Dark,
    Light,
}

/// A code that was read, and where it lies.
struct Code {
    text: String,
    place: Spot,
}

/// A place in the picture as it was given.
#[derive(Clone, Copy)]
struct Spot {
    center: Point,
    /// The height of its upright bounding box.
    height: f32,
}

/// What all looks so far have shown.
#[derive(Default)]
struct Found {
    codes: Vec<Code>,
    /// Corners of codes that could not be read, and in how many looks.
    unread: Vec<(Spot, usize)>,
}

/// Where what a look shows lies in the picture as it was given.
#[derive(Clone, Copy)]
struct Frame {
    /// Pixels of the given picture for each that is looked at.
    scale: f32,
    left: f32,
    top: f32,
}

/// The codes in reading order: the text, or none where one is there that cannot be
/// read.
///
/// The plain look decides if it leaves nothing unread; else ever harder ones add
/// what they can read.
pub(super) fn texts(picture: &Picture) -> Result<Vec<Option<String>>, ScanError> {
    let longest = picture.width.max(picture.height);
    let factor = longest.div_ceil(SEARCHED_SIDE_MAX).max(1);
    let reduced = picture.reduced(factor);
    let whole = Frame { scale: factor as f32, left: 0.0, top: 0.0 };
    if reduced.width.min(reduced.height) < SIDE_MIN {
        return Err(ScanError::NoCode);
    }
    let mut found = Found::default();
    found.look(&reduced, whole, &Threshold::ALL);
    if factor > 1 {
        // Small codes of a large sheet are lost when it is reduced.
        for (left, top, tile) in picture.tiles(TILE) {
            let frame = Frame { scale: 1.0, left: left as f32, top: top as f32 };
            if tile.width.min(tile.height) >= SIDE_MIN {
                found.look(&tile, frame, &[Threshold::Local]);
            }
        }
    }
    if found.is_done() {
        return found.texts();
    }
    let contrasted = reduced.stretched();
    for view in VIEWS {
        let Some((easier, scale)) = easier(&contrasted, view) else { continue };
        found.look(&easier, Frame { scale: whole.scale * scale, ..whole }, &Threshold::ALL);
        if found.is_done() {
            break;
        }
    }
    found.texts()
}

impl Found {
    /// Looks for dark codes and light ones, with these thresholds, until one shows
    /// all that seems to be there.
    fn look(&mut self, picture: &Picture, frame: Frame, thresholds: &[Threshold]) {
        for threshold in thresholds {
            let Some(mut matrix) = black_and_white(picture, *threshold) else { continue };
            for ink in [Ink::Dark, Ink::Light] {
                match ink {
                    Ink::Dark => {}
                    Ink::Light => matrix.flip_self(),
                }
                self.read(&matrix, frame);
                if self.is_done() {
                    return;
                }
            }
        }
    }

    /// Whether codes were read, and nothing like them was left.
    fn is_done(&self) -> bool {
        !self.codes.is_empty() && self.left(1).next().is_none()
    }

    /// What was not read in so many looks: of a size like what was read, if anything
    /// was, since much in a picture is a little like a corner.
    fn left(&self, looks: usize) -> impl Iterator<Item = Spot> {
        let is_left = move |spot: &Spot| {
            let heights = self.codes.iter().map(|code| code.place.height / spot.height);
            let is_like = |ratio: f32| (0.6..1.7).contains(&ratio);
            let is_read = self.codes.iter().any(|code| code.place.overlaps(spot));
            !is_read && (self.codes.is_empty() || heights.into_iter().any(is_like))
        };
        let unread = self.unread.iter().filter(move |(_, count)| *count >= looks);
        unread.map(|(spot, _)| *spot).filter(is_left)
    }

    fn texts(self) -> Result<Vec<Option<String>>, ScanError> {
        if self.codes.is_empty() {
            let is_damaged = !self.unread.is_empty();
            return Err(if is_damaged { ScanError::Damaged } else { ScanError::NoCode });
        }
        let left: Vec<Spot> = self.left(LOOKS_MIN).collect();
        let codes = self.codes.into_iter().map(|Code { text, place }| (place, Some(text)));
        Ok(in_reading_order(codes.chain(left.into_iter().map(|spot| (spot, None))).collect()))
    }

    /// Reads what lies between the corner patterns of each plausible triple.
    ///
    /// This is what rxing's `QrReader` does, with bounds on the work, and keeping
    /// apart "no code" from "a code that cannot be read".
    fn read(&mut self, matrix: &BitMatrix, frame: Frame) {
        if is_crowded(matrix) {
            return;
        }
        let mut patterns = FindFinderPatterns(matrix, true, 0);
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.size));
        patterns.truncate(PATTERNS_MAX);
        let triples = GenerateFinderPatternSets(&mut patterns);
        let mut used = Vec::new();
        let mut unread = Vec::new();
        for triple in triples.iter().take(TRIPLES_MAX) {
            let corners = [triple.bl, triple.tl, triple.tr];
            if corners.iter().any(|corner| used.contains(corner)) {
                continue;
            }
            let Ok(sample) = SampleQR(matrix, triple) else { continue };
            let spot = Spot::of(sample.getPoints(), frame);
            let content = Decode(sample.getBits()).ok().filter(|content| content.isValid());
            match content {
                None => unread.push((corners, spot)),
                Some(content) => {
                    used.extend(corners);
                    if !self.codes.iter().any(|other| other.place.overlaps(&spot)) {
                        self.codes.push(Code { text: content.text(), place: spot });
                    }
                }
            }
        }
        for (corners, spot) in unread {
            // A corner belongs to one code.
            if corners.iter().any(|corner| used.contains(corner)) {
                continue;
            }
            used.extend(corners);
            match self.unread.iter_mut().find(|(other, _)| other.overlaps(&spot)) {
                Some((_, count)) => *count += 1,
                None => self.unread.push((spot, 1)),
            }
        }
    }
}

/// The picture in this view, and how many of its pixels each of the view's is; none
/// if it is no help.
fn easier(picture: &Picture, view: View) -> Option<(Picture, f32)> {
    let longest = picture.width.max(picture.height);
    let reduced = |factor: usize| {
        let is_enough = picture.width.min(picture.height) / factor >= SIDE_MIN;
        is_enough.then(|| (picture.reduced(factor), factor as f32))
    };
    match view {
        View::Full => reduced(1),
        View::Halved => reduced(2),
        View::Smoothed => Some((picture.smoothed(), 1.0)),
        View::Enlarged(factor) => {
            (longest <= ENLARGED_SIDE_MAX).then(|| (picture.enlarged(factor), 1.0 / factor as f32))
        }
        View::Quartered => reduced(4),
    }
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

impl Spot {
    fn of(corners: &[Point], frame: Frame) -> Self {
        let middle = |axis: fn(&Point) -> f32| {
            let least = corners.iter().map(axis).fold(f32::INFINITY, f32::min);
            let most = corners.iter().map(axis).fold(f32::NEG_INFINITY, f32::max);
            ((least + most) / 2.0 * frame.scale, (most - least) * frame.scale)
        };
        let (x, _) = middle(|corner| corner.x);
        let (y, height) = middle(|corner| corner.y);
        Self { center: Point { x: x + frame.left, y: y + frame.top }, height }
    }

    fn overlaps(&self, other: &Self) -> bool {
        Point::distance(self.center, other.center) < self.height.min(other.height) / 2.0
    }
}

/// Row by row from the top, each from the left. A row is all codes whose middle
/// lies above the lower edge of the row's highest code, so that a sheet lying a
/// little askew keeps its rows.
fn in_reading_order<T>(mut codes: Vec<(Spot, T)>) -> Vec<T> {
    codes.sort_by(|(one, _), (other, _)| one.center.y.total_cmp(&other.center.y));
    let mut ordered = Vec::with_capacity(codes.len());
    let mut rest = codes;
    while let Some((first, _)) = rest.first() {
        let lower_edge = first.center.y + first.height / 2.0;
        let length = rest.partition_point(|(code, _)| code.center.y < lower_edge).max(1);
        let below = rest.split_off(length);
        rest.sort_by(|(one, _), (other, _)| one.center.x.total_cmp(&other.center.x));
        ordered.extend(rest.into_iter().map(|(_, code)| code));
        rest = below;
    }
    ordered
}
