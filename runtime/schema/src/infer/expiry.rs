//! How records expire.

use std::time::Duration;

use super::examples::{Sighting, Tally};

/// Which records expire, and when.
#[derive(Debug, Default)]
pub(crate) struct Expiry {
    pub(crate) with: Tally,
    pub(crate) without: Tally,
    /// The shortest and the longest time left.
    pub(crate) range: Option<(Duration, Duration)>,
}

impl Expiry {
    pub(crate) fn add(&mut self, remaining: Option<Duration>, sighting: &Sighting<'_>) {
        match remaining {
            Some(remaining) => {
                self.with.add(sighting);
                self.widen((remaining, remaining));
            }
            None => self.without.add(sighting),
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.with.merge(other.with);
        self.without.merge(other.without);
        if let Some(range) = other.range {
            self.widen(range);
        }
    }

    fn widen(&mut self, (low, high): (Duration, Duration)) {
        self.range = Some(match self.range {
            None => (low, high),
            Some((lowest, highest)) => (lowest.min(low), highest.max(high)),
        });
    }
}

/// Finds the round time that is at least `longest`, as a schema writes it: what was left of a time to live says that the
/// whole of it is no shorter. `None` beyond ten years.
pub(crate) fn round(longest: Duration) -> Option<&'static str> {
    const ROUND: [(u64, &str); 21] = [
        (10, "10s"),
        (30, "30s"),
        (60, "1m"),
        (5 * 60, "5m"),
        (10 * 60, "10m"),
        (15 * 60, "15m"),
        (30 * 60, "30m"),
        (HOUR, "1h"),
        (2 * HOUR, "2h"),
        (6 * HOUR, "6h"),
        (12 * HOUR, "12h"),
        (DAY, "1d"),
        (2 * DAY, "2d"),
        (7 * DAY, "7d"),
        (14 * DAY, "14d"),
        (30 * DAY, "30d"),
        (60 * DAY, "60d"),
        (90 * DAY, "90d"),
        (180 * DAY, "180d"),
        (366 * DAY, "366d"),
        (3660 * DAY, "3660d"),
    ];
    const HOUR: u64 = 3600;
    const DAY: u64 = 24 * HOUR;
    let fits = |(seconds, _): &&(u64, &'static str)| Duration::from_secs(*seconds) >= longest;
    ROUND.iter().find(fits).map(|(_, text)| *text)
}
