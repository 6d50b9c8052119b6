//! Image bytes → QR texts.
//!
//! A photograph, scan or drawing of one or more cards, as PNG or JPEG, becomes
//! the texts of all QR codes on it. What the texts mean is not known here. This
//! is the only user of the crates `image` and `rxing`.
//!
//! Work is bounded whatever the bytes are: by the encoded size, by the pixels
//! that are unpacked, by the pixels that are searched, and by the number of
//! places in them that are looked at closely.

use std::fmt;

use self::picture::Picture;

mod crowd;
mod picture;
mod search;
#[cfg(test)]
mod tests;

/// Why a picture gives no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanError {
    /// The bytes begin neither like a PNG nor like a JPEG file.
    NotAPicture,
    /// More than 64 MiB encoded, 100 million pixels, or 512 MiB unpacked.
    TooLarge,
    /// A PNG or JPEG file that cannot be unpacked.
    Broken,
    /// The picture was searched and shows no QR code.
    NoCode,
    /// The three corners of a QR code are there, but what is between them
    /// cannot be read, not even with its error correction.
    Damaged,
}

/// The texts of all QR codes in this PNG or JPEG file, never none.
///
/// The format is told by the first bytes, not by a name. The texts come in
/// reading order of their places: row by row from the top, each from the left
/// (of the pixels as stored; EXIF orientation is not applied, since a QR code
/// reads the same turned). A code is listed once for each place, so a text that
/// stands in two places comes twice.
pub fn scan(bytes: &[u8]) -> Result<Vec<String>, ScanError> {
    search::texts(&Picture::decode(bytes)?)
}

/// The texts of one page, or why there are none.
pub type Sheet = Result<Vec<String>, ScanError>;

/// The pages of this file, in order, never none; a picture is one page.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ScanError> {
    match scan(bytes) {
        Err(error @ (ScanError::NotAPicture | ScanError::TooLarge | ScanError::Broken)) => {
            Err(error)
        }
        sheet => Ok(vec![sheet]),
    }
}

/// Whether a file begins as one does that [`sheets`] can read.
pub fn is_picture(head: &[u8]) -> bool {
    [&b"\x89PNG"[..], b"\xFF\xD8\xFF"].iter().any(|magic| head.starts_with(magic))
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAPicture => "不是 PNG 或 JPEG 图片",
            Self::TooLarge => "图片过大：上限为 64 MiB、1 亿像素",
            Self::Broken => "图片文件已损坏，无法解码",
            Self::NoCode => "图片中没有找到二维码",
            Self::Damaged => "找到了二维码，但破损或模糊，无法读出内容",
        })
    }
}

impl std::error::Error for ScanError {}
