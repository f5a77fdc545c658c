//! The envelope, strings, and values that are written element by element.

use remold_rdb::kinds::*;

use super::build::{of_version, over, payload, string};
use super::{Case, NOT_LOOKED_BEHIND, READ_ON, never_written, refused, taken};

/// Ten times `a`: a literal run of one, and one that repeats it nine times.
const COMPRESSED: &[u8] = b"\xc3\x05\x0a\x00a\xe0\x00\x00";

const LIST_OF_TWO: &[u8] = b"\x02\x01a\x01b";
const HASH_OF_TWO: &[u8] = b"\x02\x01a\x01x\x01b\x01y";
const SCORES: &[u8] = b"\x02\x01a\0\0\0\0\0\0\xf0\x3f\x01b\0\0\0\0\0\0\0\x40";
const TEXT_SCORES: &[u8] = b"\x02\x01a\x011\x01b\x012";
/// The earliest expiry, and of each field one after it plus one, or none.
const EXPIRING: &[u8] = b"\0\0\0\0\0\x08\0\0\x02\x01\x01a\x01x\x00\x01b\x01y";

pub(super) fn whole() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a string", payload(STRING, &string(b"hello"))),
        ("a compressed string", payload(STRING, COMPRESSED)),
        ("a list", payload(LIST, LIST_OF_TWO)),
        ("a set", payload(SET, LIST_OF_TWO)),
        ("a hash", payload(HASH, HASH_OF_TWO)),
        ("a sorted set", payload(SORTED_SET_2, SCORES)),
        ("a sorted set of texts", payload(SORTED_SET, TEXT_SCORES)),
        (
            "a hash that expires",
            of_version(12, HASH_METADATA, EXPIRING),
        ),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [
        envelope(),
        strings(),
        compressed(),
        counts(),
        names_and_scores(),
        empty(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn envelope() -> Vec<Case> {
    vec![
        taken(
            "a type byte that is unknown",
            payload(200, b"\x01a"),
            "it is carried as it is, and never looked into",
        )
        .otherwise("only the server that wrote it knows it"),
        taken(
            "a version that is newer than any known",
            of_version(0x7fff, STRING, &string(b"hello")),
            "a type byte means the same in every version, and the server that is written to wrote it",
        )
        .otherwise("it is of the future"),
    ]
}

fn strings() -> Vec<Case> {
    let of = |object: &[u8]| payload(STRING, object);
    vec![
        refused(
            "a length with more behind it",
            of(b"\x04hello"),
            "rdb-trailing",
            6,
        )
        .otherwise(NOT_LOOKED_BEHIND),
        refused(
            "a length beyond the end",
            of(b"\x06hello"),
            "rdb-truncated",
            2,
        )
        .otherwise(READ_ON),
        refused(
            "a length of 14 bits beyond the end",
            of(b"\x7f\xffhello"),
            "rdb-truncated",
            3,
        ),
        refused(
            "a length of 32 bits beyond the end",
            of(b"\x80\xff\xff\xff\xffhello"),
            "rdb-truncated",
            6,
        ),
        refused(
            "a length of 64 bits beyond the end",
            of(b"\x81\xff\xff\xff\xff\xff\xff\xff\xffhello"),
            "rdb-truncated",
            10,
        ),
        refused(
            "a form of length that does not exist",
            of(b"\x82\0\0\0\x05hello"),
            "rdb-unexpected",
            1,
        ),
        refused(
            "an encoding that does not exist",
            of(b"\xc4hello"),
            "rdb-unexpected",
            1,
        ),
        taken(
            "a length in more bytes than it needs",
            of(b"\x80\0\0\0\x05hello"),
            "any width may hold any number",
        ),
        taken(
            "a number in more bytes than it needs",
            of(b"\xc2\x07\0\0\0"),
            "any width may hold any number",
        ),
    ]
}

fn compressed() -> Vec<Case> {
    let of = |object: &[u8]| payload(STRING, object);
    vec![
        refused(
            "compressed bytes that expand beyond what they claim",
            of(&over(COMPRESSED, 3, b"\x09")),
            "rdb-malformed",
            4,
        ),
        refused(
            "compressed bytes that expand to less than they claim",
            of(&over(COMPRESSED, 3, b"\x0b")),
            "rdb-malformed",
            4,
        ),
        refused(
            "a claim that no compressed bytes fulfil",
            of(b"\xc3\x05\x80\x00\x10\x00\x00\x00a\xe0\x00\x00"),
            "rdb-claim",
            8,
        ),
        refused(
            "a repetition of what is before the start",
            of(&over(COMPRESSED, 8, b"\x01")),
            "rdb-malformed",
            4,
        ),
        refused(
            "a repetition that nothing is before",
            of(b"\xc3\x02\x03\x20\x00"),
            "rdb-malformed",
            4,
        ),
        refused(
            "a run that goes on behind the compressed bytes",
            of(&over(COMPRESSED, 4, b"\x1f")),
            "rdb-malformed",
            4,
        ),
        refused(
            "more compressed bytes than there are",
            of(&over(COMPRESSED, 2, b"\x06")),
            "rdb-truncated",
            4,
        ),
        refused(
            "fewer compressed bytes than there are",
            of(&over(COMPRESSED, 2, b"\x04")),
            "rdb-malformed",
            4,
        ),
        refused(
            "a compressed length that is a string",
            of(&over(COMPRESSED, 2, b"\xc0")),
            "rdb-malformed",
            2,
        ),
    ]
}

fn counts() -> Vec<Case> {
    let mut cases = Vec::new();
    let more_and_less = [
        (
            "a list of three with two",
            6,
            "a list of one with two",
            4,
            LIST,
            LIST_OF_TWO,
        ),
        (
            "a set of three with two",
            6,
            "a set of one with two",
            4,
            SET,
            LIST_OF_TWO,
        ),
        (
            "a hash of three with two",
            10,
            "a hash of one with two",
            6,
            HASH,
            HASH_OF_TWO,
        ),
        (
            "a sorted set of three texts with two",
            10,
            "a sorted set of one text with two",
            6,
            SORTED_SET,
            TEXT_SCORES,
        ),
    ];
    for (more, end, less, rest, type_id, object) in more_and_less {
        let of = |count: &[u8]| payload(type_id, &over(object, 1, count));
        cases.push(refused(more, of(b"\x03"), "rdb-truncated", end));
        cases.push(refused(less, of(b"\x01"), "rdb-trailing", rest).otherwise(NOT_LOOKED_BEHIND));
    }
    let scored = |count: &[u8]| payload(SORTED_SET_2, &over(SCORES, 1, count));
    let expiring = |count: &[u8]| of_version(12, HASH_METADATA, &over(EXPIRING, 9, count));
    cases.extend([
        refused(
            "a sorted set of three with two",
            scored(b"\x03"),
            "rdb-claim",
            2,
        ),
        refused(
            "a sorted set of one with two",
            scored(b"\x01"),
            "rdb-trailing",
            12,
        )
        .otherwise(NOT_LOOKED_BEHIND),
        refused(
            "an expiring hash of three with two",
            expiring(b"\x03"),
            "rdb-truncated",
            20,
        ),
        refused(
            "an expiring hash of one with two",
            expiring(b"\x01"),
            "rdb-trailing",
            15,
        )
        .otherwise(NOT_LOOKED_BEHIND),
        refused(
            "a count that is a string",
            payload(LIST, &over(LIST_OF_TWO, 1, b"\xc0")),
            "rdb-malformed",
            1,
        ),
    ]);
    cases
}

fn names_and_scores() -> Vec<Case> {
    let scored = |score: f64| {
        let object = [&b"\x01\x01a"[..], &score.to_le_bytes()].concat();
        payload(SORTED_SET_2, &object)
    };
    vec![
        refused(
            "a member of a set twice",
            payload(SET, b"\x02\x01a\x01a"),
            "rdb-duplicate",
            5,
        ),
        refused(
            "a field of a hash twice",
            payload(HASH, &over(HASH_OF_TWO, 7, b"a")),
            "rdb-duplicate",
            7,
        ),
        refused(
            "a member of a sorted set twice",
            payload(SORTED_SET_2, &over(SCORES, 13, b"a")),
            "rdb-duplicate",
            13,
        ),
        refused(
            "a field of an expiring hash twice",
            of_version(12, HASH_METADATA, &over(EXPIRING, 17, b"a")),
            "rdb-duplicate",
            17,
        ),
        never_written(
            "a score that is no number",
            scored(f64::NAN),
            "a score that is not a number",
        ),
        never_written(
            "a score whose text is no number",
            payload(SORTED_SET, b"\x01\x01a\xfd"),
            "a score that is not a number",
        ),
        taken(
            "a score without end",
            scored(f64::INFINITY),
            "a sorted set may have it",
        ),
        refused(
            "a score of letters",
            payload(SORTED_SET, b"\x01\x01a\x01z"),
            "rdb-malformed",
            4,
        ),
        refused(
            "a score's text beyond the end",
            payload(SORTED_SET, b"\x01\x01a\x051"),
            "rdb-truncated",
            5,
        )
        .otherwise(READ_ON),
        refused(
            "an expiry beyond the end of time",
            of_version(
                12,
                HASH_METADATA,
                b"\xff\xff\xff\xff\xff\xff\xff\xff\x01\x03\x01a\x01x",
            ),
            "rdb-malformed",
            10,
        )
        .otherwise("a server lets it wrap"),
    ]
}

fn empty() -> Vec<Case> {
    vec![
        taken(
            "an empty string",
            payload(STRING, b"\0"),
            "a string may be empty",
        ),
        never_written("an empty list", payload(LIST, b"\0"), "an empty list"),
        never_written("an empty set", payload(SET, b"\0"), "an empty set"),
        never_written("an empty hash", payload(HASH, b"\0"), "an empty hash"),
        never_written(
            "an empty sorted set",
            payload(SORTED_SET_2, b"\0"),
            "an empty sorted set",
        ),
        never_written(
            "an empty sorted set of texts",
            payload(SORTED_SET, b"\0"),
            "an empty sorted set",
        ),
        never_written(
            "an empty hash that expires",
            of_version(12, HASH_METADATA, &[0; 9]),
            "an empty hash",
        ),
    ]
}
