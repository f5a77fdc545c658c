//! The engine, the real one, against a model of Redis: one thread goes on at a time, and a seed decides which, and what
//! goes wrong.
//!
//! A *story* is a run and then its rollback over a few keys, while an application writes to them. Processes die at the
//! steps of the run, or are taken for dead and go on beside another; connections are cut before a request, after
//! it, or while it is on its way; the server loses its newest writes, and a replica that still has them is promoted after
//! all; what a journal has not synced is gone after a crash; SCAN lists no more than what it guarantees. At each end every key
//! that was there all the time must have been counted once, none twice, and no write of the application may be lost.
//!
//! Every fourth story is one of a run of two shares and a whole run, which come in between each other as if every lock had
//! lapsed: each of the two runs must have counted each key once, and none may have written while the keyspace was the other's.
//!
//! Each of the `Rules` of the protocol can be switched off; then some seed tells of a breach. The rules, and the
//! steps in a story, have the names of `tests/model/protocol_model.py`, which searches a smaller world exhaustively.
//!
//! It is built with `--cfg remold_simulation`, which puts the engine's threads under the simulation's control:
//!
//! ```console
//! $ tests/simulation/run test                              # thousands of seeds, and each rule switched off
//! $ tests/simulation/run seeds --count 1000000             # as many as you like
//! $ tests/simulation/run seed 4711 --without void_durable  # one story, line by line
//! ```

#![cfg(remold_simulation)]

mod books;
mod disk;
mod keyspace;
mod public;
mod rules;
mod scan;
mod server;
mod shares;
mod story;
mod transform;
mod value;
mod world;

use std::sync::{Arc, Mutex};

use shuttle::scheduler::RandomScheduler;
use shuttle::{Config, FailurePersistence, Runner};

pub use rules::{Rule, Rules};
pub use story::Ending;
pub use world::Faults;

/// Enough for a thread of the engine in a debug build.
const STACK: usize = 1 << 20;

impl Faults {
    /// What goes wrong in the story of a seed, some of everything.
    pub fn of(seed: u64) -> Self {
        let mut chance = fastrand::Rng::with_seed(!seed);
        Self {
            crashes: chance.u32(..=3),
            takeovers: chance.u32(..=1),
            cuts: chance.u32(..=3),
            backs: chance.u32(..=2),
            promotions: chance.u32(..=1),
            writes: chance.u32(..=12),
        }
    }
}

/// Tells the story of a seed: always the same one.
pub fn tell(seed: u64, rules: Rules) -> Ending {
    let mut config = Config::new();
    config.stack_size = STACK;
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    let ending = Arc::new(Mutex::new(Ending::default()));
    let told = Arc::clone(&ending);
    let runner = Runner::new(RandomScheduler::new_from_seed(seed, 1), config);
    runner.run(move || {
        // Every fourth story is one of shares.
        let tell = if seed % 4 == 3 {
            shares::tell
        } else {
            story::tell
        };
        let ending = tell(seed, rules, Faults::of(seed));
        *told.lock().expect("nobody else writes it") = ending;
    });
    let ending = ending.lock().expect("nobody else writes it");
    ending.clone()
}
