//! The project's benchmark: Remold beside what people use instead, on servers of its own, in one run.
//!
//! ```text
//! cargo run --release -p remold-bench -- --keys 200000 --rounds 4
//! ```
//!
//! In reading order: `data` says which keys there are and `change` what becomes of them, the same for everybody.
//! A `contest` runs the `contestants` in turns, each in a process of its own (`child`), while a `probe` stands for
//! another user of the server, and counts a round only if every key came out right. `files`, `growth`, `languages`,
//! `start` and `validation` measure what needs no rival. `targets` holds the figures against the project's aims; `report` prints all of it.

mod arguments;
mod change;
mod child;
mod contest;
mod contestants;
mod data;
mod error;
mod files;
mod growth;
mod languages;
mod probe;
mod report;
mod start;
mod statistics;
mod targets;
mod validation;
mod wire;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Measure, Task};
use contest::Contest;
use error::Error;
use report::Report;

// The allocator of the program `remold`, so that Remold is measured as it is used.
#[global_allocator]
static ALLOCATOR: remold_allocator::Allocator = remold_allocator::Allocator;

fn main() -> ExitCode {
    remold::measure_memory_by(remold_allocator::held_by_this_thread);
    let arguments = Arguments::parse();
    let done = match &arguments.task {
        Some(Task::Contestant(entry)) => child::take_part(entry),
        None => hold(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Takes all measures that were asked for and prints them.
fn hold(arguments: &Arguments) -> Result<(), Error> {
    let mut report = Report::new(arguments);
    if arguments.takes(Measure::Contest) {
        report.contest = Some(Contest::hold(arguments)?);
    }
    if arguments.takes(Measure::Files) {
        report.files = Some(files::measure(arguments)?);
    }
    if arguments.takes(Measure::Growth) {
        report.growth = growth::measure(arguments)?;
    }
    if arguments.takes(Measure::Languages) {
        report.languages = languages::measure(arguments)?;
    }
    if arguments.takes(Measure::Start) {
        report.starts = start::measure()?;
    }
    if arguments.takes(Measure::Validation) {
        report.validation = Some(validation::measure(arguments.rounds)?);
    }
    report.judge();
    report.print()?;
    if let Some(path) = &arguments.json {
        report.write_json(path)?;
    }
    match report.failed_rounds() {
        0 => Ok(()),
        count => Err(Error::FailedRounds { count }),
    }
}
