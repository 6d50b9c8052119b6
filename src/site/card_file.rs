//! stand-in
use std::io;
/// x
pub fn html(page: String) -> Vec<u8> {
    page.into_bytes()
}
/// x
pub fn json<T: serde::Serialize>(v: &T) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(v)?)
}
