//! Records to observe, and the view of a record that a schema is laid over.

use std::time::Duration;

use remold_host_api::{Bytes, HashField, Scored, StreamEntry, StreamId, StreamValue, Value};
use remold_manifest::Version;
use remold_schema::infer::{Inference, Inferred, Options, Packing, Proposal};
use remold_schema::{Definition, Occasion, References, Seen};
use serde_json::Value as Json;

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

/// The draft as it is registered: written, read and compiled.
pub(crate) fn definition(proposal: &Proposal) -> Definition {
    let text = proposal
        .to_yaml(&Version::new(1, 0, 0))
        .expect("the type has a draft");
    Definition::read("draft.yaml", &text, &References::new())
        .unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

/// Says whether a draft accepts a record.
pub(crate) fn accepts(proposal: &Proposal, record: &Record) -> bool {
    refused(proposal, [record]) == 0
}

/// Counts the records that a draft refuses.
pub(crate) fn refused<'a>(
    proposal: &Proposal,
    records: impl IntoIterator<Item = &'a Record>,
) -> usize {
    /// The moment at which they are looked at.
    const NOW: u64 = 1_700_000_000_000;
    let definition = definition(proposal);
    let accepts = |record: &&Record| {
        let left = |left: Duration| u64::try_from(left.as_millis()).expect("it fits") + NOW;
        let seen = Seen {
            key: &Bytes::copy_from_slice(&record.key),
            value: &record.value,
            expires_at: record.remaining.map(left),
        };
        definition.accepts(seen, NOW, Occasion::Found)
    };
    records
        .into_iter()
        .filter(|record| !accepts(record))
        .count()
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
