//! Stop at each step: whatever happens at whichever step, everything is gone on with and ends as if nothing had been.
//!
//! The table of phases, steps and faults is [`Phase::steps`] and [`Fault::ALL`]; here every story that it makes is told,
//! each with a seed of its own: those of a run on
//! both rungs, those of the other phases in turns. A story fails too if its step was never reached, or nothing happened there.

mod rollback;
mod run;
mod stopped;
mod table;

use std::path::Path;

use remold_tests::{House, Phase, Rung, ServerVersion, Story};

/// How many stories are told side by side: most of the time a story waits.
const TELLERS: usize = 3;
/// How many failures are enough to know.
const ENOUGH: usize = 8;

/// Tells every story of a phase, each by a seed of its own.
fn tell_all(phase: Phase) {
    let rungs = Rung::ALL.into_iter().enumerate();
    tell(
        rungs
            .flat_map(|(place, rung)| seeded(phase, rung, place))
            .collect(),
    );
}

/// Tells every story of a phase on one of the rungs, turn by turn: at each step half of the faults on either.
fn tell_in_turns(phase: Phase) {
    let [watch, lua] = Rung::ALL.map(|rung| seeded(phase, rung, 2));
    let turns = watch.into_iter().zip(lua).enumerate();
    // An odd number of faults makes the next step, and the next phase, begin with the other rung.
    let first = phase as usize % 2;
    let one = turns.map(|(place, (watch, lua))| if place % 2 == first { watch } else { lua });
    tell(one.collect());
}

fn seeded(phase: Phase, rung: Rung, place: usize) -> Vec<Story> {
    let stories = Story::all(phase, rung, 0).into_iter().zip(0..);
    let seed = |number| 10_000 * place as u64 + 1000 * phase as u64 + number;
    stories
        .map(|(story, number)| Story {
            seed: seed(number),
            ..story
        })
        .collect()
}

fn tell(stories: Vec<Story>) {
    let program = Path::new(env!("CARGO_BIN_EXE_faults"));
    let count = stories.len();
    let problems = House::tell_all(
        program,
        ServerVersion::Redis7_0,
        TELLERS,
        stories,
        ENOUGH,
        |_, _| {},
    );
    assert!(
        problems.is_empty(),
        "of {count} stories these went wrong:\n{}",
        problems.join("\n")
    );
}
