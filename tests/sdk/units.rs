//! The SDKs' own unit tests, each by its language's own runner, with the SDK's stand-in for the host.
//!
//! What they build goes to the tests' cache or to folders that git ignores.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use remold_tests::{Language, cache, python_package, root, said};

/// What runs the Python SDK's tests.
const PYTEST: &str = "pytest==9.2.0";

/// Runs a command to its end; what it said is told if it fails.
#[track_caller]
pub(crate) fn succeeds(command: &mut Command) -> String {
    let shown = format!("{command:?}");
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().unwrap_or_else(|error| {
        panic!("{program} did not start ({error}); it is needed for: {shown}")
    });
    assert!(output.status.success(), "{shown}:\n{}", said(&output));
    said(&output)
}

/// Returns a folder of the cache for what the unit tests of a language build.
fn built(language: &str) -> PathBuf {
    let folder = cache().join("units").join(language);
    fs::create_dir_all(&folder).expect("the cache can be written");
    folder
}

/// Returns the command that runs the unit tests of a project in a folder: an SDK's, or a user's.
pub(crate) fn unit_tests(language: Language, folder: &Path) -> Command {
    match language.name {
        "rust" => {
            let mut command = cargo(folder);
            command.arg("test");
            command
        }
        "c" => {
            let mut command = language.command("make", folder);
            command.arg("test");
            command
        }
        "go" => {
            let mut command = language.command("go", folder);
            command.args(["test", "./..."]);
            command
        }
        "js" => {
            let mut command = language.command("npm", folder);
            command.args(["--silent", "test"]);
            command
        }
        "python" => {
            let mut command = language.command("python3", folder);
            command
                .args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider"])
                .env("PYTHONPATH", python_package(PYTEST))
                .env("PYTHONDONTWRITEBYTECODE", "1");
            command
        }
        other => unreachable!("{other} has no unit tests"),
    }
}

/// Cargo with the toolchain of the workspace, in a workspace of its own.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", built("rust"))
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS");
    command
}

/// Fails unless a runner has counted some tests.
#[track_caller]
fn says(said: &str, words: &str) {
    assert!(said.contains(words), "{words:?} is not in:\n{said}");
}

#[test]
fn in_rust() {
    let language = Language::named("rust");
    let sdk = language.sdk();
    succeeds(cargo(&sdk).args(["fmt", "--check"]));
    let all = ["--all-targets", "--quiet", "--locked"];
    let strict = ["--", "-D", "warnings"];
    succeeds(cargo(&sdk).arg("clippy").args(all).args(strict));
    let said = succeeds(unit_tests(language, &sdk).arg("--locked"));
    says(&said, "test result: ok. ");
}

#[test]
fn in_c() {
    let language = Language::named("c");
    let mut make = unit_tests(language, &language.sdk());
    make.arg(format!("BUILD={}", built("c").display()));
    // Each program says how many of its checks hold.
    says(&succeeds(&mut make), " 0 failed");
}

#[test]
fn in_go() {
    let language = Language::named("go");
    says(
        &succeeds(&mut unit_tests(language, &language.sdk())),
        "ok  \t",
    );
}

#[test]
fn in_javascript() {
    let language = Language::named("js");
    let sdk = language.sdk();
    let version = succeeds(Command::new("node").arg("--version"));
    let major = version.trim_start_matches('v').split('.').next();
    let major: u32 = major
        .and_then(|major| major.parse().ok())
        .unwrap_or_else(|| panic!("node says of its version: {version}"));
    assert!(
        major >= 20,
        "node {version} is too old: version 20 or newer is needed"
    );
    let mut install = language.command("npm", &sdk);
    install.args(["install", "--no-fund", "--no-audit", "--loglevel=error"]);
    succeeds(&mut install);
    succeeds(language.command("npm", &sdk).args(["run", "types"]));
    let mut test = unit_tests(language, &sdk);
    says(&succeeds(&mut test), "fail 0");
}

#[test]
fn in_python() {
    let language = Language::named("python");
    says(
        &succeeds(&mut unit_tests(language, &language.sdk())),
        " passed",
    );
}

#[test]
fn what_conforms_in_the_sandbox_does_on_the_stand_in() {
    let guests = root().join("tests/conformance/guests");
    let rust = Language::named("rust");
    for transform in ["records", "columns", "program"] {
        let folder = guests.join("rust").join(transform);
        succeeds(cargo(&folder).args(["fmt", "--check"]));
        let said = succeeds(unit_tests(rust, &folder).arg("--locked"));
        says(&said, "test result: ok. ");
    }
    let c = Language::named("c");
    let mut make = unit_tests(c, &guests.join("c/records"));
    make.arg(format!("BUILD={}", built("c").join("guests").display()));
    says(&succeeds(&mut make), " 0 failed");
}

#[test]
fn what_they_leave_is_ignored() {
    // Ignored by rule, so that a clone stays clean whichever test runs first.
    let made = [
        "sdk/js/node_modules/x",
        "sdk/js/package-lock.json",
        "sdk/python/build/x",
    ];
    let mut git = Command::new("git");
    git.current_dir(root())
        .args(["check-ignore", "--no-index"])
        .args(made);
    let said = succeeds(&mut git);
    for path in made {
        says(&said, path);
    }
}
