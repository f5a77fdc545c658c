//! C, by zig's compiler or clang.

use super::zig::zig;
use super::{BuildError, Plan, Step, component};
use crate::project::Project;
use crate::tools::{files, works};

pub(super) fn plan(project: &Project) -> Result<Plan, BuildError> {
    let sdk = project.sdk("remold.h").ok_or_else(|| BuildError::Project {
        problem: "remold.h is neither in remold-sdk nor in a folder above".to_owned(),
        hint: "`remold new NAME --lang c` puts it there".to_owned(),
    })?;
    let sdk = sdk.display().to_string();
    let (program, first) = compiler()?;
    let mut arguments: Vec<String> = first.into_iter().map(str::to_owned).collect();
    let flags = [
        "-std=c11",
        "-O2",
        "-s",
        "-Wall",
        "-Wextra",
        "-Wl,--no-entry",
    ];
    arguments.extend(flags.map(str::to_owned));
    arguments.push(format!("-I{sdk}"));
    arguments.extend(["-o".to_owned(), component(project)]);
    arguments.extend(files(&project.folder, "src", "c"));
    arguments.push(format!("{sdk}/remold.c"));
    Ok(Plan {
        steps: vec![Step::new(program, arguments)],
        ..Plan::default()
    })
}

/// Finds a compiler that makes WebAssembly, with the arguments that say so.
fn compiler() -> Result<(&'static str, Vec<&'static str>), BuildError> {
    if let Some((program, first)) = zig() {
        let target = ["cc", "-target", "wasm32-freestanding"];
        return Ok((program, first.iter().copied().chain(target).collect()));
    }
    if works("clang", &["--print-targets"]) && works("wasm-ld", &["--version"]) {
        return Ok(("clang", vec!["--target=wasm32", "-nostdlib"]));
    }
    Err(BuildError::Missing {
        what: "a C compiler for WebAssembly",
        hint: "pip install ziglang==0.17.1; or install zig, or clang 14 or newer with lld"
            .to_owned(),
    })
}
