//! Looking at the keys of a fixture.

use std::collections::BTreeSet;
use std::time::Duration;

use remold_host_api::{Bytes, Entry, Pattern, Value};

use super::{Browse, Browsed, browse};
use crate::fixture::Fixture;
use crate::progress::{Control, Silent};

fn fixture() -> Fixture {
    let entry = |number: u32| Entry {
        key: format!("key:{number}").into(),
        value: Value::Text(format!("value {number}").into()),
        expires_at: None,
    };
    let more = ["reserved:lock", "other"].map(|key| Entry {
        key: Bytes::from_static(key.as_bytes()),
        // Nothing in it can be compressed.
        value: Value::Text(
            (0..2500_u16)
                .flat_map(|n| n.wrapping_mul(40_503).to_be_bytes())
                .collect(),
        ),
        expires_at: Some(7),
    });
    Fixture::new((0..1000).map(entry).chain(more)).expect("small values")
}

fn look(pattern: &'static str, sample: Option<u64>, max_bytes: u64) -> (BTreeSet<Bytes>, Browsed) {
    let what = Browse {
        pattern: Pattern::new(pattern),
        reserved_prefix: Bytes::from_static(b"reserved:"),
        sample,
        max_bytes,
        patience: Duration::ZERO,
    };
    let (viewers, browsed) = browse(
        &fixture(),
        &what,
        &Control::new(),
        &Silent,
        Vec::new,
        |keys: &mut Vec<Bytes>, entry| keys.push(entry.key.clone()),
    )
    .expect("a fixture answers");
    let keys: Vec<Bytes> = viewers.into_iter().flatten().collect();
    let seen = keys.len();
    let keys: BTreeSet<Bytes> = keys.into_iter().collect();
    assert_eq!(
        (keys.len(), seen as u64),
        (seen, browsed.seen),
        "each is shown once"
    );
    (keys, browsed)
}

#[test]
fn every_key_is_shown_once_but_bookkeeping() {
    let (keys, browsed) = look("*", None, u64::MAX);
    assert_eq!(
        (keys.len(), browsed.listed, browsed.stopped),
        (1001, 1001, false)
    );
    assert!(!keys.iter().any(|key| key.starts_with(b"reserved:")));
    let (keys, _) = look("key:1*", None, u64::MAX);
    assert_eq!(keys.len(), 111);
}

#[test]
fn what_is_too_large_is_counted_and_named() {
    let (keys, browsed) = look("*", None, 1000);
    assert_eq!((keys.len(), browsed.too_large.count), (1000, 1));
    assert_eq!(browsed.too_large.examples, ["other"]);
}

#[test]
fn a_sample_is_the_same_each_time_and_part_of_a_larger_one() {
    let (small, browsed) = look("*", Some(50), u64::MAX);
    assert_eq!((small.len(), browsed.listed), (50, 1001));
    assert_eq!(look("*", Some(50), u64::MAX).0, small);
    let (large, _) = look("*", Some(200), u64::MAX);
    assert!(large.len() == 200 && small.is_subset(&large));
    // It is drawn, not cut off.
    let beginning = (0..50)
        .filter(|n| small.contains(format!("key:{n}").as_bytes()))
        .count();
    assert!(beginning < 20, "{beginning} of the first 50");
    let (all, browsed) = look("key:*", Some(5000), u64::MAX);
    assert_eq!((all.len(), browsed.listed), (1000, 1000));
}

#[test]
fn it_stops_when_it_is_asked_to() {
    let control = Control::new();
    let what = Browse {
        pattern: Pattern::new("*"),
        reserved_prefix: Bytes::from_static(b"reserved:"),
        sample: None,
        max_bytes: u64::MAX,
        patience: Duration::ZERO,
    };
    let stop = control.clone();
    let (_, browsed) = browse(
        &fixture(),
        &what,
        &control,
        &Silent,
        || (),
        move |(), _| stop.stop(),
    )
    .expect("a stop is no error");
    assert!(browsed.stopped && browsed.seen < 1001, "{browsed:?}");
}
