//! Values of arguments that several commands take.

use crate::time::{Date, DateError};

/// A day, `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|error| match error {
        DateError::Form => "日期写成 2022-12-31",
        DateError::NoSuchDay => "日历上没有这一天",
    })
}
