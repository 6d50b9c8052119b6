//! README.md keeps its word: its ```` ```console ```` transcripts are run in a
//! copy of the repository, and say what the command says.

use std::fs;

use crate::tree::{repository, sample, shenyan};

/// Lines of README.md at most.
const MAX_LINES: usize = 180;

/// How a reader runs the command; here it is built already.
const CARGO_RUN: &str = "$ cargo run --release -- ";

fn readme() -> String {
    fs::read_to_string(repository().join("README.md")).expect("README.md is there")
}

/// The text with an empty line after each output: `trycmd` takes the last end of
/// line of an output for a matter of layout.
fn spaced(text: &str) -> String {
    let mut story = String::new();
    let (mut is_console, mut has_output) = (false, false);
    for line in text.lines() {
        let (is_command, is_fence) = (line.starts_with("$ "), line.starts_with("```"));
        if is_console && has_output && (is_command || is_fence) && !story.ends_with("\n\n") {
            story.push('\n');
        }
        is_console = if is_fence { line == "```console" } else { is_console };
        has_output = !is_command && !is_fence;
        story.push_str(line);
        story.push('\n');
    }
    story
}

/// What readers type, in order.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("\n```console\n").skip(1);
    let inside = blocks.map(|block| block.split("\n```").next().unwrap_or_default());
    inside.flat_map(str::lines).filter_map(|line| line.strip_prefix("$ ")).collect()
}

#[test]
fn its_transcripts_are_true() {
    let text = readme();
    let stage = tempfile::tempdir().unwrap();
    let story = stage.path().join("README.md");
    fs::write(&story, spaced(&text).replace(CARGO_RUN, "$ shenyan ")).unwrap();
    fs::rename(sample().keep(), stage.path().join("README.in")).unwrap();
    fs::create_dir(stage.path().join("README.out")).unwrap(); // trycmd then works on a copy
    let cases = trycmd::TestCases::new();
    cases.register_bin("shenyan", shenyan().as_path());
    cases.case(&story).run();
}

/// `trycmd` passes over what it does not know.
#[test]
fn its_commands_are_those_that_are_run() {
    let text = readme();
    let commands = commands(&text);
    assert!(!commands.is_empty(), "README.md shows no command in a ```console block");
    for command in commands {
        let is_run = command.starts_with("cargo run --release -- ");
        // The one that runs the tests cannot be run by a test; tests/run.sh is
        // what has brought us here.
        assert!(is_run || command == "sh tests/run.sh", "README.md: {command}");
    }
}

#[test]
fn it_is_short_enough_to_be_read() {
    let lines = readme().lines().count();
    assert!(lines <= MAX_LINES, "README.md has {lines} lines, {MAX_LINES} at most");
}
