//! What is appended, and what is measured while it is.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use remold_engine::digest::ValueDigest;
use remold_engine::port::Image;
use remold_engine::record::{AfterImage, JournalRecord, KeyImage};

use crate::contestants::Contestant;

pub(crate) const THREADS: u64 = 16;
const BATCH: u64 = 64;
/// Batches that are made beforehand, so that making them is not measured.
const PREPARED: u64 = 64;

/// What was measured in one round.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    pub(crate) records_per_second: f64,
    p50: Duration,
    p99: Duration,
    written_per_record: f64,
    disk_per_record: f64,
    cpu_per_record: Duration,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        write!(
            f,
            "{:.0} | {:.2} | {:.2} | {:.0} | {:.0} | {:.2}",
            self.records_per_second / 1e3,
            ms(self.p50),
            ms(self.p99),
            self.written_per_record,
            self.disk_per_record,
            ms(self.cpu_per_record) * 1e3,
        )
    }
}

/// Lets all threads append to a new contestant for so long.
pub(crate) fn measure(contestant: Contestant, place: &Path, time: Duration) -> Measure {
    let log = contestant(place);
    let before = (written(), cpu());
    let begin = Instant::now();
    let mut latencies: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let log = &log;
                let mut batches: Vec<_> = (0..PREPARED).map(|n| batch(thread << 32 | n)).collect();
                scope.spawn(move || {
                    let mut latencies = Vec::new();
                    let mut number = 0;
                    while begin.elapsed() < time {
                        let prepared = usize::try_from(number % PREPARED).expect("it is small");
                        let JournalRecord::Batch { id, .. } = &mut batches[prepared] else {
                            unreachable!("only batches were prepared");
                        };
                        *id = thread << 32 | number;
                        let start = Instant::now();
                        log.append(&batches[prepared]);
                        latencies.push(start.elapsed());
                        number += 1;
                    }
                    latencies
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("no thread fails"))
            .collect()
    });
    let took = begin.elapsed();
    let after = (written(), cpu());
    drop(log);
    latencies.sort_unstable();
    let records = (latencies.len() as u64 * BATCH) as f64;
    Measure {
        records_per_second: records / took.as_secs_f64(),
        p50: latencies[latencies.len() / 2],
        p99: latencies[latencies.len() * 99 / 100],
        written_per_record: (after.0 - before.0) as f64 / records,
        disk_per_record: size(place) as f64 / records,
        cpu_per_record: (after.1 - before.1).div_f64(records),
    }
}

/// Makes a batch of hashes of 8 fields, as `DUMP` returns them: names that repeat, values that mostly do not.
fn batch(seed: u64) -> JournalRecord {
    let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let groups = (0..BATCH)
        .map(|_| {
            let id = random() % 1_000_000_000;
            let payload = format!(
                "\u{10}id {id} name {} {} email {:x}@example.com street {} {} city {} phone +{} \
                 created {} token {:016x} active true score {}\u{b}",
                WORDS[(random() % 16) as usize],
                WORDS[(random() % 16) as usize],
                random() % 0xff_ffff_ffff,
                random() % 300,
                WORDS[(random() % 16) as usize],
                WORDS[(random() % 16) as usize],
                random() % 1_000_000_000_000,
                1_700_000_000_000 + random() % 100_000_000_000,
                random(),
                random() % 1000,
            );
            vec![KeyImage {
                key: format!("user:{id}").into(),
                before: Some(Image {
                    payload: [payload.as_bytes(), &random().to_le_bytes()]
                        .concat()
                        .into(),
                    expires_at: None,
                    eviction: None,
                }),
                after: Some(AfterImage {
                    digest: ValueDigest(
                        u128::from(random())
                            .wrapping_mul(u128::from(random()))
                            .to_le_bytes(),
                    ),
                    expires_at: None,
                }),
            }]
        })
        .collect();
    JournalRecord::Batch { id: 0, groups }
}

const WORDS: [&str; 16] = [
    "Ada",
    "Boole",
    "Church",
    "Dijkstra",
    "Erdos",
    "Floyd",
    "Goedel",
    "Hopper",
    "Iverson",
    "Johnson",
    "Knuth",
    "Lovelace",
    "McCarthy",
    "Naur",
    "Ousterhout",
    "Perlis",
];

/// Bytes that this process made the system write to the disk.
fn written() -> u64 {
    let text = fs::read_to_string("/proc/self/io").expect("Linux says what was written");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|number| number.parse().ok())
        .expect("the line is there")
}

/// Processor time of all threads, user and system.
fn cpu() -> Duration {
    const TICKS_PER_SECOND: u64 = 100;
    let text = fs::read_to_string("/proc/self/stat").expect("Linux says what was used");
    let fields = text.rsplit(')').next().expect("the name is in parentheses");
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().expect("ticks are a number"))
        .sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}

fn size(path: &Path) -> u64 {
    let metadata = fs::metadata(path).expect("it exists");
    if metadata.is_file() {
        return metadata.len();
    }
    fs::read_dir(path)
        .expect("it is a directory")
        .map(|entry| size(&entry.expect("it is listed").path()))
        .sum()
}
