//! Which form is chosen, and what is refused.

use bytes::Bytes;
use remold_host_api::{
    Collection, Consumer, ConsumerGroup, HashField, Opaque, Pending, Scored, StreamEntry, StreamId,
    StreamValue, Value,
};

use super::*;
use crate::decode::decode;
use crate::target::Thresholds;

fn text(length: usize) -> Bytes {
    Bytes::from(vec![b'x'; length])
}

fn hash(count: usize, length: usize, expires_at: Option<u64>) -> Value {
    let field = |n: usize| HashField {
        name: Bytes::from(n.to_string()),
        value: text(length),
        expires_at,
    };
    Value::Hash((0..count).map(field).collect())
}

fn sorted_set(score: f64) -> Value {
    let member = text(3);
    Value::SortedSet([Scored { member, score }].into_iter().collect())
}

fn type_of(value: &Value, version: u16) -> u8 {
    let payload = encode(value, &Target::new(Version(version))).expect("the version holds it");
    let decoded = decode(&payload).expect("it was written here");
    assert!(decoded.value.same(value));
    decoded.type_id
}

fn refused(value: &Value, version: u16) -> String {
    match encode(value, &Target::new(Version(version))) {
        Ok(payload) => panic!("{} was written", payload.escape_ascii()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_form_follows_from_the_version() {
    let list = Value::List(vec![text(3)]);
    let set = Value::Set([text(3)].into_iter().collect());
    let numbers = Value::Set([Bytes::from_static(b"7")].into_iter().collect());
    let stream = Value::Stream(Box::default());
    let versions = [3, 6, 7, 8, 9, 10, 11, 12, 13, 80, 81];
    let types = |value: &Value| versions.map(|version| type_of(value, version));
    assert_eq!(types(&list), [1, 1, 14, 14, 14, 18, 18, 18, 18, 18, 18]);
    assert_eq!(types(&set), [2, 2, 2, 2, 2, 2, 20, 20, 20, 20, 20]);
    assert_eq!(types(&numbers), [11; 11]);
    assert_eq!(
        types(&hash(2, 3, None)),
        [4, 13, 13, 13, 13, 16, 16, 16, 16, 16, 16]
    );
    assert_eq!(
        types(&sorted_set(1.5)),
        [3, 12, 12, 12, 12, 17, 17, 17, 17, 17, 17]
    );
    let streams = [9, 10, 11, 12, 13, 80, 81].map(|version| type_of(&stream, version));
    assert_eq!(streams, [15, 19, 21, 21, 21, 21, 21]);
    let expiring = [12, 13, 80, 81].map(|version| type_of(&hash(2, 3, Some(5)), version));
    assert_eq!(expiring, [25, 25, 22, 22]);
    assert_eq!(type_of(&hash(2, 65, Some(5)), 12), 24);
}

#[test]
fn the_thresholds_are_the_largest_that_stay_compact() {
    assert_eq!(type_of(&hash(512, 64, None), 11), 16);
    assert_eq!(type_of(&hash(513, 64, None), 11), 4);
    assert_eq!(type_of(&hash(1, 65, None), 11), 4);
    let numbers = |count: usize| {
        let number = |n: usize| Bytes::from(n.to_string());
        Value::Set((0..count).map(number).collect())
    };
    assert_eq!(type_of(&numbers(512), 11), 11);
    assert_eq!(type_of(&numbers(513), 11), 2);
    let few = Target {
        thresholds: Thresholds {
            set_max_intset_entries: 2,
            ..Thresholds::default()
        },
        ..Target::new(Version(11))
    };
    let payload = encode(&numbers(3), &few).expect("the version holds it");
    assert_eq!(payload[0], 20, "three numbers are a small listpack");
}

#[test]
fn an_empty_collection_is_refused() {
    for value in [
        Value::List(Vec::new()),
        Value::Set(Collection::default()),
        Value::SortedSet(Collection::default()),
        hash(0, 0, None),
    ] {
        assert!(refused(&value, 11).starts_with("an empty"), "{value:?}");
    }
}

#[test]
fn what_a_version_has_no_place_for_is_refused_by_name() {
    assert_eq!(
        refused(&hash(1, 1, Some(5)), 11),
        "the expiry of a hash's field cannot be written in version 11 of the format"
    );
    assert_eq!(
        refused(&Value::Stream(Box::default()), 8),
        "a stream cannot be written in version 8 of the format"
    );
    assert_eq!(
        refused(&sorted_set(f64::NAN), 11),
        "a score that is not a number would be refused by the server"
    );
    assert!(refused(&hash(1, 1, Some(0)), 12).contains("expiry of 0"));
    assert!(refused(&hash(1, 1, Some(1 << 48)), 12).contains("beyond 48 bits"));
    assert!(refused(&hash(1, 1, Some(u64::MAX)), 80).contains("beyond 63 bits"));
}

#[test]
fn scores_without_end_are_kept_in_every_version() {
    for version in [3, 6, 9, 10, 11, 80] {
        type_of(&sorted_set(f64::INFINITY), version);
        type_of(&sorted_set(f64::NEG_INFINITY), version);
        type_of(&sorted_set(-0.0), version);
    }
}

#[test]
fn an_element_larger_than_a_node_is_a_node_of_its_own() {
    let list = Value::List(vec![text(3), text(8193), text(3)]);
    let plain = encode(&list, &Target::new(Version(11))).expect("the version holds it");
    // Three nodes: packed, plain, packed.
    assert_eq!(plain[..3], [18, 3, 2]);
    assert_eq!(plain[3 + 1 + 12], 1);
    let packed = encode(&list, &Target::new(Version(10))).expect("the version holds it");
    assert_eq!(packed[..3], [18, 3, 2]);
    assert_eq!(packed[3 + 1 + 12], 2);
}

#[test]
fn many_nodes_have_a_longer_count() {
    let target = Target {
        thresholds: Thresholds {
            list_max_listpack_size: 1,
            ..Thresholds::default()
        },
        ..Target::new(Version(11))
    };
    let list = Value::List((0..300).map(|n| Bytes::from(n.to_string())).collect());
    let payload = encode(&list, &target).expect("the version holds it");
    assert_eq!(payload[1..3], [0x41, 0x2c]);
    let decoded = decode(&payload).expect("it was written here");
    assert_eq!(decoded.value, list);
}

#[test]
fn a_value_that_was_not_looked_into_is_written_as_it_was() {
    let opaque = Value::Opaque(Opaque {
        type_id: 7,
        module: Some("ReJSON-RL".to_owned()),
        bytes: Bytes::from_static(b"\x81\x46\x90\xa7\x03\x90\x05\x2d\x03\x00"),
    });
    let payload = encode(&opaque, &Target::new(Version(12))).expect("it is not looked into");
    assert_eq!(payload[0], 7);
    assert_eq!(
        payload[1..11],
        b"\x81\x46\x90\xa7\x03\x90\x05\x2d\x03\x00"[..]
    );
    assert!(refused(&opaque, 6).contains("a module's value"));
}

fn id(ms: u64) -> StreamId {
    StreamId { ms, seq: 0 }
}

fn stream_with(pending: &[u64], owned: &[&[u64]]) -> Value {
    let consumer = |(n, ids): (usize, &&[u64])| Consumer {
        name: Bytes::from(n.to_string()),
        seen_at: 1,
        active_at: None,
        pending: ids.iter().copied().map(id).collect(),
    };
    let pending = pending.iter().map(|ms| Pending {
        id: id(*ms),
        delivered_at: 1,
        deliveries: 1,
    });
    Value::Stream(Box::new(StreamValue {
        last_id: id(9),
        groups: vec![ConsumerGroup {
            name: Bytes::from_static(b"g"),
            last_id: id(9),
            entries_read: None,
            pending: pending.collect(),
            consumers: owned.iter().enumerate().map(consumer).collect(),
        }],
        ..StreamValue::default()
    }))
}

#[test]
fn every_pending_entry_belongs_to_one_consumer() {
    assert_eq!(type_of(&stream_with(&[1, 2], &[&[2], &[1]]), 11), 21);
    for (pending, owned) in [
        (&[1, 2][..], &[&[1][..]][..]),
        (&[1], &[&[1], &[1]]),
        (&[1], &[&[1, 2]]),
        (&[2, 1], &[&[1, 2]]),
        (&[1, 2], &[&[2, 1]]),
    ] {
        let error = refused(&stream_with(pending, owned), 11);
        assert!(error.contains("pending"), "{error}");
    }
}

#[test]
fn entries_and_names_of_a_stream_are_checked() {
    let entry = |ms| StreamEntry {
        id: id(ms),
        fields: Vec::new(),
    };
    let stream = |entries: Vec<StreamEntry>, last| {
        Value::Stream(Box::new(StreamValue {
            entries_added: entries.len() as u64,
            entries,
            last_id: id(last),
            ..StreamValue::default()
        }))
    };
    assert_eq!(type_of(&stream(vec![entry(1), entry(2)], 2), 9), 15);
    assert!(refused(&stream(vec![entry(2), entry(1)], 2), 9).contains("out of order"));
    assert!(refused(&stream(vec![entry(2)], 1), 9).contains("last id"));
    let Value::Stream(mut twice) = stream_with(&[], &[]) else {
        panic!("it is a stream");
    };
    twice.groups.push(twice.groups[0].clone());
    assert!(refused(&Value::Stream(twice), 9).contains("two groups"));
}

#[test]
fn idempotent_producers_need_a_version_that_has_them() {
    let stream = |extension: &'static [u8]| {
        Value::Stream(Box::new(StreamValue {
            extension: Some(Bytes::from_static(extension)),
            ..StreamValue::default()
        }))
    };
    let used = stream(b"\x40\x64\x40\x64\x01\x01p\x01\x03iid\x09\x00\x05\x02");
    assert_eq!(type_of(&used, 13), 26);
    for version in [9, 12, 80] {
        assert!(refused(&used, version).contains("idempotent producers"));
    }
    // Nothing but defaults: an older server behaves the same.
    let unused = stream(b"\x40\x64\x40\x64\x00\x00\x00");
    assert_eq!(type_of(&unused, 13), 26);
    let older = encode(&unused, &Target::new(Version(12))).expect("nothing is lost");
    assert_eq!(older[0], 21);
}

#[test]
fn compression_is_used_where_it_pays() {
    let target = Target {
        compress: true,
        ..Target::new(Version(11))
    };
    let long = Value::Text(text(1000));
    let compressed = encode(&long, &target).expect("a text is always held");
    assert!(compressed.len() < 60);
    assert_eq!(decode(&compressed).map(|decoded| decoded.value), Ok(long));
    let short = encode(&Value::Text(text(20)), &target).expect("a text is always held");
    assert_eq!(short.len(), 1 + 1 + 20 + 10);
}
