//! A run, a resume or a rollback, through the crate `remold` as any program uses it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use remold::{
    Control, Error, JournalDirectory, RedisOptions, RunEnd, RunOptions, RunOutcome, Runner, Silent,
    StepWatcher, Target,
};

use super::data;

const ZEROS: [u8; 4096] = [0; 4096];

/// Where and how something is carried out; what a worker process needs to know too.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) url: String,
    pub(super) journals: PathBuf,
    pub(super) rung: String,
    pub(super) parallelism: u32,
    pub(super) width: u32,
    pub(super) canary: bool,
    pub(super) lock_ttl: Duration,
}

/// What is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Run,
    Resume(String),
    RollBack(String),
}

impl Place {
    pub(super) fn runner(&self) -> Runner {
        let options = RedisOptions::parse_url(&self.url).expect("a server's URL");
        Runner::new(
            Target::Redis(Box::new(options)),
            JournalDirectory::new(&self.journals),
        )
    }

    /// Carries it out in this process.
    pub(super) fn carry_out(
        &self,
        operation: &Operation,
        steps: Option<StepWatcher>,
    ) -> Result<RunOutcome, Error> {
        let options = RunOptions {
            steps,
            lock_ttl: Some(self.lock_ttl),
            ..RunOptions::default()
        };
        let (runner, control) = (self.runner(), Control::new());
        match operation {
            Operation::Run => {
                let migration =
                    data::migration(&self.rung, self.parallelism, self.width, self.canary);
                let report = runner.run(&migration, &options, &control, &Silent);
                report.map(|report| report.outcome)
            }
            Operation::Resume(run) => {
                let report = runner.resume(run, &options, &control, &Silent);
                report.map(|report| report.outcome)
            }
            Operation::RollBack(run) => {
                let report = runner.roll_back(run, &options, &control, &Silent);
                report.map(|back| back.report.outcome)
            }
        }
    }

    /// The newest run that a folder of journals knows.
    pub(super) fn newest_run(&self) -> Result<String, String> {
        let journals = JournalDirectory::new(&self.journals).list();
        let journals = journals.map_err(|error| error.to_string())?;
        let runs = journals.into_iter().filter_map(|journal| {
            let header = journal.contents.ok()?.header;
            header
                .undoes
                .is_none()
                .then_some((header.now_ms, header.run))
        });
        runs.max()
            .map(|(_, run)| run)
            .ok_or_else(|| "no journal is there".to_owned())
    }
}

/// Whether an outcome is one that a person would expect after something happened.
pub(super) fn is_expected(outcome: &Result<RunOutcome, Error>) -> Result<(), String> {
    match outcome {
        Ok(outcome) if !outcome.rejected.is_empty() => {
            Err(format!("keys were rejected: {:?}", outcome.rejected))
        }
        Ok(RunOutcome { end, .. }) => match end {
            RunEnd::Completed | RunEnd::Interrupted | RunEnd::Locked(_) => Ok(()),
            other => Err(format!("it ended as {other:?}")),
        },
        Err(error) => Err(format!("{}: {error}", error.code())),
    }
}

/// How much each file of the journals holds: they are made longer than they are filled, with zeros.
pub(super) fn sizes(journals: &Path) -> Vec<(PathBuf, u64)> {
    let folders = std::fs::read_dir(journals).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| {
        std::fs::read_dir(folder.path())
            .into_iter()
            .flatten()
            .flatten()
    });
    files
        .filter_map(|file| {
            let bytes = std::fs::read(file.path()).ok()?;
            let zeros = bytes
                .rchunks(4096)
                .take_while(|chunk| **chunk == ZEROS[..chunk.len()]);
            let bytes = &bytes[..bytes.len() - zeros.map(<[u8]>::len).sum::<usize>()];
            let last = bytes.iter().rposition(|byte| *byte != 0);
            Some((file.path(), last.map_or(0, |last| last as u64 + 1)))
        })
        .collect()
}
