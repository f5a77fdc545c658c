//! `remold events` on a file: what it shows, and what it refuses. Servers are in the tests of the workspace.

use remold::host_api::{Bytes, StreamEntry, StreamId, StreamValue};

use crate::support::{Place, Value};

/// A folder with a file in which two things have happened, of which one is not known.
fn place() -> Place {
    let place = Place::with_users();
    let entry = |ms, fields: &[(&'static str, &'static str)]| StreamEntry {
        id: StreamId { ms, seq: 0 },
        fields: fields
            .iter()
            .map(|(name, text)| {
                (
                    Bytes::from_static(name.as_bytes()),
                    Bytes::from_static(text.as_bytes()),
                )
            })
            .collect(),
    };
    let drift = r#"{"subject":"user","version":"2.0.0","examined":10,"unmatched":1,"versions":{"1.0.0":9}}"#;
    let stream = StreamValue {
        entries: vec![
            entry(
                1_700_000_000_000,
                &[
                    ("format", "1"),
                    ("event", "drift"),
                    ("at", "1700000000000"),
                    ("detail", drift),
                ],
            ),
            entry(1_700_000_001_000, &[("event", "melted"), ("heat", "9")]),
        ],
        last_id: StreamId {
            ms: 1_700_000_001_000,
            seq: 0,
        },
        entries_added: 2,
        ..StreamValue::default()
    };
    let changes = ("__remold:changes", Value::Stream(Box::new(stream)));
    place.write_rdb("told.rdb", &[changes]);
    place
}

#[test]
fn events_of_a_file_are_lines() {
    let place = place();
    let answer = place.remold(&["events", "--target", "told.rdb"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(
        answer.out,
        "2023-11-14 22:13:20 UTC  drift        user: of 10 keys 1 at no registered version, 9 at 1.0.0; the newest is 2.0.0  \
         1700000000000-0\n\
         2023-11-14 22:13:21 UTC  melted       heat=9  1700000001000-0\n"
    );
    for since in ["1700000000000-0", "1700000000001"] {
        let answer = place.remold(&["events", "--target", "told.rdb", "--since", since]);
        assert_eq!(answer.out.lines().count(), 1, "{since}: {}", answer.out);
    }
    let answer = place.remold(&["events", "--target", "told.rdb", "--count", "1"]);
    assert!(answer.out.contains("drift") && answer.out.lines().count() == 1);
    let answer = place.remold(&["events", "--target", "told.rdb", "--since", "new"]);
    assert_eq!(answer.out, "no events\n");
    let answer = place.remold(&["events", "--target", "users.rdb"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, "no events\n"));
}

#[test]
fn events_of_a_file_are_documents_on_lines_of_their_own() {
    let place = place();
    let answer = place.remold(&["events", "--target", "told.rdb", "--output", "json"]);
    let documents: Vec<serde_json::Value> = answer
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("a document"))
        .collect();
    assert_eq!(documents.len(), 2, "{}", answer.out);
    assert_eq!(documents[0]["exitCode"], 0);
    assert_eq!(documents[0]["event"]["detail"]["versions"]["1.0.0"], 9);
    assert_eq!(documents[1]["event"]["known"], false);
    assert_eq!(documents[1]["event"]["fields"]["heat"], "9");
    // Behind the end of what is there.
    let later = [
        "events",
        "--target",
        "told.rdb",
        "--since",
        "1800000000000-0",
    ];
    let answer = place.remold(&[&later[..], &["--output", "json"]].concat());
    let gap: serde_json::Value = serde_json::from_str(&answer.out).expect("one document");
    assert_eq!(gap["gap"]["reason"], "went-back");
    let answer = place.remold(&later);
    assert!(
        answer.out.starts_with("events may be missing: "),
        "{}",
        answer.out
    );
    let answer = place.remold(&["events", "--target", "gone.rdb", "--output", "json"]);
    let error: serde_json::Value = serde_json::from_str(&answer.out).expect("one document");
    assert_eq!((answer.code, &error["error"]["code"]), (1, &"file".into()));
    assert_eq!(answer.out.lines().count(), 1);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place = place();
    for (arguments, words) in [
        (&["--target", "told.rdb", "--follow"][..], "is a file"),
        (
            &["--target", "told.rdb", "--since", "yesterday"],
            "1764480000000-0",
        ),
        (&["--target", "told.rdb", "--count", "0"], "--count"),
        (&[], "no target"),
    ] {
        let answer = place.remold(&[&["events"], arguments].concat());
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.err);
        assert!(answer.err.contains(words), "{arguments:?}: {}", answer.err);
    }
}
