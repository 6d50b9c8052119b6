//! WHAT IS SHOWN: plain views become pages, up to a [`Sink`].
//!
//! The room knows nothing of rules, learners, keys or signatures: whoever
//! fills a [`view`] has already decided what is said. It reads no file and no
//! clock; a theme's files arrive as bytes and pages leave as text.
//!
//! Two lanes. The portal's pages are few and share a [`view::Portal`]: each is
//! one [`Page`] rendered at its own [`SitePath`], with links relative to it, so
//! that a site works in a sub-folder or from a USB stick. Cards and
//! determinations are many and self-contained: [`Theme::render_card`] and
//! [`Theme::render_determination`] take one person at a time and keep nothing.
//!
//! Markdown never meets the template engine: [`body`] makes it HTML, and
//! templates receive the result as a finished string.
//!
//! ```
//! use shenyan::diagnostic::Diagnostics;
//! use shenyan::site::{Source, body};
//!
//! let mut problems = Diagnostics::new();
//! let source = Source::new("content/notices/2022/a.md", "**注意：**请按时完成。");
//! let page = body(&source, &mut problems);
//! assert_eq!(page.html, "<p><strong>注意：</strong>请按时完成。</p>\n");
//! assert!(problems.is_empty());
//! ```

mod asset;
pub mod card_file;
mod module;
mod page;
mod sink;
pub mod symbol;
mod template;
#[cfg(test)]
mod tests;
mod unit;
mod verify;
pub mod view;

pub use asset::ThemeFile;
pub use page::{Anchor, Body, Fold, FoldKind, Source, body};
pub use sink::{MemorySink, Part, Sink, SitePath, SitePathError};
pub use template::{CardHtml, Page, Theme};
