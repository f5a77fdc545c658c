//! Lines for people and for programs.

use std::collections::BTreeMap;

use remold::{Drift, HistoryEntry, RegistrationNotice, RunChange, RunEvent};

use super::*;

fn event(happening: Happening, fields: &[(&str, &str)]) -> Met {
    Met::Event(Box::new(ChangeEvent {
        id: StreamId {
            ms: 1_700_000_000_000,
            seq: 2,
        },
        format: 1,
        at: 1_700_000_000_000,
        happening,
        fields: fields
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    }))
}

fn run(event: RunEvent, state: RunState, undoes: Option<&str>, reason: Option<&str>) -> Happening {
    Happening::Run(Box::new(RunChange {
        event,
        entry: HistoryEntry {
            run: "r1".to_owned(),
            migration: "split-name".to_owned(),
            digest: "d".to_owned(),
            state,
            undoes: undoes.map(str::to_owned),
            started_at: 1,
            ended_at: None,
            written: 1234,
            rejected: 5,
            kept: 0,
            share: None,
            remold: "0.1.0".to_owned(),
        },
        reason: reason.map(str::to_owned),
    }))
}

fn plain(met: &Met) -> String {
    anstream::adapter::strip_str(&text(met)).to_string()
}

#[test]
fn every_kind_of_event_is_a_line() {
    let notice = |from: Option<&str>| {
        Happening::Registered(RegistrationNotice {
            name: "schema/user/2.0.0".to_owned(),
            kind: if from.is_some() {
                "migration"
            } else {
                "schema"
            }
            .to_owned(),
            subject: "user".to_owned(),
            version: "2.0.0".to_owned(),
            from: from.map(str::to_owned),
            digest: format!("sha256:{}", "ab".repeat(32)),
            bytes: 1536,
            by: "ada\u{1b}[31m".to_owned(),
        })
    };
    let drift = Happening::Drift(Drift {
        subject: "user".to_owned(),
        version: "2.0.0".to_owned(),
        examined: 1000,
        unmatched: 3,
        versions: BTreeMap::from([("1.0.0".to_owned(), 97), ("2.0.0".to_owned(), 900)]),
        examples: vec![],
    });
    let running = RunState::Running;
    let lines = [
        (
            run(RunEvent::Started, running, None, None),
            "started      run r1 of split-name",
        ),
        (
            run(RunEvent::Started, running, Some("r0"), None),
            "started      run r1, which undoes run r0",
        ),
        (
            run(RunEvent::Failed, running, None, Some("too-many-rejected")),
            "failed       run r1 of split-name: too-many-rejected",
        ),
        (
            run(RunEvent::Completed, RunState::Completed, None, None),
            "completed    run r1 of split-name: 1,234 keys written, 5 rejected",
        ),
        (
            run(RunEvent::RolledBack, RunState::PartlyRolledBack, None, None),
            "rolled-back  run r1 of split-name: but for keys that were kept",
        ),
        (
            notice(None),
            "registered   schema user 2.0.0, 1.5 KiB, sha256:abababababab…, by ada\\x1b[31m",
        ),
        (
            notice(Some("1.0.0")),
            "registered   migration user 1.0.0 to 2.0.0, 1.5 KiB, sha256:abababababab…, by ada\\x1b[31m",
        ),
        (
            drift,
            "drift        user: of 1,000 keys 3 at no registered version, 97 at 1.0.0, 900 at 2.0.0; the newest is 2.0.0",
        ),
    ];
    for (happening, expected) in lines {
        assert_eq!(
            plain(&event(happening, &[])),
            format!("2023-11-14 22:13:20 UTC  {expected}  1700000000000-2\n")
        );
    }
    let other = event(
        Happening::Other("melted".to_owned()),
        &[("event", "melted"), ("heat", "9\n")],
    );
    assert_eq!(
        plain(&other),
        "2023-11-14 22:13:20 UTC  melted       heat=9\\x0a  1700000000000-2\n"
    );
}

#[test]
fn a_gap_is_told() {
    let id = |ms| StreamId { ms, seq: 0 };
    for (gap, reason, words) in [
        (
            Gap::Trimmed(id(9)),
            "trimmed",
            "behind 5-0 is not there any more; 9-0 is the oldest",
        ),
        (Gap::WentBack(id(3)), "went-back", "ends at 3-0, before 5-0"),
    ] {
        let met = Met::Gap { after: id(5), gap };
        let text = plain(&met);
        assert!(
            text.starts_with("events may be missing: ") && text.contains(words),
            "{text}"
        );
        let shape = line(&met).gap.expect("it is a gap");
        assert_eq!(
            (shape.reason.as_str(), shape.after.as_str()),
            (reason, "5-0")
        );
    }
}

#[test]
fn a_document_has_all_that_the_entry_has() {
    let fields = [
        ("format", "1"),
        ("event", "melted"),
        ("at", "7"),
        ("heat", "9"),
        ("detail", "{\"a\":1}"),
    ];
    let document = shapes::to_value(&line(&event(
        Happening::Other("melted".to_owned()),
        &fields,
    )));
    let expected = serde_json::json!({ "event": {
        "id": "1700000000000-2", "at": 1_700_000_000_000_u64, "event": "melted", "format": 1, "known": false,
        "fields": { "heat": "9" }, "detail": { "a": 1 },
    } });
    assert_eq!(document, expected);
}
