//! What is found out about a record beside its outcome: for the counts of a run's report.

use std::sync::Arc;

use crate::context::Context;
use crate::record::Entry;

/// What was found out about a record beside its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remark {
    /// The way between versions that it takes, as [`Ways::way_of`] names it: counted once its change is written.
    pub way: Option<Arc<str>>,
    /// The migration on that way at which it was rejected.
    pub step: Option<Arc<str>>,
    /// What of it breaks a schema, if it was rejected for that.
    pub breaches: Vec<Breach>,
}

/// What of a record breaks a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The schema: its subject and version, `user 2.0.0`.
    pub schema: Arc<str>,
    /// Whether the record was found so, or is what a transform made of it.
    pub side: Side,
    /// Where in the value, a JSON Pointer.
    pub pointer: String,
    /// What is broken: a JSON Pointer into the schema's `spec`.
    pub rule: String,
    /// What is wrong, a sentence without a full stop.
    pub message: String,
}

/// Whether something was found in a record or is what a transform made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The record was found so.
    Source,
    /// A transform made it so.
    Target,
}

impl Side {
    /// Returns the word for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

/// Names the ways that records take, of a transform that takes them by several.
pub trait Ways: Send + Sync {
    /// Names the way that a record takes, by what it is before; `None` if it takes none.
    fn way_of(&self, context: &Context, entry: &Entry) -> Option<Arc<str>>;
}
