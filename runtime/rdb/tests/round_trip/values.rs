//! Generates values of every kind and thresholds that split them between the forms.

use bytes::Bytes;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use remold_host_api::{
    Consumer, ConsumerGroup, HashField, Pending, Scored, StreamEntry, StreamId, StreamValue, Value,
};
use remold_rdb::Thresholds;

/// Thresholds small enough that generated values fall on both sides.
pub(crate) fn thresholds() -> impl Strategy<Value = Thresholds> {
    let sizes = (
        0_usize..12,
        0_usize..40,
        -5_i64..8,
        0_usize..200,
        0_usize..6,
    );
    sizes.prop_map(|(entries, value, list, bytes, stream_entries)| Thresholds {
        hash_max_listpack_entries: entries,
        hash_max_listpack_value: value,
        set_max_intset_entries: entries,
        set_max_listpack_entries: entries,
        set_max_listpack_value: value,
        zset_max_listpack_entries: entries,
        zset_max_listpack_value: value,
        list_max_listpack_size: list,
        stream_node_max_bytes: bytes,
        stream_node_max_entries: stream_entries,
    })
}

/// A value of any kind but opaque.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::Text),
        vec(text(), 0..20).prop_map(Value::List),
        btree_set(text(), 0..20).prop_map(|members| Value::Set(members.into_iter().collect())),
        btree_set(whole(), 0..20).prop_map(|members| Value::Set(members.into_iter().collect())),
        btree_map(text(), score(), 0..20).prop_map(|members| {
            let scored = |(member, score)| Scored { member, score };
            Value::SortedSet(members.into_iter().map(scored).collect())
        }),
        btree_map(text(), (text(), Just(None)), 0..20).prop_map(hash),
        btree_map(text(), (text(), expiry()), 0..20).prop_map(hash),
        stream().prop_map(|stream| Value::Stream(Box::new(stream))),
    ]
}

fn hash(fields: std::collections::BTreeMap<Bytes, (Bytes, Option<u64>)>) -> Value {
    let field = |(name, (value, expires_at))| HashField {
        name,
        value,
        expires_at,
    };
    Value::Hash(fields.into_iter().map(field).collect())
}

/// Texts of every length class, and numbers of every width class.
fn text() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        4 => vec(any::<u8>(), 0..40).prop_map(Bytes::from),
        4 => whole(),
        1 => "-?[0-9]{0,21}".prop_map(Bytes::from),
        1 => (any::<u8>(), prop::sample::select(vec![63, 64, 126, 127, 128, 253, 254, 4095, 4096]))
            .prop_map(|(byte, length)| Bytes::from(vec![byte; length])),
        1 => (vec(any::<u8>(), 1..8), 1_usize..3000)
            .prop_map(|(pattern, times)| Bytes::from(pattern.repeat(times))),
    ]
}

/// The text of a whole number; each width is as likely as the next.
fn whole() -> impl Strategy<Value = Bytes> {
    (any::<i64>(), 0_u32..64).prop_map(|(number, shift)| Bytes::from((number >> shift).to_string()))
}

fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("a score is a number", |score| !score.is_nan()),
        any::<i32>().prop_map(f64::from),
        (any::<i32>(), 1_i32..1000).prop_map(|(a, b)| f64::from(a) / f64::from(b)),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(-0.0),
    ]
}

fn expiry() -> impl Strategy<Value = Option<u64>> {
    prop::option::of(1_u64..0xffff_ffff_ffff)
}

fn id() -> impl Strategy<Value = StreamId> {
    prop_oneof![
        (any::<u64>(), any::<u64>()),
        (1_700_000_000_000_u64..1_700_000_000_100, 0_u64..3),
    ]
    .prop_map(|(ms, seq)| StreamId { ms, seq })
}

fn stream() -> impl Strategy<Value = StreamValue> {
    let names = vec(text(), 0..4);
    let entries = (
        names,
        btree_map(id(), (any::<bool>(), vec(text(), 4), fields()), 0..12),
    );
    let groups = btree_map(text(), group(), 0..3);
    (entries, groups, id(), any::<u64>(), id()).prop_map(
        |((names, entries), groups, after, entries_added, max_deleted_id)| {
            let entry = |(id, (same, values, other)): (_, (bool, Vec<Bytes>, _))| StreamEntry {
                id,
                fields: if same {
                    names.iter().cloned().zip(values).collect()
                } else {
                    other
                },
            };
            let entries: Vec<StreamEntry> = entries.into_iter().map(entry).collect();
            let newest = entries.last().map(|entry| entry.id).unwrap_or_default();
            let name_group =
                |(name, group): (Bytes, ConsumerGroup)| ConsumerGroup { name, ..group };
            StreamValue {
                last_id: after.max(newest),
                max_deleted_id,
                entries_added,
                groups: groups.into_iter().map(name_group).collect(),
                extension: None,
                entries,
            }
        },
    )
}

fn fields() -> impl Strategy<Value = Vec<(Bytes, Bytes)>> {
    vec((text(), text()), 0..4)
}

/// A group whose pending entries are dealt out to its consumers.
fn group() -> impl Strategy<Value = ConsumerGroup> {
    let pending = btree_map(id(), (any::<u64>(), any::<u64>(), any::<usize>()), 0..6);
    let times = (any::<u64>(), prop::option::of(0..u64::MAX));
    let consumers = btree_map(text(), times, 1..4);
    let reads = prop::option::of(0..u64::MAX);
    (id(), reads, pending, consumers).prop_map(|(last_id, entries_read, pending, consumers)| {
        let mut consumers: Vec<Consumer> = consumers
            .into_iter()
            .map(|(name, (seen_at, active_at))| Consumer {
                name,
                seen_at,
                active_at,
                pending: Vec::new(),
            })
            .collect();
        let count = consumers.len();
        let mut list = Vec::new();
        for (id, (delivered_at, deliveries, owner)) in pending {
            consumers[owner % count].pending.push(id);
            list.push(Pending {
                id,
                delivered_at,
                deliveries,
            });
        }
        ConsumerGroup {
            name: Bytes::new(),
            last_id,
            entries_read,
            pending: list,
            consumers,
        }
    })
}
