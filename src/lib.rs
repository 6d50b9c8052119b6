//! 审验: continuing-education notices, rules and signed audit cards, as static
//! files.

#[cfg(feature = "app")]
pub mod assessment;
#[cfg(feature = "app")]
pub mod batch;
#[cfg(feature = "app")]
pub mod cli;
pub mod credential;
#[cfg(feature = "app")]
pub mod diagnostic;
#[cfg(feature = "app")]
pub mod ledger;
#[cfg(feature = "app")]
pub mod output;
#[cfg(feature = "app")]
pub mod pipeline;
#[cfg(feature = "app")]
pub mod project;
#[cfg(feature = "app")]
pub mod scan;
#[cfg(feature = "app")]
pub mod site;
pub mod time;
