//! The overlay over a fixture: what is written is read back, and the source stays as it was.

use std::io::Cursor;
use std::sync::Arc;

use remold_host_api::{Bytes, Entry, HashField, Value};

use super::{Layer, Overlay};
use crate::fixture::Fixture;
use crate::port::{
    Candidate, CommandEdit, CommitBatch, Fetched, FieldEdit, Happening, HistoryEntry, Image,
    Keyspace, Ledger, Progress, Raise, RegisterAnswer, RegisterRequest, Registered, Registration,
    Revision, RunEvent, RunState, Session, StoreError, Write,
};

const EPOCH: u64 = 3;

fn key(name: &'static str) -> Bytes {
    Bytes::from_static(name.as_bytes())
}

fn hash(fields: &[(&'static str, &'static str)]) -> Value {
    let field = |(name, value): &(&'static str, &'static str)| HashField {
        name: key(name),
        value: key(value),
        expires_at: None,
    };
    Value::Hash(fields.iter().map(field).collect())
}

fn overlay() -> Overlay {
    let entry = |name, expires_at| Entry {
        key: key(name),
        value: hash(&[("a", "1")]),
        expires_at,
    };
    let fixture = Fixture::new([entry("one", None), entry("two", Some(9))]).expect("small values");
    let scratch = Box::new(Cursor::new(Vec::new()));
    Overlay::new(Arc::new(fixture), scratch, 1, key("reserved:")).expect("memory")
}

fn opened(overlay: &Overlay) -> (Box<dyn Session>, Box<dyn Ledger>) {
    let shard = &overlay.shards()[0];
    let mut ledger = shard.ledger().expect("memory");
    assert_eq!(ledger.raise_epoch("run", EPOCH), Ok(Raise::Raised));
    (shard.session().expect("memory"), ledger)
}

fn found(session: &mut dyn Session, name: &'static str) -> Option<Image> {
    match session.read(&[key(name)]).expect("memory").pop() {
        Some(Fetched::Found(image)) => Some(image),
        _ => None,
    }
}

fn commit(session: &mut dyn Session, batch: u64, writes: &[Write]) {
    let both = [Candidate::new(key("one")), Candidate::new(key("two"))];
    session
        .read_guarded(EPOCH, &both, u64::MAX)
        .expect("the epoch is ours");
    let batch = CommitBatch {
        run: "run",
        batch,
        writes,
        watermark: None,
    };
    session.commit(&batch).expect("nobody else writes");
}

#[test]
fn every_operation_is_read_back_and_unchanged_keys_come_from_below() {
    let overlay = overlay();
    let (mut session, _) = opened(&overlay);
    let session = session.as_mut();
    let edit = CommandEdit::Hash(vec![
        FieldEdit::Set {
            name: key("b"),
            value: key("2"),
            expires_at: Some(7),
        },
        FieldEdit::Remove { name: key("a") },
    ]);
    commit(
        session,
        1,
        &[
            Write::Edit {
                key: key("one"),
                edit,
            },
            Write::Expire {
                key: key("one"),
                at: Some(5),
            },
        ],
    );
    let one = found(session, "one").expect("it was edited");
    assert_eq!(one.expires_at, Some(5));
    let decoded = remold_rdb::decode(&one.payload)
        .expect("it was encoded")
        .value;
    let Value::Hash(fields) = decoded else {
        panic!("it is a hash")
    };
    assert_eq!(
        fields.as_slice(),
        [HashField {
            name: key("b"),
            value: key("2"),
            expires_at: Some(7)
        }]
    );
    assert_eq!(overlay.meet(b"two"), Ok(Layer::Below));

    let two = found(session, "two").expect("it is below");
    commit(
        session,
        2,
        &[
            Write::Rename {
                from: key("two"),
                to: key("three"),
            },
            Write::Delete { key: key("one") },
        ],
    );
    assert_eq!(found(session, "three"), Some(two));
    assert_eq!((found(session, "one"), found(session, "two")), (None, None));
    assert_eq!(overlay.meet(b"one"), Ok(Layer::Deleted));
}

#[test]
fn a_worker_of_another_epoch_reads_nothing_under_guard() {
    let overlay = overlay();
    let (mut session, mut ledger) = opened(&overlay);
    assert_eq!(ledger.raise_epoch("run", EPOCH), Ok(Raise::Stale(EPOCH)));
    assert_eq!(ledger.raise_epoch("run", EPOCH + 1), Ok(Raise::Raised));
    let refused = session.read_guarded(EPOCH, &[Candidate::new(key("one"))], u64::MAX);
    assert_eq!(
        refused,
        Err(StoreError::Fenced {
            ours: EPOCH,
            found: EPOCH + 1
        })
    );
    assert!(matches!(
        ledger.settle("run", EPOCH, 0),
        Err(StoreError::Fenced { .. })
    ));
}

#[test]
fn receipts_and_history_are_remembered() {
    let overlay = overlay();
    let (mut session, mut ledger) = opened(&overlay);
    commit(session.as_mut(), 4, &[Write::Delete { key: key("one") }]);
    commit(session.as_mut(), 6, &[Write::Delete { key: key("two") }]);
    let progress = ledger.progress("run").expect("memory");
    assert_eq!(
        progress,
        Progress {
            base: 0,
            watermark: 0,
            receipts: vec![4, 6]
        }
    );
    ledger.settle("run", EPOCH, 5).expect("the epoch is ours");
    let progress = ledger.progress("run").expect("memory");
    assert_eq!(
        progress,
        Progress {
            base: EPOCH,
            watermark: 5,
            receipts: vec![6]
        }
    );

    let entry = HistoryEntry {
        run: "run".to_owned(),
        migration: "split".to_owned(),
        digest: "d".to_owned(),
        state: RunState::Completed,
        undoes: None,
        started_at: 1,
        ended_at: Some(2),
        written: 3,
        rejected: 0,
        kept: 0,
        share: None,
        remold: "0".to_owned(),
    };
    ledger.record(&entry, RunEvent::Completed).expect("memory");
    assert_eq!(ledger.history(), Ok(vec![entry]));
    overlay.settle_history().expect("memory");
    assert!(
        found(session.as_mut(), "reserved:history").is_some(),
        "it belongs to the keyspace"
    );
}

fn registration(name: &str, content: &'static str) -> Registration {
    Registration {
        name: name.to_owned(),
        content: key(content),
        subject: "user".to_owned(),
        version: "1.0.0".to_owned(),
        from: None,
    }
}

fn register(
    ledger: &mut dyn Ledger,
    entries: &[Registration],
    expected: Option<&Revision>,
) -> RegisterAnswer {
    let request = RegisterRequest {
        entries,
        expected,
        by: "ada",
    };
    ledger.register(&request).expect("memory")
}

#[test]
fn what_was_registered_stays_in_the_overlay_and_on_top_of_what_the_source_has() {
    let below = crate::registry::seal(&crate::registry::entry(
        &registration("schema/user/1.0.0", "a"),
        "bob",
        1,
    ));
    let fields = [("schema/user/1.0.0", below), ("revision", "1-9".to_owned())];
    let field = |(name, value): (&'static str, String)| HashField {
        name: key(name),
        value: value.into(),
        expires_at: None,
    };
    let entry = Entry {
        key: key("reserved:registry"),
        value: Value::Hash(fields.into_iter().map(field).collect()),
        expires_at: None,
    };
    let fixture = Fixture::new([entry]).expect("small values");
    let scratch = Box::new(Cursor::new(Vec::new()));
    let overlay = Overlay::new(Arc::new(fixture), scratch, 1, key("reserved:")).expect("memory");
    let (mut session, mut ledger) = opened(&overlay);
    let ledger = ledger.as_mut();
    let old = ledger.registry().expect("it can be read").revision;
    assert_eq!(old.as_str(), "1-9");
    let known = ledger
        .registered("schema/user/1.0.0")
        .expect("it can be read");
    assert_eq!(known.expect("it is there").by, "bob");
    assert_eq!(ledger.registered("revision"), Ok(None));
    let two = [
        registration("schema/user/1.0.0", "a"),
        registration("schema/user/2.0.0", "b"),
    ];
    let answer = register(ledger, &two, Some(&old));
    let RegisterAnswer::Registered { revision, entries } = answer else {
        panic!("it is free: {answer:?}");
    };
    assert_eq!(entries, [Registered::Same, Registered::New]);
    let contents = ledger.registry().expect("memory");
    assert_eq!((contents.entries.len(), &contents.revision), (2, &revision));
    let other = [registration("schema/user/2.0.0", "c")];
    assert!(matches!(
        register(ledger, &other, None),
        RegisterAnswer::Taken(taken) if taken[0].by == "ada"
    ));
    let third = [registration("schema/user/3.0.0", "c")];
    assert_eq!(
        register(ledger, &third, Some(&old)),
        RegisterAnswer::Moved { revision }
    );
    let page = ledger
        .changes(
            remold_host_api::StreamId::default(),
            10,
            std::time::Duration::ZERO,
        )
        .expect("memory");
    let names: Vec<_> = page
        .events
        .iter()
        .map(|event| event.happening.name())
        .collect();
    assert_eq!((names.as_slice(), page.gap), (&["registered"][..], None));
    assert!(matches!(
        &page.events[0].happening,
        Happening::Registered(notice) if notice.name == "schema/user/2.0.0"
    ));
    let again = ledger
        .changes(page.next, 10, std::time::Duration::ZERO)
        .expect("memory");
    assert_eq!((again.events.len(), again.next), (0, page.next));
    overlay.settle_history().expect("memory");
    assert!(found(session.as_mut(), "reserved:registry").is_some());
}
