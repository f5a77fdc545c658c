//! What of a value breaks a schema, and the words for it.

use std::fmt;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::shape::Format;

/// So many accepted words are shown.
const SHOWN: usize = 8;

/// Something in a value that breaks the schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// Where in the value, a JSON Pointer (RFC 6901); the object, where one of its members is missing or unknown.
    pub pointer: String,
    /// What is wrong.
    pub kind: ViolationKind,
    /// What the schema says of the place: its description, otherwise its title.
    pub meaning: Option<String>,
    /// What is broken: a JSON Pointer to the keyword in the schema, `/required` or `/properties/age/minimum`.
    pub rule: String,
}

/// What is wrong with a place.
#[derive(Debug, Clone, PartialEq)]
pub enum ViolationKind {
    /// A member that does not exist.
    Unknown {
        /// Its name.
        name: String,
        /// The members that exist there.
        accepted: Vec<String>,
    },
    /// A member that must be there; `meaning` is that of the member.
    Missing {
        /// Its name.
        name: String,
    },
    /// A value of another type.
    Type {
        /// What is accepted: "a text".
        expected: String,
        /// What is there: "the number 3".
        found: String,
    },
    /// A word that is none of the accepted ones.
    Word {
        /// What is there.
        found: String,
        /// What is accepted.
        accepted: Vec<String>,
    },
    /// Anything else, as a sentence without a full stop.
    Other {
        /// The sentence.
        message: String,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, .. } => write!(f, "`{name}` is not among the members that exist"),
            Self::Missing { name } => write!(f, "`{name}` is missing"),
            Self::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Word { found, accepted } => match accepted.as_slice() {
                [only] => write!(f, "`{found}` is not `{only}`"),
                _ if accepted.len() > SHOWN => {
                    let some = accepted[..SHOWN].join("`, `");
                    write!(
                        f,
                        "`{found}` is none of `{some}` and {} more",
                        accepted.len() - SHOWN
                    )
                }
                _ => write!(f, "`{found}` is none of `{}`", accepted.join("`, `")),
            },
            Self::Other { message } => f.write_str(message),
        }
    }
}

/// Turns an error of the validator into violations.
pub(crate) fn of(
    error: &ValidationError<'_>,
    schema: &Value,
    formats: &[Format],
) -> Vec<Violation> {
    // The keyword's own place is the last step.
    let keyword = error.schema_path().to_string();
    let around = keyword.rsplit_once('/').map_or("", |(around, _)| around);
    let place = schema.pointer(around).unwrap_or(&Value::Null);
    let pointer = error.instance_path().to_string();
    let violation = |kind| Violation {
        pointer: pointer.clone(),
        kind,
        meaning: meaning(place),
        rule: keyword.clone(),
    };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let accepted: Vec<String> = place["properties"]
                .as_object()
                .map(|known| known.keys().cloned().collect())
                .unwrap_or_default();
            let unknown = |name: &String| {
                violation(ViolationKind::Unknown {
                    name: name.clone(),
                    accepted: accepted.clone(),
                })
            };
            unexpected.iter().map(unknown).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default().to_owned();
            vec![Violation {
                pointer,
                meaning: meaning(&place["properties"][&name]),
                rule: keyword.clone(),
                kind: ViolationKind::Missing { name },
            }]
        }
        // The name itself is wrong, and what it is wrong by says how.
        Kind::PropertyNames { error } => of(error, schema, formats)
            .into_iter()
            .map(|inner| Violation {
                pointer: pointer.clone(),
                kind: named(error.instance(), inner.kind),
                meaning: inner.meaning.or_else(|| meaning(place)),
                rule: keyword.clone(),
            })
            .collect(),
        Kind::AnyOf { .. } if one_of_members(place).is_some() => {
            let names = one_of_members(place).unwrap_or_default();
            let message = format!("{names} must be given");
            vec![Violation {
                pointer,
                kind: ViolationKind::Other { message },
                meaning: None,
                rule: keyword.clone(),
            }]
        }
        kind => vec![violation(of_value(
            kind,
            error.instance(),
            formats,
            error.to_string(),
        ))],
    }
}

/// Returns the members of which one must be there, where that is all that the alternatives of a schema say.
fn one_of_members(schema: &Value) -> Option<String> {
    let name = |alternative: &Value| {
        let alternative = alternative.as_object().filter(|keys| keys.len() == 1)?;
        let [name] = alternative.get("required")?.as_array()?.as_slice() else {
            return None;
        };
        Some(format!("`{}`", name.as_str()?))
    };
    let names = schema["anyOf"].as_array()?.iter().map(name);
    Some(names.collect::<Option<Vec<_>>>()?.join(" or "))
}

fn of_value(kind: &Kind, found: &Value, formats: &[Format], otherwise: String) -> ViolationKind {
    let shown = shown(found);
    let message = match kind {
        Kind::Type { kind } => {
            return ViolationKind::Type {
                expected: types(kind),
                found: described(found),
            };
        }
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            return ViolationKind::Word {
                found: word(found),
                accepted: options.iter().map(word).collect(),
            };
        }
        Kind::Constant { expected_value } => {
            return ViolationKind::Word {
                found: word(found),
                accepted: vec![word(expected_value)],
            };
        }
        Kind::MinLength { limit: 1 }
        | Kind::MinItems { limit: 1 }
        | Kind::MinProperties { limit: 1 } => "this must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("{shown} is shorter than {limit} characters"),
        Kind::MaxLength { limit } => format!("{shown} is longer than {limit} characters"),
        Kind::MinItems { limit } => format!("there must be {limit} items or more"),
        Kind::MaxItems { limit } => format!("there must be {limit} items at most"),
        Kind::MinProperties { limit } => format!("there must be {limit} or more of them"),
        Kind::MaxProperties { limit } => format!("there must be {limit} of them at most"),
        Kind::Minimum { limit } => format!("{shown} is less than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("{shown} is not more than {limit}"),
        Kind::Maximum { limit } => format!("{shown} is more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("{shown} is not less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("{shown} is not a multiple of {multiple_of}"),
        Kind::UniqueItems => "an item occurs twice".to_owned(),
        Kind::Format { format } => match formats.iter().find(|known| known.name == format) {
            Some(known) => {
                let text = found.as_str().unwrap_or_default();
                let why = (known.problem)(text).map(|why| format!(": {why}"));
                format!("{shown} is not {}{}", known.words, why.unwrap_or_default())
            }
            None if format == "json-pointer" => {
                format!("{shown} is not a JSON Pointer (RFC 6901): it is empty or begins with `/`")
            }
            None => format!("{shown} has not the form `{format}`"),
        },
        Kind::Pattern { .. } => format!("{shown} has not the form that is needed here"),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            format!("{} is none of what is accepted here", described(found))
        }
        Kind::FalseSchema => "this cannot be given together with the rest".to_owned(),
        Kind::Not { .. } => "this cannot be given in this way".to_owned(),
        _ => otherwise,
    };
    ViolationKind::Other { message }
}

/// Says of a member's name what would be said of a value.
fn named(name: &Value, kind: ViolationKind) -> ViolationKind {
    let name = shown(name);
    let message = match kind {
        ViolationKind::Other { message } if message.starts_with(&name) => {
            format!("the name {message}")
        }
        ViolationKind::Other { message } => format!("the name {name}: {message}"),
        ViolationKind::Word { accepted, .. } => {
            format!("the name {name} is none of {}", accepted.join(", "))
        }
        _ => format!("the name {name} is not accepted here"),
    };
    ViolationKind::Other { message }
}

fn meaning(schema: &Value) -> Option<String> {
    let text = schema["description"].as_str().or(schema["title"].as_str());
    text.map(str::to_owned)
}

fn types(kind: &TypeKind) -> String {
    let names: Vec<&str> = match kind {
        TypeKind::Single(kind) => vec![type_words(&kind.to_string())],
        TypeKind::Multiple(kinds) => kinds
            .iter()
            .map(|kind| type_words(&kind.to_string()))
            .collect(),
    };
    names.join(" or ")
}

fn type_words(name: &str) -> &'static str {
    match name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a mapping",
        _ => "nothing",
    }
}

fn described(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("`{value}`, true or false"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => format!("the text {}", shown(value)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

/// Writes a value as it is, shortened where it is long.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// Writes a text without quotes, anything else as JSON.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| shown(value), str::to_owned)
}
