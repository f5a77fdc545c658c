//! The contract between Remold and the transforms that it runs.
//!
//! Everything that a transform can see or do is named here, once, for every sandbox: the shape of the
//! data ([`Value`], [`Record`]), what a transform says of a record ([`Outcome`]), what it may reach
//! ([`Capabilities`]), how a host function fails ([`HostError`]), how a transform fails ([`Failure`]),
//! and the [table of host functions](functions::HOST_FUNCTIONS) that both sandboxes are held against.
//!
//! This crate does no I/O, reads no clock and knows no sandbox, no Redis and no run.

pub mod capability;
pub mod collection;
pub mod context;
pub mod edit;
pub mod error;
pub mod failure;
pub mod functions;
pub mod grant;
pub mod limits;
pub mod link;
pub mod outcome;
pub mod pattern;
pub mod record;
mod remark;
pub mod stream;
pub mod transform;
pub mod value;
pub mod wit;

pub use bytes::Bytes;
pub use capability::{Capabilities, Capability, Powers, RESERVED_PREFIX};
pub use collection::{Collection, Duplicate, Named};
pub use context::{Context, LogLevel, LogLine};
pub use error::HostError;
pub use failure::{Failure, FailureReason, SourceLocation};
pub use grant::{Grant, GrantError};
pub use limits::Limits;
pub use outcome::{Outcome, Rejection};
pub use pattern::Pattern;
pub use record::{Entry, Record};
pub use remark::{Breach, Remark, Side, Ways};
pub use stream::{Consumer, ConsumerGroup, Pending, StreamEntry, StreamId, StreamValue};
pub use transform::{
    Again, Applied, Exports, ProgramHost, STACK, ScanQuery, Transform, TransformSource, Usage,
};
pub use value::{HashField, Kind, Opaque, Scored, Value};
