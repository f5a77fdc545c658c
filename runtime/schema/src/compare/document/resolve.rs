//! References: found, followed into other documents, and written as pointers.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::draft::{Draft, Holds};
use super::{Document, bounded, child, decoded, encoded};
use crate::compare::error::{CompareError, Side};

/// What names a place: documents by their URI, anchors by URI and name.
#[derive(Debug, Default)]
struct Index {
    resources: HashMap<String, String>,
    anchors: HashMap<(String, String), String>,
    /// Names of dynamic anchors, and how many there are of each.
    dynamic: HashMap<String, usize>,
}

struct Bundle<'a> {
    references: &'a BTreeMap<String, Value>,
    side: Side,
    index: Index,
    /// Documents to take in: where they go, their URI, their text.
    wanted: Vec<(String, String, Value)>,
    values: usize,
    doubt: Option<String>,
}

/// The place of a subschema while its document is rewritten.
#[derive(Clone)]
struct Place {
    draft: Draft,
    base: String,
    pointer: String,
}

pub(super) fn bundle(
    schema: &Value,
    references: &BTreeMap<String, Value>,
    side: Side,
) -> Result<Document, CompareError> {
    let mut bundle = Bundle {
        references,
        side,
        index: Index::default(),
        wanted: Vec::new(),
        values: 0,
        doubt: None,
    };
    bundle.admit(schema, "", "")?;
    let mut root = bundle.rewrite(schema, "", "")?;
    while let Some((pointer, uri, text)) = bundle.wanted.pop() {
        let text = bundle.rewrite(&text, &pointer, &uri)?;
        if let Value::Object(members) = &mut root {
            let documents = members
                .entry("$defs")
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(documents) = documents {
                documents.insert(uri, text);
            }
        }
    }
    Ok(Document {
        root,
        doubt: bundle.doubt,
    })
}

impl Bundle<'_> {
    /// Checks a document and writes down the names in it.
    fn admit(&mut self, schema: &Value, pointer: &str, uri: &str) -> Result<(), CompareError> {
        let side = self.side;
        bounded(schema, side, &mut self.values)?;
        let draft = Draft::of(schema).ok_or_else(|| CompareError::UnknownDraft {
            side,
            name: schema["$schema"].as_str().unwrap_or_default().to_owned(),
        })?;
        draft
            .check(schema)
            .map_err(|(at, message)| CompareError::Invalid {
                side,
                pointer: format!("{pointer}{at}"),
                message,
            })?;
        self.index
            .resources
            .insert(uri.to_owned(), pointer.to_owned());
        let place = Place {
            draft,
            base: uri.to_owned(),
            pointer: pointer.to_owned(),
        };
        self.names(schema, place);
        Ok(())
    }

    fn names(&mut self, schema: &Value, mut place: Place) {
        let Value::Object(keywords) = schema else {
            return;
        };
        place.base = self.base(keywords, &place);
        self.index
            .resources
            .entry(place.base.clone())
            .or_insert_with(|| place.pointer.clone());
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = keywords.get(keyword).and_then(Value::as_str) {
                self.index
                    .anchors
                    .insert((place.base.clone(), name.to_owned()), place.pointer.clone());
                if keyword == "$dynamicAnchor" {
                    *self.index.dynamic.entry(name.to_owned()).or_default() += 1;
                }
            }
        }
        if keywords.get("$recursiveAnchor") == Some(&Value::Bool(true)) {
            self.doubt =
                Some("`$recursiveAnchor` makes references depend on who refers".to_owned());
        }
        let draft = place.draft;
        for (keyword, value) in keywords {
            for (below, inner) in subschemas(draft, keyword, value) {
                let pointer = format!("{}{below}", place.pointer);
                self.names(
                    inner,
                    Place {
                        pointer,
                        ..place.clone()
                    },
                );
            }
        }
    }

    /// The URI that references inside of a schema are relative to; a bare fragment names an anchor in older drafts.
    fn base(&mut self, keywords: &Map<String, Value>, place: &Place) -> String {
        let Some(id) = keywords
            .get(place.draft.identifier())
            .and_then(Value::as_str)
        else {
            return place.base.clone();
        };
        let beside_reference = place.draft <= Draft::Seven && keywords.contains_key("$ref");
        match id.split_once('#') {
            _ if beside_reference => place.base.clone(),
            Some(("", "")) => place.base.clone(),
            Some(("", name)) => {
                self.index
                    .anchors
                    .insert((place.base.clone(), name.to_owned()), place.pointer.clone());
                place.base.clone()
            }
            Some((uri, _)) => joined(&place.base, uri),
            None => joined(&place.base, id),
        }
    }

    fn rewrite(&mut self, schema: &Value, pointer: &str, uri: &str) -> Result<Value, CompareError> {
        let draft = Draft::of(schema).unwrap_or(Draft::Y2020);
        self.rewritten(
            schema,
            Place {
                draft,
                base: uri.to_owned(),
                pointer: pointer.to_owned(),
            },
        )
    }

    fn rewritten(&mut self, schema: &Value, mut place: Place) -> Result<Value, CompareError> {
        let Value::Object(keywords) = schema else {
            return Ok(schema.clone());
        };
        place.base = self.base(keywords, &place);
        let mut written = Map::new();
        for (keyword, value) in keywords {
            let here = format!("{}{}", place.pointer, child("", keyword));
            let mut below = |name: Option<&str>, inner: &Value| {
                let pointer = name.map_or_else(|| here.clone(), |name| child(&here, name));
                self.rewritten(
                    inner,
                    Place {
                        pointer,
                        ..place.clone()
                    },
                )
            };
            let value = match (place.draft.holds(keyword, value), value) {
                (Holds::One, schema) => below(None, schema)?,
                (Holds::List, Value::Array(list)) => {
                    let list = list
                        .iter()
                        .enumerate()
                        .map(|(index, schema)| below(Some(&index.to_string()), schema));
                    Value::Array(list.collect::<Result<_, _>>()?)
                }
                (Holds::Named, Value::Object(named)) => {
                    let named = named
                        .iter()
                        .map(|(name, schema)| Ok((name.clone(), below(Some(name), schema)?)));
                    Value::Object(named.collect::<Result<_, CompareError>>()?)
                }
                (_, value) => value.clone(),
            };
            written.insert(keyword.clone(), value);
        }
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            if let Some(Value::String(reference)) = written.remove(keyword) {
                let target = self.target(&reference, &place, keyword)?;
                written.insert(
                    "$ref".to_owned(),
                    Value::String(format!("#{}", encoded(&target))),
                );
            }
        }
        let mut modern = place.draft.modern(written);
        for keyword in [
            "$id",
            "$schema",
            "$anchor",
            "$dynamicAnchor",
            "$recursiveAnchor",
            "$vocabulary",
        ] {
            modern.remove(keyword);
        }
        if place.draft == Draft::Four {
            modern.remove("id");
        }
        Ok(Value::Object(modern))
    }

    fn target(
        &mut self,
        reference: &str,
        place: &Place,
        keyword: &str,
    ) -> Result<String, CompareError> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = decoded(fragment);
        let resource = if uri.is_empty() {
            place.base.clone()
        } else {
            joined(&place.base, uri)
        };
        let unresolved = |side| CompareError::Unresolved {
            side,
            pointer: place.pointer.clone(),
            reference: reference.to_owned(),
        };
        if !self.index.resources.contains_key(&resource) {
            let references = self.references;
            let text = references
                .get(&resource)
                .or_else(|| references.get(uri))
                .ok_or_else(|| unresolved(self.side))?;
            let pointer = child("/$defs", &resource);
            self.admit(text, &pointer, &resource)?;
            self.wanted.push((pointer, resource.clone(), text.clone()));
        }
        if keyword == "$dynamicRef"
            && self
                .index
                .dynamic
                .get(&fragment)
                .is_some_and(|times| *times > 1)
        {
            self.doubt = Some(format!(
                "`$dynamicRef` to #{fragment} depends on who refers: there are several"
            ));
        }
        if fragment.is_empty() || fragment.starts_with('/') {
            return Ok(format!("{}{fragment}", self.index.resources[&resource]));
        }
        self.index
            .anchors
            .get(&(resource, fragment))
            .cloned()
            .ok_or_else(|| unresolved(self.side))
    }
}

/// The subschemas in a keyword's value, with their pointers from the schema around the keyword.
fn subschemas<'v>(draft: Draft, keyword: &str, value: &'v Value) -> Vec<(String, &'v Value)> {
    let here = child("", keyword);
    match (draft.holds(keyword, value), value) {
        (Holds::One, schema) => vec![(here, schema)],
        (Holds::List, Value::Array(list)) => list
            .iter()
            .enumerate()
            .map(|(index, schema)| (child(&here, &index.to_string()), schema))
            .collect(),
        (Holds::Named, Value::Object(named)) => named
            .iter()
            .filter(|(_, schema)| !schema.is_array())
            .map(|(name, schema)| (child(&here, name), schema))
            .collect(),
        _ => Vec::new(),
    }
}

/// Resolves a reference against a base (RFC 3986, without dot segments).
fn joined(base: &str, reference: &str) -> String {
    let scheme = reference.split_once(':').map_or("", |(scheme, _)| scheme);
    let absolute = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "+.-".contains(letter));
    if absolute || base.is_empty() || base.starts_with("urn:") {
        return reference.to_owned();
    }
    let path = base
        .find("://")
        .and_then(|at| base[at + 3..].find('/').map(|slash| at + 3 + slash));
    if reference.starts_with('/') {
        return format!("{}{reference}", &base[..path.unwrap_or(base.len())]);
    }
    match base.rfind('/') {
        Some(slash)
            if path.is_none_or(|path| slash >= path) && !base[..=slash].ends_with("://") =>
        {
            format!("{}{reference}", &base[..=slash])
        }
        _ if base.contains("://") => format!("{base}/{reference}"),
        _ => reference.to_owned(),
    }
}
