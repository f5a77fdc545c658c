//! The page of the JSON documents, out of their types.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cell;
use crate::paragraph::Put;
use crate::shapes;

const INTRODUCTION: &str = "# JSON documents

With `--output json` every command writes one document to standard output, also when it fails. The shapes are stable:
fields may be added, none is removed or changes its meaning.

Every document begins with `command`, the command as it was typed, and `exitCode`, see [exit codes](exit-codes.md).
Keys, fields and values are bytes: they are written as UTF-8 text with `\\\\` for a backslash and `\\xNN` for each byte
that is no printable text. Times are Unix milliseconds.

With `--watch` there is a document for each round, on a line of its own (newline-delimited JSON), without line breaks inside: the
fields of `test --watch` or `dry-run --watch`, then those of `test` or `dry-run`, or an `error`. `exitCode` is how the command
would have ended without `--watch`.

`events` writes a document for each event on a line of its own in the same way; an error is the last line.
";

/// Writes the page.
pub(super) fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut parts: BTreeMap<String, Value> = BTreeMap::new();
    for (command, schema) in shapes::documented() {
        let schema = schema.to_value();
        if let Some(Value::Object(definitions)) = schema.get("$defs") {
            parts.extend(
                definitions
                    .iter()
                    .map(|(name, schema)| (name.clone(), schema.clone())),
            );
        }
        heading(&mut text, command);
        table(&mut text, &schema);
    }
    for (name, schema) in &parts {
        heading(&mut text, &title(name));
        table(&mut text, schema);
    }
    text
}

fn heading(text: &mut String, heading: &str) {
    text.put(format_args!("\n## {heading}\n\n"));
}

fn table(text: &mut String, schema: &Value) {
    if let Some(about) = schema["description"].as_str() {
        text.put(format_args!("{}\n\n", sentence(about)));
    }
    text.push_str("| field | type | meaning |\n|---|---|---|\n");
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let meaning = cell(&sentence(field["description"].as_str().unwrap_or_default()));
        text.line(format_args!("| `{name}` | {} | {meaning} |", kind(field)));
    }
}

/// Names a field's type, with a link where it is a shape of its own.
fn kind(field: &Value) -> String {
    if let Some(reference) = field["$ref"].as_str() {
        let title = title(reference.rsplit('/').next().unwrap_or_default());
        return format!("[{title}](#{})", title.replace(' ', "-"));
    }
    if let Some(options) = field["anyOf"].as_array() {
        return options.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let one = |name: &str| match name {
        "array" => format!("array of {}", kind(&field["items"])),
        "object" if field["additionalProperties"].is_object() => {
            format!("object of {}", kind(&field["additionalProperties"]))
        }
        name => name.to_owned(),
    };
    match &field["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .map(one)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "any".to_owned(),
    }
}

/// Makes `journal summary` of `JournalSummaryShape`.
fn title(name: &str) -> String {
    let name = name.strip_suffix("Shape").unwrap_or(name);
    let mut title = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !title.is_empty() {
            title.push(' ');
        }
        title.extend(character.to_lowercase());
    }
    title
}

/// Joins the lines of a comment.
fn sentence(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_shapes_have_one_name() {
        let mut parts: BTreeMap<String, Value> = BTreeMap::new();
        for (command, schema) in shapes::documented() {
            let schema = schema.to_value();
            let definitions = schema.get("$defs").and_then(Value::as_object);
            for (name, schema) in definitions.into_iter().flatten() {
                let known = parts.entry(title(name)).or_insert_with(|| schema.clone());
                assert_eq!(
                    known, schema,
                    "{command}: {name} is the name of another shape too"
                );
            }
        }
    }
}
