//! What the tests keep outside of the clone, and the scripts that fetch it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder outside the clone that keeps what the tests have fetched and built; `tests/servers.sh` and
/// `tests/toolchains.sh` have the same rule.
pub fn cache() -> PathBuf {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("REMOLD_TEST_CACHE").unwrap_or_else(|| {
        set("XDG_CACHE_HOME")
            .or_else(|| set("HOME").map(|home| home.join(".cache")))
            .expect("HOME is set")
            .join("remold-tests")
    })
}

/// Calls one of the scripts beside the tests that fetch things into the cache, for one thing; returns what it printed.
pub fn fetch(script: &str, name: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let output = Command::new("bash").arg(&script).arg(name).output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(output) => {
            panic!(
                "{} {name} failed:\n{}",
                script.display(),
                String::from_utf8_lossy(&output.stderr)
            )
        }
        Err(error) => panic!("{} did not start: {error}", script.display()),
    }
}
