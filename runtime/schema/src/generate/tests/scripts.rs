//! Scripts in the languages with an SDK, as they are written. That they build and do what their cases say, `tests/sdk` shows.

use insta::assert_snapshot;

use super::{definition, hash};
use crate::definition::Definition;
use crate::generate::{ScriptLanguage, generate};

/// The languages with an SDK, with their names and scripts.
const WITH_SDK: [(ScriptLanguage, &str, &str); 4] = [
    (ScriptLanguage::Rust, "rust", "src/lib.rs"),
    (ScriptLanguage::JavaScript, "javascript", "src/transform.js"),
    (ScriptLanguage::Python, "python", "transform.py"),
    (ScriptLanguage::Go, "go", "main.go"),
];

/// Writes a JSON document's version. `rest` follows what all of them say.
fn document(version: &str, keys: &str, rest: &str) -> Definition {
    let rest = format!("  keys: {keys:?}\n  type: text\n  encoding: json\n{rest}");
    definition(version, &rest)
}

fn file(files: &[(String, String)], name: &str) -> String {
    let found = files.iter().find(|(file, _)| file == name);
    found.map(|(_, text)| text.clone()).expect("it is written")
}

/// Holds the scripts of all languages against the snapshots that begin with a name.
fn are_as_shown(name: &str, old: &Definition, new: &Definition) {
    for (language, word, script) in WITH_SDK {
        let generated = generate("user-2-0-0", old, new, language);
        let manifest = file(&generated.files, "migration.yaml");
        let component = "wasm: { file: build/user-2-0-0.wasm }";
        assert!(manifest.contains(component), "{manifest}");
        assert_snapshot!(format!("{name}-{word}"), file(&generated.files, script));
    }
}

#[test]
fn a_document_and_its_key() {
    let old = document(
        "1.0.0",
        "user:{id}",
        "  schema: { type: object, required: [userName], properties: { userName: { type: string }, n: { type: string }, on: { type: boolean }, k: { type: integer } } }\n",
    );
    let new = document(
        "2.0.0",
        "{{user:{id}}}:data",
        "  schema: { type: object, required: [user_name, plan], properties: { user_name: { type: string }, n: { type: number }, on: { type: integer }, k: { type: boolean }, plan: { type: string, default: 'free \"x\"' } } }\n",
    );
    are_as_shown("document", &old, &new);
}

#[test]
fn a_hash_with_to_dos() {
    let old = hash(
        "1.0.0",
        "[name]",
        "{ name: { type: string }, legacy: { type: string }, tries: { type: string } }",
    );
    let new = hash(
        "2.0.0",
        "[full_name, tries]",
        "{ full_name: { type: string }, tries: { type: integer } }",
    );
    are_as_shown("hash", &old, &new);
}

#[test]
fn a_document_becomes_a_hash_and_a_hash_a_document() {
    let members = "  schema: { type: object, required: [name], properties: { name: { type: string }, on: { type: boolean } } }\n";
    let fields = |version: &str, ttl: &str| {
        let rest = format!("  keys: \"user:{{id}}\"\n  type: hash\n{ttl}{members}");
        definition(version, &rest)
    };
    let ttl = "  ttl: { required: true, max: 7d }\n";
    are_as_shown(
        "spread",
        &document("1.0.0", "user:{id}", members),
        &fields("2.0.0", ttl),
    );
    are_as_shown(
        "gather",
        &fields("1.0.0", ""),
        &document("2.0.0", "user:{id}", members),
    );
}

#[test]
fn what_nobody_can_tell() {
    let old = hash("1.0.0", "[name]", "{ name: { type: string } }");
    let new = definition("2.0.0", "  keys: \"user:{id}\"\n  type: list\n");
    are_as_shown("by-hand", &old, &new);
}

/// What a document calls its members gets into scripts as a text or a comment and as nothing else.
#[test]
fn names_cannot_break_out_of_a_script() {
    let name = "a\"); drop(\n\\\u{202e}*/'''#{x}`${y}";
    let properties = |kind: &str| serde_json::json!({ name: { "type": kind } }).to_string();
    let old = hash("1.0.0", "[]", &properties("string"));
    let new = hash("2.0.0", "[]", &properties("integer"));
    for (language, _, script) in WITH_SDK {
        let script = file(&generate("up", &old, &new, language).files, script);
        assert!(!script.contains('\u{202e}'), "{script}");
        let named = script.lines().filter(|line| line.contains("drop("));
        for line in named {
            let escaped = line.contains("a\\\"); drop(\\n\\\\\\u");
            let comment = line.trim_start();
            let is_comment = comment.starts_with("//") || comment.starts_with('#');
            assert!(escaped || is_comment, "{line}");
        }
    }
}
