//! A share and a whole run, or two workers of one share, never work at the same time; and a worker that was thought to be gone
//! writes no more once another run has come.

use std::process::Child;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use redis::cmd;
use remold_tests::{Proxy, wait_for};
use rustix::process::Signal;

use super::{COUNT, Field, answer_of, assert_all, holds_no_journal};
use crate::bad_input::locks::{at_the_fifth_batch, count, send};
use crate::bad_input::{Place, REFUSED, STOPPED, SUCCESS, remold};

/// Starts a worker of a share, and returns it when it stands still in its middle.
fn halted(field: &Field, proxy: &Proxy, share: &str) -> Child {
    let ((begun, process), (halfway, is_halfway)) = (channel(), channel());
    at_the_fifth_batch(proxy, move || {
        send(process.recv().expect("it was started"), Signal::STOP);
        halfway.send(()).expect("it is waited for");
    });
    let child = field.worker_at(&proxy.url_of(field.stage.database), share, &[]);
    begun.send(child.id()).expect("it is waited for");
    is_halfway.recv().expect("it comes that far");
    child
}

#[test]
fn of_two_workers_of_one_share_the_second_is_refused_or_waits() {
    let field = Field::new(300);
    let proxy = Proxy::start(field.stage.server);
    let slow = halted(&field, &proxy, "0/2");
    answer_of(field.worker("0/2")).says(REFUSED, &["in use by another process"]);
    let url = field.stage.url();
    let impatient = field.worker_at(&url, "0/2", &["--wait", "200ms"]);
    answer_of(impatient).says(
        STOPPED,
        &[
            "waiting: another process is in the way: ",
            "waited for 200ms in vain",
            "in use by another process",
            "give the same command again",
        ],
    );
    let patient = field.worker_at(&url, "0/2", &["--wait", "60s"]);
    // The other share is in nobody's way.
    answer_of(field.worker("1/2")).says(SUCCESS, &["Completed count"]);
    send(slow.id(), Signal::CONT);
    answer_of(slow).says(SUCCESS, &["Completed count"]);
    answer_of(patient).says(SUCCESS, &["Nothing to do: count"]);
    assert_all(&field.counts(), Some(1));
}

#[test]
fn a_worker_that_waits_for_a_lock_ends_at_once_when_it_is_told_to() {
    let field = Field::new(300);
    let proxy = Proxy::start(field.stage.server);
    let slow = halted(&field, &proxy, "0/2");
    let other = field
        .stage
        .manifest("")
        .replace("name: count", "name: other");
    let other = Place::new(&other, COUNT);
    let (manifest, journals, url) = (
        other.path("migration.yaml"),
        other.journals(),
        field.stage.url(),
    );
    let waiting = remold_tests::start_remold(&[
        "run",
        &manifest,
        "--run",
        "later",
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
        "--wait",
        "10m",
    ]);
    wait_for("it to have looked for the lock", || {
        (!holds_no_journal(&journals, "later")).then_some(())
    });
    send(waiting.id(), Signal::TERM);
    answer_of(waiting).says(STOPPED, &["interrupted"]);
    send(slow.id(), Signal::CONT);
    answer_of(slow).says(SUCCESS, &["Completed count"]);
}

#[test]
fn a_worker_whose_server_does_not_answer_ends_in_time_when_it_is_told_to() {
    let field = Field::new(300);
    let proxy = Proxy::start(field.stage.server);
    let ((halfway, is_halfway), (go_on, may_go_on)) = (channel(), channel::<()>());
    at_the_fifth_batch(&proxy, move || {
        halfway.send(()).expect("it is waited for");
        // Until the end of the test.
        may_go_on.recv().unwrap_or_default();
    });
    let worker = field.worker_at(&proxy.url_of(field.stage.database), "0/2", &[]);
    is_halfway.recv().expect("it comes that far");
    let told = Instant::now();
    send(worker.id(), Signal::TERM);
    answer_of(worker).says(
        STOPPED,
        &["not finished in 20 seconds", "can be gone on with"],
    );
    assert!(
        told.elapsed() < Duration::from_secs(25),
        "{:?}",
        told.elapsed()
    );
    drop(go_on);
    for share in ["0/2", "1/2"] {
        answer_of(field.worker(share)).says(SUCCESS, &["Completed count"]);
    }
    assert_all(&field.counts(), Some(1));
}

#[test]
fn a_share_that_slept_through_a_whole_run_writes_no_more() {
    let field = Field::new(300);
    let proxy = Proxy::start(field.stage.server);
    let slow = halted(&field, &proxy, "0/2");
    let manifest = field
        .stage
        .manifest("")
        .replace("name: count", "name: other");
    let other = Place::new(&manifest, &COUNT.replace("runs", "other"));
    let url = field.stage.url();
    other.run_at(&url).says(
        REFUSED,
        &[
            "run shared of ",
            "holds the keyspace's lock since 20",
            "it lapses in 1",
        ],
    );
    remold(&[
        "status",
        "--target",
        &url,
        "--journal",
        &field.place.journals(),
    ])
    .says(
        SUCCESS,
        &["locked by run shared of 2 shares, ", "  share 0/2"],
    );
    field
        .place
        .run_with(&url, &["--run", "shared"])
        .says(REFUSED, &["run shared: it was begun with 2 shares"]);
    answer_of(field.worker("0/3")).says(REFUSED, &["run shared: it was begun with 2 shares"]);
    let elsewhere = Place::new(
        &field
            .stage
            .manifest("  policy: { conflictRetries: 1000 }\n"),
        COUNT,
    );
    elsewhere
        .run_with(&url, &["--run", "shared", "--share", "1/3"])
        .says(REFUSED, &["run shared: it was begun with 2 shares"]);

    wait_for("the lock to lapse", || field.lock_is_gone().then_some(()));
    let so_far = field.counts();
    assert!(so_far.contains(&None), "the share is in its middle");
    other.run_at(&url).says(SUCCESS, &["Completed other"]);
    assert!(
        count(&field.stage, "other")
            .iter()
            .all(|times| *times == Some(1))
    );

    send(slow.id(), Signal::CONT);
    answer_of(slow).says(
        REFUSED,
        &[
            "another worker took over with epoch",
            "what was applied can be undone",
        ],
    );
    assert_eq!(field.counts(), so_far, "it wrote no more");
    for share in ["0/2", "1/2"] {
        answer_of(field.worker(share)).says(SUCCESS, &["Completed count"]);
    }
    assert_all(&field.counts(), Some(1));
}

#[test]
fn a_share_that_wakes_up_beside_a_whole_run_is_told_who_it_is() {
    let field = Field::new(300);
    let proxies = [
        Proxy::start(field.stage.server),
        Proxy::start(field.stage.server),
    ];
    let slow = halted(&field, &proxies[0], "0/2");
    wait_for("the lock to lapse", || field.lock_is_gone().then_some(()));
    let manifest = field
        .stage
        .manifest("")
        .replace("name: count", "name: other");
    let other = Place::new(&manifest, &COUNT.replace("runs", "other"));
    let (go_on, may_go_on) = channel();
    let (holder, held_by) =
        crate::bad_input::locks::started(&field.stage, &proxies[1], &other, move |_| {
            may_go_on.recv().expect("it is told");
        });
    let so_far = field.counts();
    send(slow.id(), Signal::CONT);
    let words = format!("run {held_by} of ");
    answer_of(slow).says(
        STOPPED,
        &[
            &words,
            "holds the keyspace's lock",
            "remold resume shared-0-of-2",
        ],
    );
    // Nor does another share come in.
    answer_of(field.worker("1/2")).says(REFUSED, &[&words]);
    assert_eq!(field.counts(), so_far, "they wrote no more");
    go_on.send(()).expect("it is waited for");
    answer_of(holder).says(SUCCESS, &["Completed other"]);
    let left: Vec<String> = cmd("KEYS")
        .arg("__remold:run:*:lock")
        .query(&mut field.stage.connection())
        .expect("KEYS");
    assert_eq!(left, [""; 0], "nobody holds a lock any more");
}
