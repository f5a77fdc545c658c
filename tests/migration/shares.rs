//! A run that several workers carry out together: the real binary, one process for each share, at the same time on one keyspace.

mod apart;
mod ends;
mod keys;
mod together;

use std::path::Path;
use std::process::Child;

use redis::{cmd, pipe};
use remold::{Control, JournalDirectory, RedisOptions, RunOptions, Runner, Target};
use remold_tests::{ServerVersion, start_remold as start, wait_for};

use crate::bad_input::{Answer, Place, add_hashes};
use crate::stage::Stage;

/// Counts, and takes it back.
const COUNT: &str = r#"
fn migrate(rec) { rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1); }
fn revert(rec) { if rec.hash.get("runs") == "1" { rec.hash.remove("runs"); } else { throw "not counted once"; } }
"#;

/// The arguments of a worker of the run `shared`.
pub(crate) fn worker_arguments<'a>(
    manifest: &'a str,
    share: &'a str,
    url: &'a str,
    journals: &'a str,
) -> [&'a str; 11] {
    [
        "run",
        manifest,
        "--run",
        "shared",
        "--share",
        share,
        "--target",
        url,
        "--journal",
        journals,
        "--yes",
    ]
}

/// Many small hashes, a migration of them, and a folder of journals.
struct Field {
    stage: Stage,
    place: Place,
    count: u32,
}

impl Field {
    fn new(count: u32) -> Self {
        Self::with(count, "  policy: { conflictRetries: 1000 }\n", COUNT)
    }

    fn with(count: u32, more: &str, script: &str) -> Self {
        let stage = Stage::new(ServerVersion::Redis7_0, 0);
        add_hashes(&stage, count);
        let place = Place::new(&stage.manifest(more), script);
        Self {
            stage,
            place,
            count,
        }
    }

    fn manifest(&self) -> String {
        self.place.path("migration.yaml")
    }

    /// Starts a worker of the run `shared`, which reaches the server at a URL.
    fn worker_at(&self, url: &str, share: &str, more: &[&str]) -> Child {
        let (manifest, journals) = (self.manifest(), self.place.journals());
        let arguments = worker_arguments(&manifest, share, url, &journals);
        start(&[&arguments[..], more].concat())
    }

    fn worker(&self, share: &str) -> Child {
        self.worker_at(&self.stage.url(), share, &[])
    }

    /// Gives a command about a run that is known by its journals.
    fn about(&self, verb: &str, more: &[&str]) -> Child {
        let (url, journals) = (self.stage.url(), self.place.journals());
        let arguments = [verb, "shared", "--target", &url, "--journal", &journals];
        start(&[&arguments[..], more].concat())
    }

    /// How often each key was counted.
    fn counts(&self) -> Vec<Option<u32>> {
        let mut pipeline = pipe();
        for id in 0..self.count {
            pipeline.cmd("HGET").arg(format!("user:{id}")).arg("runs");
        }
        pipeline
            .query(&mut self.stage.connection())
            .expect("hashes")
    }

    fn counted(&self) -> usize {
        self.counts().iter().flatten().count()
    }

    /// Waits until so many keys are counted.
    fn wait_until_counted(&self, count: usize) {
        wait_for("the run to get on", || {
            (self.counted() >= count).then_some(())
        });
    }

    fn runner(&self) -> Runner {
        let options = RedisOptions::parse_url(&self.stage.url()).expect("a server's URL");
        Runner::new(
            Target::Redis(Box::new(options)),
            JournalDirectory::new(self.place.journals()),
        )
    }

    fn lock_is_gone(&self) -> bool {
        let left: i64 = cmd("PTTL")
            .arg("__remold:lock")
            .query(&mut self.stage.connection())
            .expect("PTTL");
        assert_ne!(left, -1, "it has an expiry");
        left == -2
    }
}

fn answer_of(child: Child) -> Answer {
    crate::bad_input::locks::answer_of(child)
}

fn kill(mut child: Child) {
    child.kill().expect("it can be killed");
    let output = child.wait_with_output().expect("it was started");
    assert!(!output.status.success(), "it had ended before");
}

#[track_caller]
fn assert_all(counts: &[Option<u32>], expected: Option<u32>) {
    let others: Vec<(usize, &Option<u32>)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count != expected)
        .take(5)
        .collect();
    assert!(others.is_empty(), "not {expected:?}: {others:?}");
}

/// The options of a worker that looks at one share.
fn share(text: &str) -> RunOptions {
    RunOptions {
        share: Some(text.parse().expect("a share")),
        ..RunOptions::default()
    }
}

fn control() -> Control {
    Control::new()
}

fn holds_no_journal(folder: &str, run: &str) -> bool {
    !Path::new(folder).join(run).exists()
}
