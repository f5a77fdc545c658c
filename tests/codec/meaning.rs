//! What the codec reads means what the server's commands say: the decoded value in the words of a snapshot.

use bytes::Bytes;
use redis::Value as Reply;
use remold_host_api::{StreamValue, Value};
use remold_tests::{Contents, KeyState, ServerVersion};

use super::Sample;

#[test]
fn a_decoded_value_is_what_the_commands_say() {
    for version in ServerVersion::ALL {
        for sample in Sample::all(version) {
            for (key, state) in &sample.before.keys {
                let decoded = remold_rdb::decode(&Bytes::from(state.payload.clone()))
                    .unwrap_or_else(|error| panic!("{version} {}: {error}", key.escape_ascii()));
                check(
                    &format!("{version} {}", key.escape_ascii()),
                    &decoded.value,
                    state,
                );
            }
        }
    }
}

#[track_caller]
fn check(key: &str, value: &Value, state: &KeyState) {
    let KeyState { kind, contents, .. } = state;
    let read = match (value, contents) {
        (Value::Text(text), _) => Contents::Text(text.to_vec()),
        (Value::List(items), _) => Contents::List(items.iter().map(|item| item.to_vec()).collect()),
        (Value::Set(members), _) => {
            Contents::Set(members.iter().map(|member| member.to_vec()).collect())
        }
        (Value::SortedSet(members), Contents::SortedSet(expected)) => {
            assert_eq!(members.len(), expected.len(), "{key}");
            for scored in members {
                let score = expected
                    .get(&scored.member[..])
                    .unwrap_or_else(|| panic!("{key}: {:?}", scored.member));
                let score: f64 = score.parse().expect("the server writes a number");
                assert_eq!(
                    scored.score.to_bits(),
                    score.to_bits(),
                    "{key}: {:?}",
                    scored.member
                );
            }
            return;
        }
        (Value::Hash(fields), _) => Contents::Hash(
            fields
                .iter()
                .map(|field| {
                    let expiry = field
                        .expires_at
                        .map_or(-1, |at| i64::try_from(at).expect("a time fits"));
                    (field.name.to_vec(), (field.value.to_vec(), expiry))
                })
                .collect(),
        ),
        (Value::Stream(stream), Contents::Stream(parts)) => {
            return check_stream(key, stream, parts);
        }
        (Value::Opaque(opaque), Contents::Payload(_) | Contents::Vectors(_)) => {
            assert_eq!(opaque.module.as_deref(), Some(kind.as_str()), "{key}");
            return;
        }
        (value, contents) => panic!("{key}: decoded as {}, is {contents}", value.kind()),
    };
    assert_eq!(&read, contents, "{key}");
}

/// Compares with `XINFO STREAM FULL`; what an old server does not say is not compared.
fn check_stream(key: &str, stream: &StreamValue, parts: &[(String, Reply)]) {
    let part = |name: &str| {
        parts
            .iter()
            .find(|(is, _)| is == name)
            .map(|(_, value)| value.clone())
    };
    let entries = stream.entries.iter().map(|entry| {
        let fields = entry
            .fields
            .iter()
            .flat_map(|(name, value)| [bulk(name), bulk(value)]);
        Reply::Array(vec![
            bulk(entry.id.to_string().as_bytes()),
            Reply::Array(fields.collect()),
        ])
    });
    assert_eq!(
        part("entries"),
        Some(Reply::Array(entries.collect())),
        "{key}"
    );
    assert_eq!(part("last-generated-id"), Some(id(stream.last_id)), "{key}");
    if let Some(deleted) = part("max-deleted-entry-id") {
        assert_eq!(deleted, id(stream.max_deleted_id), "{key}");
    }
    if let Some(Reply::Int(added)) = part("entries-added") {
        assert_eq!(u64::try_from(added), Ok(stream.entries_added), "{key}");
    }
    let Some(Reply::Array(groups)) = part("groups") else {
        panic!("{key} has no groups in {parts:?}")
    };
    assert_eq!(groups.len(), stream.groups.len(), "{key}");
    for (group, said) in stream.groups.iter().zip(&groups) {
        assert_eq!(field(said, "name"), Some(bulk(&group.name)), "{key}");
        assert_eq!(
            field(said, "last-delivered-id"),
            Some(id(group.last_id)),
            "{key}"
        );
        if let Some(read) = field(said, "entries-read") {
            let expected = group.entries_read.map_or(Reply::Nil, number);
            assert_eq!(read, expected, "{key}");
        }
        let owner = |pending: &remold_host_api::Pending| {
            let owner = group
                .consumers
                .iter()
                .find(|consumer| consumer.pending.contains(&pending.id));
            bulk(
                &owner
                    .unwrap_or_else(|| panic!("{key}: {} has no owner", pending.id))
                    .name,
            )
        };
        let pending = group.pending.iter().map(|pending| {
            let (at, times) = (number(pending.delivered_at), number(pending.deliveries));
            Reply::Array(vec![id(pending.id), owner(pending), at, times])
        });
        let said_pending = field(said, "pending").or_else(|| field(said, "pel"));
        assert_eq!(said_pending, Some(Reply::Array(pending.collect())), "{key}");
        let Some(Reply::Array(consumers)) = field(said, "consumers") else {
            panic!("{key}: {said:?}")
        };
        assert_eq!(consumers.len(), group.consumers.len(), "{key}");
        for (consumer, said) in group.consumers.iter().zip(&consumers) {
            assert_eq!(field(said, "name"), Some(bulk(&consumer.name)), "{key}");
            assert_eq!(
                field(said, "seen-time"),
                Some(number(consumer.seen_at)),
                "{key}"
            );
            if let (Some(Reply::Int(said)), Some(read)) =
                (field(said, "active-time"), consumer.active_at)
            {
                assert_eq!(u64::try_from(said), Ok(read), "{key}");
            }
        }
    }
}

fn field(map: &Reply, name: &str) -> Option<Reply> {
    let Reply::Array(items) = map else {
        return None;
    };
    let mut pairs = items.chunks_exact(2);
    pairs
        .find(|pair| pair[0] == bulk(name.as_bytes()))
        .map(|pair| pair[1].clone())
}

fn bulk(bytes: &[u8]) -> Reply {
    Reply::BulkString(bytes.to_vec())
}

fn number(number: u64) -> Reply {
    Reply::Int(i64::try_from(number).expect("the server's integers are signed"))
}

fn id(id: remold_host_api::StreamId) -> Reply {
    bulk(id.to_string().as_bytes())
}
