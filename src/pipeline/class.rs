//! Training classes: judged and listed for the office.

use std::io::{self, Write};

use rayon::prelude::*;

use super::CHUNK;
use crate::assessment::class::{Class, State, Step, Trace, trace};
use crate::project::Project;
use crate::site::{Theme, view};

/// Where classes are listed.
pub struct ClassOutputs<'a> {
    /// `classes.ndjson`.
    pub rows: &'a mut dyn Write,
    /// `classes.html`.
    pub page: &'a mut dyn Write,
}

/// What became of the classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassCounts {
    /// Classes judged.
    pub classes: u64,
    /// Of these, classes with nothing left to be done.
    pub settled: u64,
}

impl ClassCounts {
    fn count(&mut self, trace: &Trace) {
        self.classes += 1;
        self.settled += u64::from(trace.settled);
    }
}

/// Judges all classes.
pub(super) fn count(project: &Project) -> ClassCounts {
    let mut counts = ClassCounts::default();
    for class in project.classes.iter() {
        counts.count(&trace(&project.policies, class, None));
    }
    counts
}

/// Lists all classes, in the order of their numbers.
pub(super) fn list(
    project: &Project,
    theme: &Theme,
    outputs: &mut ClassOutputs<'_>,
) -> io::Result<ClassCounts> {
    let ClassOutputs { rows, page } = outputs;
    let head = view::ClassesHead {
        title: "培训班计划和报告".to_owned(),
        issuer: project.settings.issuer_name.clone(),
        as_of: "按现有的通知和培训班材料认定；期限由规则得出，是否已过以看表之日为准。".to_owned(),
        specimen: project.settings.realm.is_specimen(),
    };
    let html = theme.render_classes_head(&head).map_err(super::template_fault)?;
    page.write_all(html.as_bytes())?;
    let mut counts = ClassCounts::default();
    let classes: Vec<&Class> = project.classes.iter().collect();
    for chunk in classes.chunks(CHUNK) {
        let written: Vec<(Trace, String)> = chunk
            .par_iter()
            .map(|class| {
                let trace = trace(&project.policies, class, None);
                let html = theme.render_class(&row(&trace)).map_err(super::template_fault)?;
                Ok((trace, html))
            })
            .collect::<io::Result<_>>()?;
        for (trace, html) in written {
            counts.count(&trace);
            serde_json::to_writer(&mut **rows, &trace)?;
            rows.write_all(b"\n")?;
            page.write_all(html.as_bytes())?;
        }
    }
    let ClassCounts { classes, settled } = counts;
    let foot = view::ClassesFoot { classes, settled };
    let html = theme.render_classes_foot(&foot).map_err(super::template_fault)?;
    page.write_all(html.as_bytes())?;
    page.flush()?;
    rows.flush()?;
    Ok(counts)
}

fn row(trace: &Trace) -> view::ClassRow {
    let finding = |step: &Step| view::ClassFinding {
        label: step.output.clone(),
        word: step.result.clone(),
        outcome: match step.state {
            State::Settled => view::Outcome::Passed,
            State::Wanting => view::Outcome::Failed,
            State::Open => view::Outcome::Unclear,
        },
        reason: view::Reason {
            words: step.given.join("，"),
            clause: step.clause.clone(),
            quote: step.quote.clone(),
        },
    };
    view::ClassRow {
        name: view::Name::new(trace.name.as_str()),
        number: trace.class.clone(),
        base: view::Name::new(trace.base.as_str()),
        begins: trace.begins.clone(),
        ends: trace.ends.clone(),
        findings: trace.steps.iter().map(finding).collect(),
        todo: trace.todo(),
    }
}
