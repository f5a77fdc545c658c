//! What a process exposes: where it is read at each scrape, and what is remembered from one scrape to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::samples::{Sample, Samples};
use super::table::{self, Exposer, Kind, Metric, OTHER, Values};
use super::text::{self, Format};

type Source = Box<dyn Fn(&mut Samples) + Send + Sync>;

/// What a process exposes. Clones share it.
#[derive(Clone)]
pub struct Exposition {
    by: Exposer,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    sources: Vec<Source>,
    memory: Memory,
}

/// What is remembered from one scrape to the next.
#[derive(Default)]
struct Memory {
    /// The words of labels that others choose, the first that came up.
    words: BTreeMap<(&'static str, usize), BTreeSet<String>>,
    /// How far counters were.
    highest: BTreeMap<(&'static str, Vec<String>), f64>,
}

impl fmt::Debug for Exposition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Exposition").field(&self.by).finish()
    }
}

impl Exposition {
    /// Begins with the version of the program.
    pub fn new(by: Exposer, version: &'static str) -> Self {
        let exposition = Self {
            by,
            inner: Arc::default(),
        };
        let component = match by {
            Exposer::Controller => "controller",
            Exposer::Worker | Exposer::Both => "worker",
        };
        exposition.read_from(move |samples| samples.add(&table::BUILD, &[version, component], 1.0));
        exposition
    }

    /// Adds something that is read at each scrape, and must not take long.
    pub fn read_from(&self, source: impl Fn(&mut Samples) + Send + Sync + 'static) {
        self.inner().sources.push(Box::new(source));
    }

    /// Reads all of it, as text.
    pub fn text(&self, format: Format) -> String {
        let mut samples = Samples::new(self.by);
        let mut inner = self.inner();
        let Inner { sources, memory } = &mut *inner;
        sources.iter().for_each(|source| source(&mut samples));
        memory.settle(&mut samples);
        text::write(&samples, format)
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        // What is remembered is right at any moment.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn settle(&mut self, samples: &mut Samples) {
        for (name, family) in &mut samples.found {
            self.bound(name, family.metric, &mut family.samples);
            if family.metric.kind() == Kind::Counter {
                self.keep_from_falling(name, &mut family.samples);
            }
        }
    }

    /// Puts together what a label of others' words has no room for.
    fn bound(
        &mut self,
        name: &'static str,
        metric: &'static Metric,
        samples: &mut BTreeMap<Vec<String>, Sample>,
    ) {
        for (place, label) in metric.labels().iter().enumerate() {
            let Values::AtMost(most, _) = label.values else {
                continue;
            };
            let known = self.words.entry((name, place)).or_default();
            for (mut values, sample) in std::mem::take(samples) {
                let word = &mut values[place];
                if !known.contains(word) && known.len() >= most {
                    OTHER.clone_into(word);
                } else {
                    known.insert(word.clone());
                }
                match (samples.get_mut(&values), sample) {
                    (Some(Sample::Number(sum)), Sample::Number(number)) => *sum += number,
                    (_, sample) => drop(samples.insert(values, sample)),
                }
            }
        }
    }

    /// A run that recovers takes back what turned out not to be applied, and does it again. For a reader of counters that would
    /// be a new process, and all of it counted twice.
    fn keep_from_falling(
        &mut self,
        name: &'static str,
        samples: &mut BTreeMap<Vec<String>, Sample>,
    ) {
        for (values, sample) in samples {
            if let Sample::Number(number) = sample {
                let highest = self.highest.entry((name, values.clone())).or_default();
                *highest = highest.max(*number);
                *number = *highest;
            }
        }
    }
}

#[cfg(test)]
mod tests;
