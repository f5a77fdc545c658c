//! Differences of two values of one kind, and the contents of one value.

use remold::host_api::{Bytes, Collection, HashField, Scored, Value};

use super::elements::{Step, steps};
use super::lines::{Line, Lines};
use super::quote::{harmless, quote};
use super::{json, stream};

/// Compares two values of the same kind.
pub(super) fn compare(before: &Value, after: &Value, lines: &mut Lines) {
    match (before, after) {
        (Value::Text(old), Value::Text(new)) => texts(old, new, lines),
        (Value::List(old), Value::List(new)) => lists(old, new, lines),
        (Value::Set(old), Value::Set(new)) => sets(old, new, lines),
        (Value::SortedSet(old), Value::SortedSet(new)) => sorted_sets(old, new, lines),
        (Value::Hash(old), Value::Hash(new)) => hashes(old, new, lines),
        (Value::Stream(old), Value::Stream(new)) => stream::compare(old, new, lines),
        (old, new) if old == new => {}
        (old, new) => {
            all(old, '-', lines);
            all(new, '+', lines);
        }
    }
}

/// Adds the contents of a value, all with one sign.
pub(super) fn all(value: &Value, sign: char, lines: &mut Lines) {
    match value {
        Value::Text(text) => lines.push(Line::signed(sign, "", quote(text))),
        Value::List(items) => {
            for (place, item) in items.iter().enumerate() {
                lines.push(Line::signed(sign, format!("[{place}]"), quote(item)));
            }
        }
        Value::Set(members) => members
            .iter()
            .for_each(|member| lines.push(Line::signed(sign, "", quote(member)))),
        Value::SortedSet(members) => {
            members.iter().for_each(|scored| {
                lines.push(Line::signed(
                    sign,
                    quote(&scored.member),
                    scored.score.to_string(),
                ));
            });
        }
        Value::Hash(fields) => {
            fields.iter().for_each(|field| {
                lines.push(Line::signed(sign, label(&field.name), described(field)));
            });
        }
        Value::Stream(value) => stream::all(value, sign, lines),
        Value::Opaque(opaque) => {
            let module = opaque.module.as_deref().unwrap_or("unknown type");
            let size = crate::figures::bytes(opaque.bytes.len() as u64);
            lines.push(Line::signed(sign, "", format!("{module}, {size}")));
        }
    }
}

fn texts(old: &Bytes, new: &Bytes, lines: &mut Lines) {
    if old == new {
        return;
    }
    if let Some((before, after)) = json::read(old, new) {
        if before == after {
            lines.push(Line::remark("the same JSON, written in another way"));
        } else {
            return json::compare("$", &before, &after, lines);
        }
    }
    let split = |text: &'_ [u8]| {
        text.split(|byte| *byte == b'\n')
            .map(Bytes::copy_from_slice)
            .collect::<Vec<_>>()
    };
    let (old_lines, new_lines) = (split(old), split(new));
    if old_lines.len() == 1 && new_lines.len() == 1 {
        lines.push(Line::removed("", quote(old)));
        return lines.push(Line::added("", quote(new)));
    }
    for step in steps(&old_lines, &new_lines) {
        match step {
            Step::Same(parts) => lines.unchanged(parts as u64),
            Step::Removed(place) => lines.push(Line::removed(
                format!("line {}", place + 1),
                quote(&old_lines[place]),
            )),
            Step::Added(place) => lines.push(Line::added(
                format!("line {}", place + 1),
                quote(&new_lines[place]),
            )),
        }
    }
}

fn lists(old: &[Bytes], new: &[Bytes], lines: &mut Lines) {
    for step in steps(old, new) {
        match step {
            Step::Same(parts) => lines.unchanged(parts as u64),
            Step::Removed(place) => {
                lines.push(Line::removed(format!("[{place}]"), quote(&old[place])));
            }
            Step::Added(place) => lines.push(Line::added(format!("[{place}]"), quote(&new[place]))),
        }
    }
}

fn sets(old: &Collection<Bytes>, new: &Collection<Bytes>, lines: &mut Lines) {
    for member in old {
        if new.contains(member) {
            lines.unchanged(1);
        } else {
            lines.push(Line::removed("", quote(member)));
        }
    }
    new.iter()
        .filter(|member| !old.contains(member))
        .for_each(|member| lines.push(Line::added("", quote(member))));
}

fn sorted_sets(old: &Collection<Scored>, new: &Collection<Scored>, lines: &mut Lines) {
    for scored in old {
        let label = quote(&scored.member);
        match new.get(&scored.member) {
            Some(other) if other.score.to_bits() == scored.score.to_bits() => lines.unchanged(1),
            Some(other) => lines.push(Line::changed(label, scored.score, &other.score.to_string())),
            None => lines.push(Line::removed(label, scored.score.to_string())),
        }
    }
    for scored in new.iter().filter(|scored| !old.contains(&scored.member)) {
        lines.push(Line::added(quote(&scored.member), scored.score.to_string()));
    }
}

fn hashes(old: &Collection<HashField>, new: &Collection<HashField>, lines: &mut Lines) {
    for field in old {
        match new.get(&field.name) {
            Some(other) if other == field => lines.unchanged(1),
            Some(other) => lines.push(Line::changed(
                label(&field.name),
                described(field),
                &described(other),
            )),
            None => lines.push(Line::removed(label(&field.name), described(field))),
        }
    }
    for field in new.iter().filter(|field| !old.contains(&field.name)) {
        lines.push(Line::added(label(&field.name), described(field)));
    }
}

/// Writes a field's name, without quotes where it cannot be mistaken.
pub(super) fn label(name: &[u8]) -> String {
    let plain = !name.is_empty()
        && name.len() <= 64
        && name
            .iter()
            .all(|byte| byte.is_ascii_graphic() && *byte != b'\\');
    if plain {
        harmless(&String::from_utf8_lossy(name))
    } else {
        quote(name)
    }
}

fn described(field: &HashField) -> String {
    let value = quote(&field.value);
    field.expires_at.map_or_else(
        || value.clone(),
        |at| format!("{value}, expires {}", crate::figures::time(at)),
    )
}
