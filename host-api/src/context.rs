//! What a transform knows of the run it is part of: parameters, frozen clock, seed.

/// How important a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For the author of the transform.
    Debug,
    /// Worth knowing.
    Info,
    /// Worth a look.
    Warn,
}

/// A line that a transform logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How important it is.
    pub level: LogLevel,
    /// The text.
    pub message: String,
}

/// What every call of a transform in one run is given. Two runs with equal contexts over equal records
/// give equal results: there is no other clock and no other randomness.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The manifest's `parameters`: a JSON object.
    pub parameters: serde_json::Value,
    /// The run's frozen clock, Unix milliseconds.
    pub now_ms: u64,
    /// The run's seed, from which every record's own random sequence is derived together with its key.
    pub seed: u64,
}
