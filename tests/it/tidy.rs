//! The house is kept as `src/lib.rs` and the rules of the trade say: who imports
//! whom, what files are called and hold, how long they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::tree::{paths, repository};

/// What the root of `src` holds besides the folders of rooms.
const ROOT_FILES: &[&str] = &["lib.rs", "main.rs", "output.rs", "time.rs"];

/// Lines of a file at most.
const MAX_LINES: usize = 500;

/// The text of each file below some folders of the repository, by its path.
fn texts(folders: &[&str], endings: &[&str]) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for folder in folders {
        for path in paths(&repository().join(folder)) {
            if endings.iter().any(|ending| path.ends_with(ending)) {
                let path = format!("{folder}/{path}");
                let bytes = fs::read(repository().join(&path)).unwrap();
                texts.insert(path, String::from_utf8_lossy(&bytes).into_owned()); // a story has GBK
            }
        }
    }
    texts
}

/// The room that a file of `src` belongs to.
fn room(path: &str) -> &str {
    let inner = path.strip_prefix("src/").expect("a file of src");
    inner.split_once('/').map_or(inner, |(room, _)| room).trim_end_matches(".rs")
}

/// The import table of `src/lib.rs`: a fenced `text` block of its documentation
/// that begins with `who → whom`, then one line each, `room → room room` or
/// `room → nothing`.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(repository().join("src/lib.rs")).unwrap();
    let (_, rest) = text.split_once("//! who → whom\n").expect("lib.rs has an import table");
    let (table, _) = rest.split_once("//! ```\n").expect("the table ends");
    let mut rooms = BTreeMap::new();
    for line in table.lines() {
        let row = line.trim_start_matches("//! ").split_once(" → ");
        let (who, whom) = row.unwrap_or_else(|| panic!("{line:?} is no row"));
        let whom = whom.split(' ').filter(|room| *room != "nothing").map(str::to_owned).collect();
        assert!(rooms.insert(who.to_owned(), whom).is_none(), "{who} has two rows");
    }
    rooms
}

/// Names that stand after a prefix such as `crate::` in a line of code.
fn imported<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let code = line.split_once("//").map_or(line, |(code, _)| code);
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !code[..at].ends_with(|c| is_word(c) || c == '$') {
            let rest = &code[at + prefix.len()..];
            names.push(&rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())]);
        }
    }
    names
}

/// How many modules up a line of code goes at most.
fn ups(line: &str) -> usize {
    let code = line.split_once("//").map_or(line, |(code, _)| code);
    (0..).take_while(|up| code.contains(&"super::".repeat(up + 1))).count()
}

/// Fails with all that was found.
fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn rooms_import_only_those_that_the_table_allows() {
    let table = table();
    let mut found = Vec::new();
    for (path, text) in texts(&["src"], &[".rs"]) {
        let room = room(&path);
        if room == "lib" {
            continue;
        }
        let Some(allowed) = table.get(room) else {
            found.push(format!("{path}: {room} has no row"));
            continue;
        };
        // How far up a module may reach and still be in its room.
        let is_root = path.ends_with("/mod.rs");
        let mut height = path.matches('/').count() - 1 - usize::from(is_root);
        for (at, line) in text.lines().enumerate() {
            height += usize::from(line == "mod tests {");
            if ups(line) > height {
                found.push(format!("{path}:{}: write crate:: where a room is left", at + 1));
            }
            let names = [imported(line, "crate::"), imported(line, "shenyan::")].concat();
            for other in names {
                let is_allowed = other == room || allowed.contains(other);
                let is_view = path.contains("/view/");
                let is_far = room == "site" && ["assessment", "credential"].contains(&other);
                if !is_allowed || (is_far && !is_view) {
                    found.push(format!("{path}:{}: {room} → {other}", at + 1));
                }
            }
        }
    }
    none("the import table of src/lib.rs forbids", &found);
}

#[test]
fn the_table_is_of_the_rooms_that_there_are() {
    let rooms: BTreeSet<_> = paths(&repository().join("src"))
        .iter()
        .map(|path| room(&format!("src/{path}")).to_owned())
        .filter(|room| room != "lib")
        .collect();
    let table = table();
    assert_eq!(table.keys().cloned().collect::<BTreeSet<_>>(), rooms);
    for (who, whom) in &table {
        for other in whom {
            assert!(rooms.contains(other), "{who} → {other}: no such room");
        }
    }
    for pair in [("assessment", "credential"), ("credential", "assessment"), ("credential", "site")]
    {
        assert!(!table[pair.0].contains(pair.1), "{} must not know {}", pair.0, pair.1);
    }
}

/// Those of these modules, each with what it imports, that stand in a circle or rest on
/// one: what is left when every module is taken away that imports none of the rest.
fn circle(mut modules: BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    loop {
        let names: BTreeSet<String> = modules.keys().cloned().collect();
        modules.retain(|name, imports| {
            imports.retain(|other| other != name && names.contains(other));
            !imports.is_empty()
        });
        if modules.len() == names.len() {
            return names.into_iter().collect();
        }
    }
}

/// An auditor reads from the bottom up, and whoever writes a twin does too.
#[test]
fn no_files_of_what_is_proven_and_shown_import_one_another() {
    let mut found = Vec::new();
    for room in ["credential", "site"] {
        let folder = format!("src/{room}");
        let mut modules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, text) in texts(&[folder.as_str()], &[".rs"]) {
            let inner = &path[folder.len() + 1..];
            let module = inner.split(['/', '.']).next().expect("a name");
            if ["mod", "tests"].contains(&module) {
                continue;
            }
            let is_below = inner.contains('/') && !inner.ends_with("/mod.rs");
            let up = if is_below { "super::super::" } else { "super::" };
            let whole = format!("crate::{room}::");
            let imports = modules.entry(module.to_owned()).or_default();
            for line in text.lines().take_while(|line| *line != "mod tests {") {
                let names = [imported(line, up), imported(line, &whole)].concat();
                imports.extend(names.into_iter().map(str::to_owned));
            }
        }
        assert!(modules.len() > 5, "{folder} was not read");
        found.extend(circle(modules).into_iter().map(|module| format!("{folder}/{module}")));
    }
    for folder in ["themes/default/verify", "themes/default/check"] {
        let modules: BTreeMap<_, BTreeSet<_>> = texts(&[folder], &[".js"])
            .into_iter()
            .map(|(path, text)| {
                let imports = text.split("from './").skip(1);
                let imports = imports.filter_map(|rest| rest.split_once(".js'"));
                let imports = imports.map(|(name, _)| name.to_owned()).collect();
                (path[folder.len() + 1..].trim_end_matches(".js").to_owned(), imports)
            })
            .collect();
        assert!(modules.values().any(|imports| !imports.is_empty()), "{folder} was not read");
        found.extend(circle(modules).into_iter().map(|module| format!("{folder}/{module}.js")));
    }
    none("in a circle, or above one", &found);
}

/// Groups hide from the tests here, and from whoever searches, what is imported.
#[test]
fn imports_can_be_read_line_by_line() {
    let mut found = Vec::new();
    for (path, text) in texts(&["src"], &[".rs"]) {
        let mut is_tests = path.ends_with("tests.rs") || path.contains("/tests/");
        for (at, line) in text.lines().enumerate() {
            is_tests |= line.contains("mod tests {");
            let group = line.split_once("std::{").map(|(_, group)| group);
            let names = group.into_iter().flat_map(|it| it.split([',', '{', '}', ';', ':', ' ']));
            let smuggled: Vec<_> =
                names.filter(|name| ["fs", "env", "process"].contains(name)).collect();
            let is_group = line.contains("crate::{") || line.contains("shenyan::{");
            let is_glob = line.trim() == "use super::*;" && !is_tests;
            let is_open = line.trim_end().ends_with("std::{");
            if is_group || is_glob || is_open || !smuggled.is_empty() {
                found.push(format!("{path}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    none("import these one by one", &found);
}

#[test]
fn the_root_of_src_stays_small() {
    let files = paths(&repository().join("src"));
    let root: Vec<_> = files.iter().filter(|path| !path.contains('/')).collect();
    assert_eq!(root, ROOT_FILES, "what is new belongs in a room, or in this list");
}

#[test]
fn every_file_has_a_noun_for_a_name() {
    let mut found = Vec::new();
    for path in texts(&["src", "tests"], &[".rs", ".js", ".css", ".html"]).keys() {
        let words = path.split(['/', '.', '_', '-']);
        let is_vague = |word: &str| {
            matches!(word, "util" | "utils" | "helper" | "helpers" | "common" | "misc")
        };
        if words.into_iter().any(is_vague) {
            found.push(path.clone());
        }
    }
    none("say what is in it", &found);
}

#[test]
fn no_file_is_too_long() {
    let sources = texts(&["src", "tests", "themes"], &[".rs", ".js", ".css", ".html", ".sh"]);
    let long: Vec<_> = sources
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines, {MAX_LINES} at most"))
        .collect();
    none("split", &long);
}

/// The needles are put together here, lest this file be found.
#[test]
fn nothing_is_left_for_later_and_nothing_names_a_machine() {
    let later = [["to", "do!"], ["db", "g!"], ["FIX", "ME"], ["TO", "DO"], ["XX", "X:"]];
    let places = [["/ro", "ot/"], ["/ho", "me/"], ["/wo", "rk/"], ["/tm", "p/"], ["../sha", "red"]];
    let needles: Vec<_> = later.iter().chain(&places).map(|halves| halves.concat()).collect();
    let mut files = texts(&["src", "tests", "themes", "content"], &[""]);
    for name in ["Cargo.toml", ".clippy.toml", ".gitignore", ".gitattributes", "README.md"] {
        let text = fs::read_to_string(repository().join(name)).unwrap_or_default();
        files.insert(name.to_owned(), text);
    }
    let mut found = Vec::new();
    for (path, text) in &files {
        for (at, line) in text.lines().enumerate() {
            // `shenyan/root/1` is a name, not a place of a machine.
            let begins = |at: usize| !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            let stands = |needle: &str| line.match_indices(needle).any(|(at, _)| begins(at));
            let needle = needles.iter().find(|needle| stands(needle));
            found.extend(needle.map(|needle| format!("{path}:{}: {needle}", at + 1)));
        }
    }
    none("finish it, or leave it out", &found);
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let text = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let mut is_dependency = false;
    let mut count = 0;
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            is_dependency = line.contains("dependencies]");
        } else if is_dependency && line.contains('=') {
            count += 1;
            if !line.contains(" # ") {
                found.push(format!("Cargo.toml:{}: {line}", at + 1));
            }
        }
    }
    assert!(count > 10, "the dependencies were not found");
    none("say at its end, # what for", &found);
}
