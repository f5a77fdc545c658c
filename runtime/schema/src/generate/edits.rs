//! What differs between two versions, as edits of a record.

use serde_json::Value as Json;

use super::{Edit, Held, Type, casts, reverts, similar};
use crate::definition::Definition;
use crate::key_pattern::Part;

/// From this on names are taken for one.
const CERTAIN: f64 = 0.85;
/// From this on a name is offered.
const WORTH_OFFERING: f64 = 0.4;

/// Finds the edits, in the order in which they are made.
pub(super) fn edits(old: &Definition, new: &Definition) -> Vec<Edit> {
    let mut edits = Vec::new();
    let by_hand = |code: &str, what: String| Edit::ByHand {
        code: code.to_owned(),
        what,
    };
    match (Held::of(old), Held::of(new)) {
        (Held::Otherwise, Held::Otherwise)
            if old.kind() == new.kind() && old.spec().encoding == new.spec().encoding =>
        {
            if old.spec().schema != new.spec().schema {
                let what = format!("the elements of a {} are to be brought over", new.kind());
                edits.push(by_hand("elements", what));
            }
        }
        (held, now) if held == now && old.spec().encoding == new.spec().encoding => {
            members(old, new, held, &mut edits);
        }
        (Held::Document, Held::Fields) if is_plain(new) => {
            members(old, new, Held::Document, &mut edits);
            edits.push(Edit::Spread);
        }
        (Held::Fields, Held::Document) if is_plain(old) => {
            let typed = declared(old)
                .into_iter()
                .filter(|(_, schema)| Type::of(schema) != Type::Text);
            edits.push(Edit::Gather(typed.map(|(name, _)| name).collect()));
            members(old, new, Held::Document, &mut edits);
        }
        _ => {
            let what = format!(
                "a {}, {}, becomes a {}, {}",
                old.kind(),
                old.spec().encoding,
                new.kind(),
                new.spec().encoding
            );
            edits.push(by_hand("type", what));
        }
    }
    expiry(old, new, &mut edits);
    if old.pattern() != new.pattern() {
        let names = |definition: &Definition| {
            let parts = definition.pattern().parts().iter();
            let names = parts.filter_map(|part| match part {
                Part::Capture { name, .. } => Some(name.clone()),
                Part::Literal(_) => None,
            });
            names.collect::<Vec<_>>()
        };
        let known = names(old);
        if names(new).iter().all(|name| known.contains(name)) {
            edits.push(Edit::Rekey);
        } else {
            let what = format!(
                "{} becomes {}, which names what the old key does not tell",
                old.pattern(),
                new.pattern()
            );
            edits.push(by_hand("key", what));
        }
    }
    edits
}

/// Says whether all fields of a hash are texts or written as JSON, and the types of all are known.
fn is_plain(definition: &Definition) -> bool {
    let spec = definition.spec();
    let text = remold_manifest::redis_schema::Encoding::default();
    let own = |name: &str| spec.fields.get(name).and_then(|field| field.encoding);
    spec.encoding == text
        && declared(definition).iter().all(|(name, schema)| {
            let of = Type::of(schema);
            let is_document = matches!(of, Type::Object | Type::Array);
            let is_json = own(name).is_some_and(|own| own.to_string() == "json");
            of != Type::Any && (own(name).is_none_or(|own| own == text) || is_document && is_json)
        })
}

fn expiry(old: &Definition, new: &Definition, edits: &mut Vec<Edit>) {
    let (before, after) = (&old.spec().ttl, &new.spec().ttl);
    if !after.allowed {
        if before.allowed {
            edits.push(Edit::Persist);
        }
        return;
    }
    let most = after.max.map(remold_manifest::Period::as_millis);
    if after.required && !before.required {
        edits.push(most.map_or_else(
            || Edit::ByHand {
                code: "expiry".to_owned(),
                what: "an expiry is required, and nobody says which".to_owned(),
            },
            Edit::Expire,
        ));
    }
    if let Some(most) = most
        && before.max.is_none_or(|max| max.as_millis() > most)
        && before.allowed
    {
        edits.push(Edit::Shorten(most));
    }
}

/// The members that a schema declares, in order, but for the one that says the version.
pub(super) fn declared(definition: &Definition) -> Vec<(String, Json)> {
    let marker = marker(definition);
    let properties = definition
        .spec()
        .schema
        .get("properties")
        .and_then(Json::as_object);
    let properties = properties.into_iter().flatten();
    properties
        .filter(|(name, _)| Some(name.as_str()) != marker.as_ref().map(|(name, _)| name.as_str()))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect()
}

pub(super) fn required(definition: &Definition) -> Vec<String> {
    let names = definition
        .spec()
        .schema
        .get("required")
        .and_then(Json::as_array);
    let names = names.into_iter().flatten().filter_map(Json::as_str);
    names.map(str::to_owned).collect()
}

/// The member that says the version, with what it says; `None` if there is none at the root.
pub(super) fn marker(definition: &Definition) -> Option<(String, String)> {
    let field = definition.spec().version_field.as_ref()?;
    let name = field.pointer.strip_prefix('/')?;
    if name.contains('/') {
        return None;
    }
    let name = name.replace("~1", "/").replace("~0", "~");
    let value = field
        .value
        .clone()
        .unwrap_or_else(|| definition.version().to_string());
    Some((name, value))
}

fn members(old: &Definition, new: &Definition, held: Held, edits: &mut Vec<Edit>) {
    let (before, after) = (declared(old), declared(new));
    let (required_before, required_now) = (required(old), required(new));
    let mut gone: Vec<&(String, Json)> = before
        .iter()
        .filter(|(name, _)| !after.iter().any(|(known, _)| known == name))
        .collect();
    let (mut values, mut casts_made) = (Vec::new(), Vec::new());
    let mut offered: Vec<(String, String, f64)> = Vec::new();
    let cast = |name: &str, from: &Json, to: &Json| {
        let (from, to) = (Type::of(from), Type::of(to));
        let is_same = from == to || from == Type::Any || to == Type::Any;
        // In a hash a number is a text that reads as one; every whole number is a number.
        let is_free =
            from == Type::Integer && to == Type::Number || held == Held::Fields && to == Type::Text;
        if is_same || is_free {
            None
        } else if casts(from, to) {
            Some(Edit::Cast {
                name: name.to_owned(),
                from,
                to,
            })
        } else {
            Some(Edit::ByHand {
                code: format!("cast-{name}"),
                what: format!("{name} was {} and is to be {}", from.name(), to.name()),
            })
        }
    };
    for (name, schema) in &after {
        let is_required = required_now.contains(name);
        let was = before.iter().find(|(known, _)| known == name);
        if let Some((_, was)) = was {
            casts_made.extend(cast(name, was, schema));
            if is_required && !required_before.contains(name) {
                values.push(value(name, schema, Vec::new(), false));
            }
            continue;
        }
        let mut alike: Vec<(usize, f64)> = gone
            .iter()
            .enumerate()
            .filter(|(_, (_, was))| Type::of(was) == Type::of(schema))
            .map(|(at, (was, _))| (at, similar::similarity(was, name)))
            .filter(|(_, similarity)| *similarity >= WORTH_OFFERING)
            .collect();
        alike.sort_by(|one, other| other.1.total_cmp(&one.1));
        match alike.first() {
            Some((at, similarity)) if *similarity >= CERTAIN => {
                let (from, _) = gone.remove(*at);
                edits.push(Edit::Rename {
                    from: from.clone(),
                    to: name.clone(),
                    similarity: *similarity,
                });
                if is_required && !required_before.contains(from) {
                    values.push(value(name, schema, Vec::new(), true));
                }
            }
            _ => {
                let names = alike
                    .iter()
                    .map(|(at, similarity)| (gone[*at].0.clone(), *similarity));
                let names: Vec<(String, f64)> = names.collect();
                offered.extend(
                    names
                        .iter()
                        .map(|(from, similarity)| (from.clone(), name.clone(), *similarity)),
                );
                if is_required {
                    values.push(value(name, schema, names, true));
                }
            }
        }
    }
    edits.extend(casts_made);
    edits.extend(values);
    edits.extend(gone.into_iter().map(|(name, _)| {
        let perhaps = offered
            .iter()
            .find(|(from, ..)| from == name)
            .map(|(_, to, similarity)| (to.clone(), *similarity));
        Edit::Drop {
            name: name.clone(),
            perhaps,
        }
    }));
    if let Some((name, after)) = marker(new) {
        let before = marker(old).filter(|(known, _)| *known == name);
        edits.push(Edit::Mark {
            name,
            before: before.map(|(_, value)| value),
            after,
        });
    }
}

/// Finds the value of a member that is required now.
fn value(name: &str, schema: &Json, perhaps: Vec<(String, f64)>, is_new: bool) -> Edit {
    let only = match schema["enum"].as_array().map(Vec::as_slice) {
        Some([only]) => Some(only),
        _ => None,
    };
    let known = schema.get("default").or(schema.get("const")).or(only);
    match known {
        Some(value) => Edit::Default {
            name: name.to_owned(),
            value: value.clone(),
            is_new,
        },
        None => Edit::Missing {
            name: name.to_owned(),
            perhaps,
            is_new,
        },
    }
}

/// Turns an edit round, of those that can be undone.
pub(super) fn inverse(edit: &Edit) -> Edit {
    match edit.clone() {
        Edit::Rename {
            from,
            to,
            similarity,
        } => Edit::Rename {
            from: to,
            to: from,
            similarity,
        },
        Edit::Cast { name, from, to } => Edit::Cast {
            name,
            from: to,
            to: from,
        },
        Edit::Default { name, .. }
        | Edit::Mark {
            name, before: None, ..
        } => Edit::Drop {
            name,
            perhaps: None,
        },
        Edit::Mark {
            name,
            before: Some(before),
            after,
        } => Edit::Mark {
            name,
            before: Some(after),
            after: before,
        },
        other => other,
    }
}

/// Says why there is no way back.
pub(super) fn no_way_back(edits: &[Edit]) -> String {
    let lost: Vec<String> = edits
        .iter()
        .filter(|edit| !reverts(edit))
        .filter_map(|edit| match edit {
            Edit::Drop { name, .. } => Some(format!("{name} is gone")),
            _ => None,
        })
        .collect();
    let why = if lost.is_empty() {
        String::new()
    } else {
        format!(": {}", lost.join(", "))
    };
    format!("There is no `revert`{why}. A rollback still puts back what the journal holds.")
}
