//! Ziplists: their frame, and their elements; zipmaps.

use remold_rdb::kinds::*;

use super::build::{over, payload, string};
use super::packed::{ZIPMAP, old_pairs};
use super::{Case, never_written, refused, taken};

pub(super) fn cases() -> Vec<Case> {
    [ziplists(), elements(), zipmaps()]
        .into_iter()
        .flatten()
        .collect()
}

/// Type, length, size in 4 bytes, last element in 4, count in 2; elements begin at 12, 15, 18 and 21.
fn ziplists() -> Vec<Case> {
    let whole = old_pairs();
    let over = |at, with: &[u8]| payload(HASH_ZIPLIST, &over(&whole, at, with));
    vec![
        refused(
            "a ziplist's size that is larger",
            over(2, &[whole[1] + 1]),
            "rdb-claim",
            2,
        ),
        refused(
            "a ziplist's size that is smaller",
            over(2, &[whole[1] - 1]),
            "rdb-claim",
            2,
        ),
        refused(
            "a ziplist's last element that is another",
            over(6, &[whole[5] - 3]),
            "rdb-malformed",
            25,
        ),
        refused(
            "a ziplist's last element that is beyond the end",
            over(6, b"\xff\xff\xff\xff"),
            "rdb-malformed",
            25,
        ),
        refused(
            "a ziplist of more elements",
            over(10, b"\x06"),
            "rdb-malformed",
            25,
        ),
        refused(
            "a ziplist of fewer elements",
            over(10, b"\x02"),
            "rdb-malformed",
            25,
        ),
        taken(
            "a ziplist of elements that are not counted",
            over(10, b"\xff\xff"),
            "where they are too many to be counted, they are walked",
        ),
    ]
}

fn elements() -> Vec<Case> {
    let whole = old_pairs();
    let end = whole.len();
    let over = |at, with: &[u8]| payload(HASH_ZIPLIST, &over(&whole, at, with));
    vec![
        refused(
            "a size of the element before the first",
            over(12, b"\x03"),
            "rdb-malformed",
            13,
        ),
        refused(
            "a size of the element before that is larger",
            over(15, b"\x04"),
            "rdb-malformed",
            16,
        ),
        refused(
            "a size of the element before that is smaller",
            over(15, b"\x02"),
            "rdb-malformed",
            16,
        ),
        taken(
            "a size of the element before in more bytes than it needs",
            payload(
                LIST_ZIPLIST,
                &string(b"\x15\0\0\0\x0d\0\0\0\x02\0\x00\x01a\xfe\x03\0\0\0\x01b\xff"),
            ),
            "a server leaves it as it is when the element before shrinks",
        ),
        refused(
            "an element of a ziplist that runs past the end",
            over(13, b"\x3f"),
            "rdb-truncated",
            14,
        ),
        refused(
            "an element of 14 bits that runs past the end",
            over(13, b"\x7f\xff"),
            "rdb-truncated",
            15,
        ),
        refused(
            "an element of 32 bits of a ziplist that runs past the end",
            over(13, b"\x80\xff\xff\xff\xff"),
            "rdb-truncated",
            18,
        ),
        refused(
            "an element of a ziplist that is of no form",
            over(13, b"\xc1"),
            "rdb-unexpected",
            13,
        ),
        refused(
            "a ziplist without an end",
            over(end, b"\0"),
            "rdb-malformed",
            25,
        ),
        refused(
            "a ziplist that ends early",
            over(15, b"\xff"),
            "rdb-malformed",
            16,
        ),
        refused(
            "a ziplist shorter than its header",
            payload(HASH_ZIPLIST, &string(b"\x09\0\0\0\x0a\0\0\0\0")),
            "rdb-truncated",
            10,
        ),
    ]
}

fn zipmaps() -> Vec<Case> {
    let whole = string(ZIPMAP);
    let over = |at, with: &[u8]| payload(HASH_ZIPMAP, &over(&whole, at, with));
    let of = |zipmap: &[u8]| payload(HASH_ZIPMAP, &string(zipmap));
    vec![
        refused(
            "a zipmap without an end",
            of(&ZIPMAP[..ZIPMAP.len() - 1]),
            "rdb-truncated",
            27,
        ),
        refused(
            "a zipmap that ends early",
            over(14, b"\xff"),
            "rdb-malformed",
            15,
        ),
        refused(
            "a zipmap of more fields",
            over(2, b"\x03"),
            "rdb-malformed",
            28,
        ),
        refused(
            "a zipmap of fewer fields",
            over(2, b"\x01"),
            "rdb-malformed",
            28,
        ),
        refused(
            "a zipmap's field that runs past the end",
            over(3, b"\x60"),
            "rdb-truncated",
            4,
        ),
        refused(
            "a zipmap's value that runs past the end",
            over(7, b"\x60"),
            "rdb-truncated",
            9,
        ),
        refused(
            "unused bytes of a zipmap that run past the end",
            over(8, b"\x60"),
            "rdb-truncated",
            12,
        ),
        refused(
            "a zipmap's field without a value",
            of(b"\x01\x01a\xff"),
            "rdb-malformed",
            6,
        ),
        refused(
            "a zipmap's field twice",
            of(b"\x02\x01a\x01\x00x\x01a\x01\x00y\xff"),
            "rdb-duplicate",
            9,
        ),
        refused(
            "more behind the end of a zipmap",
            of(b"\x01\x01a\x01\x00x\xff_"),
            "rdb-trailing",
            9,
        ),
        never_written("an empty zipmap", of(b"\x00\xff"), "an empty hash"),
    ]
}
