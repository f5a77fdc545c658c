//! JSON documents, help, completions, explanations, colours.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Place;

#[test]
fn every_document_has_the_fields_that_are_documented() {
    let place = Place::with_users();
    let run = place.run_users();
    let page = place.remold(&["reference", "cli-json"]).out;
    let check = |section: &str, arguments: &[&str]| {
        let answer = place.remold(&[arguments, &["--output", "json"]].concat());
        let Value::Object(document) = answer.json() else {
            panic!("{}", answer.out)
        };
        assert_eq!(document["exitCode"], answer.code);
        assert!(answer.err.is_empty(), "{}", answer.err);
        let documented: BTreeSet<String> = fields(&page, section)
            .chain(["command", "exitCode"].map(str::to_owned))
            .collect();
        let found: BTreeSet<String> = document.keys().cloned().collect();
        assert_eq!(found, documented, "{section}");
        document
    };
    let runs = "dry-run, run, resume, rollback";
    check("check", &["check", "."]);
    check("test", &["test", "."]);
    check("bench", &["bench", ".", "--time", "50ms"]);
    check(
        "record",
        &[
            "record",
            ".",
            "--target",
            "users.rdb",
            "--into",
            "recording.yaml",
        ],
    );
    let replay = check("replay", &["replay", "recording.yaml"]);
    let replayed: BTreeSet<String> = replay["records"][0]
        .as_object()
        .expect("a record")
        .keys()
        .cloned()
        .collect();
    assert_eq!(replayed, fields(&page, "replayed").collect());
    let dry_run = check(runs, &["dry-run", ".", "--target", "users.rdb"]);
    let tally: BTreeSet<String> = dry_run["tally"]
        .as_object()
        .expect("a tally")
        .keys()
        .cloned()
        .collect();
    assert_eq!(tally, fields(&page, "tally").collect());
    let change: BTreeSet<String> = dry_run["changes"][0]
        .as_object()
        .expect("a change")
        .keys()
        .cloned()
        .collect();
    assert_eq!(change, fields(&page, "change").collect());
    check(
        runs,
        &["run", ".", "--target", "users.rdb", "--to", "other.rdb"],
    );
    check(
        runs,
        &["run", ".", "--target", "out.rdb", "--to", "again.rdb"],
    );
    check("verify", &["verify", &run, "--target", "out.rdb"]);
    check("status", &["status", "--target", "out.rdb"]);
    check("history", &["history", "--target", "out.rdb"]);
    check("unlock", &["unlock", "--target", "out.rdb"]);
    check("journal list", &["journal", "list"]);
    check("journal show", &["journal", "show", &run]);
    check(
        "journal export",
        &["journal", "export", &run, "--to", "before.rdb"],
    );
    check("explain", &["explain", "conflict"]);
    check(
        runs,
        &["rollback", &run, "--target", "out.rdb", "--to", "back.rdb"],
    );
    check("journal remove", &["journal", "remove", &run, "--yes"]);
    check(
        "every command that fails",
        &["verify", &run, "--target", "out.rdb"],
    );
}

/// Reads the fields of a section's table.
pub(crate) fn fields<'a>(page: &'a str, section: &str) -> impl Iterator<Item = String> + use<'a> {
    let start = page
        .find(&format!("\n## {section}\n"))
        .unwrap_or_else(|| panic!("{section} is not documented"));
    let section = &page[start + 4..];
    let section = &section[..section.find("\n## ").unwrap_or(section.len())];
    section
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
}

#[test]
fn a_dry_run_and_its_changes_as_json() {
    let place = Place::with_users();
    assert_snapshot!(
        place
            .remold(&["dry-run", ".", "--target", "users.rdb", "--output", "json"])
            .shown()
    );
}

#[test]
fn colours_are_used_where_they_are_asked_for() {
    let place = Place::with_users();
    assert!(!place.remold(&["check", "."]).out.contains('\u{1b}'));
    assert!(
        place
            .remold(&["check", ".", "--color", "always"])
            .out
            .contains('\u{1b}')
    );
}

#[test]
fn help_texts() {
    let place = Place::with_users();
    assert_snapshot!("help", place.remold(&["--help"]).shown());
    assert_snapshot!("help-run", place.remold(&["run", "--help"]).shown());
}

#[test]
fn codes_are_explained() {
    let place = Place::with_users();
    assert_snapshot!(
        "explain-locked",
        place.remold(&["explain", "locked"]).shown()
    );
    assert_snapshot!(
        "explain-exit-codes",
        place.remold(&["explain", "exit-codes"]).shown()
    );
    let all = place.remold(&["explain"]);
    assert!(
        all.code == 0 && all.out.lines().count() > 100,
        "{}",
        all.out
    );
}

#[test]
fn completions_are_written_for_every_shell() {
    let place = Place::with_users();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let answer = place.remold(&["completions", shell]);
        assert!(
            answer.code == 0 && answer.out.contains("dry-run"),
            "{shell}"
        );
    }
}
