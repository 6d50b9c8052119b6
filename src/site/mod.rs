//! WHAT IS SHOWN.

pub mod symbol;
