//! `remold schema generate`: what is begun passes its check and its cases at once, or says what is left to do.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::support::{Answer, Place};

/// Writes both versions of a schema. `rest` is what stands in their `spec` beside subject and version.
fn generate(place: &Place, old: &str, new: &str) -> Answer {
    generate_in(place, "rhai", old, new)
}

/// Does the same in a language.
fn generate_in(place: &Place, language: &str, old: &str, new: &str) -> Answer {
    for (version, rest) in [("1.0.0", old), ("2.0.0", new)] {
        let rest = rest.lines().fold(String::new(), |mut text, line| {
            writeln!(text, "  {line}").expect("a String takes it");
            text
        });
        place.write(
            &format!("{version}.yaml"),
            &format!(
                "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user-{version} }}\nspec:\n  subject: user\n  version: {version}\n{rest}"
            ),
        );
    }
    place.remold(&[
        "schema",
        "generate",
        "1.0.0.yaml",
        "2.0.0.yaml",
        "--out",
        "begun",
        "--lang",
        language,
    ])
}

fn hash(required: &str, properties: &str) -> String {
    format!(
        "keys: \"user:{{id}}\"\ntype: hash\nschema: {{ type: object, additionalProperties: false, required: {required}, properties: {properties} }}\n"
    )
}

fn json(required: &str, properties: &str) -> String {
    hash(required, properties).replace("type: hash\n", "type: text\nencoding: json\n")
}

/// Pairs of versions that differ in names and types.
fn names_and_types() -> Vec<(String, String)> {
    vec![
        // A field that is spelt otherwise.
        (
            hash(
                "[userName]",
                "{ userName: { type: string }, age: { type: integer } }",
            ),
            hash(
                "[user_name]",
                "{ user_name: { type: string }, age: { type: integer } }",
            ),
        ),
        (
            json(
                "[userName]",
                "{ userName: { type: string }, age: { type: integer } }",
            ),
            json(
                "[user_name]",
                "{ user_name: { type: string }, age: { type: integer } }",
            ),
        ),
        // Types.
        (
            hash("[on]", "{ on: { type: boolean } }"),
            hash("[on]", "{ on: { type: integer } }"),
        ),
        (
            json("[on, n]", "{ on: { type: boolean }, n: { type: integer } }"),
            json("[on, n]", "{ on: { type: integer }, n: { type: string } }"),
        ),
        (
            json("[n]", "{ n: { type: string, examples: [\"42\"] } }"),
            json("[n]", "{ n: { type: integer } }"),
        ),
        (
            json("[n]", "{ n: { type: string, examples: [\"4.5\"] } }"),
            json("[n]", "{ n: { type: number } }"),
        ),
        (
            json(
                "[n]",
                "{ n: { type: string, enum: [\"true\", \"false\"] } }",
            ),
            json("[n]", "{ n: { type: boolean } }"),
        ),
    ]
}

/// Pairs that differ in what there is, and in what it is called.
fn values_and_keys() -> Vec<(String, String)> {
    vec![
        // What is required now has a default.
        (
            hash("[a]", "{ a: { type: string } }"),
            hash(
                "[a, plan, limits]",
                "{ a: { type: string }, plan: { type: string, default: \"free \\\"tier\\\"\" }, limits: { type: object, default: { cpu: 1 } } }",
            ),
        ),
        (
            json("[a]", "{ a: { type: string } }"),
            json(
                "[a, plan, limits, on]",
                "{ a: { type: string }, plan: { const: free }, limits: { type: object, default: { cpu: 1.5 } }, on: { type: boolean, default: true } }",
            ),
        ),
        // What is gone.
        (
            hash("[a]", "{ a: { type: string }, legacy: { type: string } }"),
            hash("[a]", "{ a: { type: string } }"),
        ),
        // Another key.
        (
            hash("[a]", "{ a: { type: string } }"),
            hash("[a]", "{ a: { type: string } }").replace("user:{id}", "{{user.{id}}}:data"),
        ),
        // A version that is said.
        (
            hash("[a, v]", "{ a: { type: string }, v: { type: string } }")
                + "versionField: { pointer: /v, value: \"1\" }\n",
            hash("[a, v]", "{ a: { type: string }, v: { type: string } }")
                + "versionField: { pointer: /v, value: \"2\" }\n",
        ),
    ]
}

/// Pairs that differ in how all of it is held.
fn forms_and_expiries() -> Vec<(String, String)> {
    vec![
        // A document becomes a hash, and a hash a document.
        (
            json(
                "[name, on]",
                "{ name: { type: string }, on: { type: boolean }, n: { type: number }, tags: { type: array, items: { type: string } } }",
            ),
            hash(
                "[name, on, plan]",
                "{ name: { type: string }, on: { type: boolean }, n: { type: number }, tags: { type: array, items: { type: string } }, plan: { type: string, default: free } }",
            ),
        ),
        (
            hash(
                "[userName, on]",
                "{ userName: { type: string }, on: { type: boolean }, n: { type: integer }, tags: { type: array, items: { type: string } } }",
            ),
            json(
                "[user_name, on]",
                "{ user_name: { type: string }, on: { type: boolean }, n: { type: string }, tags: { type: array, items: { type: string } } }",
            ),
        ),
        // Expiries.
        (
            hash("[a]", "{ a: { type: string } }"),
            hash("[a]", "{ a: { type: string } }") + "ttl: { required: true, max: 7d }\n",
        ),
        (
            hash("[a]", "{ a: { type: string } }") + "ttl: { required: true }\n",
            hash("[a]", "{ a: { type: string } }") + "ttl: { allowed: false }\n",
        ),
    ]
}

#[test]
fn what_is_begun_is_checked_and_tested_at_once() {
    let pairs = [names_and_types(), values_and_keys(), forms_and_expiries()].concat();
    for (number, (old, new)) in pairs.iter().enumerate() {
        let place = Place::with_users();
        let begun = generate(&place, old, new);
        assert_eq!(begun.code, 0, "{number}: {}", begun.err);
        assert!(!begun.out.contains("to do"), "{number}: {}", begun.out);
        let script = place.read("begun/user-2-0-0.rhai");
        for command in ["check", "test"] {
            let answer = place.remold(&[command, "begun"]);
            assert_eq!(
                answer.code, 0,
                "{number}, {command}: {}{}\n{script}",
                answer.out, answer.err
            );
        }
        let cases = place.read("begun/cases/generated.yaml");
        assert!(cases.contains("expect:"), "{number}: {cases}");
    }
}

#[test]
fn what_is_left_to_do_is_told_and_rejects() {
    let place = Place::with_users();
    let old = hash(
        "[name]",
        "{ name: { type: string }, legacy: { type: string }, tries: { type: string } }",
    );
    let new = hash(
        "[full_name, tries]",
        "{ full_name: { type: string }, tries: { type: integer } }",
    );
    let answer = generate(&place, &old, &new);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_snapshot!("left-to-do", answer.out);
    assert_snapshot!("script-with-to-dos", place.read("begun/user-2-0-0.rhai"));
    for command in ["check", "test"] {
        let answer = place.remold(&[command, "begun"]);
        assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    }
    let cases = place.read("begun/cases/generated.yaml");
    assert!(cases.contains("reject: todo-full-name"), "{cases}");
    // What is there already is not written over.
    let again = generate(&place, &old, &new);
    assert_eq!(again.code, 6, "{}", again.out);
    assert!(again.err.contains("--out"), "{}", again.err);
}

#[test]
fn a_script_with_its_way_back() {
    let place = Place::with_users();
    let old = json(
        "[userName]",
        "{ userName: { type: string }, on: { type: boolean }, n: { type: string } }",
    );
    let new = json(
        "[user_name, plan]",
        "{ user_name: { type: string }, on: { type: boolean }, n: { type: number }, plan: { type: string, default: free } }",
    )
    .replace("user:{id}", "{{user:{id}}}");
    assert_eq!(generate(&place, &old, &new).code, 0);
    assert_snapshot!("script-both-ways", place.read("begun/user-2-0-0.rhai"));
    assert_snapshot!("manifest-of-it", place.read("begun/migration.yaml"));
}

/// That what is begun builds and passes, the tests of the SDKs show.
#[test]
fn in_another_language_there_is_all_that_builds_it() {
    let old = hash("[userName]", "{ userName: { type: string } }");
    let new = hash("[user_name]", "{ user_name: { type: string } }");
    for (language, script, project) in [
        ("rust", "src/lib.rs", "Cargo.toml"),
        ("js", "src/transform.js", "package.json"),
        ("python", "transform.py", "pyproject.toml"),
        ("go", "main.go", "go.mod"),
    ] {
        let place = Place::with_users();
        let begun = generate_in(&place, language, &old, &new);
        assert_eq!(begun.code, 0, "{language}: {}", begun.err);
        assert!(begun.out.contains("remold build begun"), "{}", begun.out);
        let script = place.read(&format!("begun/{script}"));
        assert!(script.contains("user_name"), "{language}: {script}");
        let project = place.read(&format!("begun/{project}"));
        assert!(project.contains("user-2-0-0"), "{language}: {project}");
        let manifest = place.read("begun/migration.yaml");
        assert!(
            manifest.contains("build/user-2-0-0.wasm"),
            "{language}: {manifest}"
        );
        assert!(!place.read("begun/cases/generated.yaml").is_empty());
        assert!(!place.read("begun/remold-sdk/README.md").is_empty());
    }
    let place = Place::with_users();
    for language in ["c", "zig"] {
        let refused = generate_in(&place, language, &old, &new);
        assert_eq!(refused.code, 2, "{language}: {}", refused.out);
        assert!(refused.err.contains("python and go"), "{}", refused.err);
    }
}
