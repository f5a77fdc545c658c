//! The port of the change stream: what happened to a keyspace's shape, for other systems to follow.
//!
//! A Redis stream `changes` under the reserved prefix, of a bounded length; the form of its entries is in
//! [`crate::changes`] and documented in `docs/reference/events.md`. Whoever reads meets events that this version does not
//! know: they are shown as they are ([`Happening::Other`]) and are no error.

use std::collections::BTreeMap;
use std::time::Duration;

use remold_host_api::StreamId;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::ledger::HistoryEntry;

/// A step in the life of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunEvent {
    /// It was begun.
    Started,
    /// It goes on after it was interrupted, or after the server's data went back.
    Resumed,
    /// It was carried to its end.
    Completed,
    /// Its operator stopped it before its end; it can be resumed.
    Interrupted,
    /// Something ended it before its end; it can be resumed.
    Failed,
    /// It was ended for good before its end.
    Aborted,
    /// It was undone by another run, wholly or in part: the entry's state says which.
    RolledBack,
}

impl RunEvent {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Started,
        Self::Resumed,
        Self::Completed,
        Self::Interrupted,
        Self::Failed,
        Self::Aborted,
        Self::RolledBack,
    ];

    /// Returns the word that stands in the stream.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Resumed => "resumed",
            Self::Completed => "completed",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::RolledBack => "rolled-back",
        }
    }
}

/// Something that happened to a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunChange {
    /// What.
    pub event: RunEvent,
    /// The run, as it stood then.
    pub entry: HistoryEntry,
    /// Why it failed or was interrupted: the stable code of its end.
    pub reason: Option<String>,
}

/// Something that was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationNotice {
    /// Its name in the registry: `schema/user/1.0.0`.
    pub name: String,
    /// What it is: `schema`, `migration`.
    pub kind: String,
    /// What it is about: `user`.
    pub subject: String,
    /// The version that it brings.
    pub version: String,
    /// The version that a migration starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The digest of its content.
    pub digest: String,
    /// The length of its content in bytes.
    pub bytes: u64,
    /// Who registered it.
    pub by: String,
}

/// What a look at live data found that does not agree with the registered versions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// What was looked at: `user`.
    pub subject: String,
    /// The newest registered version.
    pub version: String,
    /// Keys that were looked at.
    pub examined: u64,
    /// Keys that are valid under no registered version.
    pub unmatched: u64,
    /// Keys by the version that they are at.
    #[serde(default)]
    pub versions: BTreeMap<String, u64>,
    /// Some of the keys that are not at the newest version, as [`crate::text::escape`] writes them.
    #[serde(default)]
    pub examples: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A run was begun, ended, undone.
    Run(Box<RunChange>),
    /// Something was registered.
    Registered(RegistrationNotice),
    /// Live data was found not to agree with what is registered.
    Drift(Drift),
    /// An event that this version does not know, by its word; everything of it is in [`ChangeEvent::fields`].
    Other(String),
}

impl Happening {
    /// Returns the word that stands in the stream.
    pub fn name(&self) -> &str {
        match self {
            Self::Run(change) => change.event.name(),
            Self::Registered(_) => "registered",
            Self::Drift(_) => "drift",
            Self::Other(word) => word,
        }
    }
}

/// An entry of the change stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEvent {
    /// Its id: what is read after it begins behind it.
    pub id: StreamId,
    /// The format that it says it has; 0 if it says none, as entries before the first format.
    pub format: u64,
    /// When, Unix milliseconds by the server's clock.
    pub at: u64,
    /// What happened, as far as this version knows it.
    pub happening: Happening,
    /// Everything that the entry holds, by name, what is known too.
    pub fields: BTreeMap<String, String>,
}

/// Why events may be missing between the place that was read up to and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Entries behind that place may be gone, because the stream's length is bounded or because it began anew; this is the
    /// oldest that is left.
    Trimmed(StreamId),
    /// The stream ends before that place: it was deleted, or the server went back in time. What follows is read from
    /// here on.
    WentBack(StreamId),
}

/// Some events, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage {
    /// The events.
    pub events: Vec<ChangeEvent>,
    /// What may be missing before them.
    pub gap: Option<Gap>,
    /// Where the next page begins.
    pub next: StreamId,
}

/// The change stream of a keyspace. Reading writes nothing.
pub trait ChangeStream {
    /// Appends an event, with the server's time.
    fn append(&mut self, happening: &Happening) -> Result<(), StoreError>;

    /// Reads up to `count` events behind the place `after`; the place 0-0 is before the first. If there is none, one is
    /// waited for as long as `wait`, or less; a page may be empty all the same.
    fn changes(
        &mut self,
        after: StreamId,
        count: usize,
        wait: Duration,
    ) -> Result<ChangePage, StoreError>;

    /// Returns the place of the newest event; 0-0 if there was never one.
    fn newest_change(&mut self) -> Result<StreamId, StoreError>;
}
