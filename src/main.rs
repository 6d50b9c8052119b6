//! The `shenyan` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "the arguments enter here")]
    let arguments = std::env::args_os();
    shenyan::cli::run(arguments)
}
