//! What a transform can do, and `--grant`.

use insta::assert_snapshot;

use crate::support::Place;

/// Makes the transform of the place write and read other keys, and asks for that.
fn far_reaching() -> Place {
    let place = Place::with_users();
    place.replace(
        "migration.yaml",
        "  transform:",
        "  capabilities:\n    read: [\"plan:*\"]\n    write: [\"archive:*\", \"log:*\"]\n  transform:",
    );
    place.replace(
        "split-name.rhai",
        "fn migrate(rec) {",
        "fn lookups(rec) { [\"plan:1\"] }\n\nfn migrate(rec) {\n    let plan = rec.lookup(\"plan:1\");\n    \
         rec.emit(`archive:${rec.key}`, rec.value);",
    );
    place
}

#[test]
fn check_shows_what_a_transform_can_do() {
    let place = far_reaching();
    assert_snapshot!("powers", place.remold(&["check", "."]).shown());
    let narrowed = place.remold(&[
        "check",
        ".",
        "--grant",
        "write:archive:user:*",
        "--grant",
        "write:log:*",
        "--grant",
        "read:*",
    ]);
    assert_snapshot!("powers-narrowed", narrowed.shown());
    let json = place.remold(&[
        "check",
        ".",
        "--grant",
        "write:archive:user:*",
        "--grant",
        "write:l*",
        "--grant",
        "read:p*",
        "--output",
        "json",
    ]);
    assert_snapshot!("powers-json", json.shown());
}

#[test]
fn what_is_not_granted_at_all_is_refused_at_its_place() {
    let place = far_reaching();
    let check = [
        "check",
        ".",
        "--grant",
        "write:archive:*",
        "--grant",
        "read:user:*",
    ];
    assert_snapshot!("not-granted", place.remold(&check).shown());
    let none = place.remold(&["dry-run", ".", "--target", "users.rdb", "--grant", "none"]);
    assert!(
        none.err.contains("spec.capabilities.read[0]"),
        "{}",
        none.err
    );
    assert!(
        none.err.contains("spec.capabilities.write[1]"),
        "{}",
        none.err
    );
}

#[test]
fn a_key_outside_the_grant_is_rejected_with_its_reason() {
    let place = far_reaching();
    let grants = [
        "--grant",
        "read:*",
        "--grant",
        "write:log:*",
        "--grant",
        "write:archive:user:1",
    ];
    let dry = ["dry-run", ".", "--target", "users.rdb"];
    let answer = place.remold(&[&dry[..], &grants].concat());
    assert_snapshot!("narrowed-dry-run", answer.shown());
    let all = place.remold(&dry);
    assert!(!all.out.contains("denied"), "{}", all.out);
}

#[test]
fn a_text_that_is_no_grant_is_refused() {
    assert_snapshot!(
        "no-grant",
        Place::with_users()
            .remold(&["check", ".", "--grant", "delete:user:*"])
            .shown()
    );
}

#[test]
fn a_replay_grants_no_more_than_was_granted() {
    let place = Place::with_users();
    place.replace(
        "migration.yaml",
        "  transform:",
        "  capabilities:\n    write: [\"copy:*\"]\n  transform:",
    );
    place.replace(
        "split-name.rhai",
        "fn migrate(rec) {",
        "fn migrate(rec) {\n    rec.emit(`copy:${rec.key}`, rec.value);",
    );
    let grant = ["--grant", "write:copy:user:1"];
    let record = [
        "record",
        ".",
        "--target",
        "users.rdb",
        "--into",
        "kept.yaml",
    ];
    place.remold(&[&record[..], &grant].concat());
    let recording = std::fs::read_to_string(place.path("kept.yaml")).expect("it was written");
    assert!(
        recording.contains("grants: [\"write:copy:user:1\"]"),
        "{recording}"
    );
    let replayed = place.remold(&["replay", "kept.yaml"]);
    assert!(replayed.out.contains("denied"), "{}", replayed.out);
    assert_eq!(replayed.code, 0, "{}", replayed.out);
}
