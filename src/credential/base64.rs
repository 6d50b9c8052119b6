//! Base64 (RFC 4648 §4): the standard alphabet, padded, and one spelling only.
//!
//! Many decoders pass over missing padding, white space and stray bits in the
//! last character. Each of those would be a second spelling of the same bytes, so
//! here they are refused.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// These bytes in base64.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            .wrapping_shl(u32::try_from(3 - group.len()).expect("at most two") * 8);
        for at in 0..4 {
            let sextet = usize::try_from(bits >> (18 - 6 * at) & 63).expect("six bits");
            let is_padding = at > u32::try_from(group.len()).expect("at most three");
            text.push(if is_padding { '=' } else { char::from(ALPHABET[sextet]) });
        }
    }
    text
}

/// The bytes whose base64 this is; `None` if no bytes have it.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    let body = &text[..text.len() - padding];
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 2);
    for group in body.chunks(4) {
        let mut bits = 0_u32;
        for character in group {
            bits = bits << 6 | sextet(*character)?;
        }
        let spare = 4 - group.len(); // characters that padding stands for: 0–2
        bits <<= 6 * spare;
        let [_, whole @ ..] = bits.to_be_bytes();
        let (given, rest) = whole.split_at(3 - spare);
        // Bits that belong to no byte are zero, or there would be a second spelling.
        if rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(given);
    }
    Some(bytes)
}

fn sextet(character: u8) -> Option<u32> {
    let (first, base) = match character {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'+' => (b'+', 62),
        b'/' => (b'/', 63),
        _ => return None,
    };
    Some(u32::from(character - first) + base)
}
