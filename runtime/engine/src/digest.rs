//! The digest of a value: equal for values that mean the same, whatever their encoding.
//!
//! `DUMP`'s bytes change without any write (restart, rehash, conversion, upgrade), so rollback and
//! verification compare values. Collections without order are hashed element by element and summed up,
//! which needs no sorting. 128 bits of XXH3: against accidents, not against forgery.

use std::cell::Cell;

use remold_host_api::{StreamValue, Value};
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// How much memory for what is hashed in one piece is kept from one value to the next.
const KEPT: usize = 64 << 10;

/// How many bytes are put together without memory of their own.
const SHORT: usize = 256;

thread_local! {
    static PARTS: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A digest of a decoded value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ValueDigest(pub [u8; 16]);

impl std::fmt::Display for ValueDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl ValueDigest {
    /// Digests a value.
    pub fn of(value: &Value) -> Self {
        let mut parts = PARTS.take();
        parts.clear();
        let mut short = [0; SHORT];
        let hash = match value {
            Value::Text(text) => xxh3_128_with_seed(text, 1),
            Value::List(items) => {
                items.iter().for_each(|item| part(&mut parts, item));
                xxh3_128_with_seed(&parts, 2)
            }
            Value::Set(members) => unordered(
                3,
                members.iter().map(|member| xxh3_128_with_seed(member, 3)),
            ),
            Value::SortedSet(members) => unordered(
                4,
                members.iter().map(|scored| {
                    parts.clear();
                    parts.extend_from_slice(&scored.score.to_bits().to_le_bytes());
                    parts.extend_from_slice(&scored.member);
                    xxh3_128_with_seed(&parts, 4)
                }),
            ),
            Value::Hash(fields) => unordered(
                5,
                fields.iter().map(|field| {
                    let pieces: [&[u8]; 6] = [
                        &(field.name.len() as u64).to_le_bytes(),
                        &field.name,
                        &(field.value.len() as u64).to_le_bytes(),
                        &field.value,
                        &[u8::from(field.expires_at.is_some())],
                        &field.expires_at.unwrap_or_default().to_le_bytes(),
                    ];
                    if let Some(joined) = join(&mut short, &pieces) {
                        return xxh3_128_with_seed(joined, 5);
                    }
                    parts.clear();
                    pieces
                        .iter()
                        .for_each(|piece| parts.extend_from_slice(piece));
                    xxh3_128_with_seed(&parts, 5)
                }),
            ),
            Value::Stream(stream) => {
                stream_parts(&mut parts, stream);
                xxh3_128_with_seed(&parts, 6)
            }
            Value::Opaque(opaque) => {
                parts.push(opaque.type_id);
                parts.extend_from_slice(&opaque.bytes);
                xxh3_128_with_seed(&parts, 7)
            }
        };
        if parts.capacity() <= KEPT {
            PARTS.set(parts);
        }
        Self(hash.to_le_bytes())
    }
}

/// Puts pieces one behind the other, if they fit.
fn join<'a>(into: &'a mut [u8; SHORT], pieces: &[&[u8]]) -> Option<&'a [u8]> {
    let mut end = 0;
    for piece in pieces {
        let begin = end;
        end += piece.len();
        into.get_mut(begin..end)?.copy_from_slice(piece);
    }
    Some(&into[..end])
}

fn part(parts: &mut Vec<u8>, bytes: &[u8]) {
    number(parts, bytes.len() as u64);
    parts.extend_from_slice(bytes);
}

fn number(parts: &mut Vec<u8>, number: u64) {
    parts.extend_from_slice(&number.to_le_bytes());
}

fn optional(parts: &mut Vec<u8>, optional: Option<u64>) {
    parts.push(u8::from(optional.is_some()));
    number(parts, optional.unwrap_or_default());
}

fn unordered(seed: u64, elements: impl Iterator<Item = u128>) -> u128 {
    let (mut sum, mut count) = (0_u128, 0_u64);
    for element in elements {
        sum = sum.wrapping_add(element);
        count += 1;
    }
    let mut parts = [0; 24];
    parts[..16].copy_from_slice(&sum.to_le_bytes());
    parts[16..].copy_from_slice(&count.to_le_bytes());
    xxh3_128_with_seed(&parts, seed)
}

fn stream_parts(parts: &mut Vec<u8>, stream: &StreamValue) {
    let id = |parts: &mut Vec<u8>, id: remold_host_api::StreamId| {
        number(parts, id.ms);
        number(parts, id.seq);
    };
    number(parts, stream.entries.len() as u64);
    for entry in &stream.entries {
        id(parts, entry.id);
        number(parts, entry.fields.len() as u64);
        for (name, value) in &entry.fields {
            part(parts, name);
            part(parts, value);
        }
    }
    id(parts, stream.last_id);
    id(parts, stream.max_deleted_id);
    number(parts, stream.entries_added);
    number(parts, stream.groups.len() as u64);
    for group in &stream.groups {
        part(parts, &group.name);
        id(parts, group.last_id);
        optional(parts, group.entries_read);
        number(parts, group.pending.len() as u64);
        for pending in &group.pending {
            id(parts, pending.id);
            number(parts, pending.delivered_at);
            number(parts, pending.deliveries);
        }
        number(parts, group.consumers.len() as u64);
        for consumer in &group.consumers {
            part(parts, &consumer.name);
            number(parts, consumer.seen_at);
            optional(parts, consumer.active_at);
            number(parts, consumer.pending.len() as u64);
            consumer
                .pending
                .iter()
                .for_each(|pending| id(parts, *pending));
        }
    }
    part(parts, stream.extension.as_deref().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use remold_host_api::{Bytes, HashField, Scored};

    use super::*;

    fn hash(fields: &[(&str, &str)]) -> Value {
        let field = |(name, value): &(&str, &str)| HashField {
            name: Bytes::copy_from_slice(name.as_bytes()),
            value: Bytes::copy_from_slice(value.as_bytes()),
            expires_at: None,
        };
        Value::Hash(fields.iter().map(field).collect())
    }

    #[test]
    fn the_order_of_a_hash_does_not_matter_and_everything_else_does() {
        let digest = |fields: &[(&str, &str)]| ValueDigest::of(&hash(fields));
        assert_eq!(
            digest(&[("a", "1"), ("b", "2")]),
            digest(&[("b", "2"), ("a", "1")])
        );
        assert_ne!(
            digest(&[("a", "1"), ("b", "2")]),
            digest(&[("a", "2"), ("b", "1")])
        );
        assert_ne!(digest(&[("ab", "1")]), digest(&[("a", "b1")]));
        assert_ne!(
            ValueDigest::of(&Value::Text(Bytes::new())),
            ValueDigest::of(&Value::List(Vec::new()))
        );
    }

    #[test]
    fn the_digest_of_a_value_is_the_same_for_ever() {
        let shown = |value: &Value| ValueDigest::of(value).to_string();
        let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
        let long = "long ".repeat(SHORT);
        assert_eq!(
            [
                shown(&Value::Text(bytes("text"))),
                shown(&Value::List(vec![bytes("a"), bytes("b")])),
                shown(&hash(&[("name", "Ada"), ("price", "12.50")])),
                shown(&hash(&[("name", &long)])),
            ],
            [
                "d7e3fba50ab532b481a8ef7e7962b006",
                "eac43b10bcf2ea8a91e7287049f005bf",
                "ff6c18990b1d51b92a77f1ff9e2b1e51",
                "19fe2677fb754181522967591047a81d"
            ]
        );
    }

    #[test]
    fn scores_are_compared_by_their_bits() {
        let scored = |score| {
            let member = Bytes::from_static(b"m");
            ValueDigest::of(&Value::SortedSet(
                [Scored { member, score }].into_iter().collect(),
            ))
        };
        assert_eq!(scored(f64::NAN), scored(f64::NAN));
        assert_ne!(scored(0.0), scored(-0.0));
    }
}
