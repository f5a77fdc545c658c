//! A guest that keeps something from one record to the next is told by `remold test`, and one that does not is not.

use std::fs;
use std::path::Path;

use remold_tests::{Language, cache, said, start_remold_with};

const CASES: &str = "- name: two records
  given:
    \"user:1\": { hash: { do: WORD } }
    \"user:2\": { hash: { do: WORD } }
  expect:
    \"user:1\": { hash: { do: WORD, done: 1 } }
    \"user:2\": { hash: { do: WORD, done: 1 } }
";

/// Runs the cases of a language's guest, whose records ask for this.
fn tested(language: &str, word: &str) -> String {
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/guests");
    let component = Language::named(language).component(&guests.join(language).join("misdeeds"));
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    fs::create_dir(folder.path().join("cases")).expect("it can be made");
    fs::copy(component, folder.path().join("guest.wasm")).expect("it can be copied");
    write("cases/two.yaml", &CASES.replace("WORD", word));
    write(
        "migration.yaml",
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: state }\nspec:\n  \
         transform: { wasm: { file: guest.wasm } }\n",
    );
    let code = ("REMOLD_CACHE".to_owned(), cache().join("guests").into());
    let started = start_remold_with(&["test", &folder.path().display().to_string()], &[code]);
    said(&started.wait_with_output().expect("it ends"))
}

#[track_caller]
fn is_told(language: &str) {
    let text = tested(language, "remember");
    assert!(
        text.contains("user:1, user:2: comes out otherwise"),
        "{text}"
    );
    let text = tested(language, "nothing");
    assert!(
        text.contains("1 passed") && !text.contains("otherwise"),
        "{text}"
    );
}

#[test]
fn in_rust() {
    is_told("rust");
}

#[test]
fn in_c() {
    is_told("c");
}

#[test]
fn in_go() {
    is_told("go");
}

#[test]
fn in_javascript() {
    is_told("js");
}

#[test]
fn in_python() {
    is_told("python");
}
