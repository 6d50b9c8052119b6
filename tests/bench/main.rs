//! How fast cards are built and verified, beside what their parts cost alone.
//!
//! ```text
//! cargo bench --bench cards                      # 10,000 learners
//! cargo bench --bench cards -- 50000 /dev/shm    # 50,000, on a RAM disk
//! ```
//!
//! Learners are invented, the site is a temporary copy of this repository's
//! `content/` in the target folder, or in the one named. Each figure stands beside a floor measured in the same run on
//! the same threads (`RAYON_NUM_THREADS`), since a ratio can be compared between
//! machines and a time cannot. Everything is done three times and the best is
//! told, but the run on ten times the learners, which is about memory alone.
//!
//! `cargo test --benches` does the same with few learners: then it is a test
//! that what is measured still works.

#![expect(clippy::disallowed_methods, reason = "it runs the program, keeps time and makes sites")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its report is its output")]

mod floor;
mod learners;
mod report;
mod site;

use std::hint::black_box;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use shenyan::assessment::determination::Outcome;
use shenyan::assessment::policy::{Basis, Policy};
use shenyan::assessment::{assess, record};
use shenyan::diagnostic::Diagnostics;
use shenyan::project::Project;

use self::learners::Files;
use self::report::{Figure, Report};
use self::site::Site;

/// Where sites are made.
const TARGET: &str = env!("CARGO_TARGET_TMPDIR");
/// Learners of a benchmark, and of a test of it.
const MANY: usize = 10_000;
const FEW: usize = 40;
/// How often each thing is done.
const TIMES: usize = 3;
/// Learners judged on one core.
const JUDGED: usize = 10_000;

fn main() -> ExitCode {
    if let Some(exit) = site::as_program(std::env::args_os()) {
        return exit;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = arguments.iter().find_map(|argument| argument.parse().ok());
    // Cargo says `--bench` when it benchmarks and nothing when it tests.
    let is_test = !arguments.iter().any(|argument| argument == "--bench");
    let learners = asked.unwrap_or(if is_test { FEW } else { MANY });
    let is_place = |argument: &&String| Path::new(argument).is_dir();
    let place = arguments.iter().find(is_place).map_or(TARGET, String::as_str);
    match run(Path::new(place), learners) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(place: &Path, learners: usize) -> io::Result<()> {
    let site = Site::new(place, learners, Files::Lines)?;
    let mut report = Report::new(learners, site.passing);
    let fresh = build(&site)?;
    let again = best(|| site.run(&["build"], None))?;
    let texts = site.texts()?;
    let floors = Floors::measure(&site, &texts)?;
    floors.tell(&mut report);
    let figure = Figure::cards("build, fresh ledger", fresh.time);
    report.add(figure.beside("these four", floors.build()));
    let figure = Figure::cards("build again, all in the ledger", again.time);
    report.add(figure.beside("fresh", fresh.time));
    let figure = Figure::cards("build, one JSON a person", build_each(place, learners)?);
    report.add(figure.beside("one .ndjson", fresh.time));

    report.add(Figure::cards("verify_strict of ed25519-dalek", floors.strict));
    let figure = Figure::cards("from QR text to verdict", floors.verdicts);
    report.add(figure.beside("verify_strict", floors.strict));
    let folder = best(|| site.run(&["verify", "--allow-specimen", "private/cards"], None))?;
    let figure = Figure::cards("verify private/cards", folder.time);
    report.add(figure.beside("verify_strict", floors.strict));
    let lines = best(|| verify_lines(&site))?;
    let figure = Figure::cards("verify lines of standard input", lines.time);
    report.add(figure.beside("verify_strict", floors.strict));

    let (read, judged) = judge(&site)?;
    report.add(Figure::learner("read a record, one core", read));
    report.add(Figure::learner("annual determination, one core", judged).beside("reading", read));
    report.print();
    let larger = Site::new(place, 10 * learners, Files::Lines)?;
    let most = larger.run(&["build"], None)?;
    report::print_memory("build", learners, fresh.peak, most.peak);
    let most = verify_lines(&larger)?;
    report::print_memory("verify lines", learners, lines.peak, most.peak);
    io::stdout().flush()
}

/// Builds with a ledger that has nothing yet.
fn build(site: &Site) -> io::Result<site::Run> {
    best(|| {
        site.put_aside()?;
        site.run(&["build"], None)
    })
}

/// The same learners, each in a file of their own.
fn build_each(place: &Path, learners: usize) -> io::Result<Duration> {
    Ok(build(&Site::new(place, learners, Files::Each)?)?.time)
}

/// Verifies the texts of all cards, one a line.
fn verify_lines(site: &Site) -> io::Result<site::Run> {
    let lines = site.path().join("lines");
    std::fs::write(&lines, site.texts()?.join("\n"))?;
    site.run(&["verify", "--allow-specimen"], Some(&lines))
}

/// What the parts of all cards cost alone, and what verdicts cost in memory.
struct Floors {
    sign: Duration,
    symbols: Duration,
    pages: Duration,
    write: Duration,
    strict: Duration,
    verdicts: Duration,
}

impl Floors {
    fn measure(site: &Site, texts: &[String]) -> io::Result<Self> {
        let cards = texts.len();
        let [mut sign, mut strict, mut verdicts] = [Duration::MAX; 3];
        // In turns, so that what else the machine does meets them alike.
        for _ in 0..TIMES {
            let (signed, verified) = floor::sign_and_verify(cards)?;
            (sign, strict) = (sign.min(signed), strict.min(verified));
            verdicts = verdicts.min(floor::verdicts(site.path(), texts)?);
        }
        Ok(Self {
            sign,
            symbols: least(|| floor::symbols(texts))?,
            pages: least(|| floor::pages(cards, &texts[0]))?,
            write: least(|| floor::write(&site.path().join("private/cards"), &site.fresh()?))?,
            strict,
            verdicts,
        })
    }

    /// What a build cannot do without.
    fn build(&self) -> Duration {
        self.sign + self.symbols + self.pages + self.write
    }

    fn tell(&self, report: &mut Report) {
        report.add(Figure::cards("sign", self.sign));
        report.add(Figure::cards("QR symbol as a path", self.symbols));
        report.add(Figure::cards("card page from its template", self.pages));
        report.add(Figure::cards("write the same two files", self.write));
    }
}

/// The fastest of some runs, with the largest peak.
fn best(mut run: impl FnMut() -> io::Result<site::Run>) -> io::Result<site::Run> {
    let mut best = run()?;
    for _ in 1..TIMES {
        let next = run()?;
        best = site::Run { time: best.time.min(next.time), peak: best.peak.max(next.peak) };
    }
    Ok(best)
}

/// The shortest of some times.
fn least(mut run: impl FnMut() -> io::Result<Duration>) -> io::Result<Duration> {
    let mut least = Duration::MAX;
    for _ in 0..TIMES {
        least = least.min(run()?);
    }
    Ok(least)
}

/// A learner's record read, and judged, each the mean on one core.
fn judge(site: &Site) -> io::Result<(Duration, Duration)> {
    let mut problems = Diagnostics::new();
    let project = Project::read(site.path(), &mut problems)
        .ok_or_else(|| io::Error::other("the site cannot be read"))?;
    let written = |policy: &&Policy| policy.basis == Basis::Written;
    let policy = project.policies.values().find(written);
    let policy = policy.ok_or_else(|| io::Error::other("no notice was written for a year"))?;
    let (passing, learners) = learners::all(JUDGED);
    let (mut least_read, mut least_judged) = (Duration::MAX, Duration::MAX);
    for _ in 0..TIMES {
        let begun = Instant::now();
        let read = |text| record::parse("a.json", 1, text, &project.vocabulary, &mut problems);
        let records: Vec<_> = learners.iter().map(String::as_str).filter_map(read).collect();
        least_read = least_read.min(begun.elapsed());
        let begun = Instant::now();
        let results = records.iter().map(|record| black_box(assess(policy, record)));
        let passed = results.filter(|result| result.outcome == Outcome::Passed).count();
        least_judged = least_judged.min(begun.elapsed());
        if passed != passing {
            return Err(io::Error::other(format!("{passed} passed instead of {passing}")));
        }
    }
    let each = |time: Duration| time / u32::try_from(JUDGED).unwrap_or(u32::MAX);
    Ok((each(least_read), each(least_judged)))
}
