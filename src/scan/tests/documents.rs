//! Scans of several pages.

use super::*;

/// Pages as TIFF: bits packed, a byte each, and runs packed as faxes pack them.
fn tiff_of(pages: &[Picture]) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut encoder = ::tiff::encoder::TiffEncoder::new(&mut file).unwrap();
    for page in pages {
        let (width, height) = (page.width as u32, page.height as u32);
        encoder
            .write_image::<::tiff::encoder::colortype::Gray8>(width, height, &page.luma)
            .unwrap();
    }
    file.into_inner()
}

#[test]
fn each_page_of_a_tiff_is_read() {
    let texts = [card_text(31), card_text(32), card_text(33)];
    let mut sheet = blank(700, 320, 255);
    pasted(&mut sheet, &drawn(&texts[1], 4), 20, 20);
    pasted(&mut sheet, &drawn(&texts[2], 4), 400, 20);
    let file = tiff_of(&[drawn(&texts[0], 4), blank(300, 300, 255), sheet]);
    let some = |text: &String| Some(text.clone());
    let expected = vec![
        Ok(vec![some(&texts[0])]),
        Err(ScanError::NoCode),
        Ok(vec![some(&texts[1]), some(&texts[2])]),
    ];
    assert_eq!(sheets(&file), Ok(expected));
    for length in (0..file.len()).step_by(file.len() / 40) {
        let _ = sheets(&file[..length]); // whatever comes of it, it comes
    }
}

/// A PDF file of these objects, as scanners write them; there is no table of them.
fn pdf_of(objects: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    for (at, (dict, data)) in objects.iter().enumerate() {
        let length = data.len();
        file.extend(format!("{} 0 obj\n<< {dict} /Length {length} >>\nstream\r\n", at + 1).bytes());
        file.extend_from_slice(data);
        file.extend_from_slice(b"\nendstream\nendobj\n");
    }
    file.extend_from_slice(b"trailer << /Root 9 0 R >>\n%%EOF\n");
    file
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn scans_in_a_pdf_are_read_however_they_are_packed() {
    let texts: Vec<String> = (41..45).map(card_text).collect();
    let pictures: Vec<Picture> = texts.iter().map(|text| drawn(text, 4)).collect();
    let side = pictures[0].width;
    let size = format!("/Width {side} /Height {side}");
    // Bits, eight of them a byte, each row a whole number of bytes.
    let bits: Vec<u8> = pictures[1]
        .luma
        .chunks(side)
        .flat_map(|row| {
            row.chunks(8).map(|eight| {
                let bit = |(at, pixel): (usize, &u8)| u8::from(*pixel > 128) << (7 - at);
                eight.iter().enumerate().map(bit).sum()
            })
        })
        .collect();
    // Each row less the one above it, as PNG's filter 2 has it, in three colours.
    let mut above = vec![0; side * 3];
    let mut predicted = Vec::new();
    for row in pictures[2].luma.chunks(side) {
        let row: Vec<u8> = row.iter().flat_map(|pixel| [*pixel; 3]).collect();
        predicted.push(2);
        predicted.extend(row.iter().zip(&above).map(|(now, above)| now.wrapping_sub(*above)));
        above = row;
    }
    let image = |rest: &str| format!("/Type /XObject /Subtype /Image {size} {rest}");
    let objects = [
        (
            image("/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode"),
            jpeg(&pictures[0], 70),
        ),
        (image("/ImageMask true /Filter [/FlateDecode] /DecodeParms [null]"), deflated(&bits)),
        (
            image(&format!(
                "/BitsPerComponent 8 /ColorSpace [/ICCBased 7 0 R] /SMask 4 0 R /Filter /FlateDecode \
                 /DecodeParms << /Predictor 15 /Colors 3 /Columns {side} >>"
            )),
            deflated(&predicted),
        ),
        // A mask, which is no page; text; and a picture too small for a code.
        (image("/BitsPerComponent 8 /ColorSpace /DeviceGray"), vec![255; side * side]),
        ("/Title (a \\) obj << text) /Subtype /Form".to_owned(), b"q 1 0 0 1 0 0 cm Q".to_vec()),
        ("/Subtype /Image /Width 16 /Height 16 /BitsPerComponent 8".to_owned(), vec![0; 256]),
        (image("/BitsPerComponent 8 /ColorSpace /DeviceGray"), pictures[3].luma.clone()),
        (image("/Filter /JBIG2Decode /BitsPerComponent 1"), b"?".to_vec()),
    ];
    let objects: Vec<(&str, &[u8])> =
        objects.iter().map(|(dict, data)| (dict.as_str(), data.as_slice())).collect();
    let file = pdf_of(&objects);
    let mut expected: Vec<Sheet> = texts.iter().map(|text| Ok(vec![Some(text.clone())])).collect();
    expected.push(Err(ScanError::Compression));
    assert_eq!(sheets(&file), Ok(expected));
    for length in (0..file.len()).step_by(file.len() / 40) {
        let _ = sheets(&file[..length]);
    }
    assert_eq!(sheets(&pdf_of(&[("/Subtype /Form", b"q Q")])), Err(ScanError::NoImage));
    let mut locked = file;
    locked.extend_from_slice(b"trailer << /Encrypt 12 0 R >>");
    assert_eq!(sheets(&locked), Err(ScanError::Encrypted));
    // Ten million times smaller than what it claims to be.
    let bomb = deflated(&vec![0; 40 << 20]);
    let claim =
        "/Subtype /Image /Width 30000 /Height 30000 /BitsPerComponent 8 /Filter /FlateDecode";
    assert_eq!(sheets(&pdf_of(&[(claim, &bomb)])), Ok(vec![Err(ScanError::TooLarge)]));
    let nested = "<<".repeat(100_000) + &" obj <<".repeat(100_000);
    assert_eq!(sheets(format!("%PDF-1.4\n{nested}").as_bytes()), Err(ScanError::NoImage));
}
