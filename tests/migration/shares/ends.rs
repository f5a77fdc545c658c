//! How runs end that are asked for again and again, whole and in shares: gone on with, reported once more, refused, aborted,
//! undone.

use rustix::process::Signal;

use super::{COUNT, Field, answer_of, assert_all, kill};
use crate::bad_input::locks::send;
use crate::bad_input::{REFUSED, REJECTS, STOPPED, SUCCESS, remold};
use crate::stage::RESERVED;

const CONFLICT: i32 = 4;

#[test]
fn a_run_of_a_chosen_id_can_be_asked_for_any_number_of_times() {
    let field = Field::new(5000);
    let url = field.stage.url();
    let (manifest, journals) = (field.manifest(), field.place.journals());
    let arguments = [
        "run",
        &manifest,
        "--run",
        "nightly",
        "--target",
        &url,
        "--journal",
        &journals,
    ];
    // A question is asked once, when it is begun.
    remold(&arguments).says(REFUSED, &["--yes"]);
    let first = remold_tests::start_remold(&[&arguments[..], &["--yes"]].concat());
    field.wait_until_counted(200);
    kill(first);
    assert!(
        field.counts().contains(&None),
        "it was killed in its middle"
    );
    remold(&arguments).says(SUCCESS, &["Completed count"]);
    assert_all(&field.counts(), Some(1));
    remold(&arguments).says(
        SUCCESS,
        &["Nothing to do: count", "it had ended before", "5,000"],
    );
    // Without its journal the keyspace knows that it has ended.
    let elsewhere = field.place.path("elsewhere");
    let lost = [
        "run",
        &manifest,
        "--run",
        "nightly",
        "--target",
        &url,
        "--journal",
        &elsewhere,
    ];
    remold(&lost).says(SUCCESS, &["Nothing to do: count"]);
    // Another form of the migration under the same id.
    field.place.write(&field.stage.manifest(""), COUNT);
    for arguments in [arguments, lost] {
        remold(&arguments).says(REFUSED, &["run nightly: it is a run of another migration"]);
    }
    let undo = [
        "rollback",
        "nightly",
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
    ];
    remold(&undo).says(SUCCESS, &["Rolled back nightly"]);
    remold(&undo).says(REFUSED, &["it was rolled back already"]);
    let again = [&undo[..], &["--if-needed"]].concat();
    remold(&again).says(SUCCESS, &["Nothing to do: nightly", "5,000"]);
    assert_all(&field.counts(), None);
    field.place.write(
        &field
            .stage
            .manifest("  policy: { conflictRetries: 1000 }\n"),
        COUNT,
    );
    remold(&arguments).says(
        REFUSED,
        &["run nightly: it was rolled back", "choose another id"],
    );
}

#[test]
fn what_is_reported_once_more_counts_as_it_did() {
    let script = r#"fn migrate(rec) {
        if rec.key == "user:3" { return reject("odd", "three"); }
        rec.hash.set("runs", "1");
    }"#;
    let field = Field::with(20, "  policy: { maxRejected: 5 }\n", script);
    let url = field.stage.url();
    for _ in 0..2 {
        field
            .place
            .run_with(&url, &["--run", "odd"])
            .says(REJECTS, &["odd", "user:3"]);
    }
    let () = redis::cmd("HSET")
        .arg(&["user:4", "runs", "7"])
        .query(&mut field.stage.connection())
        .expect("written");
    let journals = field.place.journals();
    let undo = [
        "rollback",
        "odd",
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
        "--if-needed",
    ];
    for _ in 0..2 {
        remold(&undo).says(CONFLICT, &["kept"]);
    }
}

#[test]
fn a_run_of_shares_is_seen_aborted_and_undone_as_one() {
    let field = Field::new(6000);
    let url = field.stage.url();
    let journals = field.place.journals();
    let all = |verb: &str, more: &[&str]| {
        let arguments = [verb, "shared", "--target", &url, "--journal", &journals];
        remold(&[&arguments[..], more].concat())
    };
    answer_of(field.worker("0/3")).says(SUCCESS, &["Completed count"]);
    let slow = field.worker("1/3");
    field.wait_until_counted(2300);
    send(slow.id(), Signal::TERM);
    answer_of(slow).says(
        STOPPED,
        &[
            "stopped by Ctrl-C or SIGTERM",
            "remold resume shared-1-of-3",
        ],
    );
    assert!(field.lock_is_gone(), "it has given it up");

    let status = remold(&["status", "--target", &url, "--journal", &journals]);
    status.says(
        SUCCESS,
        &[
            "  shared ",
            "  share 0/3",
            "completed",
            "  share 1/3",
            "interrupted",
            "remold resume shared --share I/N",
        ],
    );
    remold(&["history", "--target", &url]).says(SUCCESS, &["share 1/3", "not ended"]);
    remold(&["journal", "list", "--journal", &journals])
        .says(SUCCESS, &["shared-0-of-3", "shared-1-of-3"]);
    // The migration is under way; another run of it is not begun beside it.
    field
        .place
        .run_at(&url)
        .says(REFUSED, &["run shared of migration count has not ended"]);
    all("resume", &[]).says(REFUSED, &["carried out in shares", "--share I/N"]);
    all("resume", &["--share", "1/3"]).says(SUCCESS, &["Completed count"]);

    all("abort", &["--yes"]).says(REFUSED, &["ended already"]);
    let slow = field.worker("2/3");
    field.wait_until_counted(4300);
    send(slow.id(), Signal::TERM);
    answer_of(slow).says(STOPPED, &[]);
    all("abort", &["--yes"]).says(SUCCESS, &["Ended shared"]);
    answer_of(field.worker("2/3")).says(REFUSED, &["run shared: it was aborted"]);
    remold(&["history", "--target", &url]).says(SUCCESS, &["aborted"]);
    all("rollback", &["--yes"]).says(SUCCESS, &["Rolled back shared"]);
    assert_all(&field.counts(), None);
    all("rollback", &["--yes"]).says(REFUSED, &["it was rolled back already"]);
    all("rollback", &["--yes", "--if-needed"]).says(SUCCESS, &["Nothing to do: shared"]);
    let left: Vec<Vec<u8>> = redis::cmd("KEYS")
        .arg([RESERVED, b"*lock"].concat())
        .query(&mut field.stage.connection())
        .expect("KEYS");
    assert!(left.is_empty(), "{left:?}");
}
