//! Hostile payloads by name: each kind of damage that a server knows, made by hand in a small payload whose checksum is
//! right, with the error and the place that it gets, or the reason why it is a value like any other.
//!
//! Damage at random is in `hostile.rs`; wrong checksums, and runs of LZF and lengths alone, are beside the code that reads
//! them. What a real server says of the same payloads is in `tests/codec/hostile.rs`.

#[allow(dead_code, reason = "what a server says of them is asked elsewhere")]
#[path = "hostile_named/cases.rs"]
mod cases;

use std::collections::BTreeSet;

use bytes::Bytes;
use cases::build::sealed;
use cases::{Case, Verdict, all, whole};
use remold_host_api::Value;
use remold_rdb::{DecodeError, Target, decode, encode};

/// Returns where the damage was noticed.
const fn place(error: &DecodeError) -> Option<u64> {
    match error {
        DecodeError::Truncated { offset, .. }
        | DecodeError::Claim { offset, .. }
        | DecodeError::Unexpected { offset, .. }
        | DecodeError::Malformed { offset, .. }
        | DecodeError::UnknownType { offset, .. }
        | DecodeError::Duplicate { offset, .. }
        | DecodeError::Trailing { offset, .. } => Some(*offset),
        DecodeError::UnknownVersion { .. } | DecodeError::Checksum { .. } => None,
    }
}

/// Says whether a value that is written for the version that it came in is read as the same again.
fn comes_back(payload: &Bytes) -> Result<Value, String> {
    let decoded = decode(payload).map_err(|error| error.to_string())?;
    let target = Target::new(decoded.version);
    let encoded = encode(&decoded.value, &target).map_err(|error| error.to_string())?;
    let again = decode(&encoded).map_err(|error| error.to_string())?;
    if again.value.same(&decoded.value) {
        return Ok(again.value);
    }
    Err(format!("{:?} is not {:?}", again.value, decoded.value))
}

/// Says what is other than it should be.
fn check(case: &Case) -> Result<(), String> {
    let payload = Bytes::from(case.payload.clone());
    match (case.verdict, decode(&payload)) {
        (Verdict::Refused(code, offset), Err(error)) => {
            let found = (error.code(), place(&error));
            if found == (code, Some(offset)) {
                return Ok(());
            }
            Err(format!("{code} at {offset} was expected: {error}"))
        }
        (Verdict::NeverWritten(what), Ok(decoded)) => {
            match encode(&decoded.value, &Target::new(decoded.version)) {
                Err(error)
                    if error.code() == "rdb-invalid" && error.to_string().starts_with(what) =>
                {
                    Ok(())
                }
                other => Err(format!("{what} was expected: {other:?}")),
            }
        }
        (Verdict::Taken(_), Ok(_)) => comes_back(&payload).map(drop),
        (verdict, decoded) => Err(format!("{verdict:?} was expected: {decoded:?}")),
    }
}

#[test]
fn each_kind_of_damage_gets_its_error_at_its_place_or_is_a_value() {
    let cases = all();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "each has a name of its own");
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let problem = check(case).err()?;
            Some(format!(
                "{}: {problem}: {}",
                case.name,
                case.payload.escape_ascii()
            ))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_value_that_is_cut_off_after_any_byte_is_refused_with_the_place() {
    for (name, payload) in whole() {
        comes_back(&payload.clone().into()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (object, footer) = payload.split_at(payload.len() - 10);
        for end in 1..object.len() {
            let cut = sealed([&object[..end], &footer[..2]].concat());
            let error = decode(&cut.into()).expect_err(name);
            assert!(
                matches!(
                    error,
                    DecodeError::Truncated { .. } | DecodeError::Claim { .. }
                ),
                "{name}, cut at {end}: {error}"
            );
            assert!(
                place(&error).is_some_and(|place| place <= end as u64),
                "{name}, cut at {end}: {error}"
            );
        }
    }
}
