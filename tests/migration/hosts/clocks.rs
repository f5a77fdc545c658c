//! Clocks that are wrong or jump by hours: the server's, under which locks lapse and keys expire, and ours, which
//! decides nothing about keys that exist.

use redis::{Connection, cmd, pipe};
use remold_tests::{Clock, Options, ServerVersion, Shape, populate, said, start_remold_with};

use super::{COUNT, counts};
use crate::bad_input::servers::{in_the_middle, is_receipt};
use crate::bad_input::{Answer, Place, SUCCESS, add_hashes, remold};
use crate::stage::Stage;
use remold_tests::Proxy;

const HOURS: i64 = 3600;

fn on_a_clock(clock: &Clock) -> Options {
    let with = |options: Options, (name, value): (String, std::ffi::OsString)| {
        options.variable(&name, value)
    };
    clock.variables().into_iter().fold(Options::new(), with)
}

fn remold_on(clock: &Clock, arguments: &[&str]) -> Answer {
    let child = start_remold_with(arguments, &clock.variables());
    let output = child.wait_with_output().expect("it was started");
    Answer {
        code: output.status.code(),
        text: said(&output),
    }
}

fn seconds_of(connection: &mut Connection) -> i64 {
    let (seconds, _): (i64, i64) = cmd("TIME").query(connection).expect("TIME");
    seconds
}

#[test]
fn a_servers_clock_that_jumps_by_hours_in_the_middle() {
    for jump in [6 * HOURS, -6 * HOURS] {
        let clock = std::sync::Arc::new(Clock::new());
        let stage = Stage::alone_with(ServerVersion::Redis6_2, on_a_clock(&clock), 0);
        add_hashes(&stage, 100);
        let mut connection = stage.connection();
        let before = seconds_of(&mut connection);
        let place = Place::new(&stage.manifest(""), COUNT);
        let proxy = Proxy::start(stage.server);
        let jumping = std::sync::Arc::clone(&clock);
        let jumped = in_the_middle(&proxy, is_receipt, move || jumping.set(jump));
        let answer = place.run_at(&proxy.url_of(0));
        assert_eq!(jumped.fired(), 1, "{}", answer.text);
        answer.says(SUCCESS, &["Completed count"]);
        let after = seconds_of(&mut connection);
        assert!(
            (after - before - jump).abs() < 120,
            "the server's clock has jumped"
        );
        assert_eq!(counts(&mut connection, 100), [Some(1); 100]);
        let lock: u8 = cmd("EXISTS")
            .arg("__remold:lock")
            .query(&mut connection)
            .expect("EXISTS");
        assert_eq!(lock, 0, "the lock was given up");
    }
}

/// Hashes that expire in an hour, and some that never do.
fn fill(stage: &Stage) {
    add_hashes(stage, 40);
    let mut pipeline = pipe();
    for id in 0..20 {
        pipeline
            .cmd("EXPIRE")
            .arg(format!("user:{id}"))
            .arg(HOURS)
            .ignore();
    }
    let mut connection = stage.connection();
    pipeline.exec(&mut connection).expect("they are there");
    populate(
        &mut connection,
        &Shape::small(ServerVersion::Redis7_0),
        "user:more-",
        40,
    );
}

#[test]
fn keys_that_live_by_the_servers_clock_are_not_taken_for_dead_by_ours() {
    for wrong in [6 * HOURS, -6 * HOURS] {
        let stage = Stage::new(ServerVersion::Redis7_0, 0);
        fill(&stage);
        let before = stage.now();
        let place = Place::new(&stage.manifest(""), crate::stage::COUNT);
        let (manifest, journals, url) =
            (place.path("migration.yaml"), place.journals(), stage.url());
        let with = ["--target", &url, "--journal", &journals];
        let clock = Clock::new();
        clock.set(wrong);
        let run = [&["run", manifest.as_str()][..], &with, &["--yes"]].concat();
        remold_on(&clock, &run).says(SUCCESS, &["Completed count"]);
        assert_eq!(counts(&mut stage.connection(), 40), [Some(1); 40]);
        let run = Stage::only_run_in(journals.as_ref());
        let verify = [&["verify", run.as_str()][..], &with].concat();
        remold_on(&clock, &verify).says(SUCCESS, &["Verified"]);
        let back = [&["rollback", run.as_str()][..], &with, &["--yes"]].concat();
        remold_on(&clock, &back).says(SUCCESS, &["Rolled back count"]);
        before.assert_same(&stage.now());
    }
}

#[test]
fn a_clock_that_differs_from_the_servers_is_told_of_in_the_plan() {
    let stage = Stage::new(ServerVersion::Redis7_0, 10);
    let place = Place::new(&stage.manifest(""), crate::stage::COUNT);
    let (manifest, journals, url) = (place.path("migration.yaml"), place.journals(), stage.url());
    let plan = ["run", &manifest, "--target", &url, "--journal", &journals];
    let clock = Clock::new();
    remold(&plan).never_says(&["clock"]);
    for (wrong, words) in [
        (
            6 * HOURS,
            "this machine's clock is 21600 s ahead of the server's",
        ),
        (
            -6 * HOURS,
            "this machine's clock is 21600 s behind the server's",
        ),
    ] {
        clock.set(wrong);
        let answer = remold_on(&clock, &plan);
        assert!(answer.text.contains(words), "{}", answer.text);
    }
}
