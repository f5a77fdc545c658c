//! A JSON Schema over records: compiled once, then held against values without a copy of them.

use remold_host_api::{Kind, Value as Stored};
use remold_manifest::redis_schema::{Encoding, SchemaSpec};
use serde_json::Value;

use crate::definition::References;
use crate::reference;
use crate::typing::Places;
use crate::view::{Sight, Unviewable, ViewJson};
use crate::violation::{self, Violation, ViolationKind};

/// A compiled pattern takes so many bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// So many violations of one record are told.
const MOST: usize = 20;

/// A JSON Schema over records of one kind.
#[derive(Debug)]
pub(crate) struct RecordSchema {
    text: Value,
    /// `None`: everything is valid that can be decoded.
    validator: Option<jsonschema::Validator<ViewJson>>,
    sight: Sight,
    kind: Kind,
}

/// A JSON Schema that is none, or that values cannot be held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvalidSchema {
    /// Where in the schema, a JSON Pointer.
    pub(crate) pointer: String,
    /// What is wrong.
    pub(crate) message: String,
    /// What helps.
    pub(crate) hint: Option<String>,
}

impl RecordSchema {
    pub(crate) fn compile(
        spec: &SchemaSpec,
        references: &References,
    ) -> Result<Self, InvalidSchema> {
        let text = Value::Object(spec.schema.clone());
        reference::check(&text, references)?;
        let validator = (!spec.schema.is_empty())
            .then(|| validator(&text, references))
            .transpose()?;
        let places = Places::new(&text, references);
        let kind = spec.kind.into();
        let own = spec.fields.iter().filter_map(|(name, field)| {
            let encoding: Encoding = field.encoding?;
            Some((name.clone(), encoding))
        });
        let sight = Sight::new(kind, &places, spec.encoding, own.collect());
        Ok(Self {
            text,
            validator,
            sight,
            kind,
        })
    }

    pub(crate) fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Says whether a value is valid.
    pub(crate) fn accepts(&self, value: &Stored) -> bool {
        match self.sight.view(value) {
            Ok(Some(view)) => self
                .validator
                .as_ref()
                .is_none_or(|validator| validator.is_valid(view.root())),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Finds what of a value is not valid.
    pub(crate) fn violations(&self, value: &Stored) -> Vec<Violation> {
        let view = match self.sight.view(value) {
            Ok(Some(view)) => view,
            Ok(None) => return Vec::new(),
            Err(unviewable) => return vec![self.undecodable(unviewable)],
        };
        let Some(validator) = &self.validator else {
            return Vec::new();
        };
        let errors = validator.iter_errors(view.root());
        let found = errors.flat_map(|error| violation::of(&error, &self.text, &[]));
        let in_document = found.map(|violation| Violation {
            rule: format!("/schema{}", violation.rule),
            ..violation
        });
        in_document.take(MOST).collect()
    }

    fn undecodable(&self, unviewable: Unviewable) -> Violation {
        let Unviewable { pointer, problem } = unviewable;
        let own = pointer
            .strip_prefix('/')
            .filter(|_| self.kind == Kind::Hash);
        let own = own.filter(|name| self.sight.has_own_encoding(name));
        Violation {
            rule: own.map_or("/encoding".to_owned(), |name| {
                format!("/fields/{name}/encoding")
            }),
            pointer,
            kind: ViolationKind::Other {
                message: problem.to_string(),
            },
            meaning: None,
        }
    }
}

fn validator(
    schema: &Value,
    references: &References,
) -> Result<jsonschema::Validator<ViewJson>, InvalidSchema> {
    let failed = |error: &jsonschema::ValidationError<'_>| {
        let message = error.to_string();
        let is_pattern = message.contains("regex");
        InvalidSchema {
            pointer: error.instance_path().to_string(),
            hint: is_pattern.then(|| {
                "patterns are regular expressions without look-around and back references, which take time in proportion to the text"
                    .to_owned()
            }),
            message,
        }
    };
    jsonschema::meta::validate(schema).map_err(|error| failed(&error))?;
    let registry = reference::registry(schema, references).map_err(|error| InvalidSchema {
        pointer: String::new(),
        message: error.to_string(),
        hint: None,
    })?;
    let patterns = jsonschema::PatternOptions::regex().size_limit(PATTERN_SIZE);
    jsonschema::options_for::<ViewJson>()
        .with_registry(&registry)
        .with_pattern_options(patterns)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .offline()
        .build(schema)
        .map_err(|error| failed(&error))
}
