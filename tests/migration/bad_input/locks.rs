//! Two runs at once: the second is told who holds the lock, since when, and how to break it; and whoever lost it
//! writes no more.

use std::process::Child;
use std::sync::Mutex;
use std::sync::mpsc::channel;

use redis::cmd;
use remold_tests::{Action, Proxy, Rule};
use rustix::process::{Pid, Signal, kill_process};

use super::{Answer, Place, REFUSED, STOPPED, SUCCESS, hashes, remold};
use crate::stage::Stage;
use remold_tests::{said, start_remold as start};

const COUNT: &str =
    "fn migrate(rec) { rec.hash.set(\"runs\", rec.hash.get_or(\"runs\", \"0\").parse_int() + 1); }";
const OTHER: &str = "fn migrate(rec) { rec.hash.set(\"other\", rec.hash.get_or(\"other\", \"0\").parse_int() + 1); }";

pub(crate) fn count(stage: &Stage, field: &str) -> Vec<Option<u32>> {
    let mut connection = stage.connection();
    let of = |id: u32| {
        cmd("HGET")
            .arg(format!("user:{id}"))
            .arg(field)
            .query(&mut connection)
            .expect("a hash")
    };
    (0..100).map(of).collect()
}

pub(crate) fn send(id: u32, signal: Signal) {
    let id = i32::try_from(id)
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process id");
    kill_process(id, signal).expect("it is our child");
}

/// Does something at the fifth batch that is on its way to a server.
pub(crate) fn at_the_fifth_batch(proxy: &Proxy, act: impl FnOnce() + Send + 'static) {
    let act = Mutex::new((0, Some(act)));
    proxy.add(Rule::every(Action::Count, move |request| {
        if request.is("ZADD") && request.mentions(b"receipts") {
            let mut act = act.lock().expect("nobody panics");
            act.0 += 1;
            if act.0 == 5
                && let Some(act) = act.1.take()
            {
                act();
            }
        }
        false
    }));
}

/// Starts a run through a proxy and returns it with its id when it stands still in its middle, where `act` has it
/// stand: that is given the process.
pub(crate) fn started(
    stage: &Stage,
    proxy: &Proxy,
    place: &Place,
    act: impl FnOnce(u32) + Send + 'static,
) -> (Child, String) {
    let ((begun, process), (halfway, is_halfway)) = (channel(), channel());
    at_the_fifth_batch(proxy, move || {
        let process = process.recv().expect("it was started");
        halfway.send(()).expect("it is waited for");
        act(process);
    });
    let (manifest, journals) = (place.path("migration.yaml"), place.journals());
    let url = proxy.url_of(stage.database);
    let child = start(&[
        "run",
        &manifest,
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
    ]);
    begun.send(child.id()).expect("it is waited for");
    is_halfway.recv().expect("it comes that far");
    (child, Stage::only_run_in(journals.as_ref()))
}

pub(crate) fn answer_of(child: Child) -> Answer {
    let output = child.wait_with_output().expect("it was started");
    Answer {
        code: output.status.code(),
        text: said(&output),
    }
}

#[test]
fn a_second_run_is_told_who_holds_the_lock_and_the_first_one_writes_no_more_once_it_is_broken() {
    let stage = hashes(100);
    let first = Place::new(&stage.manifest(""), COUNT);
    let second = Place::new(
        &stage.manifest("").replace("name: count", "name: other"),
        OTHER,
    );
    let (url, proxies) = (
        stage.url(),
        [Proxy::start(stage.server), Proxy::start(stage.server)],
    );
    let (slow, run) = started(&stage, &proxies[0], &first, |process| {
        send(process, Signal::STOP);
    });

    let answer = second.run_at(&url);
    answer.says(
        REFUSED,
        &[
            &format!("run {run} of "),
            "holds the keyspace's lock since 20",
            " UTC; it lapses in 1",
            "`remold unlock` breaks the lock",
        ],
    );
    assert!(
        count(&stage, "other").iter().all(Option::is_none),
        "it wrote nothing"
    );
    // The same migration once more, by somebody who has not heard of the first.
    let again = Place::new(&stage.manifest(""), COUNT).run_at(&url);
    again.says(
        REFUSED,
        &[
            &run,
            "has not ended",
            "`remold status` says whether a process works on it",
        ],
    );
    remold(&["status", "--target", &url]).says(SUCCESS, &[&run, "locked"]);

    let unlock = ["unlock", "--target", &url];
    remold(&unlock).says(
        REFUSED,
        &[&run, "only if that process is gone for certain", "--yes"],
    );
    remold(&[&unlock[..], &["--yes"]].concat()).says(SUCCESS, &["Broke the lock of run", &run]);
    let (go_on, may_go_on) = channel();
    let (other, holder) = started(&stage, &proxies[1], &second, move |_| {
        may_go_on.recv().expect("it is told");
    });

    let so_far = count(&stage, "runs");
    assert!(
        so_far.contains(&None) && so_far.contains(&Some(1)),
        "the first is in its middle"
    );
    send(slow.id(), Signal::CONT);
    let late = answer_of(slow);
    late.says(
        STOPPED,
        &[
            &format!("run {holder} of "),
            "holds the keyspace's lock since 20",
        ],
    );
    late.says(
        STOPPED,
        &["what was applied can be undone", "remold resume", &run],
    );
    assert_eq!(count(&stage, "runs"), so_far, "it wrote no more");

    go_on.send(()).expect("it is waited for");
    answer_of(other).says(SUCCESS, &["Completed other"]);
    let journals = first.journals();
    let resume = [
        "resume",
        &run,
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
    ];
    remold(&resume).says(SUCCESS, &["Completed count"]);
    assert_eq!(count(&stage, "runs"), [Some(1); 100]);
    assert_eq!(count(&stage, "other"), [Some(1); 100]);
}
