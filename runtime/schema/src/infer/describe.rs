//! A place and all below it as proposals for fields and, at the same time, as JSON Schema.

use remold_host_api::Bytes;
use serde_json::{Map, Value as Json, json};

use super::confidence::confidence;
use super::decide::{Decision, decide, exception, range};
use super::form::Form;
use super::formats;
use super::kind::CaptureKind;
use super::members::{Member, Objects};
use super::options::Options;
use super::place::{Arrays, Place};
use super::proposal::{CounterExample, FieldProposal, FieldType, RedisType};
use super::texts::Numbers;
use super::written::{self, Way};

/// Describes places, and collects what it says of each.
pub(crate) struct Describer<'a> {
    pub(crate) options: &'a Options,
    /// The type of the records.
    pub(crate) of: &'a RedisType,
    /// Finds keys of records that lack a member of the root.
    pub(crate) keys_without: &'a dyn Fn(&str) -> Vec<Bytes>,
    pub(crate) fields: Vec<FieldProposal>,
    /// How elements are written, as far as nothing else is said of a field.
    pub(crate) base: Way,
    /// What is said of single fields of a hash.
    pub(crate) said: Map<String, Json>,
}

/// Where a place stands.
#[derive(Debug, Clone, Default)]
struct Standing {
    /// How many values there could have been.
    of: u64,
    required: bool,
    expiring: u64,
    way: Way,
    /// The types that texts at this place may be read as besides its own: of members whose names vary all are read alike.
    also: Vec<&'static str>,
}

impl Standing {
    /// A place with a value wherever there could be one.
    fn of_all(of: u64) -> Self {
        Self {
            of,
            required: true,
            ..Self::default()
        }
    }
}

impl Describer<'_> {
    /// Describes the root of the records of a form and all below it.
    pub(crate) fn root(&mut self, form: &Form) -> Json {
        self.base = written::base(form, self.of, self.options);
        let place = &form.place;
        self.place(place, "", Standing::of_all(place.seen), Vec::new())
    }

    /// Returns everything that speaks against what was said.
    pub(crate) fn counter_examples(&self) -> Vec<CounterExample> {
        self.fields
            .iter()
            .flat_map(|field| field.counter_examples.iter().cloned())
            .collect()
    }

    fn place(
        &mut self,
        place: &Place,
        pointer: &str,
        standing: Standing,
        missing: Vec<CounterExample>,
    ) -> Json {
        let decision = decide(place, pointer, self.options);
        let mut field = field(place, pointer, &standing, &decision);
        field.counter_examples.extend(missing);
        let hint = field.hint;
        self.fields.push(field);
        let mut schema = Map::new();
        if place.lexical && standing.way == Way::Raw {
            put(&mut schema, "type", json!("string"));
            if decision.accepts(FieldType::Binary) {
                put(&mut schema, "description", json!("bytes that are no text"));
            }
            return Json::Object(schema);
        }
        if decision.accepted.is_empty() || is_unbounded(place) {
            return Json::Object(schema);
        }
        if decision.accepted == [FieldType::Document] {
            return self.document(place, pointer);
        }
        write_types(&decision, &standing.also, &mut schema);
        write_description(place, &decision, hint, &mut schema);
        if let Some(arrays) = place
            .arrays
            .as_deref()
            .filter(|_| decision.accepts(FieldType::Array))
        {
            self.array(arrays, pointer, &mut schema);
        }
        if let Some(objects) = place
            .objects
            .as_deref()
            .filter(|_| decision.accepts(FieldType::Object))
        {
            self.object(objects, pointer, &mut schema);
        }
        Json::Object(schema)
    }

    /// Describes what texts hold that are documents.
    fn document(&mut self, place: &Place, pointer: &str) -> Json {
        let texts = place.texts.as_deref();
        let all = texts.map_or(0, |texts| texts.documents.count);
        if let Some(document) = texts.and_then(|texts| texts.document.as_deref()) {
            let below = format!("{pointer}#");
            let inside = self.place(document, &below, Standing::of_all(all), Vec::new());
            if document.seen == all {
                return inside;
            }
        }
        // What was not looked into may be anything.
        json!({"type": ["array", "object"]})
    }

    fn array(&mut self, arrays: &Arrays, pointer: &str, schema: &mut Map<String, Json>) {
        let Some(items) = arrays.items.as_deref() else {
            return;
        };
        let standing = Standing {
            way: self.base,
            ..Standing::of_all(arrays.elements)
        };
        let inside = self.place(items, &format!("{pointer}/*"), standing, Vec::new());
        if items.seen == arrays.elements {
            put(schema, "items", inside);
        }
    }

    fn object(&mut self, objects: &Objects, pointer: &str, schema: &mut Map<String, Json>) {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for member in objects.in_order() {
            let missing = objects.tally.count.saturating_sub(member.place.seen);
            let is_required = missing <= self.options.allowed(objects.tally.count);
            let inside = self.member(member, objects.tally.count, is_required, pointer);
            properties.insert(member.name.to_string(), inside);
            if is_required {
                required.push(json!(&*member.name));
            }
        }
        if !required.is_empty() {
            put(schema, "required", required.into());
        }
        let is_map = properties.is_empty();
        if !is_map {
            put(schema, "properties", properties.into());
        }
        let mut patterns = Map::new();
        let places: Vec<&Place> = objects.variable.iter().map(|(_, place)| place).collect();
        let also = written::types_of(&places, self.options);
        for (kind, place) in &objects.variable {
            let standing = Standing {
                of: place.seen,
                way: self.base,
                also: also.clone(),
                ..Standing::default()
            };
            let inside = self.place(place, &format!("{pointer}/*"), standing, Vec::new());
            // Of names that nobody described nothing is known.
            let known = objects.missed == 0 || *kind != CaptureKind::Text;
            if let Some(pattern) = names_of(*kind).filter(|_| known) {
                patterns.insert(pattern.to_owned(), inside);
            } else if is_map && objects.missed == 0 && objects.variable.len() == 1 {
                put(schema, "additionalProperties", inside);
            }
        }
        if !patterns.is_empty() {
            put(schema, "patternProperties", patterns.into());
        }
    }

    fn member(&mut self, member: &Member, of: u64, required: bool, pointer: &str) -> Json {
        let name = member.name.replace('~', "~0").replace('/', "~1");
        let below = format!("{pointer}/{name}");
        let missing = of.saturating_sub(member.place.seen);
        let mut exceptions = Vec::new();
        if required && missing > 0 {
            let keys = if pointer.is_empty() {
                (self.keys_without)(&member.name)
            } else {
                Vec::new()
            };
            exceptions.push(exception(&below, "missing", missing, keys));
        }
        let way = if *self.of == RedisType::Hash && member.place.lexical {
            self.say(member, &below, &mut exceptions)
        } else {
            self.base
        };
        let standing = Standing {
            of,
            required,
            expiring: member.expiring,
            way,
            also: Vec::new(),
        };
        self.place(&member.place, &below, standing, exceptions)
    }

    /// Notes what has to be said of a field of a hash, and returns how it is written.
    fn say(&mut self, member: &Member, pointer: &str, exceptions: &mut Vec<CounterExample>) -> Way {
        let way = written::way(&member.place, self.options);
        let mut said = Map::new();
        if way != self.base {
            put(&mut said, "encoding", json!(way.name()));
        }
        let lasting = member.place.seen.saturating_sub(member.expiring);
        if member.expiring > 0 && lasting <= self.options.allowed(member.place.seen) {
            put(&mut said, "ttl", json!({"required": true}));
            if lasting > 0 {
                exceptions.push(exception(pointer, "no expiry", lasting, Vec::new()));
            }
        }
        if !said.is_empty() {
            self.said.insert(member.name.to_string(), said.into());
        }
        way
    }
}

/// Writes which types are accepted, and what is known of them as a whole.
fn write_types(decision: &Decision, also: &[&'static str], schema: &mut Map<String, Json>) {
    let mut names: Vec<&str> = Vec::new();
    let own = decision.accepted.iter().map(|of| match of {
        FieldType::Document | FieldType::Binary => "string",
        of => of.name(),
    });
    let is_text = decision.accepts(FieldType::Text);
    for name in own.chain(also.iter().copied().filter(|_| is_text)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let types = match names[..] {
        [name] => json!(name),
        _ => json!(names),
    };
    put(schema, "type", types);
    if decision.non_negative {
        put(schema, "minimum", json!(0));
    }
    if let Some(format) = decision.format {
        put(schema, "format", json!(formats::NAMES[format]));
    }
    if let Some(values) = decision.values.as_ref().filter(|_| also.is_empty()) {
        let mut values: Vec<Json> = values.iter().map(|value| json!(value)).collect();
        if decision.accepts(FieldType::Null) {
            values.push(Json::Null);
        }
        put(schema, "enum", values.into());
    }
}

fn put(schema: &mut Map<String, Json>, keyword: &str, value: Json) {
    schema.insert(keyword.to_owned(), value);
}

/// A pattern for the names of a kind that every name of the kind has which was seen, and no name of another kind. Of hexadecimal
/// ids and other texts there is none.
fn names_of(kind: CaptureKind) -> Option<&'static str> {
    match kind {
        CaptureKind::Integer => Some("^(0|[1-9][0-9]{0,17})$"),
        CaptureKind::Uuid => Some("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
        CaptureKind::Date => Some("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"),
        _ => None,
    }
}

/// Says whether there are numbers that JSON does not have.
fn is_unbounded(place: &Place) -> bool {
    let not_finite = |numbers: &Option<Box<Numbers>>| {
        numbers
            .as_ref()
            .is_some_and(|numbers| numbers.not_finite.count > 0)
    };
    not_finite(&place.integers) || not_finite(&place.numbers)
}

fn write_description(
    place: &Place,
    decision: &Decision,
    hint: Option<&str>,
    schema: &mut Map<String, Json>,
) {
    let mut words = Vec::new();
    words.extend(hint.map(str::to_owned));
    if decision.accepts_numbers()
        && let Some(range) = range(place)
    {
        words.push(format!("seen: {} to {}", range.min, range.max));
    }
    if !words.is_empty() {
        put(schema, "description", json!(words.join("; ")));
    }
}

fn field(place: &Place, pointer: &str, standing: &Standing, decision: &Decision) -> FieldProposal {
    let sizes = match (&place.objects, &place.arrays) {
        (Some(objects), None) => objects.sizes.get(),
        (None, Some(arrays)) => arrays.lengths.get(),
        _ => None,
    };
    let claims = confidence(decision.agreeing, place.seen);
    let present = confidence(place.seen, standing.of);
    FieldProposal {
        pointer: pointer.to_owned(),
        count: place.seen,
        of: standing.of,
        required: standing.required,
        types: decision.types.clone(),
        accepted: decision.accepted.clone(),
        format: decision.format.map(|format| formats::NAMES[format]),
        range: range(place),
        lengths: place.texts.as_ref().and_then(|texts| texts.lengths.get()),
        sizes,
        values: few_values(place),
        is_enum: decision.values.is_some(),
        expiring: standing.expiring,
        hint: hint(place, decision),
        confidence: if standing.required {
            claims.min(present)
        } else {
            claims
        },
        counter_examples: decision.exceptions.clone(),
    }
}

/// Lists the distinct texts, or the distinct integers, if they are few among many.
fn few_values(place: &Place) -> Vec<(String, u64)> {
    let texts = place
        .texts
        .as_ref()
        .map(|texts| (&texts.values, texts.tally.count));
    let integers = place
        .integers
        .as_ref()
        .map(|numbers| (&numbers.values, numbers.tally.count));
    let listed = [texts, integers]
        .into_iter()
        .flatten()
        .filter_map(|(values, count)| {
            let few = values.few()?;
            (few.len() as u64 * 2 <= count).then_some(few)
        });
    let mut values: Vec<_> = listed
        .flatten()
        .map(|(value, count)| (value.to_string(), *count))
        .collect();
    values.sort_by(|(value, count), (other, other_count)| {
        other_count.cmp(count).then(value.cmp(other))
    });
    values
}

/// Finds what integers look like: a moment between 2001 and 2099.
fn hint(place: &Place, decision: &Decision) -> Option<&'static str> {
    const SECONDS: std::ops::Range<f64> = 1.0e9..4.1e9;
    const MILLISECONDS: std::ops::Range<f64> = 1.0e12..4.1e12;
    const ENOUGH: u64 = 3;
    let range = range(place)?;
    let integers = place.integers.as_ref()?.tally.count;
    if integers < ENOUGH || !decision.accepts(FieldType::Integer) {
        return None;
    }
    let within = |moments: &std::ops::Range<f64>| {
        moments.contains(&range.min) && moments.contains(&range.max)
    };
    if within(&SECONDS) {
        Some("looks like Unix seconds")
    } else if within(&MILLISECONDS) {
        Some("looks like Unix milliseconds")
    } else {
        None
    }
}
