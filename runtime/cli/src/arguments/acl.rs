//! The arguments of `remold acl`.

use std::path::PathBuf;

use clap::Args;
use remold::Kin;

use super::{GrantArguments, TargetArguments};

/// A migration whose user is wanted.
#[derive(Debug, Args)]
pub(crate) struct AclArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,
    /// The user's name; `remold-` and the migration's name by default
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The server that the rights are for: product and version, such as redis-7.2 or valkey-8.0; the target is asked without it,
    /// and without a target it is a Redis 8
    #[arg(long, value_name = "PRODUCT-VERSION")]
    pub(crate) server: Option<Kin>,
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}
