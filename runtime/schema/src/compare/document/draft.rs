//! Older drafts in the words of 2020-12.

use serde_json::{Map, Value, json};

/// The drafts of JSON Schema that are read, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    Four,
    Six,
    Seven,
    Y2019,
    Y2020,
}

/// What a keyword's value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    One,
    List,
    Named,
    /// No schema.
    Nothing,
}

impl Draft {
    /// Reads `$schema`; none if it names no draft that is known.
    pub(super) fn of(schema: &Value) -> Option<Self> {
        let Some(name) = schema.get("$schema").and_then(Value::as_str) else {
            return Some(Self::Y2020);
        };
        let name = name
            .trim_end_matches('#')
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        Some(match name {
            "json-schema.org/draft-04/schema" => Self::Four,
            "json-schema.org/draft-06/schema" => Self::Six,
            "json-schema.org/draft-07/schema" => Self::Seven,
            "json-schema.org/draft/2019-09/schema" => Self::Y2019,
            "json-schema.org/draft/2020-12/schema" => Self::Y2020,
            _ => return None,
        })
    }

    /// Holds a schema against the draft's own.
    pub(super) fn check(self, schema: &Value) -> Result<(), (String, String)> {
        let checked = match self {
            Self::Four => jsonschema::draft4::meta::validate(schema),
            Self::Six => jsonschema::draft6::meta::validate(schema),
            Self::Seven => jsonschema::draft7::meta::validate(schema),
            Self::Y2019 => jsonschema::draft201909::meta::validate(schema),
            Self::Y2020 => jsonschema::draft202012::meta::validate(schema),
        };
        checked.map_err(|error| (error.instance_path().to_string(), error.to_string()))
    }

    /// The keyword that names a schema.
    pub(super) fn identifier(self) -> &'static str {
        if self == Self::Four { "id" } else { "$id" }
    }

    /// Says what a keyword's value holds in this draft.
    pub(super) fn holds(self, keyword: &str, value: &Value) -> Holds {
        match keyword {
            "items" if self < Self::Y2020 && value.is_array() => Holds::List,
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => Holds::List,
            "items"
            | "additionalItems"
            | "additionalProperties"
            | "contains"
            | "propertyNames"
            | "not"
            | "if"
            | "then"
            | "else"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "contentSchema" => Holds::One,
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas"
            | "dependencies" => Holds::Named,
            _ => Holds::Nothing,
        }
    }

    /// Whether the draft has a keyword; what it does not have says nothing.
    fn has(self, keyword: &str) -> bool {
        match keyword {
            "const" | "contains" | "propertyNames" => self >= Self::Six,
            "if" | "then" | "else" => self >= Self::Seven,
            "dependentRequired"
            | "dependentSchemas"
            | "minContains"
            | "maxContains"
            | "unevaluatedItems"
            | "unevaluatedProperties" => self >= Self::Y2019,
            "prefixItems" => self >= Self::Y2020,
            "additionalItems" => self <= Self::Y2019,
            _ => true,
        }
    }

    /// Writes one schema object in the words of 2020-12; its subschemas are left as they are.
    pub(super) fn modern(self, mut modern: Map<String, Value>) -> Map<String, Value> {
        modern.retain(|keyword, _| self.has(keyword));
        if self <= Self::Seven && modern.contains_key("$ref") {
            // Beside a reference, these drafts read nothing.
            modern
                .retain(|keyword, _| matches!(keyword.as_str(), "$ref" | "$defs" | "definitions"));
            return modern;
        }
        if self == Self::Four {
            for (bound, exclusive) in [
                ("minimum", "exclusiveMinimum"),
                ("maximum", "exclusiveMaximum"),
            ] {
                if let Some(out) = modern.remove(exclusive)
                    && out == Value::Bool(true)
                    && let Some(value) = modern.remove(bound)
                {
                    modern.insert(exclusive.to_owned(), value);
                }
            }
        }
        if self < Self::Y2020 {
            let rest = modern.remove("additionalItems");
            if modern.get("items").is_some_and(Value::is_array) {
                let first = modern.remove("items").expect("it was there");
                modern.insert("prefixItems".to_owned(), first);
                if let Some(rest) = rest {
                    modern.insert("items".to_owned(), rest);
                }
            }
        }
        if let Some(Value::Object(dependencies)) = modern.remove("dependencies") {
            let (names, schemas): (Map<String, Value>, Map<String, Value>) = dependencies
                .into_iter()
                .partition(|(_, value)| value.is_array());
            modern.insert("dependentRequired".to_owned(), json!(names));
            modern.insert("dependentSchemas".to_owned(), json!(schemas));
        }
        modern
    }
}
