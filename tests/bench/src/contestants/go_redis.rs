//! The change in Go: go-redis, built with the machine's `go`.

use std::process::Command;

use super::toolchain::{cache, folder, run};
use crate::child::Launch;

/// Builds the program; Go builds nothing twice.
pub(super) fn launch(port: String) -> Result<Launch, String> {
    let program = cache("bench-go")?.join("change");
    let mut build = Command::new("go");
    build.current_dir(folder("go")).arg("build").arg("-o");
    run(build.arg(&program).arg("."))?;
    Ok(Launch {
        program,
        arguments: vec![port],
    })
}
