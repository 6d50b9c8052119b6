//! A temporary site with this repository's notices and invented learners, and
//! the program run on it.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::learners::{self, Files};

/// The argument by which this benchmark runs itself as the program: a process
/// alone can tell its own peak of memory after its work.
const AS_PROGRAM: &str = "--as-program";

/// A site in a folder that is gone when it is dropped.
pub(crate) struct Site {
    folder: tempfile::TempDir,
    /// How many learners are to get a card.
    pub passing: usize,
}

/// How a run of the program went.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    /// From its start to its end, as a process.
    pub time: Duration,
    /// Peak of resident memory in KiB; not known beyond Linux.
    pub peak: Option<u64>,
}

impl Site {
    /// This repository's `content/` with these learners in place of its own, in a
    /// folder below `place`.
    pub(crate) fn new(place: &Path, learners: usize, files: Files) -> io::Result<Self> {
        let folder = tempfile::tempdir_in(place)?;
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
        let to = folder.path().join("content");
        for entry in walkdir::WalkDir::new(&from).sort_by_file_name() {
            let entry = entry?;
            let path = entry.path().strip_prefix(&from).map_err(io::Error::other)?;
            if path.starts_with("learners") || path.starts_with("ledger") {
                continue;
            }
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(to.join(path))?;
            } else {
                std::fs::copy(entry.path(), to.join(path))?;
            }
        }
        let passing = learners::write(&to.join("learners"), learners, files)?;
        Ok(Self { folder, passing })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts aside what was built, the ledger too.
    ///
    /// Nothing is deleted before the end: a file system may be slow to reuse what
    /// has just been freed (ext4 without a journal is, for five minutes), and then
    /// the next run would be measured with it.
    pub(crate) fn put_aside(&self) -> io::Result<()> {
        for name in ["private", "public", "content/ledger"] {
            let built = self.path().join(name);
            if built.exists() {
                std::fs::rename(built, self.fresh()?.join("built"))?;
            }
        }
        Ok(())
    }

    /// An empty folder of its own.
    pub(crate) fn fresh(&self) -> io::Result<PathBuf> {
        Ok(tempfile::tempdir_in(self.path())?.keep())
    }

    /// The texts of all cards issued, as their QR codes have them.
    pub(crate) fn texts(&self) -> io::Result<Vec<String>> {
        let ledger = self.path().join("content/ledger/150600-2022.jsonl");
        let ledger = std::fs::read_to_string(ledger)?;
        let texts = ledger.lines().map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line)?;
            let card = entry["card"].as_str().unwrap_or_default();
            Ok(format!("https://cards.example/v/{card}"))
        });
        let texts: Vec<String> = texts.collect::<io::Result<_>>()?;
        if texts.len() == self.passing {
            Ok(texts)
        } else {
            let message = format!("{} cards for {} who pass", texts.len(), self.passing);
            Err(io::Error::other(message))
        }
    }

    /// Runs the program here with these arguments and lines on its standard
    /// input; an exit code other than 0 is an error.
    pub(crate) fn run(&self, arguments: &[&str], input: Option<&Path>) -> io::Result<Run> {
        let peak = self.path().join("peak");
        let said = self.path().join("said");
        let begun = Instant::now();
        let status = Command::new(std::env::current_exe()?)
            .arg(AS_PROGRAM)
            .arg(&peak)
            .args(arguments)
            .current_dir(self.path())
            .stdin(
                input.map_or_else(|| Ok(Stdio::null()), |path| File::open(path).map(Into::into))?,
            )
            .stdout(File::create(self.path().join("answer"))?)
            .stderr(File::create(&said)?)
            .status()?;
        let time = begun.elapsed();
        if !status.success() {
            let (words, said) = (arguments.join(" "), std::fs::read_to_string(said)?);
            return Err(io::Error::other(format!("shenyan {words}: {status}\n{said}")));
        }
        let peak = std::fs::read_to_string(peak)?.parse().ok();
        Ok(Run { time, peak })
    }
}

/// Runs as the program if these arguments say so.
pub(crate) fn as_program(mut arguments: std::env::ArgsOs) -> Option<ExitCode> {
    let name = arguments.next()?;
    if arguments.next()? != AS_PROGRAM {
        return None;
    }
    let place = PathBuf::from(arguments.next()?);
    let arguments: Vec<OsString> = std::iter::once(name).chain(arguments).collect();
    let exit = shenyan::cli::run(arguments);
    let peak = peak().map_or_else(String::new, |peak| peak.to_string());
    match std::fs::write(place, peak) {
        Ok(()) => Some(exit),
        Err(_) => Some(ExitCode::from(2)),
    }
}

/// This process's peak of resident memory in KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
