//! A card's QR symbol: text → modules → an SVG path or pixels.
//!
//! A QR symbol of ISO/IEC 18004:2015 at error correction level M. The text is
//! one byte segment and one numeric segment (card specification, "Text in the
//! QR code"), not whatever mix of segments would be shortest, so that the
//! version depends on the lengths alone. Codewords, error correction and
//! function patterns are those of the `qrcode` crate; data placement and the
//! choice of the mask are done here on whole rows, which makes a symbol many
//! times cheaper, and the mask is the one that `qrcode` would choose.
//!
//! ```
//! use shenyan::site::symbol::Symbol;
//!
//! let symbol = Symbol::encode("https://cards.example/v/#1", &"0".repeat(430))?;
//! assert_eq!((symbol.version(), symbol.width()), (10, 57));
//! let svg = format!(
//!     r#"<svg viewBox="-4 -4 65 65"><path d="{}"/></svg>"#,
//!     symbol.svg_path()
//! );
//! assert!(svg.contains(r#"d="M0 0h7v1h-7z"#), "the finder's upper edge");
//! # Ok::<(), shenyan::site::symbol::SymbolError>(())
//! ```

use std::fmt;

use qrcode::bits::Bits;
use qrcode::types::Mode;
use qrcode::{EcLevel, Version};

use self::layout::{Layout, Row, VERSION_MAX};

mod layout;
mod mask;
#[cfg(test)]
mod tests;

/// The light modules that must be left free on each side of a symbol
/// (ISO/IEC 18004:2015, 6.3.8).
pub const QUIET_ZONE: usize = 4;

/// A finished QR symbol: a square of dark and light modules, without its quiet
/// zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    version: u8,
    rows: Box<[Row]>,
}

/// Why a text has no symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolError {
    /// The text does not fit version 27, the largest drawn here: 1,128 bytes at
    /// level M, while a card's text is at most 1,024 characters.
    TooLong,
    /// The second part holds something other than the digits 0–9.
    NotDigits,
}

impl Symbol {
    /// The smallest symbol of `prefix` as a byte segment followed by `digits`
    /// as a numeric segment.
    ///
    /// Versions 1–27 (21–125 modules), level M; the same two texts always give
    /// the same modules.
    pub fn encode(prefix: &str, digits: &str) -> Result<Self, SymbolError> {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SymbolError::NotDigits);
        }
        let version = smallest_version(prefix.len(), digits.len())?;
        let layout = Layout::of(version);
        let codewords = codewords(version, prefix.as_bytes(), digits.as_bytes());
        let mut bits = vec![0; layout.width];
        for (bit, &(x, y)) in layout.data.iter().enumerate() {
            // The few modules beyond the last codeword stay 0.
            let Some(codeword) = codewords.get(bit / 8) else { break };
            bits[usize::from(y)] |= Row::from(codeword >> (7 - bit % 8) & 1) << x;
        }
        Ok(Self { version, rows: mask::apply_best(layout, &bits) })
    }

    /// The version, 1–27.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// Modules on a side: 17 + 4 × version.
    pub const fn width(&self) -> usize {
        self.rows.len()
    }

    /// Whether the module in column `x` and row `y`, counted from the top left,
    /// is dark; everything outside the symbol is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width() && self.rows.get(y).is_some_and(|row| row >> x & 1 == 1)
    }

    /// The dark modules as the `d` of one SVG path to be filled.
    ///
    /// One unit is one module; the symbol covers 0–[`width`](Self::width) both
    /// ways, and the quiet zone is left to the view box. Each horizontal run of
    /// dark modules is one rectangle. All are in one path, so that a renderer
    /// sums their coverage and leaves no seams between rows.
    pub fn svg_path(&self) -> String {
        let mut path = String::with_capacity(self.width() * self.width() * 7 / 2);
        let (mut last_x, mut last_y) = (0, 0);
        for (y, row) in (0..).zip(&self.rows) {
            let mut rest = *row;
            while rest != 0 {
                let x = rest.trailing_zeros();
                let run = (rest >> x).trailing_ones();
                rest &= !(((1 << run) - 1) << x);
                // `z` goes back to where its rectangle began: the next one
                // starts relative to that.
                path.push(if path.is_empty() { 'M' } else { 'm' });
                if x < last_x {
                    path.push('-');
                }
                push_number(&mut path, x.abs_diff(last_x));
                path.push(' ');
                push_number(&mut path, y - last_y);
                path.push('h');
                push_number(&mut path, run);
                path.push_str("v1h-");
                push_number(&mut path, run);
                path.push('z');
                (last_x, last_y) = (x, y);
            }
        }
        path
    }

    /// The symbol in its quiet zone as 8-bit grey pixels, 0 dark and 255 light,
    /// row by row from the top left.
    ///
    /// A side has (width + 2 × `quiet_modules`) × `module_pixels` pixels; a
    /// scanner wants [`QUIET_ZONE`] modules.
    pub fn to_luma(&self, module_pixels: usize, quiet_modules: usize) -> Vec<u8> {
        let side = self.width() + 2 * quiet_modules;
        let mut pixels = Vec::with_capacity(side * side * module_pixels * module_pixels);
        for y in 0..side {
            let row = pixels.len();
            for x in 0..side {
                let is_dark = x >= quiet_modules
                    && y >= quiet_modules
                    && self.is_dark(x - quiet_modules, y - quiet_modules);
                let pixel = if is_dark { 0 } else { 255 };
                pixels.extend(std::iter::repeat_n(pixel, module_pixels));
            }
            for _ in 1..module_pixels {
                pixels.extend_from_within(row..row + side * module_pixels);
            }
        }
        pixels
    }
}

/// Appends a number below 1,000 in decimal. A card's path has three thousand of
/// them, and the formatting machinery would take longer than the whole symbol.
fn push_number(text: &mut String, number: u32) {
    let mut divisor = if number < 10 {
        1
    } else if number < 100 {
        10
    } else {
        100
    };
    while divisor > 0 {
        text.extend(char::from_digit(number / divisor % 10, 10));
        divisor /= 10;
    }
}

/// The smallest version whose data codewords hold both segments.
fn smallest_version(prefix_bytes: usize, digits: usize) -> Result<u8, SymbolError> {
    let fits = |version: u8| {
        let normal = Version::Normal(version.into());
        let segment = |mode: Mode, length: usize| {
            normal.mode_bits_count() + mode.length_bits_count(normal) + mode.data_bits_count(length)
        };
        let needed = segment(Mode::Byte, prefix_bytes) + segment(Mode::Numeric, digits);
        Bits::new(normal).max_len(EcLevel::M).is_ok_and(|held| needed <= held)
    };
    (1..=VERSION_MAX).find(|&version| fits(version)).ok_or(SymbolError::TooLong)
}

/// The data codewords and after them those of error correction, interleaved.
fn codewords(version: u8, prefix: &[u8], digits: &[u8]) -> Vec<u8> {
    let normal = Version::Normal(version.into());
    let mut bits = Bits::new(normal);
    let (mut codewords, correction) = bits
        .push_byte_data(prefix)
        .and_then(|()| bits.push_numeric_data(digits))
        .and_then(|()| bits.push_terminator(EcLevel::M))
        .and_then(|()| qrcode::ec::construct_codewords(&bits.into_bytes(), normal, EcLevel::M))
        .expect("the version was chosen to hold both segments at level M");
    codewords.extend(correction);
    codewords
}

impl fmt::Display for SymbolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "内容过长，二维码容纳不下",
            Self::NotDigits => "二维码的数字段含有数字以外的字符",
        })
    }
}

impl std::error::Error for SymbolError {}
