//! The verify page 核验页 in its three files: on the portal, for a USB stick, and the
//! service worker that keeps the first one on a device.
//!
//! Each page is one file with everything in it: one request, and never a mixture of
//! two publications. The scripts are also published as they are, to be read. And the
//! self-check page 继续教育自查, which is one file too.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::asset::{CHECK_FOLDER, WORKER};
use super::module::one_script;
use super::sink::SitePath;
use super::template::Theme;
use super::view::{CheckPage, Inline, VerifyPage};
use crate::diagnostic::{Diagnostic, Place, Severity};

/// The folder of the page's scripts.
const FOLDER: &str = "verify/";
/// The script that the page begins with.
const ENTRY: &str = "page.js";
/// The page's stylesheet.
const STYLE: &str = "verify/verify.css";
const CHECK_STYLE: &str = "check/check.css";

impl Theme {
    /// The files of the verify page, with the lists (JSON) that it judges by.
    pub fn render_verify(&self, lists: &str) -> Result<Vec<(SitePath, String)>, Diagnostic> {
        // Within JSON, `<` stands in texts only; without it, no tag ends the element.
        let lists = lists.replace('<', "\\u003c");
        let page = SitePath::new("v/index.html").expect("a plain name");
        let offline = SitePath::new("v/offline.html").expect("a plain name");
        let worker = SitePath::new("v/sw.js").expect("a plain name");
        let view = VerifyPage { lists, inline: self.inline(FOLDER, STYLE)?, is_alone: false };
        let html = self.engine.page("verify.html", &page, &view)?;
        let script = self.worker(&html)?;
        let view = VerifyPage { is_alone: true, ..view };
        let alone = self.engine.page("verify.html", &offline, &view)?;
        Ok(vec![(page, html), (offline, alone), (worker, script)])
    }

    /// The self-check page at this path, with the policy bundles (JSON) that it judges
    /// by.
    pub fn render_check(&self, path: &SitePath, policies: &str) -> Result<String, Diagnostic> {
        let policies = policies.replace('<', "\\u003c");
        let view = CheckPage { policies, inline: self.inline(CHECK_FOLDER, CHECK_STYLE)? };
        self.engine.page("check.html", path, &view)
    }

    /// A page's scripts.
    fn scripts(&self, folder: &str) -> impl Iterator<Item = &SitePath> {
        let is_script =
            move |path: &str| path.starts_with(folder) && path.ends_with(".js") && path != WORKER;
        self.assets.keys().filter(move |path| is_script(path.as_str()))
    }

    /// The service worker: the same page gives the same one, and any other page
    /// another one. It is told what the page is, and keeps no other.
    fn worker(&self, html: &str) -> Result<String, Diagnostic> {
        let text = self.text(WORKER)?;
        let page = short_hash(html.as_bytes());
        let version = short_hash(format!("{page}\n{text}").as_bytes());
        Ok(format!("const VERSION = \"{version}\";\nconst PAGE = \"{page}\";\n\n{text}"))
    }

    /// A page's stylesheet and its scripts as one.
    fn inline(&self, folder: &str, style_path: &str) -> Result<Inline, Diagnostic> {
        let style = self.text(style_path)?;
        let texts: Vec<(&str, String)> = self
            .scripts(folder)
            .map(|path| Ok((&path.as_str()[folder.len()..], self.text(path.as_str())?)))
            .collect::<Result<_, Diagnostic>>()?;
        let modules: BTreeMap<&str, &str> =
            texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let script = one_script(ENTRY, &modules).map_err(|error| {
            let place = Place {
                line: Some(error.line),
                ..Place::file(format!("{folder}{}", error.module))
            };
            fault(place, error.what.to_string())
        })?;
        for (path, text, ends) in
            [(style_path, &style, ["</style", "<!--"]), (folder, &script, ["</script", "<!--"])]
        {
            let lower = text.to_ascii_lowercase();
            if let Some(end) = ends.iter().find(|end| lower.contains(**end)) {
                return Err(fault(Place::file(path), format!("不能含有 {end}")));
            }
        }
        let (style_hash, script_hash) = (source_hash(&style), source_hash(&script));
        Ok(Inline { style, style_hash, script, script_hash })
    }

    /// A file of the theme as text, with the line ends that a browser makes of it
    /// before it takes a hash.
    fn text(&self, path: &str) -> Result<String, Diagnostic> {
        let path = SitePath::new(path).expect("a plain name");
        let bytes = self.assets.get(&path).map_or(&[][..], Vec::as_slice);
        let text = std::str::from_utf8(bytes)
            .map_err(|_| fault(Place::file(path.as_str()), "不是 UTF-8 文本".to_owned()))?;
        Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
    }
}

fn fault(place: Place, message: String) -> Diagnostic {
    Diagnostic {
        place,
        severity: Severity::Error,
        message: format!("网页装不进一个文件：{message}"),
        hint: "请改正主题中的这个文件，或删去它以使用自带主题的同名文件。".to_owned(),
    }
}

/// The first eight bytes of the SHA-256 in hexadecimal.
fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A source as a Content-Security-Policy names it: `sha256-` and base64.
fn source_hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

/// RFC 4648 §4, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for at in 0..4 {
            let digit = usize::try_from(number >> (18 - 6 * at) & 63).expect("below 64");
            text.push(if at <= group.len() { char::from(DIGITS[digit]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_rfcs_vectors() {
        // RFC 4648 §10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
