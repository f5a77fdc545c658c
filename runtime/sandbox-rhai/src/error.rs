//! Why a script cannot be used.

use remold_host_api::SourceLocation;

/// What is wrong with a script before it runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}:{}: {message}", .location.file, .location.line, .location.column)]
pub struct CompileError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub location: SourceLocation,
    /// What may have been meant, or what to do.
    pub hint: Option<String>,
}

impl CompileError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        "script"
    }
}
