//! The JSON Schemas of the documents, made from the types.
//!
//! The structural check walks this very schema, so that an editor and the command line say the same.

use std::borrow::Cow;
use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::quantity::{Percentage, Period, Size};
use crate::redis_schema::RedisSchema;
use crate::spec::Migration;
use crate::spec::policy::Tolerance;

/// Returns the JSON Schema (draft 2020-12) of a `RedisMigration` document.
///
/// Formats beside the standard ones: `period`, `size`, `percentage`, `count-or-percentage`, `dns-label`, `version`,
/// `version-range`. `x-remold-positive` says that a quantity must not be zero.
pub fn migration_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<Migration>);
    &SCHEMA
}

/// Returns the JSON Schema (draft 2020-12) of a `RedisSchema` document, with the same formats.
pub fn redis_schema_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<RedisSchema>);
    &SCHEMA
}

fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    let generator = settings.into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    join_lines(&mut schema);
    schema
}

/// Undoes the line breaks that doc comments have in the source.
fn join_lines(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(text) if name == "description" => *text = text.replace('\n', " "),
                    other => join_lines(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(join_lines),
        _ => {}
    }
}

impl JsonSchema for Period {
    fn schema_name() -> Cow<'static, str> {
        "Period".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "period", "pattern": "^[0-9]+ ?(ms|s|m|h|d)$" })
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "size", "pattern": "^[0-9]+ ?(B|KiB|MiB|GiB|KB|MB|GB)$" })
    }
}

const PERCENTAGE: &str = r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)%$";

impl JsonSchema for Percentage {
    fn schema_name() -> Cow<'static, str> {
        "Percentage".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "percentage", "pattern": PERCENTAGE })
    }
}

impl JsonSchema for Tolerance {
    fn schema_name() -> Cow<'static, str> {
        "Tolerance".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "string"],
            "format": "count-or-percentage",
            "minimum": 0,
            "pattern": PERCENTAGE,
        })
    }
}
