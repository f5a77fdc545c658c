//! `remold schema infer` and `remold schema drift` over files. Servers are in the tests of the workspace.

use insta::assert_snapshot;

use crate::support::{Place, Value, hash, text};

/// A folder with `shop.rdb`: users in two shapes, sessions, lists, and keys that are like no others.
fn place() -> Place {
    let place = Place::with_users();
    let mut entries: Vec<(String, Value)> = Vec::new();
    for n in 0..120 {
        let age = (n % 60 + 18).to_string();
        let mail = format!("user{n}@example.org");
        let profile = format!(r#"{{"theme":"dark","visits":{n}}}"#);
        let mut fields = vec![("email", mail.as_str()), ("age", age.as_str())];
        if n % 3 == 0 {
            fields.extend([("first", "Ada"), ("last", "Lovelace")]);
        } else {
            fields.push(("name", "Ada Lovelace"));
        }
        if n % 2 == 0 {
            fields.push(("profile", profile.as_str()));
        }
        if n == 7 {
            fields[1] = ("age", "unknown");
        }
        entries.push((format!("user:{n}"), hash(&fields)));
    }
    for n in 0..40 {
        let session = format!(r#"{{"user":{n},"at":"2026-01-05T10:20:30Z"}}"#);
        entries.push((format!("session:{:08x}a", n * 7919), text(&session)));
    }
    entries.push(("motd".to_owned(), text("hello")));
    entries.push(("__remold:lock".to_owned(), text("somebody")));
    let entries: Vec<(&str, Value)> = entries
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    place.write_rdb("shop.rdb", &entries);
    place
}

/// Writes a schema of users.
fn schema(place: &Place, version: &str, required: &str) {
    place.write(
        &format!("registry/user/{version}.yaml"),
        &format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user-{version} }}\nspec:\n  subject: user\n  version: {version}\n  keys: \"user:{{id:integer}}\"\n  type: hash\n  schema:\n    type: object\n    required: {required}\n    properties: {{ age: {{ type: integer }} }}\n"
        ),
    );
}

#[test]
fn schemas_are_proposed() {
    let place = place();
    let answer = place.remold(&["schema", "infer", "--target", "shop.rdb"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_snapshot!("proposed", answer.out);
    let json = place
        .remold(&[
            "schema", "infer", "--target", "shop.rdb", "--output", "json",
        ])
        .json();
    assert_eq!(json["looked"]["seen"], 161);
    assert_eq!(json["proposals"][0]["keys"], "user:{id:integer}");
    assert_eq!(
        json["proposals"][0]["draft"]["spec"]["fields"],
        serde_json::json!({"profile": {"encoding": "json"}})
    );
    assert_eq!(json["loneKeys"], 1);
    let some = place.remold(&[
        "schema", "infer", "--target", "shop.rdb", "--sample", "30", "--match", "user:*",
    ]);
    assert!(
        some.out.contains("30 keys out of 120 (25%)"),
        "{}",
        some.out
    );
}

#[test]
fn drafts_are_written_and_hold_and_nothing_is_written_over() {
    let place = place();
    let infer = [
        "schema",
        "infer",
        "--target",
        "shop.rdb",
        "--out",
        "drafts",
        "--version",
        "0.1.0",
    ];
    let answer = place.remold(&infer);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(
        answer.out.ends_with("wrote 2 drafts to drafts\n"),
        "{}",
        answer.out
    );
    assert_snapshot!("draft", place.read("drafts/user/0.1.0.yaml"));
    // What was drafted of the data is true of the data, but for the one that was told.
    let answer = place.remold(&[
        "schema",
        "drift",
        "--target",
        "shop.rdb",
        "--registry",
        "drafts",
    ]);
    assert_eq!(answer.code, 4, "{}", answer.out);
    assert_snapshot!("drift-of-drafts", answer.out);
    place.write("drafts/user/0.1.0.yaml", "# edited\n");
    let answer = place.remold(&infer);
    assert!(
        answer
            .out
            .ends_with("wrote 0 drafts to drafts; 2 there already and left as they are\n"),
        "{}",
        answer.out
    );
    assert_eq!(place.read("drafts/user/0.1.0.yaml"), "# edited\n");
}

#[test]
fn keys_are_held_against_the_registered_versions() {
    let place = place();
    schema(&place, "1.0.0", "[email, name]");
    schema(&place, "2.0.0", "[email, first]");
    let drift = |more: &[&str]| {
        let mut arguments = vec![
            "schema",
            "drift",
            "--target",
            "shop.rdb",
            "--registry",
            "registry",
        ];
        arguments.extend(more);
        place.remold(&arguments)
    };
    let answer = drift(&["--since", "look.json"]);
    assert_eq!(answer.code, 4, "{}", answer.err);
    assert_snapshot!("drift", answer.out);
    assert!(
        drift(&["--since", "look.json"])
            .out
            .ends_with("\nas it was in look.json\n")
    );
    // Somebody repaired one and broke another.
    place.write_rdb(
        "shop.rdb",
        &[
            ("user:1", hash(&[("email", "a"), ("first", "Ada")])),
            ("user:2", hash(&[("email", "a"), ("first", "Ada")])),
            ("user:3", hash(&[("first", "Ada")])),
        ],
    );
    let answer = drift(&["--since", "look.json", "--output", "json"]);
    let json = answer.json();
    assert_eq!(json["exitCode"], 4);
    assert_eq!(json["findings"], true);
    assert_eq!(json["since"], "look.json");
    let trend: Vec<&str> = json["trend"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["what"].as_str())
        .collect();
    let expected = [
        "1.0.0",
        "2.0.0",
        "invalid 1.0.0 /schema/properties/age/type",
        "invalid 2.0.0 /schema/required",
    ];
    assert_eq!(trend, expected);
    assert_eq!(json["subjects"][0]["versions"]["2.0.0"], 2);
    place.write_rdb(
        "shop.rdb",
        &[
            ("user:1", hash(&[("email", "a"), ("first", "Ada")])),
            ("user:2", hash(&[("email", "a"), ("name", "Ada")])),
        ],
    );
    assert_eq!(drift(&[]).code, 0);
    let answer = drift(&["user", "--expect", "2.0.0"]);
    assert_eq!(answer.code, 4, "{}", answer.out);
    assert_snapshot!("drift-from-an-expected-version", answer.out);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place = place();
    schema(&place, "1.0.0", "[email]");
    std::fs::create_dir(place.path("empty")).expect("a folder");
    let check = |more: &[&str], expect: &str| {
        let mut arguments = vec!["schema", "drift", "--target", "shop.rdb"];
        arguments.extend(more);
        let answer = place.remold(&arguments);
        assert_eq!(answer.code, 2, "{}", answer.out);
        assert!(answer.err.contains(expect), "{}", answer.err);
    };
    check(
        &["--registry", "registry", "--announce"],
        "--announce is for a server",
    );
    check(&["--registry", "empty"], "the registry is empty");
    check(&[], "the registry is empty");
    check(&["usr", "--registry", "registry"], "no subject `usr`");
    check(
        &["user", "--expect", "3.0.0", "--registry", "registry"],
        "`user` has no version 3.0.0",
    );
    place.write("look.json", "{");
    let answer = place.remold(&[
        "schema",
        "drift",
        "--target",
        "shop.rdb",
        "--registry",
        "registry",
        "--since",
        "look.json",
    ]);
    assert_eq!(answer.code, 1, "{}", answer.out);
    assert!(
        answer.err.contains("no look that was kept"),
        "{}",
        answer.err
    );
}
