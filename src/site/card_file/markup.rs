//! Just enough of HTML's and SVG's syntax to find one attribute of some elements.
//!
//! Comments, and the insides of elements whose content is not markup, are
//! passed over as a browser does; nothing else of a document's structure
//! matters. One pass over the text.

use std::borrow::Cow;

use super::ReadError;

/// Elements whose content has no tags (HTML standard, 13.1.2).
const RAW: [&str; 9] =
    ["iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"];

/// Cards of a document, at most.
const CARDS_MAX: usize = u16::MAX as usize;

/// Characters of a character reference, at most, from `&` to `;`.
const REFERENCE_MAX: usize = 12;

/// The `href` of each card's element in the document's order, character references
/// resolved; never of none. One that has none is an empty text.
pub(super) fn card_addresses(text: &str) -> Result<Vec<String>, ReadError> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = after_first(comment, "-->");
        } else if after.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let Some((tag, behind)) = Tag::read(after) else { break };
            rest = behind;
            if let Some(raw) = RAW.iter().find(|raw| tag.name.eq_ignore_ascii_case(raw)) {
                rest = after_end_tag(rest, raw);
            }
            if tag.id.is_some_and(|id| is_card(&resolved(id))) {
                if found.len() == CARDS_MAX {
                    return Err(ReadError::ManyCards);
                }
                found.push(tag.href);
            }
        } else if after.starts_with(['!', '?', '/']) {
            rest = after_first(after, ">");
        } else {
            rest = after;
        }
    }
    match found[..] {
        [] | [None] => Err(ReadError::NoCardElement),
        _ => Ok(found.iter().map(|href| resolved(href.unwrap_or_default()).into_owned()).collect()),
    }
}

/// Whether an element's `id` says that it is a card: `card`, or `card-` and its number.
fn is_card(id: &str) -> bool {
    let number = id.strip_prefix("card-");
    id == "card" || number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// A start tag. Of an attribute that stands twice the first counts.
#[derive(Default)]
struct Tag<'a> {
    name: &'a str,
    id: Option<&'a str>,
    href: Option<&'a str>,
}

impl<'a> Tag<'a> {
    /// Reads from the name on: the tag, and what is behind it. `None` if the text
    /// ends inside.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let is_end = |it: char| it.is_ascii_whitespace() || it == '/' || it == '>';
        let (name, mut rest) = text.split_at(text.find(is_end)?);
        let mut tag = Self { name, ..Self::default() };
        loop {
            rest = rest.trim_start_matches(|it: char| it.is_ascii_whitespace() || it == '/');
            if let Some(behind) = rest.strip_prefix('>') {
                return Some((tag, behind));
            }
            // An `=` where a name should begin belongs to the name.
            let from = rest.chars().next()?.len_utf8();
            let length = rest[from..].find(|it: char| is_end(it) || it == '=')?;
            let (name, after) = rest.split_at(from + length);
            let after = after.trim_ascii_start();
            let value;
            (value, rest) = match after.strip_prefix('=') {
                Some(after) => Self::value(after.trim_ascii_start())?,
                None => ("", after),
            };
            if name.eq_ignore_ascii_case("id") {
                tag.id.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("href") {
                tag.href.get_or_insert(value);
            }
        }
    }

    /// The value that the text begins with, quoted or not, and what is behind it.
    fn value(text: &'a str) -> Option<(&'a str, &'a str)> {
        match text.chars().next()? {
            quote @ ('"' | '\'') => text[1..].split_once(quote),
            _ => {
                let is_end = |it: char| it.is_ascii_whitespace() || it == '>';
                Some(text.split_at(text.find(is_end)?))
            }
        }
    }
}

/// What is behind the first `mark`; nothing if there is none.
fn after_first<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or("", |(_, after)| after)
}

/// What is behind the `</name` of an element; nothing if it never ends.
fn after_end_tag<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        if after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return after_first(after, ">");
        }
        rest = after;
    }
    ""
}

/// The text with its character references resolved: numbers, and the five names
/// that XML knows. What is no reference stays as it is.
fn resolved(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        result.push_str(before);
        let end = after.bytes().take(REFERENCE_MAX).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&after[..end])?, &after[end + 1..]))) {
            Some((character, behind)) => {
                result.push(character);
                rest = behind;
            }
            None => {
                result.push('&');
                rest = after;
            }
        }
    }
    result.push_str(rest);
    Cow::Owned(result)
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}
