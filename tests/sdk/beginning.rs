//! What `remold schema generate` writes builds, and passes its check and its cases, at once.

use std::fs;
use std::path::Path;

use remold_tests::{Language, said};

/// A document whose names, types and key change, and one member of which nobody knows.
const DOCUMENT: [&str; 2] = [
    "keys: 'user:{id}', type: text, encoding: json, schema: { type: object, required: [userName, n, on, k], properties: { userName: { type: string }, n: { type: string, examples: ['4.50'] }, on: { type: boolean }, k: { type: integer } } }",
    "keys: '{{user:{id}}}:data', type: text, encoding: json, schema: { type: object, required: [user_name, plan], properties: { user_name: { type: string }, n: { type: number }, on: { type: integer }, k: { type: boolean }, plan: { type: string, default: free } } }",
];

/// A document that becomes a hash with an expiry.
const SPREAD: [&str; 2] = [
    "keys: 'user:{id}', type: text, encoding: json, schema: { type: object, required: [name], properties: { name: { type: string }, on: { type: boolean }, n: { type: number }, tags: { type: array, items: { type: string } } } }",
    "keys: 'user:{id}', type: hash, ttl: { required: true, max: 7d }, schema: { type: object, required: [name, plan], properties: { name: { type: string }, on: { type: boolean }, n: { type: number }, tags: { type: array, items: { type: string } }, plan: { type: string, default: free } } }",
];

/// A hash that becomes a document.
const GATHERED: [&str; 2] = [
    "keys: 'user:{id}', type: hash, ttl: { required: true }, schema: { type: object, required: [userName, on], properties: { userName: { type: string }, on: { type: boolean }, n: { type: integer }, tags: { type: array, items: { type: string } } } }",
    "keys: 'user:{id}', type: text, encoding: json, ttl: { allowed: false }, schema: { type: object, required: [user_name, on], properties: { user_name: { type: string }, on: { type: boolean }, n: { type: string }, tags: { type: array, items: { type: string } } } }",
];

/// A hash with a member that is required and that nobody knows.
const TO_DO: [&str; 2] = [
    "keys: 'user:{id}', type: hash, schema: { type: object, required: [name, tries], properties: { name: { type: string }, tries: { type: string } } }",
    "keys: 'user:{id}', type: hash, schema: { type: object, required: [full_name, tries], properties: { full_name: { type: string }, tries: { type: integer } } }",
];

/// Runs steps to their ends.
#[track_caller]
fn succeed(language: Language, steps: &[&[&str]]) {
    for step in steps {
        let output = language.remold(step);
        assert!(output.status.success(), "{step:?}: {}", said(&output));
    }
}

/// Begins a migration between two versions, and builds, checks and tests it.
fn begins(language: Language, home: &Path, name: &str, versions: [&str; 2]) {
    let path = |name: &str| home.join(name).display().to_string();
    let mut files = Vec::new();
    for (version, spec) in ["1.0.0", "2.0.0"].into_iter().zip(versions) {
        let file = path(&format!("{name}-{version}.yaml"));
        let document = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user-{version} }}\nspec: {{ subject: user, version: {version}, {spec} }}\n"
        );
        fs::write(&file, document).expect("it can be written");
        files.push(file);
    }
    let folder = path(name);
    let begin = [
        "schema",
        "generate",
        &files[0],
        &files[1],
        "--lang",
        language.name,
        "--out",
        &folder,
    ];
    succeed(
        language,
        &[
            &begin,
            &["build", &folder],
            &["check", &folder],
            &["test", &folder],
        ],
    );
    let cases = home.join(name).join("cases/generated.yaml");
    let cases = fs::read_to_string(cases).expect("there are cases");
    assert!(cases.contains("expect:"), "{name}: {cases}");
    assert_eq!(
        cases.contains("reject: todo-full-name"),
        name == "to-do",
        "{cases}"
    );
}

fn all_begin(language: Language) {
    let home = tempfile::tempdir().expect("there is a temporary folder");
    for (name, versions) in [
        ("document", DOCUMENT),
        ("spread", SPREAD),
        ("gathered", GATHERED),
        ("to-do", TO_DO),
    ] {
        begins(language, home.path(), name, versions);
    }
}

#[test]
fn in_rust() {
    all_begin(Language::named("rust"));
}

#[test]
fn in_go() {
    all_begin(Language::named("go"));
}

#[test]
fn in_javascript() {
    all_begin(Language::named("js"));
}

#[test]
fn in_python() {
    all_begin(Language::named("python"));
}
