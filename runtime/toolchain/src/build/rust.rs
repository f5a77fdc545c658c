//! Rust, by cargo.

use std::path::PathBuf;

use super::{BuildError, Plan, Step};
use crate::project::Project;
use crate::tools::{said, works};

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn plan(project: &Project) -> Result<Plan, BuildError> {
    if !works("cargo", &["--version"]) {
        return Err(BuildError::Missing {
            what: "cargo",
            hint: "install Rust: https://rustup.rs".to_owned(),
        });
    }
    // With a compiler of one's own it is one's own affair whether it knows the target.
    let library = said("rustc", &["--print", "target-libdir", "--target", TARGET]);
    let has_target = library.is_some_and(|folder| PathBuf::from(folder).is_dir());
    if !has_target && !project.own_rustc {
        return Err(BuildError::Missing {
            what: "Rust's library for WebAssembly",
            hint: format!("rustup target add {TARGET}"),
        });
    }
    let arguments = [
        "build",
        "--release",
        "--target",
        TARGET,
        "--target-dir",
        "target",
    ];
    let name = package(project)?.replace('-', "_");
    Ok(Plan {
        steps: vec![Step::new("cargo", arguments)],
        made: Some(PathBuf::from(format!(
            "target/{TARGET}/release/{name}.wasm"
        ))),
    })
}

/// Reads the package's name.
fn package(project: &Project) -> Result<String, BuildError> {
    let path = project.folder.join("Cargo.toml");
    let text = std::fs::read_to_string(&path).map_err(|source| BuildError::File {
        path: path.clone(),
        source,
    })?;
    let names = text.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "name").then(|| value.trim().trim_matches('"').to_owned())
    });
    names.into_iter().next().ok_or_else(|| BuildError::Project {
        problem: format!("{} names no package", path.display()),
        hint: "write `name = \"…\"` under [package]".to_owned(),
    })
}
