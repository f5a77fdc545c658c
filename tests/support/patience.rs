//! Waiting for something that another process does: ask until it is so, with an end.

use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to start, stop, load its data or answer.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Asks `question` until it has an answer; fails after a minute, saying `what` did not come.
#[track_caller]
pub fn wait_for<T>(what: &str, question: impl FnMut() -> Option<T>) -> T {
    try_wait_for(question).unwrap_or_else(|| panic!("{what}: not within {PATIENCE:?}"))
}

/// Asks `question` until it has an answer, for a minute at most.
pub(crate) fn try_wait_for<T>(mut question: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = question() {
            return Some(answer);
        }
        if Instant::now() > end {
            return None;
        }
        thread::sleep(Duration::from_millis(2));
    }
}
