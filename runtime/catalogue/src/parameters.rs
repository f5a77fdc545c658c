//! Parameters: checked, with their defaults filled in, and listed for people.

use remold_manifest::{Path, Problem};
use remold_schema::{Violation, ViolationKind};
use serde_json::{Map, Value};

use crate::ready::{Parameter, Ready};

impl Ready {
    /// Checks parameters and fills in the defaults of what is left out, or finds everything that is wrong with them. Paths begin
    /// at the parameters.
    pub fn parameters(
        &self,
        given: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Vec<(Path, Problem)>> {
        let given = Value::Object(given.clone());
        let violations = self.compiled().violations(&given);
        if !violations.is_empty() {
            let problem = |violation| problem(violation, &given);
            return Err(violations.into_iter().map(problem).collect());
        }
        match self.compiled().with_defaults(given) {
            Value::Object(effective) => Ok(effective),
            _ => Ok(Map::new()),
        }
    }

    /// Lists the parameters, those that must be given first, with what is inside of each behind it.
    pub fn parameter_list(&self) -> Vec<Parameter> {
        let mut list = Vec::new();
        collect(self.schema(), "", &mut list);
        list
    }
}

/// Says in a manifest's words what breaks the schema.
fn problem(violation: Violation, given: &Value) -> (Path, Problem) {
    let Violation {
        pointer,
        kind,
        meaning,
        ..
    } = violation;
    let path = Path::of_pointer(&pointer, given);
    match kind {
        ViolationKind::Unknown { name, accepted } => {
            (path.field(&name), Problem::unknown_field(&name, accepted))
        }
        ViolationKind::Missing { name } => (path, Problem::MissingField { name, meaning }),
        ViolationKind::Word { found, accepted } => (path, Problem::unknown_value(&found, accepted)),
        ViolationKind::Type { expected, found } => {
            let message = format!("expected {expected}, found {found}");
            (path, Problem::Parameter { message, meaning })
        }
        ViolationKind::Other { message } => (path, Problem::Parameter { message, meaning }),
    }
}

fn collect(schema: &Value, prefix: &str, list: &mut Vec<Parameter>) {
    let required = |name: &String| {
        let names = schema["required"].as_array();
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let properties = schema["properties"].as_object();
    let mut properties: Vec<(&String, &Value)> = properties.into_iter().flatten().collect();
    properties.sort_by_key(|(name, _)| !required(name));
    for (name, property) in properties {
        let full = format!("{prefix}{name}");
        list.push(Parameter {
            name: full.clone(),
            takes: takes(property),
            default: property.get("default").cloned(),
            required: required(name),
            meaning: property["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        });
        collect(property, &format!("{full}."), list);
        collect(&property["items"], &format!("{full}[]."), list);
    }
}

/// Says what a schema takes.
fn takes(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words
            .iter()
            .map(|word| format!("`{}`", plain(word)))
            .collect();
        return words.join(", ");
    }
    let one = |kind: &str| match kind {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "number" => "number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "null" => "nothing".to_owned(),
        "array" => format!("list of {}", plural(&takes(&schema["items"]))),
        "object" if schema["additionalProperties"].is_object() => {
            format!(
                "mapping of names to {}",
                plural(&takes(&schema["additionalProperties"]))
            )
        }
        _ => "mapping".to_owned(),
    };
    match &schema["type"] {
        Value::String(kind) => one(kind),
        Value::Array(kinds) => {
            let kinds: Vec<String> = kinds.iter().filter_map(Value::as_str).map(one).collect();
            kinds.join(" or ")
        }
        _ => "any value".to_owned(),
    }
}

fn plural(kind: &str) -> String {
    match kind {
        "any value" => "any values".to_owned(),
        kind if kind.starts_with('`') => kind.to_owned(),
        kind => format!("{kind}s"),
    }
}

/// Writes a text as it is, anything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
