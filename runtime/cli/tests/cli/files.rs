//! Dry runs, runs and rollbacks over RDB files.

use insta::assert_snapshot;

use crate::support::{Place, hash};

#[test]
fn a_dry_run_shows_what_would_change() {
    let place = Place::with_users();
    let answer = place.remold(&["dry-run", ".", "--target", "users.rdb"]);
    assert_snapshot!(answer.shown());
    let bounded = place.remold(&[
        "dry-run",
        ".",
        "--target",
        "users.rdb",
        "--limit-diffs",
        "1",
    ]);
    assert!(
        bounded.out.contains("user:1") && !bounded.out.contains("user:2"),
        "{}",
        bounded.out
    );
    assert!(
        bounded.out.contains("and 1 more changed record"),
        "{}",
        bounded.out
    );
    let none = place.remold(&[
        "dry-run",
        ".",
        "--target",
        "users.rdb",
        "--limit-diffs",
        "0",
    ]);
    assert!(!none.out.contains("user:1"), "{}", none.out);
    let all = place.remold(&[
        "dry-run",
        ".",
        "--target",
        "users.rdb",
        "--limit-diffs",
        "all",
    ]);
    assert!(
        all.out.contains("user:1") && all.out.contains("user:2"),
        "{}",
        all.out
    );
}

#[test]
fn a_run_writes_a_new_file_and_is_recognised_there() {
    let place = Place::with_users();
    let before = std::fs::read(place.path("users.rdb")).expect("the data");
    assert_snapshot!(
        "run",
        place
            .remold(&["run", ".", "--target", "users.rdb", "--to", "out.rdb"])
            .shown()
    );
    assert_eq!(
        std::fs::read(place.path("users.rdb")).expect("the data"),
        before
    );
    let again = place.remold(&["run", ".", "--target", "out.rdb", "--to", "twice.rdb"]);
    assert_snapshot!("run-again", again.shown());
    assert!(!place.path("twice.rdb").exists());
    place.replace("split-name.rhai", "there is nothing", "there was nothing");
    assert_snapshot!(
        "run-changed",
        place
            .remold(&["run", ".", "--target", "out.rdb", "--to", "twice.rdb"])
            .shown()
    );
}

#[test]
fn an_output_that_exists_is_not_replaced_without_a_word() {
    let place = Place::with_users();
    place.write("out.rdb", "something else");
    let refused = place.remold(&["run", ".", "--target", "users.rdb", "--to", "out.rdb"]);
    assert_snapshot!(refused.shown());
    assert_eq!(place.read("out.rdb"), "something else");
    let confirmed = place.remold(&[
        "run",
        ".",
        "--target",
        "users.rdb",
        "--to",
        "out.rdb",
        "--yes",
    ]);
    assert_eq!(confirmed.code, 3, "{}", confirmed.err);
}

#[test]
fn too_many_rejects_stop_a_run_and_write_nothing() {
    let place = Place::with_users();
    place.replace("migration.yaml", "maxRejected: 1", "maxRejected: 0");
    assert_snapshot!(
        place
            .remold(&["run", ".", "--target", "users.rdb", "--to", "out.rdb"])
            .shown()
    );
    assert!(!place.path("out.rdb").exists());
}

#[test]
fn a_run_is_rolled_back_into_another_file() {
    let place = Place::with_users();
    let run = place.run_users();
    let rollback = ["rollback", &run, "--target", "out.rdb", "--to", "back.rdb"];
    assert_snapshot!("rollback", place.remold(&rollback).shown());
    let again = place.remold(&[
        "rollback",
        &run,
        "--target",
        "back.rdb",
        "--to",
        "back-again.rdb",
    ]);
    assert_snapshot!("rollback-again", again.shown());
    let dry_run = place.remold(&[
        "dry-run",
        ".",
        "--target",
        "back.rdb",
        "--limit-diffs",
        "0",
        "--output",
        "json",
    ]);
    assert_eq!(
        dry_run.json()["tally"]["changed"],
        2,
        "the names are whole again"
    );
}

#[test]
fn a_rollback_keeps_what_was_written_since_and_says_so() {
    let place = Place::with_users();
    let run = place.run_users();
    place.write_rdb(
        "since.rdb",
        &[
            ("user:1", hash(&[("first", "Augusta")])),
            ("user:2", hash(&[("first", "Grace")])),
        ],
    );
    assert_snapshot!(
        place
            .remold(&[
                "rollback",
                &run,
                "--target",
                "since.rdb",
                "--to",
                "back.rdb"
            ])
            .shown()
    );
}

#[test]
fn a_run_is_verified() {
    let place = Place::with_users();
    let run = place.run_users();
    assert_snapshot!(
        "verified",
        place
            .remold(&["verify", &run, "--target", "out.rdb"])
            .shown()
    );
    assert_snapshot!(
        "not-verified",
        place
            .remold(&["verify", &run, "--target", "users.rdb"])
            .shown()
    );
}

#[test]
fn the_history_is_in_the_file() {
    let place = Place::with_users();
    assert_snapshot!(
        "history-empty",
        place.remold(&["history", "--target", "users.rdb"]).shown()
    );
    place.run_users();
    assert_snapshot!(
        "history",
        place.remold(&["history", "--target", "out.rdb"]).shown()
    );
    assert_snapshot!(
        "status",
        place.remold(&["status", "--target", "out.rdb"]).shown()
    );
    assert_snapshot!(
        "unlock",
        place.remold(&["unlock", "--target", "out.rdb"]).shown()
    );
}
