//! How long a run waits for a server that does not answer, and which errors are worth waiting for.

use std::time::{Duration, Instant};

use crate::epoch::Cause;
use crate::port::{Fault, StoreError};
use crate::progress::{ActiveLimit, Control};
use crate::report::{Event, Observer};
use crate::threads;

/// The first and the longest wait.
const FIRST_WAIT: Duration = Duration::from_millis(50);
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

/// Attempts something that comes before a run, such as connecting, and again while the server says that it will answer
/// later: for `whole` at most, and until a stop is asked for. Each wait and its reason is told. Returns the last error
/// when it is given up.
///
/// An attempt begins at the beginning: it opens its connections anew.
pub fn patiently<T>(
    whole: Duration,
    control: &Control,
    observer: &dyn Observer,
    mut attempt: impl FnMut() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut patience = Patience::new(whole);
    loop {
        let error = match attempt() {
            // Nothing has an epoch yet, so that a fence is none of ours.
            Err(error) if error.fault().is_some() && is_passing(&error) => error,
            result => return result,
        };
        let delay = patience.next_delay().filter(|_| !control.is_stopped());
        let Some(delay) = delay else {
            return Err(error);
        };
        wait(control, observer, error.clone(), delay);
        control.set_limit(ActiveLimit::None);
        if control.is_stopped() {
            return Err(error);
        }
    }
}

/// Waits for the next attempt, or until a stop is asked for, and tells why.
pub(super) fn wait(control: &Control, observer: &dyn Observer, error: StoreError, delay: Duration) {
    control.set_limit(ActiveLimit::Waiting);
    let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    observer.event(Event::Waiting { error, delay_ms });
    let mut left = delay;
    while !left.is_zero() && !control.is_stopped() {
        let pause = FIRST_WAIT.min(left);
        threads::sleep(pause);
        left -= pause;
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

#[cfg(test)]
mod tests;
