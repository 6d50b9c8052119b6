//! The class schema `class/1` as JSON has it; what is not here is an error.

use serde::Deserialize;

use crate::assessment::json::{Raw, Text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Class<'a> {
    #[serde(borrow)]
    pub schema: Text<'a>,
    #[serde(borrow)]
    pub class_id: Text<'a>,
    #[serde(borrow)]
    pub base: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub begins: Text<'a>,
    #[serde(borrow)]
    pub ends: Text<'a>,
    #[serde(borrow)]
    pub plan: Option<Raw<'a>>,
    #[serde(borrow)]
    pub report: Option<Raw<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan<'a> {
    #[serde(borrow)]
    pub filed: Text<'a>,
    #[serde(borrow)]
    pub elements: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report<'a> {
    #[serde(borrow)]
    pub filed: Text<'a>,
    #[serde(borrow)]
    pub materials: Raw<'a>,
    #[serde(borrow)]
    pub roster: Option<Raw<'a>>,
    #[serde(borrow)]
    pub photos: Option<Raw<'a>>,
    #[serde(borrow)]
    pub audit: Option<Raw<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audit<'a> {
    #[serde(borrow)]
    pub status: Text<'a>,
    #[serde(borrow)]
    pub on: Text<'a>,
}
