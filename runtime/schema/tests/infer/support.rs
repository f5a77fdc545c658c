//! Records to observe, and the view of a record that a schema is laid over.

use std::time::Duration;

use remold_host_api::{Bytes, HashField, Scored, StreamEntry, StreamId, StreamValue, Value};
use remold_schema::Schema;
use remold_schema::infer::{Content, Inference, Inferred, Options, Packing, Proposal, RedisType};
use serde_json::{Value as Json, json};

/// A record to observe.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) key: Vec<u8>,
    pub(crate) value: Value,
    pub(crate) remaining: Option<Duration>,
}

pub(crate) fn record(key: impl Into<Vec<u8>>, value: Value) -> Record {
    Record {
        key: key.into(),
        value,
        remaining: None,
    }
}

pub(crate) fn text(text: impl AsRef<[u8]>) -> Value {
    Value::Text(Bytes::copy_from_slice(text.as_ref()))
}

pub(crate) fn hash<N: AsRef<str>, V: AsRef<[u8]>>(
    fields: impl IntoIterator<Item = (N, V)>,
) -> Value {
    let field = |(name, value): (N, V)| HashField {
        name: Bytes::copy_from_slice(name.as_ref().as_bytes()),
        value: Bytes::copy_from_slice(value.as_ref()),
        expires_at: None,
    };
    Value::Hash(fields.into_iter().map(field).collect())
}

pub(crate) fn list<V: AsRef<[u8]>>(items: impl IntoIterator<Item = V>) -> Value {
    Value::List(
        items
            .into_iter()
            .map(|item| Bytes::copy_from_slice(item.as_ref()))
            .collect(),
    )
}

pub(crate) fn set<V: AsRef<[u8]>>(items: impl IntoIterator<Item = V>) -> Value {
    Value::Set(
        items
            .into_iter()
            .map(|item| Bytes::copy_from_slice(item.as_ref()))
            .collect(),
    )
}

pub(crate) fn sorted_set<V: AsRef<[u8]>>(items: impl IntoIterator<Item = (V, f64)>) -> Value {
    let scored = |(member, score): (V, f64)| Scored {
        member: Bytes::copy_from_slice(member.as_ref()),
        score,
    };
    Value::SortedSet(items.into_iter().map(scored).collect())
}

pub(crate) fn stream<V: AsRef<[u8]>>(
    entries: impl IntoIterator<Item = Vec<(&'static str, V)>>,
) -> Value {
    let entry = |(ms, fields): (u64, Vec<(&'static str, V)>)| StreamEntry {
        id: StreamId { ms, seq: 0 },
        fields: fields
            .into_iter()
            .map(|(name, value)| {
                (
                    Bytes::from_static(name.as_bytes()),
                    Bytes::copy_from_slice(value.as_ref()),
                )
            })
            .collect(),
    };
    let stream = StreamValue {
        entries: (1..).zip(entries).map(entry).collect(),
        ..StreamValue::default()
    };
    Value::Stream(Box::new(stream))
}

pub(crate) fn observe(records: &[Record], options: Options) -> Inference {
    let mut inference = Inference::new(options);
    for record in records {
        inference.observe(&record.key, &record.value, record.remaining);
    }
    inference
}

pub(crate) fn infer(records: &[Record]) -> Inferred {
    observe(records, Options::default()).finish()
}

/// The patterns with their counts, the largest first.
pub(crate) fn patterns(inferred: &Inferred) -> Vec<(String, u64)> {
    inferred
        .proposals
        .iter()
        .map(|proposal| (proposal.pattern.to_string(), proposal.records))
        .collect()
}

pub(crate) fn schema(proposal: &Proposal) -> &Json {
    &proposal.draft.as_ref().expect("the type has a draft")["spec"]["schema"]
}

/// Says whether a draft accepts a record, its embedded documents too.
pub(crate) fn accepts(proposal: &Proposal, value: &Value) -> bool {
    refused(proposal, [value]) == 0
}

/// Counts the records that a draft refuses.
pub(crate) fn refused<'a>(
    proposal: &Proposal,
    values: impl IntoIterator<Item = &'a Value>,
) -> usize {
    let schema = schema(proposal);
    let any = json!({});
    let compiled = Schema::compile(if schema.is_null() { &any } else { schema }, &[])
        .expect("a draft is a schema");
    let accepts = |value: &&Value| {
        view(proposal, value).is_some_and(|view| {
            compiled.violations(&view).is_empty() && documents_fit(schema, &view)
        })
    };
    values.into_iter().filter(|value| !accepts(value)).count()
}

/// The JSON that stands for a record; `None` if it has not the type or encoding.
pub(crate) fn view(proposal: &Proposal, value: &Value) -> Option<Json> {
    let schema = schema(proposal);
    let lossy = |bytes: &[u8]| json!(String::from_utf8_lossy(bytes));
    Some(match (value, &proposal.redis_type) {
        (Value::Text(bytes), RedisType::String) => {
            let encoding = proposal.encoding.expect("a string has an encoding");
            let bytes = match encoding.packing {
                None => bytes.to_vec(),
                Some(packing) => unpack(packing, bytes)?,
            };
            match encoding.content {
                Content::Json => serde_json::from_slice(&bytes).ok()?,
                Content::Integer => serde_json::from_slice::<i128>(&bytes)
                    .map(|_| serde_json::from_slice(&bytes))
                    .ok()?
                    .ok()?,
                Content::Text => json!(String::from_utf8(bytes).ok()?),
                Content::Msgpack => {
                    let value = rmpv::decode::read_value(&mut &*bytes).ok()?;
                    serde_json::from_str(&value.to_string()).ok()?
                }
                Content::Raw => Json::Null,
            }
        }
        (Value::Hash(fields), RedisType::Hash) => {
            let typed = fields.iter().map(|field| {
                let name = String::from_utf8_lossy(&field.name).into_owned();
                let value = as_asked(&field.value, schema_of(schema, &name));
                (name, value)
            });
            Json::Object(typed.collect())
        }
        (Value::List(items), RedisType::List) => items.iter().map(|item| lossy(item)).collect(),
        (Value::Set(members), RedisType::Set) => {
            members.iter().map(|member| lossy(member)).collect()
        }
        (Value::SortedSet(members), RedisType::SortedSet) => {
            let scored =
                |scored: &Scored| json!({"member": lossy(&scored.member), "score": scored.score});
            members.iter().map(scored).collect()
        }
        (Value::Stream(stream), RedisType::Stream) => {
            let entry = |entry: &StreamEntry| {
                let field = |(name, value): &(Bytes, Bytes)| {
                    (String::from_utf8_lossy(name).into_owned(), lossy(value))
                };
                let fields: serde_json::Map<_, _> = entry.fields.iter().map(field).collect();
                json!({"id": entry.id.to_string(), "fields": fields})
            };
            stream.entries.iter().map(entry).collect()
        }
        (Value::Opaque(_), RedisType::Json) => Json::Null,
        _ => return None,
    })
}

/// The schema of a hash's field.
fn schema_of<'a>(schema: &'a Json, name: &str) -> Option<&'a Json> {
    if let Some(found) = schema["properties"].get(name) {
        return Some(found);
    }
    let patterns = schema["patternProperties"].as_object();
    let fits = |pattern: &str| {
        let pattern = Schema::compile(&json!({"pattern": pattern}), &[]).expect("a pattern");
        pattern.violations(&json!(name)).is_empty()
    };
    let found = patterns.and_then(|patterns| patterns.iter().find(|(pattern, _)| fits(pattern)));
    found
        .map(|(_, found)| found)
        .or_else(|| schema.get("additionalProperties"))
}

/// A field as a number or boolean, if its schema asks for one and its text is one.
fn as_asked(bytes: &[u8], schema: Option<&Json>) -> Json {
    let literal = serde_json::from_slice::<Json>(bytes).ok();
    match (schema.and_then(|schema| schema["type"].as_str()), literal) {
        (Some("integer" | "number"), Some(number @ Json::Number(_))) => number,
        (Some("boolean"), Some(boolean @ Json::Bool(_))) => boolean,
        _ => json!(String::from_utf8_lossy(bytes)),
    }
}

/// Holds documents inside of texts against their schemas, which a validator does not.
fn documents_fit(schema: &Json, value: &Json) -> bool {
    if let Some(inside) = schema.get("contentSchema") {
        let document = value
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        let compiled = Schema::compile(inside, &[]).expect("it is a schema");
        return document.is_some_and(|document| {
            compiled.violations(&document).is_empty() && documents_fit(inside, &document)
        });
    }
    match value {
        Json::Object(object) => object.iter().all(|(name, value)| {
            schema_of(schema, name).is_none_or(|schema| documents_fit(schema, value))
        }),
        Json::Array(items) => items
            .iter()
            .all(|item| documents_fit(&schema["items"], item)),
        _ => true,
    }
}

fn unpack(packing: Packing, bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut unpacked = Vec::new();
    let read = match packing {
        Packing::Gzip => flate2::read::GzDecoder::new(bytes).read_to_end(&mut unpacked),
        Packing::Zlib => flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut unpacked),
        Packing::Zstd => zstd::Decoder::new(bytes).ok()?.read_to_end(&mut unpacked),
        Packing::Lz4 => lz4_flex::frame::FrameDecoder::new(bytes).read_to_end(&mut unpacked),
    };
    read.ok().map(|_| unpacked)
}

pub(crate) fn pack(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let level = flate2::Compression::default();
    match packing {
        Packing::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder
                .write_all(bytes)
                .and_then(|()| encoder.finish())
                .expect("memory takes all")
        }
        Packing::Zlib => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder
                .write_all(bytes)
                .and_then(|()| encoder.finish())
                .expect("memory takes all")
        }
        Packing::Zstd => zstd::bulk::compress(bytes, 3).expect("memory takes all"),
        Packing::Lz4 => {
            let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
            encoder.write_all(bytes).expect("memory takes all");
            encoder.finish().expect("memory takes all")
        }
    }
}
