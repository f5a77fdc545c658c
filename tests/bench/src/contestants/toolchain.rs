//! Outside programs that build or run a contestant, and the folder in which what they make is kept.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns a folder in the cache that the tests share: `${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-~/.cache}/remold-tests}`.
pub(super) fn cache(name: &str) -> Result<PathBuf, String> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let root = variable("REMOLD_TEST_CACHE").map(PathBuf::from);
    let root = root.or_else(|| {
        let caches = variable("XDG_CACHE_HOME").map(PathBuf::from);
        let caches = caches.or_else(|| Some(Path::new(&variable("HOME")?).join(".cache")));
        Some(caches?.join("remold-tests"))
    });
    let folder = root.ok_or("there is no cache folder")?.join(name);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Returns a folder beside the benchmark's sources.
pub(super) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Runs a program to its end; says what it said last if it fails.
pub(super) fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let last = complaint.lines().last().unwrap_or("it failed").to_owned();
    Err(format!("{program}: {last}"))
}
