//! What the controller counts of itself. What it says of the objects is in [`objects`].

mod objects;
mod requests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::metrics::table::{
    Exposer, LEADING, OBJECTS_RETRIED, RECONCILIATION_DURATION, RECONCILIATION_FAILURES,
    RECONCILIATION_LONGEST, RECONCILIATIONS, RECONCILIATIONS_ACTIVE,
};
use crate::metrics::{Counts, Exposition, Samples};
pub(super) use objects::Objects;
pub(super) use requests::counted;

/// What the controller counts. Clones share it.
#[derive(Debug, Clone)]
pub struct Metrics {
    exposition: Exposition,
    counts: Counts,
    active: Arc<Mutex<Active>>,
    objects: Objects,
}

/// The reconciliations that are going on, by a number of their own.
#[derive(Debug, Default)]
struct Active {
    next: u64,
    begun: BTreeMap<u64, (&'static str, Instant)>,
}

/// A reconciliation that is going on; dropped, it is over.
pub(super) struct Going {
    metrics: Metrics,
    number: u64,
    kind: &'static str,
    begun: Instant,
}

impl Default for Metrics {
    fn default() -> Self {
        let exposition = Exposition::new(Exposer::Controller, env!("CARGO_PKG_VERSION"));
        let metrics = Self {
            exposition: exposition.clone(),
            counts: Counts::default(),
            active: Arc::default(),
            objects: Objects::default(),
        };
        metrics.set_leading(false);
        let (counts, active) = (metrics.counts.clone(), Arc::clone(&metrics.active));
        let objects = metrics.objects.clone();
        exposition.read_from(move |samples| {
            counts.read(samples);
            lock(&active).read(samples);
            objects.read(samples);
        });
        metrics
    }
}

impl Metrics {
    /// Notes that a reconciliation begins.
    pub(super) fn begin(&self, kind: &'static str) -> Going {
        let begun = Instant::now();
        let mut active = lock(&self.active);
        let number = active.next;
        active.next += 1;
        active.begun.insert(number, (kind, begun));
        Going {
            metrics: self.clone(),
            number,
            kind,
            begun,
        }
    }

    /// Says whether this process leads.
    pub(super) fn set_leading(&self, leads: bool) {
        self.counts.set(&LEADING, &[], f64::from(u8::from(leads)));
    }

    /// Says how many objects of a kind wait for the next attempt.
    pub(super) fn set_retried(&self, kind: &str, objects: usize) {
        let objects = u32::try_from(objects).unwrap_or(u32::MAX);
        self.counts.set(&OBJECTS_RETRIED, &[kind], objects.into());
    }

    /// Returns what is counted here.
    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Returns the objects that are spoken of.
    pub(super) const fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Returns what is exposed.
    pub fn exposition(&self) -> Exposition {
        self.exposition.clone()
    }
}

impl Going {
    /// Counts how it ended.
    pub(super) fn end(&self, error: Option<&str>) {
        let counts = &self.metrics.counts;
        counts.add(&RECONCILIATIONS, &[self.kind], 1.0);
        let took = self.begun.elapsed().as_secs_f64();
        counts.observe(&RECONCILIATION_DURATION, &[self.kind], took);
        if let Some(error) = error {
            counts.add(&RECONCILIATION_FAILURES, &[self.kind, error], 1.0);
        }
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        lock(&self.metrics.active).begun.remove(&self.number);
    }
}

impl Active {
    fn read(&self, samples: &mut Samples) {
        let mut longest: f64 = 0.0;
        for (kind, begun) in self.begun.values() {
            samples.add(&RECONCILIATIONS_ACTIVE, &[kind], 1.0);
            longest = longest.max(begun.elapsed().as_secs_f64());
        }
        samples.add(&RECONCILIATION_LONGEST, &[], longest);
    }
}

fn lock(active: &Mutex<Active>) -> MutexGuard<'_, Active> {
    // Nothing but a map is changed under it.
    active.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
