//! Which addresses a text may lead to.

/// An address a text gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// May be followed; as it is to be written.
    Allowed(String),
    /// `http:` or `https:`, which a page may link but not load a picture from.
    Web(String),
    /// May not, and why.
    Refused(&'static str),
}

/// What becomes of an address: `http`, `https`, `mailto` and relative ones are
/// kept; a relative one to a Markdown file leads to the page made of it.
///
/// Browsers skip blanks and control characters inside an address and take `\`
/// for `/`, so an address with any of them is refused rather than read.
pub(super) fn target(address: &str) -> Target {
    if address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Target::Refused("链接地址中有空白、控制字符或反斜杠");
    }
    if address.starts_with("//") {
        return Target::Refused("链接地址以“//”开头");
    }
    match scheme(address) {
        None => Target::Allowed(to_page(address)),
        Some(scheme) => match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Target::Web(address.to_owned()),
            "mailto" => Target::Allowed(address.to_owned()),
            _ => Target::Refused("链接地址的类型不在允许之列"),
        },
    }
}

/// What stands before the first colon, if that colon makes it a scheme
/// (RFC 3986 §3.1) or might to a lenient reader.
fn scheme(address: &str) -> Option<&str> {
    let end = address.find([':', '/', '?', '#'])?;
    (address.as_bytes()[end] == b':').then(|| &address[..end])
}

/// `b.md#x` is written as `b.html#x`.
fn to_page(address: &str) -> String {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let (path, rest) = address.split_at(end);
    match path.strip_suffix(".md") {
        Some(stem) => format!("{stem}.html{rest}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_schemes_and_relative_addresses_pass() {
        for (address, written) in [
            ("../2021/a.md#q-1", "../2021/a.html#q-1"),
            ("#一", "#一"),
            ("a/b.html?x=1:2", "a/b.html?x=1:2"),
            ("mailto:a@example.com", "mailto:a@example.com"),
            ("", ""),
        ] {
            assert_eq!(target(address), Target::Allowed(written.to_owned()), "{address}");
        }
        for address in ["http://a.example/x.md", "HTTPS://a.example"] {
            assert_eq!(target(address), Target::Web(address.to_owned()));
        }
        for address in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            " javascript:alert(1)",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example/x",
            "\\\\evil.example",
            "/\\evil.example",
            "：javascript:x",
        ] {
            assert!(matches!(target(address), Target::Refused(_)), "{address:?}");
        }
    }
}
