//! The change in Python: redis-py with hiredis, in an environment of its own.

use std::process::Command;

use super::toolchain::{cache, folder, run};
use crate::child::Launch;

/// What is installed, and nothing else.
const PACKAGES: [&str; 2] = ["redis==8.1.0", "hiredis==3.5.0"];

/// Installs what is missing.
pub(super) fn launch(port: String) -> Result<Launch, String> {
    let environment = cache("bench-python")?;
    let python = environment.join("bin/python");
    let installed = environment.join(PACKAGES.join("+"));
    if !installed.exists() {
        run(Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment))?;
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        run(Command::new(&python).args(pip).args(PACKAGES))?;
        std::fs::write(&installed, "").map_err(|error| error.to_string())?;
    }
    let script = folder("python").join("change.py");
    Ok(Launch {
        program: python,
        arguments: vec![script.display().to_string(), port],
    })
}
