//! A value as the commands of its type show it, in an order of its own.

use std::collections::{BTreeMap, BTreeSet};

use redis::{Connection, Value, from_redis_value, pipe};

/// A value, decoded by the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Contents {
    /// A string.
    Text(Vec<u8>),
    /// A list.
    List(Vec<Vec<u8>>),
    /// A set.
    Set(BTreeSet<Vec<u8>>),
    /// A sorted set: scores in the shortest form that reads back as the same number.
    SortedSet(BTreeMap<Vec<u8>, String>),
    /// A hash: value, and expiry in Unix milliseconds or -1.
    Hash(BTreeMap<Vec<u8>, (Vec<u8>, i64)>),
    /// A stream: what `XINFO STREAM FULL` says, without the shape of the tree in memory.
    Stream(Vec<(String, Value)>),
    /// A vector set: each element's vector, as the server writes its numbers.
    Vectors(BTreeMap<Vec<u8>, Vec<String>>),
    /// A type that has no command to read all of it: the payload of DUMP.
    Payload(Vec<u8>),
}

/// Reads the values of keys whose types are known; `None` where only the payload can be compared.
pub(super) fn read(
    connection: &mut Connection,
    keys: &[Vec<u8>],
    kinds: &[String],
    field_expire_time: bool,
) -> Vec<Option<Contents>> {
    let mut pipeline = pipe();
    for (key, kind) in keys.iter().zip(kinds) {
        match kind.as_str() {
            "string" => pipeline.cmd("GET").arg(key),
            "list" => pipeline.cmd("LRANGE").arg(key).arg(0).arg(-1),
            "set" => pipeline.cmd("SMEMBERS").arg(key),
            "zset" => pipeline
                .cmd("ZRANGE")
                .arg(key)
                .arg(0)
                .arg(-1)
                .arg("WITHSCORES"),
            "hash" => pipeline.cmd("HGETALL").arg(key),
            "stream" => pipeline
                .cmd("XINFO")
                .arg("STREAM")
                .arg(key)
                .arg("FULL")
                .arg("COUNT")
                .arg(0),
            _ => pipeline.cmd("PING"), // one reply for each key
        };
    }
    let replies: Vec<Value> = pipeline
        .query(connection)
        .expect("values can be read by type");
    let values = replies
        .into_iter()
        .zip(kinds)
        .map(|(reply, kind)| decode(kind, reply));
    let mut values: Vec<_> = values.collect();
    for ((key, kind), contents) in keys.iter().zip(kinds).zip(&mut values) {
        match contents {
            Some(Contents::Hash(fields)) if field_expire_time => {
                read_field_expiries(connection, key, fields);
            }
            None if kind == "vectorset" => *contents = Some(read_vectors(connection, key)),
            _ => {}
        }
    }
    values
}

fn decode(kind: &str, reply: Value) -> Option<Contents> {
    fn take<T: redis::FromRedisValue>(reply: Value) -> Option<T> {
        from_redis_value(reply).ok()
    }
    match kind {
        "string" => take(reply).map(Contents::Text),
        "list" => take(reply).map(Contents::List),
        "set" => take(reply).map(Contents::Set),
        "zset" => {
            let members: BTreeMap<Vec<u8>, String> = take(reply)?;
            Some(Contents::SortedSet(
                members
                    .into_iter()
                    .map(|(member, score)| (member, shortest(&score)))
                    .collect(),
            ))
        }
        "hash" => {
            let fields: BTreeMap<Vec<u8>, Vec<u8>> = take(reply)?;
            Some(Contents::Hash(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, (value, -1)))
                    .collect(),
            ))
        }
        "stream" => {
            let mut parts: Vec<(String, Value)> = take(reply)?;
            parts.retain(|(name, _)| !name.starts_with("radix-tree-"));
            Some(Contents::Stream(parts))
        }
        _ => None,
    }
}

/// Redis 6.2 writes 0.1 as 0.10000000000000001, newer versions as 0.1.
fn shortest(score: &str) -> String {
    let score: f64 = score.parse().expect("a score is a number");
    score.to_string()
}

/// The payload of a vector set has the elements in another order each time it is loaded.
fn read_vectors(connection: &mut Connection, key: &[u8]) -> Contents {
    let all = redis::cmd("VCARD")
        .arg(key)
        .query::<i64>(connection)
        .expect("VCARD");
    let names: Vec<Vec<u8>> = redis::cmd("VRANDMEMBER")
        .arg(key)
        .arg(all)
        .query(connection)
        .expect("VRANDMEMBER");
    let mut vectors = BTreeMap::new();
    for name in names {
        let vector = redis::cmd("VEMB")
            .arg(key)
            .arg(&name)
            .query(connection)
            .expect("VEMB");
        vectors.insert(name, vector);
    }
    Contents::Vectors(vectors)
}

fn read_field_expiries(
    connection: &mut Connection,
    key: &[u8],
    fields: &mut BTreeMap<Vec<u8>, (Vec<u8>, i64)>,
) {
    if fields.is_empty() {
        return;
    }
    let names: Vec<&Vec<u8>> = fields.keys().collect();
    let mut command = redis::cmd("HPEXPIRETIME");
    command.arg(key).arg("FIELDS").arg(names.len()).arg(names);
    let times: Vec<i64> = command.query(connection).expect("HPEXPIRETIME");
    for ((_, expiry), time) in fields.values_mut().zip(times) {
        *expiry = time;
    }
}
