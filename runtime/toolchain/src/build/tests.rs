//! What is called for a project, and what is said where something is missing.

use std::fs;
use std::path::Path;

use super::{BuildError, Plan, Printing, Step, build};
use crate::language::Language;
use crate::project::Project;

fn project(folder: &Path, language: Option<Language>) -> Project {
    Project::new(folder, Path::new("build/my-split.wasm"), language).expect("its language is known")
}

#[test]
fn a_command_is_shown_as_a_shell_takes_it() {
    let step = Step::new("cc", ["-o", "a b", "it's", ""]).with("GOOS", "wasip1");
    assert_eq!(step.to_string(), r"GOOS=wasip1 cc -o 'a b' 'it'\''s' ''");
}

#[test]
fn a_script_needs_no_building() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    fs::write(folder.path().join("a.rhai"), "").expect("it can be written");
    let refused = build(&project(folder.path(), None), Printing::Shown, |_| ());
    assert!(matches!(refused, Err(BuildError::Script)));
}

#[test]
fn a_folder_without_a_source_is_no_project() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let refused = Project::new(folder.path(), Path::new("a.wasm"), None).expect_err("it is empty");
    assert!(
        refused
            .to_string()
            .contains("no source of a known language"),
        "{refused}"
    );
}

#[test]
fn a_command_that_fails_is_named() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let project = project(folder.path(), Some(Language::C));
    for (step, how) in [
        (Step::new("false", [""; 0]), "exit status: 1"),
        (Step::new("no-such-program", [""; 0]), "No such file"),
    ] {
        let Err(BuildError::Failed {
            step: failed,
            how: said,
            ..
        }) = super::call(&project, &step, Printing::Shown)
        else {
            panic!("it fails")
        };
        assert_eq!(failed, step);
        assert!(said.contains(how), "{said}");
    }
}

#[test]
fn what_a_failing_command_prints_is_kept_in_order_where_it_is_not_shown() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let project = project(folder.path(), Some(Language::C));
    let script = "echo one; echo two >&2; echo $FORCE_COLOR; cat; exit 3";
    let step = Step::new("sh", ["-c", script]);
    let call = |colours| super::call(&project, &step, Printing::Kept { colours });
    let Err(BuildError::Failed { how, printed, .. }) = call(true) else {
        panic!("it fails")
    };
    assert_eq!(
        (how.as_str(), printed.as_str()),
        ("exit status: 3", "one\ntwo\n1\n")
    );
}

#[test]
fn a_project_in_c_without_its_sdk_is_told_so() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let refused = super::c::plan(&project(folder.path(), Some(Language::C)));
    let Err(error @ BuildError::Project { .. }) = refused.map(|_: Plan| ()) else {
        panic!("it lacks its SDK")
    };
    assert!(error.to_string().contains("remold.h"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("remold new")));
}
