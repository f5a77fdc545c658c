//! The names of the bookkeeping keys under the reserved prefix, as the engine's ledger port lists them.

/// Makes the names of one keyspace.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    prefix: String,
    epoch: String,
}

impl Names {
    pub(crate) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            epoch: format!("{prefix}epoch"),
        }
    }

    /// Whether a key belongs to the bookkeeping.
    pub(crate) fn reserves(&self, key: &[u8]) -> bool {
        key.starts_with(self.prefix.as_bytes())
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.epoch
    }

    /// A name that nothing is ever stored under: what is permitted can be asked about it.
    pub(crate) fn probe(&self) -> String {
        format!("{}probe", self.prefix)
    }

    pub(crate) fn lock(&self) -> String {
        format!("{}lock", self.prefix)
    }

    pub(crate) fn history(&self) -> String {
        format!("{}history", self.prefix)
    }

    pub(crate) fn changes(&self) -> String {
        format!("{}changes", self.prefix)
    }

    pub(crate) fn receipts(&self, run: &str) -> String {
        format!("{}run:{run}:receipts", self.prefix)
    }

    pub(crate) fn progress(&self, run: &str) -> String {
        format!("{}run:{run}:progress", self.prefix)
    }
}
