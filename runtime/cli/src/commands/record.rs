//! `remold record`: a dry run of which is kept what the transform was given; and the same for a run.

use std::path::Path;

use remold::host_api::Pattern;
use remold::manifest::recording::{Recording, Redaction};
use remold::{
    Control, JournalDirectory, RecordedChoice, Recorder, RecordingFile, RecordingOptions, RunEnd,
    RunOptions, RunReport, Runner,
};

use super::Answer;
use crate::arguments::{RecordArguments, RunRecordingArguments, shell_word};
use crate::confirmation;
use crate::exit::Exit;
use crate::figures::{count, number};
use crate::paragraph::Put;
use crate::progress::{Changes, Progress};
use crate::report::{Report, of_end};
use crate::screen;
use crate::shapes::recording::RecordShape;
use crate::signals;
use crate::style::{BAD, FAINT, GOOD, NAME, NOTE, paint};

/// Records a dry run, or keys of a run that has ended.
pub(super) fn record(arguments: &RecordArguments) -> Result<Answer, Report> {
    let choice = if let Some(count) = arguments.sample {
        RecordedChoice::Sample(count.get())
    } else if arguments.key.is_empty() {
        RecordedChoice::Rejected
    } else {
        let pattern = |key: &String| Pattern::new(key.clone());
        RecordedChoice::Keys(arguments.key.iter().map(pattern).collect())
    };
    let recorder = Recorder::new(&RecordingOptions {
        choice,
        most_records: arguments.limit.get(),
        most_bytes: arguments.max_size.as_bytes(),
    });
    let target = arguments.target.target(None)?;
    let migration = arguments.manifest.as_deref();
    let load = |manifest| super::load_for(manifest, &arguments.grants, &target);
    let migration = migration.map(load).transpose()?;
    let is_program = migration
        .as_ref()
        .is_some_and(|migration| migration.transform().exports().run);
    if is_program && (arguments.sample.is_some() || !arguments.key.is_empty()) {
        return Err(Report::usage(
            "the transform is a program, of which everything is recorded that it asks",
            &["leave --sample and --key out"],
        ));
    }
    ask_before_replacing(&arguments.into, arguments.yes)?;
    let file = RecordingFile::create(&arguments.into)?;
    let journals = match &arguments.run {
        Some(_) => arguments.journal.directory(None)?,
        // A dry run has no journal: the directory is never looked at.
        None => JournalDirectory::new(""),
    };
    let runner = Runner::new(target, journals);
    let control = Control::new();
    let progress = Progress::start(&control, Changes::none());
    signals::stop_by_signal(
        &control,
        "stopping: what was recorded so far is kept; again to exit at once",
    );
    let report = match (&arguments.run, &migration) {
        (Some(run), _) => runner.try_again(run, &recorder, &control, progress.observer()),
        (None, Some(migration)) => {
            let options = RunOptions {
                recorder: Some(recorder.clone()),
                ..RunOptions::default()
            };
            runner.dry_run(migration, &options, &control, progress.observer())
        }
        (None, None) => return Err(Report::usage("no manifest is named", &[])),
    };
    drop(progress.finish());
    let report = report?;
    let mut recording = recorder.recording(&arguments.redaction.redact)?;
    let is_empty = recording.records.is_empty() && recording.program.is_none();
    if !is_empty {
        file.write(&mut recording)?;
    }
    let recorded = (!is_empty).then_some((&recording, arguments.into.as_path()));
    Ok(answer(arguments, &report, recorded))
}

fn answer(
    arguments: &RecordArguments,
    report: &RunReport,
    recorded: Option<(&Recording, &Path)>,
) -> Answer {
    // Rejected keys are what was looked for.
    let exit = match &report.outcome.end {
        RunEnd::Completed | RunEnd::TooManyRejected => Exit::Success,
        RunEnd::ProgramFailed(_) if recorded.is_some() => Exit::Success,
        end => of_end(end),
    };
    let shape = RecordShape {
        end: report.outcome.end.code().to_owned(),
        migration: report.migration.clone(),
        digest: report.digest.clone(),
        target: report.target.clone(),
        wrote: recorded.map(|(_, path)| path.display().to_string()),
        records: report.outcome.tally.handled(),
        recorded: recorded.map_or(0, |(recording, _)| kept(recording)),
        omitted: recorded.map_or(0, |(recording, _)| recording.omitted),
        redacted: recorded.map_or_else(Vec::new, |(recording, _)| recording.redacted.clone()),
        altered: recorded.map_or(0, |(recording, _)| altered(recording)),
    };
    let handled = count(report.outcome.tally.handled(), "record");
    let mut text = String::new();
    let Some((recording, path)) = recorded else {
        let what = if arguments.key.is_empty() && arguments.sample.is_none() {
            "rejected nothing"
        } else {
            "selects no such record"
        };
        text.line(format_args!(
            "{} {} {what} ({handled} looked at); no file was written",
            paint(GOOD.bold(), "Nothing to record:"),
            report.migration,
        ));
        return Answer::new(exit, text, &shape);
    };
    let of_what = match &recording.program {
        Some(program) => format!("{} of a program", count(program.calls.len() as u64, "call")),
        None => format!("{} of {handled}", number(recording.records.len() as u64)),
    };
    text.line(format_args!(
        "{} {of_what} of {} on {}",
        paint(GOOD.bold(), "Recorded"),
        report.migration,
        report.target
    ));
    if !matches!(
        report.outcome.end,
        RunEnd::Completed | RunEnd::TooManyRejected
    ) {
        let end = remold::Error::Ended(Box::new(report.outcome.end.clone()));
        text.line(format_args!("  {}", paint(BAD, end)));
    }
    text.push_str(&notes(recording));
    let path = shell_word(&path.display().to_string());
    text.line(format_args!("{:<12}{}", "wrote", paint(NAME, &path)));
    let manifest = arguments
        .manifest
        .as_ref()
        .map_or_else(String::new, |manifest| {
            format!(" {}", shell_word(&manifest.display().to_string()))
        });
    text.line(format_args!(
        "{:<12}{}",
        "to replay",
        paint(NAME, format!("remold replay {path}{manifest}"))
    ));
    Answer::new(exit, text, &shape)
}

/// Says what a person should know who has the recording.
fn notes(recording: &Recording) -> String {
    let mut text = String::new();
    let mut note = |words: String| text.line(format_args!("  {}: {words}", paint(NOTE, "note")));
    if recording.omitted > 0 {
        note(format!(
            "the recording is full: {} more had no room; --limit and --max-size allow more",
            count(recording.omitted, "record")
        ));
    }
    if recording
        .program
        .as_ref()
        .is_some_and(|program| program.full)
    {
        note(
            "the recording is full: later calls of the program had no room; --max-size allows more"
                .to_owned(),
        );
    }
    if recording.redacted.is_empty() {
        note("it holds the values of these keys as they are; --redact replaces them".to_owned());
    } else {
        let altered = altered(recording);
        let what = recording.redacted.join(", ");
        note(if altered == 0 {
            format!("redacted ({what}); everything still comes out as it did")
        } else {
            format!(
                "redacted ({what}); {} otherwise than with the real values",
                comes(altered)
            )
        });
    }
    recording.notes.iter().for_each(|words| note(words.clone()));
    text
}

fn comes(records: u64) -> String {
    if records == 1 {
        "1 comes out".to_owned()
    } else {
        format!("{} come out", number(records))
    }
}

fn kept(recording: &Recording) -> u64 {
    let calls = recording
        .program
        .as_ref()
        .map(|program| program.calls.len());
    calls.unwrap_or(recording.records.len()) as u64
}

/// Counts what comes out otherwise with placeholders.
fn altered(recording: &Recording) -> u64 {
    let records = recording.records.iter().map(|record| record.reproduces);
    let program = recording.program.iter().map(|program| program.reproduces);
    records
        .chain(program)
        .filter(|reproduces| *reproduces == Some(false))
        .count() as u64
}

fn ask_before_replacing(path: &Path, yes: bool) -> Result<(), Report> {
    if !path.exists() {
        return Ok(());
    }
    let question = format!("Replace {}?", path.display());
    confirmation::confirm("", &question, yes)
}

/// The recording of a run. The run goes before it: where it cannot be written, the run's answer stands.
pub(super) struct RunRecording {
    recorder: Recorder,
    file: RecordingFile,
    path: String,
    redactions: Vec<Redaction>,
}

impl RunRecording {
    /// Prepares it, if there is to be one.
    pub(super) fn of(arguments: &RunRecordingArguments, yes: bool) -> Result<Option<Self>, Report> {
        let redactions = arguments.redaction.redact.clone();
        let Some(path) = &arguments.record else {
            if redactions.is_empty() {
                return Ok(None);
            }
            return Err(Report::usage(
                "--redact is for a recording, and none is to be made",
                &["name a file by --record, or leave --redact out"],
            ));
        };
        ask_before_replacing(path, yes)?;
        Ok(Some(Self {
            recorder: Recorder::new(&RecordingOptions::default()),
            file: RecordingFile::create(path)?,
            path: path.display().to_string(),
            redactions,
        }))
    }

    pub(super) fn recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// Writes it, if there is something in it; returns its path.
    pub(super) fn finish(self) -> Option<String> {
        if self.recorder.kept() == 0 {
            return None;
        }
        let recording = self.recorder.recording(&self.redactions);
        let written = recording.and_then(|mut recording| {
            self.file.write(&mut recording)?;
            Ok(recording)
        });
        match written {
            Ok(recording) => {
                screen::err(&notes(&recording));
                Some(self.path)
            }
            Err(error) => {
                let warning = paint(BAD, "the recording was not written");
                screen::err(&format!("{warning}: {error}\n"));
                screen::err(&paint(FAINT, "the run itself is not concerned\n"));
                None
            }
        }
    }
}
