//! The scanned pictures in a PDF file.
//!
//! Not a reader of PDF: it looks for the image objects (ISO 32000-1, 8.9.5), which
//! are streams and so stand in the file as they are, and unpacks those that scanners
//! write: JPEG, Flate, CCITT group 4. What is drawn with lines is not seen.

use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::picture::{PIXELS_MAX, Picture, SIDE_MAX, UNPACKED_BYTES_MAX};
use super::value::{Dict, Reader, Value};
use super::{PAGES_MAX, ScanError, tiff};

/// The shortest side of a picture that can show a card's code: a pixel a module.
const SIDE_MIN: i64 = 45;

/// Whether a file begins like a PDF file.
pub(super) fn is_pdf(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-")
}

/// Gives each picture to `page`, in the order of the file.
///
/// Masks and pictures too small for a code are passed over.
pub(super) fn pages(
    bytes: &[u8],
    mut page: impl FnMut(Result<Picture, ScanError>),
) -> Result<(), ScanError> {
    let images = images(bytes)?;
    for image in &images {
        page(picture(image));
    }
    if images.is_empty() { Err(ScanError::NoImage) } else { Ok(()) }
}

struct Image<'a> {
    object: i64,
    dict: Dict<'a>,
    stream: &'a [u8],
}

fn images(bytes: &[u8]) -> Result<Vec<Image<'_>>, ScanError> {
    let mut images = Vec::new();
    let mut masks = BTreeSet::new();
    let mut at = 0;
    // Each byte is looked at a few times, however the objects lie in one another.
    let mut budget = 8 * bytes.len() + 4_096;
    while let Some(found) = find(&bytes[at..], b" obj") {
        let begin = at + found;
        at = begin + b" obj".len();
        let mut reader = Reader::new(bytes, at);
        let value = reader.value();
        budget = budget.checked_sub(reader.at() - at).ok_or(ScanError::Broken)?;
        let Some(Value::Dict(dict)) = value else { continue };
        masks.extend(["SMask", "Mask"].iter().filter_map(|key| dict.reference(key)));
        let Some(data) = reader.stream() else { continue };
        let stream = stream(bytes, data, &dict);
        budget = budget.checked_sub(stream.len()).ok_or(ScanError::Broken)?;
        at = data + stream.len();
        let sides = [dict.integer("Width"), dict.integer("Height")];
        let is_large = sides.iter().all(|side| side.is_none_or(|side| side >= SIDE_MIN));
        if dict.name("Subtype") == Some(b"Image") && is_large {
            images.push(Image { object: object_number(&bytes[..begin]), dict, stream });
        }
        if images.len() > PAGES_MAX {
            return Err(ScanError::TooLarge);
        }
    }
    images.retain(|image| !masks.contains(&image.object));
    let tail = &bytes[bytes.len().saturating_sub(4_096)..];
    match find(tail, b"/Encrypt").is_some() {
        true => Err(ScanError::Encrypted),
        false => Ok(images),
    }
}

/// The number of the object whose generation ends here: `12 0` of `12 0 obj`.
fn object_number(before: &[u8]) -> i64 {
    let tail = &before[before.len().saturating_sub(24)..];
    let mut words = tail.rsplit(|byte| !byte.is_ascii_digit());
    let number = words.nth(1).and_then(|word| str::from_utf8(word).ok()?.parse().ok());
    number.unwrap_or(-1)
}

/// A stream's bytes: as long as its head says, if it ends there; else to its end.
fn stream<'a>(bytes: &'a [u8], begin: usize, dict: &Dict<'_>) -> &'a [u8] {
    let rest = &bytes[begin..];
    let said = dict.integer("Length").and_then(|length| usize::try_from(length).ok());
    let said = said.filter(|length| {
        rest.get(*length..).is_some_and(|after| {
            after[..after.len().min(16)].trim_ascii_start().starts_with(b"endstream")
        })
    });
    let length = said.or_else(|| find(rest, b"endstream"));
    &rest[..length.unwrap_or(rest.len())]
}

fn picture(image: &Image<'_>) -> Result<Picture, ScanError> {
    let Image { dict, stream, .. } = image;
    let filters = dict.names("Filter");
    let parameters = dict.dicts("DecodeParms");
    let side = |key| {
        let side = dict.integer(key).and_then(|side| u32::try_from(side).ok());
        side.ok_or(ScanError::Compression)
    };
    let mut unpacked;
    let mut data = *stream;
    for (at, filter) in filters.iter().enumerate() {
        let parameters = parameters.get(at).and_then(Option::as_ref);
        let is_last = at + 1 == filters.len();
        match (*filter, is_last) {
            (b"FlateDecode" | b"Fl", _) => {
                unpacked = inflated(data)?;
                if let Some(parameters) = parameters {
                    unpacked = unpredicted(unpacked, parameters)?;
                }
                data = &unpacked;
            }
            (b"DCTDecode" | b"DCT", true) => return Picture::decode(data),
            (b"CCITTFaxDecode" | b"CCF", true) => {
                return fax(side("Width")?, side("Height")?, parameters, data);
            }
            _ => return Err(ScanError::Compression),
        }
    }
    let (width, height) = (side("Width")?, side("Height")?);
    let is_large = u64::from(width) * u64::from(height) > PIXELS_MAX;
    if is_large || width.max(height) > SIDE_MAX {
        return Err(ScanError::TooLarge);
    }
    let bits = match dict.integer("BitsPerComponent") {
        _ if dict.is_true("ImageMask") => 1,
        bits => bits.and_then(|bits| u8::try_from(bits).ok()).ok_or(ScanError::Compression)?,
    };
    // How many samples a pixel has shows in the length of a row.
    let row = data.len() / usize::try_from(height.max(1)).expect("at most 30,000");
    let fits = |channels: &usize| {
        let width = usize::try_from(width).expect("at most 30,000");
        (width * channels * usize::from(bits)).div_ceil(8) == row
    };
    let channels = [1, 3, 4].into_iter().find(fits).ok_or(ScanError::Broken)?;
    Picture::of_samples(width, height, channels, bits, data)
}

fn inflated(data: &[u8]) -> Result<Vec<u8>, ScanError> {
    let most = u64::try_from(UNPACKED_BYTES_MAX).expect("half a gibibyte");
    let mut unpacked = Vec::new();
    let read = ZlibDecoder::new(data).take(most + 1).read_to_end(&mut unpacked);
    match read {
        _ if unpacked.len() > UNPACKED_BYTES_MAX => Err(ScanError::TooLarge),
        Err(_) if unpacked.is_empty() => Err(ScanError::Broken),
        // A file that was cut off shows what there is of it.
        Ok(_) | Err(_) => Ok(unpacked),
    }
}

/// Takes back the predictors of PNG (ISO/IEC 15948, 9), row by row.
fn unpredicted(data: Vec<u8>, parameters: &Dict<'_>) -> Result<Vec<u8>, ScanError> {
    match parameters.integer("Predictor").unwrap_or(1) {
        1 => return Ok(data),
        10..=15 => {}
        _ => return Err(ScanError::Compression),
    }
    let number = |key, usual| {
        let number = parameters.integer(key).unwrap_or(usual);
        usize::try_from(number)
            .ok()
            .filter(|it| (1..=120_000).contains(it))
            .ok_or(ScanError::Broken)
    };
    let bits = number("Colors", 1)?.min(32) * number("BitsPerComponent", 8)?.min(16);
    let (pixel, row) = (bits.div_ceil(8), (number("Columns", 1)? * bits).div_ceil(8));
    let mut rows = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; row];
    for line in data.chunks_exact(row + 1) {
        let mut current = line[1..].to_vec();
        for at in 0..row {
            let (up, left) = (above[at], at.checked_sub(pixel).map_or(0, |at| current[at]));
            let corner = at.checked_sub(pixel).map_or(0, |at| above[at]);
            let guess = match line[0] {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => return Err(ScanError::Broken),
            };
            current[at] = current[at].wrapping_add(guess);
        }
        rows.extend_from_slice(&current);
        above = current;
    }
    Ok(rows)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a + b - c;
    let away = |it: i16| (guess - it).abs();
    match (away(a), away(b), away(c)) {
        (by_left, by_up, by_corner) if by_left <= by_up && by_left <= by_corner => left,
        (_, by_up, by_corner) if by_up <= by_corner => up,
        _ => corner,
    }
}

fn fax(
    width: u32,
    height: u32,
    parameters: Option<&Dict<'_>>,
    data: &[u8],
) -> Result<Picture, ScanError> {
    // Group 4 has K below zero; groups 3 are no longer written.
    let kind = parameters.and_then(|it| it.integer("K")).unwrap_or(0);
    if kind >= 0 {
        return Err(ScanError::Compression);
    }
    let zero = match parameters.is_some_and(|it| it.is_true("BlackIs1")) {
        true => tiff::Zero::Black,
        false => tiff::Zero::White,
    };
    let width = parameters
        .and_then(|it| it.integer("Columns"))
        .map_or(Ok(width), |columns| u32::try_from(columns).map_err(|_| ScanError::Broken))?;
    let mut picture = Err(ScanError::Broken);
    tiff::pages(&tiff::of_fax(width, height, zero, data), |page| picture = page)?;
    picture
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = needle[0];
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
