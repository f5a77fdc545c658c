//! `remold schema` over the documents of a folder; with a server it is in `tests/store`.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use crate::output::fields;
use crate::support::{Answer, Place};

fn schema(place: &Place, arguments: &[&str]) -> Answer {
    let all: Vec<&str> = ["schema"].iter().chain(arguments).copied().collect();
    place.remold(&all)
}

/// Asks about the registry in `user`.
fn ask(place: &Place, arguments: &[&str]) -> Answer {
    let all: Vec<&str> = arguments
        .iter()
        .chain(&["--registry", "user"])
        .copied()
        .collect();
    schema(place, &all)
}

/// Adds a version to the folder `new`: what a text of version 1.1.0 becomes.
fn add(place: &Place, version: &str, from: &str, to: &str) {
    let text = place.read("user/1.1.0.yaml").replace("1.1.0", version);
    assert!(text.contains(from), "{text}");
    place.write(&format!("new/{version}.yaml"), &text.replace(from, to));
}

#[test]
fn documents_are_read_and_what_is_wrong_is_shown_at_its_place() {
    let place = Place::with_registry();
    assert_snapshot!("lint", schema(&place, &["lint", "user"]).shown());
    add(
        &place,
        "3.0.0",
        "{ type: integer",
        "{ type: [integer, text]",
    );
    add(&place, "3.1.0", "user:{id:integer}", "user:{id");
    place.write(
        "new/twice.yaml",
        &place.read("user/1.0.0.yaml").replace("string", "integer"),
    );
    assert_snapshot!(
        "lint-wrong",
        schema(&place, &["lint", "user", "new"]).shown()
    );
}

#[test]
fn what_checks_nothing_and_what_leads_nowhere_is_a_warning() {
    let place = Place::with_registry();
    add(
        &place,
        "1.2.0",
        "    properties:",
        "    $defs: { unused: { type: string } }\n    properties:",
    );
    place.replace(
        "new/1.2.0.yaml",
        "name: { type: string }",
        "name: { type: string, format: person }",
    );
    add(&place, "3.0.0", "required: [name]", "required: [name, age]");
    place.replace("user/trim-name/migration.yaml", "to: 1.1.0", "to: 1.5.0");
    let answer = schema(&place, &["lint", "user", "new"]);
    assert_snapshot!("lint-warnings", answer.shown());
    assert_eq!(answer.code, 0);
    let json = schema(&place, &["lint", "user", "new", "--output", "json"]).json();
    let warnings = json["warnings"].as_array().expect("a list").iter();
    let codes: Vec<&str> = warnings
        .filter_map(|warning| warning["code"].as_str())
        .collect();
    assert_eq!(
        codes,
        [
            "no-such-version",
            "unused-definition",
            "unknown-format",
            "ambiguous-versions",
            "no-migration",
        ]
    );
}

#[test]
fn a_registry_is_listed() {
    let place = Place::with_registry();
    assert_snapshot!("list", ask(&place, &["list"]).shown());
    assert_snapshot!(
        "list-json",
        ask(&place, &["list", "--output", "json"]).shown()
    );
    assert_snapshot!("list-unknown", ask(&place, &["list", "users"]).shown());
    assert_snapshot!("list-nowhere", schema(&place, &["list"]).shown());
}

#[test]
fn a_subject_and_a_version_are_shown() {
    let place = Place::with_registry();
    assert_snapshot!("show", ask(&place, &["show", "user@2.0.0"]).shown());
    assert_snapshot!("show-unknown", ask(&place, &["show", "user@2.0.1"]).shown());
    let source = ask(&place, &["show", "user@1.1.0", "--source"]);
    assert_eq!(source.out, place.read("user/1.1.0.yaml"));
    let newest = ask(&place, &["show", "user", "--source"]);
    assert_eq!(newest.out, place.read("user/2.0.0.yaml"));
    let json = ask(&place, &["show", "user@2.0.0", "--output", "json"]).json();
    assert_eq!(json["document"]["spec"]["compatibility"], "backward");
    assert_eq!(json["source"], place.read("user/2.0.0.yaml"));
}

#[test]
fn versions_and_migrations_are_a_graph() {
    let place = Place::with_registry();
    for form in ["text", "mermaid", "dot"] {
        let answer = ask(&place, &["show", "user", "--graph", form]);
        assert_snapshot!(format!("graph-{form}"), answer.shown());
    }
}

#[test]
fn a_difference_is_shown_with_what_it_breaks() {
    let place = Place::with_registry();
    assert_snapshot!(
        "diff-minor",
        ask(&place, &["diff", "user@1.0.0", "user@1.1.0"]).shown()
    );
    assert_snapshot!(
        "diff",
        ask(&place, &["diff", "user@1.1.0", "user@2.0.0"]).shown()
    );
    let markdown = ask(&place, &["diff", "user@1.1.0", "user@2.0.0", "--markdown"]);
    assert_snapshot!("diff-markdown", markdown.shown());
    let json = ask(
        &place,
        &["diff", "user@1.0.0", "user@1.1.0", "--output", "json"],
    );
    assert_snapshot!("diff-json", json.shown());
}

#[test]
fn a_difference_decides_an_exit_code_and_is_read_strictly_if_asked() {
    let place = Place::with_registry();
    let minor = ["diff", "user/1.0.0.yaml", "user/1.1.0.yaml", "--exit-code"];
    assert_eq!(schema(&place, &minor).code, 0);
    let strict: Vec<&str> = minor.iter().chain(&["--mode", "strict"]).copied().collect();
    let answer = schema(&place, &strict);
    assert_eq!(answer.code, 4, "{}", answer.shown());
    assert!(
        answer
            .out
            .contains("1.1.0 takes a minor step; the change demands a major one"),
        "{}",
        answer.out
    );
    let back = ask(&place, &["diff", "user@1.1.0", "user@1.0.0"]);
    assert!(
        back.out.contains("1.0.0 does not follow 1.1.0"),
        "{}",
        back.out
    );
    let other = place
        .read("user/1.0.0.yaml")
        .replace("subject: user", "subject: person");
    place.write("other.yaml", &other);
    let others = schema(&place, &["diff", "user/1.0.0.yaml", "other.yaml"]);
    assert_snapshot!("diff-others", others.shown());
}

#[test]
fn a_registry_takes_what_is_compatible() {
    let place = Place::with_registry();
    add(
        &place,
        "1.2.0",
        "age: { type: integer, minimum: 0 }",
        "age: { type: integer }",
    );
    assert_snapshot!("check", ask(&place, &["check", "new"]).shown());
    assert_snapshot!(
        "check-json",
        ask(&place, &["check", "new", "--output", "json"]).shown()
    );
    assert_snapshot!(
        "check-known",
        ask(&place, &["check", "user/1.0.0.yaml"]).shown()
    );
}

#[test]
fn a_registry_refuses_what_is_not_and_says_where_and_why() {
    let place = Place::with_registry();
    add(&place, "1.1.1", "required: [name]", "required: [name, age]");
    add(&place, "1.0.0", "minimum: 0", "minimum: 1");
    let person = place
        .read("user/1.0.0.yaml")
        .replace("subject: user", "subject: person");
    place.write("other/person.yaml", &person);
    let answer = ask(&place, &["check", "new"]);
    assert_snapshot!("check-refused", answer.shown());
    assert_eq!(answer.code, 1);
    assert_snapshot!(
        "check-refused-markdown",
        ask(&place, &["check", "new", "--markdown"]).shown()
    );
    assert_snapshot!("check-crossing", ask(&place, &["check", "other"]).shown());
    let json = ask(&place, &["check", "new", "--output", "json"]).json();
    assert_eq!(
        (&json["taken"], &json["exitCode"]),
        (&false.into(), &1.into())
    );
    let refused = json["entries"].as_array().expect("a list").iter();
    let refused: Vec<_> = refused
        .filter_map(|entry| entry.get("refusedFor"))
        .collect();
    assert_eq!(
        refused,
        [&serde_json::json!([
            "schema-version-step",
            "schema-breaks-old-data"
        ])]
    );
}

#[test]
fn ways_are_shown_step_by_step_and_gaps_with_what_would_fill_them() {
    let place = Place::with_registry();
    assert_snapshot!("path", ask(&place, &["path", "user"]).shown());
    add(&place, "3.0.0", "user:{id:integer}", "user:{id:integer}:v3");
    place.write("user/3.0.0.yaml", &place.read("new/3.0.0.yaml"));
    let gap = ask(&place, &["path", "user"]);
    assert_snapshot!("path-gap", gap.shown());
    assert_eq!(gap.code, 0);
    let asked = ask(&place, &["path", "user", "--from", "1.0.0"]);
    assert_snapshot!("path-none", asked.shown());
    assert_eq!(asked.code, 1);
    let there = ask(
        &place,
        &[
            "path", "user", "--from", "1.0.0", "--to", "2.0.0", "--output", "json",
        ],
    );
    assert_eq!(there.code, 0);
    let steps = there.json()["ways"][0]["steps"].clone();
    assert_eq!(
        steps[1],
        serde_json::json!({ "migration": "split-name", "from": "1.1.0", "to": "2.0.0" })
    );
}

#[test]
fn nothing_is_registered_in_a_file() {
    let place = Place::with_registry();
    place.write_rdb("data.rdb", &[]);
    let answer = schema(
        &place,
        &["register", "user", "--target", "data.rdb", "--yes"],
    );
    assert_snapshot!("register-file", answer.shown());
}

#[test]
fn every_document_of_the_registry_has_the_fields_that_are_documented() {
    let place = Place::with_registry();
    let page = place.remold(&["reference", "cli-json"]).out;
    for (section, arguments) in [
        ("schema lint", &["lint", "user"][..]),
        ("schema list", &["list", "-r", "user"]),
        ("schema show", &["show", "user", "-r", "user"]),
        (
            "schema diff",
            &["diff", "user@1.0.0", "user@1.1.0", "-r", "user"],
        ),
        ("schema check", &["check", "user", "-r", "user"]),
        ("schema path", &["path", "user", "-r", "user"]),
    ] {
        let answer = schema(&place, &[arguments, &["--output", "json"]].concat());
        let document = answer.json();
        let found = document.as_object().expect("a document").keys().cloned();
        let found: BTreeSet<String> = found
            .filter(|name| !matches!(name.as_str(), "command" | "exitCode"))
            .collect();
        let documented: BTreeSet<String> = fields(&page, section).collect();
        assert!(
            found.is_subset(&documented),
            "{section}: {found:?}, {documented:?}"
        );
        // What may be missing is `null` in the page.
        let missing = documented.difference(&found).all(|name| {
            let start = format!("| `{name}` | ");
            let rows = page.lines().filter(|line| line.starts_with(&start));
            rows.into_iter().any(|row| row.contains(" or null")) || name == "document"
        });
        assert!(missing, "{section}: {found:?}, {documented:?}");
    }
}

#[test]
fn new_documents_may_refer_to_one_another_and_to_what_is_registered() {
    let place = Place::with_registry();
    let order = |version: &str, owner: &str| {
        let text = place.read("user/1.0.0.yaml");
        text.replace("subject: user", "subject: order")
            .replace("user:{", "order:{")
            .replace("version: 1.0.0", &format!("version: {version}"))
            .replace("name: { type: string }", owner)
    };
    place.write("user/order.yaml", &order("1.0.0", "name: { type: string }"));
    // `order` comes before `zone`, which it refers to.
    let zone = order("1.0.0", "name: { type: string }")
        .replace("subject: order", "subject: zone")
        .replace("order:{", "zone:{");
    place.write("new/zone.yaml", &zone);
    let name = "name: { type: string }\n      zone: { $ref: 'remold:zone/1.0.0#/properties/name' }\n      user: { $ref: 'remold:user/1.0.0#/properties/name' }";
    place.write("new/order.yaml", &order("1.1.0", name));
    let answer = ask(&place, &["check", "new"]);
    assert_eq!(answer.code, 0, "{}", answer.shown());
    let alone = schema(&place, &["lint", "new"]);
    assert_snapshot!("lint-referring", alone.shown());
}
