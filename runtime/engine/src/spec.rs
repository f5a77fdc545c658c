//! What is to be run: everything that the embedding API and the command line decide before a run begins.

use std::sync::Arc;
use std::time::Duration;

use remold_host_api::{
    Bytes, Capabilities, Capability, Context, HostError, Pattern, TransformSource,
};

use crate::backup::BackupTaker;
use crate::port::{Journal, Selection};
use crate::record::Header;
use crate::share::Share;
use crate::step::StepWatcher;
use crate::text::escape;
use crate::witness::Witness;

/// A run that is ready to begin or to go on.
#[derive(Clone)]
pub struct RunSpec {
    /// Who and what: written to the journal first, and to the history.
    pub header: Header,
    /// Who runs it, for the lock: host and process id.
    pub owner: String,
    /// The selected keys.
    pub selection: Selection,
    /// Patterns of which a selected key that is not listed matches one too; none if `selection` alone says which keys are meant.
    pub within: Vec<Pattern>,
    /// What is done with them.
    pub action: Action,
    /// What the transform may reach.
    pub capabilities: Capabilities,
    /// What the transform knows of the run.
    pub context: Context,
    /// What is tolerated.
    pub policy: Policy,
    /// How it is carried out.
    pub strategy: Strategy,
    /// Keys under this prefix belong to Remold: never selected, never named by a transform.
    pub reserved_prefix: Bytes,
    /// Whether values before and after are handed to the observer.
    pub show_changes: bool,
    /// Watches the steps, for tests.
    pub steps: Option<StepWatcher>,
    /// Is told what the transform was given, for a recording.
    pub witness: Option<Witness>,
    /// Takes backups for a program; without it the journal is the backup.
    pub backup: Option<BackupTaker>,
}

/// What is done with the selected keys.
#[derive(Clone)]
pub enum Action {
    /// They are transformed: by a record transform, or by the program itself.
    Migrate(Arc<dyn TransformSource>),
    /// Only keys that were rejected before are transformed again.
    Retry(Arc<dyn TransformSource>),
    /// They are transformed by the way back, whoever brought them into their shape.
    Revert(Arc<dyn TransformSource>),
    /// What another run did is undone.
    Undo {
        /// The journal of the run to undo; all its batches are settled.
        journal: Arc<dyn Journal>,
        /// The way back for keys that were written since; `None` if there is none.
        revert: Option<Arc<dyn TransformSource>>,
    },
}

/// What is tolerated.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// How many rejected keys the run may have.
    pub max_rejected: Allowance,
    /// Whether rename and emit may replace a key that exists.
    pub overwrite: bool,
    /// How often a key that changes while it is worked on is tried again.
    pub conflict_retries: u32,
    /// What becomes of keys above the size limit.
    pub oversized: Oversized,
    /// For how long an unavailable server is waited for, altogether without progress.
    pub patience: Duration,
}

/// A number of keys, or a share of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowance {
    /// So many keys.
    Count(u64),
    /// So much of the keys that were handled, 0 to 1; looked at from 1,000 keys on, and at the end.
    Share(f64),
}

impl Allowance {
    /// Says whether `rejected` of `handled` keys are too many. `end`: no more keys will come.
    pub fn exceeded(self, rejected: u64, handled: u64, end: bool) -> bool {
        match self {
            Self::Count(count) => rejected > count,
            #[allow(
                clippy::cast_precision_loss,
                reason = "a share needs no more than 52 bits"
            )]
            Self::Share(share) => {
                (end || handled >= 1000) && rejected as f64 > share * handled as f64
            }
        }
    }
}

/// What becomes of keys above the size limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oversized {
    /// They are left as they are and counted.
    Skip,
    /// They are rejected.
    Reject,
    /// They are transformed like the others; the keyspace reads them in parts.
    Stream,
}

/// How a run is carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// Shares of the keys that are done and verified first, ascending, in 1/10000.
    pub canary: Vec<u32>,
    /// Batches under way at the same time, each on a connection of its own; `None` for what suits the shard.
    pub lanes: Option<usize>,
    /// Threads that carry the lanes, each with an instance of the transform; `None` for as many as there are processors.
    pub carriers: Option<usize>,
    /// Keys in a batch; `None` for what suits the shard.
    pub batch: Option<usize>,
    /// Upper bounds.
    pub throttle: Throttle,
    /// How long the keyspace's lock holds without renewal.
    pub lock_ttl: Duration,
}

/// Upper bounds of a run's pace.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Throttle {
    /// Keys per second.
    pub keys_per_second: Option<f64>,
    /// The latency that the run's own probes may see.
    pub max_latency: Option<Duration>,
}

impl RunSpec {
    /// Returns the refusal of a key that is kept for the bookkeeping of runs, which no capability can grant; `None` if
    /// `key` is none of those.
    pub(crate) fn reserves(&self, key: &[u8]) -> Option<HostError> {
        key.starts_with(&self.reserved_prefix)
            .then(|| HostError::Reserved {
                key: key.to_vec(),
                prefix: self.reserved_prefix.to_vec(),
            })
    }

    /// Says why an operation of the transform may not name `key`; `None` if it may.
    pub(crate) fn forbids(&self, key: &[u8]) -> Option<String> {
        if let Some(reserved) = self.reserves(key) {
            return Some(reserved.to_string());
        }
        if self.names(key) {
            return None;
        }
        let refusal = self.capabilities.check(Capability::Write, key).err();
        refusal.map(|error| error.to_string())
    }

    /// Says whether a key belongs to the share that this run is; to a whole run all do.
    pub(crate) fn holds(&self, key: &[u8]) -> bool {
        let share = self.header.share.as_ref();
        share.is_none_or(|of| of.share.holds(key))
    }

    /// Says why a share may not write `key` although the transform may; `None` if it may. What another share selects would be
    /// migrated a second time there.
    pub(crate) fn leaves_to_others(&self, key: &[u8]) -> Option<String> {
        let of = self.header.share.as_ref()?;
        if of.share.holds(key) || !self.lends(key) {
            return None;
        }
        let theirs = Share::of_key(key, of.share.of());
        Some(format!(
            "the transform names {}, which is selected and belongs to share {theirs} of {}; this is share {}: run the \
             migration with one worker, without --share",
            escape(key),
            of.share.of(),
            of.share.index()
        ))
    }

    /// Returns above how many bytes a key is not fetched.
    pub(crate) fn fetch_limit(&self) -> u64 {
        match self.policy.oversized {
            Oversized::Stream => u64::MAX,
            Oversized::Skip | Oversized::Reject => self.selection.max_bytes,
        }
    }

    /// Says whether `key` may be read and written because it is selected: of listed keys, whether it is one of them.
    pub(crate) fn lends(&self, key: &[u8]) -> bool {
        self.selects(key) && self.names(key)
    }

    fn names(&self, key: &[u8]) -> bool {
        match &self.selection.keys {
            Some(keys) => keys.iter().any(|listed| listed == key),
            None => self.matches(key),
        }
    }

    /// Says whether a key that was listed is selected, as far as its name tells.
    pub(crate) fn selects(&self, key: &[u8]) -> bool {
        let excluded = |key| {
            self.selection
                .exclude
                .iter()
                .any(|pattern| pattern.matches(key))
        };
        if key.starts_with(&self.reserved_prefix) || excluded(key) {
            return false;
        }
        match &self.selection.keys {
            Some(_) => true,
            None => self.matches(key),
        }
    }

    fn matches(&self, key: &[u8]) -> bool {
        self.selection.pattern.matches(key)
            && (self.within.is_empty() || self.within.iter().any(|one| one.matches(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_waits_for_enough_keys_or_the_end() {
        let share = Allowance::Share(0.01);
        assert!(!share.exceeded(5, 10, false));
        assert!(share.exceeded(5, 10, true));
        assert!(share.exceeded(11, 1000, false));
        assert!(!share.exceeded(10, 1000, true));
        assert!(
            !Allowance::Count(0).exceeded(0, 5, true) && Allowance::Count(0).exceeded(1, 5, false)
        );
    }
}
