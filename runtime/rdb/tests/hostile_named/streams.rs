//! Streams: nodes, counters, groups with their pending lists and consumers.

use remold_rdb::kinds::STREAM_LISTPACKS_3;

use super::build::{listpack, payload, string};
use super::{Case, NOT_LOOKED_BEHIND, never_written, refused, taken};

/// A stream whose parts can be made wrong.
#[derive(Clone)]
struct Stream {
    nodes: Vec<(Vec<u8>, Vec<u8>)>,
    node_count: u8,
    length: u8,
    last_id: u8,
    first_id: u8,
    max_deleted_id: u8,
    added: u8,
    groups: Vec<Group>,
}

#[derive(Clone)]
struct Group {
    name: u8,
    pending: Vec<u8>,
    pending_count: u8,
    consumers: Vec<(u8, Vec<u8>)>,
}

/// The elements of a node with the entries 1-0 and 3-0 of the field `f`: how many live and deleted, the names; then of each its
/// flags, id, values and the number of its elements.
const NODE: [&str; 15] = [
    "2", "0", "1", "f", "0", "2", "0", "0", "x", "4", "2", "2", "0", "y", "4",
];

fn raw_id(ms: u8) -> Vec<u8> {
    [u64::from(ms).to_be_bytes(), 0_u64.to_be_bytes()].concat()
}

/// Entries 1-0 and 3-0; one group that was given the first, and has a consumer with it.
fn stream() -> Stream {
    Stream {
        nodes: vec![(raw_id(1), listpack(&NODE))],
        node_count: 1,
        length: 2,
        last_id: 3,
        first_id: 1,
        max_deleted_id: 0,
        added: 2,
        groups: vec![group(b'g')],
    }
}

fn group(name: u8) -> Group {
    Group {
        name,
        pending: vec![1],
        pending_count: 1,
        consumers: vec![(b'c', vec![1])],
    }
}

fn with(change: impl Fn(&mut Stream)) -> Vec<u8> {
    let mut changed = stream();
    change(&mut changed);
    let mut object = vec![changed.node_count];
    for (key, node) in &changed.nodes {
        object.extend(string(key));
        // Its length may take 14 bits.
        object.extend([0x40, u8::try_from(node.len()).expect("it is short")]);
        object.extend(node);
    }
    object.push(changed.length);
    for id in [changed.last_id, changed.first_id, changed.max_deleted_id] {
        object.extend([id, 0]);
    }
    object.push(changed.added);
    object.push(u8::try_from(changed.groups.len()).expect("there are few"));
    for group in &changed.groups {
        // Name, last id, how many it has read.
        object.extend([1, group.name, 1, 0, 1, group.pending_count]);
        for id in &group.pending {
            object.extend(raw_id(*id));
            object.extend(7_u64.to_le_bytes());
            object.push(1);
        }
        object.push(u8::try_from(group.consumers.len()).expect("there are few"));
        for (name, pending) in &group.consumers {
            object.extend([1, *name]);
            object.extend(7_u64.to_le_bytes());
            object.extend(7_u64.to_le_bytes());
            object.push(u8::try_from(pending.len()).expect("there are few"));
            pending.iter().for_each(|id| object.extend(raw_id(*id)));
        }
    }
    payload(STREAM_LISTPACKS_3, &object)
}

/// The stream with another element in its node.
fn with_element(at: usize, element: &str) -> Vec<u8> {
    let mut elements = NODE;
    elements[at] = element;
    with(|stream| stream.nodes[0].1 = listpack(&elements))
}

pub(super) fn whole() -> Vec<(&'static str, Vec<u8>)> {
    vec![("a stream", with(|_| {}))]
}

pub(super) fn cases() -> Vec<Case> {
    [counters(), nodes(), entries(), groups()]
        .into_iter()
        .flatten()
        .collect()
}

fn counters() -> Vec<Case> {
    vec![
        refused(
            "a stream that is longer than its entries",
            with(|stream| stream.length = 3),
            "rdb-malformed",
            61,
        )
        .otherwise("a server believes the length"),
        refused(
            "a stream that is shorter than its entries",
            with(|stream| stream.length = 1),
            "rdb-malformed",
            61,
        )
        .otherwise("a server believes the length"),
        refused(
            "a length of a stream without nodes",
            with(|stream| {
                stream.nodes.clear();
                stream.node_count = 0;
            }),
            "rdb-malformed",
            2,
        ),
        refused(
            "a stream of more nodes",
            with(|stream| stream.node_count = 2),
            "rdb-truncated",
            62,
        ),
        refused(
            "a stream of fewer nodes",
            with(|stream| stream.node_count = 0),
            "rdb-malformed",
            2,
        ),
        taken(
            "an empty stream",
            with(|stream| {
                stream.nodes.clear();
                stream.node_count = 0;
                stream.length = 0;
            }),
            "a stream may be empty",
        ),
        never_written(
            "a last id before the last entry",
            with(|stream| stream.last_id = 2),
            "a stream whose last id is before its last entry",
        )
        .otherwise("a server believes the last id"),
        taken(
            "a first id that is not the first entry's",
            with(|stream| stream.first_id = 2),
            "it follows from the entries, and is made anew",
        ),
        taken(
            "a greatest deleted id behind the last id",
            with(|stream| stream.max_deleted_id = 9),
            "it is a number that the server keeps",
        ),
        taken(
            "fewer entries added than there are",
            with(|stream| stream.added = 1),
            "it is a number that the server keeps",
        ),
    ]
}

fn nodes() -> Vec<Case> {
    let again = |stream: &mut Stream, key: u8| {
        let node = stream.nodes[0].1.clone();
        stream.nodes.push((raw_id(key), node));
        (stream.node_count, stream.length) = (2, 4);
    };
    vec![
        refused(
            "a node's id of 15 bytes",
            with(|stream| stream.nodes[0].0.truncate(15)),
            "rdb-truncated",
            11,
        ),
        refused(
            "a node's id of 17 bytes",
            with(|stream| stream.nodes[0].0.push(0)),
            "rdb-trailing",
            19,
        ),
        refused(
            "two nodes of the same id",
            with(|stream| again(stream, 1)),
            "rdb-malformed",
            108,
        ),
        refused(
            "a node whose entries are before those of the last",
            with(|stream| again(stream, 0)),
            "rdb-malformed",
            108,
        )
        .otherwise("a server does not compare the entries of two nodes"),
        refused(
            "a node without elements",
            with(|stream| stream.nodes[0].1 = listpack(&[])),
            "rdb-malformed",
            28,
        ),
    ]
}

fn entries() -> Vec<Case> {
    vec![
        refused(
            "a node of more live entries",
            with_element(0, "3"),
            "rdb-malformed",
            61,
        ),
        refused(
            "a node of fewer live entries",
            with_element(0, "1"),
            "rdb-malformed",
            60,
        ),
        refused(
            "a node of more deleted entries",
            with_element(1, "1"),
            "rdb-malformed",
            61,
        ),
        refused(
            "a node of more names than it has",
            with_element(2, "2"),
            "rdb-malformed",
            40,
        ),
        refused(
            "a node of fewer names than it has",
            with_element(2, "0"),
            "rdb-malformed",
            36,
        ),
        refused(
            "a node of more names than any has",
            with_element(2, "9223372036854775807"),
            "rdb-malformed",
            80,
        ),
        refused(
            "a master entry without its end",
            with_element(4, "1"),
            "rdb-malformed",
            38,
        ),
        refused(
            "flags that do not exist",
            with_element(5, "4"),
            "rdb-malformed",
            40,
        ),
        refused(
            "an entry's id that is no number",
            with_element(6, "a"),
            "rdb-malformed",
            43,
        ),
        refused(
            "an entry with another number of elements",
            with_element(9, "5"),
            "rdb-malformed",
            49,
        ),
        refused(
            "two entries of the same id",
            with_element(11, "0"),
            "rdb-malformed",
            60,
        )
        .otherwise("a server does not compare the ids within a node"),
        refused(
            "a last entry that is cut off",
            with(|stream| stream.nodes[0].1 = listpack(&NODE[..13])),
            "rdb-malformed",
            56,
        ),
    ]
}

fn groups() -> Vec<Case> {
    let of = |change: fn(&mut Group)| with(|stream| change(&mut stream.groups[0]));
    vec![
        taken(
            "a pending entry that is not in the stream",
            of(|group| {
                group.pending = vec![2];
                group.consumers[0].1 = vec![2];
            }),
            "a deleted entry stays pending until it is acknowledged",
        ),
        refused(
            "more pending entries than there are",
            of(|group| group.pending_count = 9),
            "rdb-claim",
            76,
        ),
        refused(
            "fewer pending entries than there are",
            of(|group| group.pending_count = 0),
            "rdb-trailing",
            77,
        )
        .otherwise(NOT_LOOKED_BEHIND),
        refused(
            "an entry pending twice",
            of(|group| {
                group.pending = vec![1, 1];
                group.pending_count = 2;
            }),
            "rdb-malformed",
            101,
        ),
        refused(
            "pending entries out of order",
            of(|group| {
                group.pending = vec![3, 1];
                group.pending_count = 2;
                group.consumers[0].1 = vec![1, 3];
            }),
            "rdb-malformed",
            101,
        )
        .otherwise("a server sorts them"),
        refused(
            "a consumer's entry that is not pending",
            of(|group| group.consumers[0].1 = vec![3]),
            "rdb-malformed",
            121,
        ),
        refused(
            "a consumer's entry twice",
            of(|group| group.consumers[0].1 = vec![1, 1]),
            "rdb-malformed",
            137,
        ),
        never_written(
            "a pending entry of no consumer",
            of(|group| group.consumers[0].1.clear()),
            "a group whose pending entries do not belong to one consumer each",
        ),
        never_written(
            "a pending entry of two consumers",
            of(|group| group.consumers.push((b'd', vec![1]))),
            "a group whose pending entries do not belong to one consumer each",
        ),
        never_written(
            "two consumers of the same name",
            of(|group| group.consumers.push((b'c', vec![]))),
            "a group with two consumers of the same name",
        ),
        never_written(
            "two groups of the same name",
            with(|stream| stream.groups.push(group(b'g'))),
            "a stream with two groups of the same name",
        ),
    ]
}
