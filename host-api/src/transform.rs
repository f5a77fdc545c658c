//! What a sandbox offers the engine, and what the engine offers a program.

use bytes::Bytes;

use crate::context::{Context, LogLine};
use crate::error::HostError;
use crate::failure::Failure;
use crate::functions::HostFunction;
use crate::outcome::Outcome;
use crate::pattern::Pattern;
use crate::record::{Entry, Record};
use crate::remark::{Remark, Ways};
use crate::value::Kind;

/// How much stack a thread should have that calls transforms, bytes: what a script needs with every limit of its depth
/// reached. On one with less a sandbox takes a stack of its own for each call, which costs more than the call.
pub const STACK: usize = 64 << 20;

/// Which functions a transform exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each function is exported or not, independently of the others"
)]
pub struct Exports {
    /// `migrate`: a record transform.
    pub migrate: bool,
    /// `revert`: the way back of a record transform.
    pub revert: bool,
    /// `lookups`: the keys that it wants to read for a record.
    pub lookups: bool,
    /// `run`: a program.
    pub run: bool,
}

/// A transform that was compiled once and is instantiated for each worker. Implemented by each sandbox.
pub trait TransformSource: Send + Sync {
    /// Returns which functions the transform exports.
    fn exports(&self) -> Exports;

    /// Returns the functions of the host that the code has calls of: all that it can reach, and perhaps more, since
    /// nothing is run to find out.
    fn calls(&self) -> Vec<&'static HostFunction>;

    /// Makes an instance for one worker. Calls of different instances do not stop one another.
    fn instantiate(&self) -> Result<Box<dyn Transform>, Failure>;

    /// Returns what names the ways that records take; `None` if all take the same.
    fn ways(&self) -> Option<&dyn Ways> {
        None
    }
}

/// Gives the record at a place of a batch once more as it was read: for a sandbox that lost a whole batch to one record,
/// and calls the transform again for each of the others.
pub type Again<'a> = &'a dyn Fn(usize) -> Entry;

/// What calls of a transform used, as its sandbox counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Fuel: the same on every machine for the same calls in the same order.
    pub fuel: u64,
    /// Bytes of memory at most, for scripts in one call, for components from the start on; `None` if nobody measures it.
    pub memory: Option<u64>,
}

/// An instance of a transform: single-threaded, reused from batch to batch.
pub trait Transform: Send {
    /// Transforms a batch: edits the records in place and says one outcome of each, in order. A failure
    /// concerns its record alone; the edits of that record are to be dropped.
    fn migrate(
        &mut self,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>>;

    /// Transforms a batch back, in the same way. Called only if `revert` is exported.
    fn revert(
        &mut self,
        context: &Context,
        records: &mut [Record],
        again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>>;

    /// Says which other keys each record's transform wants to read. Called only if `lookups` is
    /// exported; the engine has checked no capability yet.
    fn lookups(
        &mut self,
        context: &Context,
        records: &[Record],
    ) -> Vec<Result<Vec<Bytes>, Failure>>;

    /// Runs a program to its end. Called only if `run` is exported.
    fn run(&mut self, context: &Context, host: &mut dyn ProgramHost) -> Result<Outcome, Failure>;

    /// Says whether one record can end the call for its whole batch, after which the sandbox asks for records again.
    fn fails_together(&self) -> bool {
        false
    }

    /// Takes what was found out about the records of the last batch beside their outcomes: one remark for each, in order, or
    /// none at all.
    fn take_remarks(&mut self) -> Vec<Remark> {
        Vec::new()
    }

    /// Takes what was logged since the last call.
    fn take_log(&mut self) -> Vec<LogLine>;

    /// Begins to count what calls use, or takes what they used since it was asked last. Memory is looked at closely from
    /// then on, which costs time: an instance that is asked is not one to be timed. `None` if the sandbox has no count.
    fn take_usage(&mut self) -> Option<Usage> {
        None
    }
}

/// Which keys a program wants listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanQuery {
    /// The pattern that keys match.
    pub pattern: Pattern,
    /// The kind of their values; `None` for all.
    pub kind: Option<Kind>,
}

/// What became of one record that a program applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// The edits were written.
    Applied,
    /// There was nothing to write.
    Unchanged,
    /// The key changed since this program's `get`: get it again.
    Conflict,
    /// This run has migrated the key before.
    Already,
}

impl Applied {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Applied,
        Self::Unchanged,
        Self::Conflict,
        Self::Already,
    ];

    /// Returns the word that the program sees.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "unchanged",
            Self::Conflict => "conflict",
            Self::Already => "already",
        }
    }
}

/// The powers of a program. The engine implements it once, over the journal and the guard, and checks
/// every call against the granted capabilities.
pub trait ProgramHost {
    /// Lists the next keys that match, in pages; an empty page is the end. Needs `scan` on the pattern.
    /// The first call with a query begins; the same query goes on.
    fn scan(&mut self, query: &ScanQuery) -> Result<Vec<Bytes>, HostError>;

    /// Reads keys, in order; a missing key is `None`. Needs `read` or `write` on each.
    fn get(&mut self, keys: &[Bytes]) -> Result<Vec<Option<Entry>>, HostError>;

    /// Writes what was edited, each record exactly once per run. Needs `write` on each key.
    fn apply(&mut self, records: Vec<Record>) -> Result<Vec<Applied>, HostError>;

    /// Takes a backup and returns its name. Needs `backup`.
    fn backup(&mut self, name: &str) -> Result<String, HostError>;

    /// Tells the operator how far the program is.
    fn progress(&mut self, done: u64, total: Option<u64>);

    /// Remembers how far the program is. Everything that was applied before is safe by then.
    fn checkpoint(&mut self, state: &[u8]) -> Result<(), HostError>;

    /// Returns the last checkpoint of the run that is resumed, if there is one.
    fn resumed_from(&self) -> Option<Bytes>;
}
