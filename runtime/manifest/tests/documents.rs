//! Documents as files: every valid one is read, every invalid one gives exactly the errors in the `.err`
//! file beside it, and the generated documents are up to date.
//!
//! After a wanted change: `cargo run -p remold-manifest --example update_errors` and
//! `cargo run -p remold-manifest --example generate_manifest_reference`.

use std::path::{Path, PathBuf};

use remold_manifest::cases::CaseFile;

fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder is part of the tests");
    let mut files: Vec<(PathBuf, String)> = entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("the file can be read");
            (path, text)
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no documents", folder.display());
    files
}

fn name(path: &Path) -> String {
    let name = path.file_name().expect("it is a file");
    name.to_string_lossy().into_owned()
}

#[test]
fn valid_migrations_are_read_and_written_back_equal() {
    for (path, text) in files("manifests/valid") {
        let migration = remold_manifest::parse(&name(&path), &text)
            .unwrap_or_else(|errors| panic!("{}:\n{errors}", path.display()));
        let effective = migration.to_json().to_string();
        assert_eq!(
            remold_manifest::parse("effective.json", &effective).as_ref(),
            Ok(&migration),
            "{}",
            path.display()
        );
    }
}

fn check_errors<T>(
    folder: &str,
    read: impl Fn(&str, &str) -> Result<T, remold_manifest::ManifestErrors>,
) {
    for (path, text) in files(folder) {
        let Err(errors) = read(&name(&path), &text) else {
            panic!("{} was read", path.display());
        };
        let expected = std::fs::read_to_string(path.with_extension("err"))
            .unwrap_or_else(|_| panic!("{} has no .err file", path.display()));
        assert_eq!(format!("{errors}\n"), expected, "{}", path.display());
        for error in &errors {
            assert!(text.get(error.span.clone()).is_some(), "{}", path.display());
        }
    }
}

#[test]
fn invalid_migrations_give_exactly_the_expected_errors() {
    check_errors("manifests/invalid", remold_manifest::parse);
}

#[test]
fn invalid_fixtures_give_exactly_the_expected_errors() {
    check_errors("cases/invalid", CaseFile::read);
}

#[test]
fn valid_fixtures_keep_their_meaning_when_every_expectation_is_written_anew() {
    for (path, text) in files("cases/valid") {
        let read = |text: &str| {
            CaseFile::read(&name(&path), text)
                .unwrap_or_else(|errors| panic!("{}:\n{errors}", path.display()))
        };
        let file = read(&text);
        let expectations = file.cases.iter().map(|case| case.expect.clone());
        let all: Vec<_> = expectations.enumerate().collect();
        let written = file.with_expectations(&all).expect("they can be replaced");
        let again = read(&written);
        for (before, after) in file.cases.iter().zip(&again.cases) {
            assert_eq!(before.expect, after.expect, "{}", path.display());
        }
        assert_eq!(file.cases.len(), again.cases.len());
    }
}

#[test]
fn generated_documents_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    for (name, expected) in remold_manifest::generated_documents() {
        let found = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            found == expected,
            "docs/reference/{name} is not up to date: cargo run -p remold-manifest --example generate_manifest_reference"
        );
    }
}

#[test]
fn the_format_of_recordings_is_documented() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/recording.md");
    let page = std::fs::read_to_string(&page).expect("the page is there");
    let example = page.split("```yaml\n").nth(1).expect("an example");
    let example = example.split("```").next().expect("it ends");
    let read = |text: &str| remold_manifest::recording::Recording::read("recording.md", text);
    let recording = read(example).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(recording.records.len(), 2);
    // An unknown field is answered with those that exist, at each place where there are some.
    for (place, to) in [
        ("seed:", "sed:"),
        ("  - key:", "  - kee: x\n    key:"),
        ("{ reject:", "{ rejekt: x, reject:"),
        ("  sources:", "  soruces: {}\n  sources:"),
    ] {
        let errors = read(&example.replacen(place, to, 1)).expect_err(place);
        let hints = errors
            .iter()
            .flat_map(remold_manifest::ManifestError::hints);
        let accepted: Vec<String> = hints
            .filter_map(|hint| Some(hint.strip_prefix("accepted: ")?.to_owned()))
            .collect();
        let names: Vec<&str> = accepted[0].split(", ").collect();
        assert!(names.len() > 1, "{errors}");
        for name in names {
            let word = name.trim_matches('`');
            assert!(
                page.contains(name) || page.contains(&format!("{{ {word}: ")),
                "{name} is not documented"
            );
        }
    }
}
