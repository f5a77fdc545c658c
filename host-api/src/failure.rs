//! How a transform fails: a typed reason, with the place in the source where there is one.

use std::fmt;

/// Why a call of a transform ended without an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureReason {
    /// The deterministic budget of operations was used up.
    OutOfFuel,
    /// The wall-clock limit of the batch passed.
    Timeout,
    /// More memory was asked for than the limit allows.
    Memory,
    /// Something was asked for that no capability grants.
    Denied,
    /// The sandbox stopped the guest: stack overflow, unreachable code, a panic.
    Trap,
    /// The transform threw an error, or called a host function wrongly.
    Exception,
    /// The transform returned something that is no outcome, or wrote more than the limit allows.
    BadOutput,
    /// The transform and the host do not agree on the interface.
    Abi,
}

impl FailureReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::OutOfFuel,
        Self::Timeout,
        Self::Memory,
        Self::Denied,
        Self::Trap,
        Self::Exception,
        Self::BadOutput,
        Self::Abi,
    ];

    /// Returns the stable word for reports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfFuel => "out-of-fuel",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Denied => "denied",
            Self::Trap => "trap",
            Self::Exception => "exception",
            Self::BadOutput => "bad-output",
            Self::Abi => "abi",
        }
    }
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A place in a transform's source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SourceLocation {
    /// The file, as the manifest or an import names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1; 0 if it is not known.
    pub column: usize,
    /// The text of that line.
    pub source_line: String,
}

/// Writes `file:line:column`, without a column that is not known.
impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

/// A call of a transform that ended without an outcome.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {message}")]
pub struct Failure {
    /// The typed reason.
    pub reason: FailureReason,
    /// What happened, with the limit and how much was used where a limit was hit.
    pub message: String,
    /// Where in the transform's source.
    pub location: Option<SourceLocation>,
}

impl Failure {
    /// Makes a failure without a place in the source.
    pub fn new(reason: FailureReason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            location: None,
        }
    }
}
