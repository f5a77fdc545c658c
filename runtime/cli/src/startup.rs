//! From the process's arguments to its exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::arguments::{Cli, Format};
use crate::commands::{self, Answer};
use crate::exit::Exit;
use crate::registries;
use crate::report::Report;
use crate::screen;
use crate::shapes::{Envelope, Failure};
use crate::termination;
use crate::traced::Traced;

/// Runs the program.
pub(crate) fn start() -> ExitCode {
    // The limit on the memory of scripts needs it.
    remold::measure_memory_by(remold_allocator::held_by_this_thread);
    if let Some(folder) = cache() {
        remold::cache_code_in(folder.join("code"));
    }
    remold::use_registries(registries::of_machine());
    termination::expect_panics();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    screen::use_colours(cli.global.color);
    let format = cli.global.output;
    let name = cli.command.name();
    let is_lenient = cli.command.is_lenient();
    let traced = Traced::begin(&cli.command);
    let result = commands::carry_out(cli.command, format, &traced);
    let code = match &result {
        Ok(answer) => {
            tell(answer, name, format);
            if is_lenient && answer.exit.is_carried_to_its_end() {
                ExitCode::SUCCESS
            } else {
                answer.exit.into()
            }
        }
        Err(report) => fail(report, name, format),
    };
    // Last: nobody waits for an answer while a collector is waited for.
    traced.finish(&result);
    code
}

fn tell(answer: &Answer, command: &'static str, format: Format) {
    // Before anything is written: a reader that has gone away ends the program.
    termination::leave_answer(command, answer);
    match format {
        Format::Text => screen::out(&answer.text),
        Format::Json => {
            if let Some(shape) = &answer.shape {
                write_json(&Envelope::new(command, answer.exit, shape));
            }
        }
    }
}

/// Finds the folder for what can be made or pulled again: `REMOLD_CACHE`, or where this user's caches are.
pub(crate) fn cache() -> Option<PathBuf> {
    folder("REMOLD_CACHE")
        .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("remold")))
        .or_else(|| Some(folder("HOME")?.join(".cache").join("remold")))
}

/// Returns the path that a variable names.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(name).filter(|folder| !folder.is_empty());
    folder.map(PathBuf::from)
}

fn fail(report: &Report, command: &'static str, format: Format) -> ExitCode {
    match format {
        Format::Text => screen::err(&report.to_text()),
        Format::Json => write_json(&Envelope::new(
            command,
            report.kind,
            Failure {
                error: report.to_shape(),
            },
        )),
    }
    termination::leave_report(command, report);
    report.kind.into()
}

/// Answers a command line that clap does not understand, or that asks for help.
fn refuse(error: &clap::Error) -> ExitCode {
    let asks = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if asks || !wants_json() {
        // Where it cannot be shown there is nowhere left to say so.
        drop(error.print());
        if asks {
            return ExitCode::SUCCESS;
        }
        termination::leave_report("", &usage(error));
        return Exit::Usage.into();
    }
    fail(&usage(error), "", Format::Json)
}

fn usage(error: &clap::Error) -> Report {
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    Report::usage(message, &["remold --help shows what is accepted"])
}

/// Says whether JSON was asked for on a command line that was not understood.
fn wants_json() -> bool {
    let arguments: Vec<String> = std::env::args().collect();
    let pairs = arguments.windows(2);
    arguments.iter().any(|argument| argument == "--output=json")
        || pairs
            .into_iter()
            .any(|pair| pair[0] == "--output" && pair[1] == "json")
}

fn write_json(document: &impl serde::Serialize) {
    let text =
        serde_json::to_string_pretty(document).expect("documents hold nothing that JSON cannot");
    screen::out(&format!("{text}\n"));
}
