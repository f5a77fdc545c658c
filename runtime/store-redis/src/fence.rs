//! The epochs that fence a run: the keyspace's, and of a share its own, which names the keyspace's epoch in which it holds.
//!
//! A share's epoch is written as `EPOCH@KEYSPACE`. So whoever reads both epochs in one step knows whether the share may still
//! write, without having remembered anything: another run that came since has raised the keyspace's.

use remold_engine::port::StoreError;

use super::connection::Connection;
use super::names::Names;
use super::reply::{self, Reply};

/// A run's epoch as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fence {
    /// The epoch that batches are numbered by; 0 if there was never one.
    pub(crate) epoch: u64,
    /// Of a share: the keyspace's epoch in which that one holds.
    pub(crate) keyspace: Option<u64>,
}

impl Fence {
    /// Returns the texts that the epochs have, in the order of [`Names::fences`].
    pub(crate) fn texts(self) -> impl Iterator<Item = String> {
        let own = match self.keyspace {
            None => self.epoch.to_string(),
            Some(keyspace) => written(self.epoch, keyspace),
        };
        std::iter::once(own).chain(self.keyspace.map(|keyspace| keyspace.to_string()))
    }
}

/// Writes a share's epoch that holds in one of the keyspace's.
pub(crate) fn written(epoch: u64, keyspace: u64) -> String {
    format!("{epoch}@{keyspace}")
}

/// Reads the epochs out of the replies to a `GET` of each of [`Names::fences`]; an error unless the keyspace's is still the
/// one in which a share's holds.
pub(crate) fn read(
    connection: &Connection,
    names: &Names,
    doing: &str,
    replies: &mut impl Iterator<Item = Reply>,
) -> Result<Fence, StoreError> {
    let mut next = || replies.next().unwrap_or(Reply::Nil);
    let own = next();
    if names.share().is_none() {
        let epoch = number(connection, names.epoch(), doing, &own)?;
        return Ok(Fence {
            epoch,
            keyspace: None,
        });
    }
    let fence = read_share(connection, names, doing, &own)?;
    let now = number(connection, names.keyspace_epoch(), doing, &next())?;
    match fence.keyspace {
        Some(keyspace) if keyspace != now => Err(connection.peer().epoch(doing, keyspace, now)),
        _ => Ok(fence),
    }
}

/// Reads the run's own epoch, whether or not it still holds.
pub(crate) fn read_own(
    connection: &Connection,
    names: &Names,
    doing: &str,
    reply: &Reply,
) -> Result<u64, StoreError> {
    if names.share().is_some() {
        return read_share(connection, names, doing, reply).map(|fence| fence.epoch);
    }
    number(connection, names.epoch(), doing, reply)
}

fn read_share(
    connection: &Connection,
    names: &Names,
    doing: &str,
    reply: &Reply,
) -> Result<Fence, StoreError> {
    refuse(connection, doing, reply)?;
    let Some(text) = reply::text(reply) else {
        return Ok(Fence {
            epoch: 0,
            keyspace: None,
        });
    };
    let numbers = text
        .split_once('@')
        .and_then(|(epoch, keyspace)| Some((epoch.parse().ok()?, keyspace.parse().ok()?)));
    let (epoch, keyspace) = numbers.ok_or_else(|| corrupt(names.epoch(), &text))?;
    Ok(Fence {
        epoch,
        keyspace: Some(keyspace),
    })
}

/// Reads a plain epoch; 0 if there was never one.
pub(crate) fn number(
    connection: &Connection,
    key: &str,
    doing: &str,
    reply: &Reply,
) -> Result<u64, StoreError> {
    refuse(connection, doing, reply)?;
    match reply::text(reply) {
        None => Ok(0),
        Some(text) => text.parse().map_err(|_| corrupt(key, &text)),
    }
}

fn refuse(connection: &Connection, doing: &str, reply: &Reply) -> Result<(), StoreError> {
    match reply::refusal(reply) {
        Some((code, rest)) => Err(connection.peer().server(doing, code, rest)),
        None => Ok(()),
    }
}

fn corrupt(key: &str, text: &str) -> StoreError {
    StoreError::Corrupt {
        place: key.to_owned(),
        message: format!("{text:?} is not an epoch"),
    }
}
