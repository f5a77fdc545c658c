//! Records of one form: of one type and, for strings, one encoding.

use std::time::Duration;

use remold_host_api::{Bytes, HashField, StreamEntry, Value};
use serde_json::Value as Json;
use xxhash_rust::xxh3::xxh3_64;

use super::encoding::{Content, Packing};
use super::examples::{Sighting, Tally};
use super::expiry::Expiry;
use super::options::Options;
use super::place::{Place, Walk};
use super::signature::{Group, Outline, Signatures};
use super::texts::Span;
use crate::view::last_of_each;

/// The type of records and, for strings, what was found in them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FormOf {
    /// A string; integers are still texts.
    Text(Option<Packing>, Content),
    Hash,
    List,
    Set,
    SortedSet,
    Stream,
    /// A module's type, by its name; a type that is not known, by its number.
    Module(Box<str>),
}

/// The name of the root in a record's shape.
const ROOT: &str = "";

/// Everything that was seen in the records of one form under one pattern.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) tally: Tally,
    pub(crate) expiry: Expiry,
    /// Records with a field whose name is not UTF-8.
    pub(crate) unnamed: Tally,
    /// An element of a record is no text; it need not be at a place that is described.
    pub(crate) binary: bool,
    /// Bytes of a string, elements of anything else.
    pub(crate) sizes: Span,
    pub(crate) place: Place,
    pub(crate) signatures: Signatures,
    /// How many places there are below and with `place`.
    pub(crate) places: usize,
}

/// A record that is shown.
pub(crate) struct Observation<'a> {
    pub(crate) value: &'a Value,
    /// The time until it expires.
    pub(crate) remaining: Option<Duration>,
    pub(crate) sighting: &'a Sighting<'a>,
    pub(crate) options: &'a Options,
}

/// What a form observes of it.
pub(crate) enum Observed<'a> {
    Document(&'a Json),
    Text(&'a [u8]),
    /// The value as it is.
    Whole,
}

impl Form {
    pub(crate) fn new(of: &FormOf) -> Self {
        let lexical = matches!(of, FormOf::Text(_, Content::Text));
        Self {
            tally: Tally::default(),
            expiry: Expiry::default(),
            unnamed: Tally::default(),
            binary: false,
            sizes: Span::default(),
            place: Place::new(lexical),
            signatures: Signatures::default(),
            places: 1,
        }
    }

    /// Observes a record. `budget` is how many places may still be made in the whole keyspace.
    pub(crate) fn observe(
        &mut self,
        content: &Observed<'_>,
        observation: &Observation<'_>,
        budget: &mut usize,
        outline: &mut Outline,
    ) {
        let Observation {
            value,
            remaining,
            sighting,
            options,
        } = observation;
        self.tally.add(sighting);
        self.expiry.add(*remaining, sighting);
        self.sizes.add(value.size());
        self.binary = self.binary || has_binary(value);
        if has_unreadable_name(value) {
            self.unnamed.add(sighting);
        }
        let granted = options
            .max_places_of_form
            .saturating_sub(self.places)
            .min(*budget);
        let mut purse = granted;
        let mut walk = Walk {
            sighting,
            options,
            purse: &mut purse,
            depth: 0,
        };
        outline.clear();
        let group = match content {
            Observed::Document(document) => {
                self.place.observe_json(document, &mut walk, Some(outline))
            }
            Observed::Text(text) => {
                self.place.observe_lexical(text, &mut walk);
                Group::Text
            }
            Observed::Whole => observe_value(&mut self.place, value, &mut walk, outline),
        };
        // A fold gives back more than was granted.
        *budget = (*budget + purse).saturating_sub(granted);
        self.places = (self.places + granted).saturating_sub(purse);
        if group != Group::Object {
            // The root itself, under the empty name.
            outline.add(xxh3_64(ROOT.as_bytes()), group);
        }
        let objects = self.place.objects.as_deref();
        if objects.is_some_and(|objects| objects.is_map) {
            outline.clear();
        }
        self.signatures
            .add(outline, sighting, options, |name| objects?.name_of(name));
    }

    /// Merges, and returns how many places that makes free.
    pub(crate) fn merge(&mut self, other: Self, options: &Options) -> usize {
        self.tally.merge(other.tally);
        self.expiry.merge(other.expiry);
        self.unnamed.merge(other.unnamed);
        self.binary |= other.binary;
        self.sizes.merge(other.sizes);
        self.signatures.merge(other.signatures, options);
        let freed = 1 + self.place.merge(other.place, options);
        self.places = (self.places + other.places).saturating_sub(freed);
        freed
    }
}

/// Says whether a field has a name that JSON has no place for.
fn has_unreadable_name(value: &Value) -> bool {
    let is_unreadable = |name: &Bytes| std::str::from_utf8(name).is_err();
    match value {
        Value::Hash(fields) => fields.iter().any(|field| is_unreadable(&field.name)),
        Value::Stream(stream) => {
            let mut fields = stream.entries.iter().flat_map(|entry| &entry.fields);
            fields.any(|(name, _)| is_unreadable(name))
        }
        _ => false,
    }
}

/// Says whether an element is no text.
fn has_binary(value: &Value) -> bool {
    let is_binary = |bytes: &Bytes| std::str::from_utf8(bytes).is_err();
    match value {
        Value::Hash(fields) => fields.iter().any(|field| is_binary(&field.value)),
        Value::List(items) => items.iter().any(is_binary),
        Value::Set(members) => members.iter().any(is_binary),
        Value::SortedSet(members) => members.iter().any(|scored| is_binary(&scored.member)),
        Value::Stream(stream) => {
            let mut fields = stream.entries.iter().flat_map(|entry| &entry.fields);
            fields.any(|(_, value)| is_binary(value))
        }
        Value::Text(_) | Value::Opaque(_) => false,
    }
}

fn observe_value(
    place: &mut Place,
    value: &Value,
    walk: &mut Walk<'_>,
    outline: &mut Outline,
) -> Group {
    match value {
        Value::Hash(fields) => {
            place.seen += 1;
            observe_fields(place, fields.as_slice(), walk, outline);
            Group::Object
        }
        Value::List(items) => observe_items(place, items, walk),
        Value::Set(members) => observe_items(place, members.as_slice(), walk),
        Value::SortedSet(members) => {
            place.seen += 1;
            let arrays = place.arrays.get_or_insert_default();
            arrays.begin(members.len(), walk);
            for scored in members {
                arrays.item(false, walk, |item, walk| {
                    item.seen += 1;
                    let objects = item.objects.get_or_insert_default();
                    objects.begin(2, walk);
                    objects.member("member", 0, true, walk, None, |place, walk| {
                        place.observe_lexical(&scored.member, walk)
                    });
                    objects.member("score", 1, false, walk, None, |place, walk| {
                        place.observe_score(scored.score, walk)
                    });
                    Group::Object
                });
            }
            Group::Array
        }
        Value::Stream(stream) => {
            place.seen += 1;
            let arrays = place.arrays.get_or_insert_default();
            arrays.begin(stream.entries.len(), walk);
            for entry in &stream.entries {
                arrays.item(false, walk, |item, walk| observe_entry(item, entry, walk));
            }
            Group::Array
        }
        Value::Text(_) | Value::Opaque(_) => {
            place.seen += 1;
            Group::Text
        }
    }
}

fn observe_fields(
    place: &mut Place,
    fields: &[HashField],
    walk: &mut Walk<'_>,
    outline: &mut Outline,
) {
    let objects = place.objects.get_or_insert_default();
    objects.begin(fields.len(), walk);
    for (position, field) in fields.iter().enumerate() {
        let name = String::from_utf8_lossy(&field.name);
        let version = || std::str::from_utf8(&field.value).ok().map(str::to_owned);
        outline.note_version(&name, version);
        objects.member(&name, position, true, walk, Some(outline), |place, walk| {
            place.observe_lexical(&field.value, walk)
        });
        if field.expires_at.is_some() {
            objects.note_expiring(&name);
        }
    }
}

fn observe_items(place: &mut Place, items: &[Bytes], walk: &mut Walk<'_>) -> Group {
    place.seen += 1;
    let arrays = place.arrays.get_or_insert_default();
    arrays.begin(items.len(), walk);
    for item in items {
        arrays.item(true, walk, |place, walk| place.observe_lexical(item, walk));
    }
    Group::Array
}

fn observe_entry(item: &mut Place, entry: &StreamEntry, walk: &mut Walk<'_>) -> Group {
    item.seen += 1;
    let objects = item.objects.get_or_insert_default();
    objects.begin(2, walk);
    objects.member("id", 0, false, walk, None, |place, _| {
        // What an id looks like is known.
        place.seen += 1;
        Group::Text
    });
    objects.member("fields", 1, false, walk, None, |place, walk| {
        place.seen += 1;
        let objects = place.objects.get_or_insert_default();
        objects.begin(entry.fields.len(), walk);
        for (position, (name, value)) in last_of_each(&entry.fields).enumerate() {
            let name = String::from_utf8_lossy(name);
            objects.member(&name, position, true, walk, None, |place, walk| {
                place.observe_lexical(value, walk)
            });
        }
        Group::Object
    });
    Group::Object
}
