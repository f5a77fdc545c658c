//! Journals on disk: what a run wrote down before it changed a key, in segments of checksummed frames.
//!
//! A [`JournalDirectory`] holds one journal per run. A [`FileJournal`] is a journal that is written: many
//! threads append, one sync serves them all, and a record that was reported durable survives the loss of
//! power. A [`JournalReader`] reads one, also while its run goes on.
//!
//! The crate reads no environment: the caller says where journals are.

mod directory;
mod encoding;
mod error;
mod export;
mod extent;
mod frame;
mod journal;
mod log;
mod read_only;
mod reader;
mod replay;
mod segment;
mod tail;

pub use directory::{JournalContents, JournalDirectory, JournalSummary};
pub use export::{ExportError, ExportSummary, LeftOut};
pub use journal::FileJournal;
pub use read_only::JournalReader;
