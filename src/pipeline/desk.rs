//! Where what was settled is written down, a chunk of people at a time: their cards,
//! the office's rows, their units' files, and the ledger's lines.

use std::io;

use rayon::prelude::*;

use super::card::Settled;
use super::issuing::Issuing;
use super::learner::Judged;
use super::office::{self, Counts, Lines, Office, Row};
use super::unit::{Leaf, Telling, Units};
use super::{Outputs, application, rule_set_ids, template_fault};
use crate::assessment::trace::RuleSetIds;
use crate::credential::claim::Year;
use crate::ledger::{Entry, Ledger};
use crate::project::Project;
use crate::site::{Sink, Theme};

/// A desk, and what it writes with.
pub(super) struct Desk<'a> {
    project: &'a Project,
    theme: &'a Theme,
    issuing: &'a Issuing<'a>,
    private: &'a dyn Sink,
    /// The numbers of today's rule sets.
    ids: RuleSetIds,
    office: Office<'a>,
    units: Units<'a>,
}

/// What a determination leaves to be written in the order of the learners.
struct Written {
    lines: Lines,
    leaf: Leaf,
    entry: Option<(Year, Entry)>,
}

impl<'a> Desk<'a> {
    pub(super) fn begin(
        project: &'a Project,
        theme: &'a Theme,
        issuing: &'a Issuing<'a>,
        outputs: &'a mut Outputs<'_>,
    ) -> io::Result<Self> {
        let private = outputs.private;
        let units = Units::begin(&project.settings, theme, private);
        let ids = rule_set_ids(&project.policies);
        let office = Office::begin(project, theme, &ids, &issuing.policies(), outputs)?;
        Ok(Self { project, theme, issuing, private, ids, office, units })
    }

    /// Writes down what was settled of these people, all in their order.
    pub(super) fn add(
        &mut self,
        judged: &[Judged],
        settled: &[Settled<'_>],
        ledger: &mut Ledger,
    ) -> io::Result<()> {
        let Self { project, theme, issuing, private, ref ids, .. } = *self;
        let written: Vec<Written> = settled
            .par_iter()
            .map(|settled| write(settled, issuing, ids, theme, private))
            .collect::<io::Result<_>>()?;
        let applied: Vec<Vec<Lines>> = judged
            .par_iter()
            .map(|judged| application::lines(project, ids, judged, theme))
            .collect::<io::Result<_>>()?;
        let mut ready = settled.iter().zip(&written).peekable();
        for (judged, applied) in judged.iter().zip(&applied) {
            self.office.count(judged);
            while let Some((settled, written)) =
                ready.next_if(|(settled, _)| std::ptr::eq(settled.judged, judged))
            {
                if let Some((year, entry)) = &written.entry {
                    ledger.stage(*year, entry)?;
                }
                self.office.add(settled, &written.lines)?;
                let year = settled.result.year;
                self.units.add(office::unit(judged, year), year, &written.leaf);
            }
            applied.iter().try_for_each(|lines| self.office.add_application(lines))?;
        }
        self.units.end_chunk()
    }

    /// Brings all to an end.
    pub(super) fn end(self) -> io::Result<Counts> {
        self.units.end()?;
        self.office.end()
    }
}

/// Writes the card of a determination, if it has one, and makes ready the rest.
fn write(
    settled: &Settled<'_>,
    issuing: &Issuing<'_>,
    ids: &RuleSetIds,
    theme: &Theme,
    private: &dyn Sink,
) -> io::Result<Written> {
    let row = Row::new(settled);
    let lines = row.lines(settled, issuing.project, ids, theme)?;
    let Some(card) = &settled.card else {
        let telling = row.before_telling.map_or(Telling::Now, |_| Telling::Confirmed);
        let html = theme.render_unit_without(&row.view_against(settled)).map_err(template_fault)?;
        return Ok(Written { lines, leaf: Leaf::Without(html, telling), entry: None });
    };
    let rendered = issuing.render(settled, card, &row, theme)?;
    rendered.put(private)?;
    let entry = card.entry(settled.judged).map(|entry| (card.card.year, entry));
    Ok(Written { lines, leaf: Leaf::Card(rendered.leaf), entry })
}
