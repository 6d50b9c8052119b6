//! What keeps specimens, training and production apart.

use std::fmt;
use std::str::FromStr;

/// What keeps specimens, training and production apart: its name is signed with
/// each card (`external_aad`), so a signature of one realm is none in another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realm(String);

impl Realm {
    /// The specimens' realm, `specimen`.
    pub fn specimen() -> Self {
        Self("specimen".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the specimens' realm.
    pub fn is_specimen(&self) -> bool {
        self.0 == "specimen"
    }
}

/// A text that is not a realm's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealmError;

impl FromStr for Realm {
    type Err = RealmError;

    /// Takes 1–32 lower-case ASCII letters, digits and `-`; not the name of a role,
    /// so that a key's name tells its role.
    fn from_str(text: &str) -> Result<Self, RealmError> {
        let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        let is_role = matches!(text, "root" | "trust" | "issuer" | "log" | "witness");
        if (1..=32).contains(&text.len()) && text.bytes().all(is_plain) && !is_role {
            Ok(Self(text.to_owned()))
        } else {
            Err(RealmError)
        }
    }
}

impl fmt::Display for RealmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("领域的名字是 1–32 个小写字母、数字和 -，不能是角色的名字")
    }
}

impl std::error::Error for RealmError {}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
