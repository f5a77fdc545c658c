//! Recordings as files: written whole or not at all, for their owner alone; and recordings of runs that have ended, out of
//! their journals.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use remold_engine::port::Image;
use remold_engine::record::JournalRecord;
use remold_engine::verify::quarantine_of;
use remold_engine::{Control, Observer};
use remold_host_api::{Bytes, Pattern};
use remold_manifest::recording::Recording;
use tempfile::NamedTempFile;

use crate::error::Error;
use crate::migration::read_text;
use crate::narrowed::Narrowing;
use crate::open;
use crate::recorder::{RecordedChoice, Recorder};
use crate::runner::{RunOptions, RunReport, Runner, ended_with, wrong};

/// A place for a recording. It is there before anything is run, so that a folder that cannot be written is known at once.
#[derive(Debug)]
pub struct RecordingFile {
    path: PathBuf,
    scratch: NamedTempFile,
}

impl RecordingFile {
    /// Makes the place; what is at the path stays until the recording is written.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        // Its mode is 0600: it holds what the keys hold.
        let scratch = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        Ok(Self {
            path: path.to_owned(),
            scratch: scratch.map_err(|source| failed(path, source))?,
        })
    }

    /// Writes the recording, in the place of what is at the path.
    pub fn write(mut self, recording: &mut Recording) -> Result<(), Error> {
        let text = recording.write();
        let written = self
            .scratch
            .write_all(text.as_bytes())
            .and_then(|()| self.scratch.as_file().sync_all());
        written.map_err(|source| failed(&self.path, source))?;
        let persisted = self.scratch.persist(&self.path);
        persisted.map_err(|error| failed(&self.path, error.error))?;
        Ok(())
    }
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

/// Reads a recording.
pub fn read_recording(path: &Path) -> Result<Recording, Error> {
    let text = read_text(path)?;
    Ok(Recording::read(&path.display().to_string(), &text)?)
}

impl Runner {
    /// Tries keys of a run that has ended once more, with its transform, its clock and its seed, so that they can be
    /// recorded: those in its quarantine, or those that the recorder is to choose. Nothing is written.
    ///
    /// A key that the run has changed is given as its journal holds it, everything else as it is now.
    pub fn try_again(
        &self,
        run: &str,
        recorder: &Recorder,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<RunReport, Error> {
        let (header, _) = self.header(run)?;
        if let Some(undone) = &header.undoes {
            let hint = format!("record the run that it undoes: {undone}");
            return Err(wrong(run, "it is a rollback", &hint));
        }
        let migration = open::migration_of(&header)?;
        if migration.transform().exports().run {
            let hint = "record it by its manifest: `remold record MANIFEST`";
            return Err(wrong(
                run,
                "its transform is a program, of which a journal keeps no reads",
                hint,
            ));
        }
        let patterns = match recorder.choice() {
            RecordedChoice::Keys(patterns) => patterns.clone(),
            RecordedChoice::Rejected | RecordedChoice::Sample(_) => {
                // Read alone, so that a run that is still on can be looked at.
                let journal = self.journals.open_read_only(run)?;
                let quarantine = quarantine_of(&journal).map_err(ended_with)?;
                quarantine
                    .iter()
                    .map(|rejected| literally(&rejected.key))
                    .collect()
            }
        };
        let before = self.before(run, &patterns)?;
        recorder.add_note("the keys were read after the run, and need not be what they were then");
        if !before.is_empty() {
            recorder.add_note("keys that the run had changed are given as its journal holds them");
        }
        let options = RunOptions {
            recorder: Some(recorder.clone()),
            ..RunOptions::default()
        };
        let narrowing = Narrowing { patterns, before };
        self.try_out(
            &migration,
            header,
            Some(&narrowing),
            &options,
            control,
            observer,
        )
    }

    /// Reads what the chosen keys were that the run has changed.
    fn before(&self, run: &str, patterns: &[Pattern]) -> Result<HashMap<Bytes, Image>, Error> {
        let reader = self.journals.open_read_only(run)?;
        let mut void: HashSet<u64> = HashSet::new();
        for record in reader.replay() {
            match record? {
                JournalRecord::Void(batch) => drop(void.insert(batch)),
                JournalRecord::Alive(batch) => drop(void.remove(&batch)),
                _ => {}
            }
        }
        let mut before = HashMap::new();
        for record in reader.replay() {
            let JournalRecord::Batch { id, groups } = record? else {
                continue;
            };
            if void.contains(&id) {
                continue;
            }
            // The first of a group is the key that was transformed.
            for own in groups
                .into_iter()
                .filter_map(|group| group.into_iter().next())
            {
                let wanted = patterns.iter().any(|pattern| pattern.matches(&own.key));
                if let (true, Some(image)) = (wanted, own.before) {
                    before.insert(own.key, image);
                }
            }
        }
        Ok(before)
    }
}

/// Makes the pattern that matches one key.
fn literally(key: &[u8]) -> Pattern {
    let mut pattern = Vec::with_capacity(key.len());
    for byte in key {
        if b"*?[]\\".contains(byte) {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    Pattern::new(pattern)
}
