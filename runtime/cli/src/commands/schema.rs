//! `remold schema`: the registry of shapes, a file for each of its commands.

mod place;

use super::{Answer, events};
use crate::arguments::{Format, SchemaCommand};
use crate::report::Report;

/// Answers a question about the registry.
pub(super) fn schema(command: &SchemaCommand, format: Format) -> Result<Answer, Report> {
    match command {
        SchemaCommand::Events(arguments) => events::events(arguments, format),
        other => todo!("{other:?}"),
    }
}
