//! Every stable code is explained, and every explanation is of a code.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

/// Where codes are made, and by which function each file gives them.
const SOURCES: &[(&str, &str)] = &[
    ("host-api/src/error.rs", "code"),
    ("host-api/src/failure.rs", "code"),
    ("runtime/archive/src/backup/error.rs", "code"),
    ("runtime/archive/src/place.rs", "code"),
    ("runtime/engine/src/port/by_commands.rs", "code"),
    ("runtime/kube/src/controller/process.rs", "code"),
    ("runtime/kube/src/workers/bundle.rs", "code"),
    ("runtime/engine/src/port/error.rs", "code"),
    ("runtime/engine/src/port/journal.rs", "code"),
    ("runtime/engine/src/report.rs", "code"),
    ("runtime/engine/src/report.rs", "name"),
    ("runtime/manifest/src/error/problem.rs", "code"),
    ("runtime/oci/src/error.rs", "code"),
    ("runtime/rdb/src/error.rs", "code"),
    ("runtime/rdb/src/file/error.rs", "code"),
    ("runtime/remold/src/error.rs", "code"),
    ("runtime/sandbox-rhai/src/error.rs", "code"),
    ("runtime/sandbox-wasm/src/error.rs", "code"),
    ("runtime/schema/src/compare/error.rs", "code"),
    ("runtime/schema/src/compare/level.rs", "code"),
    ("runtime/schema/src/lint.rs", "code"),
    ("runtime/store-redis/src/options.rs", "code"),
    ("runtime/toolchain/src/build.rs", "code"),
];

/// Errors that hold others and give their codes.
const PASSING_ON: &[&str] = &[
    "runtime/archive/src/export.rs",
    // Words for metrics, of attempts that are made again.
    "runtime/kube/src/controller/error.rs",
    "runtime/manifest/src/error.rs",
];

/// Codes that are made at the place where they are needed, not by a function of an error.
const MADE_IN_PLACE: &[&str] = &[
    "usage",
    "metrics-address",
    "backup-is-journal",
    "not-confirmed",
    "lead-lost",
    "not-approved",
    "plan-changed",
    "no-cases",
    "unknown-code",
    "conflict",
    "foreign-share",
    "target-exists",
    "too-large",
    "undecodable",
    "unencodable",
    "not-writable",
    "registry-busy",
    "ambiguous-version",
    "invalid-source",
    "invalid-target",
    "no-route",
    "no-way-back",
    "unknown-version",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Collects the texts that the functions `fn NAME(` of a source give.
fn given_by(text: &str, function: &str) -> BTreeSet<String> {
    let start = format!("fn {function}(");
    let bodies = text.split(&start).skip(1);
    let body = |rest: &str| {
        let end = rest.find("\n    }\n").unwrap_or(rest.len());
        rest[..end].to_owned()
    };
    let texts = |body: String| -> Vec<String> {
        body.split('"')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    bodies.map(body).flat_map(texts).collect()
}

#[test]
fn every_code_is_explained_and_every_explanation_is_of_a_code() {
    let mut codes: BTreeSet<String> = MADE_IN_PLACE.iter().map(|&code| code.to_owned()).collect();
    for (file, function) in SOURCES {
        let text = std::fs::read_to_string(root().join(file)).expect("a source of codes");
        let given = given_by(&text, function);
        assert!(!given.is_empty(), "{file} gives no codes by {function}");
        codes.extend(given);
    }
    let explained: BTreeSet<String> = all()
        .map(|explanation| explanation.code.to_owned())
        .collect();
    let missing: Vec<_> = codes.difference(&explained).collect();
    let strange: Vec<_> = explained.difference(&codes).collect();
    assert!(
        missing.is_empty() && strange.is_empty(),
        "not explained: {missing:?}; no code: {strange:?}"
    );
}

#[test]
fn no_other_file_makes_codes() {
    let made = SOURCES.iter().map(|(file, _)| *file);
    let known: BTreeSet<&str> = made.chain(PASSING_ON.iter().copied()).collect();
    let mut open = vec![root().join("runtime"), root().join("host-api")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("a folder of sources").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default()
                .to_owned();
            if path.is_dir() && name != "cli" && name != "target" {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                let shown = path
                    .strip_prefix(root())
                    .expect("below the root")
                    .display()
                    .to_string();
                let gives = ["code(&self) -> &'static str", "code(self) -> &'static str"];
                if gives.iter().any(|gives| text.contains(gives)) && !known.contains(shown.as_str())
                {
                    found.push(shown);
                }
            }
        }
    }
    assert!(found.is_empty(), "add to SOURCES: {found:?}");
}

#[test]
fn codes_of_rejected_keys_in_the_engine_are_explained() {
    let rejects: BTreeSet<&str> = all()
        .filter(|explanation| explanation.area == Area::Reject)
        .map(|explanation| explanation.code)
        .collect();
    for file in [
        "migrate.rs",
        "derive.rs",
        "lane.rs",
        "run/program.rs",
        "apply.rs",
    ] {
        let text = std::fs::read_to_string(root().join("runtime/engine/src").join(file))
            .expect("a source of the engine");
        for call in text.split("reject(").skip(1) {
            let arguments = &call[..call.find(')').unwrap_or(call.len())];
            if let Some(code) = arguments
                .split('"')
                .nth(1)
                .filter(|_| arguments.contains(", \""))
            {
                assert!(rejects.contains(code), "{file} rejects with {code:?}");
            }
        }
    }
}
