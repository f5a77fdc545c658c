//! From the errors of the embedding API to reports: the one place where exit codes are chosen.

use std::time::Duration;

use remold::host_api::SourceLocation;
use remold::{
    ArtifactError, ArtifactProblem, BackupError, CompileError, Error, Fault, JournalError,
    LockHolder, OptionsError, PlaceError, RunEnd, StoreError,
};

use super::{Report, render};
use crate::exit::Exit;
use crate::figures;
use crate::shapes::error::ErrorDetail;

impl From<Error> for Report {
    fn from(error: Error) -> Self {
        let kind = kind(&error);
        let report = Self {
            hints: error.hints(),
            ..Self::new(kind, error.code(), error.to_string())
        };
        match &error {
            Error::Manifest(errors) => Self {
                details: errors.iter().map(detail).collect(),
                ..report
            },
            Error::Compile(error) => Self {
                message: render::excerpt(&error.message, &error.location, error.hint.as_deref()),
                details: vec![compile_detail(error)],
                ..report
            },
            Error::Artifact {
                error,
                location: Some(location),
            } => Self {
                message: render::excerpt(&error.to_string(), location, None),
                details: vec![artifact_detail(error, location)],
                ..report
            },
            Error::Locked(holder) => Self {
                message: format!("{error}{}", held(holder)),
                ..report
            },
            Error::Transform(failure) => match &failure.location {
                Some(location) => Self {
                    message: render::excerpt(&failure.to_string(), location, None),
                    ..report
                },
                None => report,
            },
            _ => report,
        }
    }
}

impl From<JournalError> for Report {
    fn from(error: JournalError) -> Self {
        Error::Journal(error).into()
    }
}

impl From<remold::manifest::ManifestErrors> for Report {
    fn from(errors: remold::manifest::ManifestErrors) -> Self {
        Error::Manifest(errors).into()
    }
}

impl Report {
    /// Makes a report of an address that cannot be used.
    pub(crate) fn options(error: &OptionsError) -> Self {
        Self::new(Exit::Usage, error.code(), error.to_string()).hint(error.hint())
    }

    /// Makes a report of a file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(Exit::Failed, "file", format!("{}: {error}", path.display()))
    }
}

/// Says since when a lock is held and when it lapses, to be put after whose it is.
pub(crate) fn held(holder: &LockHolder) -> String {
    let lapses = figures::span(Duration::from_millis(holder.expires_in));
    let since = figures::time(holder.since);
    format!(" since {since}; it lapses in {lapses} unless it is renewed")
}

/// Says how an error counts.
fn kind(error: &Error) -> Exit {
    match error {
        Error::Target { .. } => Exit::Usage,
        Error::AlreadyApplied(_) => Exit::Success,
        Error::StillInUse { .. } => Exit::Interrupted,
        Error::ChangedSinceApplied(_)
        | Error::Unfinished(_)
        | Error::PartlyApplied(_)
        | Error::WrongState { .. }
        | Error::Locked(_)
        | Error::NotShareable { .. }
        | Error::MayEvict { .. }
        | Error::Journal(JournalError::InUse { .. } | JournalError::Sealed { .. }) => Exit::Refused,
        Error::Artifact { error, .. } => artifact(&error.problem),
        Error::Backup(error) => backup(error),
        Error::BackupStopped => Exit::Interrupted,
        Error::NotEmpty { .. } => Exit::Refused,
        Error::Store(error) => store(error),
        Error::Ended(end) => of_end(end),
        Error::File { .. }
        | Error::NotText { .. }
        | Error::Manifest(_)
        | Error::Compile(_)
        | Error::Component(_)
        | Error::Transform(_)
        | Error::Comparison { .. }
        | Error::Journal(_)
        | Error::Fixture { .. }
        | Error::NotReplayable { .. }
        | Error::NotMeasurable { .. } => Exit::Failed,
    }
}

/// Says how the end of a run counts, but for keys that were rejected or kept.
pub(crate) fn of_end(end: &RunEnd) -> Exit {
    match end {
        RunEnd::Completed => Exit::Success,
        RunEnd::Interrupted
        | RunEnd::Unavailable(_)
        | RunEnd::Journal(JournalError::NotWritable { .. }) => Exit::Interrupted,
        RunEnd::Refused(error) => store(error),
        RunEnd::Journal(
            JournalError::InUse { .. }
            | JournalError::Sealed { .. }
            | JournalError::Outdated { .. },
        )
        | RunEnd::Superseded { .. }
        | RunEnd::Locked(_) => Exit::Refused,
        RunEnd::TooManyRejected
        | RunEnd::Journal(_)
        | RunEnd::ProgramFailed(_)
        | RunEnd::CanaryFailed { .. }
        | RunEnd::Defect(_) => Exit::Failed,
    }
}

fn backup(error: &BackupError) -> Exit {
    match error {
        BackupError::Name { .. } => Exit::Usage,
        BackupError::Taken { .. } | BackupError::Place(PlaceError::Denied { .. }) => Exit::Refused,
        _ => Exit::Failed,
    }
}

fn artifact(problem: &ArtifactProblem) -> Exit {
    match problem {
        ArtifactProblem::NoTag => Exit::Usage,
        ArtifactProblem::Login { .. }
        | ArtifactProblem::Denied { .. }
        | ArtifactProblem::Unsigned
        | ArtifactProblem::Signature { .. }
        | ArtifactProblem::Taken { .. } => Exit::Refused,
        _ => Exit::Failed,
    }
}

fn store(error: &StoreError) -> Exit {
    match error {
        StoreError::Fenced { .. }
        | StoreError::Server {
            fault: Fault::Refused,
            ..
        } => Exit::Refused,
        _ => Exit::Failed,
    }
}

pub(crate) fn detail(error: &remold::manifest::ManifestError) -> ErrorDetail {
    ErrorDetail {
        code: error.code().to_owned(),
        message: error.problem.to_string(),
        file: error.file.to_string(),
        line: error.line,
        column: error.column,
        path: (!error.path.is_root()).then(|| error.path.to_string()),
        source_line: error.source_line.clone(),
        hints: error.hints(),
    }
}

fn artifact_detail(error: &ArtifactError, location: &SourceLocation) -> ErrorDetail {
    ErrorDetail {
        code: error.code().to_owned(),
        message: error.to_string(),
        file: location.file.clone(),
        line: location.line,
        column: location.column,
        path: None,
        source_line: location.source_line.clone(),
        hints: vec![error.hint()],
    }
}

fn compile_detail(error: &CompileError) -> ErrorDetail {
    let location = &error.location;
    ErrorDetail {
        code: error.code().to_owned(),
        message: error.message.clone(),
        file: location.file.clone(),
        line: location.line,
        column: location.column,
        path: None,
        source_line: location.source_line.clone(),
        hints: error.hint.iter().cloned().collect(),
    }
}
