//! The fuzz targets on their corpus and on inputs made from it, for a few seconds.

#[path = "../fuzz/mutate.rs"]
mod mutate;
#[path = "../fuzz/targets.rs"]
mod targets;

use mutate::{Mutator, corpus};
use targets::FuzzTarget;

/// How many inputs are made for each target.
const INPUTS: usize = 3_000;

fn run(target: FuzzTarget) {
    let corpus = corpus(target.name());
    for input in &corpus {
        target.run(input);
    }
    let mut mutator = Mutator::new(1);
    for _ in 0..INPUTS {
        target.run(&mutator.input(&corpus));
    }
}

#[test]
fn payloads_hold() {
    run(FuzzTarget::Payload);
}

#[test]
fn files_hold() {
    run(FuzzTarget::File);
}

#[test]
fn values_hold() {
    run(FuzzTarget::Roundtrip);
}
