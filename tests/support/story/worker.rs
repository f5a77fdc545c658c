//! A process that carries out one operation and kills itself at a step.
//!
//! It shares nothing with the teller but the server and the journals. On its standard output it asks for what only the
//! teller can do, a line for each, and waits for a line in answer: `meddle`, `save`. Just before its end it says which
//! files of the journals have grown since the step before: `grown BYTES FILE`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use remold::Verdict;
use rustix::process::{Signal, getpid, kill_process};

use super::operation::{Operation, Place, is_expected, sizes};
use super::phase::step_of;
use super::watcher::{Act, Script, follow};

/// How a worker ended.
#[derive(Debug, Default)]
pub(super) struct Killed {
    /// Files of the journals with the size that they had at the step before the last.
    pub(super) grown: Vec<(PathBuf, u64)>,
}

/// Starts a worker and answers it until it is dead; an error if it was not killed at its step.
pub(super) fn be_killed(
    program: &Path,
    place: &Place,
    operation: &Operation,
    script: Script,
    answer: impl Fn(Act),
) -> Result<Killed, String> {
    let (name, run) = match operation {
        Operation::Run => ("run", "-"),
        Operation::Resume(run) => ("resume", run.as_str()),
        Operation::RollBack(run) => ("rollback", run.as_str()),
    };
    let mut child = Command::new(program)
        .arg("work")
        .args([
            &place.url,
            &place.journals.display().to_string(),
            &place.rung,
        ])
        .args(
            [place.parallelism, place.width, u32::from(place.canary)]
                .map(|number| number.to_string()),
        )
        .arg(place.lock_ttl.as_millis().to_string())
        .args([name, run])
        .arg(format!("{:?}", script.step))
        .args(
            [script.nth, script.saves_after, u32::from(script.tears)]
                .map(|number| number.to_string()),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let mut input = child.stdin.take().expect("it is piped");
    let output = child.stdout.take().expect("it is piped");
    let mut killed = Killed::default();
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["meddle"] => answer(Act::Meddle),
            ["save"] => answer(Act::Save),
            ["grown", bytes, file] => {
                let bytes = bytes.parse().map_err(|_| format!("{line}?"))?;
                killed.grown.push((PathBuf::from(file), bytes));
                continue;
            }
            _ => return Err(format!("the worker says: {line}")),
        }
        // One that was killed meanwhile reads nothing more.
        drop(writeln!(input, "done"));
    }
    drop(input);
    let ended = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    if std::os::unix::process::ExitStatusExt::signal(&ended.status) == Some(Signal::KILL.as_raw()) {
        return Ok(killed);
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(format!(
        "the step was never reached ({}): {said}",
        ended.status
    ))
}

/// The main function of a worker: `arguments` are those of the process behind `work`. What it returns means that its
/// step was not reached; the text is for people.
pub fn work(arguments: &[String]) -> (ExitCode, String) {
    let Some((place, operation, script)) = read(arguments) else {
        return (ExitCode::from(2), format!("no work: {arguments:?}"));
    };
    let before = Mutex::new(sizes(&place.journals));
    let journals = place.journals.clone();
    let (watcher, _) = follow(script, move |act| {
        match act {
            Act::Pass if !script.tears => {}
            Act::Pass => *before.lock().expect("nobody panics with it") = sizes(&journals),
            Act::Meddle => ask("meddle"),
            Act::Save => ask("save"),
            Act::Strike => {
                say_grown(
                    &before.lock().expect("nobody panics with it"),
                    &sizes(&journals),
                );
                kill_process(getpid(), Signal::KILL).expect("a process may kill itself");
            }
        }
        Verdict::Continue
    });
    let outcome = place.carry_out(&operation, Some(watcher));
    let problem = is_expected(&outcome).err().unwrap_or_default();
    (ExitCode::SUCCESS, problem)
}

fn read(arguments: &[String]) -> Option<(Place, Operation, Script)> {
    let [
        url,
        journals,
        rung,
        parallelism,
        width,
        canary,
        ttl,
        name,
        run,
        step,
        nth,
        saves_after,
        tears,
    ] = arguments
    else {
        return None;
    };
    let place = Place {
        url: url.clone(),
        journals: PathBuf::from(journals),
        rung: rung.clone(),
        parallelism: parallelism.parse().ok()?,
        width: width.parse().ok()?,
        canary: canary == "1",
        lock_ttl: Duration::from_millis(ttl.parse().ok()?),
    };
    let operation = match name.as_str() {
        "run" => Operation::Run,
        "resume" => Operation::Resume(run.clone()),
        "rollback" => Operation::RollBack(run.clone()),
        _ => return None,
    };
    let script = Script {
        step: step_of(step)?,
        nth: nth.parse().ok()?,
        saves_after: saves_after.parse().ok()?,
        tears: tears == "1",
    };
    Some((place, operation, script))
}

fn ask(what: &str) {
    tell(what);
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .expect("the teller answers");
}

fn tell(what: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{what}")
        .and_then(|()| output.flush())
        .expect("the teller listens");
}

fn say_grown(before: &[(PathBuf, u64)], now: &[(PathBuf, u64)]) {
    for (file, size) in now {
        let known = before.iter().find(|(known, _)| known == file);
        let known = known.map_or(0, |(_, size)| *size);
        if known < *size {
            tell(&format!("grown {known} {}", file.display()));
        }
    }
}
