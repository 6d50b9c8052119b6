//! The files of a theme: the default one, carried in the program, and a site's
//! own, which override it file by file.

/// A file of a site's own theme, as read by whoever may touch files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeFile {
    /// The path as the user would type it, for messages.
    pub path: String,
    /// The name within the theme with `/`, such as `notice.html`.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Where the default theme's files are in the source tree, for messages.
pub(super) const DEFAULT_FOLDER: &str = "themes/default/";

/// The service worker's text, to which its version and its files are added.
pub(super) const WORKER: &str = "verify/worker.js";
/// The folder of the self-check page's scripts, which stand in the page alone.
pub(super) const CHECK_FOLDER: &str = "check/";

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../themes/default/", $name)))),*]
    };
}

/// Every file of the default theme by name.
pub(super) const DEFAULT: &[(&str, &str)] = embedded![
    "404.html",
    "base.html",
    "card.html",
    "card/article.html",
    "card/style.html",
    "check.html",
    "check/check.css",
    "check/course.js",
    "check/date.js",
    "check/determine.js",
    "check/engine.js",
    "check/form.js",
    "check/letter.js",
    "check/page.js",
    "check/policy.js",
    "classes/foot.html",
    "classes/head.html",
    "classes/row.html",
    "determinations/foot.html",
    "determinations/head.html",
    "determinations/row.html",
    "determinations/style.html",
    "determinations/used.html",
    "document.html",
    "home.html",
    "notice.html",
    "notices.html",
    "office.html",
    "parts.html",
    "private.html",
    "style.css",
    "unit/cards.html",
    "unit/foot.html",
    "unit/head.html",
    "unit/index.html",
    "unit/without.html",
    "verify.html",
    "verify/base64.js",
    "verify/bundle.js",
    "verify/card.js",
    "verify/cbor.js",
    "verify/citation.js",
    "verify/claim.js",
    "verify/ed25519.js",
    "verify/envelope.js",
    "verify/fault.js",
    "verify/field.js",
    "verify/held.js",
    "verify/json.js",
    "verify/key.js",
    "verify/lists.js",
    "verify/memory.js",
    "verify/note.js",
    "verify/number.js",
    "verify/page.js",
    "verify/picture.js",
    "verify/policy.js",
    "verify/qr.js",
    "verify/revocation.js",
    "verify/root.js",
    "verify/scope.js",
    "verify/seen.js",
    "verify/sha2.js",
    "verify/show.js",
    "verify/step.js",
    "verify/time.js",
    "verify/trust.js",
    "verify/trust_list.js",
    "verify/verdict.js",
    "verify/verify.css",
    "verify/verify.js",
    "verify/words.js",
    "verify/worker.js",
];

/// Whether a file is a template; every other file is copied as it is.
pub(super) fn is_template(name: &str) -> bool {
    name.ends_with(".html")
}

/// Whether a file that is no template is published as it is, for pages to name it and
/// people to read it.
pub(super) fn is_published(name: &str) -> bool {
    name != WORKER && !name.starts_with(CHECK_FOLDER)
}
