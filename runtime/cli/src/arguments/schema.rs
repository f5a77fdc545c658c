//! What can be asked of the schema registry.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use remold::manifest::{Version, is_object_name};
use remold_toolchain::Language;

use super::{EventsArguments, TargetArguments};

/// What can be asked of the schema registry.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Read schema documents and find everything that is wrong with them; nothing is contacted
    Lint(LintArguments),
    /// Register documents in a server's registry: schemas, and migrations between their versions
    Register(RegisterArguments),
    /// List the subjects with their versions, and the migrations between them
    List(ListArguments),
    /// Show a subject, or one version of it
    Show(ShowSchemaArguments),
    /// Compare two versions: what changed, what it breaks, which version it demands
    Diff(DiffArguments),
    /// Say whether a registry would take documents, and why not; nothing is written
    Check(CheckSchemaArguments),
    /// Propose schemas for the keys of a server or an RDB file
    Infer(InferArguments),
    /// Count which keys are at which registered version, and which at none
    Drift(DriftArguments),
    /// Show the ways from the versions of a subject to one of them
    Path(PathArguments),
    /// Begin a migration between two versions: a manifest, a transform and cases, made of what differs
    Generate(GenerateArguments),
    /// Bring the documents of a folder into a server's registry
    Push(ExchangeArguments),
    /// Bring the documents of a server's registry into a folder
    Pull(PullSchemasArguments),
    /// Bring a folder and a server's registry together, both ways
    Sync(ExchangeArguments),
    /// Show what happened to a target, as `remold events` does
    Events(EventsArguments),
}

/// Where a registry is: a folder, or a server.
#[derive(Debug, Clone, Args)]
pub(crate) struct RegistryPlaceArguments {
    /// The folder with the documents of the registry, instead of a server's registry
    #[arg(long, short, value_name = "FOLDER", env = "REMOLD_REGISTRY")]
    pub(crate) registry: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Documents to be read.
#[derive(Debug, Args)]
pub(crate) struct LintArguments {
    /// Documents, or folders that hold some
    #[arg(value_name = "FILE|FOLDER", required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

/// Documents to be registered.
#[derive(Debug, Args)]
pub(crate) struct RegisterArguments {
    /// Documents, or folders that hold some
    #[arg(value_name = "FILE|FOLDER", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Show what would be registered, and register nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// A registry to be listed.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// List this subject alone
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: Option<String>,
    #[command(flatten)]
    pub(crate) place: RegistryPlaceArguments,
}

/// Something to be shown.
#[derive(Debug, Args)]
pub(crate) struct ShowSchemaArguments {
    /// A subject, or one version of it: `user`, `user@2.0.0`
    #[arg(value_name = "SUBJECT[@VERSION]")]
    pub(crate) what: VersionName,
    /// Write the versions and migrations as a graph
    #[arg(long, value_name = "FORM", conflicts_with = "source")]
    pub(crate) graph: Option<Graph>,
    /// Write the document as it was registered and nothing else
    #[arg(long)]
    pub(crate) source: bool,
    #[command(flatten)]
    pub(crate) place: RegistryPlaceArguments,
}

/// How a graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Graph {
    /// A tree of lines
    Text,
    /// Mermaid, for Markdown
    Mermaid,
    /// DOT, for Graphviz
    Dot,
}

/// Versions to be compared.
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The old version: a document's file, or `SUBJECT@VERSION`
    #[arg(value_name = "OLD")]
    pub(crate) old: VersionOrFile,
    /// The new version: a document's file, or `SUBJECT@VERSION`
    #[arg(value_name = "NEW")]
    pub(crate) new: VersionOrFile,
    /// Write Markdown, for a comment on a change
    #[arg(long)]
    pub(crate) markdown: bool,
    /// How open schemas are read; as the new document says without it
    #[arg(long, value_name = "MODE")]
    pub(crate) mode: Option<ModeArgument>,
    /// End with exit code 4 if old data break, or it is not known whether they do
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) place: RegistryPlaceArguments,
}

/// How open schemas are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArgument {
    /// Members that no version declares are taken for absent
    Lenient,
    /// Every value counts that a schema accepts
    Strict,
}

/// Documents to be held against a registry.
#[derive(Debug, Args)]
pub(crate) struct CheckSchemaArguments {
    /// Documents, or folders that hold some
    #[arg(value_name = "FILE|FOLDER", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Write Markdown, for a comment on a change
    #[arg(long)]
    pub(crate) markdown: bool,
    #[command(flatten)]
    pub(crate) place: RegistryPlaceArguments,
}

/// Data to be looked at for schemas.
#[derive(Debug, Args)]
pub(crate) struct InferArguments {
    /// Look at the keys that match this pattern alone
    #[arg(long = "match", value_name = "PATTERN", default_value = "*")]
    pub(crate) pattern: String,
    /// Look at so many keys, drawn by their hash, and not at all
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<u64>,
    /// Write the drafts into this folder, a document each; nothing that is there is written over
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// The version that the drafts are given
    #[arg(long, value_name = "VERSION", default_value = "1.0.0")]
    pub(crate) version: Version,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Data to be held against the registered versions.
#[derive(Debug, Args)]
pub(crate) struct DriftArguments {
    /// Look at the keys of this subject alone
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: Option<String>,
    /// The version that all keys of the subject should be at; another one is then a finding too
    #[arg(long, value_name = "VERSION", requires = "subject")]
    pub(crate) expect: Option<Version>,
    /// Look at so many keys, drawn by their hash, and not at all
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<u64>,
    /// A file with what was found before: what is new since then is told, and the file is written anew
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
    /// Write what is found to the target's change stream
    #[arg(long)]
    pub(crate) announce: bool,
    #[command(flatten)]
    pub(crate) place: RegistryPlaceArguments,
}

/// Ways to be shown.
#[derive(Debug, Args)]
pub(crate) struct PathArguments {
    /// The subject
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: String,
    /// The version that they lead to; the newest without it
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<Version>,
    /// The version that they begin at; all of them without it
    #[arg(long, value_name = "VERSION")]
    pub(crate) from: Option<Version>,
    #[command(flatten)]
    pub(crate) place: RegistryPlaceArguments,
}

/// A migration to be begun.
#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    /// The old version: a document's file, or `SUBJECT@VERSION`
    #[arg(value_name = "OLD")]
    pub(crate) old: VersionOrFile,
    /// The new version: a document's file, or `SUBJECT@VERSION`
    #[arg(value_name = "NEW")]
    pub(crate) new: VersionOrFile,
    /// The folder to make
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// The language of the transform: rhai, rust, js, python or go
    #[arg(long, value_name = "LANGUAGE", default_value = "rhai")]
    pub(crate) lang: Language,
    #[command(flatten)]
    pub(crate) place: RegistryPlaceArguments,
}

/// Registries to be brought together.
#[derive(Debug, Args)]
pub(crate) struct ExchangeArguments {
    /// The folder with the documents
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// Show the plan, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Reads the name of an object of a cluster.
fn object_name(text: &str) -> Result<String, String> {
    if is_object_name(text) {
        Ok(text.to_owned())
    } else {
        Err("an object's name is made of small letters, digits, `-` and `.`".to_owned())
    }
}

/// A registry to be brought into a folder.
#[derive(Debug, Args)]
pub(crate) struct PullSchemasArguments {
    /// Have each schema name this `RedisTarget` in `spec.targetRef`, so that `kubectl apply` takes it
    #[arg(long, value_name = "NAME", value_parser = object_name)]
    pub(crate) target_ref: Option<String>,
    #[command(flatten)]
    pub(crate) exchange: ExchangeArguments,
}

/// A subject, or one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionName {
    pub(crate) subject: String,
    pub(crate) version: Option<Version>,
}

/// A version by its name, or a document's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum VersionOrFile {
    Version(String, Version),
    File(PathBuf),
}

impl std::str::FromStr for VersionName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((subject, version)) = text.split_once('@') else {
            return Ok(Self {
                subject: text.to_owned(),
                version: None,
            });
        };
        let version = version.parse().map_err(|_| {
            format!("`{version}` is not a version of three numbers such as `1.0.0`")
        })?;
        Ok(Self {
            subject: subject.to_owned(),
            version: Some(version),
        })
    }
}

impl std::str::FromStr for VersionOrFile {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // What is there is a file, whatever it is called.
        let is_file =
            std::path::Path::new(text).exists() || text.contains('/') || !text.contains('@');
        if is_file {
            return Ok(Self::File(text.into()));
        }
        match text.parse::<VersionName>()? {
            VersionName {
                subject,
                version: Some(version),
            } => Ok(Self::Version(subject, version)),
            VersionName { version: None, .. } => Ok(Self::File(text.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_by_its_subject() {
        let read: VersionName = "user@2.0.0".parse().expect("it is a version");
        assert_eq!(
            (read.subject.as_str(), read.version),
            ("user", Some(Version::new(2, 0, 0)))
        );
        assert!("user@2".parse::<VersionName>().is_err());
        assert_eq!(
            "user.yaml".parse(),
            Ok(VersionOrFile::File("user.yaml".into()))
        );
        assert_eq!(
            "user@1.0.0".parse(),
            Ok(VersionOrFile::Version(
                "user".to_owned(),
                Version::new(1, 0, 0)
            ))
        );
    }
}
