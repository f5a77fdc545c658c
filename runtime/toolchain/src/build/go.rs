//! Go, by its own compiler.

use super::{BuildError, Plan, Step, component};
use crate::project::Project;
use crate::tools::said;

/// The first version that exports functions to WebAssembly.
const OLDEST: (u32, u32) = (1, 24);

pub(super) fn plan(project: &Project) -> Result<Plan, BuildError> {
    let missing = |what| BuildError::Missing {
        what,
        hint: "install Go 1.24 or newer: https://go.dev/dl".to_owned(),
    };
    let version = said("go", &["env", "GOVERSION"]).ok_or_else(|| missing("go"))?;
    if !is_new_enough(&version) {
        return Err(missing("Go 1.24 or newer"));
    }
    let output = component(project);
    let flags = [
        "build",
        "-buildmode=c-shared",
        "-trimpath",
        "-buildvcs=false",
    ];
    let arguments = flags.into_iter().chain(["-o", output.as_str(), "."]);
    let step = Step::new("go", arguments)
        .with("GOOS", "wasip1")
        .with("GOARCH", "wasm")
        .with("GOWORK", "off");
    Ok(Plan {
        steps: vec![step],
        ..Plan::default()
    })
}

/// Reads `go1.26.8`; what cannot be read is taken for new.
fn is_new_enough(version: &str) -> bool {
    let numbers = version.trim_start_matches("go");
    let mut numbers = numbers.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= OLDEST,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn versions_are_read() {
        for version in ["go1.24", "go1.26.8", "go1.24rc1", "go2.0", "devel"] {
            assert!(is_new_enough(version), "{version}");
        }
        for version in ["go1.23.4", "go1.9", "go0.9"] {
            assert!(!is_new_enough(version), "{version}");
        }
    }
}
