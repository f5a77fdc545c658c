//! Where journals are.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use remold::JournalDirectory;

use crate::report::Report;

/// Where journals are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Journal")]
pub(crate) struct JournalArguments {
    /// The folder of the journals, or `s3://bucket/prefix` [default: the manifest's `spec.backup.journal.directory`, else
    /// `$XDG_STATE_HOME/remold`, else `~/.local/state/remold`]
    #[arg(
        long,
        value_name = "DIR|PLACE",
        env = "REMOLD_JOURNAL",
        hide_env_values = true
    )]
    pub(crate) journal: Option<PathBuf>,
}

impl JournalArguments {
    /// Finds the folder; `manifest` is what the manifest says, where one is at hand.
    pub(crate) fn directory(&self, manifest: Option<&str>) -> Result<JournalDirectory, Report> {
        let stated = self.journal.clone().or_else(|| manifest.map(PathBuf::from));
        match stated.or_else(default_folder) {
            Some(folder) => at(folder),
            None => Err(Report::usage(
                "there is no folder for journals: neither $XDG_STATE_HOME nor $HOME is set",
                &["name one by --journal DIR or by the variable REMOLD_JOURNAL"],
            )),
        }
    }

    /// Writes the option for a command that shall find the journal again; nothing if it finds it by itself.
    pub(crate) fn again(directory: &JournalDirectory) -> String {
        let found = std::env::var_os("REMOLD_JOURNAL")
            .map(PathBuf::from)
            .or_else(default_folder);
        if found.as_deref() == Some(directory.root()) {
            return String::new();
        }
        format!(
            " --journal {}",
            super::target::shell_word(&directory.root().display().to_string())
        )
    }
}

/// Takes a folder, or a place in an object store.
fn at(folder: PathBuf) -> Result<JournalDirectory, Report> {
    match folder.to_str() {
        Some(text) if text.contains("://") => super::backup::journals_at(text),
        _ => Ok(JournalDirectory::new(folder)),
    }
}

fn default_folder() -> Option<PathBuf> {
    let folder = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path: &PathBuf| path.is_absolute())
    };
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
    Some(state?.join("remold"))
}

/// What can be done with journals.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// List the journals that are here, newest first
    List {
        #[command(flatten)]
        journal: JournalArguments,
    },
    /// Show what a journal says of its run
    Show {
        /// The run's id
        #[arg(value_name = "RUN")]
        run: String,
        #[command(flatten)]
        journal: JournalArguments,
    },
    /// Write what the keys of a run were before it, as an RDB file that any Redis of that version loads
    Export {
        /// The run's id
        #[arg(value_name = "RUN")]
        run: String,
        /// The RDB file to write
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// Replace the file if it exists, without asking
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        journal: JournalArguments,
    },
    /// Remove a run's journal; the run cannot be resumed, verified or rolled back afterwards
    Remove {
        /// The run's id
        #[arg(value_name = "RUN")]
        run: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        journal: JournalArguments,
    },
}
