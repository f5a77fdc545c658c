//! `remold new`: a folder that builds and passes its test at once.

use std::path::PathBuf;

use remold_toolchain::{Language, ScaffoldError, scaffold};

use super::Answer;
use crate::arguments::{NewArguments, shell_word};
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::shapes::project::NewShape;
use crate::style::{FAINT, GOOD, paint};

/// Begins a transform.
pub(super) fn new(arguments: &NewArguments) -> Result<Answer, Report> {
    let folder = arguments.into.clone();
    let folder = folder.unwrap_or_else(|| PathBuf::from(&arguments.name));
    let written =
        scaffold(arguments.lang, &arguments.name, &folder).map_err(|error| report(&error))?;
    let shape = NewShape {
        folder: folder.display().to_string(),
        language: arguments.lang.to_string(),
        files: written
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
    };
    let mut text = format!("{} {}\n", paint(GOOD, "new"), shape.folder);
    for file in &shape.files {
        text.line(format_args!("    {file}"));
    }
    let place = shell_word(&shape.folder);
    text.line(format_args!("{}", paint(FAINT, "next:")));
    if arguments.lang != Language::Rhai {
        text.line(format_args!("    remold build {place}"));
    }
    text.line(format_args!("    remold test {place}"));
    Ok(Answer::new(Exit::Success, text, &shape))
}

fn report(error: &ScaffoldError) -> Report {
    let message = error.to_string();
    match error {
        ScaffoldError::Name(_) => Report::usage(&message, &["for example split-name"]),
        ScaffoldError::NoTemplate(language) => {
            let hint = format!("the SDK's folder sdk/{language} has an example to start from");
            Report::usage(&message, &[&hint])
        }
        ScaffoldError::NotEmpty(_) => Report::new(Exit::Refused, "target-exists", message)
            .hint("choose another folder with --into"),
        ScaffoldError::File { .. } => Report::new(Exit::Failed, "file", message),
    }
}
