//! The stories of `tests/cmd/`: what a user types, and all that comes of it.
//!
//! `NAME.md` is prose and transcripts, run by `trycmd`. The project before is
//! `base/` with `NAME.in/` laid over it, or, for `sample-NAME.md`, the sample site
//! that the repository is with `sample-NAME.in/` laid over it; each file of `NAME.out/` must be there
//! afterwards, byte by byte. (`trycmd` itself would compare JSON by its meaning,
//! so that a `diff` of each file is added to the transcript.) `TRYCMD=overwrite`
//! rewrites what has changed: read it before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tree::{copy, paths, repository, sample, shenyan};

/// What a transcript may call besides `shenyan`.
const TOOLS: &[&str] = &["cat", "cp", "diff", "ls", "mkdir", "rm", "sed", "sh", "tar"];

/// How the names of stories begin that are told of the sample site.
const OF_THE_SAMPLE: &str = "sample-";

/// Begins what is added to a story that has a `NAME.out/`.
const AFTERWARDS: &str = "\nAfterwards.\n\n```console\n";

fn folder() -> PathBuf {
    repository().join("tests/cmd")
}

/// The stories' names, in order.
fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let stories = entries.filter(|path| path.extension().is_some_and(|it| it == "md"));
    let mut names: Vec<_> =
        stories.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn tool(name: &str) -> PathBuf {
    let places = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(name));
    places.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("no {name} here"))
}

#[test]
fn every_story_goes_as_it_is_told() {
    let (stage, sample) = (tempfile::tempdir().unwrap(), sample());
    for name in names() {
        let place = |ending: &str| stage.path().join(format!("{name}.{ending}"));
        let source = |ending: &str| folder().join(format!("{name}.{ending}"));
        match name.starts_with(OF_THE_SAMPLE) {
            true => copy(sample.path(), &place("in")),
            false => copy(&folder().join("base"), &place("in")),
        }
        if source("in").exists() {
            copy(&source("in"), &place("in"));
        }
        fs::create_dir(place("out")).unwrap(); // its being there makes trycmd work on a copy
        let mut story = fs::read_to_string(source("md")).unwrap();
        if source("out").exists() {
            story.push_str(AFTERWARDS);
            for file in paths(&source("out")) {
                let golden = source("out").join(&file).display().to_string();
                let command =
                    if overwrites() { ["cp", &file, &golden] } else { ["diff", &golden, &file] };
                story.push_str(&format!("$ {}\n", command.join(" ")));
            }
            story.push_str("```\n");
        }
        fs::write(place("md"), story).unwrap();
    }
    let command = shenyan();
    let path = format!("{}:/usr/bin:/bin", command.parent().unwrap().display());
    let cases = trycmd::TestCases::new();
    cases.register_bin("shenyan", command.as_path());
    cases.register_bins(TOOLS.iter().map(|name| (*name, tool(name))));
    cases.env("LC_ALL", "C").env("PATH", path);
    cases.case(stage.path().join("*.md")).run();
    if overwrites() {
        for name in names().into_iter().map(|name| format!("{name}.md")) {
            let story = fs::read_to_string(stage.path().join(&name)).unwrap();
            let (story, _) = story.split_once(AFTERWARDS).unwrap_or((&story, ""));
            let timeless = |line: &str| match line.strip_prefix("用时 ") {
                Some(_) => "用时      [..] 秒\n".to_owned(),
                None => line.to_owned(),
            };
            let story: String = story.split_inclusive('\n').map(timeless).collect();
            fs::write(folder().join(name), story).unwrap();
        }
    }
}

fn overwrites() -> bool {
    std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite")
}

/// `trycmd` passes over commands that it does not find, and files without any.
#[test]
fn every_command_of_a_story_is_run() {
    for name in names() {
        let text = fs::read_to_string(folder().join(format!("{name}.md"))).unwrap();
        let commands: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
        assert!(!commands.is_empty(), "{name}.md runs nothing");
        for command in commands {
            let is_setting = |word: &&str| word.contains('=');
            let program = command.split(' ').find(|word| !is_setting(word)).unwrap_or_default();
            let is_known = program == "shenyan" || TOOLS.contains(&program);
            assert!(is_known, "{name}.md: {command}: add {program} to TOOLS");
        }
        let fences = text.lines().filter(|line| line.starts_with("```"));
        let (opened, closed): (Vec<_>, Vec<_>) = fences.partition(|line| *line == "```console");
        assert_eq!(opened.len(), closed.len(), "{name}.md: only ```console blocks are run");
    }
}

#[test]
fn nothing_in_tests_cmd_is_left_over() {
    let names = names();
    let mut orphans = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap().file_name().into_string().unwrap();
        let is_of_a_story = match entry.rsplit_once('.') {
            Some((name, "md" | "in" | "out")) => names.iter().any(|it| it == name),
            _ => entry == "base",
        };
        if !is_of_a_story {
            orphans.push(entry);
        }
    }
    assert!(orphans.is_empty(), "no story uses {}", orphans.join(", "));
    for name in &names {
        for ending in ["in", "out"] {
            let golden = folder().join(format!("{name}.{ending}"));
            let is_empty = golden.exists() && paths(&golden).is_empty();
            assert!(!is_empty, "{name}.{ending} holds nothing");
        }
    }
}
