//! What is measured.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;
use remold::manifest::{Percentage, Period};

/// A transform to be measured.
#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST", default_value = ".")]
    pub(crate) manifest: PathBuf,
    /// Measure only the cases whose name contains this text
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) case: Option<String>,
    /// Measure over the records of a recording (`.yaml`), or a sample of an RDB file, instead of the cases
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// How many records are picked from an RDB file
    #[arg(long, value_name = "N", default_value = "256")]
    pub(crate) sample: NonZero<usize>,
    /// For how long it is measured altogether, about
    #[arg(long, value_name = "TIME", default_value = "3s")]
    pub(crate) time: Period,
    /// Keep the figures as `bench/NAME.json` beside the manifest, or under a path
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) save: Option<String>,
    /// Compare with figures that were kept
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) baseline: Option<String>,
    /// Fail if fuel or memory has grown by more than this share, or time by more than this share and its noise
    #[arg(long, value_name = "PERCENT", requires = "baseline")]
    pub(crate) fail_above: Option<Percentage>,
}
