//! `remold catalogue`, `remold new --uses`, and manifests that use a ready transform.

use insta::assert_snapshot;

use crate::support::Place;

#[test]
fn all_transforms_are_listed() {
    let place = Place::with_users();
    let answer = place.remold(&["catalogue", "list"]);
    assert_eq!(answer.code, 0, "{}", answer.out);
    assert_eq!(answer.out.matches("Fields").count(), 0, "{}", answer.out);
    let json = place
        .remold(&["catalogue", "list", "--output", "json"])
        .json();
    let names: Vec<&str> = json["transforms"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|transform| transform["name"].as_str())
        .collect();
    assert!(names.len() >= 25 && names.is_sorted(), "{names:?}");
    assert!(names.iter().all(|name| answer.out.contains(name)));
}

#[test]
fn a_transform_is_shown() {
    let place = Place::with_users();
    let shown = place.remold(&["catalogue", "show", "compress"]).out;
    for part in [
        "# compress\n",
        "| `minBytes` | whole number | `256` | Shorter values stay as they are. |",
        "```yaml\n",
        "    uses: compress\n",
        "## What is rejected\n",
        "## The way back\n",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert!(!shown.contains("<!--"), "{shown}");
    let script = place.remold(&["catalogue", "show", "compress", "--source"]);
    assert!(script.out.contains("fn migrate(rec) {"), "{}", script.out);
    let schema = place.remold(&["catalogue", "show", "compress", "--schema"]);
    let schema: serde_json::Value = serde_json::from_str(&schema.out).expect("JSON");
    assert_eq!(schema["properties"]["format"]["default"], "zstd");
    let json = place
        .remold(&["catalogue", "show", "compress", "--output", "json"])
        .json();
    assert_eq!(json["parameters"][0]["name"], "format");
    assert_eq!(json["schema"], schema);
    assert_snapshot!(
        "misspelt-name",
        place.remold(&["catalogue", "show", "compres"]).shown()
    );
}

#[test]
fn a_project_begins_with_a_ready_transform_and_passes_its_cases() {
    let place = Place::with_users();
    let begun = place.remold(&["new", "mail", "--uses", "rename-fields"]);
    assert_snapshot!("new", begun.shown());
    assert!(place.read("mail/migration.yaml").contains("name: mail\n"));
    let tested = place.remold(&["test", "mail"]);
    assert_eq!(tested.code, 0, "{}", tested.out);
}

#[test]
fn wrong_parameters_are_shown_at_their_places() {
    let place = Place::with_users();
    let manifest = |transform: &str, parameters: &str| {
        place.write(
            "uses.yaml",
            &format!(
                "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: uses }}\nspec:\n  \
                 transform: {{ uses: {transform} }}\n  {parameters}\n"
            ),
        );
        place.remold(&["check", "uses.yaml"]).shown()
    };
    assert_snapshot!("unknown-transform", manifest("rename-feilds", ""));
    assert_snapshot!("no-parameters", manifest("rename-fields", ""));
    assert_snapshot!("neither", manifest("redact", ""));
    let several = "parameters:\n    feilds: { a: b }\n    whenMissing: maybe\n    at: user";
    assert_snapshot!("several", manifest("rename-fields", several));
    let inside = "parameters:\n    edits:\n      - { at: \"$.a[\", remove: true }\n      - at: 3\n        rename: \"\"\n    fields: x";
    assert_snapshot!("inside", manifest("edit-json", inside));
}

#[test]
fn wrong_parameters_of_a_case_are_shown_at_their_place() {
    let place = Place::with_users();
    let manifest = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: uses }\nspec:\n  \
        transform: { uses: compress }\n";
    place.write("packed/migration.yaml", manifest);
    place.write(
        "packed/cases/a.yaml",
        "- name: a\n  parameters: { format: gzip, minBytes: -1 }\n  given: { a: { text: a } }\n  expect: { skip: true }\n",
    );
    assert_snapshot!("case", place.remold(&["test", "packed"]).shown());
}
