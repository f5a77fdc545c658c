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
    use std::io;
    use std::thread::{Builder, Scope, ScopedJoinHandle};
    pub(crate) use std::thread::{scope, sleep};

    use remold_host_api::STACK;

    pub(crate) use crossbeam_channel::{
        Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded,
    };

    /// Starts a thread that calls a transform. Of its stack only what is used takes memory.
    pub(crate) fn spawn_worker<'scope, T: Send + 'scope>(
        scope: &'scope Scope<'scope, '_>,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> io::Result<ScopedJoinHandle<'scope, T>> {
        let thread = Builder::new().name("carrier".to_owned());
        thread.stack_size(STACK).spawn_scoped(scope, work)
    }
}

#[cfg(remold_simulation)]
mod simulated;
