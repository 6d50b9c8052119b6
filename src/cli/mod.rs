//! HOW WE TALK: arguments in; sentences, tables and an exit code out.
//!
//! Exit codes: 0 done and everything is good, 1 done and something is not, 2 it
//! could not be done.

#![expect(clippy::disallowed_methods, reason = "a door: it reads files, environment and clock")]

mod argument;
mod assess;
mod authority;
mod build;
mod check;
mod diff;
mod explain;
mod init;
mod keys;
mod kit;
mod lists;
pub mod message;
mod revoke;
mod site;
mod standing;
mod state;
mod trust;
mod usage;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use self::message::{Exit, Talk};

/// 继续教育审验：通知和规则变成门户网站，学习档案变成签名的审验卡。
#[derive(Debug, Parser)]
#[command(name = "shenyan", version, disable_help_subcommand = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Args),
    Check(check::Args),
    Assess(assess::Args),
    Explain(explain::Args),
    Diff(diff::Args),
    Init(init::Args),
    Keys(keys::Args),
    Kit(kit::Args),
    Revoke(revoke::Args),
    Trust(trust::Args),
    Verify(verify::Args),
}

/// Runs the command that these arguments ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => return ExitCode::from(answer(&error, &mut Talk::process()).code()),
    };
    let mut talk = Talk::process();
    let exit = match args.command {
        Command::Build(args) => build::run(&args, &mut talk),
        Command::Check(args) => check::run(&args, &mut talk),
        Command::Assess(args) => assess::run(&args, &mut talk),
        Command::Explain(args) => explain::run(&args, &mut talk),
        Command::Diff(args) => diff::run(&args, &mut talk),
        Command::Init(args) => init::run(&args, &mut talk),
        Command::Keys(args) => keys::run(&args, &mut talk),
        Command::Kit(args) => kit::run(&args, &mut talk),
        Command::Revoke(args) => revoke::run(&args, &mut talk),
        Command::Trust(args) => trust::run(&args, &mut talk),
        Command::Verify(args) => verify::run(&args, &mut talk),
    };
    let _ = talk.out().flush(); // a reader may have gone away, having read enough
    ExitCode::from(exit.code())
}

/// Answers arguments that no command follows from: help, the version, what is wrong.
fn answer(error: &clap::Error, talk: &mut Talk) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let page = usage::help(&error.render().to_string());
            let _ = write!(talk.out(), "{page}"); // nobody may be listening
            let _ = talk.out().flush();
            Exit::Good
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            talk.say(usage::help(&error.render().to_string()).trim_end());
            Exit::CouldNot
        }
        _ => {
            let (what, hint) = usage::wrong(error);
            talk.could_not(&what, &hint)
        }
    }
}
