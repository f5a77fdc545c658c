//! The names of the bookkeeping keys under the reserved prefix, as the engine's ledger port lists them.

use remold_engine::port::StoreError;

use super::connection::Connection;
use super::reply::{self, Reply};

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

/// The epoch out of a reply to `GET`; 0 if there was never one.
pub(crate) fn read_epoch(
    connection: &Connection,
    names: &Names,
    doing: &str,
    value: &Reply,
) -> Result<u64, StoreError> {
    if let Some((code, rest)) = reply::refusal(value) {
        return Err(connection.peer().server(doing, code, rest));
    }
    match reply::text(value) {
        None => Ok(0),
        Some(text) => text.parse().map_err(|_| StoreError::Corrupt {
            place: names.epoch().to_owned(),
            message: format!("{text:?} is not an epoch"),
        }),
    }
}
