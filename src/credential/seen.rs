//! What a verifier has seen before: nothing may go back, and nothing may be two.
//!
//! Versions of a list only rise; the next version names the text of the one
//! before (`prev`); the same version with other bytes is EQUIVOCATION: somebody
//! shows different lists to different people. A verifier keeps the highest of each
//! list. This is the rule; where it is kept is for others.

use std::fmt;

use super::digest::TextDigest;
use super::field::ListStamp;

/// The highest version of a list that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The version.
    pub version: u64,
    /// SHA-256 of its text.
    pub digest: TextDigest,
}

/// Why a list does not follow on what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenError {
    /// It is older.
    Rollback {
        /// The version that was seen.
        held: u64,
        /// The version of this one.
        found: u64,
    },
    /// It has the same version, and says something else.
    Equivocation(u64),
    /// It is the next version, and was not written after the one that was seen.
    Chain(u64),
}

impl fmt::Display for SeenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rollback { held, found } => {
                write!(f, "是旧的第 {found} 版，以前见过第 {held} 版")
            }
            Self::Equivocation(version) => {
                write!(f, "EQUIVOCATION：同为第 {version} 版，内容却与以前见过的不同")
            }
            Self::Chain(version) => {
                write!(
                    f,
                    "EQUIVOCATION：第 {version} 版的 prev 不是以前见过的第 {} 版",
                    version - 1
                )
            }
        }
    }
}

impl std::error::Error for SeenError {}

impl Seen {
    /// This list, as seen.
    pub fn of(stamp: &ListStamp) -> Self {
        Self { version: stamp.version, digest: stamp.digest }
    }

    /// Whether a list may follow on this one.
    ///
    /// Versions may be skipped, by a verifier that has not looked for a while; only
    /// the very next one must name this one.
    pub fn check(&self, found: &ListStamp, prev: TextDigest) -> Result<(), SeenError> {
        let held = self.version;
        if found.version < held {
            Err(SeenError::Rollback { held, found: found.version })
        } else if found.version == held {
            if found.digest == self.digest { Ok(()) } else { Err(SeenError::Equivocation(held)) }
        } else if found.version == held + 1 && prev != self.digest {
            Err(SeenError::Chain(found.version))
        } else {
            Ok(())
        }
    }
}
