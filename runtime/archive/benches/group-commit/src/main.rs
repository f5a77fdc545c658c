//! Measures how many journal records a second become durable: the journal of this crate against redb and
//! fjall, used as a log as well as they can be.
//!
//! Sixteen threads append batches of 64 records with about 250 bytes of pre-image each, and wait until each
//! batch is durable. Both stores get a batch as one value, packed and LZ4-compressed on the appending thread
//! just as the journal does it, once with a commit per batch and once with one committer for all.
//!
//! ```text
//! cargo run --release -- [seconds] [rounds] [directory] [name]
//! ```
//!
//! The contestants take turns, each round in another order; the table has the median round of each by throughput. The
//! directory must be on the disk that is to be measured. With a name, only contestants take part whose name
//! has it in it.

mod contestants;
mod workload;

use std::fs::File;
use std::path::{Path, PathBuf};
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
    let name = next("");
    let contestants: Vec<_> = contestants
        .into_iter()
        .filter(|(own, _)| own.contains(&name))
        .collect();
    let mut measures: Vec<Vec<Measure>> = vec![Vec::new(); contestants.len()];
    for round in 0..rounds {
        for turn in 0..contestants.len() {
            let index = (round + turn) % contestants.len();
            let place = tempfile::tempdir_in(&directory).expect("the directory can be written");
            let time = Duration::from_secs_f64(seconds);
            measures[index].push(measure(contestants[index].1, place.path(), time));
            drop(place);
            settle(&directory);
        }
    }
    println!(
        "| {THREADS} threads, 64 records a batch | thousand records/s, best round | median round | p50 ms | p99 ms | bytes/record written | on disk | CPU µs/record |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for ((name, _), mut measures) in contestants.into_iter().zip(measures) {
        measures.sort_by(|one, other| one.records_per_second.total_cmp(&other.records_per_second));
        let best = measures
            .last()
            .map_or(0.0, |best| best.records_per_second / 1e3);
        println!("| {name} | {best:.0} | {} |", measures[measures.len() / 2]);
    }
}

/// Lets the file system finish with what was removed, so that the next contestant does not wait for it.
fn settle(directory: &Path) {
    let directory = File::open(directory).expect("it is a directory");
    directory.sync_all().expect("the disk works");
    std::thread::sleep(Duration::from_millis(500));
    directory.sync_all().expect("the disk works");
}
