//! Packages for Python, fetched once into the tests' cache and nowhere else.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::binary::said;
use super::cache::cache;

/// Returns the folder in which Python finds a package, with what that needs: what `PYTHONPATH` takes. The requirement
/// names an exact version: `pytest==9.2.0`.
#[track_caller]
pub fn python_package(requirement: &str) -> PathBuf {
    let folder = cache().join("python").join(requirement.replace("==", "-"));
    if folder.exists() {
        return folder;
    }
    let fresh = folder.with_extension(format!("{}.new", std::process::id()));
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--only-binary=:all:"])
        .args(["--root-user-action=ignore", "--target"])
        .arg(&fresh)
        .arg(requirement)
        .output()
        .unwrap_or_else(|error| panic!("python3 did not start: {error}"));
    assert!(
        output.status.success(),
        "pip could not install {requirement}:\n{}",
        said(&output)
    );
    // Another test may have been faster.
    if fs::rename(&fresh, &folder).is_err() {
        assert!(folder.exists(), "the cache can be written");
        fs::remove_dir_all(&fresh).expect("it was just written");
    }
    folder
}
