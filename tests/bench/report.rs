//! The table of figures.

use std::time::Duration;

/// One thing that was measured.
pub(crate) struct Figure {
    what: &'static str,
    of: Of,
    beside: Option<(&'static str, Duration)>,
}

/// What a time is the time of.
enum Of {
    /// All cards of the run.
    Cards(Duration),
    /// One learner.
    Learner(Duration),
}

impl Figure {
    /// The time that all cards took.
    pub(crate) const fn cards(what: &'static str, time: Duration) -> Self {
        Self { what, of: Of::Cards(time), beside: None }
    }

    /// The time that one learner took.
    pub(crate) const fn learner(what: &'static str, time: Duration) -> Self {
        Self { what, of: Of::Learner(time), beside: None }
    }

    /// As a multiple of the time of something else.
    pub(crate) const fn beside(self, what: &'static str, time: Duration) -> Self {
        Self { beside: Some((what, time)), ..self }
    }
}

/// All figures of a run.
pub(crate) struct Report {
    learners: usize,
    cards: usize,
    figures: Vec<Figure>,
}

impl Report {
    pub(crate) const fn new(learners: usize, cards: usize) -> Self {
        Self { learners, cards, figures: Vec::new() }
    }

    pub(crate) fn add(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    pub(crate) fn print(&self) {
        let Self { learners, cards, figures } = self;
        let threads = rayon::current_num_threads();
        println!("{learners} learners, {cards} cards, {threads} threads, best of three\n");
        println!("{:<34}{:>10}{:>11}{:>11}", "", "seconds", "µs each", "a second");
        for Figure { what, of, beside } in figures {
            let (whole, each, count) = match of {
                Of::Cards(time) => (format!("{:.3}", time.as_secs_f64()), *time, *cards),
                Of::Learner(time) => (String::new(), *time, 1),
            };
            let each = each.as_secs_f64() / count.max(1) as f64;
            let beside = beside.map_or_else(String::new, |(what, other)| {
                let own = match of {
                    Of::Cards(time) | Of::Learner(time) => time.as_secs_f64(),
                };
                format!("   {:.2} × {what}", own / other.as_secs_f64())
            });
            println!("{what:<34}{whole:>10}{:>11.2}{:>11.0}{beside}", each * 1e6, 1.0 / each);
        }
    }
}

/// The peaks of memory of a run and of one ten times as large, in KiB.
pub(crate) fn print_memory(what: &str, learners: usize, one: Option<u64>, ten: Option<u64>) {
    let mib = |peak: Option<u64>| {
        peak.map_or_else(|| "-".to_owned(), |peak| format!("{:.1} MiB", peak as f64 / 1024.0))
    };
    let more = match (one, ten) {
        (Some(one), Some(ten)) => {
            let bytes = (ten as f64 - one as f64) * 1024.0 / (9 * learners) as f64;
            format!(", {bytes:.0} bytes a learner more")
        }
        _ => String::new(),
    };
    println!("peak memory, {what}: {}; ten times the learners: {}{more}", mib(one), mib(ten));
}
