//! What is printed, and the same as JSON.

mod tables;

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::arguments::Arguments;
use crate::contest::{Contest, Turn};
use crate::error::Error;
use crate::files::Files;
use crate::growth::Size;
use crate::languages::Cost;
use crate::start::Start;
use crate::targets::{self, Target};
use crate::validation::Validation;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    rounds: usize,
    parallelism: usize,
    batch_size: usize,
    cores: usize,
    /// The contestants side by side.
    pub(crate) contest: Option<Contest>,
    /// Codec and dry run.
    pub(crate) files: Option<Files>,
    /// Remold by the number of keys.
    pub(crate) growth: Vec<Size>,
    /// The transform alone.
    pub(crate) languages: Vec<Cost>,
    /// `remold test`.
    pub(crate) starts: Vec<Start>,
    /// A record held against a schema.
    pub(crate) validation: Option<Validation>,
    targets: Vec<Target>,
}

impl Report {
    /// Begins a report.
    pub(crate) fn new(arguments: &Arguments) -> Self {
        Self {
            rounds: arguments.rounds,
            parallelism: arguments.shape.parallelism,
            batch_size: arguments.shape.batch_size,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            contest: None,
            files: None,
            growth: Vec::new(),
            languages: Vec::new(),
            starts: Vec::new(),
            validation: None,
            targets: Vec::new(),
        }
    }

    /// Holds what was measured against the aims.
    pub(crate) fn judge(&mut self) {
        self.targets
            .extend(self.contest.iter().flat_map(targets::of_contest));
        self.targets
            .extend(self.files.iter().flat_map(targets::of_files));
        self.targets.extend(targets::of_growth(&self.growth));
        self.targets.extend(targets::of_languages(&self.languages));
        self.targets
            .extend(self.starts.iter().map(targets::of_start));
        self.targets
            .extend(self.validation.iter().map(targets::of_validation));
    }

    /// Prints the tables.
    pub(crate) fn print(&self) -> Result<(), Error> {
        write!(std::io::stdout().lock(), "{self}").map_err(Error::io("printing"))
    }

    /// Writes all figures, those of every round.
    pub(crate) fn write_json(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self);
        let text = text.expect("numbers and words can be written as JSON");
        std::fs::write(path, text + "\n").map_err(Error::io("writing the figures"))
    }

    /// Returns how many rounds failed.
    pub(crate) fn failed_rounds(&self) -> usize {
        let standings = self.contest.iter().flat_map(|contest| &contest.standings);
        let turns = standings.flat_map(|standing| &standing.rounds);
        turns.filter(|turn| matches!(turn, Turn::Failed(_))).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} cores, {} rounds, Remold with {} batches of {} keys in flight\n",
            self.cores, self.rounds, self.parallelism, self.batch_size
        )?;
        if let Some(contest) = &self.contest {
            tables::contest(f, contest)?;
        }
        if let Some(files) = &self.files {
            tables::files(f, files)?;
        }
        if !self.growth.is_empty() {
            tables::growth(f, &self.growth)?;
        }
        if !self.languages.is_empty() {
            tables::languages(f, &self.languages)?;
        }
        tables::targets(f, &self.targets)
    }
}

/// Says on standard error what is being done.
pub(crate) fn progress(line: &str) {
    // Where it cannot be said there is nowhere left to say so.
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

/// Says on standard error what went wrong, with its causes.
pub(crate) fn complain(error: &Error) {
    progress(&error.to_string());
}
