//! What workers do: the command of the binary, by task.

use super::Work;
use super::storage::Use;

/// The folder in which a worker finds the manifest and its files.
pub(super) const MANIFEST_FOLDER: &str = "/migration";
/// The key of the ConfigMap, and the file, that holds the manifest.
pub const MANIFEST_KEY: &str = "migration.yaml";
/// How long a worker waits for what another one of its run still holds.
const PATIENCE: &str = "2m";

/// Where the manifest of a task and the files that it names come from: `ConfigMaps` of the same namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The ConfigMap whose key [`MANIFEST_KEY`] is the manifest.
    pub config_map: String,
    /// A ConfigMap whose keys are files beside it.
    pub files: Option<String>,
}

/// What workers do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// One looks what a run would work on, and makes the plan.
    Plan,
    /// They carry out a run, each its part.
    Run {
        /// The run's id.
        run: String,
        /// How many share it.
        workers: u32,
        /// The digest of the plan that may be carried out.
        plan: Option<String>,
        /// Whether it is done although the migration was applied before.
        again: bool,
    },
    /// They compare what is there with what a run left.
    Verify {
        /// The run's id.
        run: String,
        /// How many shared it.
        workers: u32,
    },
    /// They undo a run.
    RollBack {
        /// The run's id.
        run: String,
        /// How many shared it.
        workers: u32,
    },
    /// One ends a run as it stands.
    Abort {
        /// The run's id.
        run: String,
        /// How many shared it.
        workers: u32,
    },
    /// One registers the version of a schema.
    Register,
    /// One looks whether the server can be reached with the rights that a run needs.
    Look,
    /// One takes, proves, restores or removes a backup of the whole server.
    Backup {
        /// What is done.
        step: BackupStep,
        /// The backup's name in its place.
        name: String,
    },
    /// One has the server write its data to its disk.
    Save,
}

/// What is done with a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupStep {
    /// It is taken and proven; one that is there is proven again.
    Create,
    /// It is loaded into the server, whose own data is lost.
    Restore,
    /// It is removed.
    Remove,
}

impl Task {
    /// Returns how many workers share the task.
    pub const fn workers(&self) -> u32 {
        match self {
            Self::Run { workers, .. }
            | Self::Verify { workers, .. }
            | Self::RollBack { workers, .. } => *workers,
            _ => 1,
        }
    }

    /// Returns the word for labels.
    pub const fn component(&self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Run { .. } => "run",
            Self::Verify { .. } => "verify",
            Self::RollBack { .. } => "rollback",
            Self::Abort { .. } => "abort",
            Self::Register => "register",
            Self::Look => "look",
            Self::Backup {
                step: BackupStep::Create,
                ..
            } => "backup",
            Self::Backup {
                step: BackupStep::Restore,
                ..
            } => "restore",
            Self::Backup {
                step: BackupStep::Remove,
                ..
            } => "remove",
            Self::Save => "save",
        }
    }

    /// Returns the option by which the command is told where its journals are, or the backups that it is about.
    const fn storage_option(&self) -> &'static str {
        match self {
            Self::Backup { .. } => "--store",
            _ => "--journal",
        }
    }

    /// Returns the arguments of the binary for a work that is this task.
    pub(super) fn arguments(&self, work: &Work) -> Vec<String> {
        let manifest = format!("{MANIFEST_FOLDER}/{MANIFEST_KEY}");
        let mut arguments: Vec<String> = match self {
            Self::Plan => vec!["plan".into(), manifest, "--lenient-exit".into()],
            Self::Run {
                run, plan, again, ..
            } => {
                let mut words = vec!["run".into(), manifest, "--run".into(), run.clone()];
                if let Some(plan) = plan {
                    words.extend(["--approve".to_owned(), plan.clone()]);
                }
                words.extend(again.then(|| "--again".to_owned()));
                words.push("--yes".into());
                words
            }
            Self::Verify { run, .. } => vec!["verify".into(), run.clone()],
            Self::RollBack { run, .. } => {
                vec![
                    "rollback".into(),
                    run.clone(),
                    "--if-needed".into(),
                    "--yes".into(),
                ]
            }
            Self::Abort { run, .. } => vec!["abort".into(), run.clone(), "--yes".into()],
            Self::Register => {
                vec!["schema".into(), "register".into(), manifest, "--yes".into()]
            }
            Self::Look => vec!["status".into()],
            Self::Backup { step, name } => match step {
                BackupStep::Create => {
                    vec![
                        "backup".into(),
                        "create".into(),
                        "--name".into(),
                        name.clone(),
                    ]
                }
                BackupStep::Restore => {
                    let words = ["backup", "restore", name.as_str(), "--replace", "--yes"];
                    words.map(str::to_owned).into()
                }
                BackupStep::Remove => {
                    let words = ["backup", "remove", name.as_str(), "--yes"];
                    words.map(str::to_owned).into()
                }
            },
            Self::Save => vec!["backup".into(), "save".into()],
        };
        if self.workers() > 1 {
            let share = format!("$(JOB_COMPLETION_INDEX)/{}", self.workers());
            arguments.extend(["--share".to_owned(), share]);
        }
        if matches!(
            self,
            Self::Run { .. } | Self::Verify { .. } | Self::RollBack { .. }
        ) {
            arguments.extend(["--wait".to_owned(), PATIENCE.to_owned()]);
            arguments.push("--lenient-exit".to_owned());
        }
        let needs_server = !matches!(
            self,
            Self::Backup {
                step: BackupStep::Remove,
                ..
            }
        );
        if needs_server {
            arguments.extend(work.connection.arguments());
        }
        for (storage, used) in work.stored() {
            let option = match used {
                Use::Main => self.storage_option(),
                Use::Backups => "--backup-store",
            };
            arguments.extend([option.to_owned(), storage.place(used)]);
        }
        if let Some(run) = &work.report_to {
            arguments.extend(["--report-to".to_owned(), run.clone()]);
        }
        arguments.extend(["--output".to_owned(), "json".to_owned()]);
        arguments
    }
}
