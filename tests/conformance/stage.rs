//! The shared cases with one language's component in place.

use std::fs;
use std::path::{Path, PathBuf};

use remold::{CaseRunner, CaseVerdict, Migration};
use remold_tests::{cache, root};

/// The folder of the guests.
pub(crate) fn guests() -> PathBuf {
    folder().join("guests")
}

fn folder() -> PathBuf {
    root().join("tests/conformance")
}

/// A manifest with its cases and a component.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    /// Puts a component beside the manifest and the cases of its transform; a panic of it ends in a way of its own.
    pub(crate) fn new(transform: &str, component: &Path, panics: &str) -> Self {
        // An interpreter takes long to compile.
        remold::cache_code_in(cache().join("guests").join("code"));
        let stage = Self {
            folder: tempfile::tempdir().expect("there is a temporary folder"),
        };
        let source = folder().join(transform);
        stage.copy(component, "guest.wasm");
        stage.copy(&source.join("migration.yaml"), "migration.yaml");
        fs::create_dir(stage.path("cases")).expect("it can be written");
        let cases = format!("cases/{transform}.yaml");
        stage.copy(&source.join(&cases), &cases);
        if transform == "records" {
            let panics = folder().join("panics").join(format!("{panics}.yaml"));
            stage.copy(&panics, "cases/panics.yaml");
        }
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn copy(&self, from: &Path, name: &str) {
        fs::copy(from, self.path(name))
            .unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    }

    /// Loads the migration.
    pub(crate) fn migration(&self) -> Migration {
        load(&self.path("migration.yaml"))
    }

    /// Loads it so that an interpreter's guest writes the functions that it has called to `calls:*`.
    pub(crate) fn migration_that_counts(&self) -> Migration {
        let manifest = fs::read_to_string(self.path("migration.yaml")).expect("it is there");
        let counting = manifest.replace("calls: false", "calls: true");
        assert_ne!(manifest, counting, "the manifest has the parameter");
        let path = self.path("counting.yaml");
        fs::write(&path, counting).expect("it can be written");
        load(&path)
    }
}

fn load(path: &Path) -> Migration {
    Migration::load(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs a program that is told how to end, other than well; returns what is said of its end.
pub(crate) fn end_of_a_program(migration: &Migration, end: &str) -> String {
    let path = migration.folder().join(format!("{end}.yaml"));
    let case = format!(
        "- name: a program that is to {end}\n  given:\n    \"user:1\": {{ hash: {{ n: 1 }} }}\n    \
         \"user:2\": {{ hash: {{ n: 2 }} }}\n    \"user:3\": {{ text: {end} }}\n    \
         \"calls:1\": {{ text: nothing }}\n  expect: {{ unchanged: true }}\n"
    );
    fs::write(&path, case).expect("it can be written");
    let runner = CaseRunner::new(migration);
    let file = runner.read(&path).unwrap_or_else(|error| panic!("{error}"));
    let report = runner
        .run(&file.cases[0])
        .unwrap_or_else(|error| panic!("{error}"));
    match report.verdict {
        CaseVerdict::Failed(problems) => {
            let said = problems.into_iter().filter(|problem| problem.key.is_none());
            said.map(|problem| problem.message).collect()
        }
        CaseVerdict::Passed => "nothing".to_owned(),
    }
}
