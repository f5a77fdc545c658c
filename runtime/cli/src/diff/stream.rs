//! Differences of two streams: entries by id, then what belongs to the stream as a whole.

use std::cmp::Ordering;

use remold::escape;
use remold::host_api::{StreamEntry, StreamValue};

use super::lines::{Line, Lines};
use super::quote::quote;
use super::value::label;

/// Adds the contents of a stream, all with one sign.
pub(super) fn all(stream: &StreamValue, sign: char, lines: &mut Lines) {
    for entry in &stream.entries {
        lines.push(Line::signed(sign, entry.id.to_string(), fields(entry)));
    }
    for group in &stream.groups {
        lines.push(Line::signed(sign, "group", quote(&group.name)));
    }
}

/// Compares two streams.
pub(super) fn compare(old: &StreamValue, new: &StreamValue, lines: &mut Lines) {
    let (mut left, mut right) = (old.entries.iter().peekable(), new.entries.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => left.id.cmp(&right.id),
        };
        let before = if order == Ordering::Greater {
            None
        } else {
            left.next()
        };
        let after = if order == Ordering::Less {
            None
        } else {
            right.next()
        };
        match (before, after) {
            (Some(before), Some(after)) if before == after => lines.unchanged(1),
            (Some(before), Some(after)) => lines.push(Line::changed(
                before.id.to_string(),
                fields(before),
                &fields(after),
            )),
            (Some(before), None) => {
                lines.push(Line::removed(before.id.to_string(), fields(before)));
            }
            (None, Some(after)) => lines.push(Line::added(after.id.to_string(), fields(after))),
            (None, None) => break,
        }
    }
    let mut counter = |name: &str, before: String, after: String| {
        if before != after {
            lines.push(Line::changed(name, before, &after));
        }
    };
    counter("last id", old.last_id.to_string(), new.last_id.to_string());
    counter(
        "max deleted id",
        old.max_deleted_id.to_string(),
        new.max_deleted_id.to_string(),
    );
    counter(
        "entries added",
        old.entries_added.to_string(),
        new.entries_added.to_string(),
    );
    for group in &old.groups {
        match new.groups.iter().find(|other| other.name == group.name) {
            None => lines.push(Line::removed("group", quote(&group.name))),
            Some(other) if other != group => {
                let before = format!("{} pending at {}", group.pending.len(), group.last_id);
                let after = format!("{} pending at {}", other.pending.len(), other.last_id);
                lines.push(Line::changed(
                    format!("group {}", escape(&group.name)),
                    before,
                    &after,
                ));
            }
            Some(_) => {}
        }
    }
    for group in new
        .groups
        .iter()
        .filter(|group| !old.groups.iter().any(|other| other.name == group.name))
    {
        lines.push(Line::added("group", quote(&group.name)));
    }
}

fn fields(entry: &StreamEntry) -> String {
    let pairs = entry
        .fields
        .iter()
        .map(|(name, value)| format!("{} {}", label(name), quote(value)));
    pairs.collect::<Vec<_>>().join(", ")
}
