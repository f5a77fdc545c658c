//! What one call of a transform may use.

use std::time::Duration;

/// Limits of a transform. They are the same in a dry run and in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Deterministic budget of operations, of which one is a step of a script or twenty instructions of a component: this much
    /// for a call ...
    pub fuel_base: u64,
    /// ... this much more for each record of the batch ...
    pub fuel_per_record: u64,
    /// ... and this much more for each byte of the batch's records.
    pub fuel_per_byte: u64,
    /// Wall clock for one batch.
    pub timeout: Duration,
    /// Bytes of memory that the transform's own values may take.
    pub memory: usize,
    /// Bytes that the transform may write for one record: new values, emitted entries, log lines.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel_base: 100_000,
            fuel_per_record: 100_000,
            fuel_per_byte: 100,
            timeout: Duration::from_millis(250),
            memory: 64 << 20,
            output: 1 << 20,
        }
    }
}

impl Limits {
    /// Returns the budget of operations for a batch of `records` records of `bytes` bytes together.
    pub fn fuel(&self, records: usize, bytes: usize) -> u64 {
        self.fuel_base
            .saturating_add(self.fuel_per_record.saturating_mul(records as u64))
            .saturating_add(self.fuel_per_byte.saturating_mul(bytes as u64))
    }
}
