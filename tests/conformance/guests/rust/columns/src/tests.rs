//! The same checks on the stand-in.

use remold_transform::testing::{Host, Outcome};
use remold_transform::{Code, Value};

use super::{NOW, migrate};

#[test]
fn records_by_columns() {
    let host = Host::new();
    let batch = host.batch([
        (
            "a:1",
            Value::hash([("name", "Ada"), ("old", "1"), ("older", "2")]),
            NOW + 5000,
        )
            .into(),
        ("a:2", Value::text("no hash")).into(),
        remold_transform::testing::Entry::from(("a:3", Value::hash([("kept", "1")]))),
    ]);
    migrate(&batch).expect("the checks hold");
    assert_eq!(
        batch.record(0).value(),
        Value::hash([
            (b"first".as_slice(), b"Ada".as_slice()),
            (b"last", b"Ada"),
            (b"RAW", b"\xff"),
        ])
    );
    let outcome = host.after(&batch.record(1)).outcome;
    assert!(matches!(
        outcome,
        Outcome::Fail {
            code: Some(Code::WrongKind),
            ..
        }
    ));
    assert_eq!(host.after(&batch.record(2)).key, b"b:3");

    let batch = host.batch([
        ("t:1", Value::text("one")),
        ("t:2", Value::text("two")),
        ("t:3", Value::text("three")),
        ("t:4", Value::text("four")),
    ]);
    migrate(&batch).expect("the checks hold");
    assert_eq!(batch.record(0).value(), Value::text("ONE"));
    assert!(host.after(&batch.record(2)).deleted);

    let batch = host.batch([
        ("w:1", Value::list(["a", "b"])),
        ("w:2", Value::hash([("a", "1")])),
        ("w:3", Value::text("x")),
    ]);
    migrate(&batch).expect("the checks hold");
    assert_eq!(batch.record(0).value(), Value::set(["a", "b"]));
}
