//! The metrics of a command that works on keys: its counts, read at each scrape and at no other time.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use remold::{ActiveLimit, Control, SpanCounts};
use remold_kube::metrics::table::{
    BATCH_DURATION, CONFLICTS, Exposer, JOURNAL_SYNC, JOURNAL_WRITTEN, KEYS_SCANNED, KEYS_WRITTEN,
    LOST_RECORDS, PROBE_LATENCY, PROGRESS, RECORDS, RECOVERIES, REJECTS, REMAINING,
    RESIDENT_MEMORY, RETRIES, SERVER_UNAVAILABLE, THROTTLED, THROTTLED_TIME,
};
use remold_kube::metrics::{Background, Exposition, Samples, Timings, serve_in_background};

use crate::exit::Exit;
use crate::progress::{Meter, Notes};
use crate::report::Report;

/// Begins to serve the metrics of a run, until what is returned is dropped.
pub(crate) fn serve(
    address: SocketAddr,
    control: &Control,
    notes: Arc<Notes>,
) -> Result<Background, Report> {
    serve_in_background(address, exposition(control, notes)).map_err(|error| {
        let message = format!("metrics cannot be served on {address}: {error}");
        Report::new(Exit::Failed, "metrics-address", message).hint(
            "another process may listen there: choose another port, or 0 for any that is free",
        )
    })
}

fn exposition(control: &Control, notes: Arc<Notes>) -> Exposition {
    let exposition = Exposition::new(Exposer::Worker, env!("CARGO_PKG_VERSION"));
    let meter = Mutex::new(Meter::new(control));
    let control = control.clone();
    exposition.read_from(move |samples| {
        read_counts(&control, &notes, samples);
        read_limits(&control, samples);
        samples.time(&BATCH_DURATION, &[], timings(&control.batches()));
        let journal = control.journal();
        samples.add(&JOURNAL_WRITTEN, &[], number(journal.bytes()));
        samples.time(&JOURNAL_SYNC, &[], timings(&journal.syncs()));
        // A reading more or less does no harm to the ones that come.
        let mut meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = meter.read(&control, notes.program());
        samples.add(&PROGRESS, &[], reading.fraction);
        if let Some(left) = reading.left {
            samples.add(&REMAINING, &[], left.as_secs_f64());
        }
        if let Some(bytes) = resident_memory() {
            samples.add(&RESIDENT_MEMORY, &[], number(bytes));
        }
    });
    exposition
}

fn read_counts(control: &Control, notes: &Notes, samples: &mut Samples) {
    let tally = control.tally();
    samples.add(&KEYS_SCANNED, &[], number(tally.scanned));
    samples.add(&KEYS_WRITTEN, &[], number(tally.keys_written));
    for (outcome, records) in [
        ("changed", tally.changed),
        ("unchanged", tally.unchanged),
        ("skipped", tally.skipped_total()),
        ("rejected", tally.rejected_total()),
        ("vanished", tally.vanished),
        ("oversized", tally.oversized),
        ("already", tally.already),
        ("kept", tally.kept),
        ("reverted", tally.reverted),
        ("expired", tally.expired),
    ] {
        samples.add(&RECORDS, &[outcome], number(records));
    }
    for (code, records) in &tally.rejected {
        samples.add(&REJECTS, &[code], number(*records));
    }
    samples.add(&CONFLICTS, &[], number(tally.conflicts));
    samples.add(&LOST_RECORDS, &[], number(tally.lost));
    for (fault, retries) in notes.retries() {
        samples.add(&RETRIES, &[fault], number(retries));
    }
    samples.add(&RECOVERIES, &[], number(notes.recoveries()));
}

fn read_limits(control: &Control, samples: &mut Samples) {
    let now = control.active_limit();
    for (limit, held) in ActiveLimit::ALL.into_iter().zip(control.held()) {
        let reason = match limit {
            ActiveLimit::None => continue,
            ActiveLimit::Waiting => {
                samples.add(&SERVER_UNAVAILABLE, &[], held.as_secs_f64());
                continue;
            }
            ActiveLimit::Rate => "rate",
            ActiveLimit::Latency => "latency",
            ActiveLimit::Paused => "paused",
        };
        samples.add(&THROTTLED, &[reason], f64::from(u8::from(limit == now)));
        samples.add(&THROTTLED_TIME, &[reason], held.as_secs_f64());
    }
    let latency = control.latency_us();
    if latency > 0 {
        samples.add(&PROBE_LATENCY, &[], number(latency) / 1e6);
    }
}

fn timings(counts: &SpanCounts) -> Timings {
    let bucket = |(bound, count): &(std::time::Duration, u64)| (bound.as_secs_f64(), *count);
    Timings {
        buckets: counts.within.iter().map(bucket).collect(),
        longer: counts.longer,
        sum: counts.sum.as_secs_f64(),
    }
}

/// Returns how much of the machine's memory the process has, bytes, where the system says so.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use remold::{Event, Fault, Observer as _, StoreError};
    use remold_kube::metrics::{Format, table};

    use super::*;

    #[test]
    fn all_of_the_table_is_exposed_as_soon_as_it_is_known() {
        let notes = Arc::new(Notes::default());
        notes.event(Event::Waiting {
            error: StoreError::Server {
                fault: Fault::Unavailable,
                doing: "reading".to_owned(),
                message: "LOADING".to_owned(),
                hint: None,
                retry_after: None,
            },
            delay_ms: 1,
        });
        let text = exposition(&Control::new(), notes).text(Format::OpenMetrics);
        // What a run has to be on for; the tests with a real Prometheus see them.
        let later = [&REJECTS, &PROBE_LATENCY, &REMAINING];
        for metric in table::all().filter(|metric| metric.is_of(Exposer::Worker)) {
            let is_there = text.contains(&format!("# TYPE {} ", metric.name()));
            assert_eq!(is_there, !later.contains(&metric), "{}", metric.name());
        }
        assert!(
            text.contains("remold_worker_retries_total{fault=\"unavailable\"} 1\n"),
            "{text}"
        );
        assert!(
            text.contains("remold_worker_throttled{reason=\"rate\"} 0\n"),
            "{text}"
        );
        let memory = text
            .lines()
            .find_map(|line| line.strip_prefix("remold_worker_resident_memory_bytes "));
        let memory: f64 = memory.expect("it is Linux").parse().expect("a number");
        assert!(memory > 1_000_000.0, "{memory}");
    }
}
