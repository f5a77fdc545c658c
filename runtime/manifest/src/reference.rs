//! The reference page of the document, made from its JSON Schema.

use std::fmt::Write as _;

use serde_json::Value;

use crate::schema::{migration_schema, redis_schema_schema};

const INTRODUCTION: &str = "\
# The manifest

<!-- Made from the types by `cargo run -p remold-manifest --example generate_manifest_reference`. -->

A migration is one YAML (or JSON) document. Everything that it does not know is refused with the place,
what is accepted and what was probably meant. An editor that reads
[`migration.schema.json`](migration.schema.json) completes and checks it while you write. Most are told by
the file's first line:

```yaml
# yaml-language-server: $schema=migration.schema.json
```

A whole one:

";

const QUANTITIES: &str = "
## Quantities

| type | written as |
|---|---|
| period | a whole number and `ms`, `s`, `m`, `h` or `d`: `250ms` |
| size | a whole number and `B`, `KiB`, `MiB`, `GiB`, or `KB`, `MB`, `GB` for powers of 1000: `64MiB` |
| percentage | a number of at most four decimals and `%`: `0.5%` |
| pattern | as in Redis' `SCAN`: `*` any run of bytes, `?` one byte, `[a-z]` one of a set, `\\` takes the next byte literally |

YAML is read as version 1.2 says: `yes`, `on` and `2026-01-01` are texts. Tags, merge keys (`<<`), a second
document in the file and duplicate fields are refused; anchors are allowed.

## What becomes of changes

The digest of a migration covers `spec` with its defaults filled in and the transform's files. Comments, the
order of fields, the way in which values are written and `metadata` have no effect on it. Nor has where a component
comes from: its bytes count, and the same ones from a file, a registry or that registry's mirror are the same migration.
";

const SCHEMA_INTRODUCTION: &str = "\
# The schema document

<!-- Made from the types by `cargo run -p remold-manifest --example generate_manifest_reference`. -->

A `RedisSchema` says what shape the keys of a subject have at one version. It is one YAML (or JSON) document, the same
in a repository, in a server's registry and as a custom resource. Editors read
[`redis-schema.schema.json`](redis-schema.schema.json):

```yaml
# yaml-language-server: $schema=redis-schema.schema.json
```

A whole one:

";

/// The example of the reference page of migrations, which a test reads.
pub const EXAMPLE: &str = include_str!("reference/example.yaml");

/// The example of the reference page of schemas, which a test reads.
pub const SCHEMA_EXAMPLE: &str = include_str!("reference/schema.yaml");

/// Returns the reference page of migrations as Markdown.
pub fn reference_page() -> String {
    let page = format!("{INTRODUCTION}```yaml\n{EXAMPLE}```\n\n");
    let mut page = with_fields(page, migration_schema());
    page.push_str(QUANTITIES);
    page
}

/// Returns the reference page of schemas as Markdown.
pub fn schema_page() -> String {
    let page = format!("{SCHEMA_INTRODUCTION}```yaml\n{SCHEMA_EXAMPLE}```\n\n");
    with_fields(page, redis_schema_schema())
}

/// Appends the table of a document's fields.
fn with_fields(mut page: String, schema: &Value) -> String {
    page.push_str("## Fields\n\n");
    page.push_str("| field | type | default | meaning |\n|---|---|---|---|\n");
    for field in fields(schema) {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {}{} |",
            field.path,
            kind(field.schema),
            default(&field),
            cell(field.meaning),
            words(field.schema)
        );
    }
    page
}

/// A row of the page.
struct Field<'a> {
    path: String,
    meaning: &'a str,
    required: bool,
    schema: &'a Value,
}

/// Lists every field, outer ones first.
fn fields(root: &Value) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    collect(root, "", &mut found);
    found
}

fn collect<'a>(schema: &'a Value, path: &str, found: &mut Vec<Field<'a>>) {
    let variants = variants(schema).map(Vec::as_slice);
    for object in variants.unwrap_or(std::slice::from_ref(schema)) {
        for (name, schema) in object["properties"].as_object().into_iter().flatten() {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            // A variant of a union is described as a whole, not at its only field.
            let described = if variants.is_some() { object } else { schema };
            let required = object["required"].as_array();
            let required = required.is_some_and(|names| names.iter().any(|known| known == name));
            found.push(Field {
                path: path.clone(),
                meaning: described["description"].as_str().unwrap_or_default(),
                required: required && variants.is_none(),
                schema,
            });
            collect(schema, &path, found);
        }
    }
}

/// Returns the variants of a union. An object with fields of its own is none: its `oneOf` says which of them exclude one another.
fn variants(schema: &Value) -> Option<&Vec<Value>> {
    let variants = schema["oneOf"].as_array();
    variants.filter(|_| schema["properties"].is_null())
}

fn kind(schema: &Value) -> String {
    match schema["format"].as_str() {
        Some("period") => return "period".to_owned(),
        Some("size") => return "size".to_owned(),
        Some("percentage") => return "percentage".to_owned(),
        Some("count-or-percentage") => return "number or percentage".to_owned(),
        Some("version") => return "version".to_owned(),
        Some("version-range") => return "range of versions".to_owned(),
        _ => {}
    }
    if variants(schema).is_some() {
        let word = !schema["oneOf"][0]["const"].is_null();
        return if word { "word" } else { "one of its fields" }.to_owned();
    }
    match schema["type"].as_str() {
        Some("array") => format!("list of {}", plural(&kind(&schema["items"]))),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!(
                "mapping of {}",
                plural(&kind(&schema["additionalProperties"]))
            )
        }
        Some("object") => "mapping".to_owned(),
        Some("integer") => "number".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        _ => "text".to_owned(),
    }
}

fn plural(kind: &str) -> String {
    format!("{kind}s")
}

fn default(field: &Field<'_>) -> String {
    match &field.schema["default"] {
        _ if field.required => "required".to_owned(),
        Value::Null | Value::Object(_) => String::new(),
        Value::String(text) => format!("`{}`", cell(text)),
        value => format!("`{value}`"),
    }
}

/// Lists the words of a closed set with their meanings.
fn words(schema: &Value) -> String {
    let words = schema["oneOf"].as_array().into_iter().flatten();
    let mut text = String::new();
    for word in words {
        if let (Some(name), Some(meaning)) = (word["const"].as_str(), word["description"].as_str())
        {
            let _ = write!(text, "<br>`{name}`: {}", cell(meaning));
        }
    }
    text
}

/// Keeps a text within its cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_valid_document() {
        crate::parse("example.yaml", EXAMPLE).expect("the example is valid");
        crate::SchemaDocument::read("schema.yaml", SCHEMA_EXAMPLE).expect("the example is valid");
    }

    #[test]
    fn every_field_is_listed_with_a_meaning() {
        let fields = fields(migration_schema());
        for expected in ["spec.limits.fuel.perByte", "spec.transform.rhai.source"] {
            assert!(
                fields.iter().any(|field| field.path == expected),
                "{expected}"
            );
        }
        for field in fields
            .into_iter()
            .chain(super::fields(redis_schema_schema()))
        {
            assert!(!field.meaning.is_empty(), "{}", field.path);
        }
    }
}
