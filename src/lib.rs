//! 审验: the map of the house.

#[cfg(feature = "app")]
pub mod assessment;
pub mod credential;
#[cfg(feature = "app")]
pub mod diagnostic;
#[cfg(feature = "app")]
pub mod scan;
#[cfg(feature = "app")]
pub mod site;
pub mod time;
