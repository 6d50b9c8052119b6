//! WHAT IS EARNED: from the words of a notice and a learner's record to a
//! determination that cites them.
//!
//! - [`policy`] turns notices into a [`Policy`](policy::Policy): numbered
//!   clauses, and the rules that stand beside them as tables.
//! - [`record`] turns a learner's JSON into a [`Record`](record::Record).
//! - [`assess`] applies the one to the other.
//!
//! Nothing about a clause's numbers lives here: hours, categories, dates and
//! words come from the notice's tables; this room knows only what a fact and an
//! output *are* ([`policy::vocabulary`]). It reads no file and no clock, signs
//! nothing and knows nothing of cards.

pub mod annual;
pub mod application;
pub mod collection;
pub mod determination;
pub mod difference;
pub mod engine;
pub mod example;
pub mod explain;
pub mod hours;
pub mod mutate;
pub mod policy;
pub mod record;
pub mod trace;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use annual::assess;
pub use determination::Determination;
