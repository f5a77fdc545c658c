//! `remold new`: a folder that builds and passes its test at once.

use std::path::PathBuf;

use remold_toolchain::{Language, ScaffoldError, scaffold, scaffold_files};

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
    let written = match &arguments.uses {
        Some(uses) => scaffold_files(
            &arguments.name,
            &folder,
            &ready_files(uses, &arguments.name),
        ),
        None => scaffold(arguments.lang, &arguments.name, &folder),
    };
    let written = written.map_err(|error| report(&error))?;
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

/// Returns the files of a project that begins with a ready transform: its example under the new name, and its cases.
fn ready_files(uses: &str, name: &str) -> Vec<(String, String)> {
    let ready = remold::catalogue().find(uses);
    let ready = ready.expect("the command line takes no other names");
    let is_ours = |line: &&str| !line.starts_with("# yaml-language-server");
    let manifest = ready.manifest().lines().filter(is_ours).map(|line| {
        let named = line
            .strip_prefix("  name: ")
            .map(|_| format!("  name: {name}\n"));
        named.unwrap_or_else(|| format!("{line}\n"))
    });
    let mut files = vec![("migration.yaml".to_owned(), manifest.collect())];
    let cases = ready.cases().iter();
    files.extend(cases.map(|(file, text)| (format!("cases/{file}"), (*text).to_owned())));
    files
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
