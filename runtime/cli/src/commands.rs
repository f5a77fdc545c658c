//! The commands, a file each: from arguments to an answer.

mod abort;
mod acl;
mod backup;
mod bench;
mod build;
mod catalogue;
mod check;
mod completions;
mod controller;
mod crd;
mod dry_run;
mod events;
mod explain;
mod history;
mod job;
mod journal;
mod new;
mod outcome;
mod pin;
mod plan;
mod pull;
mod push;
mod record;
mod reference;
mod replay;
mod resume;
mod rollback;
mod run;
mod schema;
mod status;
mod test;
mod unlock;
mod verify;
mod watch;

use std::path::{Path, PathBuf};

use remold::{Migration, Registrar, Target};
use remold_kube::workers::Outcome;
use serde_json::Value;

use crate::arguments::{
    BackupCommand, CatalogueCommand, Command, Format, GrantArguments, JournalCommand, SchemaCommand,
};
use crate::exit::Exit;
use crate::log::Log;
use crate::report::Report;
use crate::screen;
use crate::shapes;
use crate::traced::Traced;
pub(crate) use journal::summary_shape as journal_shape;
pub(crate) use watch::difference::Count;

/// What a command found or did.
pub(crate) struct Answer {
    /// How it counts.
    pub(crate) exit: Exit,
    /// For people, whole lines.
    pub(crate) text: String,
    /// For programs; none if it was written already.
    pub(crate) shape: Option<Value>,
    /// For whoever started it in a pod, as far as the command knows more than its end.
    pub(crate) left: Outcome,
}

impl Answer {
    fn new(exit: Exit, text: String, shape: &impl serde::Serialize) -> Self {
        Self {
            exit,
            text,
            shape: Some(shapes::to_value(shape)),
            left: Outcome::default(),
        }
    }

    /// Adds what the command leaves behind for whoever started it in a pod.
    fn leaving(mut self, add: impl FnOnce(&mut Outcome)) -> Self {
        add(&mut self.left);
        self
    }

    /// Makes the answer of a command that gives objects of a cluster: as YAML documents, or as one JSON list, which is a thing of
    /// Kubernetes and no document of this program.
    fn objects(yaml: String, objects: &[Value], format: Format) -> Self {
        let text = match format {
            Format::Text => yaml,
            Format::Json => {
                let list =
                    serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": objects });
                screen::out(&format!("{list:#}\n"));
                String::new()
            }
        };
        Self {
            text,
            ..Self::written(Exit::Success)
        }
    }

    /// Makes the answer of a command that has written everything while it went on.
    fn written(exit: Exit) -> Self {
        Self {
            exit,
            text: String::new(),
            shape: None,
            left: Outcome::default(),
        }
    }
}

/// Carries out a command.
pub(crate) fn carry_out(
    command: Command,
    format: Format,
    traced: &Traced,
) -> Result<Answer, Report> {
    match command {
        Command::New(arguments) => new::new(&arguments),
        Command::Build(arguments) => build::build(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Test(arguments) => test::test(&arguments, format),
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::Plan(arguments) => plan::plan(&arguments, traced),
        Command::DryRun(arguments) => dry_run::dry_run(&arguments, format, traced),
        Command::Record(arguments) => record::record(&arguments),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Run(arguments) => run::run(&arguments, traced),
        Command::Resume(arguments) => resume::resume(&arguments, traced),
        Command::Verify(arguments) => verify::verify(&arguments, traced),
        Command::Rollback(arguments) => rollback::rollback(&arguments, traced),
        Command::Push(arguments) => push::push(&arguments),
        Command::Pull(arguments) => pull::pull(&arguments),
        Command::Status(arguments) => status::status(&arguments),
        Command::History(arguments) => history::history(&arguments),
        Command::Events(arguments) => events::events(&arguments, format),
        Command::Abort(arguments) => abort::abort(&arguments),
        Command::Unlock(arguments) => unlock::unlock(&arguments),
        Command::Journal(command) => journal::journal(&command),
        Command::Backup(command) => backup::backup(&command, traced),
        Command::Schema(command) => schema::schema(&command, format),
        Command::Catalogue(command) => Ok(catalogue::catalogue(&command)),
        Command::Acl(arguments) => acl::acl(&arguments),
        Command::Job(arguments) => job::job(&arguments, format),
        Command::Crd => Ok(crd::crd(format)),
        Command::Controller(arguments) => controller::controller(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Completions(arguments) => Ok(completions::completions(&arguments)),
        Command::Reference(arguments) => Ok(reference::reference(&arguments)),
    }
}

impl Command {
    /// Returns the command's name, as it is typed.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::New(_) => "new",
            Self::Build(_) => "build",
            Self::Check(_) => "check",
            Self::Test(_) => "test",
            Self::Bench(_) => "bench",
            Self::Plan(_) => "plan",
            Self::DryRun(_) => "dry-run",
            Self::Record(_) => "record",
            Self::Replay(_) => "replay",
            Self::Run(_) => "run",
            Self::Resume(_) => "resume",
            Self::Verify(_) => "verify",
            Self::Rollback(_) => "rollback",
            Self::Push(_) => "push",
            Self::Pull(_) => "pull",
            Self::Status(_) => "status",
            Self::History(_) => "history",
            Self::Events(_) => "events",
            Self::Abort(_) => "abort",
            Self::Unlock(_) => "unlock",
            Self::Journal(JournalCommand::List { .. }) => "journal list",
            Self::Journal(JournalCommand::Show { .. }) => "journal show",
            Self::Journal(JournalCommand::Export { .. }) => "journal export",
            Self::Journal(JournalCommand::Remove { .. }) => "journal remove",
            Self::Backup(BackupCommand::Create(_)) => "backup create",
            Self::Backup(BackupCommand::List(_)) => "backup list",
            Self::Backup(BackupCommand::Verify(_)) => "backup verify",
            Self::Backup(BackupCommand::Restore(_)) => "backup restore",
            Self::Backup(BackupCommand::Prune(_)) => "backup prune",
            Self::Backup(BackupCommand::Remove(_)) => "backup remove",
            Self::Backup(BackupCommand::Save(_)) => "backup save",
            Self::Schema(SchemaCommand::Lint(_)) => "schema lint",
            Self::Schema(SchemaCommand::Register(_)) => "schema register",
            Self::Schema(SchemaCommand::List(_)) => "schema list",
            Self::Schema(SchemaCommand::Show(_)) => "schema show",
            Self::Schema(SchemaCommand::Diff(_)) => "schema diff",
            Self::Schema(SchemaCommand::Check(_)) => "schema check",
            Self::Schema(SchemaCommand::Infer(_)) => "schema infer",
            Self::Schema(SchemaCommand::Drift(_)) => "schema drift",
            Self::Schema(SchemaCommand::Path(_)) => "schema path",
            Self::Schema(SchemaCommand::Generate(_)) => "schema generate",
            Self::Schema(SchemaCommand::Push(_)) => "schema push",
            Self::Schema(SchemaCommand::Pull(_)) => "schema pull",
            Self::Schema(SchemaCommand::Sync(_)) => "schema sync",
            Self::Schema(SchemaCommand::Events(_)) => "schema events",
            Self::Catalogue(CatalogueCommand::List) => "catalogue list",
            Self::Catalogue(CatalogueCommand::Show(_)) => "catalogue show",
            Self::Acl(_) => "acl",
            Self::Job(_) => "job",
            Self::Crd => "crd",
            Self::Controller(_) => "controller",
            Self::Explain(_) => "explain",
            Self::Completions(_) => "completions",
            Self::Reference(_) => "reference",
        }
    }
}

impl Command {
    /// Says whether keys that were rejected or kept shall not count for the process's exit code.
    pub(crate) const fn is_lenient(&self) -> bool {
        match self {
            Self::Plan(arguments) => arguments.ending.lenient_exit,
            Self::Run(arguments) => arguments.ending.lenient_exit,
            Self::Resume(arguments) => arguments.ending.lenient_exit,
            Self::Verify(arguments) => arguments.ending.lenient_exit,
            Self::Rollback(arguments) => arguments.ending.lenient_exit,
            _ => false,
        }
    }
}

impl Command {
    /// Returns the log that takes the place of what is shown to people; none on a terminal.
    pub(crate) fn log(&self) -> Option<Log> {
        match self {
            Self::Run(arguments) => arguments.watched.log(),
            Self::Resume(arguments) => arguments.watched.log(),
            Self::Verify(arguments) => arguments.watched.log(),
            Self::Rollback(arguments) => arguments.watched.log(),
            _ => None,
        }
    }
}

/// What a folder's manifest is called.
const MANIFEST: &str = "migration.yaml";

/// Loads a migration by its manifest, or by the folder that it is in.
fn load(path: &Path) -> Result<Migration, Report> {
    load_granted(path, &GrantArguments::default())
}

/// Loads a migration with what the operator grants of what it asks for.
fn load_granted(path: &Path, grants: &GrantArguments) -> Result<Migration, Report> {
    Ok(Migration::load_granted(&manifest_of(path), &grants.grant)?)
}

/// Loads a migration for a target. One between versions that names no folder with their schemas takes them from the
/// registry of the target, if that is a server.
fn load_for(path: &Path, grants: &GrantArguments, target: &Target) -> Result<Migration, Report> {
    let manifest = manifest_of(path);
    let takes_registered = Migration::wanted_registry(&manifest)?.is_some();
    if !takes_registered || matches!(target, Target::File(_)) {
        return load_granted(path, grants);
    }
    let entries = Registrar::to_read(target)?.contents()?.entries.into_iter();
    let files = entries.map(|(name, entry)| (name, entry.content.to_vec()));
    let files = files.collect();
    Ok(Migration::load_with(
        &manifest,
        &grants.grant,
        Some(&files),
    )?)
}

fn manifest_of(path: &Path) -> PathBuf {
    if path == Path::new(".") {
        return PathBuf::from(MANIFEST);
    }
    if path.is_dir() {
        path.join(MANIFEST)
    } else {
        path.to_owned()
    }
}
