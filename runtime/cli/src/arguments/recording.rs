//! What is recorded of a run, and what is replayed.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;
use remold::manifest::Size;
use remold::manifest::recording::Redaction;

use super::{GrantArguments, JournalArguments, TargetArguments};

/// Records of a dry run, or of a run that has ended, to be kept for a replay.
#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    /// The manifest, or the folder that holds a `migration.yaml`; not together with --run
    #[arg(
        value_name = "MANIFEST",
        required_unless_present = "run",
        conflicts_with = "run"
    )]
    pub(crate) manifest: Option<PathBuf>,
    /// The recording to write, YAML; only you can read it
    #[arg(long, value_name = "FILE")]
    pub(crate) into: PathBuf,
    /// Record keys of a run by its journal, with its transform, its clock and its seed: those in its quarantine, as
    /// they are now
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Record so many records, picked at random, whatever comes of them; by default those that are rejected
    #[arg(long, value_name = "N", conflicts_with_all = ["key", "run"])]
    pub(crate) sample: Option<NonZero<usize>>,
    /// Record the keys of this pattern, whatever comes of them; can be given several times. With --run a key that
    /// the run has changed is recorded as it was before
    #[arg(long, value_name = "PATTERN")]
    pub(crate) key: Vec<String>,
    /// The most records that are kept; the others are counted
    #[arg(
        long,
        value_name = "N",
        default_value = "100",
        conflicts_with = "sample"
    )]
    pub(crate) limit: NonZero<usize>,
    /// The most bytes of keys and values that are kept
    #[arg(long, value_name = "SIZE", default_value = "4MiB")]
    pub(crate) max_size: Size,
    #[command(flatten)]
    pub(crate) redaction: RedactionArguments,
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    /// Replace the file if it exists, without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// What a recording must not tell.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RedactionArguments {
    /// Replace values in the recording by placeholders of the same length and kind: `all`, `values`, `keys`,
    /// `field:NAME` of hashes and streams, `json:/POINTER` (`*` for any part); can be given several times. A
    /// redacted record need not come out as it did: whether it still does is tried and noted
    #[arg(long, value_name = "WHAT")]
    pub(crate) redact: Vec<Redaction>,
}

/// A run that may be recorded.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Recording")]
pub(crate) struct RunRecordingArguments {
    /// Keep what the transform was given for the first rejected keys in this file, for `remold replay`
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) redaction: RedactionArguments,
}

/// A recording to be replayed.
#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// The recording
    #[arg(value_name = "RECORDING")]
    pub(crate) recording: PathBuf,
    /// The manifest to replay it with, or the folder that holds a `migration.yaml`: the same or an edited one.
    /// Without it, the one in the recording
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: Option<PathBuf>,
    /// Replay only the keys of this pattern
    #[arg(long, value_name = "PATTERN")]
    pub(crate) key: Option<String>,
    /// Add the records as cases to this file, with what comes of them now as what is expected from now on
    #[arg(long, value_name = "FILE")]
    pub(crate) to_case: Option<PathBuf>,
}
