//! `remold backup`: arguments.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use remold::manifest::Period;
use remold::{BackupError, Backups, Error, JournalDirectory, ObjectAccess, Place, RunBackups};

use super::{JournalArguments, TargetArguments};
use crate::exit::Exit;
use crate::report::Report;

/// What can be done with backups.
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Take a backup of a server, all its databases, and prove it
    ///
    /// The server makes a snapshot as for a replica, of one moment, whoever writes meanwhile. It is stored, read back and
    /// decoded; only then there is a backup. A name stands for one backup for good: asked for again, it is the answer.
    Create(CreateBackupArguments),
    /// List the backups of a place, newest first, and with --journal the journals that undo runs
    List(ListBackupsArguments),
    /// Read all of a backup and compare it with its manifest: size, SHA-256, every value, keys of each database
    Verify(VerifyBackupArguments),
    /// Load a backup into an empty server, or write it as an RDB file
    Restore(RestoreBackupArguments),
    /// Remove backups by number and age, and what was never finished
    Prune(PruneBackupsArguments),
    /// Remove one backup by its name; one that is not there is removed already
    Remove(RemoveBackupArguments),
    /// Have a server write its data to its own disk, and wait until it has: before a snapshot of that disk
    Save(SaveArguments),
}

/// Where backups are.
#[derive(Debug, Clone, Args)]
pub(crate) struct BackupStoreArguments {
    /// The place: a folder, `file:///path` or `s3://bucket/prefix`; an object store is told by the variables
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`, `AWS_ALLOW_HTTP` and
    /// `AWS_CA_BUNDLE`
    #[arg(
        long,
        value_name = "PLACE",
        env = "REMOLD_BACKUP_STORE",
        hide_env_values = true
    )]
    pub(crate) store: Option<String>,
}

impl BackupStoreArguments {
    /// Opens the place. Nothing is contacted.
    pub(crate) fn open(&self) -> Result<Backups, Report> {
        match &self.store {
            Some(text) => open(text, ""),
            None => Err(Report::usage(
                "no place for backups is named",
                &[
                    "name it by --store FOLDER, by --store s3://bucket/prefix, or by the variable REMOLD_BACKUP_STORE",
                ],
            )),
        }
    }
}

/// Where the backups of a run go.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Backups")]
pub(crate) struct RunBackupArguments {
    /// Where a backup of the server goes when the migration's program asks for one: a folder, `file:///path` or
    /// `s3://bucket/prefix`; without it the journal is the backup. A variable of object stores with `REMOLD_BACKUP_`
    /// before its name, `REMOLD_BACKUP_AWS_ENDPOINT_URL`, counts here in place of the plain one
    #[arg(long, value_name = "PLACE")]
    pub(crate) backup_store: Option<String>,
}

impl RunBackupArguments {
    /// Opens the place, if one is named. Nothing is contacted.
    pub(crate) fn backups(&self) -> Result<Option<RunBackups>, Report> {
        let backups = self.backup_store.as_deref();
        let backups = backups.map(|text| open(text, OF_PROGRAMS)).transpose()?;
        Ok(backups.map(RunBackups::new))
    }
}

/// Before the name of a variable of object stores, that counts for the backups of programs alone: a run's journal may be in
/// another store.
const OF_PROGRAMS: &str = "REMOLD_BACKUP_";

/// Opens a place for backups with what the environment says of object stores.
fn open(text: &str, prefix: &str) -> Result<Backups, Report> {
    let (place, access) = reach(text, prefix)?;
    Ok(Backups::open(&place, &access)?)
}

/// Opens a place for journals in the same way.
pub(super) fn journals_at(text: &str) -> Result<JournalDirectory, Report> {
    let (place, access) = reach(text, "")?;
    let journals = JournalDirectory::in_place(&place, &access);
    Ok(journals.map_err(|error| Error::from(BackupError::from(error)))?)
}

/// Reads a place, and what the environment says of how it is reached: by the variables with this before their names, and by
/// those of a plain name where there is none.
fn reach(text: &str, prefix: &str) -> Result<(Place, ObjectAccess), Report> {
    let place = Place::parse(text).map_err(|error| {
        Report::new(Exit::Usage, error.code(), error.to_string()).hint(error.hint())
    })?;
    let plain: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let mut variables = plain.clone();
    variables.extend(plain.into_iter().filter_map(|(name, value)| {
        let name = name.strip_prefix(prefix)?;
        Some((name.to_owned(), value))
    }));
    let authority = variables.get("AWS_CA_BUNDLE").cloned();
    let access = ObjectAccess::from_variables(variables);
    let authority = authority.filter(|file| !file.is_empty());
    let (Place::Bucket { .. }, Some(file)) = (&place, authority) else {
        return Ok((place, access));
    };
    let file = PathBuf::from(file);
    let pem = std::fs::read(&file).map_err(|error| Report::file(&file, &error))?;
    Ok((place, access.with_authority(pem)))
}

/// A backup to be taken.
#[derive(Debug, Args)]
pub(crate) struct CreateBackupArguments {
    #[command(flatten)]
    pub(crate) store: BackupStoreArguments,
    /// The backup's name [default: the time, `20260131T120000Z`]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The run that it is made for, to be found in the list
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Backups to be listed.
#[derive(Debug, Args)]
pub(crate) struct ListBackupsArguments {
    #[command(flatten)]
    pub(crate) store: BackupStoreArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A backup to be verified.
#[derive(Debug, Args)]
pub(crate) struct VerifyBackupArguments {
    /// The backup's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) store: BackupStoreArguments,
}

/// A backup to be restored.
#[derive(Debug, Args)]
pub(crate) struct RestoreBackupArguments {
    /// The backup's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) store: BackupStoreArguments,
    /// Write the RDB file here instead of loading it into a server: for the `dump.rdb` of a server that is started
    /// from it
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Remove everything that the server holds first: what was written since the backup is lost
    #[arg(long, conflicts_with = "to")]
    pub(crate) replace: bool,
    /// Do not ask: the removal of what the server holds, or of the file, is confirmed
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
}

/// A backup to be removed.
#[derive(Debug, Args)]
pub(crate) struct RemoveBackupArguments {
    /// The backup's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) store: BackupStoreArguments,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// A server that is to save its data.
#[derive(Debug, Args)]
pub(crate) struct SaveArguments {
    /// How long it may take
    #[arg(long, value_name = "PERIOD", default_value = "10m")]
    pub(crate) wait: Period,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Backups to be pruned.
#[derive(Debug, Args)]
pub(crate) struct PruneBackupsArguments {
    #[command(flatten)]
    pub(crate) store: BackupStoreArguments,
    /// Keep so many of the newest backups of each server, whatever their age
    #[arg(long, value_name = "N")]
    pub(crate) keep: Option<usize>,
    /// Remove only backups that are older: `30d`, `12h`
    #[arg(long, value_name = "PERIOD")]
    pub(crate) older_than: Option<Period>,
    /// Remove what was never finished when nothing of it was written for so long
    #[arg(long, value_name = "PERIOD", default_value = "1d")]
    pub(crate) grace: Period,
    /// Also remove the last backup of a server
    #[arg(long)]
    pub(crate) all: bool,
    /// Only show what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}
