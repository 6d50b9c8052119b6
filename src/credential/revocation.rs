//! The revocation list 撤销名单: which cards of a log no longer count.
//!
//! ```text
//! shenyan/revoked/1
//! origin training/150600/2022
//! version 7
//! tree-size 1000000                    indices from here on are not covered
//! issued 2026-01-05T09:00:00+08:00
//! next-update 2026-01-12T00:00:00+08:00
//! prev 5a…                             SHA-256 of the text of version 6
//! reason error
//! 17 +2 981                            17, 18, 19, 1000
//! reason superseded
//! 0 5
//! by 41 0                              0 was replaced by 41; by which 5 was is not said
//! ```
//!
//! Reasons stand in the order of [`RevocationReason`], those without a card are
//! left out. A number is the gap from the index revoked before it for the same
//! reason (the first, from 0); `+k` revokes k more in a row. Lines have 16 tokens,
//! the last of a reason may have fewer. Any other spelling is refused.
//!
//! `by` lines say which cards have taken the place of those superseded, card by card
//! in order: the new index less the old one, or 0 where that is not known. Where none is
//! known there are no such lines.
//!
//! Everybody fetches the whole list, so nobody learns which card is checked.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::digest::TextDigest;
use super::field::{Lines, ListStamp, NUMBER_MAX, Stamp, TextError, number};
use super::note::{Note, NoteError};
use super::reason::{RevocationReason, RevokeError};
use super::scope::Origin;
use super::trust_list::{LogStatus, TrustList};

/// The first line of a revocation list.
pub const CONTEXT: &str = "shenyan/revoked/1";
/// Tokens on a line.
const LINE_TOKENS: usize = 16;

/// Cards in a row that were revoked for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    first: u64,
    last: u64,
    reason: RevocationReason,
}

/// What a list says of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// It was issued when the list was written, and is not on it.
    Good,
    /// It is on the list.
    Revoked(RevocationReason),
    /// The list was written before the card was issued, and cannot know it.
    NotCovered,
}

/// What a revocation list says. It proves nothing until it is a
/// [`RevocationList`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationText {
    origin: Origin,
    version: u64,
    tree_size: u64,
    issued: Stamp,
    next_update: Stamp,
    prev: TextDigest,
    /// By index; apart, and as long as can be.
    runs: Vec<Run>,
    /// Of cards that are superseded, by index: the index of the one that has taken its
    /// place, which is later.
    successors: BTreeMap<u64, u64>,
}

/// When a list was written and what it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition {
    /// How many cards there are: what it covers.
    pub tree_size: u64,
    /// When it is issued.
    pub issued: Stamp,
    /// By when a newer one will be there.
    pub next_update: Stamp,
}

/// Why a new edition cannot follow on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditionError {
    /// It would be issued before the one before it, or after its own next update.
    Times,
    /// It would cover fewer cards than the one before it.
    Shrinks,
}

impl fmt::Display for EditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Times => "签发时间早于前一版，或不早于下次更新",
            Self::Shrinks => "卡的张数比前一版少：台账被改动过",
        })
    }
}

impl std::error::Error for EditionError {}

impl RevocationText {
    /// A first list, with no card on it.
    pub fn first(origin: Origin, edition: Edition) -> Result<Self, EditionError> {
        let Edition { tree_size, issued, next_update } = edition;
        if next_update <= issued {
            return Err(EditionError::Times);
        }
        let (version, prev, runs, successors) = (1, TextDigest::NONE, Vec::new(), BTreeMap::new());
        Ok(Self { origin, version, tree_size, issued, next_update, prev, runs, successors })
    }

    /// The next version, with the same cards on it.
    pub fn next(&self, edition: Edition) -> Result<Self, EditionError> {
        let Edition { tree_size, issued, next_update } = edition;
        if next_update <= issued || issued < self.issued {
            return Err(EditionError::Times);
        }
        if tree_size < self.tree_size {
            return Err(EditionError::Shrinks);
        }
        let (origin, version) = (self.origin.clone(), self.version + 1);
        let prev = TextDigest::of(&self.to_string());
        let (runs, successors) = (self.runs.clone(), self.successors.clone());
        Ok(Self { origin, version, tree_size, issued, next_update, prev, runs, successors })
    }

    /// Puts a card on the list.
    pub fn revoke(&mut self, index: u64, reason: RevocationReason) -> Result<(), RevokeError> {
        match self.state(index) {
            CardState::NotCovered => Err(RevokeError::NotIssued(self.tree_size)),
            CardState::Revoked(reason) => Err(RevokeError::Already(reason)),
            CardState::Good => {
                self.revoke_all(&BTreeMap::from([(index, reason)]), &BTreeMap::new())
            }
        }
    }

    /// The cards on it, by index, each with its reason.
    pub fn cards(&self) -> impl Iterator<Item = (u64, RevocationReason)> {
        self.runs.iter().flat_map(|run| (run.first..=run.last).map(|index| (index, run.reason)))
    }

    /// Puts these cards on the list besides those that are, all of them below its
    /// tree size; those that are on it keep their reason. `successors` says of those that
    /// are superseded which later card has taken their place, as far as that is known.
    ///
    /// Errors: the first index that is not below the tree size.
    pub fn revoke_all(
        &mut self,
        cards: &BTreeMap<u64, RevocationReason>,
        successors: &BTreeMap<u64, u64>,
    ) -> Result<(), RevokeError> {
        if cards.last_key_value().is_some_and(|(index, _)| *index >= self.tree_size) {
            return Err(RevokeError::NotIssued(self.tree_size));
        }
        let mut all = cards.clone();
        all.extend(self.cards());
        let mut runs: Vec<Run> = Vec::new();
        for (index, reason) in all {
            match runs.last_mut() {
                Some(run) if run.last + 1 == index && run.reason == reason => run.last = index,
                Some(_) | None => runs.push(Run { first: index, last: index, reason }),
            }
        }
        self.runs = runs;
        let superseded = CardState::Revoked(RevocationReason::Superseded);
        let known = successors.iter().filter(|(index, by)| {
            index < by && **by < self.tree_size && self.state(**index) == superseded
        });
        let known: Vec<_> = known.map(|(index, by)| (*index, *by)).collect();
        self.successors.extend(known);
        Ok(())
    }

    /// What it says of the card of this index.
    pub fn state(&self, index: u64) -> CardState {
        if index >= self.tree_size {
            return CardState::NotCovered;
        }
        let at = self.runs.partition_point(|run| run.last < index);
        match self.runs.get(at).filter(|run| run.first <= index) {
            Some(run) => CardState::Revoked(run.reason),
            None => CardState::Good,
        }
    }

    /// The index of the card that has taken the place of this one, where that is said.
    pub fn successor(&self, index: u64) -> Option<u64> {
        self.successors.get(&index).copied()
    }

    /// Which log's cards it is about.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Its version, from 1.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many cards it covers: indices from here on are not.
    pub fn tree_size(&self) -> u64 {
        self.tree_size
    }

    /// SHA-256 of the text of the version before.
    pub fn prev(&self) -> TextDigest {
        self.prev
    }

    /// How many cards are on it.
    pub fn count(&self) -> u64 {
        self.runs.iter().map(|run| run.last - run.first + 1).sum()
    }

    fn read_reasons(&mut self, lines: &mut Lines<'_>) -> Result<(), TextError> {
        let mut before = None;
        while let Some(("reason", _)) = lines.peek() {
            let reason: RevocationReason = lines.parsed("reason", |value| value.parse().ok())?;
            if before >= Some(reason) {
                return Err(lines.wrong("原因的次序不对或重复"));
            }
            before = Some(reason);
            let first = self.runs.len();
            loop {
                match lines.peek() {
                    Some(("reason" | "by", _)) | None => break,
                    Some(_) => self.read_line(lines, first, reason)?,
                }
            }
            if self.runs.len() == first {
                return Err(lines.wrong("原因之下没有卡"));
            }
            if reason == RevocationReason::Superseded {
                self.read_successors(lines, first)?;
            }
        }
        Ok(())
    }

    /// Reads a line of gaps and runs; the runs of this reason begin at `start`.
    fn read_line(
        &mut self,
        lines: &mut Lines<'_>,
        start: usize,
        reason: RevocationReason,
    ) -> Result<(), TextError> {
        let line = lines.next().unwrap_or_default();
        for token in line.split(' ') {
            let held = self.runs[start..].last_mut();
            let last = match (token.strip_prefix('+'), held) {
                (Some(more), Some(run)) => {
                    run.last = number(more).map_or(u64::MAX, |more| run.last + more);
                    run.last
                }
                (Some(_), None) => return Err(lines.wrong("+ 之前没有卡")),
                (None, held) => {
                    // The next in a row is written `+1`, so a later gap is 2 or more.
                    let (before, gap_min) = held.map_or((0, 0), |run| (run.last, 2));
                    let gap = number(token).filter(|gap| *gap >= gap_min);
                    let index = before + gap.ok_or_else(|| lines.wrong("不是间隔也不是 +k"))?;
                    self.runs.push(Run { first: index, last: index, reason });
                    index
                }
            };
            if last >= self.tree_size {
                return Err(lines.wrong("序号不小于 tree-size"));
            }
        }
        Ok(())
    }
}

impl RevocationText {
    /// Reads `by` lines, if there are any, about the cards of the runs from `start` on.
    fn read_successors(&mut self, lines: &mut Lines<'_>, start: usize) -> Result<(), TextError> {
        let mut cards = self.runs[start..].iter().flat_map(|run| run.first..=run.last);
        if !matches!(lines.peek(), Some(("by", _))) {
            return Ok(());
        }
        while let Some(("by", value)) = lines.peek() {
            lines.next();
            for token in value.split(' ') {
                let gap = number(token).ok_or_else(|| lines.wrong("不是序号之差"))?;
                let index = cards.next().ok_or_else(|| lines.wrong("比换发的卡多"))?;
                if index + gap >= self.tree_size {
                    return Err(lines.wrong("序号不小于 tree-size"));
                }
                if gap > 0 {
                    self.successors.insert(index, index + gap);
                }
            }
        }
        // A run may be longer than anything that could be written out.
        if cards.next().is_some() { Err(lines.wrong("比换发的卡少")) } else { Ok(()) }
    }

    /// Writes `by` lines, if anything is known.
    fn write_successors(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.successors.is_empty() {
            return Ok(());
        }
        let superseded = self.runs.iter().filter(|it| it.reason == RevocationReason::Superseded);
        for (at, index) in superseded.flat_map(|run| run.first..=run.last).enumerate() {
            let gap = self.successor(index).map_or(0, |by| by - index);
            let before = match (at, at % LINE_TOKENS) {
                (0, _) => "by ",
                (_, 0) => "\nby ",
                _ => " ",
            };
            write!(f, "{before}{gap}")?;
        }
        writeln!(f)
    }
}

impl FromStr for RevocationText {
    type Err = TextError;

    /// Reads exactly what [`Display`](fmt::Display) prints.
    fn from_str(text: &str) -> Result<Self, TextError> {
        let mut lines = Lines::after(CONTEXT, text)?;
        let origin = lines.parsed("origin", |value| value.parse().ok())?;
        let version = lines.version()?;
        let tree_size = lines.parsed("tree-size", number)?;
        let (issued, next_update) = lines.period("next-update")?;
        let prev = lines.parsed("prev", |value| value.parse().ok())?;
        if (version == 1) != (prev == TextDigest::NONE) {
            return Err(lines.wrong("只有第 1 版的 prev 全是 0"));
        }
        let (runs, successors) = (Vec::new(), BTreeMap::new());
        let mut list =
            Self { origin, version, tree_size, issued, next_update, prev, runs, successors };
        list.read_reasons(&mut lines)?;
        lines.end()?;
        list.runs.sort_unstable();
        if list.runs.windows(2).any(|pair| pair[1].first <= pair[0].last) {
            return Err(TextError::new(8, "同一张卡列了两次"));
        }
        // One spelling: 16 tokens a line, runs joined, nothing padded, as many successors as
        // cards.
        match list.to_string().lines().zip(text.lines()).position(|(ours, theirs)| ours != theirs) {
            Some(at) => Err(TextError::new(at + 1, "不是规定的写法")),
            None if list.to_string().len() == text.len() => Ok(list),
            None => Err(TextError::new(8, "不是规定的写法")),
        }
    }
}

impl fmt::Display for RevocationText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, version, tree_size, issued, next_update, prev, runs, successors: _ } =
            self;
        writeln!(f, "{CONTEXT}\norigin {origin}\nversion {version}\ntree-size {tree_size}")?;
        writeln!(f, "issued {issued}\nnext-update {next_update}\nprev {prev}")?;
        for reason in RevocationReason::ALL {
            let (mut before, mut tokens) = (0, 0);
            for run in runs.iter().filter(|run| run.reason == reason) {
                if tokens == 0 {
                    writeln!(f, "reason {}", reason.as_str())?;
                }
                token(f, &mut tokens, format_args!("{}", run.first - before))?;
                if run.last > run.first {
                    token(f, &mut tokens, format_args!("+{}", run.last - run.first))?;
                }
                before = run.last;
            }
            if tokens > 0 {
                writeln!(f)?;
            }
            if reason == RevocationReason::Superseded {
                self.write_successors(f)?;
            }
        }
        Ok(())
    }
}

/// Writes a token after so many others of its reason.
fn token(f: &mut fmt::Formatter<'_>, tokens: &mut usize, token: fmt::Arguments<'_>) -> fmt::Result {
    if *tokens > 0 {
        f.write_str(if tokens.is_multiple_of(LINE_TOKENS) { "\n" } else { " " })?;
    }
    *tokens += 1;
    f.write_fmt(token)
}

/// Why a revocation list is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevocationError {
    /// It is not a note, or its log's key has not signed it.
    Note(NoteError),
    /// It is signed, but is no revocation list.
    Text(TextError),
    /// It is not about the log whose key has signed it.
    Origin {
        /// The log whose key has signed it.
        wanted: Origin,
        /// The log that it says it is about.
        found: Origin,
    },
    /// None of its signatures is of a log on the trust list.
    UnknownLog,
    /// The log's key was compromised: nothing that it has signed counts.
    Compromised(Origin),
}

impl fmt::Display for RevocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => write!(f, "{error}"),
            Self::Text(error) => write!(f, "{error}"),
            Self::Origin { wanted, found } => {
                write!(f, "签名的是日志 {wanted} 的密钥，正文说的却是 {found}")
            }
            Self::UnknownLog => f.write_str("没有信任名单上任何日志的签名"),
            Self::Compromised(origin) => write!(f, "日志 {origin} 的密钥已泄露，名单不算数"),
        }
    }
}

impl std::error::Error for RevocationError {}

/// A revocation list that its log's key has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    text: RevocationText,
    stamp: ListStamp,
    /// SHA-256 of the trust list that it was opened under.
    trust: TextDigest,
}

impl RevocationList {
    /// Opens a list under a trust list: the log by the name of a signature line,
    /// its status, its signature, then the text, then that it is about this log.
    pub fn open(trust: &TrustList, bytes: &[u8]) -> Result<Self, RevocationError> {
        let note = Note::read(bytes).map_err(RevocationError::Note)?;
        let named = |name: &str| trust.text().log(&name.parse().ok()?);
        let log = note.signatures().iter().find_map(|line| named(line.name()));
        let log = log.ok_or(RevocationError::UnknownLog)?;
        match log.status {
            LogStatus::Active | LogStatus::Retired => {}
            LogStatus::Compromised => {
                return Err(RevocationError::Compromised(log.origin.clone()));
            }
        }
        let vouched = note.open(CONTEXT, &[log.named_key()], 1).map_err(RevocationError::Note)?;
        let text: RevocationText = vouched.text().parse().map_err(RevocationError::Text)?;
        if text.origin != log.origin {
            let (wanted, found) = (log.origin.clone(), text.origin);
            return Err(RevocationError::Origin { wanted, found });
        }
        let RevocationText { version, issued, next_update, .. } = text;
        let stamp = ListStamp { version, digest: vouched.digest(), issued, next_update };
        Ok(Self { text, stamp, trust: trust.stamp().digest })
    }

    /// What it says.
    pub fn text(&self) -> &RevocationText {
        &self.text
    }

    /// Which one it is.
    pub fn stamp(&self) -> ListStamp {
        self.stamp
    }

    /// SHA-256 of the trust list that it was opened under.
    pub fn trust(&self) -> TextDigest {
        self.trust
    }
}

// Sums of two numbers of a list do not overflow.
const _: () = assert!(NUMBER_MAX < u64::MAX / 2);
