//! Numbers that are kept between scrapes, under a lock: for what happens some hundred times in a second at most.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::samples::{Sample, Samples, Timings};
use super::table::Metric;

/// The upper bounds of what is timed here, seconds.
const BOUNDS: [f64; 10] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

type Kept = BTreeMap<(&'static str, Vec<String>), (&'static Metric, Sample)>;

/// Numbers that are kept. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Counts(Arc<Mutex<Kept>>);

impl Counts {
    /// Adds to a counter or a gauge.
    pub fn add(&self, metric: &'static Metric, labels: &[&str], value: f64) {
        let mut kept = self.kept();
        let (_, sample) = kept
            .entry(place(metric, labels))
            .or_insert_with(|| (metric, Sample::Number(0.0)));
        if let Sample::Number(number) = sample {
            *number += value;
        }
    }

    /// Sets a gauge.
    pub fn set(&self, metric: &'static Metric, labels: &[&str], value: f64) {
        let sample = (metric, Sample::Number(value));
        self.kept().insert(place(metric, labels), sample);
    }

    /// Notes how long something took.
    pub fn observe(&self, metric: &'static Metric, labels: &[&str], seconds: f64) {
        let mut kept = self.kept();
        let (_, sample) = kept
            .entry(place(metric, labels))
            .or_insert_with(|| (metric, Sample::Timings(Timings::new(&BOUNDS))));
        if let Sample::Timings(timings) = sample {
            timings.observe(seconds);
        }
    }

    /// Gives them to a scrape.
    pub fn read(&self, samples: &mut Samples) {
        for ((_, labels), (metric, sample)) in self.kept().iter() {
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            match sample {
                Sample::Number(number) => samples.add(metric, &labels, *number),
                Sample::Timings(timings) => samples.time(metric, &labels, timings.clone()),
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Numbers stay whole whatever a panicking thread was doing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Values that the table does not have are one from the beginning, so that others cannot fill the memory.
fn place(metric: &'static Metric, labels: &[&str]) -> (&'static str, Vec<String>) {
    let values = metric.labels().iter().zip(labels);
    let values = values.map(|(label, value)| label.bounded(value).to_owned());
    (metric.name(), values.collect())
}
