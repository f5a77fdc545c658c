//! Three workers, one of which is killed and started again, beside an application that writes: nothing is lost, nothing done
//! twice, every key is done once; and all the way back.

use redis::cmd;
use remold::{Follower, Happening, Met, RedisOptions, RunState, Silent, Target};
use remold_tests::{Workload, Written};

use super::{Field, answer_of, assert_all, control, kill, share};
use crate::bad_input::SUCCESS;

const KEYS: u32 = 6000;
const SHARES: [&str; 3] = ["0/3", "1/3", "2/3"];

/// Which events were told of which runs.
fn told(field: &Field) -> Vec<(String, String)> {
    let options = RedisOptions::parse_url(&field.stage.url()).expect("a server's URL");
    let target = Target::Redis(Box::new(options));
    let mut follower = Follower::open(&target).expect("the server answers");
    let mut told = Vec::new();
    let walked = follower.walk(remold::host_api::StreamId::default(), |met| {
        if let Met::Event(event) = met
            && let Happening::Run(change) = event.happening
        {
            told.push((change.event.name().to_owned(), change.entry.run));
        }
        true
    });
    walked.expect("the server answers");
    told
}

fn times(told: &[(String, String)], event: &str, run: &str) -> usize {
    let is = |one: &&(String, String)| one.0 == event && one.1 == run;
    told.iter().filter(is).count()
}

#[test]
fn three_workers_carry_out_a_run_and_its_rollback_and_one_of_them_is_killed_in_each() {
    let field = Field::new(KEYS);
    let keys: Vec<String> = (0..KEYS).map(|id| format!("user:{id}")).collect();
    let writers = Workload::start(&field.stage.url(), 2, &keys, |key| {
        cmd("HINCRBY").arg(key).arg("counter").arg(1).to_owned()
    });

    let mut workers: Vec<_> = SHARES.iter().map(|share| field.worker(share)).collect();
    field.wait_until_counted(KEYS as usize / 10);
    kill(workers.remove(1));
    workers.insert(1, field.worker(SHARES[1]));
    for worker in workers {
        answer_of(worker).says(SUCCESS, &["Completed count"]);
    }
    assert_all(&field.counts(), Some(1));
    assert!(field.lock_is_gone(), "the last one has given it up");
    let events = told(&field);
    assert_eq!(times(&events, "started", "shared"), 1, "{events:?}");
    assert_eq!(times(&events, "completed", "shared"), 1, "{events:?}");
    assert_eq!(
        events.last(),
        Some(&("completed".to_owned(), "shared".to_owned()))
    );

    let runs = field.runner().runs().expect("the server answers");
    let run = &runs[0];
    assert_eq!((runs.len(), run.entry.run.as_str()), (1, "shared"));
    assert_eq!(run.entry.state, RunState::Completed);
    assert_eq!(run.entry.written, u64::from(KEYS));
    let written: Vec<u64> = run.shares.iter().map(|share| share.written).collect();
    let even = u64::from(KEYS) / 3;
    assert!(
        written.iter().all(|keys| keys.abs_diff(even) < even / 5),
        "{written:?}"
    );

    // Each worker once more, as a Job does that has lost count.
    for share in SHARES {
        answer_of(field.worker(share))
            .says(SUCCESS, &["Nothing to do: count", "it had ended before"]);
    }
    let mut verified = 0;
    for one in SHARES {
        answer_of(field.about("verify", &["--share", one])).says(SUCCESS, &["Verified"]);
        let found = field
            .runner()
            .verify("shared", &share(one), &control(), &Silent)
            .expect("it can be verified");
        verified += found.intact + found.written_since;
    }
    assert_eq!(verified, u64::from(KEYS));
    answer_of(field.about("verify", &[])).says(SUCCESS, &["Verified shared"]);

    let undo = |share| field.about("rollback", &["--share", share, "--yes", "--if-needed"]);
    let mut workers: Vec<_> = SHARES.iter().map(|share| undo(share)).collect();
    remold_tests::wait_for("the rollback to get on", || {
        (field.counted() < KEYS as usize * 9 / 10).then_some(())
    });
    kill(workers.remove(2));
    workers.push(undo(SHARES[2]));
    for worker in workers {
        answer_of(worker).says(SUCCESS, &["Rolled back shared"]);
    }
    assert_all(&field.counts(), None);
    for share in SHARES {
        answer_of(undo(share)).says(SUCCESS, &["Nothing to do: shared"]);
    }
    let events = told(&field);
    assert_eq!(times(&events, "rolled-back", "shared"), 1, "{events:?}");
    assert_eq!(
        times(&events, "completed", "rollback-shared"),
        1,
        "{events:?}"
    );
    let runs = field.runner().runs().expect("the server answers");
    let states: Vec<_> = runs
        .iter()
        .map(|run| (run.entry.run.as_str(), run.entry.state))
        .collect();
    let expected = [
        ("shared", RunState::RolledBack),
        ("rollback-shared", RunState::Completed),
    ];
    assert_eq!(states, expected);

    // What was undone is run anew, by one worker this time.
    field
        .place
        .run_at(&field.stage.url())
        .says(SUCCESS, &["Completed count"]);
    assert_all(&field.counts(), Some(1));
    nothing_is_lost(&field, &keys, &writers.stop());
}

/// Says whether all that the writers were told is there.
fn nothing_is_lost(field: &Field, keys: &[String], theirs: &Written) {
    assert!(
        theirs.acknowledged.values().sum::<u64>() > 100,
        "the writers wrote"
    );
    let mut connection = field.stage.connection();
    for key in keys {
        let counter: Option<u64> = cmd("HGET")
            .arg(key)
            .arg("counter")
            .query(&mut connection)
            .expect("a hash");
        let sent = theirs.acknowledged.get(key).copied().unwrap_or_default();
        let unknown = theirs.unknown.get(key).copied().unwrap_or_default();
        let counter = counter.unwrap_or_default();
        assert!(
            (sent..=sent + unknown).contains(&counter),
            "{key}: {counter}, and {sent} were sent"
        );
    }
}
