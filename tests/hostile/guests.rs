//! What each language is made to do, and the reason that is told of it.

use std::fs;
use std::path::Path;

use remold_tests::{Language, cache};

use crate::run::run;

/// A misdeed, the code that it is rejected with, and words of the message.
type Misdeed = (&'static str, &'static str, &'static str);

/// Runs a language's guest and compares what was told of each misdeed.
#[track_caller]
fn survives(transform: &str, fuel: u64, source: (&str, &[u8]), misdeeds: &[Misdeed]) {
    let names: Vec<&str> = misdeeds.iter().map(|(name, ..)| *name).collect();
    let came = run(transform, fuel, source, &names);
    let mut wrong = Vec::new();
    for (name, code, words) in misdeeds {
        match came.rejected.get(*name) {
            Some((found, message)) if found == code && message.contains(words) => (),
            Some((found, message)) => wrong.push(format!("{name}: {found}: {message}")),
            None => wrong.push(format!("{name}: not rejected")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(came.rejected.len(), misdeeds.len(), "{:?}", came.rejected);
    assert_eq!(came.done, came.bystanders, "others were lost");
}

/// The same for a component.
#[track_caller]
fn component_survives(language: &str, misdeeds: &[Misdeed]) {
    remold::cache_code_in(cache().join("guests").join("code"));
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/guests");
    let component = Language::named(language).component(&guests.join(language).join("misdeeds"));
    let bytes = fs::read(component).expect("it was built");
    survives(
        "wasm: { file: guest.wasm }",
        10_000_000,
        ("guest.wasm", &bytes),
        misdeeds,
    );
}

#[test]
fn in_rust() {
    component_survives(
        "rust",
        &[
            ("loop", "out-of-fuel", "fuel"),
            ("recursion", "trap", "stack"),
            ("memory", "memory", "limit"),
            ("output", "bad-output", "limit"),
            ("calls", "out-of-fuel", "fuel"),
            ("grant", "denied", "secret:1"),
            ("emit", "bad-output", "limit"),
            ("panic", "trap", "it gave up"),
            ("index", "trap", "out of bounds"),
            ("kind", "exception", "this needs a list"),
            ("exit", "trap", ""),
        ],
    );
}

#[test]
fn in_c() {
    component_survives(
        "c",
        &[
            ("loop", "out-of-fuel", "fuel"),
            ("recursion", "trap", ""),
            ("memory", "memory", "limit"),
            ("output", "bad-output", "limit"),
            ("calls", "out-of-fuel", "fuel"),
            ("grant", "denied", "secret:1"),
            ("emit", "bad-output", "limit"),
            ("panic", "trap", ""),
            ("index", "trap", ""),
            ("kind", "exception", "this needs a list"),
            ("text", "\u{fffd}\u{fffd}", "\u{fffd}("),
            ("pointer", "bad-output", ""),
        ],
    );
}

#[test]
fn in_go() {
    component_survives(
        "go",
        &[
            ("loop", "out-of-fuel", "fuel"),
            ("recursion", "memory", "limit"),
            ("memory", "memory", "limit"),
            ("output", "bad-output", "limit"),
            ("calls", "out-of-fuel", "fuel"),
            ("grant", "denied", "secret:1"),
            ("emit", "bad-output", "limit"),
            ("panic", "exception", "it gave up"),
            ("index", "exception", "index out of range"),
            ("kind", "exception", "this needs a list"),
            ("exit", "trap", ""),
            ("text", "\u{fffd}", "\u{fffd}("),
        ],
    );
}

#[test]
fn in_javascript() {
    component_survives(
        "js",
        &[
            ("loop", "out-of-fuel", "fuel"),
            ("recursion", "trap", "stack"),
            ("memory", "memory", "limit"),
            ("output", "out-of-fuel", "fuel"),
            ("calls", "out-of-fuel", "fuel"),
            ("grant", "denied", "secret:1"),
            ("emit", "out-of-fuel", "fuel"),
            ("panic", "exception", "it gave up"),
            ("kind", "exception", "this needs a list"),
            ("text", "exception", "half a surrogate pair"),
            ("pattern", "out-of-fuel", "fuel"),
        ],
    );
}

#[test]
fn in_python() {
    component_survives(
        "python",
        &[
            ("loop", "out-of-fuel", "fuel"),
            ("recursion", "exception", "recursion"),
            ("unlimited", "out-of-fuel", "fuel"),
            ("memory", "memory", "limit"),
            ("output", "bad-output", "limit"),
            ("calls", "out-of-fuel", "fuel"),
            ("grant", "denied", "secret:1"),
            ("emit", "bad-output", "limit"),
            ("panic", "exception", "it gave up"),
            ("kind", "exception", "this needs a list"),
            ("exit", "exception", ""),
            ("text", r"\ud800", r"half a character: \udc00"),
            ("pattern", "out-of-fuel", "fuel"),
            ("file", "exception", ""),
            ("socket", "exception", ""),
        ],
    );
}

#[test]
fn in_rhai() {
    let script = include_bytes!("guests/rhai/misdeeds.rhai");
    survives(
        "rhai: { file: misdeeds.rhai }",
        300_000,
        ("misdeeds.rhai", script),
        &[
            ("loop", "out-of-fuel", "fuel"),
            ("recursion", "trap", "nested deeper"),
            ("memory", "memory", "limit"),
            ("output", "bad-output", "limit"),
            ("calls", "out-of-fuel", "fuel"),
            ("grant", "denied", "secret:1"),
            ("emit", "bad-output", "limit"),
            ("panic", "exception", "it gave up"),
            ("index", "exception", ""),
            ("kind", "exception", "this needs a list"),
            ("shape", "bad-output", "42"),
            ("pattern", "exception", ""),
        ],
    );
}
