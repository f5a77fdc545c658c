//! What a run costs in things that can be counted, held against a recorded baseline: a regression shows here, whatever
//! else the machine does meanwhile.
//!
//! In reading order: `data` says which keys there are, `change` what becomes of them, `measure` runs and counts, and
//! `baseline` compares with `baseline.json`.
//!
//! Counts are per key: the difference of a run of 20,000 keys and one of 10,000, divided by 10,000, so that what a run
//! needs once falls out. The baseline is of debug builds; what an optimised build allocates was not recorded.
//!
//! A new baseline, on purpose: `REMOLD_RECORD_COUNTS=1 cargo test -p remold-tests --test counts`.

mod baseline;
mod change;
mod data;
mod measure;

use std::alloc::System;
use std::io::Write as _;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use baseline::Baseline;

// It counts for all threads, so the measurement is the only test of this binary that does anything large.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn no_count_is_worse_than_the_baseline() {
    let counts = measure::all();
    if std::env::var_os("REMOLD_RECORD_COUNTS").is_some() {
        Baseline::load().renewed(&counts).store();
        return;
    }
    let comparison = Baseline::load().compare(&counts);
    assert!(!comparison.is_worse(), "\n{comparison}");
    if comparison.is_out_of_date() {
        // Past the capture of a test that passes: it is to be seen.
        let told = writeln!(std::io::stderr(), "\n{comparison}");
        told.expect("the tests' output is open");
    }
}
