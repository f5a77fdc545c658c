//! Packs the SDKs and their templates into the crate, so that the binary alone can begin a project.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What is in an SDK's folder and not part of it.
const BESIDE: [&str; 11] = [
    "Cargo.lock",
    "build",
    "dist",
    "examples",
    "node_modules",
    "package-lock.json",
    "target",
    "template",
    "test",
    "tests",
    ".gitignore",
];

/// What tools leave behind, in any folder.
const LEFT_BEHIND: [&str; 6] = [
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    ".zig-cache",
    "__pycache__",
];

/// The languages that have a template.
const LANGUAGES: [&str; 6] = ["c", "go", "js", "python", "rhai", "rust"];

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let sdks = manifest
        .join("../../sdk")
        .canonicalize()
        .expect("the SDKs are there");
    println!("cargo:rerun-if-changed={}", sdks.display());
    println!("cargo:rerun-if-changed=../../host-api/wit");
    let mut table = String::from("&[\n");
    for language in LANGUAGES {
        let sdk = sdks.join(language);
        let mut parts = [Vec::new(), Vec::new()];
        collect(&sdk.join("template"), "", false, &mut parts[0]);
        collect(&sdk, "", true, &mut parts[1]);
        writeln!(table, "Packed {{ language: {language:?}, template: &[")
            .expect("a String takes it");
        write_files(&mut table, &parts[0]);
        table.push_str("], sdk: &[\n");
        write_files(&mut table, &parts[1]);
        table.push_str("] },\n");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("packed.rs"), table).expect("the output folder can be written");
}

fn write_files(table: &mut String, files: &[(String, PathBuf)]) {
    for (name, path) in files {
        let path = path.display().to_string();
        writeln!(table, "({name:?}, include_bytes!({path:?})),").expect("a String takes it");
    }
}

/// Lists the files of a folder by their names in it, links followed.
fn collect(folder: &Path, prefix: &str, is_sdk: bool, files: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let beside = is_sdk && prefix.is_empty() && BESIDE.contains(&name.as_str());
        if beside || LEFT_BEHIND.contains(&name.as_str()) {
            continue;
        }
        let full = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{full}/"), is_sdk, files);
        } else {
            files.push((full, path));
        }
    }
}
