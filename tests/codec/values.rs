//! DUMP, decode, encode, RESTORE: the key is afterwards what it was before, in the encoding that the server itself
//! gives it when it restores its own payload.

use bytes::Bytes;
use redis::cmd;
use remold_host_api::{Opaque, Value};
use remold_rdb::{EncodeError, Target};
use remold_tests::{Contents, Options, Server, ServerVersion, Shape, Snapshot};

use super::{Sample, restore, version_of};

/// Shapes whose encoding may change, each with the reason.
const OTHER_ENCODING: &[(&str, &str)] = &[(
    "hash-small-persisted",
    "no field expires any longer, so that the ordinary form says the same",
)];

#[test]
fn a_key_is_afterwards_what_it_was_before() {
    for version in ServerVersion::ALL {
        for sample in Sample::all(version) {
            for compress in [false, true] {
                let target = Target {
                    compress,
                    ..sample.target()
                };
                let (mut copy, mut ours) = (
                    sample.server.connection_to(1),
                    sample.server.connection_to(2),
                );
                let mut before = sample.before.clone();
                before.keys.retain(|_, state| state.kind != "graphdata"); // has a test of its own
                for (key, state) in &before.keys {
                    let payload = again(&state.payload, &target).unwrap_or_else(|error| {
                        panic!("{version} {}: {error}", key.escape_ascii())
                    });
                    restore(&mut copy, key, state.expires_at, &state.payload);
                    restore(&mut ours, key, state.expires_at, &payload);
                }
                let (copy, ours) = (Snapshot::take(&mut copy), Snapshot::take(&mut ours));
                before.assert_same(&ours);
                for (key, state) in &ours.keys {
                    let key = key.escape_ascii().to_string();
                    if !OTHER_ENCODING
                        .iter()
                        .any(|(shape, _)| key.starts_with(shape))
                    {
                        assert_eq!(state.encoding, copy.key(&key).encoding, "{version} {key}");
                    }
                }
            }
        }
    }
}

#[test]
fn compact_values_get_the_very_same_bytes() {
    // Tables are written in the order of the server's memory, lists and streams in nodes of its history; all else is
    // fixed, but for the compression of long strings.
    let fixed = ["int", "embstr", "raw", "intset", "listpack", "ziplist"];
    let mut compared = 0;
    for version in ServerVersion::ALL {
        let options = [Options::new(), Shape::wide_options(version)];
        for (options, shapes) in options
            .into_iter()
            .zip([Shape::all(version), Shape::wide(version)])
        {
            let sample = Sample::of(
                Server::start(version, options.config("rdbcompression no")),
                &shapes,
            );
            let target = sample.target();
            for (key, state) in &sample.before.keys {
                if fixed.contains(&state.encoding.as_str()) {
                    let payload = again(&state.payload, &target).expect("it can be encoded");
                    assert_eq!(payload, state.payload, "{version} {}", key.escape_ascii());
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 300, "only {compared} values were compared");
}

#[test]
fn an_opaque_value_gets_the_very_same_bytes() {
    for version in ServerVersion::ALL {
        for sample in Sample::all(version) {
            let target = sample.target();
            for (key, state) in &sample.before.keys {
                let body = &state.payload[1..state.payload.len() - 10];
                let bytes = Bytes::copy_from_slice(body);
                let value = Value::Opaque(Opaque {
                    type_id: state.payload[0],
                    module: None,
                    bytes,
                });
                let payload = remold_rdb::encode(&value, &target).expect("it is handed through");
                assert_eq!(payload, state.payload, "{version} {}", key.escape_ascii());
            }
        }
    }
}

/// A graph of the module knows its own name, and takes its payload back only after it was deleted.
#[test]
fn a_value_of_a_foreign_module_comes_back() {
    let [_, sample] = Sample::all(ServerVersion::Redis8_2);
    let mut connection = sample.server.connection();
    let graphs = sample
        .before
        .keys
        .iter()
        .filter(|(_, state)| state.kind == "graphdata");
    let mut count = 0;
    for (key, state) in graphs {
        let payload = again(&state.payload, &sample.target()).expect("it is handed through");
        cmd("DEL").arg(key).exec(&mut connection).expect("DEL");
        restore(&mut connection, key, state.expires_at, &payload);
        let query = "MATCH (n:person {age: 7})-[:knows]->() RETURN count(n)";
        let reply: redis::Value = cmd("GRAPH.RO_QUERY")
            .arg(key)
            .arg(query)
            .query(&mut connection)
            .expect("a query");
        assert!(format!("{reply:?}").contains("int(1)"), "{reply:?}");
        count += 1;
    }
    assert!(count > 1, "the sample has {count} graphs");
}

#[test]
fn a_value_goes_from_every_version_to_every_other() {
    for from in ServerVersion::ALL {
        let [sample, _] = Sample::all(from);
        for to in ServerVersion::ALL.into_iter().filter(|to| *to != from) {
            let server = Server::start(to, Options::new());
            let mut other = server.connection();
            let target = Target::new(version_of(&mut other));
            let mut expected = sample.before.clone();
            expected.keys.retain(|_, state| {
                !matches!(state.contents, Contents::Payload(_) | Contents::Vectors(_))
            });
            for (key, state) in &expected.clone().keys {
                let place = format!("{from} to {to}: {}", key.escape_ascii());
                match again(&state.payload, &target) {
                    Ok(payload) => restore(&mut other, key, state.expires_at, &payload),
                    Err(EncodeError::Unsupported { .. }) => {
                        assert!(
                            has_field_expiry(&state.contents) && !to.has_field_expiry(),
                            "{place}"
                        );
                        // What is written like a module's value is known to its own server only.
                        expected.keys.remove(key);
                    }
                    Err(error) => panic!("{place}: {error}"),
                }
            }
            let after = common(Snapshot::take(&mut other));
            common(expected).assert_same(&after);
        }
    }
}

/// Decodes and encodes.
fn again(payload: &[u8], target: &Target) -> Result<Bytes, EncodeError> {
    let decoded =
        remold_rdb::decode(&Bytes::copy_from_slice(payload)).expect("a payload of the server");
    remold_rdb::encode(&decoded.value, target)
}

fn has_field_expiry(contents: &Contents) -> bool {
    matches!(contents, Contents::Hash(fields) if fields.values().any(|(_, expiry)| *expiry != -1))
}

/// Leaves of streams what all versions know and say in the same words.
fn common(mut snapshot: Snapshot) -> Snapshot {
    for state in snapshot.keys.values_mut() {
        if let Contents::Stream(parts) = &mut state.contents {
            parts.retain(|(name, _)| {
                ["length", "last-generated-id", "entries"].contains(&name.as_str())
            });
        }
    }
    snapshot.tolerance = 2;
    snapshot
}

/// The wide shapes hold what the plain ones do not: a test of the tests.
#[test]
fn the_samples_hold_large_and_foreign_values() {
    for version in ServerVersion::ALL {
        let names: Vec<&str> = Shape::wide(version)
            .iter()
            .map(|shape| shape.name)
            .collect();
        assert!(
            names.contains(&"hash-compact-large") && names.contains(&"list-compressed"),
            "{names:?}"
        );
        assert_eq!(
            names.contains(&"module"),
            version == ServerVersion::Redis8_2
        );
    }
}
