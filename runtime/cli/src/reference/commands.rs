//! The page of the command line, out of what clap knows.

use clap::{Arg, Command, CommandFactory};

use super::cell;
use crate::arguments::Cli;
use crate::paragraph::Put;

/// Writes the page.
pub(super) fn page() -> String {
    let mut root = Cli::command();
    root.build();
    let mut text = format!("# `remold`\n\n{}\n", about(&root));
    text.push_str("\nThese options are accepted by every command:\n\n");
    options(
        &mut text,
        root.get_arguments()
            .filter(|argument| argument.is_global_set()),
    );
    commands(&mut text, &root, "remold");
    text
}

fn commands(text: &mut String, parent: &Command, path: &str) {
    let shown = |command: &&Command| !command.is_hide_set() && command.get_name() != "help";
    for command in parent.get_subcommands().filter(shown) {
        let path = format!("{path} {}", command.get_name());
        push(text, format!("\n## `{path}`\n\n{}\n", about(command)));
        if command.has_subcommands() {
            commands(text, command, &path);
            continue;
        }
        let own = |argument: &&Arg| !argument.is_global_set() && argument.get_id() != "help";
        let places = command
            .get_arguments()
            .filter(own)
            .filter(|argument| argument.is_positional());
        let places: String = places
            .map(|argument| {
                if argument.is_required_set() {
                    format!(" {}", name(argument))
                } else {
                    format!(" [{}]", name(argument))
                }
            })
            .collect();
        push(text, format!("\n```\n{path}{places} [OPTIONS]\n```\n\n"));
        options(text, command.get_arguments().filter(own));
    }
}

fn options<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    let mut rows = String::new();
    for argument in arguments.filter(|argument| !argument.is_hide_set()) {
        push(
            &mut rows,
            format!(
                "| `{}` | {} |\n",
                cell(&name(argument)),
                cell(&meaning(argument))
            ),
        );
    }
    if !rows.is_empty() {
        push(text, format!("| argument | meaning |\n|---|---|\n{rows}"));
    }
}

/// Says what an argument means, what it accepts, and what it is without being given.
fn meaning(argument: &Arg) -> String {
    let mut meaning = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    if argument.get_action().takes_values() {
        let values = argument.get_possible_values();
        let values = values.iter().map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        });
        let values: Vec<String> = values.collect();
        if !values.is_empty() {
            push(&mut meaning, format!(". One of {}", values.join(", ")));
        }
        let default: Vec<_> = argument
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy())
            .collect();
        if !default.is_empty() {
            push(&mut meaning, format!(". Default: `{}`", default.join(",")));
        }
    }
    if let Some(variable) = argument.get_env() {
        push(
            &mut meaning,
            format!(". Variable: `{}`", variable.to_string_lossy()),
        );
    }
    meaning
}

fn name(argument: &Arg) -> String {
    let value = argument
        .get_value_names()
        .map(|names| names.join(" "))
        .unwrap_or_default();
    let value = if value.is_empty() {
        argument.get_id().to_string().to_uppercase()
    } else {
        value
    };
    let Some(long) = argument.get_long() else {
        return value;
    };
    let short = argument
        .get_short()
        .map_or_else(String::new, |short| format!("-{short}, "));
    let value = if argument.get_action().takes_values() {
        format!(" {value}")
    } else {
        String::new()
    };
    format!("{short}--{long}{value}")
}

fn about(command: &Command) -> String {
    command
        .get_long_about()
        .or(command.get_about())
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn push(text: &mut String, more: impl std::fmt::Display) {
    text.put(format_args!("{more}"));
}
