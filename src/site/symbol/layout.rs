//! What all symbols of one version share: where data goes, and every other
//! module under each of the eight masks.

use std::sync::OnceLock;

use qrcode::canvas::{Canvas, MaskPattern, Module};
use qrcode::{EcLevel, Version};

/// One row of modules; module `x` is bit `x`, dark is 1.
pub(super) type Row = u128;

/// The largest version drawn here, 125 modules wide: the largest whose rows
/// fit a [`Row`].
pub(super) const VERSION_MAX: u8 = 27;

/// The masks in the order of their numbers (ISO/IEC 18004:2015, table 10).
pub(super) const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// The part of a symbol that depends on its version alone, at level M.
pub(super) struct Layout {
    /// Modules on a side.
    pub(super) width: usize,
    /// For each mask, the rows of the symbol whose data bits are all 0:
    /// function patterns, format and version information, and the mask on
    /// everything else. XOR with the data bits gives the finished symbol.
    pub(super) blank: [Box<[Row]>; 8],
    /// Where each data bit goes, as (x, y) in the order of the codewords.
    pub(super) data: Box<[(u8, u8)]>,
}

impl Layout {
    /// The layout of this version, 1–[`VERSION_MAX`]; worked out at its first
    /// use, then shared.
    pub(super) fn of(version: u8) -> &'static Self {
        static LAYOUTS: [OnceLock<Layout>; VERSION_MAX as usize] =
            [const { OnceLock::new() }; VERSION_MAX as usize];
        LAYOUTS[usize::from(version) - 1].get_or_init(|| Self::new(version))
    }

    fn new(version: u8) -> Self {
        let mut canvas = Canvas::new(Version::Normal(version.into()), EcLevel::M);
        canvas.draw_all_functional_patterns();
        let width = 17 + 4 * version;
        let blank = MASKS.map(|mask| {
            let mut masked = canvas.clone();
            masked.apply_mask(mask);
            rows(&masked, width)
        });
        // An empty module takes data. `canvas::is_functional` is no guide to
        // this: it forgets the version information of versions 7 and up.
        let data = zigzag(width)
            .filter(|&(x, y)| canvas.get(x.into(), y.into()) == Module::Empty)
            .collect();
        Self { width: width.into(), blank, data }
    }
}

/// The drawn modules as rows.
fn rows(canvas: &Canvas, width: u8) -> Box<[Row]> {
    let row = |y: u8| {
        (0..width)
            .filter(|&x| canvas.get(x.into(), y.into()).is_dark())
            .fold(0, |row, x| row | 1 << x)
    };
    (0..width).map(row).collect()
}

/// Every module in the order in which data visits it: columns two modules wide
/// from the right, up and down in turn, right module first, leaving out the
/// vertical timing pattern at x = 6 (ISO/IEC 18004:2015, 7.7.3).
fn zigzag(width: u8) -> impl Iterator<Item = (u8, u8)> {
    let right_of_timing = (8..width).rev().step_by(2);
    let left_of_timing = (1..6).rev().step_by(2);
    right_of_timing.chain(left_of_timing).enumerate().flat_map(move |(nth, right)| {
        (0..width).flat_map(move |step| {
            let y = if nth % 2 == 0 { width - 1 - step } else { step };
            [(right, y), (right - 1, y)]
        })
    })
}
