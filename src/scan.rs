//! Image bytes → QR texts.
