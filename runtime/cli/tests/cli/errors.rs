//! Command lines and targets that cannot be used.

use insta::assert_snapshot;

use crate::support::Place;

#[test]
fn errors_say_what_to_do() {
    let place = Place::with_users();
    let check =
        |name: &str, arguments: &[&str]| assert_snapshot!(name, place.remold(arguments).shown());
    check("no-target", &["dry-run", "."]);
    check("no-such-file", &["dry-run", ".", "--target", "nowhere.rdb"]);
    check(
        "not-an-rdb-file",
        &["dry-run", ".", "--target", "migration.yaml"],
    );
    check("no-output", &["run", ".", "--target", "users.rdb"]);
    check(
        "output-is-input",
        &[
            "run",
            ".",
            "--target",
            "users.rdb",
            "--to",
            "users.rdb",
            "--yes",
        ],
    );
    check(
        "output-for-a-server",
        &[
            "run",
            ".",
            "--target",
            "redis://localhost",
            "--to",
            "out.rdb",
        ],
    );
    check("bad-scheme", &["status", "--target", "http://localhost"]);
    check(
        "tls-without-tls",
        &["status", "--target", "redis://localhost", "--tls-insecure"],
    );
    check(
        "no-server",
        &["status", "--target", "redis://:secret@127.0.0.1:1/0"],
    );
    check(
        "unknown-run",
        &["resume", "split-name-0-0", "--target", "users.rdb"],
    );
    check("unknown-option", &["run", ".", "--targt", "x"]);
    check("unknown-code", &["explain", "no-name"]);
}

#[test]
fn errors_are_documents_where_json_is_asked_for() {
    let place = Place::with_users();
    place.replace("migration.yaml", "match:", "mach:");
    let check =
        |name: &str, arguments: &[&str]| assert_snapshot!(name, place.remold(arguments).shown());
    check("json-manifest", &["check", ".", "--output", "json"]);
    check("json-usage", &["run", ".", "--targt", "x", "--output=json"]);
}
