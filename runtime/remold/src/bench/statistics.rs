//! Readings of a clock that is noisy: their median, and how far they lie apart.

/// So small an error of the median is small enough, as a share of it.
const STABLE: f64 = 0.003;
/// The fewest readings that can be called stable.
const FEWEST: usize = 50;

/// Readings, in any order.
#[derive(Debug, Default)]
pub(super) struct Readings(Vec<f64>);

impl Readings {
    pub(super) fn add(&mut self, reading: f64) {
        let place = self.0.partition_point(|known| *known < reading);
        self.0.insert(place, reading);
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Returns how far half of the readings lie from the median at most, about, as a share of it.
    pub(super) fn spread(&self) -> f64 {
        let median = self.median();
        if median <= 0.0 {
            return 0.0;
        }
        (self.quantile(0.75) - self.quantile(0.25)) / 2.0 / median
    }

    /// Says whether more readings would hardly move the median.
    pub(super) fn is_stable(&self) -> bool {
        #[allow(clippy::cast_precision_loss, reason = "there are few readings")]
        let count = self.count() as f64;
        self.count() >= FEWEST && self.spread() / count.sqrt() < STABLE
    }

    /// Reads between the two readings that are next to a share of them all.
    fn quantile(&self, share: f64) -> f64 {
        let Some(last) = self.0.len().checked_sub(1) else {
            return 0.0;
        };
        #[allow(clippy::cast_precision_loss, reason = "there are few readings")]
        let place = share * last as f64;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place among the readings"
        )]
        let below = place.floor() as usize;
        let above = (below + 1).min(last);
        self.0[below] + (self.0[above] - self.0[below]) * place.fract()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(all: &[f64]) -> Readings {
        let mut readings = Readings::default();
        all.iter().for_each(|reading| readings.add(*reading));
        readings
    }

    #[test]
    fn the_median_and_the_spread_pass_over_what_is_far_off() {
        let readings = readings(&[10.0, 1000.0, 11.0, 9.0, 10.0]);
        assert!((readings.median() - 10.0).abs() < 1e-9);
        assert!(
            (readings.spread() - 0.05).abs() < 1e-9,
            "{}",
            readings.spread()
        );
        assert!(!readings.is_stable(), "there are too few");
    }

    #[test]
    fn between_two_readings_the_median_is_in_the_middle() {
        assert!((readings(&[1.0, 2.0]).median() - 1.5).abs() < 1e-9);
        assert!(readings(&[]).median().abs() < 1e-9);
    }

    #[test]
    fn many_readings_that_lie_close_together_are_stable() {
        let close: Vec<f64> = (0..60)
            .map(|number| 10.0 + f64::from(number % 3) * 0.1)
            .collect();
        assert!(readings(&close).is_stable());
        let wide: Vec<f64> = (0..60)
            .map(|number| 10.0 + f64::from(number % 3) * 5.0)
            .collect();
        assert!(!readings(&wide).is_stable());
    }
}
