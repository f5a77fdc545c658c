//! The pace of a run: keys per second, and a pause that grows when one of the run's own probes is slow.
//!
//! What other clients feel is the slowest of a hundred of their requests, not the usual one. So a slow probe doubles
//! the pause, and a good one takes so little from it that the two are even when one probe in a hundred is slow.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::{ActiveLimit, Control};
use crate::spec::Throttle;

/// The shortest and longest pause before a batch that latency imposes.
const SHORTEST: Duration = Duration::from_micros(200);
const LONGEST: Duration = Duration::from_millis(500);

/// What a good probe leaves of the pause: 99 of them undo a doubling.
const EASED: f64 = 0.993;

/// Holds lanes back.
pub(crate) struct Pace {
    bounds: Throttle,
    state: Mutex<State>,
}

struct State {
    /// Until when the allowance of keys is used up.
    booked: Instant,
    /// What each batch waits because of latency.
    pause: Duration,
}

impl Pace {
    pub(crate) fn new(bounds: Throttle) -> Self {
        let state = State {
            booked: Instant::now(),
            pause: Duration::ZERO,
        };
        Self {
            bounds,
            state: Mutex::new(state),
        }
    }

    /// Returns for how long a batch of `keys` keys has to wait, and notes the reason.
    pub(crate) fn book(&self, keys: usize, control: &Control) -> Duration {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let rate = self.bounds.keys_per_second.map_or(Duration::ZERO, |rate| {
            let start = state.booked.max(now);
            #[allow(clippy::cast_precision_loss, reason = "a batch has few keys")]
            let cost = Duration::from_secs_f64(keys as f64 / rate);
            state.booked = start + cost;
            start - now
        });
        control.set_limit(match (rate, state.pause) {
            (rate, pause) if rate.is_zero() && pause.is_zero() => ActiveLimit::None,
            (rate, pause) if rate >= pause => ActiveLimit::Rate,
            _ => ActiveLimit::Latency,
        });
        rate.max(state.pause)
    }

    /// Says whether latency is to be probed.
    pub(crate) fn probes(&self) -> bool {
        self.bounds.max_latency.is_some()
    }

    /// Takes the latency that a probe saw.
    pub(crate) fn observe(&self, latency: Duration) {
        let Some(bound) = self.bounds.max_latency else {
            return;
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.pause = if latency > bound {
            (state.pause * 2).clamp(SHORTEST, LONGEST)
        } else if state.pause > SHORTEST / 2 {
            state.pause.mul_f64(EASED)
        } else {
            Duration::ZERO
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_spreads_batches_over_time() {
        let pace = Pace::new(Throttle {
            keys_per_second: Some(1000.0),
            max_latency: None,
        });
        let control = Control::new();
        assert!(pace.book(100, &control).is_zero());
        let second = pace.book(100, &control);
        assert!(
            second > Duration::from_millis(90) && second <= Duration::from_millis(100),
            "{second:?}"
        );
        assert_eq!(control.active_limit(), ActiveLimit::Rate);
    }

    #[test]
    fn one_slow_probe_in_a_hundred_holds_the_pace() {
        let pace = Pace::new(Throttle {
            keys_per_second: None,
            max_latency: Some(Duration::from_millis(2)),
        });
        let control = Control::new();
        let round = || {
            pace.observe(Duration::from_millis(9));
            (0..99).for_each(|_| pace.observe(Duration::from_millis(1)));
            pace.book(1, &control)
        };
        (0..8).for_each(|_| pace.observe(Duration::from_millis(9)));
        let before = pace.book(1, &control);
        let after = (0..20).map(|_| round()).last().unwrap_or_default();
        assert!(
            after > before / 2 && after < before * 2,
            "{before:?} {after:?}"
        );
    }

    #[test]
    fn latency_above_the_bound_slows_and_below_it_speeds_up_again() {
        let pace = Pace::new(Throttle {
            keys_per_second: None,
            max_latency: Some(Duration::from_millis(2)),
        });
        let control = Control::new();
        (0..8).for_each(|_| pace.observe(Duration::from_millis(9)));
        let slow = pace.book(1, &control);
        assert!(slow > Duration::from_millis(20), "{slow:?}");
        assert_eq!(control.active_limit(), ActiveLimit::Latency);
        (0..2000).for_each(|_| pace.observe(Duration::from_millis(1)));
        assert!(pace.book(1, &control).is_zero());
        assert_eq!(control.active_limit(), ActiveLimit::None);
    }
}
