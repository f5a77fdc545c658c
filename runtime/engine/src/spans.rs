//! How often something took how long, counted without a lock: once for a batch or a sync, never for a key.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds that are told apart, microseconds.
const BOUNDS_US: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];

/// How often something took how long.
#[derive(Debug, Default)]
pub struct Spans {
    within: [AtomicU64; BOUNDS_US.len()],
    longer: AtomicU64,
    sum_us: AtomicU64,
}

/// What spans were counted so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanCounts {
    /// The upper bounds, each with how many were no longer, and longer than the bound before.
    pub within: Vec<(Duration, u64)>,
    /// How many were longer than the last bound.
    pub longer: u64,
    /// How long all were together.
    pub sum: Duration,
}

impl Spans {
    /// Counts one.
    pub fn count(&self, span: Duration) {
        let span = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        let place = BOUNDS_US.iter().position(|bound| span <= *bound);
        let counter = place.map_or(&self.longer, |place| &self.within[place]);
        counter.fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(span, Ordering::Relaxed);
    }

    /// Returns what was counted.
    pub fn counts(&self) -> SpanCounts {
        let bounds = BOUNDS_US.iter().map(|bound| Duration::from_micros(*bound));
        let counts = self
            .within
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        SpanCounts {
            within: bounds.zip(counts).collect(),
            longer: self.longer.load(Ordering::Relaxed),
            sum: Duration::from_micros(self.sum_us.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_span_is_counted_where_it_belongs() {
        let spans = Spans::default();
        for millis in [0, 1, 2, 20_000] {
            spans.count(Duration::from_millis(millis));
        }
        let counts = spans.counts();
        let within = |micros| {
            let bound = Duration::from_micros(micros);
            let found = counts.within.iter().find(|(known, _)| *known == bound);
            found.map(|(_, count)| *count)
        };
        assert_eq!(
            (within(250), within(1_000), within(2_500)),
            (Some(1), Some(1), Some(1))
        );
        assert_eq!(counts.longer, 1);
        assert_eq!(counts.sum, Duration::from_millis(20_003));
    }
}
