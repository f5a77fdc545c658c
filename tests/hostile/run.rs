//! One run over records of which some ask for a misdeed: what became of each.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Mutex, PoisonError};

use remold::host_api::{Bytes, Entry, HashField, Value};
use remold::{
    Control, Event, FileTarget, JournalDirectory, Migration, Observer, RunEnd, RunOptions, Runner,
    Target, escape,
};
use remold_rdb::Version;
use remold_tests::rdb_file;

/// How many records ask for nothing between one misdeed and the next.
const BYSTANDERS: usize = 20;

/// What became of the records.
pub(crate) struct Came {
    /// The code and message of each rejection, by the misdeed that was asked for.
    pub(crate) rejected: BTreeMap<String, (String, String)>,
    /// How many records that asked for nothing were changed.
    pub(crate) done: usize,
    /// How many there were.
    pub(crate) bystanders: usize,
}

#[derive(Default)]
struct Seen {
    rejected: BTreeMap<String, (String, String)>,
    done: usize,
}

/// Takes down what becomes of the records.
#[derive(Default)]
struct Taker(Mutex<Seen>);

impl Observer for Taker {
    fn event(&self, event: Event) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Rejected(rejected) => {
                let key = escape(&rejected.key);
                let misdeed = key.rsplit(':').next().unwrap_or_default().to_owned();
                seen.rejected
                    .insert(misdeed, (rejected.code, rejected.message));
            }
            Event::Changed(change) => {
                let key = escape(&change.before.key);
                seen.done += usize::from(key.starts_with("user:nothing"));
            }
            _ => (),
        }
    }
}

/// Runs a transform, which does what the field `do` says, over a file in which each misdeed is asked for once. A call has
/// this much fuel.
pub(crate) fn run(transform: &str, fuel: u64, source: (&str, &[u8]), misdeeds: &[&str]) -> Came {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let path = |name: &str| folder.path().join(name);
    // Time that passes is another matter, with a test of its own: it depends on the machine.
    let manifest = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: misdeeds }}\nspec:\n  \
         select: {{ match: \"user:*\" }}\n  transform: {{ {transform} }}\n  \
         strategy: {{ parallelism: 4, batchSize: 16 }}\n  policy: {{ maxRejected: 100% }}\n  \
         limits: {{ timeout: 10m, memory: 32MiB, fuel: {{ base: {fuel} }} }}\n"
    );
    fs::write(path("migration.yaml"), manifest).expect("it can be written");
    fs::write(path(source.0), source.1).expect("it can be written");
    let mut entries = Vec::new();
    for (number, misdeed) in misdeeds.iter().enumerate() {
        let asked = asking(format!("user:{number:03}:{misdeed}"), misdeed);
        let bystander = |place: usize| asking(format!("user:nothing:{number}:{place}"), "nothing");
        entries.extend((0..BYSTANDERS).map(bystander));
        entries.push(asked);
    }
    fs::write(path("data.rdb"), rdb_file(&entries, Version(9))).expect("it can be written");
    let migration = Migration::load(&path("migration.yaml"))
        .unwrap_or_else(|error| panic!("it does not load: {error}"));
    let target = Target::File(FileTarget {
        input: path("data.rdb"),
        output: Some(path("out.rdb")),
        database: 0,
    });
    let runner = Runner::new(target, JournalDirectory::new(path("journals")));
    let options = RunOptions {
        show_changes: true,
        ..RunOptions::default()
    };
    let taker = Taker::default();
    let report = runner
        .run(&migration, &options, &Control::new(), &taker)
        .unwrap_or_else(|error| panic!("it does not run: {error}"));
    assert_eq!(report.outcome.end, RunEnd::Completed);
    let seen = taker.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    Came {
        rejected: seen.rejected,
        done: seen.done,
        bystanders: BYSTANDERS * misdeeds.len(),
    }
}

fn asking(key: String, misdeed: &str) -> Entry {
    let field = HashField {
        name: Bytes::from_static(b"do"),
        value: Bytes::copy_from_slice(misdeed.as_bytes()),
        expires_at: None,
    };
    Entry {
        key: key.into(),
        value: Value::Hash([field].into_iter().collect()),
        expires_at: None,
    }
}
