//! A contestant's process: what it is told, and the two lines that it says: that it begins, and what it cost.
//!
//! Contestants in other languages say the same lines. Starting a program, compiling a script and loading a library are
//! before the first line and count for nobody.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::arguments::Entry;
use crate::contestants;
use crate::error::Error;

/// The line that says that a contestant begins.
const BEGIN: &str = "begin";

/// What a round cost the contestant.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Effort {
    /// From its first connection to its last answer.
    pub(crate) seconds: f64,
    /// Processor time of its process meanwhile.
    pub(crate) cpu_seconds: f64,
    /// The most memory that its process had.
    pub(crate) peak_bytes: u64,
}

/// A program that takes part.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    /// The program.
    pub(crate) program: PathBuf,
    /// What it is told.
    pub(crate) arguments: Vec<String>,
}

/// What the process that holds the contest saw.
pub(crate) struct Seen {
    /// What the contestant says that it cost.
    pub(crate) effort: Effort,
    /// When it said that it begins.
    pub(crate) begun: Instant,
    /// When it said that it is through.
    pub(crate) ended: Instant,
}

/// Takes part in a round, in this process.
pub(crate) fn take_part(entry: &Entry) -> Result<(), Error> {
    let work = contestants::prepared(entry)?;
    say(BEGIN)?;
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    work()?;
    let effort = Effort {
        seconds: begun.elapsed().as_secs_f64(),
        cpu_seconds: cpu_seconds() - cpu,
        peak_bytes: peak_bytes(),
    };
    let line = serde_json::to_string(&effort).expect("three numbers can be written");
    say(&line)
}

fn say(line: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(Error::io("writing"))
}

impl Launch {
    /// Lets the program take part and waits for its end.
    pub(crate) fn run(&self) -> Result<Seen, Error> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(Error::io("starting a contestant"))?;
        let (mut begun, mut effort) = (None, None);
        for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
            let line = line.map_err(Error::io("listening to a contestant"))?;
            if line == BEGIN {
                begun = Some(Instant::now());
            } else if let Ok(said) = serde_json::from_str::<Effort>(&line) {
                effort = Some((said, Instant::now()));
            }
        }
        let mut complaint = String::new();
        let mut errors = child.stderr.take().expect("it is piped");
        drop(errors.read_to_string(&mut complaint));
        let status = child
            .wait()
            .map_err(Error::io("waiting for a contestant"))?;
        match (status.success(), begun, effort) {
            (true, Some(begun), Some((effort, ended))) => Ok(Seen {
                effort,
                begun,
                ended,
            }),
            _ => Err(Error::Contestant {
                message: complaint
                    .lines()
                    .last()
                    .unwrap_or("it said nothing")
                    .to_owned(),
            }),
        }
    }
}

/// Returns the processor time of this process, of all its threads, those that ended included.
pub(crate) fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    #[allow(
        clippy::cast_precision_loss,
        reason = "no process runs for 2^52 nanoseconds"
    )]
    let nanoseconds = (time.tv_sec * 1_000_000_000 + time.tv_nsec) as f64;
    nanoseconds / 1e9
}

/// Returns the most memory that this process has had (`VmHWM`); zero where the system does not say.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kibibytes.unwrap_or_default() * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_what_it_costs() {
        let before = cpu_seconds();
        let sum: u64 = (0..3_000_000_u64).map(std::hint::black_box).sum();
        assert!(sum > 0 && cpu_seconds() > before);
        assert!(peak_bytes() > 1 << 20);
    }

    #[test]
    fn a_program_that_fails_is_quoted() {
        let launch = Launch {
            program: "sh".into(),
            arguments: vec!["-c".into(), "echo begin; echo no luck >&2; exit 3".into()],
        };
        let error = launch.run().err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("it failed: no luck"));
    }
}
