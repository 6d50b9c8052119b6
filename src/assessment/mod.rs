//! WHAT IS EARNED: from the words of a notice and a learner's record to a
//! determination that cites them.
//!
//! - [`policy`] turns notices into a [`Policy`](policy::Policy): numbered
//!   clauses, and the rules that stand beside them as tables.
//! - [`record`] turns a learner's JSON into a [`Record`](record::Record).
//! - [`engine`] asks a policy's rules a question; [`compile`] makes policies of
//!   notices and checks them, on top of it.
//! - [`assess`] applies a policy to a record for a learning year, and
//!   [`application`] for all that is applied for, both by a year's [`account`].
//! - [`class`] turns a training class's JSON into a [`Class`](class::Class) and
//!   judges its plan and report.
//!
//! Nothing about a clause's numbers lives here: hours, categories, dates and
//! words come from the notice's tables; this room knows only what a fact and an
//! output *are* ([`policy::vocabulary`]). It reads no file and no clock, signs
//! nothing and knows nothing of cards.

pub mod account;
pub mod annual;
pub mod application;
mod check;
pub mod class;
pub mod collection;
pub mod compile;
mod completion;
mod course;
pub mod determination;
pub mod difference;
pub mod engine;
pub mod example;
pub mod explain;
pub mod facts;
pub mod hours;
mod json;
pub mod mutate;
mod need;
pub mod policy;
pub mod printing;
pub mod record;
mod refusal;
pub mod trace;

#[cfg(test)]
mod tests;

pub use annual::{assess, check_over};
pub use check::as_draft;
pub use compile::policies;
pub use course::decisions_on;
pub use determination::Determination;
