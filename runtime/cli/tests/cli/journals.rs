//! `remold journal`.

use insta::assert_snapshot;

use crate::support::Place;

#[test]
fn a_journal_is_listed_shown_exported_and_removed() {
    let place = Place::with_users();
    assert_snapshot!("no-journals", place.remold(&["journal", "list"]).shown());
    let run = place.run_users();
    assert_snapshot!("list", place.remold(&["journal", "list"]).shown());
    assert_snapshot!("show", place.remold(&["journal", "show", &run]).shown());
    assert_snapshot!(
        "export",
        place
            .remold(&["journal", "export", &run, "--to", "before.rdb"])
            .shown()
    );
    let exported = place.remold(&["dry-run", ".", "--target", "before.rdb", "--output", "json"]);
    assert_eq!(exported.json()["tally"]["changed"], 2, "{}", exported.out);
    assert_snapshot!(
        "remove-refused",
        place.remold(&["journal", "remove", &run]).shown()
    );
    assert_snapshot!(
        "remove",
        place.remold(&["journal", "remove", &run, "--yes"]).shown()
    );
    assert_snapshot!("gone", place.remold(&["journal", "show", &run]).shown());
}

#[test]
fn the_folder_of_journals_is_the_option_s_the_variable_s_or_the_manifest_s() {
    let place = Place::with_users();
    let run = [
        "run",
        ".",
        "--target",
        "users.rdb",
        "--to",
        "out.rdb",
        "--yes",
    ];
    let with_option: Vec<&str> = run
        .iter()
        .copied()
        .chain(["--journal", "by-option"])
        .collect();
    assert_eq!(place.remold(&with_option).code, 3);
    assert!(place.path("by-option").is_dir());
    place.replace(
        "migration.yaml",
        "policy:",
        "backup: { journal: { directory: by-manifest } }\n  policy:",
    );
    let answer = place.remold(&run);
    assert_eq!(answer.code, 3, "{}", answer.err);
    assert!(
        answer.out.contains("--journal by-manifest"),
        "the command to undo finds the journal: {}",
        answer.out
    );
    assert!(place.path("by-manifest").is_dir());
    assert!(!place.path(".local").exists());
}
