//! What `bench` measured, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// What a transform needs.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BenchShape {
    /// The migration's name.
    pub(crate) migration: String,
    /// The digest of manifest and transform.
    pub(crate) digest: String,
    /// The most records of a batch.
    pub(crate) batch: usize,
    /// The samples, in order.
    pub(crate) samples: Vec<SampleShape>,
    /// The file that it was compared with.
    pub(crate) baseline: Option<String>,
    /// The file that was written.
    pub(crate) wrote: Option<String>,
}

/// What a sample needs.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SampleShape {
    /// The sample's name.
    pub(crate) name: String,
    /// Records of one round.
    pub(crate) records: usize,
    /// How many of them were rejected or failed.
    pub(crate) rejected: usize,
    /// Microseconds for a record: the median of the readings.
    pub(crate) microseconds: f64,
    /// How far half of the readings lie from the median, as a share of it.
    pub(crate) spread: f64,
    /// How many readings there were.
    pub(crate) readings: usize,
    /// Fuel for a record; none if the sandbox does not count it.
    pub(crate) fuel: Option<f64>,
    /// Bytes of memory at most; none if nobody measures it.
    pub(crate) memory: Option<u64>,
    /// How it compares with the baseline; none without one, or if the sample is not in it.
    pub(crate) comparison: Option<ComparisonShape>,
}

/// How a sample compares with what it was: each now divided by then.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ComparisonShape {
    /// Time.
    pub(crate) time: f64,
    /// How far off `time` may be for no reason.
    pub(crate) noise: f64,
    /// Fuel, which is exact.
    pub(crate) fuel: Option<f64>,
    /// Memory.
    pub(crate) memory: Option<f64>,
    /// What has grown by more than `--fail-above`: `fuel`, `memory`, `time`.
    pub(crate) grown: Vec<String>,
}
