//! A compiled schema.

use serde_json::Value;

use crate::defaults;
use crate::violation::{self, Violation};

/// A form of texts that a schema may ask for by `format`, beside the standard ones.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name in schemas.
    pub name: &'static str,
    /// What a text of this form is, for "… is not …": "a JSONPath (RFC 9535)".
    pub words: &'static str,
    /// Says what is wrong with a text; nothing if it has the form.
    pub problem: fn(&str) -> Option<String>,
}

/// A schema that can be held against values.
#[derive(Debug)]
pub struct Schema {
    text: Value,
    validator: jsonschema::Validator,
    formats: Vec<Format>,
}

/// A schema that is none.
#[derive(Debug, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct SchemaError {
    /// Where in the schema, a JSON Pointer.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl Schema {
    /// Compiles a schema of draft 2020-12. A format that is neither a standard one nor among `formats` is refused, so that no
    /// check is silently none.
    pub fn compile(schema: &Value, formats: &[Format]) -> Result<Self, SchemaError> {
        let mut options = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false);
        for format in formats {
            let problem = format.problem;
            options = options.with_format(format.name, move |text: &str| problem(text).is_none());
        }
        let failed = |error: jsonschema::ValidationError<'_>| SchemaError {
            pointer: error.instance_path().to_string(),
            message: error.to_string(),
        };
        jsonschema::draft202012::meta::validate(schema).map_err(failed)?;
        let validator = options.build(schema).map_err(failed)?;
        Ok(Self {
            text: schema.clone(),
            validator,
            formats: formats.to_vec(),
        })
    }

    /// Returns the schema's own text.
    pub fn as_json(&self) -> &Value {
        &self.text
    }

    /// Finds everything in a value that breaks the schema, in no particular order.
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        let errors = self.validator.iter_errors(value);
        errors
            .flat_map(|error| violation::of(&error, &self.text, &self.formats))
            .collect()
    }

    /// Fills in what a value leaves to its default: members that an object does not have and whose schema names one, in
    /// every object that `properties`, `additionalProperties` and `items` describe. What is there is left as it is.
    #[must_use]
    pub fn with_defaults(&self, mut value: Value) -> Value {
        defaults::fill(&mut value, &self.text);
        value
    }
}

#[cfg(test)]
mod tests;
