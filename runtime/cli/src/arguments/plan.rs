//! The arguments of `remold plan`.

use std::path::PathBuf;

use clap::Args;

use super::{EndingArguments, GrantArguments, TargetArguments};

/// A migration to be planned.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,
    /// Look at about so many keys, those that are listed first, instead of all
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<u64>,
    /// How many workers would share the run, instead of the manifest's `spec.job.workers`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) workers: Option<u32>,
    #[command(flatten)]
    pub(crate) ending: EndingArguments,
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}
