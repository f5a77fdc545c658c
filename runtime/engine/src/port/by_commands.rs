//! Reading and writing by the commands of a type instead of `DUMP` and `RESTORE`: what that cannot do.
//!
//! The keyspace says in its facts how it writes; the engine rejects beforehand what could not be written, or not be
//! put back by a rollback, exactly. So no such value ever reaches a session.

use remold_host_api::{StreamValue, Value};

/// How whole values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenAs {
    /// As a payload, by `RESTORE`: whatever was read can be written.
    Payloads,
    /// By deleting the key and the commands of its type.
    Commands,
}

/// The last moment at which a field of a hash can expire, Unix milliseconds (the server keeps 46 bits).
const LAST_FIELD_EXPIRY: u64 = (1 << 46) - 1;

impl WrittenAs {
    /// Says what keeps a value from being written exactly; `None` if nothing does.
    pub fn objection(self, value: &Value) -> Option<&'static str> {
        if self == Self::Payloads {
            return None;
        }
        let objection = |applies: bool, why: &'static str| applies.then_some(why);
        match value {
            Value::Text(_) | Value::List(_) | Value::Set(_) => None,
            Value::SortedSet(members) => objection(
                members.iter().any(|scored| scored.score.is_nan()),
                "no command sets a score that is not a number",
            ),
            Value::Hash(fields) => objection(
                fields
                    .iter()
                    .any(|field| field.expires_at.is_some_and(|at| at > LAST_FIELD_EXPIRY)),
                "no command sets an expiry of a field as late as this one",
            ),
            Value::Stream(stream) => stream_objection(stream),
            Value::Opaque(_) => Some("a module's value has no commands that write it whole"),
        }
    }
}

fn stream_objection(stream: &StreamValue) -> Option<&'static str> {
    if stream.extension.is_some() {
        return Some("no command sets what the server keeps of a stream's idempotent producers");
    }
    if stream
        .groups
        .iter()
        .any(|group| !group.consumers.is_empty() || !group.pending.is_empty())
    {
        return Some("no command sets when a consumer of a stream was last seen");
    }
    if stream.entries.iter().any(|entry| entry.fields.is_empty()) {
        return Some("no command adds an entry without fields to a stream");
    }
    let counted = stream.entries_added >= stream.entries.len() as u64;
    let last = stream.entries.last().map(|entry| entry.id);
    let ahead = stream.last_id >= stream.max_deleted_id && last <= Some(stream.last_id);
    (!counted || !ahead).then_some("a stream's counters are below what it holds")
}

/// Why a value that is there could not be had whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// `DUMP` is not permitted, and the type has no commands that tell all of it.
    #[error("no command but DUMP, which is not permitted, reads a value of type {kind}")]
    Kind {
        /// The type, as `TYPE` says it.
        kind: String,
    },
    /// `DUMP` is not permitted, and the server keeps with a stream what its commands do not tell.
    #[error("no command but DUMP, which is not permitted, tells {what} of a stream")]
    Stream {
        /// What the server calls it.
        what: String,
    },
    /// The key changed each time while it was read by several commands.
    #[error("the key changed during each of {attempts} attempts to read it in parts")]
    Restless {
        /// How often it was begun.
        attempts: u32,
    },
    /// What was read has no place in the format of the server's version.
    #[error("what was read cannot be kept in the journal: {message}")]
    Unencodable {
        /// The codec's own words.
        message: String,
    },
}

impl Unreadable {
    /// Returns the stable code of the rejection.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } | Self::Stream { .. } => "not-readable",
            Self::Restless { .. } => "conflict",
            Self::Unencodable { .. } => "unencodable",
        }
    }
}

#[cfg(test)]
mod tests {
    use remold_host_api::{Bytes, Consumer, ConsumerGroup, Opaque, StreamEntry, StreamId};

    use super::*;

    fn stream(change: impl Fn(&mut StreamValue)) -> Value {
        let id = StreamId { ms: 5, seq: 0 };
        let mut stream = StreamValue {
            entries: vec![StreamEntry {
                id,
                fields: vec![(Bytes::new(), Bytes::new())],
            }],
            last_id: id,
            entries_added: 1,
            groups: vec![ConsumerGroup {
                name: Bytes::new(),
                last_id: id,
                entries_read: None,
                pending: Vec::new(),
                consumers: Vec::new(),
            }],
            ..StreamValue::default()
        };
        change(&mut stream);
        Value::Stream(Box::new(stream))
    }

    #[test]
    fn a_stream_is_written_by_commands_unless_something_would_be_lost() {
        let objects = |change: &dyn Fn(&mut StreamValue)| {
            let value = stream(change);
            assert_eq!(WrittenAs::Payloads.objection(&value), None);
            WrittenAs::Commands.objection(&value).is_some()
        };
        assert!(!objects(&|_| {}));
        assert!(!objects(&|stream| stream.entries.clear()));
        assert!(objects(&|stream| stream.entries_added = 0));
        assert!(objects(&|stream| stream.last_id.ms = 4));
        assert!(objects(&|stream| stream.max_deleted_id.ms = 6));
        assert!(objects(&|stream| stream.entries[0].fields.clear()));
        assert!(objects(&|stream| stream.extension = Some(Bytes::new())));
        assert!(objects(&|stream| stream.groups[0].consumers.push(
            Consumer {
                name: Bytes::new(),
                seen_at: 1,
                active_at: None,
                pending: Vec::new(),
            }
        )));
    }

    #[test]
    fn a_modules_value_is_only_written_as_a_payload() {
        let value = Value::Opaque(Opaque {
            type_id: 7,
            module: None,
            bytes: Bytes::new(),
        });
        assert_eq!(WrittenAs::Payloads.objection(&value), None);
        assert!(WrittenAs::Commands.objection(&value).is_some());
    }
}
