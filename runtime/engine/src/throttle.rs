//! The pace of a run: keys per second, and a gap between batches that grows when one of the run's own probes is slow.
//!
//! What other clients feel is the slowest of a hundred of their requests, not the usual one. So a slow probe doubles
//! the gap, and a good one takes so little from it that the two are even when one probe in two hundred is slow: a bound
//! that is only just kept is missed half of the time. The gap
//! lies between the batches of all lanes: what makes others wait longest is several batches that come at once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::{ActiveLimit, Control};
use crate::spec::Throttle;

/// The shortest and longest gap that latency imposes.
const SHORTEST: Duration = Duration::from_micros(100);
const LONGEST: Duration = Duration::from_millis(100);

/// What a good probe leaves of the gap: 199 of them undo a doubling.
const EASED: f64 = 0.9965;

/// Holds lanes back.
pub(crate) struct Pace {
    bounds: Throttle,
    state: Mutex<State>,
}

struct State {
    /// When the next batch may begin.
    booked: Instant,
    /// How much later than the last one a batch begins because of latency.
    gap: Duration,
}

impl Pace {
    pub(crate) fn new(bounds: Throttle) -> Self {
        let state = State {
            booked: Instant::now(),
            gap: Duration::ZERO,
        };
        Self {
            bounds,
            state: Mutex::new(state),
        }
    }

    /// Returns for how long a batch of `keys` keys has to wait, and notes the reason.
    pub(crate) fn book(&self, keys: usize, control: &Control) -> Duration {
        let mut state = self.state();
        let now = Instant::now();
        #[allow(clippy::cast_precision_loss, reason = "a batch has few keys")]
        let by_rate = self.bounds.keys_per_second.map_or(Duration::ZERO, |rate| {
            Duration::from_secs_f64(keys as f64 / rate)
        });
        let start = state.booked.max(now);
        state.booked = start + by_rate.max(state.gap);
        control.set_limit(if by_rate.is_zero() && state.gap.is_zero() {
            ActiveLimit::None
        } else if by_rate >= state.gap {
            ActiveLimit::Rate
        } else {
            ActiveLimit::Latency
        });
        start - now
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
        let mut state = self.state();
        state.gap = if latency > bound {
            (state.gap * 2).clamp(SHORTEST, LONGEST)
        } else if state.gap > SHORTEST / 2 {
            state.gap.mul_f64(EASED)
        } else {
            Duration::ZERO
        };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Both are right at any moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn gentle() -> Pace {
        Pace::new(Throttle {
            keys_per_second: None,
            max_latency: Some(Duration::from_millis(2)),
        })
    }

    #[test]
    fn one_slow_probe_in_two_hundred_holds_the_pace() {
        let pace = gentle();
        (0..6).for_each(|_| pace.observe(Duration::from_millis(9)));
        let before = pace.state().gap;
        for _ in 0..20 {
            pace.observe(Duration::from_millis(9));
            (0..199).for_each(|_| pace.observe(Duration::from_millis(1)));
        }
        let after = pace.state().gap;
        assert!(
            after > before / 2 && after < before * 2,
            "{before:?} {after:?}"
        );
    }

    #[test]
    fn latency_above_the_bound_keeps_batches_apart_and_below_it_no_more() {
        let pace = gentle();
        let control = Control::new();
        (0..8).for_each(|_| pace.observe(Duration::from_millis(9)));
        assert!(pace.book(1, &control).is_zero(), "nothing went before it");
        let second = pace.book(1, &control);
        assert!(second > Duration::from_millis(5), "{second:?}");
        assert_eq!(control.active_limit(), ActiveLimit::Latency);
        let third = pace.book(1, &control);
        assert!(third > second, "all lanes stand in one row: {third:?}");
        (0..2000).for_each(|_| pace.observe(Duration::from_millis(1)));
        assert!(pace.state().gap.is_zero());
        std::thread::sleep(second + third);
        assert!(pace.book(1, &control).is_zero());
        assert_eq!(control.active_limit(), ActiveLimit::None);
    }
}
