//! From values and expectations back to YAML.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use remold_host_api::{
    Consumer, ConsumerGroup, Entry, Pending, StreamEntry, StreamId, StreamValue, Value,
};

use super::{
    Case, DEFAULT_NOW_MS, Direction, Expectation, Expected, ExpectedOutcome, ExpectedRecord,
    ExpectedValue, name,
};
use crate::yaml::{Yaml, text_scalar};

/// Writes a record as fixtures do, a field per line where it is long: for reports and diffs.
pub fn record_to_yaml(entry: &Entry) -> String {
    Yaml::Mapping(vec![(written_name(&entry.key), entry_yaml(entry))]).in_lines(0)
}

/// Writes a case as an item of a file of cases.
pub fn case_to_yaml(case: &Case) -> String {
    let given = case.given.iter().map(|record| {
        let entry = &record.entry;
        (written_name(&entry.key), entry_yaml(entry))
    });
    let mut fields = vec![
        ("name", Yaml::text(&case.name)),
        ("given", Yaml::Mapping(given.collect())),
        ("expect", expectation_yaml(&case.expect)),
    ];
    if let Some(parameters) = &case.parameters {
        let parameters = serde_json::Value::Object(parameters.clone());
        fields.push(("parameters", Yaml::json(&parameters)));
    }
    if case.now_ms != DEFAULT_NOW_MS {
        fields.push(("now", number(case.now_ms)));
    }
    if case.seed != 0 {
        fields.push(("seed", number(case.seed)));
    }
    if case.direction == Direction::Revert {
        fields.push(("direction", Yaml::text("revert")));
    }
    let case = mapping(fields).in_lines(2);
    format!("- {}", case.trim_start())
}

/// Writes the record of a key, without the key.
pub(super) fn entry_yaml(entry: &Entry) -> Yaml {
    record(&ExpectedValueRef::Exact(&entry.value), entry.expires_at)
}

/// Writes what is expected as fixtures do, a key per line where there are keys.
pub fn expectation_to_yaml(expectation: &Expectation) -> String {
    expectation_yaml(expectation).in_lines(0)
}

pub(super) fn expectation_yaml(expectation: &Expectation) -> Yaml {
    match expectation {
        Expectation::All(outcome) => outcome_yaml(outcome),
        Expectation::Keys(keys) => {
            let key = |(key, expected): &(Bytes, Expected)| {
                let expected = match expected {
                    Expected::Record(ExpectedRecord { value, expires_at }) => {
                        let value = match value {
                            ExpectedValue::Exact(value) => ExpectedValueRef::Exact(value),
                            ExpectedValue::Json(json) => ExpectedValueRef::Json(json),
                        };
                        record(&value, *expires_at)
                    }
                    Expected::Outcome(outcome) => outcome_yaml(outcome),
                };
                (written_name(key), expected)
            };
            Yaml::Mapping(keys.iter().map(key).collect())
        }
    }
}

fn outcome_yaml(outcome: &ExpectedOutcome) -> Yaml {
    let yes = || Yaml::Scalar("true".to_owned());
    match outcome {
        ExpectedOutcome::Unchanged => Yaml::field("unchanged", yes()),
        ExpectedOutcome::Skip(None) => Yaml::field("skip", yes()),
        ExpectedOutcome::Skip(Some(reason)) => Yaml::field("skip", Yaml::text(reason)),
        ExpectedOutcome::Reject(code) => Yaml::field("reject", Yaml::text(code)),
        ExpectedOutcome::Failure(reason) => Yaml::field("failure", Yaml::text(reason.code())),
    }
}

enum ExpectedValueRef<'a> {
    Exact(&'a Value),
    Json(&'a serde_json::Value),
}

fn record(value: &ExpectedValueRef<'_>, expires_at: Option<u64>) -> Yaml {
    let (kind, value) = match value {
        ExpectedValueRef::Json(json) => ("json", Yaml::json(json)),
        ExpectedValueRef::Exact(value) => value_yaml(value),
    };
    let mut fields = vec![(kind.to_owned(), value)];
    if let Some(at) = expires_at {
        fields.push(("expiresAt".to_owned(), number(at)));
    }
    Yaml::Mapping(fields)
}

fn value_yaml(value: &Value) -> (&'static str, Yaml) {
    match value {
        Value::Text(text) => ("text", bytes(text)),
        Value::List(items) => ("list", Yaml::Sequence(items.iter().map(bytes).collect())),
        Value::Set(members) => ("set", Yaml::Sequence(members.iter().map(bytes).collect())),
        Value::SortedSet(members) => {
            let scored = members.iter().map(|scored| {
                let score = Yaml::Scalar(score(scored.score));
                (written_name(&scored.member), score)
            });
            ("sortedSet", Yaml::Mapping(scored.collect()))
        }
        Value::Hash(fields) => {
            let field = fields.iter().map(|field| {
                let value = match field.expires_at {
                    None => bytes(&field.value),
                    Some(at) => Yaml::Mapping(vec![
                        ("value".to_owned(), bytes(&field.value)),
                        ("expiresAt".to_owned(), number(at)),
                    ]),
                };
                (written_name(&field.name), value)
            });
            ("hash", Yaml::Mapping(field.collect()))
        }
        Value::Stream(value) => ("stream", stream(value)),
        Value::Opaque(opaque) => {
            let mut fields = vec![("typeId".to_owned(), number(u64::from(opaque.type_id)))];
            if let Some(module) = &opaque.module {
                fields.push(("module".to_owned(), Yaml::text(module)));
            }
            fields.push(("base64".to_owned(), base64(&opaque.bytes)));
            ("opaque", Yaml::Mapping(fields))
        }
    }
}

fn stream(stream: &StreamValue) -> Yaml {
    let entries = stream.entries.iter().map(stream_entry).collect();
    let mut fields = vec![("entries", Yaml::Sequence(entries))];
    let last = stream.entries.last().map(|entry| entry.id);
    if stream.last_id != last.unwrap_or_default() {
        fields.push(("lastId", Yaml::text(&stream.last_id.to_string())));
    }
    if stream.max_deleted_id != StreamId::default() {
        fields.push((
            "maxDeletedId",
            Yaml::text(&stream.max_deleted_id.to_string()),
        ));
    }
    if stream.entries_added != stream.entries.len() as u64 {
        fields.push(("entriesAdded", number(stream.entries_added)));
    }
    if !stream.groups.is_empty() {
        fields.push((
            "groups",
            Yaml::Sequence(stream.groups.iter().map(group).collect()),
        ));
    }
    if let Some(extension) = &stream.extension {
        fields.push(("extension", Yaml::field("base64", base64(extension))));
    }
    mapping(fields)
}

fn stream_entry(entry: &StreamEntry) -> Yaml {
    let repeated = entry
        .fields
        .iter()
        .enumerate()
        .any(|(position, (name, _))| {
            entry.fields[..position]
                .iter()
                .any(|(earlier, _)| earlier == name)
        });
    let fields = if repeated {
        let pair = |(name, value)| Yaml::Sequence(vec![bytes(name), bytes(value)]);
        Yaml::Sequence(
            entry
                .fields
                .iter()
                .map(|(name, value)| pair((name, value)))
                .collect(),
        )
    } else {
        let field = |(name, value): &(Bytes, Bytes)| (written_name(name), bytes(value));
        Yaml::Mapping(entry.fields.iter().map(field).collect())
    };
    mapping(vec![
        ("id", Yaml::text(&entry.id.to_string())),
        ("fields", fields),
    ])
}

fn group(group: &ConsumerGroup) -> Yaml {
    let mut fields = vec![
        ("name", bytes(&group.name)),
        ("lastId", Yaml::text(&group.last_id.to_string())),
    ];
    if let Some(read) = group.entries_read {
        fields.push(("entriesRead", number(read)));
    }
    if !group.pending.is_empty() {
        fields.push((
            "pending",
            Yaml::Sequence(group.pending.iter().map(pending).collect()),
        ));
    }
    if !group.consumers.is_empty() {
        let consumers = group.consumers.iter().map(consumer).collect();
        fields.push(("consumers", Yaml::Sequence(consumers)));
    }
    mapping(fields)
}

fn pending(pending: &Pending) -> Yaml {
    mapping(vec![
        ("id", Yaml::text(&pending.id.to_string())),
        ("deliveredAt", number(pending.delivered_at)),
        ("deliveries", number(pending.deliveries)),
    ])
}

fn consumer(consumer: &Consumer) -> Yaml {
    let mut fields = vec![
        ("name", bytes(&consumer.name)),
        ("seenAt", number(consumer.seen_at)),
    ];
    if let Some(at) = consumer.active_at {
        fields.push(("activeAt", number(at)));
    }
    if !consumer.pending.is_empty() {
        let ids = consumer
            .pending
            .iter()
            .map(|id| Yaml::text(&id.to_string()));
        fields.push(("pending", Yaml::Sequence(ids.collect())));
    }
    mapping(fields)
}

pub(super) fn mapping(fields: Vec<(&str, Yaml)>) -> Yaml {
    let field = |(name, value): (&str, Yaml)| (name.to_owned(), value);
    Yaml::Mapping(fields.into_iter().map(field).collect())
}

pub(super) fn number(number: u64) -> Yaml {
    Yaml::Scalar(number.to_string())
}

fn score(score: f64) -> String {
    if score.is_nan() {
        ".nan".to_owned()
    } else if score.is_infinite() {
        if score > 0.0 { ".inf" } else { "-.inf" }.to_owned()
    } else {
        score.to_string()
    }
}

/// Writes bytes: as text where they are, otherwise as Base64.
pub(super) fn bytes(bytes: &Bytes) -> Yaml {
    match std::str::from_utf8(bytes) {
        Ok(text) => Yaml::text(text),
        Err(_) => Yaml::field("base64", base64(bytes)),
    }
}

fn base64(bytes: &Bytes) -> Yaml {
    Yaml::Scalar(format!("\"{}\"", STANDARD.encode(bytes)))
}

pub(super) fn written_name(bytes: &Bytes) -> String {
    text_scalar(&name::write(bytes))
}
