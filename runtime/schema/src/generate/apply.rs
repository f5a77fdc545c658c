//! The edits, made to examples: cases whose outcome is certain, because both records were held against their versions.

use remold_host_api::{Bytes, HashField, Kind, Value as Stored};
use remold_manifest::to_yaml;
use serde_json::{Map, Value as Json, json};

use super::edits::inverse;
use super::words::word;
use super::{Edit, Held, Type, as_field, reverts, sample};
use crate::definition::{Definition, Occasion, Seen};

/// The clock of a case: 2026-01-01T00:00:00Z.
const NOW: u64 = 1_767_225_600_000;
/// When an example expires that has to: in a minute.
const SOON: u64 = NOW + 60_000;
/// The same as it is written.
const SOON_TEXT: &str = "2026-01-01T00:01:00Z";

/// What the script makes of an example.
enum Made {
    /// Other members, and another expiry.
    Record(Map<String, Json>, Option<u64>),
    /// A to-do's rejection, with its code.
    Rejection(String),
}

/// Writes cases; `None` if there is no example whose outcome is certain.
pub(super) fn cases(old: &Definition, new: &Definition, edits: &[Edit]) -> Option<String> {
    let (held, then) = (Held::of(old), Held::of(new));
    if held == Held::Otherwise {
        return case_of_elements(old, new, edits);
    }
    let back: Option<Vec<Edit>> = edits
        .iter()
        .all(reverts)
        .then(|| edits.iter().rev().map(inverse).collect());
    let mut cases: Vec<Json> = Vec::new();
    let mut ways_back: Vec<Json> = Vec::new();
    let mut shown: Vec<Map<String, Json>> = Vec::new();
    for (number, all, name) in [
        (1, true, "with all members"),
        (2, false, "with the members that are required"),
    ] {
        let mut members = sample::members(old, all);
        for edit in edits {
            if let Edit::Cast { name, from, to } = edit
                && let Some(value) = members.get_mut(name)
                && *from == Type::Text
                && cast(value, *to).is_none()
            {
                *value = json!(fitting(*to));
            }
        }
        if held == Held::Fields {
            members
                .values_mut()
                .for_each(|value| *value = as_field(value));
        }
        // A Redis hash has one field at least.
        if members.is_empty() || shown.contains(&members) {
            continue;
        }
        shown.push(members.clone());
        let before = sample::key(old, number);
        let after = if edits.contains(&Edit::Rekey) {
            sample::key(new, number)
        } else {
            before.clone()
        };
        let expires = old.spec().ttl.required.then_some(SOON);
        let Some(made) = apply(members.clone(), expires, held, edits) else {
            continue;
        };
        // What is valid under the new version already is not touched.
        if !is_at(old, &before, &members, held, expires)
            || is_at(new, &before, &members, held, expires)
        {
            continue;
        }
        let (outcome, expect) = match made {
            Made::Record(changed, at) => {
                if changed.is_empty() || !is_at(new, &after, &changed, then, at) {
                    continue;
                }
                // What the way back makes is not always what there was: a default may have been there before.
                if let Some(back) = &back
                    && let Some(Made::Record(again, again_at)) =
                        apply(changed.clone(), at, then, back)
                    && is_at(old, &before, &again, held, again_at)
                {
                    ways_back.push(json!({
                        "name": format!("{} {} becomes {} again, {name}", old.subject(), new.version(), old.version()),
                        "direction": "revert",
                        "given": record(&after, changed.clone(), at, then),
                        "expect": record(&before, again, again_at, held),
                    }));
                }
                let outcome = format!("becomes {}", new.version());
                (outcome, record(&after, changed, at, then))
            }
            Made::Rejection(code) => {
                let outcome = format!("does not become {} yet", new.version());
                (outcome, json!({ "reject": code }))
            }
        };
        cases.push(json!({
            "name": format!("{} {} {outcome}, {name}", old.subject(), old.version()),
            "given": record(&before, members, expires, held),
            "expect": expect,
        }));
    }
    cases.append(&mut ways_back);
    (!cases.is_empty()).then(|| to_yaml(&Json::Array(cases)))
}

/// Says whether a record is valid under a version.
fn is_at(
    definition: &Definition,
    key: &str,
    members: &Map<String, Json>,
    held: Held,
    expires_at: Option<u64>,
) -> bool {
    accepts(definition, key, &stored(members, held), expires_at)
}

fn accepts(definition: &Definition, key: &str, value: &Stored, expires_at: Option<u64>) -> bool {
    let key = Bytes::copy_from_slice(key.as_bytes());
    let seen = Seen {
        key: &key,
        value,
        expires_at,
    };
    definition.accepts(seen, NOW, Occasion::Written)
}

/// Writes a case of a list or a set, of which nothing but a rejection is told; `None` where none is, and of other kinds.
fn case_of_elements(old: &Definition, new: &Definition, edits: &[Edit]) -> Option<String> {
    let element = Bytes::from_static(b"text");
    let (word, value) = match old.kind() {
        Kind::List => ("list", Stored::List(vec![element])),
        Kind::Set => ("set", Stored::Set([element].into_iter().collect())),
        _ => return None,
    };
    let expires = old.spec().ttl.required.then_some(SOON);
    let Some(Made::Rejection(code)) = apply(Map::new(), expires, Held::Otherwise, edits) else {
        return None;
    };
    let key = sample::key(old, 1);
    if !accepts(old, &key, &value, expires) || accepts(new, &key, &value, expires) {
        return None;
    }
    let mut record = json!({ word: ["text"] });
    if expires.is_some() {
        record["expiresAt"] = json!(SOON_TEXT);
    }
    Some(to_yaml(&json!([{
        "name": format!("{} {} does not become {} yet", old.subject(), old.version(), new.version()),
        "given": { key: record },
        "expect": { "reject": code },
    }])))
}

fn record(key: &str, members: Map<String, Json>, expires: Option<u64>, held: Held) -> Json {
    let word = if held == Held::Fields { "hash" } else { "json" };
    let mut record = Map::new();
    record.insert(word.to_owned(), members.into());
    match expires {
        Some(SOON) => drop(record.insert("expiresAt".to_owned(), json!(SOON_TEXT))),
        Some(at) => drop(record.insert("expiresAt".to_owned(), json!(at))),
        None => {}
    }
    json!({ key: record })
}

fn stored(members: &Map<String, Json>, held: Held) -> Stored {
    if held == Held::Document {
        return Stored::Text(Json::Object(members.clone()).to_string().into());
    }
    let field = |(name, value): (&String, &Json)| HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: value.as_str().unwrap_or_default().to_owned().into(),
        expires_at: None,
    };
    Stored::Hash(members.iter().map(field).collect())
}

/// Makes the edits; `None` where nothing is certain.
fn apply(
    mut members: Map<String, Json>,
    mut expires: Option<u64>,
    held: Held,
    edits: &[Edit],
) -> Option<Made> {
    // What is to be done by hand rejects before all else.
    let by_hand = edits.iter().find_map(|edit| match edit {
        Edit::ByHand { code, .. } => Some(code),
        _ => None,
    });
    if let Some(code) = by_hand {
        return Some(Made::Rejection(format!("todo-{}", word(code))));
    }
    let gathers = edits.iter().any(|edit| matches!(edit, Edit::Gather(_)));
    let held = if gathers { Held::Document } else { held };
    for edit in edits {
        match edit {
            Edit::Spread => {
                members.retain(|_, value| !value.is_null());
                members
                    .values_mut()
                    .for_each(|value| *value = as_field(value));
            }
            Edit::Gather(names) => {
                for name in names {
                    if let Some(value) = members.get_mut(name) {
                        *value = serde_json::from_str(value.as_str()?).ok()?;
                    }
                }
            }
            Edit::Rename { from, to, .. } => {
                if let Some(value) = members.shift_remove(from) {
                    members.insert(to.clone(), value);
                }
            }
            Edit::Cast { name, from: _, to } => {
                if let Some(value) = members.get_mut(name).filter(|value| !value.is_null()) {
                    let made = cast(value, *to)?;
                    *value = if held == Held::Fields {
                        as_field(&made)
                    } else {
                        made
                    };
                }
            }
            Edit::Default { name, value, .. } => {
                if !members.contains_key(name) {
                    let value = if held == Held::Fields {
                        as_field(value)
                    } else {
                        value.clone()
                    };
                    members.insert(name.clone(), value);
                }
            }
            Edit::Mark { name, after, .. } => {
                members.insert(name.clone(), json!(after));
            }
            Edit::Drop { name, .. } => drop(members.shift_remove(name)),
            Edit::Expire(most) => expires = expires.or(Some(NOW + most)),
            Edit::Shorten(most) => expires = expires.map(|at| at.min(NOW + most)),
            Edit::Persist => expires = None,
            Edit::Missing { name, .. } if !members.contains_key(name) => {
                return Some(Made::Rejection(format!("todo-{}", word(name))));
            }
            Edit::Missing { .. } | Edit::Rekey | Edit::ByHand { .. } => {}
        }
    }
    Some(Made::Record(members, expires))
}

/// A text that is a value of another type.
const fn fitting(to: Type) -> &'static str {
    match to {
        Type::Number => "1.5",
        Type::Boolean => "true",
        _ => "1",
    }
}

fn cast(value: &Json, to: Type) -> Option<Json> {
    let text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match to {
        Type::Text => Some(json!(text)),
        Type::Integer => match text.as_str() {
            "true" => Some(json!(1)),
            "false" => Some(json!(0)),
            text => text.parse::<i64>().ok().map(|number| json!(number)),
        },
        Type::Number => serde_json::from_str::<Json>(&text)
            .ok()
            .filter(Json::is_number),
        Type::Boolean => match text.as_str() {
            "true" | "1" => Some(json!(true)),
            "false" | "0" => Some(json!(false)),
            _ => None,
        },
        Type::Object | Type::Array | Type::Any => None,
    }
}
