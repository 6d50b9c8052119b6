//! What holds of determinations as a whole; what one file does is tested beside it.

pub(super) mod unusual;

mod annual;
mod career;
mod oracle;
mod proofs;
mod properties;
mod questions;
mod regimes;
mod settlements;
