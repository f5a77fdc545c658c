//! The transforms and what is known of each.

use std::sync::OnceLock;

use remold_manifest::Problem;
use remold_schema::{Format, Schema};
use serde_json::Value;

use crate::packed::{PACKED, Packed};

/// The transforms, in order of name.
#[derive(Debug)]
pub struct Catalogue {
    all: Vec<Ready>,
}

/// A ready transform. Its schema is compiled when it is first needed.
#[derive(Debug)]
pub struct Ready {
    packed: &'static Packed,
    formats: &'static [Format],
    schema: OnceLock<Schema>,
}

/// A parameter, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name; `rules[].ttl` for what is inside another.
    pub name: String,
    /// What it takes, in words.
    pub takes: String,
    /// Its default as JSON; `None` if it has none.
    pub default: Option<Value>,
    /// Whether it must be given.
    pub required: bool,
    /// What it is.
    pub meaning: String,
}

/// Returns the names of all transforms, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    PACKED.iter().map(|packed| packed.name)
}

impl Catalogue {
    /// Makes the catalogue of what was packed. `formats` are forms of texts that the schemas of parameters ask for.
    pub fn new(formats: &'static [Format]) -> Self {
        let ready = |packed| Ready {
            packed,
            formats,
            schema: OnceLock::new(),
        };
        Self {
            all: PACKED.iter().map(ready).collect(),
        }
    }

    /// Walks all transforms in order of name.
    pub fn iter(&self) -> std::slice::Iter<'_, Ready> {
        self.all.iter()
    }

    /// Finds a transform by its name.
    pub fn find(&self, name: &str) -> Option<&Ready> {
        self.all.iter().find(|ready| ready.name() == name)
    }

    /// Makes the problem of a name that no transform has, with all that there are and the one that was probably meant.
    pub fn unknown(&self, name: &str) -> Problem {
        Problem::unknown_value(name, names().map(str::to_owned).collect())
    }
}

impl<'a> IntoIterator for &'a Catalogue {
    type Item = &'a Ready;
    type IntoIter = std::slice::Iter<'a, Ready>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Ready {
    /// Returns the name.
    pub fn name(&self) -> &'static str {
        self.packed.name
    }

    /// Returns what it does, in one sentence without a full stop.
    pub fn title(&self) -> &str {
        self.schema()["title"].as_str().unwrap_or_default()
    }

    /// Returns the name of its script's file, as errors and journals name it.
    pub fn file(&self) -> String {
        format!("{}.rhai", self.name())
    }

    /// Returns its script.
    pub fn source(&self) -> &'static str {
        self.packed.source
    }

    /// Returns its README, Markdown.
    pub fn readme(&self) -> &'static str {
        self.packed.readme
    }

    /// Returns a manifest that uses it.
    pub fn manifest(&self) -> &'static str {
        self.packed.manifest
    }

    /// Returns its cases as `(file name, text)`.
    pub fn cases(&self) -> &'static [(&'static str, &'static str)] {
        self.packed.cases
    }

    /// Returns the JSON Schema of its parameters.
    pub fn schema(&self) -> &Value {
        self.compiled().as_json()
    }

    pub(crate) fn compiled(&self) -> &Schema {
        self.schema.get_or_init(|| {
            let schema = serde_json::from_str(self.packed.parameters);
            let schema: Value = schema.expect("a test reads the parameters of every transform");
            Schema::compile(&schema, self.formats).expect("a test compiles every schema")
        })
    }
}
