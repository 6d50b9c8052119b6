//! A picture as grey pixels, and the ways to make a hard one easier to read.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

use super::ScanError;

/// The largest file taken, in bytes.
pub(super) const ENCODED_BYTES_MAX: usize = 64 << 20;
/// The most pixels unpacked.
pub(super) const PIXELS_MAX: u64 = 100_000_000;
/// The longest side unpacked, in pixels.
pub(super) const SIDE_MAX: u32 = 30_000;
/// The most memory given to the unpacked pixels, in bytes.
pub(super) const UNPACKED_BYTES_MAX: usize = 512 << 20;

/// Grey pixels, 0 black to 255 white, row by row from the top left.
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) luma: Vec<u8>,
}

impl Picture {
    /// Unpacks a PNG or JPEG file; what is transparent shows as white paper.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, ScanError> {
        if bytes.len() > ENCODED_BYTES_MAX {
            return Err(ScanError::TooLarge);
        }
        let format = match image::guess_format(bytes) {
            Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) => format,
            Ok(_) | Err(_) => return Err(ScanError::NotAPicture),
        };
        let mut limits = Limits::no_limits();
        limits.max_image_width = Some(SIDE_MAX);
        limits.max_image_height = Some(SIDE_MAX);
        let most = u64::try_from(UNPACKED_BYTES_MAX).expect("half a gibibyte");
        limits.max_alloc = Some(most);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits);
        let decoder = reader.into_decoder().map_err(|error| reason(&error))?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        if pixels > PIXELS_MAX || decoder.total_bytes() > most {
            return Err(ScanError::TooLarge);
        }
        DynamicImage::from_decoder(decoder).map(Self::of).map_err(|error| reason(&error))
    }

    fn of(image: DynamicImage) -> Self {
        let (width, height) = (pixels(image.width()), pixels(image.height()));
        let luma = if image.color().has_alpha() {
            image.into_luma_alpha8().pixels().map(|pixel| on_white(pixel.0)).collect()
        } else {
            image.into_luma8().into_raw()
        };
        Self { width, height, luma }
    }

    /// A picture of samples as files store them: rows of whole bytes, 1, 2, 4 or 8 bits
    /// a sample, none of them alpha but the last of two.
    pub(super) fn of_samples(
        width: u32,
        height: u32,
        channels: usize,
        bits: u8,
        samples: &[u8],
    ) -> Result<Self, ScanError> {
        let (width, height) = (pixels(width), pixels(height));
        let bits = match bits {
            1 | 2 | 4 | 8 => usize::from(bits),
            _ => return Err(ScanError::Compression),
        };
        let row = (width * channels * bits).div_ceil(8);
        if width == 0 || height == 0 || samples.len() < row * height {
            return Err(ScanError::Broken);
        }
        let most = (1 << bits) - 1;
        let mut luma = Vec::with_capacity(width * height);
        for row in samples.chunks_exact(row).take(height) {
            let sample = |at: usize| {
                let bit = at * bits;
                usize::from(row[bit / 8]) >> (8 - bits - bit % 8) & most
            };
            luma.extend((0..width).map(|x| {
                let grey = match channels {
                    1 | 2 => sample(x * channels),
                    3 => (sample(3 * x) + sample(3 * x + 1) + sample(3 * x + 2)) / 3,
                    // Four are ink: the black of it, and a third of each colour.
                    _ => {
                        let ink = (0..3).map(|at| sample(4 * x + at)).sum::<usize>() / 3;
                        most.saturating_sub(ink + sample(4 * x + 3))
                    }
                };
                byte(grey * 255 / most)
            }));
        }
        Ok(Self { width, height, luma })
    }

    /// Squares of the picture, each with its left and top edge, overlapping by half:
    /// what is not larger than half a square lies in one of them whole.
    pub(super) fn tiles(&self, side: usize) -> impl Iterator<Item = (usize, usize, Self)> {
        let starts =
            move |length: usize| (0..length.saturating_sub(side / 2).max(1)).step_by(side / 2);
        starts(self.height)
            .flat_map(move |top| starts(self.width).map(move |left| (left, top)))
            .map(move |(left, top)| {
                let width = side.min(self.width - left);
                let rows = top..(top + side).min(self.height);
                let height = rows.len();
                let luma = rows.flat_map(|y| &self.row(y)[left..left + width]).copied().collect();
                (left, top, Self { width, height, luma })
            })
    }

    /// The picture made `factor` times smaller: each pixel the mean of a square.
    pub(super) fn reduced(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor, self.height / factor);
        let mut luma = Vec::with_capacity(width * height);
        let mut sums = vec![0_usize; width];
        for rows in self.luma.chunks_exact(self.width * factor).take(height) {
            sums.fill(0);
            for row in rows.chunks_exact(self.width) {
                for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += square.iter().map(|&pixel| usize::from(pixel)).sum::<usize>();
                }
            }
            luma.extend(sums.iter().map(|sum| byte(sum / (factor * factor))));
        }
        Self { width, height, luma }
    }

    /// The picture made `factor` times larger, linear between pixels.
    pub(super) fn enlarged(&self, factor: usize) -> Self {
        let (width, height) = (self.width * factor, self.height * factor);
        let across: Vec<_> = (0..width).map(|x| between(x, factor, self.width)).collect();
        let mut luma = Vec::with_capacity(width * height);
        for y in 0..height {
            let (top, bottom, down) = between(y, factor, self.height);
            let (top, bottom) = (self.row(top), self.row(bottom));
            let whole = 2 * factor;
            luma.extend(across.iter().map(|&(left, right, over)| {
                let mix = |row: &[u8]| {
                    usize::from(row[left]) * (whole - over) + usize::from(row[right]) * over
                };
                byte((mix(top) * (whole - down) + mix(bottom) * down) / (whole * whole))
            }));
        }
        Self { width, height, luma }
    }

    /// Each pixel the mean of the 3 × 3 around it: takes out the noise of a
    /// dark room. The outermost pixels stay.
    pub(super) fn smoothed(&self) -> Self {
        let mut luma = self.luma.clone();
        for y in 1..self.height.saturating_sub(1) {
            let rows = [self.row(y - 1), self.row(y), self.row(y + 1)];
            for x in 1..self.width.saturating_sub(1) {
                let sum = rows
                    .iter()
                    .flat_map(|row| &row[x - 1..=x + 1])
                    .map(|&pixel| usize::from(pixel))
                    .sum::<usize>();
                luma[y * self.width + x] = byte(sum / 9);
            }
        }
        Self { width: self.width, height: self.height, luma }
    }

    /// The greys spread to the whole range, the darkest and the lightest
    /// hundredth cut off: brings out a faded print.
    pub(super) fn stretched(&self) -> Self {
        let mut counts = [0_usize; 256];
        for pixel in &self.luma {
            counts[usize::from(*pixel)] += 1;
        }
        let cut = self.luma.len() / 100;
        let dark = end_of_cut(counts.iter(), cut);
        let light = 255 - end_of_cut(counts.iter().rev(), cut);
        let range = light.saturating_sub(dark).max(1);
        let spread: [u8; 256] =
            std::array::from_fn(|grey| byte(grey.saturating_sub(dark) * 255 / range));
        let luma = self.luma.iter().map(|&pixel| spread[usize::from(pixel)]).collect();
        Self { width: self.width, height: self.height, luma }
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.luma[y * self.width..(y + 1) * self.width]
    }
}

/// How many greys from this end hold `cut` pixels or fewer together.
fn end_of_cut<'a>(counts: impl Iterator<Item = &'a usize>, cut: usize) -> usize {
    let mut sum = 0;
    counts
        .take_while(|&&count| {
            sum += count;
            sum <= cut
        })
        .count()
        .min(255)
}

/// The two old pixels on either side of a new one, and the weight of the second
/// in parts of 2 × `factor`.
fn between(new: usize, factor: usize, old_side: usize) -> (usize, usize, usize) {
    // Pixel centres: new + ½ lies at (new + ½) / factor − ½ of the old ones.
    let place = (2 * new + 1).saturating_sub(factor);
    let first = (place / (2 * factor)).min(old_side - 1);
    (first, (first + 1).min(old_side - 1), place % (2 * factor))
}

fn on_white([luma, alpha]: [u8; 2]) -> u8 {
    let (luma, alpha) = (usize::from(luma), usize::from(alpha));
    byte((luma * alpha + 255 * (255 - alpha)) / 255)
}

fn byte(grey: usize) -> u8 {
    u8::try_from(grey.min(255)).expect("at most 255")
}

fn pixels(side: u32) -> usize {
    usize::try_from(side).expect("a side of at most 30,000 pixels")
}

fn reason(error: &ImageError) -> ScanError {
    match error {
        ImageError::Limits(_) => ScanError::TooLarge,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => ScanError::Broken,
    }
}
