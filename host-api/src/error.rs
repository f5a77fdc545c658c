//! How a host function fails, in words that every sandbox passes on to its guest.

use crate::capability::Capability;
use crate::value::Kind;

/// A host function's refusal. In a script it is an exception, in a component an error value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// No capability grants this.
    #[error("no capability grants {}; ask for it in spec.capabilities.{capability}", power(capability, .key))]
    Denied {
        /// The capability that would be needed: `read`, `write`, `scan` or `backup`.
        capability: &'static str,
        /// The key that was named.
        key: Vec<u8>,
    },
    /// The manifest asks for it, and the operator does not grant it.
    #[error("the operator grants no {}, which the manifest asks for; {} would", power(capability, .key), option(capability, .key))]
    NotGranted {
        /// The capability that would be needed: `read`, `write`, `scan` or `backup`.
        capability: &'static str,
        /// The key that was named.
        key: Vec<u8>,
    },
    /// No capability can grant this: the names of Remold's own keys begin so.
    #[error("{:?} is under the reserved prefix {:?}, which is for the bookkeeping of the runs; --prefix can move that", .key.escape_ascii().to_string(), .prefix.escape_ascii().to_string())]
    Reserved {
        /// The key that was named.
        key: Vec<u8>,
        /// What reserved names begin with.
        prefix: Vec<u8>,
    },
    /// The record holds a value of another kind than the function works on.
    #[error("this needs a {expected}, the record holds a {found}")]
    WrongKind {
        /// The kind that the function works on.
        expected: Kind,
        /// The kind that the record holds.
        found: Kind,
    },
    /// An index or id names no element.
    #[error("{what} {index} does not exist, there are {size}")]
    OutOfRange {
        /// What is numbered.
        what: &'static str,
        /// The number that was asked for.
        index: String,
        /// How many there are.
        size: usize,
    },
    /// The bytes are no UTF-8 text.
    #[error("{what} is not UTF-8 text; read it as bytes")]
    NotText {
        /// What was read.
        what: String,
    },
    /// An argument makes no sense.
    #[error("{what}: {problem}")]
    InvalidArgument {
        /// The argument or input.
        what: String,
        /// What is wrong with it, and what is accepted.
        problem: String,
    },
    /// A limit would be passed.
    #[error("{what} of {size} is over the limit of {limit}")]
    OverLimit {
        /// What is limited, with its unit.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// What was asked for.
        size: usize,
    },
    /// The key was not asked for through the transform's `lookups` export.
    #[error("key {:?} was not asked for in lookups", .key.escape_ascii().to_string())]
    NotLookedUp {
        /// The key.
        key: Vec<u8>,
    },
    /// The keyspace could not be read or written while a program ran.
    #[error("the keyspace did not answer: {problem}")]
    Keyspace {
        /// What the keyspace said.
        problem: String,
    },
}

impl HostError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied { .. } | Self::NotGranted { .. } | Self::Reserved { .. } => "denied",
            Self::WrongKind { .. } => "wrong-kind",
            Self::OutOfRange { .. } => "out-of-range",
            Self::NotText { .. } => "not-text",
            Self::InvalidArgument { .. } => "invalid-argument",
            Self::OverLimit { .. } => "over-limit",
            Self::NotLookedUp { .. } => "not-looked-up",
            Self::Keyspace { .. } => "keyspace",
        }
    }
}

/// Names a power over a key; a backup has none.
fn power(capability: &str, key: &[u8]) -> String {
    if capability == Capability::Backup.name() {
        return capability.to_owned();
    }
    format!("{capability} on {:?}", key.escape_ascii().to_string())
}

/// Returns the option that would grant a power.
fn option(capability: &str, key: &[u8]) -> String {
    if capability == Capability::Backup.name() {
        return format!("--grant {capability}");
    }
    format!("--grant \"{capability}:{}\"", key.escape_ascii())
}
