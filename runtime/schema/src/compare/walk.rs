//! The differences in the texts of two schemas, place by place.
//!
//! What a difference breaks is not asked here: see [`super::judge`]. Each comes with the edit of the old text that makes it alone.

use serde_json::{Map, Value, json};

use super::change::ChangeKind;
use super::document::child;
use super::number;

mod branches;
mod keywords;
mod lists;

/// The most differences that are told.
pub(crate) const MOST: usize = 2000;

/// How the old text is changed: what is at a pointer becomes this, or goes.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) pointer: String,
    pub(crate) value: Option<Value>,
}

/// One difference.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub(crate) path: String,
    pub(crate) data_path: Option<String>,
    pub(crate) kind: ChangeKind,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
    pub(crate) edit: Edit,
}

/// A place that both texts have.
#[derive(Debug, Clone)]
struct Place {
    /// Its pointer in the old text.
    old: String,
    /// Its pointer in the new text.
    new: String,
    /// Its pointer in the data.
    data: Option<String>,
}

impl Place {
    fn keyword(&self, keyword: &str) -> Self {
        Self {
            old: child(&self.old, keyword),
            new: child(&self.new, keyword),
            data: self.data.clone(),
        }
    }

    /// A subschema about a part of the value.
    fn inside(&self, name: &str, part: &str) -> Self {
        let data = self.data.as_ref().map(|data| child(data, part));
        Self {
            data,
            ..self.keyword(name)
        }
    }
}

/// The walk through both texts.
struct Walk<'a> {
    is_format: &'a dyn Fn(&str) -> bool,
    found: Vec<Difference>,
}

/// Finds all differences, at most [`MOST`].
pub(crate) fn differences(
    old: &Value,
    new: &Value,
    is_format: &dyn Fn(&str) -> bool,
) -> Vec<Difference> {
    let mut walk = Walk {
        is_format,
        found: Vec::new(),
    };
    let place = Place {
        old: String::new(),
        new: String::new(),
        data: Some(String::new()),
    };
    walk.schemas(old, new, &place);
    walk.found
}

/// Whether two values are equal as JSON Schema has it: 1 is 1.0.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || number::read(one).is_some_and(|exact| Some(exact) == number::read(other))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

impl Walk<'_> {
    fn add(
        &mut self,
        kind: ChangeKind,
        place: &Place,
        (old, new): (Option<&Value>, Option<&Value>),
        edit: Edit,
    ) {
        if self.found.len() >= MOST {
            return;
        }
        let path = if new.is_some() {
            &place.new
        } else {
            &place.old
        };
        self.found.push(Difference {
            path: path.clone(),
            data_path: place.data.clone(),
            kind,
            old: old.cloned(),
            new: new.cloned(),
            edit,
        });
    }

    /// A difference that is made by putting what is new where it is.
    fn replaced(
        &mut self,
        kind: ChangeKind,
        place: &Place,
        old: Option<&Value>,
        new: Option<&Value>,
    ) {
        let edit = Edit {
            pointer: place.old.clone(),
            value: new.cloned(),
        };
        self.add(kind, place, (old, new), edit);
    }

    fn schemas(&mut self, old: &Value, new: &Value, place: &Place) {
        if same(old, new) {
            return;
        }
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.keywords(old, new, place),
            // `true` and `{}` are the same.
            (Value::Object(old), Value::Bool(true)) => self.keywords(old, &Map::new(), place),
            (Value::Bool(true), Value::Object(new)) => self.keywords(&Map::new(), new, place),
            _ => self.replaced(ChangeKind::SchemaReplaced, place, Some(old), Some(new)),
        }
    }

    fn keywords(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, place: &Place) {
        let mut names: Vec<&String> = old.keys().collect();
        names.extend(new.keys().filter(|name| !old.contains_key(*name)));
        for name in names {
            let (before, after) = (old.get(name), new.get(name));
            if let (Some(before), Some(after)) = (before, after)
                && same(before, after)
                && !keywords::leans_on_others(name)
            {
                continue;
            }
            self.keyword(name, (old, new), (before, after), place);
        }
    }

    /// A subschema that is there in both, or in one of them.
    fn subschema(
        &mut self,
        (added, removed, changed): (ChangeKind, ChangeKind, Option<ChangeKind>),
        place: &Place,
        old: Option<&Value>,
        new: Option<&Value>,
    ) {
        match (old, new) {
            (Some(old), Some(new)) => match changed {
                Some(kind) if old.is_boolean() || new.is_boolean() => {
                    self.replaced(kind, place, Some(old), Some(new));
                }
                _ => self.schemas(old, new, place),
            },
            (None, Some(_)) => self.replaced(added, place, old, new),
            (Some(_), None) => self.replaced(removed, place, old, new),
            (None, None) => {}
        }
    }

    /// Subschemas by name.
    fn named(
        &mut self,
        (added, removed): (ChangeKind, ChangeKind),
        place: &Place,
        (old, new): (Option<&Value>, Option<&Value>),
        data: NamedData,
    ) {
        let empty = Map::new();
        let [old, new] = [old, new].map(|value| value.and_then(Value::as_object).unwrap_or(&empty));
        let mut names: Vec<&String> = old.keys().collect();
        names.extend(new.keys().filter(|name| !old.contains_key(*name)));
        for name in names {
            let below = match data {
                NamedData::Member => place.inside(name, name),
                NamedData::Members => place.inside(name, "*"),
                NamedData::Nowhere => Place {
                    data: None,
                    ..place.keyword(name)
                },
                NamedData::Here => place.keyword(name),
            };
            self.subschema((added, removed, None), &below, old.get(name), new.get(name));
        }
    }
}

/// What subschemas by name are about.
#[derive(Debug, Clone, Copy)]
enum NamedData {
    Member,
    Members,
    Nowhere,
    Here,
}

/// Applies an edit; whether there was a place for it.
pub(crate) fn apply(root: &mut Value, edit: &Edit) -> bool {
    if edit.pointer.is_empty() {
        *root = edit.value.clone().unwrap_or_else(|| json!({}));
        return true;
    }
    let Some((around, last)) = edit.pointer.rsplit_once('/') else {
        return false;
    };
    make_room(root, around);
    let name = last.replace("~1", "/").replace("~0", "~");
    match (root.pointer_mut(around), &edit.value) {
        (Some(Value::Object(members)), Some(value)) => {
            members.insert(name, value.clone());
            true
        }
        (Some(Value::Object(members)), None) => members.shift_remove(&name).is_some(),
        (Some(Value::Array(items)), Some(value)) => match name
            .parse::<usize>()
            .ok()
            .and_then(|place| items.get_mut(place))
        {
            Some(item) => {
                *item = value.clone();
                true
            }
            None => false,
        },
        _ => false,
    }
}

/// Makes objects on the way to a pointer where there is nothing, or only `true`.
fn make_room(root: &mut Value, pointer: &str) {
    let ends = pointer
        .match_indices('/')
        .map(|(at, _)| at)
        .skip(1)
        .chain([pointer.len()]);
    if *root == Value::Bool(true) {
        *root = json!({});
    }
    for end in ends {
        let way = &pointer[..end];
        match root.pointer_mut(way) {
            Some(there @ Value::Bool(true)) => *there = json!({}),
            Some(_) => {}
            None => {
                let Some((around, last)) = way.rsplit_once('/') else {
                    return;
                };
                if let Some(Value::Object(members)) = root.pointer_mut(around) {
                    members.insert(last.replace("~1", "/").replace("~0", "~"), json!({}));
                }
            }
        }
    }
}
