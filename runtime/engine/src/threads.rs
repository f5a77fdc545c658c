//! Threads, the queue between them, and pauses.
//!
//! They are the system's. Under `--cfg remold_simulation` they are those of a simulation, which lets one thread go on at
//! a time and decides itself which: the same seed gives the same run (`tests/simulation/`). Nothing else in the engine
//! starts a thread, waits for another, or sleeps.

#[cfg(not(remold_simulation))]
pub(crate) use system::*;

#[cfg(remold_simulation)]
pub(crate) use simulated::*;

#[cfg(not(remold_simulation))]
mod system {
    pub(crate) use std::thread::{scope, sleep};

    pub(crate) use crossbeam_channel::{
        Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded,
    };
}

#[cfg(remold_simulation)]
mod simulated;
