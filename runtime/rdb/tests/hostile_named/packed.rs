//! Values that are made of listpacks, ziplists, intsets and zipmaps.

use remold_rdb::kinds::*;

use super::build::{listpack, of_version, payload, string, ziplist};
use super::{Case, NOT_LOOKED_BEHIND, never_written, refused, taken};

/// The example of `zipmap.c`, with two unused bytes behind the first value.
pub(super) const ZIPMAP: &[u8] = b"\x02\x03foo\x03\x02bar__\x05hello\x05\x00world\xff";
const PAIRS: [&str; 4] = ["a", "1", "b", "2"];

pub(super) fn pairs() -> Vec<u8> {
    string(&listpack(&PAIRS))
}

pub(super) fn old_pairs() -> Vec<u8> {
    string(&ziplist(&PAIRS))
}

/// An intset: the width of its numbers, their count, the numbers.
fn intset(width: u32, count: u32, numbers: &[u8]) -> Vec<u8> {
    let object = [&width.to_le_bytes()[..], &count.to_le_bytes(), numbers].concat();
    payload(SET_INTSET, &string(&object))
}

/// A list of nodes: their number, and of each its container and what is in it.
fn nodes(count: u8, nodes: &[(u8, &[u8])]) -> Vec<u8> {
    let mut object = vec![count];
    for (container, node) in nodes {
        object.push(*container);
        object.extend(string(node));
    }
    payload(LIST_QUICKLIST_2, &object)
}

/// The earliest expiry, and a listpack of names, values and expiries.
fn expiring(elements: &[&str]) -> Vec<u8> {
    let object = [&[0, 0, 0, 0, 0, 8, 0, 0][..], &string(&listpack(elements))].concat();
    of_version(12, HASH_LISTPACK_EX, &object)
}

pub(super) fn whole() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a hash in a listpack", payload(HASH_LISTPACK, &pairs())),
        (
            "a sorted set in a listpack",
            payload(SORTED_SET_LISTPACK, &pairs()),
        ),
        ("a set in a listpack", payload(SET_LISTPACK, &pairs())),
        ("a hash in a ziplist", payload(HASH_ZIPLIST, &old_pairs())),
        (
            "a sorted set in a ziplist",
            payload(SORTED_SET_ZIPLIST, &old_pairs()),
        ),
        ("a list in a ziplist", payload(LIST_ZIPLIST, &old_pairs())),
        (
            "a list in ziplists",
            payload(LIST_QUICKLIST, &[&[1][..], &old_pairs()].concat()),
        ),
        (
            "a list in nodes",
            nodes(2, &[(2, &listpack(&PAIRS)), (1, b"plain")]),
        ),
        ("a set in an intset", intset(2, 2, b"\x01\0\x02\0")),
        ("a hash in a zipmap", payload(HASH_ZIPMAP, &string(ZIPMAP))),
        (
            "an expiring hash in a listpack",
            expiring(&["a", "x", "0", "b", "y", "0"]),
        ),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [lists(), intsets(), names_and_scores(), empty()]
        .into_iter()
        .flatten()
        .collect()
}

fn lists() -> Vec<Case> {
    let (packed, empty) = (listpack(&["a"]), listpack(&[]));
    vec![
        never_written("a list of no nodes", nodes(0, &[]), "an empty list"),
        never_written(
            "a list of empty nodes",
            nodes(2, &[(2, &empty), (2, &empty)]),
            "an empty list",
        ),
        taken(
            "an empty node before another",
            nodes(2, &[(2, &empty), (2, &packed)]),
            "servers left them behind, and skip them",
        ),
        never_written(
            "a list of no ziplists",
            payload(LIST_QUICKLIST, b"\0"),
            "an empty list",
        ),
        refused(
            "a list of more nodes",
            nodes(2, &[(2, &packed)]),
            "rdb-truncated",
            14,
        ),
        refused(
            "a list of fewer nodes",
            nodes(1, &[(2, &packed), (2, &packed)]),
            "rdb-trailing",
            14,
        )
        .otherwise(NOT_LOOKED_BEHIND),
        refused(
            "a node in a container that does not exist",
            nodes(1, &[(3, &packed)]),
            "rdb-unexpected",
            2,
        ),
        refused(
            "a plain element in the container of a listpack",
            nodes(1, &[(2, b"plain element")]),
            "rdb-claim",
            4,
        ),
        taken(
            "a listpack in the container of a plain element",
            nodes(1, &[(1, &packed)]),
            "an element may be any bytes",
        ),
        taken(
            "an empty plain element",
            nodes(1, &[(1, b"")]),
            "an element may be empty",
        )
        .otherwise("a server makes plain nodes of large elements alone"),
        refused(
            "a ziplist in the container of a listpack",
            nodes(1, &[(2, &ziplist(&["a"]))]),
            "rdb-malformed",
            12,
        ),
    ]
}

/// Type, length, width in 4 bytes, count in 4, the numbers from 10 on.
fn intsets() -> Vec<Case> {
    vec![
        refused(
            "an intset of numbers of no width",
            intset(0, 2, b"\x01\0\x02\0"),
            "rdb-unexpected",
            2,
        ),
        refused(
            "an intset of numbers of three bytes",
            intset(3, 1, b"\x01\0\0"),
            "rdb-unexpected",
            2,
        ),
        refused(
            "an intset of wider numbers than there are",
            intset(8, 2, b"\x01\0\x02\0"),
            "rdb-claim",
            10,
        ),
        refused(
            "an intset of narrower numbers than there are",
            intset(2, 2, b"\x01\0\0\0\x02\0\0\0"),
            "rdb-malformed",
            12,
        ),
        refused(
            "an intset of more numbers",
            intset(2, 3, b"\x01\0\x02\0"),
            "rdb-claim",
            10,
        ),
        refused(
            "an intset of fewer numbers",
            intset(2, 1, b"\x01\0\x02\0"),
            "rdb-trailing",
            12,
        ),
        refused(
            "an intset of four thousand million numbers",
            intset(2, u32::MAX, b"\x01\0\x02\0"),
            "rdb-claim",
            10,
        ),
        refused(
            "an intset out of order",
            intset(2, 2, b"\x02\0\x01\0"),
            "rdb-malformed",
            12,
        ),
        refused(
            "an intset with a number twice",
            intset(2, 2, b"\x01\0\x01\0"),
            "rdb-malformed",
            12,
        ),
        refused(
            "an intset shorter than its header",
            payload(SET_INTSET, &string(b"\x02\0\0\0\x02\0\0")),
            "rdb-truncated",
            6,
        ),
        taken(
            "an intset of wider numbers than it needs",
            intset(4, 2, b"\x01\0\0\0\x02\0\0\0"),
            "it stays wide when the widest is removed",
        ),
    ]
}

fn names_and_scores() -> Vec<Case> {
    let packed = |type_id, elements: &[&str]| payload(type_id, &string(&listpack(elements)));
    let old = |type_id, elements: &[&str]| payload(type_id, &string(&ziplist(elements)));
    vec![
        refused(
            "a field of a listpack twice",
            packed(HASH_LISTPACK, &["a", "1", "a", "2"]),
            "rdb-duplicate",
            14,
        ),
        refused(
            "a member of a listpack twice",
            packed(SET_LISTPACK, &["a", "b", "a"]),
            "rdb-duplicate",
            15,
        ),
        refused(
            "a scored member of a listpack twice",
            packed(SORTED_SET_LISTPACK, &["a", "1", "a", "2"]),
            "rdb-duplicate",
            14,
        ),
        refused(
            "a field of a ziplist twice",
            old(HASH_ZIPLIST, &["a", "1", "a", "2"]),
            "rdb-duplicate",
            20,
        ),
        refused(
            "a scored member of a ziplist twice",
            old(SORTED_SET_ZIPLIST, &["a", "1", "a", "2"]),
            "rdb-duplicate",
            20,
        ),
        refused(
            "an expiring field twice",
            expiring(&["a", "x", "0", "a", "y", "0"]),
            "rdb-duplicate",
            25,
        ),
        refused(
            "a field of a listpack without a value",
            packed(HASH_LISTPACK, &["a", "1", "b"]),
            "rdb-malformed",
            17,
        ),
        refused(
            "a field of a ziplist without a value",
            old(HASH_ZIPLIST, &["a", "1", "b"]),
            "rdb-malformed",
            22,
        ),
        refused(
            "a member without a score",
            packed(SORTED_SET_LISTPACK, &["a", "1", "b"]),
            "rdb-malformed",
            17,
        ),
        refused(
            "a field without an expiry",
            expiring(&["a", "x"]),
            "rdb-malformed",
            23,
        ),
        refused(
            "an expiry that is no number",
            expiring(&["a", "x", "soon"]),
            "rdb-malformed",
            28,
        ),
        refused(
            "a score that is a word",
            packed(SORTED_SET_LISTPACK, &["a", "high"]),
            "rdb-malformed",
            17,
        )
        .otherwise("a server reads it as 0"),
        never_written(
            "a score in a listpack that is no number",
            packed(SORTED_SET_LISTPACK, &["a", "nan"]),
            "a score that is not a number",
        )
        .otherwise("a server does not look at packed scores"),
        never_written(
            "a score in a ziplist that is no number",
            old(SORTED_SET_ZIPLIST, &["a", "nan"]),
            "a score that is not a number",
        )
        .otherwise("a server does not look at packed scores"),
        taken(
            "a sorted set out of order",
            packed(SORTED_SET_LISTPACK, &["b", "2", "a", "1"]),
            "the order follows from the scores, and is made anew",
        ),
    ]
}

fn empty() -> Vec<Case> {
    let packed = |type_id| payload(type_id, &string(&listpack(&[])));
    let old = |type_id| payload(type_id, &string(&ziplist(&[])));
    vec![
        never_written(
            "an empty hash in a listpack",
            packed(HASH_LISTPACK),
            "an empty hash",
        ),
        never_written(
            "an empty set in a listpack",
            packed(SET_LISTPACK),
            "an empty set",
        ),
        never_written(
            "an empty sorted set in a listpack",
            packed(SORTED_SET_LISTPACK),
            "an empty sorted set",
        ),
        never_written(
            "an empty expiring hash in a listpack",
            expiring(&[]),
            "an empty hash",
        ),
        never_written(
            "an empty hash in a ziplist",
            old(HASH_ZIPLIST),
            "an empty hash",
        ),
        never_written(
            "an empty sorted set in a ziplist",
            old(SORTED_SET_ZIPLIST),
            "an empty sorted set",
        ),
        never_written(
            "an empty list in a ziplist",
            old(LIST_ZIPLIST),
            "an empty list",
        ),
        never_written("an empty intset", intset(2, 0, b""), "an empty set"),
    ]
}
