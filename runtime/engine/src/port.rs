//! What the engine needs from the outside: a keyspace made of shards, and a journal.
//!
//! A keyspace is a live server (`store-redis`) or the [overlay](crate::overlay) over something that is only
//! read; a journal is segments on disk (`archive`).

mod by_commands;
mod changes;
mod error;
mod journal;
mod keyspace;
mod ledger;
mod registry;
mod source;

pub use by_commands::{Unreadable, WrittenAs};
pub use changes::{
    ChangeEvent, ChangePage, ChangeStream, Drift, Gap, Happening, RegistrationNotice, RunChange,
    RunEvent,
};
pub use error::{Fault, StoreError};
pub use journal::{Durability, Journal, JournalError, JournalFigures, Position, Records};
pub use keyspace::{
    Candidate, CommandEdit, Commit, CommitBatch, Eviction, Fetched, FieldEdit, Guard, Image,
    Keyspace, Scanner, Selection, Session, Shard, ShardFacts, Write,
};
pub use ledger::{
    HistoryEntry, Ledger, LockAttempt, LockHolder, LockRequest, Progress, Raise, RunState, Terms,
};
pub use registry::{
    RegisterAnswer, RegisterRequest, Registered, Registration, Registry, RegistryContents,
    RegistryEntry, Revision, Taken,
};
pub use source::{LiveSource, Source, SourceReader};
