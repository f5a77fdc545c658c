//! Shares: the parts of a run that several workers carry out together, each its own keys.
//!
//! A share is a run for the protocol: it has a journal, an epoch, receipts and a lock of its own, under an id of its own.
//! What the shares of a run have in common is the keyspace's lock and the keyspace's epoch
//! (`docs/adr/0024-shares.md`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::port::{HistoryEntry, RunEvent, RunState};

/// The most shares that a run can have.
pub const MOST_SHARES: u32 = 1024;

/// One of the parts that the keys of a keyspace are cut into by their hash: `0/3`, `1/3` and `2/3` are all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Share {
    index: u32,
    of: u32,
}

/// Why a text or two numbers are no share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a share I/N such as 0/3, with I from 0 to N-1 and N from 1 to 1024")]
pub struct InvalidShare;

impl Share {
    /// Makes the share with this number, from 0, of so many.
    pub const fn new(index: u32, of: u32) -> Result<Self, InvalidShare> {
        if index < of && of <= MOST_SHARES {
            Ok(Self { index, of })
        } else {
            Err(InvalidShare)
        }
    }

    /// Returns its number, from 0.
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Returns how many shares there are.
    pub const fn of(self) -> u32 {
        self.of
    }

    /// Says whether a key belongs to it: of every key, exactly one of the shares says so.
    pub fn holds(self, key: &[u8]) -> bool {
        self.of == 1 || Self::of_key(key, self.of) == self.index
    }

    /// Returns the number of the share that a key belongs to.
    pub fn of_key(key: &[u8], of: u32) -> u32 {
        // By the hash's upper bits: its rest to 10,000 chooses the keys of a canary.
        let scaled = u128::from(xxh3_64(key)) * u128::from(of);
        u32::try_from(scaled >> 64).unwrap_or_default()
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Share {
    type Err = InvalidShare;
    fn from_str(text: &str) -> Result<Self, InvalidShare> {
        let (index, of) = text.split_once('/').ok_or(InvalidShare)?;
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        Self::new(
            number(index).ok_or(InvalidShare)?,
            number(of).ok_or(InvalidShare)?,
        )
    }
}

/// A share of a certain run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct ShareOf {
    /// The id of the run that it is a share of.
    pub run: String,
    /// Which one.
    pub share: Share,
}

/// As it is written in journals, in the history and in events.
#[derive(Serialize, Deserialize)]
struct Written {
    run: String,
    index: u32,
    of: u32,
}

impl From<ShareOf> for Written {
    fn from(ShareOf { run, share }: ShareOf) -> Self {
        Self {
            run,
            index: share.index,
            of: share.of,
        }
    }
}

impl TryFrom<Written> for ShareOf {
    type Error = InvalidShare;
    fn try_from(Written { run, index, of }: Written) -> Result<Self, InvalidShare> {
        Ok(Self {
            run,
            share: Share::new(index, of)?,
        })
    }
}

impl ShareOf {
    /// Returns the id under which the share itself is carried out: `ID-0-of-3`.
    pub fn id(&self) -> String {
        let Share { index, of } = self.share;
        format!("{}-{index}-of-{of}", self.run)
    }

    /// Reads such an id; `None` if it is none of a share.
    pub fn of_id(id: &str) -> Option<Self> {
        let (rest, of) = id.rsplit_once("-of-")?;
        let (run, index) = rest.rsplit_once('-')?;
        let share = format!("{index}/{of}").parse().ok()?;
        (!run.is_empty()).then(|| Self {
            run: run.to_owned(),
            share,
        })
    }

    /// Returns all shares of the same run, this one among them.
    pub fn all(&self) -> impl Iterator<Item = Self> + '_ {
        let of = self.share.of;
        (0..of).map(move |index| Self {
            run: self.run.clone(),
            share: Share { index, of },
        })
    }
}

/// Makes one entry of a run out of those of its shares, which all name the same run; `None` if there are none.
///
/// It is under way until every share has ended; or, once one was aborted, until none is under way.
pub fn whole(shares: &[HistoryEntry]) -> Option<HistoryEntry> {
    let first = shares.first()?;
    let ShareOf { run, share } = first.share.clone()?;
    let sum = |of: fn(&HistoryEntry) -> u64| shares.iter().map(of).sum();
    let state = state_of(shares, share.of);
    let ended_at = shares.iter().filter_map(|entry| entry.ended_at).max();
    Some(HistoryEntry {
        run,
        share: None,
        state,
        undoes: first
            .undoes
            .as_deref()
            .map(|undone| ShareOf::of_id(undone).map_or_else(|| undone.to_owned(), |of| of.run)),
        started_at: shares
            .iter()
            .map(|entry| entry.started_at)
            .min()
            .unwrap_or_default(),
        ended_at: ended_at.filter(|_| state != RunState::Running),
        written: sum(|entry| entry.written),
        rejected: sum(|entry| entry.rejected),
        kept: sum(|entry| entry.kept),
        ..first.clone()
    })
}

/// Says what is told of a step of a run in the change stream, and of which entry; `history` holds what is remembered of all runs.
///
/// A run of shares is told to have started by its first share, and to have ended by its last one; what happens to a share in
/// between is told of the share.
pub fn announced(
    entry: &HistoryEntry,
    event: RunEvent,
    history: Vec<HistoryEntry>,
) -> Option<(RunEvent, HistoryEntry)> {
    let Some(of) = &entry.share else {
        return Some((event, entry.clone()));
    };
    let is_other = |other: &HistoryEntry| {
        let theirs = other.share.as_ref();
        other.run != entry.run && theirs.is_some_and(|theirs| theirs.run == of.run)
    };
    let mut shares: Vec<HistoryEntry> = history.into_iter().filter(is_other).collect();
    let is_first = shares.is_empty();
    shares.push(entry.clone());
    let undone =
        |one: &HistoryEntry| matches!(one.state, RunState::RolledBack | RunState::PartlyRolledBack);
    let whole = whole(&shares)?;
    let event = match event {
        RunEvent::Started if !is_first => return None,
        RunEvent::Completed | RunEvent::Aborted => match whole.state {
            RunState::Completed => RunEvent::Completed,
            RunState::Aborted => RunEvent::Aborted,
            _ => return None,
        },
        RunEvent::RolledBack if !shares.iter().all(undone) => return None,
        RunEvent::Resumed | RunEvent::Interrupted | RunEvent::Failed => {
            return Some((event, entry.clone()));
        }
        RunEvent::Started | RunEvent::RolledBack => event,
    };
    Some((event, whole))
}

fn state_of(shares: &[HistoryEntry], of: u32) -> RunState {
    let is = |state| shares.iter().any(|entry| entry.state == state);
    let all = |state| shares.iter().all(|entry| entry.state == state);
    let begun = shares.len() as u64 == u64::from(of);
    if is(RunState::Running) || !(begun || is(RunState::Aborted)) {
        RunState::Running
    } else if is(RunState::Aborted) {
        RunState::Aborted
    } else if all(RunState::Completed) {
        RunState::Completed
    } else if all(RunState::RolledBack) {
        RunState::RolledBack
    } else {
        RunState::PartlyRolledBack
    }
}

/// Puts entries of shares together to entries of their runs, in the order in which the runs began.
pub fn runs(history: Vec<HistoryEntry>) -> Vec<RunOfShares> {
    let mut runs: Vec<RunOfShares> = Vec::new();
    for entry in history {
        let Some(share) = &entry.share else {
            runs.push(RunOfShares {
                entry,
                shares: Vec::new(),
            });
            continue;
        };
        let known = runs
            .iter_mut()
            .find(|run| !run.shares.is_empty() && run.entry.run == share.run);
        match known {
            Some(run) => run.shares.push(entry),
            None => runs.push(RunOfShares {
                entry: HistoryEntry {
                    run: share.run.clone(),
                    ..entry.clone()
                },
                shares: vec![entry],
            }),
        }
    }
    for run in &mut runs {
        run.shares
            .sort_by_key(|entry| entry.share.as_ref().map(|of| of.share));
        if let Some(entry) = whole(&run.shares) {
            run.entry = entry;
        }
    }
    runs.sort_by(|one, other| {
        let key = |run: &RunOfShares| run.entry.started_at;
        key(one).cmp(&key(other))
    });
    runs
}

/// A run as people speak of it: one entry, whoever carried it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOfShares {
    /// The run.
    pub entry: HistoryEntry,
    /// Its shares that were begun, by number; none if it has no shares.
    pub shares: Vec<HistoryEntry>,
}

#[cfg(test)]
mod tests;
