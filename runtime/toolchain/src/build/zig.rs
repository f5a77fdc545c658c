//! Zig, without an SDK.

use super::{BuildError, Plan, Step, component};
use crate::project::Project;
use crate::tools::{files, works};

pub(super) fn plan(project: &Project) -> Result<Plan, BuildError> {
    let (program, first) = zig().ok_or_else(|| BuildError::Missing {
        what: "zig",
        hint: "pip install ziglang==0.17.1, or install zig".to_owned(),
    })?;
    let mut sources = files(&project.folder, "src", "zig");
    let named = format!("src/{}.zig", project.name());
    let source = match sources.iter().position(|source| *source == named) {
        Some(place) => sources.swap_remove(place),
        None if sources.len() == 1 => sources.swap_remove(0),
        None => {
            return Err(BuildError::Project {
                problem: format!("there is no {named}"),
                hint: "the source has the name of the component, or is the only one in src/"
                    .to_owned(),
            });
        }
    };
    let mut arguments: Vec<String> = first.iter().map(|word| (*word).to_owned()).collect();
    arguments.push("build-exe".to_owned());
    arguments.push(source);
    let flags = [
        "-target",
        "wasm32-freestanding",
        "-O",
        "ReleaseSmall",
        "-fno-entry",
        "-rdynamic",
    ];
    arguments.extend(flags.map(str::to_owned));
    arguments.push(format!("-femit-bin={}", component(project)));
    Ok(Plan {
        steps: vec![Step::new(program, arguments)],
        ..Plan::default()
    })
}

/// Finds zig, with the arguments that call it.
pub(super) fn zig() -> Option<(&'static str, &'static [&'static str])> {
    if works("zig", &["version"]) {
        return Some(("zig", &[]));
    }
    works("python3", &["-m", "ziglang", "version"]).then_some(("python3", &["-m", "ziglang"]))
}
