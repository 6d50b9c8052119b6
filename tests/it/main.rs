//! One test binary: the house seen from outside.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests lay out folders and run the command, and fail where something is not as told"
)]

mod bad_input;
mod browser;
mod build;
mod card;
mod ceremony;
mod core;
mod decoder;
mod hostile;
mod readme;
mod regimes;
mod stories;
mod tidy;
mod tree;
