//! How the elements of values are written, so that a schema can speak of what they hold: as texts, of which some stand for
//! numbers, booleans and documents where the schema names such a type; as JSON; or as bytes of which nothing is said.

use super::decide::decide;
use super::form::Form;
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

/// Finds how the elements of records of a form are written: those of which nothing is said one by one.
pub(crate) fn base(form: &Form, of: &RedisType, options: &Options) -> Way {
    let (places, is_whole) = elements(&form.place, of);
    // What was not described may be what is no text.
    if form.binary && !is_whole {
        return Way::Raw;
    }
    match (of, &places[..]) {
        (RedisType::List | RedisType::Set | RedisType::SortedSet, [place]) => way(place, options),
        // Where one of several is bytes, and all are read alike, all are.
        _ if places.iter().any(|place| way(place, options) == Way::Raw) => Way::Raw,
        _ => Way::Text,
    }
}

/// Lists the places of the elements that are written alike, and says whether these are all.
fn elements<'a>(root: &'a Place, of: &RedisType) -> (Vec<&'a Place>, bool) {
    let item = root.arrays.as_deref().and_then(|arrays| {
        let items = arrays.items.as_deref()?;
        (items.seen == arrays.elements).then_some(items)
    });
    match of {
        RedisType::List | RedisType::Set => (item.into_iter().collect(), item.is_some()),
        RedisType::SortedSet => {
            let member = item.and_then(|item| member(item, "member"));
            (member.into_iter().collect(), member.is_some())
        }
        RedisType::Hash => {
            let Some(objects) = root.objects.as_deref() else {
                return (Vec::new(), false);
            };
            let variable = objects.variable.iter().map(|(_, place)| place);
            (variable.collect(), objects.missed == 0)
        }
        RedisType::Stream => {
            let fields = item.and_then(|item| member(item, "fields")?.objects.as_deref());
            let Some(objects) = fields else {
                return (Vec::new(), false);
            };
            let variable = objects.variable.iter().map(|(_, place)| place);
            let named = objects.members.iter().map(|member| &member.place);
            (named.chain(variable).collect(), objects.missed == 0)
        }
        RedisType::String | RedisType::Json | RedisType::Module(_) => (Vec::new(), true),
    }
}

fn member<'a>(place: &'a Place, name: &str) -> Option<&'a Place> {
    let objects = place.objects.as_deref()?;
    let found = objects.members.iter().find(|member| &*member.name == name);
    found.map(|member| &member.place)
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
