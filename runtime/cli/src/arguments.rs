//! The command line: what can be asked, and the help for it. The documentation of a field is its help text.

mod acl;
mod artifact;
mod backup;
mod bench;
mod catalogue;
mod cluster;
mod ending;
mod events;
mod grant;
mod journal;
mod plan;
mod project;
mod recording;
mod reference;
mod report;
mod schema;
mod target;
mod watch;
mod watched;
mod worker;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use acl::AclArguments;
pub(crate) use artifact::{PullArguments, PushArguments, RegistryArguments};
pub(crate) use backup::{
    BackupCommand, CreateBackupArguments, ListBackupsArguments, PruneBackupsArguments,
    RemoveBackupArguments, RestoreBackupArguments, RunBackupArguments, SaveArguments,
    VerifyBackupArguments,
};
pub(crate) use bench::BenchArguments;
pub(crate) use catalogue::CatalogueCommand;
pub(crate) use cluster::{ControllerArguments, JobArguments, JobServerArguments, LogFormat};
pub(crate) use ending::EndingArguments;
pub(crate) use events::{EventsArguments, Since};
pub(crate) use grant::GrantArguments;
pub(crate) use journal::{JournalArguments, JournalCommand};
pub(crate) use plan::PlanArguments;
pub(crate) use project::{BuildArguments, CheckArguments, NewArguments, TestArguments};
pub(crate) use recording::{RecordArguments, ReplayArguments, RunRecordingArguments};
pub(crate) use reference::{CompletionsArguments, ExplainArguments, Page, ReferenceArguments};
pub(crate) use report::ReportArguments;
pub(crate) use schema::{
    CheckSchemaArguments, DiffArguments, DriftArguments, ExchangeArguments, GenerateArguments,
    Graph, InferArguments, LintArguments, ListArguments, ModeArgument, PathArguments,
    PullSchemasArguments, RegisterArguments, RegistryPlaceArguments, SchemaCommand,
    ShowSchemaArguments, VersionOrFile,
};
pub(crate) use target::{GuardArgument, TargetArguments, shell_word};
pub(crate) use watch::WatchArguments;
pub(crate) use watched::WatchedArguments;
pub(crate) use worker::WorkerArguments;

/// Changes the shape of live Redis data with user-written code, safely.
///
/// A migration is a manifest and a transform. Check it, test it, try it (`dry-run`), then `run` it; `verify`
/// afterwards, and `rollback` if it was wrong. Every run writes a journal before it writes to Redis.
#[derive(Debug, Parser)]
#[command(name = "remold", version, styles = crate::style::HELP, max_term_width = 100)]
pub(crate) struct Cli {
    /// What is asked.
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: GlobalArguments,
}

/// How results are shown.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Presentation")]
pub(crate) struct GlobalArguments {
    /// How results are written to standard output
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: Format,
    /// When colours are used; the variable `NO_COLOR` is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: clap::ColorChoice,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON document, see docs/reference/cli-json.md
    Json,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begin a new transform: a folder that builds and passes its test at once
    New(NewArguments),
    /// Build a transform's component with its language's own toolchain
    Build(BuildArguments),
    /// Read a manifest and compile its transform; nothing is contacted but the registry of a component
    /// that was not pulled yet
    Check(CheckArguments),
    /// Run the fixtures beside a manifest, in memory
    Test(TestArguments),
    /// Measure a transform alone: time, fuel and memory for each record
    Bench(BenchArguments),
    /// Push a component to an OCI registry
    Push(PushArguments),
    /// Pull a component from an OCI registry, and print the lines that pin it
    Pull(PullArguments),
    /// Show what a migration would be run on, with a digest to approve it by; of one between versions, which way each key
    /// would take; nothing is written
    Plan(PlanArguments),
    /// Execute a migration and write nothing: what would change, and how
    DryRun(DryRunArguments),
    /// Keep what a transform is given and what comes of it, of rejected keys by default; nothing is written to the
    /// target
    Record(RecordArguments),
    /// Give a transform again what it was given when it was recorded, and compare what comes of it
    Replay(ReplayArguments),
    /// Run a migration
    Run(RunArguments),
    /// Go on with a run that was interrupted
    Resume(ResumeArguments),
    /// Compare the keys with what a run left, and look for keys that it missed; nothing is written
    Verify(VerifyArguments),
    /// Undo a run: restore every key that is still as the run left it
    Rollback(RollbackArguments),
    /// Show who works on a target, and its runs
    Status(StatusArguments),
    /// Show the runs that a target remembers
    History(StatusArguments),
    /// Show what happened to a target: runs, rollbacks, registrations; with --follow what happens to it
    Events(EventsArguments),
    /// End a run that was interrupted, as it is: what it applied stays applied
    Abort(AbortArguments),
    /// Break the lock of a run whose process is gone for certain
    Unlock(UnlockArguments),
    /// List, show, export and remove journals
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Take, list, verify, restore and prune backups of whole servers
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Keep, compare and infer the shapes of keys, version by version
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// List and show the ready transforms that a manifest uses by `uses`
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Print the command that makes a user (ACL) with the least rights for a migration; nothing is contacted unless a target is
    /// named
    Acl(AclArguments),
    /// Print the objects of a Kubernetes Job that runs a migration, undoes a run or verifies it, for `kubectl apply -f -`
    Job(JobArguments),
    /// Print the definitions of the custom resources, for `kubectl apply -f -`
    Crd,
    /// Run the controller of a Kubernetes cluster, until Ctrl-C or SIGTERM
    Controller(ControllerArguments),
    /// Explain a code of an error or a rejected key, or the exit codes
    Explain(ExplainArguments),
    /// Write the completions for a shell to standard output
    Completions(CompletionsArguments),
    /// Write a page of the reference to standard output
    #[command(hide = true)]
    Reference(ReferenceArguments),
}

/// A migration to be tried.
#[derive(Debug, Clone, Args)]
pub(crate) struct DryRunArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,
    /// How many changes are shown, of the first keys by name: a number, or `all`, in the order in which they
    /// come up
    #[arg(long, value_name = "N", default_value = "10")]
    pub(crate) limit_diffs: DiffLimit,
    #[command(flatten)]
    pub(crate) watching: WatchArguments,
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// A migration to be run.
#[derive(Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches that do not depend on one another"
)]
pub(crate) struct RunArguments {
    /// The manifest, or the folder that holds a `migration.yaml`
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,
    /// The RDB file to write, when the target is a file; the target itself is never changed
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Do not ask: the plan is confirmed
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Run only what was approved: the digest of the plan, as `remold plan` shows it; nothing is asked then. Needed where the
    /// manifest's `spec.policy.approval` is `manual` and nobody can be asked
    #[arg(long, value_name = "DIGEST")]
    pub(crate) approve: Option<String>,
    /// Run a migration again that was applied, changed or left unfinished before
    #[arg(long)]
    pub(crate) again: bool,
    /// Choose the run's id, so that the same command can be given any number of times: a run of this id that was begun
    /// is gone on with, without a question, and of one that has ended the result is reported once more
    #[arg(long = "run", value_name = "ID", conflicts_with_all = ["again", "to"])]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) worker: WorkerArguments,
    /// Show the first changes, as `dry-run` does
    #[arg(long)]
    pub(crate) diff: bool,
    /// Go on although the server may evict any key when its memory is full, the run's own bookkeeping too:
    /// keys may then be migrated twice
    #[arg(long)]
    pub(crate) allow_eviction: bool,
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    #[command(flatten)]
    pub(crate) recording: RunRecordingArguments,
    #[command(flatten)]
    pub(crate) ending: EndingArguments,
    #[command(flatten)]
    pub(crate) watched: WatchedArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    #[command(flatten)]
    pub(crate) backups: RunBackupArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A run to go on with.
#[derive(Debug, Args)]
pub(crate) struct ResumeArguments {
    /// The run's id
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Try the keys in quarantine again, and nothing else, also of a run that has ended
    #[arg(long)]
    pub(crate) retry_rejected: bool,
    /// Do not ask where something has to be confirmed again
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) worker: WorkerArguments,
    /// Go on although the server may evict any key when its memory is full, the run's own bookkeeping too:
    /// keys may then be migrated twice
    #[arg(long)]
    pub(crate) allow_eviction: bool,
    #[command(flatten)]
    pub(crate) recording: RunRecordingArguments,
    #[command(flatten)]
    pub(crate) ending: EndingArguments,
    #[command(flatten)]
    pub(crate) watched: WatchedArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    #[command(flatten)]
    pub(crate) backups: RunBackupArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A run to be verified.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The run's id
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) ending: EndingArguments,
    #[command(flatten)]
    pub(crate) worker: WorkerArguments,
    #[command(flatten)]
    pub(crate) watched: WatchedArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A run to be undone.
#[derive(Debug, Args)]
pub(crate) struct RollbackArguments {
    /// The run's id
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// The RDB file to write, when the target is a file; the target itself is never changed
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Of a run that was rolled back already, report that result once more; without this it is refused
    #[arg(long)]
    pub(crate) if_needed: bool,
    #[command(flatten)]
    pub(crate) worker: WorkerArguments,
    /// Go on although the server may evict any key when its memory is full, the run's own bookkeeping too:
    /// keys may then be migrated twice
    #[arg(long)]
    pub(crate) allow_eviction: bool,
    #[command(flatten)]
    pub(crate) ending: EndingArguments,
    #[command(flatten)]
    pub(crate) watched: WatchedArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A target to look at.
#[derive(Debug, Args)]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A run to be ended.
#[derive(Debug, Args)]
pub(crate) struct AbortArguments {
    /// The run's id
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A lock to be broken.
#[derive(Debug, Args)]
pub(crate) struct UnlockArguments {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// How many changes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiffLimit {
    /// The first ones by key.
    First(usize),
    /// All of them.
    All,
}

impl std::str::FromStr for DiffLimit {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            number => number
                .parse()
                .map(Self::First)
                .map_err(|_| "expected a number or `all`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_limit_of_changes_is_a_number_or_all() {
        assert_eq!("0".parse(), Ok(DiffLimit::First(0)));
        assert_eq!("all".parse(), Ok(DiffLimit::All));
        assert!("-1".parse::<DiffLimit>().is_err());
    }
}
