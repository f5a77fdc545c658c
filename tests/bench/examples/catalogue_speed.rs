//! How long each transform of the catalogue takes for a record: over the records of its cases, in memory, one thread.
//!
//! ```text
//! cargo run --release -p remold-bench --example catalogue_speed              # a line for each
//! cargo run --release -p remold-bench --example catalogue_speed -- --write   # into the READMEs too
//! ```
//!
//! It counts what a run does for a record without reading and writing it: the script, and what the host compares. A program is
//! measured as a whole, with its keyspace in memory.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use remold::host_api::Entry;
use remold::manifest::cases::{Case, Direction};
use remold::{Applied, Applier, CaseRunner, Error, Migration, Ready};

// The allocator of the program `remold`, so that it is measured as it is used.
#[global_allocator]
static ALLOCATOR: remold_allocator::Allocator = remold_allocator::Allocator;

/// For so long each case is repeated.
const PATIENCE: Duration = Duration::from_millis(200);

/// Between these lines a README says how fast its transform is.
const MARKS: [&str; 2] = ["<!-- speed -->\n", "<!-- end of speed -->\n"];

/// What was measured of one transform.
#[derive(Default)]
struct Speed {
    cases: u32,
    microseconds: f64,
    bytes: usize,
    records: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    remold::measure_memory_by(remold_allocator::held_by_this_thread);
    let writes = std::env::args().any(|argument| argument == "--write");
    let mut screen = std::io::stdout();
    for ready in remold::catalogue() {
        let speed = measure(ready)?;
        let line = format!(
            "{:.1} µs for a record, of {} bytes on average",
            speed.microseconds / f64::from(speed.cases.max(1)),
            speed.bytes / speed.records.max(1)
        );
        writeln!(screen, "{:<22} {line}", ready.name())?;
        if writes {
            write(ready, &line)?;
        }
    }
    Ok(())
}

fn folder(ready: &Ready) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../transforms")
        .join(ready.name())
}

/// Takes the mean over all cases in which something changes.
fn measure(ready: &Ready) -> Result<Speed, Error> {
    let migration = Migration::load(&folder(ready).join("migration.yaml"))?;
    let runner = CaseRunner::new(&migration);
    let mut speed = Speed::default();
    for file in runner.files()? {
        for case in runner.read(&file)?.cases {
            if case.direction == Direction::Migrate {
                speed.add(&migration, &case)?;
            }
        }
    }
    Ok(speed)
}

impl Speed {
    fn add(&mut self, migration: &Migration, case: &Case) -> Result<(), Error> {
        let entries: Vec<Entry> = case
            .given
            .iter()
            .map(|record| record.entry.clone())
            .collect();
        let once: Box<dyn FnMut() -> Result<bool, Error>> = if migration.transform().exports().run {
            let runner = CaseRunner::new(migration);
            Box::new(move || runner.run(case).map(|report| report.observed.is_some()))
        } else {
            let mut applier = Applier::new(&with_parameters(migration, case)?)?;
            let entries = entries.clone();
            Box::new(move || {
                let applied = applier.migrate(entries.clone());
                let changed = |applied: &Applied| matches!(applied, Applied::Changed { .. });
                Ok(applied.iter().any(changed))
            })
        };
        let Some(taken) = repeat(once)? else {
            return Ok(());
        };
        self.cases += 1;
        let records = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        self.microseconds += taken.as_secs_f64() * 1e6 / f64::from(records);
        self.records += entries.len();
        let weight = |entry: &Entry| entry.key.len() + entry.value.weight();
        self.bytes += entries.iter().map(weight).sum::<usize>();
        Ok(())
    }
}

/// Repeats something for a while and returns the mean; nothing if it changes nothing.
fn repeat(mut once: impl FnMut() -> Result<bool, Error>) -> Result<Option<Duration>, Error> {
    if !once()? {
        return Ok(None);
    }
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < PATIENCE {
        once()?;
        count += 1;
    }
    Ok(Some(begun.elapsed() / count))
}

/// The migration with the parameters of a case.
fn with_parameters(migration: &Migration, case: &Case) -> Result<Migration, Error> {
    let mut document = migration.document().migration.to_json();
    if let Some(parameters) = &case.parameters {
        document["spec"]["parameters"] = serde_json::Value::Object(parameters.clone());
    }
    let sources = migration.sources().clone();
    Migration::from_parts("migration.json", &document.to_string(), sources)
}

fn write(ready: &Ready, line: &str) -> std::io::Result<()> {
    let path = folder(ready).join("README.md");
    let text = fs::read_to_string(&path)?;
    let missing = || std::io::Error::other("a README has no place for its speed");
    let (before, rest) = text.split_once(MARKS[0]).ok_or_else(missing)?;
    let (_, after) = rest.split_once(MARKS[1]).ok_or_else(missing)?;
    let measured = format!(
        "\n{line}, on one processor: measured over the records of its cases with `cargo run --release -p remold-bench --example catalogue_speed`.\n\n"
    );
    fs::write(
        &path,
        format!("{before}{}{measured}{}{after}", MARKS[0], MARKS[1]),
    )
}
