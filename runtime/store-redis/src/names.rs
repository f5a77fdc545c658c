//! The names of the bookkeeping keys under the reserved prefix, as the engine's ledger port lists them.

use remold_engine::ShareOf;

/// Makes the names of one keyspace, for a whole run or for one share of a run.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    prefix: String,
    keyspace_epoch: String,
    share: Option<ShareNames>,
}

/// What a share has of its own.
#[derive(Debug, Clone)]
pub(crate) struct ShareNames {
    pub(crate) of: ShareOf,
    /// The key of its epoch.
    pub(crate) epoch: String,
    /// The key of the keyspace's epoch, in which its own holds.
    pub(crate) keyspace_epoch: String,
    /// What the shares of its run have in common.
    pub(crate) group: String,
    /// The key of its lock.
    pub(crate) lock: String,
}

impl Names {
    pub(crate) fn new(prefix: &str, share: Option<&ShareOf>) -> Self {
        let share_names = |of: &ShareOf| ShareNames {
            of: of.clone(),
            epoch: format!("{prefix}run:{}:epoch", of.id()),
            keyspace_epoch: format!("{prefix}epoch"),
            group: group(prefix, &of.run),
            lock: share_lock(prefix, of),
        };
        Self {
            prefix: prefix.to_owned(),
            keyspace_epoch: format!("{prefix}epoch"),
            share: share.map(share_names),
        }
    }

    /// Whether a key belongs to the bookkeeping.
    pub(crate) fn reserves(&self, key: &[u8]) -> bool {
        key.starts_with(self.prefix.as_bytes())
    }

    /// What a share has of its own; nothing for a whole run.
    pub(crate) fn share(&self) -> Option<&ShareNames> {
        self.share.as_ref()
    }

    /// The epoch that batches are numbered by: a share's own, if this is one.
    pub(crate) fn epoch(&self) -> &str {
        self.share
            .as_ref()
            .map_or(&self.keyspace_epoch, |share| &share.epoch)
    }

    /// The keyspace's epoch.
    pub(crate) fn keyspace_epoch(&self) -> &str {
        &self.keyspace_epoch
    }

    /// Every epoch that a batch is conditional on, the run's own first.
    pub(crate) fn fences(&self) -> impl Iterator<Item = &str> {
        let keyspace = self.share.is_some().then_some(self.keyspace_epoch());
        std::iter::once(self.epoch()).chain(keyspace)
    }

    /// A name that nothing is ever stored under: what is permitted can be asked about it.
    pub(crate) fn probe(&self) -> String {
        format!("{}probe", self.prefix)
    }

    pub(crate) fn lock(&self) -> String {
        format!("{}lock", self.prefix)
    }

    /// The lock of a share.
    pub(crate) fn share_lock(&self, of: &ShareOf) -> String {
        share_lock(&self.prefix, of)
    }

    /// What the shares of a run have in common.
    pub(crate) fn group(&self, run: &str) -> String {
        group(&self.prefix, run)
    }

    pub(crate) fn history(&self) -> String {
        format!("{}history", self.prefix)
    }

    pub(crate) fn changes(&self) -> String {
        format!("{}changes", self.prefix)
    }

    pub(crate) fn registry(&self) -> String {
        format!("{}registry", self.prefix)
    }

    pub(crate) fn receipts(&self, run: &str) -> String {
        format!("{}run:{run}:receipts", self.prefix)
    }

    pub(crate) fn progress(&self, run: &str) -> String {
        format!("{}run:{run}:progress", self.prefix)
    }
}

fn group(prefix: &str, run: &str) -> String {
    format!("{prefix}run:{run}:group")
}

fn share_lock(prefix: &str, of: &ShareOf) -> String {
    format!("{prefix}run:{}:lock", of.id())
}
