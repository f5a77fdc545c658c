//! The binary `remold`: arguments, wiring, progress, reports. What it does is in the crate `remold`.

mod arguments;
mod commands;
mod confirmation;
mod diff;
mod exit;
mod explain;
mod exposed;
mod figures;
mod log;
mod paragraph;
mod progress;
mod reference;
mod registries;
mod report;
mod reported;
mod screen;
mod shapes;
mod signals;
mod startup;
mod style;
mod summary;
mod termination;
mod traced;
mod watched;

#[global_allocator]
static ALLOCATOR: remold_allocator::Allocator = remold_allocator::Allocator;

fn main() -> std::process::ExitCode {
    startup::start()
}
