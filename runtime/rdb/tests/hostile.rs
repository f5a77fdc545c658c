//! Hostile payloads: every encoding that real servers wrote, with each byte and each length made wrong. What comes of it
//! is an error with its place, or a value like any other; never a panic, and never memory beyond what the bytes can hold.
//!
//! In one process for itself, so that the peak of its memory is that of what it does.

#[allow(dead_code, reason = "what the values are is asked elsewhere")]
#[path = "payloads/vectors.rs"]
mod vectors;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use remold_host_api::Value;
use remold_rdb::kinds::MODULE_2;
use remold_rdb::skip::object_length;
use remold_rdb::{DecodeError, Target, Version, decode, decode_object, encode};
use vectors::{Case, cases};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What decoding may cost beside the bytes.
const CONSTANT: usize = 4 * 1024;
/// What each byte may cost: LZF makes 88 bytes of one, two of those can be an element, which takes a few dozen bytes.
const PER_BYTE: usize = 88 * 64;

/// What bytes of structure turn on: lengths of every width, encodings, the ends of packed lists.
const TURNING: [u8; 26] = [
    0, 1, 2, 3, 0x0a, 0x0b, 0x0c, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3,
    0xdf, 0xe0, 0xf0, 0xf1, 0xf4, 0xfd, 0xfe, 0xff,
];

/// Lengths that claim more than there is, in every width, and a text that claims to grow when it is unpacked.
const CLAIMS: [&[u8]; 7] = [
    b"\x7f\xff",
    b"\x80\x00\x00\xff\xff",
    b"\x80\xff\xff\xff\xff",
    b"\x81\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x81\x00\x00\x00\x01\x00\x00\x00\x00",
    b"\xc3\x09\x80\x40\x00\x00\x00",
    b"\xc3\x80\xff\xff\xff\xff\x01",
];

/// How many were refused and how many were values, for each type byte.
#[derive(Default)]
struct Tried(BTreeMap<u8, (u32, u32)>);

impl Tried {
    /// Decodes what was made of a case, and says whether everything holds.
    fn attempt(&mut self, case: &Case, how: &str, object: Vec<u8>) {
        let object = Bytes::from(object);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let decoded = catch_unwind(AssertUnwindSafe(|| {
            decode_object(case.type_id, &object, case.version)
        }));
        let used = MEMORY.peak_usage().saturating_sub(before);
        let name = || {
            format!(
                "{} / {}: {how}: {}",
                case.server,
                case.name,
                object.escape_ascii()
            )
        };
        let Ok(decoded) = decoded else {
            panic!("a panic: {}", name());
        };
        let bound = CONSTANT + PER_BYTE * object.len();
        assert!(used <= bound, "{used} bytes of memory: {}", name());
        let counts = self.0.entry(case.type_id).or_default();
        match decoded {
            Err(error) => {
                counts.0 += 1;
                assert!(has_a_place(&error, object.len()), "{error}: {}", name());
            }
            Ok(value) => {
                counts.1 += 1;
                comes_back(case, &object, &value, &name());
            }
        }
    }
}

/// Says whether an error names a place within what was read.
fn has_a_place(error: &DecodeError, length: usize) -> bool {
    let text = error.to_string();
    let digits = |rest: &str| -> Option<usize> {
        let end = rest
            .find(|digit: char| !digit.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    let place = text
        .rsplit_once("offset ")
        .and_then(|(_, rest)| digits(rest));
    // What LZF unpacks has places of its own, within what it claims to unpack to.
    place.is_some_and(|place| place <= length.max(264 * length))
}

/// Says whether a value that was read from damaged bytes is one that can be written and read again as what it is.
fn comes_back(case: &Case, object: &Bytes, value: &Value, name: &str) {
    if let Value::Opaque(_) = value {
        return;
    }
    assert_eq!(
        object_length(object, case.type_id, case.version),
        Ok(object.len()),
        "skipping disagrees: {name}"
    );
    let Ok(encoded) = encode(value, &Target::new(case.version)) else {
        return;
    };
    let again = decode(&encoded).unwrap_or_else(|error| panic!("{error}: {name}"));
    let is_stream = matches!(value, Value::Stream(_));
    // An older stream has no place for all that a newer one says.
    let same = again.value.same(value) || is_stream && case.version < Version(13);
    assert!(same, "{:?} is not {value:?}: {name}", again.value);
}

/// Some payloads of every type that a server wrote, the shortest first: those have the most structure to a byte.
fn objects() -> Vec<(Case, Vec<u8>)> {
    let mut all = cases();
    all.retain(|case| case.type_id != MODULE_2 && case.payload.len() < LONGEST);
    all.sort_by_key(|case| (case.type_id, case.payload.len()));
    let mut seen: BTreeMap<(u8, &str), u32> = BTreeMap::new();
    all.retain(|case| {
        let seen = seen.entry((case.type_id, case.server)).or_default();
        *seen += 1;
        *seen <= OF_EACH
    });
    let with_object = all.into_iter().map(|case| {
        let object = case.payload[1..case.payload.len() - 10].to_vec();
        (case, object)
    });
    with_object.collect()
}

/// The longest payload that is damaged, and how many of one type of one server.
const LONGEST: usize = 2000;
const OF_EACH: u32 = 4;

/// Every position of a short payload; of a long one its structure at both ends, and some between.
fn positions(length: usize) -> impl Iterator<Item = usize> {
    let step = length / 60 + 1;
    (0..length).filter(move |at| *at < 40 || length - at < 16 || at % step == 0)
}

#[test]
fn payloads_with_wrong_bytes_are_refused_with_a_place_or_are_values() {
    let mut tried = Tried::default();
    for (case, object) in objects() {
        for at in positions(object.len()) {
            let here = object[at];
            let flipped = (0..8).map(|bit| here ^ (1 << bit));
            let near = [here.wrapping_add(1), here.wrapping_sub(1)];
            for byte in TURNING.into_iter().chain(flipped).chain(near) {
                let mut wrong = object.clone();
                wrong[at] = byte;
                tried.attempt(&case, &format!("{byte:#04x} at {at}"), wrong);
            }
        }
    }
    holds(&tried);
    for (case, object) in objects() {
        for at in positions(object.len()) {
            for claim in CLAIMS {
                for taken in [1, claim.len()] {
                    let end = object.len().min(at + taken);
                    let wrong = [&object[..at], claim, &object[end..]].concat();
                    tried.attempt(&case, &format!("a claim at {at}"), wrong);
                }
            }
            // A field that is missing, and one that is there twice.
            for length in [1, 2, 4, 8] {
                let end = object.len().min(at + length);
                tried.attempt(
                    &case,
                    &format!("without {at}..{end}"),
                    [&object[..at], &object[end..]].concat(),
                );
                tried.attempt(
                    &case,
                    &format!("{at}..{end} twice"),
                    [&object[..end], &object[at..]].concat(),
                );
            }
        }
    }
    holds(&tried);
}

/// Says whether every form of value was tried, and that the most was refused of what has structure.
fn holds(tried: &Tried) {
    let types: Vec<u8> = tried.0.keys().copied().collect();
    for wanted in [
        0, 1, 2, 4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 24, 25,
    ] {
        let (refused, taken) = tried.0.get(&wanted).copied().unwrap_or_default();
        // Old types that no server here writes are made by hand in `src/decode/tests.rs`.
        let written = types.contains(&wanted);
        assert!(
            !written || refused > 50,
            "type {wanted}: {refused} refused, {taken} taken"
        );
    }
    assert!(types.len() >= 15, "{types:?}");
}
