//! Compiled code on disk is used only if it is whole and nobody else can have written it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use remold_host_api::{Outcome, TransformSource};
use remold_sandbox_wasm::Options;

use super::support::{for_each, load, options, run, texts};

fn with_cache(folder: &Path) -> Options {
    Options {
        cache: Some(folder.to_owned()),
        ..options()
    }
}

fn works(folder: &Path) {
    let source = load(&for_each("", ""), with_cache(folder)).unwrap();
    let ran = run(source.instantiate().unwrap().as_mut(), &texts(1));
    assert_eq!(ran.outcomes, [Ok(Outcome::Done)]);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

#[test]
fn what_was_compiled_is_found_again() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("cache/code");
    works(&folder);
    let [file] = files(&folder).try_into().unwrap();
    let written = fs::metadata(&file).unwrap();
    assert_eq!(written.permissions().mode() & 0o777, 0o600);
    let content = fs::read(&file).unwrap();
    works(&folder);
    assert_eq!(files(&folder), std::slice::from_ref(&file));
    assert_eq!(fs::read(&file).unwrap(), content);
    // Another component is another file.
    load(&for_each("(drop (i32.const 1))", ""), with_cache(&folder)).unwrap();
    assert_eq!(files(&folder).len(), 2);
}

#[test]
fn a_damaged_file_is_written_anew() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("code");
    works(&folder);
    let [file] = files(&folder).try_into().unwrap();
    let whole = fs::read(&file).unwrap();
    let mut turned = whole.clone();
    let middle = turned.len() / 2;
    turned[middle] ^= 0x40;
    for damaged in [
        &turned[..],
        &whole[..whole.len() - 1],
        &whole[..20],
        b"",
        b"remoldc1",
    ] {
        fs::write(&file, damaged).unwrap();
        works(&folder);
        assert_eq!(fs::read(&file).unwrap(), whole);
    }
}

#[test]
fn what_others_can_write_is_not_used() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("code");
    works(&folder);
    let [file] = files(&folder).try_into().unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    fs::write(&file, b"planted").unwrap();
    works(&folder);
    // It was compiled anew, into a file that is ours alone.
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    fs::remove_file(&file).unwrap();
    works(&folder);
    assert!(files(&folder).is_empty());
}

#[test]
fn a_folder_that_cannot_be_made_costs_time_only() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    works(&file.join("code"));
}
