//! The differences in keywords that hold lists, bounds and places.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Edit, Place, Walk, same};
use crate::compare::change::ChangeKind as Kind;
use crate::compare::document::child;
use crate::compare::graph::canonical;
use crate::compare::number;

impl Walk<'_> {
    pub(super) fn types(&mut self, place: &Place, old: Option<&Value>, new: Option<&Value>) {
        let every = json!(["null", "boolean", "number", "string", "array", "object"]);
        let set = |types: Option<&Value>| {
            let names = match types.unwrap_or(&every) {
                Value::Array(names) => names.clone(),
                name => vec![name.clone()],
            };
            let has = |name: &str| names.iter().any(|known| known == name);
            let all = [
                "null", "boolean", "integer", "number", "string", "array", "object",
            ];
            all.into_iter()
                .filter(|name| has(name) || (*name == "integer" && has("number")))
                .collect::<Vec<_>>()
        };
        let (before, after) = (set(old), set(new));
        let kind = match (
            before.iter().all(|name| after.contains(name)),
            after.iter().all(|name| before.contains(name)),
        ) {
            (true, true) => Kind::AnnotationChanged,
            (true, false) => Kind::TypeWidened,
            (false, true) => Kind::TypeNarrowed,
            (false, false) => Kind::TypeChanged,
        };
        self.replaced(kind, place, old, new);
    }

    /// Lists of values, told value by value.
    pub(super) fn values(&mut self, place: &Place, old: Option<&Value>, new: Option<&Value>) {
        let (Some(Value::Array(old)), Some(Value::Array(new))) = (old, new) else {
            let kind = if old.is_none() {
                Kind::EnumAdded
            } else {
                Kind::EnumRemoved
            };
            self.replaced(kind, place, old, new);
            return;
        };
        let texts = |values: &[Value]| values.iter().map(canonical).collect::<HashSet<String>>();
        let (before, after) = (texts(old), texts(new));
        let count = self.found.len();
        // Beyond a hundred values the list is told as a whole: an edit for each holds the list each time.
        let gone: Vec<&Value> = old
            .iter()
            .filter(|value| !after.contains(&canonical(value)))
            .collect();
        let come: Vec<&Value> = new
            .iter()
            .filter(|value| !before.contains(&canonical(value)))
            .collect();
        let many = (gone.len() + come.len()) * (old.len() + new.len()) > 20_000;
        for (kind, values) in [(Kind::EnumValueRemoved, gone), (Kind::EnumValueAdded, come)] {
            let removed = kind == Kind::EnumValueRemoved;
            if many && !values.is_empty() {
                let out: HashSet<String> = values.iter().map(|value| canonical(value)).collect();
                let list = if removed {
                    old.iter()
                        .filter(|value| !out.contains(&canonical(value)))
                        .cloned()
                        .collect()
                } else {
                    old.iter().chain(values.iter().copied()).cloned().collect()
                };
                let edit = Edit {
                    pointer: place.old.clone(),
                    value: Some(Value::Array(list)),
                };
                let told = json!(values.iter().take(20).collect::<Vec<_>>());
                let told = if removed {
                    (Some(&told), None)
                } else {
                    (None, Some(&told))
                };
                self.add(kind, place, told, edit);
                continue;
            }
            for value in values {
                let mut list = old.clone();
                if removed {
                    list.retain(|other| !same(other, value));
                } else {
                    list.push(value.clone());
                }
                let edit = Edit {
                    pointer: place.old.clone(),
                    value: Some(Value::Array(list)),
                };
                let told = if removed {
                    (Some(value), None)
                } else {
                    (None, Some(value))
                };
                self.add(kind, place, told, edit);
            }
        }
        if self.found.len() == count {
            let edit = Edit {
                pointer: place.old.clone(),
                value: Some(json!(new)),
            };
            self.add(
                Kind::AnnotationChanged,
                place,
                (Some(&json!(old)), Some(&json!(new))),
                edit,
            );
        }
    }

    pub(super) fn required(&mut self, place: &Place, old: Option<&Value>, new: Option<&Value>) {
        let names =
            |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
        let (old, new) = (names(old), names(new));
        let at = |name: &Value| Place {
            data: place
                .data
                .as_ref()
                .map(|data| child(data, name.as_str().unwrap_or_default())),
            ..place.clone()
        };
        let count = self.found.len();
        for name in old.iter().filter(|name| !new.contains(name)) {
            let list: Vec<&Value> = old.iter().filter(|other| *other != name).collect();
            let edit = Edit {
                pointer: place.old.clone(),
                value: Some(json!(list)),
            };
            self.add(Kind::BecameOptional, &at(name), (Some(name), None), edit);
        }
        for name in new.iter().filter(|name| !old.contains(name)) {
            let list: Vec<&Value> = old.iter().chain([name]).collect();
            let edit = Edit {
                pointer: place.old.clone(),
                value: Some(json!(list)),
            };
            self.add(Kind::BecameRequired, &at(name), (None, Some(name)), edit);
        }
        if self.found.len() == count {
            let edit = Edit {
                pointer: place.old.clone(),
                value: Some(json!(new)),
            };
            self.add(
                Kind::AnnotationChanged,
                place,
                (Some(&json!(old)), Some(&json!(new))),
                edit,
            );
        }
    }

    pub(super) fn dependencies(&mut self, place: &Place, old: Option<&Value>, new: Option<&Value>) {
        let empty = Map::new();
        let [old, new] = [old, new].map(|value| value.and_then(Value::as_object).unwrap_or(&empty));
        for (name, names) in old {
            match new.get(name) {
                Some(others) if names == others => {}
                Some(others) => self.replaced(
                    Kind::DependencyChanged,
                    &place.keyword(name),
                    Some(names),
                    Some(others),
                ),
                None => self.replaced(
                    Kind::DependencyRemoved,
                    &place.keyword(name),
                    Some(names),
                    None,
                ),
            }
        }
        for (name, names) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            self.replaced(
                Kind::DependencyAdded,
                &place.keyword(name),
                None,
                Some(names),
            );
        }
    }

    pub(super) fn bound(&mut self, place: &Place, old: Option<&Value>, new: Option<&Value>) {
        let kind = match (old, new) {
            (Some(Value::Number(old)), Some(Value::Number(new))) => {
                match (number::read(old), number::read(new)) {
                    (Some(old), Some(new)) if new < old => Kind::BoundLowered,
                    _ => Kind::BoundRaised,
                }
            }
            (None, _) => Kind::BoundAdded,
            _ => Kind::BoundRemoved,
        };
        self.replaced(kind, place, old, new);
    }

    pub(super) fn prefix(&mut self, around: &Place, old: Option<&Value>, new: Option<&Value>) {
        let items =
            |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
        let (old, new) = (items(old), items(new));
        let place = around.keyword("prefixItems");
        let list = |items: &[Value]| Edit {
            pointer: place.old.clone(),
            value: (!items.is_empty()).then(|| json!(items)),
        };
        let at = |index: usize| place.inside(&index.to_string(), &index.to_string());
        for (index, (before, after)) in old.iter().zip(&new).enumerate() {
            self.schemas(before, after, &at(index));
        }
        for index in new.len()..old.len() {
            let fewer: Vec<Value> = old[..index].to_vec();
            self.add(
                Kind::PrefixItemRemoved,
                &at(index),
                (Some(&old[index]), None),
                list(&fewer),
            );
        }
        for index in old.len()..new.len() {
            let more: Vec<Value> = old.iter().chain(&new[old.len()..=index]).cloned().collect();
            self.add(
                Kind::PrefixItemAdded,
                &at(index),
                (None, Some(&new[index])),
                list(&more),
            );
        }
    }

    /// `contains` and its counts are one demand.
    pub(super) fn contains(
        &mut self,
        around: &Place,
        (old, new): (&Map<String, Value>, &Map<String, Value>),
    ) {
        let told = |keywords: &Map<String, Value>| {
            let parts = ["contains", "minContains", "maxContains"];
            let found: Map<String, Value> = parts
                .into_iter()
                .filter_map(|part| Some((part.to_owned(), keywords.get(part)?.clone())))
                .collect();
            (!found.is_empty()).then_some(Value::Object(found))
        };
        let (before, after) = (told(old), told(new));
        if before == after {
            return;
        }
        let mut edited = old.clone();
        for part in ["contains", "minContains", "maxContains"] {
            match new.get(part) {
                Some(value) => edited.insert(part.to_owned(), value.clone()),
                None => edited.shift_remove(part),
            };
        }
        let edit = Edit {
            pointer: around.old.clone(),
            value: Some(Value::Object(edited)),
        };
        let place = around.inside("contains", "*");
        self.add(
            Kind::ContainsChanged,
            &place,
            (before.as_ref(), after.as_ref()),
            edit,
        );
    }
}
