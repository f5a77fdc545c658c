//! A transform that is written: begun, built, checked and tested.

use std::path::PathBuf;

use clap::Args;
use remold_toolchain::Language;

use super::catalogue::ready_name;
use super::{GrantArguments, WatchArguments};

/// A transform to be begun.
#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// The transform's name: small letters, digits and hyphens
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The language: rhai, rust, js, python, go or c
    #[arg(long, value_name = "LANGUAGE", default_value = "rhai")]
    pub(crate) lang: Language,
    /// Begin with a ready transform of the catalogue instead: its example and its cases
    #[arg(long, value_name = "TRANSFORM", value_parser = ready_name(), hide_possible_values = true, conflicts_with = "lang")]
    pub(crate) uses: Option<String>,
    /// The folder to write; the name in the current folder by default
    #[arg(long, value_name = "FOLDER")]
    pub(crate) into: Option<PathBuf>,
}

/// A transform to be built.
#[derive(Debug, Args)]
pub(crate) struct BuildArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST", default_value = ".")]
    pub(crate) manifest: PathBuf,
    /// The language, where the folder's files do not tell it
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Language>,
}

/// A manifest to be checked.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST", default_value = ".")]
    pub(crate) manifest: PathBuf,
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
}

/// Fixtures to be run.
#[derive(Debug, Clone, Args)]
pub(crate) struct TestArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST", default_value = ".")]
    pub(crate) manifest: PathBuf,
    /// Run only the cases whose name contains this text
    #[arg(long, value_name = "NAME")]
    pub(crate) case: Option<String>,
    /// Write what comes of failing cases into their files, as what is expected from now on
    #[arg(long, conflicts_with = "watch")]
    pub(crate) update: bool,
    #[command(flatten)]
    pub(crate) watching: WatchArguments,
}
