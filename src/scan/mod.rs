//! Image bytes → QR texts.
//!
//! A photograph, scan or drawing of one or more cards, as PNG, JPEG, TIFF or in a
//! PDF, becomes the texts of all QR codes on it. What the texts mean is not known
//! here. This is the only user of the crates `image`, `tiff` and `rxing`.
//!
//! Work is bounded whatever the bytes are: by the encoded size, by the pixels
//! that are unpacked, by the pixels that are searched, and by the number of
//! places in them that are looked at closely.

use std::fmt;

use self::picture::Picture;

mod crowd;
mod pdf;
mod picture;
mod search;
#[cfg(test)]
mod tests;
mod tiff;
mod value;

/// Why a picture gives no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanError {
    /// The bytes begin neither like a PNG, JPEG or TIFF file nor like a PDF file.
    NotAPicture,
    /// More than 64 MiB encoded, 100 million pixels, 512 MiB unpacked, or 1,000 pages.
    TooLarge,
    /// A file that cannot be unpacked.
    Broken,
    /// Pixels that are packed in a way that is not known here.
    Compression,
    /// A PDF file that is locked.
    Encrypted,
    /// A PDF file without a scanned picture.
    NoImage,
    /// The picture was searched and shows no QR code.
    NoCode,
    /// The three corners of a QR code are there, but what is between them
    /// cannot be read, not even with its error correction.
    Damaged,
}

/// Pages of a document, at most.
const PAGES_MAX: usize = 1_000;

/// The codes of a page, never none: the text of each, or none where a code was seen
/// that could not be read.
pub type Sheet = Result<Vec<Option<String>>, ScanError>;

/// The codes of a picture or document, page by page.
///
/// The format is told by the first bytes, not by a name: PNG, JPEG, TIFF with one or
/// more pages, PDF with scanned pictures. The codes come in reading order of their
/// places: row by row from the top, each from the left (of the pixels as stored; EXIF
/// orientation is not applied, since a QR code reads the same turned). A code is listed
/// once for each place, so a text that stands in two places comes twice.
///
/// Errors: the file as a whole cannot be read; what cannot be read of one page is said
/// of it alone.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ScanError> {
    if bytes.len() > picture::ENCODED_BYTES_MAX && is_picture(bytes) {
        return Err(ScanError::TooLarge);
    }
    let mut sheets = Vec::new();
    let page =
        |page: Result<Picture, ScanError>| sheets.push(page.and_then(|it| search::texts(&it)));
    if tiff::is_tiff(bytes) {
        tiff::pages(bytes, page)?;
    } else if pdf::is_pdf(bytes) {
        pdf::pages(bytes, page)?;
    } else {
        return Ok(vec![search::texts(&Picture::decode(bytes)?)]);
    }
    Ok(sheets)
}

/// Whether a file begins as one does that [`sheets`] can read.
pub fn is_picture(head: &[u8]) -> bool {
    let is_photograph = [&b"\x89PNG"[..], b"\xFF\xD8\xFF"].iter().any(|it| head.starts_with(it));
    is_photograph || tiff::is_tiff(head) || pdf::is_pdf(head)
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAPicture => "不是 PNG、JPEG、TIFF 图片或 PDF",
            Self::TooLarge => "图片过大：上限为 64 MiB、1 亿像素、1,000 页",
            Self::Broken => "图片文件已损坏，无法解码",
            Self::Compression => {
                "图片的压缩方式读不了（如 JBIG2、JPEG 2000），请另存为 PNG 或 JPEG"
            }
            Self::Encrypted => "PDF 加了密，请存成不加密的",
            Self::NoImage => {
                "PDF 中没有扫描的图片（画出来的图读不了），请存成图片或用网页、JSON 原件"
            }
            Self::NoCode => "图片中没有找到二维码",
            Self::Damaged => "找到了二维码，但破损或模糊，无法读出内容",
        })
    }
}

impl std::error::Error for ScanError {}
