//! What a server has and permits, as far as it changes what is sent. Found out by `probe`, fixed for a session's life.

use remold_engine::port::{Guard, WrittenAs};

/// How a step is made atomic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mechanism {
    /// `WATCH`, then `MULTI` … `EXEC`.
    Watch,
    /// A script that compares first and writes after.
    Lua {
        /// Whether a script may be called by its digest.
        by_digest: bool,
    },
}

/// What the server evicts by, and so what is read and written back with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EvictedBy {
    /// Seconds since the last access.
    Idle,
    /// The access counter.
    Frequency,
}

/// What a server has and permits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one thing that a server has or has not"
)]
pub(crate) struct Abilities {
    /// How a step is made atomic.
    pub(crate) mechanism: Mechanism,
    /// Whether keys are guarded, and by what.
    pub(crate) guard: Guard,
    /// Whether `DUMP` reads values; else only the commands of their types do.
    pub(crate) dump: bool,
    /// Values above this many bytes are read in parts.
    pub(crate) in_parts_above: Option<u64>,
    /// Whether fields of hashes may have expiries (`HPEXPIRETIME`); asked for where values are read by commands.
    pub(crate) field_expiry: bool,
    /// `RESTORE`, or the commands of a value's type.
    pub(crate) written_as: WrittenAs,
    /// Whether streams count what was added, read and deleted, as since Redis 7.0.
    pub(crate) stream_counters: bool,
    /// `PEXPIRETIME`, else the expiry is put together from `PTTL` and `TIME`.
    pub(crate) expire_time: bool,
    /// The eviction state that is preserved.
    pub(crate) evicted_by: Option<EvictedBy>,
    /// `UNLINK`, else `DEL`.
    pub(crate) unlink: bool,
    /// `MEMORY USAGE`.
    pub(crate) memory_usage: bool,
    /// Whether commits are to be refused here.
    pub(crate) read_only: bool,
}

impl Abilities {
    /// The command that deletes a key.
    pub(crate) fn delete(&self) -> &'static [u8] {
        if self.unlink { b"UNLINK" } else { b"DEL" }
    }
}
