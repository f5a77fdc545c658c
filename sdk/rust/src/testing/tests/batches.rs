//! Batches and their columns.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::export;
use crate::testing::{Host, Outcome};
use crate::{Batch, Code, Kind, Record, Result, Value, skip};

fn two(host: &Host) -> Batch {
    host.batch([
        ("user:1", Value::hash([("name", "Ada")])),
        ("user:2", Value::text("no hash")),
    ])
}

#[test]
fn columns_read_and_edit_every_record() {
    let host = Host::new();
    let _other = host.record("other", Value::text("left alone"));
    let batch = host.batch([
        ("user:1", Value::hash([("name", "Ada"), ("old", "1")])),
        ("user:2", Value::hash([("name", "Bo")])),
    ]);
    assert_eq!((batch.len(), batch.is_empty()), (2, false));
    assert_eq!(batch.keys(), [b"user:1", b"user:2"]);
    assert_eq!(batch.keys_text()[1].as_deref(), Some("user:2"));
    assert_eq!(batch.kinds(), [Kind::Hash, Kind::Hash]);
    assert_eq!(batch.fields("old"), [Some(b"1".to_vec()), None]);
    let names = batch.fields_text("name");
    let shout: Vec<Option<String>> = names
        .iter()
        .map(|name| name.as_ref().map(|name| name.to_uppercase()))
        .collect();
    batch.set_fields("name", &shout);
    batch.rename_fields("old", "new");
    batch.remove_fields("none");
    assert_eq!(
        batch.record(0).value(),
        Value::hash([("name", "ADA"), ("new", "1")])
    );
    batch.set_expiries(&[Some(5), None]);
    assert_eq!(batch.expiries(), [Some(5), None]);
    batch.rename(&[None, Some("user:3")]);
    batch.delete(&[true, false]);
    assert_eq!(batch.values()[1], Value::hash([("name", "BO")]));
    batch.set_values(&[None, Some(Value::text("t"))]);
    let (first, second) = (host.after(&batch.record(0)), host.after(&batch.record(1)));
    assert_eq!((first.deleted, second.deleted), (true, false));
    assert_eq!(
        (second.key, second.value),
        (b"user:3".to_vec(), Value::text("t"))
    );
}

#[test]
fn what_cannot_be_done_fails_its_record_alone() {
    let host = Host::new();
    let batch = two(&host);
    assert_eq!(batch.fields_text("name"), [Some("Ada".to_owned()), None]);
    assert_eq!(batch.texts()[1], Some(b"no hash".to_vec()));
    batch.skip(1, "said, but it failed before");
    for record in batch.records() {
        let Outcome::Fail { code, .. } = host.after(&record).outcome else {
            unreachable!("each is of another kind than one of the columns");
        };
        assert_eq!(code, Some(Code::WrongKind));
    }
}

#[test]
fn texts_are_columns_too() {
    let host = Host::new();
    let batch = host.batch([
        ("a", Value::text("1")),
        ("b", Value::text(b"\xff".as_slice())),
    ]);
    assert_eq!(batch.texts_text(), [Some("1".to_owned()), None]);
    batch.set_texts(&[Some("2"), None]);
    assert_eq!(batch.record(0).value(), Value::text("2"));
    let outcome = host.after(&batch.record(1)).outcome;
    assert!(
        matches!(
            outcome,
            Outcome::Fail {
                code: Some(Code::NotText),
                ..
            }
        ),
        "{outcome:?}"
    );
}

#[test]
fn both_forms_of_a_transform_tell_the_host_how_each_record_ended() {
    let host = Host::new();
    let batch = two(&host);
    batch.each(|record: &Record| -> Result {
        record.hash().len()?;
        skip("a hash")
    });
    assert_eq!(
        host.after(&batch.record(0)).outcome,
        Outcome::skip("a hash")
    );
    let outcome = host.after(&batch.record(1)).outcome;
    assert!(
        matches!(
            outcome,
            Outcome::Fail {
                code: Some(Code::WrongKind),
                ..
            }
        ),
        "{outcome:?}"
    );

    let all = |batch: &Batch| -> Result {
        batch.reject(0, "code", "what");
        Ok(())
    };
    export::records(&all, 2);
    assert_eq!(
        host.after(&batch.record(0)).outcome,
        Outcome::reject("code", "what")
    );
    export::records(&|batch: &Batch| batch.skip(0, "by itself"), 2);
    assert_eq!(
        host.after(&batch.record(0)).outcome,
        Outcome::skip("by itself")
    );
    let none = |_: &Batch| -> Result { skip("nothing to do today") };
    export::records(&none, 2);
    for record in batch.records() {
        assert_eq!(
            host.after(&record).outcome,
            Outcome::skip("nothing to do today")
        );
    }
}

#[test]
fn a_column_of_another_length_and_a_place_that_is_not_there_panic() {
    let host = Host::new();
    let batch = two(&host);
    let panics = |call: &dyn Fn()| catch_unwind(AssertUnwindSafe(call)).is_err();
    assert!(panics(&|| batch.set_texts(&[Some("one")])));
    assert!(panics(&|| batch.delete(&[true, true, true])));
    assert!(panics(&|| {
        let _ = batch.record(2);
    }));
}
