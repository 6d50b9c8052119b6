//! The `shenyan` command.
fn main() {}
