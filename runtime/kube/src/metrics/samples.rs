//! What one scrape finds, before it becomes text.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::table::{Exposer, Kind, Metric};

/// The values of a metric's labels, in their order.
pub(super) type Values = Vec<String>;

/// What one scrape finds. What is added to the same metric with the same labels is one sample, their sum.
#[derive(Debug)]
pub struct Samples {
    by: Exposer,
    pub(super) found: BTreeMap<&'static str, Family>,
}

/// The samples of a metric.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) metric: &'static Metric,
    pub(super) samples: BTreeMap<Values, Sample>,
}

/// A sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sample {
    Number(f64),
    Timings(Timings),
}

/// How often something took how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Timings {
    /// The upper bounds in seconds, each with how often it took no longer, and longer than the bound before.
    pub buckets: Vec<(f64, u64)>,
    /// How often it took longer than the last bound.
    pub longer: u64,
    /// How long it took altogether, seconds.
    pub sum: f64,
}

impl Timings {
    /// Begins with none.
    pub fn new(bounds: &[f64]) -> Self {
        Self {
            buckets: bounds.iter().map(|bound| (*bound, 0)).collect(),
            longer: 0,
            sum: 0.0,
        }
    }

    /// Counts one more.
    pub fn observe(&mut self, seconds: f64) {
        self.sum += seconds;
        let bucket = self.buckets.iter_mut().find(|(bound, _)| seconds <= *bound);
        *bucket.map_or(&mut self.longer, |(_, count)| count) += 1;
    }

    /// Returns how many there are.
    pub fn count(&self) -> u64 {
        self.longer + self.buckets.iter().map(|(_, count)| count).sum::<u64>()
    }
}

impl Samples {
    pub(super) const fn new(by: Exposer) -> Self {
        Self {
            by,
            found: BTreeMap::new(),
        }
    }

    /// Adds to a sample of a counter, gauge or info; `labels` are the values of its labels, in their order.
    ///
    /// # Panics
    ///
    /// If the table has another number of labels, another kind, or another one who exposes it.
    pub fn add(&mut self, metric: &'static Metric, labels: &[&str], value: f64) {
        assert!(metric.kind() != Kind::Histogram, "{}", metric.name());
        match self.place(metric, labels) {
            Entry::Vacant(place) => drop(place.insert(Sample::Number(value))),
            Entry::Occupied(mut place) => {
                if let Sample::Number(number) = place.get_mut() {
                    *number += value;
                }
            }
        }
    }

    /// Adds the sample of a histogram.
    ///
    /// # Panics
    ///
    /// As [`Samples::add`] does.
    pub fn time(&mut self, metric: &'static Metric, labels: &[&str], timings: Timings) {
        assert!(metric.kind() == Kind::Histogram, "{}", metric.name());
        self.place(metric, labels)
            .insert_entry(Sample::Timings(timings));
    }

    fn place(&mut self, metric: &'static Metric, labels: &[&str]) -> Entry<'_, Values, Sample> {
        let name = metric.name();
        assert!(
            metric.is_of(self.by),
            "{name} is exposed by {:?}",
            metric.by()
        );
        let known = metric.labels();
        assert!(
            labels.len() == known.len(),
            "{name} has {} labels",
            known.len()
        );
        let values = known.iter().zip(labels);
        let values = values.map(|(label, value)| label.bounded(value).to_owned());
        let family = self.found.entry(name).or_insert_with(|| Family {
            metric,
            samples: BTreeMap::new(),
        });
        family.samples.entry(values.collect())
    }
}
