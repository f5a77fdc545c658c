//! Forms that no server writes any more or that need care: by hand, from the servers' sources.

use bytes::Bytes;
use remold_host_api::{HashField, StreamId, Value};

use super::*;
use crate::kinds;
use crate::listpack::ListpackWriter;
use crate::packed::Pack;

fn object(type_id: u8, bytes: &[u8], version: u16) -> Result<Value, DecodeError> {
    decode_object(type_id, &Bytes::copy_from_slice(bytes), Version(version))
}

fn code(type_id: u8, bytes: &[u8]) -> &'static str {
    match object(type_id, bytes, 11) {
        Ok(value) => panic!("{value:?} was read"),
        Err(error) => error.code(),
    }
}

fn listpack(elements: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut list = ListpackWriter::begin(&mut bytes);
    for element in elements {
        list.push(element.as_bytes());
    }
    list.finish();
    bytes
}

/// A string that holds a listpack.
fn packed(elements: &[&str]) -> Vec<u8> {
    let listpack = listpack(elements);
    let length = u8::try_from(listpack.len()).expect("it is short");
    assert!(length < 64, "it is short");
    [vec![length], listpack].concat()
}

fn hash(fields: &[(&str, &str, Option<u64>)]) -> Value {
    let field = |(name, value, expires_at): &(&str, &str, Option<u64>)| HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
        expires_at: *expires_at,
    };
    Value::Hash(fields.iter().map(field).collect())
}

#[test]
fn a_list_of_strings_may_hold_numbers() {
    let Ok(Value::List(elements)) = object(kinds::LIST, b"\x03\x01a\xc0\xff\xc1\x00\x10", 6) else {
        panic!("it is a list");
    };
    assert_eq!(elements, ["a", "-1", "4096"]);
}

#[test]
fn scores_as_text_may_be_infinite_or_no_number() {
    let bytes = b"\x04\x01a\x032.5\x01b\xfd\x01c\xfe\x01d\xff";
    let Ok(Value::SortedSet(members)) = object(kinds::SORTED_SET, bytes, 6) else {
        panic!("it is a sorted set");
    };
    let scores: Vec<f64> = members.iter().map(|scored| scored.score).collect();
    assert!(scores[1].is_nan());
    let bits = |score: f64| score.to_bits();
    assert_eq!(bits(scores[0]), bits(2.5));
    assert_eq!(bits(scores[2]), bits(f64::INFINITY));
    assert_eq!(bits(scores[3]), bits(f64::NEG_INFINITY));
    assert_eq!(
        code(kinds::SORTED_SET, b"\x01\x01a\x032.x"),
        "rdb-malformed"
    );
}

#[test]
fn a_hash_in_a_zipmap_is_read() {
    let bytes = b"\x1a\x02\x03foo\x03\x02bar__\x05hello\x05\x00world\xff";
    assert_eq!(
        object(kinds::HASH_ZIPMAP, bytes, 1),
        Ok(hash(&[("foo", "bar", None), ("hello", "world", None)]))
    );
}

#[test]
fn a_list_in_a_ziplist_is_read() {
    let bytes = b"\x0f\x0f\x00\x00\x00\x0c\x00\x00\x00\x02\x00\x00\xf3\x02\xf6\xff";
    let expected = Value::List(vec!["2".into(), "5".into()]);
    assert_eq!(object(kinds::LIST_ZIPLIST, bytes, 6), Ok(expected.clone()));
    let one_node = [&b"\x01"[..], bytes].concat();
    assert_eq!(object(kinds::LIST_QUICKLIST, &one_node, 7), Ok(expected));
}

#[test]
fn each_form_of_field_expiry_gives_the_same_hash() {
    let expected = Ok(hash(&[
        ("a", "1", Some(1000)),
        ("b", "2", Some(1005)),
        ("c", "3", None),
    ]));
    // The earliest expiry, then expiries after it plus one.
    let relative = b"\xe8\x03\0\0\0\0\0\0\x03\x01\x01a\x011\x06\x01b\x012\x00\x01c\x013";
    assert_eq!(object(kinds::HASH_METADATA, relative, 12), expected);
    let absolute = b"\x03\x43\xe8\x01a\x011\x43\xed\x01b\x012\x00\x01c\x013";
    assert_eq!(object(kinds::HASH_METADATA_PRE_GA, absolute, 12), expected);
    let listpack = packed(&["a", "1", "1000", "b", "2", "1005", "c", "3", "0"]);
    assert_eq!(
        object(kinds::HASH_LISTPACK_EX_PRE_GA, &listpack, 12),
        expected
    );
    let listpack = [&b"\xe8\x03\0\0\0\0\0\0"[..], &listpack].concat();
    assert_eq!(object(kinds::HASH_LISTPACK_EX, &listpack, 12), expected);
    let mut valkey = b"\x03".to_vec();
    for (name, value, at) in [("a", "1", 1000), ("b", "2", 1005), ("c", "3", -1_i64)] {
        valkey.extend([1, name.as_bytes()[0], 1, value.as_bytes()[0]]);
        valkey.extend(at.to_le_bytes());
    }
    assert_eq!(object(kinds::HASH_2, &valkey, 80), expected);
}

#[test]
fn what_is_not_known_is_kept_as_it_is() {
    let unknown = |type_id, version| {
        Value::Opaque(Opaque {
            type_id,
            module: None,
            bytes: Bytes::from_static(b"\x01\x02"),
        }) == object(type_id, b"\x01\x02", version).expect("nothing is looked into")
    };
    assert!(unknown(8, 11));
    assert!(unknown(27, 14));
    assert!(unknown(250, 13));
    assert!(unknown(kinds::HASH_METADATA, 80), "the byte is Redis' own");
}

#[test]
fn a_module_value_is_kept_with_its_name() {
    let bytes = b"\x81\xbd\xe7\x2d\xa2\xbb\x1e\xb4\x00\x02\x01\x00";
    let Ok(Value::Opaque(opaque)) = object(kinds::MODULE_2, bytes, 12) else {
        panic!("it is a module's");
    };
    assert_eq!(opaque.module.as_deref(), Some("vectorset"));
    assert_eq!(opaque.bytes, bytes[..]);
    assert_eq!(opaque.type_id, 7);
}

#[test]
fn a_name_that_occurs_twice_is_an_error_with_its_place() {
    let mut payload = b"\x10".to_vec();
    payload.extend(packed(&["a", "x", "b", "y", "a", "z"]));
    payload::close(&mut payload, 0, Version(11), true);
    let error = decode(&Bytes::from(payload)).expect_err("a occurs twice");
    // Type, length, header of 6, two pairs of 6 bytes, and the first byte of the element.
    assert_eq!(
        error,
        DecodeError::Duplicate {
            offset: 21,
            name: "a".into()
        }
    );
    assert_eq!(code(kinds::SET, b"\x02\x01a\x01a"), "rdb-duplicate");
    // A number and a text may be the same name.
    assert_eq!(code(kinds::SET, b"\x02\x011\xc0\x01"), "rdb-duplicate");
    let many: Vec<u8> = (0..100).flat_map(|n| [1, n % 99]).collect();
    assert_eq!(
        code(kinds::SET, &[&[0x40, 100], &many[..]].concat()),
        "rdb-duplicate"
    );
}

#[test]
fn texts_share_the_memory_of_the_payload() {
    let object = Bytes::from(packed(&["name", "Ada"]));
    let Ok(Value::Hash(fields)) = decode_object(kinds::HASH_LISTPACK, &object, Version(11)) else {
        panic!("it is a hash");
    };
    let inside = object.as_ptr_range();
    for field in &fields {
        assert!(inside.contains(&field.name.as_ptr()) && inside.contains(&field.value.as_ptr()));
    }
}

#[test]
fn claims_are_checked_before_memory_is_reserved() {
    let much = b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\x01a";
    for type_id in [
        kinds::LIST,
        kinds::SET,
        kinds::SORTED_SET,
        kinds::SORTED_SET_2,
        kinds::HASH,
        kinds::LIST_QUICKLIST,
        kinds::LIST_QUICKLIST_2,
        kinds::STREAM_LISTPACKS,
        kinds::HASH_METADATA_PRE_GA,
    ] {
        let error = object(type_id, much, 12).expect_err("there is one byte");
        assert_eq!(error.code(), "rdb-claim", "{type_id}");
    }
    // A compressed string that claims more than can come out of it.
    let compressed = b"\xc3\x03\x80\x00\x01\x00\x00\xe0\xff\x00";
    assert_eq!(code(kinds::STRING, compressed), "rdb-claim");
}

/// The object of a stream with one node, whose listpack has these elements under the id 1-0.
fn stream(elements: &[&str], length: u8) -> Vec<u8> {
    let mut bytes = vec![1, 16];
    bytes.extend(1_u64.to_be_bytes());
    bytes.extend(0_u64.to_be_bytes());
    bytes.extend(packed(elements));
    // Length, last id, no groups.
    bytes.extend([length, 9, 0, 0]);
    bytes
}

#[test]
fn deleted_entries_of_a_stream_are_left_out() {
    let elements = [
        "2", "1", "1", "f", "0", "2", "0", "0", "x", "4", "3", "1", "0", "y", "4", "0", "2", "0",
        "1", "g", "z", "6",
    ];
    let Ok(Value::Stream(read)) = object(kinds::STREAM_LISTPACKS, &stream(&elements, 2), 9) else {
        panic!("it is a stream");
    };
    let ids: Vec<String> = read
        .entries
        .iter()
        .map(|entry| entry.id.to_string())
        .collect();
    assert_eq!(ids, ["1-0", "3-0"]);
    assert_eq!(read.entries[1].fields, [("g".into(), "z".into())]);
    assert_eq!(read.last_id, StreamId { ms: 9, seq: 0 });
    assert_eq!(read.entries_added, 2);
}

#[test]
fn a_stream_that_contradicts_itself_is_refused() {
    let right = ["1", "0", "1", "f", "0", "2", "0", "0", "x", "4"];
    assert!(object(kinds::STREAM_LISTPACKS, &stream(&right, 1), 9).is_ok());
    let check = |elements: &[&str], length| {
        let bytes = stream(elements, length);
        let error = object(kinds::STREAM_LISTPACKS, &bytes, 9).expect_err("it is wrong");
        assert_eq!(error.code(), "rdb-malformed", "{elements:?}");
    };
    check(&right, 2);
    for (position, wrong) in [
        (0, "2"), // live entries
        (1, "1"), // deleted entries
        (2, "2"), // field names
        (4, "1"), // the master's end
        (5, "4"), // flags
        (5, "x"), // flags
        (6, "a"), // id
        (9, "5"), // elements
    ] {
        let mut elements = right;
        elements[position] = wrong;
        check(&elements, 1);
    }
    let same_id_twice = ["2", "0", "0", "0", "2", "0", "0", "3", "2", "0", "0", "3"];
    check(&same_id_twice, 2);
}

#[test]
fn a_consumers_pending_entry_must_be_in_its_groups_list() {
    let mut bytes = vec![0, 0, 9, 0, 1, 1, b'g', 5, 0, 0, 1, 1, b'c'];
    bytes.extend(7_u64.to_le_bytes());
    bytes.push(1);
    bytes.extend(5_u64.to_be_bytes());
    bytes.extend(0_u64.to_be_bytes());
    assert_eq!(code(kinds::STREAM_LISTPACKS, &bytes), "rdb-malformed");
}

#[test]
fn idempotent_producers_are_carried_over() {
    // No nodes, length 0, last id, first id, greatest deleted id, added, no groups.
    let mut bytes = vec![0, 0, 9, 0, 0, 0, 0, 0, 3, 0];
    // Duration, entries, one producer with one id, counters.
    let producers = b"\x40\x64\x40\x64\x01\x01p\x01\x03iid\x09\x00\x05\x02";
    bytes.extend(producers);
    let Ok(Value::Stream(read)) = object(kinds::STREAM_LISTPACKS_4, &bytes, 13) else {
        panic!("it is a stream");
    };
    assert_eq!(read.extension.as_deref(), Some(&producers[..]));
    for end in 0..bytes.len() {
        assert!(
            object(kinds::STREAM_LISTPACKS_4, &bytes[..end], 13).is_err(),
            "{end}"
        );
    }
}

#[test]
fn bytes_behind_the_object_are_refused() {
    assert_eq!(code(kinds::STRING, b"\x01ab"), "rdb-trailing");
}

#[test]
fn offsets_inside_a_nested_encoding_count_from_the_payload() {
    let mut payload = b"\x10".to_vec();
    payload.extend(packed(&["a", "x"]));
    // The first element's first byte: type, length and header of 6 before it.
    payload[8] = 0xf5;
    payload::close(&mut payload, 0, Version(11), true);
    let error = decode(&Bytes::from(payload)).expect_err("0xf5 begins no element");
    assert!(
        matches!(error, DecodeError::Unexpected { offset: 8, .. }),
        "{error}"
    );
}
