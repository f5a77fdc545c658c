//! How long a run waits for a server that does not answer, and which errors are worth waiting for.

use std::time::{Duration, Instant};

use crate::epoch::Cause;
use crate::port::{Fault, StoreError};

/// The first and the longest wait.
pub(super) const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Says whether a recovery may mend it.
pub(super) fn is_recoverable(cause: &Cause) -> bool {
    matches!(cause, Cause::Store(error) if is_passing(error))
}

pub(super) fn is_passing(error: &StoreError) -> bool {
    match error.fault() {
        // Whether we are the stale one, the recovery finds out.
        None => true,
        Some(fault) => matches!(
            fault,
            Fault::Lost | Fault::Unavailable | Fault::HistoryChanged
        ),
    }
}

/// How long the run still waits for a server that does not answer.
pub(super) struct Patience {
    whole: Duration,
    since: Option<Instant>,
    delay: Duration,
}

impl Patience {
    pub(super) fn new(whole: Duration) -> Self {
        Self {
            whole,
            since: None,
            delay: FIRST_WAIT,
        }
    }

    pub(super) fn renew(&mut self) {
        self.since = None;
        self.delay = FIRST_WAIT;
    }

    /// Returns how long to wait before the next attempt; `None` when patience is at its end.
    pub(super) fn next_delay(&mut self) -> Option<Duration> {
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() >= self.whole {
            return None;
        }
        let delay = self.delay;
        self.delay = (self.delay * 2).min(LONGEST_WAIT);
        Some(delay)
    }
}
