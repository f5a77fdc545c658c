//! Payloads that real servers made: what they decode to, and that they are encoded to the same bytes.

#[path = "payloads/vectors.rs"]
mod vectors;

use bytes::Bytes;
use remold_rdb::kinds::MODULE_2;
use remold_rdb::{Target, Thresholds, decode, decode_object, encode};
use vectors::{Case, cases, render};

/// Runs a check over every case and reports all that fail, by server and name.
fn check_all(check: impl Fn(&Case) -> Result<(), String>) {
    let cases = cases();
    assert!(cases.len() > 200, "only {} cases were found", cases.len());
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let problem = check(case).err()?;
            Some(format!("{} / {}: {problem}", case.server, case.name))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_payload_decodes_to_what_the_server_says_of_the_key() {
    check_all(|case| {
        let decoded = decode(&case.payload).map_err(|error| error.to_string())?;
        if decoded.type_id != case.type_id {
            return Err(format!("type {} was expected", case.type_id));
        }
        let rendered = render(&decoded.value, decoded.version);
        if rendered != case.expect {
            return Err(format!("{rendered:#?} is not {:#?}", case.expect));
        }
        Ok(())
    });
}

#[test]
fn every_payload_is_encoded_to_the_servers_own_bytes() {
    check_all(|case| {
        let decoded = decode(&case.payload).map_err(|error| error.to_string())?;
        let target = Target {
            thresholds: Thresholds::from_config(
                case.settings
                    .iter()
                    .map(|(name, text)| (name.as_str(), text.as_str())),
            ),
            compress: case.compressed,
            ..Target::new(decoded.version)
        };
        let encoded = encode(&decoded.value, &target).map_err(|error| error.to_string())?;
        if case.exact && encoded != case.payload {
            return Err(format!(
                "{} is not {}",
                encoded.escape_ascii(),
                case.payload.escape_ascii()
            ));
        }
        let again = decode(&encoded).map_err(|error| error.to_string())?;
        if !again.value.same(&decoded.value) {
            return Err(format!("{:?} is not {:?}", again.value, decoded.value));
        }
        Ok(())
    });
}

#[test]
fn every_truncation_is_an_error() {
    for case in cases() {
        let object = case.payload.slice(1..case.payload.len() - 10);
        // What a module wrote is its own: it is not looked into.
        for end in steps(object.len()).filter(|_| case.type_id != MODULE_2) {
            let cut = decode_object(case.type_id, &object.slice(..end), case.version);
            assert!(cut.is_err(), "{} / {} at {end}", case.server, case.name);
            assert!(decode(&case.payload.slice(..end)).is_err());
        }
    }
}

#[test]
fn no_flipped_bit_makes_a_panic() {
    let mut refused = 0;
    for case in cases() {
        let object = case.payload.slice(1..case.payload.len() - 10);
        for position in steps(object.len()) {
            for bit in 0..8 {
                let mut flipped = object.to_vec();
                flipped[position] ^= 1 << bit;
                let flipped = Bytes::from(flipped);
                let decoded = decode_object(case.type_id, &flipped, case.version);
                refused += usize::from(decoded.is_err());
                if let Ok(value) = decoded {
                    // What was read is a value like any other: it can be written, or is refused.
                    let _ = encode(&value, &Target::new(case.version));
                }
            }
        }
    }
    assert!(refused > 1000, "only {refused} were refused");
}

/// Every position of a short payload, some of a long one.
fn steps(length: usize) -> impl Iterator<Item = usize> {
    (0..length).step_by(length / 200 + 1)
}
