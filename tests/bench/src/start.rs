//! How long `remold test` takes on an example: starting, compiling the script, running its cases.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::error::Error;
use crate::report;
use crate::statistics::Spread;

/// How often it is started.
const STARTS: usize = 21;

/// Measures the program that lies beside this one, milliseconds; nothing if it was not built.
pub(crate) fn measure() -> Result<Option<Spread>, Error> {
    let Some(program) = program() else {
        report::progress("start: left out, for `cargo build --release` has not made the program");
        return Ok(None);
    };
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/01-split-name");
    let mut took = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let status = Command::new(&program)
            .arg("test")
            .arg(&example)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(Error::io("starting remold"))?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
        if !status.success() {
            return Err(Error::Ended {
                end: format!("{status} of `remold test`"),
            });
        }
    }
    Ok(Spread::of(took))
}

fn program() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok()?.with_file_name("remold");
    beside.exists().then_some(beside)
}
