//! Chromium without a window.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// What the browser may be called.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The colours that somebody prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Light,
    Dark,
}

/// A browser with one page open; gone when dropped.
pub(super) struct Chromium {
    process: Child,
    _profile: TempDir,
}

impl Chromium {
    /// Opens an address, every host's name leading to this machine.
    pub(super) fn open(address: &str) -> Self {
        Self::open_in(Scheme::Light, address)
    }

    /// The same, for somebody who likes pages light or dark.
    pub(super) fn open_in(scheme: Scheme, address: &str) -> Self {
        let profile = TempDir::new().unwrap();
        let mut command = command(profile.path());
        command.arg(match scheme {
            Scheme::Light => "--blink-settings=preferredColorScheme=1",
            Scheme::Dark => "--blink-settings=preferredColorScheme=0",
        });
        // A port for a debugger keeps the browser running with no window.
        command.args(["--remote-debugging-port=0", address]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { process, _profile: profile }
    }

    /// The page of an address as it stands when it has come to rest, as HTML.
    pub(super) fn dump(address: &str) -> String {
        let profile = TempDir::new().unwrap();
        let mut command = command(profile.path());
        command.args(["--dump-dom", "--virtual-time-budget=10000", address]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Prints a page of an address as it asks to be printed, with nothing added.
    pub(super) fn print(address: &str, pdf: &Path) {
        let profile = TempDir::new().unwrap();
        let mut command = command(profile.path());
        command.arg("--no-pdf-header-footer");
        command.arg(format!("--print-to-pdf={}", pdf.display())).arg(address);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && pdf.exists(), "{said}");
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill(); // it may have gone by itself
        let _ = self.process.wait();
    }
}

fn command(profile: &Path) -> Command {
    let is_here = |name: &&&str| {
        let mut command = Command::new(name);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let name = NAMES.iter().find(is_here).unwrap_or_else(|| {
        panic!("Chromium is missing: the verify page cannot be tested (Debian: apt-get install chromium fonts-noto-cjk)")
    });
    let mut command = Command::new(name);
    command.args([
        "--headless",
        "--no-sandbox", // a container's root has none
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--host-resolver-rules=MAP * 127.0.0.1",
    ]);
    command.arg(format!("--user-data-dir={}", profile.display()));
    command
}
