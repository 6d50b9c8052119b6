//! A unit's cards as one file to print, in parts that are rendered one by one.
//!
//! ```text
//! head · a row for each person without a card · cards · a leaf for each card · foot
//! ```
//!
//! Leaves are those of [`Theme::render_card`]; the style of cards is in the head, once.

use super::template::Theme;
use super::view::{DeterminationRow, UnitHead, UnitIndex};
use crate::diagnostic::Diagnostic;

impl Theme {
    /// What opens the file, up to the people without a card.
    pub fn render_unit_head(&self, head: &UnitHead) -> Result<String, Diagnostic> {
        self.engine.fragment("unit/head.html", "head", head)
    }

    /// A person without a card, and why.
    pub fn render_unit_without(&self, row: &DeterminationRow) -> Result<String, Diagnostic> {
        self.engine.fragment("unit/without.html", "row", row)
    }

    /// What stands between those people and the cards.
    pub fn render_unit_cards(&self, head: &UnitHead) -> Result<String, Diagnostic> {
        self.engine.fragment("unit/cards.html", "head", head)
    }

    /// What closes the file.
    pub fn render_unit_foot(&self, head: &UnitHead) -> Result<String, Diagnostic> {
        self.engine.fragment("unit/foot.html", "head", head)
    }

    /// The list of the units' files.
    pub fn render_unit_index(&self, index: &UnitIndex) -> Result<String, Diagnostic> {
        self.engine.fragment("unit/index.html", "index", index)
    }
}
