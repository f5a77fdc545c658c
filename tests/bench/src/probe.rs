//! Another user of the server: reads one key again and again and remembers how long each answer took.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::error::Error;
use crate::statistics::percentile;
use crate::wire::Wire;

/// The key, which no contestant touches.
const KEY: &[u8] = b"probe";

/// How long it rests between two reads.
const REST: Duration = Duration::from_micros(500);

/// A running probe.
pub(crate) struct Probe {
    stop: Arc<AtomicBool>,
    reader: JoinHandle<Result<Vec<Sample>, Error>>,
}

/// One read.
#[derive(Debug, Clone, Copy)]
struct Sample {
    sent: Instant,
    took: Duration,
}

/// How long the answers of a time took.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Latency {
    /// Half of them took less, milliseconds.
    pub(crate) p50_ms: f64,
    /// All but one in a hundred took less, milliseconds.
    pub(crate) p99_ms: f64,
}

/// All reads of a probe.
pub(crate) struct Samples(Vec<Sample>);

impl Probe {
    /// Begins to read.
    pub(crate) fn start(port: u16) -> Result<Self, Error> {
        let mut wire = Wire::connect(port)?;
        wire.ask("SET", &[b"SET", KEY, &[b'x'; 100]])?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let reader = thread::spawn(move || {
            let mut samples = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let sent = Instant::now();
                wire.ask("GET", &[b"GET", KEY])?;
                let took = sent.elapsed();
                samples.push(Sample { sent, took });
                thread::sleep(REST);
            }
            Ok(samples)
        });
        Ok(Self { stop, reader })
    }

    /// Stops, and returns all reads.
    pub(crate) fn stop(self) -> Result<Samples, Error> {
        self.stop.store(true, Ordering::Relaxed);
        let samples = self.reader.join().map_err(|_| Error::Worker)?;
        Ok(Samples(samples?))
    }
}

impl Samples {
    /// Sums up the reads that were sent within a time; nothing if there were none.
    pub(crate) fn within(&self, from: Instant, to: Instant) -> Option<Latency> {
        let within = self.0.iter();
        let within = within.filter(|sample| sample.sent >= from && sample.sent < to);
        let mut took: Vec<f64> = within
            .map(|sample| sample.took.as_secs_f64() * 1e3)
            .collect();
        took.sort_by(f64::total_cmp);
        Some(Latency {
            p50_ms: percentile(&took, 0.5)?,
            p99_ms: percentile(&took, 0.99)?,
        })
    }
}
