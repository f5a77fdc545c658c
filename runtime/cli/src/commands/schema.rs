//! `remold schema`: the registry of shapes, a file for each of its commands.

mod check;
mod comparison;
mod diff;
mod exchange;
mod graph;
mod lint;
mod list;
mod path;
mod place;
mod show;

use super::{Answer, events};
use crate::arguments::{Format, SchemaCommand};
use crate::report::Report;

/// Answers a question about the registry.
pub(super) fn schema(command: &SchemaCommand, format: Format) -> Result<Answer, Report> {
    match command {
        SchemaCommand::Lint(arguments) => lint::lint(arguments),
        SchemaCommand::Register(arguments) => exchange::register(arguments),
        SchemaCommand::List(arguments) => list::list(arguments),
        SchemaCommand::Show(arguments) => show::show(arguments),
        SchemaCommand::Diff(arguments) => diff::diff(arguments),
        SchemaCommand::Check(arguments) => check::check(arguments),
        SchemaCommand::Path(arguments) => path::path(arguments),
        SchemaCommand::Push(arguments) => exchange::push(arguments),
        SchemaCommand::Pull(arguments) => exchange::pull(arguments),
        SchemaCommand::Sync(arguments) => exchange::sync(arguments),
        SchemaCommand::Events(arguments) => events::events(arguments, format),
        other => todo!("{other:?}"),
    }
}
