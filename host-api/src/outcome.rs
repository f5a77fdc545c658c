//! What a record transform says of one record after editing it.

/// Why a record was rejected by its transform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Rejection {
    /// A short stable word chosen by the transform's author, for counting.
    pub code: String,
    /// What is wrong with this record.
    pub message: String,
}

/// What a record transform says of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The edits stand; the host compares and writes what changed. No edit means nothing to do.
    Done,
    /// The record is none of this transform's business; its edits are dropped.
    Skip(String),
    /// The record should have been transformed and cannot be; it goes to the quarantine.
    Reject(Rejection),
}
