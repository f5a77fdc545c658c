//! Components in registries.

use std::path::PathBuf;

use clap::Args;
use remold::ArtifactReference;

/// A component to be pushed.
#[derive(Debug, Args)]
pub(crate) struct PushArguments {
    /// The manifest whose component is pushed, the folder that holds a `migration.yaml`, or the component's file
    #[arg(value_name = "SOURCE")]
    pub(crate) source: PathBuf,
    /// Where it goes: REGISTRY/REPOSITORY:TAG
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: ArtifactReference,
    /// What is said of it, such as `org.opencontainers.image.source=https://…`; title and version are the name and
    /// the tag by default, and an empty one is left out. The variable `SOURCE_DATE_EPOCH` says when it was made; without it nothing depends on the
    /// time, and the same component has the same digest
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) annotation: Vec<Annotation>,
    /// Let the tag stand for this component although it stands for another one
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) registry: RegistryArguments,
}

/// A component to be pulled.
#[derive(Debug, Args)]
pub(crate) struct PullArguments {
    /// What is pulled: REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: ArtifactReference,
    /// The file to write; without one the component is kept for the migrations that name it, and nowhere else
    #[arg(long, value_name = "FILE")]
    pub(crate) into: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// The public key that must have signed it, by cosign: a file in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) registry: RegistryArguments,
}

/// How the registry is reached.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Registry")]
pub(crate) struct RegistryArguments {
    /// The registry speaks plain HTTP. The variable `REMOLD_PLAIN_HTTP` names such registries for every command,
    /// with commas between them; those of this machine need not be named
    #[arg(long)]
    pub(crate) plain_http: bool,
}

/// A name and what is said under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Annotation {
    /// The name.
    pub(crate) name: String,
    /// What is said.
    pub(crate) value: String,
}

impl std::str::FromStr for Annotation {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
        if name.is_empty() {
            return Err("expected NAME=VALUE");
        }
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }
}
