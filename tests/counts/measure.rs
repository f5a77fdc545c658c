//! Runs, and counts what they cost.

use std::collections::BTreeMap;
use std::ops::Sub;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use redis::{Connection, cmd};
use remold::{
    Address, Control, FileTarget, JournalDirectory, Migration, RedisOptions, RunEnd, RunOptions,
    RunReport, Runner, Silent, Target,
};
use remold_rdb::{Version, decode, encode};
use remold_tests::{Options, Server, ServerVersion};
use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::change::{Language, migration};
use crate::data;

/// The smaller of two runs; the larger has as many more, and twice as large a table in the server.
const STEP: u64 = 10_000;

/// A command that is rarer than this, by a thousand keys, is not compared: such are those that go by the clock.
const RARE: f64 = 0.4;

/// What is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// Requests to the allocator for new or larger memory.
    Allocations,
    /// Bytes.
    Bytes,
    /// Commands that the server executed; some are sent once for a batch, so they are told by a thousand keys.
    Commands,
}

/// What keys cost, by name, in the order in which it is told.
pub(crate) type Counts = Vec<(String, Unit, f64)>;

/// Everything that is counted since some moment.
#[derive(Debug, Default)]
struct Cost {
    by_name: BTreeMap<(Unit, String), u64>,
}

/// Takes all counts.
pub(crate) fn all() -> Counts {
    let server = Server::start(ServerVersion::Redis7_0, Options::new());
    let mut counts = Counts::new();
    for (label, language) in [("native", Language::Native), ("rhai", Language::Rhai)] {
        let migration = migration(language);
        // The first run of all finds a server that has less to say of itself.
        drop(run(&server, &migration, 64));
        let small = run(&server, &migration, STEP);
        let large = run(&server, &migration, 2 * STEP);
        add(&mut counts, label, &(large - small));
    }
    let files = tempfile::tempdir().expect("there is room for a folder");
    let migration = migration(Language::Native);
    let [small, large] = [STEP, 2 * STEP].map(|count| {
        let file = file_of(&server, files.path(), count);
        dry_run(&migration, &file, count)
    });
    add(&mut counts, "dry run", &(large - small));
    add(&mut counts, "codec", &codec());
    counts
}

/// Adds what `STEP` keys cost.
#[allow(clippy::cast_precision_loss, reason = "no count is near 2^52")]
fn add(counts: &mut Counts, label: &str, cost: &Cost) {
    for ((unit, name), count) in &cost.by_name {
        let rate = *count as f64 / STEP as f64 * unit.keys();
        if *unit != Unit::Commands || rate >= RARE {
            counts.push((format!("{label}: {name}"), *unit, rate));
        }
    }
}

/// Makes the keys, migrates them, and returns what that cost.
fn run(server: &Server, migration: &Migration, count: u64) -> Cost {
    let mut connection = server.connection();
    data::fill(&mut connection, count);
    let address = Address::Tcp {
        host: "127.0.0.1".to_owned(),
        port: server.port(),
    };
    let target = Target::Redis(Box::new(RedisOptions::new(address)));
    let folder = tempfile::tempdir().expect("there is room for a journal");
    let runner = Runner::new(target, JournalDirectory::new(folder.path()));
    // A lock that need not be renewed meanwhile, however slow the machine: renewals go by the clock.
    let options = RunOptions {
        lock_ttl: Some(Duration::from_hours(1)),
        ..RunOptions::default()
    };
    let control = Control::new();

    let before = server_cost(&mut connection);
    let (report, mut cost) = counted(|| runner.run(migration, &options, &control, &Silent));
    let after = server_cost(&mut connection);

    check(&report.expect("the run begins"), count);
    check_key(&mut connection, 0);
    cost.by_name.extend((after - before).by_name);
    let journals = runner.journals().list().expect("there is a journal");
    let [journal] = journals.as_slice() else {
        panic!("{} journals", journals.len());
    };
    cost.put(Unit::Bytes, "journal", journal.bytes);
    cost
}

/// Lets the server write a file with this many keys.
fn file_of(server: &Server, folder: &Path, count: u64) -> PathBuf {
    let mut connection = server.connection();
    data::fill(&mut connection, count);
    let _: () = cmd("SAVE").query(&mut connection).expect("SAVE");
    let file = folder.join(format!("{count}.rdb"));
    std::fs::copy(server.folder().join("dump.rdb"), &file).expect("the server's file");
    file
}

/// Tries the migration on a file and returns what that cost.
fn dry_run(migration: &Migration, file: &Path, count: u64) -> Cost {
    let target = Target::File(FileTarget {
        input: file.to_owned(),
        output: None,
        database: 0,
    });
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let runner = Runner::new(target, JournalDirectory::new(folder.path()));
    let (control, options) = (Control::new(), RunOptions::default());
    let (report, cost) = counted(|| runner.dry_run(migration, &options, &control, &Silent));
    check(&report.expect("the dry run begins"), count);
    cost
}

/// Decodes and encodes the values of `STEP` keys and returns what that cost.
fn codec() -> Cost {
    let target = remold_rdb::Target::new(Version(10));
    let encoded = (0..STEP).map(|number| encode(&data::value(number), &target));
    let payloads: Vec<Bytes> = encoded.collect::<Result<_, _>>().expect("it is a hash");
    let (same, cost) = counted(|| {
        payloads.iter().all(|payload| {
            let value = decode(payload).expect("it was encoded").value;
            encode(&value, &target).is_ok_and(|again| again == payload)
        })
    });
    assert!(same, "a payload did not come out as it went in");
    cost
}

/// Does something and counts what it allocates, in all threads.
fn counted<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let region = Region::new(ALLOCATOR);
    let done = work();
    let change = region.change();
    let requests = change.allocations + change.reallocations;
    let mut cost = Cost::default();
    cost.put(Unit::Allocations, "allocations", requests as u64);
    cost.put(Unit::Bytes, "allocated", change.bytes_allocated as u64);
    (done, cost)
}

/// What the server has counted since it was started.
fn server_cost(connection: &mut Connection) -> Cost {
    let mut cost = Cost::default();
    let text: String = cmd("INFO")
        .arg("everything")
        .query(connection)
        .expect("INFO");
    for line in text.lines() {
        let Some((name, rest)) = line.split_once(':') else {
            continue;
        };
        let number = |text: &str| text.parse().expect("INFO prints numbers");
        if let Some(command) = name.strip_prefix("cmdstat_") {
            let calls = rest.split([',', '=']).nth(1).expect("calls come first");
            let command = command.replace('|', " ").to_uppercase();
            // Of this test itself.
            if command != "INFO" {
                cost.put(Unit::Commands, &command, number(calls));
            }
        } else if name == "total_net_input_bytes" {
            cost.put(Unit::Bytes, "to the server", number(rest));
        } else if name == "total_net_output_bytes" {
            cost.put(Unit::Bytes, "from the server", number(rest));
        }
    }
    cost
}

impl Cost {
    fn put(&mut self, unit: Unit, name: &str, count: u64) {
        self.by_name.insert((unit, name.to_owned()), count);
    }
}

impl Sub for Cost {
    type Output = Self;

    /// What is more in this one. What is not is left out: a run's own commands may be fewer by chance.
    fn sub(mut self, less: Self) -> Self {
        for (name, count) in &mut self.by_name {
            *count = count.saturating_sub(less.by_name.get(name).copied().unwrap_or(0));
        }
        self.by_name.retain(|_, count| *count > 0);
        self
    }
}

/// A count means something only if the work was done.
fn check(report: &RunReport, count: u64) {
    let outcome = &report.outcome;
    assert_eq!(outcome.end, RunEnd::Completed, "{outcome:?}");
    assert_eq!(outcome.tally.changed, count, "{outcome:?}");
    assert_eq!(outcome.tally.conflicts, 0, "{outcome:?}");
}

/// Looks at one key, which must have its new fields and none of the old.
fn check_key(connection: &mut Connection, number: u64) {
    let found: BTreeMap<String, String> = cmd("HGETALL")
        .arg(format!("item:{number}"))
        .query(connection)
        .expect("HGETALL");
    let mut expected: BTreeMap<String, String> = data::fields(number)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut take = |name| expected.remove(name).expect("it was made with it");
    let (name, price) = (take("name"), take("price"));
    take("legacy");
    let (first, last) = name.split_once(' ').expect("there are two names");
    for (name, value) in [
        ("first", first.to_owned()),
        ("last", last.to_owned()),
        ("price_cents", price.replace('.', "")),
    ] {
        expected.insert(name.to_owned(), value);
    }
    assert_eq!(found, expected);
}
