//! The thread that listens and looks, and the handle to it.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::ears::{Deaf, Heard};
use crate::scope::Scope;
use crate::state::State;

/// How often it is looked where nobody tells of changes.
const INTERVAL: Duration = Duration::from_millis(500);

/// How changes are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looking {
    /// The system tells; where it cannot, by polling.
    Notified,
    /// It is looked twice a second: for file systems that others write to over a network.
    Polling,
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Files have changed; [`Watcher::take`] says which.
    Changed,
    /// The system does not tell of changes, and it is looked every now and then instead.
    Polling(Deaf),
    /// A file is written by build after build: what a build writes into it does not count from now on.
    Rewritten(PathBuf),
}

/// What the thread waits for.
pub(crate) enum Signal {
    Heard(Heard),
    Deaf(Deaf),
    Stop,
}

type Told = dyn Fn(Notice) + Send + Sync;

/// Watches files until it is dropped.
pub struct Watcher {
    state: Arc<Mutex<State>>,
    told: Arc<Told>,
    signals: Sender<Signal>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Begins to watch. What changes from now on is told; `told` is called on several threads and must not call back.
    pub fn start(
        scope: Scope,
        looking: Looking,
        told: impl Fn(Notice) + Send + Sync + 'static,
    ) -> Self {
        let (signals, received) = mpsc::channel();
        let hearing = (looking == Looking::Notified).then(|| signals.clone());
        let state = Arc::new(Mutex::new(State::new(scope, hearing)));
        let told: Arc<Told> = Arc::new(told);
        let (shared, teller) = (Arc::clone(&state), Arc::clone(&told));
        let thread = std::thread::spawn(move || listen(&shared, &teller, &received));
        let watcher = Self {
            state,
            told,
            signals,
            thread: Some(thread),
        };
        watcher.with(|_| ());
        watcher
    }

    /// Watches something else from now on.
    pub fn rescope(&self, scope: Scope) {
        self.with(|state| state.rescope(scope));
    }

    /// Takes the files that have changed since it was last asked, in order.
    pub fn take(&self) -> Vec<PathBuf> {
        self.with(State::take)
    }

    /// Says how many files are watched.
    pub fn count(&self) -> usize {
        self.with(|state| state.count())
    }

    /// Builds something. What the build writes is not told; what somebody edits meanwhile is, at its end.
    pub fn while_building<T, E>(&self, build: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.with(State::begin_build);
        let built = build();
        self.with(|state| state.end_build(built.is_ok()));
        built
    }

    fn with<T>(&self, ask: impl FnOnce(&mut State) -> T) -> T {
        with(&self.state, &self.told, ask)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // A thread that is gone needs no word.
        drop(self.signals.send(Signal::Stop));
        self.thread.take().map(JoinHandle::join);
    }
}

/// Asks the state for something, and tells afterwards what there is to tell.
fn with<T>(state: &Mutex<State>, told: &Arc<Told>, ask: impl FnOnce(&mut State) -> T) -> T {
    let mut guard: MutexGuard<'_, State> = state.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = ask(&mut guard);
    let notices = guard.notices();
    drop(guard);
    notices.into_iter().for_each(|notice| told(notice));
    answer
}

fn listen(state: &Mutex<State>, told: &Arc<Told>, signals: &Receiver<Signal>) {
    let mut glance = Instant::now() + INTERVAL;
    loop {
        let (due, hears) = with(state, told, |state| (state.quiet.due(), state.hears()));
        let next = due.into_iter().chain((!hears).then_some(glance)).min();
        let signal = match next {
            Some(at) => signals.recv_timeout(at.saturating_duration_since(Instant::now())),
            None => signals.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let now = Instant::now();
        match signal {
            Ok(Signal::Heard(heard)) => with(state, told, |state| state.heard(&heard, now)),
            Ok(Signal::Deaf(deaf)) => with(state, told, |state| state.is_deaf(deaf)),
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if !hears && glance <= now {
            with(state, told, |state| state.glance(now));
            glance = now + INTERVAL;
        }
        if with(state, told, |state| state.quiet.is_due(now)) {
            with(state, told, |state| state.settle(now));
        }
    }
}

#[cfg(test)]
mod tests;
