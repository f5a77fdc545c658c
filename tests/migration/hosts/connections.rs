//! Clients that are killed, servers that are paused, slow or stopped: what was sent may happen late, or never.

use std::sync::Mutex;
use std::time::Duration;

use remold::{Control, JournalDirectory, RedisOptions, RunEnd, RunOptions, Runner, Silent, Target};
use remold_tests::{Action, Options, Rule};

use crate::bad_input::SUCCESS;
use crate::bad_input::servers::{IMPATIENT, Story, in_the_middle, is_receipt};
use crate::stage::COUNT;

#[test]
fn all_connections_are_killed_again_and_again() {
    for guard in ["watch", "lua"] {
        let story = Story::new(Options::new());
        let manifest = story.stage.manifest("");
        let guarded = manifest.replace("guard: auto", &format!("guard: {guard}"));
        story.place.write(&guarded, COUNT);
        let (ward, seen) = (std::sync::Arc::clone(&story.ward), Mutex::new(0));
        let kills = story.proxy.add(Rule::every(Action::Count, move |request| {
            if !is_receipt(request) {
                return false;
            }
            let mut seen = seen.lock().expect("nobody panics");
            *seen += 1;
            // Every run sends as many: it writes eight batches at least, whatever is done again.
            let kills = *seen % 2 == 0 && *seen <= 6;
            if kills {
                ward.ask("CLIENT KILL TYPE normal SKIPME yes");
            }
            kills
        }));
        let answer = story.place.run_at(&story.url());
        assert_eq!(kills.fired(), 3, "{}", answer.text);
        answer.says(SUCCESS, &["waiting: ", "recovered: ", "Completed count"]);
        story.has_ended_well();
    }
}

#[test]
fn a_server_that_is_paused_for_everybody_or_asleep_is_sat_out() {
    for trouble in [
        "CLIENT PAUSE 700 ALL",
        "CLIENT PAUSE 700 WRITE",
        "DEBUG SLEEP 0.7",
    ] {
        let story = Story::new(Options::new());
        let answer = story.disturbed(move |ward| ward.ask(trouble));
        // It is waited for as long as an answer may take, which is no reason for words.
        answer
            .says(SUCCESS, &["Completed count"])
            .never_says(&["waiting: "]);
        story.has_ended_well();
    }
}

#[test]
fn a_server_that_is_slow_with_everything() {
    let story = Story::new(Options::new());
    let slow = Action::Delay(Duration::from_millis(4));
    let slowed = story.proxy.add(Rule::every(slow, |_| true));
    let answer = story.place.run_at(&story.url());
    answer.says(SUCCESS, &["Completed count"]);
    assert!(slowed.fired() > 100, "{}", slowed.fired());
    story.has_ended_well();
}

#[test]
fn what_a_stopped_server_does_when_it_goes_on_counts_once() {
    for guard in ["watch", "lua"] {
        let story = Story::new(Options::new());
        let server = story.stage.server;
        let manifest = story.stage.manifest(IMPATIENT);
        let guarded = manifest.replace("guard: auto", &format!("guard: {guard}"));
        let migration =
            remold::Migration::from_parts("migration.yaml", &guarded, crate::stage::sources(COUNT));
        let migration = migration.expect("it is valid");
        // Nobody waits half a minute for an answer.
        let mut options = RedisOptions::parse_url(&story.url()).expect("an address");
        options.response_timeout = Duration::from_millis(400);
        options.connect_timeout = Duration::from_millis(400);
        let journals = JournalDirectory::new(story.stage.folder());
        let runner = Runner::new(Target::Redis(Box::new(options)), journals);
        // Batches lie in its socket when it stops, and are executed when it goes on and nobody listens any more.
        let stopped = in_the_middle(&story.proxy, is_receipt, move || server.pause());
        let (plain, control) = (RunOptions::default(), Control::new());
        let report = runner.run(&migration, &plain, &control, &Silent);
        server.proceed();
        let report = report.expect("it begins");
        assert_eq!(stopped.fired(), 1);
        let RunEnd::Unavailable(error) = &report.outcome.end else {
            panic!("{:?}", report.outcome.end)
        };
        let said = error.to_string();
        assert!(said.contains("no answer within the time limit"), "{said}");
        let resumed = runner.resume(&report.run, &plain, &Control::new(), &Silent);
        let resumed = resumed.expect("it goes on").outcome;
        assert_eq!(resumed.end, RunEnd::Completed, "{guard}: {resumed:?}");
        story.has_ended_well();
    }
}
