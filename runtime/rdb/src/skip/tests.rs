//! The end of every object is found, in one go and byte by byte.

use super::*;
use crate::length::{write_length, write_plain_string, write_string};

const REDIS: Version = Version(15);
const VALKEY: Version = Version(80);

/// Checks that the end is found in one go, and byte by byte, and not before the last byte.
fn check(type_id: u8, version: Version, object: &[u8]) {
    let mut followed = object.to_vec();
    followed.extend(b"\xffwhat follows");
    assert_eq!(
        object_length(&followed, type_id, version),
        Ok(object.len()),
        "type {type_id}"
    );
    let mut skip = Skip::default();
    skip.expect_object(type_id, version, 0)
        .expect("it is known");
    for end in 0..object.len() {
        match skip.advance(&object[..end], 0) {
            Ok(Progress::More(needed)) => assert!(
                needed >= 1 && needed <= (object.len() - end) as u64,
                "type {type_id}: {needed} at {end} of {}",
                object.len()
            ),
            other => panic!("type {type_id} at {end} of {}: {other:?}", object.len()),
        }
    }
    assert_eq!(skip.advance(object, 0), Ok(Progress::End(object.len())));
}

type Write<'a> = &'a dyn Fn(&mut Vec<u8>);

fn bytes(parts: &[Write<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        part(&mut out);
    }
    out
}

fn length(length: u64) -> impl Fn(&mut Vec<u8>) {
    move |out| write_length(out, length)
}

fn string(text: &'static str) -> impl Fn(&mut Vec<u8>) {
    move |out| write_string(out, text.as_bytes(), true)
}

fn zeros(count: usize) -> impl Fn(&mut Vec<u8>) {
    move |out| out.resize(out.len() + count, 0)
}

const LONG: &str = "a string that repeats, a string that repeats, a string that repeats";

#[test]
fn simple_objects_end_where_they_end() {
    let one = bytes(&[&string("12")]);
    for type_id in [0, 9, 10, 11, 12, 13, 16, 17, 20, 23, 30] {
        check(type_id, REDIS, &one);
        check(type_id, REDIS, &bytes(&[&string(LONG)]));
    }
    check(
        0,
        VALKEY,
        &bytes(&[&|out| write_plain_string(out, &vec![7; 70_000])]),
    );
    let three = bytes(&[&length(3), &string("12"), &string(LONG), &string("plain")]);
    for type_id in [1, 2, 14] {
        check(type_id, REDIS, &three);
        check(type_id, REDIS, &bytes(&[&length(0)]));
    }
    let pair = bytes(&[&length(1), &string("field"), &string("70000")]);
    check(4, REDIS, &pair);
    check(31, REDIS, &pair);
    check(18, REDIS, &bytes(&[&length(1), &length(2), &string(LONG)]));
}

#[test]
fn scores_are_text_or_binary() {
    let text = [&b"\x04\x01a\x031.5\x01b\xfd\x01c\xfe\x01d\xff"[..]].concat();
    check(3, REDIS, &text);
    check(5, REDIS, &bytes(&[&length(1), &string("a"), &zeros(8)]));
}

#[test]
fn field_expiry_differs_between_the_products() {
    let timed = bytes(&[&length(1), &length(70_000), &string("f"), &string("v")]);
    check(22, REDIS, &timed);
    check(24, REDIS, &[&[0; 8][..], &timed].concat());
    check(25, REDIS, &bytes(&[&zeros(8), &string(LONG)]));
    let valkey = bytes(&[&length(1), &string("f"), &string("v"), &zeros(8)]);
    check(22, VALKEY, &valkey);
    assert_eq!(
        object_length(&timed, 24, VALKEY),
        Err(DecodeError::UnknownType {
            offset: 0,
            type_id: 24,
            version: 80
        })
    );
}

#[test]
fn streams_of_every_age_end_where_they_end() {
    let nodes = bytes(&[&length(1), &string("0123456789abcdef"), &string(LONG)]);
    let pending = bytes(&[&length(2), &zeros(24), &length(1), &zeros(24), &length(9)]);
    let ids = bytes(&[&length(2), &zeros(32)]);
    let consumer = |times: usize| {
        let head = bytes(&[&length(1), &string("consumer"), &zeros(times)]);
        [head, ids.clone()].concat()
    };
    let group = |lengths: usize, times: usize| {
        let head = bytes(&[&length(1), &string("group"), &zeros(lengths)]);
        [head, pending.clone(), consumer(times)].concat()
    };
    let idempotent = bytes(&[
        &length(100),
        &length(200),
        &length(1),
        &string("producer"),
        &length(1),
        &string("message"),
        &length(1_700_000_000_000),
        &length(1),
        &length(5),
        &length(6),
    ]);
    check(
        15,
        REDIS,
        &[nodes.clone(), vec![0; 3], group(2, 8)].concat(),
    );
    check(
        19,
        REDIS,
        &[nodes.clone(), vec![0; 8], group(3, 8)].concat(),
    );
    let third = [nodes.clone(), vec![0; 8], group(3, 16)].concat();
    check(21, VALKEY, &third);
    check(26, REDIS, &[third.clone(), idempotent.clone()].concat());
    check(27, REDIS, &[third, ids, idempotent].concat());
}

#[test]
fn module_values_are_walked_by_their_forms() {
    let value = bytes(&[
        &length(u64::MAX),
        &length(1),
        &length(70_000),
        &length(2),
        &length(1),
        &length(3),
        &zeros(4),
        &length(4),
        &zeros(8),
        &length(5),
        &string(LONG),
        &length(0),
    ]);
    check(7, REDIS, &value);
    let error = object_length(&[1, 6], 7, REDIS).expect_err("there is no form 6");
    assert_eq!(error.code(), "rdb-unexpected");
    let error = object_length(&value, 6, REDIS).expect_err("its end cannot be found");
    assert_eq!(error.code(), "rdb-unknown-type");
}

#[test]
fn arrays_have_items_of_four_forms() {
    let items = bytes(&[
        &length(0),
        &length(1),
        &zeros(8),
        &length(5),
        &length(3),
        &string("abc"),
        &length(70_000),
        &length(0),
        &string(LONG),
        &length(70_001),
        &length(2),
        &zeros(8),
    ]);
    check(28, REDIS, &[vec![4, 0], items.clone()].concat());
    check(28, REDIS, &[vec![4, 1, 0x40, 0x80], items].concat());
    assert!(object_length(&[1, 0, 0, 4], 28, REDIS).is_err());
    assert!(object_length(&[1, 2], 28, REDIS).is_err());
}

#[test]
fn templated_hashes_need_their_template() {
    let values = bytes(&[&length(7), &string("1"), &string(LONG)]);
    let mut skip = Skip::default();
    skip.learn_template(7, 2);
    skip.expect_object(32, REDIS, 0).expect("it is known");
    assert_eq!(skip.advance(&values, 0), Ok(Progress::End(values.len())));
    let error = object_length(&values, 32, REDIS).expect_err("no template is known");
    assert_eq!(error.code(), "rdb-unexpected");
}

#[test]
fn every_type_is_known_or_refused() {
    for type_id in 0..=u8::MAX {
        let redis = matches!(type_id, 0..=5 | 7 | 9..=28 | 30..=32);
        let valkey = matches!(type_id, 0..=5 | 7 | 9..=22);
        assert_eq!(shape::object(type_id, REDIS).is_some(), redis, "{type_id}");
        assert_eq!(
            shape::object(type_id, VALKEY).is_some(),
            valkey,
            "{type_id}"
        );
    }
}

#[test]
fn a_huge_claim_is_only_a_wish_for_more() {
    let mut claim = vec![0x81];
    claim.extend(u64::MAX.to_be_bytes());
    let mut skip = Skip::default();
    skip.expect_object(0, REDIS, 0).expect("it is known");
    assert_eq!(skip.advance(&claim, 0), Ok(Progress::More(u64::MAX)));
    assert_eq!(
        object_length(&claim, 4, REDIS),
        Err(DecodeError::Truncated {
            offset: 9,
            expected: "an object",
            needed: 1
        })
    );
}
