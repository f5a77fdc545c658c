//! The reference transforms in every language meet the cases of the stories that they are taken from.

use std::fs;
use std::path::Path;

use remold::Migration;
use remold_tests::{Language, cache, case_problems, root};

/// Each reference transform with the story that it does in another language.
pub(crate) const TRANSFORMS: [(&str, &str); 6] = [
    ("split-field", "01-split-name"),
    ("split-field-columns", "01-split-name"),
    ("json-to-hash", "02-json-to-hash"),
    ("money-to-minor", "03-money-to-cents"),
    ("money-to-minor-columns", "03-money-to-cents"),
    ("re-key", "04-rekey"),
];

/// Puts a component in the place of a story's script; returns the folder and the migration.
pub(crate) fn told_by(component: &Path, story: &str) -> (tempfile::TempDir, Migration) {
    // An interpreter takes long to compile.
    remold::cache_code_in(cache().join("guests").join("code"));
    let story = root().join("examples").join(story);
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let manifest = fs::read_to_string(story.join("migration.yaml")).expect("the story has one");
    let line = |line: &str| {
        if line.trim_start().starts_with("rhai:") {
            "    wasm: { file: guest.wasm }".to_owned()
        } else {
            line.to_owned()
        }
    };
    let manifest: Vec<String> = manifest.lines().map(line).collect();
    let path = folder.path().join("migration.yaml");
    fs::write(&path, manifest.join("\n")).expect("it can be written");
    fs::copy(component, folder.path().join("guest.wasm")).expect("it can be written");
    let cases = folder.path().join("cases");
    fs::create_dir(&cases).expect("it can be written");
    for file in fs::read_dir(story.join("cases")).expect("the story has cases") {
        let file = file.expect("it can be listed");
        fs::copy(file.path(), cases.join(file.file_name())).expect("it can be written");
    }
    let migration =
        Migration::load(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (folder, migration)
}

/// Runs the cases of one transform in one language; returns what did not come out.
fn problems(language: Language, transform: &str, story: &str) -> Vec<String> {
    let (_folder, migration) = told_by(&language.example(transform), story);
    let problems = case_problems(&migration).into_iter();
    let named = problems.map(|problem| format!("{transform} in {}: {problem}", language.name));
    named.collect()
}

fn meets_its_cases(language: &str, transforms: &[&str]) {
    let language = Language::named(language);
    let wanted = TRANSFORMS
        .iter()
        .filter(|(name, _)| transforms.is_empty() || transforms.contains(name));
    let problems: Vec<String> = wanted
        .flat_map(|(transform, story)| problems(language, transform, story))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn in_rust() {
    meets_its_cases("rust", &[]);
}

#[test]
fn in_c() {
    meets_its_cases("c", &[]);
}

#[test]
fn in_go() {
    meets_its_cases("go", &[]);
}

#[test]
fn in_javascript() {
    meets_its_cases("js", &[]);
}

#[test]
fn in_python() {
    meets_its_cases("python", &[]);
}

#[test]
fn in_assemblyscript() {
    meets_its_cases("assemblyscript", &["split-field"]);
}

#[test]
fn in_zig() {
    meets_its_cases("zig", &["split-field"]);
}
