//! Edits refuse without a change, and touch a record only if something changes.

use bytes::Bytes;

use super::{hash, list, set, set_value, sorted_set, stream, text};
use crate::collection::Collection;
use crate::record::{Entry, Record};
use crate::stream::{StreamEntry, StreamId, StreamValue};
use crate::value::{HashField, Scored, Value};

fn record(value: Value) -> Record {
    Record::new(Entry {
        key: Bytes::from_static(b"k"),
        value,
        expires_at: None,
    })
}

fn bytes(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

fn a_hash() -> Record {
    let field = HashField {
        name: bytes("a"),
        value: bytes("1"),
        expires_at: Some(5),
    };
    record(Value::Hash([field].into_iter().collect()))
}

fn id(ms: u64) -> StreamId {
    StreamId { ms, seq: 0 }
}

fn a_stream() -> Record {
    let entry = |ms| StreamEntry {
        id: id(ms),
        fields: vec![(bytes("a"), bytes("1"))],
    };
    record(Value::Stream(Box::new(StreamValue {
        entries: vec![entry(1), entry(2)],
        last_id: id(2),
        entries_added: 2,
        ..StreamValue::default()
    })))
}

#[test]
fn another_kind_is_refused_and_left_alone() {
    let mut record = record(Value::Text(bytes("x")));
    let refusals = [
        hash::set(&mut record, b"a", || bytes("a"), bytes("1")),
        list::push(&mut record, bytes("1")),
        set::add(&mut record, bytes("1")),
        sorted_set::add(&mut record, bytes("1"), 1.0),
        stream::remove(&mut record, id(1)),
        text::set(&mut a_hash(), bytes("1")),
    ];
    for refusal in refusals {
        assert_eq!(refusal.expect_err("another kind").code(), "wrong-kind");
    }
    assert!(!record.is_touched());
}

#[test]
fn what_changes_nothing_does_not_touch() {
    let mut record = a_hash();
    hash::set(&mut record, b"a", || bytes("a"), bytes("1")).expect("a hash");
    hash::rename(&mut record, b"a", b"a").expect("a hash");
    hash::rename(&mut record, b"none", b"b").expect("a hash");
    hash::remove(&mut record, b"none").expect("a hash");
    hash::set_expires_at(&mut record, b"a", Some(5)).expect("a field");
    let same = record.value().clone();
    set_value(&mut record, same);
    assert!(!record.is_touched());
    hash::set(&mut record, b"a", || bytes("a"), bytes("2")).expect("a hash");
    assert!(record.is_touched());
}

#[test]
fn a_field_keeps_its_expiry_when_it_is_set_or_renamed() {
    let mut record = a_hash();
    hash::set(&mut record, b"a", || bytes("a"), bytes("2")).expect("a hash");
    hash::rename(&mut record, b"a", b"b").expect("a hash");
    let field = hash::of(&record).expect("a hash").get(b"b").cloned();
    let field = field.expect("renamed");
    assert_eq!((field.value, field.expires_at), (bytes("2"), Some(5)));
    assert!(hash::set_expires_at(&mut record, b"a", None).is_err());
}

#[test]
fn an_index_counts_from_the_end_and_must_be_there() {
    let mut record = record(Value::List(vec![bytes("a"), bytes("b")]));
    assert_eq!(list::get(&record, -1).expect("there"), "b");
    for index in [2, -3, i64::MIN, i64::MAX] {
        assert_eq!(
            list::set(&mut record, index, bytes("x"))
                .expect_err("not there")
                .code(),
            "out-of-range"
        );
    }
    list::insert(&mut record, 2, bytes("c")).expect("at the end");
    assert!(list::insert(&mut record, 4, bytes("d")).is_err());
    assert_eq!(list::of(&record).expect("a list").len(), 3);
}

#[test]
fn members_are_listed_as_zrange_does() {
    let scored = |member, score| Scored {
        member: bytes(member),
        score,
    };
    let members: Collection<Scored> = [scored("b", 1.0), scored("a", 1.0), scored("c", -1.0)]
        .into_iter()
        .collect();
    let mut record = record(Value::SortedSet(members));
    let order: Vec<&[u8]> = sorted_set::in_order(&record)
        .expect("a sorted set")
        .iter()
        .map(|scored| scored.member.as_ref())
        .collect();
    assert_eq!(order, [b"c", b"a", b"b"]);
    assert!(sorted_set::add(&mut record, bytes("d"), f64::NAN).is_err());
    assert!(!record.is_touched());
}

#[test]
fn a_stream_stays_in_order_and_entries_keep_a_field() {
    let mut record = a_stream();
    let fields = || vec![(bytes("b"), bytes("2"))];
    assert!(stream::add(&mut record, id(2), fields()).is_err());
    assert!(stream::add(&mut record, id(3), Vec::new()).is_err());
    assert!(stream::remove_field(&mut record, id(1), b"a").is_err());
    assert!(stream::set_field(&mut record, id(9), bytes("a"), bytes("x")).is_err());
    assert!(!record.is_touched());
    stream::add(&mut record, id(3), fields()).expect("larger");
    stream::remove(&mut record, id(1)).expect("a stream");
    let value = stream::of(&record).expect("a stream");
    assert_eq!(
        (
            value.entries.len(),
            value.last_id,
            value.max_deleted_id,
            value.entries_added
        ),
        (2, id(3), id(1), 3)
    );
}
