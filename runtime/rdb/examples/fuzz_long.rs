//! Runs the fuzz targets for long on stable Rust, and watches what each input costs.
//!
//! `cargo run --release -p remold-rdb --example fuzz_long EXECUTIONS [SEED [TARGET]]`. An input that breaks
//! something is named by its seed and number, and written to the folder for temporary files as `found-…`.

#[path = "../fuzz/mutate.rs"]
mod mutate;
#[path = "../fuzz/targets.rs"]
mod targets;

use std::error::Error;
use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use mutate::{Mutator, corpus};
use peak_alloc::PeakAlloc;
use targets::FuzzTarget;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What an input may cost beside its size: the reader's buffer, several times.
const CONSTANT: usize = 512 * 1024;
/// What each byte may cost. LZF makes 88 bytes of one, and two of those can be an element, which takes a
/// few dozen bytes of its own.
const PER_BYTE: usize = 88 * 64;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let executions: u64 = arguments.first().ok_or("how many executions?")?.parse()?;
    let seed: u64 = arguments.get(1).map_or(Ok(1), |seed| seed.parse())?;
    let only = arguments.get(2);
    for target in FuzzTarget::ALL {
        if only.is_none_or(|only| only == target.name()) {
            fuzz(target, executions, seed)?;
        }
    }
    Ok(())
}

fn fuzz(target: FuzzTarget, executions: u64, seed: u64) -> Result<(), Box<dyn Error>> {
    let corpus = corpus(target.name());
    let mut mutator = Mutator::new(seed);
    let start = Instant::now();
    let (mut done, mut found, mut most, mut slowest) = (0_u64, 0_u64, 0, Duration::ZERO);
    for number in 0..executions {
        let input = mutator.input(&corpus);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let begin = Instant::now();
        let held = catch_unwind(AssertUnwindSafe(|| target.run(&input))).is_ok();
        slowest = slowest.max(begin.elapsed());
        done += 1;
        let used = MEMORY.peak_usage().saturating_sub(before);
        // What a panic's message costs does not count.
        let bounded = !held || used <= CONSTANT + PER_BYTE * input.len();
        most = if held { most.max(used) } else { most };
        if !held || !bounded {
            found += 1;
            let name = format!("found-{}-{seed}-{number}", target.name());
            writeln!(stdout(), "{name}: held {held}, {used} bytes of memory")?;
            std::fs::write(std::env::temp_dir().join(name), &input)?;
            if found == 20 {
                break;
            }
        }
    }
    writeln!(
        stdout(),
        "{}: {done} executions in {:.0?}, {found} found; at most {most} bytes of memory and {slowest:.1?}",
        target.name(),
        start.elapsed()
    )?;
    Ok(())
}
