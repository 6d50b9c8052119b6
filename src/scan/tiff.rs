//! The pages of a TIFF file: scans, faxes, and what scanners put into one file.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};

use super::picture::{PIXELS_MAX, Picture, SIDE_MAX, UNPACKED_BYTES_MAX};
use super::{PAGES_MAX, ScanError};

/// Whether a file begins like a TIFF file.
pub(super) fn is_tiff(head: &[u8]) -> bool {
    head.starts_with(b"II*\0") || head.starts_with(b"MM\0*")
}

/// Gives each page to `page`, in order.
pub(super) fn pages(
    bytes: &[u8],
    mut page: impl FnMut(Result<Picture, ScanError>),
) -> Result<(), ScanError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = UNPACKED_BYTES_MAX;
    limits.intermediate_buffer_size = UNPACKED_BYTES_MAX;
    let decoder = Decoder::new(Cursor::new(bytes)).map_err(|_| ScanError::Broken)?;
    let mut decoder = decoder.with_limits(limits);
    for _ in 0..PAGES_MAX {
        page(picture(&mut decoder));
        if !decoder.more_images() {
            return Ok(());
        }
        decoder.next_image().map_err(|_| ScanError::Broken)?;
    }
    Err(ScanError::TooLarge)
}

fn picture(decoder: &mut Decoder<Cursor<&[u8]>>) -> Result<Picture, ScanError> {
    let (width, height) = decoder.dimensions().map_err(|_| ScanError::Broken)?;
    let is_large = u64::from(width) * u64::from(height) > PIXELS_MAX;
    if is_large || width.max(height) > SIDE_MAX {
        return Err(ScanError::TooLarge);
    }
    let color = decoder.colortype().map_err(|_| ScanError::Broken)?;
    let samples = match decoder.read_image() {
        Ok(DecodingResult::U8(samples)) => samples,
        // The upper half of each sample.
        Ok(DecodingResult::U16(samples)) => {
            samples.iter().map(|sample| sample.to_be_bytes()[0]).collect()
        }
        Ok(_) => return Err(ScanError::Compression),
        Err(tiff::TiffError::LimitsExceeded) => return Err(ScanError::TooLarge),
        Err(tiff::TiffError::UnsupportedError(_)) => return Err(ScanError::Compression),
        Err(_) => return Err(ScanError::Broken),
    };
    let bits = match color.bit_depth() {
        16 => 8,
        bits => bits,
    };
    Picture::of_samples(width, height, channels(color)?, bits, &samples)
}

/// How many samples a pixel has.
fn channels(color: ColorType) -> Result<usize, ScanError> {
    match color {
        ColorType::Gray(_) | ColorType::Palette(_) => Ok(1),
        ColorType::GrayA(_) => Ok(2),
        ColorType::RGB(_) | ColorType::YCbCr(_) => Ok(3),
        ColorType::RGBA(_) | ColorType::CMYK(_) => Ok(4),
        _ => Err(ScanError::Compression),
    }
}

/// What a zero is in unpacked bits.
#[derive(Clone, Copy)]
pub(super) enum Zero {
    White,
    Black,
}

/// A fax of CCITT group 4 as a TIFF file, so that one decoder is enough.
pub(super) fn of_fax(width: u32, height: u32, zero: Zero, fax: &[u8]) -> Vec<u8> {
    let length = u32::try_from(fax.len()).unwrap_or(u32::MAX);
    let photometric = match zero {
        Zero::White => 0,
        Zero::Black => 1,
    };
    let entries: [(u16, u16, u32); 9] = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 1), // bits a sample
        (259, 3, 4), // compression: CCITT group 4
        (262, 3, photometric),
        (273, 4, 8 + 2 + 9 * 12 + 4),
        (277, 3, 1), // samples a pixel
        (278, 4, height),
        (279, 4, length),
    ];
    let mut file = b"II*\0\x08\0\0\0\x09\0".to_vec();
    for (tag, kind, value) in entries {
        file.extend_from_slice(&tag.to_le_bytes());
        file.extend_from_slice(&kind.to_le_bytes());
        file.extend_from_slice(&1_u32.to_le_bytes());
        file.extend_from_slice(&value.to_le_bytes());
    }
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(fax);
    file
}
