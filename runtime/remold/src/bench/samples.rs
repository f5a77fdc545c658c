//! What a transform is measured over: the records of its cases, of a recording, or of an RDB file.

use std::collections::HashMap;
use std::path::Path;

use remold_archive::JournalDirectory;
use remold_engine::{Control, Silent};
use remold_host_api::{Bytes, Entry};
use remold_manifest::cases::{Case, Direction};
use remold_manifest::recording::Recording;
use serde_json::{Map, Value};

use super::Bench;
use crate::cases::CaseRunner;
use crate::error::Error;
use crate::open;
use crate::recorder::{RecordedChoice, Recorder, RecordingOptions};
use crate::runner::{RunOptions, Runner};
use crate::target::{FileTarget, Target};

/// Records that a transform is measured over.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its name.
    pub name: String,
    /// Which of the transform's functions is called.
    pub direction: Direction,
    /// The records.
    pub records: Vec<Entry>,
    /// What can be looked up.
    pub beside: HashMap<Bytes, Entry>,
    /// The parameters, instead of the manifest's.
    pub parameters: Option<Map<String, Value>>,
    /// The frozen clock, Unix milliseconds.
    pub now_ms: u64,
    /// The seed.
    pub seed: u64,
}

impl Sample {
    /// Cuts the records into batches as a run would; with `fill`, a small sample is repeated until it fills one.
    pub(super) fn batches(&self, width: usize, fill: bool) -> Vec<Vec<&Entry>> {
        if self.records.len() >= width {
            let batches = self.records.chunks(width);
            return batches.map(|batch| batch.iter().collect()).collect();
        }
        // Whole repetitions only, so that each record weighs the same.
        let repetitions = if fill {
            (width / self.records.len().max(1)).max(1)
        } else {
            1
        };
        let repeated = self.records.iter().cycle();
        vec![repeated.take(self.records.len() * repetitions).collect()]
    }
}

impl Bench<'_> {
    /// Makes a sample of each case whose name contains a text. A case in which nothing is selected is passed over.
    pub fn cases(&self, part: Option<&str>) -> Result<Vec<Sample>, Error> {
        let runner = CaseRunner::new(self.migration);
        let mut samples = Vec::new();
        for path in runner.files()? {
            let file = runner.read(&path)?;
            let wanted = |case: &&Case| part.is_none_or(|part| case.name.contains(part));
            let found = file.cases.iter().filter(wanted).map(|case| self.case(case));
            samples.extend(found.filter(|sample| !sample.records.is_empty()));
        }
        Ok(samples)
    }

    /// Makes a sample of the records of a recording.
    pub fn recording(&self, name: &str, recording: &Recording) -> Sample {
        let records = recording.records.iter();
        let beside = records.clone().flat_map(|record| &record.beside);
        let beside = beside.filter_map(|(key, entry)| Some((key.clone(), entry.clone()?)));
        Sample {
            name: name.to_owned(),
            direction: Direction::Migrate,
            records: records.filter_map(|record| record.given.clone()).collect(),
            beside: beside.collect(),
            parameters: None,
            now_ms: recording.now_ms,
            seed: recording.seed,
        }
    }

    /// Picks records of an RDB file at random.
    pub fn rdb_file(&self, path: &Path, records: usize) -> Result<Sample, Error> {
        let target = Target::File(FileTarget {
            input: path.to_owned(),
            output: None,
            database: 0,
        });
        let recorder = Recorder::new(&RecordingOptions {
            choice: RecordedChoice::Sample(records),
            most_records: records,
            most_bytes: 256 << 20,
        });
        let options = RunOptions {
            recorder: Some(recorder.clone()),
            ..RunOptions::default()
        };
        // A dry run has no journal: the directory is never looked at.
        let runner = Runner::new(target, JournalDirectory::new(""));
        let report = runner.dry_run(self.migration, &options, &Control::new(), &Silent)?;
        let end = report.outcome.end;
        if !matches!(
            end,
            remold_engine::RunEnd::Completed | remold_engine::RunEnd::TooManyRejected
        ) {
            return Err(Error::Ended(Box::new(end)));
        }
        let recording = recorder.recording(&[])?;
        Ok(self.recording(&path.display().to_string(), &recording))
    }

    fn case(&self, case: &Case) -> Sample {
        let selection = open::selection_of(self.migration.spec());
        let is_selected = |entry: &Entry| {
            let named = match &selection.keys {
                Some(keys) => keys.contains(&entry.key),
                None => selection.pattern.matches(&entry.key),
            };
            let excluded = selection
                .exclude
                .iter()
                .any(|pattern| pattern.matches(&entry.key));
            let of_kind = selection.kind.is_none_or(|kind| kind == entry.value.kind());
            case.direction == Direction::Revert || named && !excluded && of_kind
        };
        let given = case.given.iter().map(|record| record.entry.clone());
        let beside = given.clone().map(|entry| (entry.key.clone(), entry));
        Sample {
            name: case.name.clone(),
            direction: case.direction,
            records: given.filter(is_selected).collect(),
            beside: beside.collect(),
            parameters: case.parameters.clone(),
            now_ms: case.now_ms,
            seed: case.seed,
        }
    }
}
