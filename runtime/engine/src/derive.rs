//! From a record's edits to operations: what is written, and what undo needs to know of it.

use std::collections::HashMap;
use std::sync::Arc;

use remold_host_api::{Bytes, Entry, Record, Value};
use remold_rdb::Target;

use crate::digest::ValueDigest;
use crate::edit;
use crate::port::{Fetched, Guard, Image, Write};
use crate::record::{Group, KeyImage, Rejected};
use crate::spec::RunSpec;
use crate::surroundings::Surroundings;

/// What a record was before its transform edited it.
#[derive(Debug)]
pub(crate) struct Original {
    pub(crate) image: Image,
    /// Of its value. Most edits change it, and then nothing else has to be compared.
    weight: usize,
}

impl Original {
    /// Remembers what was read and what that was decoded to.
    pub(crate) fn new(image: Image, value: &Value) -> Self {
        let weight = value.weight();
        Self { image, weight }
    }

    /// Returns the record once more as it was read.
    pub(crate) fn entry(&self, key: &Bytes) -> Entry {
        let decoded = remold_rdb::decode(&self.image.payload);
        Entry {
            key: key.clone(),
            value: decoded.expect("it was decoded before").value,
            expires_at: self.image.expires_at,
        }
    }

    /// Says whether a value means the same as the one that was read.
    pub(crate) fn is(&self, value: &Value) -> bool {
        self.weight == value.weight()
            && remold_rdb::decode(&self.image.payload).is_ok_and(|before| {
                before.value == *value || ValueDigest::of(&before.value) == ValueDigest::of(value)
            })
    }
}

/// One record's change, ready to be journalled and written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    /// The keys before and after; the record's own key first.
    pub(crate) group: Group,
    /// The operations, in order.
    pub(crate) writes: Vec<Write>,
    /// Bytes of the record's value before and after.
    pub(crate) bytes: (u64, u64),
    /// The way between versions that the record takes, if it takes one.
    pub(crate) way: Option<Arc<str>>,
}

/// Returns the other keys that a record's edits name, each once; an error if one is named twice, is not
/// permitted, or is the record's own.
pub(crate) fn named_keys(spec: &RunSpec, record: &Record) -> Result<Vec<Bytes>, Rejected> {
    let mut keys: Vec<Bytes> = Vec::new();
    let renamed = if record.is_deleted() {
        None
    } else {
        record.renamed()
    };
    let emitted = record.emitted().iter().map(|entry| &entry.key);
    for key in renamed.into_iter().chain(emitted).chain(record.removed()) {
        if key == record.key() || keys.contains(key) {
            let name = crate::text::escape(key);
            let message = format!(
                "the transform names {name} more than once; a key can be written once for a record"
            );
            return Err(reject(record.key(), "bad-output", message));
        }
        if let Some(message) = spec.forbids(key) {
            return Err(reject(record.key(), "denied", message));
        }
        if let Some(message) = spec.leaves_to_others(key) {
            return Err(reject(record.key(), FOREIGN_SHARE, message));
        }
        keys.push(key.clone());
    }
    Ok(keys)
}

/// The code of a record whose transform names a key that another share of the run would migrate.
const FOREIGN_SHARE: &str = "foreign-share";

/// Makes a rejection of a key.
pub(crate) fn reject(key: &Bytes, code: &str, message: impl Into<String>) -> Rejected {
    Rejected {
        key: key.clone(),
        code: code.to_owned(),
        message: message.into(),
        location: None,
        step: None,
        breaches: Vec::new(),
    }
}

/// Derives the operations of one record; `None` if its edits change nothing. `others` holds what is at
/// the other keys that it names.
pub(crate) fn derive(
    around: Surroundings<'_>,
    record: &Record,
    original: &Original,
    others: &HashMap<Bytes, Fetched>,
) -> Result<Option<Planned>, Rejected> {
    let mut plan = Planned {
        group: Vec::with_capacity(1 + others.len()),
        writes: Vec::with_capacity(1 + others.len()),
        bytes: (original.image.payload.len() as u64, 0),
        way: None,
    };
    own_key(around, record, original, others, &mut plan)?;
    for entry in record.emitted() {
        put_other(around, record, entry, others, &mut plan)?;
    }
    for key in record.removed() {
        if let Some(before) = found(record.key(), others, key)? {
            plan.writes.push(Write::Delete { key: key.clone() });
            plan.group.push(KeyImage {
                key: key.clone(),
                before: Some(before),
                after: None,
            });
        }
    }
    Ok((!plan.writes.is_empty()).then_some(plan))
}

fn own_key(
    around: Surroundings<'_>,
    record: &Record,
    original: &Original,
    others: &HashMap<Bytes, Fetched>,
    plan: &mut Planned,
) -> Result<(), Rejected> {
    let key = record.key();
    let image = &original.image;
    // By the run's own clock, so that a dry run, a fixture and a resume say the same.
    let now = around.spec.context.now_ms;
    let gone = record.expiry_touched() && record.expires_at().is_some_and(|at| at <= now);
    if record.is_deleted() || record.value().is_empty_aggregate() || gone {
        plan.writes.push(Write::Delete { key: key.clone() });
        plan.group.push(KeyImage {
            key: key.clone(),
            before: Some(image.clone()),
            after: None,
        });
        return Ok(());
    }
    let encoded = changed_value(&around.facts.target, record, original)?;
    let expires_at = if record.expiry_touched() {
        record.expires_at()
    } else {
        image.expires_at
    };
    let after = around.after(record.value(), expires_at);
    plan.bytes.1 = encoded.as_ref().unwrap_or(&image.payload).len() as u64;
    let put = |key: &Bytes, payload: Bytes| Write::Put {
        key: key.clone(),
        image: Image {
            payload,
            expires_at,
            eviction: image.eviction,
        },
    };
    let expire = |key: &Bytes| Write::Expire {
        key: key.clone(),
        at: expires_at,
    };
    let Some(to) = record.renamed() else {
        match encoded {
            Some(payload) => {
                let edit = big_edit(around.facts.guard, record, image);
                let expiry =
                    (edit.is_some() && expires_at != image.expires_at).then(|| expire(key));
                let edited = edit.map(|edit| Write::Edit {
                    key: key.clone(),
                    edit,
                });
                plan.writes
                    .push(edited.unwrap_or_else(|| put(key, payload)));
                plan.writes.extend(expiry);
            }
            None if expires_at != image.expires_at => plan.writes.push(expire(key)),
            // Nothing is written here, but another key may be: the group tells whose change it is.
            None => {}
        }
        plan.group.push(KeyImage {
            key: key.clone(),
            before: Some(image.clone()),
            after: Some(after),
        });
        return Ok(());
    };
    let replaced = found(key, others, to)?;
    refuse_replacing(around.spec, key, to, replaced.as_ref())?;
    match encoded {
        Some(payload) => plan
            .writes
            .extend([put(to, payload), Write::Delete { key: key.clone() }]),
        None => {
            plan.writes.push(Write::Rename {
                from: key.clone(),
                to: to.clone(),
            });
            plan.writes
                .extend((expires_at != image.expires_at).then(|| expire(to)));
        }
    }
    plan.group.push(KeyImage {
        key: key.clone(),
        before: Some(image.clone()),
        after: None,
    });
    plan.group.push(KeyImage {
        key: to.clone(),
        before: replaced,
        after: Some(after),
    });
    Ok(())
}

/// Encodes the value if it is not what it was.
fn changed_value(
    target: &Target,
    record: &Record,
    original: &Original,
) -> Result<Option<Bytes>, Rejected> {
    if !record.value_touched() || original.is(record.value()) {
        return Ok(None);
    }
    let payload = encode(target, record.key(), record.value())?;
    Ok((payload != original.image.payload).then_some(payload))
}

fn encode(target: &Target, key: &Bytes, value: &Value) -> Result<Bytes, Rejected> {
    remold_rdb::encode(value, target).map_err(|error| reject(key, "unencodable", error.to_string()))
}

/// Returns the edit of a big value, if one serves better than the whole.
fn big_edit(guard: Guard, record: &Record, image: &Image) -> Option<crate::port::CommandEdit> {
    if guard == Guard::Exclusive || image.payload.len() < edit::BIG {
        return None;
    }
    let before = remold_rdb::decode(&image.payload).ok()?;
    edit::difference(&before.value, record.value())
}

fn put_other(
    around: Surroundings<'_>,
    record: &Record,
    entry: &Entry,
    others: &HashMap<Bytes, Fetched>,
    plan: &mut Planned,
) -> Result<(), Rejected> {
    if entry.value.is_empty_aggregate() {
        let message = format!(
            "{} would be empty, and Redis keeps no empty {}",
            crate::text::escape(&entry.key),
            entry.value.kind()
        );
        return Err(reject(record.key(), "bad-output", message));
    }
    let before = found(record.key(), others, &entry.key)?;
    refuse_replacing(around.spec, record.key(), &entry.key, before.as_ref())?;
    let payload = encode(&around.facts.target, record.key(), &entry.value)?;
    let after = Some(around.after(&entry.value, entry.expires_at));
    plan.group.push(KeyImage {
        key: entry.key.clone(),
        before,
        after,
    });
    plan.writes.insert(
        0,
        Write::Put {
            key: entry.key.clone(),
            image: Image {
                payload,
                expires_at: entry.expires_at,
                eviction: None,
            },
        },
    );
    Ok(())
}

fn refuse_replacing(
    spec: &RunSpec,
    key: &Bytes,
    to: &Bytes,
    there: Option<&Image>,
) -> Result<(), Rejected> {
    if there.is_none() || spec.policy.overwrite {
        return Ok(());
    }
    let name = crate::text::escape(to);
    let message = format!(
        "{name} exists already; set spec.policy.overwrite to true to replace it (its value stays in the journal)"
    );
    Err(reject(key, "target-exists", message))
}

/// Returns what is at another key. What cannot be read cannot be put back, and so is not to be replaced.
fn found(
    record: &Bytes,
    others: &HashMap<Bytes, Fetched>,
    key: &Bytes,
) -> Result<Option<Image>, Rejected> {
    match others.get(key) {
        Some(Fetched::Found(image)) => Ok(Some(image.clone())),
        Some(Fetched::Unreadable(why)) => {
            let message = format!("{}: {why}", crate::text::escape(key));
            Err(reject(record, why.code(), message))
        }
        Some(Fetched::Absent | Fetched::TooLarge { .. }) | None => Ok(None),
    }
}
