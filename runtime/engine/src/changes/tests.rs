//! Events there and back, those of other versions, and what is missing.

use super::*;
use crate::port::RunState;

const ID: StreamId = StreamId { ms: 5, seq: 1 };

fn owned(fields: Fields) -> Vec<(String, String)> {
    fields
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .collect()
}

fn run(event: RunEvent, reason: Option<&str>) -> Happening {
    Happening::Run(Box::new(RunChange {
        event,
        entry: HistoryEntry {
            run: "r".to_owned(),
            migration: "split-name".to_owned(),
            digest: "d".to_owned(),
            state: RunState::Running,
            undoes: Some("q".to_owned()),
            started_at: 1,
            ended_at: None,
            written: 2,
            rejected: 0,
            kept: 0,
            share: None,
            remold: "0.1.0".to_owned(),
        },
        reason: reason.map(str::to_owned),
    }))
}

fn registered() -> Happening {
    Happening::Registered(RegistrationNotice {
        name: "migration/user/1.0.0/2.0.0".to_owned(),
        kind: "migration".to_owned(),
        subject: "user".to_owned(),
        version: "2.0.0".to_owned(),
        from: Some("1.0.0".to_owned()),
        digest: "sha256:00".to_owned(),
        bytes: 7,
        by: "ada".to_owned(),
    })
}

#[test]
fn what_was_written_is_read() {
    let runs = RunEvent::ALL.map(|event| run(event, None));
    let drift = Happening::Drift(Drift {
        subject: "user".to_owned(),
        version: "2.0.0".to_owned(),
        examined: 10,
        unmatched: 1,
        versions: BTreeMap::from([("1.0.0".to_owned(), 9)]),
        examples: vec!["user:1".to_owned()],
    });
    let others = [
        run(RunEvent::Failed, Some("too-many-rejected")),
        registered(),
        drift,
    ];
    for happening in runs.into_iter().chain(others) {
        let event = read(ID, owned(write(&happening, 77)));
        assert_eq!((event.id, event.format, event.at), (ID, 1, 77));
        assert_eq!(event.happening, happening);
    }
}

#[test]
fn what_consumers_choose_by_stands_beside_the_detail() {
    let fields: BTreeMap<_, _> = write(&run(RunEvent::Failed, Some("refused")), 1)
        .into_iter()
        .collect();
    let names: Vec<_> = fields.keys().copied().collect();
    assert_eq!(
        names,
        [
            "at",
            "detail",
            "event",
            "format",
            "migration",
            "reason",
            "run",
            "undoes"
        ]
    );
    assert_eq!(fields["event"], "failed");
    let fields: BTreeMap<_, _> = write(&registered(), 1).into_iter().collect();
    assert_eq!(
        (fields["subject"].as_str(), fields["version"].as_str()),
        ("user", "2.0.0")
    );
}

#[test]
fn other_versions_are_read_as_far_as_they_are_known() {
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let mut newer = owned(write(&registered(), 3));
    newer[0].1 = "2".to_owned();
    newer.push(pair("colour", "red"));
    let event = read(ID, newer);
    assert_eq!((event.format, &event.happening), (2, &registered()));
    assert_eq!(event.fields["colour"], "red");
    // An event of before the first format.
    let Happening::Run(change) = run(RunEvent::Started, None) else {
        panic!("it is of a run");
    };
    let older = [
        pair("event", "started"),
        pair("run", "r"),
        pair("detail", &json(&change.entry)),
    ];
    let event = read(ID, older);
    assert_eq!((event.format, event.at), (0, 5));
    assert_eq!(event.happening, Happening::Run(change));
    for strange in [
        vec![pair("event", "melted"), pair("heat", "9")],
        vec![pair("event", "registered"), pair("detail", "{")],
        vec![pair("event", "started")],
        vec![pair("anything", "")],
        vec![],
    ] {
        let word = strange
            .iter()
            .find(|(name, _)| name == "event")
            .map_or("", |(_, word)| word)
            .to_owned();
        let event = read(ID, strange.clone());
        assert_eq!(event.happening, Happening::Other(word));
        assert_eq!(event.fields.len(), strange.len());
    }
}

#[test]
fn examples_of_drift_are_bounded() {
    let drift = Drift {
        examples: vec!["k".repeat(1000); 1000],
        ..Drift::default()
    };
    let event = read(ID, owned(write(&Happening::Drift(drift), 0)));
    let Happening::Drift(drift) = event.happening else {
        panic!("it is drift");
    };
    assert_eq!((drift.examples.len(), drift.examples[0].len()), (10, 200));
}

#[test]
fn a_gap_is_noticed_and_nothing_else_is_one() {
    let id = |ms| StreamId { ms, seq: 0 };
    let none = StreamId::default();
    for (after, oldest, newest, expected) in [
        (none, Some(id(5)), id(9), None),
        (none, None, none, None),
        (id(5), Some(id(5)), id(9), None),
        (id(5), Some(id(1)), id(5), None),
        (id(5), None, id(5), None),
        (id(5), Some(id(6)), id(9), Some(Gap::Trimmed(id(6)))),
        (id(5), Some(id(1)), id(4), Some(Gap::WentBack(id(4)))),
        (id(5), None, none, Some(Gap::WentBack(none))),
    ] {
        assert_eq!(gap(after, oldest, newest), expected, "{after}, {newest}");
    }
}
