//! `remold completions`: completions for a shell.

use clap::CommandFactory;
use serde_json::json;

use super::Answer;
use crate::arguments::{Cli, CompletionsArguments};
use crate::exit::Exit;

/// Writes completions.
pub(super) fn completions(arguments: &CompletionsArguments) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "remold", &mut script);
    let text = String::from_utf8_lossy(&script).into_owned();
    let shape = json!({ "script": text });
    Answer::new(Exit::Success, text, &shape)
}
