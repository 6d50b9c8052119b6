//! Pages of prose that are no notices: about, the specification.

use serde::Deserialize;

use crate::assessment::policy::front::{Split, toml_problem};
use crate::diagnostic::{Diagnostics, Place};

/// A page of prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its path in the project.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its place in lists, lowest first.
    pub weight: i64,
    /// Its Markdown, without front matter.
    pub body: String,
    /// Lines of the file before the body.
    pub lines_before: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: String,
    #[serde(default)]
    weight: i64,
}

pub(super) fn parse(path: &str, text: &str, problems: &mut Diagnostics) -> Option<Document> {
    let Some(split) = Split::find(text) else {
        let hint = "文件以 +++ 一行开头，写明 title = \"…\"，再以 +++ 一行结束";
        problems.error(Place::line(path, 1), "没有前置信息", hint);
        return None;
    };
    match toml::from_str(&text[split.toml..split.toml_end]) {
        Ok(Front { title, weight }) => Some(Document {
            path: path.to_owned(),
            title,
            weight,
            body: text[split.body..].to_owned(),
            lines_before: split.lines_before(text),
        }),
        Err(error) => {
            toml_problem(path, text, split.toml, &error, problems);
            None
        }
    }
}
