//! A program that is stopped goes on at its last checkpoint, and every key is migrated once, whichever step it was
//! stopped at.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use redis::cmd;
use remold::{Control, Event, Observer, RunEnd, RunOptions, Step};

use super::bad_input::hashes;
use super::stage::{Stage, die_at};

/// Counts each hash, one at a time, and remembers how far it is after every third; says where it begins and what it met.
const PROGRAM: &str = r#"
fn run() {
    let first = resumed_from();
    if first == () { first = 0; }
    log_info(`from ${first}`);
    for n in first..12 {
        let it = get(`user:${n}`);
        it.hash.set("runs", parse_int(it.hash.get_or("runs", "0")) + 1);
        log_info(`${n} ${apply(it)}`);
        if n % 3 == 2 { checkpoint(n + 1); }
    }
}
"#;

/// Takes down what the program says.
#[derive(Default)]
struct Words(Mutex<Vec<String>>);

impl Observer for Words {
    fn event(&self, event: Event) {
        if let Event::Log(line) = event {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line.message);
        }
    }
}

impl Words {
    fn taken(self) -> Vec<String> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts(stage: &Stage) -> BTreeSet<String> {
    let count = |n: u32| -> String {
        cmd("HGET")
            .arg(format!("user:{n}"))
            .arg("runs")
            .query(&mut stage.connection())
            .expect("it was counted")
    };
    (0..12).map(count).collect()
}

/// Stops the program at the `nth` time that it reaches a step, and resumes it: where it goes on, and what it meets first.
#[track_caller]
fn goes_on(step: Step, nth: u32, from: &str, meets: &str) {
    let stage = hashes(12);
    let before = stage.now();
    let stopped = stage.run_watched(PROGRAM, Some(die_at(step, nth)));
    let stopped = stopped.expect("it begins").outcome.end;
    assert_eq!(stopped, RunEnd::Interrupted);
    let run = Stage::only_run_in(stage.folder());
    let words = Words::default();
    let report = stage
        .runner()
        .resume(&run, &RunOptions::default(), &Control::new(), &words)
        .expect("it goes on");
    assert_eq!(report.outcome.end, RunEnd::Completed);
    let words = words.taken();
    assert_eq!(
        (words[0].as_str(), words[1].as_str()),
        (from, meets),
        "{words:?}"
    );
    assert_eq!(
        counts(&stage),
        BTreeSet::from(["1".to_owned()]),
        "{words:?}"
    );
    stage.roll_back(&run);
    before.assert_same(&stage.now());
}

#[test]
fn a_program_goes_on_at_its_last_checkpoint() {
    // Before the seventh key is read there were two checkpoints.
    goes_on(Step::BeforeJournal, 7, "from 6", "6 applied");
    // The eighth was written and not acknowledged: the program meets the seventh and eighth again.
    goes_on(Step::AfterApply, 8, "from 6", "6 already");
    // The second is durable in the journal and was never sent.
    goes_on(Step::AfterJournal, 2, "from 0", "0 already");
}
