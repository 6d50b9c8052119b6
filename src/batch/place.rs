//! Where an input stands: a source, and the spot in it.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// The place that a row is named by: `list.csv:7`, `scan.pdf[2.1]`, `card.html`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, or what else people call it.
    pub source: Arc<str>,
    /// Where in it.
    pub spot: Spot,
}

/// A spot in a source. All numbers are from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The source is one input.
    Whole,
    /// A line; of a record of several lines, the first.
    Line(u32),
    /// A QR code of a picture, in reading order.
    Code(u16),
    /// A page of a document, if nothing was found on it.
    Page(u16),
    /// A QR code of a page.
    PageCode(u16, u16),
}

impl Place {
    /// The source as a whole.
    pub fn whole(source: impl Into<Arc<str>>) -> Self {
        Self { source: source.into(), spot: Spot::Whole }
    }

    /// A line of the source; of more than 2^32, all later ones are the last.
    pub fn line(source: &Arc<str>, line: u64) -> Self {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Self { source: Arc::clone(source), spot: Spot::Line(line) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        match self.spot {
            Spot::Whole => Ok(()),
            Spot::Line(line) => write!(f, ":{line}"),
            Spot::Code(code) => write!(f, "[{code}]"),
            Spot::Page(page) => write!(f, "[{page}.]"),
            Spot::PageCode(page, code) => write!(f, "[{page}.{code}]"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
