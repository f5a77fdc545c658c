//! What is kept for the way back: journals on disk (what a run wrote down before it changed a key, in segments of checksummed
//! frames), and backups of whole servers in a folder or an object store.
//!
//! A [`JournalDirectory`] holds one journal per run. A [`FileJournal`] is a journal that is written: many
//! threads append, one sync serves them all, and a record that was reported durable survives the loss of
//! power. A [`JournalReader`] reads one, also while its run goes on.
//!
//! A [`BackupStore`] holds the backups of a [`Place`]. A [`Draft`] is one that is being made: an RDB file is written to it, read
//! back and decoded, and then proven by its manifest.
//!
//! The crate reads no environment and no clock: the caller says where journals and backups are, who asks, and when it is.

mod backup;
mod directory;
mod encoding;
mod error;
mod export;
mod extent;
mod frame;
mod journal;
mod log;
mod object_journal;
mod objects;
mod place;
mod read_only;
mod reader;
mod replay;
mod segment;
mod tail;

pub use backup::{
    About, BackupError, BackupManifest, BackupStore, BackupSummary, Damage, DatabaseContents,
    Draft, Finished, Inspected, PruneReason, Pruned, RdbContents, Retention, ServerFacts, Verified,
};
pub use directory::{JournalContents, JournalDirectory, JournalSummary};
pub use export::{ExportError, ExportSummary, LeftOut};
pub use journal::FileJournal;
pub use place::{ObjectAccess, Place, PlaceError};
pub use read_only::JournalReader;
