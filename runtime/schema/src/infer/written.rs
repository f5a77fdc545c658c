//! How the elements of values are written, so that a schema can speak of what they hold: as texts, of which some stand for
//! numbers, booleans and documents where the schema names such a type; as JSON; or as bytes of which nothing is said.

use super::decide::decide;
use super::options::Options;
use super::place::Place;
use super::proposal::{FieldType, RedisType};

/// How elements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Way {
    /// As texts.
    #[default]
    Text,
    /// As JSON.
    Json,
    /// As bytes.
    Raw,
}

impl Way {
    /// Returns the word of a schema's `encoding`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Raw => "raw",
        }
    }
}

/// Finds how the values at a place are written.
pub(crate) fn way(place: &Place, options: &Options) -> Way {
    let decision = decide(place, "", options);
    if decision.accepts(FieldType::Binary) {
        Way::Raw
    } else if decision.accepted == [FieldType::Document] {
        Way::Json
    } else {
        Way::Text
    }
}

/// Finds how the elements of records are written whose root this is: those of which nothing is said one by one.
pub(crate) fn base(root: &Place, of: &RedisType, options: &Options) -> Way {
    let item = root
        .arrays
        .as_deref()
        .and_then(|arrays| arrays.items.as_deref());
    let member = |place: &'_ Place, name: &str| {
        let members = place.objects.as_deref().map(|objects| &objects.members);
        let found = members?.iter().position(|member| &*member.name == name);
        found
    };
    match of {
        RedisType::List | RedisType::Set => item.map_or(Way::Text, |item| way(item, options)),
        RedisType::SortedSet => {
            let found = item.and_then(|item| {
                let at = member(item, "member")?;
                Some(&item.objects.as_deref()?.members[at].place)
            });
            found.map_or(Way::Text, |place| way(place, options))
        }
        RedisType::Hash => raw_or_text(variable(root), options),
        RedisType::Stream => {
            let fields = item.and_then(|item| {
                let at = member(item, "fields")?;
                Some(&item.objects.as_deref()?.members[at].place)
            });
            let named = fields.and_then(|fields| fields.objects.as_deref());
            let named = named.into_iter().flat_map(|objects| &objects.members);
            let all = named
                .map(|member| &member.place)
                .chain(fields.into_iter().flat_map(variable));
            raw_or_text(all, options)
        }
        RedisType::String | RedisType::Json | RedisType::Module(_) => Way::Text,
    }
}

/// Lists the types that texts stand for at places whose texts are all read alike.
pub(crate) fn types_of(places: &[&Place], options: &Options) -> Vec<&'static str> {
    let mut types = Vec::new();
    for place in places.iter().filter(|place| place.lexical) {
        let document = place
            .texts
            .as_deref()
            .and_then(|texts| texts.document.as_deref());
        for of in decide(place, "", options).accepted {
            match (of, document) {
                (FieldType::Text | FieldType::Binary, _) => {}
                (FieldType::Document, Some(document)) => {
                    let inside = decide(document, "", options).accepted;
                    types.extend(inside.iter().map(|of| of.name()));
                    if document.seen < place.seen {
                        types.extend(["array", "object"]);
                    }
                }
                (FieldType::Document, None) => types.extend(["array", "object"]),
                (of, _) => types.push(of.name()),
            }
        }
    }
    types.sort_unstable();
    types.dedup();
    types
}

fn variable(place: &Place) -> impl Iterator<Item = &Place> {
    let objects = place.objects.as_deref().into_iter();
    objects
        .flat_map(|objects| &objects.variable)
        .map(|(_, place)| place)
}

/// Where one of several is bytes, and all are read alike, all are.
fn raw_or_text<'a>(mut places: impl Iterator<Item = &'a Place>, options: &Options) -> Way {
    if places.any(|place| way(place, options) == Way::Raw) {
        Way::Raw
    } else {
        Way::Text
    }
}
