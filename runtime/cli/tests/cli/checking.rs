//! `remold check`.

use insta::assert_snapshot;

use crate::support::Place;

#[test]
fn a_migration_that_can_be_run() {
    assert_snapshot!(Place::with_users().remold(&["check", "."]).shown());
}

#[test]
fn a_misspelt_field_is_shown_at_its_place() {
    let place = Place::with_users();
    place.replace("migration.yaml", "match:", "mach:");
    assert_snapshot!(place.remold(&["check", "migration.yaml"]).shown());
}

#[test]
fn an_error_in_the_script_is_shown_at_its_place() {
    let place = Place::with_users();
    place.replace(
        "split-name.rhai",
        "user.remove(\"name\");",
        "user.remove(\"name\";",
    );
    assert_snapshot!(place.remold(&["check", "migration.yaml"]).shown());
}

#[test]
fn a_manifest_that_is_not_there() {
    assert_snapshot!(
        Place::with_users()
            .remold(&["check", "nowhere.yaml"])
            .shown()
    );
}
