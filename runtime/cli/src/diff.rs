//! Changes of records for people: what goes, what comes, what becomes something else.
//!
//! Values are shown escaped and shortened, long changes in part: a diff is for looking at, `--output json` has
//! everything.

mod elements;
mod json;
mod lines;
pub(crate) mod quote;
mod stream;
mod value;

use remold::Change;
use remold::host_api::Entry;

use crate::paragraph::Put;
use crate::style::{BAD, BOLD, FAINT, GOOD, NOTE, paint};
use lines::{Line, Lines};
use quote::name;

/// Writes a change, a line for the record and lines for what is different.
pub(crate) fn render(change: &Change) -> String {
    let before = &change.before;
    let mut lines = Lines::default();
    let heading = match &change.after {
        None => {
            value::all(&before.value, '-', &mut lines);
            let key = paint(BAD.bold(), format!("- {}", name(&before.key)));
            format!(
                "{key}  {}",
                paint(FAINT, format!("{}, deleted", before.value.kind()))
            )
        }
        Some(after) => {
            if before.value.kind() == after.value.kind() {
                value::compare(&before.value, &after.value, &mut lines);
            } else {
                value::all(&before.value, '-', &mut lines);
                value::all(&after.value, '+', &mut lines);
            }
            expiry(before, after, &mut lines);
            heading(before, after)
        }
    };
    let mut text = format!("{heading}\n{}", lines.to_text());
    for entry in &change.emitted {
        let key = paint(GOOD.bold(), format!("+ {}", name(&entry.key)));
        let kind = paint(FAINT, format!("{}, emitted", entry.value.kind()));
        let mut lines = Lines::default();
        value::all(&entry.value, '+', &mut lines);
        if let Some(at) = entry.expires_at {
            lines.push(Line::added("expires", crate::figures::time(at)));
        }
        text.put(format_args!(
            "  {key}  {kind}\n{}",
            lines.indented().to_text()
        ));
    }
    for key in &change.removed {
        let key = paint(BAD.bold(), format!("- {}", name(key)));
        text.put(format_args!("  {key}  {}\n", paint(FAINT, "removed")));
    }
    text
}

/// Writes what is different between two records of one key: lines with `-` are of the first alone, those with
/// `+` of the second.
pub(crate) fn between(one: &Entry, other: &Entry) -> String {
    let mut lines = Lines::default();
    if one.value.kind() == other.value.kind() {
        value::compare(&one.value, &other.value, &mut lines);
    } else {
        value::all(&one.value, '-', &mut lines);
        value::all(&other.value, '+', &mut lines);
    }
    expiry(one, other, &mut lines);
    lines.to_text()
}

fn heading(before: &Entry, after: &Entry) -> String {
    let key = if before.key == after.key {
        paint(BOLD, name(&before.key))
    } else {
        format!(
            "{} → {}",
            paint(BAD, name(&before.key)),
            paint(GOOD, name(&after.key))
        )
    };
    let (was, is) = (before.value.kind(), after.value.kind());
    let kind = if was == is {
        is.to_string()
    } else {
        format!("{was} → {is}")
    };
    format!("{} {key}  {}", paint(NOTE, "~"), paint(FAINT, kind))
}

fn expiry(before: &Entry, after: &Entry, lines: &mut Lines) {
    if before.expires_at == after.expires_at {
        return;
    }
    let written = |at: Option<u64>| at.map_or_else(|| "never".to_owned(), crate::figures::time);
    lines.push(Line::changed(
        "expires",
        written(before.expires_at),
        &written(after.expires_at),
    ));
}

#[cfg(test)]
mod tests;
