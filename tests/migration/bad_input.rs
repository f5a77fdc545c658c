//! What bad input gets: one test for each kind, by the message and the exit code of the real binary, and by what it
//! left alone. Exit codes are in `docs/reference/exit-codes.md`.

mod data;
mod documents;
mod journals;
pub(crate) mod locks;
mod scripts;
pub(crate) mod servers;
mod transforms;

use std::path::Path;

use redis::pipe;
use remold_tests::{ServerVersion, Snapshot};
use tempfile::TempDir;

use super::stage::{RESERVED, Stage};
use remold_tests::{said, start_remold as start};

/// An address at which nobody listens: what is refused before anything is contacted does not get to mention it.
pub(crate) const NOBODY: &str = "redis://127.0.0.1:1";

pub(crate) const SUCCESS: i32 = 0;
pub(crate) const FAILED: i32 = 1;
pub(crate) const USAGE: i32 = 2;
pub(crate) const REJECTS: i32 = 3;
pub(crate) const STOPPED: i32 = 5;
pub(crate) const REFUSED: i32 = 6;

/// What the binary answered.
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

impl Answer {
    /// Says whether it ended with a code and said these words, without a trace of a panic.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{}", self.text);
        for word in words {
            assert!(
                self.text.contains(word),
                "no {word:?} in this:\n{}",
                self.text
            );
        }
        self.never_says(&["panicked", "RUST_BACKTRACE"])
    }

    #[track_caller]
    pub(crate) fn never_says(&self, words: &[&str]) -> &Self {
        for word in words {
            assert!(
                !self.text.contains(word),
                "{word:?} is in this:\n{}",
                self.text
            );
        }
        self
    }
}

pub(crate) fn remold(arguments: &[&str]) -> Answer {
    let output = start(arguments).wait_with_output().expect("it was started");
    Answer {
        code: output.status.code(),
        text: said(&output),
    }
}

/// A migration's folder, with a folder of journals in it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new(manifest: &str, script: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let place = Self { folder };
        place.write(manifest, script);
        place
    }

    pub(crate) fn write(&self, manifest: &str, script: &str) {
        std::fs::write(self.path("migration.yaml"), manifest).expect("it is written");
        std::fs::write(self.path("count.rhai"), script).expect("it is written");
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub(crate) fn journals(&self) -> String {
        self.path("journals")
    }

    pub(crate) fn run_at(&self, url: &str) -> Answer {
        self.run_with(url, &[])
    }

    pub(crate) fn run_with(&self, url: &str, more: &[&str]) -> Answer {
        let (manifest, journals) = (self.path("migration.yaml"), self.journals());
        let arguments = ["run", &manifest, "--target", url, "--journal", &journals];
        remold(&[&arguments[..], &["--yes"], more].concat())
    }

    /// Runs it where nobody is: says whether it is refused before that is found out.
    #[track_caller]
    fn is_refused(&self, words: &[&str]) {
        let answer = self.run_at(NOBODY);
        answer.says(FAILED, words).never_says(&["127.0.0.1"]);
        let journals = self.journals();
        assert!(!Path::new(&journals).exists(), "nothing was begun");
    }
}

/// A database with this many small hashes, `user:0` and so on.
pub(crate) fn hashes(count: u32) -> Stage {
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    add_hashes(&stage, count);
    stage
}

pub(crate) fn add_hashes(stage: &Stage, count: u32) {
    let mut pipeline = pipe();
    for id in 0..count {
        pipeline
            .cmd("HSET")
            .arg(format!("user:{id}"))
            .arg("id")
            .arg(id)
            .ignore();
    }
    let () = pipeline.query(&mut stage.connection()).expect("written");
}

/// The application's keys without one of them.
fn without(keyspace: &Snapshot, key: &str) -> Snapshot {
    let mut rest = keyspace.clone();
    rest.keys
        .retain(|name, _| name != key.as_bytes() && !name.starts_with(RESERVED));
    rest
}

#[test]
fn a_run_that_nobody_confirmed_is_refused() {
    let stage = hashes(1);
    let place = Place::new(&stage.manifest(""), "fn migrate(rec) { rec.delete(); }");
    let (manifest, journals) = (place.path("migration.yaml"), place.journals());
    let url = stage.url();
    let answer = remold(&["run", &manifest, "--target", &url, "--journal", &journals]);
    answer.says(REFUSED, &["--yes"]);
    remold(&["run", &manifest, "--journal", &journals]).says(USAGE, &["--target"]);
    assert!(!Path::new(&journals).exists(), "nothing was begun");
    assert_eq!(stage.now().keys.len(), 1);
}
