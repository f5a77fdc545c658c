//! The stand-in behaves as the host does, through the functions that users call.

mod batches;
mod collections;
mod json;
mod programs;
mod streams;

use std::time::Duration;

use super::{After, Host, Outcome};
use crate::context::{self, Level};
use crate::{Code, HashField, Kind, Record, Result, Value, fail, reject, skip};

fn code<T: std::fmt::Debug>(refused: Result<T, crate::Refusal>) -> Code {
    refused.expect_err("it is refused").code
}

#[test]
fn a_record_is_read_and_edited() {
    let host = Host::new();
    let record = host.given(("user:1", Value::text("x"), 1_767_225_605_000));
    assert_eq!(record.key(), b"user:1");
    assert_eq!(record.key_text().as_deref(), Ok("user:1"));
    assert_eq!((record.kind(), record.size()), (Kind::Text, 1));
    assert_eq!(record.expires_at(), Some(1_767_225_605_000));
    assert_eq!(record.ttl(), Some(Duration::from_secs(5)));
    record
        .set_ttl(Some(Duration::from_millis(1500)))
        .expect("more than none");
    assert_eq!(record.expires_at(), Some(1_767_225_601_500));
    assert_eq!(
        code(record.set_ttl(Some(Duration::ZERO))),
        Code::InvalidArgument
    );
    assert_eq!(code(record.set_expires_at(Some(0))), Code::InvalidArgument);
    record.set_expires_at(None).expect("none is none");
    record
        .set_value(&Value::hash([("a", "1")]))
        .expect("names are unique");
    record.rename("user:2").expect("all is granted");
    record
        .emit("log:1", &Value::text("seen"), Some(5))
        .expect("all is granted");
    record.remove("old:1").expect("all is granted");
    record.delete().expect("all is granted");
    let after = host.after(&record);
    let expected = After {
        outcome: Outcome::Done,
        key: b"user:2".to_vec(),
        value: Value::hash([("a", "1")]),
        expires_at: None,
        deleted: true,
        emitted: vec![("log:1", Value::text("seen"), 5).into()],
        removed: vec![b"old:1".to_vec()],
        asked: Vec::new(),
    };
    assert_eq!(after, expected);
}

#[test]
fn a_value_that_makes_no_sense_is_refused() {
    let host = Host::new();
    let record = host.record("k", Value::text("x"));
    let twice = Value::hash([("a", "1"), ("a", "2")]);
    for value in [
        twice,
        Value::set(["a", "a"]),
        Value::sorted_set([("a", f64::NAN)]),
    ] {
        assert_eq!(
            code(record.set_value(&value)),
            Code::InvalidArgument,
            "{value:?}"
        );
    }
    assert_eq!(record.value(), Value::text("x"));
}

#[test]
fn texts_are_texts_and_bytes_are_bytes() {
    let host = Host::new();
    let record = host.record(b"\xff".as_slice(), Value::text(b"\xfe".as_slice()));
    assert_eq!(code(record.key_text()), Code::NotText);
    assert_eq!(code(record.text().get_text()), Code::NotText);
    assert_eq!(record.text().get(), Ok(vec![0xfe]));
    record.text().set("ä").expect("it is a text");
    assert_eq!(record.text().get_text().as_deref(), Ok("ä"));
    assert_eq!(code(record.hash().len()), Code::WrongKind);
}

#[test]
fn a_hash_is_read_and_edited() {
    let host = Host::new();
    let field = HashField {
        name: b"a".to_vec(),
        value: b"1".to_vec(),
        expires_at: Some(7),
    };
    let record = host.record("k", Value::Hash(vec![field]));
    let hash = record.hash();
    hash.set("a", "2").expect("a hash");
    hash.set("b", "3").expect("a hash");
    hash.rename("a", "c").expect("a hash");
    hash.rename("none", "d").expect("a hash");
    assert_eq!(hash.get("c"), Ok(Some(b"2".to_vec())));
    assert_eq!(hash.get_text("c"), Ok(Some("2".to_owned())));
    assert_eq!(hash.get_text("a"), Ok(None));
    assert_eq!(hash.expires_at("c"), Ok(Some(7)));
    hash.set_expires_at("c", None)
        .expect("there is such a field");
    assert_eq!(hash.expires_at("c"), Ok(None));
    assert_eq!(
        code(hash.set_expires_at("a", Some(1))),
        Code::InvalidArgument
    );
    assert_eq!(
        (hash.contains("b"), hash.contains("a")),
        (Ok(true), Ok(false))
    );
    assert_eq!((hash.len(), hash.is_empty()), (Ok(2), Ok(false)));
    let names: Result<Vec<String>, _> = hash.names_text().collect();
    assert_eq!(names, Ok(vec!["c".to_owned(), "b".to_owned()]));
    assert_eq!(hash.names().count(), 2);
    let fields: Result<Vec<(String, String)>, _> = hash.fields_text().collect();
    assert_eq!(fields.expect("texts")[1], ("b".to_owned(), "3".to_owned()));
    hash.remove("b").expect("a hash");
    assert_eq!(record.value(), Value::hash([("c", "2")]));
    hash.clear().expect("a hash");
    assert_eq!(hash.fields().count(), 0);
}

#[test]
fn lookups_are_asked_for_first_and_are_read_only() {
    let host = Host::new();
    host.put(("plan:1", Value::text("free")));
    let record = host.record("user:1", Value::hash([("plan", "1")]));
    assert_eq!(code(record.lookup("plan:1")), Code::NotLookedUp);
    record.ask("plan:1").expect("all is granted");
    record.ask("plan:2").expect("all is granted");
    assert_eq!(host.after(&record).asked.len(), 2);
    let plan = record
        .lookup("plan:1")
        .expect("it was asked for")
        .expect("it is there");
    assert_eq!(plan.text().get_text().as_deref(), Ok("free"));
    assert_eq!(code(plan.text().set("x")), Code::InvalidArgument);
    assert!(record.lookup("plan:2").expect("it was asked for").is_none());
}

#[test]
fn parameters_are_read_by_type() {
    let host = Host::new();
    host.set_parameters(&serde_json::json!({ "digits": 2, "names": ["a"] }));
    assert_eq!(context::parameter::<u32>("digits"), Ok(2));
    assert_eq!(
        context::parameter::<Vec<String>>("names"),
        Ok(vec!["a".to_owned()])
    );
    assert_eq!(context::parameter::<Option<u32>>("none"), Ok(None));
    let missing = Outcome::from(context::parameter::<u32>("none").map(|_| ()));
    let Outcome::Fail { message, .. } = missing else {
        unreachable!("it is not there");
    };
    assert!(message.starts_with("spec.parameters.none: "), "{message}");
    let all: std::collections::BTreeMap<String, serde_json::Value> =
        context::parameters().expect("an object");
    assert_eq!(all.len(), 2);
    host.set_parameters(&serde_json::json!({ "digits": 3 }));
    assert_eq!(context::parameter::<u32>("digits"), Ok(3));
    assert_eq!(context::parameters_text(), r#"{"digits":3}"#);
}

#[test]
fn the_run_is_what_the_test_says() {
    let host = Host::new();
    host.set_now_ms(7);
    host.set_seed(8);
    assert_eq!((context::now_ms(), context::seed()), (7, 8));
    let record = host.record("a", Value::text(""));
    let same = host.record("a", Value::text(""));
    let other = host.record("b", Value::text(""));
    assert_eq!(record.seed(), same.seed());
    assert_ne!(record.seed(), other.seed());
    context::debug("one");
    context::info("two");
    context::warn(format!("three {}", 3));
    context::print("four\nfive");
    let log = host.log();
    assert_eq!(log[2], (Level::Warn, "three 3".to_owned()));
    assert_eq!(log[4], (Level::Debug, "five".to_owned()));
}

#[test]
fn what_a_transform_returns_is_what_the_host_is_told() {
    assert_eq!(Outcome::from(Ok(())), Outcome::Done);
    assert_eq!(Outcome::from(skip("why")), Outcome::skip("why"));
    assert_eq!(
        Outcome::from(reject("code", "what")),
        Outcome::reject("code", "what")
    );
    assert_eq!(Outcome::from(fail("what")), Outcome::fail(None, "what"));
    let host = Host::new();
    let record = host.record("k", Value::text(""));
    let transform = |record: &Record| -> Result {
        record.hash().len()?;
        Ok(())
    };
    let Outcome::Fail { code, .. } = transform(&record).into() else {
        unreachable!("it is no hash");
    };
    assert_eq!(code, Some(Code::WrongKind));
}
