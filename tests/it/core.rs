//! The credential room alone: what an auditor must read and build.

use std::collections::BTreeSet;
use std::process::Command;

use crate::tree::repository;

/// What it may stand on: a hash, a signature, the wiping of secrets.
const DIRECT: &[&str] = &["curve25519-dalek", "ed25519-dalek", "sha2", "zeroize"];

/// And what these stand on.
const INDIRECT: &[&str] = &[
    "block-buffer",
    "cfg-if",
    "const-oid",
    "cpufeatures",
    "crypto-common",
    "curve25519-dalek-derive",
    "digest",
    "ed25519",
    "hybrid-array",
    "proc-macro2",
    "quote",
    "signature",
    "subtle",
    "syn",
    "typenum",
    "unicode-ident",
];

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .args(["--no-default-features", "--offline", "--locked"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The names of the crates that `cargo tree` tells.
fn crates(depth: &str) -> BTreeSet<String> {
    let tree = cargo(&["tree", "--edges", "normal", "--prefix", "none", "--depth", depth]);
    let names = tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned);
    names.filter(|name| name != "shenyan" && !name.is_empty()).collect()
}

#[test]
fn it_builds_without_the_rest() {
    cargo(&["build", "--lib"]);
}

#[test]
fn it_stands_on_cryptography_and_nothing_else() {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(crates("1"), owned(DIRECT));
    let all: BTreeSet<String> = owned(&[DIRECT, INDIRECT].concat());
    let new: Vec<_> = crates("99").difference(&all).cloned().collect();
    assert!(new.is_empty(), "an auditor would have to read {new:?} as well");
}
