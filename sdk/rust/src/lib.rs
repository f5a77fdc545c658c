//! Transforms of Redis data for Remold, written in Rust.
//!
//! A transform is a function of one record, which it edits in place, and a line that exports it:
//!
//! ```
//! use remold_transform::{Record, Result, export, reject, skip};
//!
//! export!(migrate);
//!
//! fn migrate(record: &Record) -> Result {
//!     let user = record.hash();
//!     if user.contains("first")? {
//!         return skip("split already");
//!     }
//!     let Some(name) = user.get_text("name")? else {
//!         return reject("no-name", "there is nothing to split");
//!     };
//!     let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
//!     user.set("first", first)?;
//!     user.set("last", last)?;
//!     user.remove("name")?;
//!     Ok(())
//! }
//! ```
//!
//! A record is done if the function returns `Ok(())`. [`skip`] and [`reject`] are returned to say otherwise, and any error
//! that is passed on with `?` fails the record; the other records of the batch are not concerned. Nothing is written while
//! a transform runs.
//!
//! - [`Record`] and its parts ([`Hash`](struct@Hash), [`List`], [`Set`], [`SortedSet`], [`Stream`], [`Text`], [`Json`]) read and edit.
//! - [`Batch`] does the same for one field of many records in one call.
//! - [`context`] has the parameters, the run's clock and seed, and the log.
//! - [`keyspace`] and [`backup`] are for programs, which export `run`.
//! - [`testing`] is a stand-in of the host for unit tests, with `cargo test`, outside of the sandbox.

#[cfg(any(target_arch = "wasm32", test))]
#[allow(
    clippy::cast_ptr_alignment,
    reason = "the canonical ABI aligns what it tells the place of"
)]
mod abi;
mod batch;
mod export;
mod host;
mod record;
mod refusal;
#[cfg(not(target_arch = "wasm32"))]
#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "the signatures are those of the host's functions"
)]
mod stand_in;
mod stop;
mod value;

pub mod backup;
pub mod context;
pub mod keyspace;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use batch::Batch;
pub use record::{Hash, Json, List, Pages, Record, Set, SortedSet, Stream, Text};
pub use refusal::{Code, Refusal};
pub use serde_json;
pub use stop::{Result, Stop, fail, reject, skip};
pub use value::{
    HashField, InvalidStreamId, Kind, Opaque, Scored, StreamEntry, StreamField, StreamGroup,
    StreamId, StreamValue, Value,
};

/// What `export!` calls.
#[doc(hidden)]
pub mod calls {
    #[cfg(any(target_arch = "wasm32", test))]
    pub use crate::abi::give_memory;
    pub use crate::export::{Transform, program, records};
}
