//! Which files count, for each way to make a transform.

use super::*;

const SCRIPT: &str = "rhai: { file: split.rhai }";
const COMPONENT: &str = "wasm: { file: build/split.wasm }";

/// A folder with a manifest and some files.
fn folder(transform: &str, files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: split }}\n\
         spec:\n  select: {{ match: \"*\" }}\n  transform: {{ {transform} }}\n"
    );
    std::fs::write(folder.path().join("migration.yaml"), manifest).expect("a file");
    for file in files {
        std::fs::write(folder.path().join(file), "").expect("a file");
    }
    folder
}

#[track_caller]
fn check(folder: &Path, with_cases: bool, target: Option<&str>, wanted: &[&str], not: &[&str]) {
    let target = target.map(|target| folder.join(target));
    let manifest = folder.join("migration.yaml");
    let source = Source::new(&manifest, with_cases, target.as_deref(), Format::Text);
    let scope = source.expect("its files are there").scope();
    for file in wanted {
        assert!(scope.wants(&folder.join(file)), "{file} counts: {scope:?}");
    }
    for file in not {
        assert!(
            !scope.wants(&folder.join(file)),
            "{file} does not: {scope:?}"
        );
    }
}

#[test]
fn of_a_script_all_modules_count_and_nothing_else() {
    let folder = folder(SCRIPT, &["dump.rdb"]);
    let (wanted, not) = (
        ["migration.yaml", "split.rhai", "lib/names.rhai"],
        ["notes.txt", "target/x.rhai", "other.rdb"],
    );
    check(folder.path(), false, Some("dump.rdb"), &wanted, &not);
    check(
        folder.path(),
        false,
        Some("dump.rdb"),
        &["dump.rdb"],
        &["cases/a.yaml"],
    );
    check(
        folder.path(),
        true,
        None,
        &["cases/a.yaml", "cases/a.yml"],
        &["dump.rdb"],
    );
}

#[test]
fn of_a_component_the_whole_folder_counts_but_for_what_is_made() {
    let folder = folder(COMPONENT, &["go.mod"]);
    let not = [
        "build/split.wasm",
        "build/split.wat",
        "node_modules/a.js",
        ".git/index",
    ];
    check(
        folder.path(),
        false,
        None,
        &["main.go", "names/table.csv", "go.sum"],
        &not,
    );
    check(folder.path(), false, None, &[], &["cases/a.yaml"]);
    check(folder.path(), true, None, &["cases/a.yaml"], &[]);
}

#[test]
fn a_component_without_a_source_is_watched_itself() {
    let folder = folder(COMPONENT, &[]);
    check(
        folder.path(),
        false,
        None,
        &["build/split.wasm"],
        &["main.go"],
    );
}

#[test]
fn of_a_broken_manifest_the_scripts_count_until_it_says_more() {
    let folder = folder(COMPONENT, &["go.mod"]);
    std::fs::write(folder.path().join("migration.yaml"), "spec: [").expect("a file");
    check(
        folder.path(),
        false,
        None,
        &["migration.yaml", "a.rhai"],
        &["main.go"],
    );
}

#[test]
fn a_manifest_that_is_a_link_is_watched_where_it_is_written() {
    let folder = folder(SCRIPT, &[]);
    let real = folder.path().join("real.yaml");
    let manifest = folder.path().join("migration.yaml");
    std::fs::rename(&manifest, &real).expect("a rename");
    std::os::unix::fs::symlink(&real, &manifest).expect("a link");
    let real = real.canonicalize().expect("it is there");
    check(folder.path(), false, None, &["migration.yaml"], &[]);
    let source = Source::new(&manifest, false, None, Format::Text);
    assert!(source.expect("it is there").scope().wants(&real));
}

#[test]
fn what_is_not_there_is_a_slip() {
    let folder = folder(SCRIPT, &[]);
    let nowhere = folder.path().join("nowhere.yaml");
    assert!(Source::new(&nowhere, true, None, Format::Text).is_err());
    let manifest = folder.path().join("migration.yaml");
    assert!(Source::new(&manifest, false, Some(&nowhere), Format::Text).is_err());
}

#[test]
fn what_is_built_is_no_source() {
    let except = |component: &str| not_of_the_source(Path::new(component));
    assert_eq!(
        except("build/split.wasm"),
        ["build/split.wasm", "cases", "build"].map(PathBuf::from)
    );
    // A folder of another name may hold more than that.
    assert_eq!(
        except("./src/split.wasm"),
        ["src/split.wasm", "cases"].map(PathBuf::from)
    );
}
