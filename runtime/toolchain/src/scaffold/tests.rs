//! New projects have what they need, under their own name.

use std::fs;

use super::{ScaffoldError, is_name, scaffold, scaffold_around};
use crate::language::Language;

#[test]
fn names_fit_every_language() {
    for name in ["a", "split-name", "v2-users"] {
        assert!(is_name(name), "{name}");
    }
    for name in [
        "", "-a", "a-", "a--b", "Split", "2nd", "a b", "a/b", "../a", "é",
    ] {
        assert!(!is_name(name), "{name}");
    }
}

#[test]
fn every_template_is_written_under_its_name_with_its_sdk() {
    for language in Language::WITH_TEMPLATE {
        let home = tempfile::tempdir().expect("there is a temporary folder");
        let folder = home.path().join("my-split");
        let written = scaffold(language, "my-split", &folder).expect("the folder is new");
        assert!(
            written.iter().any(|path| path.ends_with("migration.yaml")),
            "{language}"
        );
        for path in &written {
            let text = fs::read_to_string(folder.join(path)).expect("it is text");
            assert!(!text.contains("{{name}}"), "{language}: {}", path.display());
            assert!(
                !path.to_string_lossy().contains("{{"),
                "{language}: {}",
                path.display()
            );
        }
        assert_eq!(Language::of(&folder), Some(language));
        assert!(folder.join("remold-sdk").is_dir(), "{language}");
        let again = scaffold(language, "my-split", &folder);
        assert!(
            matches!(again, Err(ScaffoldError::NotEmpty(_))),
            "{language}"
        );
    }
}

#[test]
fn a_language_without_a_template_is_told() {
    let home = tempfile::tempdir().expect("there is a temporary folder");
    let refused = scaffold(Language::Zig, "a", home.path());
    assert!(matches!(
        refused,
        Err(ScaffoldError::NoTemplate(Language::Zig))
    ));
}

#[test]
fn a_project_around_other_files_builds_them_and_has_nothing_of_the_example() {
    for language in Language::WITH_TEMPLATE {
        if language == Language::Rhai {
            continue; // nothing has to be built
        }
        let home = tempfile::tempdir().expect("there is a temporary folder");
        let folder = home.path().join("my-split");
        let files = [("migration.yaml".to_owned(), "mine".to_owned())];
        let written =
            scaffold_around(language, "my-split", &folder, &files).expect("the folder is new");
        assert!(written.len() > 1, "{language}: {written:?}");
        for path in &written {
            let text = fs::read_to_string(folder.join(path)).expect("it is text");
            assert!(!text.contains("{{name}}"), "{language}: {}", path.display());
        }
        let manifest = fs::read_to_string(folder.join("migration.yaml")).expect("it is there");
        assert_eq!(manifest, "mine", "{language}");
        assert!(folder.join("remold-sdk").is_dir(), "{language}");
        for example in ["cases", "tests", "test", "README.md"] {
            assert!(!folder.join(example).exists(), "{language}: {example}");
        }
    }
}
