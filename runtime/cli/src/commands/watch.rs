//! `--watch`: stay, and do it again whenever a file of the migration has changed.
//!
//! A round is whatever the command does once. Rounds run on a thread of their own, one at a time ([`rounds`]); how they
//! are shown is another matter ([`shown`]), and so is what is different between two results ([`difference`]). A round
//! that has no result, because a script or a manifest is broken, leaves the last good result as it is.

pub(crate) mod difference;
mod failure;
mod files;
mod rounds;
mod shown;
mod source;
mod testing;
mod trial;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use remold::Control;
use remold_watch::Watcher;
use serde_json::Value;

use super::Answer;
use crate::arguments::{DryRunArguments, Format, TestArguments};
use crate::exit::Exit;
use crate::report::Report;
use failure::Failure;
use source::Source;

/// What is done in a round.
trait Session: Send + 'static {
    /// Does it once, and compares with the last time that it went well; nothing if it was stopped.
    fn round(&mut self, round: &Round<'_>) -> Result<Option<Findings>, Failure>;
}

/// What belongs to a round.
struct Round<'a> {
    /// Who watches the files.
    watcher: &'a Watcher,
    /// The files that have changed; none in the first round.
    changed: &'a [PathBuf],
    /// Stops it.
    control: &'a Control,
    /// Is told what is being done.
    doing: &'a Doing,
}

/// What a round is at, in a few words.
#[derive(Clone, Default)]
struct Doing(Arc<Mutex<String>>);

/// What a round found.
struct Findings {
    /// How a command would end that found this.
    exit: Exit,
    /// The result in numbers, with what it was, in whole lines.
    summary: String,
    /// What is different from the last result; empty if nothing is; none if there is no result to compare with.
    difference: Option<String>,
    /// What is wrong as it was before, in full.
    standing: String,
    /// The same, a line each.
    standing_in_short: String,
    /// What the transform logged, in whole lines.
    log: String,
    /// All that is shown where there is no result to compare with.
    listing: String,
    /// The document, as without `--watch`.
    document: Value,
    /// What is different, for programs; `null` if there is no result to compare with.
    different: Value,
}

/// A round that came to its end.
struct Ended {
    /// Its number, from 1.
    number: u64,
    /// The files that have changed, as they are shown.
    files: Vec<String>,
    /// How long it took.
    took: Duration,
    /// What it found.
    result: Result<Findings, Failure>,
}

/// What is watched, and how it is shown.
struct Subject {
    /// The command, as documents name it.
    command: &'static str,
    /// The command, as a person recognises it.
    title: String,
    /// Whether it is looked at the files every now and then.
    poll: bool,
    /// How results are written.
    format: Format,
}

impl Doing {
    fn say(&self, what: impl Into<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
    }

    fn said(&self) -> String {
        let said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.clone()
    }
}

/// Runs cases again and again.
pub(super) fn tests(arguments: &TestArguments, format: Format) -> Result<Answer, Report> {
    let manifest = super::manifest_of(&arguments.manifest);
    let source = Source::new(&manifest, true, None, format)?;
    let subject = Subject {
        command: "test",
        title: format!("remold test {}", arguments.manifest.display()),
        poll: arguments.watching.poll,
        format,
    };
    let scope = source.scope();
    let session = testing::Testing::new(arguments.clone(), source);
    Ok(rounds::watch(&subject, scope, session))
}

/// Executes dry runs again and again.
pub(super) fn dry_runs(arguments: &DryRunArguments, format: Format) -> Result<Answer, Report> {
    let manifest = super::manifest_of(&arguments.manifest);
    let target = arguments.target.target(None)?;
    let file = match &target {
        remold::Target::File(file) => Some(file.input.clone()),
        remold::Target::Redis(_) => None,
    };
    let source = Source::new(&manifest, false, file.as_deref(), format)?;
    let source = source.granting(&arguments.grants.grant);
    let subject = Subject {
        command: "dry-run",
        title: format!(
            "remold dry-run {} on {}",
            arguments.manifest.display(),
            target.name()
        ),
        poll: arguments.watching.poll,
        format,
    };
    let scope = source.scope();
    let session = trial::Trial::new(arguments.clone(), target, source);
    Ok(rounds::watch(&subject, scope, session))
}
