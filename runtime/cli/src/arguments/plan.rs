//! The arguments of `remold plan`.

use std::path::PathBuf;

use clap::Args;

use super::{GrantArguments, TargetArguments};

/// A migration between versions to be planned.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,
    /// Look at about so many keys, those that are listed first, instead of all
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<u64>,
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}
