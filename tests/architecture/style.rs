//! Habits that every source file keeps.

use std::fs;

use super::assert_none;
use super::source::{root, sources};

/// The most lines that a file may have without its tests.
const MOST_LINES: usize = 400;

/// Longer files, each with the reason why it is one thing all the same.
const LONGER: &[(&str, &str)] = &[];

/// What stands at the top of the repository; the names show the architecture.
const TOP: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "Dockerfile",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "deploy",
    "docs",
    "examples",
    "host-api",
    "runtime",
    "rust-toolchain.toml",
    "sdk",
    "target",
    "tests",
    "transforms",
];

#[test]
fn every_file_says_first_what_it_is() {
    let silent = sources("")
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "));
    let silent: Vec<_> = silent
        .map(|source| source.path.display().to_string())
        .collect();
    assert_none("a file does not open with //!", &silent);
}

#[test]
fn no_file_is_two_things() {
    let mut breaches = Vec::new();
    for source in sources("").into_iter().filter(|source| !source.is_test()) {
        let (path, lines) = (
            source.path.display().to_string(),
            source.lines_without_tests(),
        );
        if lines > MOST_LINES && !LONGER.iter().any(|(known, _)| *known == path) {
            breaches.push(format!("{path} has {lines} lines"));
        }
    }
    for (path, _) in LONGER {
        let text = fs::read_to_string(root().join(path)).unwrap_or_default();
        if text.lines().count() <= MOST_LINES {
            breaches.push(format!("{path} need not be in LONGER"));
        }
    }
    assert_none(
        &format!("a file has over {MOST_LINES} lines without its tests"),
        &breaches,
    );
}

#[test]
fn names_of_files_say_something() {
    let mut breaches = Vec::new();
    for source in sources("") {
        let name = source
            .path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a file has a name");
        // `helpers` is a word of the contract: the functions that a transform may call without a record.
        let vague = ["util", "utils", "common", "manager", "helper", "misc"].contains(&name);
        if vague || name == "mod" {
            breaches.push(source.path.display().to_string());
        }
    }
    assert_none(
        "a file has a name that says nothing, or is a mod.rs",
        &breaches,
    );
}

#[test]
fn no_test_is_switched_off_and_nothing_is_left_to_do() {
    let mut breaches = Vec::new();
    for source in sources("") {
        let path = source.path.display();
        let attributes = source.function_attributes();
        for off in ["ignore", "should_panic"]
            .iter()
            .filter(|name| attributes.iter().any(|is| is == *name))
        {
            breaches.push(format!("{path} has #[{off}]"));
        }
        let macros = source.names().macros;
        for hole in ["todo", "unimplemented"]
            .iter()
            .filter(|name| macros.iter().any(|is| is == *name))
        {
            breaches.push(format!("{path} calls {hole}!"));
        }
    }
    assert_none("a test is switched off or a part is missing", &breaches);
}

#[test]
fn the_top_level_shows_the_architecture() {
    let entries = fs::read_dir(root()).expect("the root can be listed");
    let names = entries.map(|entry| {
        entry
            .expect("the root can be listed")
            .file_name()
            .into_string()
    });
    let mut strange: Vec<String> = names
        .map(|name| name.expect("names are UTF-8"))
        .filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()))
        .collect();
    strange.sort();
    assert_none(
        "something at the top level is no part of the architecture",
        &strange,
    );
}
