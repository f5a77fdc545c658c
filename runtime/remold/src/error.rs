//! What can go wrong before a run begins or around it; how a run itself ends is [`crate::RunEnd`].

use std::path::PathBuf;

use remold_archive::BackupError;
use remold_engine::RunEnd;
use remold_engine::port::{Fault, HistoryEntry, JournalError, LockHolder, StoreError};
use remold_host_api::{Failure, SourceLocation};
use remold_manifest::ManifestErrors;
use remold_oci::ArtifactError;
use remold_sandbox_rhai::CompileError;
use remold_sandbox_wasm::ComponentError;
use remold_schema::compare::CompareError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's own words.
        source: std::io::Error,
    },
    /// A file is not UTF-8 text.
    #[error("{}: not UTF-8 text", .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// A document is not as it should be.
    #[error(transparent)]
    Manifest(#[from] ManifestErrors),
    /// The script does not compile.
    #[error(transparent)]
    Compile(#[from] Box<CompileError>),
    /// The component cannot be used.
    #[error(transparent)]
    Component(#[from] Box<ComponentError>),
    /// The component cannot be pulled, pushed or trusted.
    #[error("{error}")]
    Artifact {
        /// Why.
        error: Box<ArtifactError>,
        /// Where the manifest names it, if it is one that does.
        location: Option<Box<SourceLocation>>,
    },
    /// The transform could not be started, or failed outside of a run.
    #[error(transparent)]
    Transform(#[from] Failure),
    /// The keyspace cannot be reached, or refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Two versions of a schema cannot be compared.
    #[error("{name}: {error}")]
    Comparison {
        /// The new version's name in the registry.
        name: String,
        /// Why.
        error: CompareError,
    },
    /// The journal cannot be opened, read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The migration was applied already, unchanged.
    #[error("migration {} was applied by run {} already; nothing to do", .0.migration, .0.run)]
    AlreadyApplied(Box<HistoryEntry>),
    /// A migration of this name was applied in another form.
    #[error("migration {} was applied by run {} in another form: its manifest or transform has changed since", .0.migration, .0.run)]
    ChangedSinceApplied(Box<HistoryEntry>),
    /// An earlier run of this migration has not ended.
    #[error("run {} of migration {} has not ended", .0.run, .0.migration)]
    Unfinished(Box<HistoryEntry>),
    /// An earlier run was aborted, or its rollback kept keys: some keys are in their new shape.
    #[error("run {} of migration {} was ended before its end or undone in part: some keys are in the new shape already", .0.run, .0.migration)]
    PartlyApplied(Box<HistoryEntry>),
    /// The run cannot be gone on with or undone as it stands.
    #[error("run {run}: {problem}")]
    WrongState {
        /// The run.
        run: String,
        /// What is in the way.
        problem: String,
        /// What to do.
        hint: String,
    },
    /// The migration cannot be carried out by several workers as it stands.
    #[error("{problem}")]
    NotShareable {
        /// What is in the way.
        problem: String,
        /// What to do.
        hint: String,
    },
    /// Another run holds the keyspace's lock.
    #[error("run {} of {} holds the keyspace's lock", .0.run, .0.owner)]
    Locked(LockHolder),
    /// Somebody was waited for in vain.
    #[error("waited for {} in vain: {problem}", human(*.waited))]
    StillInUse {
        /// For how long.
        waited: std::time::Duration,
        /// Who is in the way.
        problem: String,
    },
    /// The server may evict the bookkeeping of a run, and nobody said that it may.
    #[error(
        "{server} may evict any key when its memory is full (maxmemory-policy {policy}), the run's own bookkeeping \
             too: what was applied would not be known any more, and keys would be migrated twice"
    )]
    MayEvict {
        /// The server.
        server: String,
        /// Its policy.
        policy: String,
    },
    /// Something that is done before or after a run ended like a run that fails.
    #[error("{}", describe_end(.0))]
    Ended(Box<RunEnd>),
    /// A target makes no sense for what was asked.
    #[error("{problem}")]
    Target {
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: String,
    },
    /// A value of a fixture cannot be held by Redis.
    #[error("{key}: {message}")]
    Fixture {
        /// The key.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// A recording cannot be made or replayed as it stands.
    #[error("{problem}")]
    NotReplayable {
        /// What is in the way.
        problem: String,
        /// What to do.
        hint: String,
    },
    /// A backup cannot be made, read or trusted.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A backup was to be restored into a server that holds something.
    #[error("{server} is not empty: it holds {keys} keys{}", if *unfinished { ", with an unfinished restore of another backup" } else { "" })]
    NotEmpty {
        /// The server.
        server: String,
        /// Keys in all its databases.
        keys: u64,
        /// Whether a restore of another backup was interrupted there.
        unfinished: bool,
    },
    /// Something with a backup was stopped by whoever watched it.
    #[error("stopped before the end")]
    BackupStopped,
    /// A transform cannot be measured as it stands.
    #[error("{problem}")]
    NotMeasurable {
        /// What is in the way.
        problem: String,
        /// What to do.
        hint: String,
    },
}

impl From<ArtifactError> for Error {
    fn from(error: ArtifactError) -> Self {
        Self::Artifact {
            error: Box::new(error),
            location: None,
        }
    }
}

impl Error {
    /// Returns the stable word for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::NotText { .. } => "not-text",
            Self::Manifest(_) => "manifest",
            Self::Compile(_) => "compile",
            Self::Component(error) => error.code(),
            Self::Artifact { error, .. } => error.code(),
            Self::Transform(_) => "transform",
            Self::Store(error) => error.code(),
            Self::Journal(error) => error.code(),
            Self::Comparison { error, .. } => error.code(),
            Self::AlreadyApplied(_) => "already-applied",
            Self::ChangedSinceApplied(_) => "changed-since-applied",
            Self::Unfinished(_) => "unfinished",
            Self::PartlyApplied(_) => "partly-applied",
            Self::WrongState { .. } => "wrong-state",
            Self::NotShareable { .. } => "not-shareable",
            Self::Locked(_) => "locked",
            Self::StillInUse { .. } => "still-in-use",
            Self::MayEvict { .. } => "may-evict",
            Self::Ended(end) => end.code(),
            Self::Target { .. } => "target",
            Self::Fixture { .. } => "fixture",
            Self::NotReplayable { .. } => "not-replayable",
            Self::NotMeasurable { .. } => "not-measurable",
            Self::Backup(error) => error.code(),
            Self::NotEmpty { .. } => "not-empty",
            Self::BackupStopped => "backup-stopped",
        }
    }

    /// Returns what a person can do about it.
    pub fn hints(&self) -> Vec<String> {
        let one = |hint: String| vec![hint];
        match self {
            Self::Component(error) => error.hint.iter().cloned().collect(),
            Self::Artifact { error, .. } => one(error.hint()),
            Self::Store(StoreError::Server { hint, fault, .. }) => {
                let again = "nothing was begun: give the same command again when that has passed";
                let passes = (*fault == Fault::Unavailable).then(|| again.to_owned());
                hint.iter().cloned().chain(passes).collect()
            }
            Self::Store(StoreError::NewerFormat { .. }) => {
                one("use the version of Remold that wrote it, or a newer one; nothing was changed".to_owned())
            }
            Self::Journal(JournalError::InUse { .. }) => {
                one("another process works on this run: wait for it, or stop it first".to_owned())
            }
            Self::Journal(JournalError::NotWritable { .. }) => one(unwritable_hint()),
            Self::Journal(JournalError::Outdated { .. }) => one(outdated_hint()),
            Self::Journal(JournalError::NotFound { .. }) => {
                one("`remold journal list` shows the journals that are here; --journal names another folder".to_owned())
            }
            Self::ChangedSinceApplied(entry) => vec![
                "give the migration another name if it is another migration".to_owned(),
                format!("`remold rollback {}` undoes the earlier run; --again applies this form on top of it", entry.run),
            ],
            Self::Unfinished(entry) => vec![
                "`remold status` says whether a process works on it at the moment".to_owned(),
                format!("`remold resume {}` goes on with it", entry.run),
                format!("`remold rollback {}` undoes it; `remold abort {}` ends it as it is", entry.run, entry.run),
            ],
            Self::PartlyApplied(entry) => vec![
                format!("`remold rollback {}` undoes it if it was aborted", entry.run),
                "--again applies the migration to all selected keys, also to those that are in the new shape".to_owned(),
            ],
            Self::WrongState { hint, .. }
            | Self::Target { hint, .. }
            | Self::NotShareable { hint, .. }
            | Self::NotReplayable { hint, .. }
            | Self::NotMeasurable { hint, .. } => one(hint.clone()),
            Self::Backup(error) => one(error.hint().to_owned()),
            Self::NotEmpty { .. } => vec![
                "restore into an empty server, or write the file by --to and start a server from it".to_owned(),
                "--replace removes everything that the server holds first: what was written since the backup is lost".to_owned(),
            ],
            Self::BackupStopped => one("give the same command again: it begins anew where it has to".to_owned()),
            Self::Locked(_) => one(locked_hint()),
            Self::StillInUse { .. } => one("give the same command again, or wait for longer by --wait".to_owned()),
            Self::MayEvict { .. } => vec![
                "set maxmemory-policy to noeviction or a volatile- one for the time of the run: `CONFIG SET maxmemory-policy noeviction`"
                    .to_owned(),
                "--allow-eviction goes on all the same: where the run surely fits into the memory, or where a key may be migrated twice"
                    .to_owned(),
            ],
            Self::Ended(end) => match end.as_ref() {
                RunEnd::Locked(_) => one(locked_hint()),
                RunEnd::Journal(JournalError::NotWritable { .. }) => one(unwritable_hint()),
                RunEnd::Journal(JournalError::Outdated { .. }) => one(outdated_hint()),
                RunEnd::Refused(StoreError::Server { hint, .. }) | RunEnd::Unavailable(StoreError::Server { hint, .. }) => {
                    hint.iter().cloned().collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

/// Writes a period as a manifest does.
fn human(period: std::time::Duration) -> String {
    let milliseconds = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
    remold_manifest::Period::from_millis(milliseconds).to_string()
}

fn locked_hint() -> String {
    "wait until it ends; if its process is gone for certain, `remold unlock` breaks the lock"
        .to_owned()
}

fn unwritable_hint() -> String {
    "make room there, or mend the permissions; nothing is written to the server that is not in the journal first"
        .to_owned()
}

fn outdated_hint() -> String {
    "go on with the copy that knows more: --journal names its folder; with this one keys would be migrated twice"
        .to_owned()
}

/// Says in one sentence how a run ended.
pub(crate) fn describe_end(end: &RunEnd) -> String {
    match end {
        RunEnd::Completed => "completed".to_owned(),
        RunEnd::Interrupted => "interrupted".to_owned(),
        RunEnd::TooManyRejected => {
            "more keys were rejected than spec.policy.maxRejected allows".to_owned()
        }
        RunEnd::Unavailable(error) => format!("the server was unavailable for too long: {error}"),
        RunEnd::Refused(error) => error.to_string(),
        RunEnd::Journal(error) => format!("the journal cannot be used: {error}"),
        RunEnd::Superseded { by } => format!("another worker took over with epoch {by}"),
        RunEnd::Locked(holder) => format!(
            "run {} of {} holds the keyspace's lock",
            holder.run, holder.owner
        ),
        RunEnd::ProgramFailed(message) => format!("the program failed: {message}"),
        RunEnd::CanaryFailed { unexplained, .. } => {
            format!(
                "the canary was not verified: {unexplained} keys of it are not as the transform would leave them"
            )
        }
        RunEnd::Defect(message) => format!("a worker failed: {message}"),
    }
}

impl From<ComponentError> for Error {
    fn from(error: ComponentError) -> Self {
        Self::Component(Box::new(error))
    }
}

impl From<CompileError> for Error {
    fn from(error: CompileError) -> Self {
        Self::Compile(Box::new(error))
    }
}
