//! Which backups are removed: by number and age, those of each server for themselves. Not the removal.

use std::collections::BTreeMap;

use super::{BackupSummary, MANIFEST};

/// Which backups are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// So many of the newest backups of each server are kept, whatever their age.
    pub keep: Option<usize>,
    /// Only backups that are older than this are removed, milliseconds.
    pub older_than_ms: Option<u64>,
    /// Incomplete backups, and data that no manifest names, are removed when nothing of them was written for so long,
    /// milliseconds.
    pub grace_ms: u64,
    /// Also the last backup of a server is removed.
    pub all: bool,
}

/// Something that is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruned {
    /// The backup's name.
    pub name: String,
    /// Why.
    pub reason: PruneReason,
    /// Bytes that are given back.
    pub bytes: u64,
    /// When it was taken or, of an incomplete one, written last; Unix milliseconds.
    pub at: u64,
    /// The objects, in the order in which they go.
    pub(super) objects: Vec<String>,
}

/// Why something is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PruneReason {
    /// There are enough newer ones, and it is old enough.
    Superseded,
    /// It was never finished.
    Incomplete,
    /// Data of an attempt beside a whole backup, which stays.
    Leftover,
}

impl PruneReason {
    /// Returns the word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::Incomplete => "incomplete",
            Self::Leftover => "leftover",
        }
    }
}

/// Chooses what is removed. `summaries` have the newest first. What cannot be read is left alone.
pub(super) fn choose(
    summaries: &[BackupSummary],
    retention: &Retention,
    now_ms: u64,
) -> Vec<Pruned> {
    let is_past = |at: u64, span: u64| now_ms.saturating_sub(at) > span;
    let mut newer: BTreeMap<&str, usize> = BTreeMap::new();
    let mut pruned = Vec::new();
    for summary in summaries {
        let Ok(manifest) = &summary.manifest else {
            continue;
        };
        let Some(manifest) = manifest else {
            if is_past(summary.modified_ms, retention.grace_ms) {
                pruned.push(Pruned {
                    name: summary.name.clone(),
                    reason: PruneReason::Incomplete,
                    bytes: summary.bytes,
                    at: summary.modified_ms,
                    objects: summary
                        .objects
                        .iter()
                        .map(|object| object.name.clone())
                        .collect(),
                });
            }
            continue;
        };
        let rank = newer.entry(&manifest.server.address).or_default();
        *rank += 1;
        let is_last = *rank == 1 && !retention.all;
        let asked = retention.keep.is_some() || retention.older_than_ms.is_some();
        let is_surplus = retention.keep.is_none_or(|keep| *rank > keep);
        let is_old = retention
            .older_than_ms
            .is_none_or(|span| is_past(manifest.taken_at, span));
        if asked && is_surplus && is_old && !is_last {
            let data = summary
                .objects
                .iter()
                .filter(|object| object.name != MANIFEST);
            let objects = std::iter::once(MANIFEST.to_owned());
            pruned.push(Pruned {
                name: summary.name.clone(),
                reason: PruneReason::Superseded,
                bytes: summary.bytes,
                at: manifest.taken_at,
                objects: objects
                    .chain(data.map(|object| object.name.clone()))
                    .collect(),
            });
            continue;
        }
        let left = summary.objects.iter().filter(|object| {
            object.name != MANIFEST
                && object.name != manifest.data
                && is_past(object.modified_ms, retention.grace_ms)
        });
        let left: Vec<_> = left.collect();
        if let Some(at) = left.iter().map(|object| object.modified_ms).max() {
            pruned.push(Pruned {
                name: summary.name.clone(),
                reason: PruneReason::Leftover,
                bytes: left.iter().map(|object| object.bytes).sum(),
                at,
                objects: left.iter().map(|object| object.name.clone()).collect(),
            });
        }
    }
    pruned
}
