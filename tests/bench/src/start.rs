//! How long `remold test` takes: starting, loading the transform, running its cases.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use remold_tests::{Language, cache, remold_binary, root};
use serde::Serialize;

use crate::change::{self, Style};
use crate::error::Error;
use crate::report;
use crate::statistics::Spread;

/// How often it is started.
const STARTS: usize = 21;

/// A component's folder: its manifest, and a case.
const MANIFEST: &str = "apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: bench }
spec:
  select: { match: \"*\" }
  transform: { wasm: { file: change.wasm } }
";
const CASES: &str = "- name: a record is changed
  given:
    \"item:1\": { hash: { name: Ada Lovelace, price: \"12.50\", legacy: x } }
  expect:
    \"item:1\": { hash: { first: Ada, last: Lovelace, price_cents: 1250 } }
";

/// How long it takes for one transform.
#[derive(Debug, Serialize)]
pub(crate) struct Start {
    /// Which.
    pub(crate) measure: &'static str,
    /// How long it may take, milliseconds.
    pub(crate) most_ms: f64,
    /// How long it takes, milliseconds.
    pub(crate) ms: Spread,
}

/// Measures the program, on a script and on components whose compiled code is kept.
pub(crate) fn measure() -> Result<Vec<Start>, Error> {
    let script = root().join("examples/01-split-name");
    let rust = folder_of("rust")?;
    let python = folder_of("python")?;
    let starts = [
        ("remold test on a Rhai transform", 50.0, script.as_path()),
        (
            "remold test on a Rust component, compiled before",
            20.0,
            rust.path(),
        ),
        (
            "remold test on a Python component, compiled before",
            300.0,
            python.path(),
        ),
    ];
    let mut measured = Vec::new();
    for (measure, most_ms, folder) in starts {
        report::progress(&format!("start: {measure}"));
        // The first start compiles what is not kept yet.
        start(folder)?;
        let took: Result<Vec<f64>, Error> = (0..STARTS).map(|_| start(folder)).collect();
        let ms = Spread::of(took?).ok_or(Error::Unexpected)?;
        measured.push(Start {
            measure,
            most_ms,
            ms,
        });
    }
    Ok(measured)
}

fn folder_of(language: &str) -> Result<tempfile::TempDir, Error> {
    let component = change::component(Language::named(language), Style::Records);
    let folder = tempfile::tempdir().map_err(Error::io("making a folder"))?;
    let written = fs::write(folder.path().join("migration.yaml"), MANIFEST)
        .and_then(|()| fs::create_dir(folder.path().join("cases")))
        .and_then(|()| fs::write(folder.path().join("cases/change.yaml"), CASES))
        .and_then(|()| fs::copy(component, folder.path().join("change.wasm")).map(drop));
    written.map_err(Error::io("writing a transform's folder"))?;
    Ok(folder)
}

/// Starts it once, milliseconds.
fn start(folder: &Path) -> Result<f64, Error> {
    let program: PathBuf = remold_binary();
    let begun = Instant::now();
    let output = Command::new(program)
        .arg("test")
        .arg(folder)
        .env("REMOLD_CACHE", cache().join("guests"))
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io("starting remold"))?;
    let took = begun.elapsed().as_secs_f64() * 1e3;
    if !output.status.success() {
        return Err(Error::Ended {
            end: format!("{} of `remold test`", output.status),
        });
    }
    Ok(took)
}
