//! The differences in lists of alternatives.
//!
//! Branches that are equal go together wherever they stand; of the others, those that look alike, by what they refer to or by
//! a member with a single value; and what is left in both, if it is as many.

use serde_json::{Value, json};

use super::{Edit, Place, Walk, same};
use crate::compare::change::ChangeKind as Kind;

/// The most branches whose equals are looked for.
const MOST: usize = 300;

impl Walk<'_> {
    pub(super) fn branches(&mut self, place: &Place, old: &[Value], new: &[Value]) {
        if old.len().max(new.len()) > MOST {
            let edit = Edit {
                pointer: place.old.clone(),
                value: Some(json!(new)),
            };
            self.add(
                Kind::SchemaReplaced,
                place,
                (Some(&json!(old)), Some(&json!(new))),
                edit,
            );
            return;
        }
        let mut left_old: Vec<usize> = (0..old.len()).collect();
        let mut left_new: Vec<usize> = (0..new.len()).collect();
        let mut moved = false;
        pair(&mut left_old, &mut left_new, |before, after| {
            let equal = same(&old[before], &new[after]);
            moved |= equal && before != after;
            equal
        });
        let mut pairs = pair(&mut left_old, &mut left_new, |before, after| {
            let (one, other) = (mark(&old[before]), mark(&new[after]));
            one.is_some() && one == other
        });
        if left_old.len() == left_new.len() {
            pairs.extend(left_old.drain(..).zip(left_new.drain(..)));
        }
        if moved && pairs.is_empty() && left_old.is_empty() && left_new.is_empty() {
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
        for (before, after) in pairs {
            let below = Place {
                old: format!("{}/{before}", place.old),
                new: format!("{}/{after}", place.new),
                data: place.data.clone(),
            };
            self.schemas(&old[before], &new[after], &below);
        }
        for index in left_old {
            let mut list = old.to_vec();
            list.remove(index);
            let value = (!list.is_empty()).then(|| json!(list));
            let edit = Edit {
                pointer: place.old.clone(),
                value,
            };
            self.add(
                Kind::BranchRemoved,
                &place.keyword(&index.to_string()),
                (Some(&old[index]), None),
                edit,
            );
        }
        for index in left_new {
            let list: Vec<&Value> = old.iter().chain([&new[index]]).collect();
            let edit = Edit {
                pointer: place.old.clone(),
                value: Some(json!(list)),
            };
            self.add(
                Kind::BranchAdded,
                &place.keyword(&index.to_string()),
                (None, Some(&new[index])),
                edit,
            );
        }
    }
}

/// Takes pairs that go together out of two lists.
fn pair(
    old: &mut Vec<usize>,
    new: &mut Vec<usize>,
    mut together: impl FnMut(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    old.retain(|before| {
        let Some(place) = new.iter().position(|after| together(*before, *after)) else {
            return true;
        };
        pairs.push((*before, new.remove(place)));
        false
    });
    pairs
}

/// What a branch is recognised by.
fn mark(branch: &Value) -> Option<String> {
    if let Some(reference) = branch.get("$ref") {
        return Some(reference.to_string());
    }
    let members = branch.get("properties").and_then(Value::as_object)?;
    members.iter().find_map(|(name, schema)| {
        let single = schema.get("const").cloned().or_else(|| {
            match schema.get("enum")?.as_array()?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            }
        })?;
        Some(format!("{name}: {single}"))
    })
}
