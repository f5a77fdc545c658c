//! Manifests: the file, the line, the field and what is accepted are told, and nothing is contacted.

use super::{FAILED, NOBODY, Place, remold};
use crate::stage::COUNT;

const HEAD: &str =
    "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: count }\nspec:\n  ";
const TRANSFORM: &str = "transform: { rhai: { file: count.rhai } }\n";

/// Says whether a manifest with these lines in its spec, from line 6, is refused in these words.
#[track_caller]
fn refused(more: &str, words: &[&str]) {
    let manifest = format!("{HEAD}{TRANSFORM}  {more}\n");
    Place::new(&manifest, COUNT).is_refused(&[&["migration.yaml:6:"], words].concat());
}

#[test]
fn an_unknown_field() {
    refused(
        "stratgy: { parallelism: 4 }",
        &[
            "unknown field `stratgy`",
            ":6:3, spec.stratgy",
            "did you mean `strategy`?",
            "accepted: `select`, `schema`, `transform`",
        ],
    );
    refused(
        "policy: { retry: { maxElapst: 1s } }",
        &[
            "spec.policy.retry.maxElapst",
            "did you mean `maxElapsed`?",
            "accepted: ",
        ],
    );
    let nothing_near = ["spec.colour", "accepted: `select`"];
    refused("colour: red", &nothing_near);
}

#[test]
fn a_wrong_type() {
    for (more, path, accepted) in [
        (
            "strategy: { parallelism: lots }",
            "spec.strategy.parallelism",
            "expected a whole number, found the text \"lots\"",
        ),
        (
            "strategy: { parallelism: 0 }",
            "spec.strategy.parallelism",
            "accepted: 1 to 256",
        ),
        (
            "limits: { timeout: 5 lightyears }",
            "spec.limits.timeout",
            "`250ms`, `5s`",
        ),
        (
            "limits: { memory: [1] }",
            "spec.limits.memory",
            "expected a size such as `64MiB`, found a list",
        ),
        (
            "policy: { maxRejected: -3 }",
            "spec.policy.maxRejected",
            "accepted: 0 or more",
        ),
        (
            "policy: { maxRejected: 120% }",
            "spec.policy.maxRejected",
            "at most 100%",
        ),
        (
            "policy: { overwrite: maybe }",
            "spec.policy.overwrite",
            "`true` or `false`",
        ),
        (
            "select: { type: zset }",
            "spec.select.type",
            "did you mean `sorted-set`?",
        ),
        ("select: [user]", "spec.select", "found a list"),
    ] {
        refused(more, &[path, accepted]);
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    let answer = Place::new(
        &format!(
            "{HEAD}{TRANSFORM}  policy: {{ maxRejected: many }}\n  limits: {{ memory: much }}\n"
        ),
        COUNT,
    )
    .run_at(NOBODY);
    answer.says(
        FAILED,
        &[
            ":6:26, spec.policy.maxRejected",
            ":7:21, spec.limits.memory",
        ],
    );
}

#[test]
fn an_impossible_combination() {
    for (more, words) in [
        (
            "select: { match: \"user:*\", keys: [a] }",
            [
                "spec.select.keys",
                "`keys` cannot be given together with `match`",
            ],
        ),
        (
            "strategy: { canary: [\"10%\", \"5%\"] }",
            [
                "spec.strategy.canary[1]",
                "must grow from one to the next: 5% follows 10%",
            ],
        ),
        (
            "select: { match: \"__remold:*\" }",
            ["spec.select.match", "the bookkeeping of the runs"],
        ),
        (
            "capabilities: { write: [\"__remold:*\"] }",
            ["spec.capabilities.write[0]", "the bookkeeping of the runs"],
        ),
        (
            "select: { keys: [] }",
            ["spec.select.keys", "this must not be empty"],
        ),
    ] {
        refused(more, &words);
    }
    let both = format!(
        "{HEAD}transform: {{ rhai: {{ file: count.rhai, source: \"fn migrate(rec) {{}}\" }} }}\n"
    );
    Place::new(&both, COUNT).is_refused(&[
        ":5:42, spec.transform.rhai.source",
        "`source` cannot be given together with `file`",
    ]);
    let twice = format!("{HEAD}{TRANSFORM}  {TRANSFORM}");
    Place::new(&twice, COUNT).is_refused(&[":6:3", "`transform` was given already on line 5"]);
}

#[test]
fn something_missing() {
    let bare = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nspec:\n  select: {}\n";
    Place::new(bare, COUNT).is_refused(&[
        "the field `metadata` is missing",
        "the field `transform` is missing",
        "migration.yaml:3:1, spec",
    ]);
    let nowhere = format!("{HEAD}transform: {{ rhai: {{ file: none.rhai }} }}\n");
    Place::new(&nowhere, COUNT).is_refused(&["none.rhai", ":5:30, spec.transform.rhai.file"]);
    let outside = format!("{HEAD}transform: {{ rhai: {{ file: ../count.rhai }} }}\n");
    Place::new(&outside, COUNT).is_refused(&["../count.rhai", ":5:30, spec.transform.rhai.file"]);
    let none = [
        "run",
        "/nowhere/migration.yaml",
        "--target",
        NOBODY,
        "--yes",
    ];
    let answer = remold(&none);
    answer
        .says(FAILED, &["/nowhere/migration.yaml"])
        .never_says(&["127.0.0.1"]);
}

#[test]
fn no_document_or_two() {
    Place::new("", COUNT).is_refused(&["migration.yaml:1:1", "no document"]);
    Place::new("# nothing yet\n", COUNT).is_refused(&["migration.yaml:1:1", "no document"]);
    let one = format!("{HEAD}{TRANSFORM}");
    Place::new(&format!("{one}---\n{one}"), COUNT).is_refused(&[
        "migration.yaml:7:1",
        "a second document begins here",
        "put each into a file of its own",
    ]);
}

#[test]
fn another_grammar() {
    let newer = format!("{HEAD}{TRANSFORM}").replace("v1alpha1", "v2");
    Place::new(&newer, COUNT).is_refused(&[
        "migration.yaml:1:13, apiVersion",
        "accepted: `remold.dev/v1alpha1`",
    ]);
    let other = format!("{HEAD}{TRANSFORM}").replace("RedisMigration", "Deployment");
    Place::new(&other, COUNT)
        .is_refused(&["migration.yaml:2:7, kind", "accepted: `RedisMigration`"]);
}

#[test]
fn what_is_no_yaml() {
    let unclosed = "apiVersion: [remold\nkind: \"x\n";
    Place::new(unclosed, COUNT).is_refused(&["migration.yaml:2:", "this is not YAML"]);
    let star = format!("{HEAD}{TRANSFORM}  select: {{ match: *user }}\n");
    Place::new(&star, COUNT).is_refused(&["migration.yaml:6:"]);
    let itself = format!("{HEAD}{TRANSFORM}  parameters: &x\n    again: *x\n");
    Place::new(&itself, COUNT).is_refused(&["migration.yaml:7:", "inside itself"]);
    let place = Place::new("", COUNT);
    std::fs::write(place.path("migration.yaml"), [0, 1, 255]).expect("it is written");
    place.is_refused(&["migration.yaml", "not UTF-8"]);
}
