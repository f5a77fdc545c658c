//! Medians, ranges and percentiles.

use serde::Serialize;

/// The median of several rounds, and between which figures they lay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// The median.
    pub(crate) median: f64,
    /// The least.
    pub(crate) least: f64,
    /// The most.
    pub(crate) most: f64,
}

impl Spread {
    /// Sums figures up; nothing for none.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        Some(Self {
            median: percentile(&figures, 0.5)?,
            least: *figures.first()?,
            most: *figures.last()?,
        })
    }
}

/// Returns the figure below which this share of the sorted figures lies, between its two neighbours where it falls
/// between them; nothing for none.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position among a few million figures"
)]
pub(crate) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = last as f64 * share;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle() {
        let spread = Spread::of([3.0, 1.0, 2.0]).expect("there are figures");
        assert_eq!((spread.median, spread.least, spread.most), (2.0, 1.0, 3.0));
        let even = Spread::of([4.0, 1.0]).expect("there are figures");
        assert!((even.median - 2.5).abs() < 1e-9, "{even:?}");
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_percentile_is_near_its_end() {
        let figures: Vec<f64> = (0..=100).map(f64::from).collect();
        let p99 = percentile(&figures, 0.99).expect("there are figures");
        assert!((p99 - 99.0).abs() < 1e-9, "{p99}");
    }
}
