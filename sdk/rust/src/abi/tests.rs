//! What is laid out is taken out again as it was.
//!
//! Lists are laid out in memory of the same layouts that `give_memory` makes, and the bytes of these values have no room to
//! spare; so a value that is laid out and forgotten is what a host would have returned.

use std::mem::{MaybeUninit, forget};

use super::lower::{Buffers, Lower};
use super::{Direct, Lift, List, Whole, give_memory, returned};
use crate::keyspace::Applied;
use crate::refusal::{Code, Refusal};
use crate::value::{
    HashField, Kind, Opaque, Scored, StreamEntry, StreamGroup, StreamId, StreamValue, Value,
};

/// Lays a value out and takes it out again.
fn there_and_back<T: Lower + Lift>(value: T) -> T {
    let mut buffers = Buffers::default();
    let mut area = [MaybeUninit::<u64>::uninit(); 8];
    assert!(T::SIZE <= size_of_val(&area));
    let at = area.as_mut_ptr().cast::<u8>();
    // SAFETY: there is room, and what is laid out is taken once, for the original is forgotten.
    unsafe {
        value.lower(at, &mut buffers);
        forget(value);
        forget(buffers);
        T::lift(at)
    }
}

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn values() -> Vec<Value> {
    let entry = |ms| StreamEntry::new(StreamId::new(ms, 7), [("a", "1"), ("b", "")]);
    vec![
        Value::text("García"),
        Value::text(""),
        Value::list(["a", "", "c"]),
        Value::list(Vec::<String>::new()),
        Value::set(["a", "b"]),
        Value::sorted_set([("a", 1.5), ("b", f64::NEG_INFINITY)]),
        Value::hash([("name", "Ada"), ("", "empty")]),
        Value::Hash(vec![HashField {
            name: bytes("a"),
            value: bytes("1"),
            expires_at: Some(u64::MAX),
        }]),
        Value::stream([entry(1), entry(2)]),
        Value::Stream(StreamValue {
            entries: Vec::new(),
            last_id: StreamId::new(3, 4),
        }),
        Value::Opaque(Opaque {
            type_id: 7,
            module: Some("ReJSON-RL".to_owned()),
            bytes: bytes("raw"),
        }),
        Value::Opaque(Opaque {
            type_id: 255,
            module: None,
            bytes: Vec::new(),
        }),
    ]
}

#[test]
fn values_of_every_kind() {
    for value in values() {
        assert_eq!(there_and_back(value.clone()), value);
    }
}

#[test]
fn lists_and_options() {
    let wanted: Vec<Option<Value>> = values().into_iter().map(Some).chain([None]).collect();
    assert_eq!(there_and_back(wanted.clone()), wanted);
    for wanted in [Some(5_u64), None] {
        assert_eq!(there_and_back(wanted), wanted);
    }
    let wanted = vec![Some("a".to_owned()), None, Some(String::new())];
    assert_eq!(there_and_back(wanted.clone()), wanted);
    let wanted = vec![true, false];
    assert_eq!(there_and_back(wanted.clone()), wanted);
    let wanted = vec![Scored {
        member: bytes("m"),
        score: -0.0,
    }];
    assert_eq!(there_and_back(wanted.clone()), wanted);
    let wanted = vec![StreamGroup {
        name: bytes("g"),
        last_id: StreamId::new(1, 2),
        pending: 3,
        consumers: 4,
    }];
    assert_eq!(there_and_back(wanted.clone()), wanted);
}

/// Writes bytes as a host does, and returns the result that they are.
fn written<T: Lift>(write: impl FnOnce(*mut u8)) -> T {
    // SAFETY: the tests write what they ask for.
    unsafe { returned(write) }
}

#[test]
fn results_enumerations_and_pairs() {
    let message = |at: *mut u8| {
        // SAFETY: it is aligned and there is room; the bytes are given away with their exact size.
        unsafe {
            let text = give_memory(std::ptr::null_mut(), 0, 1, 2);
            text.copy_from_nonoverlapping(b"no".as_ptr(), 2);
            at.cast::<*mut u8>().write(text);
            at.add(size_of::<usize>()).cast::<usize>().write(2);
        }
    };
    let word = size_of::<usize>();
    let refused: Result<Vec<Applied>, Refusal> = written(|at| {
        // SAFETY: as above.
        unsafe {
            at.write(1);
            at.add(word).write(7);
            message(at.add(2 * word));
        }
    });
    let expected = Refusal {
        code: Code::Keyspace,
        message: "no".to_owned(),
    };
    assert_eq!(refused, Err(expected));
    let pairs: Result<(String, f64), Refusal> = written(|at| {
        // SAFETY: as above.
        unsafe {
            at.write(0);
            message(at.add(8));
            at.add(8 + 2 * word).cast::<f64>().write(2.5);
        }
    });
    assert_eq!(pairs, Ok(("no".to_owned(), 2.5)));
    // SAFETY: as above.
    let kind: Kind = written(|at| unsafe { at.write(3) });
    assert_eq!(kind, Kind::SortedSet);
    assert_eq!(<Kind as Direct>::of(6), Kind::Opaque);
    assert_eq!(<u64 as Direct>::of(6), 6);
    // SAFETY: as above.
    let found: Option<u64> = written(|at| unsafe {
        at.write(1);
        at.add(8).cast::<u64>().write(9);
    });
    assert_eq!(found, Some(9));
}

#[test]
fn memory_grows_and_keeps_what_is_in_it() {
    // SAFETY: it is grown and given back with the sizes that it has.
    unsafe {
        let small = give_memory(std::ptr::null_mut(), 0, 8, 8);
        small.cast::<u64>().write(77);
        let large = give_memory(small, 8, 8, 800);
        assert_eq!(large.cast::<u64>().read(), 77);
        assert!(large.cast::<u64>().is_aligned());
        drop(Vec::from_raw_parts(large.cast::<u64>(), 0, 100));
        let empty = give_memory(std::ptr::null_mut(), 0, 4, 0);
        assert!(!empty.is_null());
    }
}

#[test]
fn a_value_as_parameters_says_where_its_parts_are() {
    let text = Value::text("abc");
    let whole = Whole::of(&text);
    assert_eq!((whole.kind, whole.words.1), (0, 3));
    let stream = Value::stream([StreamEntry::new(StreamId::new(5, 6), [("a", "1")])]);
    let whole = Whole::of(&stream);
    assert_eq!((whole.kind, whole.words.1, whole.wide), (5, 1, (5, 6)));
    let opaque = Value::Opaque(Opaque {
        type_id: 9,
        module: Some("mod".to_owned()),
        bytes: bytes("raw!"),
    });
    let whole = Whole::of(&opaque);
    assert_eq!((whole.kind, whole.words), (6, (9, 1)));
    assert_eq!((whole.wide.1, whole.last.1), (3, 4));
    let list = List::of([None, Some(1_u64)].into_iter());
    assert_eq!((list.length, list.at % 8), (2, 0));
    assert_eq!(List::<Option<u64>>::of([].into_iter()).length, 0);
}
