//! Measures how many journal records a second become durable: the journal of this crate against redb and
//! fjall, used as a log as well as they can be.
//!
//! Sixteen threads append batches of 64 records with about 250 bytes of pre-image each, and wait until each
//! batch is durable. Both stores get a batch as one value, packed and LZ4-compressed on the appending thread
//! just as the journal does it, once with a commit per batch and once with one committer for all.
//!
//! ```text
//! cargo run --release -- [seconds] [rounds] [directory]
//! ```
//!
//! The contestants take turns; the table has the median round of each. The directory must be on the disk that
//! is to be measured.

mod contestants;
mod workload;

use std::path::PathBuf;
use std::time::Duration;

use contestants::{Contestant, FJALL, FJALL_GROUPED, JOURNAL, PLAIN_FILE, REDB, REDB_GROUPED};
use workload::{Measure, THREADS, measure};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default: &str| arguments.next().unwrap_or_else(|| default.to_owned());
    let seconds: f64 = next("5").parse().expect("seconds are a number");
    let rounds: usize = next("3").parse().expect("rounds are a number");
    let directory = PathBuf::from(next("."));
    let contestants: [(&str, Contestant); 6] = [
        ("journal segments", JOURNAL),
        ("redb, one committer", REDB_GROUPED),
        ("redb, commit per batch", REDB),
        ("fjall, one committer", FJALL_GROUPED),
        ("fjall, commit per batch", FJALL),
        ("bare file, sync per batch", PLAIN_FILE),
    ];
    let mut measures: Vec<Vec<Measure>> = vec![Vec::new(); contestants.len()];
    for _ in 0..rounds {
        for ((_, contestant), measures) in contestants.iter().zip(&mut measures) {
            let place = tempfile::tempdir_in(&directory).expect("the directory can be written");
            measures.push(measure(
                *contestant,
                place.path(),
                Duration::from_secs_f64(seconds),
            ));
        }
    }
    println!(
        "| {THREADS} threads, 64 records a batch | thousand records/s | p50 ms | p99 ms | bytes/record written | on disk | CPU µs/record |"
    );
    println!("|---|---|---|---|---|---|---|");
    for ((name, _), mut measures) in contestants.into_iter().zip(measures) {
        measures.sort_by(|one, other| one.records_per_second.total_cmp(&other.records_per_second));
        println!("| {name} | {} |", measures[measures.len() / 2]);
    }
}
