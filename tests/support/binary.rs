//! The command line's binary: found where it was built together with the test, or built now if it is older than its
//! sources.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::SystemTime;

/// Returns the path of the binary `remold`.
pub fn remold_binary() -> PathBuf {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(up_to_date);
    BINARY.clone()
}

/// Starts the binary with nothing to read; what it says is kept.
pub fn start_remold(arguments: &[&str]) -> Child {
    start_remold_with(arguments, &[])
}

/// Starts the binary with more variables in its environment.
pub fn start_remold_with(arguments: &[&str], variables: &[(String, OsString)]) -> Child {
    let mut command = Command::new(remold_binary());
    command
        .args(arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

/// Returns everything that it said.
pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn up_to_date() -> PathBuf {
    // A test lies in target/PROFILE/deps, a program in target/PROFILE.
    let program = std::env::current_exe().expect("a test has a path");
    let mut folder = program.parent().expect("it is in a folder").to_path_buf();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let binary = folder.join("remold");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let built = std::fs::metadata(&binary).and_then(|found| found.modified());
    let sources = ["runtime", "host-api"].map(|folder| newest(&root.join(folder)));
    let is_old = |built| sources.into_iter().flatten().any(|changed| changed > built);
    if built.map_or(true, is_old) {
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(&root).args(["build", "-p", "remold-cli"]);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo starts").success());
    }
    binary
}

/// When the newest source below a folder was changed.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let changed = entries.filter_map(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return (!path.ends_with("tests")).then(|| newest(&path)).flatten();
        }
        let is_source =
            path.extension().is_some_and(|name| name == "rs") && !path.ends_with("tests.rs");
        let changed = entry.metadata().ok()?.modified().ok()?;
        is_source.then_some(changed)
    });
    changed.max()
}
