//! What `remold new` writes builds, and passes its unit tests and its cases, at once.

use remold_tests::{Language, said};

use crate::units::{succeeds, unit_tests};

fn begins(language: Language) {
    let home = tempfile::tempdir().expect("there is a temporary folder");
    let folder = home.path().join("my-split").display().to_string();
    let steps: &[&[&str]] = &[
        &[
            "new",
            "my-split",
            "--lang",
            language.name,
            "--into",
            &folder,
        ],
        &["build", &folder],
        &["check", &folder],
        &["test", &folder],
    ];
    for step in steps {
        let output = language.remold(step);
        assert!(output.status.success(), "{step:?}: {}", said(&output));
    }
    succeeds(&mut unit_tests(
        language,
        home.path().join("my-split").as_path(),
    ));
}

#[test]
fn in_rust() {
    begins(Language::named("rust"));
}

#[test]
fn in_c() {
    begins(Language::named("c"));
}

#[test]
fn in_go() {
    begins(Language::named("go"));
}

#[test]
fn in_javascript() {
    begins(Language::named("js"));
}

#[test]
fn in_python() {
    begins(Language::named("python"));
}

#[test]
fn a_script_needs_no_building() {
    let home = tempfile::tempdir().expect("there is a temporary folder");
    let folder = home.path().join("my-split").display().to_string();
    let any = Language::named("c");
    for step in [
        &["new", "my-split", "--into", &folder][..],
        &["build", &folder],
        &["test", &folder],
    ] {
        let output = any.remold(step);
        assert!(output.status.success(), "{step:?}: {}", said(&output));
    }
}
