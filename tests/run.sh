#!/bin/sh
# Every check there is: format, lints, the credential room alone, documentation, all
# tests.
# What a bare Debian lacks is installed, as root or through sudo, or named.
set -eu
cd "$(dirname "$0")/.."

say() {
    printf '== %s\n' "$*"
}

give_up() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 2
}

# Installs a Debian package that has this command.
package() {
    command -v "$1" >/dev/null 2>&1 && return
    command -v apt-get >/dev/null 2>&1 || give_up "$1 is missing (Debian has it in $2)"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        give_up "$1 is missing, and neither root nor sudo is here to install $2"
    fi
    say "installing $2"
    $as_root apt-get update -q
    $as_root apt-get install -q -y --no-install-recommends "$2"
}

# Adds a part of the Rust toolchain.
component() {
    cargo "$1" --version >/dev/null 2>&1 && return
    command -v rustup >/dev/null 2>&1 || give_up "cargo $1 is missing: install $2 of your Rust"
    say "adding $2"
    rustup component add "$2"
}

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
command -v cargo >/dev/null 2>&1 || give_up "cargo is missing: install Rust $wanted or later, https://rustup.rs"
component fmt rustfmt
component clippy clippy
package cc gcc
package diff diffutils
package chromium chromium
package minisign minisign
package signify-openbsd signify-openbsd
package openssl openssl
package pdftoppm poppler-utils
package zbarimg zbar-tools
package npm npm
fc-list :lang=zh 2>/dev/null | grep -q . || package no-chinese-font fonts-noto-cjk
fc-list :charset=1820 2>/dev/null | grep -q . || package no-mongolian-font fonts-noto-core
cargo fetch --locked --quiet || give_up "some crates could not be had: is there a network?"

say "format"
cargo fmt --check
say "lints"
cargo clippy --locked --all-targets -- -D warnings
say "the credential room alone"
cargo build --locked --no-default-features --lib
say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --lib
say "tests"
cargo test --locked
say "all is well"
