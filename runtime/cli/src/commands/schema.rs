//! `remold schema`: the registry of shapes, a file for each of its commands.

mod check;
mod comparison;
mod diff;
mod drift;
mod exchange;
mod graph;
mod infer;
mod lint;
mod list;
mod path;
mod place;
mod show;

use remold::Browsed;

use super::{Answer, events};
use crate::arguments::{Format, SchemaCommand};
use crate::figures::{count, number, share};
use crate::paragraph::Put;
use crate::report::Report;
use crate::style::{NOTE, paint};

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
        SchemaCommand::Drift(arguments) => drift::drift(arguments),
        SchemaCommand::Infer(arguments) => infer::infer(arguments),
        SchemaCommand::Events(arguments) => events::events(arguments, format),
        other => todo!("{other:?}"),
    }
}

/// Says how much was looked at: `1,000 keys`, or what share of them.
fn looked(browsed: &Browsed) -> String {
    let seen = count(browsed.seen, "key");
    if browsed.stopped {
        return format!("{seen}, where it was stopped,");
    }
    if browsed.seen == browsed.listed {
        return seen;
    }
    let share = share(browsed.seen, browsed.listed);
    format!("{seen} out of {} ({share})", number(browsed.listed))
}

/// Tells of the keys that could not be looked at.
fn passed(browsed: &Browsed) -> String {
    let mut text = String::new();
    for (passed, why) in [
        (&browsed.too_large, "too large to be read"),
        (&browsed.unreadable, "not readable"),
    ] {
        if let Some(example) = passed.examples.first() {
            let such = if passed.count > 1 { "such as " } else { "" };
            text.line(format_args!(
                "  {}: {} {why}: {such}{example}",
                paint(NOTE, "note"),
                count(passed.count, "key")
            ));
        }
    }
    text
}
