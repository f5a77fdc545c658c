//! Why a round has no result.

use remold_toolchain::BuildError;

use crate::report::Report;

/// Why a round has no result.
#[derive(Debug)]
pub(super) struct Failure {
    /// The report that the command alone would give.
    pub(super) report: Report,
    /// What a toolchain printed, if it is a build that failed.
    pub(super) printed: String,
}

impl Failure {
    /// Makes a failure of a build's error.
    pub(super) fn of_build(error: BuildError) -> Self {
        let report = crate::commands::build::report(&error);
        let printed = match error {
            BuildError::Failed { printed, .. } => printed,
            _ => String::new(),
        };
        Self { report, printed }
    }

    /// Writes it for people: what the toolchain printed, then the error.
    pub(super) fn to_text(&self) -> String {
        let printed = self.printed.trim_end();
        let end = if printed.is_empty() { "" } else { "\n" };
        format!("{printed}{end}{}", self.report.to_text())
    }
}

impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        Self {
            report,
            printed: String::new(),
        }
    }
}

impl From<remold::Error> for Failure {
    fn from(error: remold::Error) -> Self {
        Report::from(error).into()
    }
}
