//! Tells stories of runs, resumes and rollbacks that something happens to, drawn at random, for as long as wanted.
//!
//! ```text
//! cargo run --release -p remold-tests --bin faults -- --stories 10000 --seed 7
//! cargo run --release -p remold-tests --bin faults -- --tell run/AfterJournal/killed/watch/17
//! ```
//!
//! A story that fails is printed with what is wrong and with the words to tell it again; the exit code is then 1.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use remold_tests::{House, ServerVersion, Story, work};

const USAGE: &str = "usage: faults [--stories COUNT] [--seed SEED] [--tellers COUNT] [--version VERSION] [--tell STORY]\n\
     \n\
     --stories COUNT    how many are told, by default 200\n\
     --seed SEED        which ones, by default 1: the stories SEED, SEED + 1 and so on\n\
     --tellers COUNT    how many are told side by side, by default 3\n\
     --version VERSION  the server: Redis6_2, Redis7_0 (the default), Valkey8, Redis8_2\n\
     --tell STORY       this one alone: PHASE/STEP/FAULT/RUNG/SEED\n";

/// What is asked for.
struct Arguments {
    stories: u64,
    seed: u64,
    tellers: usize,
    version: ServerVersion,
    alone: Option<Story>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "work") {
        let (code, problem) = work(&arguments[1..]);
        say(&mut std::io::stderr(), &problem);
        return code;
    }
    match read(&arguments) {
        Ok(arguments) => tell(&arguments),
        Err(problem) => {
            say(&mut std::io::stderr(), &format!("{problem}\n{USAGE}"));
            ExitCode::from(2)
        }
    }
}

fn tell(arguments: &Arguments) -> ExitCode {
    let program = std::env::current_exe().expect("a running program has a path");
    let (begun, told) = (Instant::now(), AtomicU64::new(0));
    let seeds = arguments.seed..arguments.seed.saturating_add(arguments.stories);
    let stories: Box<dyn Iterator<Item = Story> + Send> = match arguments.alone {
        Some(story) => Box::new(std::iter::once(story)),
        None => Box::new(seeds.map(Story::random)),
    };
    let problems = House::tell_all(
        &program,
        arguments.version,
        arguments.tellers,
        stories,
        usize::MAX,
        |_, result| {
            if let Err(problem) = result {
                say(&mut std::io::stdout(), problem);
            }
            let told = told.fetch_add(1, Ordering::SeqCst) + 1;
            if told.is_multiple_of(100) {
                say(
                    &mut std::io::stdout(),
                    &format!("{told} stories in {} s", begun.elapsed().as_secs()),
                );
            }
        },
    );
    let (told, seconds) = (told.into_inner(), begun.elapsed().as_secs());
    let failed = problems.len();
    say(
        &mut std::io::stdout(),
        &format!("{told} stories told in {seconds} s, {failed} failed"),
    );
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn read(arguments: &[String]) -> Result<Arguments, String> {
    let mut read = Arguments {
        stories: 200,
        seed: 1,
        tellers: 3,
        version: ServerVersion::Redis7_0,
        alone: None,
    };
    let mut words = arguments.iter();
    while let Some(name) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("{name} needs a value"))?;
        let wrong = || format!("{value} is no value for {name}");
        match name.as_str() {
            "--stories" => read.stories = value.parse().map_err(|_| wrong())?,
            "--seed" => read.seed = value.parse().map_err(|_| wrong())?,
            "--tellers" => read.tellers = value.parse().map_err(|_| wrong())?,
            "--version" => {
                let found = ServerVersion::ALL
                    .into_iter()
                    .find(|version| format!("{version:?}") == *value);
                read.version = found.ok_or_else(wrong)?;
            }
            "--tell" => read.alone = Some(value.parse()?),
            _ => return Err(format!("{name} is unknown")),
        }
    }
    Ok(read)
}

/// A program that nobody listens to goes on.
fn say(to: &mut dyn std::io::Write, text: &str) {
    if !text.is_empty() {
        drop(
            to.write_all(format!("{text}\n").as_bytes())
                .and_then(|()| to.flush()),
        );
    }
}
